/* SPDX-License-Identifier: MIT */
/* Behind exec_discovered_open. */
#ifndef EXEC_DECIDE_DISCOVERED_H
#define EXEC_DECIDE_DISCOVERED_H

#include "exec/decide/index.h"
#include "exec/history.h"
#include "exec/state/state.h"

/* With an index, taken over, whose rows are those of the graph; or without one
 * (NULL). */
struct exec_discovered *
discovered_create(struct state *state, const struct graph *g,
                  const struct index *index, const char *root);

#endif
