/* SPDX-License-Identifier: MIT */
/*
 * The session's own copy of the graph: what the build file says, and what was
 * typed into it. The file itself is never written.
 *
 * Two programs live side by side. In the one, forms are evaluated as they are
 * typed, and vars mean what they mean at any prompt of a Clojure. The other one
 * is the copy: made from the file and the additions when it is asked for after
 * something was typed, so that a new definition reaches the actions that were
 * made with the old one.
 */
#ifndef RUNTIME_REPL_COPY_H
#define RUNTIME_REPL_COPY_H

#include "runtime/session.h"

struct copy;

/* The options are copied; the texts in them are not. */
struct copy *copy_create(const struct session_options *options);
void copy_destroy(struct copy *c);

enum copy_reading {
    COPY_KEEP,  /* what was typed stays */
    COPY_FORGET /* back to the file */
};
/* Reads the build file, which makes a new program to be at the prompt. `account`
 * gets a line of what changed, or nothing when this is the first time. False: all
 * is as it was, but that the files that were read are looked at from now on.
 * Without a build file there is nothing to do, and nothing wrong. */
bool copy_read(struct copy *c, enum copy_reading how, struct buffer *account,
               struct error *err) EXEC_MUST_CHECK;
/* True if the file, or a namespace that it needs, is another than it was. */
bool copy_is_stale(const struct copy *c);

/* The graph; made anew if something was typed since. False if there is none. It
 * lives until the next call. */
bool copy_graph(struct copy *c, const struct graph **graph,
                struct error *err) EXEC_MUST_CHECK;
/* The graph as it was last made, for completion; NULL: there is none. */
const struct graph *copy_last_graph(const struct copy *c);
/* Keywords of the files, as complete_world has them. */
struct slice copy_keywords(const struct copy *c);
/* The path of the build file, or NULL. */
const char *copy_build_file(const struct copy *c);
/* Another number after each making of the graph. */
uint32_t copy_version(const struct copy *c);
/* Whether the form that is evaluated may ask about the graph; it is noted that it
 * did, so that it will be no part of the copy. */
enum copy_answer {
    COPY_READY,
    COPY_READING, /* a file is evaluated */
    COPY_ADDED    /* the form has added to the graph already */
};
enum copy_answer copy_ask(struct copy *c);

/* Calls a function while the program of the copy runs, whose functions can be
 * called then; the graph must have been asked for. */
bool
copy_with_program(struct copy *c,
                  bool (*inside)(void *ctx, struct copy *c, struct error *err),
                  void *ctx, struct error *err) EXEC_MUST_CHECK;
/* The reading session behind the copy: its state and functions. */
struct session *copy_session(struct copy *c);
/* What was recorded meanwhile, by us or by others, is seen from now on. */
void copy_look_again(struct copy *c);
/* A session that builds the copy; the caller closes it. */
bool copy_open_build(struct copy *c, struct session **session,
                     struct error *err) EXEC_MUST_CHECK;
/* After a build: a dynout may have another value by now. */
void copy_has_built(struct copy *c);

/* Around the evaluation of a form that was typed. */
void copy_form_begin(struct copy *c);
struct copy_form {
    Value form;
    struct error_place place;
    const char *ns; /* where it was evaluated */
    bool is_done;   /* without an error */
};
/* False if the form both asked and added: what it added is left out. */
bool copy_form_end(struct copy *c, const struct copy_form *form);

#endif
