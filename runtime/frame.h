/* SPDX-License-Identifier: MIT */
/*
 * Lines that are to be drawn on a terminal, each within its width: the writer
 * adds texts and colours, and what does not fit is left out. Plain memory, any
 * thread.
 */
#ifndef RUNTIME_FRAME_H
#define RUNTIME_FRAME_H

#include "exec/exec.h"

#include <stdbool.h>

#define FRAME_LINES_MAX 16

struct frame {
    struct buffer bytes; /* the lines, a newline between them */
    uint32_t columns;    /* that a line may take */
    uint32_t rows;       /* of the whole terminal */
    bool color;
    uint32_t used; /* columns, of the line that is being written */
    uint32_t line_count;
    uint32_t widths[FRAME_LINES_MAX];
};

/* Begins anew. */
void frame_reset(struct frame *frame, uint32_t columns, uint32_t rows);
void frame_finish(struct frame *frame);

/* Columns that are left on this line. */
uint32_t frame_room(const struct frame *frame);
/* Adds text, elided in its middle if it does not fit into so many columns. It
 * must hold no control characters. */
void frame_add(struct frame *frame, struct slice text, uint32_t columns_max);
void frame_add_str(struct frame *frame, const char *text);
/* Blanks up to a column. */
void frame_pad(struct frame *frame, uint32_t column);
/* A colour sequence, or "" ; nothing where there are no colours. */
void frame_color(struct frame *frame, const char *sequence);
/* Lines after the last possible one are dropped. */
void frame_end_line(struct frame *frame);

/* How many rows the lines take where the terminal has so many columns now. */
uint32_t frame_rows_at(const struct frame *frame, uint32_t columns);

#endif
