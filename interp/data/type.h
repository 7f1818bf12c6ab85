/* SPDX-License-Identifier: MIT */
/*
 * Types: the classes that Clojure programs name (String, Long,
 * clojure.lang.IPersistentMap ...), and those of records.
 *
 * A class is no more than its name and what stands above it: programs ask for
 * it, dispatch on it and print it. It is made when it is first asked for, and
 * stays; a record type belongs to the program that defined it.
 */
#ifndef INTERP_DATA_TYPE_H
#define INTERP_DATA_TYPE_H

#include "interp/data/object.h"

/* KIND_TYPE */
struct type_object {
    struct object head;
    Value name;   /* string: "java.lang.Long", "user.Point" */
    Value fields; /* of a record type: vector of keywords; else nil */
    Value above;  /* vector: all types above it, nearest first, Object last */
};

static inline bool
type_is(Value v)
{
    return value_is_kind(v, KIND_TYPE);
}

static inline const struct type_object *
type_object(Value v)
{
    return (const struct type_object *)value_object(v);
}

static inline bool
type_is_record(Value v)
{
    return type_is(v) && !value_is_nil(type_object(v)->fields);
}

/* The class of this name, which may lack its "java.lang."; ABSENT if Magma
 * knows none. */
Value type_named(const char *name);

/* A new type of records; `fields` is a vector of keywords. */
Value type_of_records(Value name, Value fields);

/* The type of a value; nil for nil. */
Value type_of(Value v);

/* True if `type` is `above` or stands below it. */
bool type_isa(Value type, Value above);

#endif
