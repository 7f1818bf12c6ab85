/* SPDX-License-Identifier: MIT */
/*
 * The inner loop of a build: takes ready actions from the plan, has them
 * judged, runs the steps of those that are dirty, and settles them. It knows
 * one current graph; when dynouts have got other values than that was made
 * with, it ends and asks for a new one, while commands go on. A run that began
 * under an older graph is finished and recorded under its own, and its action
 * judged once more under the current one.
 */
#ifndef EXEC_RUN_PASS_H
#define EXEC_RUN_PASS_H

#include "exec/decide/judge.h"
#include "exec/run/dynout.h"
#include "exec/run/loop.h"
#include "exec/run/plan.h"
#include "exec/run/step.h"

struct jobserver;
struct pass;

struct pass_options {
    struct loop *loop;
    struct steps *steps;
    struct judge *judge;
    struct state *state;
    struct dynouts *dynouts;
    struct jobserver *jobserver;
    const uint8_t *settled; /* by action of the first graph: known to be clean;
                               NULL: none */
    const struct rows *settled_needs; /* what those need beside the graph */
    const struct exec_host *host;
    const struct exec_build *build;
    struct exec_result *result; /* counted up as things happen */
    int64_t began_us;
};

/* The graph stays the caller's until pass_set_graph. */
struct pass *
pass_create(const struct pass_options *options, struct graph *graph);
/* Waits for nothing: no run may be left. A graph that has grown goes, the one
 * of the host stays. NULL is fine. */
void pass_destroy(struct pass *pass);

/* Goes on with another graph; the old one is destroyed when its last run has
 * ended. Nothing of it is wanted yet. */
void pass_set_graph(struct pass *pass, struct graph *graph);
/* True if PASS_RELOAD asks for pass_grow, and not for a new graph of the host. */
bool pass_grows(const struct pass *pass);
/* Reads the dyndep files that are there and goes on with the graph that has
 * what they name. The host's own lives on: pass_base_graph. */
bool pass_grow(struct pass *pass, const char *root, struct graph **graph,
               struct error *err) EXEC_MUST_CHECK;
/* The graph that the host made. */
struct graph *pass_base_graph(const struct pass *pass);
/* The graph came out the same: what waited for a new one goes on. */
void pass_keep_graph(struct pass *pass);
void pass_want(struct pass *pass, struct node node);
/* Wants those that made the file, or files of the group, because a dyndep file said
 * so that is to be read anew. */
void pass_want_growers(struct pass *pass, struct node node);
/* Whether what is wanted from now on is only what makes the build file. */
void pass_set_goal(struct pass *pass, bool sources);
/* Finds out which of all that is wanted will run. Dyndep files that are there, and
 * stay as they are, are to be read first: then pass_grows is true. */
void pass_foresee(struct pass *pass);
/* Whether other things will be wanted after what is wanted now. */
void pass_expect_more(struct pass *pass, bool more);
/* Wants all dynouts of the graph; false if none of them can be resolved any
 * more: all are, or what they need failed or is missing. */
bool pass_want_dynouts(struct pass *pass);

enum pass_end {
    PASS_DONE,   /* all that could be done is done, and nothing runs */
    PASS_RELOAD, /* needs a new graph, or one that has grown; commands may be
                    running */
    PASS_FAILED  /* cannot go on, err says why; nothing runs */
};
enum pass_end pass_run(struct pass *pass, struct error *err) EXEC_MUST_CHECK;

/* Starts nothing any more and ends what runs by a signal. */
void pass_stop(struct pass *pass, int signal);
bool pass_is_stopped(const struct pass *pass);
/* Waits for what runs, without starting anything. */
void pass_drain(struct pass *pass);

/* True while actions with missing inputs wait for dynouts that might explain
 * them; pass_run judges them again. */
bool pass_has_deferred(const struct pass *pass);
/* No dynout can help: false with the error of the first such action. */
bool pass_check_deferred(struct pass *pass, struct error *err) EXEC_MUST_CHECK;
/* The same when the build has failed anyway: each of them fails. */
void pass_fail_deferred(struct pass *pass);

/* The actions that are settled, as struct action_id; the vec is the caller's. */
struct vec pass_settled(const struct pass *pass);
/* How many actions are wanted by now. */
uint32_t pass_wanted(const struct pass *pass);
/* Sends an event with counts and time filled in. */
void pass_send(struct pass *pass, struct exec_event *event);

#endif
