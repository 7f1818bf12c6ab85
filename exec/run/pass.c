/* SPDX-License-Identifier: MIT */
/*
 * A new graph is asked for only when there is nothing else to start: so that
 * many dynouts that end one after the other cost few evaluations. A graph that
 * was replaced lives as long as runs that began under it.
 */
#include "exec/base/memory.h"
#include "exec/run/growth.h"
#include "exec/run/interrupt.h"
#include "exec/run/pass_parts.h"
#include "exec/state/state.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define COMMIT_DELAY_MS 50
#define KILL_DELAY_MS 2000
/* Rounds in which a value led to a graph without its dynout, and rounds of any
 * kind. A chain of dynouts takes one for each. */
#define LOST_ROUNDS_MAX 10
#define RELOADS_MAX 1000

/* --- Events -------------------------------------------------------------------- */

void
pass_send(struct pass *pass, struct exec_event *event)
{
    const struct exec_host *host = pass->options.host;
    if (host->event == NULL) {
        return;
    }
    if (event->graph == NULL) {
        event->graph = pass->held->graph;
    }
    event->time_us = loop_now_us() - pass->options.began_us;
    event->started = pass->started;
    event->finished = pass->finished;
    event->wanted = pass_wanted(pass);
    event->expected = pass->expected_count;
    event->is_for_sources = pass->is_for_sources;
    event->failed = pass->options.result->failed;
    pass_look_ahead(pass, event);
    assert(event->finished <= event->wanted);
    host->event(host->ctx, event);
}

void
pass_tell(struct pass *pass, struct action_id action, enum told told)
{
    assert(told != TOLD_NOTHING);
    if (action.n == ID_NONE) {
        pass->finished++;
        pass->gone++;
        return;
    }
    pass->finished += told >= TOLD && pass->told[action.n] < TOLD &&
                      !pass_is_silent(pass, action);
    pass->told[action.n] = (uint8_t)told;
}

struct exec_event
pass_event(enum exec_event_type type, struct action_id action,
           enum action_status status)
{
    return (struct exec_event){
        .type = type, .action = action, .status = status, .output_fd = -1};
}

void
pass_note(struct pass *pass, struct action_id action, const char *text)
{
    struct exec_event event = pass_event(EVENT_NOTE, action, STATUS_OK);
    event.text = text;
    pass_send(pass, &event);
}

const struct action *
pass_action(const struct pass *pass, struct action_id action)
{
    return graph_action(pass->held->graph, action);
}

const char *
pass_key(const struct pass *pass, struct action_id action)
{
    return graph_cstr(pass->held->graph, pass_action(pass, action)->key);
}

void
pass_set_place(const struct pass *pass, struct action_id action,
               struct error *err)
{
    const struct place *place = &pass_action(pass, action)->place;
    const char *file = graph_cstr(pass->held->graph, place->file);
    if (*file != '\0') {
        error_set_where(err, file, place->line, place->column);
    }
}

bool
pass_is_dynout(const struct pass *pass, struct action_id action)
{
    return (pass_action(pass, action)->flags & ACTION_DYNOUT) != 0;
}

bool
pass_is_silent(const struct pass *pass, struct action_id action)
{
    return (pass_action(pass, action)->flags & ACTION_PHONY) != 0;
}

/* --- Graphs ---------------------------------------------------------------------- */

void
pass_release_graph(struct held *held)
{
    if (held->retired && !held->is_base && held->run_count == 0) {
        graph_destroy(held->graph);
        free(held);
    }
}

/* Nothing of it is wanted yet. */
static void
take_graph(struct pass *pass, struct graph *graph)
{
    assert(graph != NULL);
    uint32_t count = graph_action_count(graph);
    pass->held = mem_alloc(1, sizeof(*pass->held));
    pass->held->graph = graph;
    pass->plan = plan_create(graph);
    pass->before = NULL;
    pass->ahead.grower_waits = false;
    schedule_finish(&pass->schedule);
    pass->is_ordered = pass->options.build->shuffle;
    if (pass->is_ordered) {
        schedule_shuffle(graph, pass->options.build->shuffle_seed, pass->plan);
    }
    pass->told = mem_alloc(count, sizeof(*pass->told));
    pass->released = mem_alloc(count, sizeof(*pass->released));
    pass->expected = mem_alloc(count + 1u, sizeof(*pass->expected));
    // Most graphs have neither, and need not be read for that.
    bool has_dynouts = (graph_flags(graph) & ACTION_DYNOUT) != 0;
    bool has_growers = graph_has_dyndep(graph);
    for (uint32_t i = 0; (has_dynouts || has_growers) && i < count; i++) {
        struct action_id id = {i};
        if (growth_is_due(graph, id)) {
            vec_push(&pass->growers, &id);
        }
        if (pass_is_dynout(pass, id)) {
            vec_push(&pass->dynouts, &id);
            // What is stored is asked for before a run stores another value.
            struct slice paths;
            (void)dynouts_value(pass->options.dynouts, pass_key(pass, id),
                                &paths);
        }
    }
}

struct pass *
pass_create(const struct pass_options *options, struct graph *graph)
{
    struct pass *pass = mem_alloc(1, sizeof(*pass));
    assert(options->build->jobs >= 1);
    pass->options = *options;
    pass->jobs = options->build->jobs;
    admission_init(&pass->admission, &machine_real, options->build->load_max);
    pass->dynouts = vec_of(sizeof(struct action_id));
    pass->waiting = vec_of(sizeof(struct action_id));
    pass->deferred = vec_of(sizeof(struct action_id));
    pass->growers = vec_of(sizeof(struct action_id));
    pass->growing = vec_of(sizeof(struct action_id));
    pass->awaiting = vec_of(sizeof(struct action_id));
    pass->pretended = vec_of(sizeof(struct action_id));
    pass->begun = vec_of(sizeof(struct running *));
    take_graph(pass, graph);
    judge_set_growers(options->judge, &pass->growers);
    hash_observe(pass_on_hash, pass);
    if (options->settled != NULL) {
        plan_settle_before(pass->plan, options->settled,
                           options->settled_needs);
        pass->before = options->settled;
    }
    return pass;
}

void
pass_destroy(struct pass *pass)
{
    if (pass == NULL) {
        return;
    }
    assert(pass->running_count == 0 && pass->held->run_count == 0);
    hash_observe(NULL, NULL);
    loop_stop(pass->commit_timer);
    loop_stop(pass->kill_timer);
    loop_stop(pass->wake);
    loop_stop(pass->stream_timer);
    plan_destroy(pass->plan);
    schedule_finish(&pass->schedule);
    free(pass->told);
    free(pass->released);
    free(pass->expected);
    if (pass->base != NULL) {
        graph_destroy(pass->held->graph);
        free(pass->base);
    }
    free(pass->held);
    vec_finish(&pass->growers);
    vec_finish(&pass->growing);
    vec_finish(&pass->dynouts);
    vec_finish(&pass->waiting);
    vec_finish(&pass->deferred);
    vec_finish(&pass->awaiting);
    vec_finish(&pass->pretended);
    vec_finish(&pass->begun);
    error_finish(&pass->error);
    free(pass);
}

/* The action of the same key in another graph. */
static struct action_id
same_in(const struct graph *from, struct action_id action,
        const struct graph *to)
{
    assert(action.n < graph_action_count(from));
    const char *key = graph_cstr(from, graph_action(from, action)->key);
    return graph_find_key(to, key, strlen(key));
}

/* So do expectations. What is gone stays counted: it ran. */
static void
carry_expectations(struct pass *pass, const struct graph *old,
                   const uint8_t *old_expected)
{
    for (uint32_t i = 0; i < graph_action_count(old); i++) {
        struct action_id now = {ID_NONE};
        if (old_expected[i] != 0) {
            now = same_in(old, (struct action_id){i}, pass->held->graph);
        }
        if (now.n != ID_NONE) {
            pass->expected[now.n] = 1;
        }
    }
}

/* What was told and what failed stays so under the new graph. */
static void
carry_over(struct pass *pass, const struct graph *old,
           const struct plan *old_plan, const uint8_t *old_told)
{
    assert(old != pass->held->graph);
    const struct graph *graph = pass->held->graph;
    for (uint32_t i = 0; i < graph_action_count(old); i++) {
        struct action_id id = {i};
        bool failed = plan_state(old_plan, id) == PLAN_FAILED;
        if (!failed && old_told[i] == TOLD_NOTHING) {
            continue;
        }
        struct action_id now = same_in(old, id, graph);
        bool was_silent = (graph_action(old, id)->flags & ACTION_PHONY) != 0;
        if (now.n == ID_NONE) {
            pass->gone += old_told[i] >= TOLD && !was_silent;
            continue;
        }
        if (was_silent && !pass_is_silent(pass, now)) {
            continue; // It has something to do now: that is another action.
        }
        pass->told[now.n] = old_told[i];
        if (old_told[i] >= TOLD) {
            plan_count_done(pass->plan, now);
        }
        if (failed) {
            plan_want(pass->plan, (struct node){NODE_ACTION, now.n});
            enum plan_state state = plan_state(pass->plan, now);
            if (state == PLAN_WAITING || state == PLAN_READY) {
                plan_fail(pass->plan, now);
            }
        }
    }
}

/* A dynout whose value made the new graph, but which is not in it, as an index
 * in pass->waiting; its count if there is none. */
static uint32_t
find_lost(const struct pass *pass, const struct graph *graph)
{
    uint32_t i = 0;
    for (; i < pass->waiting.count; i++) {
        struct action_id id = *(struct action_id *)vec_at(&pass->waiting, i);
        if (same_in(pass->held->graph, id, graph).n == ID_NONE) {
            break;
        }
    }
    return i;
}

/* Graphs that values of dynouts bring must come to an end, also where each one
 * brings another dynout. */
static void
count_rounds(struct pass *pass, const struct graph *graph)
{
    uint32_t count = pass->waiting.count;
    if (count == 0) {
        return;
    }
    uint32_t lost = find_lost(pass, graph);
    pass->lost_rounds += lost < count;
    pass->reloads++;
    bool loses = pass->lost_rounds > LOST_ROUNDS_MAX;
    if (!loses && pass->reloads <= RELOADS_MAX) {
        return;
    }
    uint32_t index = lost < count ? lost : 0;
    struct action_id id = *(struct action_id *)vec_at(&pass->waiting, index);
    struct error err = {0};
    if (loses) {
        error_set(&err, ERROR_CLASS_GRAPH,
                  "%s is another one each time the build file is loaded",
                  pass_key(pass, id));
    } else {
        error_set(&err, ERROR_CLASS_GRAPH,
                  "values of dynouts bring ever more dynouts: the build file "
                  "was loaded %u times, the last time for %s",
                  pass->reloads, pass_key(pass, id));
    }
    pass_set_place(pass, id, &err);
    error_set_help(&err, "the steps and inputs of a dynout must not depend on "
                         "its own value");
    pass_fail(pass, &err);
}

/* What runs and what was told goes over to another graph. */
static void
change_graph(struct pass *pass, struct graph *graph)
{
    assert(pass->begun.count == 0);
    struct held *old = pass->held;
    struct plan *old_plan = pass->plan;
    uint8_t *old_told = pass->told;
    uint8_t *old_expected = pass->expected;
    count_rounds(pass, graph);
    vec_resize(&pass->dynouts, 0);
    vec_resize(&pass->waiting, 0);
    vec_resize(&pass->deferred, 0);
    vec_resize(&pass->growers, 0);
    vec_resize(&pass->growing, 0);
    vec_resize(&pass->pretended, 0);
    pass->pretended_done = 0;
    vec_resize(&pass->awaiting, 0);
    free(pass->released);
    take_graph(pass, graph);
    judge_set_graph(pass->options.judge, graph);
    judge_set_growers(pass->options.judge, &pass->growers);
    for (struct running *r = pass->first; r != NULL; r = r->next) {
        r->action = same_in(r->held->graph, r->began_as, graph);
        if (r->action.n != ID_NONE) {
            plan_adopt(pass->plan, r->action);
        }
    }
    carry_over(pass, old->graph, old_plan, old_told);
    carry_expectations(pass, old->graph, old_expected);
    plan_destroy(old_plan);
    free(old_told);
    free(old_expected);
    pass->reload = false;
    old->retired = true;
    pass_release_graph(old);
}

void
pass_set_graph(struct pass *pass, struct graph *graph)
{
    struct held *base = pass->base;
    change_graph(pass, graph);
    if (base != NULL) {
        pass->base = NULL;
        base->is_base = false;
        pass_release_graph(base);
    }
}

bool
pass_grows(const struct pass *pass)
{
    return !pass->reload && pass->growing.count > 0;
}

/* The files of actions that are up to date, and wanted, are read with the others:
 * each level of a chain of them would ask for one more graph. */
static void
grow_settled(struct pass *pass)
{
    for (uint32_t i = 0; i < pass->growers.count; i++) {
        struct action_id *id = vec_at(&pass->growers, i);
        struct file_id file =
            graph_detail(pass->held->graph, pass_action(pass, *id))->dyndep;
        if (plan_state(pass->plan, *id) == PLAN_SETTLED &&
            judge_sees(pass->options.judge, file)) {
            vec_push(&pass->growing, id);
        }
    }
}

bool
pass_grow(struct pass *pass, const char *root, struct graph **graph,
          struct error *err)
{
    struct graph *grown;
    grow_settled(pass);
    if (!growth_make(pass->held->graph, &pass->growing, root, &grown, err)) {
        return false;
    }
    if (pass->base == NULL) {
        pass->base = pass->held;
        pass->base->is_base = true;
    }
    *graph = grown;
    change_graph(pass, grown);
    return true;
}

struct graph *
pass_base_graph(const struct pass *pass)
{
    return pass->base != NULL ? pass->base->graph : pass->held->graph;
}

void
pass_settle(struct pass *pass, struct action_id action, bool ran)
{
    judge_settle(pass->options.judge, action);
    plan_settle(pass->plan, action, ran);
}

void
pass_keep_graph(struct pass *pass)
{
    assert(pass->begun.count == 0);
    pass->reload = false;
    for (uint32_t i = 0; i < pass->waiting.count; i++) {
        pass_settle(pass, *(struct action_id *)vec_at(&pass->waiting, i), true);
    }
    vec_resize(&pass->waiting, 0);
}

void
pass_confirm(struct pass *pass, struct action_id action)
{
    const char *key = pass_key(pass, action);
    if (dynouts_confirm(pass->options.dynouts, key)) {
        return;
    }
    struct error err = {0};
    if (state_is_fine(pass->options.state, &err)) {
        error_set(&err, ERROR_CLASS_STATE,
                  "the records have no value of %s any more", key);
    }
    pass_fail(pass, &err);
}

/* They were clean before anybody asked. */
static void
tell_settled(struct pass *pass)
{
    for (;;) {
        struct action_id action = plan_take_settled(pass->plan);
        if (action.n == ID_NONE) {
            return;
        }
        if (pass_is_dynout(pass, action)) {
            pass_confirm(pass, action);
        }
        pass_tell(pass, action, TOLD_CLEAN);
        if (!pass_is_silent(pass, action)) {
            pass->options.result->up_to_date++;
            struct exec_event event =
                pass_event(EVENT_ACTION_SKIP, action, STATUS_UP_TO_DATE);
            pass_send(pass, &event);
        }
    }
}

void
pass_want(struct pass *pass, struct node node)
{
    plan_want(pass->plan, node);
    tell_settled(pass);
}

/* A dynout that has not been resolved in this run and still may be. */
bool
pass_may_resolve(struct pass *pass)
{
    if (pass_may_grow(pass)) {
        return true;
    }
    for (uint32_t i = 0; i < pass->dynouts.count; i++) {
        struct action_id id = *(struct action_id *)vec_at(&pass->dynouts, i);
        enum plan_state state = plan_state(pass->plan, id);
        if (state != PLAN_SETTLED && state != PLAN_FAILED &&
            state != PLAN_NOT_RUN) {
            return true;
        }
    }
    return false;
}

bool
pass_want_dynouts(struct pass *pass)
{
    for (uint32_t i = 0; i < pass->dynouts.count; i++) {
        struct action_id id = *(struct action_id *)vec_at(&pass->dynouts, i);
        pass_want(pass, (struct node){NODE_ACTION, id.n});
    }
    bool moves = pass->running_count > 0 || plan_counts(pass->plan).ready > 0;
    return moves && pass_may_resolve(pass);
}

void
pass_unlink(struct pass *pass, struct running *running)
{
    if (running->previous != NULL) {
        running->previous->next = running->next;
    } else {
        pass->first = running->next;
    }
    if (running->next != NULL) {
        running->next->previous = running->previous;
    }
    assert(pass->running_count > 0 && running->held->run_count > 0);
    pass->running_count--;
    pass->command_count -= running->has_command;
    running->held->run_count--;
    if (running->held != pass->held) {
        pass_release_graph(running->held);
    }
    free(running);
}

/* --- Failing ------------------------------------------------------------------------ */

/* Asked for two seconds. */
static void
on_kill_due(void *ctx)
{
    struct pass *pass = ctx;
    loop_stop(pass->kill_timer);
    pass->kill_timer = NULL;
    steps_stop(pass->options.steps, SIGKILL);
}

/* --fail-fast: what runs is of no use any more. */
static void
end_running(struct pass *pass)
{
    if (pass->kill_timer == NULL) {
        steps_stop(pass->options.steps, SIGTERM);
        pass->kill_timer =
            loop_after(pass->options.loop, KILL_DELAY_MS, on_kill_due, pass);
    }
}

void
pass_stop(struct pass *pass, int signal)
{
    pass->stopped = true;
    steps_stop(pass->options.steps, signal);
}

bool
pass_is_stopped(const struct pass *pass)
{
    return pass->stopped;
}

/* The build cannot go on: the first such error is the one that is told. */
void
pass_fail(struct pass *pass, struct error *err)
{
    assert(err->what != NULL);
    pass->stopped = true;
    if (pass->failed) {
        error_finish(err);
        return;
    }
    pass->failed = true;
    pass->error = *err;
    *err = (struct error){0};
}

void
pass_count_failure(struct pass *pass, struct action_id action)
{
    assert(action.n == ID_NONE ||
           action.n < graph_action_count(pass->held->graph));
    const struct exec_build *build = pass->options.build;
    pass->options.result->failed++;
    pass_tell(pass, action, TOLD);
    if (action.n != ID_NONE) {
        plan_fail(pass->plan, action);
    }
    if (build->failures_max > 0 &&
        pass->options.result->failed >= build->failures_max) {
        pass->stopped = true;
        if (build->fail_fast) {
            end_running(pass);
        }
    }
}

/* An error about a taken action before its command started: of the action if
 * it is of class BUILD, else of everything. */
void
pass_fail_action(struct pass *pass, struct action_id action, struct error *err)
{
    if (err->class != ERROR_CLASS_BUILD) {
        pass_fail(pass, err);
        return;
    }
    struct exec_event event =
        pass_event(EVENT_ACTION_END, action, STATUS_FAILED);
    event.text = err->what;
    event.help = err->help;
    pass_count_failure(pass, action);
    pass_send(pass, &event);
    error_finish(err);
}

/* --- The loop ------------------------------------------------------------------------- */

/* So that nobody loses more than these 50 ms by a kill. */
static void
on_commit_due(void *ctx)
{
    struct pass *pass = ctx;
    loop_stop(pass->commit_timer);
    pass->commit_timer = NULL;
    state_tick(pass->options.state, loop_now_us());
}

/* Lets the loop turn; what is written meanwhile does not wait for ever. */
static void
turn(struct pass *pass, bool wait)
{
    assert(!wait || pass->running_count > 0);
    struct state *state = pass->options.state;
    state_tick(state, loop_now_us());
    if (wait && pass->commit_timer == NULL && state_is_pending(state)) {
        pass->commit_timer = loop_after(pass->options.loop, COMMIT_DELAY_MS,
                                        on_commit_due, pass);
    }
    if (wait && pass->running_count == 1 && pass->stream_timer == NULL) {
        pass_watch_lone(pass);
    }
    loop_turn(pass->options.loop, wait);
}

/* They are judged again with what is known by now. */
static void
release_deferred(struct pass *pass)
{
    for (uint32_t i = 0; i < pass->deferred.count; i++) {
        plan_release(pass->plan,
                     *(struct action_id *)vec_at(&pass->deferred, i));
    }
    vec_resize(&pass->deferred, 0);
}

/* In a dry run, as if each command ended as soon as nothing else can start: the
 * first that would have started first. False if there is none. */
static bool
settle_pretended(struct pass *pass)
{
    if (pass->pretended_done == pass->pretended.count) {
        return false;
    }
    struct action_id *action = vec_at(&pass->pretended, pass->pretended_done++);
    pass_settle(pass, *action, true);
    return true;
}

enum pass_end
pass_run(struct pass *pass, struct error *err)
{
    release_deferred(pass);
    for (;;) {
        bool more = pass_start_ready(pass);
        tell_settled(pass); // Of what actions were found to wait for.
        pass_lower_jobs(pass);
        pass_end_all(pass);
        if (interrupt_came() && !pass->stopped) {
            turn(pass, false); // The signal is told, and nothing starts again.
        }
        bool idle = !more && plan_counts(pass->plan).ready == 0;
        if (idle && !pass->stopped && settle_pretended(pass)) {
            continue;
        }
        bool due = pass->reload || pass->growing.count > 0;
        if (due && !pass->stopped && idle) {
            return PASS_RELOAD;
        }
        if (pass->running_count == 0 && (pass->stopped || idle)) {
            if (!pass->stopped && pass_release_awaiting(pass)) {
                continue;
            }
            break;
        }
        bool can_start = !pass->stopped && !idle && !pass->is_held_up &&
                         pass->command_count < pass->jobs;
        turn(pass,
             !more && !can_start && !steps_has_ended(pass->options.steps));
        pass_end_all(pass);
    }
    if (pass->failed) {
        *err = pass->error;
        pass->error = (struct error){0};
        return PASS_FAILED;
    }
    return PASS_DONE;
}

void
pass_drain(struct pass *pass)
{
    pass->stopped = true;
    while (pass->running_count > 0) {
        pass_end_all(pass);
        if (pass->running_count > 0) {
            turn(pass, !steps_has_ended(pass->options.steps));
        }
    }
}

uint32_t
pass_wanted(const struct pass *pass)
{
    return plan_counts(pass->plan).wanted + pass->gone;
}

struct vec
pass_settled(const struct pass *pass)
{
    struct vec settled = vec_of(sizeof(struct action_id));
    for (uint32_t i = 0; i < graph_action_count(pass->held->graph); i++) {
        struct action_id id = {i};
        if (plan_state(pass->plan, id) == PLAN_SETTLED) {
            vec_push(&settled, &id);
        }
    }
    return settled;
}

bool
pass_has_deferred(const struct pass *pass)
{
    return pass->deferred.count > 0;
}

bool
pass_check_deferred(struct pass *pass, struct error *err)
{
    for (uint32_t i = 0; i < pass->deferred.count; i++) {
        struct action_id action =
            *(struct action_id *)vec_at(&pass->deferred, i);
        struct verdict_reasons reasons = {0};
        if (judge_action(pass->options.judge, action, &reasons, err) ==
            VERDICT_ERROR) {
            return false;
        }
        error_finish(err);
    }
    return true;
}

void
pass_fail_deferred(struct pass *pass)
{
    for (uint32_t i = 0; i < pass->deferred.count && !pass->stopped; i++) {
        struct action_id action =
            *(struct action_id *)vec_at(&pass->deferred, i);
        struct verdict_reasons reasons = {0};
        struct error err = {0};
        if (judge_action(pass->options.judge, action, &reasons, &err) ==
            VERDICT_ERROR) {
            err.class = ERROR_CLASS_BUILD;
            pass_fail_action(pass, action, &err);
        } else {
            error_finish(&err);
            plan_release(pass->plan, action);
        }
    }
    vec_resize(&pass->deferred, 0);
}
