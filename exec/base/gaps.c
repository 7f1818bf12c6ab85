/* SPDX-License-Identifier: MIT */
/*
 * A run is a count, its first number, and for two or more numbers the bits of
 * a gap that stand as they are (a byte), and the gaps. What is above these bits
 * is so many zeros and a one; then come the bits, the lowest first. Bytes are
 * filled from their lowest bit; the last one of a run is filled up with zeros.
 */
#include "exec/base/gaps.h"

#include <assert.h>
#include <string.h>

/* A gap that is so many times the average and more begins another run: its
 * zeros would take more room than the head of a run. */
#define WIDE 24
/* Where little is known of the average. */
#define WIDE_MIN 2048
#define LOW_MAX 31
/* Bytes of a number of 64 bits. */
#define VARINT_MAX 10

/* --- Numbers ------------------------------------------------------------------- */

void
varint_add(struct buffer *out, uint64_t number)
{
    char *end = buffer_reserve(out, VARINT_MAX);
    size_t len = 0;
    for (; number >= 0x80; number >>= 7) {
        end[len++] = (char)(unsigned char)(number | 0x80);
    }
    end[len++] = (char)(unsigned char)number;
    end[len] = '\0';
    out->len += len;
}

bool
varint_take(struct slice *in, uint64_t *number)
{
    uint64_t value = 0;
    if (in->len > 0 && (unsigned char)in->bytes[0] < 0x80) {
        *number = (unsigned char)in->bytes[0];
        *in = (struct slice){in->bytes + 1, in->len - 1};
        return true;
    }
    for (size_t i = 0; i < in->len && i < VARINT_MAX; i++) {
        unsigned char byte = (unsigned char)in->bytes[i];
        value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            *in = (struct slice){in->bytes + i + 1, in->len - i - 1};
            *number = value;
            return true;
        }
    }
    return false;
}

/* --- Writing -------------------------------------------------------------------- */

/* How many numbers from the first one on are one run. */
static uint32_t
run_length(const uint32_t *numbers, uint32_t count)
{
    uint32_t i = 1;
    while (i < count && numbers[i] >= numbers[i - 1]) {
        uint64_t gap = numbers[i] - numbers[i - 1];
        uint64_t average = (numbers[i - 1] - numbers[0]) / i;
        if (gap > WIDE * average + WIDE_MIN) {
            break;
        }
        i++;
    }
    return i;
}

/* About the logarithm of the average gap. */
static uint32_t
low_bits(const uint32_t *numbers, uint32_t count)
{
    uint32_t average = (numbers[count - 1] - numbers[0]) / (count - 1);
    uint32_t low = 0;
    while (average >> 1 >> low != 0 && low < LOW_MAX) {
        low++;
    }
    return low;
}

/* Bits that are not a whole byte yet. */
struct bit_writer {
    struct buffer *out;
    uint64_t bits;
    uint32_t has;
};

static void
add_bits(struct bit_writer *w, uint32_t bits, uint32_t count)
{
    assert(count <= 32);
    w->bits |= (uint64_t)bits << w->has;
    w->has += count;
    for (; w->has >= 8; w->has -= 8, w->bits >>= 8) {
        buffer_add_char(w->out, (char)(unsigned char)w->bits);
    }
}

static void
add_gaps(struct buffer *out, const uint32_t *numbers, uint32_t count)
{
    struct bit_writer w = {.out = out};
    uint32_t low = low_bits(numbers, count);
    buffer_add_char(out, (char)(unsigned char)low);
    for (uint32_t i = 1; i < count; i++) {
        uint32_t gap = numbers[i] - numbers[i - 1];
        uint32_t high = gap >> low;
        for (; high >= 24; high -= 24) {
            add_bits(&w, 0, 24);
        }
        add_bits(&w, UINT32_C(1) << high, high + 1);
        add_bits(&w, gap & ((UINT32_C(1) << low) - 1), low);
    }
    add_bits(&w, 0, w.has > 0 ? 8 - w.has : 0);
}

void
gaps_add(struct buffer *out, const uint32_t *numbers, uint32_t count)
{
    assert(count == 0 || numbers);
    for (uint32_t i = 0; i < count;) {
        uint32_t length = run_length(numbers + i, count - i);
        varint_add(out, length);
        varint_add(out, numbers[i]);
        if (length > 1) {
            add_gaps(out, numbers + i, length);
        }
        i += length;
    }
}

/* --- Reading -------------------------------------------------------------------- */

static bool
fail(struct gaps *g)
{
    g->is_damaged = true;
    g->left = 0;
    g->rest.len = 0;
    return false;
}

/* More than 56 bits, as long as there are so many. Where eight bytes are left they
 * are taken at once: of a large index this is most of the work. */
static inline void
fill(struct gaps *g)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (g->has <= 56 && g->rest.len >= sizeof(uint64_t)) {
        uint64_t next;
        uint32_t bytes = (64 - g->has) / 8;
        memcpy(&next, g->rest.bytes, sizeof(next));
        g->bits |= next << g->has;
        g->has += bytes * 8;
        // What lies above was not taken yet.
        g->bits &= UINT64_MAX >> (64 - g->has);
        g->rest = (struct slice){g->rest.bytes + bytes, g->rest.len - bytes};
        return;
    }
#endif
    while (g->has <= 56 && g->rest.len > 0) {
        g->bits |= (uint64_t)(unsigned char)g->rest.bytes[0] << g->has;
        g->has += 8;
        g->rest = (struct slice){g->rest.bytes + 1, g->rest.len - 1};
    }
}

static inline bool
next_gap(struct gaps *g, uint64_t *gap)
{
    uint64_t high = 0;
    if (g->has <= LOW_MAX) {
        fill(g);
    }
    while (g->bits == 0) {
        high += g->has;
        g->has = 0;
        fill(g);
        if (g->has == 0) {
            return false;
        }
    }
    uint32_t zeros = (uint32_t)__builtin_ctzll(g->bits);
    g->bits = g->bits >> zeros >> 1;
    g->has -= zeros + 1;
    if (g->has < g->low) {
        fill(g);
        if (g->has < g->low) {
            return false;
        }
    }
    uint64_t mask = (UINT64_C(1) << g->low) - 1;
    *gap = (high + zeros) << g->low | (g->bits & mask);
    g->bits >>= g->low;
    g->has -= g->low;
    return true;
}

/* Whole bytes that were taken and not used belong to the next run. */
static void
give_back(struct gaps *g)
{
    uint32_t bytes = g->has / 8;
    g->rest = (struct slice){g->rest.bytes - bytes, g->rest.len + bytes};
    g->bits = 0;
    g->has = 0;
}

static bool
begin_run(struct gaps *g, uint32_t *number)
{
    uint64_t count;
    uint64_t first;
    if (g->rest.len == 0) {
        return false;
    }
    // A gap takes a bit at least.
    if (!varint_take(&g->rest, &count) || !varint_take(&g->rest, &first) ||
        count == 0 || first > UINT32_MAX || (count - 1) / 8 > g->rest.len) {
        return fail(g);
    }
    g->left = (uint32_t)count - 1;
    if (g->left > 0) {
        if (g->rest.len == 0 || (unsigned char)g->rest.bytes[0] > LOW_MAX) {
            return fail(g);
        }
        g->low = (unsigned char)g->rest.bytes[0];
        g->rest = (struct slice){g->rest.bytes + 1, g->rest.len - 1};
    }
    g->last = (uint32_t)first;
    *number = g->last;
    return true;
}

bool
gaps_next(struct gaps *g, uint32_t *number)
{
    uint64_t gap;
    if (g->left == 0) {
        return begin_run(g, number);
    }
    if (!next_gap(g, &gap) || gap > UINT32_MAX - g->last) {
        return fail(g);
    }
    g->last += (uint32_t)gap;
    *number = g->last;
    g->left--;
    if (g->left == 0) {
        give_back(g);
    }
    return true;
}

/* As many of a run as are easily had: up to its last number, to the last bytes of
 * the row, or to a gap that is not in the 56 bits which are there at least. */
static uint32_t
easy_some(struct gaps *g, uint32_t *numbers, uint32_t cap)
{
    uint32_t count = 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const char *at = g->rest.bytes;
    const char *end = at + g->rest.len;
    uint64_t bits = g->bits;
    uint32_t has = g->has;
    uint32_t last = g->last;
    uint32_t low = g->low;
    uint64_t mask = (UINT64_C(1) << low) - 1;
    cap = cap < g->left ? cap : g->left - 1;
    while (count < cap && end - at >= 8) {
        uint64_t next;
        memcpy(&next, at, sizeof(next));
        // What lies above the whole bytes comes again, and is the same then.
        bits |= next << has;
        at += (63 - has) / 8;
        has |= 56;
        uint32_t zeros = (uint32_t)__builtin_ctzll(bits | UINT64_C(1) << 63);
        uint64_t gap = (uint64_t)zeros << low | (bits >> zeros >> 1 & mask);
        if (zeros > 56 - LOW_MAX - 1 || (last + gap) >> 32 != 0) {
            break;
        }
        bits = bits >> zeros >> 1 >> low;
        has -= zeros + 1 + low;
        last += (uint32_t)gap;
        numbers[count++] = last;
    }
    g->rest = (struct slice){at, (size_t)(end - at)};
    g->bits = bits & ((UINT64_C(1) << has) - 1);
    g->has = has;
    g->last = last;
    g->left -= count;
#else
    (void)g;
    (void)numbers;
    (void)cap;
#endif
    return count;
}

uint32_t
gaps_some(struct gaps *gaps, uint32_t *numbers, uint32_t cap)
{
    uint32_t count = 0;
    while (count < cap) {
        if (gaps->left > 1 && gaps->has < 64) {
            count += easy_some(gaps, numbers + count, cap - count);
        }
        if (count == cap || !gaps_next(gaps, &numbers[count])) {
            break;
        }
        count++;
    }
    return count;
}
