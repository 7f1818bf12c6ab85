/* SPDX-License-Identifier: MIT */
/*
 * See missing.h. The judge says it of the first input that a build misses;
 * exec_find_missing, which only looks, of all.
 */
#include "exec/decide/missing.h"

#include "exec/base/memory.h"
#include "exec/decide/nearest.h"
#include "exec/exec.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct needer
missing_needer(const struct graph *g, const struct action *a)
{
    bool dynout = (a->flags & ACTION_DYNOUT) != 0;
    const char *key = graph_cstr(g, a->key);
    return (struct needer){"", dynout ? "this dynout" : key, &a->place};
}

bool
missing_say(const struct graph *g, int root_fd, const struct needer *by,
            const char *path, struct error *err)
{
    error_set(err, ERROR_CLASS_GRAPH,
              "%s does not exist, no action makes it, and %s%s needs it", path,
              by->sort, by->name);
    error_set_code(err, ERROR_CODE_MISSING);
    error_set_subject(err, path, by->name);
    const char *file = graph_cstr(g, by->place->file);
    if (*file) {
        error_set_where(err, file, by->place->line, by->place->column);
    }
    bool is_name = graph_find_action_name(g, path, strlen(path)).n != ID_NONE;
    char *near = is_name ? NULL : nearest_file(root_fd, path);
    if (is_name) {
        error_set_help(err,
                       "an action has that name: to mean the action, write "
                       "what it is bound to, %s without quotes",
                       path);
    } else if (near) {
        error_set_help(err, "did you mean %s?", near);
    } else {
        error_set_help(err, "make the file, or add an action that has it as "
                            "an output");
    }
    free(near);
    return false;
}

bool
missing_must_exist(uint8_t kinds)
{
    if (kinds & (EDGE_IFCREATED | EDGE_IFDELETED | EDGE_DISCOVERED)) {
        return false;
    }
    return (kinds & (EDGE_IFWRITTEN | EDGE_IFCHANGED | EDGE_ORDER_ONLY |
                     EDGE_VALIDATION)) != 0;
}

bool
missing_is_allowed(const struct graph *g, const struct action *a,
                   struct node node)
{
    bool only_validates = (a->flags & ACTION_AS_NINJA) != 0;
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(g, a, i);
        if (edge->to.type != node.type || edge->to.n != node.n) {
            continue;
        }
        if (edge->kinds & (EDGE_IFCREATED | EDGE_IFDELETED)) {
            return true;
        }
        only_validates = only_validates && edge->kinds == EDGE_VALIDATION;
    }
    return only_validates;
}

/* --- All of a graph -------------------------------------------------------- */

struct search {
    const struct graph *g;
    char *states; /* of files: 0 not looked at, else 'y', 'n' or 't' (told) */
    void (*found)(void *ctx, struct error *err);
    void *ctx;
};

/* Each file is told once, with the first who needs it. */
static void
look_for(struct search *s, uint32_t file, const struct needer *by)
{
    assert(file < graph_file_count(s->g));
    struct file_id id = {file};
    const char *path = graph_path(s->g, id);
    if (s->states[file] == 0) {
        bool is_there = graph_producer(s->g, id).n != ID_NONE ||
                        faccessat(AT_FDCWD, path, F_OK, AT_EACCESS) == 0;
        s->states[file] = is_there ? 'y' : 'n';
    }
    if (s->states[file] == 'n') {
        struct error err = {0};
        s->states[file] = 't';
        missing_say(s->g, AT_FDCWD, by, path, &err);
        s->found(s->ctx, &err);
        error_finish(&err);
    }
}

static void
look_at_action(struct search *s, const struct action *a)
{
    struct needer by = missing_needer(s->g, a);
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(s->g, a, i);
        if (edge->to.type == NODE_FILE && missing_must_exist(edge->kinds) &&
            !missing_is_allowed(s->g, a, edge->to)) {
            look_for(s, edge->to.n, &by);
        }
    }
}

static void
look_at_group(struct search *s, const struct group *group)
{
    struct needer by = {"the group ", graph_cstr(s->g, group->name),
                        &group->place};
    for (uint32_t i = 0; i < group->members.count; i++) {
        struct node member = graph_member(s->g, group, i);
        if (member.type == NODE_FILE) {
            look_for(s, member.n, &by);
        }
    }
}

/* A dyndep file may bring outputs that nobody can know yet. */
static bool
has_dyndep(const struct graph *g)
{
    bool found = false;
    for (uint32_t i = 0; !found && i < graph_action_count(g); i++) {
        const struct action *a = graph_action(g, (struct action_id){i});
        found = graph_detail(g, a)->dyndep.n != ID_NONE;
    }
    return found;
}

void
exec_find_missing(const struct graph *g,
                  void (*found)(void *ctx, struct error *err), void *ctx)
{
    if (has_dyndep(g)) {
        return;
    }
    struct search search = {.g = g, .found = found, .ctx = ctx};
    search.states = mem_alloc(graph_file_count(g) + 1u, 1);
    for (uint32_t i = 0; i < graph_action_count(g); i++) {
        const struct action *a = graph_action(g, (struct action_id){i});
        if ((a->flags & (ACTION_MISSING_OK | ACTION_PENDING)) == 0) {
            look_at_action(&search, a);
        }
    }
    for (uint32_t i = 0; i < graph_group_count(g); i++) {
        look_at_group(&search, graph_group(g, (struct group_id){i}));
    }
    free(search.states);
}
