/* SPDX-License-Identifier: MIT */
#include "runtime/terminal.h"
#include "tests/lib/test.h"

#include "interp/magma.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* Whether a descriptor that is no terminal gets colours, with one variable
 * of the environment set. */
static bool
color_with(const char *name, const char *value)
{
    const char *const names[] = {"FORCE_COLOR", "NO_COLOR", "CLICOLOR_FORCE",
                                 "CLICOLOR"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        unsetenv(names[i]);
    }
    if (name != NULL) {
        setenv(name, value, 1);
    }
    int fds[2];
    if (pipe(fds) != 0) {
        return false;
    }
    bool color = terminal_has_color(fds[1]);
    close(fds[0]);
    close(fds[1]);
    return color;
}

TEST(terminal_color_follows_the_environment)
{
    CHECK(terminal_set_color("auto"));
    CHECK(!color_with(NULL, NULL));
    CHECK(color_with("FORCE_COLOR", "1"));
    CHECK(!color_with("FORCE_COLOR", "0"));
    CHECK(color_with("CLICOLOR_FORCE", "1"));
    CHECK(!color_with("NO_COLOR", "1"));
}

TEST(terminal_color_option_wins)
{
    CHECK(terminal_set_color("never"));
    CHECK(!color_with("FORCE_COLOR", "1"));
    CHECK(terminal_set_color("always"));
    CHECK(color_with("NO_COLOR", "1"));
    CHECK(!terminal_set_color("sometimes"));
    CHECK(terminal_set_color("auto"));
}

TEST(terminal_fit_counts_characters)
{
    CHECK_EQ_INT(terminal_fit("abc", 3, 10), 3);
    CHECK_EQ_INT(terminal_fit("abcdef", 6, 4), 4);
    CHECK_EQ_INT(terminal_fit("", 0, 4), 0);
    /* Two bytes and one column each. */
    CHECK_EQ_INT(terminal_fit("\xc3\xbc\xc3\xbc\xc3\xbc", 6, 2), 4);
    /* Three bytes and two columns each. */
    CHECK_EQ_INT(terminal_fit("\xe6\xbc\xa2\xe5\xad\x97", 6, 3), 3);
}

TEST(terminal_fit_knows_marks_and_emoji)
{
    /* An e with an accent of its own: one column. */
    CHECK_EQ_INT(terminal_fit("e\xcc\x81x", 4, 1), 3);
    CHECK_EQ_INT(terminal_fit("\xf0\x9f\x9a\x80x", 5, 1), 0);
    CHECK_EQ_INT(terminal_fit("\xf0\x9f\x9a\x80x", 5, 2), 4);
    /* Letters of Cyrillic are narrow, those of Hangul wide. */
    CHECK_EQ_INT(terminal_fit("\xd0\x96\xd0\x96", 4, 1), 2);
    CHECK_EQ_INT(terminal_fit("\xed\x95\x9c", 3, 1), 0);
    /* What is no UTF-8 takes a column a byte, as its sign does. */
    CHECK_EQ_INT(terminal_fit("\xff\xfe\xff", 3, 2), 2);
}

static void
check_elided(const char *text, uint32_t columns, const char *expected)
{
    struct buffer out = {0};
    terminal_add_elided(&out, slice_of(text), columns);
    CHECK_EQ_STR(buffer_str(&out), expected);
    CHECK(magma_width(buffer_str(&out), out.len) <= columns);
    buffer_finish(&out);
}

TEST(terminal_elides_in_the_middle)
{
    check_elided("short", 5, "short");
    check_elided("src/net/http.c", 9, "src/\xe2\x80\xa6tp.c");
    check_elided("\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2", 5,
                 "\xe6\xbc\xa2\xe2\x80\xa6\xe6\xbc\xa2");
    /* The accent of the letter that was left out does not land on another. */
    check_elided("aaaae\xcc\x81"
                 "bb",
                 4,
                 "aa\xe2\x80\xa6"
                 "b");
    check_elided("abcdef", 2, "ab");
    check_elided("", 0, "");
    check_elided("abc", 0, "");
}

TEST(terminal_write_writes_all)
{
    int fds[2];
    char bytes[5];
    CHECK(pipe(fds) == 0);
    CHECK(terminal_write(fds[1], "bytes", 5));
    CHECK_EQ_INT(read(fds[0], bytes, 5), 5);
    CHECK_EQ_MEM(bytes, "bytes", 5);
    close(fds[0]);
    signal(SIGPIPE, SIG_IGN);
    CHECK(!terminal_write(fds[1], "bytes", 5));
    close(fds[1]);
}
