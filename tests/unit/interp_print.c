/* SPDX-License-Identifier: MIT */
/*
 * The printer in its three styles, what it shows of values that cannot be
 * read, and the pretty printer's lines and limits.
 */
#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/namespace.h"
#include "interp/data/number.h"
#include "interp/data/regex.h"
#include "interp/data/seq.h"
#include "interp/data/set.h"
#include "interp/data/symbol.h"
#include "interp/data/tagged.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "interp/read/pretty.h"
#include "interp/read/print.h"
#include "interp/read/reader.h"
#include "tests/lib/test.h"

#include <string.h>

static Value
form(const char *text)
{
    alloc_start(0);
    struct reader *reader =
        reader_create(text, strlen(text), VALUE_NIL, READER_DATA);
    Value v = VALUE_ABSENT;
    bool is_there = reader_read(reader, &v, NULL);
    CHECK(is_there);
    return v;
}

static const char *
shown(Value v, enum print_style style)
{
    return text_bytes(print_to_string(v, style));
}

static const char *
pr(Value v)
{
    return shown(v, PRINT_READABLE);
}

TEST(styles_differ_in_strings)
{
    Value v = form("[\"a\\n\" \\b nil 1.0 :c #\"d\"]");
    CHECK_EQ_STR(pr(v), "[\"a\\n\" \\b nil 1.0 :c #\"d\"]");
    CHECK_EQ_STR(shown(v, PRINT_PLAIN), "[a\n b nil 1.0 :c #\"d\"]");
    CHECK_EQ_STR(shown(v, PRINT_STR), "[\"a\\n\" \\b nil 1.0 :c #\"d\"]");
    CHECK_EQ_STR(shown(VALUE_NIL, PRINT_STR), "");
    CHECK_EQ_STR(shown(VALUE_NIL, PRINT_PLAIN), "nil");
    CHECK_EQ_STR(shown(form("\\a"), PRINT_STR), "a");
    CHECK_EQ_STR(shown(form("#\"a\""), PRINT_STR), "a");
    CHECK_EQ_STR(shown(form("##Inf"), PRINT_STR), "Infinity");
    CHECK_EQ_STR(shown(form("##Inf"), PRINT_PLAIN), "##Inf");
}

TEST(what_is_printed_reads_back)
{
    static const char *const texts[] = {
        "nil",
        "true",
        "-12",
        "1.5",
        "1.0E22",
        "\"a\\\"b\\\\c\\n\"",
        "\\space",
        "\\é",
        ":a/b",
        "sym",
        "()",
        "(1 (2))",
        "[1 [2]]",
        "{:a {:b 1}}",
        "#{1}",
        "#\"a\\\"\\d\"",
        "#inst \"2020-01-31T12:30:00.000-00:00\"",
        "(quote a)",
        "##-Inf",
        "{nil nil}",
        "{:a/b/c 1}",
        "#{#{}}",
        "[[] () {} #{}]"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        CHECK_EQ_STR(pr(form(texts[i])), texts[i]);
        bool is_regex = regex_is(form(texts[i]));
        CHECK(is_regex ||
              value_equal(form(pr(form(texts[i]))), form(texts[i])));
    }
}

TEST(large_maps_and_sets_print_whole)
{
    alloc_start(0);
    Value map = map_empty();
    Value set = set_empty();
    for (int64_t i = 0; i < 1000; i++) {
        map = map_assoc(map, number_int(i), number_int(-i));
        set = set_conj(set, number_int(i));
    }
    CHECK(value_equal(form(pr(map)), map));
    CHECK(value_equal(form(pr(set)), set));
}

TEST(sequences_print_as_lists)
{
    alloc_start(0);
    CHECK_EQ_STR(pr(seq_range(0, 5, 1)), "(0 1 2 3 4)");
    CHECK_EQ_STR(pr(seq_cons(number_int(1), form("[2 3]"))), "(1 2 3)");
    CHECK_EQ_STR(pr(seq_of(form("{:a 1}"))), "([:a 1])");
}

TEST(the_rest_has_a_name)
{
    alloc_start(0);
    Value message = text_from_cstring("no");
    Value error = error_make(ERROR_USER, message, form("{:a 1}"), VALUE_NIL);
    CHECK_EQ_STR(pr(error),
                 "#error {:type :user, :message \"no\", :data {:a 1}}");
    struct handle_object *handle = alloc_object(KIND_HANDLE, sizeof(*handle));
    handle->type = "action";
    handle->id = 7;
    handle->data = VALUE_NIL;
    CHECK_EQ_STR(pr(value_from_object(handle)), "#action[7]");
    handle->data = form("{:name \"main\"}");
    CHECK_EQ_STR(pr(value_from_object(handle)), "#action[\"main\"]");
    struct reduced_object *reduced =
        alloc_object(KIND_REDUCED, sizeof(*reduced));
    reduced->value = form("[1]");
    CHECK_EQ_STR(pr(value_from_object(reduced)), "#reduced[[1]]");
    static const struct builtin row = {"f", 0, 0, NULL, "[]", "", "0.1"};
    struct builtin_object *builtin =
        alloc_object(KIND_BUILTIN, sizeof(*builtin));
    builtin->spec = &row;
    builtin->ns = text_from_cstring("x.y");
    CHECK_EQ_STR(pr(value_from_object(builtin)), "#function[x.y/f]");
    CHECK_EQ_STR(pr(list_2(value_from_object(builtin), VALUE_NIL)),
                 "(#function[x.y/f] nil)");
}

TEST(regex_from_text_is_escaped)
{
    alloc_start(0);
    Value regex = regex_make(text_from_cstring("a\"b\\\"c"));
    CHECK_EQ_STR(pr(regex), "#\"a\\\"b\\\"c\"");
}

TEST(deep_values_print)
{
    alloc_start(0);
    Value v = VALUE_NIL;
    for (int i = 0; i < 200000; i++) {
        v = i % 2 == 0 ? list_1(v) : map_assoc(map_empty(), v, VALUE_NIL);
        if (i % 2 != 0) {
            // Hashing each level anew is not what this test is about.
            v = vector_from_array(&v, 1);
        }
    }
    CHECK(text_len(print_to_string(v, PRINT_READABLE)) > 200000);
}

static const char *
pretty(const char *text, uint32_t width, uint32_t items_max, uint32_t depth_max)
{
    struct pretty_options options = {.width = width,
                                     .items_max = items_max,
                                     .depth_max = depth_max};
    return text_bytes(pretty_print(form(text), &options));
}

TEST(pretty_breaks_what_does_not_fit)
{
    CHECK_EQ_STR(pretty("[1 2 3]", 80, 0, 0), "[1 2 3]");
    CHECK_EQ_STR(pretty("[1 2 3]", 7, 0, 0), "[1 2 3]");
    CHECK_EQ_STR(pretty("[1 2 3]", 6, 0, 0), "[1\n 2\n 3]");
    CHECK_EQ_STR(pretty("{:a 1, :b 2}", 10, 0, 0), "{:a 1,\n :b 2}");
    CHECK_EQ_STR(pretty("{:a [1 2], :b [3 4]}", 12, 0, 0),
                 "{:a [1 2],\n :b [3 4]}");
    CHECK_EQ_STR(pretty("{:a [10 20 30]}", 10, 0, 0),
                 "{:a [10\n     20\n     30]}");
    CHECK_EQ_STR(pretty("((a) (b))", 6, 0, 0), "((a)\n (b))");
    CHECK_EQ_STR(pretty("#{1}", 2, 0, 0), "#{1}");
    CHECK_EQ_STR(pretty("[]", 1, 0, 0), "[]");
    CHECK_EQ_STR(pretty("\"é\"", 80, 0, 0), "\"é\"");
    CHECK_EQ_STR(pretty("#tag \"2\"", 80, 0, 0), "#tag \"2\"");
}

TEST(tags_print_whole)
{
    // With a byte 0 in the name.
    Value tag = symbol_make(VALUE_NIL, text_make("a\0b", 3));
    Value printed =
        print_to_string(tagged_literal(tag, form("1")), PRINT_READABLE);
    CHECK_EQ_INT(text_byte_len(printed), 6);
}

TEST(pretty_has_limits)
{
    CHECK_EQ_STR(pretty("[1 2 3]", 80, 2, 0), "[1 2 …]");
    CHECK_EQ_STR(pretty("[1 2]", 80, 2, 0), "[1 2]");
    CHECK_EQ_STR(pretty("{:a 1 :b 2}", 80, 1, 0), "{:a 1, …}");
    CHECK_EQ_STR(pretty("[[[1] []]]", 80, 0, 2), "[[[…] []]]");
    CHECK_EQ_STR(text_bytes(pretty_brief(seq_range(0, 1000, 1))),
                 "(0 1 2 3 4 5 …)");
    CHECK_EQ_INT(text_len(pretty_brief(form("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                            "aaaaaaaaaaaaaaaaaa\""))),
                 60);
}
