/* SPDX-License-Identifier: MIT */
/*
 * A walk into the depth of a graph, with its own stack: each node is entered
 * once and left when all that follows it was left.
 *
 *     depth_enter(&depth, node);
 *     while ((event = depth_step(&depth, &node)) != DEPTH_DONE) { ... }
 */
#ifndef EXEC_GRAPH_DEPTH_H
#define EXEC_GRAPH_DEPTH_H

#include "exec/graph/parts.h"

/* The next follower of a node at the cursor, which starts at 0 and is moved
 * on; false at the end. */
typedef bool (*depth_next)(const struct graph *g, struct node node,
                           uint32_t *cursor, struct node *next);

enum depth_event {
    DEPTH_LEAVE, /* the node's followers have all been left */
    DEPTH_CYCLE, /* the node follows itself: depth_cycle has the whole */
    DEPTH_DONE
};

struct depth {
    const struct graph *g;
    depth_next next;
    uint8_t *states; /* by node index */
    struct vec stack;
};

/* A file's producer; an action's inputs but validations; members. */
bool depth_next_needed(const struct graph *g, struct node node,
                       uint32_t *cursor, struct node *next);
/* What uses a node, but as validation; an action's outputs; the groups that
 * hold it. */
bool depth_next_user(const struct graph *g, struct node node, uint32_t *cursor,
                     struct node *next);

struct depth depth_start(const struct graph *g, depth_next next);
void depth_finish(struct depth *depth);
/* Begins at a node; nothing happens if it has been entered before. */
void depth_enter(struct depth *depth, struct node node);
/* Goes on to the next event. */
enum depth_event depth_step(struct depth *depth, struct node *node);
/* After DEPTH_CYCLE: its nodes, from the one that was met again. */
struct vec depth_cycle(const struct depth *depth, struct node node);

#endif
