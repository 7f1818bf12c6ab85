/* SPDX-License-Identifier: MIT */
/*
 * The reader: what each piece of syntax reads as (seen through the printer),
 * where forms stand, and how errors point.
 */
#include "interp/data/alloc.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/seq.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "interp/read/print.h"
#include "interp/read/reader.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct job {
    const char *text;
    size_t len;
    enum reader_mode mode;
    uint32_t count;
};

/* All forms of the text, printed with blanks between them. */
static Value
read_job(void *arg)
{
    struct job *job = arg;
    struct reader *reader = reader_create(job->text, job->len,
                                          text_from_cstring("text"), job->mode);
    struct text_builder out;
    Value form;
    text_builder_init(&out);
    while (reader_read(reader, &form, NULL)) {
        if (job->count++ > 0) {
            text_builder_add_cstring(&out, " ");
        }
        print_append(&out, form, PRINT_READABLE);
    }
    return text_builder_string(&out);
}

/* "printed forms", or "line:column message" of the error. */
static const char *
read_bytes(const char *text, size_t len, enum reader_mode mode)
{
    alloc_start(0);
    struct job job = {.text = text, .len = len, .mode = mode};
    Value result;
    Value thrown;
    if (error_try(read_job, &job, &result, &thrown)) {
        return text_bytes(result);
    }
    const struct error_object *error =
        (const struct error_object *)value_object(thrown);
    return text_bytes(text_format("%u:%u %s", error->place.line,
                                  error->place.column,
                                  text_bytes(error->message)));
}

static const char *
code(const char *text)
{
    reader_reset();
    return read_bytes(text, strlen(text), READER_CODE);
}

static const char *
edn(const char *text)
{
    return read_bytes(text, strlen(text), READER_EDN);
}

TEST(reads_atoms)
{
    CHECK_EQ_STR(code("nil true false"), "nil true false");
    CHECK_EQ_STR(code("a a/b / clojure.core// a.b/c.d"),
                 "a a/b / clojure.core// a.b/c.d");
    CHECK_EQ_STR(code(":a :a/b :1 :a.b/c-d? ::a"),
                 ":a :a/b :1 :a.b/c-d? :user/a");
    CHECK_EQ_STR(code("+ - -> ->> *a* a' a# % &"), "+ - -> ->> *a* a' a# % &");
    CHECK_EQ_STR(code("1 -1 +1 0 007 0x1F 2r101 36rZ -0x10"),
                 "1 -1 1 0 7 31 5 35 -16");
    CHECK_EQ_STR(code("1.5 -1.5 1e3 1.0e-10 1E3 ##Inf ##-Inf ##NaN"),
                 "1.5 -1.5 1000.0 1.0E-10 1000.0 ##Inf ##-Inf ##NaN");
    CHECK_EQ_STR(code("9223372036854775807 -9223372036854775808"),
                 "9223372036854775807 -9223372036854775808");
}

TEST(reads_strings_and_characters)
{
    CHECK_EQ_STR(code("\"a\\nb\\t\\\"\\\\\""), "\"a\\nb\\t\\\"\\\\\"");
    CHECK_EQ_STR(code("\"\\u0041\\101\\o101\""), "\"AAA\"");
    CHECK_EQ_STR(code("\"\\ud83d\\ude00\""), "\"😀\"");
    CHECK_EQ_STR(code("\"a\nb\""), "\"a\\nb\"");
    CHECK_EQ_STR(code("\\a \\newline \\space \\tab \\u00e9 \\o101 \\( \\😀"),
                 "\\a \\newline \\space \\tab \\é \\A \\( \\😀");
    CHECK_EQ_STR(code("#\"a\\d\\\"b\""), "#\"a\\d\\\"b\"");
}

TEST(reads_collections)
{
    CHECK_EQ_STR(code("() [] {} #{}"), "() [] {} #{}");
    CHECK_EQ_STR(code("(a (b [c {:d #{e}}]))"), "(a (b [c {:d #{e}}]))");
    CHECK_EQ_STR(code("{:a 1, :b 2}"), "{:a 1, :b 2}");
    CHECK_EQ_STR(code("#:a{:b 1 :c/d 2 :_/e 3 f 4 \"s\" 5}"),
                 "{:a/b 1, :c/d 2, :e 3, a/f 4, \"s\" 5}");
    CHECK_EQ_STR(code("#::{:b 1}"), "#:user{:b 1}");
}

TEST(reads_shorthands)
{
    CHECK_EQ_STR(code("'a @a #'a ''a"),
                 "(quote a) (clojure.core/deref a) (var a) (quote (quote a))");
    CHECK_EQ_STR(code("~a ~@a"), "(clojure.core/unquote a) "
                                 "(clojure.core/unquote-splicing a)");
    CHECK_EQ_STR(code("#(+ % 1)"), "(fn* [p1__1#] (+ p1__1# 1))");
    CHECK_EQ_STR(code("#(f %2 %&)"),
                 "(fn* [p1__3# p2__1# & rest__2#] (f p2__1# rest__2#))");
    CHECK_EQ_STR(code("#()"), "(fn* [] ())");
    CHECK_EQ_STR(code("#inst \"2020-01-01\" #my/tag [1]"),
                 "#inst \"2020-01-01T00:00:00.000-00:00\" #my/tag [1]");
}

TEST(leaves_out_comments_and_discards)
{
    CHECK_EQ_STR(code("; c\n1 #! x\n2 #_3 #_ #_ 4 5 6"), "1 2 6");
    CHECK_EQ_STR(code("[1 #_2 #_(3 {:a}) 4]"),
                 "1:14 The key :a has no value in "
                 "the map opened at 1:13");
    CHECK_EQ_STR(code("[1 #_{:a 1 :a 2} 4]"), "[1 4]");
    CHECK_EQ_STR(code("#_1"), "");
    CHECK_EQ_STR(code("\xef\xbb\xbf"
                      "1\r\n2,,3"),
                 "1 2 3");
    CHECK_EQ_STR(code("[\xe3\x80\x80 1\xe2\x80\x83"
                      "2]"),
                 "[1 2]");
}

TEST(takes_branches_of_conditionals)
{
    CHECK_EQ_STR(code("#?(:clj 1 :magma 2 :default 3)"), "2");
    CHECK_EQ_STR(code("#?(:clj 1 :default 3)"), "3");
    CHECK_EQ_STR(code("[#?(:clj 1)]"), "[]");
    CHECK_EQ_STR(code("[0 #?@(:magma [1 2]) 3]"), "[0 1 2 3]");
    CHECK_EQ_STR(code("#?@(:magma [1 2]) 3"), "1 2 3");
    CHECK_EQ_STR(code("#?(:clj {:a 1 :a 2} :magma #?(:x 1 :default 7))"), "7");
    CHECK_EQ_STR(code("#?(:clj #js [] :magma 1 :default 2)"), "1");
    CHECK_EQ_STR(code("#?(:magma)"),
                 "1:1 #?(...) needs a form behind each feature");
    CHECK_EQ_STR(code("#?(magma 1)"), "1:4 A feature in #?(...) is a keyword, "
                                      "such as :magma");
}

TEST(expands_syntax_quote)
{
    CHECK_EQ_STR(code("`a"), "(quote a)");
    CHECK_EQ_STR(code("`(a ~b ~@c)"),
                 "(clojure.core/list* (quote a) b (clojure.core/concat c))");
    CHECK_EQ_STR(code("`(a b)"),
                 "(clojure.core/list* (quote a) (quote b) nil)");
    CHECK_EQ_STR(code("`(~@a b c ~@d)"),
                 "(clojure.core/seq (clojure.core/concat a (clojure.core/list "
                 "(quote b) (quote c)) d))");
    CHECK_EQ_STR(code("`()"), "(clojure.core/list)");
    CHECK_EQ_STR(code("`[~a]"), "[a]");
    CHECK_EQ_STR(code("`[~@a]"), "(clojure.core/apply clojure.core/vector "
                                 "(clojure.core/seq (clojure.core/concat a)))");
    CHECK_EQ_STR(code("`{:a ~b}"), "(clojure.core/apply clojure.core/hash-map "
                                   "(clojure.core/list* :a b nil))");
    CHECK_EQ_STR(code("`(x# x# y#)"),
                 "(clojure.core/list* (quote x__1__auto__) (quote "
                 "x__1__auto__) (quote y__2__auto__) nil)");
    CHECK_EQ_STR(code("`~a"), "a");
    CHECK_EQ_STR(code("`:a"), ":a");
    CHECK_EQ_STR(code("``a"), "(quote (quote a))");
    CHECK_EQ_STR(code("`'a"), "(quote (quote a))");
    CHECK_EQ_STR(code("`'~a"), "(clojure.core/list* (quote quote) a nil)");
    CHECK_EQ_STR(code("`~@a"),
                 "1:1 ~@ must stand in a list, vector, set or map");
}

TEST(reads_metadata)
{
    CHECK_EQ_STR(code("^:a x"), "x");
    struct reader *reader =
        reader_create("^:a ^{:b 2} ^Tag [1]", 20, text_from_cstring("text"),
                      READER_CODE);
    Value form;
    REQUIRE(reader_read(reader, &form, NULL));
    Value meta = meta_of(form);
    CHECK_EQ_STR(text_bytes(print_to_string(meta, PRINT_READABLE)),
                 "{:tag Tag, :b 2, :a true}");
    CHECK_EQ_STR(code("^1 x"), "1:1 Metadata is a map, keyword, symbol, string "
                               "or vector, not an integer");
    CHECK_EQ_STR(code("^:a 1"), "1:1 Metadata cannot be put on an integer");
}

static Value
item_of(Value form, int64_t index)
{
    int64_t count;
    return seq_nth(&form, index, &count);
}

TEST(places_stand_beside_metadata)
{
    const char *text = "(foo  \"é\" ^:m bar\n  [1 (baz)])";
    struct reader *reader =
        reader_create(text, strlen(text), text_from_cstring("f"), READER_CODE);
    Value form;
    struct error_place place;
    REQUIRE(reader_read(reader, &form, &place));
    CHECK_EQ_INT(place.end_line, 2);
    CHECK_EQ_INT(place.end_column, 13);
    REQUIRE(reader_place_of(form, &place));
    CHECK_EQ_INT(place.line, 1);
    CHECK_EQ_INT(place.column, 1);
    REQUIRE(reader_place_of(list_object(form)->first, &place));
    CHECK_EQ_INT(place.column, 2);
    CHECK_EQ_INT(place.end_column, 5);
    REQUIRE(reader_place_of_item(form, 1, &place));
    CHECK_EQ_INT(place.column, 7);
    CHECK_EQ_INT(place.end_column, 10);
    Value bar = item_of(form, 2);
    REQUIRE(reader_place_of(bar, &place));
    CHECK_EQ_INT(place.column, 15);
    CHECK(value_equal(bar, symbol_from_cstring("bar")));
    CHECK(value_is_nil(meta_of(form)));
    Value baz = vector_at(item_of(form, 3), 1);
    REQUIRE(reader_place_of(baz, &place));
    CHECK_EQ_INT(place.line, 2);
    CHECK_EQ_INT(place.column, 6);
    CHECK(!reader_place_of_item(form, 4, &place));
    CHECK(!reader_place_of(item_of(form, 3), &place));
}

TEST(data_has_no_places)
{
    struct reader *reader =
        reader_create("(a)", 3, text_from_cstring("text"), READER_DATA);
    Value form;
    struct error_place place;
    REQUIRE(reader_read(reader, &form, NULL));
    CHECK(!reader_place_of(form, &place));
    CHECK(value_is(list_object(form)->first, symbol_from_cstring("a")));
}

TEST(errors_point_at_brackets)
{
    CHECK_EQ_STR(code("(a\n  (b [c"),
                 "2:6 The [ opened at 2:6 is never closed");
    CHECK_EQ_STR(code("(a\n (b])"),
                 "2:4 ] cannot close the ( opened at 2:2: ) is expected");
    CHECK_EQ_STR(code("a)"), "1:2 Nothing is open that ) could close");
    CHECK_EQ_STR(code("(')"), "1:3 ' at 1:2 has no form behind it");
    CHECK_EQ_STR(code("'"), "1:1 ' at 1:1 has no form behind it");
    CHECK_EQ_STR(code("\n \"ab"),
                 "2:2 The string opened at 2:2 is never closed");
    CHECK_EQ_STR(code("#\"ab"), "1:1 The regex opened at 1:1 is never closed");
    CHECK_EQ_STR(code("#{1 2 1}"),
                 "1:7 The item 1 is there twice in the set opened at 1:1");
    CHECK_EQ_STR(code("{:a 1 :b 2 :a 3}"),
                 "1:12 The key :a is there twice in the map opened at 1:1");
}

TEST(errors_point_at_tokens)
{
    CHECK_EQ_STR(code("é \"é\\q\""), "1:6 Unknown escape \\q in a string");
    CHECK_EQ_STR(code("\\foo"), "1:1 Unknown character \\foo");
    CHECK_EQ_STR(code("12a"), "1:1 Invalid number 12a");
    CHECK_EQ_STR(code("089"), "1:1 Invalid number 089");
    CHECK_EQ_STR(code("a/"), "1:1 Invalid symbol a/");
    CHECK_EQ_STR(code(":"), "1:1 Invalid keyword :");
    CHECK_EQ_STR(code(":::a"), "1:1 Invalid keyword :::a");
    CHECK_EQ_STR(code("a:: :a:"), "1:1 Invalid symbol a::");
    CHECK_EQ_STR(code("#(#(1))"), "1:3 #() cannot stand inside of another #()");
    CHECK_EQ_STR(code("#(%21)"), "1:3 %21 is no parameter of #()");
    CHECK_EQ_STR(code("#<foo>"), "1:1 #<...> cannot be read back");
    CHECK_EQ_STR(code("##Foo"), "1:1 Unknown number ##Foo");
    CHECK_EQ_STR(code("\"\\ud83d\""),
                 "1:4 \\ud83d is half of a surrogate pair");
    CHECK_EQ_STR(code("#uuid 1"), "1:1 #uuid needs a string, not an integer");
    CHECK(strstr(code(" 1/0"), "1:2 ") != NULL);
    CHECK(strstr(code(" #\"(\""), "1:2 ") != NULL);
}

TEST(text_must_be_utf8)
{
    CHECK_EQ_STR(read_bytes("é\n \xff", 5, READER_CODE),
                 "2:2 Byte 4 (0xff) is not UTF-8");
    CHECK_EQ_STR(read_bytes("a\0b", 3, READER_CODE), "a\0b");
}

TEST(edn_is_data_only)
{
    CHECK_EQ_STR(edn("{:a [1 \"b\" \\c #{d} (e)] #_x :f 1}"),
                 "{:a [1 \"b\" \\c #{d} (e)], :f 1}");
    CHECK_EQ_STR(edn("[#g 1]"), "1:2 No reader is known for the tag #g");
    CHECK_EQ_STR(edn("#(a)"), "1:1 #( is not data (EDN)");
    CHECK_EQ_STR(edn("@a"), "1:1 @ is not data (EDN)");
    CHECK_EQ_STR(edn("#\"a\""), "1:1 A regex is not data (EDN)");
    CHECK_EQ_STR(edn("::a"), "1:1 Invalid keyword ::a");
}

static bool
incomplete(const char *text)
{
    alloc_start(0);
    return reader_is_incomplete(text, strlen(text));
}

TEST(knows_what_is_incomplete)
{
    CHECK(incomplete("(a"));
    CHECK(incomplete("1 [2 {"));
    CHECK(incomplete("\"a"));
    CHECK(incomplete("#\"a"));
    CHECK(incomplete("'"));
    CHECK(incomplete("^:a"));
    CHECK(incomplete("#_"));
    CHECK(incomplete("(::x/y"));
    CHECK(!incomplete(""));
    CHECK(!incomplete("(a) b"));
    CHECK(!incomplete("(a]"));
    CHECK(!incomplete(")"));
    CHECK(!incomplete("(a ; (\n)"));
    CHECK(!incomplete("\xff"));
}

/* n opening brackets, then n closing ones. */
static char *
nested(size_t n, const char *opener, const char *closer)
{
    size_t open_len = strlen(opener);
    size_t close_len = strlen(closer);
    char *text = malloc(n * (open_len + close_len) + 1);
    for (size_t i = 0; i < n; i++) {
        memcpy(text + i * open_len, opener, open_len);
    }
    for (size_t i = 0; i < n; i++) {
        memcpy(text + n * open_len + i * close_len, closer, close_len);
    }
    text[n * (open_len + close_len)] = 0;
    return text;
}

TEST(a_million_brackets_are_ordinary)
{
    enum { N = 1000000 };
    char *text = nested(N, "[", "]");
    const char *printed = read_bytes(text, 2 * N, READER_CODE);
    CHECK_EQ_INT(strlen(printed), 2 * N);
    CHECK(strcmp(printed, text) == 0);
    free(text);
}

TEST(too_deep_is_a_limit)
{
    enum { N = 4000001 };
    char *text = nested(N, "(", ")");
    const char *printed = read_bytes(text, 2 * (size_t)N, READER_DATA);
    CHECK_EQ_STR(printed, "1:4000001 Forms are nested more than 4000000 deep");
    free(text);
}

TEST(quotes_nest_without_end)
{
    char *text = nested(100000, "'", "");
    text[99999] = 'a';
    const char *printed = read_bytes(text, 100000, READER_CODE);
    CHECK(strncmp(printed, "(quote (quote (quote ", 21) == 0);
    free(text);
    text = nested(100000, "(", ")");
    text[0] = '`';
    printed = read_bytes(text, 200000 - 1, READER_CODE);
    CHECK(strncmp(printed, "(clojure.core/list* ", 20) == 0);
    free(text);
}
