/* SPDX-License-Identifier: MIT */
/*
 * The facade: holds the state of one root open and hands each question to the
 * module that answers it.
 */
#include "exec/exec.h"

#include "exec/backend/stamp.h"
#include "exec/base/memory.h"
#include "exec/decide/clean.h"
#include "exec/decide/discovered.h"
#include "exec/decide/history.h"
#include "exec/decide/index.h"
#include "exec/decide/lineage.h"
#include "exec/decide/recall.h"
#include "exec/decide/why.h"
#include "exec/graph/snapshot.h"
#include "exec/graph/versions.h"
#include "exec/health/records.h"
#include "exec/run/build.h"
#include "exec/run/guard.h"
#include "exec/run/shortcut.h"
#include "exec/state/lock.h"
#include "exec/state/past.h"

#include <assert.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct exec {
    struct state *state;
    char *root;
    char *build_file;
    char *snapshot_path;
    char *index_path;
    struct kept_graph kept; /* by the snapshot */
    struct shortcut shortcut;
    bool read_only;
    struct dynouts dynouts;
    struct buffer sources; /* of the snapshot that was loaded */
};

bool
exec_guard_start(struct error *err)
{
    // A pipe or the database must not become what commands take for stdout.
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= 2);
    if (fd >= 0) {
        close(fd);
    }
    return guard_start(err);
}

/* --- Opening ------------------------------------------------------------------ */

/* The database is opened when it is first needed, where an earlier run tells
 * its stamp. */
static bool
open_database(struct exec *exec, bool is_open, struct error *err)
{
    struct hash128 stamp;
    if (is_open) {
        return true;
    }
    if (state_note(exec->state) == NULL &&
        index_knows_stamp(exec->index_path, state_dir(exec->state), &stamp)) {
        state_assume(exec->state, stamp);
        return true;
    }
    return state_ready(exec->state, err);
}

static bool
take_place(const char *word, enum state_place *place, struct error *err)
{
    if (word == NULL) {
        return true;
    }
    *place = strcmp(word, "memory") == 0 ? STATE_IN_MEMORY : STATE_RESET;
    if (*place == STATE_IN_MEMORY || strcmp(word, "reset") == 0) {
        return true;
    }
    error_set(err, ERROR_CLASS_USAGE, "--state does not know %s", word);
    error_set_help(err, "it takes memory (record nothing) or reset (throw away "
                        "what is recorded)");
    return false;
}

bool
exec_open(const struct exec_options *options, struct exec **exec,
          struct error *err)
{
    enum state_place place = STATE_ON_DISK;
    if (!take_place(options->place, &place, err)) {
        return false;
    }
    struct state_options state_options = {
        .place = place,
        .hash = options->hash,
        .stat = options->stat,
        .root = options->root,
        .build_file = options->build_file,
        .read_only = options->read_only,
        .no_wait = options->no_wait,
        .deferred = !options->read_only && options->hash == NULL &&
                    place != STATE_IN_MEMORY,
        .on_wait = options->on_wait,
        .ctx = options->ctx,
    };
    struct state *state;
    if (!state_open(&state_options, &state, err)) {
        return false;
    }
    struct exec *new_exec = mem_alloc(1, sizeof(*new_exec));
    new_exec->state = state;
    new_exec->root = mem_copy_str(options->root);
    new_exec->build_file = mem_copy_str(options->build_file);
    new_exec->read_only = options->read_only;
    struct slice name = slice_of(options->build_file);
    char digits[HASH_TEXT_SIZE];
    hash_to_text(hash_default()->bytes(name.bytes, name.len), digits);
    new_exec->snapshot_path =
        mem_format("%s/graph-%.16s", state_dir(state), digits);
    new_exec->index_path =
        mem_format("%s/index-%.16s", state_dir(state), digits);
    dynouts_init(&new_exec->dynouts, state);
    if (!open_database(new_exec, !state_options.deferred, err)) {
        exec_close(new_exec);
        return false;
    }
    *exec = new_exec;
    return true;
}

void
exec_close(struct exec *exec)
{
    if (exec == NULL) {
        return;
    }
    shortcut_drop(&exec->shortcut);
    dynouts_finish(&exec->dynouts);
    state_close(exec->state);
    buffer_finish(&exec->sources);
    free(exec->snapshot_path);
    free(exec->index_path);
    free(exec->build_file);
    free(exec->root);
    free(exec);
}

enum exec_dynout_state
exec_dynout_value(struct exec *exec, const char *key, struct slice *paths)
{
    return dynouts_value(&exec->dynouts, key, paths);
}

/* --- The snapshot ---------------------------------------------------------------- */

static int
open_root(const struct exec *exec)
{
    return open(exec->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void
add_dynouts(struct exec *exec, const struct graph *graph,
            struct snapshot_inputs *inputs)
{
    for (uint32_t i = 0; i < graph_action_count(graph); i++) {
        const struct action *action =
            graph_action(graph, (struct action_id){i});
        if ((action->flags & ACTION_DYNOUT) != 0) {
            const char *key = graph_cstr(graph, action->key);
            struct slice paths;
            bool known = exec_dynout_value(exec, key, &paths) != DYNOUT_UNKNOWN;
            snapshot_add_dynout(inputs, key, known ? &paths : NULL);
        }
    }
}

void
exec_snapshot_save(struct exec *exec, const struct graph *graph,
                   struct slice sources, const struct hash128 *read)
{
    int root_fd = exec->read_only ? -1 : open_root(exec);
    if (root_fd < 0) {
        return;
    }
    struct snapshot_inputs inputs = {0};
    struct error err = {0};
    bool saved = false;
    stamp_learn(state_dir(exec->state));
    if (snapshot_sign(root_fd, sources, read, &inputs)) {
        add_dynouts(exec, graph, &inputs);
        saved = snapshot_save(exec->snapshot_path, RONIN_VERSION, graph,
                              &inputs, &err);
    }
    exec->kept = (struct kept_graph){saved ? graph : NULL, inputs.file,
                                     inputs.dynout_count};
    if (!saved) {
        unlink(exec->snapshot_path); // An older one would only be in the way.
    }
    error_finish(&err);
    snapshot_inputs_finish(&inputs);
    close(root_fd);
}

/* One that is read now may be believed from now on: for that the time counts. */
static void
tell_time(const struct exec *exec, const struct snapshot_inputs *inputs)
{
    bool any = false;
    for (uint32_t i = 0; i < inputs->source_count; i++) {
        any = any || inputs->sources[i].recent;
    }
    if (any && !exec->read_only) {
        stamp_learn(state_dir(exec->state));
    }
}

static bool
is_current(struct exec *exec, struct snapshot_inputs *inputs, bool *settled)
{
    tell_time(exec, inputs);
    int root_fd = open_root(exec);
    bool same = root_fd >= 0 && snapshot_sources_same(root_fd, inputs, settled);
    if (root_fd >= 0) {
        close(root_fd);
    }
    for (uint32_t i = 0; same && i < inputs->dynout_count; i++) {
        const struct snapshot_dynout *dynout = &inputs->dynouts[i];
        struct slice paths;
        bool known =
            exec_dynout_value(exec, dynout->key, &paths) != DYNOUT_UNKNOWN;
        same = snapshot_dynout_same(dynout, known ? &paths : NULL);
    }
    return same;
}

/* The graph, whose parts are not checked yet: whoever needs them does it. */
static struct graph *
map_snapshot(struct exec *exec, struct slice *sources)
{
    struct snapshot_inputs inputs = {0};
    struct graph *graph =
        snapshot_map(exec->snapshot_path, RONIN_VERSION, &inputs);
    bool settled = false;
    if (graph != NULL && !is_current(exec, &inputs, &settled)) {
        graph_destroy(graph);
        graph = NULL;
    } else if (graph != NULL && settled && !exec->read_only &&
               snapshot_check(graph)) {
        // The sources were read, and need not be the next time.
        struct error ignored = {0};
        (void)!snapshot_save(exec->snapshot_path, RONIN_VERSION, graph, &inputs,
                             &ignored);
        error_finish(&ignored);
    }
    exec->kept = (struct kept_graph){graph, inputs.file, inputs.dynout_count};
    buffer_truncate(&exec->sources, 0);
    for (uint32_t i = 0; i < inputs.source_count; i++) {
        buffer_add_text(&exec->sources, inputs.sources[i].path);
    }
    *sources = buffer_slice(&exec->sources);
    snapshot_inputs_finish(&inputs);
    return graph;
}

/* NULL if it turns out damaged. */
static struct graph *
check_snapshot(struct exec *exec, struct graph *graph)
{
    if (graph != NULL && !snapshot_check(graph)) {
        exec->kept.graph = NULL;
        graph_destroy(graph);
        graph = NULL;
    }
    return graph;
}

struct graph *
exec_snapshot_load(struct exec *exec, struct slice *sources)
{
    return check_snapshot(exec, map_snapshot(exec, sources));
}

struct hash128
exec_snapshot_hash(const struct exec *exec)
{
    return exec->kept.graph != NULL ? exec->kept.hash : (struct hash128){0, 0};
}

struct graph *
exec_snapshot_last(const struct exec *exec)
{
    struct snapshot_inputs inputs = {0};
    struct graph *graph =
        snapshot_load(exec->snapshot_path, RONIN_VERSION, &inputs);
    snapshot_inputs_finish(&inputs);
    return graph;
}

/* --- Building, asking, cleaning ------------------------------------------------------ */

static struct build_base
base_of(struct exec *exec)
{
    return (struct build_base){
        .state = exec->state,
        .dynouts = &exec->dynouts,
        .root = exec->root,
        .build_file = exec->build_file,
        .index_path = exec->index_path,
        .snapshot_path = exec->snapshot_path,
        .kept = &exec->kept,
        .shortcut = &exec->shortcut,
    };
}

bool
exec_build_is_done(struct exec *exec, const struct exec_build *build,
                   struct graph **graph, struct slice *sources,
                   struct exec_result *result)
{
    struct build_base base = base_of(exec);
    *graph = map_snapshot(exec, sources);
    if (*graph != NULL && build_is_done(&base, *graph, build, result)) {
        exec->kept.graph = NULL;
        graph_destroy(*graph);
        *graph = NULL;
        return true;
    }
    *graph = check_snapshot(exec, *graph);
    if (*graph == NULL) {
        shortcut_drop(&exec->shortcut);
    }
    return false;
}

bool
exec_build(struct exec *exec, struct graph **graph,
           const struct exec_build *build, struct exec_result *result,
           struct error *err)
{
    assert(build->host != NULL && (build->dry_run || !exec->read_only));
    struct build_base base = base_of(exec);
    return build_run(&base, graph, build, result, err);
}

/* --- History -------------------------------------------------------------------------- */

/* Whoever builds opens the database late. */
static bool
need_state(struct exec *exec, struct error *err)
{
    return exec->read_only || state_ready(exec->state, err);
}

void
exec_examine_state(struct exec *exec, exec_finding_fn *call, void *ctx)
{
    assert(exec->read_only);
    examine_records(exec->state, call, ctx);
}

bool
exec_list_runs(struct exec *exec, exec_run_fn *call, void *ctx,
               struct error *err)
{
    return need_state(exec, err) && history_runs(exec->state, call, ctx, err);
}

bool
exec_list_action_runs(struct exec *exec, uint64_t run,
                      const struct exec_action_run_sink *sink,
                      struct error *err)
{
    return need_state(exec, err) &&
           history_action_runs(exec->state, run, sink, err);
}

bool
exec_find_action_run(struct exec *exec, const char *key, uint64_t run,
                     const struct exec_action_run_sink *sink, struct error *err)
{
    return need_state(exec, err) &&
           history_action_run(exec->state, key, run, sink, err);
}

bool
exec_list_removed(struct exec *exec, uint64_t run, exec_path_fn *call,
                  void *ctx, struct error *err)
{
    return need_state(exec, err) &&
           state_list_removed(exec->state, run, call, ctx, err);
}

bool
exec_why(struct exec *exec, const char *key, uint64_t run, struct exec_why *why,
         struct error *err)
{
    return need_state(exec, err) && why_answer(exec->state, key, run, why, err);
}

bool
exec_list_orphans(struct exec *exec, const struct graph *graph,
                  exec_path_fn *call, void *ctx, struct error *err)
{
    return need_state(exec, err) &&
           recall_orphans(exec->state, graph, call, ctx, err);
}

bool
exec_list_changed(struct exec *exec, uint64_t run, exec_path_fn *call,
                  void *ctx, struct error *err)
{
    const struct recall_run since = {exec->root, run};
    return need_state(exec, err) &&
           recall_changed(exec->state, &since, call, ctx, err);
}

bool
exec_find_record(struct exec *exec, const char *key, struct exec_record *record)
{
    assert(exec->read_only);
    return recall_record(exec->state, key, record);
}

void
exec_tell_manifest(struct exec *exec, const char *key, struct buffer *out)
{
    assert(exec->read_only);
    recall_manifest(exec->state, key, out);
    buffer_truncate(out, out->len > 0 ? out->len - 1 : 0);
}

bool
exec_is_building(const struct exec *exec)
{
    char *path = mem_format("%s/lock", state_dir(exec->state));
    bool held = lock_is_held(path);
    free(path);
    return held;
}

/* The rows of an index are those of the graph that it was made from. */
struct exec_discovered *
exec_discovered_open(struct exec *exec, const struct graph *graph)
{
    struct index_claim claim = {.graph = exec->kept.hash};
    struct index index;
    bool fits = exec->read_only && exec->kept.graph == graph &&
                state_seen_stamp(exec->state, &claim.stamp) &&
                index_open(exec->index_path, &claim, &index);
    if (fits && (!index_lists_hold(&index) ||
                 index.action_count != graph_action_count(graph))) {
        index_close(&index);
        fits = false;
    }
    return discovered_create(exec->state, graph, fits ? &index : NULL,
                             exec->root);
}

bool
exec_diff(struct exec *exec, uint64_t before, uint64_t after,
          const struct exec_graph_sink *sink, struct error *err)
{
    uint64_t from = 0;
    uint64_t to = 0;
    return need_state(exec, err) &&
           history_graph_of(exec->state, before, &from, err) &&
           history_graph_of(exec->state, after, &to, err) &&
           lineage_diff(exec->state, from, to, sink, err);
}

struct graph *
exec_graph_of_run(struct exec *exec, uint64_t run, struct error *err)
{
    uint64_t version = 0;
    if (!need_state(exec, err) ||
        !history_graph_of(exec->state, run, &version, err)) {
        return NULL;
    }
    struct graph *graph =
        versions_load(exec->snapshot_path, version, RONIN_VERSION);
    if (graph == NULL) {
        error_set(err, ERROR_CLASS_USAGE,
                  "the graph of run %" PRIu64 " is not kept", run);
        error_set_help(err, "the last 20 versions of a graph are kept, as far "
                            "as they are small, and none that was changed at "
                            "a prompt; diff and ronin diff tell what changed");
    }
    return graph;
}

bool
exec_prune(struct exec *exec, struct exec_prune *prune, struct error *err)
{
    assert(!exec->read_only);
    const struct state_kept kept = {
        .runs = prune->runs != 0 ? prune->runs : STATE_RUNS_KEPT,
        .bytes = prune->bytes != 0 ? prune->bytes : STATE_BYTES_KEPT,
    };
    struct state_pruned pruned = {0};
    bool done =
        need_state(exec, err) && state_prune(exec->state, &kept, &pruned, err);
    prune->forgotten = pruned.runs;
    prune->size_before = pruned.bytes_before;
    prune->size_after = pruned.bytes_after;
    return done;
}

bool
exec_clean(struct exec *exec, const struct graph *g,
           const struct exec_clean *clean, struct error *err)
{
    if (!need_state(exec, err)) {
        return false;
    }
    uint32_t count = clean->target_count;
    struct node *nodes = mem_alloc(count, sizeof(*nodes));
    for (uint32_t i = 0; i < count; i++) {
        if (!exec_find_target(g, clean->targets[i], &nodes[i], err)) {
            free(nodes);
            return false;
        }
    }
    struct action_list actions = walk_needed(g, nodes, count);
    free(nodes);
    bool done = true;
    // No action means all of them to clean_outputs; a target without any
    // action has nothing to clean.
    if (actions.count > 0 || count == 0) {
        const struct clean_request request = {
            .root = exec->root,
            .dry_run = clean->dry_run,
            .removed = clean->removed,
            .ctx = clean->ctx,
        };
        done = clean_outputs(exec->state, g, &actions, &request, err);
    }
    action_list_finish(&actions);
    return done;
}
