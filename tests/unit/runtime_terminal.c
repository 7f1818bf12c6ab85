/* SPDX-License-Identifier: MIT */
#include "runtime/terminal.h"
#include "tests/lib/test.h"

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
