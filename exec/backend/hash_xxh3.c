/* SPDX-License-Identifier: MIT */
/* XXH3-128: as fast as memory; nobody is kept from making two equal ones. */
#include "exec/backend/hash.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <xxhash.h>

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

static bool
hash_file(int dir_fd, const char *path, struct hash128 *hash, int *errnum,
          struct error *err)
{
    const struct hash_source source = {dir_fd, path, errnum};
    return hash_file_with(&hash_xxh3, &source, hash, err);
}

const struct hash_backend hash_xxh3 = {
    .name = "xxh3",
    .bytes = hash_bytes,
    .file = hash_file,
    .create = state_create,
    .add = state_add,
    .end = state_end,
};
