/* SPDX-License-Identifier: MIT */
/*
 * A line for each action, as ninja has it: drawn over the last one on a
 * terminal that can do that, else one below the other as actions end.
 */
#include "runtime/progress/heartbeat.h"
#include "runtime/progress/registry.h"
#include "runtime/terminal.h"

#include <stdlib.h>
#include <unistd.h>

/* How long something must take before it is told where nothing is drawn. */
#define SLOW_US (500 * 1000)

struct line {
    struct stage *stage;
    bool over;          /* the line is drawn over */
    struct buffer text; /* the line that is to be seen, under the lock */
    struct heartbeat told;
};

static void *
create(struct stage *stage)
{
    struct line *line = mem_alloc(1, sizeof(*line));
    const struct progress_options *o = stage->options;
    line->stage = stage;
    line->over = terminal_is_smart(STDOUT_FILENO) && !o->verbose &&
                 !o->dry_run && !o->quiet;
    return line;
}

static void
destroy(void *self)
{
    struct line *line = self;
    buffer_finish(&line->text);
    free(line);
}

/* Shows where the build is, if that is drawn at all. */
static void
draw(struct line *line, const struct exec_event *event)
{
    if (line->over) {
        screen_lock(line->stage->screen);
        buffer_truncate(&line->text, 0);
        stage_add_line(line->stage, &line->text, event);
        screen_unlock(line->stage->screen);
    }
}

/* Before its output; where lines are drawn over, only if it has one. */
static void
action_ended(struct line *line, const struct exec_event *event)
{
    struct stage *stage = line->stage;
    bool says = event->output_len > event->output_shown;
    if (stage_is_console(event)) {
        screen_show(stage->screen);
    }
    if (stage_is_failure(event)) {
        stage_print_failure(stage, event);
        return;
    }
    if (event->status == STATUS_INTERRUPTED) {
        return;
    }
    draw(line, event);
    bool stays = !line->over || says;
    if (stays && event->output_shown == 0 && !stage->options->quiet &&
        !(line->over && stage_is_console(event))) {
        stage_print_line(stage, event, "");
    }
    stage_print_output(stage, event);
}

/* The console's line comes before what it prints. */
static void
action_started(struct line *line, const struct exec_event *event)
{
    draw(line, event);
    if (!stage_is_console(event)) {
        return;
    }
    if (line->over) {
        stage_print_line(line->stage, event, "");
    }
    screen_hide(line->stage->screen, true);
}

static void
event(void *self, const struct exec_event *event)
{
    struct line *line = self;
    if (stage_print_common(line->stage, event)) {
        return;
    }
    if (event->type == EVENT_ACTION_START) {
        action_started(line, event);
    } else if (event->type == EVENT_ACTION_OUTPUT) {
        if (event->output_shown == 0 && !line->stage->options->quiet) {
            stage_print_line(line->stage, event, "");
        }
        stage_print_output(line->stage, event);
    } else if (event->type == EVENT_ACTION_END) {
        action_ended(line, event);
    }
}

/* Nothing is elided by "...": the frame does that in the middle, where a path
 * says least. The line of the last action, or what takes long meanwhile. */
static void
paint(void *self, struct frame *frame, int64_t now_us)
{
    struct line *line = self;
    struct buffer doing = {0};
    int64_t since_us = tally_add_doing(&line->stage->tally, &doing);
    bool slow = since_us >= 0 && now_us - since_us >= SLOW_US;
    const struct buffer *shown = slow ? &doing : &line->text;
    if (line->over && shown->len > 0) {
        frame_add(frame, buffer_slice(shown), frame->columns);
        frame_end_line(frame);
    }
    buffer_finish(&doing);
}

/* Where nothing can be drawn over, a person is told once. */
static int64_t
tick(void *self, int64_t now_us)
{
    struct line *line = self;
    if (line->over || line->stage->options->quiet || !isatty(STDOUT_FILENO)) {
        return SCREEN_NEVER;
    }
    return heartbeat_tell_phase(&line->told, line->stage, now_us);
}

static bool
finish(void *self, const struct progress_end *end)
{
    struct line *line = self;
    return stage_print_end(line->stage, end);
}

const struct progress_backend progress_line = {
    .name = "line",
    .create = create,
    .destroy = destroy,
    .event = event,
    .finish = finish,
    .paint = paint,
    .tick = tick,
};
