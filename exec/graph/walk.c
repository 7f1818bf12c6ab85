/* SPDX-License-Identifier: MIT */
/*
 * Both walks go into the depth: leaving a node after all that it needs gives
 * the order of walk_needed; turned round, leaving a node after all that uses
 * it gives the order of walk_users.
 */
#include "exec/graph/walk.h"

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
