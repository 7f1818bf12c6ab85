/* SPDX-License-Identifier: MIT */
/*
 * See tally.h. Texts are made when an action starts, and not when it is drawn:
 * the graph may be replaced by another one while the action runs, and the
 * thread that draws has no business in it. That costs a few microseconds for
 * each action, and only where something is drawn or told.
 *
 * What compilers said is looked for in the first MiB of an output. It is not
 * counted for actions that are up to date: `ronin warnings` tells of those.
 */
#include "runtime/progress/tally.h"

#include "runtime/describe.h"
#include "runtime/diagnostic.h"
#include "runtime/output.h"
#include "runtime/report.h"
#include "runtime/terminal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FAILURE_LINE_MAX = 200,
    PATH_NAME_COLUMNS = 40,
    ETA_AFTER_US = 1000 * 1000,
    ETA_AFTER_PERCENT = 5
};

/* Of more, compilers' lines are not looked for. */
static const size_t diagnosed_max = (size_t)1 << 20;

void
tally_init(struct tally *tally, bool verbose)
{
    *tally = (struct tally){.verbose = verbose,
                            .left_us = -1,
                            .idle_us = -1,
                            .running = vec_of(sizeof(struct tally_running))};
}

static void
finish_running(struct tally_running *running)
{
    free(running->name);
    free(running->text);
}

void
tally_finish(struct tally *tally)
{
    for (uint32_t i = 0; i < tally->running.count; i++) {
        finish_running(vec_at(&tally->running, i));
    }
    vec_finish(&tally->running);
    for (int i = 0; i < TALLY_FAILURES_MAX; i++) {
        free(tally->failures[i].name);
        free(tally->failures[i].line);
    }
    for (int i = 0; i < TALLY_NOT_RUN_MAX; i++) {
        free(tally->not_run[i]);
    }
    free(tally->path);
    free(tally->phase);
}

/* --- What runs ---------------------------------------------------------------- */

static char *
name_of(const struct graph *g, struct action_id action)
{
    struct buffer name = {0};
    describe_name(&name, g, action);
    return buffer_take(&name);
}

static void
add_running(struct tally *tally, const struct exec_event *event, int64_t now_us)
{
    struct buffer text = {0};
    struct buffer shown = {0};
    describe_action(&text, event->graph, event->action, tally->verbose);
    report_one_line(&shown, buffer_str(&text), text.len);
    buffer_finish(&text);
    buffer_add(&shown, "", 0);
    struct tally_running running = {
        .graph = event->graph,
        .action = event->action.n,
        .name = name_of(event->graph, event->action),
        .text = buffer_take(&shown),
        .began_us = now_us,
        .usual_us = event->usual_us,
    };
    vec_push(&tally->running, &running);
    tally->started++;
}

/* One that failed before it started is not there. The order of the others is
 * kept, since the first is the one that runs longest; there are as many as
 * jobs, so that moving them costs nothing. */
static void
remove_running(struct tally *tally, const struct exec_event *event)
{
    for (uint32_t i = 0; i < tally->running.count; i++) {
        struct tally_running *running = vec_at(&tally->running, i);
        if (running->graph != event->graph ||
            running->action != event->action.n) {
            continue;
        }
        finish_running(running);
        for (; i + 1 < tally->running.count; i++) {
            memcpy(vec_at(&tally->running, i), vec_at(&tally->running, i + 1),
                   sizeof(*running));
        }
        vec_resize(&tally->running, tally->running.count - 1);
        tally->ended++;
        rate_add(&tally->rate, event->time_us);
        return;
    }
}

/* --- What failed ------------------------------------------------------------------ */

/* Half of the memory of the machine, or more, and killed: the kernel may have
 * had to choose. */
static bool
looks_out_of_memory(const struct exec_event *event)
{
    int64_t pages = sysconf(_SC_PHYS_PAGES);
    int64_t page_kib = sysconf(_SC_PAGESIZE) / 1024;
    return event->signal == 9 && pages > 0 &&
           event->peak_kib >= pages * page_kib / 2;
}

static void
add_death(struct buffer *out, const struct exec_event *event)
{
    buffer_add_format(out, "killed by signal %d (%s)", event->signal,
                      strsignal(event->signal));
    if (looks_out_of_memory(event)) {
        buffer_add_format(out, ", out of memory? its peak was %.1f GiB",
                          (double)event->peak_kib / (1 << 20));
    }
}

/* Compilers say many things after their first error, most of which follow from
 * it. So the line of the first error; else one that speaks of it, or the last. */
static struct slice
telling_line(const struct exec_event *event)
{
    size_t len =
        event->output_len < diagnosed_max ? event->output_len : diagnosed_max;
    struct slice text = {event->output, len};
    struct diagnostic d;
    while (len > 0 && diagnostic_next(&text, &d)) {
        if (d.severity == SEVERITY_ERROR) {
            return d.whole;
        }
    }
    return output_telling_line(event->output, event->output_len);
}

static char *
failure_line(const struct exec_event *event)
{
    struct buffer line = {0};
    struct slice told = {NULL, 0};
    if (event->signal == 0) {
        told = telling_line(event);
    }
    if (event->signal != 0) {
        add_death(&line, event);
    } else if (told.len > 0) {
        buffer_add(&line, told.bytes,
                   told.len < FAILURE_LINE_MAX ? told.len : FAILURE_LINE_MAX);
    } else if (event->text != NULL) {
        buffer_add(&line, event->text, strcspn(event->text, "\n"));
    } else {
        buffer_add_format(&line, "exit %d", event->exit_code);
    }
    return buffer_take(&line);
}

static void
add_failure(struct tally *tally, const struct exec_event *event)
{
    if (tally->failure_count++ < TALLY_FAILURES_MAX) {
        struct tally_failure *failure =
            &tally->failures[tally->failure_count - 1];
        failure->name = name_of(event->graph, event->action);
        failure->line = failure_line(event);
    }
}

static void
count_warnings(struct tally *tally, const struct exec_event *event)
{
    tally->warnings += diagnostic_count_warnings(
        (struct slice){event->output, event->output_len});
}

static void
add_not_run(struct tally *tally, const struct exec_event *event)
{
    if (tally->not_run_count < TALLY_NOT_RUN_MAX) {
        tally->not_run[tally->not_run_count] =
            name_of(event->graph, event->action);
    }
    tally->not_run_count++;
}

/* --- What is to come -------------------------------------------------------------- */

/* "server → image → deploy", each name without its folders. */
static char *
path_text(const struct exec_outlook *outlook)
{
    struct buffer out = {0};
    for (uint32_t i = 0; i < outlook->path_count; i++) {
        char *name = name_of(outlook->graph, outlook->path[i]);
        const char *slash = strrchr(name, '/');
        const char *base = slash != NULL && slash[1] != 0 ? slash + 1 : name;
        struct buffer shown = {0};
        report_one_line(&shown, base, strlen(base));
        buffer_add_str(&out, i == 0 ? "" : " \xe2\x86\x92 ");
        terminal_add_elided(&out, buffer_slice(&shown), PATH_NAME_COLUMNS);
        buffer_finish(&shown);
        free(name);
    }
    if (outlook->path_more > 0) {
        buffer_add_str(&out, " \xe2\x86\x92 \xe2\x80\xa6");
    }
    return buffer_take(&out);
}

static void
take_outlook(struct tally *tally, const struct exec_outlook *outlook,
             int64_t now_us)
{
    tally->left_us = outlook->left_us;
    tally->left_at_us = now_us;
    free(tally->path);
    tally->path = outlook->path_count > 1 ? path_text(outlook) : NULL;
}

/* In the first moment too little is known, and a number that jumps is worse
 * than none. Between two looks ahead the clock goes on by itself. */
int64_t
tally_left_us(const struct tally *tally, int64_t now_us)
{
    bool early = now_us - tally->began_us < ETA_AFTER_US &&
                 (uint64_t)tally->finished * 100 <
                     (uint64_t)tally->wanted * ETA_AFTER_PERCENT;
    if (tally->left_us < 0 || early) {
        return -1;
    }
    int64_t left_us = tally->left_us - (now_us - tally->left_at_us);
    return left_us < 0 ? 0 : left_us;
}

/* --- Events ------------------------------------------------------------------------ */

/* Events of what is up to date do not begin it anew: they say nothing. */
static void
note_idleness(struct tally *tally, int64_t now_us)
{
    if (tally->phase != NULL || tally->running.count > 0) {
        tally->idle_us = -1;
    } else if (tally->idle_us < 0) {
        tally->idle_us = now_us;
    }
}

void
tally_phase(struct tally *tally, const char *what, int64_t now_us)
{
    if (tally->began_us == 0) {
        tally->began_us = now_us;
    }
    free(tally->phase);
    tally->phase = NULL;
    if (what != NULL) {
        struct buffer shown = {0};
        report_one_line(&shown, what, strlen(what));
        tally->phase = buffer_take(&shown);
        tally->phase_us = now_us;
    }
    note_idleness(tally, now_us);
}

/* Not all that may be slow has a name, but none of it is silent. */
int64_t
tally_add_doing(const struct tally *tally, struct buffer *out)
{
    if (tally->phase != NULL) {
        buffer_add_str(out, tally->phase);
        return tally->phase_us;
    }
    if (tally->idle_us >= 0 && tally->wanted > 0) {
        buffer_add_format(out, "checking %" PRIu32 "/%s%" PRIu32,
                          tally->finished,
                          tally->at_least ? "\xe2\x89\xa5 " : "",
                          tally->wanted);
    } else if (tally->idle_us >= 0) {
        buffer_add_str(out, "checking");
    }
    return tally->idle_us;
}

void
tally_event(struct tally *tally, const struct exec_event *event, int64_t now_us)
{
    if (tally->began_us == 0) {
        tally->began_us = now_us;
    }
    if (event->type == EVENT_PHASE) {
        tally_phase(tally, event->text, now_us);
        return;
    }
    tally->time_us = event->time_us;
    tally->finished = event->finished;
    tally->wanted = event->wanted;
    tally->at_least = event->at_least;
    tally->failed = event->failed;
    if (event->outlook != NULL) {
        take_outlook(tally, event->outlook, now_us);
    }
    if (event->type == EVENT_ACTION_START) {
        add_running(tally, event, now_us);
    } else if (event->type == EVENT_ACTION_END) {
        remove_running(tally, event);
        count_warnings(tally, event);
        if (event->status == STATUS_FAILED || event->status == STATUS_KILLED) {
            add_failure(tally, event);
        }
    } else if (event->type == EVENT_ACTION_SKIP &&
               event->status == STATUS_NOT_RUN) {
        add_not_run(tally, event);
    }
    note_idleness(tally, now_us);
}

struct status_numbers
tally_numbers(const struct tally *tally)
{
    uint32_t running = tally->running.count;
    return (struct status_numbers){
        .started = tally->finished + running,
        .finished = tally->finished,
        .total = tally->wanted,
        .at_least = tally->at_least,
        .time_us = tally->time_us,
        .left_us = tally->left_us,
        .rate = &tally->rate,
    };
}
