/* SPDX-License-Identifier: MIT */
#include "interp/data/record.h"

#include "interp/data/alloc.h"
#include "interp/data/map.h"
#include "interp/data/namespace.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/type.h"
#include "interp/data/vector.h"

#include <assert.h>
#include <string.h>

static Value
make(Value type, Value map, Value meta)
{
    assert(type_is_record(type) && map_is(map));
    struct record_object *record =
        alloc_object(KIND_RECORD, sizeof(struct record_object));
    record->type = type;
    record->map = map;
    record->meta = meta;
    return value_from_object(record);
}

Value
record_make(Value type, const Value *values)
{
    Value fields = type_object(type)->fields;
    Value transient = map_transient(map_empty());
    for (uint32_t i = 0; i < vector_count(fields); i++) {
        map_transient_assoc(transient, vector_at(fields, i), values[i]);
    }
    return make(type, map_persistent(transient), VALUE_NIL);
}

/* Fields first, whatever the order of the map. */
Value
record_from_map(Value type, Value map)
{
    assert(map_is(map));
    Value fields = type_object(type)->fields;
    Value transient = map_transient(map_empty());
    for (uint32_t i = 0; i < vector_count(fields); i++) {
        Value value = map_get(map, vector_at(fields, i));
        map_transient_assoc(transient, vector_at(fields, i),
                            value_is(value, VALUE_ABSENT) ? VALUE_NIL : value);
    }
    return make(type, map_merge(map_persistent(transient), map), VALUE_NIL);
}

Value
record_assoc(Value v, Value key, Value value)
{
    const struct record_object *record = record_object(v);
    Value map = map_assoc(record->map, key, value);
    return value_is(map, record->map) ? v
                                      : make(record->type, map, record->meta);
}

static bool
is_field(Value type, Value key)
{
    Value fields = type_object(type)->fields;
    for (uint32_t i = 0; i < vector_count(fields); i++) {
        if (value_is(vector_at(fields, i), key)) {
            return true;
        }
    }
    return false;
}

Value
record_dissoc(Value v, Value key)
{
    const struct record_object *record = record_object(v);
    Value map = map_dissoc(record->map, key);
    if (value_is(map, record->map)) {
        return v;
    }
    if (is_field(record->type, key)) {
        return value_is_nil(record->meta) ? map
                                          : map_with_meta(map, record->meta);
    }
    return make(record->type, map, record->meta);
}

/* "a_b.c.Point" names the type Point of the namespace a-b.c. */
Value
record_type_var(Value name)
{
    assert(text_is(name));
    const char *bytes = text_bytes(name);
    const char *dot = strrchr(bytes, '.');
    if (dot == NULL || dot == bytes || dot[1] == 0) {
        return VALUE_ABSENT;
    }
    size_t ns_len = (size_t)(dot - bytes);
    char *ns_name = alloc_atomic(ns_len + 1);
    for (size_t i = 0; i < ns_len; i++) {
        ns_name[i] = bytes[i] == '_' ? '-' : bytes[i];
    }
    Value ns = namespace_find(symbol_intern(ns_name, ns_len));
    if (value_is(ns, VALUE_ABSENT)) {
        return VALUE_ABSENT;
    }
    Value vars = ((const struct namespace_object *)value_object(ns))->vars;
    Value var = map_get(vars, symbol_intern(dot + 1, strlen(dot + 1)));
    bool is_type =
        value_is_kind(var, KIND_VAR) &&
        type_is_record(((const struct var_object *)value_object(var))->value);
    return is_type ? var : VALUE_ABSENT;
}

Value
record_type_named(Value name)
{
    Value var = record_type_var(name);
    return value_is(var, VALUE_ABSENT)
               ? var
               : ((const struct var_object *)value_object(var))->value;
}
