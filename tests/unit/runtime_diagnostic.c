/* SPDX-License-Identifier: MIT */
#include "runtime/diagnostic.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <string.h>

/* All that is found in a text: "severity file line column message;". */
static void
check_found(const char *text, const char *expected)
{
    struct slice rest = slice_of(text);
    struct diagnostic d;
    struct buffer out = {0};
    while (diagnostic_next(&rest, &d)) {
        buffer_add_format(&out, "%s %.*s %u %u %.*s;",
                          diagnostic_severity(d.severity), (int)d.file.len,
                          d.file.bytes, d.line, d.column, (int)d.message.len,
                          d.message.bytes);
    }
    CHECK_EQ_STR(buffer_str(&out), expected);
    CHECK_EQ_INT(rest.len, 0);
    buffer_finish(&out);
}

TEST(diagnostic_of_gcc_and_clang)
{
    check_found("src/net.c:12:5: error: unknown type name 'foo'\n"
                "   12 |     foo x;\n      |     ^~~\n",
                "error src/net.c 12 5 unknown type name 'foo';");
    check_found("a.c:3: warning: old\na.c:4:1: note: here",
                "warning a.c 3 0 old;note a.c 4 1 here;");
    check_found("a.c:1:10: fatal error: x.h: No such file or directory\n",
                "error a.c 1 10 x.h: No such file or directory;");
    check_found("In file included from a.c:1:\n./b.h:2:3: error: no\r\n",
                "error ./b.h 2 3 no;");
}

TEST(diagnostic_in_colours)
{
    check_found("\033[01m\033[Ka.c:1:2:\033[m\033[K \033[01;31m\033[Kerror: "
                "\033[m\033[Kwrong\n",
                "error a.c 1 2 wrong;");
    check_found("\033[1ma.c:1:2: \033[0m\033[0;1;35mwarning: \033[0m\033[1mhm"
                "\033[0m\n",
                "warning a.c 1 2 hm\033[0m;");
}

TEST(diagnostic_of_microsoft)
{
    check_found("src\\a.cpp(7): error C2065: 'x': undeclared identifier\r\n",
                "error src\\a.cpp 7 0 'x': undeclared identifier;");
    check_found("C:\\a b.cs(7,12): warning CS0168: unused",
                "warning C:\\a b.cs 7 12 unused;");
    check_found("a.cpp(7) : error C1: old form", "error a.cpp 7 0 old form;");
}

TEST(diagnostic_of_rustc)
{
    check_found("error[E0308]: mismatched types\n --> src/main.rs:2:18\n  |\n"
                "warning: unused variable: `x`\n  --> src/lib.rs:1:9\n",
                "error src/main.rs 2 18 mismatched types;"
                "warning src/lib.rs 1 9 unused variable: `x`;");
    check_found("warning: 1 warning emitted\n\n", "");
}

TEST(diagnostic_is_not_everywhere)
{
    check_found("", "");
    check_found("error: nothing more\n", "");
    check_found("12:30:15 warning: the clock\n", "");
    check_found("see http://x.org:80/ for errors: many\n", "");
    check_found("a.c:12:5: terror: no\n", "");
    check_found("a.c:99999999999:5: error: no such line\n", "");
    check_found("a.c:1:1: warning about errors\n", "");
    check_found(":1:1: error: no file\n", "");
}

/* Lines of any length and any bytes. */
TEST(diagnostic_reads_rubbish)
{
    char bytes[4096];
    for (int seed = 0; seed < 200; seed++) {
        static const char some[] = "a:(1,)\033[m error:warning\n -->note";
        uint32_t x = (uint32_t)seed * 2654435761U + 1;
        for (size_t i = 0; i < sizeof(bytes); i++) {
            x = x * 1664525U + 1013904223U;
            bytes[i] = some[(x >> 16) % (sizeof(some) - 1)];
        }
        struct slice rest = {bytes, sizeof(bytes)};
        struct diagnostic d;
        int count = 0;
        while (diagnostic_next(&rest, &d)) {
            CHECK(d.file.bytes >= bytes && d.file.len > 0);
            CHECK(d.message.bytes + d.message.len <= bytes + sizeof(bytes));
            count++;
        }
        CHECK(count < 2000);
    }
}
