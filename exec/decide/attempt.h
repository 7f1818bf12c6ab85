/* SPDX-License-Identifier: MIT */
/*
 * An attempt at an action, from its beginning to its record (judge.h has the
 * rest of it).
 */
#ifndef EXEC_DECIDE_ATTEMPT_H
#define EXEC_DECIDE_ATTEMPT_H

#include "exec/decide/record.h"

/* Records an action whose outputs are there, as if it had just run. */
bool attempt_adopt(struct judge *judge, struct action_id action,
                   struct error *err) EXEC_MUST_CHECK;

#endif
