/* SPDX-License-Identifier: MIT */
/*
 * What ninja prints while it builds: a line for each command that ended, its
 * output, and the closing line. People, IDEs and CI read these lines, so their
 * form is ninja's. See spec/cli/ninja.md.
 */
#ifndef RUNTIME_NINJA_STATUS_H
#define RUNTIME_NINJA_STATUS_H

#include "exec/exec.h"

#include <stdbool.h>

struct ninja_commands;
struct ninja_status;

struct ninja_status_options {
    const char *file;   /* the build file: commands are told as it has them */
    const char *format; /* NINJA_STATUS; NULL: "[%f/%t] " */
    const char *line;   /* --status; NULL: the format and the description */
    bool verbose;       /* whole commands instead of descriptions */
    bool quiet;         /* only failures and what commands print */
    bool explain;       /* why each command runs, on standard error */
    bool stats;         /* what took how long, at the end */
    bool dry_run;
    uint32_t failures_max; /* that were allowed; 0: any number */
};

struct ninja_status *ninja_status_create(const struct ninja_status_options *o);
void ninja_status_destroy(struct ninja_status *s);

/* What it reads of the build file, for who needs that as well. */
struct ninja_commands *ninja_status_commands(struct ninja_status *s);

/* True if its lines tell how much time is left. */
bool ninja_status_wants_outlook(const struct ninja_status_options *options);

/* A listener of a build. */
void ninja_status_event(void *status, const struct exec_event *event);
/* The closing line. Returns the exit status: that of the command that failed
 * first, 130 when it was interrupted. */
int ninja_status_finish(struct ninja_status *s,
                        const struct exec_result *result, bool done);

#endif
