/* SPDX-License-Identifier: MIT */
/*
 * Attempts that began in one turn are committed together before the first of
 * their commands starts. A new graph is asked for only when there is nothing
 * else to start: so that many dynouts that end one after the other cost few
 * evaluations.
 */
#include "exec/run/pass.h"

#include "exec/base/memory.h"
#include "exec/base/vec.h"
#include "exec/state/state.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* So many actions are judged before commands that are due are started. */
#define JUDGED_PER_TURN 256
#define COMMIT_DELAY_MS 50
#define STALE_ROUNDS_MAX 3
/* Of a larger output the database keeps the end. */
#define RECORDED_OUTPUT_MAX ((size_t)1 << 20)

/* A graph and the runs that began under it. */
struct held {
    struct graph *graph;
    uint32_t run_count;
    bool retired; /* another one is current: destroyed with its last run */
};

/* An action between judge_begin and judge_finish. */
struct running {
    struct held *held;
    struct action_id began_as; /* in the held graph */
    struct action_id action;   /* in the current graph, or ACTION_NONE */
    struct attempt *attempt;
    struct running *next;
    struct running *previous;
};

struct pass {
    struct pass_options options;
    struct held *held; /* the current graph */
    struct plan *plan;
    uint8_t *reported;   /* by action: an event told what became of it */
    struct vec dynouts;  /* struct action_id: all of the graph */
    struct vec waiting;  /* struct action_id: dynouts with a new value */
    struct vec deferred; /* struct action_id: missing inputs that a dynout may
                            explain */
    struct vec begun;    /* struct running *: not yet started */
    struct running *first;
    uint32_t running_count;
    uint32_t jobs;
    uint32_t stale_rounds;
    uint32_t started;
    bool reload;
    bool stopped; /* nothing starts any more */
    bool failed;  /* because of `error` */
    struct error error;
    struct loop_watch *commit_timer;
};

/* --- Events -------------------------------------------------------------------- */

void
pass_send(struct pass *pass, struct exec_event *event)
{
    const struct exec_host *host = pass->options.host;
    const struct exec_result *result = pass->options.result;
    if (host->event == NULL) {
        return;
    }
    if (event->graph == NULL) {
        event->graph = pass->held->graph;
    }
    event->time_us = loop_now_us() - pass->options.began_us;
    event->started = pass->started;
    event->finished =
        result->ran + result->failed + result->up_to_date + result->cut_off;
    event->wanted = plan_counts(pass->plan).wanted;
    event->failed = result->failed;
    host->event(host->ctx, event);
}

static struct exec_event
action_event(enum exec_event_type type, struct action_id action,
             enum action_status status)
{
    return (struct exec_event){
        .type = type, .action = action, .status = status, .output_fd = -1};
}

static void
send_note(struct pass *pass, struct action_id action, const char *text)
{
    struct exec_event event = action_event(EVENT_NOTE, action, STATUS_OK);
    event.text = text;
    pass_send(pass, &event);
}

static const struct action *
get_action(const struct pass *pass, struct action_id action)
{
    return graph_action(pass->held->graph, action);
}

static const char *
key_of(const struct pass *pass, struct action_id action)
{
    return graph_cstr(pass->held->graph, get_action(pass, action)->key);
}

static bool
is_dynout(const struct pass *pass, struct action_id action)
{
    return (get_action(pass, action)->flags & ACTION_DYNOUT) != 0;
}

/* --- Graphs ---------------------------------------------------------------------- */

static void
release(struct held *held)
{
    if (held->retired && held->run_count == 0) {
        graph_destroy(held->graph);
        free(held);
    }
}

static void
take_graph(struct pass *pass, struct graph *graph)
{
    uint32_t count = graph_action_count(graph);
    pass->held = mem_alloc(1, sizeof(*pass->held));
    pass->held->graph = graph;
    pass->plan = plan_create(graph);
    pass->reported = mem_alloc(count, sizeof(*pass->reported));
    for (uint32_t i = 0; i < count; i++) {
        struct action_id id = {i};
        if (is_dynout(pass, id)) {
            vec_push(&pass->dynouts, &id);
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
    pass->dynouts = vec_of(sizeof(struct action_id));
    pass->waiting = vec_of(sizeof(struct action_id));
    pass->deferred = vec_of(sizeof(struct action_id));
    pass->begun = vec_of(sizeof(struct running *));
    take_graph(pass, graph);
    return pass;
}

void
pass_destroy(struct pass *pass)
{
    if (pass == NULL) {
        return;
    }
    assert(pass->running_count == 0 && pass->held->run_count == 0);
    loop_stop(pass->commit_timer);
    plan_destroy(pass->plan);
    free(pass->reported);
    free(pass->held);
    vec_finish(&pass->dynouts);
    vec_finish(&pass->waiting);
    vec_finish(&pass->deferred);
    vec_finish(&pass->begun);
    error_finish(&pass->error);
    free(pass);
}

/* The action of the same key in another graph. */
static struct action_id
same_in(const struct graph *from, struct action_id action,
        const struct graph *to)
{
    const char *key = graph_cstr(from, graph_action(from, action)->key);
    return graph_find_key(to, key, strlen(key));
}

/* What was told and what failed stays so under the new graph. */
static void
carry_over(struct pass *pass, const struct graph *old,
           const struct plan *old_plan, const uint8_t *old_reported)
{
    const struct graph *graph = pass->held->graph;
    for (uint32_t i = 0; i < graph_action_count(old); i++) {
        struct action_id id = {i};
        bool failed = plan_state(old_plan, id) == PLAN_FAILED;
        if (!failed && old_reported[i] == 0) {
            continue;
        }
        struct action_id now = same_in(old, id, graph);
        if (now.n == ID_NONE) {
            continue;
        }
        pass->reported[now.n] = old_reported[i];
        if (failed) {
            plan_want(pass->plan, (struct node){NODE_ACTION, now.n});
            enum plan_state state = plan_state(pass->plan, now);
            if (state == PLAN_WAITING || state == PLAN_READY) {
                plan_fail(pass->plan, now);
            }
        }
    }
}

void
pass_set_graph(struct pass *pass, struct graph *graph)
{
    assert(pass->begun.count == 0);
    struct held *old = pass->held;
    struct plan *old_plan = pass->plan;
    uint8_t *old_reported = pass->reported;
    vec_resize(&pass->dynouts, 0);
    vec_resize(&pass->waiting, 0);
    vec_resize(&pass->deferred, 0);
    take_graph(pass, graph);
    judge_set_graph(pass->options.judge, graph);
    for (struct running *r = pass->first; r != NULL; r = r->next) {
        r->action = same_in(r->held->graph, r->began_as, graph);
        if (r->action.n != ID_NONE) {
            plan_adopt(pass->plan, r->action);
        }
    }
    carry_over(pass, old->graph, old_plan, old_reported);
    plan_destroy(old_plan);
    free(old_reported);
    pass->reload = false;
    old->retired = true;
    release(old);
}

static void
settle(struct pass *pass, struct action_id action, bool ran)
{
    judge_settle(pass->options.judge, action);
    plan_settle(pass->plan, action, ran);
}

void
pass_keep_graph(struct pass *pass)
{
    pass->reload = false;
    for (uint32_t i = 0; i < pass->waiting.count; i++) {
        settle(pass, *(struct action_id *)vec_at(&pass->waiting, i), true);
    }
    vec_resize(&pass->waiting, 0);
}

void
pass_want(struct pass *pass, struct node node)
{
    plan_want(pass->plan, node);
}

/* A dynout that has not been resolved in this run and still may be. */
static bool
may_still_resolve(struct pass *pass)
{
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
        plan_want(pass->plan, (struct node){NODE_ACTION, id.n});
    }
    return may_still_resolve(pass);
}

/* --- Failing ------------------------------------------------------------------------ */

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
static void
fail_pass(struct pass *pass, struct error *err)
{
    pass->stopped = true;
    if (pass->failed) {
        error_finish(err);
        return;
    }
    pass->failed = true;
    pass->error = *err;
    *err = (struct error){0};
}

static void
count_failure(struct pass *pass, struct action_id action)
{
    const struct exec_build *build = pass->options.build;
    pass->options.result->failed++;
    if (action.n != ID_NONE) {
        pass->reported[action.n] = 1;
        plan_fail(pass->plan, action);
    }
    if (build->failures_max > 0 &&
        pass->options.result->failed >= build->failures_max) {
        pass->stopped = true;
    }
}

/* An error about a taken action before its command started: of the action if
 * it is of class BUILD, else of everything. */
static void
fail_action(struct pass *pass, struct action_id action, struct error *err)
{
    if (err->class != ERROR_CLASS_BUILD) {
        fail_pass(pass, err);
        return;
    }
    struct exec_event event =
        action_event(EVENT_ACTION_END, action, STATUS_FAILED);
    event.text = err->what;
    count_failure(pass, action);
    pass_send(pass, &event);
    error_finish(err);
}

static void
report_not_run(struct pass *pass)
{
    for (;;) {
        struct action_id action = plan_take_not_run(pass->plan);
        if (action.n == ID_NONE) {
            return;
        }
        if (pass->reported[action.n] == 0) {
            pass->reported[action.n] = 1;
            pass->options.result->not_run++;
            struct exec_event event =
                action_event(EVENT_ACTION_SKIP, action, STATUS_NOT_RUN);
            pass_send(pass, &event);
        }
    }
}

/* --- Judging ------------------------------------------------------------------------- */

static void
on_clean(struct pass *pass, struct action_id action)
{
    struct exec_result *result = pass->options.result;
    bool touched = plan_is_touched(pass->plan, action);
    if (is_dynout(pass, action)) {
        dynouts_confirm(pass->options.dynouts, key_of(pass, action));
    }
    if (pass->reported[action.n] == 0) {
        pass->reported[action.n] = 1;
        *(touched ? &result->cut_off : &result->up_to_date) += 1;
        struct exec_event event =
            action_event(EVENT_ACTION_SKIP, action,
                         touched ? STATUS_CUT_OFF : STATUS_UP_TO_DATE);
        pass_send(pass, &event);
    }
    settle(pass, action, false);
}

/* It waits for producers of what it discovered in the last run; orderings that
 * would close a cycle are left out. */
static void
on_wait(struct pass *pass, struct action_id action)
{
    struct judge *judge = pass->options.judge;
    const struct action_id *found;
    uint32_t count = judge_waits_for(judge, action, &found);
    struct vec producers = vec_of(sizeof(*found));
    vec_push_all(&producers, found, count);
    bool progress = false;
    for (uint32_t i = 0; i < count; i++) {
        struct action_id producer = *(struct action_id *)vec_at(&producers, i);
        switch (plan_wait_for(pass->plan, action, producer)) {
        case PLAN_WAIT_ADDED:
            progress = true;
            break;
        case PLAN_WAIT_NONE:
            break;
        case PLAN_WAIT_CYCLE:
            judge_break_wait(judge, action, producer);
            progress = true;
            break;
        }
    }
    for (uint32_t i = 0; !progress && i < count; i++) {
        judge_break_wait(judge, action,
                         *(struct action_id *)vec_at(&producers, i));
    }
    vec_finish(&producers);
    plan_put_back(pass->plan, action);
}

static void
send_start(struct pass *pass, struct action_id action,
           const struct exec_reason *reasons, uint32_t count)
{
    struct exec_event event =
        action_event(EVENT_ACTION_START, action, STATUS_OK);
    event.reasons = reasons;
    event.reason_count = count;
    pass->started++;
    pass_send(pass, &event);
}

/* An action without steps only stands for its inputs. */
static bool
is_silent(const struct pass *pass, struct action_id action)
{
    return get_action(pass, action)->steps.count == 0;
}

static void
begin(struct pass *pass, struct action_id action,
      const struct verdict_reasons *reasons)
{
    if (!is_silent(pass, action)) {
        send_start(pass, action, reasons->items, reasons->count);
    }
    struct error err = {0};
    struct attempt *attempt = judge_begin(pass->options.judge, action, &err);
    if (attempt == NULL) {
        fail_action(pass, action, &err);
        return;
    }
    struct running *running = mem_alloc(1, sizeof(*running));
    running->held = pass->held;
    running->held->run_count++;
    running->began_as = action;
    running->action = action;
    running->attempt = attempt;
    running->next = pass->first;
    if (pass->first != NULL) {
        pass->first->previous = running;
    }
    pass->first = running;
    pass->running_count++;
    vec_push(&pass->begun, &running);
}

/* Tells that it would run, and acts as if it had. */
static void
pretend(struct pass *pass, struct action_id action,
        const struct exec_reason *reasons, uint32_t count)
{
    if (!is_silent(pass, action)) {
        send_start(pass, action, reasons, count);
        pass->options.result->ran++;
        pass->reported[action.n] = 1;
        struct exec_event event =
            action_event(EVENT_ACTION_END, action, STATUS_OK);
        pass_send(pass, &event);
    }
    settle(pass, action, true);
}

/* What would run because something before it would: its inputs are not what
 * they will be, so that the judge is not asked. */
static void
pretend_touched(struct pass *pass, struct action_id action)
{
    const struct graph *g = pass->held->graph;
    const struct action *a = get_action(pass, action);
    struct exec_reason reason = {.code = "input-written",
                                 .after = "would be made anew"};
    for (uint32_t i = 0; i < a->inputs.count && reason.subject == NULL; i++) {
        struct node to = graph_input(g, a, i)->to;
        if (to.type == NODE_FILE &&
            graph_producer(g, (struct file_id){to.n}).n != ID_NONE) {
            reason.subject = graph_path(g, (struct file_id){to.n});
        }
    }
    pretend(pass, action, &reason, 1);
}

static void
ask_reload_for_stale(struct pass *pass, struct action_id action)
{
    pass->reload = true;
    plan_put_back(pass->plan, action);
    if (++pass->stale_rounds > STALE_ROUNDS_MAX) {
        struct error err = {0};
        error_set(&err, ERROR_CLASS_GRAPH,
                  "the functions of %s are others each time the build file is "
                  "loaded",
                  key_of(pass, action));
        fail_pass(pass, &err);
    }
}

static void
on_error(struct pass *pass, struct action_id action, struct error *err)
{
    if (err->class == ERROR_CLASS_GRAPH && may_still_resolve(pass)) {
        vec_push(&pass->deferred, &action);
        plan_hold(pass->plan, action);
        error_finish(err);
    } else {
        fail_action(pass, action, err);
    }
}

static void
judge_one(struct pass *pass, struct action_id action)
{
    bool dry_run = pass->options.build->dry_run;
    if (dry_run && plan_is_touched(pass->plan, action)) {
        pretend_touched(pass, action);
        return;
    }
    struct verdict_reasons reasons = {0};
    struct error err = {0};
    enum verdict verdict =
        judge_action(pass->options.judge, action, &reasons, &err);
    if (reasons.stale_program) {
        error_finish(&err);
        ask_reload_for_stale(pass, action);
        return;
    }
    switch (verdict) {
    case VERDICT_CLEAN:
        on_clean(pass, action);
        break;
    case VERDICT_WAIT:
        on_wait(pass, action);
        break;
    case VERDICT_ERROR:
        on_error(pass, action, &err);
        break;
    case VERDICT_DIRTY:
        if (dry_run) {
            pretend(pass, action, reasons.items, reasons.count);
        } else {
            begin(pass, action, &reasons);
        }
        break;
    }
}

/* --- Starting ---------------------------------------------------------------------- */

static void
unlink_running(struct pass *pass, struct running *running)
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
    running->held->run_count--;
    if (running->held != pass->held) {
        release(running->held);
    }
    free(running);
}

/* Starts what was begun, once its records are known to be invalid. */
static void
start_begun(struct pass *pass)
{
    if (pass->begun.count == 0) {
        return;
    }
    struct error err = {0};
    bool committed = judge_commit(pass->options.judge, &err);
    if (!committed) {
        fail_pass(pass, &err);
    }
    for (uint32_t i = 0; i < pass->begun.count; i++) {
        struct running *running = *(struct running **)vec_at(&pass->begun, i);
        if (committed) {
            steps_start(pass->options.steps, running->held->graph,
                        running->began_as, running);
        } else {
            struct attempt_outcome outcome = {.interrupted = true};
            judge_abandon(pass->options.judge, running->attempt, &outcome);
            unlink_running(pass, running);
        }
    }
    vec_resize(&pass->begun, 0);
}

/* Judges and begins until all places are taken or nothing is ready; true if
 * it only stopped to let other things happen. */
static bool
start_ready(struct pass *pass)
{
    bool more = false;
    for (uint32_t judged = 0; !pass->stopped && !more; judged++) {
        if (pass->running_count >= pass->jobs) {
            break;
        }
        struct action_id action = plan_take(pass->plan);
        if (action.n == ID_NONE) {
            break;
        }
        judge_one(pass, action);
        more = judged >= JUDGED_PER_TURN;
    }
    start_begun(pass);
    return more;
}

/* The system gives no more processes: as many as run now are enough. */
static void
lower_jobs(struct pass *pass)
{
    uint32_t busy = steps_busy(pass->options.steps);
    if (busy == 0 || pass->jobs == 1) {
        return;
    }
    uint32_t possible =
        pass->running_count > busy ? pass->running_count - busy : 1;
    if (possible < pass->jobs) {
        pass->jobs = possible;
        char *text = mem_format("the system gives no more processes or open "
                                "files: going on with -j%u",
                                possible);
        send_note(pass, ACTION_NONE, text);
        free(text);
    }
}

/* --- Ending --------------------------------------------------------------------------- */

static struct attempt_outcome
outcome_of(struct step_result *result)
{
    struct slice output = output_tail(&result->output, RECORDED_OUTPUT_MAX);
    return (struct attempt_outcome){
        .started_unix_us = result->started_unix_us,
        .duration_us = result->duration_us,
        .cpu_us = result->cpu_us,
        .peak_kib = result->peak_kib,
        .exit_code = result->exit_code,
        .signal = result->signal,
        .output = output.bytes,
        .output_len = output.len,
        .discovered = buffer_str(&result->discovered),
        .discovered_len = result->discovered.len,
        .discovered_kinds = result->discovered_kinds,
        .value = buffer_slice(&result->value),
        .interrupted = result->end == STEP_END_STOPPED,
    };
}

static struct exec_event
end_event(const struct running *running, struct step_result *result,
          enum action_status status)
{
    struct exec_event event =
        action_event(EVENT_ACTION_END, running->began_as, status);
    struct slice output = output_view(&result->output);
    event.graph = running->held->graph;
    event.exit_code = result->exit_code;
    event.signal = result->signal;
    event.duration_us = result->duration_us;
    event.cpu_us = result->cpu_us;
    event.peak_kib = result->peak_kib;
    event.output = output.bytes;
    event.output_len = output.len;
    event.output_fd = result->output.fd;
    event.text = result->err.what;
    return event;
}

/* The plan's side of a success. */
static void
settle_run(struct pass *pass, const struct running *running,
           const struct step_result *result)
{
    struct action_id action = running->action;
    if (action.n == ID_NONE) {
        return; // Not in the graph any more: what it made is an orphan.
    }
    pass->reported[action.n] = 1;
    if (running->held != pass->held) {
        plan_put_back(pass->plan, action);
        return;
    }
    if (is_dynout(pass, action) &&
        dynouts_resolve(pass->options.dynouts, key_of(pass, action),
                        buffer_slice(&result->value))) {
        pass->reload = true;
        vec_push(&pass->waiting, &action);
        return;
    }
    settle(pass, action,
           !is_silent(pass, action) || plan_is_touched(pass->plan, action));
}

static void
end_ok(struct pass *pass, const struct running *running,
       struct step_result *result)
{
    struct attempt_outcome outcome = outcome_of(result);
    bool silent =
        graph_action(running->held->graph, running->began_as)->steps.count == 0;
    bool unchanged = false;
    bool done = judge_finish(pass->options.judge, running->attempt, &outcome,
                             &unchanged, &result->err);
    if (!done && result->err.class != ERROR_CLASS_BUILD) {
        fail_pass(pass, &result->err);
        return;
    }
    struct exec_event event =
        end_event(running, result, done ? STATUS_OK : STATUS_FAILED);
    event.unchanged = unchanged;
    if (!done) {
        count_failure(pass, running->action);
    } else {
        pass->options.result->ran += !silent;
        settle_run(pass, running, result);
    }
    if (!done || !silent) {
        pass_send(pass, &event);
    }
}

static void
end_not_ok(struct pass *pass, const struct running *running,
           struct step_result *result, enum action_status status)
{
    struct attempt_outcome outcome = outcome_of(result);
    judge_abandon(pass->options.judge, running->attempt, &outcome);
    struct exec_event event = end_event(running, result, status);
    if (status != STATUS_INTERRUPTED) {
        count_failure(pass, running->action);
    }
    pass_send(pass, &event);
}

/* The build file changed since the graph was made: nothing is recorded, and
 * the action is judged again under a new graph. */
static void
end_stale(struct pass *pass, struct running *running,
          struct step_result *result)
{
    error_finish(&result->err);
    error_set(&result->err, ERROR_CLASS_GRAPH,
              "the build file changed meanwhile: it is loaded again");
    end_not_ok(pass, running, result, STATUS_INTERRUPTED);
    if (running->action.n == ID_NONE) {
        return;
    }
    if (running->held == pass->held) {
        ask_reload_for_stale(pass, running->action);
    } else {
        plan_put_back(pass->plan, running->action);
    }
}

static void
end_run(struct pass *pass, struct step_run *run)
{
    struct running *running = step_run_ctx(run);
    struct step_result *result = step_run_result(run);
    switch (result->end) {
    case STEP_END_OK:
        end_ok(pass, running, result);
        break;
    case STEP_END_FAILED:
        end_not_ok(pass, running, result, STATUS_FAILED);
        break;
    case STEP_END_KILLED:
        end_not_ok(pass, running, result, STATUS_KILLED);
        break;
    case STEP_END_STOPPED:
        end_not_ok(pass, running, result, STATUS_INTERRUPTED);
        break;
    case STEP_END_STALE:
        end_stale(pass, running, result);
        break;
    }
    if (result->note != NULL && running->action.n != ID_NONE) {
        send_note(pass, running->action, result->note);
    }
    step_run_destroy(run);
    unlink_running(pass, running);
}

static void
end_all(struct pass *pass)
{
    struct step_run *run = steps_take_ended(pass->options.steps);
    bool any = run != NULL;
    for (; run != NULL; run = steps_take_ended(pass->options.steps)) {
        end_run(pass, run);
    }
    if (any) {
        steps_reap_strays(pass->options.steps);
    }
    report_not_run(pass);
}

/* --- The loop ------------------------------------------------------------------------- */

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
    struct state *state = pass->options.state;
    state_tick(state, loop_now_us());
    if (wait && pass->commit_timer == NULL && state_is_pending(state)) {
        pass->commit_timer = loop_after(pass->options.loop, COMMIT_DELAY_MS,
                                        on_commit_due, pass);
    }
    loop_turn(pass->options.loop, wait);
}

static void
release_deferred(struct pass *pass)
{
    for (uint32_t i = 0; i < pass->deferred.count; i++) {
        plan_release(pass->plan,
                     *(struct action_id *)vec_at(&pass->deferred, i));
    }
    vec_resize(&pass->deferred, 0);
}

enum pass_end
pass_run(struct pass *pass, struct error *err)
{
    release_deferred(pass);
    for (;;) {
        bool more = start_ready(pass);
        lower_jobs(pass);
        end_all(pass);
        bool idle = !more && plan_counts(pass->plan).ready == 0;
        if (pass->reload && !pass->stopped && idle) {
            return PASS_RELOAD;
        }
        if (pass->running_count == 0 && (pass->stopped || idle)) {
            break;
        }
        bool can_start =
            !pass->stopped && !idle && pass->running_count < pass->jobs;
        turn(pass,
             !more && !can_start && !steps_has_ended(pass->options.steps));
        end_all(pass);
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
        end_all(pass);
        if (pass->running_count > 0) {
            turn(pass, !steps_has_ended(pass->options.steps));
        }
    }
}

uint32_t
pass_wanted(const struct pass *pass)
{
    return plan_counts(pass->plan).wanted;
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
