/* SPDX-License-Identifier: MIT */
/* The stream of events on standard output, and nothing else. */
#include "runtime/events.h"
#include "runtime/progress/registry.h"

static void *
create(struct stage *stage)
{
    struct events *events = NULL;
    struct error err = {0};
    // Without standard output there is nobody to tell anything.
    if (!events_open("fd:1", &events, &err)) {
        error_finish(&err);
        return NULL;
    }
    events_set_run(events, stage->options->arguments, stage->options->jobs);
    return events;
}

static void
destroy(void *self)
{
    (void)self; // It was closed by the end of the run.
}

static void
event(void *self, const struct exec_event *event)
{
    if (self != NULL) {
        events_add(self, event);
    }
}

static void
loaded(void *self, const struct graph *graph, bool evaluated,
       int64_t duration_us)
{
    if (self != NULL) {
        events_add_loaded(self, graph, evaluated, duration_us);
    }
}

static void
phase(void *self, const char *what)
{
    if (self != NULL) {
        events_add_phase(self, what);
    }
}

/* Who reads the events reads the message there. */
static bool
finish(void *self, const struct progress_end *end)
{
    struct events_end last = {end->result, end->exit_status, end->message};
    events_close(self, &last);
    return true;
}

const struct progress_backend progress_json = {
    .name = "json",
    .create = create,
    .destroy = destroy,
    .event = event,
    .finish = finish,
    .loaded = loaded,
    .phase = phase,
    .wants_all = true,
    .wants_outlook = true,
};
