/* SPDX-License-Identifier: MIT */
/* A whole build, from generators to orphans; behind exec_build. */
#ifndef EXEC_RUN_BUILD_H
#define EXEC_RUN_BUILD_H

#include "exec/exec.h"
#include "exec/run/dynout.h"

/* The graph that the snapshot has, and the hash of the snapshot's file. */
struct kept_graph {
    const struct graph *graph; /* NULL: it has none */
    struct hash128 hash;
    uint32_t dynout_count; /* in the graph */
};

struct shortcut;

struct build_base {
    struct state *state;
    struct dynouts *dynouts;
    const char *root;
    const char *build_file;
    const char *index_path;
    const char *snapshot_path;
    const struct kept_graph *kept; /* a reload moves it on */
    struct shortcut *shortcut; /* what was looked at already, or nothing yet */
};

/* As exec_build_is_done, of a mapped graph. */
bool build_is_done(const struct build_base *base, struct graph *graph,
                   const struct exec_build *build, struct exec_result *result);
/* As exec_build. */
bool build_run(const struct build_base *base, struct graph **graph,
               const struct exec_build *build, struct exec_result *result,
               struct error *err) EXEC_MUST_CHECK;

#endif
