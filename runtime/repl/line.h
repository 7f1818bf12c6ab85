/* SPDX-License-Identifier: MIT */
/*
 * Lines that a person types, or that a pipe brings. On a terminal they can be
 * edited, completed and called back; all else is read as it comes. The only
 * user of libedit.
 */
#ifndef RUNTIME_REPL_LINE_H
#define RUNTIME_REPL_LINE_H

#include "runtime/repl/choices.h"

struct line;

struct line_options {
    const char *history; /* a file that need not exist; NULL: none is kept */
    /* Fills the choices for the cursor at `at` of the line; NULL: none. */
    void (*complete)(void *ctx, struct slice text, size_t at,
                     struct choices *out);
    /* Asked twice a second while nothing is typed; true if there is something
     * to say. Then `say` prints it, above the line that is being typed. */
    bool (*is_due)(void *ctx);
    void (*say)(void *ctx);
    void *ctx;
};

enum line_answer {
    LINE_TEXT,
    LINE_END,         /* of the input */
    LINE_INTERRUPTED, /* line_interrupt was called: what was typed is gone */
};

/* There is one, for standard input. The options are copied. */
struct line *line_open(const struct line_options *options);
void line_close(struct line *line);

/* True if a person sits there, who wants to see prompts. */
bool line_is_terminal(const struct line *line);
/* True if lines can be edited. */
bool line_is_edited(const struct line *line);

/* The next line with its newline (the last one of a pipe may have none), valid
 * until the next call. */
enum line_answer
line_next(struct line *line, const char *prompt, struct slice *text);

/* Keeps what was typed, which may be several lines, for later. */
void line_remember(struct line *line, const char *text);

/* Ends line_next; from a signal handler. */
void line_interrupt(void);

#endif
