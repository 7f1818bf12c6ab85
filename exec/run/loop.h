/* SPDX-License-Identifier: MIT */
/*
 * The event loop: readable descriptors, and over libuv timers and signals. Every
 * callback comes from loop_turn, never from the call that asked for it. SIGPIPE
 * is ignored from the first loop on.
 */
#ifndef EXEC_RUN_LOOP_H
#define EXEC_RUN_LOOP_H

#include "exec/base/error.h"

#include <stddef.h>
#include <stdint.h>

struct loop;
/* One thing that is waited for; ended by loop_stop. */
struct loop_watch;

typedef void loop_call(void *ctx);
typedef void loop_bytes_call(void *ctx, const char *bytes, size_t len);
typedef void loop_signal_call(void *ctx, int signal);

bool loop_create(struct loop **loop, struct error *err) EXEC_MUST_CHECK;
/* All watches must have been stopped. NULL is fine. */
void loop_destroy(struct loop *loop);

/* Calls back what is due; if `wait`, blocks until something is. */
void loop_turn(struct loop *loop, bool wait);

/* Microseconds of the monotonic clock, and since 1970. */
int64_t loop_now_us(void);
int64_t loop_unix_us(void);

/* Reads a pipe and owns its descriptor. len 0 is the end: the watch stays, to
 * be stopped. NULL if the descriptor cannot be watched (it is closed then). */
struct loop_watch *
loop_read(struct loop *loop, int fd, loop_bytes_call *call, void *ctx);
/* Reads what is in the pipe by now, at once and through the same callback. */
void loop_drain(struct loop_watch *watch);
/* Calls when the descriptor, which it owns, becomes readable; NULL as above. */
struct loop_watch *
loop_readable(struct loop *loop, int fd, loop_call *call, void *ctx);
/* Calls once, after so many milliseconds. */
struct loop_watch *
loop_after(struct loop *loop, uint64_t delay_ms, loop_call *call, void *ctx);
struct loop_watch *
loop_signal(struct loop *loop, int signal, loop_signal_call *call, void *ctx);

/* No callback comes after it; the descriptor is closed. NULL is fine. */
void loop_stop(struct loop_watch *watch);

#endif
