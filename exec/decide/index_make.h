/* SPDX-License-Identifier: MIT */
/* What the judge leaves for the next run: the index of what it knows. */
#ifndef EXEC_DECIDE_INDEX_MAKE_H
#define EXEC_DECIDE_INDEX_MAKE_H

#include "exec/decide/index.h"
#include "exec/decide/judge.h"

struct index_update {
    const char *path;
    const struct index *old; /* of the same graph, checked whole and with its
                                readers open; or NULL */
    const uint8_t *settled;  /* by action: what the old one says of it holds;
                                NULL: of none */
    struct index_claim claim;
    struct hash128 request;   /* zero: what was wanted is not known */
    const struct vec *wanted; /* of struct action_id, ascending */
    bool orphans_done;
    uint32_t warnings;
};

/* Writes the index of this run. A dry run leaves none. */
void judge_save_index(struct judge *judge, const struct index_update *update);

#endif
