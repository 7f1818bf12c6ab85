/* SPDX-License-Identifier: MIT */
/*
 * What a person sees of a build while it runs, and the summary at its end.
 * What actions do goes to standard output; failures, notes and the summary of
 * a failed build go to standard error.
 */
#ifndef RUNTIME_PROGRESS_H
#define RUNTIME_PROGRESS_H

#include "exec/exec.h"

#include <stdbool.h>

struct progress;

struct progress_options {
    bool verbose; /* whole commands instead of descriptions */
    bool quiet;   /* only what actions print, failures and notes */
    bool explain; /* the first reason of each action that runs */
    bool dry_run;
};

struct progress *progress_create(const struct progress_options *options);
void progress_destroy(struct progress *p);

/* Shows one event of the executor. */
void progress_event(struct progress *p, const struct exec_event *event);

/* The closing lines. `done` is what the build returned. True if they say all
 * there is to say, so that the error need not be printed. */
bool progress_finish(struct progress *p, const struct exec_result *result,
                     bool done);

#endif
