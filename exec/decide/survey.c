/* SPDX-License-Identifier: MIT */
/*
 * Files are looked at by threads while this one asks about programs and
 * variables. Where something differs, one pass over all rows finds who looks at
 * it; and what may change because those run is found through the graph, and
 * through what actions discovered.
 *
 * Before everything has been looked at, the same is asked of few actions alone:
 * their files are looked at now, and what the threads find later agrees, for the
 * first look at a file counts.
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
/* So many rows are looked at early, at most: each costs a few looks at files. And
 * so often all rows are read for what differs by then. */
#define EARLY_ROWS 4096
#define EARLY_ROUNDS 8
/* What differs is asked for one by one, up to so much of it. */
#define FEW 1024
/* Tests let all that can be early be so, even where it comes too late. */
#ifndef EARLY_ALWAYS
#define EARLY_ALWAYS 0
#endif

/* What is known of an action while others look. */
enum { SURE = 1, ASKED = 2 };

struct surveyor {
    struct survey_request request;
    const struct graph *graph;
    struct index *index;
    int root_fd;
    struct scan *scan;
    uint8_t *differs;       /* by item */
    struct vec differing;   /* of uint32_t: these items */
    uint32_t asked_after;   /* of them, so many: who looks at them was asked */
    bool source_differs;    /* one of the others is a source */
    bool more_look;         /* others than those look at what differs */
    bool was_given;         /* some of those, and nothing since */
    uint8_t *sure;          /* by action: SURE; ASKED while needs are walked */
    struct vec asked;       /* of uint32_t: by the walk that goes on */
    const uint32_t *wanted; /* actions that may be early */
    uint32_t wanted_count;
    uint8_t *tried;   /* by action: it was in the list */
    struct vec early; /* of uint32_t: actions that look at what differs */
    uint32_t early_taken;
    uint32_t early_rows;
    uint32_t early_rounds;
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
    vec_push(&s->differing, &item);
    s->source_differs =
        s->source_differs || s->index->items.files[item].maker == 0;
}

static void
take_differing(struct surveyor *s)
{
    uint32_t item;
    while (scan_take(s->scan, &item)) {
        mark_differing(s, item);
    }
}

/* They are few, and mostly new ones behind the others. */
static void
ask_questions(struct surveyor *s)
{
    const struct scan_list *list = &s->index->items;
    struct tools *tools = tools_create(s->request.root);
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
members_are_there(const struct surveyor *s)
{
    struct gaps row = index_row(s->index, s->index->action_count);
    bool there = true;
    uint32_t item;
    while (there && index_next(&row, &item)) {
        if (s->differs[item]) {
            struct file_stat stat;
            char *path = index_path(s->index, item);
            stat_default()->look(s->root_fd, path, &stat);
            there = stat.exists;
            free(path);
        }
    }
    return there;
}

/* Until all has been looked at. */
static bool
look_to_end(struct surveyor *s)
{
    scan_wait(s->scan);
    take_differing(s);
    return s->differing.count == 0 ||
           (index_lists_hold(s->index) && index_open_readers(s->index) &&
            members_are_there(s));
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
    struct gaps row = index_row(s->index, action);
    uint32_t items[INDEX_SOME];
    uint32_t count = index_some(&row, items);
    while (count > 0) {
        for (uint32_t i = 0; i < count; i++) {
            if (s->differs[items[i]]) {
                return true;
            }
        }
        count = index_some(&row, items);
    }
    return false;
}

static bool
was_clean(const struct surveyor *s, uint32_t action)
{
    return s->index->verdicts[action] >=
           (s->request.content ? INDEX_CLEAN_BY_CONTENT : INDEX_CLEAN);
}

/* The actions that look at an item: its maker and the first reader, as far as
 * they are known and do; true if there may be others. */
static bool
lookers_of(const struct surveyor *s, uint32_t item, uint32_t lookers[2])
{
    uint32_t maker = s->index->items.files[item].maker;
    bool is_made = maker != 0 && maker <= s->index->action_count;
    struct index_reader reader = index_reader(s->index, item);
    lookers[0] = is_made ? maker - 1 : ID_NONE;
    lookers[1] = reader.action == INDEX_NOBODY ? ID_NONE : reader.action;
    for (int i = 0; i < 2; i++) {
        if (lookers[i] != ID_NONE && !looks_at_differing(s, lookers[i])) {
            lookers[i] = ID_NONE;
        }
    }
    return reader.more;
}

/* Where few things differ that few look at, no more than these are asked. */
static bool
open_lookers(struct surveyor *s)
{
    bool more = s->differing.count > FEW;
    for (uint32_t i = 0; !more && i < s->differing.count; i++) {
        uint32_t lookers[2];
        more = lookers_of(s, *(uint32_t *)vec_at(&s->differing, i), lookers);
        for (int k = 0; k < 2; k++) {
            if (lookers[k] != ID_NONE) {
                open_action(s, lookers[k]);
            }
        }
    }
    return !more;
}

/* Those that were not known to be clean, and those that look at something that
 * differs. */
static void
open_by_itself(struct surveyor *s)
{
    // Rows are not known to be whole where nothing differs.
    bool all = s->differing.count > 0 && !open_lookers(s);
    for (uint32_t i = 0; i < s->index->action_count; i++) {
        if (!was_clean(s, i) || (all && looks_at_differing(s, i))) {
            open_action(s, i);
        }
    }
}

/* The action that makes an item, if it is another than this; or ID_NONE. */
static uint32_t
other_maker(const struct surveyor *s, uint32_t item, uint32_t action)
{
    uint32_t maker = s->index->items.files[item].maker;
    bool is_other = maker != 0 && maker != SCAN_NOT_A_FILE &&
                    maker <= s->index->action_count && maker - 1 != action;
    return is_other ? maker - 1 : ID_NONE;
}

/* A pair of maker and user for each of the items that another one makes. */
static void
add_makers(const struct surveyor *s, uint32_t action, const uint32_t *items,
           uint32_t count, struct vec *pairs)
{
    for (uint32_t i = 0; i < count; i++) {
        struct pair pair = {other_maker(s, items[i], action), action};
        if (pair.row != ID_NONE) {
            vec_push(pairs, &pair);
        }
    }
}

/* An action that looks at what another one makes. Declared inputs are among
 * them, too: that does no harm. */
static void
find_discovered(struct surveyor *s)
{
    uint32_t count = s->index->action_count;
    struct vec pairs = vec_of(sizeof(struct pair));
    for (uint32_t i = 0; i < count; i++) {
        struct gaps row = index_row(s->index, i);
        uint32_t items[INDEX_SOME];
        uint32_t some = index_some(&row, items);
        for (; some > 0; some = index_some(&row, items)) {
            add_makers(s, i, items, some, &pairs);
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

/* --- While it looks --------------------------------------------------------------------- */

/* Looks at all that an action looks at; true if nothing differs. */
static bool
look_at_row(struct surveyor *s, uint32_t action)
{
    struct gaps row = index_row(s->index, action);
    bool same = true;
    uint32_t item;
    while (index_next(&row, &item)) {
        bool is_file = s->index->items.files[item].maker != SCAN_NOT_A_FILE;
        bool differs =
            is_file ? scan_differs(s->scan, item) : s->differs[item] != 0;
        same = same && !differs;
    }
    return same;
}

static void
ask_need(struct surveyor *s, uint32_t action)
{
    if (s->sure[action] == 0) {
        s->sure[action] = ASKED;
        vec_push(&s->asked, &action);
    }
}

/* What has to come before the action, whatever the edge. False where that is not
 * told by edges to files and actions alone. */
static bool
ask_needs(struct surveyor *s, uint32_t action)
{
    const struct action *a = graph_action(s->graph, (struct action_id){action});
    if ((a->flags & (ACTION_DYNOUT | ACTION_PENDING)) != 0 ||
        graph_detail(s->graph, a)->dyndep.n != ID_NONE) {
        return false;
    }
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(s->graph, a, i);
        uint32_t need = edge->to.n;
        if (edge->to.type == NODE_GROUP) {
            return false;
        }
        if (edge->to.type == NODE_FILE) {
            need = graph_producer(s->graph, (struct file_id){need}).n;
        }
        if (need != ID_NONE && need != action &&
            edge->kinds != EDGE_VALIDATION) {
            ask_need(s, need);
        }
    }
    struct gaps row = index_row(s->index, action);
    uint32_t item;
    while (index_next(&row, &item)) {
        uint32_t need = other_maker(s, item, action);
        if (need != ID_NONE) {
            ask_need(s, need);
        }
    }
    return true;
}

/* Whether all that was asked about is clean, with all that it needs. */
static bool
asked_are_sure(struct surveyor *s, bool known)
{
    bool sure = known;
    for (uint32_t i = 0; sure && i < s->asked.count; i++) {
        uint32_t action = *(uint32_t *)vec_at(&s->asked, i);
        sure = ++s->early_rows <= EARLY_ROWS && was_clean(s, action) &&
               look_at_row(s, action) && ask_needs(s, action);
    }
    for (uint32_t i = 0; i < s->asked.count; i++) {
        s->sure[*(uint32_t *)vec_at(&s->asked, i)] = sure ? SURE : 0;
    }
    vec_resize(&s->asked, 0);
    return sure;
}

bool
survey_is_sure(struct surveyor *s, uint32_t action)
{
    assert(s->asked.count == 0 && action < s->index->action_count);
    ask_need(s, action);
    return asked_are_sure(s, true);
}

/* The judge can be asked about it, and no more than a place of -j is needed. */
static bool
is_plain(const struct surveyor *s, uint32_t action)
{
    const struct action *a = graph_action(s->graph, (struct action_id){action});
    return a->watches.count == 0 && a->pool.n == 0 && a->steps.count > 0;
}

/* They are in ascending order. */
static bool
is_wanted(const struct surveyor *s, uint32_t action)
{
    uint32_t low = 0;
    uint32_t high = s->wanted_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (s->wanted[middle] < action) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < s->wanted_count && s->wanted[low] == action;
}

static void
try_early(struct surveyor *s, uint32_t action)
{
    if (action != ID_NONE && !s->tried[action] && is_wanted(s, action)) {
        s->tried[action] = 1;
        vec_push(&s->early, &action);
    }
}

/* Of what is known to differ by now, the first who looks at it. */
static void
find_first(struct surveyor *s)
{
    take_differing(s);
    for (; s->asked_after < s->differing.count; s->asked_after++) {
        uint32_t item = *(uint32_t *)vec_at(&s->differing, s->asked_after);
        if (s->index->items.files[item].maker != 0 ||
            s->early_rows > EARLY_ROWS) {
            continue;
        }
        uint32_t lookers[2];
        s->early_rows++;
        s->more_look = lookers_of(s, item, lookers) || s->more_look;
        try_early(s, lookers[1]);
    }
    s->source_differs = false;
}

/* All others who look at something that differs. */
static void
find_others(struct surveyor *s)
{
    s->more_look = false;
    s->early_rounds++;
    for (uint32_t i = 0; i < s->wanted_count; i++) {
        uint32_t action = s->wanted[i];
        if (!s->tried[action] && looks_at_differing(s, action)) {
            try_early(s, action);
        }
    }
}

/* To find the others takes a while: who was found before starts first. */
static bool
find_early(struct surveyor *s)
{
    find_first(s);
    if (s->early_taken == s->early.count && s->more_look && !s->was_given &&
        s->early_rounds < EARLY_ROUNDS) {
        find_others(s);
    }
    s->was_given = false;
    return s->early_taken < s->early.count;
}

/* The next that was found, if it can be begun. */
static bool
take_early(struct surveyor *s, uint32_t *action)
{
    *action = *(uint32_t *)vec_at(&s->early, s->early_taken++);
    s->early_rows++;
    if (!is_plain(s, *action)) {
        return false;
    }
    (void)look_at_row(s, *action); // Before it writes there.
    return asked_are_sure(s, ask_needs(s, *action));
}

uint32_t
survey_next_early(struct surveyor *s)
{
    while (s->early_rows < EARLY_ROWS &&
           (s->early_taken < s->early.count || find_early(s))) {
        uint32_t action;
        if (take_early(s, &action)) {
            s->was_given = true;
            return action;
        }
    }
    return ID_NONE;
}

/* A source that differs is waited for; what differs besides is no reason to
 * begin, for most of that is made. */
static bool
wait_for_source(struct surveyor *s)
{
    for (;;) {
        bool looked = scan_is_done(s->scan);
        take_differing(s);
        if (s->source_differs || looked) {
            return s->source_differs && (!looked || EARLY_ALWAYS);
        }
        scan_wait_some(s->scan);
    }
}

bool
survey_find_early(struct surveyor *s, const uint32_t *actions, uint32_t count)
{
    assert(s->early.count == 0);
    if (!wait_for_source(s)) {
        return false;
    }
    scan_hold(s->scan, true);
    if (!index_lists_hold(s->index) || !index_open_readers(s->index) ||
        !snapshot_check(s->request.graph)) {
        return false;
    }
    s->wanted = actions;
    s->wanted_count = count;
    return find_early(s);
}

void
survey_go_on(struct surveyor *s)
{
    scan_hold(s->scan, false);
}

bool
survey_is_looked(const struct surveyor *s)
{
    return scan_is_done(s->scan);
}

const uint8_t *
survey_sure(const struct surveyor *s)
{
    return s->sure;
}

/* --- From outside ------------------------------------------------------------------------ */

/* Whoever edits a file edits it again: then nothing needs to wait for the threads
 * to come to it. */
static void
look_at_recent(struct surveyor *s)
{
    uint32_t count;
    const uint32_t *recent = index_recent(s->index, &count);
    if (!scan_has_threads(s->scan)) {
        return; // All are looked at before anything begins.
    }
    for (uint32_t i = 0; i < count; i++) {
        (void)scan_differs(s->scan, recent[i]);
    }
}

struct surveyor *
survey_start(const struct survey_request *request)
{
    uint32_t count = request->index->action_count;
    int root_fd = open(request->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    assert(count == graph_action_count(request->graph));
    if (root_fd < 0) {
        return NULL;
    }
    struct surveyor *s = mem_alloc(1, sizeof(*s));
    *s = (struct surveyor){
        .request = *request,
        .graph = request->graph,
        .index = request->index,
        .root_fd = root_fd,
        .differs = mem_alloc((size_t)request->index->items.file_count + 1, 1),
        .sure = mem_alloc((size_t)count + 1, 1),
        .tried = mem_alloc((size_t)count + 1, 1),
        .open = mem_alloc((size_t)count + 1, 1),
        .differing = vec_of(sizeof(uint32_t)),
        .asked = vec_of(sizeof(uint32_t)),
        .early = vec_of(sizeof(uint32_t)),
        .todo = vec_of(sizeof(uint32_t)),
    };
    s->scan = scan_start(root_fd, &request->index->items);
    look_at_recent(s);
    ask_questions(s);
    return s;
}

void
survey_cancel(struct surveyor *s)
{
    if (s == NULL) {
        return;
    }
    scan_finish(s->scan);
    close(s->root_fd);
    free(s->differs);
    free(s->sure);
    free(s->tried);
    free(s->open);
    vec_finish(&s->differing);
    vec_finish(&s->asked);
    vec_finish(&s->early);
    vec_finish(&s->todo);
    rows_finish(&s->discovered);
    rows_finish(&s->needs);
    free(s);
}

bool
survey_end(struct surveyor *s, struct survey *survey)
{
    bool made = look_to_end(s);
    *survey = (struct survey){0};
    if (made) {
        open_by_itself(s);
        made = s->todo.count == 0 ||
               (index_lists_hold(s->index) && snapshot_check(s->request.graph));
    }
    if (made && s->todo.count > 0) {
        find_discovered(s);
    }
    while (made && s->todo.count > 0) {
        open_users(s, *(uint32_t *)vec_pop(&s->todo));
    }
    for (uint32_t i = 0; made && i < s->index->action_count; i++) {
        s->open[i] = !s->open[i];
    }
    if (made) {
        *survey = (struct survey){s->open, s->open_count, s->needs};
        s->open = NULL;
        s->needs = (struct rows){0};
    }
    survey_cancel(s);
    return made;
}

void
survey_finish(struct survey *survey)
{
    free(survey->settled);
    rows_finish(&survey->needs);
    *survey = (struct survey){0};
}
