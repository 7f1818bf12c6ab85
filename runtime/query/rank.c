/* SPDX-License-Identifier: MIT */
/*
 * The rank of a node is the length of the longest way down from it. Ranks are
 * made only of nodes that are to be sorted and of what lies below them.
 */
#include "runtime/query/rank.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Declared edges: discovered ones come and go with builds. */
enum { RANK_EDGES = QUERY_EDGE_DEFAULT & ~QUERY_EDGE_DISCOVERED };

/* A node that is being ranked: what it needs lies in `needs` from start on. */
struct frame {
    uint32_t node;
    uint32_t start;
    uint32_t next;
};

struct ranking {
    struct query_world *world;
    uint32_t *ranks;  /* by node, 0: not yet, else rank + 1 */
    uint32_t count;   /* of them; strangers have none, and are sources */
    struct vec stack; /* of struct frame */
    struct vec needs; /* of uint32_t, of all frames */
};

static void
enter(struct ranking *r, uint32_t node)
{
    struct frame frame = {node, r->needs.count, r->needs.count};
    r->ranks[node] = 1; // Met again before it is left, it closes a cycle.
    query_world_needs(r->world, node, RANK_EDGES, &r->needs);
    vec_push(&r->stack, &frame);
}

/* Ranks a node behind all that it needs. */
static void
rank_node(struct ranking *r, uint32_t node)
{
    if (node >= r->count || r->ranks[node] != 0) {
        return;
    }
    enter(r, node);
    while (r->stack.count > 0) {
        struct frame *top = vec_at(&r->stack, r->stack.count - 1);
        if (top->next < r->needs.count) {
            uint32_t need = *(uint32_t *)vec_at(&r->needs, top->next++);
            if (need < r->count && r->ranks[need] == 0) {
                enter(r, need);
            }
            continue;
        }
        uint32_t rank = 0;
        for (uint32_t i = top->start; i < r->needs.count; i++) {
            uint32_t need = *(uint32_t *)vec_at(&r->needs, i);
            uint32_t below = need < r->count ? r->ranks[need] : 1;
            rank = below > rank ? below : rank;
        }
        r->ranks[top->node] = rank + 1;
        r->needs.count = top->start;
        vec_pop(&r->stack);
    }
}

/* --- Sorting ---------------------------------------------------------------------- */

struct item {
    struct slice path;
    uint32_t rank;
    uint32_t node;
};

static int
compare_items(const void *left, const void *right)
{
    const struct item *a = left;
    const struct item *b = right;
    if (a->rank != b->rank) {
        return a->rank < b->rank ? -1 : 1;
    }
    int order = strcmp(a->path.bytes, b->path.bytes);
    return order != 0 ? order : (a->node > b->node) - (a->node < b->node);
}

void
query_rank_sort(struct query_world *world, uint32_t *nodes, uint32_t count,
                enum query_order order)
{
    struct ranking r = {.world = world, .count = query_world_count(world)};
    r.ranks = mem_alloc(r.count, sizeof(*r.ranks));
    r.stack = vec_of(sizeof(struct frame));
    r.needs = vec_of(sizeof(uint32_t));
    struct item *items = mem_alloc(count, sizeof(*items));
    for (uint32_t i = 0; i < count; i++) {
        if (order == QUERY_ORDER_DEPS) {
            rank_node(&r, nodes[i]);
        }
        items[i] = (struct item){query_world_path(world, nodes[i]),
                                 r.ranks[nodes[i]], nodes[i]};
    }
    qsort(items, count, sizeof(*items), compare_items);
    for (uint32_t i = 0; i < count; i++) {
        nodes[i] = items[i].node;
    }
    free(items);
    free(r.ranks);
    vec_finish(&r.stack);
    vec_finish(&r.needs);
}
