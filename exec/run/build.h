/* SPDX-License-Identifier: MIT */
/* A whole build, from generators to orphans; behind exec_build. */
#ifndef EXEC_RUN_BUILD_H
#define EXEC_RUN_BUILD_H

#include "exec/exec.h"
#include "exec/run/dynout.h"

struct build_base {
    struct state *state;
    struct dynouts *dynouts;
    const char *root;
    const char *build_file;
};

/* As exec_build. */
bool build_run(const struct build_base *base, struct graph **graph,
               const struct exec_build *build, struct exec_result *result,
               struct error *err) EXEC_MUST_CHECK;

#endif
