/* SPDX-License-Identifier: MIT */
#include "interp/magma.h"
#include "tests/lib/values.h"

#include <string.h>

TEST(strings_know_bytes_and_characters)
{
    Value v = string("aé€😀");
    CHECK_EQ_INT(text_byte_len(v), 10);
    CHECK_EQ_INT(text_len(v), 4);
    CHECK_EQ_INT(text_object(v)->head.flags & TEXT_ASCII, 0);
    Value ascii = string("abc");
    CHECK_EQ_INT(text_len(ascii), 3);
    CHECK_EQ_INT(text_object(ascii)->head.flags & TEXT_ASCII, TEXT_ASCII);
    CHECK_EQ_INT(text_len(string("")), 0);
}

TEST(characters_by_index)
{
    Value v = string("aé€😀");
    CHECK_EQ_INT(text_char_at(v, 0), 'a');
    CHECK_EQ_INT(text_char_at(v, 1), 0xe9);
    CHECK_EQ_INT(text_char_at(v, 2), 0x20ac);
    CHECK_EQ_INT(text_char_at(v, 3), 0x1f600);
    CHECK_EQ_INT(text_byte_offset(v, 3), 6);
    CHECK_EQ_INT(text_byte_offset(v, 4), 10);
    CHECK_EQ_INT(text_char_index(v, 6), 3);
    CHECK_EQ_INT(text_char_index(string("abc"), 2), 2);
}

TEST(the_first_invalid_byte)
{
    size_t at = 9;
    CHECK(magma_is_utf8("", 0, &at));
    CHECK(magma_is_utf8("a\xc3\xa9", 3, &at));
    CHECK(!magma_is_utf8("a\xc3\xa9\xff", 4, &at));
    CHECK_EQ_INT(at, 3);
    CHECK(!magma_is_utf8("\xe2\x82", 2, &at));
    CHECK_EQ_INT(at, 0);
}

TEST(invalid_bytes_are_replaced)
{
    CHECK_EQ_STR(bytes_of(text_make("a\xff"
                                    "b",
                                    3)),
                 "a\xef\xbf\xbd"
                 "b");
    CHECK_EQ_STR(bytes_of(text_make("\xe2\x82", 2)), "\xef\xbf\xbd");
    CHECK_EQ_INT(text_len(text_make("\xe2\x82x", 3)), 2);
    // A surrogate, an overlong slash and a code point above the last one.
    CHECK(!text_is_valid("\xed\xa0\x80", 3));
    CHECK(!text_is_valid("\xc0\xaf", 2));
    CHECK(!text_is_valid("\xf4\x90\x80\x80", 4));
    CHECK(text_is_valid("\xef\xbf\xbd", 3));
    CHECK_EQ_INT(text_len(text_make("\xef\xbf\xbd", 3)), 1);
}

TEST(every_character_survives_encoding)
{
    for (uint32_t c = 1; c < 0x110000; c += 97) {
        if (c >= 0xd800 && c < 0xe000) {
            continue;
        }
        char bytes[4];
        uint32_t len = text_encode(c, bytes);
        uint32_t back = 0;
        REQUIRE(text_decode(bytes, len, &back) == len);
        REQUIRE(back == c);
    }
    char bytes[4];
    CHECK_EQ_INT(text_encode(0xd800, bytes), 3);
    CHECK_EQ_MEM(bytes, "\xef\xbf\xbd", 3);
}

TEST(zero_bytes_are_characters)
{
    Value v = text_make("a\0b", 3);
    CHECK_EQ_INT(text_len(v), 3);
    CHECK(!text_equal(v, string("a")));
}

TEST(substrings)
{
    Value v = string("aé€😀z");
    CHECK_EQ_STR(bytes_of(text_sub(v, 1, 3)), "é€");
    CHECK_EQ_STR(bytes_of(text_sub(v, 4, 5)), "z");
    CHECK_EQ_STR(bytes_of(text_sub(v, 2, 2)), "");
    CHECK(value_is(text_sub(v, 0, 5), v));
    CHECK_EQ_STR(bytes_of(text_slice(string("hello"), 1, 3)), "el");
}

TEST(comparing)
{
    CHECK(text_equal(string("ab"), string("ab")));
    CHECK(!text_equal(string("ab"), string("abc")));
    CHECK(text_equal_cstring(string("ab"), "ab"));
    CHECK(text_compare(string("a"), string("b")) < 0);
    CHECK(text_compare(string("ab"), string("a")) > 0);
    CHECK(text_compare(string("€"), string("😀")) < 0);
    CHECK_EQ_INT(text_compare(string("x"), string("x")), 0);
}

TEST(finding)
{
    Value v = string("abcabc");
    CHECK_EQ_INT(text_find(v, string("bc"), 0), 1);
    CHECK_EQ_INT(text_find(v, string("bc"), 2), 4);
    CHECK_EQ_INT(text_find(v, string("x"), 0), -1);
    CHECK_EQ_INT(text_find(v, string(""), 6), 6);
    CHECK_EQ_INT(text_find(v, string("a"), 7), -1);
    CHECK_EQ_INT(text_find_last(v, string("bc"), 6), 4);
    CHECK_EQ_INT(text_find_last(v, string("bc"), 3), 1);
    CHECK_EQ_INT(text_find_last(v, string("bc"), 0), -1);
    CHECK_EQ_INT(text_find_last(string("a"), string("abc"), 1), -1);
    CHECK(text_starts_with(v, string("abc")));
    CHECK(!text_starts_with(v, string("bc")));
    CHECK(text_ends_with(v, string("bc")));
    CHECK(!text_ends_with(string("c"), string("bc")));
}

TEST(case_follows_unicode)
{
    CHECK_EQ_STR(bytes_of(text_upper(string("grün ß"))), "GRÜN SS");
    CHECK_EQ_STR(bytes_of(text_upper(string("ẞ ﬃ ᾳ İ"))), "ẞ FFI ΑΙ İ");
    CHECK_EQ_STR(bytes_of(text_lower(string("ΟΔΟΣ ΣΑ"))), "οδος σα");
    CHECK_EQ_STR(bytes_of(text_capitalize(string("ﬁN"))), "FIn");
    CHECK_EQ_STR(bytes_of(text_lower(string("ÄΣX"))), "äσx");
    CHECK_EQ_STR(bytes_of(text_capitalize(string("éLAN Vital"))), "Élan vital");
    CHECK_EQ_STR(bytes_of(text_capitalize(string(""))), "");
}

TEST(replacing)
{
    Value v = string("a.b.c");
    CHECK_EQ_STR(bytes_of(text_replace(v, string("."), string("::"))),
                 "a::b::c");
    CHECK_EQ_STR(bytes_of(text_replace_first(v, string("."), string(""))),
                 "ab.c");
    CHECK(value_is(text_replace(v, string("x"), string("y")), v));
    CHECK_EQ_STR(bytes_of(text_replace(string("éa"), string(""), string("-"))),
                 "-é-a-");
    CHECK_EQ_STR(bytes_of(
                     text_replace_first(string("ab"), string(""), string("-"))),
                 "-ab");
}

TEST(trimming_and_blanks)
{
    Value v = string(" \t\u2003x y\n ");
    CHECK_EQ_STR(bytes_of(text_trim(v, true, true)), "x y");
    CHECK_EQ_STR(bytes_of(text_trim(v, true, false)), "x y\n ");
    CHECK_EQ_STR(bytes_of(text_trim(v, false, true)), " \t\u2003x y");
    CHECK_EQ_STR(bytes_of(text_trim(string("  "), true, true)), "");
    CHECK(text_is_blank(string(" \n\u2003")));
    CHECK(text_is_blank(string("")));
    CHECK(!text_is_blank(string(" x")));
}

TEST(reversing_keeps_characters)
{
    CHECK_EQ_STR(bytes_of(text_reverse(string("aé😀"))), "😀éa");
    CHECK_EQ_STR(bytes_of(text_reverse(string(""))), "");
}

TEST(width_and_spaces)
{
    CHECK_EQ_INT(text_width("abc", 3), 3);
    CHECK_EQ_INT(text_width("漢字", strlen("漢字")), 4);
    CHECK_EQ_INT(text_width("e\u0301", 3), 1);
    CHECK(text_is_space(0x3000));
    CHECK(!text_is_space('x'));
    CHECK(!text_is_space(0xa0));
}

TEST(building)
{
    struct text_builder builder;
    text_builder_init(&builder);
    CHECK_EQ_STR(bytes_of(text_builder_string(&builder)), "");
    for (int i = 0; i < 1000; i++) {
        text_builder_add_cstring(&builder, "ab");
        text_builder_add_char(&builder, 0x20ac);
    }
    text_builder_add_text(&builder, string("!"));
    Value v = text_builder_string(&builder);
    CHECK_EQ_INT(text_len(v), 3001);
    CHECK_EQ_INT(text_char_at(v, 2999), 0x20ac);
    CHECK_EQ_STR(bytes_of(text_format("%d-%s", 7, "x")), "7-x");
    CHECK_EQ_STR(bytes_of(text_from_char(0x1f600)), "😀");
}

static uint32_t
distance(const char *a, const char *b)
{
    return text_distance(a, strlen(a), b, strlen(b), 3);
}

TEST(distances_of_names)
{
    CHECK_EQ_INT(distance("outputs", "outputs"), 0);
    CHECK_EQ_INT(distance("output", "outputs"), 1);
    CHECK_EQ_INT(distance("ouptuts", "outputs"), 1);
    CHECK_EQ_INT(distance("inputs", "outputs"), 3);
    CHECK_EQ_INT(distance("", "ab"), 2);
    CHECK_EQ_INT(distance("kitten", "sitting"), 3);
    CHECK_EQ_INT(distance("abcdef", "uvwxyz"), 4);
    CHECK_EQ_INT(distance("a", "abcdefgh"), 4);
    CHECK_EQ_INT(text_distance_near(1), 1);
    CHECK_EQ_INT(text_distance_near(20), 3);
}
