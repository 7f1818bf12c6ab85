/* SPDX-License-Identifier: MIT */
/*
 * From ready to started. Attempts that begin in one turn are committed
 * together before the first of their commands starts, so that a kill at any
 * moment leaves no valid record of something half done. Actions without a
 * command take no place of -j: they end as soon as they begin.
 */
#include "exec/base/memory.h"
#include "exec/run/growth.h"
#include "exec/run/interrupt.h"
#include "exec/run/jobserver.h"
#include "exec/run/pass_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* So many actions are judged before commands that are due are started. */
#define JUDGED_PER_TURN 256
#define STALE_ROUNDS_MAX 3
/* A dynout may run again when its own steps came out of another one. */
#define VALUE_CHANGES_MAX 3
/* How long after the machine was found full it is looked at again. */
#define HELD_UP_MS 50

/* --- Admission ------------------------------------------------------------------------ */

static void
on_wake(void *ctx)
{
    struct pass *pass = ctx;
    loop_stop(pass->wake);
    pass->wake = NULL;
}

/* Nothing starts until a command ends, or a moment has passed. */
static bool
hold_up(struct pass *pass)
{
    pass->is_held_up = true;
    if (pass->wake == NULL) {
        pass->wake = loop_after(pass->options.loop, HELD_UP_MS, on_wake, pass);
    }
    return false;
}

/* The same, until the jobserver has a token. */
static bool
wait_for_token(struct pass *pass)
{
    int fd =
        pass->wake == NULL ? jobserver_wait_fd(pass->options.jobserver) : -1;
    if (fd >= 0) {
        pass->wake = loop_readable(pass->options.loop, fd, on_wake, pass);
    }
    return hold_up(pass);
}

/* Whether one more command may start, whichever it is. The first one always
 * may, so that nothing waits for ever. */
static bool
has_place(struct pass *pass)
{
    pass->is_held_up = false;
    if (pass->command_count == 0) {
        return true;
    }
    if (!admission_has_load(&pass->admission, loop_now_us())) {
        return hold_up(pass);
    }
    return jobserver_acquire(pass->options.jobserver, pass->command_count) ||
           wait_for_token(pass);
}

/* Whether this one fits into the memory beside what runs. */
static bool
has_memory(struct pass *pass, struct action_id action)
{
    const struct schedule *schedule = &pass->schedule;
    if (pass->command_count == 0 || schedule->count == 0 ||
        schedule->peaks_kib[action.n] < ADMIT_PEAK_KIB_MIN) {
        return true;
    }
    int64_t now_us = loop_now_us();
    uint64_t growth_kib = 0;
    for (const struct running *r = pass->first; r != NULL; r = r->next) {
        growth_kib += admission_growth_kib(r->peak_kib, now_us - r->begun_us,
                                           r->expected_us);
    }
    return admission_has_memory(&pass->admission, schedule->peaks_kib[action.n],
                                growth_kib, now_us) ||
           hold_up(pass);
}

/* --- Judging ------------------------------------------------------------------------- */

/* Told once; cut off means that something before it has run. */
void
pass_on_clean(struct pass *pass, struct action_id action)
{
    assert(plan_state(pass->plan, action) == PLAN_TAKEN);
    struct exec_result *result = pass->options.result;
    struct dynouts *dynouts = pass->options.dynouts;
    bool touched = plan_is_touched(pass->plan, action);
    if (pass_is_dynout(pass, action)) {
        pass_confirm(pass, action);
    }
    bool is_news = pass->told[action.n] == TOLD_NOTHING;
    if (is_news) {
        pass_expect(pass, action, false);
        pass_tell(pass, action, touched ? TOLD_CUT_OFF : TOLD_CLEAN);
    }
    if (is_news && !pass_is_silent(pass, action)) {
        *(touched ? &result->cut_off : &result->up_to_date) += 1;
        struct exec_event event =
            pass_event(EVENT_ACTION_SKIP, action,
                       touched ? STATUS_CUT_OFF : STATUS_UP_TO_DATE);
        pass_send(pass, &event);
    }
    if (pass_is_dynout(pass, action) &&
        dynouts_is_fresh(dynouts, pass_key(pass, action))) {
        pass_ask_values(pass, action, 1);
        return;
    }
    pass_settle(pass, action, pass->told[action.n] == TOLD_RAN);
}

/* Orderings that would close a cycle are left out. */
void
pass_order_behind(struct judge *judge, struct plan *plan,
                  struct action_id action)
{
    const struct action_id *found;
    uint32_t count = judge_waits_for(judge, action, &found);
    struct vec producers = vec_of(sizeof(*found));
    vec_push_all(&producers, found, count);
    bool progress = false;
    for (uint32_t i = 0; i < count; i++) {
        struct action_id producer = *(struct action_id *)vec_at(&producers, i);
        switch (plan_wait_for(plan, action, producer)) {
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
    plan_put_back(plan, action);
}

/* The reasons live only until the judge is asked again. */
static void
send_start(struct pass *pass, struct action_id action,
           const struct exec_reason *reasons, uint32_t count)
{
    struct exec_event event = pass_event(EVENT_ACTION_START, action, STATUS_OK);
    event.reasons = reasons;
    event.reason_count = count;
    if (pass->schedule.count > 0 && pass->schedule.known[action.n]) {
        event.usual_us = (int64_t)pass->schedule.durations_us[action.n];
    }
    pass_expect(pass, action, true);
    pass->started++;
    pass_send(pass, &event);
}

/* Everything else happens in this process, one after the other. */
static bool
has_command(const struct pass *pass, struct action_id action)
{
    const struct action *a = pass_action(pass, action);
    for (uint32_t i = 0; i < a->steps.count; i++) {
        if (graph_step(pass->held->graph, a, i)->kind == STEP_COMMAND) {
            return true;
        }
    }
    return false;
}

/* What was told to need nothing runs after all, or what ran runs once more, as the
 * graph is another by now: it counts once, as what it is in the end. */
static void
take_back(struct pass *pass, struct action_id action)
{
    struct exec_result *result = pass->options.result;
    result->up_to_date -= pass->told[action.n] == TOLD_CLEAN;
    result->cut_off -= pass->told[action.n] == TOLD_CUT_OFF;
    result->ran -= pass->told[action.n] == TOLD_RAN;
    if (pass->told[action.n] > TOLD) {
        pass->told[action.n] = TOLD;
    }
}

/* Its steps start when the whole turn has been committed. */
static void
begin(struct pass *pass, struct action_id action,
      const struct verdict_reasons *reasons)
{
    if (!pass_is_silent(pass, action)) {
        take_back(pass, action);
        send_start(pass, action, reasons->items, reasons->count);
    }
    struct error err = {0};
    struct attempt *attempt = judge_begin(pass->options.judge, action, &err);
    if (attempt == NULL) {
        pass_fail_action(pass, action, &err);
        return;
    }
    struct running *running = mem_alloc(1, sizeof(*running));
    running->held = pass->held;
    running->held->run_count++;
    running->began_as = action;
    running->action = action;
    running->attempt = attempt;
    running->has_command = has_command(pass, action);
    if (pass->schedule.count > 0) {
        running->peak_kib = pass->schedule.peaks_kib[action.n];
        running->expected_us = pass->schedule.durations_us[action.n];
    }
    running->begun_us = loop_now_us();
    admission_started(&pass->admission);
    running->next = pass->first;
    if (pass->first != NULL) {
        pass->first->previous = running;
    }
    pass->first = running;
    pass->running_count++;
    pass->command_count += running->has_command;
    vec_push(&pass->begun, &running);
}

/* Tells that it would run, and acts as if it had. A phony action that nothing
 * touches does nothing by running. */
static void
pretend(struct pass *pass, struct action_id action,
        const struct exec_reason *reasons, uint32_t count)
{
    bool silent = pass_is_silent(pass, action);
    bool makes = !silent || plan_is_touched(pass->plan, action);
    bool is_news = pass->told[action.n] < TOLD;
    pass_tell(pass, action, makes ? TOLD_RAN : TOLD);
    if (!silent && is_news) {
        send_start(pass, action, reasons, count);
        pass->options.result->ran++;
        struct exec_event event =
            pass_event(EVENT_ACTION_END, action, STATUS_OK);
        pass_send(pass, &event);
    }
    if (makes) {
        judge_pretend(pass->options.judge, action);
    }
    if (silent) {
        pass_settle(pass, action, makes);
    } else {
        vec_push(&pass->pretended, &action);
    }
}

/* The action that an edge leads to, or to a file of; ACTION_NONE for others. */
static struct action_id
maker_of(const struct graph *g, struct node node)
{
    if (node.type == NODE_FILE) {
        return graph_producer(g, (struct file_id){node.n});
    }
    return node.type == NODE_ACTION ? (struct action_id){node.n} : ACTION_NONE;
}

/* Adds a reason for each input that an action before it would make anew. */
static void
add_remade(const struct pass *pass, struct action_id action,
           struct vec *reasons)
{
    const struct graph *g = pass->held->graph;
    const struct action *a = pass_action(pass, action);
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(g, a, i);
        struct action_id maker = maker_of(g, edge->to);
        if (maker.n == ID_NONE || pass->told[maker.n] != TOLD_RAN ||
            (edge->kinds & ~(EDGE_VALIDATION | EDGE_ORDER_ONLY)) == 0) {
            continue;
        }
        bool is_file = edge->to.type == NODE_FILE;
        struct exec_reason reason = {
            .code = is_file ? "input-written" : "input-changed",
            .subject = is_file ? graph_path(g, (struct file_id){edge->to.n})
                               : judge_shown_key(pass_key(pass, maker)),
            .after = "would be made anew"};
        vec_push(reasons, &reason);
    }
}

static bool
has_subject(const struct vec *reasons, const char *subject)
{
    uint32_t i = 0;
    for (; subject != NULL && i < reasons->count; i++) {
        const struct exec_reason *reason = vec_at(reasons, i);
        if (reason->subject != NULL && strcmp(reason->subject, subject) == 0) {
            return true;
        }
    }
    return false;
}

/* What would run because something before it would, whatever the judge says; but
 * all that is known of why is told. Of inputs that are not yet what they will be
 * the judge can say nothing. */
static void
pretend_touched(struct pass *pass, struct action_id action,
                const struct verdict_reasons *judged)
{
    struct vec remade = vec_of(sizeof(struct exec_reason));
    struct vec reasons = vec_of(sizeof(struct exec_reason));
    bool is_new =
        judged->count > 0 && strcmp(judged->items[0].code, "never-built") == 0;
    if (!is_new) { // That says it all.
        add_remade(pass, action, &remade);
    }
    for (uint32_t i = 0; i < judged->count; i++) {
        if (!has_subject(&remade, judged->items[i].subject)) {
            vec_push(&reasons, &judged->items[i]);
        }
    }
    vec_push_all(&reasons, remade.items, remade.count);
    if (reasons.count == 0) { // It is touched through what it discovered.
        struct exec_reason reason = {.code = "input-written",
                                     .after = "would be made anew"};
        vec_push(&reasons, &reason);
    }
    pretend(pass, action, reasons.items, reasons.count);
    vec_finish(&remade);
    vec_finish(&reasons);
}

void
pass_ask_reload(struct pass *pass, struct action_id action)
{
    assert(plan_state(pass->plan, action) == PLAN_TAKEN);
    pass->reload = true;
    plan_put_back(pass->plan, action);
    if (++pass->stale_rounds > STALE_ROUNDS_MAX) {
        struct error err = {0};
        error_set(&err, ERROR_CLASS_GRAPH,
                  "the functions of %s are others each time the build file is "
                  "loaded",
                  pass_key(pass, action));
        pass_fail(pass, &err);
    }
}

void
pass_ask_values(struct pass *pass, struct action_id action, uint32_t changes)
{
    assert(pass_is_dynout(pass, action) && changes > 0);
    pass->reload = true;
    vec_push(&pass->waiting, &action);
    if (changes > VALUE_CHANGES_MAX) {
        struct error err = {0};
        error_set(&err, ERROR_CLASS_GRAPH,
                  "%s came out different %u times in one run",
                  pass_key(pass, action), changes);
        pass_set_place(pass, action, &err);
        error_set_help(&err, "what a dynout gives may depend on its inputs "
                             "alone, not on what it gave before");
        pass_fail(pass, &err);
    }
}

/* A missing file may be the output of an action that is not there yet. */
static void
on_error(struct pass *pass, struct action_id action, struct error *err)
{
    if (interrupt_came()) {
        plan_put_back(pass->plan, action);
        error_finish(err);
    } else if (err->class == ERROR_CLASS_GRAPH && pass_may_resolve(pass)) {
        vec_push(&pass->deferred, &action);
        plan_hold(pass->plan, action);
        error_finish(err);
    } else {
        pass_fail_action(pass, action, err);
    }
}

/* The first dirty action that is not alone: from here on it matters which one
 * starts first. True if the order was made now. */
static bool
order_ready(struct pass *pass)
{
    bool alone = plan_counts(pass->plan).ready == 0;
    if (pass->is_ordered || (alone && !pass->options.build->outlook)) {
        return false;
    }
    const struct graph *g = pass->held->graph;
    pass->is_ordered = true;
    schedule_load(&pass->schedule, pass->options.state, g);
    schedule_order(&pass->schedule, g, pass->plan);
    struct exec_event event = pass_event(EVENT_PLAN, ACTION_NONE, STATUS_OK);
    pass_send(pass, &event);
    return true;
}

/* One that is not there is missing as any other input may be, and in a dry run
 * it is not made. */
static bool
can_grow(const struct pass *pass, struct action_id action)
{
    const struct graph *g = pass->held->graph;
    struct file_id file = graph_detail(g, graph_action(g, action))->dyndep;
    return growth_is_due(g, action) && judge_sees(pass->options.judge, file);
}

static void
await_growers(struct pass *pass, struct action_id action)
{
    if (pass_await_growers(pass, pass->plan, NULL, action) == GROWERS_READ) {
        plan_hold(pass->plan, action);
    } else {
        plan_put_back(pass->plan, action);
    }
}

/* An action whose turn it is: all that it needs is settled. */
static void
judge_one(struct pass *pass, struct action_id action)
{
    assert(plan_state(pass->plan, action) == PLAN_TAKEN);
    bool dry_run = pass->options.build->dry_run;
    if (can_grow(pass, action)) {
        vec_push(&pass->growing, &action);
        plan_hold(pass->plan, action);
        return;
    }
    if (pass_awaits_growth(pass, action)) {
        vec_push(&pass->awaiting, &action);
        plan_hold(pass->plan, action);
        return;
    }
    struct verdict_reasons reasons = {0};
    struct error err = {0};
    enum verdict verdict =
        judge_action(pass->options.judge, action, &reasons, &err);
    if (reasons.stale_program) {
        error_finish(&err);
        pass_ask_reload(pass, action);
        return;
    }
    if (interrupt_came() && verdict != VERDICT_CLEAN) {
        // What it found may come of a file that was not read to its end.
        error_finish(&err);
        plan_put_back(pass->plan, action);
        return;
    }
    if (dry_run && plan_is_touched(pass->plan, action) &&
        (verdict == VERDICT_CLEAN || verdict == VERDICT_DIRTY)) {
        pretend_touched(pass, action, &reasons);
        return;
    }
    switch (verdict) {
    case VERDICT_CLEAN:
        pass_on_clean(pass, action);
        break;
    case VERDICT_WAIT:
        pass_order_behind(pass->options.judge, pass->plan, action);
        break;
    case VERDICT_GROW:
        await_growers(pass, action);
        break;
    case VERDICT_ERROR:
        on_error(pass, action, &err);
        break;
    case VERDICT_DIRTY:
        if (dry_run) {
            pretend(pass, action, reasons.items, reasons.count);
        } else if (order_ready(pass) || !has_memory(pass, action)) {
            plan_put_back(pass->plan, action);
        } else {
            begin(pass, action, &reasons);
        }
        break;
    }
}

/* --- Starting ---------------------------------------------------------------------- */

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
        pass_fail(pass, &err);
    }
    for (uint32_t i = 0; i < pass->begun.count; i++) {
        struct running *running = *(struct running **)vec_at(&pass->begun, i);
        if (committed) {
            running->run =
                steps_start(pass->options.steps, running->held->graph,
                            running->began_as, running);
        } else {
            struct attempt_outcome outcome = {.interrupted = true};
            judge_abandon(pass->options.judge, running->attempt, &outcome);
            pass_unlink(pass, running);
        }
    }
    vec_resize(&pass->begun, 0);
    pass_note_folders(pass);
}

/* Judges and begins until all places are taken or nothing is ready; true if
 * it only stopped to let other things happen. */
bool
pass_start_ready(struct pass *pass)
{
    bool more = false;
    for (uint32_t judged = 0; !pass->stopped && !more; judged++) {
        if (pass->command_count >= pass->jobs || interrupt_came() ||
            !has_place(pass)) {
            break;
        }
        struct action_id action = plan_take(pass->plan);
        if (action.n == ID_NONE) {
            break;
        }
        judge_one(pass, action);
        if (pass->is_held_up) {
            break;
        }
        more = judged >= JUDGED_PER_TURN;
    }
    jobserver_release(pass->options.jobserver, pass->command_count);
    start_begun(pass);
    return more;
}

/* Nothing is said of what cannot be begun: its turn comes again. */
static void
judge_early(struct pass *pass, struct action_id action)
{
    struct verdict_reasons reasons = {0};
    struct error err = {0};
    enum verdict verdict =
        judge_sure_action(pass->options.judge, action, &reasons, &err);
    if (verdict == VERDICT_DIRTY && !reasons.stale_program) {
        plan_adopt(pass->plan, action);
        begin(pass, action, &reasons);
    }
    error_finish(&err);
}

void
pass_start_early(struct pass *pass, struct action_id (*next)(void *ctx),
                 void *ctx)
{
    assert(!pass->options.build->dry_run);
    while (!pass->stopped && pass->command_count < pass->jobs &&
           !interrupt_came() && has_place(pass)) {
        struct action_id action = next(ctx);
        if (action.n == ID_NONE) {
            break;
        }
        judge_early(pass, action);
    }
    jobserver_release(pass->options.jobserver, pass->command_count);
    start_begun(pass);
}

/* The system gives no more processes: as many as run now are enough. */
void
pass_lower_jobs(struct pass *pass)
{
    uint32_t busy = steps_busy(pass->options.steps);
    if (busy == 0 || pass->jobs == 1) {
        return;
    }
    uint32_t possible =
        pass->command_count > busy ? pass->command_count - busy : 1;
    if (possible < pass->jobs) {
        pass->jobs = possible;
        char *text = mem_format("the system gives no more processes or open "
                                "files: going on with -j%u",
                                possible);
        pass_note(pass, ACTION_NONE, text);
        free(text);
    }
}
