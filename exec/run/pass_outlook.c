/* SPDX-License-Identifier: MIT */
/*
 * What a pass tells of what is to come: made anew a few times a second at most,
 * since it looks at each action of the graph.
 */
#include "exec/base/memory.h"
#include "exec/run/pass_parts.h"

#include <assert.h>
#include <stdlib.h>

#define LOOK_EVERY_US (200 * 1000)

void
pass_expect_more(struct pass *pass, bool more)
{
    pass->ahead.more_follows = more;
}

void
pass_on_hash(void *ctx, const char *path)
{
    struct exec_event event = pass_event(EVENT_PHASE, ACTION_NONE, STATUS_OK);
    char *text = path == NULL ? NULL : mem_format("hashing %s", path);
    event.text = text;
    pass_send(ctx, &event);
    free(text);
}

/* True for events at which somebody shows where the build is. */
static bool
is_due(const struct pass *pass, const struct exec_event *event)
{
    if (!pass->options.build->outlook || pass->schedule.longest_us == NULL) {
        return false;
    }
    if (event->type == EVENT_PLAN) {
        return true;
    }
    bool moves =
        event->type == EVENT_ACTION_START || event->type == EVENT_ACTION_END;
    // The first action that ends may tell how long all of them take.
    bool learns =
        pass->ahead.outlook.left_us < 0 && pass->ahead.spent_count > 0;
    return moves && (pass->ahead.made_us == 0 || learns ||
                     event->time_us - pass->ahead.made_us >= LOOK_EVERY_US);
}

/* The running ones that are of the current graph; malloc'ed. */
static struct outlook_running *
list_running(const struct pass *pass, uint32_t *count)
{
    struct outlook_running *list =
        mem_alloc(pass->running_count + 1u, sizeof(*list));
    int64_t now_us = loop_now_us();
    *count = 0;
    for (const struct running *r = pass->first; r != NULL; r = r->next) {
        if (r->action.n != ID_NONE) {
            assert(*count < pass->running_count);
            list[(*count)++] =
                (struct outlook_running){r->action, now_us - r->begun_us};
        }
    }
    return list;
}

static void
look(struct pass *pass)
{
    struct look_ahead *ahead = &pass->ahead;
    uint32_t count;
    struct outlook_running *running = list_running(pass, &count);
    struct outlook_request request = {
        .graph = pass->held->graph,
        .plan = pass->plan,
        .schedule = &pass->schedule,
        .running = running,
        .running_count = count,
        .jobs = pass->jobs,
        .mean_us = ahead->spent_count == 0
                       ? 0
                       : ahead->spent_us / (int64_t)ahead->spent_count,
    };
    outlook_make(&ahead->outlook, &request);
    free(running);
    ahead->told = (struct exec_outlook){
        .left_us = ahead->outlook.left_us,
        .graph = pass->held->graph,
        .path = ahead->outlook.path,
        .path_count = ahead->outlook.path_count,
        .path_more = ahead->outlook.path_more,
    };
}

/* Some of these are wanted and have not told yet what they bring. */
static bool
may_bring(const struct pass *pass, const struct vec *actions)
{
    for (uint32_t i = 0; i < actions->count; i++) {
        switch (
            plan_state(pass->plan, *(struct action_id *)vec_at(actions, i))) {
        case PLAN_WAITING:
        case PLAN_READY:
        case PLAN_TAKEN:
            return true;
        case PLAN_UNWANTED:
        case PLAN_SETTLED:
        case PLAN_FAILED:
        case PLAN_NOT_RUN:
            break;
        }
    }
    return false;
}

void
pass_look_ahead(struct pass *pass, struct exec_event *event)
{
    event->is_early = pass->ahead.is_early;
    event->at_least =
        !pass->stopped &&
        (pass->ahead.more_follows || pass->ahead.grower_waits ||
         may_bring(pass, &pass->dynouts) || may_bring(pass, &pass->growers));
    if (event->type == EVENT_ACTION_END && event->status == STATUS_OK) {
        pass->ahead.spent_us += event->duration_us;
        pass->ahead.spent_count++;
    }
    if (is_due(pass, event)) {
        look(pass);
        pass->ahead.made_us = event->time_us;
        event->outlook = &pass->ahead.told;
    }
}
