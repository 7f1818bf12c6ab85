/* SPDX-License-Identifier: MIT */
/*
 * Configure steps call these tools after each change of the build file, also
 * from within a build, and give up when one fails. So a log that is not there or
 * cannot be understood is no failure here: there is nothing to tidy.
 */
#include "runtime/ninja/logs_tidy.h"

#include "runtime/ninja/build_log.h"
#include "runtime/ninja/deps_log.h"
#include "runtime/ninja/log_file.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

char *
logs_path(struct slice builddir, const char *name)
{
    return mem_format("%.*s%s%s", (int)builddir.len, builddir.bytes,
                      builddir.len > 0 ? "/" : "", name);
}

/* The time of a file, 0 if it is not there. */
static bool
time_of(struct slice path, int64_t *mtime_ns, struct error *err)
{
    struct stat st;
    char *name = mem_copy(path.bytes, path.len);
    int errnum = stat(name, &st) == 0 ? 0 : errno;
    *mtime_ns = errnum != 0 ? 0
                            : (int64_t)st.st_mtim.tv_sec * 1000000000 +
                                  st.st_mtim.tv_nsec;
    bool done =
        errnum == 0 || errnum == ENOENT || errnum == ENOTDIR ||
        error_set_errno(err, ERROR_CLASS_SYSTEM, errnum, "stat(%s)", name);
    free(name);
    return done;
}

/* --- What edges make ------------------------------------------------------------- */

struct output {
    struct slice path;
    uint32_t edge;
};

struct outputs {
    const struct vec *edges; /* struct kept_edge */
    struct vec all;          /* struct output */
    struct table by_path;
};

/* The key of an output in the table. */
static struct slice
output_path(const void *owner, uint32_t place)
{
    const struct outputs *outputs = owner;
    return ((const struct output *)vec_at(&outputs->all, place))->path;
}

static void
gather_outputs(struct outputs *outputs, const struct vec *edges)
{
    *outputs =
        (struct outputs){.edges = edges, .all = vec_of(sizeof(struct output))};
    for (uint32_t i = 0; i < edges->count; i++) {
        const struct kept_edge *kept = vec_at(edges, i);
        uint32_t count = kept->edge.counts[NINJA_OUTPUTS] +
                         kept->edge.counts[NINJA_IMPLICIT_OUTPUTS];
        for (uint32_t k = 0; k < count; k++) {
            struct output output = {kept->edge.paths[k].path, i};
            uint32_t place = outputs->all.count;
            vec_push(&outputs->all, &output);
            (void)table_find_or_add(&outputs->by_path, output_path, outputs,
                                    output.path, place);
        }
    }
}

static void
forget_outputs(struct outputs *outputs)
{
    vec_finish(&outputs->all);
    table_finish(&outputs->by_path);
}

/* The edge that makes a path, or NULL. */
static const struct ninja_edge *
maker_of(const struct outputs *outputs, struct slice path)
{
    uint32_t place = table_find(&outputs->by_path, output_path, outputs, path);
    if (place == TABLE_NONE) {
        return NULL;
    }
    const struct output *output = vec_at(&outputs->all, place);
    return &((const struct kept_edge *)vec_at(outputs->edges, output->edge))
                ->edge;
}

/* What is known of a path is kept while its file is there: another build file of
 * the folder may make it, or one that comes back. */
static bool
is_there(struct slice path)
{
    int64_t mtime_ns = 0;
    struct error ignored = {0};
    bool done = time_of(path, &mtime_ns, &ignored);
    error_finish(&ignored);
    return !done || mtime_ns != 0;
}

/* --- The build log ------------------------------------------------------------------ */

/* Opens a log and reads all of it; what is not there, or cannot be understood,
 * leaves `version` 0. */
struct opened {
    struct log_file file;
    struct buffer text;
    struct build_log log;
};

static bool
open_build_log(struct opened *opened, const char *path, struct buffer *warnings,
               struct error *err)
{
    *opened = (struct opened){.file = {.path = path, .fd = -1}};
    bool done = log_file_lock(&opened->file, false, err);
    if (done && opened->file.fd >= 0) {
        done = log_file_read(&opened->file, 0, &opened->text, err);
    }
    build_log_read(&opened->log, buffer_slice(&opened->text));
    if (opened->log.fault != NULL) {
        buffer_add_text(warnings, opened->log.fault);
    }
    return done;
}

static void
close_build_log(struct opened *opened)
{
    log_file_unlock(&opened->file);
    build_log_finish(&opened->log);
    buffer_finish(&opened->text);
}

static bool
compact_build_log(const char *path, const struct outputs *outputs,
                  struct buffer *warnings, struct error *err)
{
    struct opened opened;
    struct buffer text = {0};
    bool done = open_build_log(&opened, path, warnings, err);
    if (done && opened.log.version != 0) {
        build_log_add_header(&text, opened.log.version);
        for (uint32_t i = 0; i < opened.log.entries.count; i++) {
            const struct build_log_entry *entry =
                vec_at(&opened.log.entries, i);
            if (maker_of(outputs, entry->output) != NULL ||
                is_there(entry->output)) {
                build_log_add(&text, entry);
            }
        }
        done = log_file_replace(&opened.file, buffer_slice(&text), err);
    }
    buffer_finish(&text);
    close_build_log(&opened);
    return done;
}

/* True if the output is one of these; all are, if none is named. */
static bool
is_meant(struct slice output, char **names, int count)
{
    bool found = count == 0;
    for (int i = 0; !found && i < count; i++) {
        found = slice_equal(output, slice_of(names[i]));
    }
    return found;
}

bool
logs_restat(struct slice builddir, char **outputs, int count,
            struct buffer *warnings, struct error *err)
{
    char *path = logs_path(builddir, ".ninja_log");
    struct opened opened;
    struct buffer text = {0};
    bool done = open_build_log(&opened, path, warnings, err);
    bool is_log = done && opened.log.version != 0;
    if (is_log) {
        build_log_add_header(&text, opened.log.version);
    }
    for (uint32_t i = 0; done && i < opened.log.entries.count; i++) {
        struct build_log_entry entry =
            *(struct build_log_entry *)vec_at(&opened.log.entries, i);
        if (is_meant(entry.output, outputs, count)) {
            done = time_of(entry.output, &entry.mtime_ns, err);
        }
        build_log_add(&text, &entry);
    }
    if (done && is_log) {
        done = log_file_replace(&opened.file, buffer_slice(&text), err);
    }
    buffer_finish(&text);
    close_build_log(&opened);
    free(path);
    return done;
}

/* --- The deps log --------------------------------------------------------------------- */

/* An edge that tells no more what it reads needs no deps. */
static bool
needs_deps(const struct outputs *outputs, struct slice path)
{
    const struct ninja_edge *edge = maker_of(outputs, path);
    struct buffer value = {0};
    struct error ignored = {0};
    bool needed = edge == NULL ? is_there(path)
                               : ninja_edge_value(edge, NINJA_KEY_DEPS, false,
                                                  &value, &ignored) &&
                                     value.len > 0;
    error_finish(&ignored);
    buffer_finish(&value);
    return needed;
}

/* The last record of each output that is needed, in another log. */
static void
copy_deps(const struct deps_log *from, const struct outputs *outputs,
          struct deps_log *to)
{
    struct buffer row = {0};
    for (uint32_t i = 0; i < deps_log_path_count(from); i++) {
        struct slice output = deps_log_path(from, i);
        struct deps deps;
        if (!deps_log_find(from, output, &deps) ||
            !needs_deps(outputs, output)) {
            continue;
        }
        buffer_truncate(&row, 0);
        for (uint32_t k = 0; k < deps.count; k++) {
            struct slice input = deps_log_input(from, output, k);
            buffer_add(&row, input.bytes, input.len);
            buffer_add_char(&row, '\0');
        }
        (void)deps_log_add(to, output, deps.mtime_ns, buffer_slice(&row));
    }
    buffer_finish(&row);
}

static bool
compact_deps_log(const char *path, const struct outputs *outputs,
                 struct buffer *warnings, struct error *err)
{
    struct log_file file = {.path = path, .fd = -1};
    struct deps_log log = {0};
    struct deps_log fresh = {0};
    bool done = log_file_lock(&file, false, err);
    if (done && file.fd >= 0 && file.size > 0) {
        done = log_file_read(&file, 0, &log.bytes, err);
        deps_log_read(&log);
        if (log.fault != NULL) {
            buffer_add_text(warnings, log.fault);
        }
        deps_log_begin(&fresh);
        copy_deps(&log, outputs, &fresh);
        done = done && log_file_replace(&file, buffer_slice(&fresh.bytes), err);
    }
    log_file_unlock(&file);
    deps_log_finish(&log);
    deps_log_finish(&fresh);
    return done;
}

bool
logs_compact(struct slice builddir, const struct vec *edges,
             struct buffer *warnings, struct error *err)
{
    struct outputs outputs;
    char *build_path = logs_path(builddir, ".ninja_log");
    char *deps_path = logs_path(builddir, ".ninja_deps");
    gather_outputs(&outputs, edges);
    bool done = compact_build_log(build_path, &outputs, warnings, err) &&
                compact_deps_log(deps_path, &outputs, warnings, err);
    forget_outputs(&outputs);
    free(build_path);
    free(deps_path);
    return done;
}
