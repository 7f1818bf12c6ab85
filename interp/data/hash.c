/* SPDX-License-Identifier: MIT */
/*
 * Hashing of bytes by XXH3, folded to 32 bits. It has no seed: the order of
 * sets is part of what a program sees and must be the same in each run. 0
 * means "not computed yet" in the heads of objects, so no hash is 0.
 */
#include "interp/data/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

uint32_t
hash_bytes(const void *bytes, size_t len)
{
    uint64_t wide = XXH3_64bits(bytes, len);
    uint32_t hash = (uint32_t)(wide ^ (wide >> 32));
    return hash == 0 ? 1 : hash;
}

struct hash_wide
hash_bytes_wide(const void *bytes, size_t len)
{
    XXH128_hash_t wide = XXH3_128bits(bytes, len);
    return (struct hash_wide){wide.low64, wide.high64};
}
