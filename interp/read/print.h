/* SPDX-License-Identifier: MIT */
/*
 * Values to text. What can be read prints so that it reads back as an equal
 * value; the rest prints as #kind[...]. Iterative: depth costs heap, not stack.
 * Lazy sequences are realised on the way, so printing may throw or suspend;
 * one without end is stopped by the budgets of the evaluation.
 */
#ifndef INTERP_READ_PRINT_H
#define INTERP_READ_PRINT_H

#include "interp/data/text.h"
#include "interp/data/value.h"

enum print_style {
    PRINT_READABLE, /* pr: strings quoted, characters with a backslash */
    PRINT_PLAIN,    /* print: strings and characters as they are */
    PRINT_STR       /* str: plain outside, readable inside; nil is empty */
};

/* Adds the text of v to what is being built. */
void
print_append(struct text_builder *builder, Value v, enum print_style style);

/* The text of v as a string value. */
Value print_to_string(Value v, enum print_style style);

/* What the printer cannot know; set by the VM. */
struct print_hooks {
    /* Text for a value of the kinds FUNCTION, MULTI, TYPE or RECORD (or nil:
     * just its kind is shown). *content may be set to a value (a record's
     * map) that is printed right behind the text. */
    Value (*describe)(Value v, Value *content);
    /* Counts items printed, so that a budget can end an endless sequence. */
    void (*work)(uint64_t items);
};
void print_set_hooks(const struct print_hooks *hooks);

#endif
