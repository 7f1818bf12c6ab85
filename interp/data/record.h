/* SPDX-License-Identifier: MIT */
/*
 * Records: maps with a type. A record has all fields of its type, and may have
 * other keys; it equals only records of its type. Without one of its fields
 * it is a plain map.
 */
#ifndef INTERP_DATA_RECORD_H
#define INTERP_DATA_RECORD_H

#include "interp/data/object.h"

/* KIND_RECORD. Up to 8 entries stand in the order of the fields, then that in
 * which they came (map.h). */
struct record_object {
    struct object head;
    Value type; /* KIND_TYPE */
    Value map;  /* all entries; its metadata is nil */
    Value meta;
};

static inline bool
record_is(Value v)
{
    return value_is_kind(v, KIND_RECORD);
}

/* The object of a record_is value. */
static inline const struct record_object *
record_object(Value v)
{
    return (const struct record_object *)value_object(v);
}

/* A record of the values of its fields, which are as many as those of the
 * type. */
Value record_make(Value type, const Value *values);
/* Fields that the map lacks are nil; its other keys are kept. */
Value record_from_map(Value type, Value map);

Value record_assoc(Value record, Value key, Value value);
/* A plain map if the key is a field. */
Value record_dissoc(Value record, Value key);

/* The var of the type of records with this full name, such as user.Point, and
 * the type itself; or ABSENT. */
Value record_type_var(Value name);
Value record_type_named(Value name);

#endif
