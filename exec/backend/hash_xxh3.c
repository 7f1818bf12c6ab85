/* SPDX-License-Identifier: MIT */
#include "exec/backend/hash.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <xxhash.h>

#define READ_SIZE ((size_t)1024 * 1024)
#define SMALL_SIZE ((size_t)64 * 1024)

struct hash_state {
    XXH3_state_t *xxh3;
};

static struct hash128
hash_of(XXH128_hash_t hash)
{
    return (struct hash128){hash.low64, hash.high64};
}

static struct hash128
hash_bytes(const void *bytes, size_t len)
{
    return hash_of(XXH3_128bits(bytes, len));
}

static struct hash_state *
state_create(void)
{
    struct hash_state *state = mem_alloc(1, sizeof(*state));

    state->xxh3 = XXH3_createState();
    assert(state->xxh3 != NULL);
    XXH3_128bits_reset(state->xxh3);
    return state;
}

static void
state_add(struct hash_state *state, const void *bytes, size_t len)
{
    if (len > 0) {
        XXH3_128bits_update(state->xxh3, bytes, len);
    }
}

static struct hash128
state_end(struct hash_state *state)
{
    struct hash128 hash = hash_of(XXH3_128bits_digest(state->xxh3));

    XXH3_freeState(state->xxh3);
    free(state);
    return hash;
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
hash_rest(int fd, const char *start, size_t start_len, struct hash128 *hash)
{
    struct hash_state *state = state_create();
    char *bytes = mem_resize(NULL, READ_SIZE, 1);
    ssize_t got;

    state_add(state, start, start_len);
    do {
        got = read_full(fd, bytes, READ_SIZE);
        state_add(state, bytes, got > 0 ? (size_t)got : 0);
    } while (got == (ssize_t)READ_SIZE);
    int errnum = errno;
    *hash = state_end(state);
    free(bytes);
    errno = errnum;
    return got >= 0;
}

/* Most files are small: they are read into the stack and hashed at once. */
static bool
hash_fd(int fd, struct hash128 *hash)
{
    char bytes[SMALL_SIZE];
    ssize_t got = read_full(fd, bytes, sizeof(bytes));

    if (got == (ssize_t)sizeof(bytes)) {
        return hash_rest(fd, bytes, sizeof(bytes), hash);
    }
    if (got >= 0) {
        *hash = hash_bytes(bytes, (size_t)got);
    }
    return got >= 0;
}

static bool
hash_file(int dir_fd, const char *path, struct hash128 *hash, int *errnum,
          struct error *err)
{
    // Not to wait for the other end, should the path be a pipe.
    int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool held = fd >= 0 && hash_fd(fd, hash);

    *errnum = held ? 0 : errno;
    if (fd >= 0) {
        close(fd);
    }
    return held || error_set_errno(err, ERROR_CLASS_SYSTEM, *errnum,
                                   "cannot read %s", path);
}

const struct hash_backend hash_xxh3 = {
    .name = "xxh3",
    .bytes = hash_bytes,
    .file = hash_file,
    .create = state_create,
    .add = state_add,
    .end = state_end,
};
