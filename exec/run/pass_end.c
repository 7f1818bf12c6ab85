/* SPDX-License-Identifier: MIT */
/*
 * What becomes of a run that has ended: recorded or cleaned up by the judge,
 * told as an event, and settled in the plan of the current graph, which need
 * not be the one that it began under.
 */
#include "exec/base/memory.h"
#include "exec/run/interrupt.h"
#include "exec/run/jobserver.h"
#include "exec/run/pass_parts.h"
#include "exec/state/state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Of a larger output the database keeps the end. */
#define RECORDED_OUTPUT_MAX ((size_t)1 << 20)

/* --- Ending --------------------------------------------------------------------------- */

/* Everything in it stays owned by the result. */
static struct attempt_outcome
outcome_of(const struct pass *pass, struct step_result *result)
{
    const struct exec_host *host = pass->options.host;
    struct slice output = output_tail(&result->output, RECORDED_OUTPUT_MAX);
    bool counts = result->end == STEP_END_OK && output.len > 0 &&
                  host->count_warnings != NULL;
    return (struct attempt_outcome){
        .started_unix_us = result->started_unix_us,
        .duration_us = result->duration_us,
        .cpu_us = result->cpu_us,
        .peak_kib = result->peak_kib,
        .exit_code = result->exit_code,
        .signal = result->signal,
        .output = output.bytes,
        .output_len = output.len,
        .warnings = counts ? host->count_warnings(host->ctx, output) : 0,
        .discovered = buffer_str(&result->discovered),
        .discovered_len = result->discovered.len,
        .discovered_kinds = result->discovered_kinds,
        .discovered_env = buffer_slice(&result->discovered_env),
        .value = buffer_slice(&result->value),
        .interrupted = result->end == STEP_END_STOPPED,
    };
}

/* A name for the file of an output: the key in letters that are safe anywhere,
 * and its hash, since other keys may come out the same. */
static char *
log_name(const char *key)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    enum { NAME_MAX_LEN = 100 };
    struct hash128 hash = hash_default()->bytes(key, strlen(key));
    size_t len = strlen(key);
    size_t skipped = len > NAME_MAX_LEN ? len - NAME_MAX_LEN : 0;
    char *name = mem_format("%s-%08x", key + skipped, (unsigned)hash.low);
    for (char *c = name; *c != '\0'; c++) {
        *c = strchr(safe, *c) != NULL ? *c : '_';
    }
    return name;
}

/* The file of a large output stays, and is told by its path from the root. */
static const char *
keep_output(const struct pass *pass, const struct running *running,
            struct output *output)
{
    if (output->fd < 0) {
        return NULL;
    }
    const struct graph *g = running->held->graph;
    const struct action *action = graph_action(g, running->began_as);
    const char *dir = state_dir(pass->options.state);
    char *name = log_name(graph_cstr(g, action->key));
    bool kept = output_keep(output, dir, name);
    free(name);
    const char *base = strrchr(dir, '/');
    assert(base != NULL);
    return kept ? output->path + (base + 1 - dir) : NULL;
}

/* Told in the graph that it began under. */
static struct exec_event
end_event(const struct pass *pass, const struct running *running,
          struct step_result *result, enum action_status status)
{
    struct exec_event event =
        pass_event(EVENT_ACTION_END, running->began_as, status);
    struct slice output = output_view(&result->output);
    event.graph = running->held->graph;
    event.exit_code = result->exit_code;
    event.signal = result->signal;
    event.duration_us = result->duration_us;
    event.cpu_us = result->cpu_us;
    event.peak_kib = result->peak_kib;
    event.output = output.bytes;
    event.output_len = output.len;
    event.output_shown = result->output.shown;
    event.output_fd = result->output.fd;
    event.output_path = keep_output(pass, running, &result->output);
    event.text = result->err.what;
    event.help = result->err.help;
    return event;
}

/* The plan's side of a success. */
static void
settle_run(struct pass *pass, const struct running *running,
           const struct step_result *result)
{
    assert(running->held != NULL);
    struct action_id action = running->action;
    pass_tell(pass, action, TOLD_RAN);
    if (action.n == ID_NONE) {
        return; // Not in the graph any more: what it made is an orphan.
    }
    struct dynouts *dynouts = pass->options.dynouts;
    uint32_t changes = 0;
    if (pass_is_dynout(pass, action)) {
        changes = dynouts_resolve(dynouts, pass_key(pass, action),
                                  buffer_slice(&result->value));
    }
    if (running->held != pass->held) {
        // It began under another graph: judged again, it is up to date unless
        // this graph has it run otherwise, or does not want it at all.
        plan_put_back(pass->plan, action);
        plan_count_done(pass->plan, action);
        return;
    }
    if (changes > 0 && dynouts_is_fresh(dynouts, pass_key(pass, action))) {
        pass_ask_values(pass, action, changes);
        return;
    }
    pass_settle(pass, action,
                !pass_is_silent(pass, action) ||
                    plan_is_touched(pass->plan, action));
}

/* A source that was changed while it ran; told after the end of the run. Takes
 * the text over. */
static void
tell_edited(struct pass *pass, const struct running *running, char *path)
{
    if (path != NULL && running->action.n != ID_NONE) {
        char *text = mem_format("%s was changed while it ran: it runs again in "
                                "the next build",
                                path);
        pass_note(pass, running->action, text);
        free(text);
    }
    free(path);
}

/* The judge may still find fault with what it made. */
static void
end_ok(struct pass *pass, const struct running *running,
       struct step_result *result)
{
    struct attempt_outcome outcome = outcome_of(pass, result);
    const struct action *a =
        graph_action(running->held->graph, running->began_as);
    bool silent = (a->flags & ACTION_PHONY) != 0;
    struct attempt_news news = {0};
    int64_t begin_ns = judge_began_ns(running->attempt);
    bool done = judge_finish(pass->options.judge, running->attempt, &outcome,
                             &news, &result->err);
    if (!done && result->err.class != ERROR_CLASS_BUILD) {
        pass_fail(pass, &result->err);
        return;
    }
    char *edited = news.edited != NULL ? mem_copy_str(news.edited) : NULL;
    struct exec_event event =
        end_event(pass, running, result, done ? STATUS_OK : STATUS_FAILED);
    event.unchanged = news.unchanged;
    event.begin_ns = begin_ns;
    event.discovered = buffer_slice(&result->discovered);
    if (!done) {
        pass_count_failure(pass, running->action);
    } else {
        pass->options.result->ran += !silent;
        settle_run(pass, running, result);
    }
    if (!done || !silent) {
        pass_send(pass, &event);
    }
    tell_edited(pass, running, edited);
    if (done && news.unchanged && pass->options.build->expects &&
        running->held == pass->held &&
        plan_state(pass->plan, running->action) == PLAN_SETTLED) {
        pass_look_behind(pass, running->action);
    }
}

/* What it wrote goes, and no record of it is valid. */
static void
end_not_ok(struct pass *pass, const struct running *running,
           struct step_result *result, enum action_status status)
{
    struct attempt_outcome outcome = outcome_of(pass, result);
    const struct graph *g = running->held->graph;
    const struct action *action = graph_action(g, running->began_as);
    if (outcome.interrupted && action->depfile.n != ID_NONE) {
        outcome.depfile = graph_path(g, action->depfile);
    }
    judge_abandon(pass->options.judge, running->attempt, &outcome);
    struct exec_event event = end_event(pass, running, result, status);
    if (status != STATUS_INTERRUPTED) {
        pass_count_failure(pass, running->action);
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
        pass_ask_reload(pass, running->action);
    } else {
        plan_put_back(pass->plan, running->action);
    }
}

/* How it ended. ^C reaches the console and us at once: what ends by it there has not
 * failed, whichever of the two is heard of first. */
static enum step_end
end_of(const struct running *running, const struct step_result *result)
{
    const struct action *a =
        graph_action(running->held->graph, running->began_as);
    bool failed =
        result->end == STEP_END_FAILED || result->end == STEP_END_KILLED;
    return failed && a->pool.n == 1 && interrupt_came() ? STEP_END_STOPPED
                                                        : result->end;
}

/* The run and its result are gone afterwards. */
static void
end_run(struct pass *pass, struct step_run *run)
{
    assert(step_run_ctx(run) != NULL);
    struct running *running = step_run_ctx(run);
    struct step_result *result = step_run_result(run);
    switch (end_of(running, result)) {
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
        pass->options.result->ended += running->action.n != ID_NONE;
        end_not_ok(pass, running, result, STATUS_INTERRUPTED);
        break;
    case STEP_END_STALE:
        end_stale(pass, running, result);
        break;
    }
    if (result->note != NULL && running->action.n != ID_NONE) {
        pass_note(pass, running->action, result->note);
    }
    if (result->output.write_errno != 0 && running->action.n != ID_NONE) {
        char *text = mem_format("a part of its output is lost: %s",
                                strerror(result->output.write_errno));
        pass_note(pass, running->action, text);
        free(text);
    }
    step_run_destroy(run);
    pass_unlink(pass, running);
}

/* Each action is told of once, however often the graph is made anew. */
static void
report_not_run(struct pass *pass)
{
    for (;;) {
        struct action_id action = plan_take_not_run(pass->plan);
        if (action.n == ID_NONE) {
            return;
        }
        if (pass->told[action.n] == TOLD_NOTHING) {
            pass_tell(pass, action, TOLD_NOT_RUN);
            if (pass_is_silent(pass, action)) {
                continue; // It would have done nothing.
            }
            pass->options.result->not_run++;
            struct exec_event event =
                pass_event(EVENT_ACTION_SKIP, action, STATUS_NOT_RUN);
            pass_send(pass, &event);
        }
    }
}

/* They are recorded with the next commit; a folder of which a kill came first
 * is nobody's, and stays. */
void
pass_note_folders(struct pass *pass)
{
    struct error err = {0};
    struct buffer row = steps_take_folders(pass->options.steps);
    if (!judge_note_folders(pass->options.judge, buffer_slice(&row), &err)) {
        pass_fail(pass, &err);
    }
    buffer_finish(&row);
}

void
pass_end_all(struct pass *pass)
{
    struct step_run *run = steps_take_ended(pass->options.steps);
    bool any = run != NULL;
    for (; run != NULL; run = steps_take_ended(pass->options.steps)) {
        end_run(pass, run);
    }
    if (any) {
        pass_note_folders(pass);
        steps_reap_strays(pass->options.steps);
        jobserver_release(pass->options.jobserver, pass->command_count);
    }
    report_not_run(pass);
}
