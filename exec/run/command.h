/* SPDX-License-Identifier: MIT */
/*
 * One running command: its process and the pipes that it writes to. It has
 * ended when its process has: what is in the pipes by then is taken, and a
 * process that it left behind with a pipe in its hands is not waited for.
 */
#ifndef EXEC_RUN_COMMAND_H
#define EXEC_RUN_COMMAND_H

#include "exec/decide/tools.h"
#include "exec/exec.h"
#include "exec/run/disk.h"
#include "exec/run/env.h"
#include "exec/run/jobserver.h"
#include "exec/run/loop.h"
#include "exec/run/output.h"
#include "exec/run/spawn.h"

/* What all commands of a build share. */
struct command_base {
    struct loop *loop;
    struct disk disk;
    struct env_base env;
    struct tools *tools;
    struct jobserver *jobserver; /* or NULL */
    const char *spill_dir;       /* where large outputs go */
    int null_fd;
    struct exec_pty pty;
};

struct command;
typedef void command_call(void *ctx, const struct spawn_end *end);

struct command {
    const struct command_base *base;
    struct spawned process;
    struct loop_watch *process_watch;
    struct loop_watch *output_watch; /* NULL: not captured */
    struct loop_watch *value_watch;  /* NULL: gives no value */
    guard_pipe *guarded; /* the pipe of its output, as the guard knows it */
    bool output_ended;
    bool value_ended;
    bool pipe_held;        /* a process left behind held a pipe open */
    struct output *output; /* the caller's: where captured output goes */
    struct buffer *value;  /* the caller's: where its value goes */
    command_call *call;
    void *ctx;
};

struct command_start {
    const struct graph *graph;
    const struct action *action;
    const struct step *step;
    const struct slice *stdin_bytes; /* NULL: no value */
    bool console;                    /* gets our own terminal */
};

/* Starts it; the caller has set output, value, call and ctx. `call` comes once,
 * from the loop, when it has ended and was cleaned up. */
enum spawn_status
command_start(struct command *command, struct command_base *base,
              const struct command_start *start,
              struct error *err) EXEC_MUST_CHECK;

#endif
