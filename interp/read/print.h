/* SPDX-License-Identifier: MIT */
/*
 * Values to text. What can be read prints so that it reads back as an equal
 * value; the rest prints as #kind[...]. Iterative: depth costs heap, not stack.
 * Lazy sequences are realised on the way, so printing may throw or suspend;
 * one without end is stopped by the budgets of the evaluation.
 */
#ifndef INTERP_READ_PRINT_H
#define INTERP_READ_PRINT_H

#include "interp/data/value.h"

#include <stddef.h>

enum print_style {
    PRINT_READABLE, /* pr: strings quoted, characters with a backslash */
    PRINT_PLAIN,    /* print: strings and characters as they are */
    PRINT_STR       /* str: plain outside, readable inside; nil is empty */
};

/* Text under construction, in collected memory; zero-initialised is empty. */
struct print_buffer {
    char *bytes;
    size_t len;
    size_t cap;
};

void print_append_bytes(struct print_buffer *buffer, const char *bytes,
                        size_t len);
void print_append_text(struct print_buffer *buffer, const char *text);
void print_append_char(struct print_buffer *buffer, uint32_t codepoint);
void print_append(struct print_buffer *buffer, Value v, enum print_style style);

/* The buffer's text as a string value. */
Value print_buffer_string(const struct print_buffer *buffer);

/* The text of v as a string value. */
Value print_to_string(Value v, enum print_style style);

#endif
