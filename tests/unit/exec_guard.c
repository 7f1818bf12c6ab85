/* SPDX-License-Identifier: MIT */
#include "exec/run/guard.h"

#include "exec/run/loop.h"
#include "exec/run/spawn.h"
#include "tests/lib/test.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static enum spawn_status
start_shell(const char *text, int out, struct spawned *process)
{
    static char shell[] = "sh";
    static char option[] = "-c";
    static char path[] = "PATH=/usr/bin:/bin";
    char *script = strdup(text);
    char *argv[] = {shell, option, script, NULL};
    char *env[] = {path, NULL};
    struct spawn_options options = {.program = "/bin/sh",
                                    .argv = argv,
                                    .env = env,
                                    .dir = "/",
                                    .fds = {0, out, 2}};
    struct error err = {0};
    enum spawn_status status = spawn_start(&options, process, &err);
    error_finish(&err);
    free(script);
    return status;
}

/* Waits until everybody has closed the pipe; false after 20 seconds. */
static bool
ends_soon(int fd)
{
    char byte;
    struct pollfd wait = {fd, POLLIN, 0};
    while (poll(&wait, 1, 20000) == 1) {
        ssize_t len = read(fd, &byte, 1);
        if (len == 0) {
            return true;
        }
    }
    return false;
}

/* A builder that is killed takes along its command, the grandchild in the
 * background, and the guard: all of them hold the pipe. */
TEST(guard_ends_everything_after_a_kill)
{
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    fflush(NULL);
    pid_t builder = fork();
    REQUIRE(builder >= 0);
    if (builder == 0) {
        close(ends[0]);
        struct error err = {0};
        struct spawned process;
        if (!guard_start(&err) || start_shell("sleep 1000 & echo x; sleep 1000",
                                              ends[1], &process) != SPAWN_OK) {
            _exit(1);
        }
        pause();
        _exit(0);
    }
    close(ends[1]);
    char byte = 0;
    CHECK_EQ_INT(read(ends[0], &byte, 1), 1);
    CHECK_EQ_INT(byte, 'x');
    CHECK(kill(builder, SIGKILL) == 0);
    CHECK_EQ_INT(waitpid(builder, NULL, 0), builder);
    CHECK(ends_soon(ends[0]));
    close(ends[0]);
}

/* What a command leaves behind is ended when the builder ends by itself. */
TEST(guard_ends_what_was_left_behind)
{
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    fflush(NULL);
    pid_t builder = fork();
    REQUIRE(builder >= 0);
    if (builder == 0) {
        struct error err = {0};
        struct spawned process;
        struct spawn_end end;
        close(ends[0]);
        if (!guard_start(&err) ||
            start_shell("sleep 1000 & exit 0", ends[1], &process) != SPAWN_OK) {
            _exit(1);
        }
        struct pollfd wait = {process.pidfd, POLLIN, 0};
        poll(&wait, 1, 20000);
        bool left = spawn_reap(&process, &end) && end.left_group;
        _exit(left ? 42 : 2);
    }
    close(ends[1]);
    int status = 0;
    CHECK_EQ_INT(waitpid(builder, &status, 0), builder);
    CHECK_EQ_INT(WEXITSTATUS(status), 42);
    CHECK(ends_soon(ends[0]));
    close(ends[0]);
}

static bool
nobody_is_ours(void *ctx, pid_t pid)
{
    (void)ctx;
    (void)pid;
    return false;
}

static int
reap_strays_in_child(int out)
{
    struct error err = {0};
    struct spawned process;
    struct spawn_end end;
    // The stray ends after its parent, and is ours by adoption then.
    if (!guard_start(&err) || start_shell("(sleep 0.05; exit 3) & exit 0", out,
                                          &process) != SPAWN_OK) {
        return 1;
    }
    struct pollfd wait = {process.pidfd, POLLIN, 0};
    poll(&wait, 1, 20000);
    if (!spawn_reap(&process, &end)) {
        return 2;
    }
    for (int i = 0; i < 2000; i++) {
        guard_reap_strays(nobody_is_ours, NULL);
        // Only the guard itself is left as a child.
        if (kill(-process.pid, 0) != 0 && errno == ESRCH) {
            return 42;
        }
        struct timespec moment = {0, 5000000};
        nanosleep(&moment, NULL);
    }
    return 3;
}

TEST(guard_reaps_strays)
{
    fflush(NULL);
    pid_t builder = fork();
    REQUIRE(builder >= 0);
    if (builder == 0) {
        _exit(reap_strays_in_child(1));
    }
    int status = 0;
    CHECK_EQ_INT(waitpid(builder, &status, 0), builder);
    CHECK_EQ_INT(WEXITSTATUS(status), 42);
}

TEST(guard_slots_are_reused)
{
    CHECK(guard_take_slot() == NULL); // There is no guard in this process.
    fflush(NULL);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        struct error err = {0};
        if (!guard_start(&err)) {
            _exit(1);
        }
        guard_slot *first = guard_take_slot();
        guard_slot *second = guard_take_slot();
        bool right = first != NULL && second != NULL && first != second;
        guard_release_slot(first);
        right = right && guard_take_slot() == first;
        _exit(right ? 42 : 2);
    }
    int status = 0;
    CHECK_EQ_INT(waitpid(child, &status, 0), child);
    CHECK_EQ_INT(WEXITSTATUS(status), 42);
}
