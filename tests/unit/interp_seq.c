/* SPDX-License-Identifier: MIT */
#include "tests/lib/values.h"

#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/number.h"
#include "interp/data/seq.h"
#include "interp/data/set.h"
#include "interp/data/sorted.h"

#include <string.h>

/* The item of this index, of a value that is not needed otherwise. */
static Value
item_of(Value seqable, int64_t index)
{
    int64_t count;
    return seq_nth(&seqable, index, &count);
}

static Value
vector_of(Value seqable)
{
    return vector_from_taken(&seqable);
}

/* --- Functions that make lazy sequences ------------------------------------ */

static int calls;

static Value count_from(Value *args, uint32_t argc);
static const struct builtin count_row = {.name = "count-from",
                                         .function = count_from};

/* (cons n (lazy (count-from (inc n)))) */
static Value
count_from(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    calls++;
    Value n = values_captured;
    Value rest = seq_lazy(values_function(&count_row, number_inc(n)));
    return list_cons(n, rest);
}

static Value
all_from(int64_t n)
{
    return seq_lazy(values_function(&count_row, integer(n)));
}

static Value
give_captured(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    calls++;
    return values_captured;
}

static const struct builtin give_row = {.name = "give",
                                        .function = give_captured};

static Value
lazy_of_value(Value v)
{
    return seq_lazy(values_function(&give_row, v));
}

static bool should_throw;

static Value
throw_or_give(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    if (should_throw) {
        error_throw(ERROR_USER, "not yet");
    }
    return values_captured;
}

static const struct builtin throw_row = {.name = "throw",
                                         .function = throw_or_give};

/* --- Checks ------------------------------------------------------------------ */

/* All that a value walks to, in the three ways there are, as one string. */
static void
add_item(struct text_builder *builder, Value item)
{
    char text[NUMBER_TEXT_MAX];
    if (vector_is(item)) {
        add_item(builder, vector_at(item, 0));
        text_builder_add(builder, "=", 1);
        item = vector_at(item, 1);
    }
    if (number_is(item)) {
        text_builder_add(builder, text, number_print(item, text));
    } else if (value_is_char(item)) {
        text_builder_add_char(builder, value_char_codepoint(item));
    } else {
        text_builder_add_text(builder, symbol_name(item));
    }
}

static Value
walk_by_iter(Value v)
{
    struct text_builder builder;
    text_builder_init(&builder);
    struct seq_iter iter;
    seq_iter_init(&iter, v);
    Value item;
    while (seq_iter_next(&iter, &item)) {
        add_item(&builder, item);
        text_builder_add(&builder, " ", 1);
    }
    return text_builder_string(&builder);
}

static Value
walk_by_rest(Value v)
{
    struct text_builder builder;
    text_builder_init(&builder);
    for (Value seq = seq_of(v); !value_is_nil(seq); seq = seq_next(seq)) {
        add_item(&builder, seq_first(seq));
        text_builder_add(&builder, " ", 1);
    }
    return text_builder_string(&builder);
}

/* Half by iterator, the other half by what it leaves. */
static Value
walk_by_both(Value v)
{
    struct text_builder builder;
    text_builder_init(&builder);
    struct seq_iter iter;
    seq_iter_init(&iter, v);
    Value item;
    for (int64_t i = seq_count(v) / 2; i > 0; i--) {
        CHECK(seq_iter_next(&iter, &item));
        add_item(&builder, item);
        text_builder_add(&builder, " ", 1);
    }
    text_builder_add_text(&builder, walk_by_iter(seq_iter_rest(&iter)));
    return text_builder_string(&builder);
}

static void
check_walk(Value v, const char *expected)
{
    CHECK_EQ_STR(bytes_of(walk_by_iter(v)), expected);
    CHECK_EQ_STR(bytes_of(walk_by_rest(v)), expected);
    CHECK_EQ_STR(bytes_of(walk_by_both(v)), expected);
    int64_t count = 0;
    for (const char *at = expected; *at != 0; at++) {
        count += *at == ' ';
    }
    CHECK_EQ_INT(seq_count(v), count);
    CHECK_EQ_INT(seq_is_empty(v), count == 0);
    CHECK(value_is(item_of(v, count), VALUE_ABSENT));
}

static Value
three(void)
{
    Value items[3] = {integer(1), integer(2), integer(3)};
    return vector_from_array(items, 3);
}

TEST(every_collection_is_walked)
{
    check_walk(VALUE_NIL, "");
    check_walk(list_empty(), "");
    check_walk(vector_empty(), "");
    check_walk(map_empty(), "");
    check_walk(set_empty(), "");
    check_walk(string(""), "");
    check_walk(three(), "1 2 3 ");
    check_walk(list_3(integer(1), integer(2), integer(3)), "1 2 3 ");
    check_walk(string("aé😀"), "a é 😀 ");
    Value map = map_assoc(map_assoc(map_empty(), keyword("a"), integer(1)),
                          keyword("b"), integer(2));
    check_walk(map, "a=1 b=2 ");
    check_walk(set_conj(set_empty(), integer(5)), "5 ");
}

TEST(large_maps_and_sets_are_walked_alike)
{
    Value map = map_empty();
    Value set = set_empty();
    for (int i = 0; i < 100; i++) {
        map = map_assoc(map, integer(i), integer(i));
        set = set_conj(set, integer(i));
    }
    CHECK_EQ_STR(bytes_of(walk_by_iter(map)), bytes_of(walk_by_rest(map)));
    CHECK_EQ_STR(bytes_of(walk_by_iter(map)), bytes_of(walk_by_both(map)));
    CHECK_EQ_STR(bytes_of(walk_by_iter(set)), bytes_of(walk_by_rest(set)));
    CHECK_EQ_STR(bytes_of(walk_by_iter(set)), bytes_of(walk_by_both(set)));
    CHECK(value_equal(seq_first(map), seq_first(seq_of(map))));
    CHECK(value_is(seq_first(set), seq_first(seq_of(set))));
}

TEST(sorted_collections_are_walked)
{
    Value map = sorted_make(KIND_SORTED_MAP, VALUE_NIL);
    Value set = sorted_make(KIND_SORTED_SET, VALUE_NIL);
    check_walk(map, "");
    for (int i = 5; i > 0; i--) {
        map = sorted_assoc(map, integer(i), integer(-i));
        set = sorted_assoc(set, integer(i), integer(i));
    }
    check_walk(map, "1=-1 2=-2 3=-3 4=-4 5=-5 ");
    check_walk(set, "1 2 3 4 5 ");
}

TEST(ranges)
{
    check_walk(seq_range(0, 5, 1), "0 1 2 3 4 ");
    check_walk(seq_range(5, 0, -2), "5 3 1 ");
    check_walk(seq_range(0, 5, 3), "0 3 ");
    check_walk(seq_range(3, 3, 1), "");
    check_walk(seq_range(3, 0, 1), "");
    check_walk(seq_range(INT64_MAX - 1, INT64_MAX, 1), "9223372036854775806 ");
    CHECK_EQ_INT(seq_count(seq_range(0, INT64_MAX, 1)), INT64_MAX);
    CHECK_EQ_INT(number_to_int(item_of(seq_range(0, INT64_MAX, 2), 1000)),
                 2000);
}

TEST(chunks_with_a_rest)
{
    Value items[3] = {integer(1), integer(2), integer(3)};
    Value tail = lazy_of_value(list_1(integer(4)));
    check_walk(seq_chunk(items, 3, tail), "1 2 3 4 ");
    check_walk(seq_chunk(items, 1, VALUE_NIL), "1 ");
    CHECK(value_is_nil(seq_chunk(items, 0, VALUE_NIL)));
    CHECK(value_is(seq_chunk(items, 0, tail), tail));
}

TEST(vectors_backwards)
{
    check_walk(seq_of_vector_reversed(three()), "3 2 1 ");
    CHECK(value_is_nil(seq_of_vector_reversed(vector_empty())));
}

TEST(long_vectors_by_every_way)
{
    Value vector = vector_of(seq_range(0, 2000, 1));
    CHECK_EQ_STR(bytes_of(walk_by_iter(vector)),
                 bytes_of(walk_by_rest(seq_range(0, 2000, 1))));
    CHECK_EQ_STR(bytes_of(walk_by_both(vector)),
                 bytes_of(walk_by_rest(vector)));
    Value tail = seq_rest(seq_rest(vector));
    CHECK_EQ_INT(seq_count(tail), 1998);
    CHECK(value_is(item_of(tail, 40), integer(42)));
}

TEST(cells_in_front_of_anything)
{
    check_walk(seq_cons(integer(0), three()), "0 1 2 3 ");
    check_walk(seq_cons(integer(0), VALUE_NIL), "0 ");
    check_walk(seq_cons(integer(0), lazy_of_value(three())), "0 1 2 3 ");
    CHECK(list_is_counted(seq_cons(integer(0), vector_empty())));
}

TEST(lazy_sequences_are_computed_once_and_late)
{
    calls = 0;
    Value lazy = all_from(0);
    CHECK(!seq_is_realised(lazy));
    CHECK_EQ_INT(calls, 0);
    CHECK(value_is(seq_first(lazy), integer(0)));
    CHECK(value_is(seq_first(lazy), integer(0)));
    CHECK_EQ_INT(calls, 1);
    CHECK(seq_is_realised(lazy));
    CHECK(value_is(item_of(lazy, 10), integer(10)));
    CHECK_EQ_INT(calls, 11);
    Value rest = seq_rest(lazy);
    CHECK(value_is_kind(rest, KIND_LAZY));
    CHECK_EQ_INT(calls, 11);
}

TEST(counting_can_be_bounded)
{
    CHECK_EQ_INT(seq_count_bounded(all_from(0), 20), 20);
    CHECK_EQ_INT(seq_count_bounded(three(), 20), 3);
    CHECK_EQ_INT(seq_count_bounded(three(), 2), 2);
    CHECK(seq_is_counted(three()));
    CHECK(seq_is_counted(VALUE_NIL));
    CHECK(!seq_is_counted(all_from(0)));
}

TEST(a_million_lazy_sequences_in_each_other)
{
    enum { DEEP = 1000000 };
    Value inner = lazy_of_value(three());
    Value lazy = inner;
    for (int i = 0; i < DEEP; i++) {
        lazy = lazy_of_value(lazy);
    }
    check_walk(lazy, "1 2 3 ");
    CHECK(seq_is_realised(inner));
    CHECK(value_is(seq_realise(lazy), seq_realise(inner)));
}

TEST(a_million_cells)
{
    enum { LONG = 1000000 };
    struct seq_iter iter;
    seq_iter_init(&iter, all_from(0));
    Value item = VALUE_NIL;
    for (int i = 0; i < LONG; i++) {
        seq_iter_next(&iter, &item);
    }
    CHECK(value_is(item, integer(LONG - 1)));
    CHECK(value_is(seq_first(seq_iter_rest(&iter)), integer(LONG)));
}

static Value
realise(void *arg)
{
    return seq_of(*(Value *)arg);
}

TEST(a_cell_that_threw_stays_unrealised)
{
    Value inner = seq_lazy(values_function(&throw_row, three()));
    Value outer = lazy_of_value(inner);
    should_throw = true;
    CHECK_EQ_STR(thrown_by(realise, &outer), "not yet");
    CHECK(!seq_is_realised(outer));
    CHECK(!seq_is_realised(inner));
    should_throw = false;
    check_walk(outer, "1 2 3 ");
    CHECK(seq_is_realised(inner));
}

TEST(what_cannot_be_walked_is_a_type_error)
{
    Value v = integer(5);
    CHECK_EQ_STR(thrown_by(realise, &v),
                 "Cannot walk an integer: expected a collection");
    Value lazy = lazy_of_value(keyword("k"));
    CHECK_EQ_STR(thrown_by(realise, &lazy),
                 "Cannot walk a keyword: expected a collection");
}

TEST(questions)
{
    CHECK(seq_is(list_empty()));
    CHECK(seq_is(all_from(0)));
    CHECK(!seq_is(three()));
    CHECK(seq_is_sequential(three()));
    CHECK(!seq_is_sequential(set_empty()));
    CHECK(seq_is_seqable(VALUE_NIL));
    CHECK(seq_is_seqable(string("x")));
    CHECK(!seq_is_seqable(integer(1)));
    CHECK(value_is(item_of(three(), -1), VALUE_ABSENT));
    CHECK(value_is(item_of(string("aé"), 1), value_char(0xe9)));
}

static void
end_budget(void)
{
    error_throw(ERROR_LIMIT, "spent");
}

static Value
hash_of(void *arg)
{
    return integer(value_hash(*(Value *)arg));
}

TEST(a_walk_over_a_huge_range_is_bounded)
{
    Value range = seq_range(0, INT64_MAX, 1);
    alloc_set_budget_hook(end_budget, 1 << 20);
    const char *message = thrown_by(hash_of, &range);
    alloc_set_budget_hook(NULL, 0);
    CHECK_EQ_STR(message, "spent");
}

TEST(walks_survive_a_collection_at_every_call)
{
    alloc_collect_every(1);
    Value items[3] = {string("a"), string("b"), string("c")};
    Value lazy = lazy_of_value(
        seq_chunk(items, 3, lazy_of_value(vector_from_array(items, 3))));
    struct seq_iter iter;
    seq_iter_init(&iter, lazy);
    Value item;
    int count = 0;
    while (seq_iter_next(&iter, &item)) {
        CHECK(text_equal(item, items[count % 3]));
        count++;
    }
    alloc_collect_every(0);
    CHECK_EQ_INT(count, 6);
}
