/* SPDX-License-Identifier: MIT */
/*
 * The frame of a manifest's body: a checksum of the rest, the ids of the
 * file versions that it refers to, then entries that only the manifest module
 * understands. So the state can tell which versions are still in use, and a
 * damaged body is seen before it is believed.
 */
#ifndef EXEC_STATE_BODY_H
#define EXEC_STATE_BODY_H

#include "exec/base/gaps.h"

#include <stdint.h>

/* Bytes behind their length. */
void body_add_bytes(struct buffer *out, struct slice bytes);
bool body_take_bytes(struct slice *in, struct slice *bytes);

/* How it is written: ids as gaps, kinds by lists; and in what earlier versions left
 * kinds by rows, ids as differences, or both as they are. */
enum body_form { BODY_LISTS, BODY_GAPS, BODY_DIFFERENCES, BODY_PLAIN };

/* The ids of versions that a body refers to, one after the other. */
struct body_versions {
    struct gaps list;
    uint32_t last;
    enum body_form form;
};

/* Writes the frame around the entries; appended to `out`. */
void body_seal(struct buffer *out, const uint32_t *versions, uint32_t count,
               struct slice entries);
/* Checks the frame; *entries is what follows the versions. False if it is
 * damaged. */
bool body_open(struct slice body, struct body_versions *versions,
               struct slice *entries);
/* The next id; false at the end, or if it is none. */
bool body_take_version(struct body_versions *versions, uint32_t *version);
/* Not more ids than this are to come. */
size_t body_versions_left(const struct body_versions *versions);

#endif
