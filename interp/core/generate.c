/* SPDX-License-Identifier: MIT */
/*
 * Lazy sequences that come out of nothing: range, iterate, repeat, cycle.
 * Steps keep the rules that lazy.c tells. A range of integers is a kind of its
 * own (seq_range) and needs no step; one with a double adds up as it goes.
 */
#include "interp/core/support.h"

#include <assert.h>

/* State: [from end by], with a double among them. */
static Value
next_range(const struct core_step *self, Value state)
{
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
    return seq_chunk(items, count, core_lazy_make(self, state));
}

static const struct core_step step_range = CORE_STEP("range", next_range);

/* State: [n item]; n < 0: for ever. */
static Value
next_repeat(const struct core_step *self, Value state)
{
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
    return seq_chunk(items, count, core_lazy_make(self, state));
}

static const struct core_step step_repeat = CORE_STEP("repeat", next_repeat);

/* n < 0: for ever. Zero times is (), so that no step has to run. */
static Value
repeat_times(int64_t n, Value item)
{
    if (n == 0) {
        return list_empty();
    }
    return core_lazy_make(&step_repeat, vector_2(number_int(n), item));
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
    return core_lazy_make(&step_range, core_state_3(from, end, by));
}

/* State: [f previous]. */
static Value
next_iterate(const struct core_step *self, Value state)
{
    Value f = core_captured_at(state, 0);
    Value item = invoke1(f, core_captured_at(state, 1));
    return list_cons(item, core_lazy_make(self, vector_2(f, item)));
}

static const struct core_step step_iterate = CORE_STEP("iterate", next_iterate);

/* (iterate f x) */
static Value
generate_iterate(Value *args, uint32_t argc)
{
    assert(argc == 2);
    Value state = vector_2(args[0], args[1]);
    return list_cons(args[1], core_lazy_make(&step_iterate, state));
}

/* State: [n f]; n < 0: for ever. */
static Value
next_repeatedly(const struct core_step *self, Value state)
{
    int64_t left = number_to_int(core_captured_at(state, 0));
    Value f = core_captured_at(state, 1);
    if (left == 0) {
        return VALUE_NIL;
    }
    Value item = invoke0(f);
    state = vector_2(number_int(left < 0 ? left : left - 1), f);
    return list_cons(item, core_lazy_make(self, state));
}

static const struct core_step step_repeatedly =
    CORE_STEP("repeatedly", next_repeatedly);

/* (repeatedly f), (repeatedly n f) */
static Value
generate_repeatedly(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    int64_t n = argc == 1 ? -1 : number_expect_int(args[0], "repeatedly");
    n = argc == 2 && n < 0 ? 0 : n;
    return core_lazy_make(&step_repeatedly,
                          vector_2(number_int(n), args[argc - 1]));
}

/* State: [all left]. */
static Value
next_cycle(const struct core_step *self, Value state)
{
    Value all = core_captured_at(state, 0);
    Value seq = seq_of(core_captured_at(state, 1));
    seq = value_is_nil(seq) ? seq_of(all) : seq;
    if (value_is_nil(seq)) {
        return VALUE_NIL;
    }
    Value items[CORE_CHUNK];
    Value rest;
    uint32_t count = core_take_chunk(seq, items, &rest);
    Value next = core_lazy_make(self, vector_2(all, rest));
    return seq_chunk(items, count, next);
}

static const struct core_step step_cycle = CORE_STEP("cycle", next_cycle);

/* (cycle coll) */
static Value
generate_cycle(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return core_lazy_make(&step_cycle, vector_2(args[0], args[0]));
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
};

const struct core_table core_generate[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
