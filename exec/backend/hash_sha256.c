/* SPDX-License-Identifier: MIT */
/*
 * The first half of SHA-256, for whoever must keep others from making two files
 * with one hash; many times slower. It comes from libmd, which has little else.
 */
#include "exec/backend/hash.h"

#include "exec/base/memory.h"

#include <sha2.h>
#include <stdlib.h>
#include <string.h>

struct hash_state {
    SHA2_CTX sha2;
};

static struct hash128
hash_of(SHA2_CTX *sha2)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];
    struct hash128 hash;

    SHA256Final(digest, sha2);
    memcpy(&hash, digest, sizeof(hash));
    return hash;
}

static struct hash128
hash_bytes(const void *bytes, size_t len)
{
    SHA2_CTX sha2;

    SHA256Init(&sha2);
    SHA256Update(&sha2, bytes, len);
    return hash_of(&sha2);
}

static struct hash_state *
state_create(void)
{
    struct hash_state *state = mem_alloc(1, sizeof(*state));

    SHA256Init(&state->sha2);
    return state;
}

static void
state_add(struct hash_state *state, const void *bytes, size_t len)
{
    SHA256Update(&state->sha2, bytes, len);
}

static struct hash128
state_end(struct hash_state *state)
{
    struct hash128 hash = hash_of(&state->sha2);

    free(state);
    return hash;
}

static bool
hash_file(int dir_fd, const char *path, struct hash128 *hash, int *errnum,
          struct error *err)
{
    const struct hash_source source = {dir_fd, path, errnum};
    return hash_file_with(&hash_sha256, &source, hash, err);
}

const struct hash_backend hash_sha256 = {
    .name = "sha256",
    .bytes = hash_bytes,
    .file = hash_file,
    .create = state_create,
    .add = state_add,
    .end = state_end,
};
