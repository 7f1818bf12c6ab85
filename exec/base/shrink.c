/* SPDX-License-Identifier: MIT */
/*
 * An array goes block by block through a filter: of each word the difference to
 * the same word of the item before it, folded so that small ones of either sign
 * have high bytes of zero; and then the lowest bytes of the first words of all
 * items, the next bytes of these, and so on. Ids and places that count upwards
 * become long runs, which LZ4 takes to nothing. A block is the length of what
 * follows, with the highest bit if that is the filtered bytes as they are.
 */
#include "exec/base/shrink.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <lz4.h>
#include <stdlib.h>
#include <string.h>

/* Small enough to stay in a cache while it is filtered. */
#define BLOCK_SIZE (1U << 17)
#define AS_IT_IS (UINT32_C(1) << 31)
#define WORD sizeof(uint32_t)

static uint32_t
items_in_block(uint32_t item_size)
{
    assert(item_size > 0 && item_size <= BLOCK_SIZE);
    assert(item_size == 1 || item_size % WORD == 0);
    return BLOCK_SIZE / item_size;
}

/* --- The filter ----------------------------------------------------------------- */

/* One word of every item, as four rows of bytes. */
static void
filter_word(const char *items, size_t stride, size_t count, char *to)
{
    uint32_t last = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t word;
        memcpy(&word, items + i * stride, WORD);
        uint32_t difference = word - last;
        last = word;
        uint32_t folded = difference << 1 ^ (0U - (difference >> 31));
        to[i] = (char)(unsigned char)folded;
        to[count + i] = (char)(unsigned char)(folded >> 8);
        to[2 * count + i] = (char)(unsigned char)(folded >> 16);
        to[3 * count + i] = (char)(unsigned char)(folded >> 24);
    }
}

static void
open_word(const char *from, char *items, size_t stride, size_t count)
{
    const unsigned char *rows = (const unsigned char *)from;
    uint32_t last = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t folded = rows[i] | (uint32_t)rows[count + i] << 8 |
                          (uint32_t)rows[2 * count + i] << 16 |
                          (uint32_t)rows[3 * count + i] << 24;
        last += folded >> 1 ^ (0U - (folded & 1));
        memcpy(items + i * stride, &last, WORD);
    }
}

static void
filter(const char *items, size_t item_size, size_t count, char *to)
{
    if (item_size == 1) {
        memcpy(to, items, count);
        return;
    }
    for (size_t at = 0; at < item_size; at += WORD) {
        filter_word(items + at, item_size, count, to + at * count);
    }
}

static void
open_filter(const char *from, char *items, size_t item_size, size_t count)
{
    if (item_size == 1) {
        memcpy(items, from, count);
        return;
    }
    for (size_t at = 0; at < item_size; at += WORD) {
        open_word(from + at * count, items + at, item_size, count);
    }
}

/* --- Arrays ------------------------------------------------------------------------ */

static void
shrink_block(const char *filtered, size_t size, struct buffer *out)
{
    size_t start = out->len;
    char *to = buffer_reserve(out, WORD + size);
    int got =
        LZ4_compress_default(filtered, to + WORD, (int)size, (int)size - 1);
    uint32_t len = got > 0 ? (uint32_t)got : (uint32_t)size | AS_IT_IS;
    if (got <= 0) {
        memcpy(to + WORD, filtered, size);
    }
    memcpy(to, &len, WORD);
    out->len = start + WORD + (len & ~AS_IT_IS);
}

void
shrink_array(const void *items, uint32_t count, uint32_t item_size,
             struct buffer *out)
{
    uint32_t in_block = items_in_block(item_size);
    char *filtered = mem_alloc(BLOCK_SIZE, 1);
    assert(count == 0 || items != NULL);
    for (uint32_t done = 0; done < count;) {
        uint32_t some = count - done < in_block ? count - done : in_block;
        filter((const char *)items + (size_t)done * item_size, item_size, some,
               filtered);
        shrink_block(filtered, (size_t)some * item_size, out);
        done += some;
    }
    free(filtered);
}

/* The filtered bytes of the next block: in the scratch, or where they are. */
static const char *
open_block(struct slice *packed, size_t size, char *scratch)
{
    uint32_t head;
    if (packed->len < WORD) {
        return NULL;
    }
    memcpy(&head, packed->bytes, WORD);
    const char *bytes = packed->bytes + WORD;
    size_t len = head & ~AS_IT_IS;
    bool is_packed = (head & AS_IT_IS) == 0;
    if (len > packed->len - WORD || len > size || (!is_packed && len != size)) {
        return NULL;
    }
    *packed = (struct slice){bytes + len, packed->len - WORD - len};
    if (!is_packed) {
        return bytes;
    }
    int got = LZ4_decompress_safe(bytes, scratch, (int)len, (int)size);
    return got >= 0 && (size_t)got == size ? scratch : NULL;
}

bool
shrink_open_array(struct slice packed, void *items, uint32_t count,
                  uint32_t item_size)
{
    uint32_t in_block = items_in_block(item_size);
    char *scratch = mem_alloc(BLOCK_SIZE, 1);
    uint32_t done = 0;
    while (done < count) {
        uint32_t some = count - done < in_block ? count - done : in_block;
        const char *from =
            open_block(&packed, (size_t)some * item_size, scratch);
        if (from == NULL) {
            break;
        }
        open_filter(from, (char *)items + (size_t)done * item_size, item_size,
                    some);
        done += some;
    }
    free(scratch);
    return done == count && packed.len == 0;
}

/* --- Texts ---------------------------------------------------------------------------- */

bool
shrink_text(struct slice base, struct slice text, size_t room,
            struct buffer *out)
{
    if (text.len == 0 || text.len > SHRINK_TEXT_MAX ||
        base.len > SHRINK_TEXT_MAX || room == 0 || room > SHRINK_TEXT_MAX) {
        return false;
    }
    LZ4_stream_t stream;
    (void)LZ4_initStream(&stream, sizeof stream);
    (void)LZ4_loadDict(&stream, base.bytes, (int)base.len);
    char *to = buffer_reserve(out, room);
    int got = LZ4_compress_fast_continue(&stream, text.bytes, to, (int)text.len,
                                         (int)room, 1);
    if (got <= 0) {
        return false;
    }
    out->len += (size_t)got;
    return true;
}

char *
shrink_open_text(struct slice base, struct slice difference, size_t len)
{
    if (len > SHRINK_TEXT_MAX || base.len > SHRINK_TEXT_MAX ||
        difference.len > SHRINK_TEXT_MAX) {
        return NULL;
    }
    char *text = mem_alloc(len + 1, 1);
    int got = LZ4_decompress_safe_usingDict(difference.bytes, text,
                                            (int)difference.len, (int)len,
                                            base.bytes, (int)base.len);
    if (got != (int)len) {
        free(text);
        return NULL;
    }
    return text;
}
