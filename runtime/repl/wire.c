/* SPDX-License-Identifier: MIT */
/*
 * See wire.h. One lock guards connections and queue. What a peer does not take at
 * once waits in a buffer of its connection, so that neither the thread nor an
 * evaluation hangs on an editor that does not read; one that never reads is
 * dropped in the end.
 */
#include "runtime/repl/wire.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTIONS_MAX = 64,
    READ_SIZE = 64 * 1024,
    UNREAD_MAX = 64 << 20, /* what a peer may leave unread */
    OUTPUTS = 2,
    FIRST_CONNECTION = 2 + OUTPUTS /* in the list that poll gets */
};

struct connection {
    uint32_t id; /* 0: free */
    int fd;
    struct buffer in; /* what the reader wants to see again */
    struct bencode_reader reader;
    struct buffer out;
    size_t sent; /* bytes of `out` that the peer has */
};

struct wire {
    struct wire_options options;
    int listener;
    int wake[2];          /* a pipe: something changed for the thread */
    int outputs[OUTPUTS]; /* reading ends of pipes */
    int before[OUTPUTS];  /* where standard output and error went */
    /* Of each, the front of a character whose rest has not come. */
    struct buffer cut[OUTPUTS];
    uint16_t port;
    pthread_t thread;
    pthread_mutex_t lock;  /* of what follows */
    pthread_cond_t is_new; /* in the queue, or the end */
    struct connection connections[CONNECTIONS_MAX];
    uint32_t last_id;
    struct vec queue; /* of struct wire_message */
    uint32_t taken;   /* messages at its front that were handed out */
    bool is_stopped;
    atomic_int stop; /* asked for, by any thread, or a signal handler */
};

/* A failure of a lock is a bug, and never the world. */
static void
lock(struct wire *w)
{
    int code = pthread_mutex_lock(&w->lock);
    assert(code == 0);
    (void)code;
}

static void
unlock(struct wire *w)
{
    int code = pthread_mutex_unlock(&w->lock);
    assert(code == 0);
    (void)code;
}

void
wire_message_finish(struct wire_message *message)
{
    arena_finish(&message->arena);
    *message = (struct wire_message){0};
}

/* Makes the thread look again. In a signal handler, so errno is kept. */
static void
wake(struct wire *w)
{
    int saved = errno;
    ssize_t n = write(w->wake[1], "", 1);
    (void)n; // A full pipe wakes as well.
    errno = saved;
}

/* --- Connections ---------------------------------------------------------------------- */

/* The functions of this part want the lock to be held. */
static struct connection *
find(struct wire *w, uint32_t id)
{
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
        if (id != 0 && w->connections[i].id == id) {
            return &w->connections[i];
        }
    }
    return NULL;
}

/* What the peer has not read by then it will never read. */
static void
drop(struct connection *c)
{
    close(c->fd);
    buffer_finish(&c->in);
    arena_finish(&c->reader.arena);
    buffer_finish(&c->out);
    *c = (struct connection){.fd = -1};
}

/* More than there is room for is closed at once, which says it best. */
static void
accept_one(struct wire *w)
{
    int fd = accept4(w->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    for (int i = 0; fd >= 0 && i < CONNECTIONS_MAX; i++) {
        if (w->connections[i].id == 0) {
            w->connections[i].id = ++w->last_id;
            w->connections[i].fd = fd;
            return;
        }
    }
    if (fd >= 0) {
        close(fd);
    }
}

/* What waits to be sent. */
static size_t
unsent(const struct connection *c)
{
    return c->out.len - c->sent;
}

/* Sends what the peer takes now. What is left moves to the front only once it is
 * the smaller part, so that a slow peer costs no more than a fast one. */
static void
flush_out(struct connection *c)
{
    ssize_t n = 0;
    while (n >= 0 && unsent(c) > 0) {
        n = send(c->fd, c->out.bytes + c->sent, unsent(c), MSG_NOSIGNAL);
        if (n >= 0) {
            c->sent += (size_t)n;
        } else if (errno == EINTR) {
            n = 0;
        } else if (errno != EAGAIN) {
            drop(c);
            return;
        }
    }
    if (c->sent > 0 && c->sent >= unsent(c)) {
        size_t left = unsent(c);
        memmove(c->out.bytes, c->out.bytes + c->sent, left);
        buffer_truncate(&c->out, left);
        c->sent = 0;
    }
}

/* A message that came whole; *bad is set if there will never be one. */
static bool
decode(struct connection *c, struct wire_message *message, bool *bad)
{
    size_t used = 0;
    enum bencode_state state =
        bencode_read_on(&c->reader, buffer_slice(&c->in), &used);
    memmove(c->in.bytes, c->in.bytes + used, c->in.len - used);
    buffer_truncate(&c->in, c->in.len - used);
    *bad = state == BENCODE_BAD ||
           (state == BENCODE_DONE && c->reader.value->kind != BENCODE_DICT);
    if (state != BENCODE_DONE || *bad) {
        return false;
    }
    *message = (struct wire_message){.from = c->id,
                                     .value = c->reader.value,
                                     .arena = c->reader.arena};
    c->reader = (struct bencode_reader){.value = NULL};
    return true;
}

/* Who sends what is no bencode cannot be understood from there on. */
static void
take_messages(struct wire *w, uint32_t id)
{
    bool bad = false;
    struct wire_message message;
    struct connection *c = find(w, id);
    while (c != NULL && c->in.len > 0 && decode(c, &message, &bad)) {
        unlock(w); // The callback sends answers.
        bool is_done = w->options.is_urgent(w->options.ctx, id, message.value);
        lock(w);
        if (is_done) {
            wire_message_finish(&message);
        } else {
            vec_push(&w->queue, &message);
            pthread_cond_signal(&w->is_new);
        }
        c = find(w, id);
    }
    if (c != NULL && bad) {
        drop(c);
    }
}

/* An error of the other side ends its connection, and nothing else. */
static void
receive(struct wire *w, struct connection *c)
{
    char *room = buffer_reserve(&c->in, READ_SIZE);
    ssize_t n = recv(c->fd, room, READ_SIZE, 0);
    if (n > 0) {
        c->in.len += (size_t)n;
        c->in.bytes[c->in.len] = 0;
        take_messages(w, c->id);
    } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
        drop(c);
    }
}

/* Tried at once: nearly always it all goes, and the thread need not wake. */
void
wire_send(struct wire *w, uint32_t to, struct slice bytes)
{
    lock(w);
    struct connection *c = find(w, to);
    if (c != NULL) {
        buffer_add(&c->out, bytes.bytes, bytes.len);
        flush_out(c);
        if (c->id != 0 && unsent(c) > UNREAD_MAX) {
            drop(c);
        } else if (unsent(c) > 0) {
            wake(w);
        }
    }
    unlock(w);
}

/* --- Standard output and error ------------------------------------------------------------ */

/* How many bytes at the end are the front of a character and no more of it. What
 * is no UTF-8 may look so as well, which does no harm. */
static size_t
cut_len(struct slice text)
{
    for (size_t len = 1; len <= 3 && len <= text.len; len++) {
        unsigned char c = (unsigned char)text.bytes[text.len - len];
        size_t whole = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
        if (c < 0x80 || c >= 0xc0) {
            return whole > len ? len : 0;
        }
    }
    return 0;
}

static pthread_mutex_t one_reads = PTHREAD_MUTEX_INITIALIZER;

/* False when there is nothing more now. Only one reads at a time, so what is told
 * is in order. An editor shows each text for itself, so a character is never told
 * in two. */
static bool
read_output(struct wire *w, int which)
{
    char bytes[8192];
    struct buffer *cut = &w->cut[which];
    pthread_mutex_lock(&one_reads);
    ssize_t n = read(w->outputs[which], bytes, sizeof(bytes));
    if (n > 0) {
        buffer_add(cut, bytes, (size_t)n);
        size_t left = cut_len(buffer_slice(cut));
        struct slice whole = {cut->bytes, cut->len - left};
        if (whole.len > 0) {
            w->options.output(w->options.ctx, which, whole);
        }
        memmove(cut->bytes, cut->bytes + whole.len, left);
        buffer_truncate(cut, left);
    }
    pthread_mutex_unlock(&one_reads);
    return n > 0;
}

/* What is left of a character whose rest was never written. */
static void
tell_cut(struct wire *w, int which)
{
    pthread_mutex_lock(&one_reads);
    if (w->cut[which].len > 0) {
        w->options.output(w->options.ctx, which, buffer_slice(&w->cut[which]));
        buffer_truncate(&w->cut[which], 0);
    }
    pthread_mutex_unlock(&one_reads);
}

/* Both channels in turn: what a program wrote to the two has no order among
 * them, as in any pipe. */
void
wire_drain(struct wire *w)
{
    for (int which = 0; which < OUTPUTS; which++) {
        while (read_output(w, which)) {
        }
        tell_cut(w, which);
    }
}

/* The reading end does not wait; the writing end does, until it is read. What was
 * opened is closed by restore, also after an error. */
static bool
redirect(struct wire *w, int which, struct error *err)
{
    int fd = which == 0 ? STDOUT_FILENO : STDERR_FILENO;
    int ends[2];
    w->before[which] = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (w->before[which] < 0 || pipe2(ends, O_CLOEXEC) != 0) {
        return error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                               "cannot make a pipe");
    }
    w->outputs[which] = ends[0];
    int flags = fcntl(ends[0], F_GETFL);
    bool done = fcntl(ends[0], F_SETFL, flags | O_NONBLOCK) == 0 &&
                dup2(ends[1], fd) == fd;
    int errnum = errno;
    close(ends[1]);
    return done || error_set_errno(err, ERROR_CLASS_SYSTEM, errnum,
                                   "cannot set up a pipe");
}

/* Standard output and error go again to where they went. */
static void
restore(struct wire *w, int which)
{
    int fd = which == 0 ? STDOUT_FILENO : STDERR_FILENO;
    if (w->before[which] >= 0) {
        (void)dup2(w->before[which], fd);
        close(w->before[which]);
    }
    if (w->outputs[which] >= 0) {
        close(w->outputs[which]);
    }
    buffer_finish(&w->cut[which]);
}

/* --- The thread --------------------------------------------------------------------------- */

/* What to wait for; returns how many there are. */
static nfds_t
list_waits(struct wire *w, struct pollfd *list, uint32_t *ids)
{
    nfds_t count = 0;
    list[count++] = (struct pollfd){.fd = w->wake[0], .events = POLLIN};
    list[count++] = (struct pollfd){.fd = w->listener, .events = POLLIN};
    for (int i = 0; i < OUTPUTS; i++) {
        list[count++] = (struct pollfd){.fd = w->outputs[i], .events = POLLIN};
    }
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
        const struct connection *c = &w->connections[i];
        if (c->id != 0) {
            ids[count] = c->id;
            short events = unsent(c) > 0 ? POLLIN | POLLOUT : POLLIN;
            list[count++] = (struct pollfd){.fd = c->fd, .events = events};
        }
    }
    return count;
}

/* By number, for a connection may be gone by now. */
static void
serve(struct wire *w, uint32_t id, short events)
{
    struct connection *c = find(w, id);
    if (c != NULL && (events & POLLOUT) != 0) {
        flush_out(c);
        c = find(w, id);
    }
    if (c != NULL && (events & (POLLIN | POLLHUP | POLLERR)) != 0) {
        receive(w, c);
    }
}

/* True until it is to stop. */
static bool
turn(struct wire *w)
{
    struct pollfd list[FIRST_CONNECTION + CONNECTIONS_MAX];
    uint32_t ids[FIRST_CONNECTION + CONNECTIONS_MAX] = {0};
    char bytes[64];
    lock(w);
    nfds_t count = list_waits(w, list, ids);
    unlock(w);
    if (poll(list, count, -1) < 0) {
        return true; // By a signal; the next turn looks again.
    }
    while (list[0].revents != 0 && read(w->wake[0], bytes, sizeof(bytes)) > 0) {
    }
    for (int i = 0; i < OUTPUTS; i++) {
        if (list[2 + i].revents != 0) {
            (void)read_output(w, i);
        }
    }
    lock(w);
    if (list[1].revents != 0) {
        accept_one(w);
    }
    for (nfds_t i = FIRST_CONNECTION; i < count; i++) {
        if (list[i].revents != 0) {
            serve(w, ids[i], list[i].revents);
        }
    }
    bool goes_on = w->stop == 0;
    unlock(w);
    return goes_on;
}

/* The end is told to the thread that waits for a message. */
static void *
run_thread(void *arg)
{
    struct wire *w = arg;
    while (turn(w)) {
    }
    lock(w);
    w->is_stopped = true;
    pthread_cond_signal(&w->is_new);
    unlock(w);
    return NULL;
}

/* --- Life ------------------------------------------------------------------------------------ */

/* Never on another interface: who can connect can evaluate. */
static bool
listen_on(struct wire *w, struct error *err)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(w->options.port)};
    socklen_t len = sizeof(address);
    int yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    w->listener =
        socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (w->listener < 0) {
        return error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                               "cannot make a socket");
    }
    (void)setsockopt(w->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(w->listener, (struct sockaddr *)&address, len) != 0 ||
        listen(w->listener, CONNECTIONS_MAX) != 0 ||
        getsockname(w->listener, (struct sockaddr *)&address, &len) != 0) {
        int errnum = errno;
        error_set_errno(err, ERROR_CLASS_SYSTEM, errnum,
                        "cannot listen on port %u of 127.0.0.1",
                        (unsigned)w->options.port);
        error_set_help(err, "--nrepl without a number takes a free port");
        return false;
    }
    w->port = ntohs(address.sin_port);
    return true;
}

/* Signals are for the thread that evaluates. */
static bool
start_thread(struct wire *w, struct error *err)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&w->thread, NULL, run_thread, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code == 0 || error_set_errno(err, ERROR_CLASS_SYSTEM, code,
                                        "cannot start a thread");
}

/* All but the thread, which must be there no more. */
static void
finish(struct wire *w)
{
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
        if (w->connections[i].id != 0) {
            drop(&w->connections[i]);
        }
    }
    for (uint32_t i = w->taken; i < w->queue.count; i++) {
        wire_message_finish(vec_at(&w->queue, i));
    }
    vec_finish(&w->queue);
    for (int i = 0; i < OUTPUTS; i++) {
        restore(w, i);
    }
    for (int i = 0; i < 2; i++) {
        if (w->wake[i] >= 0) {
            close(w->wake[i]);
        }
    }
    if (w->listener >= 0) {
        close(w->listener);
    }
    pthread_cond_destroy(&w->is_new);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

static struct wire *
make(const struct wire_options *options)
{
    struct wire *w = mem_alloc(1, sizeof(*w));
    w->options = *options;
    w->listener = -1;
    w->wake[0] = w->wake[1] = -1;
    for (int i = 0; i < OUTPUTS; i++) {
        w->outputs[i] = w->before[i] = -1;
    }
    w->queue = vec_of(sizeof(struct wire_message));
    int code = pthread_mutex_init(&w->lock, NULL);
    assert(code == 0);
    code = pthread_cond_init(&w->is_new, NULL);
    assert(code == 0);
    (void)code;
    return w;
}

bool
wire_open(const struct wire_options *options, struct wire **wire,
          struct error *err)
{
    struct wire *w = make(options);
    bool done = listen_on(w, err);
    if (done && pipe2(w->wake, O_CLOEXEC | O_NONBLOCK) != 0) {
        done = error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                               "cannot make a pipe");
    }
    for (int i = 0; done && i < OUTPUTS; i++) {
        done = redirect(w, i, err);
    }
    done = done && start_thread(w, err);
    if (!done) {
        finish(w);
        return false;
    }
    *wire = w;
    return true;
}

uint16_t
wire_port(const struct wire *w)
{
    return w->port;
}

/* What was handed out leaves the queue once it is the larger part of it, so that
 * many messages that come at once cost no more than as many one by one. */
bool
wire_next(struct wire *w, struct wire_message *message)
{
    lock(w);
    while (w->queue.count == w->taken && !w->is_stopped) {
        pthread_cond_wait(&w->is_new, &w->lock);
    }
    bool is_there = !w->is_stopped;
    if (is_there) {
        struct wire_message *items = w->queue.items;
        *message = items[w->taken++];
        uint32_t left = w->queue.count - w->taken;
        if (w->taken >= left) {
            memmove(items, items + w->taken, left * sizeof(*items));
            vec_resize(&w->queue, left);
            w->taken = 0;
        }
    }
    unlock(w);
    return is_there;
}

void
wire_stop(struct wire *w)
{
    w->stop = 1;
    wake(w);
}

void
wire_close(struct wire *w)
{
    if (w == NULL) {
        return;
    }
    wire_stop(w);
    pthread_join(w->thread, NULL);
    finish(w);
}
