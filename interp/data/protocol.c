/* SPDX-License-Identifier: MIT */
/*
 * Protocols; see protocol.h. A method remembers the function that it chose
 * last, and for which type; any `extend` makes all of them forget, by an epoch
 * that is counted up.
 */
#include "interp/data/protocol.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/type.h"
#include "interp/data/vector.h"

#include <assert.h>

static uint64_t epoch = 1;

Value
protocol_make(Value name, Value signatures, bool by_meta)
{
    assert(symbol_is(name) && map_is(signatures));
    struct protocol_object *protocol =
        alloc_object(KIND_PROTOCOL, sizeof(struct protocol_object));
    protocol->name = name;
    protocol->signatures = signatures;
    protocol->impls = map_empty();
    protocol->head.flags = by_meta ? PROTOCOL_BY_META : 0;
    // Keys of maps, as types are: their order is that of their names.
    protocol->head.hash = value_hash(name);
    return value_from_object(protocol);
}

Value
protocol_method(Value protocol, Value name)
{
    assert(protocol_is(protocol));
    struct method_object *method =
        alloc_object(KIND_METHOD, sizeof(struct method_object));
    method->protocol = protocol;
    method->name = name;
    method->key = keyword_make(VALUE_NIL, symbol_name(name));
    method->last_type = VALUE_ABSENT;
    method->last_function = VALUE_ABSENT;
    return value_from_object(method);
}

void
protocol_extend(Value protocol, Value type, Value methods)
{
    assert(protocol_is(protocol) && map_is(methods));
    struct protocol_object *object =
        (struct protocol_object *)value_object(protocol);
    object->impls = map_assoc(object->impls, type, methods);
    epoch++;
}

Value
protocol_reify(Value methods, Value meta)
{
    assert(map_is(methods));
    struct reified_object *object =
        alloc_object(KIND_REIFIED, sizeof(struct reified_object));
    object->methods = methods;
    object->meta = meta;
    return value_from_object(object);
}

/* The methods of a type: its own, else the nearest above. */
static Value
methods_of_type(const struct protocol_object *protocol, Value type)
{
    Value found = map_get(protocol->impls, type);
    Value above = type_is(type) ? type_object(type)->above : vector_empty();
    for (uint32_t i = 0;
         i < vector_count(above) && value_is(found, VALUE_ABSENT); i++) {
        found = map_get(protocol->impls, vector_at(above, i));
    }
    return value_is(found, VALUE_ABSENT)
               ? map_get_keyword(protocol->impls,
                                 keyword_from_cstring("default"))
               : found;
}

Value
protocol_methods_of(Value protocol, Value v)
{
    if (value_is_kind(v, KIND_REIFIED)) {
        Value own =
            map_get(((const struct reified_object *)value_object(v))->methods,
                    protocol);
        if (!value_is(own, VALUE_ABSENT)) {
            return own;
        }
    }
    return methods_of_type(protocol_object(protocol), type_of(v));
}

_Noreturn static void
throw_missing(const struct method_object *method, Value v)
{
    const struct protocol_object *protocol = protocol_object(method->protocol);
    Value type = type_of(v);
    Value name =
        type_is(type) ? type_object(type)->name : text_from_cstring("nil");
    error_throw_help(
        ERROR_VALUE,
        text_bytes(text_format("Give it one: (extend-type %s %s ...).",
                               text_bytes(name),
                               text_bytes(symbol_name(protocol->name)))),
        "No implementation of method: :%s of protocol: #'%s found for "
        "class: %s",
        text_bytes(symbol_name(method->name)),
        text_bytes(symbol_full_name(protocol->name)), text_bytes(name));
}

/* What the metadata of a value brings under the method's name, or ABSENT. */
static Value
from_meta(const struct method_object *method, Value v)
{
    Value meta = meta_of(v);
    return map_is(meta) ? map_get(meta, method->name) : VALUE_ABSENT;
}

Value
protocol_select(Value v, const Value *args, uint32_t argc)
{
    assert(value_is_kind(v, KIND_METHOD) && argc >= 1);
    struct method_object *method = (struct method_object *)value_object(v);
    Value type = type_of(args[0]);
    if (method->last_epoch == epoch && value_is(type, method->last_type)) {
        return method->last_function;
    }
    bool by_meta =
        (value_object(method->protocol)->flags & PROTOCOL_BY_META) != 0;
    Value found = by_meta ? from_meta(method, args[0]) : VALUE_ABSENT;
    if (!value_is(found, VALUE_ABSENT)) {
        return found;
    }
    Value methods = protocol_methods_of(method->protocol, args[0]);
    found = map_is(methods) ? map_get(methods, method->key) : VALUE_ABSENT;
    if (value_is(found, VALUE_ABSENT)) {
        throw_missing(method, args[0]);
    }
    // Of what has methods of its own the type does not tell enough.
    if (!by_meta && !value_is_kind(args[0], KIND_REIFIED)) {
        method->last_type = type;
        method->last_function = found;
        method->last_epoch = epoch;
    }
    return found;
}
