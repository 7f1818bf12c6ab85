/* SPDX-License-Identifier: MIT */
/* Links are followed as text, one after the other, from the folder in which they
 * are: what counts are paths of the graph. */
#include "exec/decide/links.h"

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

/* Adds the path if another action makes it. */
static bool
add_made(struct judge *judge, struct attempt *attempt, const char *path,
         uint8_t kinds, struct error *err)
{
    struct slice known = record_path(judge, slice_of(path));
    uint32_t file = files_add(judge->files, known.bytes, known.len);
    return record_producer(judge, file).n == ID_NONE ||
           attempt_discover(judge, attempt, known, kinds, err);
}

/* One input of any kind. */
static bool
follow(struct judge *judge, struct attempt *attempt,
       const struct manifest_file *item, struct error *err)
{
    uint8_t kinds = item->kinds & (EDGE_IFWRITTEN | EDGE_IFCHANGED);
    if (kinds == 0 || !version_is_link(&item->version)) {
        return true;
    }
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
    for (int l = 0; l < 2; l++) {
        // What is added is followed to its end as it is added.
        for (uint32_t i = 0, count = lists[l]->count; i < count; i++) {
            struct manifest_file item =
                *(const struct manifest_file *)vec_at(lists[l], i);
            if (!follow(judge, attempt, &item, err)) {
                return false;
            }
        }
    }
    manifest_sort(&manifest->discovered);
    return true;
}
