/* SPDX-License-Identifier: MIT */
/*
 * Values that are written with a tag: instants (#inst), uuids (#uuid), literals
 * of tags that nobody reads, and reader conditionals that were kept. Instants
 * and uuids hold their text in one normal form, so that two of them are equal,
 * hash and print the same exactly if they mean the same.
 *
 * See spec/magma/lexical.md.
 */
#ifndef INTERP_DATA_TAGGED_H
#define INTERP_DATA_TAGGED_H

#include "interp/data/object.h"

/* Flags of a tagged_object: what it is. */
enum tagged_flag {
    TAGGED_LITERAL,    /* tag: symbol; value: any */
    TAGGED_INSTANT,    /* value: "2020-01-31T12:00:00.000-00:00" */
    TAGGED_UUID,       /* value: 36 characters in lower case */
    TAGGED_CONDITIONAL /* tag: whether it splices; value: its list */
};

static inline const struct tagged_object *
tagged_object(Value v)
{
    return (const struct tagged_object *)value_object(v);
}

static inline bool
tagged_is(Value v, enum tagged_flag flag)
{
    return value_is_kind(v, KIND_TAGGED) && value_object(v)->flags == flag;
}

Value tagged_literal(Value tag, Value form);
Value tagged_conditional(Value list, bool is_splicing);

/* The instant that a text writes as RFC 3339 has it, of which all behind the
 * year may be left out; a fraction is cut to milliseconds. ABSENT for a text
 * that writes none. */
Value tagged_instant(Value text);
/* Milliseconds since 1970 began, in the calendar of today for all times. */
int64_t tagged_millis(Value instant);

/* The uuid that a text writes: five groups of hexadecimal digits, of which
 * zeros in front may be left out; or ABSENT. */
Value tagged_uuid(Value text);

/* The order of two instants by time, or of two uuids by their halves as
 * numbers with sign, as Java has it. */
int tagged_compare(Value a, Value b);

#endif
