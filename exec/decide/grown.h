/* SPDX-License-Identifier: MIT */
/*
 * What actions made in earlier builds because their dyndep files said so. As long
 * as such a file is not read again the graph does not tell, and who reads what
 * they made would take it for a source. See spec/build/dyndep.md.
 */
#ifndef EXEC_DECIDE_GROWN_H
#define EXEC_DECIDE_GROWN_H

#include "exec/decide/record.h"

struct grown;

/* Of those growers of the judge (judge_set_growers) that are not known to be
 * clean: what a clean one made is as it should be. */
struct grown *grown_create(struct judge *judge);
/* NULL is fine. */
void grown_destroy(struct grown *grown);

/* Adds the actions (struct action_id) that made a file, or one in a group, and
 * that nothing of the graph makes. */
void grown_find(struct judge *judge, struct node node, struct vec *makers);
/* The same for all that an action reads; its last manifest was read. */
void grown_find_all(struct judge *judge, struct action_id action,
                    struct vec *makers);

#endif
