/* SPDX-License-Identifier: MIT */
/*
 * Files are looked at by threads while this one asks about programs and
 * variables. Where something differs, one pass over all rows finds who looks at
 * it; and what may change because those run is found through the graph, and
 * through what actions discovered.
 */
#include "exec/decide/survey.h"

#include "exec/base/memory.h"
#include "exec/decide/tools.h"
#include "exec/graph/snapshot.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Such edges never make an action dirty. */
#define ORDER_KINDS (EDGE_ORDER_ONLY | EDGE_VALIDATION)

struct surveyor {
    const struct survey_request *request;
    const struct graph *graph;
    const struct index *index;
    uint8_t *differs; /* by item */
    bool any_differs;
    uint8_t *open;          /* by action */
    struct vec todo;        /* of uint32_t: open ones whose users are not yet */
    struct rows discovered; /* by maker: users */
    struct rows needs;      /* by user: makers */
    uint32_t open_count;
};

/* --- What differs ------------------------------------------------------------------ */

static void
mark_differing(struct surveyor *s, uint32_t item)
{
    assert(item < s->index->items.file_count);
    s->differs[item] = 1;
    s->any_differs = true;
}

/* They are few, and mostly new ones behind the others. */
static void
ask_questions(struct surveyor *s)
{
    const struct scan_list *list = &s->index->items;
    struct tools *tools = tools_create(s->request->root);
    for (uint32_t i = 0; i < list->file_count; i++) {
        const struct scan_file *item = &list->files[i];
        if (item->maker == SCAN_NOT_A_FILE &&
            tools_answer(tools, list->texts + item->name) != item->print) {
            mark_differing(s, i);
        }
    }
    tools_destroy(tools);
}

/* Members of groups must be there, and may be anything. */
static bool
members_are_there(struct surveyor *s, int root_fd)
{
    struct index_row row = index_row(s->index, s->index->action_count);
    bool there = true;
    uint32_t item;
    while (there && index_next(&row, &item)) {
        if (s->differs[item]) {
            struct file_stat stat;
            char *path = index_path(s->index, item);
            stat_default()->look(root_fd, path, &stat);
            there = stat.exists;
            free(path);
        }
    }
    return there;
}

static bool
look(struct surveyor *s)
{
    int root_fd = open(s->request->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root_fd < 0) {
        return false;
    }
    struct scan *scan = scan_start(root_fd, &s->index->items);
    ask_questions(s);
    scan_wait(scan);
    uint32_t item;
    while (scan_take(scan, &item)) {
        mark_differing(s, item);
    }
    scan_finish(scan);
    bool fits = !s->any_differs ||
                (index_lists_hold(s->index) && members_are_there(s, root_fd));
    close(root_fd);
    return fits;
}

/* --- Who is open --------------------------------------------------------------------- */

static void
open_action(struct surveyor *s, uint32_t action)
{
    assert(action < s->index->action_count);
    if (!s->open[action]) {
        s->open[action] = 1;
        s->open_count++;
        vec_push(&s->todo, &action);
    }
}

static bool
looks_at_differing(const struct surveyor *s, uint32_t action)
{
    struct index_row row = index_row(s->index, action);
    uint32_t item;
    while (index_next(&row, &item)) {
        if (s->differs[item]) {
            return true;
        }
    }
    return false;
}

/* Those that were not known to be clean, and those that look at something that
 * differs. */
static void
open_by_itself(struct surveyor *s)
{
    uint8_t needed = s->request->content ? INDEX_CLEAN_BY_CONTENT : INDEX_CLEAN;
    for (uint32_t i = 0; i < s->index->action_count; i++) {
        // Rows are not known to be whole where nothing differs.
        if (s->index->verdicts[i] < needed ||
            (s->any_differs && looks_at_differing(s, i))) {
            open_action(s, i);
        }
    }
}

/* An action that looks at what another one makes. Declared inputs are among
 * them, too: that does no harm. */
static void
find_discovered(struct surveyor *s)
{
    const struct scan_file *items = s->index->items.files;
    uint32_t count = s->index->action_count;
    struct vec pairs = vec_of(sizeof(struct pair));
    for (uint32_t i = 0; i < count; i++) {
        struct index_row row = index_row(s->index, i);
        uint32_t item;
        while (index_next(&row, &item)) {
            uint32_t maker = items[item].maker;
            if (maker != 0 && maker != SCAN_NOT_A_FILE && maker <= count &&
                maker - 1 != i) {
                struct pair pair = {maker - 1, i};
                vec_push(&pairs, &pair);
            }
        }
    }
    s->discovered = rows_make(&pairs, count);
    for (uint32_t i = 0; i < pairs.count; i++) {
        struct pair *pair = vec_at(&pairs, i);
        *pair = (struct pair){pair->item, pair->row};
    }
    s->needs = rows_make(&pairs, count);
    vec_finish(&pairs);
}

static void
open_users_of(struct surveyor *s, struct node node)
{
    uint32_t count = graph_user_count(s->graph, node);
    for (uint32_t i = 0; i < count; i++) {
        const struct edge *edge = graph_user(s->graph, node, i);
        if ((edge->kinds & (uint8_t)~ORDER_KINDS) != 0) {
            open_action(s, edge->user);
        }
    }
}

/* Whatever needs an open action is open, too: it may come out different. */
static void
open_users(struct surveyor *s, uint32_t action)
{
    const struct action *a = graph_action(s->graph, (struct action_id){action});
    open_users_of(s, (struct node){NODE_ACTION, action});
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        struct file_id output = graph_output(s->graph, a, i);
        open_users_of(s, (struct node){NODE_FILE, output.n});
    }
    for (uint32_t i = s->discovered.starts[action];
         i < s->discovered.starts[action + 1]; i++) {
        open_action(s, s->discovered.items[i]);
    }
}

bool
survey_make(const struct survey_request *request, struct survey *survey)
{
    uint32_t count = request->index->action_count;
    *survey = (struct survey){0};
    assert(count == graph_action_count(request->graph));
    struct surveyor s = {
        .request = request,
        .graph = request->graph,
        .index = request->index,
        .differs = mem_alloc((size_t)request->index->items.file_count + 1, 1),
        .open = mem_alloc((size_t)count + 1, 1),
        .todo = vec_of(sizeof(uint32_t)),
    };
    bool made = look(&s);
    if (made) {
        open_by_itself(&s);
        made = s.todo.count == 0 ||
               (index_lists_hold(s.index) && snapshot_check(request->graph));
    }
    if (made && s.todo.count > 0) {
        find_discovered(&s);
    }
    while (made && s.todo.count > 0) {
        open_users(&s, *(uint32_t *)vec_pop(&s.todo));
    }
    for (uint32_t i = 0; i < count; i++) {
        s.open[i] = !s.open[i];
    }
    survey->settled = s.open;
    survey->open_count = s.open_count;
    survey->needs = s.needs;
    free(s.differs);
    vec_finish(&s.todo);
    rows_finish(&s.discovered);
    if (!made) {
        survey_finish(survey);
    }
    return made;
}

void
survey_finish(struct survey *survey)
{
    free(survey->settled);
    rows_finish(&survey->needs);
    *survey = (struct survey){0};
}
