/* SPDX-License-Identifier: MIT */
/*
 * Reduce and all that is a reduce: into, mapv, transduce, run!. They walk with
 * an iterator and build with transients, so that each item costs a step and no
 * cells are made.
 *
 * A reduced value ends the walk at once: items behind it are not realised.
 * Without an initial value the first item is it, and (f) stands for nothing at
 * all. into keeps the metadata of what it adds to.
 */
#include "interp/core/support.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/record.h"
#include "interp/data/set.h"
#include "interp/data/transient.h"
#include "interp/vm/call.h"

#include <assert.h>

static Value
reduce_from_first(Value f, Value *coll)
{
    struct seq_iter iter;
    seq_iter_take(&iter, coll);
    Value result;
    if (!seq_iter_next(&iter, &result)) {
        return invoke0(f);
    }
    Value item;
    while (seq_iter_next(&iter, &item)) {
        result = invoke2(f, result, item);
        if (core_is_reduced(result)) {
            return core_unreduced(result);
        }
    }
    return result;
}

/* (reduce f coll), (reduce f init coll) */
static Value
reduce_reduce(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    if (argc == 2) {
        return reduce_from_first(args[0], &args[1]);
    }
    return core_reduce_with(args[0], args[1], &args[2]);
}

/* --- reduce-kv ---------------------------------------------------------------- */

static bool
step_kv(Value f, Value *result, Value key, Value value)
{
    Value args[3] = {*result, key, value};
    *result = invoke(f, args, 3);
    if (core_is_reduced(*result)) {
        *result = core_unreduced(*result);
        return false;
    }
    return true;
}

static Value
reduce_map(Value f, Value result, Value map)
{
    struct map_iter iter;
    map_iter_init(&iter, map);
    Value key;
    Value value;
    while (map_iter_next(&iter, &key, &value) &&
           step_kv(f, &result, key, value)) {
    }
    return result;
}

static Value
reduce_vector(Value f, Value result, Value vector)
{
    for (uint32_t i = 0; i < vector_count(vector); i++) {
        if (!step_kv(f, &result, number_int(i), vector_at(vector, i))) {
            break;
        }
    }
    return result;
}

/* (reduce-kv f init map) */
static Value
reduce_kv(Value *args, uint32_t argc)
{
    assert(argc == 3);
    if (record_is(args[2])) {
        args[2] = record_object(args[2])->map;
    }
    if (map_is(args[2])) {
        return reduce_map(args[0], args[1], args[2]);
    }
    if (vector_is(args[2])) {
        return reduce_vector(args[0], args[1], args[2]);
    }
    if (!core_is_map(args[2]) && !value_is_nil(args[2]) && !seq_is(args[2])) {
        core_throw_type("reduce-kv", "a map or vector", args[2]);
    }
    Value result = args[1];
    struct seq_iter iter;
    seq_iter_take(&iter, &args[2]);
    Value entry;
    while (seq_iter_next(&iter, &entry)) {
        if (!vector_is(entry) || vector_count(entry) != 2) {
            core_throw_type("reduce-kv", "an entry of a map", entry);
        }
        if (!step_kv(args[0], &result, vector_at(entry, 0),
                     vector_at(entry, 1))) {
            break;
        }
    }
    return result;
}

/* --- into ----------------------------------------------------------------------- */

/* What a transducer hands on at the end: halt-when gives what it likes. */
static Value
finish_into(Value made)
{
    if (!transient_is(made)) {
        return made;
    }
    return transient_type(made) == TRANSIENT_VECTOR ? vector_persistent(made)
                                                    : set_persistent(made);
}

/* A reducing function that adds to a transient, or conjoins. */
static Value
step_into(Value *args, uint32_t argc)
{
    if (argc == 0) {
        return VALUE_NIL;
    }
    if (argc == 1) {
        return finish_into(args[0]);
    }
    if (!transient_is(args[0])) {
        return core_conj_one(args[0], args[1]);
    }
    enum transient_type type = transient_type(args[0]);
    assert(type == TRANSIENT_VECTOR || type == TRANSIENT_SET);
    if (type == TRANSIENT_VECTOR) {
        vector_transient_conj(args[0], args[1]);
    } else {
        set_transient_conj(args[0], args[1]);
    }
    return args[0];
}

static const struct builtin row_into = CORE_INNER("into", 0, 2, step_into);

static Value
into_map(Value map, Value *from)
{
    if (map_is(*from)) {
        return map_merge(map, *from);
    }
    Value transient = map_transient(map);
    struct seq_iter iter;
    seq_iter_take(&iter, from);
    Value item;
    while (seq_iter_next(&iter, &item)) {
        if (!vector_is(item) || vector_count(item) != 2) {
            // nil, maps and wrong entries: conj knows.
            map = core_conj_one(map_persistent(transient), item);
            transient = map_transient(map);
            continue;
        }
        map_transient_assoc(transient, vector_at(item, 0), vector_at(item, 1));
    }
    return map_persistent(transient);
}

/* What concat would give is walked source by source, so that its cells need not
 * be made: nobody else gets to see them. */
static Value
into_vector(Value to, Value *from)
{
    Value sources[CORE_SOURCES_MAX] = {{0}};
    uint32_t count;
    struct vector_builder builder;
    vector_builder_init(&builder, to);
    if (!core_concat_take(*from, sources, &count)) {
        vector_builder_take(&builder, from);
        return vector_builder_end(&builder);
    }
    for (uint32_t i = 0; i < count; i++) {
        vector_builder_take(&builder, &sources[i]);
    }
    return vector_builder_end(&builder);
}

static Value
into_plain(Value to, Value *from)
{
    if (map_is(to)) {
        return into_map(to, from);
    }
    if (vector_is(to)) {
        return into_vector(to, from);
    }
    struct seq_iter iter;
    seq_iter_take(&iter, from);
    Value item;
    if (set_is(to)) {
        Value transient = set_transient(to);
        while (seq_iter_next(&iter, &item)) {
            set_transient_conj(transient, item);
        }
        return set_persistent(transient);
    }
    while (seq_iter_next(&iter, &item)) {
        to = core_conj_one(to, item);
    }
    return to;
}

/* The meaning of (transduce xform f init coll); coll is taken. */
static Value
transduce(Value xform, Value f, Value init, Value *coll)
{
    Value step = invoke1(xform, f);
    Value result = core_reduce_with(step, init, coll);
    return core_unreduced(invoke1(step, result));
}

/* (into), (into to), (into to from), (into to xform from) */
static Value
reduce_into(Value *args, uint32_t argc)
{
    if (argc < 2) {
        return argc == 0 ? vector_empty() : args[0];
    }
    if (argc == 2) {
        return into_plain(args[0], &args[1]);
    }
    Value f = core_builtin(&row_into, VALUE_NIL);
    Value to = args[0];
    if (vector_is(to)) {
        return transduce(args[1], f, vector_transient(to), &args[2]);
    }
    if (set_is(to)) {
        return transduce(args[1], f, set_transient(to), &args[2]);
    }
    return transduce(args[1], f, to, &args[2]);
}

/* (transduce xform f coll), (transduce xform f init coll) */
static Value
reduce_transduce(Value *args, uint32_t argc)
{
    assert(argc >= 3);
    Value init = argc == 4 ? args[2] : invoke0(args[1]);
    return transduce(args[0], args[1], init, &args[argc - 1]);
}

/* --- Vectors at once -------------------------------------------------------------- */

/* f over several collections in step. */
static void
map_many(struct vector_builder *builder, const Value *args, uint32_t argc)
{
    struct core_buffer at = {0};
    for (uint32_t i = 1; i < argc; i++) {
        core_buffer_add(&at, args[i]);
    }
    for (;;) {
        struct core_buffer firsts = {0};
        for (uint32_t i = 0; i < at.count; i++) {
            Value seq = seq_of(at.items[i]);
            if (value_is_nil(seq)) {
                return;
            }
            core_buffer_add(&firsts, seq_first(seq));
            at.items[i] = seq_rest(seq);
        }
        vector_builder_add(builder,
                           invoke(args[0], firsts.items, firsts.count));
    }
}

/* (mapv f coll), (mapv f c1 c2 & colls) */
static Value
reduce_mapv(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    struct vector_builder builder;
    vector_builder_init(&builder, vector_empty());
    if (argc > 2) {
        map_many(&builder, args, argc);
        return vector_builder_end(&builder);
    }
    struct seq_iter iter;
    seq_iter_take(&iter, &args[1]);
    Value item;
    while (seq_iter_next(&iter, &item)) {
        vector_builder_add(&builder, invoke1(args[0], item));
    }
    return vector_builder_end(&builder);
}

/* (filterv pred coll) */
static Value
reduce_filterv(Value *args, uint32_t argc)
{
    assert(argc == 2);
    struct vector_builder builder;
    vector_builder_init(&builder, vector_empty());
    struct seq_iter iter;
    seq_iter_take(&iter, &args[1]);
    Value item;
    while (seq_iter_next(&iter, &item)) {
        if (value_is_true(invoke1(args[0], item))) {
            vector_builder_add(&builder, item);
        }
    }
    return vector_builder_end(&builder);
}

/* (run! f coll) */
static Value
reduce_run(Value *args, uint32_t argc)
{
    assert(argc == 2);
    struct seq_iter iter;
    seq_iter_take(&iter, &args[1]);
    Value item;
    while (seq_iter_next(&iter, &item)) {
        if (core_is_reduced(invoke1(args[0], item))) {
            break;
        }
    }
    return VALUE_NIL;
}

/* --- Reduced ------------------------------------------------------------------------- */

/* (reduced x) */
static Value
reduce_reduced(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return core_reduced(args[0]);
}

/* (reduced? x) */
static Value
reduce_is_reduced(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return value_bool(core_is_reduced(args[0]));
}

/* (unreduced x) */
static Value
reduce_unreduced(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return core_unreduced(args[0]);
}

/* (ensure-reduced x) */
static Value
reduce_ensure(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return core_is_reduced(args[0]) ? args[0] : core_reduced(args[0]);
}

/* State: [f finish]. */
static Value
step_completing(Value *args, uint32_t argc)
{
    Value state = call_captured();
    if (argc == 1) {
        return invoke1(core_captured_at(state, 1), args[0]);
    }
    return invoke(core_captured_at(state, 0), args, argc);
}

static const struct builtin row_completing =
    CORE_INNER("completing", 0, 2, step_completing);

static Value
reduce_identity(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return args[0];
}

static const struct builtin row_identity =
    CORE_INNER("identity", 1, 1, reduce_identity);

/* (completing f), (completing f finish) */
static Value
reduce_completing(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    Value finish = argc == 2 ? args[1] : core_builtin(&row_identity, VALUE_NIL);
    return core_builtin(&row_completing, vector_2(args[0], finish));
}

static const struct builtin rows[] = {
    {"reduce", 2, 3, reduce_reduce, "[f coll] [f init coll]",
     "Combines the items from the left by f.", "0.1"},
    {"reduce-kv", 3, 3, reduce_kv, "[f init map]",
     "Combines keys and values by (f result key value).", "0.1"},
    {"transduce", 3, 4, reduce_transduce, "[xform f coll] [xform f init coll]",
     "Reduces with a transformation of f.", "0.1"},
    {"into", 0, 3, reduce_into, "[] [to] [to from] [to xform from]",
     "Adds all items (transformed) to a collection.", "0.1"},
    {"mapv", 2, ARGS_ANY, reduce_mapv, "[f coll] [f c1 c2 & colls]",
     "As map, but a vector and at once.", "0.1"},
    {"filterv", 2, 2, reduce_filterv, "[pred coll]",
     "As filter, but a vector and at once.", "0.1"},
    {"run!", 2, 2, reduce_run, "[f coll]", "Calls f for each item; nil.",
     "0.1"},
    {"reduced", 1, 1, reduce_reduced, "[x]", "Ends a reduce with x.", "0.1"},
    {"reduced?", 1, 1, reduce_is_reduced, "[x]", "True for a reduced value.",
     "0.1"},
    {"unreduced", 1, 1, reduce_unreduced, "[x]",
     "The value of a reduced one, else x.", "0.1"},
    {"ensure-reduced", 1, 1, reduce_ensure, "[x]", "x, reduced once.", "0.1"},
    {"completing", 1, 2, reduce_completing, "[f] [f finish]",
     "A reducing function with f, and finish for the end.", "0.1"},
};

const struct core_table core_reduce[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
