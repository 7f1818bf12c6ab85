/* SPDX-License-Identifier: MIT */
/* Functions that queries begin with. */
#include "runtime/query/eval_parts.h"
#include "runtime/query/match.h"

#include <stdlib.h>
#include <string.h>

/* --- The whole graph -------------------------------------------------------------------- */

static struct query_set
all_actions(struct eval *e)
{
    struct query_set set = {.type = QUERY_ACTIONS};
    const struct graph *g = query_world_graph(e->world);
    for (uint32_t i = 0; i < graph_action_count(g); i++) {
        query_set_add(&set,
                      query_world_action(e->world, (struct action_id){i}));
    }
    return set;
}

/* Of the graph, and those that actions discovered. */
static struct query_set
all_files(struct eval *e)
{
    struct query_set set = {.type = QUERY_TARGETS};
    const struct graph *g = query_world_graph(e->world);
    for (uint32_t i = 0; i < graph_file_count(g); i++) {
        uint32_t file = query_world_file(e->world, (struct file_id){i});
        if (query_world_is_target(e->world, file)) {
            query_set_add(&set, file);
        }
    }
    query_set_union(&set, query_world_discovered(e->world));
    return set;
}

/* Files, groups, and actions without outputs. */
static struct query_set
all_targets(struct eval *e)
{
    struct query_set set = all_actions(e);
    struct query_set files = all_files(e);
    const struct graph *g = query_world_graph(e->world);
    query_set_to_targets(e->world, &set);
    query_set_union(&set, &files);
    query_set_finish(&files);
    for (uint32_t i = 0; i < graph_group_count(g); i++) {
        query_set_add(&set,
                      query_world_node(e->world, (struct node){NODE_GROUP, i}));
    }
    return set;
}

static bool
source_all(struct eval *e, const struct query_node *node,
           struct query_value *value)
{
    (void)node;
    eval_give(value, all_targets(e));
    return true;
}

static bool
source_none(struct eval *e, const struct query_node *node,
            struct query_value *value)
{
    (void)e;
    (void)node;
    eval_give(value, (struct query_set){.type = QUERY_TARGETS});
    return true;
}

static bool
source_actions(struct eval *e, const struct query_node *node,
               struct query_value *value)
{
    (void)node;
    if (value->kind == QUERY_VALUE_NONE) {
        eval_give(value, all_actions(e));
    } else {
        eval_to_actions(e, value);
    }
    return true;
}

/* Those of the subject that `keep` says yes to, or of the whole graph. */
static bool
some_targets(struct eval *e, struct query_value *value, query_set_keep *keep)
{
    if (value->kind == QUERY_VALUE_NONE) {
        eval_give(value, all_targets(e));
    } else {
        eval_to_targets(e, value);
    }
    query_set_filter(&value->set, keep, e->world);
    return true;
}

static bool
source_files(struct eval *e, const struct query_node *node,
             struct query_value *value)
{
    (void)node;
    return some_targets(e, value, query_world_keep_files);
}

static bool
keep_source(void *world, uint32_t node)
{
    return query_world_is_kind(world, node, QUERY_KIND_SOURCE);
}

static bool
source_sources(struct eval *e, const struct query_node *node,
               struct query_value *value)
{
    (void)node;
    return some_targets(e, value, keep_source);
}

static bool
keep_generated(void *world, uint32_t node)
{
    return query_world_is_generated(world, node);
}

static bool
source_generated(struct eval *e, const struct query_node *node,
                 struct query_value *value)
{
    (void)node;
    return some_targets(e, value, keep_generated);
}

/* --- Patterns, sets and groups --------------------------------------------------------------- */

struct glob {
    struct query_world *world;
    struct query_match match;
};

static bool
keep_match(void *ctx, uint32_t node)
{
    const struct glob *glob = ctx;
    return query_match_text(&glob->match, query_world_path(glob->world, node));
}

static bool
source_glob(struct eval *e, const struct query_node *node,
            struct query_value *value)
{
    const struct query_node *pattern = eval_item(node, 0);
    struct glob glob = {.world = e->world};
    if (!query_match_start(&glob.match, pattern->pattern, pattern->text,
                           e->err)) {
        return query_node_blame(pattern, e->err);
    }
    struct query_set set = all_files(e);
    query_set_filter(&set, keep_match, &glob);
    query_match_finish(&glob.match);
    eval_give(value, set);
    return true;
}

static bool
source_set(struct eval *e, const struct query_node *node,
           struct query_value *value)
{
    eval_give(value, (struct query_set){.type = QUERY_TARGETS});
    for (uint32_t i = 0; i < node->count; i++) {
        struct query_set item;
        if (!eval_set(e, node->items[i], &item)) {
            return false;
        }
        eval_align(e, &value->set, &item);
        query_set_union(&value->set, &item);
        query_set_finish(&item);
    }
    return true;
}

/* The members, and those of groups among them. */
static bool
source_group(struct eval *e, const struct query_node *node,
             struct query_value *value)
{
    const struct query_node *name = eval_item(node, 0);
    const char *word = name->text.bytes;
    uint32_t group = QUERY_NODE_NONE;
    struct query_set members = {.type = QUERY_TARGETS};
    struct vec todo = vec_of(sizeof(uint32_t));
    if (!query_world_find(e->world, word + (word[0] == ':'), QUERY_WORD_GROUP,
                          &group, e->err)) {
        return query_node_blame(name, e->err);
    }
    vec_push(&todo, &group);
    query_world_clear_marks(e->world);
    while (todo.count > 0) {
        uint32_t at = *(uint32_t *)vec_pop(&todo);
        if (query_world_type(e->world, at) != QUERY_NODE_GROUP) {
            query_set_add(&members, at);
        } else if (query_world_mark(e->world, at)) {
            query_world_needs(e->world, at, QUERY_EDGE_DEFAULT, &todo);
        }
    }
    vec_finish(&todo);
    query_set_spell_out(e->world, &members);
    eval_give(value, members);
    return true;
}

/* One path a line; what the graph does not know is told and left out. */
static bool
source_stdin(struct eval *e, const struct query_node *node,
             struct query_value *value)
{
    (void)node;
    struct query_set set = {.type = QUERY_TARGETS};
    uint32_t unknown = query_world_read_paths(e->world, &set);
    if (unknown > 0) {
        query_world_note(e->world,
                         "%u path%s of standard input %s not in the "
                         "graph",
                         unknown, unknown == 1 ? "" : "s",
                         unknown == 1 ? "is" : "are");
    }
    eval_give(value, set);
    return true;
}

static bool
source_disk(struct eval *e, const struct query_node *node,
            struct query_value *value)
{
    const struct query_node *pattern = eval_item(node, 0);
    struct query_match match;
    struct query_set set = {.type = QUERY_TARGETS};
    if (!query_match_start(&match, pattern->pattern, pattern->text, e->err)) {
        return query_node_blame(pattern, e->err);
    }
    query_world_search_disk(e->world, &match, &set);
    query_match_finish(&match);
    eval_give(value, set);
    return true;
}

eval_fn *
eval_source(enum query_op op)
{
    static const struct eval_row rows[] = {
        {OP_ALL, source_all},         {OP_NONE, source_none},
        {OP_ACTIONS, source_actions}, {OP_FILES, source_files},
        {OP_SOURCES, source_sources}, {OP_GENERATED, source_generated},
        {OP_GLOB, source_glob},       {OP_SET, source_set},
        {OP_GROUP, source_group},     {OP_STDIN, source_stdin},
        {OP_DISK, source_disk},
    };
    return eval_find(rows, sizeof(rows) / sizeof(rows[0]), op);
}
