/* SPDX-License-Identifier: MIT */
/*
 * ninja counts commands that run, and knows before how many there will be; so the
 * executor is asked to find out. The total falls where outputs come out the same, as
 * ninja's own does with restat.
 */
#include "runtime/ninja/status.h"

#include "runtime/describe.h"
#include "runtime/ninja/command.h"
#include "runtime/ninja/explain.h"
#include "runtime/placeholder.h"
#include "runtime/report.h"
#include "runtime/terminal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { INTERRUPTED_STATUS = 130 };

struct ninja_status {
    struct ninja_status_options options;
    bool smart;
    bool color;
    bool drawn;     /* a line without its end is on the terminal */
    uint32_t ended; /* commands */
    uint32_t started;
    uint32_t total;
    bool failed_for_sources; /* what makes the build file failed */
    bool was_for_sources;    /* what was told last: see count */
    int64_t begin_us;        /* when the build of the targets began */
    struct rate rate;
    int last_failure;   /* its exit status; 0: none yet */
    int64_t command_us; /* what all of them took */
    int64_t begun_us;   /* when this began */
    int64_t left_us;    /* what the past says was left then; -1: nothing */
    int64_t left_at_us; /* as event->time_us */
    struct ninja_commands commands;
    struct vec early; /* struct early_start: not told yet */
    struct buffer line;
    FILE *out;             /* where lines go: see hold */
    char *held;            /* of `out` while an action has the console */
    size_t held_len;       /* malloc'ed, by the stream */
    struct buffer pending; /* a line that was not drawn for that reason */
};

/* An action that began before it was known how many will run. */
struct early_start {
    const struct graph *graph;
    struct action_id action;
    int64_t time_us;
};

static int64_t
now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct ninja_status *
ninja_status_create(const struct ninja_status_options *options)
{
    struct ninja_status *s = mem_alloc(1, sizeof(*s));
    s->options = *options;
    if (s->options.format == NULL) {
        s->options.format = "[%f/%t] ";
    }
    s->early = vec_of(sizeof(struct early_start));
    s->out = stdout;
    s->begun_us = now_us();
    s->left_us = -1;
    s->smart = terminal_is_smart(STDOUT_FILENO) && !options->verbose;
    const char *force = getenv("CLICOLOR_FORCE");
    s->color = s->smart || (force != NULL && strcmp(force, "0") != 0);
    return s;
}

void
ninja_status_destroy(struct ninja_status *s)
{
    if (s == NULL) {
        return;
    }
    assert(s->out == stdout);
    ninja_commands_finish(&s->commands);
    vec_finish(&s->early);
    buffer_finish(&s->line);
    buffer_finish(&s->pending);
    free(s);
}

struct ninja_commands *
ninja_status_commands(struct ninja_status *s)
{
    return &s->commands;
}

/* --- The prefix ------------------------------------------------------------------ */

/* By what the commands took in the past; without one, each that is left takes as
 * long as one that was done. */
static int64_t
left_us(const struct ninja_status *s, int64_t time_us)
{
    if (s->ended > 0 && s->ended >= s->total) {
        return 0;
    }
    if (s->left_us >= 0) {
        int64_t left = s->left_us - (time_us - s->left_at_us);
        return left < 0 ? 0 : left;
    }
    return s->ended == 0 ? -1 : time_us / s->ended * (s->total - s->ended);
}

bool
ninja_status_wants_outlook(const struct ninja_status_options *options)
{
    return options->line != NULL ||
           (options->format != NULL && strpbrk(options->format, "EWP") != NULL);
}

static struct status_numbers
numbers_of(const struct ninja_status *s, int64_t time_us)
{
    return (struct status_numbers){
        .started = s->started,
        .finished = s->ended,
        .total = s->total,
        .time_us = time_us,
        .left_us = left_us(s, time_us),
        .rate = &s->rate,
    };
}

/* --- Lines --------------------------------------------------------------------------- */

/* The command as the build file has it. */
static void
add_command(struct ninja_status *s, const struct exec_event *event,
            struct buffer *out)
{
    const struct action *a = graph_action(event->graph, event->action);
    const char *key = graph_cstr(event->graph, a->key);
    if (!ninja_commands_add(&s->commands, s->options.file, key, out)) {
        describe_action(out, event->graph, event->action, true);
    }
}

/* What is told of an action: description, or command. */
static void
add_description(struct ninja_status *s, const struct exec_event *event,
                struct buffer *out)
{
    const struct action *a = graph_action(event->graph, event->action);
    struct slice description = graph_str(event->graph, a->description);
    if (description.len > 0 && !s->options.verbose) {
        buffer_add(out, description.bytes, description.len);
    } else {
        add_command(s, event, out);
    }
}

/* With --status the description stands where the format has it, if at all. */
static void
set_line(struct ninja_status *s, const struct exec_event *event)
{
    struct status_numbers numbers = numbers_of(s, event->time_us - s->begin_us);
    // While its line is told it runs, as ninja counts.
    numbers.ending = event->type == EVENT_ACTION_END;
    buffer_truncate(&s->line, 0);
    if (s->options.line == NULL) {
        placeholder_add_letters(&s->line, s->options.format, &numbers);
        add_description(s, event, &s->line);
        return;
    }
    struct buffer description = {0};
    add_description(s, event, &description);
    numbers.description = buffer_slice(&description);
    placeholder_add_names(&s->line, s->options.line, &numbers);
    buffer_finish(&description);
}

/* Goes to a line of its own before anything else is printed. */
static void
end_line(struct ninja_status *s)
{
    if (s->pending.len > 0) {
        fprintf(s->out, "%s\n", buffer_str(&s->pending));
        buffer_truncate(&s->pending, 0);
    } else if (s->drawn) {
        fputc('\n', s->out);
        s->drawn = false;
    }
}

/* Over the last one, elided in the middle. */
static void
draw_line(struct ninja_status *s, const char *text, size_t len)
{
    uint32_t columns = terminal_columns(STDOUT_FILENO);
    struct buffer shown = {0};
    report_one_line(&shown, text, len);
    size_t fits = terminal_fit(buffer_str(&shown), shown.len, columns - 1);
    if (fits < shown.len && columns > 8) {
        size_t half = terminal_fit(shown.bytes, shown.len, (columns - 4) / 2);
        printf("\r%.*s...%s\033[K", (int)half, shown.bytes,
               shown.bytes + shown.len - half);
    } else {
        printf("\r%s\033[K", buffer_str(&shown));
    }
    buffer_finish(&shown);
    s->drawn = true;
    fflush(stdout);
}

/* On a terminal drawn, or kept while somebody else has it; else a line. */
static void
print_line(struct ninja_status *s)
{
    if (!s->smart) {
        fprintf(s->out, "%s\n", buffer_str(&s->line));
    } else if (s->out == stdout) {
        draw_line(s, buffer_str(&s->line), s->line.len);
    } else {
        buffer_truncate(&s->pending, 0);
        buffer_add(&s->pending, s->line.bytes, s->line.len);
    }
}

/* While an action has the console nothing else is printed: all that there is to
 * tell comes when it has ended. */
static void
hold(struct ninja_status *s)
{
    end_line(s);
    fflush(stdout);
    FILE *held = open_memstream(&s->held, &s->held_len);
    if (held != NULL) { // Else nothing is kept back.
        s->out = held;
    }
}

static void
release(struct ninja_status *s)
{
    if (s->out == stdout) {
        return;
    }
    fclose(s->out);
    s->out = stdout;
    fwrite(s->held, 1, s->held_len, stdout);
    free(s->held);
    s->held = NULL;
    if (s->pending.len > 0) {
        draw_line(s, buffer_str(&s->pending), s->pending.len);
        buffer_truncate(&s->pending, 0);
    }
}

/* --- What commands print ------------------------------------------------------------ */

/* The length of a control sequence (ESC [ ... letter) at the front, or 0. */
static size_t
sequence_len(const char *bytes, size_t len)
{
    if (len < 2 || bytes[0] != '\033' || bytes[1] != '[') {
        return 0;
    }
    size_t at = 2;
    while (at < len && !((bytes[at] >= 'a' && bytes[at] <= 'z') ||
                         (bytes[at] >= 'A' && bytes[at] <= 'Z'))) {
        at++;
    }
    return at < len ? at + 1 : len;
}

/* Whole and as it is; without control sequences where nobody shows colours; and
 * harmless to a terminal. */
static void
print_output(const struct ninja_status *s, const char *bytes, size_t len)
{
    if (s->smart) {
        report_sanitised(s->out, bytes, len);
    } else if (s->color) {
        fwrite(bytes, 1, len, s->out);
    } else {
        for (size_t at = 0; at < len;) {
            size_t skip = sequence_len(bytes + at, len - at);
            if (skip == 0) {
                const char *next = memchr(bytes + at + 1, '\033', len - at - 1);
                size_t run =
                    next == NULL ? len - at : (size_t)(next - bytes) - at;
                fwrite(bytes + at, 1, run, s->out);
                skip = run;
            }
            at += skip;
        }
    }
    if (len > 0 && bytes[len - 1] != '\n') {
        fputc('\n', s->out);
    }
}

/* What was not streamed before. */
static void
show_output(struct ninja_status *s, const struct exec_event *event)
{
    if (event->output_len > event->output_shown) {
        end_line(s);
        print_output(s, event->output + event->output_shown,
                     event->output_len - event->output_shown);
    }
}

/* "FAILED: [code=1] out out2 ", then the command. */
static void
print_failure(struct ninja_status *s, const struct exec_event *event)
{
    const struct action *a = graph_action(event->graph, event->action);
    int code = event->signal != 0 ? 128 + event->signal : event->exit_code;
    code = code == 0 ? 1 : code;
    s->last_failure = code;
    end_line(s);
    fprintf(s->out, "%sFAILED: [code=%d] %s", s->color ? "\033[31m" : "", code,
            s->color ? "\033[0m" : "");
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        fprintf(s->out, "%s ",
                graph_path(event->graph, graph_output(event->graph, a, i)));
    }
    fputc('\n', s->out);
    buffer_truncate(&s->line, 0);
    add_command(s, event, &s->line);
    fwrite(buffer_str(&s->line), 1, s->line.len, s->out);
    fputc('\n', s->out);
}

/* --- Events ----------------------------------------------------------------------------- */

/* Such an action has the terminal: its line comes before it, and no other while
 * it runs. */
static bool
is_console(const struct exec_event *event)
{
    return graph_action(event->graph, event->action)->pool.n == 1;
}

/* What makes the build file is a build of its own, with its own numbers; if there
 * was none, it is not mentioned. */
static void
begin_again(struct ninja_status *s)
{
    s->was_for_sources = false;
    s->started = 0;
    s->ended = 0;
    s->rate = (struct rate){0};
}

/* Takes over the numbers that are not our own. */
static void
count(struct ninja_status *s, const struct exec_event *event)
{
    if (s->was_for_sources && !event->is_for_sources) {
        begin_again(s);
        s->begin_us = event->time_us;
    }
    s->was_for_sources = event->is_for_sources;
    s->total = event->expected;
}

/* All reasons, on standard error, where ninja tells them. */
static void
explain(const struct ninja_status *s, const struct exec_event *event)
{
    for (uint32_t i = 0; s->options.explain && i < event->reason_count; i++) {
        struct buffer text = {0};
        ninja_explain(event, &event->reasons[i], &text);
        fputs("ninja explain: ", stderr);
        report_sanitised(stderr, buffer_str(&text), text.len);
        fputc('\n', stderr);
        buffer_finish(&text);
    }
}

/* True once it is known how many will run, or if nobody will know any more. */
static bool
is_known(const struct exec_event *event)
{
    return (!event->is_early && event->type != EVENT_PHASE) ||
           event->type == EVENT_ACTION_END || event->type == EVENT_RUN_END;
}

/* The line of one that began too early for it, before anything else is told. */
static void
tell_early(struct ninja_status *s, const struct exec_event *event)
{
    for (uint32_t i = 0; i < s->early.count; i++) {
        const struct early_start *start = vec_at(&s->early, i);
        const struct exec_event then = {.type = EVENT_ACTION_START,
                                        .graph = start->graph,
                                        .action = start->action,
                                        .time_us = start->time_us};
        s->total = event->expected;
        set_line(s, &then);
        print_line(s);
    }
    vec_resize(&s->early, 0);
}

/* Where each command is a line, it is told when it ends. */
static void
action_started(struct ninja_status *s, const struct exec_event *event)
{
    count(s, event);
    s->started++;
    explain(s, event);
    if (event->is_early && s->smart && !s->options.quiet) {
        const struct early_start start = {event->graph, event->action,
                                          event->time_us};
        vec_push(&s->early, &start);
        return;
    }
    if (!s->options.quiet && (s->smart || is_console(event))) {
        set_line(s, event);
        print_line(s);
    }
    if (is_console(event)) {
        hold(s);
    }
}

/* Line, failure, output: in this order, and nothing between them. */
static void
action_ended(struct ninja_status *s, const struct exec_event *event)
{
    if (is_console(event)) {
        release(s);
    }
    if (event->status == STATUS_INTERRUPTED) {
        return;
    }
    count(s, event);
    rate_add(&s->rate, event->time_us);
    s->ended++;
    s->command_us += event->duration_us;
    if (!s->options.quiet && !is_console(event)) {
        set_line(s, event);
        print_line(s);
    }
    if (event->status == STATUS_FAILED || event->status == STATUS_KILLED) {
        s->failed_for_sources |= event->is_for_sources;
        print_failure(s, event);
    }
    show_output(s, event);
    if (event->text != NULL && event->text[0] != '\0' &&
        event->output_len == 0 && event->status != STATUS_OK) {
        end_line(s);
        fprintf(s->out, "%s\n", event->text);
    }
    fflush(stdout);
}

void
ninja_status_event(void *status, const struct exec_event *event)
{
    struct ninja_status *s = status;
    if (event->outlook != NULL) {
        s->left_us = event->outlook->left_us;
        s->left_at_us = event->time_us;
    }
    if (is_known(event)) {
        tell_early(s, event);
    }
    switch (event->type) {
    case EVENT_ACTION_START:
        action_started(s, event);
        break;
    case EVENT_ACTION_OUTPUT:
        show_output(s, event);
        break;
    case EVENT_ACTION_END:
        action_ended(s, event);
        break;
    case EVENT_PAUSE:
        end_line(s);
        fflush(stdout);
        break;
    case EVENT_NOTE:
    case EVENT_STATE_NOTE:
        end_line(s);
        fflush(stdout);
        fprintf(stderr, "ninja: warning: %s\n", event->text);
        break;
    case EVENT_RUN_END:
        count(s, event); // There may have been nothing but sources to make.
        break;
    case EVENT_RUN_START:
    case EVENT_PHASE:
    case EVENT_PLAN:
    case EVENT_RESUME:
    case EVENT_ACTION_SKIP:
    case EVENT_REMOVED:
        break;
    }
}

/* --- The end ---------------------------------------------------------------------------- */

/* A line of the table that -d stats asks for. */
static void
print_metric(const char *name, uint32_t count, int64_t total_us)
{
    double average = count == 0 ? 0 : (double)total_us / count;
    printf("%-14s\t%-6" PRIu32 "\t%-8.1f\t%.1f\n", name, count, average,
           (double)total_us / 1000);
}

/* ninja's form, with what there is to count here. */
static void
print_stats(const struct ninja_status *s, const struct exec_result *result)
{
    int64_t total_us = now_us() - s->begun_us;
    if (!s->options.stats) {
        return;
    }
    printf("%-14s\t%-6s\t%-9s\t%s\n", "metric", "count", "avg (us)",
           "total (ms)");
    print_metric("load and look", 1, total_us - result->duration_us);
    print_metric("commands", s->ended, s->command_us);
    print_metric("build", 1, total_us);
}

/* The closing line, and the status to end with. */
static int
tell_end(struct ninja_status *s, const struct exec_result *result, bool done)
{
    if (result->signal != 0) {
        puts("ninja: build stopped: interrupted by user.");
        return INTERRUPTED_STATUS;
    }
    if (!done && result->failed > 0) {
        uint32_t limit = s->options.failures_max;
        const char *why = "cannot make progress due to previous errors";
        if (limit > 0 && result->failed >= limit) {
            why = limit > 1 ? "subcommands failed" : "subcommand failed";
        }
        if (s->failed_for_sources) {
            fflush(stdout);
            fprintf(stderr, "ninja: error: rebuilding '%s': %s\n",
                    s->options.file, why);
            return 1;
        }
        printf("ninja: build stopped: %s.\n", why);
        return s->last_failure == 0 ? 1 : s->last_failure;
    }
    if (done && s->ended == 0 && !s->options.quiet) {
        puts("ninja: no work to do.");
    }
    return done ? 0 : 1;
}

int
ninja_status_finish(struct ninja_status *s, const struct exec_result *result,
                    bool done)
{
    release(s);
    end_line(s);
    int status = tell_end(s, result, done);
    print_stats(s, result);
    return status;
}
