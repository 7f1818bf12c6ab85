/* SPDX-License-Identifier: MIT */
#include "tests/lib/values.h"

#include "interp/data/alloc.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/seq.h"

enum { MANY = 40000 };

static Value
vector_of(Value seqable)
{
    return vector_from_taken(&seqable);
}

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
                 "conj! expects a transient vector, found a vector");
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

/* The same items as a vector that is surely no view. */
static Value
plain(Value vector)
{
    Value copy = vector_empty();
    for (uint32_t i = 0; i < vector_count(vector); i++) {
        copy = vector_conj(copy, vector_at(vector, i));
    }
    return copy;
}

/* Everything that reads a vector reads the same out of both. */
static void
check_same(Value view, Value vector)
{
    REQUIRE(vector_count(view) == vector_count(vector));
    for (uint32_t i = 0; i < vector_count(view); i++) {
        REQUIRE(value_is(vector_at(view, i), vector_at(vector, i)));
        const struct array_object *leaf = vector_leaf(vector_object(view), i);
        REQUIRE(value_is(leaf->items[i & 31], vector_at(vector, i)));
    }
    CHECK(value_equal(view, vector));
    CHECK_EQ_INT(value_hash(view), value_hash(vector));
    CHECK(value_equal(vector_persistent(vector_transient(view)), vector));
}

TEST(views_of_every_start_and_end)
{
    Value base = count_up(200);
    for (uint32_t start = 0; start <= 200; start += 7) {
        for (uint32_t end = start; end <= 200; end += 3) {
            Value view = vector_sub(base, start, end);
            REQUIRE(vector_count(view) == end - start);
            for (uint32_t i = start; i < end; i++) {
                REQUIRE(value_is(vector_at(view, i - start), integer(i)));
            }
            check_same(view, plain(view));
        }
    }
}

TEST(views_change_like_vectors)
{
    // The same random steps on a view and on a plain vector.
    uint64_t random = 88172645463325252u;
    Value view = vector_sub(count_up(3000), 11, 2900);
    Value vector = plain(view);
    for (int64_t n = 0; n < 3000; n++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        uint32_t count = vector_count(view);
        uint32_t index = (uint32_t)(random >> 8) % (count + 1);
        switch (random % 8) {
        case 0:
        case 1:
        case 2:
            view = vector_conj(view, integer(n));
            vector = vector_conj(vector, integer(n));
            break;
        case 3:
        case 4:
            view = vector_assoc(view, index, integer(-n));
            vector = vector_assoc(vector, index, integer(-n));
            break;
        case 5:
            view = vector_sub(view, index / 600, count - index / 700);
            vector =
                plain(vector_sub(vector, index / 600, count - index / 700));
            break;
        default:
            if (count > 0) {
                view = vector_pop(view);
                vector = vector_pop(vector);
            }
        }
        if (n % 100 == 0) {
            check_same(view, vector);
        }
    }
    check_same(view, vector);
}

TEST(views_leave_their_base_alone)
{
    Value base = count_up(2000);
    Value view = vector_sub(base, 100, 1000);
    Value other = vector_conj(view, keyword("other"));
    CHECK(value_is(vector_at(vector_conj(view, VALUE_NIL), 900), VALUE_NIL));
    vector_assoc(view, 0, VALUE_NIL);
    vector_transient_conj(vector_transient(view), VALUE_NIL);
    CHECK(counts_up(base, 2000));
    CHECK_EQ_INT(vector_count(view), 900);
    CHECK(value_is(vector_at(other, 900), keyword("other")));
}

TEST(views_have_metadata_of_their_own)
{
    Value base = vector_with_meta(count_up(100), keyword("base"));
    CHECK(value_is_nil(vector_object(vector_sub(base, 1, 90))->meta));
    CHECK(value_is_nil(vector_object(vector_sub(base, 0, 100))->meta));
    CHECK(value_is_nil(vector_object(vector_sub(base, 4, 4))->meta));
    Value view = vector_with_meta(vector_sub(base, 1, 90), keyword("mine"));
    Value changed = vector_pop(vector_assoc(vector_conj(view, view), 0, view));
    CHECK(value_is(vector_object(changed)->meta, keyword("mine")));
    Value entry = vector_entry(integer(1), integer(2));
    CHECK_EQ_INT(value_object(vector_sub(entry, 0, 2))->flags, 0);
}

TEST(views_are_made_without_a_copy)
{
    Value base = count_up(MANY);
    uint64_t before = alloc_total_bytes();
    for (uint32_t i = 0; i < 1000; i++) {
        vector_sub(base, i, MANY - i);
    }
    // Some 100 words each; a copy would have 40000.
    CHECK(alloc_total_bytes() - before < 1000 * 1000);
}

TEST(vectors_of_sequences)
{
    CHECK(counts_up(vector_of(seq_range(0, 1000, 1)), 1000));
    CHECK(counts_up(vector_of(seq_range(0, 32, 1)), 32));
    CHECK(counts_up(vector_of(VALUE_NIL), 0));
    CHECK_EQ_INT(vector_count(vector_of(string("añb"))), 3);
}

/* Around the step from the items in the frame to a transient. */
TEST(builders_of_every_start_and_end)
{
    Value meta = map_from_pairs((Value[]){keyword("a"), integer(1)}, 1);
    for (uint32_t start = 0; start < 70; start++) {
        Value from = vector_with_meta(count_up(start), meta);
        for (uint32_t count = start; count < 70; count += 3) {
            struct vector_builder builder;
            vector_builder_init(&builder, from);
            for (uint32_t i = start; i < count; i++) {
                vector_builder_add(&builder, integer(i));
            }
            Value made = vector_builder_end(&builder);
            CHECK(counts_up(made, count));
            CHECK(value_is(vector_object(made)->meta, meta));
            CHECK(counts_up(vector_conj(made, integer(count)), count + 1));
        }
        CHECK(counts_up(from, start));
    }
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
