/* SPDX-License-Identifier: MIT */
/*
 * Errors and warnings in what compilers print: lines as gcc and clang have
 * them, as Microsoft's compilers do, and the pairs of lines of rustc.
 * See spec/build/output.md.
 */
#ifndef RUNTIME_DIAGNOSTIC_H
#define RUNTIME_DIAGNOSTIC_H

#include "exec/exec.h"

#include <stdbool.h>
#include <stdint.h>

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

/* Slices of the text that it was found in. */
struct diagnostic {
    enum severity severity;
    struct slice file;
    uint32_t line;
    uint32_t column; /* 0: not told */
    struct slice message;
    struct slice whole; /* the line that speaks of it, without colours'
                           sequences only if it had none */
};

/* The next one of a text, which moves on behind it; false at the end. Colour
 * sequences in a line do not hide it. */
bool diagnostic_next(struct slice *text, struct diagnostic *found);

/* How many warnings there are in the first MiB of a text. */
uint32_t diagnostic_count_warnings(struct slice text);

/* "note", "warning", "error" */
const char *diagnostic_severity(enum severity severity);

#endif
