/* SPDX-License-Identifier: MIT */
#include "tests/lib/values.h"

#include "interp/data/map.h"
#include "interp/data/number.h"
#include "interp/data/sorted.h"

enum { KEYS = 300 };

static uint32_t random_state = 88675123u;

static uint32_t
random_below(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % limit;
}

static Value
empty_map(void)
{
    return sorted_make(KIND_SORTED_MAP, VALUE_NIL);
}

static Value
empty_set(void)
{
    return sorted_make(KIND_SORTED_SET, VALUE_NIL);
}

static Value
count_up(uint32_t count)
{
    Value map = empty_map();
    for (uint32_t i = 0; i < count; i++) {
        map = sorted_assoc(map, integer(i), integer(i));
    }
    return map;
}

/* Every side of every node within the bounds of the balance. */
static bool
is_balanced(const struct sorted_node *node)
{
    if (node == NULL) {
        return true;
    }
    uint64_t left = node->left == NULL ? 0 : node->left->size;
    uint64_t right = node->right == NULL ? 0 : node->right->size;
    bool fits = left + right <= 1 || (left <= 3 * right && right <= 3 * left);
    return fits && node->size == left + right + 1 && is_balanced(node->left) &&
           is_balanced(node->right);
}

static bool
agrees(Value map, const Value *reference)
{
    struct sorted_iter iter;
    sorted_iter_init(&iter, map, false);
    Value key;
    Value value;
    uint32_t count = 0;
    for (uint32_t i = 0; i < KEYS; i++) {
        if (value_is(reference[i], VALUE_ABSENT)) {
            continue;
        }
        count++;
        if (!sorted_iter_next(&iter, &key, &value) ||
            !value_is(key, integer(i)) || !value_is(value, reference[i])) {
            return false;
        }
    }
    return count == sorted_count(map) &&
           !sorted_iter_next(&iter, &key, &value) &&
           is_balanced(sorted_object(map)->root);
}

TEST(random_operations)
{
    Value reference[KEYS];
    for (uint32_t i = 0; i < KEYS; i++) {
        reference[i] = VALUE_ABSENT;
    }
    Value map = empty_map();
    for (uint32_t i = 0; i < 20000; i++) {
        uint32_t n = random_below(KEYS);
        if (random_below(100) < ((i / 1000) % 2 == 0 ? 70 : 30)) {
            reference[n] = integer(i);
            map = sorted_assoc(map, integer(n), integer(i));
        } else {
            reference[n] = VALUE_ABSENT;
            map = sorted_dissoc(map, integer(n));
        }
        if (i % 250 == 0) {
            REQUIRE(agrees(map, reference));
        }
    }
    CHECK(agrees(map, reference));
}

TEST(ascending_and_descending_input_stay_balanced)
{
    Value up = count_up(5000);
    Value down = empty_map();
    for (int i = 4999; i >= 0; i--) {
        down = sorted_assoc(down, integer(i), integer(i));
    }
    CHECK(is_balanced(sorted_object(up)->root));
    CHECK(is_balanced(sorted_object(down)->root));
    CHECK(value_equal(up, down));
}

TEST(looking_up)
{
    Value map = count_up(100);
    CHECK(value_is(sorted_get(map, integer(42)), integer(42)));
    CHECK(value_is(sorted_get(map, integer(100)), VALUE_ABSENT));
    CHECK(value_is(sorted_get(empty_map(), integer(1)), VALUE_ABSENT));
    CHECK_EQ_INT(sorted_count(map), 100);
    CHECK_EQ_INT(sorted_count(empty_set()), 0);
}

TEST(originals_stay)
{
    Value map = count_up(50);
    Value more = sorted_assoc(map, integer(7), VALUE_NIL);
    Value less = sorted_dissoc(map, integer(7));
    CHECK(value_is(sorted_get(map, integer(7)), integer(7)));
    CHECK(value_is(sorted_get(more, integer(7)), VALUE_NIL));
    CHECK(value_is(sorted_get(less, integer(7)), VALUE_ABSENT));
    CHECK(value_is(sorted_dissoc(map, integer(99)), map));
    CHECK(value_is(sorted_assoc(map, integer(7), integer(7)), map));
}

TEST(sets_keep_the_first_of_equal_members)
{
    Value first = string("x");
    Value set = sorted_assoc(empty_set(), first, first);
    Value again = string("x");
    CHECK(value_is(sorted_assoc(set, again, again), set));
    CHECK(value_is(sorted_get(set, again), first));
}

TEST(walking_down)
{
    struct sorted_iter iter;
    sorted_iter_init(&iter, count_up(100), true);
    Value key;
    Value value;
    for (int i = 99; i >= 0; i--) {
        REQUIRE(sorted_iter_next(&iter, &key, &value));
        CHECK(value_is(key, integer(i)));
    }
    CHECK(!sorted_iter_next(&iter, &key, &value));
}

static void
check_from(Value map, int64_t start, bool descending, int64_t expected)
{
    struct sorted_iter iter;
    sorted_iter_from(&iter, map, integer(start), descending);
    Value key;
    Value value;
    int64_t step = descending ? -2 : 2;
    while (expected >= 0 && expected < 100) {
        REQUIRE(sorted_iter_next(&iter, &key, &value));
        CHECK(value_is(key, integer(expected)));
        expected += step;
    }
    CHECK(!sorted_iter_next(&iter, &key, &value));
}

TEST(walking_from_a_key)
{
    Value even = empty_map();
    for (int i = 0; i < 100; i += 2) {
        even = sorted_assoc(even, integer(i), VALUE_NIL);
    }
    for (int start = -3; start < 105; start++) {
        int up = start < 0 ? 0 : start + (start & 1);
        int down = start >= 98 ? 98 : start - (start & 1);
        check_from(even, start, false, up);
        check_from(even, start, true, start < 0 ? -1 : down);
    }
}

static Value
by_number_down(Value *args, uint32_t argc)
{
    (void)argc;
    return number_sub(args[1], args[0]);
}

static Value
is_greater(Value *args, uint32_t argc)
{
    (void)argc;
    return value_bool(number_less(args[1], args[0]));
}

static Value
give_text(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    return text_from_cstring("?");
}

static const struct builtin down_row = {.name = "down",
                                        .function = by_number_down};
static const struct builtin greater_row = {.name = ">", .function = is_greater};
static const struct builtin text_row = {.name = "text", .function = give_text};

TEST(comparators_give_numbers_or_booleans)
{
    const struct builtin *rows[2] = {&down_row, &greater_row};
    for (size_t i = 0; i < 2; i++) {
        Value set =
            sorted_make(KIND_SORTED_SET, values_function(rows[i], VALUE_NIL));
        for (int n = 0; n < 20; n++) {
            set = sorted_assoc(set, integer(n % 10), integer(n % 10));
        }
        CHECK_EQ_INT(sorted_count(set), 10);
        struct sorted_iter iter;
        sorted_iter_init(&iter, set, false);
        Value key;
        Value value;
        CHECK(sorted_iter_next(&iter, &key, &value));
        CHECK(value_is(key, integer(9)));
    }
}

static Value
put_two(void *arg)
{
    return sorted_assoc(*(Value *)arg, string("x"), VALUE_NIL);
}

static Value
put_lone(void *arg)
{
    Value empty = sorted_make(KIND_SORTED_MAP, VALUE_NIL);
    return sorted_assoc(empty, *(Value *)arg, VALUE_NIL);
}

TEST(keys_without_an_order_are_an_error)
{
    Value map = count_up(1);
    CHECK_EQ_STR(thrown_by(put_two, &map),
                 "Cannot compare a string with an integer");
    // Alone, a key is compared with nothing; of another kind it is refused.
    map = sorted_make(KIND_SORTED_MAP, VALUE_NIL);
    map = sorted_assoc(map, string("y"), VALUE_NIL);
    CHECK_EQ_INT(sorted_count(map), 1);
    Value lone = map_empty();
    CHECK_EQ_STR(thrown_by(put_lone, &lone),
                 "a map has no order: give a comparator");
    map = sorted_make(KIND_SORTED_MAP, values_function(&text_row, VALUE_NIL));
    map = sorted_assoc(map, string("y"), VALUE_NIL);
    CHECK_EQ_STR(thrown_by(put_two, &map),
                 "A comparator must give a number or a boolean, not a string");
}

TEST(comparing_with_nothing_is_compare)
{
    CHECK(sorted_compare_with(VALUE_NIL, integer(1), integer(2)) < 0);
    Value down = values_function(&down_row, VALUE_NIL);
    CHECK(sorted_compare_with(down, integer(1), integer(2)) > 0);
}

TEST(metadata_and_comparator_stay)
{
    Value down = values_function(&down_row, VALUE_NIL);
    Value set = sorted_make(KIND_SORTED_SET, down);
    set = sorted_with_meta(set, keyword("m"));
    set = sorted_assoc(set, integer(1), integer(1));
    CHECK(value_is(sorted_object(set)->meta, keyword("m")));
    CHECK(value_is(sorted_object(set)->comparator, down));
    set = sorted_dissoc(set, integer(1));
    CHECK(value_is(sorted_object(set)->comparator, down));
    CHECK_EQ_INT(sorted_count(set), 0);
}

TEST(nil_sorts_first)
{
    Value map = sorted_assoc(count_up(3), VALUE_NIL, VALUE_TRUE);
    struct sorted_iter iter;
    sorted_iter_init(&iter, map, false);
    Value key;
    Value value;
    CHECK(sorted_iter_next(&iter, &key, &value));
    CHECK(value_is_nil(key));
}
