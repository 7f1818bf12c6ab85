/* SPDX-License-Identifier: MIT */
#include "tests/lib/values.h"

#include "interp/data/list.h"
#include "interp/data/seq.h"

enum { MANY = 40000 };

static Value
count_up(uint32_t count)
{
    Value transient = vector_transient(vector_empty());
    for (uint32_t i = 0; i < count; i++) {
        vector_transient_conj(transient, integer(i));
    }
    return vector_persistent(transient);
}

static bool
counts_up(Value vector, uint32_t count)
{
    if (vector_count(vector) != count) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!value_is(vector_at(vector, i), integer(i))) {
            return false;
        }
    }
    return true;
}

TEST(empty_vector)
{
    CHECK_EQ_INT(vector_count(vector_empty()), 0);
    CHECK(value_is(vector_from_array(NULL, 0), vector_empty()));
}

TEST(conj_at_every_size)
{
    Value vector = vector_empty();
    for (uint32_t i = 0; i < 3000; i++) {
        vector = vector_conj(vector, integer(i));
    }
    CHECK(counts_up(vector, 3000));
}

TEST(conj_leaves_the_original)
{
    Value base = count_up(32);
    Value a = vector_conj(base, keyword("a"));
    Value b = vector_conj(base, keyword("b"));
    CHECK(counts_up(base, 32));
    CHECK(value_is(vector_at(a, 32), keyword("a")));
    CHECK(value_is(vector_at(b, 32), keyword("b")));
}

TEST(bulk_and_single_steps_agree)
{
    static Value items[5000];
    for (uint32_t i = 0; i < 5000; i++) {
        items[i] = integer(i);
    }
    uint32_t sizes[] = {1, 31, 32, 33, 64, 1023, 1024, 1025, 1056, 1057, 5000};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        Value vector = vector_from_array(items, sizes[i]);
        CHECK(counts_up(vector, sizes[i]));
        CHECK(counts_up(vector_conj(vector, integer(sizes[i])), sizes[i] + 1));
    }
}

TEST(three_levels)
{
    Value vector = count_up(MANY);
    CHECK(counts_up(vector, MANY));
    CHECK_EQ_INT(vector_object(vector)->shift, 15);
}

TEST(assoc_everywhere)
{
    Value vector = count_up(2000);
    Value changed = vector;
    for (uint32_t i = 0; i < 2000; i += 3) {
        changed = vector_assoc(changed, i, VALUE_NIL);
    }
    CHECK(counts_up(vector, 2000));
    for (uint32_t i = 0; i < 2000; i++) {
        CHECK(value_is(vector_at(changed, i),
                       i % 3 == 0 ? VALUE_NIL : integer(i)));
    }
    CHECK(counts_up(vector_assoc(vector, 2000, integer(2000)), 2001));
}

TEST(pop_down_to_nothing)
{
    Value vector = count_up(1100);
    Value whole = vector;
    for (uint32_t i = 1100; i > 0; i--) {
        vector = vector_pop(vector);
        if (i % 31 == 0) {
            REQUIRE(counts_up(vector, i - 1));
        }
    }
    CHECK_EQ_INT(vector_count(vector), 0);
    CHECK(counts_up(whole, 1100));
    CHECK(counts_up(vector_conj(vector, integer(0)), 1));
}

TEST(pop_and_conj_at_the_edges)
{
    uint32_t edges[] = {33, 65, 1025, 1057, 1058, 32801};
    for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
        Value vector = count_up(edges[i]);
        Value less = vector_pop(vector_pop(vector));
        CHECK(counts_up(less, edges[i] - 2));
        Value again = vector_conj(vector_conj(less, integer(edges[i] - 2)),
                                  integer(edges[i] - 1));
        CHECK(value_equal(again, vector));
        CHECK(counts_up(again, edges[i]));
    }
}

TEST(sub_vectors)
{
    Value vector = count_up(500);
    Value sub = vector_sub(vector, 100, 300);
    CHECK_EQ_INT(vector_count(sub), 200);
    for (uint32_t i = 0; i < 200; i++) {
        CHECK(value_is(vector_at(sub, i), integer(100 + i)));
    }
    CHECK(value_is(vector_sub(vector, 0, 500), vector));
    CHECK_EQ_INT(vector_count(vector_sub(vector, 7, 7)), 0);
}

TEST(transients_do_not_leak_into_originals)
{
    uint32_t sizes[] = {0, 5, 32, 40, 1060};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        Value base = count_up(sizes[i]);
        Value transient = vector_transient(base);
        for (uint32_t j = 0; j < sizes[i]; j++) {
            vector_transient_assoc(transient, j, VALUE_NIL);
        }
        vector_transient_conj(transient, VALUE_TRUE);
        Value first = vector_persistent(transient);
        CHECK(counts_up(base, sizes[i]));
        Value second = vector_transient(first);
        vector_transient_pop(second);
        vector_transient_conj(second, VALUE_FALSE);
        Value changed = vector_persistent(second);
        CHECK(value_is(vector_at(first, sizes[i]), VALUE_TRUE));
        CHECK(value_is(vector_at(changed, sizes[i]), VALUE_FALSE));
    }
}

TEST(transients_pop_and_read)
{
    Value transient = vector_transient(count_up(70));
    for (uint32_t i = 70; i > 10; i--) {
        CHECK_EQ_INT(vector_transient_count(transient), i);
        CHECK(value_is(vector_transient_at(transient, i - 1), integer(i - 1)));
        vector_transient_pop(transient);
    }
    vector_transient_assoc(transient, 10, integer(10));
    CHECK(counts_up(vector_persistent(transient), 11));
}

static Value
use_after_persistent(void *arg)
{
    (void)arg;
    Value transient = vector_transient(vector_empty());
    vector_persistent(transient);
    vector_transient_conj(transient, VALUE_NIL);
    return VALUE_NIL;
}

static Value
use_as_transient(void *arg)
{
    vector_transient_conj(*(Value *)arg, VALUE_NIL);
    return VALUE_NIL;
}

static Value
assoc_beyond(void *arg)
{
    (void)arg;
    vector_transient_assoc(vector_transient(vector_empty()), 1, VALUE_NIL);
    return VALUE_NIL;
}

TEST(wrong_use_of_transients_is_an_error)
{
    CHECK_EQ_STR(thrown_by(use_after_persistent, NULL),
                 "conj!: this transient was already made persistent");
    Value v = vector_empty();
    CHECK_EQ_STR(thrown_by(use_as_transient, &v),
                 "conj!: expected a transient vector, found a vector");
    CHECK_EQ_STR(thrown_by(assoc_beyond, NULL),
                 "assoc!: index 1 is beyond the 0 items");
}

TEST(entries_are_marked_until_they_change)
{
    Value entry = vector_entry(integer(1), integer(2));
    CHECK_EQ_INT(value_object(entry)->flags, VECTOR_ENTRY);
    CHECK_EQ_INT(value_object(vector_conj(entry, VALUE_NIL))->flags, 0);
    CHECK(value_equal(entry, vector_2(integer(1), integer(2))));
}

TEST(metadata_stays)
{
    Value meta = keyword("meta");
    Value vector = vector_with_meta(count_up(3), meta);
    CHECK(value_is(vector_object(vector_conj(vector, VALUE_NIL))->meta, meta));
    CHECK(value_is(vector_object(vector_pop(vector))->meta, meta));
    Value back = vector_persistent(vector_transient(vector));
    CHECK(value_is(vector_object(back)->meta, meta));
    CHECK(value_equal(vector, count_up(3)));
}

TEST(vectors_of_sequences)
{
    CHECK(counts_up(vector_from_seq(seq_range(0, 1000, 1)), 1000));
    CHECK(counts_up(vector_from_seq(seq_range(0, 32, 1)), 32));
    CHECK(counts_up(vector_from_seq(VALUE_NIL), 0));
    CHECK_EQ_INT(vector_count(vector_from_seq(string("añb"))), 3);
}

TEST(lists_know_their_count)
{
    Value items[3] = {integer(1), integer(2), integer(3)};
    Value list = list_from_array(items, 3);
    CHECK_EQ_INT(list_object(list)->count, 3);
    CHECK(list_is_counted(list));
    CHECK(list_is_empty(list_empty()));
    CHECK(value_is(list_from_array(NULL, 0), list_empty()));
    CHECK_EQ_INT(list_object(list_cons(VALUE_NIL, list))->count, 4);
    Value open = list_cons(VALUE_NIL, seq_range(0, 3, 1));
    CHECK(!list_is_counted(open));
    CHECK_EQ_INT(seq_count(open), 4);
    Value meta = list_with_meta(list, keyword("m"));
    CHECK(value_equal(meta, list));
    CHECK(value_is(list_object(meta)->meta, keyword("m")));
    CHECK_EQ_INT(seq_count(list_4(VALUE_NIL, VALUE_NIL, VALUE_NIL, VALUE_NIL)),
                 4);
}
