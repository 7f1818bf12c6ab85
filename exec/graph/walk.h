/* SPDX-License-Identifier: MIT */
/*
 * Walks over a sealed graph: what a target needs, and what needs it. Iterative
 * and linear; order is the graph's own, so results are the same on every run.
 */
#ifndef EXEC_GRAPH_WALK_H
#define EXEC_GRAPH_WALK_H

#include "exec/graph/graph.h"

/* A set of actions, in the order found (inputs before their users). */
struct action_list {
    struct action_id *ids; /* malloc'ed */
    uint32_t count;
};
void action_list_finish(struct action_list *list);

/* All actions that the nodes need, themselves included, each once, inputs
 * first. Groups and validations are followed. */
struct action_list
walk_needed(const struct graph *g, const struct node *nodes, uint32_t count);

/* For each action the greatest sum of costs on a way from it to what nothing
 * uses, its own included: the longer, the sooner it should run. Both arrays are
 * by action. */
void
walk_longest(const struct graph *g, const uint64_t *costs, uint64_t *longest);

/* All actions that depend on a node, directly or not, each once. */
struct action_list walk_users(const struct graph *g, struct node node);

#endif
