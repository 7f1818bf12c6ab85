/* SPDX-License-Identifier: MIT */
/* A folder as one thing: what its sums tell apart, and trees that are deep. */
#include "tests/lib/test.h"

#include "exec/base/memory.h"
#include "exec/base/vec.h"
#include "exec/decide/listing.h"
#include "exec/decide/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Deep enough that no path of it fits into one call of the system. */
#define DEPTH 3000
#define WIDTH 5000

static int
dir_fd(void)
{
    static int fd = -1;
    if (fd < 0) {
        fd = open(test_dir(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    return fd;
}

static void
put(const char *path, const char *text)
{
    int fd =
        openat(dir_fd(), path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    size_t len = strlen(text);
    CHECK(fd >= 0 && write(fd, text, len) == (ssize_t)len);
    if (fd >= 0) {
        close(fd);
    }
}

static void
fresh(const char *dir)
{
    struct tree_removal all = {dir_fd(), dir, INT64_MIN, true, true, {0}};
    tree_remove(&all);
    CHECK_EQ_INT(mkdirat(dir_fd(), dir, 0755), 0);
}

static bool
is_secret(void *ctx, const char *path)
{
    return strcmp(path, ctx) == 0;
}

static struct tree_sum
sum_of(const char *dir, char *left_out)
{
    struct tree_question question = {dir_fd(), dir, &hash_xxh3, {0}};
    struct tree_sum sum;
    if (left_out) {
        question.filter = (struct tree_filter){is_secret, left_out};
    }
    tree_add_up(&question, &sum);
    CHECK(!sum.lost);
    return sum;
}

static bool
same_content(struct tree_sum a, struct tree_sum b)
{
    return hash_equal(a.content, b.content);
}

static void
make_small(const char *dir)
{
    char path[64];
    fresh(dir);
    snprintf(path, sizeof(path), "%s/sub", dir);
    CHECK_EQ_INT(mkdirat(dir_fd(), path, 0755), 0);
    snprintf(path, sizeof(path), "%s/sub/a", dir);
    put(path, "one");
    snprintf(path, sizeof(path), "%s/b", dir);
    put(path, "two");
    snprintf(path, sizeof(path), "%s/link", dir);
    CHECK_EQ_INT(symlinkat("b", dir_fd(), path), 0);
}

/* A folder of so many files, made in either order. */
static void
make_wide(const char *dir, int width, bool backwards)
{
    fresh(dir);
    for (int i = 0; i < width; i++) {
        char path[64];
        int n = backwards ? width - 1 - i : i;
        snprintf(path, sizeof(path), "%s/%d", dir, n);
        put(path, n % 2 == 0 ? "even" : "odd");
    }
}

TEST(equal_trees_have_equal_content)
{
    make_small("t1");
    make_small("t2");
    struct tree_sum one = sum_of("t1", NULL);
    struct tree_sum two = sum_of("t2", NULL);
    CHECK(same_content(one, two));
    CHECK(one.print != two.print); // Other inodes.
    CHECK_EQ_INT(one.bytes, 6);
    CHECK(sum_of("t1", NULL).print == one.print);
    CHECK(!one.has_one_dev); // For the link.
}

TEST(every_edit_is_told_apart)
{
    make_small("t1");
    struct tree_sum first = sum_of("t1", NULL);
    put("t1/sub/a", "eno");
    struct tree_sum last = sum_of("t1", NULL);
    CHECK(!same_content(first, last));
    put("t1/sub/a", "one");
    CHECK(same_content(first, sum_of("t1", NULL)));
    CHECK_EQ_INT(renameat(dir_fd(), "t1/b", dir_fd(), "t1/sub/b"), 0);
    CHECK(!same_content(first, sum_of("t1", NULL)));
    CHECK_EQ_INT(renameat(dir_fd(), "t1/sub/b", dir_fd(), "t1/b"), 0);
    CHECK(same_content(first, sum_of("t1", NULL)));
    CHECK_EQ_INT(mkdirat(dir_fd(), "t1/empty", 0755), 0);
    CHECK(!same_content(first, sum_of("t1", NULL)));
    CHECK_EQ_INT(unlinkat(dir_fd(), "t1/empty", AT_REMOVEDIR), 0);
    CHECK_EQ_INT(fchmodat(dir_fd(), "t1/b", 0600, 0), 0);
    CHECK(!same_content(first, sum_of("t1", NULL)));
    CHECK_EQ_INT(fchmodat(dir_fd(), "t1/b", 0644, 0), 0);
    CHECK_EQ_INT(unlinkat(dir_fd(), "t1/link", 0), 0);
    CHECK_EQ_INT(symlinkat("c", dir_fd(), "t1/link"), 0);
    CHECK(!same_content(first, sum_of("t1", NULL)));
    CHECK_EQ_INT(unlinkat(dir_fd(), "t1/link", 0), 0);
    put("t1/link", "b");
    CHECK(!same_content(first, sum_of("t1", NULL)));
}

/* Names and contents cannot stand for each other. */
TEST(contents_do_not_swap)
{
    fresh("t1");
    put("t1/a", "one");
    put("t1/b", "two");
    struct tree_sum first = sum_of("t1", NULL);
    put("t1/a", "two");
    put("t1/b", "one");
    CHECK(!same_content(first, sum_of("t1", NULL)));
}

TEST(bookkeeping_and_what_is_filtered_do_not_count)
{
    char left_out[] = "t1/sub";
    make_small("t1");
    struct tree_sum first = sum_of("t1", NULL);
    CHECK_EQ_INT(mkdirat(dir_fd(), "t1/.git", 0755), 0);
    CHECK_EQ_INT(mkdirat(dir_fd(), "t1/sub/.ronin", 0755), 0);
    put("t1/.git/x", "x");
    put("t1/sub/.ronin/x", "x");
    CHECK(same_content(first, sum_of("t1", NULL)));
    CHECK(first.print == sum_of("t1", NULL).print);
    struct tree_sum filtered = sum_of("t1", left_out);
    CHECK(!same_content(first, filtered));
    CHECK_EQ_INT(filtered.bytes, 6); // The folder alone is left out.
    struct tree_removal most = {dir_fd(), "t1", INT64_MIN, true, false, {0}};
    tree_remove(&most);
    CHECK_EQ_INT(faccessat(dir_fd(), "t1/b", F_OK, 0), -1);
    CHECK_EQ_INT(faccessat(dir_fd(), "t1/.git/x", F_OK, 0), 0);
}

TEST(nothing_and_an_empty_folder_are_no_error)
{
    fresh("t1");
    struct tree_sum empty = sum_of("t1", NULL);
    CHECK_EQ_INT(empty.bytes, 0);
    CHECK_EQ_INT(empty.mtime_ns, 0);
    CHECK(same_content(empty, sum_of("not-there", NULL)));
    put("file", "x");
    CHECK(same_content(empty, sum_of("file", NULL)));
}

TEST(what_cannot_be_read_is_lost)
{
    if (geteuid() == 0) {
        return; // Who may everything cannot see it.
    }
    make_small("t1");
    struct tree_question question = {dir_fd(), "t1", &hash_xxh3, {0}};
    struct tree_sum sum;
    CHECK_EQ_INT(fchmodat(dir_fd(), "t1/b", 0, 0), 0);
    tree_add_up(&question, &sum);
    CHECK(sum.lost);
    CHECK_EQ_INT(fchmodat(dir_fd(), "t1/b", 0644, 0), 0);
    CHECK_EQ_INT(fchmodat(dir_fd(), "t1/sub", 0, 0), 0);
    tree_add_up(&question, &sum);
    CHECK(sum.lost);
    CHECK_EQ_INT(fchmodat(dir_fd(), "t1/sub", 0755, 0), 0);
}

/* Makes a chain of folders below the open one; returns the last. */
static int
dig(int at, int depth)
{
    for (int i = 0; i < depth && at >= 0; i++) {
        int next = -1;
        if (CHECK_EQ_INT(mkdirat(at, "deep", 0755), 0)) {
            next = openat(at, "deep", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        }
        close(at);
        at = next;
    }
    return at;
}

TEST(a_deep_tree_is_read_and_removed)
{
    fresh("t1");
    int at = openat(dir_fd(), "t1", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    at = dig(at, DEPTH);
    REQUIRE(at >= 0);
    int fd = openat(at, "x", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    CHECK(fd >= 0 && write(fd, "four", 4) == 4);
    close(fd);
    close(at);
    struct tree_sum sum = sum_of("t1", NULL);
    CHECK_EQ_INT(sum.bytes, 4);
    CHECK(sum.has_one_dev);
    struct tree_removal all = {dir_fd(), "t1", INT64_MIN, true, true, {0}};
    tree_remove(&all);
    CHECK_EQ_INT(faccessat(dir_fd(), "t1", F_OK, 0), -1);
}

TEST(a_wide_tree_is_the_same_in_any_order)
{
    struct tree_sum sums[2];
    for (int turn = 0; turn < 2; turn++) {
        make_wide("t1", WIDTH, turn == 1);
        sums[turn] = sum_of("t1", NULL);
    }
    CHECK(same_content(sums[0], sums[1]));
    CHECK_EQ_INT(sums[0].bytes, WIDTH / 2 * 7);
}

/* What a thread was told that it has been reading. */
struct told {
    int begins;
    int ends;
    char path[64];
};

static void
tell(void *ctx, const char *path)
{
    struct told *told = ctx;
    if (path == NULL) {
        told->ends++;
        return;
    }
    told->begins++;
    snprintf(told->path, sizeof(told->path), "%s", path);
}

TEST(who_waits_is_told_of_what_takes_long_and_can_stop_it)
{
    struct told told = {0};
    hash_observe(tell, &told);
    make_wide("few", 100, false);
    CHECK(!sum_of("few", NULL).lost);
    CHECK_EQ_INT(told.begins, 0);
    CHECK_EQ_INT(told.ends, 0);
    make_wide("many", WIDTH, false);
    uint64_t bytes = sum_of("many", NULL).bytes;
    CHECK_EQ_INT(told.begins, 1);
    CHECK_EQ_INT(told.ends, 1);
    CHECK_EQ_STR(told.path, "many");
    hash_observe(NULL, NULL);
    struct tree_question question = {dir_fd(), "many", &hash_xxh3, {0}};
    struct tree_sum sum;
    struct buffer listing = {0};
    hash_stop(true);
    tree_add_up(&question, &sum);
    CHECK(sum.lost);
    CHECK_EQ_INT(sum.bytes, 0);
    // A part would be believed.
    listing_read(dir_fd(), "many", &listing);
    CHECK(listing.len > WIDTH);
    buffer_finish(&listing);
    // To be removed all the same.
    fresh("few");
    CHECK_EQ_INT(unlinkat(dir_fd(), "few", AT_REMOVEDIR), 0);
    hash_stop(false);
    sum = sum_of("many", NULL);
    CHECK(!sum.lost);
    CHECK_EQ_INT(sum.bytes, bytes);
}

TEST(removal_keeps_what_is_older_or_left_out)
{
    char left_out[] = "t1/kept";
    struct stat st;
    make_small("t1");
    put("t1/kept", "x");
    CHECK_EQ_INT(fstatat(dir_fd(), "t1/kept", &st, 0), 0);
    int64_t now_ns =
        (int64_t)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec;
    struct tree_removal removal = {dir_fd(), "t1",  now_ns + 1,
                                   false,    false, {is_secret, left_out}};
    tree_remove(&removal);
    CHECK_EQ_INT(faccessat(dir_fd(), "t1/sub/a", F_OK, 0), 0);
    removal.since_ns = INT64_MIN;
    removal.whole = true;
    tree_remove(&removal);
    CHECK_EQ_INT(faccessat(dir_fd(), "t1/sub", F_OK, 0), -1);
    CHECK_EQ_INT(faccessat(dir_fd(), "t1/kept", F_OK, 0), 0);
}
