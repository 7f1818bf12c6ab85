/* SPDX-License-Identifier: MIT */
/* Why an action did not run in a run: what it depends on failed, or was made again
 * and came out the same, or was not made at all. */
#ifndef RUNTIME_CLI_WHY_NOT_H
#define RUNTIME_CLI_WHY_NOT_H

#include "runtime/cli/asking.h"

/* Prints the answer, about `asking->run` or else the last one. */
bool why_not(struct asking *asking, const char *word, struct action_id action,
             struct error *err) EXEC_MUST_CHECK;

#endif
