/* SPDX-License-Identifier: MIT */
/*
 * Snapshots of graphs that earlier runs were made from, for questions about them.
 * At the end of a run the snapshot gets a second name, "graph-DIGITS-VERSION": a
 * link, so that it takes no room while it is the present one, and stays when the
 * next graph takes the first name. The number is that of the database.
 */
#ifndef EXEC_GRAPH_VERSIONS_H
#define EXEC_GRAPH_VERSIONS_H

#include "exec/graph/graph.h"

/* Keeps the snapshot as this version, and forgets the oldest versions where there
 * are many. A failure loses an answer, so it is not reported. */
void versions_keep(const char *snapshot, uint64_t version);
/* A version that is kept, or NULL; graph_destroy frees it. */
struct graph *
versions_load(const char *snapshot, uint64_t version, const char *program);

#endif
