/* SPDX-License-Identifier: MIT */
/*
 * The thread sleeps on a counter in the kernel, which both this process and
 * the handler of SIGWINCH can raise. It draws at most twenty times a second,
 * and twice a second when nothing happens, so that clocks go on. The cursor
 * stays behind the last line that was drawn; what stands there is found again
 * by counting rows, at the width that the terminal has by now: terminals break
 * the lines anew when they become narrower.
 *
 * Each picture goes out by one write, between the marks of a synchronised
 * update, so that no half of it is seen.
 */
#include "runtime/screen.h"

#include "runtime/terminal.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* The terminal itself writes "^C" behind the last line, and in the last column
 * some go on to the next line at once: then the rows would not be those that
 * were counted. */
enum { REDRAW_US = 50 * 1000, IDLE_US = 500 * 1000, MARGIN = 3 };

/* Lines that wait until the terminal is ours again. */
struct held {
    int fd;
    size_t len;
};

struct screen {
    struct screen_options options;
    pthread_mutex_t lock;
    pthread_t thread;
    bool has_thread;
    bool ending;
    int wake_fd;
    bool out_is_terminal; /* it is drawn on standard output */
    bool err_is_terminal;
    uint32_t hidden; /* how often that was asked for */
    uint32_t holds;  /* of them, those that hold lines back */
    bool dirty;
    int64_t drawn_us;
    struct frame frame; /* as it was drawn last */
    bool drawn;         /* and is on the terminal */
    struct buffer out;  /* what is about to be written */
    struct buffer held_bytes;
    struct vec held; /* struct held */
    struct sigaction before;
};

/* One terminal, one screen: for the handler, and for who prints beside it. */
static struct screen *current;
static volatile int winch_fd = -1;

int64_t
screen_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* --- Drawing: all of it with the lock --------------------------------------- */

/* To the start of the first line that was drawn. */
static void
add_return(struct screen *s)
{
    uint32_t rows =
        s->drawn ? frame_rows_at(&s->frame, terminal_columns(STDOUT_FILENO))
                 : 0;
    buffer_add_char(&s->out, '\r');
    if (rows > 1) {
        buffer_add_format(&s->out, "\033[%uA", rows - 1);
    }
}

/* A terminal that is gone ends nothing: the build goes on without a picture. */
static void
flush(struct screen *s, int fd)
{
    (void)terminal_write(fd, buffer_str(&s->out), s->out.len);
    buffer_truncate(&s->out, 0);
}

static void
add_erased(struct screen *s)
{
    if (s->drawn) {
        add_return(s);
        buffer_add_str(&s->out, "\033[J");
        s->drawn = false;
    }
}

/* The cursor is left where it is shown, behind the last line: a process that is
 * killed leaves a terminal that can be typed into. Line by line over the old one, so that nothing flickers. */
static void
draw(struct screen *s, int64_t now_us)
{
    buffer_truncate(&s->out, 0);
    buffer_add_str(&s->out, "\033[?2026h");
    add_return(s);
    uint32_t columns = terminal_columns(STDOUT_FILENO);
    bool was_drawn = s->drawn;
    frame_reset(&s->frame, columns > MARGIN ? columns - MARGIN : 1,
                terminal_rows(STDOUT_FILENO));
    s->options.paint(s->options.ctx, &s->frame, now_us);
    const char *at = buffer_str(&s->frame.bytes);
    for (uint32_t i = 0; i < s->frame.line_count; i++) {
        size_t len = strcspn(at, "\n");
        buffer_add_str(&s->out, i == 0 ? "" : "\r\n");
        buffer_add(&s->out, at, len);
        buffer_add_str(&s->out, "\033[K");
        at += len + 1;
    }
    buffer_add_str(&s->out, "\033[J\033[?2026l");
    s->drawn = s->frame.line_count > 0;
    s->drawn_us = now_us;
    s->dirty = false;
    if (s->drawn || was_drawn) {
        flush(s, STDOUT_FILENO);
    }
    buffer_truncate(&s->out, 0);
}

/* Where nothing is drawn, what happens is looked at no more often either. */
static int64_t
rest_between_ticks(struct screen *s, int64_t now_us)
{
    int64_t due_us = s->drawn_us + REDRAW_US;
    if (!s->dirty) {
        return SCREEN_NEVER;
    }
    if (now_us < due_us) {
        return due_us - now_us;
    }
    s->drawn_us = now_us;
    s->dirty = false;
    return SCREEN_NEVER;
}

/* Draws if it is time; in how many microseconds it will be. */
static int64_t
draw_when_due(struct screen *s, int64_t now_us)
{
    if (s->hidden > 0) {
        return SCREEN_NEVER;
    }
    if (s->options.paint == NULL) {
        return rest_between_ticks(s, now_us);
    }
    int64_t due_us = s->drawn_us + (s->dirty ? REDRAW_US : IDLE_US);
    if (now_us >= due_us) {
        draw(s, now_us);
        return IDLE_US;
    }
    return due_us - now_us;
}

/* --- The thread ---------------------------------------------------------------- */

static void
wake(const struct screen *s)
{
    uint64_t one = 1;
    ssize_t n = s->wake_fd < 0 ? 0 : write(s->wake_fd, &one, sizeof(one));
    (void)n; // A counter that is full wakes just as well.
}

/* Until somebody wakes it (true), or the time has come. */
static bool
sleep_us(const struct screen *s, int64_t delay_us)
{
    struct pollfd pollfd = {.fd = s->wake_fd, .events = POLLIN};
    int delay_ms = delay_us == SCREEN_NEVER ? -1 : (int)(delay_us / 1000 + 1);
    uint64_t count;
    bool woken = poll(&pollfd, 1, delay_ms) > 0;
    if (woken) {
        ssize_t n = read(s->wake_fd, &count, sizeof(count));
        (void)n;
    }
    return woken;
}

/* Holds the lock but for sleeping, so that it never sees half of a change. */
static void *
run_thread(void *ctx)
{
    struct screen *s = ctx;
    pthread_mutex_lock(&s->lock);
    while (!s->ending) {
        int64_t now_us = screen_now_us();
        int64_t delay_us = draw_when_due(s, now_us);
        if (s->options.tick != NULL && s->hidden == 0) {
            int64_t ticks_us = s->options.tick(s->options.ctx, now_us);
            delay_us = ticks_us < delay_us ? ticks_us : delay_us;
        }
        pthread_mutex_unlock(&s->lock);
        bool woken = sleep_us(s, delay_us);
        pthread_mutex_lock(&s->lock);
        s->dirty = s->dirty || woken;
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* Signals are for the first thread alone. */
static void
start_thread(struct screen *s)
{
    sigset_t all;
    sigset_t old;
    s->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (s->wake_fd < 0) {
        return;
    }
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    s->has_thread = pthread_create(&s->thread, NULL, run_thread, s) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* The terminal has another size: it is asked for at the next drawing. */
static void
on_winch(int signal)
{
    int errnum = errno;
    uint64_t one = 1;
    (void)signal;
    if (winch_fd >= 0) {
        ssize_t n = write(winch_fd, &one, sizeof(one));
        (void)n;
    }
    errno = errnum;
}

/* --- From outside ------------------------------------------------------------- */

/* Who prints beside the screen (errors, println) takes what is drawn away. */
static void
give_terminal(bool give)
{
    if (give) {
        screen_hide(current, false);
    } else {
        screen_show(current);
    }
}

struct screen *
screen_create(const struct screen_options *options)
{
    assert(current == NULL);
    struct screen *s = mem_alloc(1, sizeof(*s));
    s->options = *options;
    s->out_is_terminal = isatty(STDOUT_FILENO);
    s->err_is_terminal = isatty(STDERR_FILENO);
    s->frame.color = options->color;
    s->held = vec_of(sizeof(struct held));
    s->wake_fd = -1;
    pthread_mutex_init(&s->lock, NULL);
    if (options->paint != NULL || options->tick != NULL) {
        current = s;
        start_thread(s);
        winch_fd = s->wake_fd;
        struct sigaction action = {.sa_flags = SA_RESTART};
        action.sa_handler = on_winch;
        sigaction(SIGWINCH, &action, &s->before);
        terminal_set_owner(give_terminal);
    }
    return s;
}

void
screen_lock(struct screen *s)
{
    pthread_mutex_lock(&s->lock);
}

void
screen_unlock(struct screen *s)
{
    bool asks = !s->dirty && s->hidden == 0;
    s->dirty = true;
    pthread_mutex_unlock(&s->lock);
    if (asks) {
        wake(s);
    }
}

/* Standard error may be a file while standard output is the terminal, and the
 * other way round. What was drawn stands below and has to go, if both are one terminal. */
static void
print_now(struct screen *s, int fd, const char *bytes, size_t len)
{
    bool shared = fd == STDERR_FILENO ? s->err_is_terminal : s->out_is_terminal;
    if (shared && s->drawn) {
        add_erased(s);
        flush(s, STDOUT_FILENO);
        s->dirty = true;
    }
    (void)terminal_write(fd, bytes, len);
}

void
screen_print_locked(struct screen *s, int fd, const char *bytes, size_t len)
{
    assert(fd == STDOUT_FILENO || fd == STDERR_FILENO);
    if (s->holds > 0) {
        struct held held = {fd, len};
        vec_push(&s->held, &held);
        buffer_add(&s->held_bytes, bytes, len);
        return;
    }
    print_now(s, fd, bytes, len);
}

void
screen_print(struct screen *s, int fd, const char *bytes, size_t len)
{
    screen_lock(s);
    screen_print_locked(s, fd, bytes, len);
    // At once, as far as twenty pictures a second allow.
    (void)draw_when_due(s, screen_now_us());
    screen_unlock(s);
}

/* In the order in which they came, whichever stream they are for. */
static void
release_held(struct screen *s)
{
    size_t at = 0;
    for (uint32_t i = 0; i < s->held.count; i++) {
        const struct held *held = vec_at(&s->held, i);
        print_now(s, held->fd, s->held_bytes.bytes + at, held->len);
        at += held->len;
    }
    vec_resize(&s->held, 0);
    buffer_truncate(&s->held_bytes, 0);
}

void
screen_hide(struct screen *s, bool hold)
{
    screen_lock(s);
    s->hidden++;
    s->holds += hold;
    add_erased(s);
    flush(s, STDOUT_FILENO);
    screen_unlock(s);
}

/* Lines are held back by what came first, so they are let go by the last. */
void
screen_show(struct screen *s)
{
    screen_lock(s);
    assert(s->hidden > 0);
    s->hidden--;
    if (s->hidden == 0) {
        s->holds = 0;
        release_held(s);
    }
    s->dirty = false; // So that it is asked for below.
    screen_unlock(s);
}

void
screen_destroy(struct screen *s)
{
    if (s == NULL) {
        return;
    }
    screen_lock(s);
    s->ending = true;
    s->holds = 0;
    add_erased(s);
    flush(s, STDOUT_FILENO);
    release_held(s);
    pthread_mutex_unlock(&s->lock);
    if (s->has_thread) {
        wake(s);
        pthread_join(s->thread, NULL);
    }
    if (current == s) {
        sigaction(SIGWINCH, &s->before, NULL);
        winch_fd = -1;
        current = NULL;
        terminal_set_owner(NULL);
    }
    if (s->wake_fd >= 0) {
        close(s->wake_fd);
    }
    pthread_mutex_destroy(&s->lock);
    frame_finish(&s->frame);
    buffer_finish(&s->out);
    buffer_finish(&s->held_bytes);
    vec_finish(&s->held);
    free(s);
}
