/* SPDX-License-Identifier: MIT */
/* A kind of progress: what it makes of the events of a build. */
#ifndef RUNTIME_PROGRESS_BACKEND_H
#define RUNTIME_PROGRESS_BACKEND_H

#include "runtime/progress/stage.h"

struct progress_backend {
    const char *name;
    /* What it keeps for itself; the stage is there as long. */
    void *(*create)(struct stage *stage);
    void (*destroy)(void *self);
    /* The tally of the stage has taken the event up already. */
    void (*event)(void *self, const struct exec_event *event);
    /* As progress_finish; the screen has nothing drawn any more. */
    bool (*finish)(void *self, const struct progress_end *end);
    /* As the functions of a screen have it, of the same names; may be NULL.
     * Another thread calls them, with the lock. */
    void (*paint)(void *self, struct frame *frame, int64_t now_us);
    int64_t (*tick)(void *self, int64_t now_us);
    /* As session_watcher has it; may be NULL. */
    void (*loaded)(void *self, const struct graph *graph, bool evaluated,
                   int64_t duration_us);
    /* As progress_phase; may be NULL. */
    void (*phase)(void *self, const char *what);
    bool wants_all;      /* also single events of what is up to date */
    bool ticks_anywhere; /* also where nobody looks on */
    bool wants_outlook;
};

#endif
