/* SPDX-License-Identifier: MIT */
#include "tests/lib/values.h"

#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/number.h"
#include "interp/data/seq.h"
#include "interp/data/set.h"
#include "interp/data/sorted.h"

#include <math.h>
#include <string.h>

enum { DEEP = 1000000, DEEP_ENOUGH = 100000 };

static void
check_same(Value a, Value b)
{
    CHECK(value_equal(a, b));
    CHECK(value_equal(b, a));
    CHECK_EQ_INT(value_hash(a), value_hash(b));
    CHECK(value_equal(a, b));
}

static void
check_different(Value a, Value b)
{
    CHECK(!value_equal(a, b));
    CHECK(!value_equal(b, a));
}

static Value
give_captured(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    return values_captured;
}

static const struct builtin give_row = {.name = "give",
                                        .function = give_captured};

static Value
three(void)
{
    Value items[3] = {integer(0), integer(1), integer(2)};
    return vector_from_array(items, 3);
}

TEST(sequences_of_all_kinds_are_equal)
{
    Value items[3] = {integer(0), integer(1), integer(2)};
    Value lazy = seq_lazy(values_function(&give_row, three()));
    check_same(three(), list_from_array(items, 3));
    check_same(three(), seq_range(0, 3, 1));
    check_same(three(), seq_chunk(items, 3, VALUE_NIL));
    check_same(three(), lazy);
    check_same(three(), seq_of(three()));
    check_same(vector_empty(), list_empty());
    check_same(vector_empty(), seq_lazy(values_function(&give_row, VALUE_NIL)));
    check_different(three(), seq_range(0, 4, 1));
    check_different(three(), seq_range(1, 4, 1));
    check_different(vector_empty(), VALUE_NIL);
    check_different(vector_empty(), map_empty());
    check_different(set_empty(), map_empty());
}

TEST(numbers)
{
    check_different(integer(1), number_double(1));
    check_same(number_double(0.0), number_double(-0.0));
    check_same(number_double(1.5), number_double(1.5));
    check_different(number_double(nan("")), number_double(nan("")));
    Value holder = vector_2(number_double(nan("")), integer(1));
    CHECK(value_equal(holder, holder));
    check_different(vector_2(integer(1), integer(2)),
                    vector_2(integer(1), number_double(2)));
}

TEST(strings_symbols_and_characters)
{
    check_same(string("abc"), string("abc"));
    check_different(string("abc"), string("abd"));
    check_different(string("a"), value_char('a'));
    check_different(string("a"), symbol_from_cstring("a"));
    check_different(keyword("a"), symbol_from_cstring("a"));
    check_different(VALUE_NIL, VALUE_FALSE);
}

TEST(order_of_entries_does_not_matter)
{
    Value a = map_empty();
    Value b = map_empty();
    for (int i = 0; i < 30; i++) {
        a = map_assoc(a, integer(i), text_format("%d", i));
        b = map_assoc(b, integer(29 - i), text_format("%d", 29 - i));
        if (i == 7) {
            check_different(a, b);
        }
    }
    check_same(a, b);
    check_different(a, map_assoc(b, integer(3), string("x")));
    check_different(a, map_dissoc(b, integer(3)));
    Value small_a = map_assoc(map_assoc(map_empty(), string("x"), integer(1)),
                              string("y"), integer(2));
    Value small_b = map_assoc(map_assoc(map_empty(), string("y"), integer(2)),
                              string("x"), integer(1));
    check_same(small_a, small_b);
}

TEST(collections_as_keys)
{
    Value a = map_assoc(map_empty(), three(), set_conj(set_empty(), three()));
    Value b = map_assoc(map_empty(), seq_range(0, 3, 1),
                        set_conj(set_empty(), seq_range(0, 3, 1)));
    check_same(a, b);
    check_same(set_conj(set_empty(), a), set_conj(set_empty(), b));
    CHECK(value_is(map_get(a, seq_range(0, 3, 1)), VALUE_ABSENT) == false);
}

TEST(sorted_and_unsorted_are_equal)
{
    Value sorted = sorted_make(KIND_SORTED_MAP, VALUE_NIL);
    Value sorted_set = sorted_make(KIND_SORTED_SET, VALUE_NIL);
    Value map = map_empty();
    Value set = set_empty();
    for (int i = 0; i < 20; i++) {
        sorted = sorted_assoc(sorted, integer(i), integer(i));
        sorted_set = sorted_assoc(sorted_set, integer(i), integer(i));
        map = map_assoc(map, integer(i), integer(i));
        set = set_conj(set, integer(i));
        check_same(sorted, map);
        check_same(sorted_set, set);
    }
    check_different(sorted, sorted_set);
    check_different(sorted, map_assoc(map, integer(0), VALUE_NIL));
}

static Value
nest(Value (*wrap)(Value inner), Value innermost, int depth)
{
    Value v = innermost;
    for (int i = 0; i < depth; i++) {
        v = wrap(v);
    }
    return v;
}

static Value
in_vector(Value inner)
{
    return vector_from_array(&inner, 1);
}

static Value
in_list(Value inner)
{
    return list_1(inner);
}

static Value
in_value(Value inner)
{
    return map_assoc(map_empty(), keyword("a"), inner);
}

static Value
in_tagged(Value inner)
{
    struct tagged_object *tagged =
        alloc_object(KIND_TAGGED, sizeof(struct tagged_object));
    tagged->tag = symbol_from_cstring("t");
    tagged->value = inner;
    return value_from_object(tagged);
}

TEST(a_million_nested_vectors)
{
    Value a = nest(in_vector, integer(1), DEEP);
    Value b = nest(in_list, integer(1), DEEP);
    Value c = nest(in_vector, integer(2), DEEP);
    CHECK(value_equal(a, b));
    CHECK(!value_equal(a, c));
    CHECK_EQ_INT(value_hash(a), value_hash(b));
    CHECK(value_hash(a) != value_hash(c));
    CHECK(value_compare(a, c) < 0);
    CHECK_EQ_INT(value_compare(a, nest(in_vector, integer(1), DEEP)), 0);
}

TEST(deeply_nested_maps)
{
    Value a = nest(in_value, integer(1), DEEP_ENOUGH);
    Value b = nest(in_value, integer(1), DEEP_ENOUGH);
    CHECK(value_equal(a, b));
    CHECK(!value_equal(a, nest(in_value, integer(2), DEEP_ENOUGH)));
    CHECK_EQ_INT(value_hash(a), value_hash(b));
    check_same(nest(in_tagged, integer(1), DEEP_ENOUGH),
               nest(in_tagged, integer(1), DEEP_ENOUGH));
}

static Value
in_key(Value inner)
{
    return map_assoc(map_empty(), inner, VALUE_TRUE);
}

static Value
in_set(Value inner)
{
    return set_conj(set_empty(), inner);
}

TEST(maps_and_sets_deeply_nested_by_key)
{
    check_same(nest(in_key, integer(1), DEEP_ENOUGH),
               nest(in_key, integer(1), DEEP_ENOUGH));
    check_different(nest(in_key, integer(1), DEEP_ENOUGH),
                    nest(in_key, integer(2), DEEP_ENOUGH));
    check_same(nest(in_set, integer(1), DEEP_ENOUGH),
               nest(in_set, integer(1), DEEP_ENOUGH));
}

TEST(colliding_keys_are_matched_by_content)
{
    Value keys[3];
    for (int i = 0; i < 3; i++) {
        keys[i] = vector_2(integer(i), integer(i));
        value_object(keys[i])->hash = 99;
    }
    Value a = map_empty();
    Value b = map_empty();
    for (int i = 0; i < 3; i++) {
        a = map_assoc(a, keys[i], integer(i));
        b = map_assoc(b, keys[2 - i], integer(2 - i));
    }
    check_same(a, b);
    check_different(a, map_assoc(b, keys[1], VALUE_NIL));
    for (int i = 0; i < 20; i++) {
        a = map_assoc(a, integer(i), VALUE_TRUE);
        b = map_assoc(b, integer(i), VALUE_TRUE);
    }
    check_same(a, b);
    check_different(a, map_assoc(b, keys[1], VALUE_NIL));
}

static Value
count_up(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    Value n = values_captured;
    static const struct builtin row = {.name = "up", .function = count_up};
    return list_cons(vector_from_array(&n, 1),
                     seq_lazy(values_function(&row, number_inc(n))));
}

static const struct builtin up_row = {.name = "up", .function = count_up};

TEST(endless_sequences_that_differ)
{
    Value a = seq_lazy(values_function(&up_row, integer(0)));
    Value b = seq_lazy(values_function(&up_row, integer(1)));
    check_different(a, b);
    check_different(a, three());
}

TEST(hashes_are_the_same_in_every_run)
{
    // Order of maps and sets depends on these numbers: they must not change
    // between machines.
    CHECK_EQ_INT(value_hash(string("abc")), 4051723972);
    CHECK_EQ_INT(value_hash(integer(1)), 4168976505);
    CHECK_EQ_INT(value_hash(keyword("a/b")), 2411798807);
    CHECK_EQ_INT(value_hash(three()), 660418045);
    CHECK_EQ_INT(value_hash(in_value(integer(1))), 3137742092);
    CHECK(value_hash(VALUE_NIL) != 0);
    CHECK(value_hash(vector_empty()) != value_hash(map_empty()));
    CHECK(value_hash(set_empty()) != value_hash(map_empty()));
}

TEST(functions_are_themselves_only)
{
    Value f = values_function(&give_row, VALUE_NIL);
    Value g = values_function(&give_row, VALUE_NIL);
    check_same(f, f);
    check_different(f, g);
    CHECK(value_hash(f) != value_hash(g));
}

static Value
handle(uint64_t id)
{
    struct handle_object *object =
        alloc_object(KIND_HANDLE, sizeof(struct handle_object));
    object->type = "action";
    object->id = id;
    object->data = VALUE_NIL;
    return value_from_object(object);
}

TEST(handles_by_type_and_id)
{
    check_same(handle(4), handle(4));
    check_different(handle(4), handle(5));
}

struct two {
    Value a;
    Value b;
};

static Value
compare_body(void *arg)
{
    const struct two *two = arg;
    return integer(value_compare(two->a, two->b));
}

TEST(order_of_values)
{
    CHECK(value_compare(VALUE_NIL, integer(0)) < 0);
    CHECK(value_compare(integer(0), VALUE_NIL) > 0);
    CHECK(value_compare(VALUE_FALSE, VALUE_TRUE) < 0);
    CHECK(value_compare(integer(1), number_double(1.5)) < 0);
    CHECK(value_compare(string("b"), string("a")) > 0);
    CHECK(value_compare(value_char('a'), value_char('b')) < 0);
    CHECK(value_compare(keyword("a"), keyword("b")) < 0);
    CHECK(value_compare(vector_2(integer(9), integer(9)), three()) < 0);
    CHECK(value_compare(vector_2(integer(1), integer(2)),
                        vector_2(integer(1), integer(3))) < 0);
    struct two two = {integer(1), string("a")};
    CHECK_EQ_STR(thrown_by(compare_body, &two),
                 "Cannot compare an integer with a string");
    two = (struct two){map_empty(), set_empty()};
    CHECK(thrown_by(compare_body, &two) != NULL);
    two = (struct two){list_1(integer(1)), list_1(integer(2))};
    CHECK(thrown_by(compare_body, &two) != NULL);
}

TEST(kinds_and_their_names)
{
    CHECK_EQ_INT(value_kind(VALUE_NIL), KIND_NIL);
    CHECK_EQ_INT(value_kind(VALUE_TRUE), KIND_BOOL);
    CHECK_EQ_INT(value_kind(value_char('x')), KIND_CHAR);
    CHECK_EQ_INT(value_kind(VALUE_UNBOUND), KIND_UNBOUND);
    CHECK_EQ_INT(value_kind(VALUE_ABSENT), KIND_ABSENT);
    CHECK_EQ_INT(value_kind(map_empty()), KIND_MAP);
    for (int kind = KIND_NIL; kind <= KIND_ABSENT; kind++) {
        CHECK(value_kind_text((enum kind)kind) != NULL);
    }
}

TEST(metadata_takes_no_part)
{
    Value meta = map_assoc(map_empty(), keyword("doc"), string("x"));
    Value carriers[] = {three(),
                        map_empty(),
                        set_empty(),
                        list_1(VALUE_NIL),
                        seq_range(0, 3, 1),
                        seq_of(three()),
                        symbol_from_cstring("s"),
                        sorted_make(KIND_SORTED_MAP, VALUE_NIL)};
    for (size_t i = 0; i < sizeof(carriers) / sizeof(carriers[0]); i++) {
        CHECK(meta_is_supported(carriers[i]));
        CHECK(value_is_nil(meta_of(carriers[i])));
        Value with = meta_with(carriers[i], meta);
        CHECK(value_is(meta_of(with), meta));
        CHECK(value_is_nil(meta_of(carriers[i])));
        check_same(with, carriers[i]);
    }
    CHECK(!meta_is_supported(integer(1)));
    CHECK(value_is_nil(meta_of(string("x"))));
}
