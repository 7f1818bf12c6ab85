/* SPDX-License-Identifier: MIT */
/*
 * One collection at a time: reading and changing by kind. What suits several
 * kinds (get, conj, assoc...) dispatches here, by one switch each, whose
 * default is the error or the nil that Clojure gives for such a thing.
 *
 * get never throws and contains? does: that is how programs tell a missing key
 * from a mistake. Changes give a value of the same kind with the same
 * metadata. nil is an empty map to assoc and an empty list to conj. Making
 * collections is in make.c.
 */
#include "interp/core/support.h"
#include "interp/data/big.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/record.h"
#include "interp/data/set.h"
#include "interp/data/sorted.h"
#include "interp/data/tagged.h"
#include "interp/data/transient.h"

#include <assert.h>

bool
core_is_map(Value v)
{
    return map_is(v) || value_is_kind(v, KIND_SORTED_MAP) ||
           value_is_kind(v, KIND_RECORD);
}

bool
core_is_set(Value v)
{
    return set_is(v) || value_is_kind(v, KIND_SORTED_SET);
}

bool
core_is_coll(Value v)
{
    return seq_is_sequential(v) || core_is_map(v) || core_is_set(v);
}

/* --- Reading -------------------------------------------------------------- */

static Value
get_indexed(Value coll, Value key)
{
    int64_t index;
    if (!number_is_integer(key) || !big_to_int(key, &index)) {
        return VALUE_ABSENT;
    }
    int64_t count;
    return index < 0 ? VALUE_ABSENT : seq_nth(&coll, index, &count);
}

static Value
get_transient(Value coll, Value key)
{
    switch (transient_type(coll)) {
    case TRANSIENT_MAP:
        return map_transient_get(coll, key);
    case TRANSIENT_SET:
        return set_transient_get(coll, key);
    case TRANSIENT_VECTOR:
        break;
    }
    uint32_t count = vector_transient_count(coll);
    if (!number_is_int(key) || number_to_int(key) < 0 ||
        number_to_int(key) >= count) {
        return VALUE_ABSENT;
    }
    return vector_transient_at(coll, (uint32_t)number_to_int(key));
}

/* A tagged literal has a :tag and a :form, a reader conditional a :form and
 * :splicing?. */
static Value
get_tagged(Value v, Value key)
{
    bool is_conditional = tagged_is(v, TAGGED_CONDITIONAL);
    if (!is_conditional && !tagged_is(v, TAGGED_LITERAL)) {
        return VALUE_ABSENT;
    }
    const char *tag = is_conditional ? "splicing?" : "tag";
    if (value_is(key, keyword_from_cstring(tag))) {
        return tagged_object(v)->tag;
    }
    return value_is(key, keyword_from_cstring("form")) ? tagged_object(v)->value
                                                       : VALUE_ABSENT;
}

/* The value under key, or ABSENT; ABSENT too for what has no keys. */
static Value
look_up(Value coll, Value key)
{
    switch (value_kind(coll)) {
    case KIND_MAP:
        return map_get(coll, key);
    case KIND_RECORD:
        return map_get(record_object(coll)->map, key);
    case KIND_SET:
        return set_get(coll, key);
    case KIND_SORTED_MAP:
    case KIND_SORTED_SET:
        return sorted_get(coll, key);
    case KIND_VECTOR:
    case KIND_STRING:
        return get_indexed(coll, key);
    case KIND_TRANSIENT:
        return get_transient(coll, key);
    case KIND_TAGGED:
        return get_tagged(coll, key);
    default:
        return VALUE_ABSENT;
    }
}

Value
core_get(Value coll, Value key, Value missing)
{
    Value found = look_up(coll, key);
    return value_is(found, VALUE_ABSENT) ? missing : found;
}

/* (get coll key), (get coll key missing) */
static Value
coll_get(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    return core_get(args[0], args[1], argc == 3 ? args[2] : VALUE_NIL);
}

/* (contains? coll key) */
static Value
coll_contains(Value *args, uint32_t argc)
{
    assert(argc == 2);
    switch (value_kind(args[0])) {
    case KIND_NIL:
    case KIND_MAP:
    case KIND_SET:
    case KIND_SORTED_MAP:
    case KIND_SORTED_SET:
    case KIND_VECTOR:
    case KIND_TRANSIENT:
    case KIND_RECORD:
        return value_bool(!value_is(look_up(args[0], args[1]), VALUE_ABSENT));
    case KIND_STRING:
        if (!number_is(args[1])) {
            error_throw_help(ERROR_TYPE, "Use includes? to look for a text.",
                             "contains?: the key of a string is an index, "
                             "not %s",
                             value_shown(args[1]));
        }
        return value_bool(!value_is(look_up(args[0], args[1]), VALUE_ABSENT));
    default:
        error_throw_help(ERROR_TYPE,
                         "Use some to look for a value in a sequence.",
                         "contains?: expected a map, set, vector or string, "
                         "found %s",
                         value_shown(args[0]));
    }
}

/* (find map key) */
static Value
coll_find(Value *args, uint32_t argc)
{
    assert(argc == 2);
    Value key = args[1];
    Value found = VALUE_ABSENT;
    if (record_is(args[0])) {
        args[0] = record_object(args[0])->map;
    }
    if (map_is(args[0])) {
        if (!map_find(args[0], args[1], &key, &found)) {
            return VALUE_NIL;
        }
    } else if (value_is_kind(args[0], KIND_SORTED_MAP)) {
        if (!sorted_find(args[0], args[1], &key, &found)) {
            return VALUE_NIL;
        }
    } else if (vector_is(args[0]) ||
               (transient_is(args[0]) &&
                transient_type(args[0]) != TRANSIENT_SET)) {
        found = look_up(args[0], key);
    } else if (!value_is_nil(args[0])) {
        core_throw_type("find", "a map or vector", args[0]);
    }
    return value_is(found, VALUE_ABSENT) ? VALUE_NIL : vector_entry(key, found);
}

_Noreturn static void
throw_no_item(int64_t index, int64_t count)
{
    error_throw(ERROR_INDEX, "nth: index %lld is out of bounds for %lld items",
                (long long)index, (long long)count);
}

/* A value that nth does not walk, with its item or ABSENT; count -1: where nil
 * is no error. Not inlined:
 * nth itself has the collection in its slot alone, as the compiler would keep
 * in a register what it looked at here. */
__attribute__((noinline)) static bool
is_at_hand(Value coll, Value index, Value *item, int64_t *count)
{
    if (transient_is(coll) && transient_type(coll) == TRANSIENT_VECTOR) {
        *item = get_transient(coll, index);
        *count = vector_transient_count(coll);
        return true;
    }
    if (!seq_is_sequential(coll) && !text_is(coll) && !value_is_nil(coll)) {
        core_throw_type("nth", "a sequence, vector or string", coll);
    }
    *item = VALUE_ABSENT;
    *count = value_is_nil(coll) ? -1 : 0;
    return value_is_nil(coll);
}

/* (nth coll index), (nth coll index missing) */
static Value
coll_nth(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    int64_t index = number_expect_int(args[1], "nth");
    int64_t count = 0;
    Value item;
    if (!is_at_hand(args[0], args[1], &item, &count)) {
        if (index >= 0) {
            item = seq_nth(&args[0], index, &count);
        } else if (argc == 2) {
            count = seq_count_taken(&args[0]);
        }
    }
    if (!value_is(item, VALUE_ABSENT)) {
        return item;
    }
    if (argc == 2 && count >= 0) {
        throw_no_item(index, count);
    }
    return argc == 3 ? args[2] : VALUE_NIL;
}

/* (count coll) */
static Value
coll_count(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (transient_is(args[0])) {
        switch (transient_type(args[0])) {
        case TRANSIENT_MAP:
            return number_int(map_transient_count(args[0]));
        case TRANSIENT_SET:
            return number_int(set_transient_count(args[0]));
        case TRANSIENT_VECTOR:
            return number_int(vector_transient_count(args[0]));
        }
    }
    if (!seq_is_seqable(args[0])) {
        core_throw_type("count", "a collection, string or nil", args[0]);
    }
    return number_int(seq_count_taken(&args[0]));
}

/* (bounded-count n coll) */
static Value
coll_bounded_count(Value *args, uint32_t argc)
{
    assert(argc == 2);
    int64_t max = number_expect_int(args[0], "bounded-count");
    if (seq_is_counted(args[1])) {
        return number_int(seq_count(args[1]));
    }
    return number_int(seq_count_bounded(args[1], max));
}

/* (empty? coll) */
static Value
coll_is_empty(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return value_bool(seq_is_empty(args[0]));
}

/* (not-empty coll) */
static Value
coll_not_empty(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return seq_is_empty(args[0]) ? VALUE_NIL : args[0];
}

/* (empty coll) */
static Value
coll_empty(Value *args, uint32_t argc)
{
    assert(argc == 1);
    Value v = args[0];
    Value result;
    switch (value_kind(v)) {
    case KIND_VECTOR:
        if (value_object(v)->flags & VECTOR_ENTRY) {
            return VALUE_NIL;
        }
        result = vector_empty();
        break;
    case KIND_MAP:
        result = map_empty();
        break;
    case KIND_SET:
        result = set_empty();
        break;
    case KIND_SORTED_MAP:
    case KIND_SORTED_SET:
        result = sorted_make(value_kind(v), sorted_object(v)->comparator);
        break;
    case KIND_LIST:
        result = list_empty();
        break;
    case KIND_RECORD:
        error_throw_help(ERROR_TYPE, "A record has all fields of its type.",
                         "empty: there is no empty record");
    default:
        return seq_is(v) ? list_empty() : VALUE_NIL;
    }
    Value meta = meta_of(v);
    return value_is_nil(meta) ? result : meta_with(result, meta);
}

/* --- Adding and removing ------------------------------------------------------ */

static Value
conj_to_map(Value map, Value item)
{
    if (value_is_nil(item)) {
        return map;
    }
    if (vector_is(item)) {
        if (vector_count(item) != 2) {
            error_throw(ERROR_VALUE,
                        "conj: a map takes vectors of a key and a value, "
                        "found a vector of %u",
                        vector_count(item));
        }
        return core_assoc_one(map, vector_at(item, 0), vector_at(item, 1));
    }
    if (map_is(map) && map_is(item)) {
        return map_merge(map, item);
    }
    struct seq_iter iter;
    seq_iter_init(&iter, item);
    Value entry;
    while (seq_iter_next(&iter, &entry)) {
        if (!vector_is(entry) || vector_count(entry) != 2) {
            core_throw_type("conj", "an entry of a map", entry);
        }
        map = core_assoc_one(map, vector_at(entry, 0), vector_at(entry, 1));
    }
    return map;
}

static Value
conj_to_list(Value list, Value item)
{
    Value meta = list_is(list) ? meta_of(list) : VALUE_NIL;
    Value result = list_cons(item, list);
    return value_is_nil(meta) ? result : list_with_meta(result, meta);
}

Value
core_conj_one(Value coll, Value item)
{
    switch (value_kind(coll)) {
    case KIND_NIL:
        return list_1(item);
    case KIND_VECTOR:
        return vector_conj(coll, item);
    case KIND_MAP:
    case KIND_SORTED_MAP:
    case KIND_RECORD:
        return conj_to_map(coll, item);
    case KIND_SET:
        return set_conj(coll, item);
    case KIND_SORTED_SET:
        return sorted_assoc(coll, item, item);
    case KIND_LIST:
        return conj_to_list(coll, item);
    case KIND_LAZY:
    case KIND_CHUNK:
    case KIND_RANGE:
        return list_cons(item, coll);
    default:
        core_throw_type("conj", "a collection", coll);
    }
}

/* (conj), (conj coll), (conj coll item & items) */
static Value
coll_conj(Value *args, uint32_t argc)
{
    if (argc == 0) {
        return vector_empty();
    }
    Value result = args[0];
    for (uint32_t i = 1; i < argc; i++) {
        result = core_conj_one(result, args[i]);
    }
    return result;
}

static Value
assoc_vector(Value vector, Value key, Value value)
{
    int64_t index = number_is_int(key) ? number_to_int(key) : -1;
    if (!number_is_int(key)) {
        core_throw_type("assoc", "an integer as key of a vector", key);
    }
    if (index < 0 || index > vector_count(vector)) {
        error_throw(ERROR_INDEX,
                    "assoc: index %lld is out of bounds for %u items",
                    (long long)index, vector_count(vector));
    }
    return vector_assoc(vector, (uint32_t)index, value);
}

Value
core_assoc_one(Value coll, Value key, Value value)
{
    switch (value_kind(coll)) {
    case KIND_NIL:
        return map_assoc(map_empty(), key, value);
    case KIND_MAP:
        return map_assoc(coll, key, value);
    case KIND_SORTED_MAP:
        return sorted_assoc(coll, key, value);
    case KIND_RECORD:
        return record_assoc(coll, key, value);
    case KIND_VECTOR:
        return assoc_vector(coll, key, value);
    default:
        core_throw_type("assoc", "a map or vector", coll);
    }
}

/* (assoc map key value & kvs) */
static Value
coll_assoc(Value *args, uint32_t argc)
{
    assert(argc >= 3);
    if (argc % 2 == 0) {
        error_throw(ERROR_ARITY, "assoc: a key has no value");
    }
    Value result = args[0];
    for (uint32_t i = 1; i < argc; i += 2) {
        result = core_assoc_one(result, args[i], args[i + 1]);
    }
    return result;
}

Value
core_dissoc_one(Value map, Value key)
{
    switch (value_kind(map)) {
    case KIND_NIL:
        return map;
    case KIND_MAP:
        return map_dissoc(map, key);
    case KIND_SORTED_MAP:
        return sorted_dissoc(map, key);
    case KIND_RECORD:
        return record_dissoc(map, key);
    default:
        core_throw_type("dissoc", "a map", map);
    }
}

/* (dissoc map & keys) */
static Value
coll_dissoc(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    Value result = args[0];
    for (uint32_t i = 1; i < argc; i++) {
        result = core_dissoc_one(result, args[i]);
    }
    return result;
}

/* (disj set & items) */
static Value
coll_disj(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    Value result = args[0];
    for (uint32_t i = 1; i < argc && !value_is_nil(result); i++) {
        if (set_is(result)) {
            result = set_disj(result, args[i]);
        } else if (value_is_kind(result, KIND_SORTED_SET)) {
            result = sorted_dissoc(result, args[i]);
        } else {
            core_throw_type("disj", "a set", result);
        }
    }
    return result;
}

/* (peek coll) */
static Value
coll_peek(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (vector_is(args[0])) {
        uint32_t count = vector_count(args[0]);
        return count == 0 ? VALUE_NIL : vector_at(args[0], count - 1);
    }
    if (list_is_counted(args[0]) || value_is_nil(args[0])) {
        return seq_first(args[0]);
    }
    core_throw_type("peek", "a vector or list", args[0]);
}

/* (pop coll) */
static Value
coll_pop(Value *args, uint32_t argc)
{
    assert(argc == 1);
    Value v = args[0];
    if (value_is_nil(v)) {
        return v;
    }
    if (!vector_is(v) && !list_is_counted(v)) {
        core_throw_type("pop", "a vector or list", v);
    }
    if (seq_is_empty(v)) {
        error_throw(ERROR_STATE, "Can't pop empty %s",
                    vector_is(v) ? "vector" : "list");
    }
    return vector_is(v) ? vector_pop(v) : seq_rest(v);
}

static const struct builtin rows[] = {
    {"get", 2, 3, coll_get, "[coll key] [coll key missing]",
     "The value under key, else missing or nil. Works on anything.", "0.1"},
    {"contains?", 2, 2, coll_contains, "[coll key]",
     "True if the collection has the key (of a vector: the index).", "0.1"},
    {"find", 2, 2, coll_find, "[map key]",
     "The entry [key value] of a map, or nil.", "0.1"},
    {"nth", 2, 3, coll_nth, "[coll index] [coll index missing]",
     "The item at an index from 0; without missing, an error if there is none.",
     "0.1"},
    {"count", 1, 1, coll_count, "[coll]",
     "How many items or characters; 0 for nil.", "0.1"},
    {"bounded-count", 2, 2, coll_bounded_count, "[n coll]",
     "The count, but walks at most n items of what is not counted.", "0.1"},
    {"empty?", 1, 1, coll_is_empty, "[coll]", "True if there are no items.",
     "0.1"},
    {"not-empty", 1, 1, coll_not_empty, "[coll]",
     "The collection, or nil if it is empty.", "0.1"},
    {"empty", 1, 1, coll_empty, "[coll]",
     "An empty collection of the same kind, or nil.", "0.1"},
    {"conj", 0, ARGS_ANY, coll_conj, "[] [coll] [coll item & items]",
     "Adds items where the kind of collection adds them cheaply.", "0.1"},
    {"assoc", 3, ARGS_ANY, coll_assoc, "[map key value & kvs]",
     "A map (or vector) with these values under these keys.", "0.1"},
    {"dissoc", 1, ARGS_ANY, coll_dissoc, "[map & keys]",
     "A map without these keys.", "0.1"},
    {"disj", 1, ARGS_ANY, coll_disj, "[set & items]",
     "A set without these items.", "0.1"},
    {"peek", 1, 1, coll_peek, "[coll]",
     "The last item of a vector, the first of a list.", "0.1"},
    {"pop", 1, 1, coll_pop, "[coll]",
     "A vector without its last item, a list without its first.", "0.1"},
};

const struct core_table core_coll[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
