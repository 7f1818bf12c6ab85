/* SPDX-License-Identifier: MIT */
/*
 * A cursor over source text that knows its line and column: what the reader
 * needs below the level of forms. Lines and columns count from 1, columns in
 * characters. A byte order mark at the start is skipped.
 */
#ifndef INTERP_READ_SCAN_H
#define INTERP_READ_SCAN_H

#include "interp/data/error.h"
#include "interp/data/value.h"

#include <stddef.h>

struct scan_mark {
    uint32_t line;
    uint32_t column;
};

struct scan {
    const char *bytes;
    size_t len;
    size_t pos;
    struct scan_mark at;
    Value file;
    /* The text ended where more was needed; survives a throw. */
    bool is_cut;
    bool is_checked;
};

/* A part of the text. */
struct scan_token {
    const char *bytes;
    size_t len;
};

/* Begins at the first byte. Never throws. */
void scan_init(struct scan *scan, const char *bytes, size_t len, Value file);
/* Before anything is taken: throws when the text is not UTF-8, with the byte's
 * position, or is longer than 4 GiB. */
void scan_check(struct scan *scan);

/* The byte `ahead` of the cursor, or -1 behind the end. */
int scan_peek(const struct scan *scan, size_t ahead);
/* Moves over `count` bytes, which must be there. */
void scan_skip(struct scan *scan, size_t count);
/* Moves over printable ASCII up to a quote or backslash: most of what stands in
 * strings. */
void scan_skip_text(struct scan *scan);
/* Moves over white space, commas and comments (; and #!). */
void scan_blank(struct scan *scan);
/* Moves over one character of white space, if there is one. */
void scan_space(struct scan *scan);
/* Takes all up to white space or a bracket, quote, ; @ ^ ` ~ or \. Empty when
 * the cursor stands on one of those. */
struct scan_token scan_take_token(struct scan *scan);

/* Takes the literal that the cursor stands on: after the opening quote of a
 * string or regex (its source, raw), on the backslash of a character. */
Value scan_take_string(struct scan *scan, struct scan_mark start);
Value scan_take_regex_source(struct scan *scan, struct scan_mark start);
Value scan_take_char(struct scan *scan);
/* Takes a number; the cursor is on a digit, or on a sign before a digit. */
Value scan_take_number(struct scan *scan);

/* Splits a symbol's or keyword's text (without colons) at its namespace; false
 * when it is no valid name. */
bool scan_split_name(struct scan_token token, struct scan_token *ns,
                     struct scan_token *name);

/* How many bytes of a token a message shows: all, or its first characters. */
int scan_shown_len(struct scan_token token);

/* Runs body; an error of its own is thrown anew as a syntax error that spans
 * `start` to the cursor. */
Value scan_guard(struct scan *scan, struct scan_mark start, error_body body,
                 void *arg);

/* Throws a syntax error that spans `start` to the cursor, which goes to the
 * end. `help` may be NULL. */
_Noreturn void
scan_fail(struct scan *scan, struct scan_mark start, const char *help,
          const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same with the place of something else that belongs to it. */
_Noreturn void
scan_fail_two(struct scan *scan, const struct scan_mark starts[2],
              const char *help, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
