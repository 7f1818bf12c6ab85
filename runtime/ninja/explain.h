/* SPDX-License-Identifier: MIT */
/* What `ninja -d explain` says: our reasons, in ninja's words where it has some
 * for the same. See spec/cli/ninja.md. */
#ifndef RUNTIME_NINJA_EXPLAIN_H
#define RUNTIME_NINJA_EXPLAIN_H

#include "exec/exec.h"

/* Adds a line without its end for one reason of the event's action. */
void ninja_explain(const struct exec_event *event,
                   const struct exec_reason *reason, struct buffer *out);

#endif
