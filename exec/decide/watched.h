/* SPDX-License-Identifier: MIT */
/*
 * The watched folders of an action, listed and compared, and its predicates
 * asked about what happened there.
 */
#ifndef EXEC_DECIDE_WATCHED_H
#define EXEC_DECIDE_WATCHED_H

#include "exec/decide/record.h"

/* Reads the watched folders, asks the predicates about each event, and adds
 * the reasons. False with err, or with *stale. */
bool watched_judge(struct judge *judge, const struct action *a,
                   struct record *record, bool *stale,
                   struct error *err) EXEC_MUST_CHECK;
/* The listings that an attempt will store, read now where they are not. */
void watched_prepare(struct judge *judge, const struct action *a,
                     struct record *record);
/* True if nothing happened in the folder since the listing that is stored. */
bool watched_is_still(struct judge *judge, const struct record *record,
                      const struct watch *watch);

#endif
