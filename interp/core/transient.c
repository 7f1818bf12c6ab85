/* SPDX-License-Identifier: MIT */
/*
 * Transients as programs use them: collections that only the form at hand
 * sees, changed in place.
 *
 * Each operation checks the kind and that persistent! has not been called; the
 * result is the same transient, yet programs must use what they are given, as
 * in Clojure. What becomes persistent shares the memory of the transient,
 * which is closed first.
 */
#include "interp/data/transient.h"

#include "interp/core/support.h"
#include "interp/data/map.h"
#include "interp/data/set.h"

#include <assert.h>

static _Noreturn void
throw_transient(const char *operation, Value found)
{
    core_throw_type(operation, "a transient of a fitting kind", found);
}

/* What programs build step by step has no metadata, as in Clojure. */
static Value
without_meta(Value transient)
{
    ((struct transient_object *)value_object(transient))->meta = VALUE_NIL;
    return transient;
}

/* (transient coll) */
static Value
make_transient(Value *args, uint32_t argc)
{
    assert(argc == 1);
    switch (value_kind(args[0])) {
    case KIND_VECTOR:
        return without_meta(vector_transient(args[0]));
    case KIND_MAP:
        return without_meta(map_transient(args[0]));
    case KIND_SET:
        return without_meta(set_transient(args[0]));
    default:
        core_throw_type("transient", "a vector, hash map or hash set", args[0]);
    }
}

/* (persistent! transient) */
static Value
make_persistent(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (!transient_is(args[0])) {
        throw_transient("persistent!", args[0]);
    }
    switch (transient_type(args[0])) {
    case TRANSIENT_MAP:
        return map_persistent(args[0]);
    case TRANSIENT_SET:
        return set_persistent(args[0]);
    case TRANSIENT_VECTOR:
        break;
    }
    return vector_persistent(args[0]);
}

/* An entry, a vector of two, or a map: what conj on a map takes. */
static void
conj_transient_map(Value transient, Value item)
{
    if (vector_is(item) && vector_count(item) == 2) {
        map_transient_assoc(transient, vector_at(item, 0), vector_at(item, 1));
        return;
    }
    if (!core_is_map(item) && !value_is_nil(item)) {
        core_throw_type("conj!", "an entry or a map", item);
    }
    struct seq_iter iter;
    seq_iter_init(&iter, item);
    Value entry;
    while (seq_iter_next(&iter, &entry)) {
        map_transient_assoc(transient, vector_at(entry, 0),
                            vector_at(entry, 1));
    }
}

/* (conj!), (conj! coll), (conj! coll item) */
static Value
conj_in_place(Value *args, uint32_t argc)
{
    if (argc == 0) {
        return vector_transient(vector_empty());
    }
    if (argc == 1) {
        return args[0];
    }
    if (!transient_is(args[0])) {
        throw_transient("conj!", args[0]);
    }
    switch (transient_type(args[0])) {
    case TRANSIENT_MAP:
        conj_transient_map(args[0], args[1]);
        break;
    case TRANSIENT_SET:
        set_transient_conj(args[0], args[1]);
        break;
    case TRANSIENT_VECTOR:
        vector_transient_conj(args[0], args[1]);
        break;
    }
    return args[0];
}

static void
assoc_transient_one(Value transient, Value key, Value value)
{
    if (!transient_is(transient) ||
        transient_type(transient) == TRANSIENT_SET) {
        throw_transient("assoc!", transient);
    }
    if (transient_type(transient) == TRANSIENT_MAP) {
        map_transient_assoc(transient, key, value);
        return;
    }
    int64_t index = number_expect_int(key, "assoc!");
    if (index < 0 || index > vector_transient_count(transient)) {
        error_throw(ERROR_INDEX, "assoc!: index %lld is out of bounds",
                    (long long)index);
    }
    vector_transient_assoc(transient, (uint32_t)index, value);
}

/* (assoc! coll key value & kvs) */
static Value
assoc_in_place(Value *args, uint32_t argc)
{
    assert(argc >= 3);
    if (argc % 2 == 0) {
        error_throw(ERROR_ARITY, "assoc!: a key has no value");
    }
    for (uint32_t i = 1; i < argc; i += 2) {
        assoc_transient_one(args[0], args[i], args[i + 1]);
    }
    return args[0];
}

/* (dissoc! map key & keys) */
static Value
dissoc_in_place(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    if (!transient_is(args[0]) || transient_type(args[0]) != TRANSIENT_MAP) {
        throw_transient("dissoc!", args[0]);
    }
    for (uint32_t i = 1; i < argc; i++) {
        map_transient_dissoc(args[0], args[i]);
    }
    return args[0];
}

/* (disj! set item & items) */
static Value
disj_in_place(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    if (!transient_is(args[0]) || transient_type(args[0]) != TRANSIENT_SET) {
        throw_transient("disj!", args[0]);
    }
    for (uint32_t i = 1; i < argc; i++) {
        set_transient_disj(args[0], args[i]);
    }
    return args[0];
}

/* (pop! vector) */
static Value
pop_in_place(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (!transient_is(args[0]) || transient_type(args[0]) != TRANSIENT_VECTOR) {
        throw_transient("pop!", args[0]);
    }
    if (vector_transient_count(args[0]) == 0) {
        error_throw(ERROR_STATE, "Can't pop empty vector");
    }
    vector_transient_pop(args[0]);
    return args[0];
}

static const struct builtin rows[] = {
    {"transient", 1, 1, make_transient, "[coll]",
     "A copy of a collection that conj! and its like change in place.", "0.1"},
    {"persistent!", 1, 1, make_persistent, "[transient]",
     "Makes a transient an ordinary collection again, once.", "0.1"},
    {"conj!", 0, 2, conj_in_place, "[] [coll] [coll item]",
     "Adds an item to a transient.", "0.1"},
    {"assoc!", 3, ARGS_ANY, assoc_in_place, "[coll key value & kvs]",
     "Sets values of a transient map or vector.", "0.1"},
    {"dissoc!", 2, ARGS_ANY, dissoc_in_place, "[map key & keys]",
     "Removes keys from a transient map.", "0.1"},
    {"disj!", 2, ARGS_ANY, disj_in_place, "[set item & items]",
     "Removes items from a transient set.", "0.1"},
    {"pop!", 1, 1, pop_in_place, "[vector]",
     "Removes the last item of a transient vector.", "0.1"},
};

const struct core_table core_transient[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
