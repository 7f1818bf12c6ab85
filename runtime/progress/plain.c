/* SPDX-License-Identifier: MIT */
/*
 * For logs that a service keeps: a line for each action that printed something
 * or took long, and once a minute what still runs. Nothing is drawn over.
 */
#include "runtime/describe.h"
#include "runtime/progress/heartbeat.h"
#include "runtime/progress/registry.h"

#include <stdlib.h>

#define LONG_US (10 * 1000 * 1000)

struct plain {
    struct stage *stage;
    struct heartbeat heartbeat;
};

static void *
create(struct stage *stage)
{
    struct plain *plain = mem_alloc(1, sizeof(*plain));
    plain->stage = stage;
    return plain;
}

static void
destroy(void *self)
{
    free(self);
}

/* What was streamed has had its line already. */
static void
action_ended(struct stage *stage, const struct exec_event *event)
{
    bool says = event->output_len > event->output_shown;
    bool is_long = event->duration_us >= LONG_US;
    if (event->status == STATUS_INTERRUPTED) {
        return;
    }
    if ((says || is_long) && event->output_shown == 0) {
        struct buffer took = {0};
        if (is_long) {
            buffer_add_str(&took, "  (");
            describe_duration(&took, event->duration_us);
            buffer_add_str(&took, ")");
        }
        stage_print_line(stage, event, buffer_str(&took));
        buffer_finish(&took);
    }
    stage_print_output(stage, event);
}

static void
event(void *self, const struct exec_event *event)
{
    struct plain *plain = self;
    struct stage *stage = plain->stage;
    if (stage_print_common(stage, event)) {
        return;
    }
    if (event->type == EVENT_ACTION_OUTPUT) {
        if (event->output_shown == 0) {
            stage_print_line(stage, event, "");
        }
        stage_print_output(stage, event);
    } else if (event->type == EVENT_ACTION_END) {
        if (stage_is_failure(event)) {
            stage_print_failure(stage, event);
        } else {
            action_ended(stage, event);
        }
    }
}

static int64_t
tick(void *self, int64_t now_us)
{
    struct plain *plain = self;
    return heartbeat_tick(&plain->heartbeat, plain->stage, now_us);
}

static bool
finish(void *self, const struct progress_end *end)
{
    struct plain *plain = self;
    return stage_print_end(plain->stage, end);
}

const struct progress_backend progress_plain = {
    .name = "plain",
    .create = create,
    .destroy = destroy,
    .event = event,
    .finish = finish,
    .tick = tick,
    .ticks_anywhere = true,
};
