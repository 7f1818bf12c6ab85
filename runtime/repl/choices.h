/* SPDX-License-Identifier: MIT */
/* What may stand where a cursor is: a set of texts, and where they begin. */
#ifndef RUNTIME_REPL_CHOICES_H
#define RUNTIME_REPL_CHOICES_H

#include "exec/exec.h"

/* Begins as {.start = ...}. */
struct choices {
    size_t start;       /* in the text that has the cursor */
    struct buffer rows; /* texts, each ended by a zero byte */
    uint32_t count;
};

/* Adds `before`, then the text. What cannot be typed (control characters) is left
 * out. */
void
choices_add(struct choices *choices, const char *before, struct slice text);
/* Sorts by bytes, and leaves out what is there twice. */
void choices_sort(struct choices *choices);
void choices_finish(struct choices *choices);

/* How many bytes all of them have in common, never a part of a character. */
size_t choices_common(const struct choices *choices);

#endif
