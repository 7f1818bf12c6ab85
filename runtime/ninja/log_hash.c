/* SPDX-License-Identifier: MIT */
/*
 * Both read the text as little-endian words, whatever the machine is. They are
 * here because ninja chose them, not because they are good: 64 bits tell a
 * changed command from the one before, and are no proof against somebody who
 * looks for two commands of one hash. Our own records hold 128 bits of another
 * hash, and do not rely on these.
 *
 * Written from the definitions of their authors; what ninja wrote for commands of
 * every kind of length is in the tests, for the ends of the text are where such
 * code goes wrong.
 */
#include "runtime/ninja/log_hash.h"

#include <assert.h>

/* So many bytes as a number, the first of them the lowest. */
static uint64_t
word_of(const unsigned char *at, size_t count)
{
    uint64_t word = 0;
    assert(count <= sizeof(word));
    for (size_t i = 0; i < count; i++) {
        word |= (uint64_t)at[i] << (8 * i);
    }
    return word;
}

/* --- Murmur ---------------------------------------------------------------------- */

#define MURMUR_SEED UINT64_C(0xdecafbaddecafbad)
#define MURMUR_FACTOR UINT64_C(0xc6a4a7935bd1e995)
#define MURMUR_SHIFT 47

uint64_t
log_hash_murmur(struct slice text)
{
    const unsigned char *at = (const unsigned char *)text.bytes;
    uint64_t hash = MURMUR_SEED ^ (text.len * MURMUR_FACTOR);
    size_t left = text.len;
    for (; left >= 8; left -= 8, at += 8) {
        uint64_t word = word_of(at, 8) * MURMUR_FACTOR;
        word = (word ^ (word >> MURMUR_SHIFT)) * MURMUR_FACTOR;
        hash = (hash ^ word) * MURMUR_FACTOR;
    }
    if (left > 0) {
        hash = (hash ^ word_of(at, left)) * MURMUR_FACTOR;
    }
    hash = (hash ^ (hash >> MURMUR_SHIFT)) * MURMUR_FACTOR;
    return hash ^ (hash >> MURMUR_SHIFT);
}

/* --- Rapid ----------------------------------------------------------------------- */

#define RAPID_SEED UINT64_C(0xbdd89aa982704029)
#define RAPID_LANES 3
#define RAPID_BLOCK (RAPID_LANES * 16)

static const uint64_t rapid_secrets[RAPID_LANES] = {
    UINT64_C(0x2d358dccaa6c78a5),
    UINT64_C(0x8bb84b93962eacc9),
    UINT64_C(0x4b33a62ed433d4a3),
};

struct product {
    uint64_t low;
    uint64_t high;
};

static struct product
multiply(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    wide whole = (wide)a * b;
    return (struct product){(uint64_t)whole, (uint64_t)(whole >> 64)};
}

/* Both halves of the product in one word. */
static uint64_t
fold(uint64_t a, uint64_t b)
{
    struct product product = multiply(a, b);
    return product.low ^ product.high;
}

/* Two words for a text of at most 16 bytes: every byte is in one of them, and
 * those in the middle may be there twice. */
static struct product
rapid_short(const unsigned char *at, size_t len)
{
    struct product words = {0, 0};
    if (len >= 4) {
        size_t inner = len >= 8 ? 4 : 0;
        const unsigned char *last = at + len - 4;
        words.low = word_of(at, 4) << 32 | word_of(last, 4);
        words.high = word_of(at + inner, 4) << 32 | word_of(last - inner, 4);
    } else if (len > 0) {
        words.low =
            (uint64_t)at[0] << 56 | (uint64_t)at[len / 2] << 32 | at[len - 1];
    }
    return words;
}

/* Takes the text in blocks of three lanes, and then in pairs of words; what the
 * last 16 bytes hold is left to the caller. */
static uint64_t
rapid_long(const unsigned char *at, size_t left, uint64_t seed)
{
    uint64_t lanes[RAPID_LANES] = {seed, seed, seed};
    bool is_blocked = left > RAPID_BLOCK;
    for (; is_blocked && left >= RAPID_BLOCK; left -= RAPID_BLOCK) {
        for (size_t i = 0; i < RAPID_LANES; i++, at += 16) {
            lanes[i] = fold(word_of(at, 8) ^ rapid_secrets[i],
                            word_of(at + 8, 8) ^ lanes[i]);
        }
    }
    seed = is_blocked ? lanes[0] ^ lanes[1] ^ lanes[2] : seed;
    if (left > 16) {
        seed = fold(word_of(at, 8) ^ rapid_secrets[2],
                    word_of(at + 8, 8) ^ seed ^ rapid_secrets[1]);
    }
    if (left > 32) {
        seed = fold(word_of(at + 16, 8) ^ rapid_secrets[2],
                    word_of(at + 24, 8) ^ seed);
    }
    return seed;
}

uint64_t
log_hash_rapid(struct slice text)
{
    const unsigned char *at = (const unsigned char *)text.bytes;
    size_t len = text.len;
    uint64_t seed = RAPID_SEED;
    seed ^= fold(seed ^ rapid_secrets[0], rapid_secrets[1]) ^ len;
    struct product words;
    if (len <= 16) {
        words = rapid_short(at, len);
    } else {
        seed = rapid_long(at, len, seed);
        words.low = word_of(at + len - 16, 8);
        words.high = word_of(at + len - 8, 8);
    }
    words = multiply(words.low ^ rapid_secrets[1], words.high ^ seed);
    return fold(words.low ^ rapid_secrets[0] ^ len,
                words.high ^ rapid_secrets[1]);
}
