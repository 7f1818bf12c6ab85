/* SPDX-License-Identifier: MIT */
/* Why an action last ran, from what was recorded; behind exec_why. */
#ifndef EXEC_DECIDE_WHY_H
#define EXEC_DECIDE_WHY_H

#include "exec/exec.h"
#include "exec/state/state.h"

/* As exec_why. An action that never ran, or a key that nothing is known of, is
 * an error of class USAGE. */
bool why_answer(struct state *state, const char *action_key, uint64_t run,
                struct exec_why *why, struct error *err) EXEC_MUST_CHECK;

#endif
