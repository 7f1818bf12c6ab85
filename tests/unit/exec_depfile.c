/* SPDX-License-Identifier: MIT */
#include "exec/decide/depfile.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row with '|' after each text, malloc'ed. */
static char *
row_text(const struct buffer *row)
{
    char *text = calloc(row->len + 1, 1);

    for (size_t i = 0; text != NULL && i < row->len; i++) {
        text[i] = row->bytes[i] != '\0' ? row->bytes[i] : '|';
    }
    return text;
}

static void
check_row(const struct buffer *row, const char *expected)
{
    char *text = row_text(row);

    CHECK_EQ_STR(text, expected);
    free(text);
}

static void
check_len(const char *text, size_t len, const char *inputs)
{
    struct depfile depfile = {0};
    struct error err = {0};

    CHECK(depfile_parse("x.d", (struct slice){text, len}, &depfile, &err));
    CHECK_EQ_STR(err.what, NULL);
    check_row(&depfile.inputs, inputs);
    depfile_finish(&depfile);
    error_finish(&err);
}

static void
check(const char *text, const char *inputs)
{
    check_len(text, strlen(text), inputs);
}

static void
check_fails(const char *text, size_t len, const char *what, const char *where)
{
    struct depfile depfile = {0};
    struct error err = {0};

    CHECK(!depfile_parse("x.d", (struct slice){text, len}, &depfile, &err));
    CHECK_EQ_STR(err.what, what);
    CHECK_EQ_STR(err.where, where);
    CHECK(err.help != NULL);
    depfile_finish(&depfile);
    error_finish(&err);
}

TEST(one_rule)
{
    check("a.o: a.c a.h\n", "a.c|a.h|");
    check("a.o: a.c a.h", "a.c|a.h|");
    check("a.o : a.c\n", "a.c|");
    check("a.o:\ta.c\t\n", "a.c|");
    check("  a.o: a.c\n", "a.c|");
}

TEST(nothing_at_all)
{
    check("", "");
    check("\n\n  \n", "");
    check("a.o:\n", "");
    check("a.o:", "");
    check("# nothing\n", "");
    check("a.o: # nothing\n", "");
}

TEST(lines_go_on_behind_a_backslash)
{
    check("a.o: a.c \\\n a.h \\\n  b.h\n", "a.c|a.h|b.h|");
    check("a.o: a.c\\\na.h\n", "a.c|a.h|");
    check("a.o:\\\n a.c\n", "a.c|");
    check("a.o \\\n : a.c\n", "a.c|");
    check("a.o: a.c \\\n\nb.o: b.c\n", "a.c|b.c|");
    check("a.o: a.c \\", "a.c|");
    check("a.o: a.c \\\n", "a.c|");
    check("a.o: \\\n", "");
}

TEST(lines_may_end_as_on_windows)
{
    check("a.o: a.c \\\r\n a.h\r\nb.o: b.c\r\n", "a.c|a.h|b.c|");
    check("a.o:\r\n", "");
    check("a.o: a.c\r", "a.c|");
    check("a.o:\\\r\n a.c\r\n", "a.c|");
}

TEST(escapes)
{
    check("a.o: a\\ b.c\n", "a b.c|");
    check("a.o: a\\\\\\ b.c\n", "a\\ b.c|");
    check("a.o: a\\\\ b.c\n", "a\\\\|b.c|");
    check("a.o: a\\\tb.c\n", "a\tb.c|");
    check("a.o: a\\#b.c\n", "a#b.c|");
    check("a.o: a\\\\#b.c\n", "a\\#b.c|");
    check("a.o: a#b.c\n", "a#b.c|");
    check("a.o: a$$b.c $$$$ $x\n", "a$b.c|$$|$x|");
    check("a.o: a\\:b.c\n", "a:b.c|");
    check("a.o: dir\\a.c\n", "dir\\a.c|");
    check("a.o: dir\\\\a.c\n", "dir\\\\a.c|");
    check("a.o: !@%&()[]{}~+=,;'\"\xc3\xa4\n", "!@%&()[]{}~+=,;'\"\xc3\xa4|");
}

TEST(colons)
{
    check("c:/out/a.o: c:/in/a.c d:\\x.h\n", "c:/in/a.c|d:\\x.h|");
    check("c\\:\\out\\a.o: a.c\n", "a.c|");
    check("a.o:a.c b.c\n", "a.c|b.c|");
    check("a.o b.o:a.c\n", "a.c|");
    check("a.o :a.c\n", "a.c|");
    check("c:/a.o:a.c\n", "a.c|");
    check("x:y.o: a.c\n", "a.c|");
}

TEST(several_outputs_and_rules)
{
    struct depfile depfile = {0};
    struct error err = {0};
    struct slice text = slice_of("./a.o a.d: a.c\n"
                                 "a.o: x/../a.c b.h\n"
                                 "b.h:\n"
                                 "\n"
                                 "c.o:c.c\n");

    CHECK(depfile_parse("x.d", text, &depfile, &err));
    check_row(&depfile.inputs, "a.c|b.h|c.c|");
    check_row(&depfile.outputs, "a.o|a.d|c.o|");
    CHECK_EQ_INT(depfile.input_count, 3);
    depfile_finish(&depfile);
}

TEST(paths_are_canonical_and_once)
{
    check("a.o: ./a.c x/../a.c a.c /usr//include/./x.h ../b.h\n",
          "a.c|/usr/include/x.h|../b.h|");
}

TEST(environment_of_rustc)
{
    struct depfile depfile = {0};
    struct error err = {0};
    struct slice text = slice_of("out: src/main.rs\n"
                                 "\n"
                                 "src/main.rs:\n"
                                 "\n"
                                 "# env-dep:CARGO_PKG_NAME=x y\n"
                                 "# env-dep:UNSET\r\n"
                                 "# env-dep:UNSET=1\n"
                                 "# env-dep:\n"
                                 "# env-dep:=x\n"
                                 "# env-dep:LAST");

    CHECK(depfile_parse("x.d", text, &depfile, &err));
    check_row(&depfile.inputs, "src/main.rs|");
    check_row(&depfile.env, "CARGO_PKG_NAME|UNSET|LAST|");
    depfile_finish(&depfile);
}

TEST(what_is_no_depfile)
{
    check_fails("a.o: a.c\nno colon here\n", 23,
                "not a depfile: this line has no ':' after its outputs",
                "x.d:2:1");
    check_fails("x", 1, "not a depfile: this line has no ':' after its outputs",
                "x.d:1:1");
    check_fails("a.o: b.o: c.c\n", 14,
                "not a depfile: this line has a second ':'", "x.d:1:6");
    check_fails("a.o: a\0b\n", 9, "not a depfile: it has a zero byte",
                "x.d:1:7");
    check_fails("\0", 1, "not a depfile: it has a zero byte", "x.d:1:1");
}

/* Whatever the bytes, it ends, and within its memory. */
TEST(any_bytes)
{
    static const char alphabet[] = "a :\\\n\r\t#$/.x";
    uint32_t state = 1;

    for (int round = 0; round < 20000; round++) {
        struct depfile depfile = {0};
        struct error err = {0};
        size_t len = (size_t)round % 24;
        char *text = malloc(len + 1);
        REQUIRE(text != NULL);
        for (size_t i = 0; i < len; i++) {
            state = state * 1664525 + 1013904223;
            text[i] = alphabet[(state >> 16) % (sizeof(alphabet) - 1)];
        }
        text = realloc(text, len > 0 ? len : 1);
        bool held =
            depfile_parse("x.d", (struct slice){text, len}, &depfile, &err);
        CHECK(held == (err.what == NULL));
        depfile_finish(&depfile);
        error_finish(&err);
        free(text);
    }
}

TEST(many_inputs)
{
    enum { COUNT = 200000 };
    struct buffer text = {0};
    struct depfile depfile = {0};
    struct error err = {0};

    buffer_add_str(&text, "a.o:");
    for (int i = 0; i < COUNT; i++) {
        buffer_add_format(&text, " \\\n  include/h%d.h", i);
    }
    CHECK(depfile_parse("x.d", buffer_slice(&text), &depfile, &err));
    CHECK_EQ_INT(depfile.input_count, COUNT);
    depfile_finish(&depfile);
    buffer_finish(&text);
}
