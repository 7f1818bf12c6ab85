/* SPDX-License-Identifier: MIT */
/*
 * Where ninja judges otherwise, for graphs that say so.
 */
#ifndef EXEC_DECIDE_AS_NINJA_H
#define EXEC_DECIDE_AS_NINJA_H

#include "exec/decide/record.h"

/* Adds a reason for each input that a phony action without inputs stands for,
 * while there is no such file. */
void ninja_judge_inputs(struct judge *judge, const struct action *a);
/* Takes the reasons off that ninja does not hold against a generator; true if
 * there were some, so that the action is to be recorded anew. */
bool ninja_forgive(struct judge *judge, struct action_id action,
                   const struct record *record);

#endif
