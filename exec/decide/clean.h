/* SPDX-License-Identifier: MIT */
/* Removing recorded outputs on request; behind exec_clean. */
#ifndef EXEC_DECIDE_CLEAN_H
#define EXEC_DECIDE_CLEAN_H

#include "exec/exec.h"
#include "exec/state/state.h"

struct clean_request {
    const char *root;
    bool dry_run; /* only tells what would be removed */
    void (*removed)(void *ctx, const char *path); /* or NULL */
    void *ctx;
};

/* Removes the recorded outputs of the actions (count 0: of all of the graph),
 * never of generators, never what does not look as it was recorded. */
bool clean_outputs(struct state *state, const struct graph *g,
                   const struct action_list *actions,
                   const struct clean_request *request,
                   struct error *err) EXEC_MUST_CHECK;

/* True if a recorded output may be removed: it is below the root, reached
 * through no link, and as it was recorded. */
bool clean_may_remove(struct state *state, const char *root, const char *path,
                      uint32_t version);

#endif
