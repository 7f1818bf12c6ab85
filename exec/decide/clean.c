/* SPDX-License-Identifier: MIT */
/*
 * Files are removed by their recorded path only when they are still the very
 * file that was recorded. A folder is never removed.
 */
#include "exec/decide/clean.h"

#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/base/table.h"
#include "exec/base/vec.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- What may be removed ---------------------------------------------------------- */

/* True if no folder on the way from the root to the file is a link. */
static bool
way_is_plain(const char *root, const char *path)
{
    assert(root[0] == '/');
    size_t dir_len = path_dir_len(path, strlen(path));
    char *dir = dir_len > 0 ? mem_copy(path, dir_len) : mem_copy_str(".");
    char *whole = path_join(root, dir);
    char *real_root = realpath(root, NULL);
    char *real_dir = realpath(whole, NULL);
    char *expected = real_root ? path_join(real_root, dir) : NULL;
    bool plain = expected && real_dir && strcmp(expected, real_dir) == 0;
    free(dir);
    free(whole);
    free(real_root);
    free(real_dir);
    free(expected);
    return plain;
}

/* Kind and content are what ronin left there; a touch does not matter. */
static bool
is_as_recorded(const struct state *state, const char *whole,
               const struct file_version *version)
{
    assert(version);
    struct file_stat st;
    state_backends(state)->stat->look_fresh(AT_FDCWD, whole, &st);
    if (version->kind == KIND_LINK) {
        return !st.exists && st.is_link;
    }
    bool was_link = (version->mode & VERSION_LINK) != 0;
    if (!st.exists || st.kind != version->kind || st.is_link != was_link ||
        st.kind == KIND_DIR) {
        return false;
    }
    if (st.kind != KIND_FILE || !version->hashed) {
        return st.mtime_ns == version->mtime_ns && st.inode == version->inode;
    }
    struct hash128 hash;
    int errnum;
    struct error unreadable = {0};
    bool same = (int64_t)st.size == version->size &&
                state_backends(state)->hash->file(AT_FDCWD, whole, &hash,
                                                  &errnum, &unreadable) &&
                hash_equal(hash, version->hash);
    error_finish(&unreadable);
    return same;
}

bool
clean_may_remove(struct state *state, const char *root, const char *path,
                 uint32_t version_id)
{
    assert(root && path);
    char *recorded_path = NULL;
    struct file_version version;
    if (path_is_outside(path) ||
        !state_find_version(state, version_id, &recorded_path, &version)) {
        return false;
    }
    char *whole = path_join(root, path);
    bool may = strcmp(recorded_path, path) == 0 && way_is_plain(root, path) &&
               is_as_recorded(state, whole, &version);
    free(whole);
    free(recorded_path);
    return may;
}

/* --- Cleaning ------------------------------------------------------------------------ */

struct recorded_output {
    char *path;
    uint32_t file; /* its number in the database */
    uint32_t version;
};

struct recorded_outputs {
    struct vec items;
    struct table table;
};

/* The path of a recorded output, for the table. */
static struct slice
output_path(const void *owner, uint32_t value)
{
    const struct recorded_outputs *outputs = owner;
    const struct recorded_output *output = vec_at(&outputs->items, value);
    return slice_of(output->path);
}

/* One row of the bulk load. */
static void
add_output(void *ctx, const struct state_output *output)
{
    struct recorded_outputs *outputs = ctx;
    uint32_t next = outputs->items.count;
    if (table_find_or_add(&outputs->table, output_path, outputs,
                          slice_of(output->path), next) == next) {
        struct recorded_output recorded = {mem_copy_str(output->path),
                                           output->file, output->version};
        vec_push(&outputs->items, &recorded);
    }
}

struct cleaning {
    struct state *state;
    const struct graph *graph;
    const struct clean_request *request;
    struct recorded_outputs outputs;
    struct error *err;
};

/* What is not recorded, or not as recorded, is passed over in silence. */
static bool
clean_path(struct cleaning *c, const char *path)
{
    uint32_t place =
        table_find(&c->outputs.table, output_path, &c->outputs, slice_of(path));
    if (place == TABLE_NONE) {
        return true;
    }
    const struct recorded_output *output = vec_at(&c->outputs.items, place);
    if (!clean_may_remove(c->state, c->request->root, path, output->version)) {
        return true;
    }
    if (!c->request->dry_run) {
        char *whole = path_join(c->request->root, path);
        int code = unlink(whole) == 0 ? 0 : errno;
        free(whole);
        if (code != 0) {
            return error_set_errno(c->err, ERROR_CLASS_SYSTEM, code,
                                   "cannot remove %s", path);
        }
        if (!state_drop_output(c->state, output->file, true, c->err)) {
            return false;
        }
    }
    if (c->request->removed) {
        c->request->removed(c->request->ctx, path);
    }
    return true;
}

/* All outputs of one action; a generator keeps its own. */
static bool
clean_action(struct cleaning *c, struct action_id id)
{
    const struct action *a = graph_action(c->graph, id);
    if (a->flags & ACTION_GENERATOR) {
        return true;
    }
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        struct file_id file = graph_output(c->graph, a, i);
        if (!clean_path(c, graph_path(c->graph, file))) {
            return false;
        }
    }
    return true;
}

bool
clean_outputs(struct state *state, const struct graph *g,
              const struct action_list *actions,
              const struct clean_request *request, struct error *err)
{
    assert(request->root);
    struct cleaning c = {
        .state = state, .graph = g, .request = request, .err = err};
    c.outputs.items = vec_of(sizeof(struct recorded_output));
    bool ok = state_load_outputs(state, add_output, &c.outputs, err);
    bool all = !actions || actions->count == 0;
    uint32_t count = all ? graph_action_count(g) : actions->count;
    for (uint32_t i = 0; ok && i < count; i++) {
        ok = clean_action(&c, all ? (struct action_id){i} : actions->ids[i]);
    }
    for (uint32_t i = 0; i < c.outputs.items.count; i++) {
        free(((struct recorded_output *)vec_at(&c.outputs.items, i))->path);
    }
    vec_finish(&c.outputs.items);
    table_finish(&c.outputs.table);
    return ok && (request->dry_run || state_commit(state, err));
}
