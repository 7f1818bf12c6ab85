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

struct turns {
    struct loop_watch *timer;
    bool due;
};

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

/* Who is told how many will run is told so before anything ends. */
static bool
holds_ends(const struct pass *pass)
{
    return pass->options.build->expects;
}

static void
end_some(struct pass *pass)
{
    if (!holds_ends(pass)) {
        pass_end_all(pass);
    }
}

static void
on_turn_due(void *ctx)
{
    bool *due = ctx;
    *due = true;
}

/* Lets the loop turn, until something happens or the timer ends the waiting. One
 * that is stopped keeps the loop from waiting once, so it is not made for each
 * turn. */
static void
turn(struct pass *pass, struct turns *turns)
{
    struct loop *loop = pass->options.loop;
    if (turns->timer == NULL) {
        turns->due = false;
        turns->timer = loop_after(loop, TURN_MS, on_turn_due, &turns->due);
    }
    bool wait = holds_ends(pass) || !steps_has_ended(pass->options.steps);
    state_tick(pass->options.state, loop_now_us());
    loop_turn(loop, wait);
    if (turns->due) {
        loop_stop(turns->timer);
        turns->timer = NULL;
    }
}

/* Starts what can be, as long as others look. */
static void
start_all(struct early *early)
{
    struct pass *pass = early->pass;
    struct surveyor *surveyor = early->shortcut->surveyor;
    struct turns turns = {0};
    bool more = pass->dynouts.count == 0 && pass->growers.count == 0 &&
                sources_are_sure(early);
    while (more) {
        pass_start_early(pass, next_action, surveyor);
        survey_go_on(surveyor);
        pass_lower_jobs(pass);
        end_some(pass);
        turn(pass, &turns);
        end_some(pass);
        more = !survey_is_looked(surveyor) && !pass_is_stopped(pass);
    }
    loop_stop(turns.timer);
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
    early->pass->ahead.is_early = true;
    start_all(early);
    early->pass->ahead.is_early = early->build->expects; // see pass_foresee
    *early->began = early->pass->started > 0;
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
