/* SPDX-License-Identifier: MIT */
/*
 * The rank of a node is the length of the longest way down from it. Ranks are
 * made only of nodes that are to be sorted and of what lies below them.
 */
#include "runtime/query/rank.h"

#include "runtime/query/descent.h"

#include <stdlib.h>
#include <string.h>

/* Declared edges: discovered ones come and go with builds. */
enum { RANK_EDGES = QUERY_EDGE_DEFAULT & ~QUERY_EDGE_DISCOVERED };

struct ranking {
    const struct query_world *world;
    uint32_t *ranks; /* by node */
    uint32_t count;  /* of them; strangers have none, and are sources */
};

/* One more than the highest of what it needs. A group that has an action comes behind
 * what that makes, which is one more than the action. */
static void
rank_node(void *ctx, uint32_t node, const uint32_t *needs, uint32_t count)
{
    struct ranking *r = ctx;
    uint32_t rank = 0;
    bool is_group = query_world_type(r->world, node) == QUERY_NODE_GROUP;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t below = needs[i] < r->count ? r->ranks[needs[i]] + 1 : 1;
        if (is_group &&
            query_world_type(r->world, needs[i]) == QUERY_NODE_ACTION) {
            below++;
        }
        rank = below > rank ? below : rank;
    }
    if (node < r->count) {
        r->ranks[node] = rank;
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

/* The rank of each node; none are made where they do not count. */
static void
rank_items(struct query_world *world, struct item *items, uint32_t count)
{
    struct ranking r = {.world = world, .count = query_world_count(world)};
    struct query_descent descent =
        query_descent_start(world, RANK_EDGES, rank_node, &r);
    r.ranks = mem_alloc((size_t)r.count + 1, sizeof(*r.ranks));
    for (uint32_t i = 0; i < count; i++) {
        query_descend(&descent, items[i].node);
        items[i].rank = r.ranks[items[i].node];
    }
    query_descent_finish(&descent);
    free(r.ranks);
}

void
query_rank_sort(struct query_world *world, uint32_t *nodes, uint32_t count,
                enum query_order order)
{
    struct item *items = mem_alloc((size_t)count + 1, sizeof(*items));
    for (uint32_t i = 0; i < count; i++) {
        items[i] =
            (struct item){query_world_path(world, nodes[i]), 0, nodes[i]};
    }
    if (order == QUERY_ORDER_DEPS) {
        rank_items(world, items, count);
    }
    qsort(items, count, sizeof(*items), compare_items);
    for (uint32_t i = 0; i < count; i++) {
        nodes[i] = items[i].node;
    }
    free(items);
}
