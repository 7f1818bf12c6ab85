/* SPDX-License-Identifier: MIT */
/*
 * While the host computes, the loop does not turn, so that signals which ask
 * the build to end would be noticed only afterwards. From interrupt_watch on
 * they also reach the host at once; the loop hears of them as before.
 */
#ifndef EXEC_RUN_INTERRUPT_H
#define EXEC_RUN_INTERRUPT_H

#include <stdbool.h>

/* To be called when the handlers of the loop are in place: puts itself before
 * that of the signal. They stay until the loop takes its own away. */
void interrupt_watch(int signal);
/* Nothing has come yet: at the start of a build. */
void interrupt_reset(void);
/* True when one of the signals has come since then: nothing that computes is
 * to be started any more, and what has failed was made to. */
bool interrupt_came(void);

#endif
