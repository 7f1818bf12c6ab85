/* SPDX-License-Identifier: MIT */
/* See forecast.h: it is a dry run that somebody listens to. */
#include "runtime/cli/forecast.h"

#include <stdlib.h>

/* A dry run tells each action that it would start, the needed ones first. */
static void
on_forecast(void *ctx, const struct exec_event *event)
{
    struct forecast *forecast = ctx;
    if (event->type != EVENT_ACTION_START) {
        return;
    }
    const char *key =
        graph_cstr(event->graph,
                   graph_action(event->graph, event->action)->key);
    (void)asking_add_duration(forecast->asking, key, &forecast->expected_us);
    if (event->action.n != forecast->action.n) {
        forecast->before++;
        return;
    }
    forecast->would_run = true;
    if (event->reason_count > 0) {
        const struct exec_reason *reason = &event->reasons[0];
        forecast->reason.code = mem_copy_str(reason->code);
        forecast->reason.subject =
            reason->subject == NULL ? NULL : mem_copy_str(reason->subject);
    }
}

bool
forecast_make(struct asking *asking, const char *word, struct action_id action,
              struct forecast *forecast, struct error *err)
{
    *forecast = (struct forecast){.asking = asking, .action = action};
    char *target = session_target(asking->opened, word);
    const char *targets[] = {target};
    struct exec_build build = {
        .targets = targets, .target_count = 1, .jobs = 1, .dry_run = true};
    struct exec_result result = {0};
    struct session_listener listener = {on_forecast, forecast};
    bool done = session_build(asking->opened, &build, &listener, &result, err);
    free(target);
    return done;
}

void
forecast_try(struct asking *asking, const char *word, struct action_id action,
             struct forecast *forecast)
{
    struct error err = {0};
    if (!forecast_make(asking, word, action, forecast, &err)) {
        forecast->fault = mem_copy_str(err.what);
        error_finish(&err);
    }
}

void
forecast_finish(struct forecast *forecast)
{
    free((void *)(uintptr_t)forecast->reason.code);
    free((void *)(uintptr_t)forecast->reason.subject);
    free(forecast->fault);
    *forecast = (struct forecast){.asking = NULL};
}
