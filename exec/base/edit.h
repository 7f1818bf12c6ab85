/* SPDX-License-Identifier: MIT */
/*
 * A text as what it takes to make it from another one that is much like it. The
 * commands of one rule differ in a few digits at a few places. Damage makes
 * opening fail, and no more is made than is said. See spec/format/state-db.md.
 */
#ifndef EXEC_BASE_EDIT_H
#define EXEC_BASE_EDIT_H

#include "exec/base/gaps.h"

/* Adds the edits if they take at most `room` bytes. */
bool
edit_add(struct slice base, struct slice text, size_t room, struct buffer *out);
/* The text, malloc'ed, of at most `most` bytes; NULL if the edits are damaged. */
char *
edit_open(struct slice base, struct slice edits, size_t most, size_t *len);

#endif
