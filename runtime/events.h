/* SPDX-License-Identifier: MIT */
/*
 * The event stream: one JSON object a line, for tools that follow a build.
 * The first event is run.start, the last one run.end; a stream without it was
 * cut off. See spec/format/events.md.
 */
#ifndef RUNTIME_EVENTS_H
#define RUNTIME_EVENTS_H

#include "exec/exec.h"

struct events;

/* Begins a stream to "fd:N", an open descriptor, or to a file, which is made
 * anew. */
bool events_open(const char *where, struct events **events,
                 struct error *err) EXEC_MUST_CHECK;

/* A reader that goes away has seen enough, and nothing is said of it. */
void events_let_leave(struct events *events);

/* What run.start tells, besides what the executor says; kept, not copied. */
void events_set_run(struct events *events, char *const *args, uint32_t jobs);

/* Writes one event of the executor. */
void events_add(struct events *events, const struct exec_event *event);
/* The graph is there: the build file was evaluated, or it was kept. */
void events_add_loaded(struct events *events, const struct graph *graph,
                       bool evaluated, int64_t duration_us);

/* Something that may take long begins; NULL is no event: whatever comes next ends
 * it. Until the first event only this one is told: */
#define EVENTS_WAITING "waiting for another build"
void events_add_phase(struct events *events, const char *what);

/* An event of another origin: begun, filled in by the caller, and written. */
struct buffer *
events_begin_line(struct events *events, int64_t time_us, const char *type);
void events_end_line(struct events *events);
/* The words for how an action, and how a run ended. */
const char *events_status(enum action_status status);
const char *events_run_status(int exit_status);

/* How it ended: the status of run.end is "ok", "failed", "interrupted" or
 * "error". `message` may be NULL. */
struct events_end {
    const struct exec_result *result;
    int exit_status;
    const char *message;
};

/* Writes run.end and closes the stream. NULL is fine. */
void events_close(struct events *events, const struct events_end *end);
/* Closes it as it is. */
void events_drop(struct events *events);

#endif
