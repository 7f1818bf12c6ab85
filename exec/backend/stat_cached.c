/* SPDX-License-Identifier: MIT */
/*
 * Looks at each path once, until something runs that may have written it: for
 * file systems where a look is a message to a server. Folders are listed once
 * as well, so that a name that is in none of them costs no look.
 *
 * One table for the process, behind one lock: what it saves is far slower.
 */
#include "exec/backend/stat.h"

#include "exec/base/arena.h"
#include "exec/base/memory.h"
#include "exec/base/table.h"
#include "exec/base/vec.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a path was at a look; a folder that was listed has its own entry. */
struct seen {
    const char *key; /* a letter for the kind of look, then the path */
    uint64_t epoch;
    struct file_stat stat;
    bool listed; /* of a folder: its names are in the table */
};

static struct {
    pthread_mutex_t lock;
    struct arena texts;
    struct vec items; /* of struct seen */
    struct table table;
    uint64_t epoch;
} cache = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct slice
key_of(const void *owner, uint32_t place)
{
    (void)owner;
    return slice_of(((struct seen *)vec_at(&cache.items, place))->key);
}

/* The entry of a key, added if need be; valid until the next one is added. */
static struct seen *
entry_of(char kind, int dir_fd, const char *path)
{
    struct buffer key = {0};
    if (cache.items.item_size == 0) {
        cache.items = vec_of(sizeof(struct seen));
    }
    buffer_add_format(&key, "%c%d:%s", kind, dir_fd, path);
    uint32_t next = cache.items.count;
    uint32_t place =
        table_find_or_add(&cache.table, key_of, NULL, buffer_slice(&key), next);
    if (place == next) {
        struct seen *seen = vec_add(&cache.items);
        seen->key = arena_copy(&cache.texts, key.bytes, key.len);
        seen->epoch = UINT64_MAX; /* not looked at yet */
    }
    buffer_finish(&key);
    return vec_at(&cache.items, place);
}

static void
lock(void)
{
    int code = pthread_mutex_lock(&cache.lock);
    assert(code == 0);
    (void)code;
}

static void
unlock(void)
{
    int code = pthread_mutex_unlock(&cache.lock);
    assert(code == 0);
    (void)code;
}

/* --- Names of folders --------------------------------------------------------- */

/* Notes each name; those that are not noted are not there. False if the folder
 * cannot be read: then each name is asked for. */
static bool
list_names(int dir_fd, const char *dir)
{
    int fd = openat(dir_fd, *dir ? dir : ".",
                    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
    DIR *stream = fd < 0 ? NULL : fdopendir(fd);
    if (stream == NULL) {
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    const struct dirent *item;
    while ((item = readdir(stream)) != NULL) {
        char *path = mem_format("%s%s", dir, item->d_name);
        entry_of('n', dir_fd, path)->epoch = cache.epoch;
        free(path);
    }
    closedir(stream);
    return true;
}

/* True if the listing of its folder shows that the path is not there. */
static bool
is_absent(int dir_fd, const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t dir_len = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    const char *name = path + dir_len;
    if (*name == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        return false;
    }
    char *dir = mem_copy(path, dir_len);
    struct seen *folder = entry_of('d', dir_fd, dir);
    if (folder->epoch != cache.epoch) {
        bool listed = list_names(dir_fd, dir);
        folder = entry_of('d', dir_fd, dir); /* the array may have moved */
        folder->epoch = cache.epoch;
        folder->listed = listed;
    }
    bool is_listed = folder->listed;
    free(dir);
    return is_listed && entry_of('n', dir_fd, path)->epoch != cache.epoch;
}

/* --- Looking --------------------------------------------------------------------- */

typedef void look_fn(int dir_fd, const char *path, struct file_stat *stat);

/* From memory if this was seen since something ran last. */
static void
look_once(char kind, int dir_fd, const char *path, struct file_stat *stat)
{
    look_fn *ask = kind == 'l' ? stat_direct.look_link : stat_direct.look;
    lock();
    struct seen *seen = entry_of(kind, dir_fd, path);
    if (seen->epoch == cache.epoch) {
        *stat = seen->stat;
        unlock();
        return;
    }
    *stat = (struct file_stat){0};
    if (!is_absent(dir_fd, path)) {
        ask(dir_fd, path, stat);
    }
    seen = entry_of(kind, dir_fd, path);
    seen->stat = *stat;
    seen->epoch = cache.epoch;
    unlock();
}

static void
look(int dir_fd, const char *path, struct file_stat *stat)
{
    look_once('s', dir_fd, path, stat);
}

static void
look_link(int dir_fd, const char *path, struct file_stat *stat)
{
    look_once('l', dir_fd, path, stat);
}

/* What it sees now is what others see from memory. */
static void
look_fresh(int dir_fd, const char *path, struct file_stat *stat)
{
    stat_direct.look(dir_fd, path, stat);
    lock();
    struct seen *seen = entry_of('s', dir_fd, path);
    seen->stat = *stat;
    seen->epoch = cache.epoch;
    unlock();
}

static void
expire(void)
{
    lock();
    cache.epoch++;
    unlock();
}

static void
scan(int dir_fd, const char *const *paths, uint32_t count,
     struct file_stat *stats)
{
    for (uint32_t i = 0; i < count; i++) {
        look(dir_fd, paths[i], &stats[i]);
    }
}

const struct stat_backend stat_cached = {
    .name = "cached",
    .look = look,
    .look_fresh = look_fresh,
    .expire = expire,
    .look_link = look_link,
    .scan = scan,
};
