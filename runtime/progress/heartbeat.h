/* SPDX-License-Identifier: MIT */
/*
 * A sign of life for logs: once a minute what runs, and what takes long before
 * anything does. Services end what is silent for too long.
 */
#ifndef RUNTIME_PROGRESS_HEARTBEAT_H
#define RUNTIME_PROGRESS_HEARTBEAT_H

#include "runtime/progress/stage.h"

/* Starts as {0}. */
struct heartbeat {
    int64_t beat_us;  /* the last one */
    int64_t phase_us; /* when the phase began that was told last */
};

/* The tick of a screen that tells only what takes long while nothing runs. */
int64_t heartbeat_tell_phase(struct heartbeat *heartbeat, struct stage *stage,
                             int64_t now_us);
/* The tick of a screen. */
int64_t heartbeat_tick(struct heartbeat *heartbeat, struct stage *stage,
                       int64_t now_us);

#endif
