/* SPDX-License-Identifier: MIT */
/*
 * Paths that ronin or an action of the graph writes: outputs of now and of
 * earlier, depfiles, response files, and the folders above them. Whoever looks
 * at a folder as a whole passes them over.
 */
#ifndef EXEC_DECIDE_OURS_H
#define EXEC_DECIDE_OURS_H

#include "exec/graph/graph.h"
#include "exec/state/state.h"

struct ours;

/* Of a sealed graph, which must stay. */
struct ours *ours_create(const struct graph *g, struct state *state);
/* NULL is fine. */
void ours_destroy(struct ours *ours);

/* True for those paths alone. What an action makes in a folder that is its
 * output is the folder's content, and not among them. */
bool ours_has(const struct ours *ours, const char *path);
/* True as well for what is in a folder that is an output. */
bool ours_made(const struct ours *ours, const char *path);

/* The folder on the way to a path that is an output of the graph, and the
 * nearest; FILE_NONE if there is none. */
struct file_id ours_output_above(const struct graph *g, const char *path);
/* The same if whoever makes it makes the path by that, else FILE_NONE. Not of what
 * ninja knows: there a name that stands for others may be that of a folder, too. */
struct file_id ours_folder_of(const struct graph *g, const char *path);

#endif
