/* SPDX-License-Identifier: MIT */
/* What the counts and the signal of a build mean, and what is left of it. */
#ifndef EXEC_RUN_OUTCOME_H
#define EXEC_RUN_OUTCOME_H

#include "exec/exec.h"
#include "exec/state/state.h"

/* False with an error, for the caller, if it was interrupted or actions
 * failed. */
bool outcome_check(const struct exec_result *result,
                   struct error *err) EXEC_MUST_CHECK;
/* The exit status for the record; the program itself knows better. */
int outcome_status(const struct exec_result *result, bool done,
                   const struct error *err);
/* Warnings that actions of the graph told of when they ran last, as long as that
 * was a success. */
uint32_t outcome_warnings(struct state *state, const struct graph *graph);

#endif
