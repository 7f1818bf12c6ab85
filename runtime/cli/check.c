/* SPDX-License-Identifier: MIT */
/*
 * `ronin check`: evaluates build files and tells all that is wrong or odd about
 * them, without building. What it finds is what was asked for, so it goes to
 * standard output. See spec/cli/check.md.
 */
#include "runtime/cli/command.h"
#include "runtime/cli/find.h"
#include "runtime/report.h"
#include "runtime/script.h"
#include "runtime/session.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STRICT_STATUS = 1, USAGE_STATUS = 2, GRAPH_STATUS = 3 };

static const struct option_row option_rows[] = {
    {'f', "file", "FILE", "the build file (build.magma or build.ninja)"},
    {'o', "output", "text|edn|json", "the form of the answer"},
    {OPTION_STRICT, "strict", NULL, "end with 1 when there are warnings"},
    {OPTION_FUEL, "fuel", "N", "steps that the evaluation may take"},
    {OPTION_MEMORY, "memory", "N", "memory that it may use, such as 4G"},
    {OPTION_DEPTH, "depth", "N", "how deeply its calls may nest"},
    {OPTION_ALLOW_OUTSIDE, "allow-outside", NULL,
     "outputs may lie outside of the build root"},
    {0, NULL, NULL, NULL},
};

/* What was found, in all files. */
struct findings {
    uint32_t errors;
    uint32_t warnings;
    int status;       /* of what went wrong otherwise; 0: nothing */
    const char *file; /* in another folder, and not named so far; or NULL */
};

/* Places are seen from the folder of the file: so the first finding in a file
 * of another folder is preceded by which file that is. */
static void
name_file(struct findings *findings)
{
    if (findings->file != NULL && !report_is_data()) {
        printf("in %s:\n", findings->file);
    }
    findings->file = NULL;
}

/* --- What is found ------------------------------------------------------- */

/* The body of magma_try: what a program threw may be lazy, and throw. */
static Value
note_body(void *arg)
{
    report_note(stdout, arg);
    return VALUE_NIL;
}

static void
tell_note(struct findings *findings, struct note note)
{
    Value result = VALUE_NIL;
    Value again = VALUE_NIL;
    uint32_t *count =
        note.kind == NOTE_ERROR ? &findings->errors : &findings->warnings;
    (*count)++;
    name_file(findings);
    if (!magma_try(note_body, &note, &result, &again)) {
        script_report(again);
    }
}

/* True if one of them is an error. */
static bool
tell_notes(struct findings *findings)
{
    uint32_t before = findings->errors;
    uint32_t count = magma_check_end();
    for (uint32_t i = 0; i < count; i++) {
        tell_note(findings, *magma_check_note(i));
    }
    return findings->errors > before;
}

/* What is told of the graph; ctx is the findings. */
static void
tell_missing(void *ctx, struct error *err)
{
    struct findings *findings = ctx;
    findings->errors++;
    name_file(findings);
    report_error(stdout, err);
}

static void
tell_warning(void *ctx, const char *file, uint32_t line, const char *what)
{
    struct findings *findings = ctx;
    findings->warnings++;
    name_file(findings);
    report_warning(stdout, file, line, what);
}

/* --- Files --------------------------------------------------------------- */

static void
tell_failure(struct findings *findings, struct error *err)
{
    int status = report_exit_status(err);
    if (status == GRAPH_STATUS) {
        findings->errors++;
        name_file(findings);
    } else {
        findings->status = status;
    }
    report_error(status == GRAPH_STATUS ? stdout : stderr, err);
}

/* The graph is looked at only when nothing before it is wrong. */
static void
check_session(struct session *session, struct findings *findings)
{
    struct error err = {0};
    const struct graph *graph = NULL;
    magma_check_begin();
    bool done = session_evaluate(session, &err);
    bool told = tell_notes(findings);
    if (!done && told) {
        error_finish(&err);
    } else if (!done || !session_graph(session, &graph, &err)) {
        tell_failure(findings, &err);
    } else {
        exec_find_missing(graph, tell_missing, findings);
    }
}

/* A session goes to the folder of its file, and the next one starts from
 * where we are. */
static void
check_file(const char *file, const struct session_options *base,
           struct findings *findings)
{
    struct session_options options = *base;
    struct session *session = NULL;
    struct error err = {0};
    char *here = getcwd(NULL, 0);
    assert(here != NULL);
    options.build_file = file;
    findings->file = file != NULL && strchr(file, '/') != NULL ? file : NULL;
    options.on_warning = tell_warning;
    options.on_warning_ctx = findings;
    if (session_open(&options, &session, &err)) {
        check_session(session, findings);
    } else {
        tell_failure(findings, &err);
    }
    session_close(session);
    if (chdir(here) != 0) {
        error_set_errno(&err, ERROR_CLASS_SYSTEM, errno,
                        "cannot go back to the folder %s", here);
        tell_failure(findings, &err);
    }
    free(here);
}

static void
print_summary(const struct findings *findings)
{
    if (report_is_data()) {
        return;
    }
    if (findings->errors == 0 && findings->warnings == 0) {
        printf("nothing to report\n");
        return;
    }
    printf("%" PRIu32 " error%s, %" PRIu32 " warning%s\n", findings->errors,
           findings->errors == 1 ? "" : "s", findings->warnings,
           findings->warnings == 1 ? "" : "s");
}

static int
check_all(const struct options *o, const struct session_options *session,
          bool strict)
{
    struct findings findings = {0, 0, 0, NULL};
    session_start_language(stderr);
    for (uint32_t i = 0; i < o->word_count; i++) {
        check_file(o->words[i], session, &findings);
    }
    if (o->word_count == 0) {
        check_file(session->build_file, session, &findings);
    }
    if (findings.status != 0) {
        return findings.status;
    }
    print_summary(&findings);
    if (findings.errors > 0) {
        return GRAPH_STATUS;
    }
    return strict && findings.warnings > 0 ? STRICT_STATUS : 0;
}

/* --- The command line ----------------------------------------------------- */

static bool
read_options(struct options *o, struct session_options *session, bool *strict)
{
    int id;
    while ((id = options_next(o)) != OPTION_END) {
        if (id == OPTION_STOP) {
            return false;
        }
        if (options_session(o, id, session)) {
            if (o->status != 0) {
                return false;
            }
        } else if (id == OPTION_STRICT) {
            *strict = true;
        } else if (!report_set_format(o->value)) {
            o->status = options_usage(o->command, "-o takes a form",
                                      "text, edn or json");
            return false;
        }
    }
    return true;
}

static int
run(int argc, char **argv)
{
    struct options o;
    struct session_options session = {.read_only = true, .check = true};
    bool strict = false;
    options_init(&o, &command_check, argc, argv);
    int status = read_options(&o, &session, &strict)
                     ? check_all(&o, &session, strict)
                     : o.status;
    options_finish(&o);
    return status;
}

const struct command command_check = {
    .name = "check",
    .args = "[OPTION...] [FILE...]",
    .summary = "Tell what is wrong or odd about build files; build nothing.",
    .usage = "Each file is a build file of Magma or ninja; without words it is "
             "the one that a build\nwould take. It ends with 3 when there are "
             "errors.",
    .options = option_rows,
    .run = run,
};
