/* SPDX-License-Identifier: MIT */
/* See stale.h. */
#include "runtime/repl/stale.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { NS_PER_S = 1000000000 };

/* How a file looked; all zero: it was not there. */
struct stamp {
    int64_t mtime_ns;
    int64_t size;
    uint64_t inode;
};

struct stale_file {
    char *path;
    struct stamp stamp;
};

static int64_t
ns_of(const struct timespec *time)
{
    return (int64_t)time->tv_sec * NS_PER_S + time->tv_nsec;
}

int64_t
stale_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return ns_of(&now);
}

static struct stamp
look(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        return (struct stamp){0};
    }
    return (struct stamp){.mtime_ns = ns_of(&st.st_mtim),
                          .size = st.st_size,
                          .inode = st.st_ino};
}

static bool
is_same(const struct stamp *a, const struct stamp *b)
{
    return a->mtime_ns == b->mtime_ns && a->size == b->size &&
           a->inode == b->inode;
}

void
stale_watch(struct stale *stale, struct slice paths, int64_t since)
{
    stale_finish(stale);
    stale->files = vec_of(sizeof(struct stale_file));
    struct slice path;
    while (slice_next_text(&paths, &path)) {
        struct stale_file *file = vec_add(&stale->files);
        file->path = strdup(path.bytes);
        assert(file->path != NULL);
        file->stamp = look(path.bytes);
        // It may have been written after it was read.
        if (file->stamp.mtime_ns >= since) {
            file->stamp.size = -1;
        }
    }
}

bool
stale_check(const struct stale *stale)
{
    for (uint32_t i = 0; i < stale->files.count; i++) {
        const struct stale_file *file = vec_at(&stale->files, i);
        struct stamp now = look(file->path);
        if (!is_same(&now, &file->stamp)) {
            return true;
        }
    }
    return false;
}

void
stale_finish(struct stale *stale)
{
    for (uint32_t i = 0; i < stale->files.count; i++) {
        free(((struct stale_file *)vec_at(&stale->files, i))->path);
    }
    vec_finish(&stale->files);
}
