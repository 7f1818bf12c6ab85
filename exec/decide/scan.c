/* SPDX-License-Identifier: MIT */
/*
 * The threads take pieces of the list from a common counter, and stop at the
 * first difference. What they share is that counter, one flag, and a list that
 * nobody writes.
 */
#include "exec/decide/scan.h"

#include "exec/backend/stat.h"
#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/base/table.h"

#include <assert.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE 256
/* Below it a second thread costs more than it looks at. */
#define SHARED_MIN (PIECE * 4)
/* Opening a folder pays off with so many files in it. */
#define OPENED_MIN 4

/* --- Comparing ---------------------------------------------------------------- */

struct scan {
    const struct scan_list *list;
    int root_fd;
    int64_t moment_ns;
    atomic_uint next; /* the first file that nobody has taken */
    atomic_bool differs;
};

/* The folder that a thread is in. */
struct position {
    uint32_t dir; /* its index */
    uint32_t end; /* the first file behind it */
    int fd;       /* -1: not opened, paths begin at the root */
};

static uint32_t
dir_end(const struct scan_list *list, uint32_t dir)
{
    assert(dir < list->dir_count);
    return dir + 1 < list->dir_count ? list->dirs[dir + 1].first
                                     : list->file_count;
}

/* The folder of a file, by halving. */
static uint32_t
find_dir(const struct scan_list *list, uint32_t file)
{
    uint32_t low = 0;
    uint32_t high = list->dir_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (list->dirs[middle].first <= file) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static void
leave(struct position *at)
{
    if (at->fd >= 0) {
        close(at->fd);
        at->fd = -1;
    }
}

/* One that cannot be opened is looked into from the root. */
static void
enter(const struct scan *scan, uint32_t dir, uint32_t file, struct position *at)
{
    const char *path = scan->list->texts + scan->list->dirs[dir].path;
    leave(at);
    at->dir = dir;
    at->end = dir_end(scan->list, dir);
    assert(file < at->end);
    if (*path != '\0' && at->end - file >= OPENED_MIN) {
        at->fd = openat(scan->root_fd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    }
}

/* False if the path is longer than any file can have. */
static bool
look_from_root(const struct scan *scan, const char *dir, const char *name,
               struct file_stat *stat)
{
    char path[PATH_MAX];
    size_t dir_len = strlen(dir);
    size_t name_len = strlen(name);
    if (dir_len + name_len + 2 > sizeof(path)) {
        return false;
    }
    memcpy(path, dir, dir_len);
    path[dir_len] = '/';
    memcpy(path + dir_len + 1, name, name_len + 1);
    stat_default()->look(scan->root_fd, path, stat);
    return true;
}

static bool
file_same(const struct scan *scan, const struct position *at,
          const struct scan_file *file)
{
    const char *dir = scan->list->texts + scan->list->dirs[at->dir].path;
    const char *name = scan->list->texts + file->name;
    struct file_stat stat;
    if (at->fd >= 0 || *dir == '\0') {
        stat_default()->look(at->fd >= 0 ? at->fd : scan->root_fd, name, &stat);
    } else if (!look_from_root(scan, dir, name, &stat)) {
        return false;
    }
    struct file_version now = version_of_stat(&stat, scan->moment_ns);
    return stat.errnum == 0 && now.kind == file->kind &&
           now.mode == file->mode && now.size == file->size &&
           now.mtime_ns == file->mtime_ns && now.ctime_ns == file->ctime_ns &&
           now.inode == file->inode;
}

/* A piece of the list; false at the first difference. */
static bool
piece_same(const struct scan *scan, uint32_t from, uint32_t to)
{
    struct position at = {.fd = -1};
    bool same = true;
    enter(scan, find_dir(scan->list, from), from, &at);
    for (uint32_t i = from; same && i < to; i++) {
        if (i == at.end) {
            enter(scan, at.dir + 1, i, &at);
        }
        same = file_same(scan, &at, &scan->list->files[i]);
    }
    leave(&at);
    return same;
}

/* What each thread does. */
static void *
work(void *ctx)
{
    struct scan *scan = ctx;
    uint32_t count = scan->list->file_count;
    while (!atomic_load(&scan->differs)) {
        uint32_t from = atomic_fetch_add(&scan->next, PIECE);
        if (from >= count) {
            break;
        }
        uint32_t to = count - from > PIECE ? from + PIECE : count;
        if (!piece_same(scan, from, to)) {
            atomic_store(&scan->differs, true);
        }
    }
    return NULL;
}

bool
scan_same(int root_fd, const struct scan_list *list)
{
    assert(list->file_count == 0 || list->dir_count > 0);
    assert(list->file_count < UINT32_MAX - 4 * PIECE);
    struct scan scan = {.list = list,
                        .root_fd = root_fd,
                        .moment_ns = files_now_ns()};
    pthread_t helper;
    // Without a second thread the first does it all.
    bool helped = list->file_count >= SHARED_MIN &&
                  pthread_create(&helper, NULL, work, &scan) == 0;
    work(&scan);
    if (helped) {
        int code = pthread_join(helper, NULL);
        assert(code == 0);
        (void)code;
    }
    return !atomic_load(&scan.differs);
}

/* --- Making the list ------------------------------------------------------------ */

/* Folders, found by their path. */
struct folders {
    struct vec *dirs;
    struct buffer *texts;
    struct table table;
};

static struct slice
folder_path(const void *owner, uint32_t value)
{
    const struct folders *folders = owner;
    const struct scan_dir *dir = vec_at(folders->dirs, value);
    return slice_of(folders->texts->bytes + dir->path);
}

static uint32_t
add_text(struct buffer *texts, const char *text, size_t len)
{
    uint32_t start = (uint32_t)texts->len;
    buffer_add(texts, text, len);
    buffer_add_char(texts, '\0');
    return start;
}

/* Counts the file in `first` for now; returns the index of its folder. */
static uint32_t
add_to_folder(struct folders *folders, const char *path)
{
    struct slice dir = {path, path_dir_len(path, strlen(path))};
    uint32_t next = folders->dirs->count;
    uint32_t place =
        table_find_or_add(&folders->table, folder_path, folders, dir, next);
    if (place == next) {
        struct scan_dir *added = vec_add(folders->dirs);
        added->path = add_text(folders->texts, dir.bytes, dir.len);
    }
    struct scan_dir *found = vec_at(folders->dirs, place);
    found->first++;
    return place;
}

/* From how many each has to where each begins. */
static uint32_t
place_folders(struct vec *dirs)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < dirs->count; i++) {
        struct scan_dir *dir = vec_at(dirs, i);
        uint32_t count = dir->first;
        dir->first = sum;
        sum += count;
    }
    return sum;
}

/* The part of a path that its folder does not have. */
static const char *
name_of(const char *path)
{
    size_t len = path_dir_len(path, strlen(path));
    return path + len + (path[len] == '/');
}

static void
fill_file(struct scan_file *to, const struct file_version *version,
          uint32_t name)
{
    *to = (struct scan_file){
        .size = version->size,
        .mtime_ns = version->mtime_ns,
        .ctime_ns = version->ctime_ns,
        .inode = version->inode,
        .mode = version->mode,
        .kind = version->kind,
        .name = name,
    };
}

/* By folder: which files there are, then where each one goes. */
static void
fill_list(struct files *files, struct folders *folders,
          const uint32_t *dir_of_file, struct vec *list)
{
    uint32_t *next = mem_alloc(folders->dirs->count, sizeof(*next));
    for (uint32_t i = 0; i < folders->dirs->count; i++) {
        next[i] = ((const struct scan_dir *)vec_at(folders->dirs, i))->first;
    }
    for (uint32_t i = 0; i < files_count(files); i++) {
        if (!files_is_looked(files, i)) {
            continue;
        }
        const char *name = name_of(files_path(files, i));
        struct scan_file *to = vec_at(list, next[dir_of_file[i]]++);
        fill_file(to, files_look(files, i),
                  add_text(folders->texts, name, strlen(name)));
    }
    free(next);
}

bool
scan_collect(struct files *files, struct vec *dirs, struct vec *list,
             struct buffer *texts)
{
    uint32_t count = files_count(files);
    uint32_t *dir_of_file = mem_alloc(count, sizeof(*dir_of_file));
    struct folders folders = {.dirs = dirs, .texts = texts};
    bool settled = true;
    for (uint32_t i = 0; settled && i < count; i++) {
        if (files_is_looked(files, i)) {
            settled = files_look(files, i)->settled;
            dir_of_file[i] = add_to_folder(&folders, files_path(files, i));
        }
    }
    if (settled) {
        vec_resize(list, place_folders(dirs));
        fill_list(files, &folders, dir_of_file, list);
    }
    table_finish(&folders.table);
    free(dir_of_file);
    return settled && texts->len < UINT32_MAX;
}
