/* SPDX-License-Identifier: MIT */
#include "exec/decide/msvc.h"
#include "tests/lib/test.h"

#include <string.h>

/* The path that a line names; "" if it names none, "-" if it stays. */
static const char *
taken(const char *prefix, const char *line)
{
    static char path[300];
    struct buffer row = {0};
    strcpy(path, "-");
    if (msvc_take_line(prefix, slice_of(line), &row)) {
        strncpy(path, buffer_str(&row), sizeof(path) - 1);
    }
    buffer_finish(&row);
    return path;
}

TEST(lines_name_paths)
{
    CHECK_EQ_STR(taken(MSVC_PREFIX, "Note: including file: a.h"), "a.h");
    CHECK_EQ_STR(taken(MSVC_PREFIX, "Note: including file:a.h"), "a.h");
    CHECK_EQ_STR(taken(MSVC_PREFIX, "Note: including file:    x\\..\\a b.h"),
                 "a b.h");
    CHECK_EQ_STR(taken("Lu: ", "Lu: c:\\q\\a.h"), "c:/q/a.h");
    CHECK_EQ_STR(taken("Lu: ", "Note: including file: a.h"), "-");
    CHECK_EQ_STR(taken(MSVC_PREFIX, "note: including file: a.h"), "-");
    CHECK_EQ_STR(taken(MSVC_PREFIX, " Note: including file: a.h"), "-");
    CHECK_EQ_STR(taken(MSVC_PREFIX, ""), "-");
}

TEST(what_is_of_the_system_is_hidden_and_not_looked_at)
{
    CHECK_EQ_STR(taken(MSVC_PREFIX, "Note: including file:"), "");
    CHECK_EQ_STR(taken(MSVC_PREFIX,
                       "Note: including file: C:\\Program Files\\x.h"),
                 "");
    CHECK_EQ_STR(
        taken(MSVC_PREFIX,
              "Note: including file: d:\\MICROSOFT Visual Studio\\x.h"),
        "");
}

TEST(the_source_that_is_echoed_is_hidden)
{
    CHECK_EQ_STR(taken(MSVC_PREFIX, "main.cpp"), "");
    CHECK_EQ_STR(taken(MSVC_PREFIX, "main.CC"), "");
    CHECK_EQ_STR(taken(MSVC_PREFIX, "main.c"), "");
    CHECK_EQ_STR(taken(MSVC_PREFIX, ".c"), "-");
    CHECK_EQ_STR(taken(MSVC_PREFIX, "main.h"), "-");
    CHECK_EQ_STR(taken(MSVC_PREFIX, "error in main.c"), "-");
    CHECK_EQ_STR(taken(MSVC_PREFIX, "main.c(1): error in x.c"), "-");
}
