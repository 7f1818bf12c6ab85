/* SPDX-License-Identifier: MIT */
#include "exec/decide/tools.h"

#include "exec/base/memory.h"
#include "tests/lib/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A path below the folder of the test; of the last four. */
static const char *
in(const char *name)
{
    static char *paths[4];
    static unsigned turn;
    char **path = &paths[turn++ % 4];
    free(*path);
    *path = mem_format("%s/%s", test_dir(), name);
    return *path;
}

static void
put(const char *name, unsigned mode)
{
    int fd = open(in(name), O_WRONLY | O_CREAT, 0666);
    REQUIRE(fd >= 0);
    close(fd);
    REQUIRE(chmod(in(name), (mode_t)mode) == 0);
}

/* As if it had been written long ago. */
static void
age(const char *folder)
{
    struct timespec times[2] = {{1000, 0}, {1000, 0}};
    REQUIRE(utimensat(AT_FDCWD, in(folder), times, 0) == 0);
}

/* Folders of the test are written as "@/name". */
static struct tools *
make(const char *path)
{
    struct buffer text = {0};
    for (; *path != '\0'; path++) {
        if (*path == '@') {
            buffer_add_str(&text, test_dir());
        } else {
            buffer_add_char(&text, *path);
        }
    }
    setenv("PATH", buffer_str(&text), 1);
    buffer_finish(&text);
    return tools_create(test_dir());
}

static const char *
find(struct tools *tools, const char *name)
{
    struct program program = {name, "", NULL};
    return tools_find(tools, &program);
}

TEST(programs_are_found_where_execvp_finds_them)
{
    REQUIRE(mkdir(in("one"), 0777) == 0 && mkdir(in("two"), 0777) == 0);
    put("one/text", 0644);
    put("two/text", 0755);
    REQUIRE(mkdir(in("one/folder"), 0777) == 0);
    struct tools *tools = make("@/none:@/one:two");
    CHECK_EQ_STR(find(tools, "text"), in("two/text"));
    CHECK_EQ_STR(find(tools, "folder"), "");
    CHECK_EQ_STR(find(tools, "nowhere"), "");
    CHECK_EQ_STR(find(tools, ""), "");
    CHECK_EQ_STR(find(tools, "./two/text"), "./two/text");
    tools_destroy(tools);
}

TEST(a_relative_part_is_seen_from_the_folder_of_the_command)
{
    REQUIRE(mkdir(in("sub"), 0777) == 0 && mkdir(in("sub/bin"), 0777) == 0);
    put("sub/bin/tool", 0755);
    put("sub/here", 0755);
    struct tools *tools = make("bin:@");
    struct program program = {"tool", "sub", NULL};
    CHECK_EQ_STR(tools_find(tools, &program), in("sub/bin/tool"));
    CHECK_EQ_STR(find(tools, "tool"), "");
    program = (struct program){"here", "sub", "/nowhere:"};
    CHECK_EQ_STR(tools_find(tools, &program), in("sub/here"));
    program.dir = "";
    CHECK_EQ_STR(tools_find(tools, &program), "");
    tools_destroy(tools);
}

TEST(a_program_is_searched_again_when_a_folder_has_changed)
{
    REQUIRE(mkdir(in("a"), 0777) == 0 && mkdir(in("b"), 0777) == 0);
    put("b/cc", 0755);
    age("a");
    age("b");
    struct tools *tools = make("@/a:@/b");
    CHECK_EQ_STR(find(tools, "cc"), in("b/cc"));
    // Within a turn nothing is looked at, and after it what was written.
    put("a/cc", 0755);
    CHECK_EQ_STR(find(tools, "cc"), in("b/cc"));
    tools_expire(tools);
    CHECK_EQ_STR(find(tools, "cc"), in("a/cc"));
    CHECK_EQ_INT(unlink(in("a/cc")), 0);
    tools_expire(tools);
    CHECK_EQ_STR(find(tools, "cc"), in("b/cc"));
    CHECK_EQ_INT(unlink(in("b/cc")), 0);
    tools_expire(tools);
    CHECK_EQ_STR(find(tools, "cc"), "");
    put("a/cc", 0755);
    tools_expire(tools);
    CHECK_EQ_STR(find(tools, "cc"), in("a/cc"));
    tools_destroy(tools);
}

/* The only change that leaves no mark on any folder before it tells whether it
 * was looked at. */
TEST(a_program_is_not_searched_while_no_folder_changes)
{
    REQUIRE(mkdir(in("c"), 0777) == 0 && mkdir(in("d"), 0777) == 0);
    put("d/ld", 0755);
    age("c");
    age("d");
    struct tools *tools = make("@/c:@/d");
    CHECK_EQ_STR(find(tools, "ld"), in("d/ld"));
    tools_expire(tools);
    CHECK_EQ_STR(find(tools, "ld"), in("d/ld")); // the folders are known now
    tools_expire(tools);
    REQUIRE(chmod(in("d/ld"), 0644) == 0);
    CHECK_EQ_STR(find(tools, "ld"), in("d/ld"));
    // What cannot be started yet may be made so at any time.
    put("c/as", 0644);
    age("c");
    CHECK_EQ_STR(find(tools, "as"), "");
    REQUIRE(chmod(in("c/as"), 0755) == 0);
    tools_expire(tools);
    CHECK_EQ_STR(find(tools, "as"), in("c/as"));
    tools_destroy(tools);
}

static uint64_t
answer(struct tools *tools, const char *name, const char *dir, const char *path)
{
    struct buffer question = {0};
    struct program program = {name, dir, path};
    tools_ask_program(&program, &question);
    uint64_t number = tools_answer(tools, buffer_str(&question));
    buffer_finish(&question);
    return number;
}

TEST(questions_are_answered_as_programs_are_found)
{
    REQUIRE(mkdir(in("e"), 0777) == 0 && mkdir(in("e/f"), 0777) == 0);
    put("e/x", 0755);
    put("e/f/x", 0755);
    struct tools *tools = make("@/e:f");
    uint64_t ours = answer(tools, "x", "", NULL);
    uint64_t other = answer(tools, "x", "e", "f");
    uint64_t none = answer(tools, "x", "", "f");
    CHECK(ours > 1 && other > 1 && none > 1);
    CHECK(ours != other && ours != none && other != none);
    CHECK(answer(tools, "x", "e", NULL) == ours);
    char *path = mem_format("/nowhere:%s/e", test_dir());
    CHECK(answer(tools, "x", "1:2", path) == ours);
    free(path);
    // What was another program meanwhile stands for neither of them.
    REQUIRE(mkdir(in("e/g"), 0777) == 0);
    put("e/g/y", 0755);
    CHECK(answer(tools, "y", "e", "h:g") > 1);
    REQUIRE(rename(in("e/g"), in("e/h")) == 0);
    tools_expire(tools);
    CHECK_EQ_INT(answer(tools, "y", "e", "h:g"), 0);
    // What was damaged on the way has no answer.
    CHECK_EQ_INT(tools_answer(tools, "//P"), 1);
    CHECK_EQ_INT(tools_answer(tools, "//P9:abc"), 1);
    CHECK_EQ_INT(tools_answer(tools, "//D3:abc4:x"), (long long)none);
    CHECK_EQ_INT(tools_answer(tools, "//P1:a99999999999999999999:x"), 1);
    CHECK_EQ_INT(tools_answer(tools, "//Zx"), 1);
    tools_destroy(tools);
}
