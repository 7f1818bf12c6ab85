/* SPDX-License-Identifier: MIT */
#include "exec/graph/depth.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <stdlib.h>

enum state { STATE_NEW, STATE_OPEN, STATE_LEFT };

struct frame {
    uint32_t index; /* of the node */
    uint32_t cursor;
};

/* True for edges that say nothing but "validate with it". */
static bool
is_validation(const struct edge *edge)
{
    return edge->kinds == EDGE_VALIDATION;
}

static bool
next_input(const struct graph *g, const struct action *a, uint32_t *cursor,
           struct node *next)
{
    while (*cursor < a->inputs.count) {
        const struct edge *edge = graph_input(g, a, (*cursor)++);
        if (!is_validation(edge)) {
            *next = edge->to;
            return true;
        }
    }
    return false;
}

bool
depth_next_needed(const struct graph *g, struct node node, uint32_t *cursor,
                  struct node *next)
{
    if (node.type == NODE_ACTION) {
        const struct action *a = graph_action(g, (struct action_id){node.n});
        return next_input(g, a, cursor, next);
    }
    if (node.type == NODE_FILE) {
        struct action_id producer = graph_producer(g, (struct file_id){node.n});
        *next = (struct node){NODE_ACTION, producer.n};
        return producer.n != ID_NONE && (*cursor)++ == 0;
    }
    const struct group *group = graph_group(g, (struct group_id){node.n});
    if (*cursor >= group->members.count) {
        return false;
    }
    *next = graph_member(g, group, (*cursor)++);
    return true;
}

/* The cursor counts users, then outputs, then groups that hold the node. */
bool
depth_next_user(const struct graph *g, struct node node, uint32_t *cursor,
                struct node *next)
{
    uint32_t users = graph_user_count(g, node);
    uint32_t outputs = 0;
    const struct action *a = NULL;

    while (*cursor < users) {
        const struct edge *edge = graph_user(g, node, (*cursor)++);
        if (!is_validation(edge)) {
            *next = (struct node){NODE_ACTION, edge->user};
            return true;
        }
    }
    if (node.type == NODE_ACTION) {
        a = graph_action(g, (struct action_id){node.n});
        outputs = a->outputs.count;
    }
    uint32_t index = (*cursor)++ - users;
    if (index < outputs) {
        *next = (struct node){NODE_FILE, graph_output(g, a, index).n};
        return true;
    }
    index -= outputs;
    if (index < graph_holder_count(g, node)) {
        *next = (struct node){NODE_GROUP, graph_holder(g, node, index).n};
        return true;
    }
    return false;
}

struct depth
depth_start(const struct graph *g, depth_next next)
{
    return (struct depth){g, next, mem_alloc(graph_node_count(g), 1),
                          vec_of(sizeof(struct frame))};
}

void
depth_finish(struct depth *depth)
{
    free(depth->states);
    vec_finish(&depth->stack);
}

void
depth_enter(struct depth *depth, struct node node)
{
    struct frame frame = {graph_node_index(depth->g, node), 0};

    if (depth->states[frame.index] == STATE_NEW) {
        depth->states[frame.index] = STATE_OPEN;
        vec_push(&depth->stack, &frame);
    }
}

enum depth_event
depth_step(struct depth *depth, struct node *node)
{
    while (depth->stack.count > 0) {
        struct frame *top = vec_at(&depth->stack, depth->stack.count - 1);
        struct node at = graph_node_at(depth->g, top->index);
        if (!depth->next(depth->g, at, &top->cursor, node)) {
            depth->states[top->index] = STATE_LEFT;
            vec_pop(&depth->stack);
            *node = at;
            return DEPTH_LEAVE;
        }
        uint32_t next = graph_node_index(depth->g, *node);
        if (depth->states[next] == STATE_OPEN) {
            return DEPTH_CYCLE;
        }
        depth_enter(depth, *node);
    }
    return DEPTH_DONE;
}

struct vec
depth_cycle(const struct depth *depth, struct node node)
{
    const struct frame *frames = depth->stack.items;
    uint32_t wanted = graph_node_index(depth->g, node);
    uint32_t start = depth->stack.count;
    struct vec nodes = vec_of(sizeof(struct node));

    do {
        assert(start > 0);
        start--;
    } while (frames[start].index != wanted);
    for (uint32_t i = start; i < depth->stack.count; i++) {
        struct node member = graph_node_at(depth->g, frames[i].index);
        vec_push(&nodes, &member);
    }
    return nodes;
}
