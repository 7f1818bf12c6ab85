/* SPDX-License-Identifier: MIT */
/*
 * Lazy sequences over other sequences: map, filter, take, concat and their
 * like.
 *
 * Every cell is realised by a step: a builtin that captured a state vector.
 * A step takes what its source has at hand (a chunk of up to 32, else one
 * item), and gives a chunk with a lazy rest; or after CORE_ROUNDS in vain a lazy
 * sequence alone. It changes nothing but what it returns, so one that throws or
 * suspends can be taken again.
 */
#include "interp/core/support.h"

#include <assert.h>

/* --- One item in, at most one out ------------------------------------------ */

/* What a step does with an item. */
enum verdict {
    VERDICT_KEEP, /* *item is (or has become) an item of the result */
    VERDICT_DROP,
    VERDICT_STOP /* the result ends before this item */
};

typedef enum verdict (*judge)(Value f, int64_t index, Value *item);

static enum verdict
judge_map(Value f, int64_t index, Value *item)
{
    (void)index;
    *item = invoke1(f, *item);
    return VERDICT_KEEP;
}

static enum verdict
judge_map_indexed(Value f, int64_t index, Value *item)
{
    *item = invoke2(f, number_int(index), *item);
    return VERDICT_KEEP;
}

static enum verdict
judge_filter(Value f, int64_t index, Value *item)
{
    (void)index;
    return value_is_true(invoke1(f, *item)) ? VERDICT_KEEP : VERDICT_DROP;
}

static enum verdict
judge_remove(Value f, int64_t index, Value *item)
{
    (void)index;
    return value_is_true(invoke1(f, *item)) ? VERDICT_DROP : VERDICT_KEEP;
}

static enum verdict
judge_keep(Value f, int64_t index, Value *item)
{
    (void)index;
    *item = invoke1(f, *item);
    return value_is_nil(*item) ? VERDICT_DROP : VERDICT_KEEP;
}

static enum verdict
judge_keep_indexed(Value f, int64_t index, Value *item)
{
    *item = invoke2(f, number_int(index), *item);
    return value_is_nil(*item) ? VERDICT_DROP : VERDICT_KEEP;
}

static enum verdict
judge_take_while(Value f, int64_t index, Value *item)
{
    (void)index;
    return value_is_true(invoke1(f, *item)) ? VERDICT_KEEP : VERDICT_STOP;
}

static enum verdict
judge_take_nth(Value n, int64_t index, Value *item)
{
    (void)item;
    return index % number_to_int(n) == 0 ? VERDICT_KEEP : VERDICT_DROP;
}

/* Markers that the macro `for` gives for what :when and :while leave out. */
static enum verdict
judge_marker(Value result)
{
    if (!symbol_is_keyword(result) || value_is_nil(symbol_ns(result))) {
        return VERDICT_KEEP;
    }
    if (value_is(result, keyword_from_cstring("clojure.core/skip"))) {
        return VERDICT_DROP;
    }
    return value_is(result, keyword_from_cstring("clojure.core/stop"))
               ? VERDICT_STOP
               : VERDICT_KEEP;
}

/* The body of `for` has been called with the item; it gives a marker for
 * what :when or :while leave out. */
static enum verdict
judge_for(Value f, int64_t index, Value *item)
{
    (void)index;
    *item = invoke1(f, *item);
    return judge_marker(*item);
}

static enum verdict
judge_replace(Value map, int64_t index, Value *item)
{
    (void)index;
    *item = core_get(map, *item, *item);
    return VERDICT_KEEP;
}

/* A step that judges item by item. */
struct judged_step {
    struct core_step step; /* first, so that it is found from it */
    judge decide;
};

/* State: [f source index]. */
static Value
next_judged(const struct core_step *self, Value state)
{
    judge decide = ((const struct judged_step *)self)->decide;
    Value f = core_captured_at(state, 0);
    Value source = core_captured_at(state, 1);
    int64_t index = number_to_int(core_captured_at(state, 2));
    for (uint32_t round = 0; round < CORE_ROUNDS; round++) {
        Value seq = seq_of(source);
        if (value_is_nil(seq)) {
            return VALUE_NIL;
        }
        Value items[CORE_CHUNK] = {{0}};
        uint32_t count = core_take_chunk(seq, items, &source);
        uint32_t kept = 0;
        for (uint32_t i = 0; i < count; i++) {
            enum verdict verdict = decide(f, index++, &items[i]);
            if (verdict == VERDICT_STOP) {
                return seq_chunk(items, kept, VALUE_NIL);
            }
            if (verdict == VERDICT_KEEP) {
                items[kept++] = items[i];
            }
        }
        if (kept > 0) {
            state = core_state_3(f, source, number_int(index));
            return seq_chunk(items, kept, core_lazy_make(self, state));
        }
    }
    return core_lazy_make(self, core_state_3(f, source, number_int(index)));
}

/* By the transducer that each is without a collection. */
static const struct judged_step judged_steps[XFORM_COUNT] = {
    [XFORM_MAP] = {CORE_STEP("map", next_judged), judge_map},
    [XFORM_FILTER] = {CORE_STEP("filter", next_judged), judge_filter},
    [XFORM_REMOVE] = {CORE_STEP("remove", next_judged), judge_remove},
    [XFORM_KEEP] = {CORE_STEP("keep", next_judged), judge_keep},
    [XFORM_MAP_INDEXED] = {CORE_STEP("map-indexed", next_judged),
                           judge_map_indexed},
    [XFORM_KEEP_INDEXED] = {CORE_STEP("keep-indexed", next_judged),
                            judge_keep_indexed},
    [XFORM_TAKE_WHILE] = {CORE_STEP("take-while", next_judged),
                          judge_take_while},
    [XFORM_TAKE_NTH] = {CORE_STEP("take-nth", next_judged), judge_take_nth},
    [XFORM_REPLACE] = {CORE_STEP("replace", next_judged), judge_replace},
};

static const struct judged_step step_for = {CORE_STEP("for", next_judged),
                                            judge_for};

static Value
judged_make(const struct judged_step *judged, Value f, Value coll)
{
    assert(judged->decide != NULL);
    return core_lazy_make(&judged->step, core_state_3(f, coll, number_int(0)));
}

/* A transducer without a collection, else a lazy sequence. */
static Value
judged(Value *args, uint32_t argc, enum core_xform xform)
{
    assert(argc >= 1 && argc <= 2);
    return argc == 1 ? core_xform_make(xform, args[0])
                     : judged_make(&judged_steps[xform], args[0], args[1]);
}

/* (filter pred), (filter pred coll) */
static Value
lazy_filter(Value *args, uint32_t argc)
{
    return judged(args, argc, XFORM_FILTER);
}

/* (remove pred), (remove pred coll) */
static Value
lazy_remove(Value *args, uint32_t argc)
{
    return judged(args, argc, XFORM_REMOVE);
}

/* (keep f), (keep f coll) */
static Value
lazy_keep(Value *args, uint32_t argc)
{
    return judged(args, argc, XFORM_KEEP);
}

/* (map-indexed f), (map-indexed f coll) */
static Value
lazy_map_indexed(Value *args, uint32_t argc)
{
    return judged(args, argc, XFORM_MAP_INDEXED);
}

/* (keep-indexed f), (keep-indexed f coll) */
static Value
lazy_keep_indexed(Value *args, uint32_t argc)
{
    return judged(args, argc, XFORM_KEEP_INDEXED);
}

/* (take-while pred), (take-while pred coll) */
static Value
lazy_take_while(Value *args, uint32_t argc)
{
    return judged(args, argc, XFORM_TAKE_WHILE);
}

/* (take-nth n), (take-nth n coll) */
static Value
lazy_take_nth(Value *args, uint32_t argc)
{
    // A step of 0 would give the first item for ever.
    if (number_expect_int(args[0], "take-nth") <= 0) {
        error_throw(ERROR_VALUE, "take-nth: the step must be positive");
    }
    return judged(args, argc, XFORM_TAKE_NTH);
}

/* (replace map), (replace map coll): a vector stays one */
static Value
lazy_replace(Value *args, uint32_t argc)
{
    Value result = judged(args, argc, XFORM_REPLACE);
    if (argc == 1 || !vector_is(args[1])) {
        return result;
    }
    struct core_buffer items = {0};
    core_buffer_add_all(&items, result);
    return vector_from_array(items.items, items.count);
}

/* (for-last f coll) */
static Value
lazy_for_last(Value *args, uint32_t argc)
{
    assert(argc == 2);
    return judged_make(&step_for, args[0], args[1]);
}

/* --- map over several collections ------------------------------------------- */

/* State: [f coll...]; one item at a time. */
static Value
next_map_many(const struct core_step *self, Value state)
{
    uint32_t count = vector_count(state);
    struct core_buffer firsts = {0};
    struct core_buffer next = {0};
    core_buffer_add(&next, vector_at(state, 0));
    for (uint32_t i = 1; i < count; i++) {
        Value seq = seq_of(vector_at(state, i));
        if (value_is_nil(seq)) {
            return VALUE_NIL;
        }
        core_buffer_add(&firsts, seq_first(seq));
        core_buffer_add(&next, seq_rest(seq));
    }
    Value item = invoke(vector_at(state, 0), firsts.items, firsts.count);
    state = vector_from_array(next.items, next.count);
    return list_cons(item, core_lazy_make(self, state));
}

static const struct core_step step_map_many = CORE_STEP("map", next_map_many);

/* (map f), (map f coll), (map f c1 c2 & colls) */
static Value
lazy_map(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    if (argc <= 2) {
        return judged(args, argc, XFORM_MAP);
    }
    return core_lazy_make(&step_map_many, vector_from_array(args, argc));
}

/* --- Concatenation -------------------------------------------------------------- */

/* True for an unrealised concat: its state can be taken over, so that sums of
 * sums of sequences need no C stack. */
static bool
concat_is_pending(const struct core_step *concat, Value v)
{
    if (!value_is_kind(v, KIND_LAZY)) {
        return false;
    }
    const struct lazy_object *lazy =
        (const struct lazy_object *)value_object(v);
    if (!value_is(lazy->value, VALUE_ABSENT) ||
        !value_is_kind(lazy->thunk, KIND_BUILTIN)) {
        return false;
    }
    return ((const struct builtin_object *)value_object(lazy->thunk))->spec ==
           &concat->row;
}

/* Of a pending concat alone: its state may be read as long as it has not
 * run. */
static Value
concat_state_of(Value lazy)
{
    Value thunk = ((const struct lazy_object *)value_object(lazy))->thunk;
    return ((const struct builtin_object *)value_object(thunk))->captured;
}

/* State: [current outer]: the items of `current`, then those of the items of
 * `outer`, which is a stack of sequences of collections: a list. */
static Value
next_concat(const struct core_step *self, Value state)
{
    Value current = core_captured_at(state, 0);
    Value outer = core_captured_at(state, 1);
    for (uint32_t round = 0; round < CORE_ROUNDS; round++) {
        while (concat_is_pending(self, current)) {
            Value inner = concat_state_of(current);
            current = vector_at(inner, 0);
            Value stack = vector_at(inner, 1);
            // As a rule one level; each is pushed above what we have.
            struct core_buffer levels = {0};
            core_buffer_add_all(&levels, stack);
            outer = list_from_array_rest(levels.items, levels.count, outer);
        }
        Value seq = seq_of(current);
        if (!value_is_nil(seq)) {
            if (list_is_empty(outer)) {
                return seq;
            }
            Value items[CORE_CHUNK] = {{0}};
            Value rest;
            uint32_t count = core_take_chunk(seq, items, &rest);
            state = vector_2(rest, outer);
            return seq_chunk(items, count, core_lazy_make(self, state));
        }
        Value colls = VALUE_NIL;
        while (value_is_nil(colls)) {
            if (list_is_empty(outer)) {
                return VALUE_NIL;
            }
            colls = seq_of(seq_first(outer));
            outer = seq_rest(outer);
        }
        current = seq_first(colls);
        Value others = seq_rest(colls);
        if (!list_is_empty(others)) {
            outer = list_cons(others, outer);
        }
    }
    return core_lazy_make(self, vector_2(current, outer));
}

static const struct core_step step_concat = CORE_STEP("concat", next_concat);

static bool
add_source(Value source, Value sources[CORE_SOURCES_MAX], uint32_t *count)
{
    if (*count == CORE_SOURCES_MAX || !seq_is_counted(source)) {
        return false;
    }
    sources[(*count)++] = source;
    return true;
}

/* Only lists are walked, so nothing is realised, and each holds a source, so
 * the walk is as short as they may be many. */
bool
core_concat_take(Value v, Value sources[CORE_SOURCES_MAX], uint32_t *count)
{
    *count = 0;
    if (!concat_is_pending(&step_concat, v)) {
        return false;
    }
    Value state = concat_state_of(v);
    if (!add_source(vector_at(state, 0), sources, count)) {
        return false;
    }
    Value outer = vector_at(state, 1);
    for (; list_is(outer) && !list_is_empty(outer);
         outer = list_object(outer)->rest) {
        Value colls = list_object(outer)->first;
        for (; list_is(colls) && !list_is_empty(colls);
             colls = list_object(colls)->rest) {
            if (!add_source(list_object(colls)->first, sources, count)) {
                return false;
            }
        }
        if (!list_is(colls)) {
            return false;
        }
    }
    if (!list_is(outer)) {
        return false;
    }
    value_object(v)->flags |= LAZY_WALKED;
    return true;
}

/* Lazy in `colls` itself: only as many are asked for as are needed. */
Value
core_concat_all(Value colls)
{
    Value outer = list_1(colls);
    return core_lazy_make(&step_concat, vector_2(VALUE_NIL, outer));
}

/* (concat & colls) */
static Value
lazy_concat(Value *args, uint32_t argc)
{
    if (argc == 0) {
        return list_empty();
    }
    Value others = list_from_array(args + 1, argc - 1);
    Value outer = argc == 1 ? others : list_1(others);
    return core_lazy_make(&step_concat, vector_2(args[0], outer));
}

/* (mapcat f), (mapcat f & colls) */
static Value
lazy_mapcat(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    if (argc == 1) {
        return core_xform_make(XFORM_MAPCAT, args[0]);
    }
    return core_concat_all(lazy_map(args, argc));
}

/* (concat-all colls) */
static Value
lazy_concat_all(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return core_concat_all(args[0]);
}

/* --- Nested loops of `for` --------------------------------------------------------- */

/* State: [f outer]; f gives the sequence for one item of the outer loop, or a
 * marker. The outer loop goes one item at a time. */
static Value
next_for_nested(const struct core_step *self, Value state)
{
    Value f = core_captured_at(state, 0);
    Value outer = core_captured_at(state, 1);
    for (uint32_t round = 0; round < CORE_ROUNDS; round++) {
        Value seq = seq_of(outer);
        if (value_is_nil(seq)) {
            return VALUE_NIL;
        }
        Value inner = invoke1(f, seq_first(seq));
        outer = seq_rest(seq);
        enum verdict verdict = judge_marker(inner);
        if (verdict == VERDICT_STOP) {
            return VALUE_NIL;
        }
        if (verdict == VERDICT_DROP) {
            continue;
        }
        Value found = seq_of(inner);
        if (!value_is_nil(found)) {
            Value rest = core_lazy_make(self, vector_2(f, outer));
            Value colls = list_1(list_1(rest));
            return core_lazy_make(&step_concat, vector_2(found, colls));
        }
    }
    return core_lazy_make(self, vector_2(f, outer));
}

static const struct core_step step_for_nested =
    CORE_STEP("for", next_for_nested);

/* (for-nested f coll) */
static Value
lazy_for_nested(Value *args, uint32_t argc)
{
    assert(argc == 2);
    return core_lazy_make(&step_for_nested, vector_2(args[0], args[1]));
}

/* --- Beginnings and ends ------------------------------------------------------------ */

/* State: [n source]. */
static Value
next_take(const struct core_step *self, Value state)
{
    int64_t left = number_to_int(core_captured_at(state, 0));
    if (left <= 0) {
        return VALUE_NIL;
    }
    Value seq = seq_of(core_captured_at(state, 1));
    if (value_is_nil(seq)) {
        return VALUE_NIL;
    }
    Value items[CORE_CHUNK] = {{0}};
    Value rest;
    uint32_t count = core_take_chunk(seq, items, &rest);
    if (count >= left) {
        return seq_chunk(items, (uint32_t)left, VALUE_NIL);
    }
    state = vector_2(number_int(left - count), rest);
    return seq_chunk(items, count, core_lazy_make(self, state));
}

static const struct core_step step_take = CORE_STEP("take", next_take);

/* (take n), (take n coll) */
static Value
lazy_take(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    number_expect_int(args[0], "take");
    if (argc == 1) {
        return core_xform_make(XFORM_TAKE, args[0]);
    }
    return core_lazy_make(&step_take, vector_2(args[0], args[1]));
}

/* State: [n source]. Drops when it is looked at, not when it is made; runs
 * once, then it is the rest itself. */
static Value
next_drop(const struct core_step *self, Value state)
{
    int64_t n = number_to_int(core_captured_at(state, 0));
    Value seq = seq_of(core_captured_at(state, 1));
    for (uint32_t round = 0; n > 0 && !value_is_nil(seq); round++) {
        if (round == CORE_ROUNDS) {
            return core_lazy_make(self, vector_2(number_int(n), seq));
        }
        Value items[CORE_CHUNK] = {{0}};
        Value rest;
        uint32_t count = core_take_chunk(seq, items, &rest);
        if (count > n) {
            return seq_chunk(items + n, count - (uint32_t)n, rest);
        }
        n -= count;
        seq = seq_of(rest);
    }
    return seq;
}

static const struct core_step step_drop = CORE_STEP("drop", next_drop);

/* (drop n), (drop n coll) */
static Value
lazy_drop(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    number_expect_int(args[0], "drop");
    if (argc == 1) {
        return core_xform_make(XFORM_DROP, args[0]);
    }
    return core_lazy_make(&step_drop, vector_2(args[0], args[1]));
}

/* State: [pred source]. One item at a time: the predicate must not be asked
 * behind the first that is kept. */
static Value
next_drop_while(const struct core_step *self, Value state)
{
    Value pred = core_captured_at(state, 0);
    Value seq = seq_of(core_captured_at(state, 1));
    for (uint32_t round = 0; round < CORE_ROUNDS; round++) {
        if (value_is_nil(seq) ||
            !value_is_true(invoke1(pred, seq_first(seq)))) {
            return seq;
        }
        seq = seq_next(seq);
    }
    return core_lazy_make(self, vector_2(pred, seq));
}

static const struct core_step step_drop_while =
    CORE_STEP("drop-while", next_drop_while);

/* (drop-while pred), (drop-while pred coll) */
static Value
lazy_drop_while(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    if (argc == 1) {
        return core_xform_make(XFORM_DROP_WHILE, args[0]);
    }
    return core_lazy_make(&step_drop_while, vector_2(args[0], args[1]));
}

/* (split-at n coll) */
static Value
lazy_split_at(Value *args, uint32_t argc)
{
    assert(argc == 2);
    Value head = lazy_take(args, 2);
    return vector_2(head, lazy_drop(args, 2));
}

/* (split-with pred coll) */
static Value
lazy_split_with(Value *args, uint32_t argc)
{
    assert(argc == 2);
    Value head = lazy_take_while(args, 2);
    return vector_2(head, lazy_drop_while(args, 2));
}

/* drop-last walks the collection and itself n further on in step; the item
 * behind is what counts. */
static Value
first_argument(Value *args, uint32_t argc)
{
    assert(argc == 2);
    return args[0];
}

static const struct builtin row_first_argument =
    CORE_INNER("drop-last", 2, 2, first_argument);

/* The items as long as there is one n further on. */
static Value
lazy_drop_last(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    Value coll = args[argc - 1];
    Value n = argc == 2 ? args[0] : number_int(1);
    number_expect_int(n, "drop-last");
    Value ahead = core_lazy_make(&step_drop, vector_2(n, coll));
    Value f = core_builtin(&row_first_argument, VALUE_NIL);
    return core_lazy_make(&step_map_many, core_state_3(f, coll, ahead));
}

/* (take-last n coll) */
static Value
lazy_take_last(Value *args, uint32_t argc)
{
    assert(argc == 2);
    int64_t n = number_expect_int(args[0], "take-last");
    struct core_buffer buffer = {0};
    core_buffer_take_all(&buffer, &args[1]);
    if (n <= 0 || buffer.count == 0) {
        return VALUE_NIL;
    }
    uint32_t start = n >= buffer.count ? 0 : buffer.count - (uint32_t)n;
    return seq_chunk(buffer.items + start, buffer.count - start, VALUE_NIL);
}

/* (lazy-seq* thunk) */
static Value
lazy_make(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return seq_lazy(args[0]);
}

static const struct builtin rows[] = {
    {"map", 1, ARGS_ANY, lazy_map, "[f] [f coll] [f c1 c2 & colls]",
     "A lazy sequence of f applied to the items (of all collections in step).",
     "0.1"},
    {"filter", 1, 2, lazy_filter, "[pred] [pred coll]",
     "A lazy sequence of the items for which pred holds.", "0.1"},
    {"remove", 1, 2, lazy_remove, "[pred] [pred coll]",
     "A lazy sequence of the items for which pred does not hold.", "0.1"},
    {"keep", 1, 2, lazy_keep, "[f] [f coll]",
     "A lazy sequence of what f gives for the items, without nil.", "0.1"},
    {"map-indexed", 1, 2, lazy_map_indexed, "[f] [f coll]",
     "A lazy sequence of (f index item).", "0.1"},
    {"keep-indexed", 1, 2, lazy_keep_indexed, "[f] [f coll]",
     "A lazy sequence of (f index item), without nil.", "0.1"},
    {"mapcat", 1, ARGS_ANY, lazy_mapcat, "[f] [f & colls]",
     "Concatenates, lazily, the collections that f gives.", "0.1"},
    {"concat", 0, ARGS_ANY, lazy_concat, "[& colls]",
     "A lazy sequence of the items of all collections.", "0.1"},
    {"concat-all", 1, 1, lazy_concat_all, "[colls]",
     "As (apply concat colls), lazy in colls too.", "0.1"},
    {"take", 1, 2, lazy_take, "[n] [n coll]",
     "A lazy sequence of the first n items.", "0.1"},
    {"take-while", 1, 2, lazy_take_while, "[pred] [pred coll]",
     "The items up to the first for which pred does not hold, lazily.", "0.1"},
    {"take-nth", 1, 2, lazy_take_nth, "[n] [n coll]",
     "Every nth item, from the first, lazily.", "0.1"},
    {"take-last", 2, 2, lazy_take_last, "[n coll]", "The last n items, or nil.",
     "0.1"},
    {"drop", 1, 2, lazy_drop, "[n] [n coll]", "All but the first n items.",
     "0.1"},
    {"drop-while", 1, 2, lazy_drop_while, "[pred] [pred coll]",
     "The items from the first for which pred does not hold.", "0.1"},
    {"drop-last", 1, 2, lazy_drop_last, "[coll] [n coll]",
     "All but the last n (1) items.", "0.1"},
    {"split-at", 2, 2, lazy_split_at, "[n coll]",
     "[(take n coll) (drop n coll)]", "0.1"},
    {"split-with", 2, 2, lazy_split_with, "[pred coll]",
     "[(take-while pred coll) (drop-while pred coll)]", "0.1"},
    {"replace", 1, 2, lazy_replace, "[map] [map coll]",
     "Replaces items that are keys of map by their values.", "0.1"},
    {"for-last", 2, 2, lazy_for_last, "[f coll]",
     "The innermost loop of a `for` with modifiers.", "0.1"},
    {"for-nested", 2, 2, lazy_for_nested, "[f coll]",
     "An outer loop of a `for`.", "0.1"},
    {"lazy-seq*", 1, 1, lazy_make, "[thunk]",
     "A sequence that thunk gives when it is first looked at.", "0.1"},
};

const struct core_table core_lazy[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
