/* SPDX-License-Identifier: MIT */
/*
 * See graphview.h. The data is made by loops over the graph's arrays, and has
 * the order of the graph, so it is the same on every run.
 */
#include "runtime/graphview.h"

#include "runtime/functions.h"
#include "runtime/load.h"
#include "runtime/testing.h"

#include <assert.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What load-graph works from: see graphview_set_base. */
static const char *base_folder;
static const struct magma_limits *base_limits;

/* --- Parts ------------------------------------------------------------------- */

/* Adds a keyword and its value. */
static void
set(Value *map, const char *key, Value value)
{
    *map = magma_map_assoc(*map, magma_keyword(key), value);
}

static Value
text_of(const struct graph *g, struct str_id id)
{
    struct slice text = graph_str(g, id);
    return magma_string(text.bytes, text.len);
}

/* Nothing for the empty text. */
static void
set_text(Value *map, const char *key, const struct graph *g, struct str_id id)
{
    if (id.n != ID_NONE && graph_str(g, id).len > 0) {
        set(map, key, text_of(g, id));
    }
}

/* A vector of keywords, in the order of the table. */
static Value
kinds_of(uint8_t kinds)
{
    static const struct {
        uint8_t kind;
        const char *name;
    } names[] = {
        {EDGE_IFWRITTEN, "ifwritten"},   {EDGE_IFCHANGED, "ifchanged"},
        {EDGE_IFCREATED, "ifcreated"},   {EDGE_IFDELETED, "ifdeleted"},
        {EDGE_ORDER_ONLY, "order-only"}, {EDGE_VALIDATION, "validation"},
        {EDGE_DYNOUT, "dynout"},
    };
    Value result = magma_vector(NULL, 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (kinds & names[i].kind) {
            result = magma_vector_conj(result, magma_keyword(names[i].name));
        }
    }
    return result;
}

/* {:path p}, {:action key} or {:group name} */
static Value
node_of(const struct graph *g, struct node node)
{
    Value map = magma_map();
    if (node.type == NODE_FILE) {
        set(&map, "path",
            magma_cstring(graph_path(g, (struct file_id){node.n})));
    } else if (node.type == NODE_ACTION) {
        set(&map, "action",
            text_of(g, graph_action(g, (struct action_id){node.n})->key));
    } else {
        set(&map, "group",
            text_of(g, graph_group(g, (struct group_id){node.n})->name));
    }
    return map;
}

static Value
place_of(const struct graph *g, const struct place *place)
{
    Value map = magma_map();
    set(&map, "file", text_of(g, place->file));
    set(&map, "line", magma_int(place->line));
    set(&map, "column", magma_int(place->column));
    return map;
}

/* --- Steps -------------------------------------------------------------------- */

/* Words, as they are given to the program. */
static Value
argv_of(const struct graph *g, const struct step *step)
{
    Value argv = magma_vector(NULL, 0);
    for (uint32_t i = 0; i < step->argv.count; i++) {
        argv = magma_vector_conj(argv, text_of(g, graph_arg(g, step, i)));
    }
    return argv;
}

static void
set_stream(Value *map, const char *key, const struct graph *g,
           const struct stream *stream)
{
    if (stream->kind == STREAM_VALUE) {
        set(map, key, magma_keyword("string"));
    } else if (stream->kind == STREAM_FILE) {
        set(map, key, text_of(g, stream->path));
    }
}

/* A :command step with what is not as it would be anyway. */
static Value
command_of(const struct graph *g, const struct step *step)
{
    Value map = magma_map();
    set(&map, "command", argv_of(g, step));
    set_text(&map, "dir", g, step->dir);
    set_stream(&map, "stdin", g, &step->in);
    set_stream(&map, "stdout", g, &step->out);
    set_stream(&map, "stderr", g, &step->err);
    Value env = magma_map();
    for (uint32_t i = 0; i + 1 < step->env.count; i += 2) {
        env = magma_map_assoc(env, text_of(g, graph_step_env(g, step, i)),
                              text_of(g, graph_step_env(g, step, i + 1)));
    }
    if (step->env.count > 0) {
        set(&map, "env", env);
    }
    return map;
}

/* A function shows as its fingerprint. */
static Value
function_of(const struct function_ref *function)
{
    char text[40];
    int n = snprintf(text, sizeof(text), "%016" PRIx64 "%016" PRIx64,
                     function->fingerprint.high, function->fingerprint.low);
    return magma_string(text, (size_t)n);
}

/* As the build file has it, all words flat. */
static Value
step_of(const struct graph *g, const struct step *step)
{
    Value map = magma_map();
    switch (step->kind) {
    case STEP_COMMAND:
        return command_of(g, step);
    case STEP_READ:
        set(&map, "read", magma_cstring(graph_path(g, step->file)));
        break;
    case STEP_TRANSFORM:
        set(&map, "transformer", function_of(&step->function));
        break;
    case STEP_WRITE:
        set(&map, "write", magma_cstring(graph_path(g, step->file)));
        if (step->text.n != ID_NONE) {
            set(&map, "text", text_of(g, step->text));
        }
        break;
    case STEP_DISCOVERED:
        set(&map, "discovered", kinds_of(step->kinds));
        break;
    }
    return map;
}

/* --- Actions -------------------------------------------------------------------- */

/* In written order, each with its kinds. */
static Value
inputs_of(const struct graph *g, const struct action *a)
{
    Value inputs = magma_vector(NULL, 0);
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(g, a, i);
        Value map = node_of(g, edge->to);
        set(&map, "kinds", kinds_of(edge->kinds));
        if (edge->explicit_ == 0) {
            set(&map, "implicit", VALUE_TRUE);
        }
        inputs = magma_vector_conj(inputs, map);
    }
    return inputs;
}

/* Implicit ones too: the graph does not tell them apart. */
static Value
outputs_of(const struct graph *g, const struct action *a)
{
    Value outputs = magma_vector(NULL, 0);
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        const char *path = graph_path(g, graph_output(g, a, i));
        outputs = magma_vector_conj(outputs, magma_cstring(path));
    }
    return outputs;
}

/* :steps, and :command: the argv of the one command, or a vector of them when
 * there are several. */
static void
set_steps(Value *map, const struct graph *g, const struct action *a)
{
    Value steps = magma_vector(NULL, 0);
    Value commands = magma_vector(NULL, 0);
    for (uint32_t i = 0; i < a->steps.count; i++) {
        const struct step *step = graph_step(g, a, i);
        steps = magma_vector_conj(steps, step_of(g, step));
        if (step->kind == STEP_COMMAND) {
            commands = magma_vector_conj(commands, argv_of(g, step));
        }
    }
    uint32_t count = magma_vector_count(commands);
    if (count > 0) {
        set(map, "command",
            count == 1 ? magma_vector_at(commands, 0) : commands);
    }
    set(map, "steps", steps);
}

/* Each flag is a key with the value true; those that are not set are absent. */
static void
set_flags(Value *map, uint32_t flags)
{
    static const struct {
        uint32_t flag;
        const char *name;
    } names[] = {
        {ACTION_DYNOUT, "dynout"},       {ACTION_ALWAYS, "always"},
        {ACTION_GENERATOR, "generator"}, {ACTION_PENDING, "pending"},
        {ACTION_RESTAT, "restat"},       {ACTION_PHONY, "phony"},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (flags & names[i].flag) {
            set(map, names[i].name, VALUE_TRUE);
        }
    }
}

/* An action as a map: what a person would write, not how it is kept. */
static Value
action_of(const struct graph *g, struct action_id id)
{
    const struct action *a = graph_action(g, id);
    Value map = magma_map();
    set(&map, "key", text_of(g, a->key));
    set_text(&map, "name", g, a->name);
    set_text(&map, "description", g, a->description);
    set_text(&map, "rule", g, a->rule);
    set(&map, "outputs", outputs_of(g, a));
    set(&map, "inputs", inputs_of(g, a));
    set_steps(&map, g, a);
    if (a->env.count > 0) {
        Value env = magma_vector(NULL, 0);
        for (uint32_t i = 0; i < a->env.count; i++) {
            env = magma_vector_conj(env, text_of(g, graph_env_name(g, a, i)));
        }
        set(&map, "env", env);
    }
    if (a->depfile.n != ID_NONE) {
        set(&map, "depfile", magma_cstring(graph_path(g, a->depfile)));
    }
    if (a->pool.n != 0) {
        set(&map, "pool", text_of(g, graph_pool(g, a->pool)->name));
    }
    set_flags(&map, a->flags);
    set(&map, "place", place_of(g, &a->place));
    return map;
}

/* --- The graph -------------------------------------------------------------------- */

/* Outputs win over names: a target word is a file first. */
static void
add_makers(Value *makers, const struct graph *g, struct action_id id)
{
    const struct action *a = graph_action(g, id);
    Value index = magma_int(id.n);
    if (graph_str(g, a->name).len > 0) {
        Value name = text_of(g, a->name);
        if (value_is(magma_map_get(*makers, name), VALUE_ABSENT)) {
            *makers = magma_map_assoc(*makers, name, index);
        }
    }
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        const char *path = graph_path(g, graph_output(g, a, i));
        *makers = magma_map_assoc(*makers, magma_cstring(path), index);
    }
}

/* Names to members. */
static Value
groups_of(const struct graph *g)
{
    Value groups = magma_map();
    for (uint32_t i = 0; i < graph_group_count(g); i++) {
        const struct group *group = graph_group(g, (struct group_id){i});
        Value members = magma_vector(NULL, 0);
        for (uint32_t m = 0; m < group->members.count; m++) {
            members = magma_vector_conj(members,
                                        node_of(g, graph_member(g, group, m)));
        }
        groups = magma_map_assoc(groups, text_of(g, group->name), members);
    }
    return groups;
}

/* Pool 0 stands for none. */
static Value
pools_of(const struct graph *g)
{
    Value pools = magma_map();
    for (uint32_t i = 1; i < graph_pool_count(g); i++) {
        const struct pool *pool = graph_pool(g, (struct pool_id){i});
        pools = magma_map_assoc(pools, text_of(g, pool->name),
                                magma_int(pool->depth));
    }
    return pools;
}

Value
graphview_make(const struct graph *g)
{
    Value view = magma_map();
    Value actions = magma_vector(NULL, 0);
    Value makers = magma_map();
    for (uint32_t i = 0; i < graph_action_count(g); i++) {
        struct action_id id = {i};
        actions = magma_vector_conj(actions, action_of(g, id));
        add_makers(&makers, g, id);
    }
    set(&view, "actions", actions);
    set(&view, "groups", groups_of(g));
    set(&view, "pools", pools_of(g));
    set(&view, "makers", makers);
    return view;
}

/* --- Another program's graph ---------------------------------------------------------- */

static Value
view_body(void *arg)
{
    return graphview_make(arg);
}

/* Splits a path into its folder, which becomes the working folder, and the
 * file in it: the build root is where the build file is. */
static bool
enter_folder(const char *path, const char **file, struct error *err)
{
    const char *slash = strrchr(path, '/');
    *file = slash == NULL ? path : slash + 1;
    if (slash == NULL) {
        return true;
    }
    char *dir = strndup(path, slash == path ? 1 : (size_t)(slash - path));
    assert(dir != NULL);
    bool done = chdir(dir) == 0;
    if (!done) {
        error_set(err, ERROR_CLASS_GRAPH, "there is no folder %s", dir);
    }
    free(dir);
    return done;
}

/* In the folder of the build file already. */
static bool
load_and_use(const char *file, const struct graphview_use *use,
             struct error *err)
{
    struct functions *functions = functions_create();
    struct load_options options = {.build_file = file};
    if (base_limits != NULL) {
        options.limits = *base_limits;
    }
    struct load_result result = {0};
    Value program = magma_program_save();
    bool done = load_build_file(&options, functions, &result, err);
    if (done && use->inside != NULL) {
        done = use->inside(use->ctx, result.graph, functions, err);
    }
    magma_program_restore(program);
    functions_destroy(functions);
    if (done && use->outside != NULL) {
        done = use->outside(use->ctx, result.graph, err);
    }
    graph_destroy(result.graph);
    free(result.sources.bytes);
    return done;
}

char *
graphview_path(const char *path)
{
    char *here = getcwd(NULL, 0);
    char *base = path_join(here == NULL ? "/" : here,
                           base_folder == NULL ? "." : base_folder);
    char *joined = path_join(base, path);
    free(base);
    free(here);
    return joined;
}

bool
graphview_with(const char *path, const struct graphview_use *use,
               struct error *err)
{
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (here < 0) {
        return error_set(err, ERROR_CLASS_SYSTEM,
                         "the working folder cannot be opened");
    }
    char *joined = graphview_path(path);
    const char *file = NULL;
    bool done =
        enter_folder(joined, &file, err) && load_and_use(file, use, err);
    free(joined);
    if (fchdir(here) != 0) {
        done = done && error_set(err, ERROR_CLASS_SYSTEM,
                                 "cannot go back to the working folder");
    }
    close(here);
    return done;
}

void
graphview_throw(struct error *err)
{
    Value message = magma_cstring(err->what);
    if (err->where != NULL) {
        struct buffer text = {0};
        buffer_add_format(&text, "%s: %s", err->where, err->what);
        message = magma_cstring(buffer_str(&text));
        buffer_finish(&text);
    }
    Value error = error_make(ERROR_VALUE, message, VALUE_NIL, VALUE_NIL);
    if (err->help != NULL) {
        ((struct error_object *)value_object(error))->help =
            magma_cstring(err->help);
    }
    error_finish(err);
    error_throw_value(error);
}

/* --- load-graph ------------------------------------------------------------------------ */

struct viewing {
    Value *view;
};

static bool
make_view(void *ctx, const struct graph *g, struct error *err)
{
    struct viewing *viewing = ctx;
    Value thrown = VALUE_NIL;
    return magma_try(view_body, (void *)(uintptr_t)g, viewing->view, &thrown) ||
           error_set(err, ERROR_CLASS_GRAPH, "the graph is too large");
}

/* With the path that it came from: simulate reads it again. */
static Value
builtin_load_graph(Value *args, uint32_t argc)
{
    (void)argc;
    if (!magma_is_string(args[0])) {
        error_throw(ERROR_TYPE, "load-graph takes the path of a build file");
    }
    Value view = VALUE_NIL;
    struct viewing viewing = {&view};
    struct graphview_use use = {.outside = make_view, .ctx = &viewing};
    struct error err = {0};
    if (!graphview_with(magma_text_of(args[0]).bytes, &use, &err)) {
        graphview_throw(&err);
    }
    set(&view, "build-file", args[0]);
    return view;
}

static const struct builtin rows[] = {
    {"load-graph*", 1, 1, builtin_load_graph, "[path]",
     "The graph that a build file describes, as plain data.", "0.1"},
};

void
graphview_define(void)
{
    magma_define("clojure.core", rows, sizeof(rows) / sizeof(rows[0]));
    testing_define(); // The namespace graph has uses for all of it.
}

void
graphview_set_base(const char *folder, const struct magma_limits *limits)
{
    base_folder = folder;
    base_limits = limits;
}
