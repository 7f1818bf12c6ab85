/* SPDX-License-Identifier: MIT */
/* How the database is, for people: its size, and whether it is sound. */
#ifndef EXEC_STATE_EXAMINE_H
#define EXEC_STATE_EXAMINE_H

#include "exec/state/state.h"

struct state_condition {
    int64_t bytes;
    int64_t unused_bytes;
    uint32_t runs;
    char *damage; /* malloc'ed: the first thing that is wrong; NULL: sound */
};

/* Reads every page. The state must be open. */
void state_examine(struct state *state, struct state_condition *condition);
void state_condition_finish(struct state_condition *condition);

#endif
