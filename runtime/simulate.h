/* SPDX-License-Identifier: MIT */
/*
 * What would run, and why, if something changed: decided by the executor itself.
 *
 * A twin of the graph (twin.h) is built in a folder of its own, with every source
 * there, its records in memory. Then the changes are made to that folder and to the
 * environment, and a dry run tells what it would do. No command runs, and
 * nothing of the user's is read or written.
 */
#ifndef RUNTIME_SIMULATE_H
#define RUNTIME_SIMULATE_H

#include "exec/exec.h"
#include "runtime/functions.h"
#include "runtime/twin.h"

enum simulate_kind {
    SIMULATE_TOUCH,  /* another time stamp, the same content */
    SIMULATE_EDIT,   /* another content */
    SIMULATE_DELETE, /* is there before, and not after */
    SIMULATE_CREATE, /* is not there before, and is after */
    SIMULATE_SET,    /* a variable: `value`, or NULL for unset */
};

struct simulate_change {
    enum simulate_kind kind;
    const char *name;
    const char *value;
};

struct simulate {
    const struct graph *graph;
    struct functions *functions; /* for watch predicates */
    const struct simulate_change *changes;
    uint32_t change_count;
    const struct twin_discovery *known; /* discovered inputs */
    uint32_t known_count;
    const char *const *targets; /* as for a build */
    uint32_t target_count;
    /* Whether a path that nothing needs is there at first; 2: a folder. */
    int (*exists)(const char *path);
    /* An action would run, or cannot (`error`): in the order of the build.
     * Paths in the reasons are those of the graph. */
    void (*told)(void *ctx, struct action_id action,
                 const struct exec_reason *reasons, uint32_t count,
                 const char *error);
    void *ctx;
};

bool simulate_run(const struct simulate *s, struct error *err) EXEC_MUST_CHECK;

#endif
