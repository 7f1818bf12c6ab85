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

/* Texts that are longer are neither packed nor opened, nor are such bases. */
#define SHRINK_TEXT_MAX (1 << 16)

/* Adds a text as its difference to a base if that takes at most `room` bytes. */
bool shrink_text(struct slice base, struct slice text, size_t room,
                 struct buffer *out);
/* A text of exactly len bytes, malloc'ed; NULL if it is damaged. */
char *shrink_open_text(struct slice base, struct slice difference, size_t len);

#endif
