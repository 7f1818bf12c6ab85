/* SPDX-License-Identifier: MIT */
/*
 * Rows of numbers that mostly ascend, in little room: ids of files that an
 * action reads, say. A row is cut into runs that ascend; of a run the first
 * number is kept and the gaps behind it, in about as many bits as an average
 * gap has. See spec/format/state-db.md.
 */
#ifndef EXEC_BASE_GAPS_H
#define EXEC_BASE_GAPS_H

#include "exec/base/buffer.h"

#include <stdint.h>

/* A number of 1 to 10 bytes, seven bits in each, the lowest first. */
void varint_add(struct buffer *out, uint64_t number);
/* Takes a number off the front; false if there is none. */
bool varint_take(struct slice *in, uint64_t *number);

/* Adds numbers in this order. */
void gaps_add(struct buffer *out, const uint32_t *numbers, uint32_t count);

/* Reads such a row; starts as {.rest = its bytes}. */
struct gaps {
    struct slice rest;
    uint64_t bits; /* taken off the rest and not used yet, the lowest first */
    uint32_t has;  /* how many of these */
    uint32_t left; /* numbers of the run */
    uint32_t last;
    uint32_t low; /* bits of a gap that stand as they are */
    bool is_damaged;
};

/* The next number; false at the end, or where there is none. */
bool gaps_next(struct gaps *gaps, uint32_t *number);
/* The next `cap` numbers, or as many as there are, which it returns: in a third of
 * the time where there are many. 0 at the end, or where there are none. */
uint32_t gaps_some(struct gaps *gaps, uint32_t *numbers, uint32_t cap);

#endif
