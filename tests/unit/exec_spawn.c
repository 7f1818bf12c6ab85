/* SPDX-License-Identifier: MIT */
#include "exec/run/spawn.h"

#include "exec/run/loop.h"
#include "tests/lib/test.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char *no_env[] = {NULL};

/* Runs a command with stdout into a pipe; returns what it wrote, to be freed,
 * or NULL with the error set. */
static char *
run(const char *program, char **argv, char **env, struct spawn_end *end,
    struct error *err)
{
    int ends[2];
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || pipe2(ends, O_CLOEXEC) != 0) {
        return NULL;
    }
    struct spawn_options options = {.program = program,
                                    .argv = argv,
                                    .env = env,
                                    .dir = test_dir(),
                                    .fds = {null, ends[1], ends[1]}};
    struct spawned process;
    enum spawn_status status = spawn_start(&options, &process, err);
    close(null);
    close(ends[1]);
    if (status != SPAWN_OK) {
        close(ends[0]);
        return NULL;
    }
    char *text = calloc(1, 65536);
    size_t len = 0;
    ssize_t got;
    while (text != NULL && len < 65535 &&
           (got = read(ends[0], text + len, 65535 - len)) > 0) {
        len += (size_t)got;
    }
    close(ends[0]);
    struct pollfd wait = {process.pidfd, POLLIN, 0};
    CHECK_EQ_INT(poll(&wait, 1, 20000), 1);
    CHECK(spawn_reap(&process, end));
    close(process.pidfd);
    return text;
}

static char *
run_shell(const char *script, struct spawn_end *end)
{
    char *copy = strdup(script);
    char shell[] = "sh";
    char option[] = "-c";
    char *argv[] = {shell, option, copy, NULL};
    char path[] = "PATH=/usr/bin:/bin";
    char *env[] = {path, NULL};
    struct error err = {0};
    char *text = run("/bin/sh", argv, env, end, &err);
    if (text == NULL) {
        printf("# %s\n", err.what);
    }
    error_finish(&err);
    free(copy);
    return text;
}

TEST(spawn_runs_and_reports)
{
    struct spawn_end end;
    char *text = run_shell("echo out; echo err >&2; exit 7", &end);
    CHECK_EQ_STR(text, "out\nerr\n");
    CHECK_EQ_INT(end.exit_code, 7);
    CHECK_EQ_INT(end.signal, 0);
    free(text);
}

/* The memory of the program that starts a command is none of the command's. */
TEST(spawn_tells_only_a_peak_above_its_own)
{
    struct spawn_end end;
    struct rusage ours;
    size_t len = (size_t)64 << 20;
    char *mine = malloc(len);
    REQUIRE(mine != NULL);
    memset(mine, 1, len);
    char *text = run_shell("printf %s small", &end);
    CHECK_EQ_STR(text, "small");
    CHECK_EQ_INT(end.peak_kib, 0);
    free(text);
    text = run_shell("dd if=/dev/zero of=/dev/null bs=400M count=1 2>&1 | "
                     "grep -c copied",
                     &end);
    CHECK_EQ_STR(text, "1\n");
    CHECK_EQ_INT(getrusage(RUSAGE_SELF, &ours), 0);
    CHECK(end.peak_kib == 0 || end.peak_kib > ours.ru_maxrss);
    free(text);
    text = run_shell("exec dd if=/dev/zero of=/dev/null bs=400M count=1 "
                     "2>/dev/null",
                     &end);
    CHECK(end.peak_kib >= 400 * 1024 || ours.ru_maxrss >= 400 * 1024);
    free(text);
    free(mine);
}

TEST(spawn_tells_the_signal)
{
    struct spawn_end end;
    char *text = run_shell("kill -KILL $$", &end);
    CHECK_EQ_INT(end.signal, SIGKILL);
    free(text);
}

TEST(spawn_measures_cpu_time)
{
    struct spawn_end end;
    char *text =
        run_shell("i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done", &end);
    CHECK(end.cpu_us > 1000);
    free(text);
}

TEST(spawn_passes_exactly_three_descriptors)
{
    int leak = dup(0); // without close-on-exec, as a parent may leave them
    CHECK(leak > 2);
    struct spawn_end end;
    char *text = run_shell("for i in 0 1 2 3 4 5 6 7 8 9 10 11 12; do "
                           "test -e /proc/$$/fd/$i && echo $i; done",
                           &end);
    CHECK_EQ_STR(text, "0\n1\n2\n");
    free(text);
    close(leak);
}

TEST(spawn_resets_signals_and_session)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGUSR1, SIG_IGN);
    signal(SIGRTMAX, SIG_IGN);
    sigset_t blocked;
    sigset_t before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    spawn_learn_signals();
    struct spawn_end end;
    char *text =
        run_shell("grep -E 'SigBlk|SigIgn' /proc/self/status; "
                  "test \"$(ps -o sid= -p $$ 2>/dev/null || echo $$)\" -eq $$ "
                  "&& echo session; (: </dev/tty) 2>/dev/null || echo no tty",
                  &end);
    sigprocmask(SIG_SETMASK, &before, NULL);
    signal(SIGUSR1, SIG_DFL);
    signal(SIGRTMAX, SIG_DFL);
    CHECK_EQ_STR(text, "SigBlk:\t0000000000000000\n"
                       "SigIgn:\t0000000000000000\nsession\nno tty\n");
    free(text);
}

TEST(spawn_does_not_copy_a_large_heap)
{
    size_t size = (size_t)256 << 20;
    char *heap = malloc(size);
    REQUIRE(heap != NULL);
    memset(heap, 1, size);
    int64_t began = loop_now_us();
    for (int i = 0; i < 20; i++) {
        struct spawn_end end;
        free(run_shell(":", &end));
    }
    int64_t each_us = (loop_now_us() - began) / 20;
    printf("# %lld us for each command beside 256 MiB\n", (long long)each_us);
    CHECK(each_us < 500000);
    CHECK_EQ_INT(heap[size - 1], 1);
    free(heap);
}

static void
check_fails(char *name, const char *program, const char *expected)
{
    char path[] = "PATH=/usr/bin:/bin";
    char *env[] = {path, NULL};
    char *argv[] = {name, NULL};
    struct spawn_end end;
    struct error err = {0};
    CHECK(run(program, argv, env, &end, &err) == NULL);
    CHECK_EQ_STR(err.what, expected);
    error_finish(&err);
}

TEST(spawn_says_why_it_cannot)
{
    char name[] = "frobnicate";
    check_fails(name, NULL,
                "cannot start frobnicate: not found in PATH\n"
                "PATH is /usr/bin:/bin");
    char script[] = "./script";
    char file[512];
    snprintf(file, sizeof(file), "%s/script", test_dir());
    int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    REQUIRE(fd >= 0);
    CHECK(write(fd, "no program\n", 11) == 11);
    close(fd);
    char expected[1024];
    snprintf(expected, sizeof(expected),
             "cannot start ./script (%s): Permission denied", file);
    check_fails(script, file, expected);
    CHECK(chmod(file, 0755) == 0);
    snprintf(expected, sizeof(expected),
             "cannot start ./script: %s is not a program", file);
    check_fails(script, file, expected);
}

/* How a command ends for which a shell stands ready, and what it prints. */
static int
ends_by_shell(const char *program, char *name, const char *printed)
{
    int ends[2];
    CHECK_EQ_INT(pipe2(ends, O_CLOEXEC), 0);
    char text[1024] = "";
    char word[] = "a  b";
    char shell[] = "sh";
    char option[] = "-c";
    char line[] = "\"$@\" 2>&1";
    char *argv[] = {name, word, NULL};
    char *by_shell[] = {shell, option, line, shell, name, word, NULL};
    struct spawn_options options = {.program = program,
                                    .argv = argv,
                                    .env = no_env,
                                    .dir = test_dir(),
                                    .fds = {ends[0], ends[1], ends[1]},
                                    .by_shell = by_shell};
    struct spawned process;
    struct spawn_end end = {0};
    struct error err = {0};
    CHECK_EQ_INT(spawn_start(&options, &process, &err), SPAWN_OK);
    close(ends[1]);
    struct pollfd wait = {process.pidfd, POLLIN, 0};
    CHECK_EQ_INT(poll(&wait, 1, 20000), 1);
    CHECK(spawn_reap(&process, &end));
    CHECK(read(ends[0], text, sizeof(text) - 1) >= 0);
    CHECK(strstr(text, printed) != NULL);
    close(ends[0]);
    close(process.pidfd);
    return end.exit_code;
}

TEST(spawn_leaves_to_a_shell_what_cannot_start)
{
    char missing[] = "frobnicate";
    CHECK_EQ_INT(ends_by_shell(NULL, missing, "frobnicate"), 127);
    char script[] = "./plain";
    char file[512];
    snprintf(file, sizeof(file), "%s/plain", test_dir());
    int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    REQUIRE(fd >= 0);
    CHECK(write(fd, "echo \"<$1>\"\nexit 5\n", 19) == 19);
    close(fd);
    CHECK_EQ_INT(ends_by_shell(script, script, "plain"), 126);
    CHECK(chmod(file, 0755) == 0);
    CHECK_EQ_INT(ends_by_shell(script, script, "<a  b>"), 5);
}

TEST(spawn_names_a_missing_folder)
{
    char name[] = "true";
    char *argv[] = {name, NULL};
    struct spawn_options options = {.program = "/bin/true",
                                    .argv = argv,
                                    .env = no_env,
                                    .dir = "/no/such/folder",
                                    .fds = {0, 1, 2}};
    struct spawned process;
    struct error err = {0};
    CHECK_EQ_INT(spawn_start(&options, &process, &err), SPAWN_FAILED);
    CHECK_EQ_STR(err.what, "cannot start true in /no/such/folder: No such "
                           "file or directory");
    error_finish(&err);
}

TEST(spawn_says_that_arguments_are_too_long)
{
    size_t size = (size_t)200 << 10;
    char *arg = malloc(size + 1);
    REQUIRE(arg != NULL);
    memset(arg, 'x', size);
    arg[size] = '\0';
    char name[] = "true";
    char *argv[] = {name, arg, NULL};
    struct spawn_end end;
    struct error err = {0};
    CHECK(run("/bin/true", argv, no_env, &end, &err) == NULL);
    CHECK_EQ_STR(err.what, "cannot start true: one of its 2 arguments has 200 "
                           "KiB, and the system takes at most 128 KiB");
    CHECK(err.help != NULL && strstr(err.help, "response file") != NULL);
    error_finish(&err);
    free(arg);
}

TEST(spawn_signals_the_whole_group)
{
    char shell[] = "sh";
    char option[] = "-c";
    char script[] = "sleep 1000 & echo $!; wait";
    char *argv[] = {shell, option, script, NULL};
    char path[] = "PATH=/usr/bin:/bin";
    char *env[] = {path, NULL};
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    struct spawn_options options = {.program = "/bin/sh",
                                    .argv = argv,
                                    .env = env,
                                    .dir = "/",
                                    .fds = {ends[0], ends[1], ends[1]}};
    struct spawned process;
    struct error err = {0};
    REQUIRE(spawn_start(&options, &process, &err) == SPAWN_OK);
    close(ends[1]);
    char text[32] = {0};
    CHECK(read(ends[0], text, sizeof(text) - 1) > 0);
    spawn_signal(&process, SIGKILL);
    // The pipe ends only when the sleep, which holds it, has ended too.
    CHECK_EQ_INT(read(ends[0], text, sizeof(text)), 0);
    struct pollfd wait = {process.pidfd, POLLIN, 0};
    CHECK_EQ_INT(poll(&wait, 1, 20000), 1);
    struct spawn_end end;
    CHECK(spawn_reap(&process, &end));
    CHECK_EQ_INT(end.signal, SIGKILL);
    close(process.pidfd);
    close(ends[0]);
}
