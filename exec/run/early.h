/* SPDX-License-Identifier: MIT */
/*
 * Commands start while the root is still looked at: those whose sources are known
 * to differ, and that need nothing that might have to run before them. Then the
 * rest of the build is as ever.
 */
#ifndef EXEC_RUN_EARLY_H
#define EXEC_RUN_EARLY_H

#include "exec/run/pass.h"
#include "exec/run/shortcut.h"

struct early {
    struct shortcut *shortcut;
    struct pass *pass;
    struct judge *judge;
    const struct graph *graph;
    const struct exec_build *build;
    const struct exec_result *result;
    bool by_need; /* rows may be read one by one, if few are needed */
    bool *began;  /* set by early_run: something was */
};

/* Until all has been looked at, or the build is interrupted. False if the records
 * turn out to be unreadable. */
bool early_run(struct early *early, struct error *err) EXEC_MUST_CHECK;

#endif
