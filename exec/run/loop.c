/* SPDX-License-Identifier: MIT */
/*
 * A watch is one libuv handle with what to call. It is freed when libuv has
 * closed the handle, a turn after loop_stop; loop_destroy turns until then.
 */
#include "exec/run/loop.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

/* Together as much as a pipe can hold by default, and a little more. */
#define READS_MAX 17
#define READ_SIZE ((size_t)64 << 10)

struct loop {
    uv_loop_t uv;
    uint32_t watch_count; /* not yet closed */
    char *read_buf;       /* shared by all pipes: calls are never nested */
};

enum watch_kind { WATCH_PIPE, WATCH_FD, WATCH_TIMER, WATCH_SIGNAL };

struct loop_watch {
    union {
        uv_handle_t any;
        uv_poll_t poll;
        uv_timer_t timer;
        uv_signal_t signal;
    } uv;
    enum watch_kind kind;
    struct loop *loop;
    int fd;
    bool ended;   /* PIPE: the end was told */
    bool stopped; /* by loop_stop; freed soon */
    void *ctx;
    union {
        loop_call *plain;
        loop_bytes_call *bytes;
        loop_signal_call *signal;
    } call;
};

bool
loop_create(struct loop **loop, struct error *err)
{
    struct loop *new_loop = mem_alloc(1, sizeof(*new_loop));
    int status = uv_loop_init(&new_loop->uv);
    if (status != 0) {
        free(new_loop);
        return error_set_errno(err, ERROR_CLASS_SYSTEM, -status,
                               "cannot make an event loop");
    }
    signal(SIGPIPE, SIG_IGN);
    new_loop->read_buf = mem_alloc(READ_SIZE, 1);
    *loop = new_loop;
    return true;
}

void
loop_destroy(struct loop *loop)
{
    if (loop == NULL) {
        return;
    }
    while (loop->watch_count > 0) {
        uv_run(&loop->uv, UV_RUN_NOWAIT);
    }
    int status = uv_loop_close(&loop->uv);
    assert(status == 0);
    (void)status;
    free(loop->read_buf);
    free(loop);
}

void
loop_turn(struct loop *loop, bool wait)
{
    uv_run(&loop->uv, wait ? UV_RUN_ONCE : UV_RUN_NOWAIT);
}

static int64_t
clock_us(clockid_t id)
{
    struct timespec now;
    int status = clock_gettime(id, &now);
    assert(status == 0);
    (void)status;
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
loop_now_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

int64_t
loop_unix_us(void)
{
    return clock_us(CLOCK_REALTIME);
}

/* The handle itself is started by the caller. */
static struct loop_watch *
make_watch(struct loop *loop, enum watch_kind kind, void *ctx)
{
    struct loop_watch *watch = mem_alloc(1, sizeof(*watch));
    watch->kind = kind;
    watch->loop = loop;
    watch->fd = -1;
    watch->ctx = ctx;
    return watch;
}

/* Once libuv has taken the handle it must be closed before it is freed. */
static void
adopt(struct loop_watch *watch)
{
    watch->uv.any.data = watch;
    watch->loop->watch_count++;
}

/* libuv has let go of the handle: now it may be freed. */
static void
on_closed(uv_handle_t *handle)
{
    struct loop_watch *watch = handle->data;
    assert(watch->stopped && watch->loop->watch_count > 0);
    watch->loop->watch_count--;
    free(watch);
}

void
loop_stop(struct loop_watch *watch)
{
    if (watch == NULL) {
        return;
    }
    assert(!watch->stopped);
    watch->stopped = true;
    uv_close(&watch->uv.any, on_closed);
    if (watch->fd >= 0) {
        close(watch->fd);
        watch->fd = -1;
    }
}

/* Reads until the pipe is empty, but at most READS_MAX times: a command that
 * never stops writing does not keep the others waiting. */
static void
read_some(struct loop_watch *watch)
{
    char *buf = watch->loop->read_buf;
    for (int i = 0; i < READS_MAX && !watch->stopped && !watch->ended; i++) {
        ssize_t len = read(watch->fd, buf, READ_SIZE);
        if (len > 0) {
            watch->call.bytes(watch->ctx, buf, (size_t)len);
        } else if (len == 0 || (errno != EINTR && errno != EAGAIN)) {
            watch->ended = true;
            uv_poll_stop(&watch->uv.poll);
            watch->call.bytes(watch->ctx, buf, 0);
        } else if (errno == EAGAIN) {
            return;
        }
    }
}

/* Errors are readable too: the read that follows tells them. */
static void
on_poll(uv_poll_t *handle, int status, int events)
{
    (void)status;
    (void)events;
    struct loop_watch *watch = handle->data;
    if (watch->stopped) {
        return;
    }
    if (watch->kind == WATCH_PIPE) {
        read_some(watch);
    } else {
        watch->call.plain(watch->ctx);
    }
}

/* Takes the descriptor over in any case. */
static struct loop_watch *
start_poll(struct loop_watch *watch, int fd)
{
    int status = uv_poll_init(&watch->loop->uv, &watch->uv.poll, fd);
    if (status != 0) {
        close(fd);
        free(watch);
        errno = -status;
        return NULL;
    }
    watch->fd = fd;
    adopt(watch);
    status = uv_poll_start(&watch->uv.poll, UV_READABLE, on_poll);
    assert(status == 0);
    return watch;
}

struct loop_watch *
loop_read(struct loop *loop, int fd, loop_bytes_call *call, void *ctx)
{
    struct loop_watch *watch = make_watch(loop, WATCH_PIPE, ctx);
    watch->call.bytes = call;
    return start_poll(watch, fd);
}

void
loop_drain(struct loop_watch *watch)
{
    assert(watch->kind == WATCH_PIPE);
    read_some(watch);
}

struct loop_watch *
loop_readable(struct loop *loop, int fd, loop_call *call, void *ctx)
{
    struct loop_watch *watch = make_watch(loop, WATCH_FD, ctx);
    watch->call.plain = call;
    return start_poll(watch, fd);
}

/* A watch that was stopped in this turn may still be called. */
static void
on_timer(uv_timer_t *handle)
{
    struct loop_watch *watch = handle->data;
    if (!watch->stopped) {
        watch->call.plain(watch->ctx);
    }
}

struct loop_watch *
loop_after(struct loop *loop, uint64_t delay_ms, loop_call *call, void *ctx)
{
    struct loop_watch *watch = make_watch(loop, WATCH_TIMER, ctx);
    watch->call.plain = call;
    uv_timer_init(&loop->uv, &watch->uv.timer);
    adopt(watch);
    uv_update_time(&loop->uv);
    uv_timer_start(&watch->uv.timer, on_timer, delay_ms, 0);
    return watch;
}

static void
on_signal(uv_signal_t *handle, int signal)
{
    struct loop_watch *watch = handle->data;
    if (!watch->stopped) {
        watch->call.signal(watch->ctx, signal);
    }
}

struct loop_watch *
loop_signal(struct loop *loop, int signal, loop_signal_call *call, void *ctx)
{
    struct loop_watch *watch = make_watch(loop, WATCH_SIGNAL, ctx);
    watch->call.signal = call;
    if (uv_signal_init(&loop->uv, &watch->uv.signal) != 0) {
        free(watch);
        return NULL;
    }
    adopt(watch);
    if (uv_signal_start(&watch->uv.signal, on_signal, signal) != 0) {
        loop_stop(watch);
        return NULL;
    }
    return watch;
}
