/* SPDX-License-Identifier: MIT */
#include "exec/graph/versions.h"

#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/base/vec.h"
#include "exec/graph/snapshot.h"

#include <assert.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* So many at most, and not more than so much but for the newest. */
#define VERSIONS_KEPT 20
#define BYTES_KEPT (INT64_C(32) << 20)

static char *
version_path(const char *snapshot, uint64_t version)
{
    return mem_format("%s-%" PRIu64, snapshot, version);
}

/* The version that a name in the folder stands for; 0 if it is none. */
static uint64_t
version_of_name(const char *name, const char *snapshot_name)
{
    size_t len = strlen(snapshot_name);
    char *end = NULL;
    if (strncmp(name, snapshot_name, len) != 0 || name[len] != '-') {
        return 0;
    }
    uint64_t version = strtoull(name + len + 1, &end, 10);
    return *end == '\0' ? version : 0;
}

static int
compare_newest_first(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return (a < b) - (a > b);
}

static struct vec
list_versions(const char *snapshot)
{
    struct vec versions = vec_of(sizeof(uint64_t));
    size_t len = path_dir_len(snapshot, strlen(snapshot));
    char *folder = mem_copy(snapshot, len);
    DIR *dir = opendir(folder);
    struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        uint64_t version = version_of_name(entry->d_name, snapshot + len + 1);
        if (version != 0) {
            vec_push(&versions, &version);
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    free(folder);
    if (versions.count > 0) {
        qsort(versions.items, versions.count, sizeof(uint64_t),
              compare_newest_first);
    }
    return versions;
}

static void
forget_oldest(const char *snapshot)
{
    struct vec versions = list_versions(snapshot);
    int64_t bytes = 0;
    for (uint32_t i = 0; i < versions.count; i++) {
        char *path = version_path(snapshot, *(uint64_t *)vec_at(&versions, i));
        struct stat st;
        bytes += stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
        if (i >= VERSIONS_KEPT || (i > 1 && bytes > BYTES_KEPT)) {
            unlink(path);
        }
        free(path);
    }
    vec_finish(&versions);
}

/* The same file under both names. */
static bool
is_kept(const char *snapshot, const char *path)
{
    struct stat a;
    struct stat b;
    return stat(snapshot, &a) == 0 && stat(path, &b) == 0 &&
           a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

void
versions_keep(const char *snapshot, uint64_t version)
{
    assert(version != 0);
    char *path = version_path(snapshot, version);
    if (!is_kept(snapshot, path)) {
        // The same graph may have been saved anew.
        unlink(path);
        if (link(snapshot, path) == 0) {
            forget_oldest(snapshot);
        }
    }
    free(path);
}

struct graph *
versions_load(const char *snapshot, uint64_t version, const char *program)
{
    struct snapshot_inputs inputs = {0};
    char *path = version_path(snapshot, version);
    struct graph *graph = snapshot_load(path, program, &inputs);
    snapshot_inputs_finish(&inputs);
    free(path);
    return graph;
}
