/* SPDX-License-Identifier: MIT */
/*
 * Sequences one item at a time, and what walks them whole.
 *
 * first, rest and next are those of the data layer; rest gives () at the end
 * and next nil, for which it has to look one item further. Predicates are
 * asked in order, and no further than the answer needs. dorun and doall
 * realise, last and reverse walk to the end: endless sequences end in an error
 * of the limits.
 */
#include "interp/core/support.h"
#include "interp/data/sorted.h"

#include <assert.h>

/* (seq coll) */
static Value
seq_fn_seq(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return seq_of(args[0]);
}

/* (first coll) */
static Value
seq_fn_first(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return seq_first(args[0]);
}

/* (rest coll) */
static Value
seq_fn_rest(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return seq_rest(args[0]);
}

/* What follows the first item may be long in coming, and does not need it. */
static Value
next_of_taken(Value *coll)
{
    *coll = seq_rest(*coll);
    return seq_of(*coll);
}

/* (next coll) */
static Value
seq_fn_next(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return next_of_taken(&args[0]);
}

/* (second coll) */
static Value
seq_fn_second(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return seq_first(next_of_taken(&args[0]));
}

/* (ffirst coll) */
static Value
seq_fn_ffirst(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return seq_first(seq_first(args[0]));
}

/* (fnext coll) */
static Value
seq_fn_fnext(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return seq_first(next_of_taken(&args[0]));
}

/* (nfirst coll) */
static Value
seq_fn_nfirst(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return seq_next(seq_first(args[0]));
}

/* (nnext coll) */
static Value
seq_fn_nnext(Value *args, uint32_t argc)
{
    assert(argc == 1);
    args[0] = next_of_taken(&args[0]);
    return next_of_taken(&args[0]);
}

/* (cons item coll) */
static Value
seq_fn_cons(Value *args, uint32_t argc)
{
    assert(argc == 2);
    return seq_cons(args[0], args[1]);
}

/* (last coll) */
static Value
seq_fn_last(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (vector_is(args[0])) {
        uint32_t count = vector_count(args[0]);
        return count == 0 ? VALUE_NIL : vector_at(args[0], count - 1);
    }
    struct seq_iter iter;
    seq_iter_take(&iter, &args[0]);
    Value last = VALUE_NIL;
    Value item;
    while (seq_iter_next(&iter, &item)) {
        last = item;
    }
    return last;
}

/* (butlast coll) */
static Value
seq_fn_butlast(Value *args, uint32_t argc)
{
    assert(argc == 1);
    struct core_buffer buffer = {0};
    core_buffer_take_all(&buffer, &args[0]);
    if (buffer.count <= 1) {
        return VALUE_NIL;
    }
    buffer.count--;
    return core_buffer_seq(&buffer);
}

/* (nthrest coll n) */
static Value
seq_fn_nthrest(Value *args, uint32_t argc)
{
    assert(argc == 2);
    int64_t n = number_expect_int(args[1], "nthrest");
    if (n <= 0 || seq_is_empty(args[0])) {
        return args[0];
    }
    struct seq_iter iter;
    seq_iter_take(&iter, &args[0]);
    Value item;
    while (n > 0 && seq_iter_next(&iter, &item)) {
        n--;
    }
    return seq_iter_rest(&iter);
}

/* (nthnext coll n) */
static Value
seq_fn_nthnext(Value *args, uint32_t argc)
{
    assert(argc == 2);
    int64_t n = number_expect_int(args[1], "nthnext");
    if (n <= 0) {
        return seq_of(args[0]);
    }
    struct seq_iter iter;
    seq_iter_take(&iter, &args[0]);
    Value item;
    while (n > 0 && seq_iter_next(&iter, &item)) {
        n--;
    }
    return seq_of(seq_iter_rest(&iter));
}

/* (reverse coll) */
static Value
seq_fn_reverse(Value *args, uint32_t argc)
{
    assert(argc == 1);
    Value result = list_empty();
    struct seq_iter iter;
    seq_iter_take(&iter, &args[0]);
    Value item;
    while (seq_iter_next(&iter, &item)) {
        result = list_cons(item, result);
    }
    return result;
}

/* (rseq coll) */
static Value
seq_fn_rseq(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (vector_is(args[0])) {
        return seq_of_vector_reversed(args[0]);
    }
    if (!sorted_is(args[0])) {
        core_throw_type("rseq", "a vector or sorted collection", args[0]);
    }
    bool is_map = value_is_kind(args[0], KIND_SORTED_MAP);
    struct core_buffer found = {0};
    struct sorted_iter iter;
    sorted_iter_init(&iter, args[0], true);
    Value key;
    Value value;
    while (sorted_iter_next(&iter, &key, &value)) {
        core_buffer_add(&found, is_map ? vector_entry(key, value) : key);
    }
    return found.count == 0 ? VALUE_NIL : core_buffer_seq(&found);
}

/* --- Questions about all items ------------------------------------------------ */

/* The first true value of f over the items, or nil. */
static Value
seq_fn_some(Value *args, uint32_t argc)
{
    assert(argc == 2);
    struct seq_iter iter;
    seq_iter_take(&iter, &args[1]);
    Value item;
    while (seq_iter_next(&iter, &item)) {
        Value found = invoke1(args[0], item);
        if (value_is_true(found)) {
            return found;
        }
    }
    return VALUE_NIL;
}

static bool
holds_for_all(Value f, Value *coll)
{
    struct seq_iter iter;
    seq_iter_take(&iter, coll);
    Value item;
    while (seq_iter_next(&iter, &item)) {
        if (!value_is_true(invoke1(f, item))) {
            return false;
        }
    }
    return true;
}

/* (every? pred coll) */
static Value
seq_fn_every(Value *args, uint32_t argc)
{
    assert(argc == 2);
    return value_bool(holds_for_all(args[0], &args[1]));
}

/* (not-every? pred coll) */
static Value
seq_fn_not_every(Value *args, uint32_t argc)
{
    assert(argc == 2);
    return value_bool(!holds_for_all(args[0], &args[1]));
}

/* (not-any? pred coll) */
static Value
seq_fn_not_any(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    return value_bool(!value_is_true(seq_fn_some(args, argc)));
}

/* --- For effect --------------------------------------------------------------------- */

static void
realise(Value *coll, int64_t max)
{
    struct seq_iter iter;
    seq_iter_take(&iter, coll);
    Value item;
    for (int64_t i = 0; i <= max && seq_iter_next(&iter, &item); i++) {
    }
}

/* (dorun coll), (dorun n coll) */
static Value
seq_fn_dorun(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    realise(&args[argc - 1],
            argc == 2 ? number_expect_int(args[0], "dorun") : INT64_MAX - 1);
    return VALUE_NIL;
}

/* (doall coll), (doall n coll) */
static Value
seq_fn_doall(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    Value all = args[argc - 1];
    realise(&args[argc - 1],
            argc == 2 ? number_expect_int(args[0], "doall") : INT64_MAX - 1);
    return all;
}

static const struct builtin rows[] = {
    {"seq", 1, 1, seq_fn_seq, "[coll]",
     "A sequence of the items, or nil if there are none.", "0.1"},
    {"first", 1, 1, seq_fn_first, "[coll]", "The first item, or nil.", "0.1"},
    {"rest", 1, 1, seq_fn_rest, "[coll]",
     "The items after the first; () at the end.", "0.1"},
    {"next", 1, 1, seq_fn_next, "[coll]",
     "The items after the first; nil at the end.", "0.1"},
    {"second", 1, 1, seq_fn_second, "[coll]", "The second item, or nil.",
     "0.1"},
    {"ffirst", 1, 1, seq_fn_ffirst, "[coll]", "(first (first coll))", "0.1"},
    {"fnext", 1, 1, seq_fn_fnext, "[coll]", "(first (next coll))", "0.1"},
    {"nfirst", 1, 1, seq_fn_nfirst, "[coll]", "(next (first coll))", "0.1"},
    {"nnext", 1, 1, seq_fn_nnext, "[coll]", "(next (next coll))", "0.1"},
    {"cons", 2, 2, seq_fn_cons, "[item coll]",
     "A sequence of the item and those of the collection.", "0.1"},
    {"last", 1, 1, seq_fn_last, "[coll]", "The last item, or nil.", "0.1"},
    {"butlast", 1, 1, seq_fn_butlast, "[coll]",
     "All items but the last, or nil.", "0.1"},
    {"nthrest", 2, 2, seq_fn_nthrest, "[coll n]",
     "The collection without its first n items.", "0.1"},
    {"nthnext", 2, 2, seq_fn_nthnext, "[coll n]",
     "A sequence without the first n items, or nil.", "0.1"},
    {"reverse", 1, 1, seq_fn_reverse, "[coll]", "The items from the last.",
     "0.1"},
    {"rseq", 1, 1, seq_fn_rseq, "[coll]",
     "A vector's or sorted collection's items from the last, or nil.", "0.1"},
    {"some", 2, 2, seq_fn_some, "[pred coll]",
     "The first true value of pred for an item, or nil.", "0.1"},
    {"every?", 2, 2, seq_fn_every, "[pred coll]",
     "True if pred holds for every item.", "0.1"},
    {"not-every?", 2, 2, seq_fn_not_every, "[pred coll]",
     "True if pred does not hold for some item.", "0.1"},
    {"not-any?", 2, 2, seq_fn_not_any, "[pred coll]",
     "True if pred holds for no item.", "0.1"},
    {"dorun", 1, 2, seq_fn_dorun, "[coll] [n coll]",
     "Computes a lazy sequence (its first n items); nil.", "0.1"},
    {"doall", 1, 2, seq_fn_doall, "[coll] [n coll]",
     "Computes a lazy sequence (its first n items) and gives it.", "0.1"},
};

const struct core_table core_seq[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
