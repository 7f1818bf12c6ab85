/* SPDX-License-Identifier: MIT */
/* Links are followed as text, one after the other, from the folder in which they
 * are: what counts are paths of the graph. */
#include "exec/decide/links.h"

#include "exec/base/memory.h"
#include "exec/base/path.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As many as the system follows. */
#define LINKS_MAX 40

/* Where a link leads, canonical and malloc'ed; NULL if the path is none. */
static char *
target_of(int root_fd, const char *path)
{
    char target[PATH_MAX];
    ssize_t len = readlinkat(root_fd, path, target, sizeof(target) - 1);
    if (len <= 0) {
        return NULL;
    }
    target[len] = '\0';
    char *dir = mem_copy(path, path_dir_len(path, strlen(path)));
    char *joined = path_join(dir, target);
    free(dir);
    return joined;
}

static bool
is_made(const struct graph *g, const char *path, size_t len)
{
    struct file_id file = graph_find_file(g, path, len);
    return file.n != ID_NONE && graph_producer(g, file).n != ID_NONE;
}

/* Adds the path if another action makes it. */
static bool
add_made(struct judge *judge, struct attempt *attempt, const char *path,
         uint8_t kinds, struct error *err)
{
    struct slice known = record_path(judge, slice_of(path));
    return !is_made(judge->graph, known.bytes, known.len) ||
           attempt_discover(judge, attempt, known, kinds, err);
}

/* --- Folders ---------------------------------------------------------------------- */

struct folder {
    struct slice path;
    bool is_link;
};

/* Sources are where they are while a build runs: each folder is looked at once. */
struct links {
    struct arena texts;
    struct vec folders; /* of struct folder */
    struct table table;
    struct buffer path; /* of the one that is looked at */
    char *root;         /* without links; NULL until it is asked for */
};

void
links_forget(struct links *links)
{
    if (links != NULL) {
        arena_finish(&links->texts);
        vec_finish(&links->folders);
        table_finish(&links->table);
        buffer_finish(&links->path);
        free(links->root);
        free(links);
    }
}

/* For the table. */
static struct slice
folder_key(const void *owner, uint32_t value)
{
    const struct links *links = owner;
    return ((const struct folder *)vec_at(&links->folders, value))->path;
}

/* The first bytes of a path. What an action makes may be another thing each time. */
static bool
is_link(struct judge *judge, const char *path, size_t len)
{
    struct links *links = judge->links;
    struct slice wanted = {path, len};
    uint32_t place = table_find(&links->table, folder_key, links, wanted);
    if (place != TABLE_NONE) {
        return ((struct folder *)vec_at(&links->folders, place))->is_link;
    }
    struct file_stat st;
    buffer_truncate(&links->path, 0);
    buffer_add(&links->path, path, len);
    state_backends(judge->state)
        ->stat->look_link(files_root_fd(judge->files), buffer_str(&links->path),
                          &st);
    if (!is_made(judge->graph, path, len)) {
        struct folder *folder = vec_add(&links->folders);
        folder->path.bytes = arena_copy(&links->texts, path, len);
        folder->path.len = len;
        folder->is_link = st.kind == KIND_LINK;
        table_find_or_add(&links->table, folder_key, links, folder->path,
                          links->folders.count - 1);
    }
    return st.kind == KIND_LINK;
}

/* True if one of the folders that a path names is a link. */
static bool
is_behind_link(struct judge *judge, const char *path)
{
    if (judge->links == NULL) {
        judge->links = mem_alloc(1, sizeof(*judge->links));
        judge->links->folders = vec_of(sizeof(struct folder));
    }
    const char *slash = strchr(path + 1, '/');
    while (slash != NULL && !is_link(judge, path, (size_t)(slash - path))) {
        slash = strchr(slash + 1, '/');
    }
    return slash != NULL;
}

/* The root without links, or "". */
static const char *
real_root(struct judge *judge)
{
    struct links *links = judge->links;
    if (links->root == NULL) {
        links->root = realpath(judge->root, NULL);
    }
    return links->root != NULL ? links->root : "";
}

/* Adds what is reached through folders that are links, by the name that it has
 * without them. */
static bool
add_real(struct judge *judge, struct attempt *attempt,
         const struct manifest_file *item, uint8_t kinds, struct error *err)
{
    char *whole = path_join(judge->root, item->path);
    char *real = realpath(whole, NULL);
    const char *root = real_root(judge);
    size_t len = strlen(root);
    bool is_below = real != NULL && len > 1 && strncmp(real, root, len) == 0 &&
                    real[len] == '/';
    bool ok = !is_below || add_made(judge, attempt, real + len + 1, kinds, err);
    free(real);
    free(whole);
    return ok;
}

/* --- Links ------------------------------------------------------------------------ */

static bool
follow(struct judge *judge, struct attempt *attempt,
       const struct manifest_file *item, uint8_t kinds, struct error *err)
{
    int root_fd = files_root_fd(judge->files);
    char *path = target_of(root_fd, item->path);
    bool ok = true;
    for (int hops = 1; ok && path != NULL; hops++) {
        ok = add_made(judge, attempt, path, kinds, err);
        char *next = hops < LINKS_MAX ? target_of(root_fd, path) : NULL;
        free(path);
        path = next;
    }
    free(path);
    return ok;
}

bool
links_discover(struct judge *judge, struct attempt *attempt, struct error *err)
{
    struct manifest *manifest = &attempt->manifest;
    const struct vec *lists[] = {&manifest->inputs, &manifest->discovered};
    const char *last = NULL; // Most follow others of their folder.
    bool behind_link = false;
    for (int l = 0; l < 2; l++) {
        // What is added is followed to its end as it is added.
        for (uint32_t i = 0, count = lists[l]->count; i < count; i++) {
            struct manifest_file item =
                *(const struct manifest_file *)vec_at(lists[l], i);
            uint8_t kinds = item.kinds & (EDGE_IFWRITTEN | EDGE_IFCHANGED);
            if (last == NULL || !path_share_dir(last, item.path)) {
                behind_link = is_behind_link(judge, item.path);
            }
            last = item.path;
            if (kinds != 0 && ((version_is_link(&item.version) &&
                                !follow(judge, attempt, &item, kinds, err)) ||
                               (behind_link && !add_real(judge, attempt, &item,
                                                         kinds, err)))) {
                return false;
            }
        }
    }
    manifest_sort(&manifest->discovered);
    return true;
}
