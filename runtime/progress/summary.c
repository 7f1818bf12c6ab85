/* SPDX-License-Identifier: MIT */
/*
 * The closing lines of a build; see stage.h. They are what is on the screen
 * when a person comes back to it: so they say what to look at, and what to type
 * next, in commands that work from where the person is.
 */
#include "runtime/describe.h"
#include "runtime/progress/stage.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { NAME_WIDTH = 12 };

/* In the unit that a person would choose. */
static void
add_duration(FILE *out, int64_t duration_us)
{
    struct buffer text = {0};
    describe_duration(&text, duration_us);
    fputs(buffer_str(&text), out);
    buffer_finish(&text);
}

static void
add_warnings(const struct stage *stage, FILE *out, const char *before,
             const char *after)
{
    uint32_t count = stage->tally.warnings;
    if (count > 0) {
        fprintf(out, "%s%" PRIu32 " warning%s%s", before, count,
                count == 1 ? "" : "s", after);
    }
}

/* Nothing ran that would show them: how many there are, and how to see them. */
static void
add_old_warnings(const struct stage *stage, FILE *out, uint32_t count)
{
    if (count > 0) {
        const char *where = stage->options->where;
        fprintf(out, " \xc2\xb7 %" PRIu32 " warning%s: ronin %swarnings", count,
                count == 1 ? "" : "s", where != NULL ? where : "");
    }
}

/* Exactly one line. */
static void
add_success(struct stage *stage, FILE *out, const struct exec_result *r)
{
    if (stage->options->dry_run) {
        fprintf(out, "would run %" PRIu32 " of %" PRIu32 " actions\n", r->ran,
                r->wanted);
    } else if (r->ran == 0 && r->removed == 0) {
        fprintf(out, "up to date (%" PRIu32 " action%s, ", r->wanted,
                r->wanted == 1 ? "" : "s");
        add_duration(out, r->duration_us);
        fputc(')', out);
        add_old_warnings(stage, out, r->warnings);
        fputc('\n', out);
    } else {
        fprintf(out, "built: %" PRIu32 " ran, %" PRIu32 " up to date, ", r->ran,
                r->up_to_date + r->cut_off);
        add_warnings(stage, out, "", ", ");
        add_duration(out, r->duration_us);
        fputc('\n', out);
    }
}

/* "2 failed · 1 not run because of them (x) · 209 ok · 0:34" */
static void
add_counts(struct stage *stage, FILE *out, const struct exec_result *r)
{
    const struct tally *tally = &stage->tally;
    fprintf(out, "%s%" PRIu32 " failed%s",
            stage_color(stage, STDERR_FILENO, "\033[31m"), r->failed,
            stage_color(stage, STDERR_FILENO, "\033[0m"));
    if (r->not_run > 0) {
        fprintf(out, " \xc2\xb7 %" PRIu32 " not run because of %s", r->not_run,
                r->failed == 1 ? "it" : "them");
    }
    for (uint32_t i = 0; i < tally->not_run_count && i < TALLY_NOT_RUN_MAX;
         i++) {
        fputs(i == 0 ? " (" : ", ", out);
        stage_add(stage, STDERR_FILENO, tally->not_run[i],
                  strlen(tally->not_run[i]));
    }
    if (tally->not_run_count > 0) {
        fputs(tally->not_run_count > TALLY_NOT_RUN_MAX ? ", ...)" : ")", out);
    }
    uint32_t ok = r->ran + r->up_to_date + r->cut_off;
    uint32_t begun = ok + r->failed + r->not_run + r->ended;
    if (r->wanted > begun) { // The build stopped before their turn.
        fprintf(out, " \xc2\xb7 %" PRIu32 " not started", r->wanted - begun);
    }
    fprintf(out, " \xc2\xb7 %" PRIu32 " ok \xc2\xb7 ", ok);
    add_warnings(stage, out, "", " \xc2\xb7 ");
    add_duration(out, r->duration_us);
    fputc('\n', out);
}

/* Names are padded to a column that most fit into, and not to the longest: one
 * deep path would push all lines off the screen. Each failure with the line that tells most. */
static void
add_failures(struct stage *stage, FILE *out)
{
    const struct tally *tally = &stage->tally;
    for (uint32_t i = 0; i < tally->failure_count && i < TALLY_FAILURES_MAX;
         i++) {
        const struct tally_failure *failure = &tally->failures[i];
        int width = (int)strlen(failure->name);
        fputs("  ", out);
        stage_add(stage, STDERR_FILENO, failure->name, strlen(failure->name));
        fprintf(out, "%*s", width < NAME_WIDTH ? NAME_WIDTH + 2 - width : 2,
                "");
        stage_add(stage, STDERR_FILENO, failure->line, strlen(failure->line));
        // A sequence that was cut off must not colour what follows.
        fprintf(out, "%s\n", stage_color(stage, STDERR_FILENO, "\033[0m"));
    }
    if (tally->failure_count > TALLY_FAILURES_MAX) {
        fprintf(out, "  and %" PRIu32 " more\n",
                tally->failure_count - TALLY_FAILURES_MAX);
    }
}

/* What one would type next, about the first of them. */
static void
add_hints(struct stage *stage, FILE *out)
{
    static const struct {
        const char *label;
        const char *verb;
    } hints[] = {{"command", "cmd"}, {"why", "why"}};
    const char *given = stage->options->where;
    const char *where = given == NULL ? "" : given;
    struct buffer text = {0};
    buffer_add_format(&text, "rerun: ronin %sbuild --failed", where);
    for (int i = 0; i < 2; i++) {
        buffer_add_format(&text, "     %s: ronin %s%s ", hints[i].label, where,
                          hints[i].verb);
        describe_word(&text, slice_of(stage->tally.failures[0].name));
    }
    stage_add(stage, STDERR_FILENO, text.bytes, text.len);
    fputc('\n', out);
    buffer_finish(&text);
}

static void
print_interrupted(struct stage *stage, const struct exec_result *result)
{
    FILE *out = stage_begin(stage);
    fprintf(out, "interrupted (%s): %" PRIu32 " ran, ",
            strsignal(result->signal), result->ran);
    add_duration(out, result->duration_us);
    fputc('\n', out);
    stage_end(stage, stage->err_fd);
}

bool
stage_print_end(struct stage *stage, const struct progress_end *end)
{
    if (end->result->signal != 0) {
        print_interrupted(stage, end->result);
        return true;
    }
    if (!end->done && stage->tally.failure_count == 0) {
        return false;
    }
    if (end->done && stage->options->quiet) {
        return true;
    }
    FILE *out = stage_begin(stage);
    if (end->done) {
        add_success(stage, out, end->result);
    } else {
        fputs("\xe2\x94\x80\xe2\x94\x80\n", out);
        add_counts(stage, out, end->result);
        add_failures(stage, out);
        add_hints(stage, out);
    }
    stage_end(stage, end->done ? STDOUT_FILENO : stage->err_fd);
    return true;
}
