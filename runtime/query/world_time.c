/* SPDX-License-Identifier: MIT */
/*
 * What a run could not have been shorter than: the chain of needs whose
 * durations add up to the most. Only actions that ran in it cost something.
 */
#include "runtime/query/descent.h"
#include "runtime/query/world_parts.h"

#include <assert.h>
#include <stdlib.h>

struct timing {
    struct query_world *world;
    uint32_t count;    /* of nodes that were known at the start */
    int64_t *costs;    /* by node; 0: it did not run */
    int64_t *ends;     /* by node: the soonest that it could be done */
    uint32_t *because; /* by node: the need that is done last, + 1 */
    uint32_t last;     /* the node that is done last of all */
};

static void
take_cost(void *ctx, const struct exec_action_run *row)
{
    struct timing *timing = ctx;
    struct action_id action =
        graph_find_key(timing->world->graph, row->key, slice_of(row->key).len);
    if (action.n != ID_NONE) {
        // At least one, so that what ran can be told from what did not.
        timing->costs[query_world_action(timing->world, action)] =
            row->duration_us > 0 ? row->duration_us : 1;
    }
}

static void
time_node(void *ctx, uint32_t node, const uint32_t *needs, uint32_t count)
{
    struct timing *timing = ctx;
    int64_t begin = 0;
    if (node >= timing->count) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (needs[i] < timing->count && timing->ends[needs[i]] > begin) {
            begin = timing->ends[needs[i]];
            timing->because[node] = needs[i] + 1;
        }
    }
    timing->ends[node] = begin + timing->costs[node];
    if (timing->ends[node] > timing->ends[timing->last]) {
        timing->last = node;
    }
}

static void
timing_finish(struct timing *timing)
{
    free(timing->costs);
    free(timing->ends);
    free(timing->because);
}

/* Times all actions of a run; run 0 takes no time. */
static bool
time_run(struct query_world *world, uint64_t run, struct timing *timing,
         struct error *err)
{
    uint32_t count = query_world_count(world);
    *timing = (struct timing){.world = world, .count = count};
    timing->costs = mem_alloc((size_t)count + 1, sizeof(*timing->costs));
    timing->ends = mem_alloc((size_t)count + 1, sizeof(*timing->ends));
    timing->because = mem_alloc((size_t)count + 1, sizeof(*timing->because));
    const struct exec_action_run_sink sink = {take_cost, timing};
    if (run != 0 &&
        !exec_list_action_runs(world->options.exec, run, &sink, err)) {
        timing_finish(timing);
        return false;
    }
    struct query_descent descent =
        query_descent_start(world, QUERY_EDGE_DEFAULT, time_node, timing);
    for (uint32_t node = 0; node < count; node++) {
        if (timing->costs[node] > 0) {
            query_descend(&descent, node);
        }
    }
    query_descent_finish(&descent);
    return true;
}

/* Back from what was done last, in the order in which they ran. */
static void
trace_back(const struct timing *timing, struct query_set *set)
{
    struct vec chain = vec_of(sizeof(uint32_t));
    uint32_t node = timing->last + 1;
    while (node != 0 && timing->count > 0) {
        node--;
        if (timing->costs[node] > 0) {
            vec_push(&chain, &node);
            query_set_add(set, node);
        }
        node = timing->because[node];
    }
    assert(set->count == chain.count);
    set->order = mem_alloc((size_t)chain.count + 1, sizeof(*set->order));
    for (uint32_t i = 0; i < chain.count; i++) {
        set->order[i] = *(uint32_t *)vec_at(&chain, chain.count - 1 - i);
    }
    vec_finish(&chain);
}

bool
query_world_critical(struct query_world *world, uint64_t run,
                     struct query_set *set, struct error *err)
{
    struct timing timing;
    if (!time_run(world, run, &timing, err)) {
        return false;
    }
    trace_back(&timing, set);
    timing_finish(&timing);
    return true;
}

/* --- Slack ----------------------------------------------------------------------------- */

/* The longest way on from each action, itself included, tells how late it could
 * have begun. */
static void
fill_slack(struct query_world *world, const struct timing *timing)
{
    uint32_t count = graph_action_count(world->graph);
    uint64_t *costs = mem_alloc((size_t)count + 1, sizeof(*costs));
    uint64_t *rest = mem_alloc((size_t)count + 1, sizeof(*rest));
    int64_t whole = timing->count > 0 ? timing->ends[timing->last] : 0;
    for (uint32_t i = 0; i < count; i++) {
        costs[i] = (uint64_t)timing->costs[world->first_action + i];
    }
    walk_longest(world->graph, costs, rest);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t node = world->first_action + i;
        int64_t *slack = world_slot(world, &world->past.slack, node);
        int64_t begin = timing->ends[node] - timing->costs[node];
        int64_t late = whole - begin - (int64_t)rest[i];
        *slack = timing->costs[node] == 0 ? -1 : late > 0 ? late : 0;
    }
    free(costs);
    free(rest);
}

static void
load_slack(struct query_world *world)
{
    struct error ignored = {0};
    struct timing timing;
    uint64_t run = 0;
    if (world->past.has_slack) {
        return;
    }
    world->past.has_slack = true;
    if (query_world_find_run(world, NULL, &run, &ignored) &&
        time_run(world, run, &timing, &ignored)) {
        fill_slack(world, &timing);
        trace_back(&timing, &world->past.critical);
        timing_finish(&timing);
    }
    error_finish(&ignored);
}

bool
query_world_slack(struct query_world *world, uint32_t node, int64_t *slack_us)
{
    load_slack(world);
    *slack_us = *(int64_t *)world_slot(world, &world->past.slack, node);
    return query_world_in_graph(world, node) && *slack_us >= 0 &&
           world->past.slack.count > 0 && world->past.critical.count > 0;
}

bool
query_world_is_critical(struct query_world *world, uint32_t node)
{
    load_slack(world);
    return query_set_has(&world->past.critical, node);
}
