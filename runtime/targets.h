/* SPDX-License-Identifier: MIT */
/* Target words as far as they are typed: what completion offers. */
#ifndef RUNTIME_TARGETS_H
#define RUNTIME_TARGETS_H

#include "exec/exec.h"

struct targets_wanted {
    const char *typed;  /* the word so far, as seen from `folder` */
    const char *folder; /* the person's, below the root; "" for the root */
    bool sources;       /* also files that no action makes */
};

/*
 * Adds a row of zero-terminated words, sorted, each once: the outputs, named
 * actions and groups (with ':' in front if one was typed) that begin with what
 * was typed. As file names are completed, a path ends behind the next '/'; a
 * folder that is the only candidate is entered. Takes time linear in the graph.
 */
void targets_complete(const struct graph *g,
                      const struct targets_wanted *wanted, struct buffer *row);

#endif
