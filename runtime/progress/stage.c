/* SPDX-License-Identifier: MIT */
/*
 * See stage.h. A text is written to memory first and goes out as one piece: so
 * that nothing that is drawn gets between its lines.
 */
#include "runtime/progress/stage.h"

#include "runtime/describe.h"
#include "runtime/report.h"
#include "runtime/terminal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LINE_MAX_COLUMNS = 160,   /* of a line that stays */
    COMMANDS_SHOWN_MAX = 4000 /* bytes of the commands of a failed action */
};

void
stage_init(struct stage *stage, const struct progress_options *options)
{
    *stage = (struct stage){.options = options, .err_fd = STDERR_FILENO};
    tally_init(&stage->tally, options->verbose);
    const char *format = getenv("RONIN_STATUS");
    format = format != NULL ? format : getenv("NINJA_STATUS");
    stage->format = format != NULL ? format : "[%f/%t] ";
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        stage->styles[fd] =
            (struct output_style){terminal_has_color(fd), options->raw};
    }
}

void
stage_finish(struct stage *stage)
{
    assert(stage->paper == NULL);
    tally_finish(&stage->tally);
}

/* --- Writing -------------------------------------------------------------------- */

FILE *
stage_begin(struct stage *stage)
{
    assert(stage->paper == NULL);
    stage->paper = open_memstream(&stage->bytes, &stage->len);
    assert(stage->paper != NULL);
    return stage->paper;
}

void
stage_end(struct stage *stage, int fd)
{
    assert(stage->paper != NULL);
    fclose(stage->paper);
    stage->paper = NULL;
    if (stage->len > 0) {
        screen_print(stage->screen, fd, stage->bytes, stage->len);
    }
    free(stage->bytes);
    stage->bytes = NULL;
}

const char *
stage_color(const struct stage *stage, int fd, const char *color)
{
    return stage->styles[fd].color ? color : "";
}

void
stage_add(struct stage *stage, int fd, const char *bytes, size_t len)
{
    report_sanitised_as(stage->paper, bytes, len, stage->styles[fd].color);
}

/* --- Lines ------------------------------------------------------------------------ */

void
stage_add_line(const struct stage *stage, struct buffer *out,
               const struct exec_event *event)
{
    struct status_numbers numbers = tally_numbers(&stage->tally);
    struct buffer text = {0};
    placeholder_add_letters(out, stage->format, &numbers);
    describe_action(&text, event->graph, event->action,
                    stage->options->verbose);
    report_one_line(out, buffer_str(&text), text.len);
    buffer_finish(&text);
}

void
stage_print_line(struct stage *stage, const struct exec_event *event,
                 const char *after)
{
    struct buffer line = {0};
    stage_add_line(stage, &line, event);
    size_t fits = line.len;
    if (!stage->options->verbose) {
        fits = terminal_fit(buffer_str(&line), line.len, LINE_MAX_COLUMNS);
    }
    const char *more = fits < line.len ? "..." : "";
    buffer_truncate(&line, fits);
    buffer_add_str(&line, more);
    buffer_add_str(&line, after);
    buffer_add_char(&line, '\n');
    screen_print(stage->screen, STDOUT_FILENO, line.bytes, line.len);
    buffer_finish(&line);
}

void
stage_print_output(struct stage *stage, const struct exec_event *event)
{
    if (event->output_len == 0) {
        return;
    }
    output_show(stage_begin(stage), event, &stage->styles[STDOUT_FILENO]);
    stage_end(stage, STDOUT_FILENO);
}

bool
stage_is_console(const struct exec_event *event)
{
    return graph_action(event->graph, event->action)->pool.n == 1;
}

bool
stage_is_failure(const struct exec_event *event)
{
    return event->status == STATUS_FAILED || event->status == STATUS_KILLED;
}

/* --- Failures ------------------------------------------------------------------ */

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

/* FAILED  obj/net.o   exit 1   1.2 s   build.magma:57 (cc) */
static void
add_failure_head(struct stage *stage, const struct exec_event *event)
{
    const struct action *a = graph_action(event->graph, event->action);
    struct buffer text = {0};
    fprintf(stage->paper, "%sFAILED%s  ",
            stage_color(stage, STDERR_FILENO, "\033[1;31m"),
            stage_color(stage, STDERR_FILENO, "\033[0m"));
    describe_name(&text, event->graph, event->action);
    buffer_add_str(&text, "   ");
    add_ending(&text, event);
    buffer_add_str(&text, "   ");
    describe_duration(&text, event->duration_us);
    buffer_add_str(&text, "   ");
    describe_place(&text, event->graph, &a->place);
    const char *rule = graph_cstr(event->graph, a->rule);
    if (rule[0] != '\0') {
        buffer_add_format(&text, " (%s)", rule);
    }
    buffer_add_char(&text, '\n');
    stage_add(stage, STDERR_FILENO, text.bytes, text.len);
    buffer_finish(&text);
}

/* A command may be a hundred thousand bytes of file names. */
static void
add_failed_commands(struct stage *stage, const struct exec_event *event)
{
    struct buffer text = {0};
    describe_commands(&text, event->graph, event->action);
    bool whole = text.len <= COMMANDS_SHOWN_MAX || stage->options->verbose;
    stage_add(stage, STDERR_FILENO, buffer_str(&text),
              whole ? text.len : COMMANDS_SHOWN_MAX);
    fputs(whole ? "" : "... (-v shows all)\n", stage->paper);
    buffer_finish(&text);
}

void
stage_print_failure(struct stage *stage, const struct exec_event *event)
{
    FILE *out = stage_begin(stage);
    add_failure_head(stage, event);
    add_failed_commands(stage, event);
    output_show(out, event, &stage->styles[STDERR_FILENO]);
    if (event->text != NULL && event->text[0] != 0) {
        stage_add(stage, STDERR_FILENO, event->text, strlen(event->text));
        fputc('\n', out);
    }
    if (event->help != NULL) {
        fputs("  help: ", out);
        stage_add(stage, STDERR_FILENO, event->help, strlen(event->help));
        fputc('\n', out);
    }
    stage_end(stage, stage->err_fd);
}

/* --- What looks the same everywhere --------------------------------------------- */

/* One grey line: main.o ← src/main.c changed [input-changed] */
static void
print_explanation(struct stage *stage, const struct exec_event *event)
{
    struct buffer text = {0};
    describe_name(&text, event->graph, event->action);
    buffer_add_str(&text, " \xe2\x86\x90 ");
    describe_reason(&text, &event->reasons[0]);
    buffer_add_format(&text, " [%s]", event->reasons[0].code);
    FILE *out = stage_begin(stage);
    fputs(stage_color(stage, STDOUT_FILENO, "\033[90m"), out);
    stage_add(stage, STDOUT_FILENO, text.bytes, text.len);
    fprintf(out, "%s\n", stage_color(stage, STDOUT_FILENO, "\033[0m"));
    stage_end(stage, STDOUT_FILENO);
    buffer_finish(&text);
}

/* A note about an action names it. */
static void
print_note(struct stage *stage, const struct exec_event *event)
{
    struct buffer text = {0};
    buffer_add_str(&text, "note: ");
    if (event->action.n != ID_NONE) {
        describe_name(&text, event->graph, event->action);
        buffer_add_str(&text, ": ");
    }
    buffer_add_str(&text, event->text);
    buffer_add_char(&text, '\n');
    (void)stage_begin(stage);
    stage_add(stage, STDERR_FILENO, text.bytes, text.len);
    stage_end(stage, stage->err_fd);
    buffer_finish(&text);
}

/* What somebody else did to an output goes: they should know. An explanation has
 * told the first reason already; as ninja nothing is said of it. */
static void
print_tampered(struct stage *stage, const struct exec_event *event)
{
    const struct action *action = graph_action(event->graph, event->action);
    if ((action->flags & ACTION_AS_NINJA) != 0 || stage->options->dry_run) {
        return;
    }
    for (uint32_t i = stage->options->explain ? 1 : 0; i < event->reason_count;
         i++) {
        const struct exec_reason *reason = &event->reasons[i];
        if (strcmp(reason->code, "output-modified") == 0 ||
            strcmp(reason->code, "output-kind") == 0) {
            struct exec_event note = *event;
            char *text = mem_format("%s was modified by something else: it is "
                                    "made again",
                                    reason->subject);
            note.action = ACTION_NONE;
            note.text = text;
            print_note(stage, &note);
            free(text);
        }
    }
}

static void
print_removed(struct stage *stage, const struct exec_event *event)
{
    FILE *out = stage_begin(stage);
    fputs(stage->options->dry_run ? "would remove " : "removed ", out);
    stage_add(stage, STDOUT_FILENO, event->text, strlen(event->text));
    fputc('\n', out);
    stage_end(stage, STDOUT_FILENO);
}

/* Kinds differ in what they make of actions that run well; the rest would only
 * confuse people if it looked otherwise elsewhere. */
bool
stage_print_common(struct stage *stage, const struct exec_event *event)
{
    switch (event->type) {
    case EVENT_ACTION_START:
        if (stage->options->explain && event->reason_count > 0) {
            print_explanation(stage, event);
        }
        print_tampered(stage, event);
        return false; // The kind has more to say about it.
    case EVENT_NOTE:
    case EVENT_STATE_NOTE:
        print_note(stage, event);
        return true;
    case EVENT_REMOVED:
        if (!stage->options->quiet) {
            print_removed(stage, event);
        }
        return true;
    case EVENT_RUN_START:
    case EVENT_PHASE:
    case EVENT_PLAN:
    case EVENT_ACTION_OUTPUT:
    case EVENT_ACTION_END:
    case EVENT_ACTION_SKIP:
    case EVENT_PAUSE:
    case EVENT_RESUME:
    case EVENT_RUN_END:
        break;
    }
    return false;
}
