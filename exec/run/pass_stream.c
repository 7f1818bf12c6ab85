/* SPDX-License-Identifier: MIT */
/*
 * An action that runs alone and for long is shown as it goes: who waits for one
 * thing wants to see that it moves. With company its output is kept for its
 * end, so that lines of two actions never mix.
 */
#include "exec/run/pass_parts.h"

#include <assert.h>
#include <string.h>

/* How long an action must have run alone to be shown as it goes, and how often
 * it is shown then. */
#define STREAM_AFTER_MS 2000
#define STREAM_EVERY_MS 100

/* Tells the whole lines that a lone action printed since the last time. */
static void
stream_output(struct pass *pass, struct running *running)
{
    struct output *output = &step_run_result(running->run)->output;
    struct slice all = output_view(output);
    const char *fresh = all.bytes + output->shown;
    const char *newline = memrchr(fresh, '\n', all.len - output->shown);
    if (newline == NULL) {
        return;
    }
    struct exec_event event =
        pass_event(EVENT_ACTION_OUTPUT, running->began_as, STATUS_OK);
    event.graph = running->held->graph;
    event.output = all.bytes;
    event.output_len = (size_t)(newline + 1 - all.bytes);
    event.output_shown = output->shown;
    pass_send(pass, &event);
    output->shown = event.output_len;
}

static void watch_lone(struct pass *pass, int64_t delay_ms);

/* One that has run alone for two seconds is shown as it goes; as soon as it has
 * company, its output is kept for its end. */
static void
on_stream_due(void *ctx)
{
    struct pass *pass = ctx;
    loop_stop(pass->stream_timer);
    pass->stream_timer = NULL;
    struct running *lone = pass->first;
    if (pass->running_count != 1 || lone->run == NULL) {
        return;
    }
    int64_t began_us = step_run_result(lone->run)->started_us;
    int64_t rest_ms = STREAM_AFTER_MS - (loop_now_us() - began_us) / 1000;
    if (rest_ms > 0) {
        watch_lone(pass, rest_ms);
        return;
    }
    stream_output(pass, lone);
    watch_lone(pass, STREAM_EVERY_MS);
}

static void
watch_lone(struct pass *pass, int64_t delay_ms)
{
    assert(pass->stream_timer == NULL && delay_ms > 0);
    pass->stream_timer =
        loop_after(pass->options.loop, (uint64_t)delay_ms, on_stream_due, pass);
}

void
pass_watch_lone(struct pass *pass)
{
    watch_lone(pass, STREAM_AFTER_MS);
}
