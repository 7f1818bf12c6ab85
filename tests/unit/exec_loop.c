/* SPDX-License-Identifier: MIT */
#include "exec/run/loop.h"

#include "tests/lib/test.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* What a watch was told, and what it stops when it is. */
struct heard {
    char bytes[64];
    size_t len;
    int ends;
    int calls;
    struct loop_watch *other;
};

static void
hear_bytes(void *ctx, const char *bytes, size_t len)
{
    struct heard *heard = ctx;
    if (heard->len + len <= sizeof(heard->bytes)) {
        memcpy(heard->bytes + heard->len, bytes, len);
        heard->len += len;
    }
    heard->ends += len == 0;
}

/* Each of two stops the other, so that only the first of a turn is called. */
static void
hear(void *ctx)
{
    struct heard *heard = ctx;
    heard->calls++;
    loop_stop(heard->other);
    heard->other = NULL;
}

static void
hear_signal(void *ctx, int signal)
{
    struct heard *heard = ctx;
    heard->calls += signal == SIGUSR1;
}

static bool
is_open(int fd)
{
    return fcntl(fd, F_GETFD) != -1;
}

TEST(loop_reads_a_pipe_to_its_end)
{
    struct loop *loop;
    struct error err = {0};
    struct heard heard = {0};
    int fds[2];
    REQUIRE(loop_create(&loop, &err) && pipe(fds) == 0);
    struct loop_watch *watch = loop_read(loop, fds[0], hear_bytes, &heard);
    REQUIRE(watch != NULL);
    CHECK(write(fds[1], "one ", 4) == 4);
    loop_turn(loop, true);
    CHECK_EQ_INT(heard.len, 4);
    CHECK(write(fds[1], "two", 3) == 3);
    close(fds[1]);
    loop_turn(loop, true);
    CHECK_EQ_INT(heard.len, 7);
    CHECK_EQ_MEM(heard.bytes, "one two", 7);
    CHECK_EQ_INT(heard.ends, 1);
    // The end closes the descriptor, is told once, and the watch stays.
    CHECK(!is_open(fds[0]));
    loop_turn(loop, false);
    CHECK_EQ_INT(heard.ends, 1);
    loop_stop(watch);
    loop_destroy(loop);
}

/* The other end is open and silent: a read would wait for ever. */
TEST(loop_drains_without_waiting)
{
    struct loop *loop;
    struct error err = {0};
    struct heard heard = {0};
    int fds[2];
    REQUIRE(loop_create(&loop, &err) && pipe(fds) == 0);
    struct loop_watch *watch = loop_read(loop, fds[0], hear_bytes, &heard);
    REQUIRE(watch != NULL);
    alarm(20);
    loop_drain(watch);
    CHECK_EQ_INT(heard.len, 0);
    CHECK(write(fds[1], "late", 4) == 4);
    loop_drain(watch);
    alarm(0);
    CHECK_EQ_INT(heard.len, 4);
    CHECK_EQ_INT(heard.ends, 0);
    loop_stop(watch);
    close(fds[1]);
    loop_destroy(loop);
}

TEST(loop_closes_what_it_owns)
{
    struct loop *loop;
    struct error err = {0};
    struct heard heard = {0};
    int fds[2];
    int others[2];
    REQUIRE(loop_create(&loop, &err) && pipe(fds) == 0 && pipe(others) == 0);
    struct loop_watch *bytes = loop_read(loop, fds[0], hear_bytes, &heard);
    struct loop_watch *plain = loop_readable(loop, others[0], hear, &heard);
    loop_stop(bytes);
    loop_stop(plain);
    CHECK(!is_open(fds[0]));
    CHECK(!is_open(others[0]));
    // What cannot be watched is closed as well.
    int folder = open("/", O_RDONLY | O_DIRECTORY);
    CHECK(folder >= 0);
    CHECK(loop_readable(loop, folder, hear, &heard) == NULL);
    CHECK(!is_open(folder));
    close(fds[1]);
    close(others[1]);
    loop_destroy(loop);
    CHECK_EQ_INT(heard.calls + heard.ends, 0);
}

TEST(loop_calls_nothing_that_was_stopped_in_the_same_turn)
{
    struct loop *loop;
    struct error err = {0};
    struct heard one = {0};
    struct heard two = {0};
    int fds[2];
    int others[2];
    REQUIRE(loop_create(&loop, &err) && pipe(fds) == 0 && pipe(others) == 0);
    struct loop_watch *first = loop_readable(loop, fds[0], hear, &one);
    struct loop_watch *second = loop_readable(loop, others[0], hear, &two);
    one.other = second;
    two.other = first;
    CHECK(write(fds[1], "x", 1) == 1);
    CHECK(write(others[1], "x", 1) == 1);
    loop_turn(loop, true);
    CHECK_EQ_INT(one.calls + two.calls, 1);
    loop_stop(one.calls == 1 ? first : second);
    close(fds[1]);
    close(others[1]);
    loop_destroy(loop);
}

/* A descriptor with a twin stays in the set of the kernel when it is closed, and
 * the next watch may be where the one of it was. */
TEST(loop_forgets_a_descriptor_that_has_a_twin)
{
    struct loop *loop;
    struct error err = {0};
    struct heard heard = {0};
    int fds[2];
    int others[2];
    REQUIRE(loop_create(&loop, &err) && pipe(fds) == 0);
    int twin = dup(fds[0]);
    loop_stop(loop_readable(loop, fds[0], hear, &heard));
    loop_turn(loop, false); // The watch is freed.
    REQUIRE(pipe(others) == 0);
    struct loop_watch *next = loop_readable(loop, others[0], hear, &heard);
    CHECK(write(fds[1], "x", 1) == 1);
    loop_turn(loop, false);
    CHECK_EQ_INT(heard.calls, 0);
    loop_stop(next);
    close(others[1]);
    close(twin);
    close(fds[1]);
    loop_destroy(loop);
}

/* Before the first turn, when libuv has told the kernel nothing yet, and later. */
TEST(loop_is_woken_by_a_signal_alone)
{
    struct loop *loop;
    struct error err = {0};
    struct heard heard = {0};
    REQUIRE(loop_create(&loop, &err));
    loop_turn(loop, false);
    struct loop_watch *watch = loop_signal(loop, SIGUSR1, hear_signal, &heard);
    REQUIRE(watch != NULL);
    alarm(20);
    for (int n = 1; n <= 2; n++) {
        kill(getpid(), SIGUSR1);
        for (int turns = 0; turns < 5 && heard.calls < n; turns++) {
            loop_turn(loop, true);
        }
        CHECK_EQ_INT(heard.calls, n);
    }
    alarm(0);
    loop_stop(watch);
    loop_destroy(loop);
}

TEST(loop_keeps_time_beside_a_silent_pipe)
{
    struct loop *loop;
    struct error err = {0};
    struct heard heard = {0};
    int fds[2];
    REQUIRE(loop_create(&loop, &err) && pipe(fds) == 0);
    struct loop_watch *pipe_watch = loop_read(loop, fds[0], hear_bytes, &heard);
    int64_t start = loop_now_us();
    struct loop_watch *timer = loop_after(loop, 20, hear, &heard);
    alarm(20);
    while (heard.calls == 0) {
        loop_turn(loop, true);
    }
    alarm(0);
    CHECK(loop_now_us() - start >= 19000);
    loop_turn(loop, false);
    CHECK_EQ_INT(heard.calls, 1);
    loop_stop(timer);
    loop_stop(pipe_watch);
    close(fds[1]);
    loop_destroy(loop);
}

TEST(loop_does_not_wait_for_nothing)
{
    struct loop *loop;
    struct error err = {0};
    REQUIRE(loop_create(&loop, &err));
    alarm(20);
    loop_turn(loop, true);
    alarm(0);
    loop_destroy(loop);
    loop_destroy(NULL);
}
