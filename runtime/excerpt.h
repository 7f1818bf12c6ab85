/* SPDX-License-Identifier: MIT */
/* Lines of sources with a caret under a place, and texts made harmless. */
#ifndef RUNTIME_EXCERPT_H
#define RUNTIME_EXCERPT_H

#include "exec/exec.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Columns count characters from 1; no end: end_line 0. */
struct excerpt_place {
    const char *file;
    uint32_t line;
    uint32_t column;
    uint32_t end_line;
    uint32_t end_column;
};

/* See report_add_source. */
void excerpt_add_source(const char *name, const char *bytes, size_t len);
/* The text of what was added under a name, else of the file: malloc'ed, with a
 * zero byte behind it, or NULL. */
char *excerpt_source(const char *name, size_t *len);

/* The line of a place with a caret under it, cut around the caret if it is
 * long; nothing when the file is not there. The line is read when it is
 * printed: a file that changed meanwhile shows its present line. */
void excerpt_print(FILE *out, const struct excerpt_place *place);

/* What becomes of colour sequences (ESC [ 31 m). */
enum excerpt_colours { EXCERPT_SPELL, EXCERPT_STRIP, EXCERPT_KEEP };

/* Writes text with what is not UTF-8, and every control character but tab and
 * newline, spelled out. */
void excerpt_text(FILE *out, const char *bytes, size_t len,
                  enum excerpt_colours colours);
/* See report_one_line. */
void excerpt_one_line(struct buffer *out, const char *bytes, size_t len);

#endif
