/* SPDX-License-Identifier: MIT */
#include "exec/base/path.h"
#include "tests/lib/test.h"

#include <stdlib.h>
#include <string.h>

static void
check_canonical(const char *path, const char *expected)
{
    char *canonical = path_canonical(path, strlen(path));

    CHECK_EQ_STR(canonical, expected);
    char *again = path_canonical(canonical, strlen(canonical));
    CHECK_EQ_STR(again, expected);
    free(again);
    free(canonical);
}

TEST(canonical_paths_stay)
{
    check_canonical("a", "a");
    check_canonical("a/b.c", "a/b.c");
    check_canonical("/", "/");
    check_canonical("/usr/include", "/usr/include");
    check_canonical("..", "..");
    check_canonical("../../a", "../../a");
    check_canonical(".", ".");
    check_canonical(".hidden/..x/...", ".hidden/..x/...");
    check_canonical("", "");
}

TEST(dots_and_slashes_go)
{
    check_canonical("./a", "a");
    check_canonical("a/./b/.", "a/b");
    check_canonical("a//b///", "a/b");
    check_canonical("//usr//lib/", "/usr/lib");
    check_canonical("./", ".");
    check_canonical("././.", ".");
}

TEST(parents_take_components_away)
{
    check_canonical("a/..", ".");
    check_canonical("a/../b", "b");
    check_canonical("a/b/../../c", "c");
    check_canonical("a/b/..", "a");
    check_canonical("a/../..", "..");
    check_canonical("../a/..", "..");
    check_canonical("../a/../b", "../b");
    check_canonical("../a/b/../..", "..");
    check_canonical("../../a/../..", "../../..");
    check_canonical("/..", "/");
    check_canonical("/../../a", "/a");
    check_canonical("/a/..", "/");
    check_canonical("/a/b/../..", "/");
}

/* A quick look may say no, but where it says yes nothing would change. */
TEST(what_is_surely_canonical)
{
    static const char *const yes[] = {"a",   "/a",   "a/b.c", "/usr/include/x",
                                      "a..", "a b/c"};
    static const char *const no[] = {"",      "/",      "a/",  "a//b",
                                     "./a",   ".",      "a/.", "a/..",
                                     "a/./b", "a/../b", "//a", "/../a"};
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        CHECK(path_is_canonical(yes[i], strlen(yes[i])));
        check_canonical(yes[i], yes[i]);
    }
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
        CHECK(!path_is_canonical(no[i], strlen(no[i])));
    }
    CHECK(path_is_canonical("a/b/", 3));
}

TEST(length_counts_not_the_terminator)
{
    char *canonical = path_canonical("a/./bcdef", 5);

    CHECK_EQ_STR(canonical, "a/b");
    free(canonical);
    char bytes[] = {'x', '/', '/', 'y'};
    CHECK_EQ_INT(path_canonicalise(bytes, sizeof(bytes)), 3);
    CHECK_EQ_MEM(bytes, "x/y", 3);
}

TEST(very_long_paths)
{
    enum { COUNT = 100000 };
    char *path = malloc((size_t)COUNT * 5 + 1);
    REQUIRE(path != NULL);

    for (size_t i = 0; i < COUNT; i++) {
        memcpy(path + i * 2, "a/", 2);
        memcpy(path + (size_t)COUNT * 2 + i * 3, "../", 3);
    }
    CHECK_EQ_INT(path_canonicalise(path, (size_t)COUNT * 5), 1);
    CHECK_EQ_INT(path[0], '.');
    free(path);
}

static void
check_join(const char *base, const char *path, const char *expected)
{
    char *joined = path_join(base, path);

    CHECK_EQ_STR(joined, expected);
    free(joined);
}

TEST(join)
{
    check_join("a", "b", "a/b");
    check_join("a/b", "../c", "a/c");
    check_join("a", "/b", "/b");
    check_join(".", "b", "b");
    check_join("", "b", "b");
    check_join("/", "b", "/b");
    check_join("/root", "../../x", "/x");
    check_join("a", "", "a");
}

TEST(outside)
{
    CHECK(path_is_outside("/a"));
    CHECK(path_is_outside(".."));
    CHECK(path_is_outside("../a"));
    CHECK(!path_is_outside("..a"));
    CHECK(!path_is_outside("a/b"));
    CHECK(!path_is_outside("."));
}

static void
check_relative(const char *base, const char *path, const char *expected)
{
    char *relative = path_relative(base, path);

    CHECK_EQ_STR(relative, expected);
    free(relative);
}

TEST(relative)
{
    check_relative("/a", "/a/b", "b");
    check_relative("/a", "/a", ".");
    check_relative("/a/b", "/a", "..");
    check_relative("/a/bc", "/a/bd", "../bd");
    check_relative("/a/b", "/a/bc", "../bc");
    check_relative("/a/b/c", "/x/y", "../../../x/y");
    check_relative("/", "/x", "x");
    check_relative("/", "/", ".");
    check_relative("/x/y", "/", "../..");
}

TEST(folder_part)
{
    CHECK_EQ_INT(path_dir_len("a/b", 3), 1);
    CHECK_EQ_INT(path_dir_len("a", 1), 0);
    CHECK_EQ_INT(path_dir_len("/a", 2), 1);
    CHECK_EQ_INT(path_dir_len("a/b/c", 5), 3);
    CHECK_EQ_INT(path_dir_len("", 0), 0);
}

TEST(folder_parts_that_are_the_same)
{
    CHECK(path_share_dir("a/b", "a/c.d"));
    CHECK(path_share_dir("a", "b"));
    CHECK(path_share_dir("/a", "/b"));
    CHECK(!path_share_dir("a/b", "b/b"));
    CHECK(!path_share_dir("a/b", "a/b/c"));
    CHECK(!path_share_dir("a", "a/b"));
}
