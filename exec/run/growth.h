/* SPDX-License-Identifier: MIT */
/*
 * What dyndep files add to the graph: actions that wait for theirs, once it is
 * made, get the inputs and outputs that it names. The graph of the host stays
 * as it is, and is what the next build begins with.
 * See spec/build/dyndep.md.
 */
#ifndef EXEC_RUN_GROWTH_H
#define EXEC_RUN_GROWTH_H

#include "exec/base/vec.h"
#include "exec/graph/graph.h"

/* True if the action is to be grown before it is judged. */
bool growth_is_due(const struct graph *g, struct action_id action);

/* Makes the graph that has, for each of the actions (struct action_id), and
 * for all others with the same dyndep files, what these name. *grown is
 * sealed, and the caller's. False if one cannot be read, says what cannot be,
 * or closes a cycle. */
bool
growth_make(const struct graph *g, const struct vec *actions, const char *root,
            struct graph **grown, struct error *err) EXEC_MUST_CHECK;

#endif
