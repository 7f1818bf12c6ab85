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

/* Small enough to stay in a cache while it is filtered. Smaller ones let small
 * graphs be opened in parts, for tests. */
#ifndef SHRINK_BLOCK
#define SHRINK_BLOCK (1U << 17)
#endif
#define BLOCK_SIZE SHRINK_BLOCK
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

/* Opens the next block to its place; false if it is damaged. */
static bool
open_next(struct slice *packed, char *items, uint32_t item_size, uint32_t some,
          char *scratch)
{
    char *to = item_size == 1 ? items : scratch;
    const char *from = open_block(packed, (size_t)some * item_size, to);
    if (from != NULL && from != items) {
        open_filter(from, items, item_size, some);
    }
    return from != NULL;
}

bool
shrink_open_array(struct slice packed, void *items, uint32_t count,
                  uint32_t item_size)
{
    uint32_t in_block = items_in_block(item_size);
    char *scratch = mem_resize(NULL, BLOCK_SIZE, 1);
    uint32_t done = 0;
    bool held = true;
    while (held && done < count) {
        uint32_t some = count - done < in_block ? count - done : in_block;
        held = open_next(&packed, (char *)items + (size_t)done * item_size,
                         item_size, some, scratch);
        done += some;
    }
    free(scratch);
    return held && packed.len == 0;
}

/* --- Block by block ------------------------------------------------------------------ */

struct shrink_blocks {
    uint32_t item_size;
    uint32_t item_count;
    uint32_t count;
    uint32_t closed;
    struct slice packed[]; /* of each block, with its head; empty once it is
                              open */
};

/* How many bytes a block takes, its head included; 0 if there is none. */
static size_t
block_len(struct slice packed)
{
    uint32_t head;
    if (packed.len < WORD) {
        return 0;
    }
    memcpy(&head, packed.bytes, WORD);
    size_t len = head & ~AS_IT_IS;
    return len <= packed.len - WORD ? len + WORD : 0;
}

struct shrink_blocks *
shrink_blocks_create(struct slice packed, uint32_t count, uint32_t item_size)
{
    uint32_t in_block = items_in_block(item_size);
    uint32_t block_count = count / in_block + (count % in_block != 0);
    struct shrink_blocks *blocks =
        mem_alloc(1, sizeof(*blocks) + block_count * sizeof(blocks->packed[0]));
    blocks->item_size = item_size;
    blocks->item_count = count;
    blocks->count = block_count;
    blocks->closed = block_count;
    bool held = true;
    for (uint32_t i = 0; held && i < block_count; i++) {
        size_t len = block_len(packed);
        blocks->packed[i] = (struct slice){packed.bytes, len};
        packed = (struct slice){packed.bytes + len, packed.len - len};
        held = len > 0;
    }
    if (!held || packed.len > 0) {
        free(blocks);
        return NULL;
    }
    return blocks;
}

void
shrink_blocks_destroy(struct shrink_blocks *blocks)
{
    free(blocks);
}

static bool
open_one(struct shrink_blocks *blocks, char *items, uint32_t block,
         char *scratch)
{
    uint32_t in_block = items_in_block(blocks->item_size);
    uint32_t first = block * in_block;
    uint32_t some = blocks->item_count - first < in_block
                        ? blocks->item_count - first
                        : in_block;
    struct slice packed = blocks->packed[block];
    blocks->packed[block] = (struct slice){0};
    blocks->closed--;
    return open_next(&packed, items + (size_t)first * blocks->item_size,
                     blocks->item_size, some, scratch) &&
           packed.len == 0;
}

bool
shrink_blocks_open(struct shrink_blocks *blocks, void *items, uint32_t first,
                   uint32_t count)
{
    assert(count > 0 && first < blocks->item_count &&
           count <= blocks->item_count - first);
    uint32_t in_block = items_in_block(blocks->item_size);
    uint32_t last = (first + (count - 1)) / in_block;
    char *scratch = NULL;
    bool held = true;
    for (uint32_t i = first / in_block; held && i <= last; i++) {
        if (blocks->packed[i].len > 0) {
            scratch = scratch ? scratch : mem_resize(NULL, BLOCK_SIZE, 1);
            held = open_one(blocks, items, i, scratch);
        }
    }
    free(scratch);
    return held;
}

uint32_t
shrink_blocks_count(const struct shrink_blocks *blocks)
{
    return blocks->count;
}

uint32_t
shrink_blocks_closed(const struct shrink_blocks *blocks)
{
    return blocks->closed;
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
