/* SPDX-License-Identifier: MIT */
/*
 * Runs one command and writes down what it used:
 *
 *     measure FILE COMMAND...
 *
 * FILE gets one line: wall and CPU time in microseconds, of the command and
 * all that it waited for, and the peak memory of the largest of them in KiB.
 * A small program of its own, since a child begins with its parent's peak.
 */
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t
now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t
timeval_us(struct timeval value)
{
    return (int64_t)value.tv_sec * 1000000 + value.tv_usec;
}

int
main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: measure FILE COMMAND...\n", stderr);
        return 2;
    }
    int64_t start_us = now_us();
    pid_t pid = fork();
    if (pid == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    struct rusage used;
    int status;
    if (pid < 0 || wait4(pid, &status, 0, &used) != pid) {
        perror("measure");
        return 1;
    }
    int64_t wall_us = now_us() - start_us;
    FILE *out = fopen(argv[1], "w");
    if (out == NULL) {
        perror(argv[1]);
        return 1;
    }
    fprintf(out, "%lld %lld %lld\n", (long long)wall_us,
            (long long)(timeval_us(used.ru_utime) + timeval_us(used.ru_stime)),
            (long long)used.ru_maxrss);
    fclose(out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
