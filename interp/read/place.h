/* SPDX-License-Identifier: MIT */
/*
 * Where forms were read. A place hangs beside the metadata of a list or
 * symbol, as an object that programs never see; reader.h has the questions.
 */
#ifndef INTERP_READ_PLACE_H
#define INTERP_READ_PLACE_H

#include "interp/data/value.h"
#include "interp/read/scan.h"

struct place_span {
    struct scan_mark start;
    struct scan_mark end;
};

/* Gives a list (not the empty one, which is shared) its place and that of its
 * `count` items, which are copied. */
void place_set_list(Value list, Value file, struct place_span span,
                    const struct place_span *items, uint32_t count);

/* A copy of the symbol that has a place. */
Value place_symbol(Value symbol, Value file, struct place_span span);

#endif
