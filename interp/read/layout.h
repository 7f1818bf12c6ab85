/* SPDX-License-Identifier: MIT */
/*
 * The one layout of source text. Only white space changes: every token stays
 * as it is written, comments included. See spec/cli/fmt.md for the rules.
 */
#ifndef INTERP_READ_LAYOUT_H
#define INTERP_READ_LAYOUT_H

#include "interp/data/value.h"

#include <stddef.h>

/* The text laid out, as a string; laid out again, it stays the same. Throws
 * the reader's syntax error, placed in `file` (a string or nil), for a text
 * that is no program. */
Value layout_text(const char *bytes, size_t len, Value file);

#endif
