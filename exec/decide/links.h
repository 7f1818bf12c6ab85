/* SPDX-License-Identifier: MIT */
/*
 * Inputs that are links to what other actions make. Whoever reads a link reads
 * what it leads to, and so depends on it: it has to wait for the one that makes
 * it, also where that leaves the link alone. The same is true of what is reached
 * through a folder that is a link.
 */
#ifndef EXEC_DECIDE_LINKS_H
#define EXEC_DECIDE_LINKS_H

#include "exec/decide/attempt.h"

/* Adds to what was discovered, under the kinds of the link's own edge, each file
 * on the way from one of the inputs that an action of the graph makes; then sorts
 * the list. All inputs must be signed. */
bool links_discover(struct judge *judge, struct attempt *attempt,
                    struct error *err) EXEC_MUST_CHECK;

/* What a judge remembers of folders: which are links. NULL is fine. */
void links_forget(struct links *links);

#endif
