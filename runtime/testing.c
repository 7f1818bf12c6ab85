/* SPDX-License-Identifier: MIT */
/* See testing.h. */
#include "runtime/testing.h"

#include "runtime/graphview.h"
#include "runtime/report.h"
#include "runtime/simulation.h"
#include "runtime/source.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool accepts;
static bool speaks_tap;

/* --- Files that are texts -------------------------------------------------------------- */

static const char *
text_or_throw(Value value, const char *what)
{
    if (!magma_is_string(value)) {
        error_throw(ERROR_TYPE, "%s must be a string", what);
    }
    return magma_text_of(value).bytes;
}

/* (overlay* path text): how many there were before. */
static Value
builtin_overlay(Value *args, uint32_t argc)
{
    (void)argc;
    const char *path = text_or_throw(args[0], "The path of a file");
    (void)text_or_throw(args[1], "The text of a file");
    struct magma_text text = magma_text_of(args[1]);
    char *absolute = graphview_path(path);
    source_overlay_add(absolute, text.bytes, text.len);
    free(absolute);
    return VALUE_NIL;
}

/* What with-files remembers, to come back to. */
static Value
builtin_overlay_count(Value *args, uint32_t argc)
{
    (void)args, (void)argc;
    return magma_int(source_overlay_count());
}

static Value
builtin_overlay_drop(Value *args, uint32_t argc)
{
    (void)argc;
    if (magma_is_int(args[0]) && magma_int_of(args[0]) >= 0) {
        source_overlay_drop((uint32_t)magma_int_of(args[0]));
    }
    return VALUE_NIL;
}

/* --- Golden files ------------------------------------------------------------------------ */

/* The text of a file, or nil if there is none. */
static Value
builtin_golden_read(Value *args, uint32_t argc)
{
    (void)argc;
    char *path = graphview_path(text_or_throw(args[0], "A golden file"));
    char *bytes = NULL;
    size_t len = 0;
    struct error err = {0};
    bool there = source_exists(path) != 0;
    bool done = there && source_read_file(path, &bytes, &len, &err);
    Value text = done ? magma_string(bytes, len) : VALUE_NIL;
    free(bytes);
    free(path);
    if (there && !done) {
        graphview_throw(&err);
    }
    return text;
}

/* Not by a rename: a golden file may be a link, or belong to somebody. */
static bool
write_text(const char *path, struct magma_text text, struct error *err)
{
    FILE *out = fopen(path, "we");
    bool done = out != NULL && fwrite(text.bytes, 1, text.len, out) == text.len;
    if (out != NULL) {
        done = fclose(out) == 0 && done;
    }
    return done || error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                                   "cannot write %s", path);
}

/* (golden-write* path text shown): false unless accepting. What differs is
 * shown before the file is written. */
static Value
builtin_golden_write(Value *args, uint32_t argc)
{
    (void)argc;
    if (!accepts) {
        return VALUE_FALSE;
    }
    const char *name = text_or_throw(args[0], "A golden file");
    struct magma_text shown = magma_text_of(args[2]);
    const char *mark = speaks_tap ? "# " : "";
    printf("%saccepted %s\n", mark, name);
    for (size_t at = 0; at < shown.len;) {
        const char *end = memchr(shown.bytes + at, '\n', shown.len - at);
        size_t len =
            end == NULL ? shown.len - at : (size_t)(end - shown.bytes) - at;
        printf("%s  ", mark);
        report_sanitised(stdout, shown.bytes + at, len);
        putchar('\n');
        at += len + 1;
    }
    fflush(stdout);
    char *path = graphview_path(name);
    struct error err = {0};
    bool done = write_text(path, magma_text_of(args[1]), &err);
    free(path);
    if (!done) {
        graphview_throw(&err);
    }
    return VALUE_TRUE;
}

void
testing_set_accept(bool accept, bool tap)
{
    accepts = accept;
    speaks_tap = tap;
}

/* --- Simulating ---------------------------------------------------------------------------- */

/* As simulation_run asks: the graph of the build file at a path. */
static bool
with_file(void *ctx, const struct graphview_use *use, struct error *err)
{
    return graphview_with(ctx, use, err);
}

/* (simulate* path options) */
static Value
builtin_simulate(Value *args, uint32_t argc)
{
    (void)argc;
    const char *path = text_or_throw(args[0], "The :build-file of a graph");
    struct simulation_graph graph = {with_file, (void *)(uintptr_t)path};
    return simulation_run(&graph, args[1]);
}

static const struct builtin rows[] = {
    {"simulate*", 2, 2, builtin_simulate, "[path changes]",
     "What would run after some changes, as plain data.", "0.1"},
    {"overlay*", 2, 2, builtin_overlay, "[path text]",
     "A text that stands in for a file until overlay-drop*.", "0.1"},
    {"overlay-count*", 0, 0, builtin_overlay_count, "[]",
     "How many texts stand in for files.", "0.1"},
    {"overlay-drop*", 1, 1, builtin_overlay_drop, "[count]",
     "Forgets all such texts from the count on.", "0.1"},
    {"golden-read*", 1, 1, builtin_golden_read, "[path]",
     "The text of a golden file, or nil.", "0.1"},
    {"golden-write*", 3, 3, builtin_golden_write, "[path text shown]",
     "Writes a golden file where that was asked for.", "0.1"},
};

void
testing_define(void)
{
    magma_define("clojure.core", rows, sizeof(rows) / sizeof(rows[0]));
}
