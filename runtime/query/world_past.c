/* SPDX-License-Identifier: MIT */
/* Earlier runs: which there were, what ran in them and how. Actions are known by
 * their keys; those that left the graph become strangers. */
#include "runtime/query/world_parts.h"

#include "runtime/describe.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void
world_start_past(struct world_past *past)
{
    past->runs = vec_of(sizeof(struct past_run));
    past->latest = vec_of(sizeof(struct query_past));
    past->sums = vec_of(sizeof(struct past_sum));
    past->slack = vec_of(sizeof(int64_t));
    past->changes = vec_of(sizeof(const char *));
    past->next = vec_of(sizeof(const char *));
    past->dirty.type = QUERY_ACTIONS;
    past->critical.type = QUERY_ACTIONS;
}

void
world_finish_past(struct world_past *past)
{
    vec_finish(&past->runs);
    vec_finish(&past->latest);
    vec_finish(&past->sums);
    vec_finish(&past->slack);
    vec_finish(&past->changes);
    vec_finish(&past->next);
    query_set_finish(&past->dirty);
    query_set_finish(&past->critical);
}

void *
world_slot(const struct query_world *world, struct vec *by_node, uint32_t node)
{
    if (node >= by_node->count) {
        vec_resize(by_node, query_world_count(world));
    }
    return vec_at(by_node, node);
}

const char *
world_keep(struct query_world *world, const char *text)
{
    return arena_copy(&world->texts, text, strlen(text));
}

/* --- Runs --------------------------------------------------------------------------- */

static void
take_run(void *ctx, const struct exec_run *run)
{
    struct past_run *kept = vec_add(ctx);
    *kept = (struct past_run){run->id, run->started_unix_us,
                              run->ended_unix_us != 0 && run->failed == 0 &&
                                  run->exit_status == 0};
}

static bool
load_runs(struct query_world *world, struct error *err)
{
    struct world_past *past = &world->past;
    if (past->has_runs || world->options.exec == NULL) {
        return true;
    }
    past->has_runs = true;
    return exec_list_runs(world->options.exec, take_run, &past->runs, err);
}

static const struct past_run *
run_at(const struct query_world *world, uint32_t index)
{
    return vec_at(&world->past.runs, index);
}

/* A day ends with its last second, a moment with itself. */
static bool
read_moment(const char *word, int64_t *unix_us)
{
    static const struct {
        const char *format;
        int seconds;
    } formats[] = {{"%Y-%m-%dT%H:%M:%S", 1},
                   {"%Y-%m-%dT%H:%M", 60},
                   {"%Y-%m-%d", 24 * 60 * 60}};
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        struct tm when = {.tm_isdst = -1};
        const char *end = strptime(word, formats[i].format, &when);
        if (end != NULL && *end == '\0') {
            *unix_us =
                ((int64_t)mktime(&when) + formats[i].seconds) * 1000000 - 1;
            return true;
        }
    }
    return false;
}

/* What a word says about a run: a number from the front or the back, a moment,
 * or the last that went well. */
struct run_word {
    int64_t number;
    int64_t moment_us;
    bool is_number;
    bool is_moment;
    bool is_ok;
};

static bool
read_run_word(const char *word, struct run_word *read)
{
    char *end = NULL;
    *read = (struct run_word){.is_ok = strcmp(word, "last-ok") == 0};
    read->number = strtoll(word, &end, 10);
    read->is_number = end != word && *end == '\0' && read->number != 0;
    read->is_moment = !read->is_number && read_moment(word, &read->moment_us);
    return read->is_ok || read->is_number || read->is_moment ||
           strcmp(word, "last") == 0;
}

/* From the newest on. */
static uint64_t
match_run(const struct query_world *world, const struct run_word *word)
{
    uint32_t count = world->past.runs.count;
    for (uint32_t i = count; i > 0; i--) {
        const struct past_run *run = run_at(world, i - 1);
        bool matches = true;
        if (word->is_number && word->number > 0) {
            matches = run->id == (uint64_t)word->number;
        } else if (word->is_number) {
            matches = (int64_t)(count - (i - 1)) == -word->number;
        } else if (word->is_moment) {
            matches = run->started_us <= word->moment_us;
        } else if (word->is_ok) {
            matches = run->is_ok;
        }
        if (matches) {
            return run->id;
        }
    }
    return 0;
}

bool
query_world_find_run(struct query_world *world, const char *word, uint64_t *run,
                     struct error *err)
{
    struct run_word read;
    *run = 0;
    if (!read_run_word(word == NULL ? "last" : word, &read)) {
        error_set(err, ERROR_CLASS_USAGE, "%s names no run", word);
        error_set_help(err, "-1 is the last run, -2 the one before it, 42 its "
                            "number, last-ok the last that succeeded, "
                            "2026-03-01 the last of that day or before");
        return false;
    }
    if (!load_runs(world, err)) {
        return false;
    }
    *run = match_run(world, &read);
    if (*run == 0 && word != NULL && strcmp(word, "last-ok") != 0) {
        error_set(err, ERROR_CLASS_USAGE,
                  "there is no run %s: %" PRIu32 " %s kept", word,
                  world->past.runs.count,
                  world->past.runs.count == 1 ? "is" : "are");
        error_set_help(err, "ronin runs lists them");
        return false;
    }
    if (*run == 0) {
        query_world_note(world, "no run that would tell is recorded");
    }
    return true;
}

/* --- What ran ------------------------------------------------------------------------------ */

static void
take_latest(void *ctx, const struct exec_action_run *row)
{
    struct query_world *world = ctx;
    uint32_t node = query_world_add_key(world, slice_of(row->key));
    struct buffer why = {0};
    if (row->reason_count > 0) {
        describe_reason(&why, &row->reasons[0]);
    }
    struct query_past past = {
        .run = row->run,
        .started_us = row->started_unix_us,
        .duration_us = row->duration_us,
        .peak_bytes = row->peak_kib * 1024,
        .exit_code = row->exit_code,
        .status = row->status,
        .code = row->reason_count > 0 ? world_keep(world, row->reasons[0].code)
                                      : "",
        .why = world_keep(world, buffer_str(&why)),
    };
    *(struct query_past *)world_slot(world, &world->past.latest, node) = past;
    buffer_finish(&why);
}

/* Records that cannot be read are none. */
static void
load_latest(struct query_world *world)
{
    struct error ignored = {0};
    const struct exec_action_run_sink sink = {take_latest, world};
    if (world->past.has_latest || world->options.exec == NULL) {
        return;
    }
    world->past.has_latest = true;
    (void)!exec_list_action_runs(world->options.exec, 0, &sink, &ignored);
    error_finish(&ignored);
}

const struct query_past *
query_world_past(struct query_world *world, uint32_t node)
{
    load_latest(world);
    return world_slot(world, &world->past.latest, node);
}

static void
take_sum(void *ctx, const struct exec_action_run *row)
{
    struct query_world *world = ctx;
    uint32_t node = query_world_add_key(world, slice_of(row->key));
    struct past_sum *sum = world_slot(world, &world->past.sums, node);
    sum->runs++;
    if (row->status == STATUS_OK) {
        sum->successes++;
        sum->total_us += row->duration_us;
    }
}

static void
load_sums(struct query_world *world)
{
    struct error ignored = {0};
    const struct exec_action_run_sink sink = {take_sum, world};
    if (world->past.has_sums || !load_runs(world, &ignored)) {
        return;
    }
    world->past.has_sums = true;
    for (uint32_t i = 0; i < world->past.runs.count; i++) {
        if (!exec_list_action_runs(world->options.exec, run_at(world, i)->id,
                                   &sink, &ignored)) {
            break;
        }
    }
    error_finish(&ignored);
}

bool
query_world_average(struct query_world *world, uint32_t node, int64_t *runs,
                    int64_t *average_us)
{
    load_sums(world);
    const struct past_sum *sum = world_slot(world, &world->past.sums, node);
    *runs = sum->runs;
    *average_us = sum->successes > 0 ? sum->total_us / sum->successes : -1;
    return sum->runs > 0;
}

/* Texts of one action. */
struct output_sink {
    struct arena *arena;
    struct slice output;
};

static void
take_output(void *ctx, const struct exec_action_run *row)
{
    struct output_sink *sink = ctx;
    sink->output.bytes = arena_copy(sink->arena, row->output, row->output_len);
    sink->output.len = row->output_len;
}

bool
query_world_output(struct query_world *world, uint32_t node,
                   struct arena *arena, struct slice *output)
{
    struct output_sink sink = {arena, {"", 0}};
    const struct exec_action_run_sink to = {take_output, &sink};
    struct error ignored = {0};
    bool found = world->options.exec != NULL &&
                 exec_find_action_run(world->options.exec,
                                      query_world_key(world, node).bytes, 0,
                                      &to, &ignored);
    error_finish(&ignored);
    *output = sink.output;
    return found;
}

struct built_sink {
    struct query_world *world;
    struct query_set *set;
    bool only_failed;
};

static void
take_built(void *ctx, const struct exec_action_run *row)
{
    struct built_sink *sink = ctx;
    bool failed = row->status == STATUS_FAILED || row->status == STATUS_KILLED;
    if (failed || !sink->only_failed) {
        query_set_add(sink->set,
                      query_world_add_key(sink->world, slice_of(row->key)));
    }
}

bool
query_world_built(struct query_world *world, uint64_t run, bool only_failed,
                  struct query_set *set, struct error *err)
{
    struct built_sink sink = {world, set, only_failed};
    const struct exec_action_run_sink to = {take_built, &sink};
    return run == 0 ||
           exec_list_action_runs(world->options.exec, run, &to, err);
}

/* --- Files and graphs ------------------------------------------------------------------------ */

struct path_sink {
    struct query_world *world;
    struct query_set *set;
};

static void
take_path(void *ctx, const char *path)
{
    struct path_sink *sink = ctx;
    query_set_add(sink->set, query_world_add_path(sink->world, slice_of(path)));
}

bool
query_world_changed(struct query_world *world, uint64_t run,
                    struct query_set *set, struct error *err)
{
    struct path_sink sink = {world, set};
    return run == 0 ||
           exec_list_changed(world->options.exec, run, take_path, &sink, err);
}

bool
query_world_orphans(struct query_world *world, struct query_set *set,
                    struct error *err)
{
    struct path_sink sink = {world, set};
    return world->options.exec == NULL ||
           exec_list_orphans(world->options.exec, world->graph, take_path,
                             &sink, err);
}

/* "changed: command, inputs" */
static const char *
change_text(struct query_world *world, uint32_t changes)
{
    static const struct {
        uint32_t bit;
        const char *name;
    } parts[] = {{GRAPH_COMMAND, "command"},
                 {GRAPH_INPUTS, "inputs"},
                 {GRAPH_OUTPUTS, "outputs"}};
    if ((changes & (GRAPH_ADDED | GRAPH_REMOVED)) != 0) {
        return (changes & GRAPH_ADDED) != 0 ? "added" : "removed";
    }
    struct buffer text = {0};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if ((changes & parts[i].bit) != 0) {
            buffer_add_str(&text, text.len == 0 ? "changed: " : ", ");
            buffer_add_str(&text, parts[i].name);
        }
    }
    const char *kept = world_keep(world, buffer_str(&text));
    buffer_finish(&text);
    return kept;
}

static void
take_change(void *ctx, const char *key, uint32_t changes)
{
    struct path_sink *sink = ctx;
    struct query_world *world = sink->world;
    uint32_t node = query_world_add_key(world, slice_of(key));
    query_set_add(sink->set, node);
    *(const char **)world_slot(world, &world->past.changes, node) =
        change_text(world, changes);
}

bool
query_world_diff(struct query_world *world, uint64_t before, uint64_t after,
                 struct query_set *set, struct error *err)
{
    struct path_sink sink = {world, set};
    const struct exec_graph_sink to = {take_change, &sink};
    return world->options.exec == NULL ||
           exec_diff(world->options.exec, before, after, &to, err);
}

const char *
query_world_change(const struct query_world *world, uint32_t node)
{
    return node < world->past.changes.count
               ? *(const char **)vec_at(&world->past.changes, node)
               : NULL;
}
