/* SPDX-License-Identifier: MIT */
/*
 * Hashing: seed-free, the same on every machine and run. The only user of
 * xxhash in the interpreter.
 */
#ifndef INTERP_DATA_HASH_H
#define INTERP_DATA_HASH_H

#include <stddef.h>
#include <stdint.h>

/* Hash of bytes; never 0. */
uint32_t hash_bytes(const void *bytes, size_t len);

/* 128-bit XXH3 of bytes, for fingerprints. */
struct hash_wide {
    uint64_t low;
    uint64_t high;
};
struct hash_wide hash_bytes_wide(const void *bytes, size_t len);

/* Scrambles a word into a hash; never 0. */
static inline uint32_t
hash_word(uint64_t word)
{
    word ^= word >> 32;
    word *= 0x9e3779b97f4a7c15u;
    word ^= word >> 29;
    word *= 0xbf58476d1ce4e5b9u;
    word ^= word >> 32;
    uint32_t hash = (uint32_t)word;
    return hash == 0 ? 1 : hash;
}

/* Adds the hash of the next element of an ordered collection. */
static inline uint32_t
hash_combine(uint32_t hash, uint32_t item)
{
    return hash * 31u + item;
}

#endif
