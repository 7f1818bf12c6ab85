/* SPDX-License-Identifier: MIT */
/* See seen.h. */
#include "runtime/repl/seen.h"

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

struct seen_file {
    char *path;
    struct stamp stamp;
};

static int64_t
ns_of(const struct timespec *time)
{
    return (int64_t)time->tv_sec * NS_PER_S + time->tv_nsec;
}

int64_t
seen_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return ns_of(&now);
}

/* A file that cannot be looked at is as good as gone. */
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

/* As ninja and make do, and unlike a build: a needless reading costs little,
 * and no hash is kept. */
static bool
is_same(const struct stamp *a, const struct stamp *b)
{
    return a->mtime_ns == b->mtime_ns && a->size == b->size &&
           a->inode == b->inode;
}

void
seen_take(struct seen *seen, struct slice paths, int64_t since)
{
    seen_finish(seen);
    seen->files = vec_of(sizeof(struct seen_file));
    struct slice path;
    while (slice_next_text(&paths, &path)) {
        struct seen_file *file = vec_add(&seen->files);
        file->path = mem_copy_str(path.bytes);
        file->stamp = look(path.bytes);
        // It may have been written after it was read.
        if (file->stamp.mtime_ns >= since) {
            file->stamp.size = -1;
        }
    }
}

bool
seen_changed(const struct seen *seen)
{
    for (uint32_t i = 0; i < seen->files.count; i++) {
        const struct seen_file *file = vec_at(&seen->files, i);
        struct stamp now = look(file->path);
        if (!is_same(&now, &file->stamp)) {
            return true;
        }
    }
    return false;
}

void
seen_finish(struct seen *seen)
{
    for (uint32_t i = 0; i < seen->files.count; i++) {
        free(((struct seen_file *)vec_at(&seen->files, i))->path);
    }
    vec_finish(&seen->files);
}
