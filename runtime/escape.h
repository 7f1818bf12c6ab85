/* SPDX-License-Identifier: MIT */
/* The sequences for terminals that may stand in what programs print. */
#ifndef RUNTIME_ESCAPE_H
#define RUNTIME_ESCAPE_H

#include "exec/exec.h"

/* Length of a colour sequence at the front, or 0. */
size_t escape_colour_len(const char *bytes, size_t len);
/* Length of a sequence at the front that changes nothing of the text and that
 * nobody would miss: "clear the rest of the line", which compilers put behind
 * each colour, and the beginning or end of a link; or 0. */
size_t escape_idle_len(const char *bytes, size_t len);

/* The text without both. */
void escape_add_plain(struct buffer *out, struct slice text);

#endif
