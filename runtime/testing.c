/* SPDX-License-Identifier: MIT */
/* See testing.h. */
#include "runtime/testing.h"

#include "runtime/graphview.h"
#include "runtime/report.h"
#include "runtime/simulate.h"
#include "runtime/source.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool accepts;
static bool speaks_tap;

static void
put(Value *map, const char *key, Value value)
{
    *map = magma_map_assoc(*map, magma_keyword(key), value);
}

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

/* What was told, as plain memory: no value is made while the executor runs. */
struct told {
    struct action_id action;
    struct buffer row; /* reason after reason: four texts, "" for what is
                          missing */
    uint32_t count;
    char *error;
};

struct simulation {
    struct vec changes; /* of struct simulate_change */
    struct vec known;   /* of struct twin_discovery */
    struct vec targets; /* of const char * */
    struct vec texts;   /* of char *: what the others point to */
    struct vec told;
    Value *result;
};

/* A copy that lives as long as the simulation. */
static const char *
keep_text(struct simulation *simulation, Value value)
{
    char *copy = strdup(text_or_throw(value, "What simulate takes"));
    assert(copy != NULL);
    vec_push(&simulation->texts, &copy);
    return copy;
}

static const char *
keep_path(struct simulation *simulation, Value value)
{
    const char *text = text_or_throw(value, "A path for simulate");
    char *path = path_canonical(text, strlen(text));
    vec_push(&simulation->texts, &path);
    return path;
}

/* The changes of one kind; nothing if the key is absent. */
static void
read_paths(struct simulation *simulation, Value options, const char *key,
           enum simulate_kind kind)
{
    Value cursor = magma_map_get(options, magma_keyword(key));
    Value item = VALUE_NIL;
    while (!value_is(cursor, VALUE_ABSENT) && magma_next(&cursor, &item)) {
        struct simulate_change change = {.kind = kind,
                                         .name = keep_path(simulation, item)};
        vec_push(&simulation->changes, &change);
    }
}

/* A name with "=" would set another variable. */
static void
read_variables(struct simulation *simulation, Value options)
{
    Value cursor = magma_map_get(options, magma_keyword("env"));
    Value entry = VALUE_NIL;
    while (!value_is(cursor, VALUE_ABSENT) && magma_next(&cursor, &entry)) {
        Value value = magma_vector_at(entry, 1);
        struct simulate_change change = {
            .kind = SIMULATE_SET,
            .name = keep_text(simulation, magma_vector_at(entry, 0)),
            .value = value_is_nil(value) ? NULL : keep_text(simulation, value)};
        if (change.name[0] == 0 || strchr(change.name, '=') != NULL) {
            error_throw(ERROR_VALUE, "\"%s\" is no name of a variable",
                        change.name);
        }
        vec_push(&simulation->changes, &change);
    }
}

/* :discovered {"main.o" ["a.h"]} */
static void
read_known(struct simulation *simulation, Value options)
{
    Value cursor = magma_map_get(options, magma_keyword("discovered"));
    Value entry = VALUE_NIL;
    while (!value_is(cursor, VALUE_ABSENT) && magma_next(&cursor, &entry)) {
        struct twin_discovery known = {
            .output = keep_path(simulation, magma_vector_at(entry, 0))};
        Value paths = magma_vector_at(entry, 1);
        Value path = VALUE_NIL;
        while (magma_next(&paths, &path)) {
            known.input = keep_path(simulation, path);
            vec_push(&simulation->known, &known);
        }
    }
}

static void
read_options(struct simulation *simulation, Value options)
{
    read_paths(simulation, options, "touch", SIMULATE_TOUCH);
    read_paths(simulation, options, "edit", SIMULATE_EDIT);
    read_paths(simulation, options, "delete", SIMULATE_DELETE);
    read_paths(simulation, options, "create", SIMULATE_CREATE);
    read_variables(simulation, options);
    read_known(simulation, options);
    Value cursor = magma_map_get(options, magma_keyword("targets"));
    Value item = VALUE_NIL;
    while (!value_is(cursor, VALUE_ABSENT) && magma_next(&cursor, &item)) {
        const char *target = keep_text(simulation, item);
        vec_push(&simulation->targets, &target);
    }
}

/* Called while the executor runs: nothing here may throw. */
static void
on_told(void *ctx, struct action_id action, const struct exec_reason *reasons,
        uint32_t count, const char *error)
{
    struct simulation *simulation = ctx;
    struct told told = {.action = action, .count = count};
    for (uint32_t i = 0; i < count; i++) {
        const char *texts[] = {reasons[i].code, reasons[i].subject,
                               reasons[i].before, reasons[i].after};
        for (size_t t = 0; t < 4; t++) {
            buffer_add_text(&told.row, texts[t] == NULL ? "" : texts[t]);
        }
    }
    if (error != NULL) {
        told.error = strdup(error);
        assert(told.error != NULL);
    }
    vec_push(&simulation->told, &told);
}

/* While the program of the build file is alive. */
static bool
run_inside(void *ctx, const struct graph *g, struct functions *functions,
           struct error *err)
{
    struct simulation *simulation = ctx;
    struct simulate request = {
        .graph = g,
        .functions = functions,
        .changes = simulation->changes.items,
        .change_count = simulation->changes.count,
        .known = simulation->known.items,
        .known_count = simulation->known.count,
        .targets = simulation->targets.items,
        .target_count = simulation->targets.count,
        .exists = source_exists,
        .told = on_told,
        .ctx = simulation,
    };
    return simulate_run(&request, err);
}

static void
put_text(Value *map, const char *key, const char *text)
{
    if (text[0] != 0) {
        put(map, key, magma_cstring(text));
    }
}

/* Only what is made before makes it run: it may come out the same. */
static bool
is_only_made_anew(const struct told *told)
{
    struct slice row = buffer_slice(&told->row);
    struct slice text;
    bool only = told->count > 0;
    for (uint32_t i = 0; slice_next_text(&row, &text); i++) {
        only = only &&
               (i % 4 != 3 || strcmp(text.bytes, "would be made anew") == 0);
    }
    return only;
}

/* What was and is, is told of variables alone: that of files is about the
 * contents and times that the simulation made up. */
static Value
reasons_of(const struct told *told)
{
    Value reasons = magma_vector(NULL, 0);
    struct slice row = buffer_slice(&told->row);
    struct slice code;
    struct slice subject;
    struct slice before;
    struct slice after;
    while (slice_next_text(&row, &code) && slice_next_text(&row, &subject) &&
           slice_next_text(&row, &before) && slice_next_text(&row, &after)) {
        Value reason = magma_map();
        put(&reason, "code", magma_keyword(code.bytes));
        put_text(&reason, "subject", subject.bytes);
        if (strcmp(code.bytes, "env-changed") == 0) {
            put_text(&reason, "before", before.bytes);
            put_text(&reason, "after", after.bytes);
        }
        reasons = magma_vector_conj(reasons, reason);
    }
    return reasons;
}

struct making {
    const struct simulation *simulation;
    const struct graph *graph;
};

static Value
make_body(void *arg)
{
    const struct making *making = arg;
    const struct graph *g = making->graph;
    Value result = magma_vector(NULL, 0);
    for (uint32_t i = 0; i < making->simulation->told.count; i++) {
        const struct told *told = vec_at(&making->simulation->told, i);
        const struct action *a = graph_action(g, told->action);
        Value map = magma_map();
        Value outputs = magma_vector(NULL, 0);
        for (uint32_t o = 0; o < a->outputs.count; o++) {
            const char *path = graph_path(g, graph_output(g, a, o));
            outputs = magma_vector_conj(outputs, magma_cstring(path));
        }
        put(&map, "action", magma_cstring(graph_cstr(g, a->key)));
        put(&map, "outputs", outputs);
        put(&map, "reasons", reasons_of(told));
        if (is_only_made_anew(told)) {
            put(&map, "may", VALUE_TRUE);
        }
        if (told->error != NULL) {
            put(&map, "error", magma_cstring(told->error));
        }
        result = magma_vector_conj(result, map);
    }
    return result;
}

/* When the program of the test is back, whose values these are. */
static bool
make_outside(void *ctx, const struct graph *g, struct error *err)
{
    struct simulation *simulation = ctx;
    struct making making = {simulation, g};
    Value thrown = VALUE_NIL;
    return magma_try(make_body, &making, simulation->result, &thrown) ||
           error_set(err, ERROR_CLASS_GRAPH, "the simulation is too large");
}

static void
finish(struct simulation *simulation)
{
    for (uint32_t i = 0; i < simulation->texts.count; i++) {
        free(*(char **)vec_at(&simulation->texts, i));
    }
    for (uint32_t i = 0; i < simulation->told.count; i++) {
        struct told *told = vec_at(&simulation->told, i);
        buffer_finish(&told->row);
        free(told->error);
    }
    vec_finish(&simulation->texts);
    vec_finish(&simulation->told);
    vec_finish(&simulation->changes);
    vec_finish(&simulation->known);
    vec_finish(&simulation->targets);
}

/* The body of magma_try: what options are not, throws. */
struct reading {
    struct simulation *simulation;
    Value options;
};

static Value
read_body(void *arg)
{
    struct reading *reading = arg;
    read_options(reading->simulation, reading->options);
    return VALUE_NIL;
}

/* (simulate* path options) */
static Value
builtin_simulate(Value *args, uint32_t argc)
{
    (void)argc;
    Value result = VALUE_NIL;
    Value ignored = VALUE_NIL;
    Value thrown = VALUE_NIL;
    const char *path = text_or_throw(args[0], "The :build-file of a graph");
    struct simulation simulation = {
        .changes = vec_of(sizeof(struct simulate_change)),
        .known = vec_of(sizeof(struct twin_discovery)),
        .targets = vec_of(sizeof(const char *)),
        .texts = vec_of(sizeof(char *)),
        .told = vec_of(sizeof(struct told)),
        .result = &result,
    };
    struct reading reading = {&simulation, args[1]};
    struct graphview_use use = {run_inside, make_outside, &simulation};
    struct error err = {0};
    if (!magma_is_map(args[1])) {
        error_throw(ERROR_TYPE, "simulate takes a map of what changes");
    }
    if (!magma_try(read_body, &reading, &ignored, &thrown)) {
        finish(&simulation);
        error_throw_value(thrown);
    }
    bool done = graphview_with(path, &use, &err);
    finish(&simulation);
    if (!done) {
        graphview_throw(&err);
    }
    return result;
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
