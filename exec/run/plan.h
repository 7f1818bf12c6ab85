/* SPDX-License-Identifier: MIT */
/*
 * Which actions come next. Pure: no I/O and no clock; the build feeds it
 * results. A wanted action is in one state and moves to the right, but for one
 * that is found to wait for more:
 *
 *     waiting -> ready -> taken -> settled | failed
 *        |         ^________|
 *        '-> not run: something that it needs failed
 *
 * Ready actions come in the order of the graph, or in one that the plan is
 * given (schedule.h); so do those that wait for a place in their pool. Groups are nodes like actions,
 * so that a large group costs its size once and not once for each user.
 */
#ifndef EXEC_RUN_PLAN_H
#define EXEC_RUN_PLAN_H

#include "exec/base/rows.h"
#include "exec/graph/graph.h"

struct plan;

enum plan_state {
    PLAN_UNWANTED,
    PLAN_WAITING,
    PLAN_READY,
    PLAN_TAKEN,
    PLAN_SETTLED,
    PLAN_FAILED,
    PLAN_NOT_RUN
};

struct plan_counts {
    uint32_t wanted; /* actions, without groups and phony ones */
    uint32_t ready;  /* and not waiting for a place in their pool */
    uint32_t taken;
    uint32_t settled;
    uint32_t failed;
    uint32_t not_run;
};

/* The graph must be sealed and outlive the plan. */
struct plan *plan_create(const struct graph *g);
void plan_destroy(struct plan *plan);

/* By action: those that are known to be clean, as is all that could make them
 * dirty. They are settled as soon as they are wanted; `needs` has, by action,
 * others that it is known to need. To be told, once, before anything is wanted;
 * both must outlive the plan. */
void plan_settle_before(struct plan *plan, const uint8_t *settled,
                        const struct rows *needs);
/* One that was, and was not returned yet, or ACTION_NONE. */
struct action_id plan_take_settled(struct plan *plan);

/* Wants a node and all that it needs; a file without a producer needs
 * nothing. */
void plan_want(struct plan *plan, struct node node);

/* The action was done under another graph: it counts as wanted, once, also if
 * nothing needs it any more. */
void plan_count_done(struct plan *plan, struct action_id action);

enum plan_state plan_state(const struct plan *plan, struct action_id action);
struct plan_counts plan_counts(const struct plan *plan);
/* True if something that the action reads was made anew in this run. */
bool plan_is_touched(const struct plan *plan, struct action_id action);

/* Another order of ready actions: the place of each action, a permutation, which
 * the plan takes over. */
void plan_set_order(struct plan *plan, uint32_t *places);

/* Takes the first ready action, and a place in its pool; ACTION_NONE when all
 * wait for taken ones (or for a reload). */
struct action_id plan_take(struct plan *plan);
/* Takes an action that is neither settled nor failed, ready or not, without a
 * place in its pool being asked for: it runs already. What it needs becomes wanted
 * when it does. */
void plan_adopt(struct plan *plan, struct action_id action);
/* Puts a taken action back: it is ready again, or waits, or is not run if
 * something that it was found to wait for has failed. One that was adopted and that
 * nobody wants is unwanted again. */
void plan_put_back(struct plan *plan, struct action_id action);
/* The same in two halves: a held action waits until it is released. */
void plan_hold(struct plan *plan, struct action_id action);
void plan_release(struct plan *plan, struct action_id action);

/* A taken action is up to date or has run; having run touches its users. */
void plan_settle(struct plan *plan, struct action_id action, bool ran);
/* A taken or wanted action failed: whatever needs it is not run. */
void plan_fail(struct plan *plan, struct action_id action);
/* An action that is not run and was not returned yet, or ACTION_NONE. */
struct action_id plan_take_not_run(struct plan *plan);

enum plan_wait {
    PLAN_WAIT_ADDED, /* or the other one failed: plan_put_back tells */
    PLAN_WAIT_NONE,  /* it is settled already */
    PLAN_WAIT_CYCLE  /* the other waits for this one: nothing was added */
};
/* Orders a taken action behind another one, which becomes wanted. To be
 * followed by plan_put_back. */
enum plan_wait plan_wait_for(struct plan *plan, struct action_id action,
                             struct action_id producer);

#endif
