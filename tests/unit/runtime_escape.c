/* SPDX-License-Identifier: MIT */
#include "runtime/escape.h"
#include "tests/lib/test.h"

#include <string.h>

static size_t
colour(const char *text)
{
    return escape_colour_len(text, strlen(text));
}

static size_t
idle(const char *text)
{
    return escape_idle_len(text, strlen(text));
}

TEST(escape_knows_colours)
{
    CHECK_EQ_INT(colour("\033[m"), 3);
    CHECK_EQ_INT(colour("\033[01;31mred"), 8);
    CHECK_EQ_INT(colour("\033[31"), 0);
    CHECK_EQ_INT(colour("\033[2J"), 0);
    CHECK_EQ_INT(colour("\033[?25m"), 0);
    CHECK_EQ_INT(colour("red"), 0);
    CHECK_EQ_INT(colour(""), 0);
}

TEST(escape_knows_what_changes_nothing)
{
    CHECK_EQ_INT(idle("\033[Kfoo"), 3);
    CHECK_EQ_INT(idle("\033[0K"), 4);
    // These clear what stands there.
    CHECK_EQ_INT(idle("\033[1K"), 0);
    CHECK_EQ_INT(idle("\033[2K"), 0);
    CHECK_EQ_INT(idle("\033[J"), 0);
    CHECK_EQ_INT(idle("\033]8;;https://x.y\007text"), 17);
    CHECK_EQ_INT(idle("\033]8;;\007"), 6);
    CHECK_EQ_INT(idle("\033]8;id=1;file:///x\033\\t"), 20);
    CHECK_EQ_INT(idle("\033]8;;never ends"), 0);
    CHECK_EQ_INT(idle("\033]8;;a\nb\007"), 0);
    CHECK_EQ_INT(idle("\033]8;;a\033[Kb\007"), 0);
    CHECK_EQ_INT(idle("\033]0;title\007"), 0);
    CHECK_EQ_INT(idle("\033"), 0);
    CHECK_EQ_INT(idle(""), 0);
}

TEST(escape_leaves_the_text)
{
    static const char text[] =
        "\033[01;35m\033[Kwarning: \033[m\033[Kodd [\033]8;;u:x\007-Wodd"
        "\033]8;;\007] \033[2J\033";
    struct buffer plain = {0};
    escape_add_plain(&plain, (struct slice){text, sizeof(text) - 1});
    CHECK_EQ_STR(buffer_str(&plain), "warning: odd [-Wodd] \033[2J\033");
    buffer_finish(&plain);
}
