/* SPDX-License-Identifier: MIT */
#include "tests/lib/values.h"

#include "interp/data/map.h"
#include "interp/data/places.h"
#include "interp/data/set.h"
#include "interp/data/transient.h"

#include <stdlib.h>
#include <string.h>

enum { KEYS = 600, OPERATIONS = 20000 };

static uint32_t random_state = 2463534242u;

static uint32_t
random_below(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % limit;
}

/* Strings whose cached hash we set ourselves collide at will. */
static Value
key_with_hash(uint32_t number, uint32_t hash)
{
    Value key = text_format("key %u", number);
    value_object(key)->hash = hash;
    return key;
}

static Value
plain_key(uint32_t number)
{
    return integer(number);
}

static Value
colliding_key(uint32_t number)
{
    return key_with_hash(number, number % 7 + 1);
}

/* Keys that share their first bits, so that nodes go deep. */
static Value
deep_key(uint32_t number)
{
    return key_with_hash(number, (number % 40 + 1) << 27 | 1u);
}

/* Compares a map with an array that has a value, or ABSENT, for each key. */
static bool
agrees(Value map, const Value *reference, Value (*key)(uint32_t))
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < KEYS; i++) {
        count += !value_is(reference[i], VALUE_ABSENT);
        if (!value_is(map_get(map, key(i)), reference[i])) {
            return false;
        }
    }
    uint32_t walked = 0;
    struct map_iter iter;
    map_iter_init(&iter, map);
    Value k;
    Value v;
    while (map_iter_next(&iter, &k, &v)) {
        walked++;
        if (!value_is(map_get(map, k), v)) {
            return false;
        }
    }
    bool is_array = map_object(map)->root == NULL;
    return count == map_count(map) && walked == count &&
           is_array == (count <= MAP_ARRAY_MAX);
}

static void
torture(Value (*key)(uint32_t), uint32_t keys)
{
    Value reference[KEYS];
    for (uint32_t i = 0; i < KEYS; i++) {
        reference[i] = VALUE_ABSENT;
    }
    Value map = map_empty();
    for (uint32_t i = 0; i < OPERATIONS; i++) {
        uint32_t n = random_below(keys);
        // More goes in than out in one half, less in the other.
        if (random_below(100) < ((i / 1000) % 2 == 0 ? 70 : 30)) {
            reference[n] = integer(i);
            map = map_assoc(map, key(n), integer(i));
        } else {
            reference[n] = VALUE_ABSENT;
            map = map_dissoc(map, key(n));
        }
        if (i % 500 == 0 || keys < 30) {
            REQUIRE(agrees(map, reference, key));
        }
    }
    CHECK(agrees(map, reference, key));
}

TEST(random_operations_on_a_few_keys)
{
    torture(plain_key, 14);
}

TEST(random_operations_on_many_keys)
{
    torture(plain_key, KEYS);
}

TEST(random_operations_on_colliding_keys)
{
    torture(colliding_key, 60);
}

TEST(random_operations_on_keys_with_shared_bits)
{
    torture(deep_key, 200);
}

TEST(random_operations_on_transients)
{
    Value reference[KEYS];
    for (uint32_t i = 0; i < KEYS; i++) {
        reference[i] = VALUE_ABSENT;
    }
    Value map = map_empty();
    for (uint32_t round = 0; round < 60; round++) {
        Value before = map;
        uint32_t hash_before = value_hash(before);
        Value transient = map_transient(map);
        for (uint32_t i = 0; i < 100; i++) {
            uint32_t n = random_below(KEYS);
            if (random_below(2 + round % 2) != 0) {
                reference[n] = integer(i + round);
                map_transient_assoc(transient, integer(n), reference[n]);
            } else {
                reference[n] = VALUE_ABSENT;
                map_transient_dissoc(transient, integer(n));
            }
            CHECK(value_is(map_transient_get(transient, integer(n)),
                           reference[n]));
        }
        map = map_persistent(transient);
        REQUIRE(agrees(map, reference, plain_key));
        // A copy hashes anew: the original must be what it was.
        Value copy = map_with_meta(before, VALUE_NIL);
        value_object(copy)->hash = 0;
        REQUIRE(value_hash(copy) == hash_before);
    }
}

TEST(small_maps_keep_the_order_of_insertion)
{
    const char *const names[] = {"z", "y", "a", "m", "b", "q", "c", "x"};
    Value map = map_empty();
    for (int i = 0; i < 8; i++) {
        map = map_assoc(map, keyword(names[i]), integer(i));
    }
    map = map_assoc(map, keyword("a"), VALUE_NIL);
    struct map_iter iter;
    map_iter_init(&iter, map);
    Value key;
    Value value;
    for (int i = 0; i < 8; i++) {
        REQUIRE(map_iter_next(&iter, &key, &value));
        CHECK(value_is(key, keyword(names[i])));
    }
    CHECK(!map_iter_next(&iter, &key, &value));
}

/* The keys in the order of a map or set, as one string. */
static Value
order_of(Value collection)
{
    struct text_builder builder;
    text_builder_init(&builder);
    struct champ_iter iter;
    champ_iter_init(&iter, set_is(collection) ? set_object(collection)->root
                                              : map_object(collection)->root);
    Value key;
    Value value;
    while (champ_iter_next(&iter, &key, &value)) {
        text_builder_add_text(&builder, key);
        text_builder_add(&builder, ",", 1);
    }
    return text_builder_string(&builder);
}

static void
shuffle(uint32_t *numbers, uint32_t count)
{
    for (uint32_t i = count - 1; i > 0; i--) {
        uint32_t j = random_below(i + 1);
        uint32_t kept = numbers[i];
        numbers[i] = numbers[j];
        numbers[j] = kept;
    }
}

static void
check_order_is_of_content(Value (*key)(uint32_t))
{
    uint32_t numbers[50];
    for (uint32_t i = 0; i < 50; i++) {
        numbers[i] = i;
    }
    Value first_map = VALUE_NIL;
    Value first_set = VALUE_NIL;
    for (int round = 0; round < 10; round++) {
        Value map = map_empty();
        Value set = set_empty();
        for (uint32_t i = 0; i < 50; i++) {
            map = map_assoc(map, key(numbers[i]), VALUE_NIL);
            set = set_conj(set, key(numbers[i]));
        }
        for (uint32_t i = 0; i < 20; i++) {
            map = map_dissoc(map, key(i));
            set = set_disj(set, key(i));
        }
        if (round == 0) {
            first_map = order_of(map);
            first_set = order_of(set);
        }
        CHECK_EQ_STR(bytes_of(order_of(map)), bytes_of(first_map));
        CHECK_EQ_STR(bytes_of(order_of(set)), bytes_of(first_set));
        shuffle(numbers, 50);
    }
}

static Value
text_key(uint32_t number)
{
    return text_format("key %u", number);
}

TEST(order_depends_on_content_alone)
{
    check_order_is_of_content(text_key);
    check_order_is_of_content(colliding_key);
    check_order_is_of_content(deep_key);
}

TEST(small_sets_have_an_order_of_content_too)
{
    Value a[3] = {string("x"), string("y"), string("z")};
    Value b[3] = {string("z"), string("x"), string("y")};
    CHECK_EQ_STR(bytes_of(order_of(set_from_array(a, 3))),
                 bytes_of(order_of(set_from_array(b, 3))));
}

TEST(pairs_and_duplicates)
{
    Value pairs[6] = {keyword("a"), integer(1),   keyword("b"),
                      integer(2),   keyword("a"), integer(3)};
    Value map = map_from_pairs(pairs, 3);
    CHECK_EQ_INT(map_count(map), 2);
    CHECK(value_is(map_get_keyword(map, keyword("a")), integer(3)));
    CHECK(value_is(map_get_keyword(map, keyword("zz")), VALUE_ABSENT));
    Value many[40];
    for (uint32_t i = 0; i < 20; i++) {
        many[2 * i] = integer(i % 12);
        many[2 * i + 1] = integer(i);
    }
    CHECK_EQ_INT(map_count(map_from_pairs(many, 20)), 12);
    CHECK(value_is(map_get(map_from_pairs(many, 20), integer(3)), integer(15)));
    CHECK(value_is(map_from_pairs(NULL, 0), map_empty()));
}

TEST(keys_of_all_sorts)
{
    Value keys[] = {VALUE_NIL,
                    VALUE_TRUE,
                    VALUE_FALSE,
                    value_char('a'),
                    integer(-1),
                    string("s"),
                    keyword("k"),
                    symbol_from_cstring("y"),
                    vector_2(integer(1), integer(2)),
                    map_empty(),
                    set_empty()};
    size_t count = sizeof(keys) / sizeof(keys[0]);
    Value map = map_empty();
    for (size_t i = 0; i < count; i++) {
        map = map_assoc(map, keys[i], integer((int64_t)i));
    }
    CHECK_EQ_INT(map_count(map), count);
    for (size_t i = 0; i < count; i++) {
        CHECK(value_is(map_get(map, keys[i]), integer((int64_t)i)));
    }
    CHECK(value_is(map_get(map, vector_2(integer(1), integer(2))), integer(8)));
    CHECK(
        value_is(map_get(map, vector_2(integer(1), integer(3))), VALUE_ABSENT));
}

TEST(the_first_key_stays)
{
    Value first = string("k");
    Value map = map_assoc(map_empty(), first, integer(1));
    map = map_assoc(map, string("k"), integer(2));
    Value key;
    Value value;
    REQUIRE(map_find(map, string("k"), &key, &value));
    CHECK(value_is(key, first));
    CHECK(value_is(value, integer(2)));
    CHECK(!map_find(map, string("x"), &key, &value));
}

TEST(nothing_changes_nothing)
{
    Value map = map_empty();
    for (uint32_t i = 0; i < 30; i++) {
        Value more = map_assoc(map, integer(i), VALUE_TRUE);
        CHECK(value_is(map_assoc(more, integer(i), VALUE_TRUE), more));
        CHECK(value_is(map_dissoc(more, integer(-1)), more));
        map = more;
    }
    Value set = set_conj(set_empty(), integer(1));
    CHECK(value_is(set_conj(set, integer(1)), set));
    CHECK(value_is(set_disj(set, integer(2)), set));
}

TEST(merging)
{
    Value a = map_empty();
    Value b = map_empty();
    for (uint32_t i = 0; i < 20; i++) {
        a = map_assoc(a, integer(i), VALUE_FALSE);
        b = map_assoc(b, integer(i + 10), VALUE_TRUE);
    }
    Value merged = map_merge(map_with_meta(a, keyword("m")), b);
    CHECK_EQ_INT(map_count(merged), 30);
    CHECK(value_is(map_get(merged, integer(15)), VALUE_TRUE));
    CHECK(value_is(map_get(merged, integer(5)), VALUE_FALSE));
    CHECK(value_is(map_object(merged)->meta, keyword("m")));
    CHECK(value_is(map_merge(a, map_empty()), a));
}

TEST(sets)
{
    Value items[4] = {integer(1), integer(2), integer(1), string("x")};
    Value set = set_from_array(items, 4);
    CHECK_EQ_INT(set_count(set), 3);
    CHECK(value_is(set_get(set, integer(2)), integer(2)));
    CHECK(value_is(set_get(set, string("x")), items[3]));
    CHECK(value_is(set_get(set, integer(3)), VALUE_ABSENT));
    set =
        set_disj(set_disj(set_disj(set, integer(1)), integer(2)), string("x"));
    CHECK_EQ_INT(set_count(set), 0);
    CHECK(value_equal(set, set_empty()));
}

TEST(sets_with_nil_and_false)
{
    Value set = set_conj(set_conj(set_empty(), VALUE_NIL), VALUE_FALSE);
    CHECK_EQ_INT(set_count(set), 2);
    CHECK(value_is(set_get(set, VALUE_NIL), VALUE_NIL));
    CHECK(value_is(set_get(set, VALUE_FALSE), VALUE_FALSE));
    CHECK(value_is(set_get(set, VALUE_TRUE), VALUE_ABSENT));
}

TEST(transient_sets_do_not_leak)
{
    Value set = set_empty();
    for (uint32_t i = 0; i < 100; i++) {
        set = set_conj(set, integer(i));
    }
    Value transient = set_transient(set);
    for (uint32_t i = 0; i < 200; i++) {
        set_transient_conj(transient, integer(i));
        set_transient_disj(transient, integer(i / 2));
    }
    CHECK_EQ_INT(set_transient_count(transient), 100);
    Value after = set_persistent(transient);
    CHECK_EQ_INT(set_count(after), 100);
    CHECK_EQ_INT(set_count(set), 100);
    for (uint32_t i = 0; i < 100; i++) {
        CHECK(value_is(set_get(set, integer(i)), integer(i)));
        CHECK(value_is(set_get(after, integer(i + 100)), integer(i + 100)));
    }
}

static Value
use_set_as_map(void *arg)
{
    (void)arg;
    map_transient_assoc(set_transient(set_empty()), VALUE_NIL, VALUE_NIL);
    return VALUE_NIL;
}

TEST(transients_of_another_type_are_an_error)
{
    CHECK_EQ_STR(thrown_by(use_set_as_map, NULL),
                 "assoc! expects a transient map, found a transient");
}

/* An owned map changes like the reference, in one place as long as it is a
 * trie; the map that it was made of stays as it is. */
static void
check_owned(Value (*key)(uint32_t))
{
    static Value reference[KEYS];
    static Value before[KEYS];
    for (uint32_t i = 0; i < KEYS; i++) {
        reference[i] = VALUE_ABSENT;
    }
    Value map = map_empty();
    for (uint32_t i = 0; i < 40; i++) {
        map = map_assoc(map, key(i), integer(i));
        reference[i] = integer(i);
    }
    memcpy(before, reference, sizeof(before));
    Value owned = map_own(map, transient_owner_new());
    CHECK(!value_is(owned, map));
    for (uint32_t i = 0; i < OPERATIONS; i++) {
        uint32_t number = random_below(KEYS);
        bool is_added = random_below(3) != 0;
        Value next = is_added ? map_assoc(owned, key(number), integer(i))
                              : map_dissoc(owned, key(number));
        reference[number] = is_added ? integer(i) : VALUE_ABSENT;
        REQUIRE(value_is(next, owned) || map_object(next)->root == NULL);
        owned = map_own(next, transient_owner_new());
    }
    map_disown(owned);
    CHECK(agrees(owned, reference, key));
    CHECK(agrees(map, before, key));
    Value more = map_assoc(owned, keyword("more"), VALUE_NIL);
    CHECK(!value_is(more, owned));
    CHECK(agrees(owned, reference, key));
}

TEST(owned_maps_change_in_place)
{
    check_owned(plain_key);
    check_owned(colliding_key);
    check_owned(deep_key);
    Value few = map_assoc(map_empty(), integer(1), integer(2));
    CHECK(value_is(map_own(few, transient_owner_new()), few));
}

/* Places are given in order, and each key keeps its own. */
static bool
places_agree(Value (*key)(uint32_t))
{
    struct places places = {0};
    uint32_t expected[KEYS];
    uint32_t count = 0;
    memset(expected, 0xff, sizeof(expected));
    for (uint32_t i = 0; i < OPERATIONS; i++) {
        uint32_t number = random_below(i % KEYS + 1);
        if (expected[number] == UINT32_MAX) {
            expected[number] = count++;
        }
        if (places_of(&places, key(number)) != expected[number] ||
            places.count != count ||
            !value_equal(places.keys[expected[number]], key(number))) {
            return false;
        }
    }
    return count > KEYS / 2;
}

TEST(places_of_keys)
{
    CHECK(places_agree(plain_key));
    CHECK(places_agree(colliding_key));
    CHECK(places_agree(deep_key));
}

TEST(places_of_what_is_equal_but_not_the_same)
{
    struct places places = {0};
    CHECK_EQ_INT(places_of(&places, VALUE_NIL), 0);
    CHECK_EQ_INT(places_of(&places, vector_2(integer(1), string("a"))), 1);
    CHECK_EQ_INT(places_of(&places, string("a")), 2);
    CHECK_EQ_INT(places_of(&places, vector_2(integer(1), string("a"))), 1);
    CHECK_EQ_INT(places_of(&places, keyword("a")), 3);
    CHECK_EQ_INT(places_of(&places, VALUE_NIL), 0);
    CHECK_EQ_INT(places.count, 4);
}
