/* SPDX-License-Identifier: MIT */
/*
 * Descriptors stand in a set of our own, and libuv, which has the timers and
 * the signals, is one of them: so a pipe costs one call to be watched and none
 * to be let go, as closing it takes it out. A watch is freed when nothing can
 * speak of it any more: at the end of a turn, or when libuv has closed its
 * handle; loop_destroy turns until then.
 */
#include "exec/run/loop.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

/* Together as much as a pipe can hold by default, and a little more. */
#define READS_MAX 17
#define READ_SIZE ((size_t)64 << 10)
/* What is taken out of the set at once. */
#define EVENTS_MAX 64

enum watch_kind { WATCH_PIPE, WATCH_FD, WATCH_TIMER, WATCH_SIGNAL };

struct loop_watch {
    union {
        uv_handle_t any;
        uv_timer_t timer;
        uv_signal_t signal;
    } uv; /* of timers and signals */
    enum watch_kind kind;
    struct loop *loop;
    int fd;       /* PIPE, FD; -1 when it is closed */
    bool ended;   /* PIPE: the end was told */
    bool stopped; /* by loop_stop; freed soon */
    void *ctx;
    union {
        loop_call *plain;
        loop_bytes_call *bytes;
        loop_signal_call *signal;
    } call;
    struct loop_watch *next; /* of those that are to be freed */
};

struct loop {
    uv_loop_t uv;
    int set;               /* of epoll: all descriptors, and that of libuv */
    uint32_t handle_count; /* libuv's, not yet closed */
    uint32_t fd_count;     /* watches with an open descriptor */
    struct loop_watch *stopped; /* PIPE, FD: to be freed after this turn */
    char *read_buf;             /* shared by all pipes: no calls are nested */
};

/* Of a loop that is about to go. */
static void
free_stopped(struct loop *loop)
{
    while (loop->stopped != NULL) {
        struct loop_watch *watch = loop->stopped;
        loop->stopped = watch->next;
        free(watch);
    }
}

/* NULL stands for libuv. */
static bool
add_to_set(struct loop *loop, int fd, struct loop_watch *watch)
{
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = watch}};
    return epoll_ctl(loop->set, EPOLL_CTL_ADD, fd, &event) == 0;
}

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
    new_loop->set = epoll_create1(EPOLL_CLOEXEC);
    if (new_loop->set < 0 ||
        !add_to_set(new_loop, uv_backend_fd(&new_loop->uv), NULL)) {
        int errnum = errno;
        loop_destroy(new_loop);
        return error_set_errno(err, ERROR_CLASS_SYSTEM, errnum,
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
    assert(loop->fd_count == 0);
    while (loop->handle_count > 0) {
        uv_run(&loop->uv, UV_RUN_NOWAIT);
    }
    int status = uv_loop_close(&loop->uv);
    assert(status == 0);
    (void)status;
    if (loop->set >= 0) {
        close(loop->set);
    }
    free_stopped(loop);
    free(loop->read_buf);
    free(loop);
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

/* --- Descriptors --------------------------------------------------------------- */

/* Closing takes a descriptor out of the set, unless it has a twin. */
static void
close_watched(struct loop_watch *watch)
{
    if (watch->fd < 0) {
        return;
    }
    if (watch->kind == WATCH_FD) {
        epoll_ctl(watch->loop->set, EPOLL_CTL_DEL, watch->fd, NULL);
    }
    close(watch->fd);
    watch->fd = -1;
    watch->loop->fd_count--;
}

/* Whether a read would not wait. */
static bool
is_readable(int fd)
{
    struct pollfd wanted = {.fd = fd, .events = POLLIN};
    return poll(&wanted, 1, 0) > 0;
}

/* Reads until the pipe is empty, but at most READS_MAX times: a command that
 * never stops writing does not keep the others waiting. The pipe may be one
 * whose reads wait, so it is asked before each but the first if `ready`. */
static void
read_some(struct loop_watch *watch, bool ready)
{
    char *buf = watch->loop->read_buf;
    for (int i = 0; i < READS_MAX && !watch->stopped && !watch->ended; i++) {
        if (!ready && !is_readable(watch->fd)) {
            return;
        }
        ready = false;
        ssize_t len = read(watch->fd, buf, READ_SIZE);
        if (len > 0) {
            watch->call.bytes(watch->ctx, buf, (size_t)len);
        } else if (len == 0 || (errno != EINTR && errno != EAGAIN)) {
            watch->ended = true;
            close_watched(watch);
            watch->call.bytes(watch->ctx, buf, 0);
        }
    }
}

/* Errors are readable too: the read that follows tells them. A watch may have
 * been stopped since the set was asked. */
static void
on_readable(struct loop_watch *watch)
{
    if (watch->stopped) {
        return;
    }
    if (watch->kind == WATCH_PIPE) {
        read_some(watch, true);
    } else {
        watch->call.plain(watch->ctx);
    }
}

/* Takes the descriptor over in any case. */
static struct loop_watch *
start_fd(struct loop_watch *watch, int fd)
{
    if (!add_to_set(watch->loop, fd, watch)) {
        int errnum = errno;
        close(fd);
        free(watch);
        errno = errnum;
        return NULL;
    }
    watch->fd = fd;
    watch->loop->fd_count++;
    return watch;
}

struct loop_watch *
loop_read(struct loop *loop, int fd, loop_bytes_call *call, void *ctx)
{
    struct loop_watch *watch = make_watch(loop, WATCH_PIPE, ctx);
    watch->call.bytes = call;
    return start_fd(watch, fd);
}

void
loop_drain(struct loop_watch *watch)
{
    assert(watch->kind == WATCH_PIPE);
    read_some(watch, false);
}

struct loop_watch *
loop_readable(struct loop *loop, int fd, loop_call *call, void *ctx)
{
    struct loop_watch *watch = make_watch(loop, WATCH_FD, ctx);
    watch->call.plain = call;
    return start_fd(watch, fd);
}

/* --- Timers and signals -------------------------------------------------------- */

/* Once libuv has taken the handle it must be closed before it is freed. */
static void
adopt(struct loop_watch *watch)
{
    watch->uv.any.data = watch;
    watch->loop->handle_count++;
}

/* libuv has let go of the handle: now it may be freed. */
static void
on_closed(uv_handle_t *handle)
{
    struct loop_watch *watch = handle->data;
    assert(watch->stopped && watch->loop->handle_count > 0);
    watch->loop->handle_count--;
    free(watch);
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

void
loop_stop(struct loop_watch *watch)
{
    if (watch == NULL) {
        return;
    }
    assert(!watch->stopped);
    watch->stopped = true;
    if (watch->kind == WATCH_PIPE || watch->kind == WATCH_FD) {
        close_watched(watch);
        watch->next = watch->loop->stopped;
        watch->loop->stopped = watch;
    } else {
        uv_close(&watch->uv.any, on_closed);
    }
}

/* --- Turning ------------------------------------------------------------------- */

/* Milliseconds until libuv has something to do by itself; -1: never. 0 also while
 * it has a signal that the kernel was not told of: that it does when it turns. */
static int
time_left(struct loop *loop)
{
    uv_update_time(&loop->uv);
    return uv_loop_alive(&loop->uv) ? uv_backend_timeout(&loop->uv) : -1;
}

void
loop_turn(struct loop *loop, bool wait)
{
    struct epoll_event events[EVENTS_MAX];
    bool uv_is_due = false;
    int timeout = wait ? time_left(loop) : 0;
    if (timeout < 0 && loop->fd_count == 0 && loop->handle_count == 0) {
        timeout = 0; // Nothing would ever end the waiting.
    }
    int count = epoll_wait(loop->set, events, EVENTS_MAX, timeout);
    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr != NULL) {
            on_readable(events[i].data.ptr);
        } else {
            uv_is_due = true;
        }
    }
    if (uv_is_due || time_left(loop) == 0) {
        uv_run(&loop->uv, UV_RUN_NOWAIT);
    }
    free_stopped(loop);
}
