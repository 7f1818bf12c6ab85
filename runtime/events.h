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

/* What run.start tells, besides what the executor says; kept, not copied. */
void events_set_run(struct events *events, char *const *args, uint32_t jobs);

/* Writes one event of the executor. */
void events_add(struct events *events, const struct exec_event *event);

/* How it ended: the status of run.end is "ok", "failed", "interrupted" or
 * "error". `message` may be NULL. */
struct events_end {
    const struct exec_result *result;
    int exit_status;
    const char *message;
};

/* Writes run.end and closes the stream. NULL is fine. */
void events_close(struct events *events, const struct events_end *end);

#endif
