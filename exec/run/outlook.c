/* SPDX-License-Identifier: MIT */
/*
 * See outlook.h. It is assumed that all that is not settled will run: of what
 * waits behind a dirty action most does, and what turns out to be clean takes
 * itself out. An action that runs longer than ever counts as about to end.
 */
#include "exec/run/outlook.h"

#include "exec/base/memory.h"
#include "exec/graph/depth.h"

#include <assert.h>
#include <stdlib.h>

/* So many files and groups are looked at for the next action of a way. */
#define LOOKED_AT_MAX 10000
/* What schedule.c takes an action to cost when nothing is known of any. */
#define UNKNOWN_US 1000

/* What of an expected time is left. */
static uint64_t
rest_of(uint64_t expected_us, int64_t elapsed_us)
{
    uint64_t gone = elapsed_us > 0 ? (uint64_t)elapsed_us : 0;
    return gone < expected_us ? expected_us - gone : 0;
}

/* Where the longest way begins, with its length. */
struct longest {
    struct action_id action;
    uint64_t us;
};

static void
offer(struct longest *longest, struct action_id action, uint64_t us)
{
    if (us > longest->us) {
        *longest = (struct longest){action, us};
    }
}

static bool
is_running(const struct outlook_request *r, struct action_id id)
{
    for (uint32_t i = 0; i < r->running_count; i++) {
        if (r->running[i].action.n == id.n) {
            return true;
        }
    }
    return false;
}

/* Waits, is ready, or is taken and about to start. */
static bool
is_to_run(const struct outlook_request *r, struct action_id id)
{
    enum plan_state state = plan_state(r->plan, id);
    return state == PLAN_WAITING || state == PLAN_READY ||
           (state == PLAN_TAKEN && !is_running(r, id));
}

/* All work that has not begun; where the longest way begins. */
static uint64_t
sum_waiting(const struct outlook_request *r, struct longest *longest)
{
    uint64_t work_us = 0;
    for (uint32_t i = 0; i < r->schedule->count; i++) {
        struct action_id id = {i};
        if (is_to_run(r, id)) {
            work_us += r->schedule->durations_us[i];
            offer(longest, id, r->schedule->longest_us[i]);
        }
    }
    return work_us;
}

/* The same of what runs. */
static uint64_t
sum_running(const struct outlook_request *r, struct longest *longest)
{
    uint64_t work_us = 0;
    for (uint32_t i = 0; i < r->running_count; i++) {
        struct action_id id = r->running[i].action;
        uint64_t expected_us = r->schedule->durations_us[id.n];
        uint64_t rest_us = rest_of(expected_us, r->running[i].elapsed_us);
        uint64_t way_us = r->schedule->longest_us[id.n];
        work_us += rest_us;
        // What was settled when the order was made has no way of its own.
        offer(longest, id,
              way_us > expected_us ? way_us - expected_us + rest_us : rest_us);
    }
    return work_us;
}

/* --- The way ---------------------------------------------------------------------- */

/* Of the actions that use what the action makes, the one with the longest way;
 * ACTION_NONE at the end. */
static struct action_id
follow(const struct outlook_request *r, struct action_id from)
{
    struct vec todo = vec_of(sizeof(struct node));
    struct node start = {NODE_ACTION, from.n};
    struct longest longest = {ACTION_NONE, 0};
    vec_push(&todo, &start);
    for (uint32_t i = 0; i < todo.count && i < LOOKED_AT_MAX; i++) {
        struct node node = *(struct node *)vec_at(&todo, i);
        uint32_t cursor = 0;
        struct node next;
        while (depth_next_user(r->graph, node, &cursor, &next)) {
            if (next.type != NODE_ACTION) {
                vec_push(&todo, &next);
                continue;
            }
            struct action_id id = {next.n};
            enum plan_state state = plan_state(r->plan, id);
            if (state == PLAN_WAITING || state == PLAN_READY) {
                offer(&longest, id, r->schedule->longest_us[id.n]);
            }
        }
    }
    vec_finish(&todo);
    return longest.action;
}

/* Actions without steps only stand for others: nobody waits for them. */
static bool
is_worth_telling(const struct outlook_request *r, struct action_id id)
{
    return graph_action(r->graph, id)->steps.count > 0;
}

static void
follow_path(struct outlook *outlook, const struct outlook_request *r,
            struct action_id at)
{
    // The graph has no cycles, so that this ends; its length is that of the
    // longest way, which may be thousands.
    for (; at.n != ID_NONE; at = follow(r, at)) {
        if (!is_worth_telling(r, at)) {
            continue;
        }
        if (outlook->path_count < OUTLOOK_PATH_MAX) {
            outlook->path[outlook->path_count++] = at;
        } else {
            outlook->path_more++;
        }
        if (outlook->path_more >= LOOKED_AT_MAX / 100) {
            break; // More than anybody reads.
        }
    }
}

void
outlook_make(struct outlook *outlook, const struct outlook_request *request)
{
    assert(request->schedule->longest_us != NULL && request->jobs > 0);
    struct longest longest = {ACTION_NONE, 0};
    uint64_t work_us = sum_waiting(request, &longest);
    work_us += sum_running(request, &longest);
    uint64_t shared_us = work_us / request->jobs;
    uint64_t left_us = longest.us > shared_us ? longest.us : shared_us;
    *outlook = (struct outlook){.left_us = (int64_t)left_us};
    if (request->schedule->known_count == 0) {
        // All were taken to cost the same: what it is tells this run.
        outlook->left_us =
            request->mean_us == 0
                ? -1
                : (int64_t)(left_us * (uint64_t)request->mean_us / UNKNOWN_US);
    }
    follow_path(outlook, request, longest.action);
}
