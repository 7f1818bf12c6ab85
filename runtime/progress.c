/* SPDX-License-Identifier: MIT */
/*
 * See progress.h. On a terminal one line is drawn over at most twenty times a
 * second; elsewhere each finished action is a line. What actions printed is
 * shown whole, after the line of its action.
 */
#include "runtime/progress.h"

#include "runtime/describe.h"
#include "runtime/output.h"
#include "runtime/report.h"
#include "runtime/terminal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    REDRAW_US = 50 * 1000,
    LINE_MAX_COLUMNS = 160, /* of a line that is not on a terminal */
    FAILURES_SHOWN = 10,
    NOT_RUN_SHOWN = 4,
    SUMMARY_NAME_WIDTH = 12,
    COMMANDS_SHOWN_MAX = 4000 /* bytes of the commands of a failed action */
};

/* A failed action in the closing summary. */
struct failure {
    char *name;
    char *line; /* what it said, or how it ended */
};

struct progress {
    struct progress_options options;
    bool smart;
    bool color_out;
    bool color_err;
    bool drawn; /* a line that can be drawn over is on the screen */
    bool started;
    int64_t drawn_us;
    struct failure failures[FAILURES_SHOWN];
    uint32_t failure_count;
    char *not_run[NOT_RUN_SHOWN];
    uint32_t not_run_count;
    struct buffer text;
};

struct progress *
progress_create(const struct progress_options *options)
{
    struct progress *p = calloc(1, sizeof(*p));
    assert(p != NULL);
    p->options = *options;
    p->smart = terminal_is_smart(STDOUT_FILENO) && !options->quiet &&
               !options->verbose;
    p->color_out = terminal_has_color(STDOUT_FILENO);
    p->color_err = terminal_has_color(STDERR_FILENO);
    return p;
}

void
progress_destroy(struct progress *p)
{
    if (p == NULL) {
        return;
    }
    for (uint32_t i = 0; i < p->failure_count && i < FAILURES_SHOWN; i++) {
        free(p->failures[i].name);
        free(p->failures[i].line);
    }
    for (uint32_t i = 0; i < p->not_run_count && i < NOT_RUN_SHOWN; i++) {
        free(p->not_run[i]);
    }
    buffer_finish(&p->text);
    free(p);
}

/* --- Lines ----------------------------------------------------------------- */

static const char *
color(bool on, const char *sequence)
{
    return on ? sequence : "";
}

/* Takes the line that is drawn over off the screen. */
static void
clear_line(struct progress *p)
{
    if (p->drawn) {
        fputs("\r\033[K", stdout);
        p->drawn = false;
    }
}

/* Before anything goes to standard error: it may be the same terminal. */
static void
begin_stderr(struct progress *p)
{
    clear_line(p);
    fflush(stdout);
}

/* "[f/t] description", control characters taken out. */
static const char *
status_line(struct progress *p, const struct exec_event *event)
{
    struct buffer description = {0};
    buffer_truncate(&p->text, 0);
    buffer_add_format(&p->text, "[%" PRIu32 "/%" PRIu32 "] ", event->finished,
                      event->wanted);
    describe_action(&description, event->graph, event->action,
                    p->options.verbose);
    report_one_line(&p->text, buffer_str(&description), description.len);
    buffer_finish(&description);
    return p->text.bytes;
}

/* Draws the line anew, unless the last time was a moment ago. */
static void
draw(struct progress *p, const struct exec_event *event, bool at_once)
{
    if (!at_once && p->drawn && event->time_us - p->drawn_us < REDRAW_US) {
        return;
    }
    const char *text = status_line(p, event);
    uint32_t columns = terminal_columns(STDOUT_FILENO);
    size_t fits = terminal_fit(text, p->text.len, columns - 1);
    fprintf(stdout, "\r%.*s\033[K", (int)fits, text);
    fflush(stdout);
    p->drawn = true;
    p->drawn_us = event->time_us;
}

/* The line of an action that stays; cut unless -v. */
static void
print_line(struct progress *p, const struct exec_event *event)
{
    const char *text = status_line(p, event);
    size_t fits = p->text.len;
    if (!p->options.verbose) {
        fits = terminal_fit(text, p->text.len, LINE_MAX_COLUMNS);
    }
    clear_line(p);
    fprintf(stdout, "%.*s%s\n", (int)fits, text,
            fits < p->text.len ? "..." : "");
}

/* --- Failures ---------------------------------------------------------------- */

/* "exit 1", "killed by signal 9 (Killed)" */
static void
add_ending(struct buffer *out, const struct exec_event *event)
{
    if (event->signal != 0) {
        buffer_add_format(out, "killed by signal %d (%s)", event->signal,
                          strsignal(event->signal));
    } else if (event->exit_code != 0) {
        buffer_add_format(out, "exit %d", event->exit_code);
    } else {
        buffer_add_str(out, "failed");
    }
}

/* Remembers a failure for the closing summary. */
static void
keep_failure(struct progress *p, const struct exec_event *event)
{
    if (p->failure_count++ >= FAILURES_SHOWN) {
        return;
    }
    struct failure *failure = &p->failures[p->failure_count - 1];
    struct buffer name = {0};
    struct buffer line = {0};
    describe_name(&name, event->graph, event->action);
    struct slice told = output_telling_line(event->output, event->output_len);
    if (event->signal == 0 && told.len > 0) {
        buffer_add(&line, told.bytes, told.len < 200 ? told.len : 200);
    } else if (event->signal == 0 && event->text != NULL) {
        buffer_add(&line, event->text, strcspn(event->text, "\n"));
    } else {
        add_ending(&line, event);
    }
    failure->name = buffer_take(&name);
    failure->line = buffer_take(&line);
}

/* FAILED  obj/net.o   exit 1   1.2 s   build.magma:57 */
static void
print_failure(struct progress *p, const struct exec_event *event)
{
    const struct action *a = graph_action(event->graph, event->action);
    struct buffer text = {0};
    begin_stderr(p);
    describe_name(&text, event->graph, event->action);
    fprintf(stderr, "%sFAILED%s  ", color(p->color_err, "\033[1;31m"),
            color(p->color_err, "\033[0m"));
    report_sanitised(stderr, text.bytes, text.len);
    buffer_truncate(&text, 0);
    buffer_add_str(&text, "   ");
    add_ending(&text, event);
    buffer_add_str(&text, "   ");
    describe_duration(&text, event->duration_us);
    buffer_add_str(&text, "   ");
    describe_place(&text, event->graph, &a->place);
    buffer_add_char(&text, '\n');
    report_sanitised(stderr, text.bytes, text.len);
    buffer_truncate(&text, 0);
    describe_commands(&text, event->graph, event->action);
    bool whole = text.len <= COMMANDS_SHOWN_MAX || p->options.verbose;
    report_sanitised(stderr, text.bytes, whole ? text.len : COMMANDS_SHOWN_MAX);
    fputs(whole ? "" : "... (-v shows all)\n", stderr);
    buffer_finish(&text);
    output_show(stderr, event);
    if (event->text != NULL && event->text[0] != 0) {
        report_sanitised(stderr, event->text, strlen(event->text));
        fputc('\n', stderr);
    }
    if (event->help != NULL) {
        fputs("  help: ", stderr);
        report_sanitised(stderr, event->help, strlen(event->help));
        fputc('\n', stderr);
    }
    keep_failure(p, event);
}

/* --- Events -------------------------------------------------------------------- */

/* One grey line: main.o <- src/main.c changed [input-changed] */
static void
print_explanation(struct progress *p, const struct exec_event *event)
{
    if (event->reason_count == 0) {
        return;
    }
    clear_line(p);
    buffer_truncate(&p->text, 0);
    describe_name(&p->text, event->graph, event->action);
    buffer_add_str(&p->text, " \xe2\x86\x90 ");
    describe_reason(&p->text, &event->reasons[0]);
    buffer_add_format(&p->text, " [%s]", event->reasons[0].code);
    fputs(color(p->color_out, "\033[90m"), stdout);
    report_sanitised(stdout, p->text.bytes, p->text.len);
    fprintf(stdout, "%s\n", color(p->color_out, "\033[0m"));
}

/* The first line is drawn at once, the others when it is time. */
static void
action_started(struct progress *p, const struct exec_event *event)
{
    p->started = true;
    if (p->options.explain) {
        print_explanation(p, event);
    }
    if (p->smart) {
        draw(p, event, !p->drawn);
    }
}

/* What was interrupted is told once, at the end of the run. */
static void
action_ended(struct progress *p, const struct exec_event *event)
{
    if (event->status == STATUS_FAILED || event->status == STATUS_KILLED) {
        print_failure(p, event);
        return;
    }
    if (event->status == STATUS_INTERRUPTED) {
        return;
    }
    bool says = event->output_len > event->output_shown;
    bool said = event->output_shown > 0;
    if (p->smart && !says) {
        draw(p, event, false);
        return;
    }
    if (!p->options.quiet && !said) {
        print_line(p, event);
    }
    output_show(stdout, event);
    fflush(stdout);
}

/* The action is told before what it prints, and not once more at its end. */
static void
action_printed(struct progress *p, const struct exec_event *event)
{
    if (event->output_shown == 0 && !p->options.quiet) {
        print_line(p, event);
    }
    clear_line(p);
    output_show(stdout, event);
    fflush(stdout);
}

/* Only those that could not run are of interest. */
static void
action_skipped(struct progress *p, const struct exec_event *event)
{
    if (event->status == STATUS_NOT_RUN) {
        if (p->not_run_count < NOT_RUN_SHOWN) {
            struct buffer name = {0};
            describe_name(&name, event->graph, event->action);
            p->not_run[p->not_run_count] = buffer_take(&name);
        }
        p->not_run_count++;
    }
}

/* REMOVED and NOTE: a line that stays. */
static void
print_text(struct progress *p, FILE *out, const char *label, const char *text)
{
    if (out == stderr) {
        begin_stderr(p);
    } else {
        clear_line(p);
    }
    fputs(label, out);
    report_sanitised(out, text, strlen(text));
    fputc('\n', out);
}

/* A note about an action names it. */
static void
print_note(struct progress *p, const struct exec_event *event)
{
    struct buffer text = {0};
    if (event->action.n != ID_NONE) {
        describe_name(&text, event->graph, event->action);
        buffer_add_str(&text, ": ");
    }
    buffer_add_str(&text, event->text);
    print_text(p, stderr, "note: ", buffer_str(&text));
    buffer_finish(&text);
}

void
progress_event(struct progress *p, const struct exec_event *event)
{
    switch (event->type) {
    case EVENT_RUN_START:
    case EVENT_PHASE:
    case EVENT_PLAN:
    case EVENT_PAUSE:
    case EVENT_RESUME:
    case EVENT_RUN_END:
        break;
    case EVENT_ACTION_START:
        action_started(p, event);
        break;
    case EVENT_ACTION_OUTPUT:
        action_printed(p, event);
        break;
    case EVENT_ACTION_END:
        action_ended(p, event);
        break;
    case EVENT_ACTION_SKIP:
        action_skipped(p, event);
        break;
    case EVENT_REMOVED:
        if (!p->options.quiet) {
            print_text(p, stdout,
                       p->options.dry_run ? "would remove " : "removed ",
                       event->text);
        }
        break;
    case EVENT_NOTE:
    case EVENT_STATE_NOTE:
        print_note(p, event);
        break;
    }
}

/* --- The end --------------------------------------------------------------------- */

/* In the unit that a person would choose. */
static void
print_duration(FILE *out, int64_t duration_us)
{
    struct buffer text = {0};
    describe_duration(&text, duration_us);
    fputs(buffer_str(&text), out);
    buffer_finish(&text);
}

/* Exactly one line. */
static void
print_success(struct progress *p, const struct exec_result *r)
{
    if (p->options.quiet) {
        return;
    }
    uint32_t rest = r->up_to_date + r->cut_off;
    if (p->options.dry_run) {
        fprintf(stdout, "would run %" PRIu32 " of %" PRIu32 " actions\n",
                r->ran, r->wanted);
    } else if (r->ran == 0 && r->removed == 0) {
        fprintf(stdout, "up to date (%" PRIu32 " action%s, ", r->wanted,
                r->wanted == 1 ? "" : "s");
        print_duration(stdout, r->duration_us);
        fputs(")\n", stdout);
    } else {
        fprintf(stdout, "built: %" PRIu32 " ran, %" PRIu32 " up to date, ",
                r->ran, rest);
        print_duration(stdout, r->duration_us);
        fputc('\n', stdout);
    }
    fflush(stdout);
}

/* "2 failed · 1 not run because of them (x) · 209 ok · 0:34" */
static void
print_counts(struct progress *p, const struct exec_result *r)
{
    fprintf(stderr, "%s%" PRIu32 " failed%s", color(p->color_err, "\033[31m"),
            r->failed, color(p->color_err, "\033[0m"));
    if (r->not_run > 0) {
        fprintf(stderr, " \xc2\xb7 %" PRIu32 " not run because of %s",
                r->not_run, r->failed == 1 ? "it" : "them");
    }
    for (uint32_t i = 0; i < p->not_run_count && i < NOT_RUN_SHOWN; i++) {
        fputs(i == 0 ? " (" : ", ", stderr);
        report_sanitised(stderr, p->not_run[i], strlen(p->not_run[i]));
    }
    if (p->not_run_count > 0) {
        fputs(p->not_run_count > NOT_RUN_SHOWN ? ", ...)" : ")", stderr);
    }
    fprintf(stderr, " \xc2\xb7 %" PRIu32 " ok \xc2\xb7 ",
            r->ran + r->up_to_date + r->cut_off);
    print_duration(stderr, r->duration_us);
    fputc('\n', stderr);
}

/* Each failure with the line that tells most. */
static void
print_failures(const struct progress *p)
{
    for (uint32_t i = 0; i < p->failure_count && i < FAILURES_SHOWN; i++) {
        const struct failure *failure = &p->failures[i];
        int width = (int)strlen(failure->name);
        fputs("  ", stderr);
        report_sanitised(stderr, failure->name, strlen(failure->name));
        fprintf(stderr, "%*s",
                width < SUMMARY_NAME_WIDTH ? SUMMARY_NAME_WIDTH + 2 - width : 2,
                "");
        report_sanitised(stderr, failure->line, strlen(failure->line));
        fputc('\n', stderr);
    }
    if (p->failure_count > FAILURES_SHOWN) {
        fprintf(stderr, "  and %" PRIu32 " more\n",
                p->failure_count - FAILURES_SHOWN);
    }
}

bool
progress_finish(struct progress *p, const struct exec_result *result, bool done)
{
    clear_line(p);
    if (done && result->signal == 0) {
        print_success(p, result);
        return true;
    }
    fflush(stdout);
    if (result->signal != 0) {
        fprintf(stderr, "interrupted (%s): %" PRIu32 " ran, ",
                strsignal(result->signal), result->ran);
        print_duration(stderr, result->duration_us);
        fputc('\n', stderr);
        return true;
    }
    if (p->failure_count == 0) {
        return false;
    }
    fputs("\xe2\x94\x80\xe2\x94\x80\n", stderr);
    print_counts(p, result);
    print_failures(p);
    struct buffer name = {0};
    describe_word(&name, slice_of(p->failures[0].name));
    fputs("rerun: ronin build ", stderr);
    report_sanitised(stderr, buffer_str(&name), name.len);
    fputs("     why: ronin why ", stderr);
    report_sanitised(stderr, buffer_str(&name), name.len);
    fputc('\n', stderr);
    buffer_finish(&name);
    return true;
}
