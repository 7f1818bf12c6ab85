/* SPDX-License-Identifier: MIT */
/*
 * Values to text for people: broken into lines and cut short. What was left
 * out shows as `...` in its place, so the result need not read back.
 */
#ifndef INTERP_READ_PRETTY_H
#define INTERP_READ_PRETTY_H

#include "interp/data/value.h"

struct pretty_options {
    uint32_t width;     /* columns; 0: 80 */
    uint32_t items_max; /* of each collection; 0: no limit */
    uint32_t depth_max; /* nesting; 0: no limit */
    bool runs_nothing;  /* what is not realised stays so, and shows as ... */
};

/* The text of v, without a final newline, as a string value. Realises at most
 * items_max + 1 items of a lazy sequence; may throw as print does. */
Value pretty_print(Value v, const struct pretty_options *options);

/* A few words of v for a message: one line, at most some 60 characters. */
Value pretty_brief(Value v);

#endif
