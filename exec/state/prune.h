/* SPDX-License-Identifier: MIT */
/* Forgetting what no run of the last ones needs. */
#ifndef EXEC_STATE_PRUNE_H
#define EXEC_STATE_PRUNE_H

#include "exec/state/store.h"

/* Within the transaction that ends a run. Failures are those of
 * the database and show at the next write. */
void prune_state(struct state *state, uint64_t run);

#endif
