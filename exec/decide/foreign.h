/* SPDX-License-Identifier: MIT */
/*
 * What another program remembers of an action that has no record of its own.
 */
#ifndef EXEC_DECIDE_FOREIGN_H
#define EXEC_DECIDE_FOREIGN_H

#include "exec/decide/record.h"

/* Where there is no record: asks what another program remembers, and puts what
 * it discovered into judge->last. */
void foreign_read(struct judge *judge, struct action_id action);
/* True if that agrees with what is on disk. */
bool foreign_is_clean(struct judge *judge, const struct action *a);
/* Where a record is not true any more: whether another program has made it so
 * since, and what is on disk agrees. */
bool foreign_renews(struct judge *judge, struct action_id action);

#endif
