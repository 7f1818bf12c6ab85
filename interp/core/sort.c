/* SPDX-License-Identifier: MIT */
/*
 * Order and grouping: sort, sort-by, group-by, frequencies, compare.
 *
 * Sorting is a merge sort of a copy: stable, n log n comparisons, n for what
 * is in order already; a comparator that contradicts itself gives some order
 * and never harm. It may throw in the middle, as nothing but the copy is half
 * done. sort-by computes each key once, next to its item. Groups are built in
 * transients which nobody else sees.
 */
#include "interp/core/support.h"
#include "interp/data/alloc.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/places.h"
#include "interp/data/sorted.h"
#include "interp/vm/call.h"

#include <assert.h>
#include <string.h>

Value
core_comparator(Value f)
{
    bool is_function =
        value_is_kind(f, KIND_FUNCTION) || value_is_kind(f, KIND_BUILTIN) ||
        value_is_kind(f, KIND_METHOD) || value_is_kind(f, KIND_MULTI);
    if (!is_function && !value_is_nil(f)) {
        core_throw_type("a comparator", "a function of two values", f);
    }
    // `compare` itself is the fast path of sorted_compare_with.
    if (value_is_kind(f, KIND_BUILTIN)) {
        const struct builtin_object *builtin =
            (const struct builtin_object *)value_object(f);
        if (strcmp(builtin->spec->name, "compare") == 0) {
            return VALUE_NIL;
        }
    }
    return f;
}

/* --- Sorting ----------------------------------------------------------------- */

/* Items with `width` values each, compared by their first. */
struct sorting {
    Value comparator;
    Value *items;
    Value *spare;
    uint32_t width;
};

/* Merges [start, middle) and [middle, end) of items by way of spare. */
static void
merge_halves(struct sorting *s, uint32_t start, uint32_t middle, uint32_t end)
{
    size_t width = s->width;
    size_t size = width * sizeof(Value);
    uint32_t left = start;
    uint32_t right = middle;
    for (uint32_t at = start; at < end; at++) {
        bool take_left =
            right >= end ||
            (left < middle &&
             sorted_compare_with(s->comparator, s->items[left * width],
                                 s->items[right * width]) <= 0);
        uint32_t from = take_left ? left++ : right++;
        memcpy(s->spare + at * width, s->items + from * width, size);
    }
    memcpy(s->items + start * width, s->spare + start * width,
           (end - start) * size);
}

/* Stable; the depth is the logarithm of the count. */
static void
sort_range(struct sorting *s, uint32_t start, uint32_t end)
{
    if (end - start < 2) {
        return;
    }
    uint32_t middle = start + (end - start) / 2;
    sort_range(s, start, middle);
    sort_range(s, middle, end);
    size_t width = s->width;
    // What is in order already costs one comparison.
    if (sorted_compare_with(s->comparator, s->items[(middle - 1) * width],
                            s->items[middle * width]) > 0) {
        merge_halves(s, start, middle, end);
    }
}

/* The sorted items, with the metadata of the collection that they are of. */
static Value
sorted_like(const struct core_buffer *buffer, Value coll)
{
    Value result = core_buffer_seq(buffer);
    Value meta = meta_of(coll);
    return value_is_nil(meta) ? result : meta_with(result, meta);
}

/* (sort coll), (sort comparator coll) */
static Value
sort_sort(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    struct core_buffer buffer = {0};
    core_buffer_add_all(&buffer, args[argc - 1]);
    bool has_comparator = argc == 2 && buffer.count > 0;
    Value comparator = has_comparator ? core_comparator(args[0]) : VALUE_NIL;
    if (buffer.count < 2) {
        return sorted_like(&buffer, args[argc - 1]);
    }
    struct sorting sorting = {
        .comparator = comparator,
        .items = buffer.items,
        .spare = alloc(buffer.count * sizeof(Value)),
        .width = 1,
    };
    sort_range(&sorting, 0, buffer.count);
    return sorted_like(&buffer, args[argc - 1]);
}

/* (sort-by keyfn coll), (sort-by keyfn comparator coll) */
static Value
sort_sort_by(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    struct core_buffer pairs = {0};
    struct seq_iter iter;
    seq_iter_init(&iter, args[argc - 1]);
    Value item;
    while (seq_iter_next(&iter, &item)) {
        core_buffer_add(&pairs, invoke1(args[0], item));
        core_buffer_add(&pairs, item);
    }
    uint32_t count = pairs.count / 2;
    if (count > 1) {
        struct sorting sorting = {
            .comparator = argc == 3 ? core_comparator(args[1]) : VALUE_NIL,
            .items = pairs.items,
            .spare = alloc(pairs.count * sizeof(Value)),
            .width = 2,
        };
        sort_range(&sorting, 0, count);
    }
    for (uint32_t i = 0; i < count; i++) {
        pairs.items[i] = pairs.items[2 * i + 1];
    }
    pairs.count = count;
    return sorted_like(&pairs, args[argc - 1]);
}

/* A comparator captured its predicate. */
static Value
run_comparator(Value *args, uint32_t argc)
{
    assert(argc == 2);
    Value pred = call_captured();
    if (value_is_true(invoke2(pred, args[0], args[1]))) {
        return number_int(-1);
    }
    bool after = value_is_true(invoke2(pred, args[1], args[0]));
    return number_int(after ? 1 : 0);
}

static const struct builtin row_comparator =
    CORE_INNER("comparator", 2, 2, run_comparator);

/* (comparator pred) */
static Value
sort_comparator(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return core_builtin(&row_comparator, args[0]);
}

/* --- Largest and smallest by a key ------------------------------------------------ */

/* Of equal keys the last item wins, as in Clojure. */
static Value
extreme_by_key(const Value *args, uint32_t argc, bool want_max)
{
    Value best = args[1];
    if (argc == 2) {
        return best;
    }
    Value best_key = invoke1(args[0], best);
    for (uint32_t i = 2; i < argc; i++) {
        Value key = invoke1(args[0], args[i]);
        bool loses =
            want_max ? number_less(key, best_key) : number_less(best_key, key);
        if (!loses) {
            best = args[i];
            best_key = key;
        }
    }
    return best;
}

/* (max-key f x & more) */
static Value
sort_max_key(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    return extreme_by_key(args, argc, true);
}

/* (min-key f x & more) */
static Value
sort_min_key(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    return extreme_by_key(args, argc, false);
}

/* --- Grouping ---------------------------------------------------------------------- */

/* (group-by f coll) */
static Value
sort_group_by(Value *args, uint32_t argc)
{
    assert(argc == 2);
    struct places places = {0};
    struct core_buffer groups = {0};
    struct seq_iter iter;
    seq_iter_take(&iter, &args[1]);
    Value item;
    while (seq_iter_next(&iter, &item)) {
        uint32_t known = places.count;
        uint32_t place = places_of(&places, invoke1(args[0], item));
        if (place == known) {
            core_buffer_add(&groups, vector_transient(vector_empty()));
        }
        vector_transient_conj(groups.items[place], item);
    }
    Value result = map_transient(map_empty());
    for (uint32_t i = 0; i < places.count; i++) {
        map_transient_assoc(result, places.keys[i],
                            vector_persistent(groups.items[i]));
    }
    return map_persistent(result);
}

/* The same numbers, with room for so many. */
static int64_t *
with_room(const int64_t *counts, uint32_t used, uint32_t cap)
{
    int64_t *more = alloc_atomic(cap * sizeof(int64_t));
    if (used > 0) {
        memcpy(more, counts, used * sizeof(int64_t));
    }
    return more;
}

/* (frequencies coll) */
static Value
sort_frequencies(Value *args, uint32_t argc)
{
    assert(argc == 1);
    struct places places = {0};
    int64_t *counts = NULL;
    uint32_t cap = 0;
    struct seq_iter iter;
    seq_iter_take(&iter, &args[0]);
    Value item;
    while (seq_iter_next(&iter, &item)) {
        uint32_t known = places.count;
        uint32_t place = places_of(&places, item);
        if (places.cap > cap) { // There are as many counts as keys.
            cap = places.cap;
            counts = with_room(counts, known, cap);
        }
        if (place == known) {
            counts[place] = 0;
        }
        counts[place]++;
    }
    Value result = map_transient(map_empty());
    for (uint32_t i = 0; i < places.count; i++) {
        map_transient_assoc(result, places.keys[i], number_int(counts[i]));
    }
    return map_persistent(result);
}

static const struct builtin rows[] = {
    {"sort", 1, 2, sort_sort, "[coll] [comparator coll]",
     "The items in order; equal ones keep theirs.", "0.1"},
    {"sort-by", 2, 3, sort_sort_by, "[keyfn coll] [keyfn comparator coll]",
     "The items in the order of what keyfn gives for them.", "0.1"},
    {"comparator", 1, 1, sort_comparator, "[pred]",
     "A comparator of a predicate such as <.", "0.1"},
    {"max-key", 2, ARGS_ANY, sort_max_key, "[f x & more]",
     "The argument for which f gives the largest number.", "0.1"},
    {"min-key", 2, ARGS_ANY, sort_min_key, "[f x & more]",
     "The argument for which f gives the smallest number.", "0.1"},
    {"group-by", 2, 2, sort_group_by, "[f coll]",
     "A map from what f gives to the vector of such items.", "0.1"},
    {"frequencies", 1, 1, sort_frequencies, "[coll]",
     "A map from each item to how often it is there.", "0.1"},
};

const struct core_table core_sort[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
