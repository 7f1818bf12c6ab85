/* SPDX-License-Identifier: MIT */
/*
 * Where a build is, gathered from its events: counts, what runs, what failed.
 * Plain memory without a graph behind it, so that another thread may read it
 * under the lock of the screen.
 */
#ifndef RUNTIME_PROGRESS_TALLY_H
#define RUNTIME_PROGRESS_TALLY_H

#include "exec/exec.h"
#include "runtime/placeholder.h"

#define TALLY_FAILURES_MAX 10
#define TALLY_NOT_RUN_MAX 4

/* An action that runs. */
struct tally_running {
    const struct graph *graph; /* only compared: who it is */
    uint32_t action;
    char *name;
    char *text; /* what it does, on one line */
    int64_t began_us;
    int64_t usual_us; /* 0: unknown */
};

/* A failed action in the closing summary. */
struct tally_failure {
    char *name;
    char *line; /* what it said, or how it ended */
};

struct tally {
    bool verbose;     /* texts are commands */
    int64_t began_us; /* monotonic: when the first event came */
    int64_t time_us;  /* of the last event, since the run began */
    uint32_t finished;
    uint32_t wanted;
    bool at_least;
    uint32_t failed;
    uint32_t started; /* actions that ran or run */
    uint32_t ended;
    struct rate rate;
    struct vec running; /* struct tally_running, the oldest first */
    struct tally_failure failures[TALLY_FAILURES_MAX];
    uint32_t failure_count;
    char *not_run[TALLY_NOT_RUN_MAX];
    uint32_t not_run_count;
    uint32_t warnings; /* that compilers told */
    int64_t left_us;   /* as of left_at_us; -1: unknown */
    int64_t left_at_us;
    char *path; /* the critical path in words, or NULL */
    char *phase;
    int64_t phase_us; /* when it began */
    int64_t idle_us;  /* since when nothing runs and no phase has begun; -1:
                         something does */
};

void tally_init(struct tally *tally, bool verbose);
void tally_finish(struct tally *tally);

/* Takes one event up; the clock is the screen's. */
void tally_event(struct tally *tally, const struct exec_event *event,
                 int64_t now_us);
/* NULL: none. */
void tally_phase(struct tally *tally, const char *what, int64_t now_us);

/* What takes its time while nothing runs: the phase, or "checking 3/12". Since
 * when; -1: an action runs, or nothing has begun. */
int64_t tally_add_doing(const struct tally *tally, struct buffer *out);

/* What is left by now; -1: unknown, or too early to tell. */
int64_t tally_left_us(const struct tally *tally, int64_t now_us);
/* For a status line. */
struct status_numbers tally_numbers(const struct tally *tally);

#endif
