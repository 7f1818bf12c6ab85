/* SPDX-License-Identifier: MIT */
/*
 * The connections of editors, on the loopback interface alone. A thread of its
 * own waits for them, decodes what they send, and sends what they are to get, so
 * that an evaluation can be interrupted while it runs. It touches plain memory
 * only, and nothing of the language.
 *
 * The only user of sockets.
 */
#ifndef RUNTIME_REPL_WIRE_H
#define RUNTIME_REPL_WIRE_H

#include "runtime/repl/bencode.h"

struct wire;

/* A message, and whom it came from. */
struct wire_message {
    uint32_t from;
    struct bencode *value; /* in the arena */
    struct arena arena;
};
void wire_message_finish(struct wire_message *message);

struct wire_options {
    uint16_t port; /* 0: any that is free */
    /* Shown each message when it comes, by the thread; true if it needs no place
     * in the queue. */
    bool (*is_urgent)(void *ctx, uint32_t from, const struct bencode *message);
    /* Told by the thread what was written to standard output (0) or to standard
     * error (1), which go nowhere else from now on. No character of UTF-8 is in
     * two of the texts. */
    void (*output)(void *ctx, int which, struct slice bytes);
    void *ctx;
};

/* Listens; standard output and error become pipes until it is closed. Nothing is
 * left open after an error. */
bool wire_open(const struct wire_options *options, struct wire **wire,
               struct error *err) EXEC_MUST_CHECK;
void wire_close(struct wire *wire);
uint16_t wire_port(const struct wire *wire);

/* The next message that is not urgent; waits for one. False once wire_stop was
 * called. */
bool wire_next(struct wire *wire, struct wire_message *message);
/* Ends wire_next; from a signal handler or another thread. */
void wire_stop(struct wire *wire);

/* Sends bytes, from any thread; they are dropped if the other side is gone. */
void wire_send(struct wire *wire, uint32_t to, struct slice bytes);
/* Tells all that was written to standard output and error so far. */
void wire_drain(struct wire *wire);

#endif
