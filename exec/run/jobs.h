/* SPDX-License-Identifier: MIT */
/*
 * How many commands run at once: what was asked for, what a jobserver grants,
 * and what the limit of open files allows.
 */
#ifndef EXEC_RUN_JOBS_H
#define EXEC_RUN_JOBS_H

#include "exec/exec.h"
#include "exec/run/jobserver.h"

/* So many of these jobs have descriptors. */
uint32_t jobs_possible(uint32_t jobs);
/* Settles options->jobs and finds the jobserver. *note, which the caller frees,
 * says what a person should know of it, or is NULL. */
struct jobserver *jobs_choose(struct exec_build *options, char **note);

#endif
