/* SPDX-License-Identifier: MIT */
/*
 * Both walks go into the depth: leaving a node after all that it needs gives
 * the order of walk_needed; turned round, leaving a node after all that uses
 * it gives the order of walk_users.
 */
#include "exec/graph/walk.h"

#include "exec/base/memory.h"
#include "exec/graph/depth.h"

#include <assert.h>
#include <stdlib.h>

void
action_list_finish(struct action_list *list)
{
    free(list->ids);
    *list = (struct action_list){0};
}

/* Validations are wanted, but what is validated does not wait for them (and
 * they may well need it), so they are walked after everything else. */
static void
add_validations(const struct graph *g, struct action_id id, struct vec *queue)
{
    const struct action *a = graph_action(g, id);

    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(g, a, i);
        if ((edge->kinds & EDGE_VALIDATION) != 0) {
            vec_push(queue, &edge->to);
        }
    }
}

static struct action_list
list_of(struct vec *ids)
{
    return (struct action_list){ids->items, ids->count};
}

struct action_list
walk_needed(const struct graph *g, const struct node *nodes, uint32_t count)
{
    struct depth depth = depth_start(g, depth_next_needed);
    struct vec queue = vec_of(sizeof(struct node));
    struct vec found = vec_of(sizeof(struct action_id));

    vec_push_all(&queue, nodes, count);
    for (uint32_t i = 0; i < queue.count; i++) {
        struct node node = *(struct node *)vec_at(&queue, i);
        enum depth_event event;
        depth_enter(&depth, node);
        while ((event = depth_step(&depth, &node)) != DEPTH_DONE) {
            assert(event == DEPTH_LEAVE); // a sealed graph has no cycles
            if (node.type == NODE_ACTION) {
                struct action_id id = {node.n};
                vec_push(&found, &id);
                add_validations(g, id, &queue);
            }
        }
    }
    vec_finish(&queue);
    depth_finish(&depth);
    return list_of(&found);
}

static void
reverse(struct action_list *list)
{
    for (uint32_t i = 0; i < list->count / 2; i++) {
        struct action_id id = list->ids[i];
        list->ids[i] = list->ids[list->count - 1 - i];
        list->ids[list->count - 1 - i] = id;
    }
}

struct action_list
walk_users(const struct graph *g, struct node node)
{
    struct depth depth = depth_start(g, depth_next_user);
    struct vec found = vec_of(sizeof(struct action_id));
    struct node at;
    enum depth_event event;

    depth_enter(&depth, node);
    while ((event = depth_step(&depth, &at)) != DEPTH_DONE) {
        assert(event == DEPTH_LEAVE);
        bool is_start = at.type == node.type && at.n == node.n;
        if (at.type == NODE_ACTION && !is_start) {
            struct action_id id = {at.n};
            vec_push(&found, &id);
        }
    }
    depth_finish(&depth);
    struct action_list list = list_of(&found);
    reverse(&list);
    return list;
}

/* The greatest of what the followers of a node have. */
static uint64_t
greatest_follower(const struct graph *g, struct node node, const uint64_t *sums)
{
    uint64_t greatest = 0;
    uint32_t cursor = 0;
    struct node next;
    while (depth_next_user(g, node, &cursor, &next)) {
        uint64_t sum = sums[graph_node_index(g, next)];
        greatest = sum > greatest ? sum : greatest;
    }
    return greatest;
}

void
walk_longest(const struct graph *g, const uint64_t *costs, uint64_t *longest)
{
    struct depth depth = depth_start(g, depth_next_user);
    uint64_t *sums = mem_alloc(graph_node_count(g), sizeof(*sums));
    for (uint32_t i = 0; i < graph_action_count(g); i++) {
        struct node node = {NODE_ACTION, i};
        depth_enter(&depth, node);
        while (depth_step(&depth, &node) == DEPTH_LEAVE) {
            uint64_t sum = greatest_follower(g, node, sums);
            if (node.type == NODE_ACTION) {
                sum += costs[node.n];
                longest[node.n] = sum;
            }
            sums[graph_node_index(g, node)] = sum;
        }
    }
    free(sums);
    depth_finish(&depth);
}
