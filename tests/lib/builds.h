/* SPDX-License-Identifier: MIT */
/*
 * Whole builds below the facade: real files, processes and database, and a
 * host whose build file is a C function. The root is made anew for each test
 * by set_up; what happened in a build is in `events` and `result`.
 */
#ifndef TESTS_LIB_BUILDS_H
#define TESTS_LIB_BUILDS_H

#include "tests/lib/root.h"

/* --- The host ------------------------------------------------------------------------- */

static inline struct graph *
make_graph(void)
{
    g = graph_create();
    build_file();
    struct error err = {0};
    if (!CHECK(graph_seal(g, &err))) {
        printf("# %s\n", err.what);
    }
    return g;
}

static inline bool
host_reload(void *ctx, const struct graph *old, struct graph **fresh,
            struct error *err)
{
    (void)ctx;
    (void)old;
    (void)err;
    reloads++;
    *fresh = make_graph();
    return true;
}

/* The only function: text into a list, the same bytes. */
static inline enum exec_answer
host_call(void *ctx, struct function_ref function, struct exec_value in,
          struct exec_value *out, struct error *err)
{
    (void)ctx;
    (void)function;
    (void)err;
    *out = in;
    out->kind = EXEC_VALUE_HOST;
    return ANSWER_OK;
}

static inline bool
host_paths(void *ctx, const struct exec_value *value, char **paths, size_t *len,
           struct error *err)
{
    (void)ctx;
    (void)err;
    *len = value->len;
    *paths = mem_copy(value->bytes, value->len);
    for (size_t i = 0; i < *len; i++) {
        (*paths)[i] = (*paths)[i] == '\n' ? '\0' : (*paths)[i];
    }
    return true;
}

static inline void
host_drop(void *ctx, struct exec_value *value)
{
    (void)ctx;
    free(value->bytes);
}

static inline void
note(const char *word, const char *name)
{
    size_t len = strlen(events);
    snprintf(events + len, sizeof(events) - len, "%s%s %s", len > 0 ? "; " : "",
             word, name);
}

/* What the executor said that it does, beside the actions: "scanning. writing
 * records." with a point where it said that it was over. */
static char phases[4096];

static inline void
note_phase(const char *text)
{
    size_t len = strlen(phases);
    const char *blank = text == NULL || len == 0 ? "" : " ";
    snprintf(phases + len, sizeof(phases) - len, "%s%s", blank,
             text == NULL ? "." : text);
}

static inline void
on_event(void *ctx, const struct exec_event *event)
{
    static const char *const ends[] = {"ok",          "failed",  "killed",
                                       "interrupted", "current", "cut off",
                                       "not run"};
    (void)ctx;
    const char *name = "";
    if (event->action.n != ID_NONE) {
        const struct action *action = graph_action(event->graph, event->action);
        name = graph_cstr(event->graph, action->key);
    }
    if (event->type == EVENT_PHASE) {
        note_phase(event->text);
    } else if (event->type == EVENT_REMOVED) {
        note("removed", event->text);
    } else if (event->type == EVENT_ACTION_END ||
               (event->type == EVENT_ACTION_SKIP &&
                event->status != STATUS_UP_TO_DATE)) {
        note(ends[event->status], name);
    } else if (event->type == EVENT_ACTION_START && raise_at_start != 0) {
        raise(raise_at_start);
    }
}

static const struct exec_host host = {
    .call = host_call,
    .value_paths = host_paths,
    .value_drop = host_drop,
    .reload = host_reload,
    .event = on_event,
};

/* --- Building --------------------------------------------------------------------------- */

static inline bool
open_exec(void)
{
    struct exec_options options = {.root = root, .build_file = "build.magma"};
    bool done = exec_open(&options, &exec, &error);
    if (!CHECK(done)) {
        printf("# %s\n", error.what);
    }
    return done;
}

/* Begins a test in an empty root. */
static inline bool
set_up(const char *name, void (*file_function)(void))
{
    snprintf(root, sizeof(root), "%s/%s", test_dir(), name);
    build_file = file_function;
    raise_at_start = 0;
    reloads = 0;
    return CHECK(mkdir(root, 0777) == 0);
}

static inline struct exec_build
options_for(const char *target)
{
    static const char *targets[1];
    targets[0] = target;
    return (struct exec_build){.targets = targets,
                               .target_count = target != NULL,
                               .jobs = 1, // so that the order is known
                               .failures_max = 1};
}

/* Opens, loads, builds and closes, as one start of the program does. */
static inline bool
build_with(const struct exec_build *options)
{
    events[0] = '\0';
    phases[0] = '\0';
    error_finish(&error);
    if (!open_exec()) {
        return false;
    }
    graph = make_graph();
    struct exec_build build = *options;
    build.host = &host;
    bool done = exec_build(exec, &graph, &build, &result, &error);
    graph_destroy(graph);
    graph = NULL;
    exec_close(exec);
    exec = NULL;
    return done;
}

static inline bool
build(const char *target)
{
    struct exec_build options = options_for(target);
    bool done = build_with(&options);
    if (!done) {
        printf("# %s\n", error.what != NULL ? error.what : "no error");
    }
    return done;
}

#endif
