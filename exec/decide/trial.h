/* SPDX-License-Identifier: MIT */
/* Asking a judge what would run, before anything does. */
#ifndef EXEC_DECIDE_TRIAL_H
#define EXEC_DECIDE_TRIAL_H

#include "exec/decide/judge.h"

struct judge_trial;

/* Until its end the judge writes nothing, whatever it is asked, and judge_pretend
 * may be called; afterwards all that it knows of the run is as it was before. */
struct judge_trial *judge_begin_trial(struct judge *judge);
void judge_end_trial(struct judge_trial *trial);

#endif
