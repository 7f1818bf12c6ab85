/* SPDX-License-Identifier: MIT */
/*
 * The only printer of errors and warnings. Whatever layer one comes from, it
 * has the same form:
 *
 *     build.magma:3:5: error[R0102]: what happened
 *         3 | (foo 1)
 *           |  ^~~
 *       in rule (build.magma:10:3)
 *       help: what to do
 *
 * or, as --error-format says, one line of EDN or JSON with the same in it. See
 * spec/errors.md.
 */
#ifndef RUNTIME_REPORT_H
#define RUNTIME_REPORT_H

#include "exec/exec.h"
#include "interp/magma.h"
#include "runtime/excerpt.h"

#include <stdio.h>

/* One error or warning. What is not known is NULL, 0 or nil (VALUE_NIL, not
 * zero bits). */
struct report {
    bool is_warning;
    const char *kind; /* "type", "graph" ... */
    unsigned code;
    const char *message;
    size_t message_len;
    struct excerpt_place at;
    struct excerpt_place other; /* the bracket that was opened, say */
    const char *help;
    Value data;  /* of ex-info */
    Value trace; /* as an error of the language has it */
    Value cause; /* an error */
};

/* Throws only what looking at `data` throws (it may be lazy). */
void report_print(FILE *out, const struct report *report);

/* "text", "edn" or "json"; false for another word. */
bool report_set_format(const char *word);
/* True when reports are read by programs. */
bool report_is_data(void);

/* Where the text of a file can be had that is not on disk under its name
 * (an expression of the command line, the standard library): static or
 * longer-lived text; the last source given under a name wins. */
void report_add_source(const char *name, const char *bytes, size_t len);

/* Turns what a program threw into an error record; always false. */
bool
report_magma_as_error(Value thrown, enum error_class class, struct error *err);

/* Prints an error of a program, with line, caret, stack and help. */
void report_magma(FILE *out, Value thrown);

/* The code of a kind of error of the language. */
unsigned report_code_of(enum error_type type);

/* Prints an error record and empties it. */
void report_error(FILE *out, struct error *err);

/* Prints what the analysis of a program noted. Throws as report_print. */
void report_note(FILE *out, const struct note *note);

/* Says what is odd about a ninja file without being an error; line 0: about all
 * of it. */
void
report_warning(FILE *out, const char *file, uint32_t line, const char *what);

/* Says on standard error that another run is waited for. */
void report_waiting(void *ctx, int pid, const char *command);

/* The exit status that belongs to the class of an error. */
int report_exit_status(const struct error *err);

/* Writes text with control characters made visible, but for tab, newline and,
 * where colours are shown, colour sequences (ESC [ ... m). */
void report_sanitised(FILE *out, const char *bytes, size_t len);
/* The same where it is known whether colours are shown. */
void report_sanitised_as(FILE *out, const char *bytes, size_t len, bool color);
/* Adds text for a single line: a question mark for each control character and
 * each byte that is no text. */
void report_one_line(struct buffer *out, const char *bytes, size_t len);

#endif
