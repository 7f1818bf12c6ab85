/* SPDX-License-Identifier: MIT */
/*
 * See session.h. The language is started only when something of it is needed:
 * a graph that comes from the snapshot brings its functions as numbers, and
 * the build file is evaluated when the first of them is called.
 */
#include "runtime/session.h"

#include "runtime/diagnostic.h"
#include "runtime/functions.h"
#include "runtime/load.h"
#include "runtime/ninja/import.h"
#include "runtime/ninja/logs.h"
#include "runtime/register.h"
#include "runtime/report.h"
#include "runtime/source.h"
#include "runtime/stale.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct session {
    struct session_options options;
    char *root;
    char *build_file;
    char *folder;
    struct exec *exec;
    struct graph *graph;
    struct functions *functions;
    bool evaluated;            /* functions are those of the build file */
    bool is_ninja;             /* the build file is one of ninja's */
    struct ninja_logs *logs;   /* ninja's own, while it is built */
    struct registry *registry; /* see session_registry */
    char *sources;             /* zero-terminated paths, one after the other */
    size_t sources_len;
    void (*event)(void *ctx, const struct exec_event *event);
    void *event_ctx;
};

/* --- Finding the root --------------------------------------------------------- */

static char *
copy_text(const char *text, size_t len)
{
    char *copy = mem_alloc(1, len + 1);
    memcpy(copy, text, len);
    copy[len] = 0;
    return copy;
}

/* The name of the build file in a folder, or NULL. Whatever has the name
 * counts: what cannot be read is said when it is. */
static const char *
find_build_file(const char *dir)
{
    static const char *const names[] = {"build.magma", "build.ninja"};
    const char *found = NULL;
    for (size_t i = 0; found == NULL && i < 2; i++) {
        char *path = path_join(dir, names[i]);
        struct stat st;
        found = lstat(path, &st) == 0 ? names[i] : NULL;
        free(path);
    }
    return found;
}

/* The nearest folder from `dir` upwards with a build file, malloc'ed, and the
 * name of the file; NULL if there is none. */
static char *
find_root(const char *dir, const char **name)
{
    char *at = copy_text(dir, strlen(dir));
    while ((*name = find_build_file(at)) == NULL) {
        size_t len = path_dir_len(at, strlen(at));
        if (strcmp(at, "/") == 0) {
            free(at);
            return NULL;
        }
        at[len == 0 ? 1 : len] = 0;
    }
    return at;
}

static bool
is_ninja_name(const char *path)
{
    size_t len = strlen(path);
    return len > 6 && strcmp(path + len - 6, ".ninja") == 0;
}

/* Sets root and build file by looking upwards. */
static bool
locate_upwards(struct session *s, const char *here, struct error *err)
{
    const char *name = NULL;
    s->root = find_root(here, &name);
    if (s->root == NULL) {
        error_set(err, ERROR_CLASS_GRAPH,
                  "no build.magma or build.ninja in %s or any folder above",
                  here);
        error_set_code(err, ERROR_CODE_PROJECT);
        error_set_help(err, "write one, or name one with -f FILE, or "
                            "change folder with -C DIR");
        return false;
    }
    s->build_file = copy_text(name, strlen(name));
    return true;
}

/* Sets root and build file from the option, or by looking upwards. The paths of
 * a ninja file are relative to where ninja is started, wherever the file is. */
static bool
locate(struct session *s, const char *here, struct error *err)
{
    const char *file = s->options.build_file;
    if (file == NULL) {
        return locate_upwards(s, here, err);
    }
    if (s->options.is_ninja || is_ninja_name(file)) {
        s->root = copy_text(here, strlen(here));
        s->build_file = path_canonical(file, strlen(file));
        return true;
    }
    char *path = path_join(here, file);
    size_t dir = path_dir_len(path, strlen(path));
    s->root = dir == 0 ? copy_text("/", 1) : copy_text(path, dir);
    s->build_file = copy_text(path + dir + (path[dir] == '/'),
                              strlen(path + dir + (path[dir] == '/')));
    free(path);
    return true;
}

bool
session_open(const struct session_options *options, struct session **session,
             struct error *err)
{
    struct session *s = mem_alloc(1, sizeof(*s));
    s->options = *options;
    char *here = getcwd(NULL, 0);
    if (here == NULL) {
        free(s);
        return error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                               "cannot tell the current folder");
    }
    if (!locate(s, here, err)) {
        free(here);
        session_close(s);
        return false;
    }
    s->is_ninja = s->options.is_ninja || is_ninja_name(s->build_file);
    // What ninja allows is allowed: outputs anywhere.
    s->options.allow_outside = s->options.allow_outside || s->is_ninja;
    if (chdir(s->root) != 0) {
        error_set_errno(err, ERROR_CLASS_GRAPH, errno,
                        "cannot change to the folder %s", s->root);
        free(here);
        session_close(s);
        return false;
    }
    s->folder = path_relative(s->root, here);
    if (strcmp(s->folder, ".") == 0) {
        s->folder[0] = 0;
    }
    free(here);
    s->functions = functions_create();
    *session = s;
    return true;
}

static void
tell_phase(const struct session *s, const char *what)
{
    const struct session_watcher *watcher = &s->options.watcher;
    if (watcher->phase != NULL) {
        watcher->phase(watcher->ctx, what);
    }
}

/* What was written moves from the log into the database now. */
void
session_close(struct session *s)
{
    if (s == NULL) {
        return;
    }
    tell_phase(s, "closing the records");
    registry_destroy(s->registry);
    exec_close(s->exec);
    tell_phase(s, NULL);
    graph_destroy(s->graph);
    functions_destroy(s->functions);
    free(s->sources);
    free(s->folder);
    free(s->root);
    free(s->build_file);
    free(s);
}

const char *
session_build_file(const struct session *s)
{
    return s->build_file;
}

const char *
session_root(const struct session *s)
{
    return s->root;
}

const char *
session_folder(const struct session *s)
{
    return s->folder;
}

void
session_refresh(struct session *s)
{
    assert(s->evaluated || s->is_ninja);
    exec_close(s->exec);
    s->exec = NULL;
}

struct slice
session_sources(const struct session *s)
{
    return (struct slice){s->sources, s->sources_len};
}

struct registry *
session_registry(const struct session *s)
{
    return s->registry;
}

struct functions *
session_functions(const struct session *s)
{
    return s->functions;
}

void
session_start_language(FILE *out)
{
    load_start_language(out);
}

/* --- State and graph ----------------------------------------------------------- */

bool
session_exec(struct session *s, struct exec **exec, struct error *err)
{
    if (s->exec == NULL) {
        struct exec_options options = {
            .root = s->root,
            .build_file = s->build_file,
            .no_wait = s->options.no_wait,
            .read_only = s->options.read_only,
            .place = s->options.read_only ? NULL : s->options.state,
            .hash = s->options.hash,
            .stat = s->options.stat,
            .on_wait = s->options.on_wait,
            .ctx = s->options.on_wait_ctx,
        };
        if (!exec_open(&options, &s->exec, err)) {
            return false;
        }
    }
    *exec = s->exec;
    return true;
}

/* Takes the list of the files that the graph was made from. */
static void
set_sources(struct session *s, char *paths, size_t len)
{
    free(s->sources);
    s->sources = paths;
    s->sources_len = len;
}

/* Something odd about a ninja file. */
static void
warn_at(const struct session *s, const char *file, uint32_t line,
        const char *what)
{
    if (s->options.on_warning != NULL) {
        s->options.on_warning(s->options.on_warning_ctx, file, line, what);
    } else {
        report_warning(stderr, file, line, what);
    }
}

/* About one of ninja's logs, which have no lines to look at. */
static void
warn(void *ctx, const char *file, const char *what)
{
    warn_at(ctx, file, 0, what);
}

/* Reads a ninja file; *graph is the caller's. */
static bool
import(struct session *s, struct graph **graph, struct error *err)
{
    struct ninja_import made;
    bool done = ninja_import(s->build_file, source_read_for_graph, &made, err);
    struct slice warnings = buffer_slice(&made.warnings);
    struct slice file;
    struct slice line;
    struct slice words;
    while (slice_next_text(&warnings, &file) &&
           slice_next_text(&warnings, &line) &&
           slice_next_text(&warnings, &words)) {
        warn_at(s, file.bytes, (uint32_t)strtoul(line.bytes, NULL, 10),
                words.bytes);
    }
    size_t len = made.sources.len;
    set_sources(s, buffer_take(&made.sources), len);
    *graph = made.graph;
    made.graph = NULL;
    ninja_import_finish(&made);
    return done;
}

/* Makes the graph from the build file; *graph is the caller's. */
static bool
make_graph(struct session *s, struct graph **graph, struct error *err)
{
    if (s->is_ninja) {
        return import(s, graph, err);
    }
    struct load_options options = {
        .build_file = s->build_file,
        .allow_outside = s->options.allow_outside,
        .exec = s->exec,
        .check = s->options.check,
        .additions = s->options.additions,
        .limits = {.steps = s->options.fuel,
                   .depth = s->options.depth,
                   .memory_bytes = s->options.memory_bytes},
    };
    struct load_result result = {0};
    s->evaluated = false;
    bool done = load_build_file(&options, s->functions, &result, err);
    if (result.sources.bytes != NULL) {
        set_sources(s, result.sources.bytes, result.sources.len);
    }
    if (!done) {
        return false;
    }
    s->evaluated = true;
    registry_destroy(s->registry);
    s->registry = result.registry;
    *graph = result.graph;
    return true;
}

/* A snapshot stands for what the build file says, and nothing else. */
static bool
has_additions(const struct session *s)
{
    return s->options.additions != NULL &&
           additions_count(s->options.additions) > 0;
}

/* Reading commands leave everything as it is. */
static void
save_snapshot(struct session *s, const struct graph *graph)
{
    if (!s->options.read_only && !has_additions(s)) {
        struct slice sources = {s->sources, s->sources_len};
        struct vec read = vec_of(sizeof(struct hash128));
        struct slice rest = sources;
        struct slice path;
        while (slice_next_text(&rest, &path)) {
            struct hash128 hash = source_read_hash(path.bytes);
            vec_push(&read, &hash);
        }
        tell_phase(s, "saving the graph");
        exec_snapshot_save(s->exec, graph, sources, read.items);
        tell_phase(s, NULL);
        vec_finish(&read);
    }
}

static int64_t
now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
tell_loaded(const struct session *s, const struct graph *graph, bool evaluated,
            int64_t began_us)
{
    const struct session_watcher *watcher = &s->options.watcher;
    if (watcher->loaded != NULL) {
        watcher->loaded(watcher->ctx, graph, evaluated, now_us() - began_us);
    }
}

/* The same, and tells of it: large build files take their time. */
static bool
evaluate(struct session *s, struct graph **graph, struct error *err)
{
    int64_t began_us = now_us();
    char *what = mem_format("loading %s", s->build_file);
    tell_phase(s, what);
    bool done = make_graph(s, graph, err);
    tell_phase(s, NULL);
    free(what);
    if (done) {
        tell_loaded(s, *graph, true, began_us);
    }
    return done;
}

bool
session_evaluate(struct session *s, struct error *err)
{
    struct exec *exec = NULL;
    struct graph *graph = NULL;
    if (!session_exec(s, &exec, err) || !evaluate(s, &graph, err)) {
        return false;
    }
    graph_destroy(s->graph);
    s->graph = graph;
    save_snapshot(s, graph);
    return true;
}

/* Who only reads the graph is told that it is an old one. */
static void
warn_of_stale(const struct session *s)
{
    const char *newer = s->is_ninja || !s->options.read_only
                            ? NULL
                            : stale_source(s->graph, s->build_file);
    if (newer != NULL) {
        char *what = mem_format("converted from %s, which is newer: build, or "
                                "run ronin convert",
                                newer);
        report_warning(stderr, s->build_file, 0, what);
        free(what);
    }
}

bool
session_graph(struct session *s, const struct graph **graph, struct error *err)
{
    struct exec *exec = NULL;
    if (!session_exec(s, &exec, err)) {
        return false;
    }
    if (s->graph == NULL) {
        struct slice sources = {NULL, 0};
        int64_t began_us = now_us();
        s->graph = has_additions(s) ? NULL : exec_snapshot_load(exec, &sources);
        if (s->graph != NULL) {
            tell_loaded(s, s->graph, false, began_us);
            set_sources(s, copy_text(sources.bytes, sources.len), sources.len);
        } else if (!session_evaluate(s, err)) {
            return false;
        }
        warn_of_stale(s);
    }
    *graph = s->graph;
    return true;
}

struct graph *
session_last_graph(struct session *s)
{
    struct exec *exec = NULL;
    struct error err = {0};
    if (!session_exec(s, &exec, &err)) {
        error_finish(&err);
        return NULL;
    }
    return exec_snapshot_last(exec);
}

static bool
is_target(const struct graph *g, const char *word)
{
    struct node node;
    struct error ignored = {0};
    bool found = exec_find_target(g, word, &node, &ignored);
    error_finish(&ignored);
    return found;
}

/* Generators write the whole path of files outside the build folder: the word
 * may mean one of those. */
char *
session_target(const struct session *s, const char *word)
{
    if (word[0] == ':') {
        return copy_text(word, strlen(word));
    }
    char *folder = path_join(s->root, s->folder[0] == 0 ? "." : s->folder);
    char *absolute = path_join(folder, word);
    char *path = path_relative(s->root, absolute);
    free(folder);
    const char *target = path;
    if (s->graph != NULL && !is_target(s->graph, path)) {
        target = is_target(s->graph, absolute) ? absolute : word;
    }
    char *copy = copy_text(target, strlen(target));
    free(absolute);
    free(path);
    return copy;
}

/* --- The host of the executor ----------------------------------------------------- */

/* Makes sure that functions of the graph can be called, and finds one. */
static enum exec_answer
find_function(struct session *s, struct function_ref *ref, struct error *err)
{
    if (!s->evaluated) {
        struct graph *graph = NULL;
        if (!evaluate(s, &graph, err)) {
            return ANSWER_ERROR;
        }
        graph_destroy(graph);
    }
    if (!functions_find(s->functions, ref)) {
        error_set(err, ERROR_CLASS_GRAPH, "%s changed while it was being built",
                  s->build_file);
        return ANSWER_STALE;
    }
    return ANSWER_OK;
}

/* The functions of struct exec_host; ctx is the session. */
static enum exec_answer
host_call(void *ctx, struct function_ref function, struct exec_value in,
          struct exec_value *out, struct error *err)
{
    struct session *s = ctx;
    enum exec_answer answer = find_function(s, &function, err);
    if (answer != ANSWER_OK) {
        functions_value_drop(s->functions, &in);
        return answer;
    }
    return functions_call(s->functions, function.number, in, out, err)
               ? ANSWER_OK
               : ANSWER_ERROR;
}

static enum exec_answer
host_watch(void *ctx, struct function_ref predicate,
           const struct exec_watched *watched, bool *fires, struct error *err)
{
    struct session *s = ctx;
    enum exec_answer answer = find_function(s, &predicate, err);
    if (answer != ANSWER_OK) {
        return answer;
    }
    return functions_watch(s->functions, predicate.number, watched, fires, err)
               ? ANSWER_OK
               : ANSWER_ERROR;
}

static bool
host_value_bytes(void *ctx, const struct exec_value *value, char **bytes,
                 size_t *len, struct error *err)
{
    struct session *s = ctx;
    return functions_value_bytes(s->functions, value, bytes, len, err);
}

static bool
host_value_paths(void *ctx, const struct exec_value *value, char **paths,
                 size_t *len, struct error *err)
{
    struct session *s = ctx;
    return functions_value_paths(s->functions, value, paths, len, err);
}

static void
host_value_drop(void *ctx, struct exec_value *value)
{
    struct session *s = ctx;
    functions_value_drop(s->functions, value);
}

/* Also called when nothing changed but a dynout's value. */
static bool
host_reload(void *ctx, const struct graph *old, struct graph **graph,
            struct error *err)
{
    struct session *s = ctx;
    struct graph *fresh = NULL;
    if (!evaluate(s, &fresh, err)) {
        return false;
    }
    save_snapshot(s, fresh);
    if (s->logs != NULL) {
        ninja_logs_forget(s->logs);
    }
    *graph = fresh;
    (void)old;
    return true;
}

/* Nobody listens during an evaluation for a query. */
static uint32_t
host_count_warnings(void *ctx, struct slice output)
{
    (void)ctx;
    return diagnostic_count_warnings(output);
}

static void
host_event(void *ctx, const struct exec_event *event)
{
    struct session *s = ctx;
    if (s->logs != NULL) {
        ninja_logs_event(s->logs, event);
    }
    if (s->event != NULL) {
        s->event(s->event_ctx, event);
    }
}

static bool
host_foreign(void *ctx, const struct graph *g, struct action_id action,
             struct exec_foreign *found)
{
    const struct session *s = ctx;
    return ninja_logs_find(s->logs, g, action, found);
}

static bool
host_foreign_rests(void *ctx)
{
    const struct session *s = ctx;
    return ninja_logs_rest(s->logs);
}

static struct hash128
snapshot_hash(void *ctx)
{
    const struct session *s = ctx;
    return exec_snapshot_hash(s->exec);
}

/* ninja's logs are looked into while a ninja file is built, or what was converted
 * from one: there they tell of what was built before, and no more, for what is
 * built now may be something else. */
static void
begin_logs(struct session *s, const struct exec_build *build,
           struct exec_host *host)
{
    struct ninja_logs_options options = {
        .file = s->is_ninja ? s->build_file : build->made_from,
        .commands = s->is_ninja ? s->options.commands : NULL,
        .frozen = build->dry_run || s->options.read_only || !s->is_ninja,
        .is_partial = build->target_count > 0,
        .is_past = !s->is_ninja,
        .snapshot = snapshot_hash,
        .warn = warn,
        .ctx = s,
    };
    if (options.file != NULL) {
        s->logs = ninja_logs_create(&options);
        host->foreign = host_foreign;
        host->foreign_rests = host_foreign_rests;
    }
}

static void
end_logs(struct session *s)
{
    ninja_logs_destroy(s->logs);
    s->logs = NULL;
}

/* Zero-terminated paths in a row, as an array of pointers; malloc'ed. */
static const char **
source_array(const char *paths, size_t len, uint32_t *count)
{
    *count = 0;
    for (size_t at = 0; at < len; at += strlen(paths + at) + 1) {
        (*count)++;
    }
    const char **array = mem_alloc(*count + 1u, sizeof(*array));
    uint32_t i = 0;
    for (size_t at = 0; at < len; at += strlen(paths + at) + 1) {
        array[i++] = paths + at;
    }
    return array;
}

/* Before the graph is looked into: true if nothing is to be done. */
static bool
try_build(struct session *s, const struct exec_build *build,
          struct exec_result *result)
{
    struct slice sources = {NULL, 0};
    int64_t began_us = now_us();
    if (exec_build_is_done(s->exec, build, &s->graph, &sources, result)) {
        return true;
    }
    if (s->graph != NULL) {
        set_sources(s, copy_text(sources.bytes, sources.len), sources.len);
        tell_loaded(s, s->graph, false, began_us);
    }
    return false;
}

bool
session_build(struct session *s, struct exec_build *build,
              const struct session_listener *listener,
              struct exec_result *result, struct error *err)
{
    struct exec *exec = NULL;
    if (!session_exec(s, &exec, err)) {
        return false;
    }
    struct exec_host host = {
        .ctx = s,
        .call = host_call,
        .value_bytes = host_value_bytes,
        .value_paths = host_value_paths,
        .value_drop = host_value_drop,
        .watch = host_watch,
        .reload = host_reload,
        .event = host_event,
        .count_warnings = host_count_warnings,
    };
    if (s->is_ninja) {
        begin_logs(s, build, &host);
    }
    s->event = listener->event;
    s->event_ctx = listener->ctx;
    build->host = &host;
    build->allow_outside = s->options.allow_outside;
    const struct graph *graph = NULL;
    bool done =
        s->graph == NULL && !has_additions(s) && try_build(s, build, result);
    if (done || !session_graph(s, &graph, err)) {
        s->event = NULL;
        build->host = NULL;
        end_logs(s);
        return done;
    }
    char *origin = NULL; // The graph that has the name may be replaced.
    if (!s->is_ninja) {
        const char *path = stale_origin(graph, s->build_file);
        origin = path == NULL ? NULL : mem_copy_str(path);
        build->made_from = origin;
        begin_logs(s, build, &host);
    }
    /* A reload replaces s->sources, so the build gets a list of its own. */
    char *paths = copy_text(s->sources, s->sources_len);
    const char **sources =
        source_array(paths, s->sources_len, &build->source_count);
    build->sources = sources;
    done = exec_build(s->exec, &s->graph, build, result, err);
    end_logs(s);
    s->event = NULL;
    build->sources = NULL;
    build->host = NULL;
    build->made_from = NULL;
    free(origin);
    free(sources);
    free(paths);
    return done;
}
