/* SPDX-License-Identifier: MIT */
/*
 * The only printer of errors. An error of either layer becomes the same form:
 *
 *     build.magma:3:5: error: what happened
 *       3 | (foo 1)
 *         |  ^~~
 *       in rule (build.magma:10:3)
 *       help: what to do
 */
#ifndef RUNTIME_REPORT_H
#define RUNTIME_REPORT_H

#include "exec/exec.h"
#include "interp/magma.h"

#include <stdio.h>

/* Where the text of a file can be had that is not on disk under its name
 * (an expression of the command line, the standard library): static or
 * longer-lived text; the last source given under a name wins. */
void report_add_source(const char *name, const char *bytes, size_t len);

/* Turns what a program threw into an error record; always false. */
bool
report_magma_as_error(Value thrown, enum error_class class, struct error *err);

/* Prints an error of a program, with line, caret, stack and help. */
void report_magma(FILE *out, Value thrown);

/* Prints an error record and empties it. */
void report_error(FILE *out, struct error *err);

/* Says on standard error what is odd about a file without being an error. */
void report_warning(const char *file, const char *what);

/* Says on standard error that another run is waited for. */
void report_waiting(void *ctx, int pid, const char *command);

/* The exit status that belongs to the class of an error. */
int report_exit_status(const struct error *err);

/* Writes text with control characters made visible, but for tab, newline and,
 * where colours are shown, colour sequences (ESC [ ... m). */
void report_sanitised(FILE *out, const char *bytes, size_t len);
/* Adds text for a single line: a question mark for each control character and
 * each byte that is no text. */
void report_one_line(struct buffer *out, const char *bytes, size_t len);

#endif
