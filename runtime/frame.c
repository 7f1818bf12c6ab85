/* SPDX-License-Identifier: MIT */
/*
 * See frame.h. The columns of a line are counted as it is written, since a line
 * that is wider than the terminal would take two rows, and the next picture
 * would be drawn a row too low. Colour sequences have no width, so they are
 * told apart by whoever writes them; text never brings its own.
 */
#include "runtime/frame.h"

#include "interp/magma.h"
#include "runtime/terminal.h"

#include <assert.h>
#include <string.h>

void
frame_reset(struct frame *frame, uint32_t columns, uint32_t rows)
{
    buffer_truncate(&frame->bytes, 0);
    frame->columns = columns;
    frame->rows = rows;
    frame->used = 0;
    frame->line_count = 0;
}

void
frame_finish(struct frame *frame)
{
    buffer_finish(&frame->bytes);
}

uint32_t
frame_room(const struct frame *frame)
{
    assert(frame->used <= frame->columns);
    return frame->columns - frame->used;
}

void
frame_add(struct frame *frame, struct slice text, uint32_t columns_max)
{
    uint32_t room = frame_room(frame);
    room = columns_max < room ? columns_max : room;
    if (frame->line_count == FRAME_LINES_MAX) {
        return;
    }
    size_t before = frame->bytes.len;
    terminal_add_elided(&frame->bytes, text, room);
    frame->used +=
        magma_width(frame->bytes.bytes + before, frame->bytes.len - before);
}

void
frame_add_str(struct frame *frame, const char *text)
{
    frame_add(frame, slice_of(text), frame->columns);
}

void
frame_pad(struct frame *frame, uint32_t column)
{
    while (frame->used < column && frame_room(frame) > 0 &&
           frame->line_count < FRAME_LINES_MAX) {
        buffer_add_char(&frame->bytes, ' ');
        frame->used++;
    }
}

void
frame_color(struct frame *frame, const char *sequence)
{
    if (frame->color && frame->line_count < FRAME_LINES_MAX) {
        buffer_add_str(&frame->bytes, sequence);
    }
}

void
frame_end_line(struct frame *frame)
{
    if (frame->line_count < FRAME_LINES_MAX) {
        buffer_add_char(&frame->bytes, '\n');
        frame->widths[frame->line_count++] = frame->used;
    }
    frame->used = 0;
}

/* A line that fits when it is written may not fit any more when it is drawn
 * over: the terminal may have become narrower, and has broken it. */
uint32_t
frame_rows_at(const struct frame *frame, uint32_t columns)
{
    uint32_t rows = 0;
    assert(columns > 0);
    for (uint32_t i = 0; i < frame->line_count; i++) {
        uint32_t width = frame->widths[i];
        rows += width == 0 ? 1 : (width + columns - 1) / columns;
    }
    return rows;
}
