/* SPDX-License-Identifier: MIT */
/*
 * The present against the last manifest: what the graph says of an action, and
 * the reasons that lie in files and nodes.
 */
#ifndef EXEC_DECIDE_COMPARE_H
#define EXEC_DECIDE_COMPARE_H

#include "exec/decide/record.h"

/* The inputs and nodes of an action as the graph has them, sorted. */
void compare_collect(struct judge *judge, const struct action *a,
                     struct manifest *manifest);
/* Reads the last manifest into judge->last. */
void compare_read_last(struct judge *judge, const struct record *record);
/* Adds the reasons that lie in the files and nodes of judge->last.
 * *rebase: existence moved in a way that is no reason, but the next baseline. */
void compare_manifest(struct judge *judge, const struct action *a,
                      const struct record *record, bool *rebase);

/* In a dry run: true if what makes the file would have run. */
bool compare_would_be_made(struct judge *judge, uint32_t file);

#endif
