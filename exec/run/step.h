/* SPDX-License-Identifier: MIT */
/*
 * Runs the steps of actions, many actions at a time. A value passes from step
 * to step; commands run beside each other, everything else happens in place.
 * Whether an action must run, and what is remembered, is not known here.
 *
 * A run keeps to the graph that it was started with, which must live until
 * the run is destroyed.
 */
#ifndef EXEC_RUN_STEP_H
#define EXEC_RUN_STEP_H

#include "exec/exec.h"
#include "exec/run/loop.h"
#include "exec/run/output.h"

struct steps;
struct step_run;
struct jobserver;
struct tools;

struct steps_options {
    struct loop *loop;
    const char *root;      /* absolute */
    const char *state_dir; /* where large outputs are kept meanwhile */
    const struct exec_host *host;
    struct tools *tools;         /* where programs are found */
    struct jobserver *jobserver; /* that commands are told of, or NULL */
    bool allow_outside;
    bool keep_depfiles; /* that are removed after reading, */
    bool keep_rspfiles; /* and response files of what succeeded */
    struct exec_pty pty;
};

bool steps_create(const struct steps_options *options, struct steps **steps,
                  struct error *err) EXEC_MUST_CHECK;
/* No run may be left. NULL is fine. */
void steps_destroy(struct steps *steps);

enum step_end {
    STEP_END_OK,
    STEP_END_FAILED,  /* a command failed, or err says what */
    STEP_END_KILLED,  /* a command died of a signal */
    STEP_END_STOPPED, /* by steps_stop */
    STEP_END_STALE    /* a function is not the one the graph was made with */
};

/* What came of a run. */
struct step_result {
    enum step_end end;
    int exit_code;
    int signal;
    int64_t started_unix_us;
    int64_t started_us;
    int64_t duration_us;
    int64_t cpu_us;
    int64_t peak_kib;
    struct output output;
    struct buffer discovered;     /* a row of canonical paths */
    struct buffer discovered_env; /* a row of names */
    uint8_t discovered_kinds;
    struct buffer value; /* of a dynout: a row of paths */
    const char *note;    /* something a person should know, or NULL */
    struct error err;    /* why it failed, when no command did */
};

/* Begins the steps of an action; it comes out of steps_take_ended in any
 * case. `ctx` is what the caller knows it by. */
struct step_run *steps_start(struct steps *steps, const struct graph *graph,
                             struct action_id action, void *ctx);
/* The next run that has ended, or NULL. */
struct step_run *steps_take_ended(struct steps *steps);
/* Folders that were made for outputs since this was asked last: a row of paths,
 * which the caller frees. */
struct buffer steps_take_folders(struct steps *steps);
/* True while steps_take_ended would return one. */
bool steps_has_ended(const struct steps *steps);
void *step_run_ctx(const struct step_run *run);
struct step_result *step_run_result(struct step_run *run);
void step_run_destroy(struct step_run *run);

/* How many runs have a command that could not be started yet for want of
 * processes or descriptors. */
uint32_t steps_busy(const struct steps *steps);

/* Sends a signal to all running commands; no further step begins. */
void steps_stop(struct steps *steps, int signal);
/* Reaps what ended commands left behind and what has ended since. */
void steps_reap_strays(struct steps *steps);
/* Stops or resumes all commands, as the terminal asked. */
void steps_signal(struct steps *steps, int signal);

#endif
