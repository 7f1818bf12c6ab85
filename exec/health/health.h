/* SPDX-License-Identifier: MIT */
/*
 * What this machine offers to builds, and whether the records are sound; a
 * part of the facade (exec.h includes it). Nothing here changes anything.
 */
#ifndef EXEC_HEALTH_HEALTH_H
#define EXEC_HEALTH_HEALTH_H

#include "exec/base/error.h"

struct exec;

enum exec_health {
    HEALTH_FINE,
    HEALTH_LIMITED, /* works, but there is something to know */
    HEALTH_ABSENT,  /* not on this machine: what needs it does without */
    HEALTH_BAD      /* wrong, and to be put right */
};

/* Valid during the call that tells of it. */
struct exec_finding {
    const char *name; /* one word: "watches" */
    enum exec_health health;
    const char *found;  /* what it is now */
    const char *advice; /* what to do about it; "" if nothing */
};
typedef void exec_finding_fn(void *ctx, const struct exec_finding *finding);

/* The machine, and the file system of a folder; measuring its time stamps takes
 * up to two seconds where they are coarse. */
void exec_examine_machine(const char *root, exec_finding_fn *call, void *ctx);
/* The records of a build root: every page of the database is read. */
void exec_examine_state(struct exec *exec, exec_finding_fn *call, void *ctx);

#endif
