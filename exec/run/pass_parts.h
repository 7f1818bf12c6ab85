/* SPDX-License-Identifier: MIT */
/*
 * What the files of the pass share: pass.c has its life and its loop,
 * pass_start.c judges and starts, pass_end.c takes up what has ended, early.c
 * begins before all is known. Nobody
 * else includes this.
 */
#ifndef EXEC_RUN_PASS_PARTS_H
#define EXEC_RUN_PASS_PARTS_H

#include "exec/base/vec.h"
#include "exec/run/admit.h"
#include "exec/run/outlook.h"
#include "exec/run/pass.h"
#include "exec/run/schedule.h"

/* A graph and the runs that began under it. */
struct held {
    struct graph *graph;
    uint32_t run_count;
    bool retired; /* another one is current: destroyed with its last run */
    bool is_base; /* the current one grew out of it: not destroyed yet */
};

/* An action between judge_begin and judge_finish. */
struct running {
    struct held *held;
    struct action_id began_as; /* in the held graph */
    struct action_id action;   /* in the current graph, or ACTION_NONE */
    struct attempt *attempt;
    struct step_run *run; /* once it has started */
    bool has_command;     /* it takes one of the places of -j */
    uint64_t peak_kib;    /* as expected; 0: not worth a thought */
    uint64_t expected_us; /* how long it is expected to run */
    int64_t begun_us;
    struct running *next;
    struct running *previous;
};

/* What became of an action in this run, over all graphs. */
enum told {
    TOLD_NOTHING,
    TOLD_NOT_RUN, /* what it needs failed: not finished */
    TOLD,         /* an event said how it ended */
    TOLD_CLEAN,   /* and counted it as up to date */
    TOLD_CUT_OFF, /* or as cut off */
    TOLD_RAN      /* or its steps were a success */
};

/* What the events tell of what is to come. */
struct look_ahead {
    bool more_follows; /* what is wanted now is not all: pass_expect_more */
    bool is_early;     /* what is expected is not known yet */
    bool grower_waits; /* a dyndep file of what is not wanted is to be read */
    struct outlook outlook;
    struct exec_outlook told; /* as events have it */
    int64_t made_us;          /* 0: never */
    int64_t spent_us;         /* on actions that ended well */
    uint32_t spent_count;
};

struct pass {
    struct pass_options options;
    struct held *held; /* the current graph */
    struct held *base; /* the host's, where the current one grew out of it */
    struct plan *plan;
    const uint8_t *before; /* what the plan was told to be settled before */
    uint8_t *told;         /* by action: enum told */
    uint8_t *expected;     /* by action: it will run, runs or ran */
    uint32_t expected_count;
    uint32_t started_before; /* pass_set_goal with sources */
    bool is_for_sources;
    struct vec pretended; /* struct action_id: of a dry run, in their order, */
    uint32_t pretended_done; /* and so many of them are settled */
    struct vec dynouts;      /* struct action_id: all of the graph */
    struct vec waiting;      /* struct action_id: dynouts with a new value */
    struct vec deferred; /* struct action_id: missing inputs that a dynout may
                            explain */
    struct vec growers;  /* struct action_id: all with a dyndep file that was
                            not read */
    struct vec growing;  /* struct action_id: of them, those whose file is there
                            to be read */
    struct vec awaiting; /* struct action_id: a dyndep file names what they
                            read, and another one may name who makes that */
    uint8_t *released;   /* by action: true if it awaits nothing any more */
    struct vec begun;    /* struct running *: not yet started */
    struct running *first;
    struct schedule schedule; /* of the current graph, once it is needed */
    bool is_ordered;          /* the plan has an order other than the graph's */
    uint32_t running_count;
    uint32_t command_count; /* of them, those with a command */
    uint32_t jobs;
    uint32_t stale_rounds;
    uint32_t reloads;     /* graphs that came from fresh values */
    uint32_t lost_rounds; /* of them, those without the dynout itself */
    uint32_t started;
    uint32_t finished; /* actions whose end was told, each once */
    uint32_t gone;     /* of them, those that left the graph */
    bool reload;
    bool stopped; /* nothing starts any more */
    bool failed;  /* because of `error` */
    struct error error;
    struct admission admission;
    bool is_held_up; /* by load, memory or tokens: not by -j */
    struct look_ahead ahead;
    struct loop_watch *wake;         /* when that may be otherwise */
    struct loop_watch *stream_timer; /* looks for one that runs alone */
    struct loop_watch *commit_timer;
    struct loop_watch *kill_timer; /* of what --fail-fast asked to end */
};

/* --- What is asked ------------------------------------------------------- */

/* An action of the current graph, and its key. */
const struct action *
pass_action(const struct pass *pass, struct action_id action);
const char *pass_key(const struct pass *pass, struct action_id action);
/* Says where in the build file the action is. */
void pass_set_place(const struct pass *pass, struct action_id action,
                    struct error *err);
bool pass_is_dynout(const struct pass *pass, struct action_id action);
/* A phony action only brings its inputs together: nothing is told of it, and it
 * is not counted. */
bool pass_is_silent(const struct pass *pass, struct action_id action);
/* True while a dyndep file is wanted and may still bring something. */
bool pass_may_grow(const struct pass *pass);
/* True if a dyndep file that is still to be read may name who makes what the
 * action reads. */
bool pass_awaits_growth(const struct pass *pass, struct action_id action);
/* True while a dynout is wanted or could be, and neither resolved in this run
 * nor failed. */
bool pass_may_resolve(struct pass *pass);

/* --- What happens --------------------------------------------------------- */

/* What became of an action is told, in an event or as it is silent; ACTION_NONE
 * if it is not in the graph any more. */
void pass_tell(struct pass *pass, struct action_id action, enum told told);
/* An event about an action (or ACTION_NONE), to be filled in and sent. */
struct exec_event pass_event(enum exec_event_type type, struct action_id action,
                             enum action_status status);
void pass_note(struct pass *pass, struct action_id action, const char *text);
/* An observer of hashes: of small files nobody needs to know. */
void pass_on_hash(void *pass, const char *path);
/* That an action will run, runs or ran; or that it will not. */
void pass_expect(struct pass *pass, struct action_id action, bool runs);
/* A taken action is up to date: tells so, once, and settles it. */
void pass_on_clean(struct pass *pass, struct action_id action);
/* Orders a taken action behind those that make what it discovered in the last run,
 * and puts it back. */
void pass_order_behind(struct judge *judge, struct plan *plan,
                       struct action_id action);
/* What an action made came out the same: those behind it that are up to date by
 * that settle before anything else starts, so that nobody counts them. */
void pass_look_behind(struct pass *pass, struct action_id action);
/* What comes of a taken action that reads what growers made (VERDICT_GROW). */
enum grower_wait {
    GROWERS_WAIT, /* it is ordered behind what makes their files: put it back */
    GROWERS_READ, /* files can be read now: they are in pass->growing */
    GROWERS_UNKNOWN, /* what makes their files would run first: what they will
                        say nobody knows */
    GROWERS_NONE     /* none of the files can be read: judge it again */
};
/* Finds that out for a plan, the own one or that of a trial; `runs` has, by action,
 * what would run, or is NULL. No more of the growers is wanted: they may make it no
 * more. */
enum grower_wait
pass_await_growers(struct pass *pass, struct plan *plan, const uint8_t *runs,
                   struct action_id action);
/* Adds to an event what is known of what is to come. */
void pass_look_ahead(struct pass *pass, struct exec_event *event);
/* The action is up to date or has run: its users may become ready. */
void pass_settle(struct pass *pass, struct action_id action, bool ran);
/* The stored value of a clean dynout holds in this run, too. The build ends if it
 * cannot be read. */
void pass_confirm(struct pass *pass, struct action_id action);
/* The build cannot go on. Takes the error over; the first one is told. */
void pass_fail(struct pass *pass, struct error *err);
/* An error about a taken action before its command started: of the action if
 * it is of class BUILD, else of the whole build. Takes it over. */
void
pass_fail_action(struct pass *pass, struct action_id action, struct error *err);
/* Counts a failure, after which what needs the action is not run, and nothing
 * starts any more if it was one too many. */
void pass_count_failure(struct pass *pass, struct action_id action);
/* A dynout came out different than the graph was made with: its users wait for
 * another graph. `changes` is how often it did so in this run. */
void
pass_ask_values(struct pass *pass, struct action_id action, uint32_t changes);
/* The functions of a taken action are not those of the graph: it is put back,
 * and a new graph asked for; a few times at most. */
void pass_ask_reload(struct pass *pass, struct action_id action);
/* Forgets a run that has ended, and its graph if it was the last of it. */
void pass_unlink(struct pass *pass, struct running *running);
/* Where nothing else is left to be done, lets some of those go on that await
 * growth; false if there are none. */
bool pass_release_awaiting(struct pass *pass);
/* Frees a graph that is not current and has no runs. */
void pass_release_graph(struct held *held);

/* Judges and starts until all places are taken or nothing is ready; true if it
 * only stopped to let other things happen. */
bool pass_start_ready(struct pass *pass);
/* The same before anything is wanted, with actions that need nothing that may
 * run: `next` gives them, or ACTION_NONE. */
void pass_start_early(struct pass *pass, struct action_id (*next)(void *ctx),
                      void *ctx);
/* Goes on with fewer commands at a time where the system has no more. */
void pass_lower_jobs(struct pass *pass);
/* Takes up all runs that have ended. */
void pass_end_all(struct pass *pass);

/* Looks, after a while, whether one action runs alone: it is shown then. */
void pass_watch_lone(struct pass *pass);

/* Records the folders that were made for outputs. */
void pass_note_folders(struct pass *pass);

#endif
