/* SPDX-License-Identifier: MIT */
/*
 * How many actions will run, told before the first one does: for who prints
 * "3 of 8" and means it. All that is wanted is judged as in a dry run, with a plan
 * of its own. Where that proves wrong later (what an action made came out the
 * same), the number is corrected as soon as it is known.
 */
#include "exec/base/memory.h"
#include "exec/decide/trial.h"
#include "exec/run/growth.h"
#include "exec/run/pass_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- Marks ------------------------------------------------------------------- */

void
pass_expect(struct pass *pass, struct action_id action, bool runs)
{
    if (pass_is_silent(pass, action) ||
        (pass->expected[action.n] != 0) == runs) {
        return;
    }
    pass->expected[action.n] = runs;
    pass->expected_count += runs ? 1 : -1u;
}

void
pass_set_goal(struct pass *pass, bool sources)
{
    if (!pass->is_for_sources && sources) {
        pass->started_before = pass->started;
    }
    if (pass->is_for_sources && !sources &&
        pass->started > pass->started_before) {
        memset(pass->expected, 0, graph_action_count(pass->held->graph));
        pass->expected_count = 0;
    }
    pass->is_for_sources = sources;
}

/* --- The trial ------------------------------------------------------------------ */

struct trial {
    struct pass *pass;
    const struct graph *graph;
    struct judge *judge;
    struct plan *plan;
    uint8_t *settled; /* by action: not to be asked about */
    uint8_t *runs;    /* by action */
};

/* Wants what the pass wants and has not done. */
static void
want_all(struct trial *trial)
{
    const struct pass *pass = trial->pass;
    uint32_t count = graph_action_count(trial->graph);
    const uint8_t *before = pass->before;
    static const struct rows none;
    for (uint32_t i = 0; i < count; i++) {
        struct action_id id = {i};
        enum plan_state state = plan_state(pass->plan, id);
        trial->settled[i] =
            state == PLAN_SETTLED || (before != NULL && before[i] != 0);
    }
    // What was known before is of the first graph alone.
    plan_settle_before(trial->plan, trial->settled,
                       before != NULL ? pass->options.settled_needs : &none);
    for (uint32_t i = 0; i < count; i++) {
        enum plan_state state = plan_state(pass->plan, (struct action_id){i});
        if (state == PLAN_WAITING || state == PLAN_READY ||
            state == PLAN_TAKEN) {
            plan_want(trial->plan, (struct node){NODE_ACTION, i});
        }
    }
}

static void
settle(struct trial *trial, struct action_id action, bool ran)
{
    if (ran) {
        judge_pretend(trial->judge, action);
    }
    judge_settle(trial->judge, action);
    plan_settle(trial->plan, action, ran);
}

/* A phony action does something only for who reads what is made before it. */
static void
on_dirty(struct trial *trial, struct action_id action)
{
    bool silent = pass_is_silent(trial->pass, action);
    trial->runs[action.n] = !silent;
    settle(trial, action, !silent || plan_is_touched(trial->plan, action));
}

/* True if the action waits for a dyndep file that is there, and stays as it is:
 * that is read before anything is said of the action. */
static bool
grows_first(struct trial *trial, struct action_id action)
{
    const struct graph *g = trial->graph;
    if (!growth_is_due(g, action)) {
        return false;
    }
    struct file_id file = graph_detail(g, graph_action(g, action))->dyndep;
    struct action_id maker = graph_producer(g, file);
    bool stays = maker.n == ID_NONE || trial->runs[maker.n] == 0;
    return stays && judge_sees(trial->judge, file);
}

/* What a dyndep file is to name anew is missing from the lists; nothing else may
 * be wrong with the action, then. */
static bool
has_reason(const struct trial *trial, struct action_id action,
           const struct verdict_reasons *reasons)
{
    bool is_pending = growth_is_due(trial->graph, action);
    uint32_t i = 0;
    while (is_pending && i < reasons->count &&
           strcmp(reasons->items[i].code, "input-removed") == 0) {
        i++;
    }
    return i < reasons->count || plan_is_touched(trial->plan, action);
}

/* What waits for a file that is made anew may run. */
static void
await_growers(struct trial *trial, struct action_id action)
{
    switch (pass_await_growers(trial->pass, trial->plan, trial->runs, action)) {
    case GROWERS_WAIT:
    case GROWERS_NONE:
        plan_put_back(trial->plan, action);
        break;
    case GROWERS_READ:
        plan_fail(trial->plan, action);
        break;
    case GROWERS_UNKNOWN:
        on_dirty(trial, action);
        break;
    }
}

static void
try_one(struct trial *trial, struct action_id action)
{
    struct pass *pass = trial->pass;
    struct verdict_reasons reasons = {0};
    struct error err = {0};
    if (plan_state(pass->plan, action) == PLAN_TAKEN) {
        on_dirty(trial, action); // It runs already.
        return;
    }
    if (grows_first(trial, action)) {
        vec_push(&pass->growing, &action);
        plan_fail(trial->plan, action);
        return;
    }
    enum verdict verdict = judge_action(trial->judge, action, &reasons, &err);
    error_finish(&err);
    switch (verdict) {
    case VERDICT_DIRTY:
    case VERDICT_CLEAN:
        if (has_reason(trial, action, &reasons)) {
            on_dirty(trial, action);
        } else {
            settle(trial, action, false);
        }
        break;
    case VERDICT_WAIT:
        pass_order_behind(trial->judge, trial->plan, action);
        break;
    case VERDICT_GROW:
        await_growers(trial, action);
        break;
    case VERDICT_ERROR: // It is told when its turn comes.
        plan_fail(trial->plan, action);
        break;
    }
}

/* What has ended, or runs, is known better than by a trial. */
static void
take_over(struct pass *pass, const struct trial *trial)
{
    for (uint32_t i = 0; i < graph_action_count(trial->graph); i++) {
        struct action_id id = {i};
        if (pass->told[i] < TOLD) {
            pass_expect(pass, id, trial->runs[i] != 0);
        }
    }
}

void
pass_foresee(struct pass *pass)
{
    assert(pass->growing.count == 0);
    uint32_t count = graph_action_count(pass->held->graph);
    struct trial trial = {
        .pass = pass,
        .graph = pass->held->graph,
        .judge = pass->options.judge,
        .plan = plan_create(pass->held->graph),
        .settled = mem_alloc(count + 1u, 1),
        .runs = mem_alloc(count + 1u, 1),
    };
    struct judge_trial *held = judge_begin_trial(trial.judge);
    want_all(&trial);
    for (struct action_id action = plan_take(trial.plan); action.n != ID_NONE;
         action = plan_take(trial.plan)) {
        try_one(&trial, action);
    }
    judge_end_trial(held);
    take_over(pass, &trial);
    pass->ahead.is_early = false;
    if (pass->options.build->dry_run && !pass->options.build->shuffle) {
        schedule_order_by_count(trial.graph, pass->plan);
    }
    plan_destroy(trial.plan);
    free(trial.settled);
    free(trial.runs);
}

/* --- Correcting it ---------------------------------------------------------------- */

/* Judges one that is ready: what is clean is settled at once, whoever else is
 * first in line. True if it was. */
static bool
settle_if_clean(struct pass *pass, struct action_id action)
{
    struct verdict_reasons reasons = {0};
    struct error err = {0};
    plan_adopt(pass->plan, action);
    enum verdict verdict =
        judge_action(pass->options.judge, action, &reasons, &err);
    error_finish(&err);
    bool clean = verdict == VERDICT_CLEAN && !reasons.stale_program;
    if (clean) {
        pass_on_clean(pass, action);
    } else {
        plan_put_back(pass->plan, action);
    }
    return clean;
}

void
pass_look_behind(struct pass *pass, struct action_id action)
{
    const struct graph *g = pass->held->graph;
    struct vec todo = vec_of(sizeof(struct action_id));
    vec_push(&todo, &action);
    while (todo.count > 0) {
        struct action_id at = *(struct action_id *)vec_pop(&todo);
        const struct action *a = graph_action(g, at);
        for (uint32_t i = 0; i < a->outputs.count; i++) {
            struct node file = {NODE_FILE, graph_output(g, a, i).n};
            for (uint32_t k = 0; k < graph_user_count(g, file); k++) {
                struct action_id user = {graph_user(g, file, k)->user};
                if (plan_state(pass->plan, user) == PLAN_READY &&
                    pass->expected[user.n] != 0 && !growth_is_due(g, user) &&
                    settle_if_clean(pass, user)) {
                    vec_push(&todo, &user);
                }
            }
        }
    }
    vec_finish(&todo);
}
