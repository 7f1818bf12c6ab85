/* SPDX-License-Identifier: MIT */
/*
 * How the graph came to be what it is: each version of it that runs were made
 * from is kept, as the difference to the one after it. An action is known by
 * its key and the fingerprints of its command, inputs and outputs; so a
 * version tells what changed, and manifests tell how.
 */
#ifndef EXEC_DECIDE_LINEAGE_H
#define EXEC_DECIDE_LINEAGE_H

#include "exec/history.h"
#include "exec/state/past.h"

/* Notes, at the end of a run, which graph it was of, and keeps the snapshot of it
 * (NULL: there is none). */
bool
lineage_record(struct state *state, const struct graph *g, const char *root,
               const char *snapshot, struct error *err) EXEC_MUST_CHECK;
/* Calls back with what differs between two versions, by key. False also when
 * one of them is not kept any more. */
bool lineage_diff(struct state *state, uint64_t before, uint64_t after,
                  const struct exec_graph_sink *sink,
                  struct error *err) EXEC_MUST_CHECK;

#endif
