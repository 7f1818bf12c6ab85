/* SPDX-License-Identifier: MIT */
/* Lists: cons cells. A list whose tail is a list knows its count. */
#ifndef INTERP_DATA_LIST_H
#define INTERP_DATA_LIST_H

#include "interp/data/object.h"

static inline bool
list_is(Value v)
{
    return value_is_kind(v, KIND_LIST);
}

/* The object of a list_is value. */
static inline const struct list_object *
list_object(Value v)
{
    return (const struct list_object *)value_object(v);
}

/* A list with a known count (`list?`); a cell in front of another sequence is
 * not one. */
static inline bool
list_is_counted(Value v)
{
    return list_is(v) && list_object(v)->count >= 0;
}

/* True for (). */
static inline bool
list_is_empty(Value v)
{
    return list_is(v) && list_object(v)->count == 0;
}

/* The one empty list without metadata. */
Value list_empty(void);

/* A cell. rest: nil, a list, or any sequence (LAZY, CHUNK, RANGE): nil counts
 * as (). What is no sequence itself goes through seq_cons. */
Value list_cons(Value first, Value rest);

/* The items in order; () for none. */
Value list_from_array(const Value *items, uint32_t count);
/* The items in order, then rest as in list_cons. */
Value list_from_array_rest(const Value *items, uint32_t count, Value rest);

/* Handy for forms. */
Value list_1(Value a);
Value list_2(Value a, Value b);
Value list_3(Value a, Value b, Value c);
Value list_4(Value a, Value b, Value c, Value d);

/* A copy of the first cell with this metadata. */
Value list_with_meta(Value list, Value meta);

#endif
