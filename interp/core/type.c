/* SPDX-License-Identifier: MIT */
/*
 * Classes, records and protocols as programs use them. The macros that define
 * them are in stdlib/types.magma (library.c); they expand to calls of what is
 * here.
 */
#include "interp/data/type.h"
#include "interp/compile/fingerprint.h"
#include "interp/core/support.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/protocol.h"
#include "interp/data/record.h"
#include "interp/data/set.h"

#include <assert.h>

/* --- Classes ----------------------------------------------------------------- */

/* (class x) */
static Value
type_class(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return type_of(args[0]);
}

/* (type x) */
static Value
type_type(Value *args, uint32_t argc)
{
    assert(argc == 1);
    Value meta = meta_of(args[0]);
    Value type = map_is(meta) ? map_get(meta, keyword_from_cstring("type"))
                              : VALUE_ABSENT;
    return value_is(type, VALUE_ABSENT) || value_is_nil(type) ? type_of(args[0])
                                                              : type;
}

/* (instance? type x) */
static Value
type_is_instance(Value *args, uint32_t argc)
{
    assert(argc == 2);
    if (protocol_is(args[0])) {
        return value_bool(
            !value_is(protocol_methods_of(args[0], args[1]), VALUE_ABSENT));
    }
    if (!type_is(args[0])) {
        core_throw_type("instance?", "a class or a type of records", args[0]);
    }
    return value_bool(type_isa(type_of(args[1]), args[0]));
}

/* (supers type) */
static Value
type_supers(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (!type_is(args[0])) {
        core_throw_type("supers", "a class or a type of records", args[0]);
    }
    Value above = type_object(args[0])->above;
    Value set = set_empty();
    for (uint32_t i = 0; i < vector_count(above); i++) {
        set = set_conj(set, vector_at(above, i));
    }
    return set_count(set) == 0 ? VALUE_NIL : set;
}

/* --- Records -------------------------------------------------------------------- */

/* (record-type* full-name fields) */
static Value
type_record_type(Value *args, uint32_t argc)
{
    assert(argc == 2);
    return type_of_records(args[0], args[1]);
}

static Value
expect_record_type(const char *operation, Value v)
{
    if (!type_is_record(v)) {
        core_throw_type(operation, "a type of records", v);
    }
    return v;
}

/* (record* type & values): what (Point. 1 2) means */
static Value
type_record(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    Value type = expect_record_type("new", args[0]);
    uint32_t fields = vector_count(type_object(type)->fields);
    if (argc - 1 != fields) {
        error_throw(ERROR_ARITY, "%s has %u fields, but %u values are given",
                    text_bytes(type_object(type)->name), fields, argc - 1);
    }
    return record_make(type, args + 1);
}

/* (record-of-map* type map) */
static Value
type_record_of_map(Value *args, uint32_t argc)
{
    assert(argc == 2);
    Value type = expect_record_type("map->record", args[0]);
    if (record_is(args[1])) {
        args[1] = record_object(args[1])->map;
    }
    if (value_is_nil(args[1])) {
        args[1] = map_empty();
    }
    if (!core_is_map(args[1])) {
        core_throw_type("map->record", "a map", args[1]);
    }
    Value map = map_is(args[1]) ? args[1] : core_conj_one(map_empty(), args[1]);
    return record_from_map(type, map);
}

/* (field* record keyword): what (.-x point) means */
static Value
type_field(Value *args, uint32_t argc)
{
    assert(argc == 2);
    Value found = record_is(args[0])
                      ? map_get(record_object(args[0])->map, args[1])
                      : VALUE_ABSENT;
    if (value_is(found, VALUE_ABSENT)) {
        error_throw_help(ERROR_REFUSED,
                         "There is no host platform below Magma: only records "
                         "have fields.",
                         "There is no field %s in %s",
                         text_bytes(symbol_name(args[1])),
                         value_shown(args[0]));
    }
    return found;
}

/* --- Protocols ------------------------------------------------------------------- */

static Value
expect_protocol(const char *operation, Value v)
{
    if (!protocol_is(v)) {
        core_throw_type(operation, "a protocol", v);
    }
    return v;
}

/* (protocol* name signatures by-meta) */
static Value
type_protocol(Value *args, uint32_t argc)
{
    assert(argc == 3);
    return protocol_make(args[0], args[1], value_is_true(args[2]));
}

/* (method* protocol name) */
static Value
type_method(Value *args, uint32_t argc)
{
    assert(argc == 2);
    return protocol_method(expect_protocol("method*", args[0]), args[1]);
}

static Value
expect_extended(Value v)
{
    if (!type_is(v) && !value_is_nil(v) &&
        !value_is(v, keyword_from_cstring("default"))) {
        error_throw_help(ERROR_TYPE,
                         "Name a class (String, Long, Object ...), a type of "
                         "records, nil or :default.",
                         "extend: %s is no type", value_shown(v));
    }
    return v;
}

/* (extend type & protocols-and-maps) */
static Value
type_extend(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    if (argc % 2 == 0) {
        error_throw(ERROR_ARITY, "extend: a protocol has no map of methods");
    }
    Value type = expect_extended(args[0]);
    for (uint32_t i = 1; i < argc; i += 2) {
        Value protocol = expect_protocol("extend", args[i]);
        if (!map_is(args[i + 1])) {
            core_throw_type("extend", "a map of methods", args[i + 1]);
        }
        protocol_extend(protocol, type, args[i + 1]);
    }
    fingerprint_forget();
    return VALUE_NIL;
}

/* (extends? protocol type) */
static Value
type_extends(Value *args, uint32_t argc)
{
    assert(argc == 2);
    Value impls = protocol_object(expect_protocol("extends?", args[0]))->impls;
    return value_bool(!value_is(map_get(impls, args[1]), VALUE_ABSENT));
}

/* (extenders protocol) */
static Value
type_extenders(Value *args, uint32_t argc)
{
    assert(argc == 1);
    Value impls = protocol_object(expect_protocol("extenders", args[0]))->impls;
    struct core_buffer types = {0};
    struct map_iter iter;
    map_iter_init(&iter, impls);
    Value type;
    Value methods;
    while (map_iter_next(&iter, &type, &methods)) {
        core_buffer_add(&types, type);
    }
    return types.count == 0 ? VALUE_NIL : core_buffer_seq(&types);
}

/* (satisfies? protocol x) */
static Value
type_satisfies(Value *args, uint32_t argc)
{
    assert(argc == 2);
    Value protocol = expect_protocol("satisfies?", args[0]);
    return value_bool(
        !value_is(protocol_methods_of(protocol, args[1]), VALUE_ABSENT));
}

/* (reify* methods): a map from protocols to maps of methods */
static Value
type_reify(Value *args, uint32_t argc)
{
    assert(argc == 1);
    struct map_iter iter;
    map_iter_init(&iter, args[0]);
    Value protocol;
    Value methods;
    while (map_iter_next(&iter, &protocol, &methods)) {
        expect_protocol("reify", protocol);
    }
    return protocol_reify(args[0], VALUE_NIL);
}

static const struct builtin rows[] = {
    {"class", 1, 1, type_class, "[x]", "The class of x; nil for nil.", "0.1"},
    {"type", 1, 1, type_type, "[x]",
     "The :type of the metadata, else the class of x.", "0.1"},
    {"instance?", 2, 2, type_is_instance, "[type x]",
     "True if x is of the type, or of one below it.", "0.1"},
    {"supers", 1, 1, type_supers, "[type]",
     "The set of all that stands above a class, or nil.", "0.1"},
    {"record-type*", 2, 2, type_record_type, "[name fields]",
     "A new type of records, for defrecord.", "0.1"},
    {"record*", 1, ARGS_ANY, type_record, "[type & values]",
     "A record of the values of its fields.", "0.1"},
    {"record-of-map*", 2, 2, type_record_of_map, "[type map]",
     "A record of a map; what it lacks is nil.", "0.1"},
    {"field*", 2, 2, type_field, "[record field]",
     "The field of a record, an error if it has none of this name.", "0.1"},
    {"protocol*", 3, 3, type_protocol, "[name signatures by-meta]",
     "A new protocol, for defprotocol.", "0.1"},
    {"method*", 2, 2, type_method, "[protocol name]",
     "The function of a protocol's method.", "0.1"},
    {"extend", 1, ARGS_ANY, type_extend, "[type & protocols-and-maps]",
     "Gives a type methods: a protocol, then a map from keywords to functions.",
     "0.1"},
    {"extends?", 2, 2, type_extends, "[protocol type]",
     "True if the type itself was given methods by the protocol.", "0.1"},
    {"extenders", 1, 1, type_extenders, "[protocol]",
     "The types that were given methods by the protocol.", "0.1"},
    {"satisfies?", 2, 2, type_satisfies, "[protocol x]",
     "True if x has methods by the protocol.", "0.1"},
    {"reify*", 1, 1, type_reify, "[methods]", "What reify expands into.",
     "0.1"},
};

const struct core_table core_type[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
