/* SPDX-License-Identifier: MIT */
/*
 * The frame of a manifest's body: a checksum of the rest, the ids of the
 * file versions that it refers to, then entries that only the manifest module
 * understands. So the state can tell which versions are still in use, and a
 * damaged body is seen before it is believed. Ids are kept as differences, for
 * headers that are read together were mostly signed together.
 */
#ifndef EXEC_STATE_BODY_H
#define EXEC_STATE_BODY_H

#include "exec/base/buffer.h"

#include <stdint.h>

/* A number of 1 to 10 bytes, seven bits in each, the lowest first. */
void body_add_number(struct buffer *out, uint64_t number);
/* Takes a number off the front; false if there is none. */
bool body_take_number(struct slice *in, uint64_t *number);
/* Bytes behind their length. */
void body_add_bytes(struct buffer *out, struct slice bytes);
bool body_take_bytes(struct slice *in, struct slice *bytes);

/* The ids of versions that a body refers to, one after the other. */
struct body_versions {
    struct slice rest;
    uint32_t last;
    bool is_plain; /* as version 2 of the tables had them: no differences */
};

/* Writes the frame around the entries; appended to `out`. */
void body_seal(struct buffer *out, const uint32_t *versions, uint32_t count,
               struct slice entries);
/* Checks the frame; *entries is what follows the versions, *count says how
 * many these are. False if it is damaged. */
bool body_open(struct slice body, uint32_t *count,
               struct body_versions *versions, struct slice *entries);
/* The next id; false at the end, or if it is none. */
bool body_take_version(struct body_versions *versions, uint32_t *version);

#endif
