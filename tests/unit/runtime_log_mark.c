/* SPDX-License-Identifier: MIT */
/* Whether ninja's log is as we left it, without reading it. */
#include "runtime/ninja/logs_mark.h"

#include "tests/lib/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct hash128 snapshot = {0x1234, 0x5678};

static void
put(const char *path, const char *text, const char *mode)
{
    FILE *file = fopen(path, mode);
    REQUIRE(file != NULL);
    CHECK(fputs(text, file) >= 0);
    CHECK_EQ_INT(fclose(file), 0);
}

/* A folder with a log that was left by a build of the snapshot. */
static bool
set_up(const char *name, const char *log)
{
    CHECK_EQ_INT(chdir(test_dir()), 0);
    CHECK_EQ_INT(mkdir(name, 0777), 0);
    CHECK_EQ_INT(chdir(name), 0);
    CHECK_EQ_INT(mkdir(".ronin", 0777), 0);
    CHECK_EQ_INT(mkdir("out put", 0777), 0);
    put(log, "# ninja log v7\n", "w");
    log_mark_leave(log, snapshot);
    return access(".ronin/ninja-log", F_OK) == 0;
}

static bool
is_last(struct hash128 of)
{
    struct log_mark mark = {0};
    log_mark_read(&mark);
    bool last = log_mark_is_last(&mark, of);
    log_mark_finish(&mark);
    return last;
}

TEST(a_log_that_was_left_is_the_last)
{
    REQUIRE(set_up("left", "out put/.ninja_log"));
    CHECK(is_last(snapshot));
    CHECK(!is_last((struct hash128){0x1234, 0x5679}));
    CHECK(!is_last((struct hash128){0, 0}));
    put("out put/.ninja_log", "1\t2\t3\tout\t4\n", "a");
    CHECK(!is_last(snapshot));
}

TEST(a_log_that_was_replaced_is_not)
{
    REQUIRE(set_up("replaced", ".ninja_log"));
    put("other", "# ninja log v7\n", "w");
    CHECK_EQ_INT(rename("other", ".ninja_log"), 0);
    CHECK(!is_last(snapshot));
    CHECK_EQ_INT(unlink(".ninja_log"), 0);
    CHECK(!is_last(snapshot));
}

TEST(without_a_whole_mark_nothing_is_known)
{
    REQUIRE(set_up("older", ".ninja_log"));
    struct stat st;
    CHECK_EQ_INT(stat(".ninja_log", &st), 0);
    FILE *mark = fopen(".ronin/ninja-log", "w"); // As older programs left it.
    REQUIRE(mark != NULL);
    fprintf(mark, "%llu %llu\n", (unsigned long long)st.st_ino,
            (unsigned long long)st.st_size);
    fclose(mark);
    CHECK(!is_last(snapshot));
    log_mark_leave(".ninja_log", (struct hash128){0, 0});
    CHECK(!is_last((struct hash128){0, 0}));
    log_mark_take_away();
    CHECK(!is_last(snapshot));
}
