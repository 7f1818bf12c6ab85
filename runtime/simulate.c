/* SPDX-License-Identifier: MIT */
/* See simulate.h. */
#include "runtime/simulate.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Stamps far enough in the past that no write is too recent to be believed. */
enum { AGE_BEFORE_S = 2000, AGE_AFTER_S = 1000 };

/* One simulation under way. */
struct world {
    const struct simulate *s;
    struct graph *twin;
    char *root;
    bool changed; /* the dry run has begun */
    struct buffer failure;
};

/* --- Files ---------------------------------------------------------------------------- */

/* Makes the folders above a path. */
static bool
make_parents(const char *path, struct error *err)
{
    char *copy = mem_copy_str(path);
    bool done = true;
    for (char *at = strchr(copy, '/'); done && at != NULL;
         at = strchr(at + 1, '/')) {
        *at = 0;
        if (mkdir(copy, 0700) != 0 && errno != EEXIST) {
            done = error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                                   "cannot make the folder %s", copy);
        }
        *at = '/';
    }
    free(copy);
    return done;
}

/* The age is what edges of the kind :ifwritten see, so it is set and not left to
 * the clock, whose steps may be longer than a simulation. */
static bool
set_age(const char *path, int age_s, struct error *err)
{
    struct timespec times[2];
    clock_gettime(CLOCK_REALTIME, &times[0]);
    times[0].tv_sec -= age_s;
    times[1] = times[0];
    return utimensat(AT_FDCWD, path, times, 0) == 0 ||
           error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                           "cannot set the time of %s", path);
}

/* Writes a file of a certain age; a folder stays one. */
static bool
put_file(const char *path, const char *text, int age_s, struct error *err)
{
    struct stat st;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        return set_age(path, age_s, err);
    }
    FILE *out = make_parents(path, err) ? fopen(path, "we") : NULL;
    if (out == NULL) {
        return err->class == ERROR_CLASS_NONE
                   ? error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                                     "cannot write %s", path)
                   : false;
    }
    bool done = fputs(text, out) >= 0;
    done = fclose(out) == 0 && done;
    if (!done) {
        return error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                               "cannot write %s", path);
    }
    return set_age(path, age_s, err);
}

/* For nftw, which has taken what is inside already. */
static int
remove_entry(const char *path, const struct stat *st, int type,
             struct FTW *place)
{
    (void)st, (void)type, (void)place;
    return remove(path);
}

/* A file, or a folder with all in it; whether it was there. */
static bool
remove_tree(const char *path)
{
    enum { DESCRIPTORS = 16 };
    return nftw(path, remove_entry, DESCRIPTORS, FTW_DEPTH | FTW_PHYS) == 0;
}

/* --- Before ----------------------------------------------------------------------------- */

/* True if the simulation changes the path in this way. */
static bool
is_changed(const struct world *world, enum simulate_kind kind, const char *path)
{
    for (uint32_t i = 0; i < world->s->change_count; i++) {
        const struct simulate_change *change = &world->s->changes[i];
        if (change->kind == kind && strcmp(change->name, path) == 0) {
            return true;
        }
    }
    return false;
}

/* True if some action cannot do without the file: every kind but those that
 * ask whether it is there. */
static bool
is_needed(const struct graph *g, struct file_id file)
{
    enum { NEEDS = EDGE_IFWRITTEN | EDGE_IFCHANGED | EDGE_ORDER_ONLY };
    struct node node = {NODE_FILE, file.n};
    for (uint32_t i = 0; i < graph_user_count(g, node); i++) {
        if ((graph_user(g, node, i)->kinds & NEEDS) != 0) {
            return true;
        }
    }
    return graph_holder_count(g, node) > 0;
}

/* A watched folder is made as one even where nothing is in it. */
static bool
is_watched(const struct graph *g, struct file_id file)
{
    for (uint32_t i = 0; i < graph_action_count(g); i++) {
        const struct action *a = graph_action(g, (struct action_id){i});
        for (uint32_t w = 0; w < a->watches.count; w++) {
            if (graph_watch(g, a, w)->dir.n == file.n) {
                return true;
            }
        }
    }
    return false;
}

/* Makes a source as it is at first. */
static bool
make_source(const struct world *world, struct file_id file, struct error *err)
{
    const struct graph *g = world->s->graph;
    const char *path = graph_path(g, file);
    if (graph_producer(g, file).n != ID_NONE ||
        is_changed(world, SIMULATE_CREATE, path)) {
        return true;
    }
    int there = world->s->exists(path);
    bool is_dir = there == 2 || is_watched(g, file);
    if (there == 0 && !is_dir && !is_needed(g, file) &&
        !is_changed(world, SIMULATE_DELETE, path) &&
        !is_changed(world, SIMULATE_TOUCH, path) &&
        !is_changed(world, SIMULATE_EDIT, path)) {
        return true;
    }
    char *place = twin_path(path);
    bool done = make_parents(place, err);
    if (done && is_dir && mkdir(place, 0700) != 0 && errno != EEXIST) {
        done = error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                               "cannot make the folder %s", place);
    }
    done = done && put_file(place, "before\n", AGE_BEFORE_S, err);
    free(place);
    return done;
}

/* All folders first, so that none becomes a file. */
static bool
make_sources(const struct world *world, struct error *err)
{
    const struct graph *g = world->s->graph;
    bool done = true;
    for (uint32_t i = 0; done && i < graph_file_count(g); i++) {
        char *place = twin_path(graph_path(g, (struct file_id){i}));
        done = make_parents(place, err);
        free(place);
    }
    for (uint32_t i = 0; done && i < graph_file_count(g); i++) {
        done = make_source(world, (struct file_id){i}, err);
    }
    for (uint32_t i = 0; done && i < world->s->known_count; i++) {
        char *place = twin_path(world->s->known[i].input);
        struct stat st;
        done = lstat(place, &st) == 0 ||
               put_file(place, "before\n", AGE_BEFORE_S, err);
        free(place);
    }
    return done;
}

/* What the graph does not mention is made as well: it may lie in a folder that
 * an action looks into. */
static bool
check_change(const struct simulate_change *change, struct error *err)
{
    const char *path = change->name;
    char *place = twin_path(path);
    struct stat st;
    bool there = lstat(place, &st) == 0;
    bool done = true;
    if (change->kind == SIMULATE_CREATE && there) {
        done = error_set(err, ERROR_CLASS_GRAPH,
                         "simulate cannot create %s: it is there", path);
        error_set_help(err, "an action makes it, or it is a folder of others");
    } else if (change->kind != SIMULATE_CREATE && !there) {
        done = put_file(place, "before\n", AGE_BEFORE_S, err);
    }
    free(place);
    return done;
}

/* --- The change --------------------------------------------------------------------------- */

/* Changes are made in the order in which they were given: what is deleted and
 * touched at once is an error of the touch. */
static bool
make_change(const struct simulate_change *change, struct error *err)
{
    char *place = twin_path(change->name);
    bool done = true;
    switch (change->kind) {
    case SIMULATE_TOUCH:
        done = set_age(place, AGE_AFTER_S, err);
        break;
    case SIMULATE_EDIT:
    case SIMULATE_CREATE:
        done = put_file(place, "another content\n", AGE_AFTER_S, err);
        break;
    case SIMULATE_DELETE:
        done = remove_tree(place) ||
               error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                               "cannot delete %s", change->name);
        break;
    case SIMULATE_SET:
        break;
    }
    free(place);
    return done;
}

/* NULL: the variable is to be unset. Names were checked by the caller. */
static void
set_variable(const char *name, const char *value)
{
    int failed = value == NULL ? unsetenv(name) : setenv(name, value, 1);
    assert(failed == 0);
    (void)failed;
}

/* Before: unset what will be set, and set what will be unset, so that the
 * result does not depend on where the test runs. After: as was asked for. */
static void
set_variables(const struct world *world, bool after)
{
    for (uint32_t i = 0; i < world->s->change_count; i++) {
        const struct simulate_change *change = &world->s->changes[i];
        if (change->kind == SIMULATE_SET) {
            const char *before = change->value == NULL ? "before" : NULL;
            set_variable(change->name, after ? change->value : before);
        }
    }
}

static bool
make_changes(struct world *world, struct error *err)
{
    bool done = true;
    for (uint32_t i = 0; done && i < world->s->change_count; i++) {
        done = make_change(&world->s->changes[i], err);
    }
    set_variables(world, true);
    world->changed = true;
    return done;
}

/* --- The host ------------------------------------------------------------------------------ */

/* A dynout of a twin has the empty list as its value. */
static enum exec_answer
host_call(void *ctx, struct function_ref function, struct exec_value in,
          struct exec_value *out, struct error *err)
{
    (void)ctx, (void)function, (void)err;
    if (in.kind == EXEC_VALUE_BYTES) {
        free(in.bytes);
    }
    *out = (struct exec_value){.kind = EXEC_VALUE_HOST};
    return ANSWER_OK;
}

/* Neither bytes nor paths: a list that is empty. */
static bool
host_value_bytes(void *ctx, const struct exec_value *value, char **bytes,
                 size_t *len, struct error *err)
{
    (void)ctx, (void)value, (void)err;
    *bytes = mem_alloc(1, 1);
    *len = 0;
    return *bytes != NULL;
}

static void
host_value_drop(void *ctx, struct exec_value *value)
{
    (void)ctx;
    *value = (struct exec_value){.kind = EXEC_VALUE_NONE};
}

/* Predicates are those of the build file, which is alive: they see paths that
 * are the same in the twin, for a watched folder lies in the root. */
static enum exec_answer
host_watch(void *ctx, struct function_ref predicate,
           const struct exec_watched *watched, bool *fires, struct error *err)
{
    const struct world *world = ctx;
    return functions_watch(world->s->functions, predicate.number, watched,
                           fires, err)
               ? ANSWER_OK
               : ANSWER_ERROR;
}

static bool
host_reload(void *ctx, const struct graph *old, struct graph **graph,
            struct error *err)
{
    (void)ctx, (void)old, (void)graph, (void)err;
    return true; /* the same */
}

/* Tells with the paths of the graph. */
static void
tell(const struct world *world, const struct exec_event *event,
     const char *error)
{
    struct exec_reason *reasons =
        mem_alloc(event->reason_count + 1u, sizeof(*reasons));
    char **subjects = mem_alloc(event->reason_count + 1u, sizeof(*subjects));
    for (uint32_t i = 0; i < event->reason_count; i++) {
        reasons[i] = event->reasons[i];
        if (reasons[i].subject != NULL) {
            subjects[i] = twin_original(reasons[i].subject);
            reasons[i].subject = subjects[i];
        }
    }
    world->s->told(world->s->ctx, event->action, reasons, event->reason_count,
                   error);
    for (uint32_t i = 0; i < event->reason_count; i++) {
        free(subjects[i]);
    }
    free(subjects);
    free(reasons);
}

/* Of the first build only what went wrong matters, of the second what it
 * would do. */
static void
host_event(void *ctx, const struct exec_event *event)
{
    struct world *world = ctx;
    bool failed =
        event->type == EVENT_ACTION_END && event->status == STATUS_FAILED;
    if (!world->changed) {
        if (failed && event->text != NULL && world->failure.len == 0) {
            buffer_add_str(&world->failure, event->text);
        }
    } else if (event->type == EVENT_ACTION_START) {
        tell(world, event, NULL);
    } else if (failed) {
        tell(world, event, event->text == NULL ? "failed" : event->text);
    }
}

/* --- Both builds ---------------------------------------------------------------------------- */

static bool
build(struct world *world, struct exec *exec, struct error *err)
{
    struct exec_host host = {
        .ctx = world,
        .call = host_call,
        .value_bytes = host_value_bytes,
        .value_paths = host_value_bytes, /* no paths are no bytes */
        .value_drop = host_value_drop,
        .watch = host_watch,
        .reload = host_reload,
        .event = host_event,
    };
    struct exec_build request = {
        .host = &host,
        .targets = world->s->targets,
        .target_count = world->s->target_count,
        .jobs = 1,
        .jobs_given = true,
        .jobserver = JOBSERVER_NONE,
        .dry_run = world->changed,
        .arguments = "simulate",
    };
    struct exec_result result = {0};
    return exec_build(exec, &world->twin, &request, &result, err);
}

/* Everything up to date, then the changes, then what a build would do. */
static bool
build_both(struct world *world, struct exec *exec, struct error *err)
{
    if (!build(world, exec, err)) {
        if (world->failure.len > 0) {
            error_finish(err);
            error_set(err, ERROR_CLASS_GRAPH, "simulate cannot begin: %s",
                      buffer_str(&world->failure));
        }
        return false;
    }
    for (uint32_t i = 0; i < world->s->change_count; i++) {
        const struct simulate_change *change = &world->s->changes[i];
        if (change->kind != SIMULATE_SET && !check_change(change, err)) {
            return false;
        }
    }
    if (!make_changes(world, err)) {
        return false;
    }
    if (!build(world, exec, err)) {
        bool told = err->class == ERROR_CLASS_BUILD;
        if (told) {
            error_finish(err); // Each failure was told with its action.
        }
        return told;
    }
    return true;
}

/* The working folder is the root of the world. */
static bool
run_in_folder(struct world *world, struct error *err)
{
    struct exec_options options = {.root = world->root,
                                   .build_file = "build.magma",
                                   .place = "memory",
                                   .stat = "direct"};
    struct exec *exec = NULL;
    bool done = graph_seal(world->twin, err) && make_sources(world, err) &&
                exec_open(&options, &exec, err) && build_both(world, exec, err);
    exec_close(exec);
    return done;
}

/* Variables that will be changed, with what they were: put back at the end. */
static char **
save_variables(const struct simulate *s)
{
    char **saved = mem_alloc(s->change_count + 1u, sizeof(*saved));
    for (uint32_t i = 0; i < s->change_count; i++) {
        const char *value = s->changes[i].kind == SIMULATE_SET
                                ? getenv(s->changes[i].name)
                                : NULL;
        saved[i] = value == NULL ? NULL : mem_copy_str(value);
    }
    return saved;
}

static void
restore_variables(const struct simulate *s, char **saved)
{
    for (uint32_t i = 0; i < s->change_count; i++) {
        if (s->changes[i].kind == SIMULATE_SET) {
            set_variable(s->changes[i].name, saved[i]);
        }
        free(saved[i]);
    }
    free(saved);
}

bool
simulate_run(const struct simulate *s, struct error *err)
{
    const char *tmp = getenv("TMPDIR");
    struct buffer root = {0};
    buffer_add_format(&root, "%s/ronin-simulate-XXXXXX",
                      tmp == NULL || tmp[0] != '/' ? "/tmp" : tmp);
    struct world world = {.s = s, .root = buffer_take(&root)};
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (here < 0 || mkdtemp(world.root) == NULL || chdir(world.root) != 0) {
        error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                        "cannot make the folder %s", world.root);
        free(world.root);
        if (here >= 0) {
            close(here);
        }
        return false;
    }
    char **saved = save_variables(s);
    set_variables(&world, false);
    world.twin = twin_make(s->graph, s->known, s->known_count);
    bool done = run_in_folder(&world, err);
    restore_variables(s, saved);
    graph_destroy(world.twin);
    done = (fchdir(here) == 0 ||
            error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                            "cannot go back to the working folder")) &&
           done;
    close(here);
    remove_tree(world.root);
    buffer_finish(&world.failure);
    free(world.root);
    return done;
}
