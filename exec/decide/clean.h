/* SPDX-License-Identifier: MIT */
/* Removing recorded outputs on request; behind exec_clean. */
#ifndef EXEC_DECIDE_CLEAN_H
#define EXEC_DECIDE_CLEAN_H

#include "exec/decide/tree.h"
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

/* Where recorded outputs are, and what does not count in folders. */
struct clean_scope {
    struct state *state;
    const char *root;
    struct tree_filter filter;
};
/* True if a recorded output may be removed: it is below the root, reached
 * through no link, and as it was recorded. */
bool clean_may_remove(const struct clean_scope *scope, const char *path,
                      uint32_t version);
/* True if a file that no action of the graph makes or reads is a depfile that
 * speaks of an output: nothing else tells whose it is. */
bool clean_is_depfile_of(const struct clean_scope *scope, const struct graph *g,
                         const char *path, const char *output);
/* Removes an output, a folder with all in it that counts, and the folders above
 * it that ronin made and that are empty then. */
bool clean_remove(const struct clean_scope *scope, const char *path,
                  bool *is_gone, struct error *err) EXEC_MUST_CHECK;

#endif
