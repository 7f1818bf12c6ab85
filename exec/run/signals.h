/* SPDX-License-Identifier: MIT */
/*
 * What signals do to a build: INT, TERM and HUP end it, TSTP suspends it. The
 * first asks the commands to end and kills them after two seconds, the second
 * kills them at once.
 */
#ifndef EXEC_RUN_SIGNALS_H
#define EXEC_RUN_SIGNALS_H

#include "exec/run/loop.h"
#include "exec/run/pass.h"
#include "exec/run/step.h"

#include <signal.h>

#define END_SIGNAL_COUNT 3

struct signals {
    struct loop *loop;
    struct steps *steps;
    struct pass *pass;
    int *ended_by; /* set to the signal that ends the build */
    struct loop_watch *end_watches[END_SIGNAL_COUNT];
    struct loop_watch *stop_watch;
    struct loop_watch *kill_timer;
    struct sigaction before[END_SIGNAL_COUNT]; /* what is given back */
    bool is_watching;
};

/* The first four fields are set by the caller, and must outlive it. */
void signals_watch(struct signals *signals);
/* Gives the end signals back to whoever had them: one that comes while it does so
 * reaches either. Also one that was never watched: {0}. */
void signals_unwatch(struct signals *signals);

#endif
