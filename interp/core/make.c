/* SPDX-License-Identifier: MIT */
/*
 * Collections from their items: vector, list, hash-map, sorted-set and the
 * others; vec, set and subvec from another collection.
 *
 * Keys that come twice are no error here, as they are in a literal: the last
 * value wins, and the first key stays. An odd number of keys and values is an
 * error. What is of the wanted kind already is given as it is, without its
 * metadata. A large subvec shows its vector and keeps it alive; a small one is a
 * copy.
 */
#include "interp/core/support.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/set.h"
#include "interp/data/sorted.h"

#include <assert.h>

/* (vector & items) */
static Value
make_vector(Value *args, uint32_t argc)
{
    return vector_from_array(args, argc);
}

/* (vec coll) */
static Value
make_vec(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (vector_is(args[0]) && !(value_object(args[0])->flags & VECTOR_ENTRY)) {
        return vector_with_meta(args[0], VALUE_NIL);
    }
    return vector_from_taken(&args[0]);
}

/* (list & items) */
static Value
make_list(Value *args, uint32_t argc)
{
    return list_from_array(args, argc);
}

/* (list* items* coll) */
static Value
make_list_star(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    Value tail = args[argc - 1];
    if (argc == 1) {
        return seq_of(tail);
    }
    Value result = seq_cons(args[argc - 2], tail);
    for (uint32_t i = argc - 2; i > 0; i--) {
        result = list_cons(args[i - 1], result);
    }
    return result;
}

static Value
map_from_args(const char *name, const Value *args, uint32_t argc)
{
    if (argc % 2 != 0) {
        Value key = args[argc - 1];
        error_throw(ERROR_VALUE, "%s: the last key %s has no value", name,
                    value_shown(key));
    }
    return map_from_pairs(args, argc / 2);
}

/* (hash-map & kvs) */
static Value
make_hash_map(Value *args, uint32_t argc)
{
    return map_from_args("hash-map", args, argc);
}

/* (array-map & kvs) */
static Value
make_array_map(Value *args, uint32_t argc)
{
    return map_from_args("array-map", args, argc);
}

/* (hash-set & items) */
static Value
make_hash_set(Value *args, uint32_t argc)
{
    return set_from_array(args, argc);
}

/* (set coll) */
static Value
make_set(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (core_is_set(args[0])) {
        return meta_with(args[0], VALUE_NIL);
    }
    Value transient = set_transient(set_empty());
    struct seq_iter iter;
    seq_iter_take(&iter, &args[0]);
    Value item;
    while (seq_iter_next(&iter, &item)) {
        set_transient_conj(transient, item);
    }
    return set_persistent(transient);
}

static Value
sorted_map_from(Value comparator, const Value *args, uint32_t argc)
{
    if (argc % 2 != 0) {
        error_throw(ERROR_VALUE, "sorted-map: no value for the last key");
    }
    Value result = sorted_make(KIND_SORTED_MAP, comparator);
    for (uint32_t i = 0; i < argc; i += 2) {
        result = sorted_assoc(result, args[i], args[i + 1]);
    }
    return result;
}

static Value
sorted_set_from(Value comparator, const Value *args, uint32_t argc)
{
    Value result = sorted_make(KIND_SORTED_SET, comparator);
    for (uint32_t i = 0; i < argc; i++) {
        result = sorted_assoc(result, args[i], args[i]);
    }
    return result;
}

/* (sorted-map & kvs) */
static Value
make_sorted_map(Value *args, uint32_t argc)
{
    return sorted_map_from(VALUE_NIL, args, argc);
}

/* (sorted-map-by comparator & kvs) */
static Value
make_sorted_map_by(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    return sorted_map_from(core_comparator(args[0]), args + 1, argc - 1);
}

/* (sorted-set & items) */
static Value
make_sorted_set(Value *args, uint32_t argc)
{
    return sorted_set_from(VALUE_NIL, args, argc);
}

/* (sorted-set-by comparator & items) */
static Value
make_sorted_set_by(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    return sorted_set_from(core_comparator(args[0]), args + 1, argc - 1);
}

/* (subvec vector start), (subvec vector start end) */
static Value
make_subvec(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    if (!vector_is(args[0])) {
        core_throw_type("subvec", "a vector", args[0]);
    }
    int64_t count = vector_count(args[0]);
    int64_t start = number_expect_int(args[1], "subvec");
    int64_t end = argc == 3 ? number_expect_int(args[2], "subvec") : count;
    if (start < 0 || end < start || end > count) {
        error_throw(ERROR_INDEX,
                    "subvec: %lld to %lld is out of bounds for %lld items",
                    (long long)start, (long long)end, (long long)count);
    }
    return vector_sub(args[0], (uint32_t)start, (uint32_t)end);
}

static const struct builtin rows[] = {
    {"vector", 0, ARGS_ANY, make_vector, "[& items]", "A vector of the items.",
     "0.1"},
    {"vec", 1, 1, make_vec, "[coll]", "A vector of a collection's items.",
     "0.1"},
    {"list", 0, ARGS_ANY, make_list, "[& items]", "A list of the items.",
     "0.1"},
    {"list*", 1, ARGS_ANY, make_list_star, "[items* coll]",
     "The items in front of those of the last argument.", "0.1"},
    {"hash-map", 0, ARGS_ANY, make_hash_map, "[& kvs]",
     "A map of keys and values.", "0.1"},
    {"array-map", 0, ARGS_ANY, make_array_map, "[& kvs]",
     "A map of keys and values; up to 8 keep their order.", "0.1"},
    {"hash-set", 0, ARGS_ANY, make_hash_set, "[& items]", "A set of the items.",
     "0.1"},
    {"set", 1, 1, make_set, "[coll]", "A set of a collection's items.", "0.1"},
    {"sorted-map", 0, ARGS_ANY, make_sorted_map, "[& kvs]",
     "A map in the order of its keys.", "0.1"},
    {"sorted-map-by", 1, ARGS_ANY, make_sorted_map_by, "[comparator & kvs]",
     "A map in the order that a comparator gives.", "0.1"},
    {"sorted-set", 0, ARGS_ANY, make_sorted_set, "[& items]", "A set in order.",
     "0.1"},
    {"sorted-set-by", 1, ARGS_ANY, make_sorted_set_by, "[comparator & items]",
     "A set in the order that a comparator gives.", "0.1"},
    {"subvec", 2, 3, make_subvec, "[vector start] [vector start end]",
     "The items from start up to, without, end.", "0.1"},
};

const struct core_table core_make[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
