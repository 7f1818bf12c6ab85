/* SPDX-License-Identifier: MIT */
/*
 * Runs in a world, played by writing outputs. A verdict is told as text:
 * "clean", "wait", "error", or the codes of the reasons with their subjects.
 */
#ifndef TESTS_LIB_RUNS_H
#define TESTS_LIB_RUNS_H

#include "tests/lib/world.h"

static inline void
world_open(struct world *w)
{
    struct state_options options = {.root = w->root,
                                    .build_file = "build.magma"};
    uint64_t run;
    bool ok = graph_seal(w->graph, &w->err) &&
              state_open(&options, &w->state, &w->err) &&
              state_begin_run(w->state, "build", 1, &run, &w->err);
    if (!ok) {
        CHECK_EQ_STR(w->err.what, "");
    }
    assert(ok);
    struct judge_options judge_options = {.root = w->root,
                                          .build_file = "build.magma",
                                          .run = run,
                                          .content = w->content,
                                          .dry_run = w->dry_run,
                                          .host = &w->host};
    w->judge = judge_create(w->state, w->graph, &judge_options);
}

static inline void
world_close(struct world *w)
{
    judge_destroy(w->judge);
    w->judge = NULL;
    state_close(w->state);
    w->state = NULL;
}

/* A new process would see the same. */
static inline void
world_again(struct world *w)
{
    world_close(w);
    struct state_options options = {.root = w->root,
                                    .build_file = "build.magma"};
    uint64_t run;
    bool ok = state_open(&options, &w->state, &w->err) &&
              state_begin_run(w->state, "build", 1, &run, &w->err);
    assert(ok);
    (void)ok;
    struct judge_options judge_options = {.root = w->root,
                                          .build_file = "build.magma",
                                          .run = run,
                                          .content = w->content,
                                          .dry_run = w->dry_run,
                                          .host = &w->host};
    w->judge = judge_create(w->state, w->graph, &judge_options);
}

static inline void
world_finish(struct world *w)
{
    if (w->judge) {
        world_close(w);
    }
    graph_destroy(w->graph);
    error_finish(&w->err);
    free(w->root);
}

/* The verdict as text, valid until the next one. */
static inline const char *
world_judge(struct world *w, struct action_id action)
{
    struct verdict_reasons reasons;
    size_t len = 0;
    error_finish(&w->err);
    switch (judge_action(w->judge, action, &reasons, &w->err)) {
    case VERDICT_CLEAN:
        judge_settle(w->judge, action);
        return "clean";
    case VERDICT_WAIT:
        return "wait";
    case VERDICT_GROW:
        return "grow";
    case VERDICT_ERROR:
        return "error";
    case VERDICT_DIRTY:
        break;
    }
    w->verdict[0] = 0;
    for (uint32_t i = 0; i < reasons.count && len < sizeof w->verdict; i++) {
        const struct exec_reason *r = &reasons.items[i];
        len += (size_t)snprintf(w->verdict + len, sizeof w->verdict - len,
                                "%s%s%s%s", i > 0 ? ", " : "", r->code,
                                r->subject ? " " : "",
                                r->subject ? r->subject : "");
    }
    return w->verdict;
}

static inline struct attempt *
world_start(struct world *w, struct action_id action)
{
    struct attempt *attempt = judge_begin(w->judge, action, &w->err);
    assert(attempt);
    bool ok = judge_commit(w->judge, &w->err);
    assert(ok);
    (void)ok;
    return attempt;
}

/* Ends it well; `discovered` is a row of paths of that many bytes. */
static inline bool
world_end(struct world *w, struct attempt *attempt, const char *discovered,
          size_t len)
{
    struct attempt_outcome outcome = {.started_unix_us = 1000000,
                                      .duration_us = 2000,
                                      .discovered = discovered,
                                      .discovered_len = len,
                                      .discovered_kinds = EDGE_IFWRITTEN};
    return judge_finish(w->judge, attempt, &outcome, &w->news, &w->err);
}

/* Judged, run and recorded: writes one output (NULL: none). */
static inline const char *
world_run(struct world *w, struct action_id action, const char *output,
          const char *text, int seconds)
{
    const char *verdict = world_judge(w, action);
    if (strcmp(verdict, "clean") == 0 || strcmp(verdict, "error") == 0) {
        return verdict;
    }
    struct attempt *attempt = world_start(w, action);
    if (output) {
        world_write(w, output, text, seconds);
    }
    bool ok = world_end(w, attempt, NULL, 0);
    return ok ? verdict : "failed";
}

#endif
