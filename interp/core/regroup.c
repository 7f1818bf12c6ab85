/* SPDX-License-Identifier: MIT */
/*
 * Lazy sequences of the items of others in another arrangement: groups,
 * without repeats, woven, flattened, and the steps of a reduction. Steps keep
 * the rules that lazy.c tells; what walks a tree keeps its own stack, so that
 * depth costs heap.
 */
#include "interp/core/support.h"
#include "interp/data/set.h"

#include <assert.h>

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
next_partition(const struct core_step *self, Value state)
{
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
    return list_cons(group, core_lazy_make(self, state));
}

static const struct core_step step_partition =
    CORE_STEP("partition", next_partition);

/* Both sizes are checked here, once, so that the step may trust them: a size
 * of 0 would not get on. */
static Value
partition_make(const char *name, Value n, Value step, Value coll, Value pad)
{
    int64_t size = number_expect_int(n, name);
    int64_t by = number_expect_int(step, name);
    if (size <= 0 || by <= 0) {
        error_throw(ERROR_VALUE, "%s: sizes must be positive", name);
    }
    return core_lazy_make(&step_partition, core_state_4(n, step, coll, pad));
}

/* (partition n coll), (partition n step coll), (partition n step pad coll) */
static Value
regroup_partition(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    Value step = argc > 2 ? args[1] : args[0];
    Value pad = argc == 4 ? args[2] : symbol_from_cstring("none");
    return partition_make("partition", args[0], step, args[argc - 1],
                          symbol_is(pad) && argc == 4 ? VALUE_NIL : pad);
}

/* (partition-all n), (partition-all n coll), (partition-all n step coll) */
static Value
regroup_partition_all(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    if (argc == 1) {
        return core_xform_make(XFORM_PARTITION_ALL, args[0]);
    }
    Value step = argc == 3 ? args[1] : args[0];
    return partition_make("partition-all", args[0], step, args[argc - 1],
                          symbol_from_cstring("all"));
}

/* State: [f source]. */
static Value
next_partition_by(const struct core_step *self, Value state)
{
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
    return list_cons(group, core_lazy_make(self, state));
}

static const struct core_step step_partition_by =
    CORE_STEP("partition-by", next_partition_by);

/* (partition-by f), (partition-by f coll) */
static Value
regroup_partition_by(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    if (argc == 1) {
        return core_xform_make(XFORM_PARTITION_BY, args[0]);
    }
    return core_lazy_make(&step_partition_by, vector_2(args[0], args[1]));
}

/* --- Without repeats ------------------------------------------------------------ */

/* State: [seen source]. */
static Value
next_distinct(const struct core_step *self, Value state)
{
    Value seen = core_captured_at(state, 0);
    Value source = core_captured_at(state, 1);
    for (uint32_t round = 0; round < CORE_ROUNDS; round++) {
        Value seq = seq_of(source);
        if (value_is_nil(seq)) {
            return VALUE_NIL;
        }
        Value items[CORE_CHUNK] = {{0}};
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
            return seq_chunk(items, kept, core_lazy_make(self, state));
        }
    }
    return core_lazy_make(self, vector_2(seen, source));
}

static const struct core_step step_distinct =
    CORE_STEP("distinct", next_distinct);

/* (distinct), (distinct coll) */
static Value
regroup_distinct(Value *args, uint32_t argc)
{
    if (argc == 0) {
        return core_xform_make(XFORM_DISTINCT, VALUE_NIL);
    }
    return core_lazy_make(&step_distinct, vector_2(set_empty(), args[0]));
}

/* State: [source] or [source previous]. */
static Value
next_dedupe(const struct core_step *self, Value state)
{
    Value seq = seq_of(core_captured_at(state, 0));
    Value previous =
        vector_count(state) == 2 ? vector_at(state, 1) : VALUE_ABSENT;
    for (uint32_t round = 0;
         !value_is_nil(seq) && !value_is(previous, VALUE_ABSENT) &&
         value_equal(previous, seq_first(seq));
         round++) {
        if (round == CORE_ROUNDS) {
            return core_lazy_make(self, vector_2(seq, previous));
        }
        seq = seq_next(seq);
    }
    if (value_is_nil(seq)) {
        return VALUE_NIL;
    }
    Value item = seq_first(seq);
    state = vector_2(seq_rest(seq), item);
    return list_cons(item, core_lazy_make(self, state));
}

static const struct core_step step_dedupe = CORE_STEP("dedupe", next_dedupe);

/* (dedupe), (dedupe coll) */
static Value
regroup_dedupe(Value *args, uint32_t argc)
{
    if (argc == 0) {
        return core_xform_make(XFORM_DEDUPE, VALUE_NIL);
    }
    return core_lazy_make(&step_dedupe, vector_from_array(args, 1));
}

/* --- Woven ---------------------------------------------------------------------- */

/* State: the collections. */
static Value
next_interleave(const struct core_step *self, Value state)
{
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
    return seq_chunk(firsts.items, firsts.count, core_lazy_make(self, state));
}

static const struct core_step step_interleave =
    CORE_STEP("interleave", next_interleave);

/* (interleave & colls) */
static Value
regroup_interleave(Value *args, uint32_t argc)
{
    if (argc == 0) {
        return list_empty();
    }
    return core_lazy_make(&step_interleave, vector_from_array(args, argc));
}

/* State: [separator source]; the separator comes before each item. */
static Value
next_interpose(const struct core_step *self, Value state)
{
    Value separator = core_captured_at(state, 0);
    Value seq = seq_of(core_captured_at(state, 1));
    if (value_is_nil(seq)) {
        return VALUE_NIL;
    }
    Value items[CORE_CHUNK] = {{0}};
    Value rest;
    uint32_t count = core_take_chunk(seq, items, &rest);
    Value woven[2 * CORE_CHUNK];
    for (uint32_t i = 0; i < count; i++) {
        woven[2 * i] = separator;
        woven[2 * i + 1] = items[i];
    }
    state = vector_2(separator, rest);
    return seq_chunk(woven, 2 * count, core_lazy_make(self, state));
}

static const struct core_step step_interpose =
    CORE_STEP("interpose", next_interpose);

/* As the others, without the separator in front. */
static Value
next_interpose_first(const struct core_step *self, Value state)
{
    (void)self;
    Value seq = next_interpose(&step_interpose, state);
    return value_is_nil(seq) ? seq : seq_rest(seq);
}

static const struct core_step step_interpose_first =
    CORE_STEP("interpose", next_interpose_first);

/* (interpose separator), (interpose separator coll) */
static Value
regroup_interpose(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    if (argc == 1) {
        return core_xform_make(XFORM_INTERPOSE, args[0]);
    }
    return core_lazy_make(&step_interpose_first, vector_2(args[0], args[1]));
}

/* --- Steps of a reduction ---------------------------------------------------------- */

/* State: [f previous source]. */
static Value
next_reductions(const struct core_step *self, Value state)
{
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
    return list_cons(result, core_lazy_make(self, state));
}

static const struct core_step step_reductions =
    CORE_STEP("reductions", next_reductions);

/* Without an initial value the first item is it; (f) for nothing at all. */
static Value
next_reductions_first(const struct core_step *self, Value state)
{
    (void)self;
    Value f = core_captured_at(state, 0);
    Value seq = seq_of(core_captured_at(state, 1));
    if (value_is_nil(seq)) {
        return list_1(invoke0(f));
    }
    Value first = seq_first(seq);
    state = core_state_3(f, first, seq_rest(seq));
    return list_cons(first, core_lazy_make(&step_reductions, state));
}

static const struct core_step step_reductions_first =
    CORE_STEP("reductions", next_reductions_first);

/* (reductions f coll), (reductions f init coll) */
static Value
regroup_reductions(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    if (argc == 2) {
        Value state = vector_2(args[0], args[1]);
        return core_lazy_make(&step_reductions_first, state);
    }
    if (core_is_reduced(args[1])) {
        return list_1(core_unreduced(args[1]));
    }
    Value state = core_state_3(args[0], args[1], args[2]);
    return list_cons(args[1], core_lazy_make(&step_reductions, state));
}

/* --- Trees ---------------------------------------------------------------------------- */

/* State: [branch? children node stack]: the node was given; what is left of
 * the siblings of its ancestors is on the stack, a list. */
static Value
next_tree(const struct core_step *self, Value state)
{
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
            return list_cons(node, core_lazy_make(self, state));
        }
    }
    return VALUE_NIL;
}

static const struct core_step step_tree = CORE_STEP("tree-seq", next_tree);

/* (tree-seq branch? children root) */
static Value
regroup_tree_seq(Value *args, uint32_t argc)
{
    assert(argc == 3);
    Value state = core_state_4(args[0], args[1], args[2], list_empty());
    return list_cons(args[2], core_lazy_make(&step_tree, state));
}

/* State: [stack]: a list of sequences. */
static Value
next_flatten(const struct core_step *self, Value state)
{
    Value stack = core_captured_at(state, 0);
    for (uint32_t round = 0; !list_is_empty(stack); round++) {
        if (round == CORE_ROUNDS) {
            return core_lazy_make(self, vector_from_array(&stack, 1));
        }
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
            state = vector_from_array(&stack, 1);
            return list_cons(item, core_lazy_make(self, state));
        }
    }
    return VALUE_NIL;
}

static const struct core_step step_flatten = CORE_STEP("flatten", next_flatten);

/* (flatten coll) */
static Value
regroup_flatten(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (!seq_is_sequential(args[0])) {
        return list_empty();
    }
    Value stack = list_1(args[0]);
    return core_lazy_make(&step_flatten, vector_from_array(&stack, 1));
}

static const struct builtin rows[] = {
    {"partition", 2, 4, regroup_partition,
     "[n coll] [n step coll] [n step pad coll]",
     "Groups of n items, each step after the one before; an incomplete last "
     "group is filled from pad, or left out.",
     "0.1"},
    {"partition-all", 1, 3, regroup_partition_all, "[n] [n coll] [n step coll]",
     "As partition, with incomplete groups at the end.", "0.1"},
    {"partition-by", 1, 2, regroup_partition_by, "[f] [f coll]",
     "Groups of neighbours for which f gives the same.", "0.1"},
    {"distinct", 0, 1, regroup_distinct, "[] [coll]",
     "The items without repeats, lazily.", "0.1"},
    {"dedupe", 0, 1, regroup_dedupe, "[] [coll]",
     "The items without repeats of the one before.", "0.1"},
    {"interleave", 0, ARGS_ANY, regroup_interleave, "[& colls]",
     "The first items of all collections, then the second ones, and so on.",
     "0.1"},
    {"interpose", 1, 2, regroup_interpose, "[separator] [separator coll]",
     "The items with a separator between them.", "0.1"},
    {"reductions", 2, 3, regroup_reductions, "[f coll] [f init coll]",
     "The intermediate values of a reduce, lazily.", "0.1"},
    {"tree-seq", 3, 3, regroup_tree_seq, "[branch? children root]",
     "The nodes of a tree, depth first, lazily.", "0.1"},
    {"flatten", 1, 1, regroup_flatten, "[coll]",
     "The leaves of nested sequential things, lazily.", "0.1"},
};

const struct core_table core_regroup[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
