/* SPDX-License-Identifier: MIT */
/*
 * Lazy sequences that come out of nothing, or that regroup another one:
 * range, iterate, repeat, partition, interleave, distinct, tree-seq...
 * Steps keep the rules that lazy.c tells.
 */
#include "interp/core/support.h"
#include "interp/data/set.h"
#include "interp/vm/call.h"

#include <assert.h>

/* --- Out of nothing --------------------------------------------------------- */

static Value step_range(Value *args, uint32_t argc);
static const struct builtin row_range = CORE_INNER("range", 0, 0, step_range);

/* State: [from end by], with a double among them. */
static Value
step_range(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    Value state = call_captured();
    Value at = core_captured_at(state, 0);
    Value end = core_captured_at(state, 1);
    Value by = core_captured_at(state, 2);
    bool up = number_sign(by) > 0;
    Value items[CORE_CHUNK];
    uint32_t count = 0;
    while (count < CORE_CHUNK &&
           (up ? number_less(at, end) : number_less(end, at))) {
        items[count++] = at;
        at = number_add(at, by);
    }
    if (count < CORE_CHUNK) {
        return seq_chunk(items, count, VALUE_NIL);
    }
    state = core_state_3(at, end, by);
    return seq_chunk(items, count, core_lazy_make(&row_range, state));
}

static Value step_repeat(Value *args, uint32_t argc);
static const struct builtin row_repeat =
    CORE_INNER("repeat", 0, 0, step_repeat);

/* State: [n item]; n < 0: for ever. */
static Value
step_repeat(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    Value state = call_captured();
    int64_t left = number_to_int(core_captured_at(state, 0));
    Value item = core_captured_at(state, 1);
    uint32_t count =
        left >= 0 && left < CORE_CHUNK ? (uint32_t)left : CORE_CHUNK;
    Value items[CORE_CHUNK];
    for (uint32_t i = 0; i < count; i++) {
        items[i] = item;
    }
    if (left == count) {
        return seq_chunk(items, count, VALUE_NIL);
    }
    state = vector_2(number_int(left < 0 ? left : left - count), item);
    return seq_chunk(items, count, core_lazy_make(&row_repeat, state));
}

static Value
repeat_times(int64_t n, Value item)
{
    if (n == 0) {
        return list_empty();
    }
    return core_lazy_make(&row_repeat, vector_2(number_int(n), item));
}

/* (repeat x), (repeat n x) */
static Value
generate_repeat(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    if (argc == 1) {
        return repeat_times(-1, args[0]);
    }
    int64_t n = number_expect_int(args[0], "repeat");
    return repeat_times(n < 0 ? 0 : n, args[1]);
}

/* (range), (range end), (range start end), (range start end step) */
static Value
generate_range(Value *args, uint32_t argc)
{
    if (argc == 0) {
        return seq_range(0, INT64_MAX, 1);
    }
    Value from = argc == 1 ? number_int(0) : args[0];
    Value end = argc == 1 ? args[0] : args[1];
    Value by = argc == 3 ? args[2] : number_int(1);
    if (number_is_zero(by)) {
        return number_same(from, end) ? list_empty() : repeat_times(-1, from);
    }
    if (number_is_int(from) && number_is_int(end) && number_is_int(by)) {
        return seq_range(number_to_int(from), number_to_int(end),
                         number_to_int(by));
    }
    number_less(from, end); // throws for what is no number
    return core_lazy_make(&row_range, core_state_3(from, end, by));
}

static Value step_iterate(Value *args, uint32_t argc);
static const struct builtin row_iterate =
    CORE_INNER("iterate", 0, 0, step_iterate);

/* State: [f previous]. */
static Value
step_iterate(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    Value state = call_captured();
    Value f = core_captured_at(state, 0);
    Value item = invoke1(f, core_captured_at(state, 1));
    return list_cons(item, core_lazy_make(&row_iterate, vector_2(f, item)));
}

/* (iterate f x) */
static Value
generate_iterate(Value *args, uint32_t argc)
{
    assert(argc == 2);
    Value state = vector_2(args[0], args[1]);
    return list_cons(args[1], core_lazy_make(&row_iterate, state));
}

static Value step_repeatedly(Value *args, uint32_t argc);
static const struct builtin row_repeatedly =
    CORE_INNER("repeatedly", 0, 0, step_repeatedly);

/* State: [n f]; n < 0: for ever. */
static Value
step_repeatedly(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    Value state = call_captured();
    int64_t left = number_to_int(core_captured_at(state, 0));
    Value f = core_captured_at(state, 1);
    if (left == 0) {
        return VALUE_NIL;
    }
    Value item = invoke0(f);
    state = vector_2(number_int(left < 0 ? left : left - 1), f);
    return list_cons(item, core_lazy_make(&row_repeatedly, state));
}

/* (repeatedly f), (repeatedly n f) */
static Value
generate_repeatedly(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    int64_t n = argc == 1 ? -1 : number_expect_int(args[0], "repeatedly");
    n = argc == 2 && n < 0 ? 0 : n;
    return core_lazy_make(&row_repeatedly,
                          vector_2(number_int(n), args[argc - 1]));
}

static Value step_cycle(Value *args, uint32_t argc);
static const struct builtin row_cycle = CORE_INNER("cycle", 0, 0, step_cycle);

/* State: [all left]. */
static Value
step_cycle(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    Value state = call_captured();
    Value all = core_captured_at(state, 0);
    Value seq = seq_of(core_captured_at(state, 1));
    seq = value_is_nil(seq) ? seq_of(all) : seq;
    if (value_is_nil(seq)) {
        return VALUE_NIL;
    }
    Value items[CORE_CHUNK];
    Value rest;
    uint32_t count = core_take_chunk(seq, items, &rest);
    Value next = core_lazy_make(&row_cycle, vector_2(all, rest));
    return seq_chunk(items, count, next);
}

/* (cycle coll) */
static Value
generate_cycle(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return core_lazy_make(&row_cycle, vector_2(args[0], args[0]));
}

/* --- Groups ------------------------------------------------------------------ */

/* Takes up to n items off *source, as a list; n is not trusted. */
static Value
take_list(Value *source, int64_t n, uint32_t *count)
{
    struct core_buffer buffer = {0};
    Value seq = *source;
    while (buffer.count < n) {
        seq = seq_of(seq);
        if (value_is_nil(seq)) {
            break;
        }
        core_buffer_add(&buffer, seq_first(seq));
        seq = seq_rest(seq);
    }
    *source = seq;
    *count = buffer.count;
    return list_from_array(buffer.items, buffer.count);
}

static Value step_partition(Value *args, uint32_t argc);
static const struct builtin row_partition =
    CORE_INNER("partition", 0, 0, step_partition);

/* What follows a group: `step` items after its start. */
static Value
after_group(Value start, Value end, int64_t n, int64_t step)
{
    Value seq = step >= n ? end : start;
    int64_t left = step >= n ? step - n : step;
    for (; left > 0 && !seq_is_empty(seq); left--) {
        seq = seq_rest(seq);
    }
    return seq;
}

/* State: [n step source pad]: pad ABSENT is told by the symbol `none`, and
 * partition-all by the symbol `all`. */
static Value
step_partition(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    Value state = call_captured();
    int64_t n = number_to_int(core_captured_at(state, 0));
    int64_t step = number_to_int(core_captured_at(state, 1));
    Value start = core_captured_at(state, 2);
    Value pad = core_captured_at(state, 3);
    Value source = start;
    uint32_t count;
    Value group = take_list(&source, n, &count);
    bool all = symbol_is(pad) && text_equal_cstring(symbol_name(pad), "all");
    if (count == 0 || (count < n && symbol_is(pad) && !all)) {
        return VALUE_NIL;
    }
    if (count < n && !all) {
        struct core_buffer items = {0};
        core_buffer_add_all(&items, group);
        uint32_t more;
        core_buffer_add_all(&items, take_list(&pad, n - count, &more));
        return list_1(list_from_array(items.items, items.count));
    }
    if (count < n && step >= n) {
        return list_1(group);
    }
    Value next = after_group(start, source, n, step);
    state = core_state_4(number_int(n), number_int(step), next, pad);
    return list_cons(group, core_lazy_make(&row_partition, state));
}

static Value
partition_make(const char *name, Value n, Value step, Value coll, Value pad)
{
    int64_t size = number_expect_int(n, name);
    int64_t by = number_expect_int(step, name);
    if (size <= 0 || by <= 0) {
        error_throw(ERROR_VALUE, "%s: sizes must be positive", name);
    }
    return core_lazy_make(&row_partition, core_state_4(n, step, coll, pad));
}

/* (partition n coll), (partition n step coll), (partition n step pad coll) */
static Value
generate_partition(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    Value step = argc > 2 ? args[1] : args[0];
    Value pad = argc == 4 ? args[2] : symbol_from_cstring("none");
    return partition_make("partition", args[0], step, args[argc - 1],
                          symbol_is(pad) && argc == 4 ? VALUE_NIL : pad);
}

/* (partition-all n), (partition-all n coll), (partition-all n step coll) */
static Value
generate_partition_all(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    if (argc == 1) {
        return core_xform_make(XFORM_PARTITION_ALL, args[0]);
    }
    Value step = argc == 3 ? args[1] : args[0];
    return partition_make("partition-all", args[0], step, args[argc - 1],
                          symbol_from_cstring("all"));
}

static Value step_partition_by(Value *args, uint32_t argc);
static const struct builtin row_partition_by =
    CORE_INNER("partition-by", 0, 0, step_partition_by);

/* State: [f source]. */
static Value
step_partition_by(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    Value state = call_captured();
    Value f = core_captured_at(state, 0);
    Value seq = seq_of(core_captured_at(state, 1));
    if (value_is_nil(seq)) {
        return VALUE_NIL;
    }
    struct core_buffer run = {0};
    Value key = invoke1(f, seq_first(seq));
    do {
        core_buffer_add(&run, seq_first(seq));
        seq = seq_next(seq);
    } while (!value_is_nil(seq) &&
             value_equal(key, invoke1(f, seq_first(seq))));
    Value group = list_from_array(run.items, run.count);
    state = vector_2(f, seq);
    return list_cons(group, core_lazy_make(&row_partition_by, state));
}

/* (partition-by f), (partition-by f coll) */
static Value
generate_partition_by(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    if (argc == 1) {
        return core_xform_make(XFORM_PARTITION_BY, args[0]);
    }
    return core_lazy_make(&row_partition_by, vector_2(args[0], args[1]));
}

/* --- Without repeats ------------------------------------------------------------ */

static Value step_distinct(Value *args, uint32_t argc);
static const struct builtin row_distinct =
    CORE_INNER("distinct", 0, 0, step_distinct);

/* State: [seen source]. */
static Value
step_distinct(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    Value state = call_captured();
    Value seen = core_captured_at(state, 0);
    Value source = core_captured_at(state, 1);
    for (;;) {
        Value seq = seq_of(source);
        if (value_is_nil(seq)) {
            return VALUE_NIL;
        }
        Value items[CORE_CHUNK];
        uint32_t count = core_take_chunk(seq, items, &source);
        uint32_t kept = 0;
        for (uint32_t i = 0; i < count; i++) {
            if (value_is(set_get(seen, items[i]), VALUE_ABSENT)) {
                seen = set_conj(seen, items[i]);
                items[kept++] = items[i];
            }
        }
        if (kept > 0) {
            state = vector_2(seen, source);
            return seq_chunk(items, kept, core_lazy_make(&row_distinct, state));
        }
    }
}

/* (distinct), (distinct coll) */
static Value
generate_distinct(Value *args, uint32_t argc)
{
    if (argc == 0) {
        return core_xform_make(XFORM_DISTINCT, VALUE_NIL);
    }
    return core_lazy_make(&row_distinct, vector_2(set_empty(), args[0]));
}

static Value step_dedupe(Value *args, uint32_t argc);
static const struct builtin row_dedupe =
    CORE_INNER("dedupe", 0, 0, step_dedupe);

/* State: [source] or [source previous]. */
static Value
step_dedupe(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    Value state = call_captured();
    Value seq = seq_of(core_captured_at(state, 0));
    Value previous =
        vector_count(state) == 2 ? vector_at(state, 1) : VALUE_ABSENT;
    while (!value_is_nil(seq) && !value_is(previous, VALUE_ABSENT) &&
           value_equal(previous, seq_first(seq))) {
        seq = seq_next(seq);
    }
    if (value_is_nil(seq)) {
        return VALUE_NIL;
    }
    Value item = seq_first(seq);
    state = vector_2(seq_rest(seq), item);
    return list_cons(item, core_lazy_make(&row_dedupe, state));
}

/* (dedupe), (dedupe coll) */
static Value
generate_dedupe(Value *args, uint32_t argc)
{
    if (argc == 0) {
        return core_xform_make(XFORM_DEDUPE, VALUE_NIL);
    }
    return core_lazy_make(&row_dedupe, vector_from_array(args, 1));
}

/* --- Woven ---------------------------------------------------------------------- */

static Value step_interleave(Value *args, uint32_t argc);
static const struct builtin row_interleave =
    CORE_INNER("interleave", 0, 0, step_interleave);

/* State: the collections. */
static Value
step_interleave(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    Value state = call_captured();
    struct core_buffer firsts = {0};
    struct core_buffer next = {0};
    for (uint32_t i = 0; i < vector_count(state); i++) {
        Value seq = seq_of(vector_at(state, i));
        if (value_is_nil(seq)) {
            return VALUE_NIL;
        }
        core_buffer_add(&firsts, seq_first(seq));
        core_buffer_add(&next, seq_rest(seq));
    }
    state = vector_from_array(next.items, next.count);
    return seq_chunk(firsts.items, firsts.count,
                     core_lazy_make(&row_interleave, state));
}

/* (interleave & colls) */
static Value
generate_interleave(Value *args, uint32_t argc)
{
    if (argc == 0) {
        return list_empty();
    }
    return core_lazy_make(&row_interleave, vector_from_array(args, argc));
}

static Value step_interpose(Value *args, uint32_t argc);
static const struct builtin row_interpose =
    CORE_INNER("interpose", 0, 0, step_interpose);

/* State: [separator source]; the separator comes before each item. */
static Value
step_interpose(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    Value state = call_captured();
    Value separator = core_captured_at(state, 0);
    Value seq = seq_of(core_captured_at(state, 1));
    if (value_is_nil(seq)) {
        return VALUE_NIL;
    }
    Value items[CORE_CHUNK];
    Value rest;
    uint32_t count = core_take_chunk(seq, items, &rest);
    Value woven[2 * CORE_CHUNK];
    for (uint32_t i = 0; i < count; i++) {
        woven[2 * i] = separator;
        woven[2 * i + 1] = items[i];
    }
    state = vector_2(separator, rest);
    return seq_chunk(woven, 2 * count, core_lazy_make(&row_interpose, state));
}

static Value
step_interpose_first(Value *args, uint32_t argc)
{
    Value seq = step_interpose(args, argc);
    return value_is_nil(seq) ? seq : seq_rest(seq);
}

static const struct builtin row_interpose_first =
    CORE_INNER("interpose", 0, 0, step_interpose_first);

/* (interpose separator), (interpose separator coll) */
static Value
generate_interpose(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    if (argc == 1) {
        return core_xform_make(XFORM_INTERPOSE, args[0]);
    }
    return core_lazy_make(&row_interpose_first, vector_2(args[0], args[1]));
}

/* --- Steps of a reduction ---------------------------------------------------------- */

static Value step_reductions(Value *args, uint32_t argc);
static const struct builtin row_reductions =
    CORE_INNER("reductions", 0, 0, step_reductions);

/* State: [f previous source]. */
static Value
step_reductions(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    Value state = call_captured();
    Value f = core_captured_at(state, 0);
    Value seq = seq_of(core_captured_at(state, 2));
    if (value_is_nil(seq)) {
        return VALUE_NIL;
    }
    Value result = invoke2(f, core_captured_at(state, 1), seq_first(seq));
    if (core_is_reduced(result)) {
        return list_1(core_unreduced(result));
    }
    state = core_state_3(f, result, seq_rest(seq));
    return list_cons(result, core_lazy_make(&row_reductions, state));
}

static Value
step_reductions_first(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    Value state = call_captured();
    Value f = core_captured_at(state, 0);
    Value seq = seq_of(core_captured_at(state, 1));
    if (value_is_nil(seq)) {
        return list_1(invoke0(f));
    }
    Value first = seq_first(seq);
    state = core_state_3(f, first, seq_rest(seq));
    return list_cons(first, core_lazy_make(&row_reductions, state));
}

static const struct builtin row_reductions_first =
    CORE_INNER("reductions", 0, 0, step_reductions_first);

/* (reductions f coll), (reductions f init coll) */
static Value
generate_reductions(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    if (argc == 2) {
        Value state = vector_2(args[0], args[1]);
        return core_lazy_make(&row_reductions_first, state);
    }
    if (core_is_reduced(args[1])) {
        return list_1(core_unreduced(args[1]));
    }
    Value state = core_state_3(args[0], args[1], args[2]);
    return list_cons(args[1], core_lazy_make(&row_reductions, state));
}

/* --- Trees ---------------------------------------------------------------------------- */

static Value step_tree(Value *args, uint32_t argc);
static const struct builtin row_tree = CORE_INNER("tree-seq", 0, 0, step_tree);

/* State: [branch? children node stack]: the node was given; what is left of
 * the siblings of its ancestors is on the stack, a list. */
static Value
step_tree(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    Value state = call_captured();
    Value is_branch = core_captured_at(state, 0);
    Value children = core_captured_at(state, 1);
    Value node = core_captured_at(state, 2);
    Value stack = core_captured_at(state, 3);
    if (value_is_true(invoke1(is_branch, node))) {
        // A lazy rest keeps the list of its own kind.
        stack = list_cons(invoke1(children, node), stack);
    }
    while (!list_is_empty(stack)) {
        Value seq = seq_of(seq_first(stack));
        stack = seq_rest(stack);
        if (!value_is_nil(seq)) {
            node = seq_first(seq);
            stack = list_cons(seq_rest(seq), stack);
            state = core_state_4(is_branch, children, node, stack);
            return list_cons(node, core_lazy_make(&row_tree, state));
        }
    }
    return VALUE_NIL;
}

/* (tree-seq branch? children root) */
static Value
generate_tree_seq(Value *args, uint32_t argc)
{
    assert(argc == 3);
    Value state = core_state_4(args[0], args[1], args[2], list_empty());
    return list_cons(args[2], core_lazy_make(&row_tree, state));
}

static Value step_flatten(Value *args, uint32_t argc);
static const struct builtin row_flatten =
    CORE_INNER("flatten", 0, 0, step_flatten);

/* State: [stack]: a list of sequences. */
static Value
step_flatten(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    Value stack = core_captured_at(call_captured(), 0);
    while (!list_is_empty(stack)) {
        Value seq = seq_of(seq_first(stack));
        stack = seq_rest(stack);
        if (value_is_nil(seq)) {
            continue;
        }
        Value item = seq_first(seq);
        stack = list_cons(seq_rest(seq), stack);
        if (seq_is_sequential(item)) {
            stack = list_cons(item, stack);
        } else {
            Value state = vector_from_array(&stack, 1);
            return list_cons(item, core_lazy_make(&row_flatten, state));
        }
    }
    return VALUE_NIL;
}

/* (flatten coll) */
static Value
generate_flatten(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (!seq_is_sequential(args[0])) {
        return list_empty();
    }
    Value stack = list_1(args[0]);
    return core_lazy_make(&row_flatten, vector_from_array(&stack, 1));
}

static const struct builtin rows[] = {
    {"range", 0, 3, generate_range, "[] [end] [start end] [start end step]",
     "Numbers from start (0) up to, without, end.", "0.1"},
    {"repeat", 1, 2, generate_repeat, "[x] [n x]",
     "A lazy sequence of x, n times or without end.", "0.1"},
    {"replicate", 2, 2, generate_repeat, "[n x]", "As repeat.", "0.1"},
    {"iterate", 2, 2, generate_iterate, "[f x]",
     "A lazy sequence of x, (f x), (f (f x)) and so on.", "0.1"},
    {"repeatedly", 1, 2, generate_repeatedly, "[f] [n f]",
     "A lazy sequence of calls of f.", "0.1"},
    {"cycle", 1, 1, generate_cycle, "[coll]",
     "A lazy sequence of the items again and again.", "0.1"},
    {"partition", 2, 4, generate_partition,
     "[n coll] [n step coll] [n step pad coll]",
     "Groups of n items, each step after the one before; an incomplete last "
     "group is filled from pad, or left out.",
     "0.1"},
    {"partition-all", 1, 3, generate_partition_all,
     "[n] [n coll] [n step coll]",
     "As partition, with incomplete groups at the end.", "0.1"},
    {"partition-by", 1, 2, generate_partition_by, "[f] [f coll]",
     "Groups of neighbours for which f gives the same.", "0.1"},
    {"distinct", 0, 1, generate_distinct, "[] [coll]",
     "The items without repeats, lazily.", "0.1"},
    {"dedupe", 0, 1, generate_dedupe, "[] [coll]",
     "The items without repeats of the one before.", "0.1"},
    {"interleave", 0, ARGS_ANY, generate_interleave, "[& colls]",
     "The first items of all collections, then the second ones, and so on.",
     "0.1"},
    {"interpose", 1, 2, generate_interpose, "[separator] [separator coll]",
     "The items with a separator between them.", "0.1"},
    {"reductions", 2, 3, generate_reductions, "[f coll] [f init coll]",
     "The intermediate values of a reduce, lazily.", "0.1"},
    {"tree-seq", 3, 3, generate_tree_seq, "[branch? children root]",
     "The nodes of a tree, depth first, lazily.", "0.1"},
    {"flatten", 1, 1, generate_flatten, "[coll]",
     "The leaves of nested sequential things, lazily.", "0.1"},
};

const struct core_table core_generate[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
