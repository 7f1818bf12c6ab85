/* SPDX-License-Identifier: MIT */
/* What nodes need, and what needs them, by kinds of edges. */
#include "runtime/query/world_parts.h"

#include <assert.h>

void
query_world_clear_marks(struct query_world *world)
{
    world->round++;
}

bool
query_world_mark(struct query_world *world, uint32_t node)
{
    if (node >= world->marks.count) {
        vec_resize(&world->marks, query_world_count(world));
    }
    uint32_t *mark = vec_at(&world->marks, node);
    bool is_new = *mark != world->round;
    *mark = world->round;
    return is_new;
}

/* The bit of a declared edge; 0 for validations, which nothing waits for. */
static unsigned
edge_bit(const struct edge *edge)
{
    if ((edge->kinds & (EDGE_DYNOUT | EDGE_DISCOVERED)) != 0) {
        return QUERY_EDGE_DYN;
    }
    if ((edge->kinds & EDGE_ORDER_ONLY) != 0) {
        return QUERY_EDGE_ORDER;
    }
    if ((edge->kinds & EDGE_VALIDATION) != 0) {
        return 0;
    }
    return edge->explicit_ ? QUERY_EDGE_EXPLICIT : QUERY_EDGE_IMPLICIT;
}

static void
add(struct vec *out, uint32_t node)
{
    vec_push(out, &node);
}

static void
action_needs(struct query_world *world, struct action_id id, unsigned edges,
             struct vec *out)
{
    const struct graph *g = world->graph;
    const struct action *a = graph_action(g, id);
    if ((a->flags & ACTION_PENDING) != 0 && (edges & QUERY_EDGE_DYN) != 0) {
        query_set_add(&world->waiting, query_world_action(world, id));
    }
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(g, a, i);
        if ((edge_bit(edge) & edges) != 0) {
            add(out, query_world_node(world, edge->to));
        }
    }
    for (uint32_t i = 0;
         (edges & QUERY_EDGE_WATCH) != 0 && i < a->watches.count; i++) {
        add(out, query_world_file(world, graph_watch(g, a, i)->dir));
    }
    if ((edges & QUERY_EDGE_DISCOVERED) != 0) {
        world_add_discovered(world, query_world_action(world, id), out);
    }
}

void
query_world_needs(struct query_world *world, uint32_t node, unsigned edges,
                  struct vec *out)
{
    const struct graph *g = world->graph;
    assert(node < query_world_count(world));
    if (node < world->first_action) {
        struct action_id maker = graph_producer(g, (struct file_id){node});
        if (maker.n != ID_NONE) {
            add(out, query_world_action(world, maker));
        }
    } else if (node < world->first_group) {
        action_needs(world, query_world_action_of(world, node), edges, out);
    } else if (node < world->first_stranger) {
        const struct group *group =
            graph_group(g, query_world_group_of(world, node));
        for (uint32_t i = 0; i < group->members.count; i++) {
            add(out, query_world_node(world, graph_member(g, group, i)));
        }
    }
}

void
query_world_outputs(struct query_world *world, struct action_id action,
                    struct vec *out)
{
    const struct action *a = graph_action(world->graph, action);
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        add(out, query_world_file(world, graph_output(world->graph, a, i)));
    }
}

/* Folders do not know who watches them: all actions are asked once. */
static void
load_watchers(struct query_world *world)
{
    const struct graph *g = world->graph;
    for (uint32_t n = 0; n < graph_action_count(g); n++) {
        struct action_id id = {n};
        const struct action *a = graph_action(g, id);
        for (uint32_t i = 0; i < a->watches.count; i++) {
            struct file_id dir = graph_watch(g, a, i)->dir;
            struct finder watcher = {query_world_file(world, dir),
                                     query_world_action(world, id)};
            vec_push(&world->watchers, &watcher);
        }
    }
    world_sort_finders(&world->watchers);
    world->has_watchers = true;
}

static void
add_watchers(struct query_world *world, uint32_t file, struct vec *out)
{
    if (!world->has_watchers) {
        load_watchers(world);
    }
    world_add_sorted(&world->watchers, file, out);
}

static void
graph_users_of(struct query_world *world, struct node node, unsigned edges,
               struct vec *out)
{
    const struct graph *g = world->graph;
    for (uint32_t i = 0; i < graph_user_count(g, node); i++) {
        const struct edge *edge = graph_user(g, node, i);
        if ((edge_bit(edge) & edges) != 0) {
            add(out, query_world_action(world, (struct action_id){edge->user}));
        }
    }
    for (uint32_t i = 0; i < graph_holder_count(g, node); i++) {
        struct node holder = {NODE_GROUP, graph_holder(g, node, i).n};
        add(out, query_world_node(world, holder));
    }
}

void
query_world_users(struct query_world *world, uint32_t node, unsigned edges,
                  struct vec *out)
{
    assert(node < query_world_count(world));
    if ((edges & QUERY_EDGE_DISCOVERED) != 0 &&
        query_world_type(world, node) == QUERY_NODE_FILE) {
        world_add_finders(world, node, out);
    }
    if (node < world->first_action) {
        graph_users_of(world, (struct node){NODE_FILE, node}, edges, out);
        if ((edges & QUERY_EDGE_WATCH) != 0) {
            add_watchers(world, node, out);
        }
    } else if (node < world->first_group) {
        struct action_id id = query_world_action_of(world, node);
        query_world_outputs(world, id, out);
        graph_users_of(world, (struct node){NODE_ACTION, id.n}, edges, out);
    } else if (node < world->first_stranger) {
        struct group_id id = query_world_group_of(world, node);
        graph_users_of(world, (struct node){NODE_GROUP, id.n}, edges, out);
    }
}
