/* SPDX-License-Identifier: MIT */
/*
 * What the state remembers of earlier runs, and how it forgets: runs of
 * actions, versions of the graph. The rest of the state is in state.h.
 */
#ifndef EXEC_STATE_PAST_H
#define EXEC_STATE_PAST_H

#include "exec/state/state.h"

/* --- History --------------------------------------------------------------------- */

struct state_action_run {
    uint64_t id;     /* reading only */
    const char *key; /* reading only */
    uint64_t run;
    int64_t started_unix_us;
    int64_t duration_us;
    int64_t cpu_us;
    int64_t peak_kib;
    int exit_code;
    int signal;
    enum record_status status;
    struct slice output;
    uint32_t warnings;    /* writing only: in the output of a success */
    struct slice reasons; /* code, subject, before, after: each
                                  zero-terminated, "" for none */
    uint32_t manifest;    /* reading only; 0: it did not succeed */
    uint32_t previous;    /* reading only; 0: there was none */
};

/* One more run of an action; its manifests are those that the record has and
 * had. */
bool state_add_action_run(struct state *state, const char *key,
                          const struct state_action_run *action_run,
                          struct error *err) EXEC_MUST_CHECK;
/* The latest run of an action, or the one in `run` if that is not 0; false if
 * there is none. *text holds output and reasons, malloc'ed. */
bool state_find_action_run(struct state *state, const char *key, uint64_t run,
                           struct state_action_run *action_run, char **text);

typedef void state_run_fn(void *ctx, const struct state_run *run);
typedef void
state_action_run_fn(void *ctx, const struct state_action_run *action_run);
typedef void state_removed_fn(void *ctx, const char *path);
typedef void state_warned_fn(void *ctx, const char *key, uint32_t count);
/* The actions of this build file that told warnings when they ran last, if that
 * was a success. For builds alone: older tables have none. */
bool state_list_warned(struct state *state, state_warned_fn *call, void *ctx,
                       struct error *err) EXEC_MUST_CHECK;
/* The runs of this build file that are kept, the oldest first. */
bool state_list_runs(struct state *state, state_run_fn *call, void *ctx,
                     struct error *err) EXEC_MUST_CHECK;
/* The actions of one run of this build file, as they ended; run 0: the latest
 * of each action. */
bool state_list_action_runs(struct state *state, uint64_t run,
                            state_action_run_fn *call, void *ctx,
                            struct error *err) EXEC_MUST_CHECK;
/* The outputs that a run removed. */
bool
state_list_removed(struct state *state, uint64_t run, state_removed_fn *call,
                   void *ctx, struct error *err) EXEC_MUST_CHECK;

/* What a successful run of an action took. */
struct state_cost {
    const char *key;
    int64_t duration_us;
    int64_t peak_kib;
};
typedef void state_cost_fn(void *ctx, const struct state_cost *cost);
/* Calls back with the latest successful runs, at most `limit`, the newest
 * first. */
bool state_load_costs(struct state *state, uint64_t limit, state_cost_fn *call,
                      void *ctx, struct error *err) EXEC_MUST_CHECK;

/* --- Graph versions ------------------------------------------------------------------ */

/* The newest graph version of this build file: its number, hash and text
 * (malloc'ed, see decide/lineage.h); false if there is none. */
bool state_last_graph(struct state *state, uint64_t *id, struct hash128 *hash,
                      char **text, size_t *len);
/* The number of the newest; 0 if there is none. */
uint64_t state_newest_graph(struct state *state);
/* Adds a version, which the run is one of; the one before it becomes a
 * difference to it. */
bool
state_add_graph(struct state *state, struct hash128 hash, struct slice text,
                struct slice difference, struct error *err) EXEC_MUST_CHECK;
/* Says that the run is one of the newest version. */
bool state_use_graph(struct state *state, uint64_t id,
                     struct error *err) EXEC_MUST_CHECK;
typedef void state_graph_fn(void *ctx, uint64_t id, struct slice text);
/* The newest graph version, then the differences back to version `down_to`. */
bool
state_list_graphs(struct state *state, uint64_t down_to, state_graph_fn *call,
                  void *ctx, struct error *err) EXEC_MUST_CHECK;

/* --- Forgetting ------------------------------------------------------------------------ */

#define STATE_RUNS_KEPT 50
#define STATE_BYTES_KEPT (INT64_C(256) << 20)

struct state_kept {
    uint32_t runs; /* so many runs at most */
    int64_t bytes; /* and not more than so much, 0: whatever it takes */
};
struct state_pruned {
    uint32_t runs;
    int64_t bytes_before;
    int64_t bytes_after;
};
/* Forgets old runs and gives their room back. The lock must be held. */
bool
state_prune(struct state *state, const struct state_kept *kept,
            struct state_pruned *pruned, struct error *err) EXEC_MUST_CHECK;

/* --- Watched trees -------------------------------------------------------------------- */

/* The listing of a watched folder as the action last knew it, malloc'ed; false
 * if there is none. */
bool state_find_listing(struct state *state, const char *key, const char *dir,
                        char **listing, size_t *len);
bool state_put_listing(struct state *state, const char *key, const char *dir,
                       struct slice listing, struct error *err) EXEC_MUST_CHECK;

#endif
