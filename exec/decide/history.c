/* SPDX-License-Identifier: MIT */
#include "exec/decide/history.h"

#include "exec/decide/reasons.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

/* --- Runs ------------------------------------------------------------------ */

/* Hands a row on in the words of the facade. */
struct run_call {
    exec_run_fn *call;
    void *ctx;
};

static void
tell_run(void *ctx, const struct state_run *row)
{
    const struct run_call *to = ctx;
    const struct exec_run run = {
        .id = row->id,
        .started_unix_us = row->started_unix_us,
        .ended_unix_us = row->ended_unix_us,
        .exit_status = row->exit_status,
        .ran = row->ran,
        .failed = row->failed,
        .up_to_date = row->up_to_date,
        .cut_off = row->cut_off,
        .graph = row->graph,
        .arguments = row->arguments,
    };
    to->call(to->ctx, &run);
}

bool
history_runs(struct state *state, exec_run_fn *call, void *ctx,
             struct error *err)
{
    struct run_call to = {call, ctx};
    return state_list_runs(state, tell_run, &to, err);
}

/* The graph of one run. */
struct graph_search {
    uint64_t run;
    uint64_t graph;
    bool found;
};

/* One of at most fifty rows. */
static void
match_run(void *ctx, const struct state_run *row)
{
    struct graph_search *search = ctx;
    if (row->id == search->run) {
        search->found = true;
        search->graph = row->graph;
    }
}

bool
history_graph_of(struct state *state, uint64_t run, uint64_t *graph,
                 struct error *err)
{
    struct graph_search search = {.run = run};
    if (!state_list_runs(state, match_run, &search, err)) {
        return false;
    }
    *graph = search.graph;
    if (search.found && search.graph != 0) {
        return true;
    }
    error_set(err, ERROR_CLASS_USAGE,
              search.found ? "the graph of run %" PRIu64 " is not known"
                           : "there is no run %" PRIu64,
              run);
    error_set_help(err, search.found ? "it was killed before its end"
                                     : "ronin runs lists those that are kept");
    return false;
}

/* --- Runs of actions ---------------------------------------------------------- */

/* A record that was begun and never ended counts as a failure here. */
static enum action_status
status_of(const struct state_action_run *row)
{
    switch (row->status) {
    case RECORD_VALID:
    case RECORD_UNSETTLED:
        return STATUS_OK;
    case RECORD_INTERRUPTED:
        return STATUS_INTERRUPTED;
    case RECORD_FAILED:
    case RECORD_STARTED:
    case RECORD_NONE:
        break;
    }
    return row->signal != 0 ? STATUS_KILLED : STATUS_FAILED;
}

static void
tell_action_run(void *ctx, const struct state_action_run *row)
{
    const struct exec_action_run_sink *to = ctx;
    uint32_t count = 0;
    struct exec_reason *reasons = reasons_load(row->reasons, &count);
    const struct exec_action_run action_run = {
        .key = row->key,
        .run = row->run,
        .started_unix_us = row->started_unix_us,
        .duration_us = row->duration_us,
        .cpu_us = row->cpu_us,
        .peak_kib = row->peak_kib,
        .exit_code = row->exit_code,
        .signal = row->signal,
        .status = status_of(row),
        .output = row->output.bytes,
        .output_len = row->output.len,
        .reasons = reasons,
        .reason_count = count,
    };
    to->call(to->ctx, &action_run);
    free(reasons);
}

bool
history_action_runs(struct state *state, uint64_t run,
                    const struct exec_action_run_sink *sink, struct error *err)
{
    struct exec_action_run_sink to = *sink;
    return state_list_action_runs(state, run, tell_action_run, &to, err);
}

bool
history_action_run(struct state *state, const char *key, uint64_t run,
                   const struct exec_action_run_sink *sink, struct error *err)
{
    assert(key);
    struct exec_action_run_sink to = *sink;
    struct state_action_run row;
    char *text = NULL;
    if (!state_find_action_run(state, key, run, &row, &text)) {
        return history_is_missing(key, run, err);
    }
    row.key = key;
    tell_action_run(&to, &row);
    free(text);
    return true;
}

bool
history_is_missing(const char *key, uint64_t run, struct error *err)
{
    if (run != 0) {
        error_set(err, ERROR_CLASS_USAGE,
                  "%s did not run in run %" PRIu64 ", as far as is recorded",
                  key, run);
        error_set_help(err, "without --run it is about the last time it ran; "
                            "ronin runs lists what is kept");
        return false;
    }
    error_set(err, ERROR_CLASS_USAGE,
              "no run of %s is recorded, so there is nothing to explain", key);
    error_set_help(err, "build it first, or look at the spelling");
    return false;
}
