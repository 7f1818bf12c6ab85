/* SPDX-License-Identifier: MIT */
/*
 * What is left of a build, judged by the past: the time until its end, and the
 * way that decides it. Pure: no clock and no state. See
 * spec/build/scheduling.md.
 */
#ifndef EXEC_RUN_OUTLOOK_H
#define EXEC_RUN_OUTLOOK_H

#include "exec/base/vec.h"
#include "exec/run/schedule.h"

/* How many actions of the longest way are kept. */
#define OUTLOOK_PATH_MAX 6

/* An action that runs by now. */
struct outlook_running {
    struct action_id action;
    int64_t elapsed_us;
};

struct outlook_request {
    const struct graph *graph;
    const struct plan *plan;
    const struct schedule *schedule; /* ordered */
    const struct outlook_running *running;
    uint32_t running_count;
    uint32_t jobs;
    int64_t mean_us; /* of what ended in this run: scales what is expected where
                        no action has a past; 0: nothing ended yet */
};

struct outlook {
    int64_t left_us; /* -1: nothing to tell it by */
    struct action_id path[OUTLOOK_PATH_MAX];
    uint32_t path_count;
    uint32_t path_more;
};

/* The greater of the longest way that is left, and of all that is left, shared
 * among the jobs. */
void
outlook_make(struct outlook *outlook, const struct outlook_request *request);

#endif
