/* SPDX-License-Identifier: MIT */
/* Inputs that a command changed in their place. */
#ifndef EXEC_DECIDE_REWRITTEN_H
#define EXEC_DECIDE_REWRITTEN_H

#include "exec/decide/attempt.h"

/* After the command of an action of a ninja file (ACTION_AS_NINJA): each input
 * that is another than before is signed anew, and recorded for the action that
 * made it, so that neither runs again for that; the latter also for other outputs
 * of that action, if they are few. See spec/build/ninja.md. */
bool rewritten_take(struct judge *judge, struct attempt *attempt,
                    struct error *err) EXEC_MUST_CHECK;

#endif
