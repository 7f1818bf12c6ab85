/* SPDX-License-Identifier: MIT */
#include "runtime/query/descent.h"

#include <assert.h>

/* A node that was entered: its needs lie behind `start`, up to those of the frame
 * above it. */
struct frame {
    uint32_t node;
    uint32_t start;
    uint32_t next;
};

struct query_descent
query_descent_start(struct query_world *world, unsigned edges,
                    query_leave_fn *leave, void *ctx)
{
    return (struct query_descent){.world = world,
                                  .edges = edges,
                                  .leave = leave,
                                  .ctx = ctx,
                                  .stack = vec_of(sizeof(struct frame)),
                                  .needs = vec_of(sizeof(uint32_t))};
}

static void
enter(struct query_descent *d, uint32_t node)
{
    if (query_set_add(&d->entered, node)) {
        struct frame frame = {node, d->needs.count, d->needs.count};
        query_world_needs(d->world, node, d->edges, &d->needs);
        vec_push(&d->stack, &frame);
    }
}

void
query_descend(struct query_descent *d, uint32_t node)
{
    assert(d->stack.count == 0);
    enter(d, node);
    while (d->stack.count > 0) {
        struct frame *top = vec_at(&d->stack, d->stack.count - 1);
        const uint32_t *needs = d->needs.items;
        if (top->next < d->needs.count) {
            enter(d, needs[top->next++]);
            continue;
        }
        d->leave(d->ctx, top->node,
                 top->start == 0 ? needs : needs + top->start,
                 d->needs.count - top->start);
        d->needs.count = top->start;
        vec_pop(&d->stack);
    }
}

void
query_descent_finish(struct query_descent *d)
{
    query_set_finish(&d->entered);
    vec_finish(&d->stack);
    vec_finish(&d->needs);
}
