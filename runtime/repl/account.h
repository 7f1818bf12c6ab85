/* SPDX-License-Identifier: MIT */
/* How one graph differs from another, in numbers. */
#ifndef RUNTIME_REPL_ACCOUNT_H
#define RUNTIME_REPL_ACCOUNT_H

#include "runtime/additions.h"

struct account {
    uint32_t added;
    uint32_t removed;
    uint32_t changed;
};

/* Actions are the same by their keys, and changed if anything of them that
 * decides a build is another. A graph that is NULL has none. Of actions that were
 * typed (NULL: none) nothing is told. */
struct account account_of(const struct graph *before, const struct graph *after,
                          const struct additions *typed);

/* "+2 -1 ~3 actions", "the same actions" */
void account_describe(const struct account *account, struct buffer *out);

#endif
