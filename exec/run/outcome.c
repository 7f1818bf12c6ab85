/* SPDX-License-Identifier: MIT */
#include "exec/run/outcome.h"

#include "exec/state/past.h"

#include <string.h>

bool
outcome_check(const struct exec_result *result, struct error *err)
{
    if (result->signal != 0) {
        return error_set(err, ERROR_CLASS_BUILD, "interrupted by SIG%s",
                         sigabbrev_np(result->signal));
    }
    if (result->failed > 0) {
        return error_set(err, ERROR_CLASS_BUILD, "%u action%s failed",
                         result->failed, result->failed == 1 ? "" : "s");
    }
    return true;
}

int
outcome_status(const struct exec_result *result, bool done,
               const struct error *err)
{
    if (result->signal != 0) {
        return 128 + result->signal;
    }
    if (done) {
        return 0;
    }
    return err->class == ERROR_CLASS_SYSTEM ? ERROR_CLASS_STATE
                                            : (int)err->class;
}

struct warned {
    const struct graph *graph;
    uint32_t count;
};

static void
add_warned(void *ctx, const char *key, uint32_t count)
{
    struct warned *warned = ctx;
    if (graph_find_key(warned->graph, key, strlen(key)).n != ID_NONE) {
        warned->count += count;
    }
}

uint32_t
outcome_warnings(struct state *state, const struct graph *graph)
{
    struct warned warned = {.graph = graph};
    struct error ignored = {0};
    (void)!state_list_warned(state, add_warned, &warned, &ignored);
    error_finish(&ignored);
    return warned.count;
}
