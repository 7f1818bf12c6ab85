/* SPDX-License-Identifier: MIT */
/*
 * Metadata, hashes, identity and types of values.
 *
 * Metadata never takes part in equality or hashes. with-meta copies the head
 * of a value and shares the rest. A var's metadata is put together when it is
 * asked for: what its definition said, its name and namespace, and, for a
 * builtin, the signature and the sentence of its row.
 */
#include "interp/data/meta.h"

#include "interp/core/support.h"
#include "interp/data/map.h"
#include "interp/data/set.h"
#include "interp/read/reader.h"

#include <assert.h>

/* The rows of the tables are metadata too. */
static Value
meta_of_builtin(Value meta, const struct builtin *row)
{
    Value arglists = text_format("(%s)", row->signature);
    struct reader *reader =
        reader_create(text_bytes(arglists), text_byte_len(arglists), VALUE_NIL,
                      READER_DATA);
    Value lists = VALUE_NIL;
    bool is_read = reader_read(reader, &lists, NULL);
    assert(is_read);
    meta = map_assoc(meta, keyword_from_cstring("arglists"), lists);
    meta = map_assoc(meta, keyword_from_cstring("added"),
                     text_from_cstring(row->since));
    return map_assoc(meta, keyword_from_cstring("doc"),
                     text_from_cstring(row->doc));
}

/* The version since which a whole namespace is there counts for each name that
 * says no other. */
static Value
add_added(Value meta, Value of_namespace)
{
    Value key = keyword_from_cstring("added");
    if (!map_is(of_namespace) || !value_is(map_get(meta, key), VALUE_ABSENT)) {
        return meta;
    }
    Value added = map_get(of_namespace, key);
    return value_is(added, VALUE_ABSENT) ? meta : map_assoc(meta, key, added);
}

/* What the definition said, and what the var knows of itself. */
static Value
meta_of_var(Value v)
{
    const struct var_object *var = (const struct var_object *)value_object(v);
    Value meta = map_is(var->meta) ? var->meta : map_empty();
    if (value_is_kind(var->value, KIND_BUILTIN) && value_is_nil(var->meta)) {
        const struct builtin_object *builtin =
            (const struct builtin_object *)value_object(var->value);
        meta = meta_of_builtin(meta, builtin->spec);
    }
    if (var->head.flags & VAR_MACRO) {
        meta = map_assoc(meta, keyword_from_cstring("macro"), VALUE_TRUE);
    }
    meta = add_added(meta, meta_of(var->ns));
    meta = map_assoc(meta, keyword_from_cstring("ns"), var->ns);
    return map_assoc(meta, keyword_from_cstring("name"), var->name);
}

/* (meta x) */
static Value
meta_get(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return value_is_kind(args[0], KIND_VAR) ? meta_of_var(args[0])
                                            : meta_of(args[0]);
}

/* The checks that with-meta and vary-meta share. */
static Value
meta_set(Value v, Value meta)
{
    if (!meta_is_supported(v)) {
        core_throw_type("with-meta", "a symbol, collection or function", v);
    }
    if (!value_is_nil(meta) && !core_is_map(meta)) {
        core_throw_type("with-meta", "a map as metadata", meta);
    }
    return meta_with(v, meta);
}

/* (with-meta x map) */
static Value
meta_with_meta(Value *args, uint32_t argc)
{
    assert(argc == 2);
    return meta_set(args[0], args[1]);
}

/* (vary-meta x f & args) */
static Value
meta_vary(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    Value v = args[0];
    Value f = args[1];
    args[1] = meta_of(v);
    return meta_set(v, invoke(f, args + 1, argc - 1));
}

/* (hash x) */
static Value
meta_hash(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return value_is_nil(args[0]) ? number_int(0)
                                 : number_int((int32_t)value_hash(args[0]));
}

/* (hash-ordered-coll coll): that of a vector of the items */
static Value
meta_hash_ordered(Value *args, uint32_t argc)
{
    assert(argc == 1);
    struct core_buffer items = {0};
    core_buffer_add_all(&items, args[0]);
    Value vector = vector_from_array(items.items, items.count);
    return number_int((int32_t)value_hash(vector));
}

/* (hash-unordered-coll coll): that of a set of the items, or of the map */
static Value
meta_hash_unordered(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (core_is_map(args[0])) {
        return number_int((int32_t)value_hash(args[0]));
    }
    struct core_buffer items = {0};
    core_buffer_add_all(&items, args[0]);
    Value set = set_from_array(items.items, items.count);
    return number_int((int32_t)value_hash(set));
}

/* (identical? a b) */
static Value
meta_is_identical(Value *args, uint32_t argc)
{
    assert(argc == 2);
    return value_bool(value_is(args[0], args[1]));
}

static const struct builtin rows[] = {
    {"meta", 1, 1, meta_get, "[x]", "The metadata map of x, or nil.", "0.1"},
    {"with-meta", 2, 2, meta_with_meta, "[x map]",
     "An equal value with this metadata.", "0.1"},
    {"vary-meta", 2, ARGS_ANY, meta_vary, "[x f & args]",
     "An equal value with the metadata (f old args...).", "0.1"},
    {"hash", 1, 1, meta_hash, "[x]", "A number that equal values share.",
     "0.1"},
    {"hash-ordered-coll", 1, 1, meta_hash_ordered, "[coll]",
     "A hash of the items in their order.", "0.1"},
    {"hash-unordered-coll", 1, 1, meta_hash_unordered, "[coll]",
     "A hash of the items in any order.", "0.1"},
    {"identical?", 2, 2, meta_is_identical, "[a b]",
     "True if a and b are one object.", "0.1"},
};

const struct core_table core_meta[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
