/* SPDX-License-Identifier: MIT */
#include "runtime/describe.h"
#include "runtime/excerpt.h"
#include "tests/lib/test.h"

#include <string.h>

/* The text on one line of a terminal; valid until the next call. */
static const char *
one_line(const char *bytes, size_t len)
{
    static char shown[128];
    struct buffer out = {0};
    excerpt_one_line(&out, bytes, len);
    snprintf(shown, sizeof(shown), "%.*s", (int)out.len, out.bytes);
    buffer_finish(&out);
    return shown;
}

TEST(one_line_keeps_what_is_harmless)
{
    CHECK_EQ_STR(one_line("", 0), "");
    CHECK_EQ_STR(one_line("cc -o out/a.o ~", 15), "cc -o out/a.o ~");
    CHECK_EQ_STR(one_line("caf\xc3\xa9 au lait", 13), "caf\xc3\xa9 au lait");
    CHECK_EQ_STR(one_line("\xc3\xa9", 2), "\xc3\xa9");
}

TEST(one_line_hides_what_is_not)
{
    CHECK_EQ_STR(one_line("a\nb\tc", 5), "a?b?c");
    CHECK_EQ_STR(one_line("\x1b[31mred", 8), "?[31mred");
    CHECK_EQ_STR(one_line("x\x7f", 2), "x?");
    CHECK_EQ_STR(one_line("x\xc3", 2), "x?");
    CHECK_EQ_STR(one_line("\xff"
                          "ab",
                          3),
                 "?ab");
    CHECK_EQ_STR(one_line("a\0b", 3), "a?b");
}

static const char *
word(const char *bytes, size_t len)
{
    static char shown[64];
    struct buffer out = {0};
    describe_word(&out, (struct slice){bytes, len});
    snprintf(shown, sizeof(shown), "%.*s", (int)out.len, out.bytes);
    buffer_finish(&out);
    return shown;
}

TEST(words_are_quoted_where_a_shell_would_look)
{
    CHECK_EQ_STR(word("-DX=1", 5), "-DX=1");
    CHECK_EQ_STR(word("a/b_c.o:@%^,+", 13), "a/b_c.o:@%^,+");
    CHECK_EQ_STR(word("caf\xc3\xa9", 5), "caf\xc3\xa9");
    CHECK_EQ_STR(word("", 0), "''");
    CHECK_EQ_STR(word("a b", 3), "'a b'");
    CHECK_EQ_STR(word("$x", 2), "'$x'");
    CHECK_EQ_STR(word("it's", 4), "'it'\\''s'");
}

/* Every byte of ASCII, next to one that needs no quotes. */
TEST(words_quote_all_other_signs)
{
    const char *plain = "abcdefghijklmnopqrstuvwxyz"
                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+/.,:@%^";
    for (int c = 0; c < 0x80; c++) {
        char bytes[2] = {'x', (char)c};
        bool is_plain = c != 0 && strchr(plain, c) != NULL;
        struct buffer out = {0};
        describe_word(&out, (struct slice){bytes, 2});
        CHECK_EQ_INT((out.bytes)[0] == '\'', !is_plain);
        buffer_finish(&out);
    }
}
