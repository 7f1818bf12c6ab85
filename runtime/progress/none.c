/* SPDX-License-Identifier: MIT */
/* No progress: what actions print, failures, notes, and the end. */
#include "runtime/progress/registry.h"

static void *
create(struct stage *stage)
{
    return stage;
}

static void
destroy(void *self)
{
    (void)self; // The stage is not ours.
}

static void
event(void *self, const struct exec_event *event)
{
    struct stage *stage = self;
    if (stage_print_common(stage, event)) {
        return;
    }
    if (event->type == EVENT_ACTION_OUTPUT) {
        stage_print_output(stage, event);
    } else if (event->type == EVENT_ACTION_END) {
        if (stage_is_failure(event)) {
            stage_print_failure(stage, event);
        } else if (event->status != STATUS_INTERRUPTED) {
            stage_print_output(stage, event);
        }
    }
}

static bool
finish(void *self, const struct progress_end *end)
{
    return stage_print_end(self, end);
}

const struct progress_backend progress_none = {
    .name = "none",
    .create = create,
    .destroy = destroy,
    .event = event,
    .finish = finish,
};
