/* SPDX-License-Identifier: MIT */
/*
 * What all kinds of progress share: where the build is, the screen, and the
 * texts that are the same in all of them: the block of a failure, notes, the
 * summary.
 */
#ifndef RUNTIME_PROGRESS_STAGE_H
#define RUNTIME_PROGRESS_STAGE_H

#include "runtime/output.h"
#include "runtime/progress.h"
#include "runtime/progress/tally.h"
#include "runtime/screen.h"

#include <stdio.h>

struct stage {
    const struct progress_options *options;
    struct tally tally;
    struct screen *screen;
    const char *format; /* of the line of an action: letters */
    int err_fd;         /* where failures go: 2, or 1 where one log has both */
    struct output_style styles[3]; /* by descriptor */
    FILE *paper;                   /* what is being written; NULL: nothing */
    char *bytes;
    size_t len;
};

void stage_init(struct stage *stage, const struct progress_options *options);
void stage_finish(struct stage *stage);

/* What is written between these two goes to descriptor 1 or 2 at once, above
 * what is drawn. */
FILE *stage_begin(struct stage *stage);
void stage_end(struct stage *stage, int fd);
/* A colour for that descriptor, or "". */
const char *stage_color(const struct stage *stage, int fd, const char *color);
/* Text that may hold anything, made harmless. */
void stage_add(struct stage *stage, int fd, const char *bytes, size_t len);

/* "[3/12] CC main.o", without control characters; whole, or cut to fit. */
void stage_add_line(const struct stage *stage, struct buffer *out,
                    const struct exec_event *event);
/* The same as a line that stays; what follows the text is added to it. */
void stage_print_line(struct stage *stage, const struct exec_event *event,
                      const char *after);
/* What the action printed and was not shown yet. */
void stage_print_output(struct stage *stage, const struct exec_event *event);

/* FAILED, the command, what it printed, what to do. */
void stage_print_failure(struct stage *stage, const struct exec_event *event);
/* Explanations, notes and removed files, which look the same in every kind;
 * false for events of other types. */
bool stage_print_common(struct stage *stage, const struct exec_event *event);
/* The closing lines; false if they do not say what is wrong. */
bool stage_print_end(struct stage *stage, const struct progress_end *end);

/* An action in the pool console has the terminal itself. */
bool stage_is_console(const struct exec_event *event);
bool stage_is_failure(const struct exec_event *event);

#endif
