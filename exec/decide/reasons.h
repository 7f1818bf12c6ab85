/* SPDX-License-Identifier: MIT */
/* A growing list of reasons that owns its texts. */
#ifndef EXEC_DECIDE_REASONS_H
#define EXEC_DECIDE_REASONS_H

#include "exec/base/arena.h"
#include "exec/base/buffer.h"
#include "exec/base/vec.h"
#include "exec/exec.h"
#include "exec/state/state.h"

/* Starts as reasons_init leaves it. */
struct reasons {
    struct arena texts;
    struct vec items; /* of struct exec_reason */
};

void reasons_init(struct reasons *reasons);
/* Empties the list, which stays usable. */
void reasons_clear(struct reasons *reasons);
/* `code` must be a literal; the other texts are copied, NULL stays NULL. */
void reasons_add(struct reasons *reasons, const char *code, const char *subject,
                 const char *before, const char *after);
struct exec_reason *reasons_items(const struct reasons *reasons);

/* Size and time of a version, for a person. */
const char *
reasons_attributes(struct reasons *reasons, const struct file_version *version);
/* The first digits of a hash. */
const char *reasons_hash(struct reasons *reasons, struct hash128 hash);

/* As rows for the state, and back (code, subject, before, after as pointers
 * into the row; malloc'ed array). */
void reasons_save(const struct reasons *reasons, struct buffer *row);
struct exec_reason *reasons_load(struct slice row, uint32_t *count);

#endif
