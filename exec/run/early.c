/* SPDX-License-Identifier: MIT */
/*
 * Nothing is wanted while this runs: what is begun is adopted by the plan, and
 * what it needs becomes wanted with everything else afterwards. So there is
 * nothing to take back when more turns out to be dirty.
 */
#include "exec/run/early.h"

#include "exec/run/pass_parts.h"
#include "exec/run/sources.h"
#include "exec/state/state.h"

#include <assert.h>

/* The threads that look tell nobody; so often it is asked. */
#define TURN_MS 2

static struct action_id
next_action(void *ctx)
{
    return (struct action_id){survey_next_early(ctx)};
}

/* What makes a source of the build file must come before all else. */
static bool
sources_are_sure(const struct early *early)
{
    const struct exec_build *build = early->build;
    for (uint32_t i = 0; i < build->source_count; i++) {
        struct action_id producer = sources_producer(early->graph, build, i);
        if (producer.n != ID_NONE &&
            !survey_is_sure(early->shortcut->surveyor, producer.n)) {
            return false;
        }
    }
    return true;
}

/* A timer of nobody: it only ends the waiting. */
static void
on_turn_due(void *ctx)
{
    bool *due = ctx;
    *due = true;
}

/* Lets the loop turn, for a moment at most. */
static void
turn(struct pass *pass)
{
    bool due = false;
    bool wait = !steps_has_ended(pass->options.steps);
    struct loop_watch *timer =
        loop_after(pass->options.loop, TURN_MS, on_turn_due, &due);
    state_tick(pass->options.state, loop_now_us());
    loop_turn(pass->options.loop, wait);
    loop_stop(timer);
}

/* Starts what can be, as long as others look. */
static void
start_all(struct early *early)
{
    struct pass *pass = early->pass;
    struct surveyor *surveyor = early->shortcut->surveyor;
    bool more = pass->dynouts.count == 0 && pass->growers.count == 0 &&
                sources_are_sure(early);
    while (more) {
        pass_start_early(pass, next_action, surveyor);
        survey_go_on(surveyor);
        pass_lower_jobs(pass);
        pass_end_all(pass);
        turn(pass);
        pass_end_all(pass);
        more = !survey_is_looked(surveyor) && !pass_is_stopped(pass);
    }
}

bool
early_run(struct early *early, struct error *err)
{
    struct shortcut *shortcut = early->shortcut;
    if (shortcut->surveyor == NULL) {
        return true;
    }
    assert(!early->build->dry_run);
    pass_expect_more(early->pass, true);
    start_all(early);
    if (early->result->signal != 0) {
        return true; // Nobody asks any more.
    }
    shortcut_look_to_end(shortcut);
    const uint8_t *settled = shortcut_settled(shortcut);
    if (settled != NULL) {
        plan_settle_before(early->pass->plan, settled, &shortcut->survey.needs);
        early->pass->before = settled;
    }
    return judge_set_settled(early->judge, settled,
                             early->by_need && shortcut_is_small(shortcut),
                             err);
}
