/* SPDX-License-Identifier: MIT */
/* Reading a file for a hash, the same for every algorithm. */
#include "exec/backend/hash.h"

#include "exec/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#define READ_SIZE ((size_t)1024 * 1024)
#define SMALL_SIZE ((size_t)64 * 1024)

/* What takes longer than a blink on any disk. */
#define LARGE_SIZE ((size_t)64 * 1024 * 1024)

static _Thread_local struct {
    hash_observer *call;
    void *ctx;
} watching;

void
hash_observe(hash_observer *observer, void *ctx)
{
    watching.call = observer;
    watching.ctx = ctx;
}

void
hash_tell(const char *path)
{
    if (watching.call != NULL) {
        watching.call(watching.ctx, path);
    }
}

static atomic_bool stopped;

void
hash_stop(bool stop)
{
    atomic_store(&stopped, stop);
}

bool
hash_is_stopped(void)
{
    return atomic_load(&stopped);
}

/* Reads until the buffer is full or the file ends; -1 with errno. */
static ssize_t
read_full(int fd, char *bytes, size_t cap)
{
    size_t len = 0;

    while (len < cap) {
        ssize_t got = read(fd, bytes + len, cap - len);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        len += (size_t)got;
    }
    return (ssize_t)len;
}

/* What is left of a file whose first part was read already. */
static bool
hash_rest(const struct hash_backend *backend, int fd, const char *start,
          struct hash128 *hash, const char *path)
{
    struct hash_state *state = backend->create();
    char *bytes = mem_resize(NULL, READ_SIZE, 1);
    ssize_t got;

    backend->add(state, start, SMALL_SIZE);
    size_t done = 0;
    bool told = false;
    do {
        got = read_full(fd, bytes, READ_SIZE);
        backend->add(state, bytes, got > 0 ? (size_t)got : 0);
        done += READ_SIZE;
        if (done >= LARGE_SIZE && !told) {
            hash_tell(path);
            told = true;
        }
    } while (got == (ssize_t)READ_SIZE && !hash_is_stopped());
    bool is_whole = got >= 0 && got < (ssize_t)READ_SIZE;
    int errnum = got < 0 ? errno : EINTR;
    if (told) {
        hash_tell(NULL);
    }
    *hash = backend->end(state);
    free(bytes);
    errno = errnum;
    return is_whole;
}

/* Most files are small: they are read into the stack and hashed at once. */
static bool
hash_fd(const struct hash_backend *backend, int fd, struct hash128 *hash,
        const char *path)
{
    char bytes[SMALL_SIZE];
    ssize_t got = read_full(fd, bytes, sizeof(bytes));

    if (got == (ssize_t)sizeof(bytes)) {
        return hash_rest(backend, fd, bytes, hash, path);
    }
    if (got >= 0) {
        *hash = backend->bytes(bytes, (size_t)got);
    }
    return got >= 0;
}

bool
hash_file_with(const struct hash_backend *backend,
               const struct hash_source *source, struct hash128 *hash,
               struct error *err)
{
    // Not to wait for the other end, should the path be a pipe.
    int fd =
        openat(source->dir_fd, source->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool held = fd >= 0 && hash_fd(backend, fd, hash, source->path);

    *source->errnum = held ? 0 : errno;
    if (fd >= 0) {
        close(fd);
    }
    return held || error_set_errno(err, ERROR_CLASS_SYSTEM, *source->errnum,
                                   "cannot read %s", source->path);
}
