/* SPDX-License-Identifier: MIT */
/*
 * The threads take pieces of the list from a common counter. What they share
 * is that counter, one byte for each file, and a list of those that differ,
 * which a lock guards: it is short, or everything is to be done anyway.
 */
#include "exec/decide/scan.h"

#include "exec/backend/hash.h"
#include "exec/base/memory.h"
#include "exec/base/vec.h"

#include <assert.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Smaller ones let small builds go the ways of large ones, for tests. */
#ifndef SCAN_PIECE
#define SCAN_PIECE 256
#endif
#define PIECE SCAN_PIECE
/* Below it a thread costs more than it looks at. */
#define THREADED_MIN (PIECE * 4)
#define THREADS 2
/* Opening a folder pays off with so many files in it. */
#define OPENED_MIN 4

enum look { LOOK_NONE, LOOK_SAME, LOOK_DIFFERS };

struct scan {
    const struct scan_list *list;
    int root_fd;
    uint32_t *pieces; /* first files, in the order in which they are taken */
    uint32_t piece_count;
    atomic_uint next; /* the first piece that nobody has taken */
    atomic_uint looked;
    atomic_bool stopped;
    _Atomic uint8_t *looks; /* by file: enum look */
    pthread_t threads[THREADS];
    int thread_count;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t news;  /* one more differs, a thread has ended, `held` is
                             another */
    bool held;
    int working;          /* threads that are not held */
    struct vec differing; /* of uint32_t */
    uint32_t taken;
};

/* --- Prints ---------------------------------------------------------------------- */

uint64_t
scan_print(const struct file_stat *stat)
{
    if (stat->errnum != 0) {
        return SCAN_NO_PRINT; // What cannot be looked at is never the same.
    }
    const uint64_t fields[] = {
        (uint64_t)stat->exists | (uint64_t)stat->is_link << 1 |
            (uint64_t)stat->kind << 2 | (uint64_t)stat->mode << 8,
        stat->size,
        (uint64_t)stat->mtime_ns,
        (uint64_t)stat->ctime_ns,
        stat->inode,
        stat->is_link ? (uint64_t)stat->link_mtime_ns : 0,
        stat->is_link ? stat->link_inode : 0,
    };
    uint64_t print = hash_xxh3.bytes(fields, sizeof(fields)).low;
    return print != SCAN_NO_PRINT ? print : 1;
}

/* --- Looking ---------------------------------------------------------------------- */

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
file_same(const struct scan *scan, const struct position *at, uint32_t index)
{
    const struct scan_file *file = &scan->list->files[index];
    const char *dir = scan->list->texts + scan->list->dirs[at->dir].path;
    const char *name = scan->list->texts + file->name;
    struct file_stat stat;
    if (file->maker == SCAN_NOT_A_FILE) {
        return true;
    }
    if (at->fd >= 0 || *dir == '\0') {
        stat_default()->look(at->fd >= 0 ? at->fd : scan->root_fd, name, &stat);
    } else if (!look_from_root(scan, dir, name, &stat)) {
        return false;
    }
    return file->print != SCAN_NO_PRINT && scan_print(&stat) == file->print;
}

static void
lock(struct scan *scan)
{
    int code = pthread_mutex_lock(&scan->lock);
    assert(code == 0);
    (void)code;
}

/* Whoever waits has a look at what is new. */
static void
unlock(struct scan *scan)
{
    int code = pthread_cond_broadcast(&scan->news);
    assert(code == 0);
    code = pthread_mutex_unlock(&scan->lock);
    assert(code == 0);
    (void)code;
}

/* Two may look at one file at a time: the first one counts. */
static void
set_look(struct scan *scan, uint32_t file, bool same)
{
    uint8_t none = LOOK_NONE;
    uint8_t look = same ? LOOK_SAME : LOOK_DIFFERS;
    if (!atomic_compare_exchange_strong(&scan->looks[file], &none, look) ||
        same) {
        return;
    }
    lock(scan);
    vec_push(&scan->differing, &file);
    unlock(scan);
}

static void
look_at_piece(struct scan *scan, uint32_t from, uint32_t to)
{
    struct position at = {.fd = -1};
    enter(scan, find_dir(scan->list, from), from, &at);
    for (uint32_t i = from; i < to; i++) {
        if (i == at.end) {
            enter(scan, at.dir + 1, i, &at);
        }
        if (atomic_load(&scan->looks[i]) == LOOK_NONE) {
            set_look(scan, i, file_same(scan, &at, i));
        }
    }
    leave(&at);
}

static bool
is_held(const struct scan *scan)
{
    return scan->held && scan->working > 1 && !atomic_load(&scan->stopped);
}

/* Between two pieces: one thread has to go on. */
static void
rest(struct scan *scan)
{
    lock(scan);
    if (is_held(scan)) {
        scan->working--;
        while (scan->held && !atomic_load(&scan->stopped)) {
            int code = pthread_cond_wait(&scan->news, &scan->lock);
            assert(code == 0);
            (void)code;
        }
        scan->working++;
    }
    unlock(scan);
}

/* What each thread does, and who waits for them as well. */
static void *
work(void *ctx)
{
    struct scan *scan = ctx;
    uint32_t count = scan->list->file_count;
    while (!atomic_load(&scan->stopped)) {
        uint32_t next = atomic_fetch_add(&scan->next, 1);
        if (next >= scan->piece_count) {
            break;
        }
        uint32_t from = scan->pieces[next];
        uint32_t to = count - from > PIECE ? from + PIECE : count;
        look_at_piece(scan, from, to);
        atomic_fetch_add(&scan->looked, to - from);
        rest(scan);
    }
    lock(scan);
    scan->working -= scan->working > 0; // No thread may be there at all.
    unlock(scan);
    return NULL;
}

/* True if nobody makes some file of the piece: a person may have edited it. */
static bool
has_source(const struct scan_list *list, uint32_t from)
{
    for (uint32_t i = from; i < list->file_count && i - from < PIECE; i++) {
        if (list->files[i].maker == 0) {
            return true;
        }
    }
    return false;
}

/* Sources first: what has to run because of them can start while the rest is
 * still looked at. */
static void
order_pieces(struct scan *scan)
{
    const struct scan_list *list = scan->list;
    uint32_t count = (list->file_count + PIECE - 1) / PIECE;
    uint32_t next = 0;
    scan->piece_count = count;
    scan->pieces = mem_alloc((size_t)count + 1, sizeof(uint32_t));
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < count; i++) {
            if (has_source(list, i * PIECE) == (round == 0)) {
                scan->pieces[next++] = i * PIECE;
            }
        }
    }
    assert(next == count);
}

/* Signals are for the thread that builds, which knows when it has no handler. */
static bool
start_thread(struct scan *scan)
{
    sigset_t all;
    sigset_t before;
    lock(scan);
    scan->working++;
    unlock(scan);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&scan->threads[scan->thread_count], NULL,
                                  work, scan) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    lock(scan);
    scan->working -= !started;
    unlock(scan);
    return started;
}

/* --- From outside ------------------------------------------------------------------- */

struct scan *
scan_start(int root_fd, const struct scan_list *list)
{
    assert(list->file_count == 0 || list->dir_count > 0);
    assert(list->file_count < UINT32_MAX - 4 * PIECE);
    struct scan *scan = mem_alloc(1, sizeof(*scan));
    scan->list = list;
    scan->root_fd = root_fd;
    scan->looks = mem_alloc((size_t)list->file_count + 1, 1);
    scan->differing = vec_of(sizeof(uint32_t));
    int code = pthread_mutex_init(&scan->lock, NULL);
    assert(code == 0);
    code = pthread_cond_init(&scan->news, NULL);
    assert(code == 0);
    (void)code;
    order_pieces(scan);
    // Without threads, who waits does it all.
    while (list->file_count >= THREADED_MIN && scan->thread_count < THREADS &&
           start_thread(scan)) {
        scan->thread_count++;
    }
    return scan;
}

bool
scan_differs(struct scan *scan, uint32_t file)
{
    assert(file < scan->list->file_count);
    if (atomic_load(&scan->looks[file]) == LOOK_NONE) {
        struct position at = {.dir = find_dir(scan->list, file), .fd = -1};
        set_look(scan, file, file_same(scan, &at, file));
    }
    return atomic_load(&scan->looks[file]) == LOOK_DIFFERS;
}

static void
join(struct scan *scan)
{
    for (; scan->thread_count > 0; scan->thread_count--) {
        int code = pthread_join(scan->threads[scan->thread_count - 1], NULL);
        assert(code == 0);
        (void)code;
    }
}

void
scan_wait_some(struct scan *scan)
{
    if (scan->thread_count == 0) {
        (void)work(scan);
        return;
    }
    lock(scan);
    while (scan->taken == scan->differing.count && !scan_is_done(scan)) {
        int code = pthread_cond_wait(&scan->news, &scan->lock);
        assert(code == 0);
        (void)code;
    }
    unlock(scan);
}

bool
scan_has_threads(const struct scan *scan)
{
    return scan->thread_count > 0;
}

void
scan_hold(struct scan *scan, bool hold)
{
    lock(scan);
    scan->held = hold;
    unlock(scan);
}

void
scan_wait(struct scan *scan)
{
    scan_hold(scan, false);
    if (scan->thread_count == 0) {
        work(scan);
    }
    join(scan);
    assert(scan_is_done(scan));
}

bool
scan_is_done(const struct scan *scan)
{
    return atomic_load(&scan->looked) == scan->list->file_count;
}

bool
scan_take(struct scan *scan, uint32_t *file)
{
    lock(scan);
    bool found = scan->taken < scan->differing.count;
    if (found) {
        *file = *(uint32_t *)vec_at(&scan->differing, scan->taken++);
    }
    unlock(scan);
    return found;
}

void
scan_finish(struct scan *scan)
{
    if (scan == NULL) {
        return;
    }
    atomic_store(&scan->stopped, true);
    scan_hold(scan, false);
    join(scan);
    int code = pthread_cond_destroy(&scan->news);
    assert(code == 0);
    code = pthread_mutex_destroy(&scan->lock);
    assert(code == 0);
    (void)code;
    free(scan->pieces);
    vec_finish(&scan->differing);
    free((void *)(uintptr_t)scan->looks);
    free(scan);
}
