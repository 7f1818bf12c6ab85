/* SPDX-License-Identifier: MIT */
/*
 * Maps in bulk and in depth: keys and values, merges, paths, and ranges of
 * sorted collections.
 *
 * nil is the empty map everywhere, and the first argument that is no nil gives
 * the result its kind and metadata. A path is any sequence of keys; what is
 * missing on it is made as maps. A path is walked down into a buffer and built
 * up again from it, not by recursion: its length is up to the program.
 */
#include "interp/core/support.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/record.h"
#include "interp/data/sorted.h"

#include <assert.h>

/* --- Entries --------------------------------------------------------------- */

/* An entry of a map; anything else in its place is an error. */
static Value
expect_entry(const char *operation, Value v)
{
    if (!vector_is(v) || !(value_object(v)->flags & VECTOR_ENTRY)) {
        core_throw_type(operation, "an entry of a map", v);
    }
    return v;
}

/* (key entry) */
static Value
assoc_key(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return vector_at(expect_entry("key", args[0]), 0);
}

/* (val entry) */
static Value
assoc_val(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return vector_at(expect_entry("val", args[0]), 1);
}

/* The keys (side 0) or values (side 1) as a sequence, or nil. */
static Value
entry_sides(const char *operation, Value coll, uint32_t side)
{
    struct core_buffer buffer = {0};
    if (record_is(coll)) {
        coll = record_object(coll)->map;
    }
    if (map_is(coll)) {
        struct map_iter iter;
        map_iter_init(&iter, coll);
        Value pair[2];
        while (map_iter_next(&iter, &pair[0], &pair[1])) {
            core_buffer_add(&buffer, pair[side]);
        }
    } else {
        struct seq_iter iter;
        seq_iter_init(&iter, coll);
        Value entry;
        while (seq_iter_next(&iter, &entry)) {
            Value pair = expect_entry(operation, entry);
            core_buffer_add(&buffer, vector_at(pair, side));
        }
    }
    return buffer.count == 0 ? VALUE_NIL : core_buffer_seq(&buffer);
}

/* (keys map) */
static Value
assoc_keys(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return entry_sides("keys", args[0], 0);
}

/* (vals map) */
static Value
assoc_vals(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return entry_sides("vals", args[0], 1);
}

/* --- Paths -------------------------------------------------------------------- */

/* (get-in map path), (get-in map path missing) */
static Value
assoc_get_in(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    Value at = args[0];
    struct seq_iter iter;
    seq_iter_init(&iter, args[1]);
    Value key;
    while (seq_iter_next(&iter, &key)) {
        at = core_get(at, key, VALUE_ABSENT);
        if (value_is(at, VALUE_ABSENT)) {
            return argc == 3 ? args[2] : VALUE_NIL;
        }
    }
    return at;
}

/* The collections along a path (the outermost first) and its keys; an empty
 * path is that of the key nil. */
struct path {
    struct core_buffer keys;
    struct core_buffer colls;
};

/* Goes down along the keys and keeps each collection met; nil is met where a
 * key is missing. The last one is what stands at the end of the path. */
static void
path_walk(struct path *path, Value coll, Value keys)
{
    core_buffer_add_all(&path->keys, keys);
    if (path->keys.count == 0) {
        core_buffer_add(&path->keys, VALUE_NIL);
    }
    core_buffer_add(&path->colls, coll);
    for (uint32_t i = 0; i + 1 < path->keys.count; i++) {
        coll = core_get(coll, path->keys.items[i], VALUE_NIL);
        core_buffer_add(&path->colls, coll);
    }
}

/* What stands at the end of the path. */
static Value
path_last(const struct path *path)
{
    uint32_t last = path->keys.count - 1;
    return core_get(path->colls.items[last], path->keys.items[last], VALUE_NIL);
}

/* The outermost collection with `value` at the end of the path. */
static Value
path_replace(const struct path *path, Value value)
{
    assert(path->keys.count == path->colls.count);
    for (uint32_t i = path->keys.count; i > 0; i--) {
        value = core_assoc_one(path->colls.items[i - 1],
                               path->keys.items[i - 1], value);
    }
    return value;
}

/* (assoc-in map path value) */
static Value
assoc_assoc_in(Value *args, uint32_t argc)
{
    assert(argc == 3);
    struct path path = {{0}, {0}};
    path_walk(&path, args[0], args[1]);
    return path_replace(&path, args[2]);
}

/* (update-in map path f & args) */
static Value
assoc_update_in(Value *args, uint32_t argc)
{
    assert(argc >= 3);
    struct path path = {{0}, {0}};
    path_walk(&path, args[0], args[1]);
    Value f = args[2];
    args[2] = path_last(&path);
    return path_replace(&path, invoke(f, args + 2, argc - 2));
}

/* (update map key f & args) */
static Value
assoc_update(Value *args, uint32_t argc)
{
    assert(argc >= 3);
    Value coll = args[0];
    Value key = args[1];
    Value f = args[2];
    args[2] = core_get(coll, key, VALUE_NIL);
    return core_assoc_one(coll, key, invoke(f, args + 2, argc - 2));
}

/* --- Whole maps ------------------------------------------------------------------ */

/* (merge & maps) */
static Value
assoc_merge(Value *args, uint32_t argc)
{
    bool any = false;
    for (uint32_t i = 0; i < argc; i++) {
        any = any || value_is_true(args[i]);
    }
    if (!any) {
        return VALUE_NIL;
    }
    Value result = value_is_true(args[0]) ? args[0] : map_empty();
    for (uint32_t i = 1; i < argc; i++) {
        // To what is no map, nil is an item like any other.
        bool is_skipped = value_is_nil(args[i]) && core_is_map(result);
        result = is_skipped ? result : core_conj_one(result, args[i]);
    }
    return result;
}

/* Puts the entries of one map into another; f joins those that both have. */
static Value
merge_one_with(Value f, Value map, Value from)
{
    struct seq_iter iter;
    seq_iter_init(&iter, from);
    Value entry;
    while (seq_iter_next(&iter, &entry)) {
        Value key = vector_at(expect_entry("merge-with", entry), 0);
        Value value = vector_at(entry, 1);
        Value old = core_get(map, key, VALUE_ABSENT);
        if (!value_is(old, VALUE_ABSENT)) {
            value = invoke2(f, old, value);
        }
        map = core_assoc_one(map, key, value);
    }
    return map;
}

/* (merge-with f & maps) */
static Value
assoc_merge_with(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    Value result = VALUE_NIL;
    for (uint32_t i = 1; i < argc; i++) {
        if (value_is_nil(args[i])) {
            continue;
        }
        if (value_is_nil(result)) {
            // Also gives {} for a first map that is empty.
            result = i == 1 ? args[i] : map_empty();
        }
        if (i > 1) {
            result = merge_one_with(args[0], result, args[i]);
        }
    }
    return result;
}

/* (select-keys map keys) */
static Value
assoc_select_keys(Value *args, uint32_t argc)
{
    assert(argc == 2);
    Value result = map_empty();
    struct seq_iter iter;
    seq_iter_take(&iter, &args[1]);
    Value key;
    while (seq_iter_next(&iter, &key)) {
        Value found = core_get(args[0], key, VALUE_ABSENT);
        if (!value_is(found, VALUE_ABSENT)) {
            result = map_assoc(result, key, found);
        }
    }
    Value meta = meta_of(args[0]);
    return value_is_nil(meta) ? result : map_with_meta(result, meta);
}

/* (zipmap keys vals) */
static Value
assoc_zipmap(Value *args, uint32_t argc)
{
    assert(argc == 2);
    struct seq_iter keys;
    struct seq_iter values;
    seq_iter_take(&keys, &args[0]);
    seq_iter_take(&values, &args[1]);
    Value transient = map_transient(map_empty());
    Value key;
    Value value;
    while (seq_iter_next(&keys, &key) && seq_iter_next(&values, &value)) {
        map_transient_assoc(transient, key, value);
    }
    return map_persistent(transient);
}

/* A new map of every entry of `map`, with f applied to one side. */
static Value
update_side(Value map, Value f, uint32_t side)
{
    if (!core_is_map(map) && !value_is_nil(map)) {
        core_throw_type(side == 0 ? "update-keys" : "update-vals", "a map",
                        map);
    }
    Value transient = map_transient(map_empty());
    struct seq_iter iter;
    seq_iter_init(&iter, map);
    Value entry;
    while (seq_iter_next(&iter, &entry)) {
        Value pair[2] = {vector_at(entry, 0), vector_at(entry, 1)};
        pair[side] = invoke1(f, pair[side]);
        map_transient_assoc(transient, pair[0], pair[1]);
    }
    Value result = map_persistent(transient);
    Value meta = meta_of(map);
    return value_is_nil(meta) ? result : map_with_meta(result, meta);
}

/* (update-keys map f) */
static Value
assoc_update_keys(Value *args, uint32_t argc)
{
    assert(argc == 2);
    return update_side(args[0], args[1], 0);
}

/* (update-vals map f) */
static Value
assoc_update_vals(Value *args, uint32_t argc)
{
    assert(argc == 2);
    return update_side(args[0], args[1], 1);
}

/* A map of keyword arguments: pairs, with a map allowed at the end. As a rule
 * they lie in an array already: the rest of a call. */
static Value
assoc_keyword_arguments(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (core_is_map(args[0])) {
        return args[0];
    }
    struct core_buffer buffer = {0};
    uint32_t count;
    const Value *items = seq_array(args[0], &count);
    if (items == NULL) {
        core_buffer_add_all(&buffer, args[0]);
        items = buffer.items;
        count = buffer.count;
    }
    Value result = map_from_pairs(items, count / 2);
    if (count % 2 == 0) {
        return result;
    }
    Value last = items[count - 1];
    if (!core_is_map(last)) {
        error_throw(ERROR_VALUE, "No value supplied for the last key");
    }
    return core_conj_one(result, last);
}

/* --- Ranges of sorted collections ------------------------------------------------- */

enum bound { BOUND_LESS, BOUND_LESS_EQUAL, BOUND_GREATER, BOUND_GREATER_EQUAL };

/* By its name: the range is cut by order, so no other function makes sense
 * as a test. */
static enum bound
bound_of(const char *operation, Value test)
{
    static const char *const names[] = {"<", "<=", ">", ">="};
    if (value_is_kind(test, KIND_BUILTIN)) {
        const struct builtin *spec =
            ((const struct builtin_object *)value_object(test))->spec;
        for (uint32_t i = 0; i < 4; i++) {
            if (text_equal_cstring(text_from_cstring(spec->name), names[i])) {
                return (enum bound)i;
            }
        }
    }
    core_throw_type(operation, "one of < <= > >=", test);
}

/* order: that of a key to the bound. */
static bool
bound_holds(enum bound bound, int order)
{
    switch (bound) {
    case BOUND_LESS:
        return order < 0;
    case BOUND_LESS_EQUAL:
        return order <= 0;
    case BOUND_GREATER:
        return order > 0;
    case BOUND_GREATER_EQUAL:
        return order >= 0;
    }
    return false;
}

/* True if all tests hold for the key. */
static bool
range_allows(Value sorted, const Value *tests, uint32_t count, Value key)
{
    Value comparator = sorted_object(sorted)->comparator;
    for (uint32_t i = 0; i < count; i += 2) {
        int order = sorted_compare_with(comparator, key, tests[i + 1]);
        if (!bound_holds(bound_of("subseq", tests[i]), order)) {
            return false;
        }
    }
    return true;
}

/* What (sub|r)seq gives: items that pass one or two tests. The walk begins at
 * the bound that it meets first, if there is one, and ends at the other. */
static Value
sub_sequence(Value *args, uint32_t argc, bool descending)
{
    const char *name = descending ? "rsubseq" : "subseq";
    if (!sorted_is(args[0])) {
        core_throw_type(name, "a sorted collection", args[0]);
    }
    if (argc == 4) {
        error_throw(ERROR_ARITY, "%s: expected 3 or 5 arguments, got 4", name);
    }
    struct sorted_iter iter;
    enum bound bound = bound_of(name, args[1]);
    bool lower = bound == BOUND_GREATER || bound == BOUND_GREATER_EQUAL;
    // With two tests, the first is the lower bound.
    Value start = argc == 5 && descending ? args[4] : args[2];
    bool from_bound = argc == 5 || lower != descending;
    if (from_bound) {
        sorted_iter_from(&iter, args[0], start, descending);
    } else {
        sorted_iter_init(&iter, args[0], descending);
    }
    struct core_buffer found = {0};
    Value key;
    Value value;
    bool is_map = value_is_kind(args[0], KIND_SORTED_MAP);
    while (sorted_iter_next(&iter, &key, &value)) {
        if (range_allows(args[0], args + 1, argc - 1, key)) {
            core_buffer_add(&found, is_map ? vector_entry(key, value) : key);
        } else if (found.count > 0) {
            break;
        }
    }
    return found.count == 0 && from_bound ? VALUE_NIL : core_buffer_seq(&found);
}

/* (subseq sorted test key), (subseq sorted start-test start end-test end) */
static Value
assoc_subseq(Value *args, uint32_t argc)
{
    assert(argc >= 3);
    return sub_sequence(args, argc, false);
}

/* (rsubseq sorted test key), (rsubseq sorted start-test start end-test end) */
static Value
assoc_rsubseq(Value *args, uint32_t argc)
{
    assert(argc >= 3);
    return sub_sequence(args, argc, true);
}

static const struct builtin rows[] = {
    {"key", 1, 1, assoc_key, "[entry]", "The key of an entry of a map.", "0.1"},
    {"val", 1, 1, assoc_val, "[entry]", "The value of an entry of a map.",
     "0.1"},
    {"keys", 1, 1, assoc_keys, "[map]", "The keys of a map, or nil.", "0.1"},
    {"vals", 1, 1, assoc_vals, "[map]", "The values of a map, or nil.", "0.1"},
    {"get-in", 2, 3, assoc_get_in, "[map path] [map path missing]",
     "The value at the end of a path of keys.", "0.1"},
    {"assoc-in", 3, 3, assoc_assoc_in, "[map path value]",
     "A map with this value at the end of a path of keys.", "0.1"},
    {"update-in", 3, ARGS_ANY, assoc_update_in, "[map path f & args]",
     "A map with (f old args...) at the end of a path of keys.", "0.1"},
    {"update", 3, ARGS_ANY, assoc_update, "[map key f & args]",
     "A map with (f old args...) under a key.", "0.1"},
    {"merge", 0, ARGS_ANY, assoc_merge, "[& maps]",
     "One map of all entries; later maps win.", "0.1"},
    {"merge-with", 1, ARGS_ANY, assoc_merge_with, "[f & maps]",
     "One map of all entries; (f old new) decides for equal keys.", "0.1"},
    {"select-keys", 2, 2, assoc_select_keys, "[map keys]",
     "A map of those keys that are there.", "0.1"},
    {"zipmap", 2, 2, assoc_zipmap, "[keys vals]",
     "A map of the keys to the values in turn.", "0.1"},
    {"update-keys", 2, 2, assoc_update_keys, "[map f]",
     "A map with f applied to every key.", "0.1"},
    {"update-vals", 2, 2, assoc_update_vals, "[map f]",
     "A map with f applied to every value.", "0.1"},
    {"seq-to-map-for-destructuring", 1, 1, assoc_keyword_arguments, "[args]",
     "A map of keyword arguments.", "0.1"},
    {"subseq", 3, 5, assoc_subseq,
     "[sorted test key] [sorted start-test start end-test end]",
     "The items of a sorted collection whose keys pass the tests.", "0.1"},
    {"rsubseq", 3, 5, assoc_rsubseq,
     "[sorted test key] [sorted start-test start end-test end]",
     "As subseq, from the last item.", "0.1"},
};

const struct core_table core_assoc[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
