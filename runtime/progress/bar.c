/* SPDX-License-Identifier: MIT */
/*
 * For a person at a terminal: a bar with counts, and below it what runs, the
 * longest first.
 *
 *     [===========>----      ] 212/418  ETA 0:41  8/8 jobs  2 failed
 *      18.2s  LINK bin/server  (usually 21.0s)
 *       4.1s  CXX src/net/http2_frame.o
 *      +6 more                      critical path: server → image → deploy
 *
 * Nothing is drawn in the first half second of a build that only looks.
 */
#include "runtime/progress/registry.h"

#include "interp/magma.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    QUIET_US = 500 * 1000, /* what is shorter need not be told */
    LINES_MAX = 10,
    BAR_COLUMNS_MAX = 40,
    BAR_COLUMNS_MIN = 8,
    TIME_COLUMNS = 7,
    TEXT_COLUMNS_MIN = 12,
    ROWS_PART = 3 /* of the rows of the terminal, one in so many */
};

#define GREEN "\033[32m"
#define RED "\033[31m"
#define AMBER "\033[33m"
#define GREY "\033[90m"
#define PLAIN "\033[0m"

#define PATH_LABEL "critical path: "

struct bar {
    struct stage *stage;
};

static void *
create(struct stage *stage)
{
    struct bar *bar = mem_alloc(1, sizeof(*bar));
    bar->stage = stage;
    return bar;
}

static void
destroy(void *self)
{
    free(self);
}

/* --- Lines that stay ------------------------------------------------------------- */

/* Who has the terminal itself may ask something: nothing is drawn then, and
 * what others print waits. */
static void
action_started(struct bar *bar, const struct exec_event *event)
{
    if (stage_is_console(event)) {
        stage_print_line(bar->stage, event, "");
        screen_hide(bar->stage->screen, true);
    }
}

static void
action_ended(struct bar *bar, const struct exec_event *event)
{
    struct stage *stage = bar->stage;
    if (stage_is_console(event)) {
        screen_show(stage->screen);
    }
    if (stage_is_failure(event)) {
        stage_print_failure(stage, event);
    } else if (event->status != STATUS_INTERRUPTED &&
               event->output_len > event->output_shown) {
        if (event->output_shown == 0) {
            stage_print_line(stage, event, "");
        }
        stage_print_output(stage, event);
    }
}

static void
event(void *self, const struct exec_event *event)
{
    struct bar *bar = self;
    if (stage_print_common(bar->stage, event)) {
        return;
    }
    if (event->type == EVENT_ACTION_START) {
        action_started(bar, event);
    } else if (event->type == EVENT_ACTION_OUTPUT) {
        if (event->output_shown == 0) {
            stage_print_line(bar->stage, event, "");
        }
        stage_print_output(bar->stage, event);
    } else if (event->type == EVENT_ACTION_END) {
        action_ended(bar, event);
    }
}

static bool
finish(void *self, const struct progress_end *end)
{
    struct bar *bar = self;
    return stage_print_end(bar->stage, end);
}

/* --- What is drawn: by another thread ------------------------------------------- */

/* "18.2s", and "2:05" from a hundred seconds on. */
static void
add_time(struct buffer *out, int64_t us)
{
    int64_t s = us / 1000000;
    if (s < 100) {
        buffer_add_format(out, "%" PRId64 ".%" PRId64 "s", s,
                          us % 1000000 / 100000);
    } else if (s < 3600) {
        buffer_add_format(out, "%" PRId64 ":%02" PRId64, s / 60, s % 60);
    } else {
        buffer_add_format(out, "%" PRId64 ":%02" PRId64 ":%02" PRId64, s / 3600,
                          s / 60 % 60, s % 60);
    }
}

/* "0:41" */
static void
add_clock(struct buffer *out, int64_t us)
{
    int64_t s = us / 1000000;
    if (s >= 3600) {
        add_time(out, us);
    } else {
        buffer_add_format(out, "%" PRId64 ":%02" PRId64, s / 60, s % 60);
    }
}

/* So many of the cells as so many of the whole are. */
static uint32_t
share(uint32_t part, uint32_t whole, uint32_t cells)
{
    return whole == 0 ? 0 : (uint32_t)((uint64_t)part * cells / whole);
}

/* [=====>---      ]: done, running, and the rest. */
static void
add_bar(struct frame *frame, const struct tally *tally, uint32_t cells)
{
    uint32_t done = share(tally->finished, tally->wanted, cells);
    uint32_t begun = tally->finished + tally->running.count;
    begun = begun < tally->wanted ? begun : tally->wanted;
    uint32_t running = share(begun, tally->wanted, cells);
    struct buffer text = {0};
    for (uint32_t i = 0; i < cells; i++) {
        buffer_add_char(&text, i < done      ? '='
                               : i == done   ? '>'
                               : i < running ? '-'
                                             : ' ');
    }
    frame_add_str(frame, "[");
    frame_color(frame, tally->failed > 0 ? RED : GREEN);
    frame_add(frame, buffer_slice(&text), cells);
    frame_color(frame, PLAIN);
    frame_add_str(frame, "] ");
    buffer_finish(&text);
}

/* What stands behind the bar, without the failures. */
static void
add_counts(struct buffer *out, const struct bar *bar, int64_t now_us)
{
    const struct tally *tally = &bar->stage->tally;
    int64_t left_us = tally_left_us(tally, now_us);
    buffer_add_format(out, "%" PRIu32 "/%s%" PRIu32, tally->finished,
                      tally->at_least ? "\xe2\x89\xa5 " : "", tally->wanted);
    if (left_us >= 0) {
        buffer_add_str(out, "  ETA ");
        add_clock(out, left_us);
    }
    buffer_add_format(out, "  %" PRIu32 "/%" PRIu32 " jobs",
                      tally->running.count, bar->stage->options->jobs);
    bool named = tally->phase != NULL;
    int64_t since_us = named ? tally->phase_us : tally->idle_us;
    if (since_us >= 0 && now_us - since_us >= QUIET_US) {
        buffer_add_format(out, "  %s ", named ? tally->phase : "checking");
        add_time(out, now_us - since_us);
    }
}

/* In a narrow terminal the bar goes first, then the end of the counts: the
 * numbers say more than the picture. */
static void
paint_head(const struct bar *bar, struct frame *frame, int64_t now_us)
{
    const struct tally *tally = &bar->stage->tally;
    struct buffer counts = {0};
    struct buffer failed = {0};
    add_counts(&counts, bar, now_us);
    if (tally->failed > 0) {
        buffer_add_format(&failed, "  %" PRIu32 " failed", tally->failed);
    }
    uint32_t taken = magma_width(counts.bytes, counts.len) +
                     (uint32_t)failed.len + 3; // the brackets and a blank
    uint32_t room = frame_room(frame) > taken ? frame_room(frame) - taken : 0;
    if (room >= BAR_COLUMNS_MIN) {
        add_bar(frame, tally, room < BAR_COLUMNS_MAX ? room : BAR_COLUMNS_MAX);
    }
    frame_add(frame, buffer_slice(&counts), frame->columns);
    frame_color(frame, RED);
    frame_add_str(frame, buffer_str(&failed));
    frame_color(frame, PLAIN);
    frame_end_line(frame);
    buffer_finish(&counts);
    buffer_finish(&failed);
}

/*  18.2s  LINK bin/server  (usually 21.0s), in amber after twice that. */
static void
paint_running(struct frame *frame, const struct tally_running *running,
              int64_t now_us)
{
    int64_t elapsed_us = now_us - running->began_us;
    bool late = running->usual_us > 0 && elapsed_us > 2 * running->usual_us;
    struct buffer time = {0};
    struct buffer usual = {0};
    add_time(&time, elapsed_us);
    if (running->usual_us >= QUIET_US) {
        buffer_add_str(&usual, "  (usually ");
        add_time(&usual, running->usual_us);
        buffer_add_char(&usual, ')');
    }
    frame_pad(frame,
              time.len < TIME_COLUMNS ? TIME_COLUMNS - (uint32_t)time.len : 0);
    frame_color(frame, late ? AMBER : "");
    frame_add(frame, buffer_slice(&time), frame->columns);
    frame_add_str(frame, "  ");
    uint32_t room = frame_room(frame);
    bool fits = room >= usual.len + TEXT_COLUMNS_MIN;
    frame_add(frame, slice_of(running->text),
              fits ? room - (uint32_t)usual.len : room);
    frame_color(frame, late ? PLAIN : GREY);
    frame_add_str(frame, fits ? buffer_str(&usual) : "");
    frame_color(frame, PLAIN);
    frame_end_line(frame);
    buffer_finish(&time);
    buffer_finish(&usual);
}

/* "+6 more" at the left, the critical path at the right: where there is little
 * room, without saying what it is. */
static void
paint_foot(struct frame *frame, const struct tally *tally, uint32_t more)
{
    struct buffer left = {0};
    struct buffer right = {0};
    if (more > 0) {
        buffer_add_format(&left, "%*s+%" PRIu32 " more", TIME_COLUMNS - 2, "",
                          more);
    }
    frame_color(frame, GREY);
    frame_add(frame, buffer_slice(&left), frame->columns);
    frame_add_str(frame, left.len > 0 && tally->path != NULL ? "  " : "");
    uint32_t room = frame_room(frame);
    if (tally->path != NULL) {
        uint32_t taken = magma_width(tally->path, strlen(tally->path)) +
                         (uint32_t)sizeof(PATH_LABEL) - 1;
        buffer_add_format(&right, "%s%s", taken <= room ? PATH_LABEL : "",
                          tally->path);
    }
    uint32_t width = magma_width(buffer_str(&right), right.len);
    frame_pad(frame, width < room ? frame->used + room - width : 0);
    frame_add(frame, buffer_slice(&right), frame->columns);
    frame_color(frame, PLAIN);
    frame_end_line(frame);
    buffer_finish(&left);
    buffer_finish(&right);
}

/* Before the first action: what takes so long. A build with nothing to do is
 * mostly over before that, and must not flicker. */
static void
paint_looking(const struct tally *tally, struct frame *frame, int64_t now_us)
{
    int64_t elapsed_us = now_us - tally->began_us;
    struct buffer text = {0};
    if (tally->began_us == 0 || elapsed_us < QUIET_US) {
        return;
    }
    (void)tally_add_doing(tally, &text);
    buffer_add_str(&text, "  ");
    add_time(&text, elapsed_us);
    frame_add(frame, buffer_slice(&text), frame->columns);
    frame_end_line(frame);
    buffer_finish(&text);
}

/* The bar keeps to the rows that are left to it: what scrolls by above is what
 * the person wants to read. The last row goes to what does not fit, and to the
 * way that decides when the build ends. */
static void
paint(void *self, struct frame *frame, int64_t now_us)
{
    struct bar *bar = self;
    const struct tally *tally = &bar->stage->tally;
    if (tally->started == 0) {
        paint_looking(tally, frame, now_us);
        return;
    }
    uint32_t lines = frame->rows / ROWS_PART;
    lines = lines < 1 ? 1 : lines > LINES_MAX ? LINES_MAX : lines;
    paint_head(bar, frame, now_us);
    uint32_t count = tally->running.count;
    bool foot = lines > 2 && (tally->path != NULL || count > lines - 1);
    uint32_t room = lines - 1 - foot;
    for (uint32_t i = 0; i < count && i < room; i++) {
        paint_running(frame, vec_at(&tally->running, i), now_us);
    }
    if (foot) {
        paint_foot(frame, tally, count > room ? count - room : 0);
    }
}

const struct progress_backend progress_bar = {
    .name = "bar",
    .create = create,
    .destroy = destroy,
    .event = event,
    .finish = finish,
    .paint = paint,
    .wants_outlook = true,
};
