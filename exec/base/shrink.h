/* SPDX-License-Identifier: MIT */
/*
 * Bytes made small, in LZ4's block format: arrays of records, whose items are
 * mostly like the ones before them, and texts, as what they have other than a
 * base. The one door to LZ4. Nothing that is opened is believed: damage makes
 * it fail, and no more is written than there is room for.
 */
#ifndef EXEC_BASE_SHRINK_H
#define EXEC_BASE_SHRINK_H

#include "exec/base/buffer.h"

#include <stdint.h>

/* Adds an array in its small form. Items are made of 32-bit words, or of one
 * byte each. */
void shrink_array(const void *items, uint32_t count, uint32_t item_size,
                  struct buffer *out);
/* Writes the items of exactly such an array; false if it is not one. */
bool shrink_open_array(struct slice packed, void *items, uint32_t count,
                       uint32_t item_size);

/* The same, block by block as its items are needed. */
struct shrink_blocks;
/* NULL if it is not such an array; the packed bytes must stay. */
struct shrink_blocks *
shrink_blocks_create(struct slice packed, uint32_t count, uint32_t item_size);
/* NULL is fine. */
void shrink_blocks_destroy(struct shrink_blocks *blocks);
/* Writes the blocks that these items are in to their places among all items, each
 * block once; false if one is damaged. */
bool shrink_blocks_open(struct shrink_blocks *blocks, void *items,
                        uint32_t first, uint32_t count);
/* How many blocks there are, and how many of them were not opened yet. */
uint32_t shrink_blocks_count(const struct shrink_blocks *blocks);
uint32_t shrink_blocks_closed(const struct shrink_blocks *blocks);

/* Texts that are longer are neither packed nor opened, nor are such bases. */
#define SHRINK_TEXT_MAX (1 << 16)

/* Adds a text as its difference to a base if that takes at most `room` bytes. */
bool shrink_text(struct slice base, struct slice text, size_t room,
                 struct buffer *out);
/* A text of exactly len bytes, malloc'ed; NULL if it is damaged. */
char *shrink_open_text(struct slice base, struct slice difference, size_t len);

#endif
