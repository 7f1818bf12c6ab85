/* SPDX-License-Identifier: MIT */
/* Functions that follow edges: deps, rdeps, paths, what actions read and make. */
#include "runtime/query/eval_parts.h"

#include <stdlib.h>
#include <string.h>

/* --- edges= and within= ------------------------------------------------------------- */

static unsigned
edge_of(struct slice name)
{
    for (unsigned i = 0; i < QUERY_EDGE_NAMES; i++) {
        if (slice_equal(name, slice_of(query_edge_names[i]))) {
            return 1U << i;
        }
    }
    assert(false && "the parser knows the names");
    return 0;
}

/* Names choose from nothing, names with a `-` from the default. */
static unsigned
edges_of(struct eval *e, const struct query_node *node)
{
    const struct query_node *option = eval_option(node, "edges");
    if (option == NULL) {
        return QUERY_EDGE_DEFAULT;
    }
    unsigned edges =
        option->items[0]->text.bytes[0] == '-' ? QUERY_EDGE_DEFAULT : 0U;
    for (uint32_t i = 0; i < option->count; i++) {
        struct slice name = option->items[i]->text;
        if (name.bytes[0] == '-') {
            name = (struct slice){name.bytes + 1, name.len - 1};
            edges &= ~edge_of(name);
        } else {
            edges |= edge_of(name);
        }
    }
    e->edges |= edges;
    return edges;
}

/* Those that the set of `within=` needs, itself included: as the universe of
 * Bazel's rdeps is. False with an error; *within has no members where there is no
 * such option. */
static bool
within_of(struct eval *e, const struct query_node *node,
          enum query_set_type type, struct query_set *within)
{
    const struct query_node *option = eval_option(node, "within");
    const struct query_walk walk = {QUERY_DOWN, QUERY_EDGE_DEFAULT, UINT32_MAX,
                                    NULL};
    struct query_set set;
    if (option == NULL) {
        return true;
    }
    if (!eval_set(e, option->items[0], &set)) {
        return false;
    }
    if (type == QUERY_ACTIONS) {
        query_set_to_actions(e->world, &set);
    } else {
        query_set_to_targets(e->world, &set);
    }
    *within = query_walk_closure(e->world, &set, &walk);
    query_set_finish(&set);
    return true;
}

/* --- Walks ------------------------------------------------------------------------------ */

static bool
closure(struct eval *e, const struct query_node *node,
        struct query_value *value, enum query_direction direction)
{
    const struct query_node *levels = eval_argument(node);
    struct query_set within = {.type = value->set.type};
    struct query_walk walk = {direction, edges_of(e, node), UINT32_MAX, NULL};
    if (levels != NULL && levels->kind == QUERY_NUMBER &&
        levels->number < UINT32_MAX) {
        walk.levels = (uint32_t)levels->number;
    }
    if (!within_of(e, node, value->set.type, &within)) {
        return false;
    }
    if (eval_option(node, "within") != NULL) {
        walk.limit = &within;
        query_set_intersect(&value->set, &within);
    }
    eval_give(value, query_walk_closure(e->world, &value->set, &walk));
    query_set_finish(&within);
    return true;
}

static bool
follow_deps(struct eval *e, const struct query_node *node,
            struct query_value *value)
{
    return closure(e, node, value, QUERY_DOWN);
}

static bool
follow_rdeps(struct eval *e, const struct query_node *node,
             struct query_value *value)
{
    return closure(e, node, value, QUERY_UP);
}

/* One level, without the subject. */
static bool
step(struct eval *e, const struct query_node *node, struct query_value *value,
     enum query_direction direction)
{
    const struct query_walk walk = {direction, edges_of(e, node), 1, NULL};
    struct query_set reached = query_walk_step(e->world, &value->set, &walk);
    query_set_except(&reached, &value->set);
    eval_give(value, reached);
    return true;
}

static bool
follow_children(struct eval *e, const struct query_node *node,
                struct query_value *value)
{
    return step(e, node, value, QUERY_DOWN);
}

static bool
follow_parents(struct eval *e, const struct query_node *node,
               struct query_value *value)
{
    return step(e, node, value, QUERY_UP);
}

/* --- Paths --------------------------------------------------------------------------------- */

static bool
follow_somepath(struct eval *e, const struct query_node *node,
                struct query_value *value)
{
    struct query_set to;
    if (!eval_set(e, eval_argument(node), &to)) {
        return false;
    }
    eval_align(e, &value->set, &to);
    struct query_set path =
        query_walk_path(e->world, &value->set, &to, QUERY_EDGE_DEFAULT);
    query_set_finish(&to);
    eval_give(value, path);
    return true;
}

/* What lies between is reached from both ends. */
static bool
follow_allpaths(struct eval *e, const struct query_node *node,
                struct query_value *value)
{
    struct query_walk walk = {QUERY_DOWN, QUERY_EDGE_DEFAULT, UINT32_MAX, NULL};
    struct query_set to;
    if (!eval_set(e, eval_argument(node), &to)) {
        return false;
    }
    eval_align(e, &value->set, &to);
    struct query_set down = query_walk_closure(e->world, &value->set, &walk);
    query_set_intersect(&to, &down);
    walk = (struct query_walk){QUERY_UP, QUERY_EDGE_DEFAULT, UINT32_MAX, &down};
    eval_give(value, query_walk_closure(e->world, &to, &walk));
    query_set_finish(&to);
    query_set_finish(&down);
    return true;
}

/* --- Ends of a set ------------------------------------------------------------------------------ */

/* Takes out what is reached from other members, be it through what is no
 * member. */
static bool
ends(struct eval *e, struct query_value *value, enum query_direction direction)
{
    const struct query_walk step = {direction, QUERY_EDGE_DEFAULT, 1, NULL};
    const struct query_walk all = {direction, QUERY_EDGE_DEFAULT, UINT32_MAX,
                                   NULL};
    struct query_set next = query_walk_step(e->world, &value->set, &step);
    struct query_set reached = query_walk_closure(e->world, &next, &all);
    query_set_except(&value->set, &reached);
    query_set_finish(&next);
    query_set_finish(&reached);
    return true;
}

static bool
follow_roots(struct eval *e, const struct query_node *node,
             struct query_value *value)
{
    (void)node;
    return ends(e, value, QUERY_DOWN);
}

static bool
follow_leaves(struct eval *e, const struct query_node *node,
              struct query_value *value)
{
    (void)node;
    return ends(e, value, QUERY_UP);
}

/* --- What actions read and make ------------------------------------------------------------------ */

static bool
follow_reads(struct eval *e, const struct query_node *node,
             struct query_value *value)
{
    unsigned edges = edges_of(e, node);
    struct query_set read = {.type = QUERY_TARGETS};
    struct vec near = vec_of(sizeof(uint32_t));
    eval_to_actions(e, value);
    for (uint32_t at = 0; query_set_next(&value->set, &at); at++) {
        query_world_needs(e->world, at, edges, &near);
    }
    // Groups are read as their members, and actions as what they make.
    for (uint32_t i = 0; i < near.count; i++) {
        uint32_t at = *(uint32_t *)vec_at(&near, i);
        if (query_world_type(e->world, at) == QUERY_NODE_FILE) {
            query_set_add(&read, at);
        } else if (query_set_add(&read, at)) {
            struct action_id action = query_world_action_of(e->world, at);
            if (action.n == ID_NONE) {
                query_world_needs(e->world, at, edges, &near);
            } else {
                query_world_outputs(e->world, action, &near);
            }
        }
    }
    vec_finish(&near);
    query_set_filter(&read, query_world_keep_files, e->world);
    eval_give(value, read);
    return true;
}

static bool
follow_writes(struct eval *e, const struct query_node *node,
              struct query_value *value)
{
    (void)node;
    eval_to_actions(e, value);
    eval_to_targets(e, value);
    query_set_filter(&value->set, query_world_keep_files, e->world);
    return true;
}

eval_fn *
eval_follow(enum query_op op)
{
    static const struct eval_row rows[] = {
        {OP_DEPS, follow_deps},         {OP_RDEPS, follow_rdeps},
        {OP_CHILDREN, follow_children}, {OP_PARENTS, follow_parents},
        {OP_SOMEPATH, follow_somepath}, {OP_ALLPATHS, follow_allpaths},
        {OP_ROOTS, follow_roots},       {OP_LEAVES, follow_leaves},
        {OP_READS, follow_reads},       {OP_WRITES, follow_writes},
    };
    return eval_find(rows, sizeof(rows) / sizeof(rows[0]), op);
}
