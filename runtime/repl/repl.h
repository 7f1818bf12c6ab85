/* SPDX-License-Identifier: MIT */
/*
 * What evaluates at a prompt, wherever the text comes from: a terminal, a pipe,
 * or an editor. There is one in a process, with one program and one copy of the
 * graph; whoever types has a talk of his own, with his last values.
 */
#ifndef RUNTIME_REPL_REPL_H
#define RUNTIME_REPL_REPL_H

#include "runtime/repl/copy.h"

#include <stdatomic.h>
#include <stdio.h>

/* Starts the language and reads the build file. What is wrong with it is
 * printed. The options are copied; the texts in them are not. */
void repl_start(const struct session_options *options);
void repl_finish(void);

struct copy *repl_copy(void);
/* True while signals do not reach the REPL, but the executor. */
bool repl_lacks_signals(void);
/* From a signal handler or any thread: ends the form that is evaluated. False if
 * there is none. */
bool repl_interrupt(void);
/* True if the form that is evaluated was interrupted: whatever begins with budgets
 * of its own meanwhile, such as reading a file, forgets that. */
bool repl_is_interrupted(void);
/* What an interrupt calls, in its handler, when no form is evaluated. */
void repl_on_idle_signal(void (*call)(void));

/* Reads the build file again if it changed, and prints what that made of the
 * graph, or what is wrong with it. */
void repl_refresh(void);

/* What forms ask for; it is done when the form has ended. */
void repl_ask_reload(void);
void repl_ask_exit(void);
bool repl_is_exiting(void);

/* --- Talks ------------------------------------------------------------------- */

enum { TALK_VALUES = 3 };

struct talk {
    Value *values[TALK_VALUES]; /* *1 *2 *3 */
    Value *error;               /* *e */
    char *ns;                   /* of the last form */
    uint32_t inputs;            /* how many texts were evaluated */
    bool stops_at_errors;       /* one that fails ends the text */
    atomic_bool is_cancelled;   /* set by whoever interrupts, in any
                                           thread: no other form is begun */
    /* Told of each form: the printed value, or what it threw. */
    void (*value)(void *ctx, struct slice text);
    void (*error_thrown)(void *ctx, Value thrown);
    /* The next line of the input, malloc'ed, for read-line; NULL at the end. */
    char *(*read_line)(void *ctx);
    uint32_t width; /* columns to print for */
    void *ctx;
};

/* The functions and the context are set by the caller. */
void talk_init(struct talk *talk);
void talk_finish(struct talk *talk);
/* The one whose form is evaluated, or NULL. */
struct talk *talk_current(void);

/* Evaluates the forms of a text. `name` is what errors call it; NULL: repl-1 and
 * so on. */
void talk_evaluate(struct talk *talk, struct slice text, const char *name);

#endif
