/* SPDX-License-Identifier: MIT */
/*
 * The plan's nodes (actions by their ids, groups behind them), and how groups
 * hang together with the others.
 */
#ifndef EXEC_RUN_PLAN_GROUPS_H
#define EXEC_RUN_PLAN_GROUPS_H

#include "exec/base/rows.h"
#include "exec/graph/graph.h"

#define PLAN_NODE_NONE UINT32_MAX

/* The plan's node for a node of the graph; PLAN_NODE_NONE for a plain file. */
uint32_t plan_node_index(const struct graph *g, struct node node);

/* Validations are wanted and nothing else. */
bool plan_edge_orders(const struct edge *edge);

struct plan_groups {
    struct rows users;       /* by group: actions that have it as an input */
    struct rows memberships; /* by node: groups that it is in, and for each
                                member of them once; no starts: no groups */
};

/* Found once, if there are groups at all. */
struct plan_groups plan_groups_make(const struct graph *g);
void plan_groups_finish(struct plan_groups *groups);

#endif
