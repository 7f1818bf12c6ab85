/* SPDX-License-Identifier: MIT */
/* A walk down to the bottom, with a stack of its own: each node is left once, when
 * all that it needs was left. Where needs go round in a circle, one of them is
 * told before what it needs. */
#ifndef RUNTIME_QUERY_DESCENT_H
#define RUNTIME_QUERY_DESCENT_H

#include "runtime/query/world.h"

typedef void
query_leave_fn(void *ctx, uint32_t node, const uint32_t *needs, uint32_t count);

struct query_descent {
    struct query_world *world;
    unsigned edges;
    query_leave_fn *leave;
    void *ctx;
    struct query_set entered;
    struct vec stack; /* of frames, see descent.c */
    struct vec needs; /* of uint32_t, of all frames */
};

struct query_descent
query_descent_start(struct query_world *world, unsigned edges,
                    query_leave_fn *leave, void *ctx);
/* Goes down from a node; nothing happens if it was entered before. */
void query_descend(struct query_descent *descent, uint32_t node);
void query_descent_finish(struct query_descent *descent);

#endif
