/* SPDX-License-Identifier: MIT */
#include "tests/lib/values.h"

#include "interp/data/map.h"

#include <stdio.h>

TEST(symbols_are_interned)
{
    CHECK(value_is(symbol_from_cstring("abc"), symbol_from_cstring("abc")));
    CHECK(!value_is(symbol_from_cstring("abc"), symbol_from_cstring("abd")));
    CHECK(value_is(keyword("k"), keyword("k")));
    CHECK(!value_is(keyword("k"), symbol_from_cstring("k")));
    CHECK(symbol_is(symbol_from_cstring("x")));
    CHECK(symbol_is_keyword(keyword("x")));
}

TEST(namespaces_are_split_at_the_first_slash)
{
    Value v = symbol_from_cstring("str/join");
    CHECK_EQ_STR(bytes_of(symbol_ns(v)), "str");
    CHECK_EQ_STR(bytes_of(symbol_name(v)), "join");
    Value deep = keyword("a/b/c");
    CHECK_EQ_STR(bytes_of(symbol_ns(deep)), "a");
    CHECK_EQ_STR(bytes_of(symbol_name(deep)), "b/c");
}

/* Keywords are remembered by the address of their text. */
TEST(keywords_follow_what_is_in_the_text)
{
    char text[16];
    snprintf(text, sizeof(text), "first");
    Value first = keyword_from_cstring(text);
    CHECK(value_is(keyword_from_cstring(text), first));
    snprintf(text, sizeof(text), "second");
    CHECK_EQ_STR(bytes_of(symbol_name(keyword_from_cstring(text))), "second");
    snprintf(text, sizeof(text), "a/second");
    Value qualified = keyword_from_cstring(text);
    CHECK_EQ_STR(bytes_of(symbol_ns(qualified)), "a");
    CHECK(value_is(keyword_from_cstring(text), qualified));
    snprintf(text, sizeof(text), "second");
    CHECK(value_is_nil(symbol_ns(keyword_from_cstring(text))));
    snprintf(text, sizeof(text), "first");
    CHECK(value_is(keyword_from_cstring(text), first));
}

TEST(the_slash_itself_is_a_name)
{
    Value v = symbol_from_cstring("/");
    CHECK(value_is_nil(symbol_ns(v)));
    CHECK_EQ_STR(bytes_of(symbol_name(v)), "/");
    Value qualified = symbol_from_cstring("clojure.core//");
    CHECK_EQ_STR(bytes_of(symbol_ns(qualified)), "clojure.core");
    CHECK_EQ_STR(bytes_of(symbol_name(qualified)), "/");
    CHECK(value_is_nil(symbol_ns(symbol_from_cstring("/x"))));
    CHECK(value_is_nil(symbol_ns(symbol_from_cstring("x/"))));
}

TEST(parts_and_text_give_the_same_symbol)
{
    Value v = symbol_make(string("a.b"), string("c"));
    CHECK(value_is(v, symbol_from_cstring("a.b/c")));
    CHECK(value_is(symbol_make(VALUE_NIL, string("c")),
                   symbol_from_cstring("c")));
    CHECK(value_is(keyword_make(string("n"), string("k")), keyword("n/k")));
}

TEST(full_names)
{
    CHECK_EQ_STR(bytes_of(symbol_full_name(keyword("n/k"))), "n/k");
    CHECK_EQ_STR(bytes_of(symbol_full_name(symbol_from_cstring("x"))), "x");
}

TEST(metadata_makes_a_copy_that_is_equal)
{
    Value v = symbol_from_cstring("x");
    Value with =
        symbol_with_meta(v, map_assoc(map_empty(), keyword("a"), VALUE_TRUE));
    CHECK(!value_is(v, with));
    CHECK(symbol_equal(v, with));
    CHECK(value_equal(v, with));
    CHECK_EQ_INT(value_hash(v), value_hash(with));
    CHECK(value_is(symbol_with_meta(with, VALUE_NIL), v));
    CHECK(!symbol_equal(with, symbol_from_cstring("y")));
}

TEST(hashes_differ_by_kind_and_namespace)
{
    CHECK(value_hash(keyword("x")) != value_hash(symbol_from_cstring("x")));
    CHECK(value_hash(keyword("a/x")) != value_hash(keyword("b/x")));
    CHECK(value_hash(keyword("x")) != value_hash(string("x")));
}

TEST(order)
{
    CHECK(symbol_compare(keyword("a"), keyword("b")) < 0);
    CHECK(symbol_compare(keyword("z"), keyword("a/a")) < 0);
    CHECK(symbol_compare(keyword("b/a"), keyword("a/z")) > 0);
    CHECK_EQ_INT(symbol_compare(keyword("a/z"), keyword("a/z")), 0);
}

TEST(many_names_stay_apart)
{
    for (int i = 0; i < 5000; i++) {
        char name[32];
        snprintf(name, sizeof(name), "name-%d", i);
        Value v = keyword(name);
        CHECK_EQ_STR(bytes_of(symbol_name(v)), name);
        REQUIRE(value_is(keyword(name), v));
    }
}

TEST(names_survive_a_collection)
{
    Value v = keyword("kept-for-ever");
    uintptr_t before = ~v.bits;
    v = VALUE_NIL;
    alloc_collect();
    CHECK_EQ_INT(~keyword("kept-for-ever").bits, before);
    CHECK(value_is_nil(v));
}

TEST(invalid_utf8_is_replaced)
{
    Value v = keyword_intern("a\xff", 2);
    CHECK_EQ_STR(bytes_of(symbol_name(v)), "a\xef\xbf\xbd");
}

TEST(slices_need_no_zero)
{
    CHECK(value_is(keyword_intern("abcdef", 3), keyword("abc")));
    CHECK(value_is(symbol_intern("a/bc", 3), symbol_from_cstring("a/b")));
}
