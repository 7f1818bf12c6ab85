/* SPDX-License-Identifier: MIT */
/*
 * A run as causes and effects: an action that ran because a file changed that
 * another action had made ran because of that one, and so on to what nobody
 * made: an edit, a flag, a deleted output. That is the root cause.
 */
#ifndef RUNTIME_CLI_CAUSES_H
#define RUNTIME_CLI_CAUSES_H

#include "runtime/cli/asking.h"

/* An action that ran in the run. */
struct ran {
    char *key;
    struct action_id action; /* of the present graph, or ACTION_NONE */
    enum action_status status;
    int64_t duration_us;
    struct exec_reason *reasons; /* with copies of the texts */
    uint32_t reason_count;
    uint32_t root; /* place of its root cause */
};

/* A root cause, and what it led to. */
struct root {
    struct exec_reason reason; /* borrowed from one of the actions */
    uint32_t action_count;
    int64_t duration_us;
    uint32_t longest; /* the action that took longest */
};

struct causes {
    const struct graph *graph;
    struct ran *items; /* in the order in which they ended */
    uint32_t count;
    uint32_t cap;
    uint32_t *by_action; /* place + 1 */
    struct root *roots;
    uint32_t root_count;
};

/* Reads a run; the graph must be loaded. */
bool causes_load(struct asking *asking, uint64_t run, struct causes *causes,
                 struct error *err) EXEC_MUST_CHECK;
void causes_finish(struct causes *causes);
/* The action of the run that made what the reason is about; NULL if it is a
 * root cause. */
const struct ran *
causes_behind(const struct causes *causes, const struct exec_reason *reason);
/* The action of the run with that id of the graph; NULL if it did not run. */
const struct ran *
causes_of(const struct causes *causes, struct action_id action);
/* The reason of an action that leads to its root cause. */
const struct exec_reason *
causes_leading(const struct causes *causes, const struct ran *ran);
/* Finds the root cause of each action; the one with most actions first. */
void causes_find_roots(struct causes *causes);

#endif
