/* SPDX-License-Identifier: MIT */
/*
 * Graphs that are kept from one run to the next, as seen from outside; a part
 * of the facade (exec.h includes it). What a snapshot is made of is told in
 * exec/graph/snapshot.h.
 */
#ifndef EXEC_SNAPSHOTS_H
#define EXEC_SNAPSHOTS_H

#include "exec/graph/graph.h"

struct exec;

/* Keeps a sealed graph for the next start, with the files that it was made
 * from: zero-terminated paths one after the other, and the hash of each text, zero
 * for a file that was not there. Failure is only a loss of speed, so it is not
 * reported. */
void exec_snapshot_save(struct exec *exec, const struct graph *graph,
                        struct slice sources, const struct hash128 *read);
/* The hash of the file that the graph was saved to, or came from; zero if there is
 * none. Where it is the same, so are all texts that the graph was made from. */
struct hash128 exec_snapshot_hash(const struct exec *exec);
/* The graph of the last save, or NULL if there is none, if one of its sources
 * or the program version changed, or if a dynout that it used has another
 * value by now. graph_destroy frees it. *sources is what was saved with it,
 * valid until exec_close. */
struct graph *exec_snapshot_load(struct exec *exec, struct slice *sources);
/* The graph of the last save, whatever has changed since; NULL if there is
 * none. For what need not be exact, such as completion. */
struct graph *exec_snapshot_last(const struct exec *exec);

#endif
