/* SPDX-License-Identifier: MIT */
/* Rows of the history as the facade tells them; see exec/history.h. */
#ifndef EXEC_DECIDE_HISTORY_H
#define EXEC_DECIDE_HISTORY_H

#include "exec/history.h"
#include "exec/state/past.h"

bool history_runs(struct state *state, exec_run_fn *call, void *ctx,
                  struct error *err) EXEC_MUST_CHECK;
bool history_action_runs(struct state *state, uint64_t run,
                         const struct exec_action_run_sink *sink,
                         struct error *err) EXEC_MUST_CHECK;
bool history_action_run(struct state *state, const char *key, uint64_t run,
                        const struct exec_action_run_sink *sink,
                        struct error *err) EXEC_MUST_CHECK;
/* The graph version of a run. */
bool history_graph_of(struct state *state, uint64_t run, uint64_t *graph,
                      struct error *err) EXEC_MUST_CHECK;
/* Says that an action has no such run; always false. */
bool history_is_missing(const char *key, uint64_t run, struct error *err);

#endif
