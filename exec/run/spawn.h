/* SPDX-License-Identifier: MIT */
/*
 * How a command becomes a process: without copying our memory, in a session of
 * its own, with exactly the descriptors 0, 1 and 2 (and those of a jobserver),
 * default signals, and dead when we are.
 */
#ifndef EXEC_RUN_SPAWN_H
#define EXEC_RUN_SPAWN_H

#include "exec/base/error.h"
#include "exec/run/guard.h"

#include <stdint.h>

#define SPAWN_SHELL "/bin/sh"

struct spawn_options {
    const char *program; /* a path; NULL: it was not found */
    char *const *argv;
    char *const *env;
    const char *dir; /* absolute */
    int fds[3];      /* what becomes 0, 1 and 2 */
    int shared[2];   /* that stay open under their numbers, above 2; -1: none */
    bool console;    /* keeps our terminal, session and process group */
    /* What a shell is told to do where there is no such program, or none that the
     * system can start; NULL: that is an error. */
    char *const *by_shell;
};

struct spawned {
    pid_t pid;
    int pidfd; /* readable when it ended; owned by the caller */
    bool console;
    guard_slot *slot;
};

enum spawn_status {
    SPAWN_OK,
    SPAWN_BUSY, /* out of processes, descriptors or memory: try again later */
    SPAWN_FAILED
};

/* Finds out anew which signals are ignored here, and so have to be set back in
 * commands. To be called when that has changed. */
void spawn_learn_signals(void);

/* Starts it. The error says why a command cannot start, and what to do. */
enum spawn_status
spawn_start(const struct spawn_options *options, struct spawned *spawned,
            struct error *err) EXEC_MUST_CHECK;

struct spawn_end {
    int exit_code;
    int signal; /* not 0: it died of it */
    int64_t cpu_us;
    int64_t peak_kib; /* 0: no more than ours, so nobody knows */
    bool left_group;  /* processes of its group are still there */
};

/* What became of an ended process, which is reaped. False if it still runs. */
bool spawn_reap(struct spawned *spawned, struct spawn_end *end) EXEC_MUST_CHECK;
/* Sends a signal to its group. */
void spawn_signal(const struct spawned *spawned, int signal);

#endif
