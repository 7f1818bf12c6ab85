/* SPDX-License-Identifier: MIT */
/* See simulation.h. */
#include "runtime/simulation.h"

#include "runtime/simulate.h"
#include "runtime/source.h"
#include "runtime/told.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Said in the words of the caller, who knows what it is for. */
static const char *
text_or_throw(Value value, const char *what)
{
    if (!magma_is_string(value)) {
        error_throw(ERROR_TYPE, "%s must be a string", what);
    }
    return magma_text_of(value).bytes;
}

struct simulation {
    struct vec changes; /* of struct simulate_change */
    struct vec known;   /* of struct twin_discovery */
    struct vec targets; /* of const char * */
    struct vec texts;   /* of char *: what the others point to */
    struct told_list told;
    Value *result;
};

/* A copy that lives as long as the simulation. */
static const char *
keep_text(struct simulation *simulation, Value value)
{
    char *copy = mem_copy_str(text_or_throw(value, "What simulate takes"));
    vec_push(&simulation->texts, &copy);
    return copy;
}

/* Canonical, as the paths of graphs are. */
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

/* A misspelt key would be a change that never happens. */
static void
check_keys(Value options)
{
    static const char *const keys[] = {"touch",  "edit", "delete",
                                       "create", "env",  "discovered",
                                       "targets"};
    Value cursor = options;
    Value entry = VALUE_NIL;
    while (magma_next(&cursor, &entry)) {
        Value key = magma_vector_at(entry, 0);
        bool known = false;
        for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
            known = known || value_is(key, magma_keyword(keys[i]));
        }
        if (!known) {
            struct magma_text shown = magma_text_of(magma_pretty(key, 40, 5));
            error_throw_help(ERROR_KEY,
                             ":touch, :edit, :delete, :create, :env, "
                             ":discovered and :targets are known",
                             "simulate does not know %.*s", (int)shown.len,
                             shown.bytes);
        }
    }
}

static void
read_options(struct simulation *simulation, Value options)
{
    check_keys(options);
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

/* Called while the executor runs. */
static void
on_told(void *ctx, struct action_id action, const struct exec_reason *reasons,
        uint32_t count, const char *error)
{
    struct simulation *simulation = ctx;
    told_add(&simulation->told, action, reasons, count, error);
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

struct making {
    const struct simulation *simulation;
    const struct graph *graph;
};

static Value
make_body(void *arg)
{
    const struct making *making = arg;
    return told_make(&making->simulation->told, making->graph, TOLD_VARIABLES);
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
    vec_finish(&simulation->texts);
    told_finish(&simulation->told);
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

Value
simulation_run(const struct simulation_graph *graph, Value changes)
{
    Value result = VALUE_NIL;
    Value ignored = VALUE_NIL;
    Value thrown = VALUE_NIL;
    if (!magma_is_map(changes)) {
        error_throw(ERROR_TYPE, "simulate takes a map of what changes");
    }
    struct simulation simulation = {
        .changes = vec_of(sizeof(struct simulate_change)),
        .known = vec_of(sizeof(struct twin_discovery)),
        .targets = vec_of(sizeof(const char *)),
        .texts = vec_of(sizeof(char *)),
        .told = told_list(),
        .result = &result,
    };
    struct reading reading = {&simulation, changes};
    struct graphview_use use = {run_inside, make_outside, &simulation};
    struct error err = {0};
    if (!magma_try(read_body, &reading, &ignored, &thrown)) {
        finish(&simulation);
        error_throw_value(thrown);
    }
    bool done = graph->with(graph->ctx, &use, &err);
    finish(&simulation);
    if (!done) {
        graphview_throw(&err);
    }
    return result;
}
