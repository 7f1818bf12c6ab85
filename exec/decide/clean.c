/* SPDX-License-Identifier: MIT */
/*
 * Files are removed by their recorded path only when they are still the very
 * file that was recorded; a folder that is an output, when the same is true of
 * all that is in it.
 */
#include "exec/decide/clean.h"

#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/base/table.h"
#include "exec/base/vec.h"
#include "exec/decide/depfile.h"
#include "exec/decide/files.h"
#include "exec/decide/ours.h"

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

/* All that counts in a folder has the content that was recorded. */
static bool
tree_is_as_recorded(const struct clean_scope *scope, const char *whole,
                    const struct file_version *version)
{
    assert(version->kind == KIND_DIR);
    /* Asked for below the root, so that the filter sees paths of the graph. */
    int root_fd = open(scope->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    size_t skip = strlen(scope->root);
    struct tree_question question = {root_fd,
                                     whole + skip + (whole[skip] == '/'),
                                     state_backends(scope->state)->hash,
                                     scope->filter};
    struct tree_sum sum = {.lost = true};
    if (root_fd >= 0) {
        tree_add_up(&question, &sum);
        close(root_fd);
    }
    return !sum.lost && version->hashed &&
           hash_equal(sum.content, version->hash);
}

/* Kind and content are what ronin left there; a touch does not matter. */
static bool
is_as_recorded(const struct clean_scope *scope, const char *whole,
               const struct file_version *version)
{
    assert(version);
    const struct state *state = scope->state;
    struct file_stat st;
    state_backends(state)->stat->look_fresh(AT_FDCWD, whole, &st);
    struct file_version now = version_of_stat(&st, st.seen_ns);
    if (version_same_link(&now, version)) {
        return true; // What it leads to is of no account, and may be gone.
    }
    if (version->kind == KIND_LINK) {
        return !st.exists && st.is_link;
    }
    if (!st.exists || st.kind != version->kind ||
        st.is_link != version_is_link(version)) {
        return false;
    }
    if (st.kind == KIND_DIR) {
        return tree_is_as_recorded(scope, whole, version);
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
clean_may_remove(const struct clean_scope *scope, const char *path,
                 uint32_t version_id)
{
    const char *root = scope->root;
    assert(root && path);
    char *recorded_path = NULL;
    struct file_version version;
    if (path_is_outside(path) ||
        !state_find_version(scope->state, version_id, &recorded_path,
                            &version)) {
        return false;
    }
    char *whole = path_join(root, path);
    bool may = strcmp(recorded_path, path) == 0 && way_is_plain(root, path) &&
               is_as_recorded(scope, whole, &version);
    free(whole);
    free(recorded_path);
    return may;
}

/* The errno if a file, or a folder with all in it that counts, cannot be
 * removed. */
static int
remove_at(int root_fd, const struct clean_scope *scope, const char *path)
{
    if (unlinkat(root_fd, path, 0) == 0) {
        return 0;
    }
    if (errno != EISDIR) {
        return errno;
    }
    struct tree_removal removal = {.root_fd = root_fd,
                                   .dir = path,
                                   .since_ns = INT64_MIN,
                                   .whole = true,
                                   .filter = scope->filter};
    tree_remove(&removal);
    return 0; // What does not count in it may keep it.
}

/* From the path itself up, as far as they are ours and empty. */
static bool
remove_folders(int root_fd, const struct clean_scope *scope, const char *path,
               struct error *err)
{
    size_t len = strlen(path);
    char *dir = mem_copy(path, len);
    bool ok = true;
    bool goes_on = true;
    while (ok && goes_on && len > 0) {
        dir[len] = '\0';
        bool is_ours = state_has_folder(scope->state, dir);
        bool gone = is_ours && (unlinkat(root_fd, dir, AT_REMOVEDIR) == 0 ||
                                errno == ENOENT);
        /* An output was none of these before its own folder is asked for. */
        goes_on = gone || len == strlen(path);
        ok = !gone || state_drop_folder(scope->state, dir, err);
        len = path_dir_len(dir, len);
    }
    free(dir);
    return ok;
}

bool
clean_remove(const struct clean_scope *scope, const char *path, bool *is_gone,
             struct error *err)
{
    assert(!path_is_outside(path));
    int root_fd = open(scope->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int code = root_fd < 0 ? errno : remove_at(root_fd, scope, path);
    *is_gone = code == 0;
    bool ok = code == 0 || code == ENOENT;
    if (!ok) {
        error_set_errno(err, ERROR_CLASS_SYSTEM, code, "cannot remove %s",
                        path);
    }
    ok = ok && remove_folders(root_fd, scope, path, err);
    if (root_fd >= 0) {
        close(root_fd);
    }
    return ok;
}

/* --- Cleaning ------------------------------------------------------------------------ */

struct recorded_output {
    char *path;
    uint32_t file; /* its number in the database */
    uint32_t version;
    struct action_id owner; /* in the graph, or ACTION_NONE */
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

struct cleaning {
    struct state *state;
    const struct graph *graph;
    const struct clean_request *request;
    struct clean_scope scope;
    struct recorded_outputs outputs;
    uint8_t *marks; /* by action: MARK_* */
    struct error *err;
};

/* MARK_RAN: something that it made is recorded. MARK_WANTED: to be cleaned. */
enum { MARK_RAN = 1, MARK_WANTED = 2 };

/* One row of the bulk load. */
static void
add_output(void *ctx, const struct state_output *output)
{
    struct cleaning *c = ctx;
    struct recorded_outputs *outputs = &c->outputs;
    uint32_t next = outputs->items.count;
    if (table_find_or_add(&outputs->table, output_path, outputs,
                          slice_of(output->path), next) == next) {
        struct recorded_output recorded = {
            .path = mem_copy_str(output->path),
            .file = output->file,
            .version = output->version,
            .owner =
                graph_find_key(c->graph, output->key, strlen(output->key))};
        vec_push(&outputs->items, &recorded);
        if (recorded.owner.n != ID_NONE) {
            c->marks[recorded.owner.n] |= MARK_RAN;
        }
    }
}

static bool
remove_file(const struct cleaning *c, const char *path)
{
    if (c->request->dry_run) {
        return true;
    }
    bool is_gone;
    return clean_remove(&c->scope, path, &is_gone, c->err);
}

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
    if (!clean_may_remove(&c->scope, path, output->version)) {
        return true;
    }
    if (!remove_file(c, path)) {
        return false;
    }
    if (!c->request->dry_run &&
        !state_drop_output(c->state, path, output->file, true, c->err)) {
        return false;
    }
    if (c->request->removed) {
        c->request->removed(c->request->ctx, path);
    }
    return true;
}

/* --- Files beside the outputs ------------------------------------------------------- */

static bool
is_of_graph(const struct graph *g, const char *path)
{
    struct file_id file = graph_find_file(g, path, strlen(path));
    return file.n != ID_NONE &&
           (graph_producer(g, file).n != ID_NONE ||
            graph_user_count(g, (struct node){NODE_FILE, file.n}) > 0);
}

/* A regular file below the root that nobody makes or reads; its text. */
static bool
read_side_file(const char *root, const struct graph *g, const char *path,
               struct buffer *text)
{
    struct file_stat st;
    if (path_is_outside(path) || is_of_graph(g, path) ||
        !way_is_plain(root, path)) {
        return false;
    }
    char *whole = path_join(root, path);
    stat_default()->look_link(AT_FDCWD, whole, &st);
    int fd = st.exists && st.kind == KIND_FILE
                 ? open(whole, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
                 : -1;
    free(whole);
    ssize_t len = 0;
    while (fd >= 0 &&
           (len = read(fd, buffer_reserve(text, 65536), 65536)) > 0) {
        text->len += (size_t)len;
    }
    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0 && len == 0;
}

/* It reads as a depfile that speaks of the output. */
static bool
speaks_of(struct slice text, const char *output)
{
    struct depfile depfile = {0};
    struct error err = {0};
    bool speaks = false;
    if (depfile_parse("", text, &depfile, &err)) {
        struct slice row = buffer_slice(&depfile.outputs);
        struct slice target;
        while (!speaks && row.len > 0 && slice_next_text(&row, &target)) {
            speaks = slice_equal(target, slice_of(output));
        }
    }
    error_finish(&err);
    depfile_finish(&depfile);
    return speaks;
}

static bool
is_depfile_of(const struct graph *g, const struct action *a, struct slice text)
{
    bool is_mine = false;
    for (uint32_t i = 0; !is_mine && i < a->outputs.count; i++) {
        is_mine = speaks_of(text, graph_path(g, graph_output(g, a, i)));
    }
    return is_mine;
}

bool
clean_is_depfile_of(const struct clean_scope *scope, const struct graph *g,
                    const char *path, const char *output)
{
    struct buffer text = {0};
    bool is_left_out = scope->filter.is_left_out != NULL &&
                       scope->filter.is_left_out(scope->filter.ctx, path);
    bool found = !is_left_out && read_side_file(scope->root, g, path, &text) &&
                 speaks_of(buffer_slice(&text), output);
    buffer_finish(&text);
    return found;
}

/* What the command of an action that ran left beside its outputs: these files
 * are not recorded, and so are known by what is in them. */
static bool
clean_side_files(struct cleaning *c, const struct action *a)
{
    const struct graph *g = c->graph;
    const struct detail *detail = graph_detail(g, a);
    const struct file_id files[] = {a->depfile, detail->rspfile};
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct buffer text = {0};
        bool is_mine = files[i].n != ID_NONE &&
                       read_side_file(c->request->root, g,
                                      graph_path(g, files[i]), &text) &&
                       (i == 0 ? is_depfile_of(g, a, buffer_slice(&text))
                               : slice_equal(buffer_slice(&text),
                                             graph_str(g, detail->rsp_text)));
        buffer_finish(&text);
        if (!is_mine) {
            continue;
        }
        if (!remove_file(c, graph_path(g, files[i]))) {
            return false;
        }
        if (c->request->removed) {
            c->request->removed(c->request->ctx, graph_path(g, files[i]));
        }
    }
    return true;
}

/* --- Actions -------------------------------------------------------------------------- */

/* All outputs of one action; a generator keeps its own. */
static bool
clean_action(struct cleaning *c, struct action_id id)
{
    const struct action *a = graph_action(c->graph, id);
    if (a->flags & (ACTION_GENERATOR | ACTION_PHONY)) {
        return true;
    }
    c->marks[id.n] |= MARK_WANTED;
    if ((c->marks[id.n] & MARK_RAN) && !clean_side_files(c, a)) {
        return false;
    }
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        struct file_id file = graph_output(c->graph, a, i);
        if (!clean_path(c, graph_path(c->graph, file))) {
            return false;
        }
    }
    return true;
}

/* Outputs that a dyndep file named are in the records alone. */
static bool
clean_grown(struct cleaning *c)
{
    for (uint32_t i = 0; i < c->outputs.items.count; i++) {
        const struct recorded_output *output = vec_at(&c->outputs.items, i);
        uint32_t owner = output->owner.n;
        if (owner == ID_NONE || !(c->marks[owner] & MARK_WANTED)) {
            continue;
        }
        const struct graph *g = c->graph;
        struct file_id file =
            graph_find_file(g, output->path, strlen(output->path));
        bool is_made =
            file.n != ID_NONE && graph_producer(g, file).n != ID_NONE;
        const struct action *a = graph_action(g, output->owner);
        if (!is_made && graph_detail(g, a)->dyndep.n != ID_NONE &&
            !clean_path(c, output->path)) {
            return false;
        }
    }
    return true;
}

static bool
is_left_out(void *ctx, const char *path)
{
    return ours_has(ctx, path);
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
    c.marks = mem_alloc((size_t)graph_action_count(g) + 1, 1);
    struct ours *ours = ours_create(g, state);
    c.scope = (struct clean_scope){state, request->root, {is_left_out, ours}};
    bool ok = state_load_outputs(state, add_output, &c, err);
    bool all = !actions || actions->count == 0;
    uint32_t count = all ? graph_action_count(g) : actions->count;
    for (uint32_t i = 0; ok && i < count; i++) {
        ok = clean_action(&c, all ? (struct action_id){i} : actions->ids[i]);
    }
    ok = ok && clean_grown(&c);
    free(c.marks);
    ours_destroy(ours);
    for (uint32_t i = 0; i < c.outputs.items.count; i++) {
        free(((struct recorded_output *)vec_at(&c.outputs.items, i))->path);
    }
    vec_finish(&c.outputs.items);
    table_finish(&c.outputs.table);
    return ok && (request->dry_run || state_commit(state, err));
}
