/* SPDX-License-Identifier: MIT */
/*
 * ninja counts commands that run, and knows how many there will be; we count
 * what is still open, so the total falls as edges prove to be up to date: as
 * ninja's own does with restat.
 */
#include "runtime/ninja/status.h"

#include "runtime/describe.h"
#include "runtime/ninja/command.h"
#include "runtime/report.h"
#include "runtime/terminal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { INTERRUPTED_STATUS = 130, RATE_WINDOW = 16 };

struct ninja_status {
    struct ninja_status_options options;
    bool smart;
    bool color;
    bool drawn;     /* a line without its end is on the terminal */
    uint32_t ended; /* commands */
    uint32_t started;
    uint32_t total;
    int64_t ends_us[RATE_WINDOW]; /* of the last commands, for the rate */
    int first_failure;            /* its exit status; 0: none yet */
    struct ninja_commands commands;
    struct buffer line;
};

struct ninja_status *
ninja_status_create(const struct ninja_status_options *options)
{
    struct ninja_status *s = mem_alloc(1, sizeof(*s));
    s->options = *options;
    if (s->options.format == NULL) {
        s->options.format = "[%f/%t] ";
    }
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
    ninja_commands_finish(&s->commands);
    buffer_finish(&s->line);
    free(s);
}

/* --- The prefix ------------------------------------------------------------------ */

/* Commands a second, "?" while there is nothing to tell it by. */
static void
add_rate(struct buffer *out, uint32_t count, int64_t time_us)
{
    if (count == 0 || time_us <= 0) {
        buffer_add_char(out, '?');
    } else {
        buffer_add_format(out, "%.1f", count * 1e6 / (double)time_us);
    }
}

/* "1:02:03", or "02:03" below an hour. */
static void
add_clock(struct buffer *out, int64_t time_us)
{
    int64_t s = time_us / 1000000;
    if (s >= 3600) {
        buffer_add_format(out, "%" PRId64 ":%02" PRId64 ":%02" PRId64, s / 3600,
                          s / 60 % 60, s % 60);
    } else {
        buffer_add_format(out, "%02" PRId64 ":%02" PRId64, s / 60, s % 60);
    }
}

/* What is left takes as long, each, as what was done. */
static int64_t
left_us(const struct ninja_status *s, int64_t time_us)
{
    return s->ended == 0 || s->total <= s->ended
               ? -1
               : time_us / s->ended * (s->total - s->ended);
}

/* In seconds or as a clock; a question mark before the first command ended. */
static void
add_left(const struct ninja_status *s, struct buffer *out, int64_t time_us,
         bool as_clock)
{
    int64_t left = left_us(s, time_us);
    if (left < 0) {
        buffer_add_char(out, '?');
    } else if (as_clock) {
        add_clock(out, left);
    } else {
        buffer_add_format(out, "%.3f", (double)left / 1e6);
    }
}

/* The rate of the last few. */
static void
add_current_rate(const struct ninja_status *s, struct buffer *out)
{
    uint32_t count = s->ended < RATE_WINDOW ? s->ended : RATE_WINDOW;
    int64_t first = s->ends_us[(s->ended - count) % RATE_WINDOW];
    int64_t last = s->ends_us[(s->ended + RATE_WINDOW - 1) % RATE_WINDOW];
    add_rate(out, count > 1 ? count - 1 : 0, last - first);
}

/* Of nothing, nothing. */
static uint32_t
percent(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0 : (uint32_t)(part * 100 / whole);
}

/* One placeholder; false if there is none of this letter. */
static bool
add_placeholder(const struct ninja_status *s, struct buffer *out, char letter,
                int64_t time_us)
{
    int64_t left = 0;
    switch (letter) {
    case '%':
        buffer_add_char(out, '%');
        return true;
    case 's':
        buffer_add_format(out, "%" PRIu32, s->started);
        return true;
    case 't':
        buffer_add_format(out, "%" PRIu32, s->total);
        return true;
    case 'r':
        buffer_add_format(out, "%" PRIu32, s->started - s->ended);
        return true;
    case 'u':
        buffer_add_format(out, "%" PRIu32, s->total - s->started);
        return true;
    case 'f':
        buffer_add_format(out, "%" PRIu32, s->ended);
        return true;
    case 'o':
        add_rate(out, s->ended, time_us);
        return true;
    case 'c':
        add_current_rate(s, out);
        return true;
    case 'p':
        buffer_add_format(out, "%3" PRIu32 "%%", percent(s->ended, s->total));
        return true;
    case 'e':
        buffer_add_format(out, "%.3f", (double)time_us / 1e6);
        return true;
    case 'w':
        add_clock(out, time_us);
        return true;
    case 'E':
    case 'W':
        add_left(s, out, time_us, letter == 'W');
        return true;
    case 'P':
        left = left_us(s, time_us);
        buffer_add_format(out, "%3" PRIu32 "%%",
                          percent((uint64_t)time_us,
                                  (uint64_t)(time_us + (left < 0 ? 0 : left))));
        return true;
    default:
        return false;
    }
}

bool
ninja_status_format_is_known(const char *format, char *bad)
{
    const struct ninja_status none = {0};
    struct buffer ignored = {0};
    bool known = true;
    for (const char *at = format; known && *at != '\0'; at++) {
        if (*at == '%') {
            at++;
            *bad = *at;
            known = *at != '\0' && add_placeholder(&none, &ignored, *at, 0);
        }
    }
    buffer_finish(&ignored);
    return known;
}

/* The format was checked, so each placeholder is known. */
static void
add_prefix(const struct ninja_status *s, struct buffer *out, int64_t time_us)
{
    for (const char *at = s->options.format; *at != '\0'; at++) {
        if (*at == '%' && at[1] != '\0') {
            at++;
            (void)add_placeholder(s, out, *at, time_us);
        } else {
            buffer_add_char(out, *at);
        }
    }
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
set_line(struct ninja_status *s, const struct exec_event *event)
{
    const struct action *a = graph_action(event->graph, event->action);
    struct slice description = graph_str(event->graph, a->description);
    buffer_truncate(&s->line, 0);
    add_prefix(s, &s->line, event->time_us);
    if (description.len > 0 && !s->options.verbose) {
        buffer_add(&s->line, description.bytes, description.len);
    } else {
        add_command(s, event, &s->line);
    }
}

/* Goes to a line of its own before anything else is printed. */
static void
end_line(struct ninja_status *s)
{
    if (s->drawn) {
        putchar('\n');
        s->drawn = false;
    }
}

/* On a terminal drawn over the last one, elided in the middle; else a line. */
static void
print_line(struct ninja_status *s)
{
    const char *text = buffer_str(&s->line);
    if (!s->smart) {
        fwrite(text, 1, s->line.len, stdout);
        putchar('\n');
        return;
    }
    uint32_t columns = terminal_columns(STDOUT_FILENO);
    struct buffer shown = {0};
    report_one_line(&shown, text, s->line.len);
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
        report_sanitised(stdout, bytes, len);
    } else if (s->color) {
        fwrite(bytes, 1, len, stdout);
    } else {
        for (size_t at = 0; at < len;) {
            size_t skip = sequence_len(bytes + at, len - at);
            if (skip == 0) {
                const char *next = memchr(bytes + at + 1, '\033', len - at - 1);
                size_t run =
                    next == NULL ? len - at : (size_t)(next - bytes) - at;
                fwrite(bytes + at, 1, run, stdout);
                skip = run;
            }
            at += skip;
        }
    }
    if (len > 0 && bytes[len - 1] != '\n') {
        putchar('\n');
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
    if (s->first_failure == 0) {
        s->first_failure = code;
    }
    end_line(s);
    printf("%sFAILED: [code=%d] %s", s->color ? "\033[31m" : "", code,
           s->color ? "\033[0m" : "");
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        printf("%s ",
               graph_path(event->graph, graph_output(event->graph, a, i)));
    }
    putchar('\n');
    buffer_truncate(&s->line, 0);
    add_command(s, event, &s->line);
    fwrite(buffer_str(&s->line), 1, s->line.len, stdout);
    putchar('\n');
}

/* --- Events ----------------------------------------------------------------------------- */

/* Such an action has the terminal: its line comes before it, and no other while
 * it runs. */
static bool
is_console(const struct exec_event *event)
{
    return graph_action(event->graph, event->action)->pool.n == 1;
}

/* The total, from what the executor knows by now. */
static void
count(struct ninja_status *s, const struct exec_event *event)
{
    // Open ones, and those that ran: what was up to date is not counted.
    uint32_t settled =
        event->finished > s->ended ? event->finished - s->ended : 0;
    s->total = event->wanted > settled ? event->wanted - settled : 0;
    if (s->total < s->started) {
        s->total = s->started;
    }
}

/* All reasons, on standard error, where ninja tells them. */
static void
explain(const struct ninja_status *s, const struct exec_event *event)
{
    for (uint32_t i = 0; s->options.explain && i < event->reason_count; i++) {
        struct buffer text = {0};
        describe_name(&text, event->graph, event->action);
        buffer_add_str(&text, " is dirty: ");
        describe_reason(&text, &event->reasons[i]);
        fputs("ninja explain: ", stderr);
        report_sanitised(stderr, buffer_str(&text), text.len);
        fputc('\n', stderr);
        buffer_finish(&text);
    }
}

/* Where each command is a line, it is told when it ends. */
static void
action_started(struct ninja_status *s, const struct exec_event *event)
{
    s->started++;
    count(s, event);
    explain(s, event);
    if (!s->options.quiet && (s->smart || is_console(event))) {
        set_line(s, event);
        print_line(s);
    }
    if (is_console(event)) {
        end_line(s);
        fflush(stdout);
    }
}

/* Line, failure, output: in this order, and nothing between them. */
static void
action_ended(struct ninja_status *s, const struct exec_event *event)
{
    if (event->status == STATUS_INTERRUPTED) {
        return;
    }
    s->ends_us[s->ended % RATE_WINDOW] = event->time_us;
    s->ended++;
    count(s, event);
    if (!s->options.quiet && !is_console(event)) {
        set_line(s, event);
        print_line(s);
    }
    if (event->status == STATUS_FAILED || event->status == STATUS_KILLED) {
        print_failure(s, event);
    }
    show_output(s, event);
    if (event->text != NULL && event->text[0] != '\0' &&
        event->output_len == 0 && event->status != STATUS_OK) {
        end_line(s);
        printf("%s\n", event->text);
    }
    fflush(stdout);
}

void
ninja_status_event(void *status, const struct exec_event *event)
{
    struct ninja_status *s = status;
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
    case EVENT_NOTE:
        end_line(s);
        fflush(stdout);
        fprintf(stderr, "ninja: warning: %s\n", event->text);
        break;
    case EVENT_RUN_START:
    case EVENT_ACTION_SKIP:
    case EVENT_REMOVED:
    case EVENT_RUN_END:
        break;
    }
}

/* --- The end ---------------------------------------------------------------------------- */

int
ninja_status_finish(struct ninja_status *s, const struct exec_result *result,
                    bool done)
{
    end_line(s);
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
        printf("ninja: build stopped: %s.\n", why);
        return s->first_failure == 0 ? 1 : s->first_failure;
    }
    if (done && s->ended == 0 && !s->options.quiet) {
        puts("ninja: no work to do.");
    }
    return done ? 0 : 1;
}
