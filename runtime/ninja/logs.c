/* SPDX-License-Identifier: MIT */
/*
 * Outputs stand in the logs by the names that the build file has for them, of
 * which one file may have two; so its edges are asked, not the graph alone. CMake
 * names what a custom command makes once as seen from the root and once
 * absolutely, and ninja takes these for two files.
 *
 * A build with nothing to do never comes here: what the index settles needs no
 * record, and so nobody is asked about it. The first action that is, or that
 * has run, makes us read the build file once more; after that, an action costs
 * a lookup, the hash of its command, and a line.
 */
#include "runtime/ninja/logs.h"

#include "runtime/ninja/build_log.h"
#include "runtime/ninja/command.h"
#include "runtime/ninja/deps_log.h"
#include "runtime/ninja/log_file.h"
#include "runtime/ninja/log_version.h"
#include "runtime/ninja/logs_mark.h"
#include "runtime/ninja/logs_tidy.h"
#include "runtime/ninja/shell.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MS_NS INT64_C(1000000)
/* How much the clock of the file system may be behind. */
#define TICK_NS (20 * MS_NS)
/* How much later than ninja's clock says a file may be stamped. */
#define SLACK_NS (1000 * MS_NS)

/* What ninja_logs_rest says. */
enum rest { REST_UNASKED, REST_YES, REST_NO };

struct ninja_logs {
    struct ninja_logs_options options;
    struct ninja_commands *commands; /* own, or those of the options */
    struct ninja_commands own;
    char *build_path; /* NULL until they are needed */
    char *deps_path;
    struct log_file build_file; /* as it was left */
    struct log_file deps_file;
    struct buffer build_text; /* what is in `build` */
    struct build_log build;
    struct deps_log deps;
    int version; /* of the build log that is written */
    enum rest rest;
    bool was_read;        /* both, to be asked */
    bool was_met;         /* our mark of the build log was taken away */
    uint64_t read_inode;  /* of the build log that was read */
    struct log_mark mark; /* where it ended when we left it last */
    bool was_told;        /* that they cannot be written */
    struct buffer row;    /* what was found of the last action */
};

/* --- Life ------------------------------------------------------------------------ */

struct ninja_logs *
ninja_logs_create(const struct ninja_logs_options *options)
{
    struct ninja_logs *logs = mem_alloc(1, sizeof(*logs));
    assert(options->file != NULL);
    logs->options = *options;
    logs->commands = options->commands != NULL ? options->commands : &logs->own;
    return logs;
}

/* The folder of the logs is a variable of the build file. */
static void
locate(struct ninja_logs *logs)
{
    if (logs->build_path != NULL) {
        return;
    }
    struct slice dir =
        ninja_commands_builddir(logs->commands, logs->options.file);
    logs->build_path = logs_path(dir, ".ninja_log");
    logs->deps_path = logs_path(dir, ".ninja_deps");
    logs->build_file = (struct log_file){.path = logs->build_path, .fd = -1};
    logs->deps_file = (struct log_file){.path = logs->deps_path, .fd = -1};
}

void
ninja_logs_forget(struct ninja_logs *logs)
{
    ninja_commands_finish(logs->commands);
    build_log_finish(&logs->build);
    deps_log_finish(&logs->deps);
    buffer_truncate(&logs->build_text, 0);
    free(logs->build_path);
    free(logs->deps_path);
    logs->build_path = NULL;
    logs->deps_path = NULL;
    logs->was_read = false;
    log_mark_finish(&logs->mark);
}

/* As many bytes as a log would have with one line for each output, about: what
 * is much longer has old lines to lose. ninja counts lines when it reads the log
 * at each start; we do not read it then. */
static bool
is_long(struct ninja_logs *logs)
{
    enum { SIZE_MIN = 1 << 16, REST_OF_LINE = 60, RATIO = 3 };
    size_t size = 0;
    const struct vec *edges =
        ninja_commands_edges(logs->commands, logs->options.file);
    if (logs->build_file.size < SIZE_MIN) {
        return false;
    }
    for (uint32_t i = 0; i < edges->count; i++) {
        const struct ninja_edge *edge =
            &((const struct kept_edge *)vec_at(edges, i))->edge;
        uint32_t count =
            edge->counts[NINJA_OUTPUTS] + edge->counts[NINJA_IMPLICIT_OUTPUTS];
        for (uint32_t k = 0; k < count && !edge->rule->is_phony; k++) {
            size += edge->paths[k].path.len + REST_OF_LINE;
        }
    }
    return logs->build_file.size / RATIO > size;
}

/* After a build, so that logs do not grow for ever. What cannot be tidied stays
 * as it is: it is true, only long. */
static void
tidy(struct ninja_logs *logs)
{
    struct error err = {0};
    struct buffer warnings = {0};
    bool has_written =
        logs->was_met && !logs->commands->broken && logs->build_path != NULL;
    if (has_written && (is_long(logs) || deps_log_is_long(&logs->deps)) &&
        !logs_compact(ninja_commands_builddir(logs->commands,
                                              logs->options.file),
                      ninja_commands_edges(logs->commands, logs->options.file),
                      &warnings, &err)) {
        error_finish(&err);
    }
    buffer_finish(&warnings);
}

/* What ninja did to the actions that nobody looked at is still to be believed. Lines
 * of ours come behind its own, which cannot be told apart then. */
static bool
may_leave_mark(struct ninja_logs *logs)
{
    return !logs->options.frozen && logs->build_path != NULL &&
           (!logs->options.is_partial || logs->was_met ||
            ninja_logs_rest(logs));
}

void
ninja_logs_destroy(struct ninja_logs *logs)
{
    if (logs == NULL) {
        return;
    }
    tidy(logs);
    if (may_leave_mark(logs)) {
        log_mark_leave(logs->build_path,
                       logs->options.snapshot(logs->options.ctx));
    }
    ninja_logs_forget(logs);
    buffer_finish(&logs->build_text);
    buffer_finish(&logs->row);
    free(logs);
}

static void
warn(const struct ninja_logs *logs, const char *path, const char *what)
{
    logs->options.warn(logs->options.ctx, path, what);
}

/* --- Reading ----------------------------------------------------------------------- */

/* A log that cannot be read is as good as none. */
static void
read_logs(struct ninja_logs *logs)
{
    struct error err = {0};
    if (logs->was_read) {
        return;
    }
    logs->was_read = true;
    locate(logs);
    log_mark_read(&logs->mark);
    if (log_file_load(&logs->build_file, &logs->build_text, &err)) {
        logs->read_inode = logs->build_file.inode;
        build_log_read(&logs->build, buffer_slice(&logs->build_text));
    }
    deps_log_finish(&logs->deps);
    if (log_file_load(&logs->deps_file, &logs->deps.bytes, &err)) {
        deps_log_read(&logs->deps);
    }
    if (err.what != NULL) {
        warn(logs, logs->build_path, err.what);
        error_finish(&err);
    }
    if (logs->build.fault != NULL) {
        warn(logs, logs->build_path, logs->build.fault);
    }
    if (logs->deps.fault != NULL) {
        warn(logs, logs->deps_path, logs->deps.fault);
    }
}

/* Where there is no mark, nothing counts as later. */
static bool
is_at_rest(const struct ninja_logs *logs)
{
    struct log_mark mark = {0};
    if (logs->options.is_past) {
        return true;
    }
    log_mark_read(&mark);
    bool rests =
        mark.inode == 0 ||
        log_mark_is_last(&mark, logs->options.snapshot(logs->options.ctx));
    log_mark_finish(&mark);
    return rests;
}

bool
ninja_logs_rest(struct ninja_logs *logs)
{
    if (logs->rest == REST_UNASKED) {
        logs->rest = is_at_rest(logs) ? REST_YES : REST_NO;
    }
    return logs->rest == REST_YES;
}

/* What ninja hashes: the command, and what its response file says. */
static bool
add_hashed(const struct ninja_edge *edge, struct buffer *out)
{
    struct error ignored = {0};
    struct buffer text = {0};
    bool done =
        ninja_edge_value(edge, NINJA_KEY_COMMAND, true, out, &ignored) &&
        ninja_edge_value(edge, NINJA_KEY_RSPFILE_CONTENT, true, &text,
                         &ignored);
    if (text.len > 0) {
        buffer_add_str(out, ";rspfile=");
        buffer_add(out, text.bytes, text.len);
    }
    buffer_finish(&text);
    error_finish(&ignored);
    return done;
}

static bool
hash_command(const struct ninja_edge *edge, int version, uint64_t *hash)
{
    struct buffer text = {0};
    bool done = add_hashed(edge, &text);
    if (done) {
        *hash = build_log_hash(version, buffer_slice(&text));
    }
    buffer_finish(&text);
    return done;
}

/* The outputs that the edge names, and those that a dyndep file gave to the
 * action. */
static void
find_outputs(const struct ninja_edge *edge, const struct graph *g,
             struct action_id action, struct vec *outputs)
{
    const struct action *a = graph_action(g, action);
    uint32_t count =
        edge->counts[NINJA_OUTPUTS] + edge->counts[NINJA_IMPLICIT_OUTPUTS];
    for (uint32_t i = 0; i < count; i++) {
        vec_push(outputs, &edge->paths[i].path);
    }
    for (uint32_t i = 0; (a->flags & ACTION_GROWN) && i < a->outputs.count;
         i++) {
        struct slice path = slice_of(graph_path(g, graph_output(g, a, i)));
        bool known = false;
        for (uint32_t k = 0; !known && k < outputs->count; k++) {
            known = slice_equal(path, *(struct slice *)vec_at(outputs, k));
        }
        if (!known) {
            vec_push(outputs, &path);
        }
    }
}

/* What one entry says of the files on disk. Until version 5 its time is that of
 * the newest output; since then, of the start of the command. A log that an older
 * ninja has gone on with has some of both under one first line. */
static void
take_entry(struct ninja_logs *logs, const struct build_log_entry *entry,
           struct exec_foreign *found)
{
    int64_t lasted_ns = (entry->end_ms - entry->start_ms) * MS_NS;
    int64_t began_ns = entry->mtime_ns - lasted_ns - TICK_NS;
    int64_t written_ns = entry->mtime_ns;
    if (logs->build.version > 5) {
        written_ns += lasted_ns + SLACK_NS;
    }
    found->read_ns =
        entry->mtime_ns < found->read_ns ? entry->mtime_ns : found->read_ns;
    found->began_ns = began_ns < found->began_ns ? began_ns : found->began_ns;
    found->is_later = found->is_later &&
                      log_mark_is_passed(&logs->mark, logs->read_inode, entry);
    found->written_ns =
        written_ns > found->written_ns ? written_ns : found->written_ns;
}

/* A command as the version of the log has it, and as an older ninja does, which
 * goes on in the log of a newer one. */
struct hashed {
    uint64_t commands[2];
};

static bool
hash_both(const struct ninja_logs *logs, const struct ninja_edge *edge,
          struct hashed *hashed)
{
    return hash_command(edge, logs->build.version, &hashed->commands[0]) &&
           hash_command(edge, BUILD_LOG_OLDEST, &hashed->commands[1]);
}

/* All outputs must have been made by the command as it is now; that of a
 * generator does not count. */
static bool
find_entries(struct ninja_logs *logs, const struct ninja_edge *edge,
             const struct vec *outputs, bool is_generator,
             struct exec_foreign *found)
{
    struct hashed hashed = {0};
    if (!is_generator && !hash_both(logs, edge, &hashed)) {
        return false;
    }
    for (uint32_t i = 0; i < outputs->count; i++) {
        const struct build_log_entry *entry =
            build_log_find(&logs->build, *(struct slice *)vec_at(outputs, i));
        if (entry == NULL ||
            (!is_generator && entry->command != hashed.commands[0] &&
             entry->command != hashed.commands[1])) {
            return false;
        }
        take_entry(logs, entry, found);
    }
    return outputs->count > 0;
}

/* What the first output was seen to read. */
static void
find_deps(struct ninja_logs *logs, struct slice output,
          struct exec_foreign *found)
{
    struct deps deps;
    buffer_truncate(&logs->row, 0);
    if (!deps_log_find(&logs->deps, output, &deps)) {
        return;
    }
    for (uint32_t i = 0; i < deps.count; i++) {
        struct slice input = deps_log_input(&logs->deps, output, i);
        buffer_add(&logs->row, input.bytes, input.len);
        buffer_add_char(&logs->row, '\0');
    }
    found->discovers = true;
    found->discovered_ns = deps.mtime_ns;
    found->discovered = buffer_slice(&logs->row);
}

/* True if a row of texts is the arguments of a step. */
static bool
has_arguments(const struct graph *g, const struct step *step, struct slice row)
{
    struct slice word;
    uint32_t i = 0;
    while (i < step->argv.count && slice_next_text(&row, &word) &&
           slice_equal(word, graph_str(g, graph_arg(g, step, i)))) {
        i++;
    }
    return i == step->argv.count && row.len == 0;
}

/* Whether an action of another build file runs what the edge does. */
static bool
runs_same(const struct ninja_edge *edge, const struct graph *g,
          const struct action *a)
{
    struct error ignored = {0};
    struct buffer text = {0};
    struct buffer words = {0};
    uint32_t count = 0;
    bool same =
        a->steps.count == 1 && graph_step(g, a, 0)->kind == STEP_COMMAND &&
        ninja_edge_value(edge, NINJA_KEY_COMMAND, true, &text, &ignored);
    if (same) {
        shell_split(buffer_slice(&text), &words, &count);
        same = has_arguments(g, graph_step(g, a, 0), buffer_slice(&words));
    }
    buffer_truncate(&text, 0);
    same = same && ninja_edge_value(edge, NINJA_KEY_RSPFILE_CONTENT, true,
                                    &text, &ignored);
    same = same && slice_equal(buffer_slice(&text),
                               graph_str(g, graph_detail(g, a)->rsp_text));
    buffer_finish(&words);
    buffer_finish(&text);
    error_finish(&ignored);
    return same;
}

bool
ninja_logs_find(struct ninja_logs *logs, const struct graph *g,
                struct action_id action, struct exec_foreign *found)
{
    const struct action *a = graph_action(g, action);
    read_logs(logs);
    if (logs->build.version == 0 || a->steps.count == 0) {
        return false;
    }
    const struct ninja_edge *edge =
        ninja_commands_edge(logs->commands, logs->options.file,
                            graph_cstr(g, a->key));
    if (edge == NULL) {
        return false;
    }
    *found = (struct exec_foreign){.read_ns = INT64_MAX,
                                   .began_ns = INT64_MAX,
                                   .is_later = logs->mark.inode != 0 &&
                                               !logs->options.is_past};
    struct vec outputs = vec_of(sizeof(struct slice));
    find_outputs(edge, g, action, &outputs);
    bool done = (!logs->options.is_past || runs_same(edge, g, a)) &&
                find_entries(logs, edge, &outputs,
                             (a->flags & ACTION_GENERATOR) != 0, found);
    if (done) {
        find_deps(logs, edge->paths[0].path, found);
    }
    vec_finish(&outputs);
    return done;
}

/* --- Writing ------------------------------------------------------------------------ */

/* Once: ninja would do some things again, and that is all. */
static void
tell_failure(struct ninja_logs *logs, const char *path, struct error *err)
{
    if (!logs->was_told) {
        warn(logs, path, err->what);
        logs->was_told = true;
    }
    error_finish(err);
}

/* Looks at a file that somebody else wrote, or that was not looked at yet: its
 * version, and how much of it is whole. */
static bool
meet_build_log(struct ninja_logs *logs, struct log_file *file, size_t *whole,
               struct error *err)
{
    struct buffer text = {0};
    if (!log_file_read(file, 0, &text, err)) {
        buffer_finish(&text);
        return false;
    }
    int version = build_log_version(buffer_slice(&text));
    bool known = version >= BUILD_LOG_OLDEST && version <= BUILD_LOG_NEWEST;
    const char *end = known ? memrchr(text.bytes, '\n', text.len) : NULL;
    *whole = end == NULL ? 0 : (size_t)(end - text.bytes) + 1;
    logs->version = known ? version : log_version_wanted(getenv("PATH"));
    if (!known && text.len > 0 && !logs->was_read) {
        struct build_log log;
        build_log_read(&log, buffer_slice(&text));
        warn(logs, logs->build_path, log.fault);
    }
    buffer_finish(&text);
    return true;
}

/* The times of files that ninja would write, and whether one was left alone. */
struct times {
    int64_t newest_ns;
    bool is_untouched;
};

static int64_t
mtime_of(struct slice path)
{
    struct stat st;
    char *name = mem_copy(path.bytes, path.len);
    bool is_there = stat(name, &st) == 0;
    free(name);
    return is_there
               ? (int64_t)st.st_mtim.tv_sec * 1000 * MS_NS + st.st_mtim.tv_nsec
               : 0;
}

static struct times
look_at(const struct vec *outputs, int64_t begin_ns)
{
    struct times times = {0};
    for (uint32_t i = 0; i < outputs->count; i++) {
        int64_t mtime_ns = mtime_of(*(struct slice *)vec_at(outputs, i));
        times.newest_ns =
            mtime_ns > times.newest_ns ? mtime_ns : times.newest_ns;
        times.is_untouched = times.is_untouched || mtime_ns < begin_ns;
    }
    return times;
}

/* The time that stands in the log. A command that leaves its outputs alone would
 * never come to rest with theirs. */
static int64_t
logged_time(int version, uint32_t flags, struct times times, int64_t begin_ns)
{
    bool is_spared = (flags & ACTION_RESTAT) && times.is_untouched;
    bool counts = version == 5 || (flags & (ACTION_RESTAT | ACTION_GENERATOR));
    if (is_spared || !counts) {
        return begin_ns;
    }
    return version == 5 || times.newest_ns > begin_ns ? times.newest_ns
                                                      : begin_ns;
}

static bool
write_build_log(struct ninja_logs *logs, const struct exec_event *event,
                const struct ninja_edge *edge, const struct vec *outputs,
                struct error *err)
{
    struct log_file file = {.path = logs->build_path, .fd = -1};
    struct buffer text = {0};
    if (!log_file_lock(&file, true, err)) {
        return false;
    }
    size_t whole = file.size;
    bool is_known = logs->version != 0 && logs->build_file.size == file.size &&
                    logs->build_file.inode == file.inode;
    bool done = is_known || meet_build_log(logs, &file, &whole, err);
    struct build_log_entry entry = {
        .start_ms = (event->time_us - event->duration_us) / 1000,
        .end_ms = event->time_us / 1000,
    };
    if (done && hash_command(edge, logs->version, &entry.command)) {
        uint32_t flags = graph_action(event->graph, event->action)->flags;
        entry.mtime_ns =
            logged_time(logs->version, flags, look_at(outputs, event->begin_ns),
                        event->begin_ns);
        if (whole == 0) {
            build_log_add_header(&text, logs->version);
        }
        for (uint32_t i = 0; i < outputs->count; i++) {
            entry.output = *(struct slice *)vec_at(outputs, i);
            build_log_add(&text, &entry);
        }
        done = log_file_append(&file, whole, buffer_slice(&text), err);
    }
    logs->build_file.size = file.size;
    logs->build_file.inode = file.inode;
    log_file_unlock(&file);
    buffer_finish(&text);
    return done;
}

/* Takes in what is in the file by now. Numbers are positions in it, so all of
 * it must be known before anything is added. */
static bool
meet_deps_log(struct ninja_logs *logs, const struct log_file *file,
              struct error *err)
{
    struct deps_log *deps = &logs->deps;
    if (logs->deps_file.inode != file->inode || file->size < deps->bytes.len) {
        deps_log_finish(deps);
    }
    if (!log_file_read(file, deps->bytes.len, &deps->bytes, err)) {
        return false;
    }
    deps_log_read(deps);
    if (deps->fault != NULL) {
        warn(logs, logs->deps_path, deps->fault);
    }
    if (deps->whole == 0) {
        deps_log_finish(deps);
    }
    logs->deps_file.inode = file->inode;
    return true;
}

static bool
write_deps_log(struct ninja_logs *logs, const struct exec_event *event,
               const struct vec *outputs, struct error *err)
{
    struct log_file file = {.path = logs->deps_path, .fd = -1};
    if (!log_file_lock(&file, true, err)) {
        return false;
    }
    bool done = meet_deps_log(logs, &file, err);
    size_t whole = logs->deps.whole;
    for (uint32_t i = 0; done && i < outputs->count; i++) {
        struct slice output = *(struct slice *)vec_at(outputs, i);
        (void)deps_log_add(&logs->deps, output, mtime_of(output),
                           event->discovered);
    }
    if (done && logs->deps.whole > whole) {
        struct slice fresh = {logs->deps.bytes.bytes + whole,
                              logs->deps.bytes.len - whole};
        done = log_file_append(&file, whole, fresh, err);
    }
    if (!done) { // What is in memory is not what is in the file.
        deps_log_finish(&logs->deps);
    }
    log_file_unlock(&file);
    return done;
}

void
ninja_logs_event(struct ninja_logs *logs, const struct exec_event *event)
{
    if (event->type == EVENT_ACTION_START && !logs->options.frozen) {
        // The command takes a while; by its end the edges are known.
        ninja_commands_begin(logs->commands, logs->options.file);
    }
    if (event->type != EVENT_ACTION_END || event->status != STATUS_OK ||
        logs->options.frozen) {
        return;
    }
    const struct action *a = graph_action(event->graph, event->action);
    const struct ninja_edge *edge =
        ninja_commands_edge(logs->commands, logs->options.file,
                            graph_cstr(event->graph, a->key));
    if (a->steps.count == 0 || edge == NULL) {
        return;
    }
    struct error err = {0};
    struct vec outputs = vec_of(sizeof(struct slice));
    locate(logs);
    if (!logs->was_met) {
        log_mark_take_away();
        logs->was_met = true;
    }
    find_outputs(edge, event->graph, event->action, &outputs);
    if (!write_build_log(logs, event, edge, &outputs, &err)) {
        tell_failure(logs, logs->build_path, &err);
    }
    if ((a->flags & (ACTION_DEPS_GCC | ACTION_DEPS_MSVC)) &&
        !write_deps_log(logs, event, &outputs, &err)) {
        tell_failure(logs, logs->deps_path, &err);
    }
    vec_finish(&outputs);
}
