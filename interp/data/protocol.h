/* SPDX-License-Identifier: MIT */
/*
 * Protocols: named sets of methods that types have. A method is chosen by the
 * type of its first argument: that type itself, then what stands above it,
 * nearest first, then :default. nil has only what nil and :default were given.
 */
#ifndef INTERP_DATA_PROTOCOL_H
#define INTERP_DATA_PROTOCOL_H

#include "interp/data/object.h"

enum protocol_flag {
    PROTOCOL_BY_META = 1 /* :extend-via-metadata: a value may bring methods */
};

/* KIND_PROTOCOL; impls is written later. flags: protocol_flag. */
struct protocol_object {
    struct object head;
    Value name;       /* symbol with its namespace */
    Value signatures; /* map: keyword -> list of parameter vectors */
    Value impls; /* map: type, nil or :default -> map of keyword to function */
};

/* KIND_METHOD. What was chosen last is written later. */
struct method_object {
    struct object head;
    Value protocol;
    Value name; /* symbol with its namespace */
    Value key;  /* keyword, as in impls */
    Value last_type;
    Value last_function;
    uint64_t last_epoch;
};

/* KIND_REIFIED */
struct reified_object {
    struct object head;
    Value methods; /* map: protocol -> map of keyword to function */
    Value meta;
};

static inline bool
protocol_is(Value v)
{
    return value_is_kind(v, KIND_PROTOCOL);
}

static inline const struct protocol_object *
protocol_object(Value v)
{
    return (const struct protocol_object *)value_object(v);
}

static inline const struct method_object *
method_object(Value v)
{
    return (const struct method_object *)value_object(v);
}

Value protocol_make(Value name, Value signatures, bool by_meta);
/* The function of one of its methods; `name` has the namespace. */
Value protocol_method(Value protocol, Value name);

/* Gives a type (or nil, :default) these methods, in place of those that it had
 * by this protocol. */
void protocol_extend(Value protocol, Value type, Value methods);

/* The methods that v has by the protocol, a map, or ABSENT. */
Value protocol_methods_of(Value protocol, Value v);

/* The function that a method means for these arguments; throws a key error if
 * there is none. */
Value protocol_select(Value method, const Value *args, uint32_t argc);

Value protocol_reify(Value methods, Value meta);

#endif
