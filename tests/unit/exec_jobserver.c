/* SPDX-License-Identifier: MIT */
#include "exec/run/jobserver.h"

#include "exec/base/memory.h"
#include "tests/lib/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const plain_argv[] = {"cc", "-c", "x.c", NULL};
static const char *const make_argv[] = {"sh", "-c", "exec make -C sub", NULL};

/* How many tokens are in a pipe. */
static int
tokens_in(int fd)
{
    int count = -1;
    CHECK(ioctl(fd, FIONREAD, &count) == 0);
    return count;
}

static struct jobserver *
create(enum jobserver_style style, uint32_t jobs, const char *makeflags)
{
    struct jobserver_options options = {.style = style,
                                        .jobs = jobs,
                                        .makeflags = makeflags};
    return jobserver_create(&options);
}

/* Takes one token of a pipe that is known by a name or by its numbers. */
static bool
steal(const char *auth)
{
    int fd = -1;
    char token;
    if (strncmp(auth, "fifo:", 5) == 0) {
        fd = open(auth + 5, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    } else {
        fd = dup(atoi(auth));
    }
    bool done = fd >= 0 && read(fd, &token, 1) == 1;
    close(fd);
    return done;
}

static const char *
auth_of(const char *variable)
{
    const char *auth = strstr(variable, "--jobserver-auth=");
    return auth == NULL ? "" : auth + strlen("--jobserver-auth=");
}

TEST(jobserver_none)
{
    struct jobserver *js =
        create(JOBSERVER_NONE, 8, " -j4 --jobserver-auth=fifo:/nowhere");
    const char *note;
    CHECK(!jobserver_is_joined(js));
    CHECK(!jobserver_is_lost(js, &note));
    CHECK(jobserver_acquire(js, 100));
    struct jobserver_share share = jobserver_share(js, make_argv);
    CHECK(share.variable == NULL);
    CHECK_EQ_INT(share.fds[0], -1);
    jobserver_destroy(js);
}

TEST(jobserver_one_job_serves_nobody)
{
    struct jobserver *js = create(JOBSERVER_FIFO, 1, NULL);
    CHECK(jobserver_share(js, plain_argv).variable == NULL);
    CHECK(jobserver_acquire(js, 0));
    jobserver_destroy(js);
}

TEST(jobserver_serves_by_name)
{
    struct jobserver *js = create(JOBSERVER_FIFO, 4, NULL);
    struct jobserver_share share = jobserver_share(js, plain_argv);
    REQUIRE(share.variable != NULL);
    CHECK(strncmp(share.variable, "MAKEFLAGS= -j4 --jobserver-auth=fifo:/proc/",
                  43) == 0);
    CHECK_EQ_INT(share.fds[0], -1);
    const char *auth = auth_of(share.variable);
    CHECK(jobserver_acquire(js, 0)); // the first needs none
    CHECK(jobserver_acquire(js, 1));
    CHECK(steal(auth));
    CHECK(steal(auth));
    CHECK(!steal(auth)); // one is ours
    CHECK(!jobserver_acquire(js, 2));
    jobserver_release(js, 1); // a command has ended
    CHECK(steal(auth));
    CHECK(!jobserver_acquire(js, 1));
    // All three were taken by commands that were killed: nothing runs.
    jobserver_release(js, 0);
    CHECK(jobserver_acquire(js, 3));
    CHECK(!jobserver_acquire(js, 4));
    jobserver_destroy(js);
}

TEST(jobserver_takes_out_what_is_too_much)
{
    struct jobserver *js = create(JOBSERVER_FIFO, 2, NULL);
    struct jobserver_share share = jobserver_share(js, plain_argv);
    REQUIRE(share.variable != NULL);
    int fd = open(auth_of(share.variable) + 5, O_WRONLY | O_CLOEXEC);
    CHECK(write(fd, "++", 2) == 2); // by somebody who miscounted
    close(fd);
    jobserver_release(js, 0);
    CHECK(jobserver_acquire(js, 1));
    CHECK(!jobserver_acquire(js, 2));
    jobserver_destroy(js);
}

TEST(jobserver_serves_by_descriptors)
{
    struct jobserver *js = create(JOBSERVER_PIPE, 3, "k -j9 -- CC=gcc");
    struct jobserver_share share = jobserver_share(js, plain_argv);
    char expected[100];
    snprintf(expected, sizeof(expected),
             "MAKEFLAGS=k -j3 --jobserver-auth=%d,%d -- CC=gcc", share.fds[0],
             share.fds[1]);
    CHECK_EQ_STR(share.variable, expected);
    CHECK_EQ_INT(tokens_in(share.fds[0]), 2);
    CHECK(jobserver_acquire(js, 2));
    CHECK_EQ_INT(tokens_in(share.fds[0]), 0);
    int fd = dup(share.fds[0]);
    jobserver_destroy(js);
    CHECK_EQ_INT(tokens_in(fd), 2); // given back at the end, too
    close(fd);
}

/* An old make on PATH: only commands that name make are told, and by
 * descriptors; with a newer one all are, by name. */
TEST(jobserver_looks_at_the_make_of_path)
{
    char *path = mem_format("%s/make", test_dir());
    for (int newer = 0; newer < 2; newer++) {
        FILE *stream = fopen(path, "we");
        REQUIRE(stream != NULL);
        fputs(newer ? "...fifo:..." : "...", stream);
        fclose(stream);
        char *search = mem_format("/nowhere:%s:/bin", test_dir());
        struct jobserver_options options = {.jobs = 2, .path = search};
        struct jobserver *js = jobserver_create(&options);
        struct jobserver_share told = jobserver_share(js, make_argv);
        struct jobserver_share other = jobserver_share(js, plain_argv);
        REQUIRE(told.variable != NULL);
        CHECK((told.fds[0] > 2) == (newer == 0));
        CHECK((other.variable != NULL) == (newer == 1));
        CHECK_EQ_INT(other.fds[0], -1);
        jobserver_destroy(js);
        free(search);
    }
    free(path);
}

TEST(jobserver_joins_descriptors)
{
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    CHECK(write(ends[1], "ab", 2) == 2);
    static const char *const words[] = {"auth", "fds"};
    for (int i = 0; i < 2; i++) {
        char *flags =
            mem_format(" -j3 --jobserver-%s=%d,%d", words[i], ends[0], ends[1]);
        struct jobserver *js = create(JOBSERVER_AUTO, 8, flags);
        CHECK(jobserver_is_joined(js));
        CHECK(jobserver_acquire(js, 2));
        CHECK(!jobserver_acquire(js, 3));
        struct jobserver_share share = jobserver_share(js, plain_argv);
        CHECK(share.variable == NULL); // as it was
        CHECK_EQ_INT(share.fds[0], ends[0]);
        CHECK_EQ_INT(share.fds[1], ends[1]);
        int flags_now = fcntl(ends[0], F_GETFL);
        CHECK((flags_now & O_NONBLOCK) == 0); // it is make's as well
        jobserver_destroy(js);
        CHECK_EQ_INT(tokens_in(ends[0]), 2);
        free(flags);
    }
    char back[2];
    CHECK(read(ends[0], back, 2) == 2);
    CHECK(back[0] + back[1] == 'a' + 'b'); // the same bytes
    close(ends[0]);
    close(ends[1]);
}

TEST(jobserver_joins_a_fifo)
{
    char *path = mem_format("%s/fifo", test_dir());
    REQUIRE(mkfifo(path, 0600) == 0);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    CHECK(write(fd, "+", 1) == 1);
    char *flags =
        mem_format("k -j2 --jobserver-auth=9,9 --jobserver-auth=fifo:%s", path);
    struct jobserver *js = create(JOBSERVER_AUTO, 8, flags); // the last counts
    CHECK(jobserver_is_joined(js));
    CHECK(jobserver_acquire(js, 1));
    CHECK(!jobserver_acquire(js, 2));
    int wait = jobserver_wait_fd(js);
    CHECK(wait > 2);
    close(wait);
    jobserver_destroy(js);
    CHECK_EQ_INT(tokens_in(fd), 1);
    close(fd);
    free(flags);
    free(path);
}

TEST(jobserver_of_a_dry_run_or_overridden)
{
    struct jobserver *js =
        create(JOBSERVER_AUTO, 1, "kn -j4 --jobserver-auth=77,78");
    const char *note;
    CHECK(!jobserver_is_lost(js, &note)); // make -n hands out nothing
    jobserver_destroy(js);
    struct jobserver_options options = {.jobs = 1,
                                        .jobs_given = true,
                                        .makeflags =
                                            " -j4 --jobserver-auth=77,78"};
    js = jobserver_create(&options);
    CHECK(!jobserver_is_lost(js, &note));
    CHECK(!jobserver_is_joined(js));
    jobserver_destroy(js);
}

TEST(jobserver_that_is_lost)
{
    static const char *const bad[] = {" --jobserver-auth=77,78",
                                      " --jobserver-auth=-2,-2",
                                      " --jobserver-auth=0,1",
                                      " --jobserver-auth=fifo:/no/such/fifo",
                                      " --jobserver-auth=3,",
                                      " --jobserver-auth=fifo:/dev/null"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct jobserver *js = create(JOBSERVER_AUTO, 8, bad[i]);
        const char *note = NULL;
        CHECK(jobserver_is_lost(js, &note));
        CHECK(note != NULL && strstr(note, "going on with -j1") != NULL);
        CHECK(jobserver_acquire(js, 5));
        jobserver_destroy(js);
    }
    // Behind "--" are variables of make, not options.
    const char *note;
    struct jobserver *js =
        create(JOBSERVER_AUTO, 1, "k -- X=--jobserver-auth=1,2");
    CHECK(!jobserver_is_lost(js, &note));
    jobserver_destroy(js);
}
