/* SPDX-License-Identifier: MIT */
/* `ronin trace` and `ronin events`: a run of the past, for other programs. */
#include "runtime/cli/asking.h"
#include "runtime/events.h"
#include "runtime/json.h"
#include "runtime/timeline.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option_row rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {0, NULL, NULL, NULL},
};

/* --- trace ------------------------------------------------------------------- */

/* The form of Chrome's trace viewer, which Perfetto reads too. */
struct trace {
    struct buffer out;
    const struct timeline *timeline;
    bool any; /* something was written: a comma comes first */
};

/* What is of the run and of no job. */
enum { NO_THREAD = 0 };

/* Every event of a trace has these. */
static void
begin(struct trace *trace, const char *name, const char *phase, int64_t time_us,
      int64_t thread)
{
    buffer_add_str(&trace->out, trace->any ? ",\n{" : "\n{");
    trace->any = true;
    json_field_text(&trace->out, "name", name);
    json_field_text(&trace->out, "ph", phase);
    json_field_int(&trace->out, "ts", time_us);
    json_field_int(&trace->out, "pid", 1);
    json_field_int(&trace->out, "tid", thread);
}

static void
begin_args(struct trace *trace)
{
    json_name(&trace->out, "args");
    buffer_add_char(&trace->out, '{');
}

static void
end(struct trace *trace)
{
    buffer_add_char(&trace->out, '}');
}

/* Lanes are threads to the viewer. */
static int64_t
thread_of(const struct timeline_item *item)
{
    return (int64_t)item->lane + 1;
}

static void
add_names(struct trace *trace)
{
    char name[64];
    snprintf(name, sizeof(name), "ronin run %" PRIu64, trace->timeline->run.id);
    begin(trace, "process_name", "M", 0, NO_THREAD);
    begin_args(trace);
    json_field_text(&trace->out, "name", name);
    buffer_add_str(&trace->out, "}");
    end(trace);
    for (uint32_t i = 0; i < trace->timeline->lane_count; i++) {
        snprintf(name, sizeof(name), "job %" PRIu32, i + 1);
        begin(trace, "thread_name", "M", 0, (int64_t)i + 1);
        begin_args(trace);
        json_field_text(&trace->out, "name", name);
        buffer_add_str(&trace->out, "}");
        end(trace);
    }
}

static void
add_slice(struct trace *trace, const struct timeline_item *item)
{
    begin(trace, asking_shown(item->key), "X", item->start_us, thread_of(item));
    json_field_text(&trace->out, "cat", events_status(item->status));
    json_field_int(&trace->out, "dur", item->duration_us);
    begin_args(trace);
    if (item->signal != 0) {
        json_field_int(&trace->out, "signal", item->signal);
    } else {
        json_field_int(&trace->out, "exit", item->exit_code);
    }
    json_field_int(&trace->out, "cpu_us", item->cpu_us);
    if (item->peak_kib > 0) {
        json_field_int(&trace->out, "peak_kib", item->peak_kib);
    }
    json_field_bool(&trace->out, "critical", item->is_critical);
    buffer_add_char(&trace->out, ',');
    buffer_add_str(&trace->out, item->why);
    buffer_add_char(&trace->out, '}');
    end(trace);
}

/* An arrow from the end of one to the start of the next; its start must lie
 * within the first. */
static void
add_arrow(struct trace *trace, uint32_t number,
          const struct timeline_item *from, const struct timeline_item *to)
{
    int64_t end_us = timeline_end_us(from);
    begin(trace, "critical path", "s",
          end_us > from->start_us ? end_us - 1 : end_us, thread_of(from));
    json_field_text(&trace->out, "cat", "critical");
    json_field_int(&trace->out, "id", number);
    end(trace);
    begin(trace, "critical path", "f", to->start_us, thread_of(to));
    json_field_text(&trace->out, "cat", "critical");
    json_field_text(&trace->out, "bp", "e");
    json_field_int(&trace->out, "id", number);
    end(trace);
}

static void
add_counter(struct trace *trace, const char *name, int64_t time_us,
            const char *unit, int64_t count)
{
    begin(trace, name, "C", time_us, NO_THREAD);
    begin_args(trace);
    json_field_int(&trace->out, unit, count);
    buffer_add_char(&trace->out, '}');
    end(trace);
}

/* The kernel need not have told of any peak. */
static bool
has_peaks(const struct timeline *timeline)
{
    for (uint32_t i = 0; i < timeline->items.count; i++) {
        if (timeline_at(timeline, i)->peak_kib > 0) {
            return true;
        }
    }
    return false;
}

/* What ran at once, and what that took at most. */
static void
add_counters(struct trace *trace)
{
    bool peaks = has_peaks(trace->timeline);
    struct vec moments = timeline_moments(trace->timeline);
    int64_t running = 0;
    int64_t kib = 0;
    for (uint32_t i = 0; i < moments.count; i++) {
        const struct timeline_moment *moment = vec_at(&moments, i);
        int64_t sign = moment->is_end ? -1 : 1;
        running += sign;
        kib += sign * timeline_at(trace->timeline, moment->item)->peak_kib;
        assert(running >= 0);
        add_counter(trace, "jobs", moment->time_us, "running", running);
        if (peaks) {
            add_counter(trace, "peak memory", moment->time_us, "KiB", kib);
        }
    }
    vec_finish(&moments);
}

static void
add_path(struct trace *trace)
{
    const struct timeline *timeline = trace->timeline;
    for (uint32_t i = 0; i + 1 < timeline->path.count; i++) {
        uint32_t from = *(uint32_t *)vec_at(&timeline->path, i);
        uint32_t to = *(uint32_t *)vec_at(&timeline->path, i + 1);
        add_arrow(trace, i, timeline_at(timeline, from),
                  timeline_at(timeline, to));
    }
}

/* The graph is only for the critical path: a build file that is broken by now
 * costs the arrows and nothing else. */
static void
find_path(struct asking *asking, struct timeline *timeline)
{
    struct error err = {0};
    if (asking_graph(asking, &err)) {
        timeline_find_path(timeline, asking->graph);
    } else {
        error_finish(&err);
    }
}

static bool
answer_trace(struct asking *asking, struct error *err)
{
    struct timeline timeline;
    bool done = timeline_load(asking->exec, asking->run, true, &timeline, err);
    if (done) {
        struct trace trace = {.timeline = &timeline};
        find_path(asking, &timeline);
        buffer_add_str(&trace.out, "{\"displayTimeUnit\":\"ms\","
                                   "\"traceEvents\":[");
        add_names(&trace);
        for (uint32_t i = 0; i < timeline.items.count; i++) {
            add_slice(&trace, timeline_at(&timeline, i));
        }
        add_path(&trace);
        add_counters(&trace);
        buffer_add_str(&trace.out, "\n]}\n");
        fwrite(trace.out.bytes, 1, trace.out.len, stdout);
        buffer_finish(&trace.out);
    }
    timeline_finish(&timeline);
    return done;
}

static int
run_trace(int argc, char **argv)
{
    return asking_about_run(&command_trace, argc, argv, answer_trace);
}

const struct command command_trace = {
    .name = "trace",
    .args = "[OPTION...] [RUN]",
    .summary = "Print a run for Chrome's trace viewer and Perfetto.",
    .usage = "Without a number the last run that did something. No build needs "
             "an option for it.\n\n"
             "  ronin trace >trace.json     and open it in ui.perfetto.dev or "
             "chrome://tracing",
    .options = rows,
    .run = run_trace,
};

/* --- events ------------------------------------------------------------------- */

/* The history has the command line as one text. */
static void
add_run_start(struct events *events, const struct timeline *timeline)
{
    char cwd[4096];
    struct buffer *line = events_begin_line(events, 0, "run.start");
    json_field_int(line, "run", (int64_t)timeline->run.id);
    json_field_int(line, "started", timeline->run.started_unix_us);
    json_name(line, "args");
    buffer_add_char(line, '[');
    json_string(line, timeline->arguments, strlen(timeline->arguments));
    buffer_add_char(line, ']');
    json_field_text(line, "cwd", getcwd(cwd, sizeof(cwd)));
    events_end_line(events);
}

static void
add_start(struct events *events, const struct timeline_item *item, uint32_t id)
{
    struct buffer *line =
        events_begin_line(events, item->start_us, "action.start");
    json_field_int(line, "id", id);
    json_field_text(line, "path", asking_shown(item->key));
    json_field_int(line, "lane", item->lane);
    buffer_add_char(line, ',');
    buffer_add_str(line, item->why);
    events_end_line(events);
}

static void
add_end(struct events *events, const struct timeline_item *item, uint32_t id,
        int64_t time_us)
{
    struct buffer *line = events_begin_line(events, time_us, "action.end");
    json_field_int(line, "id", id);
    json_field_text(line, "path", asking_shown(item->key));
    json_field_text(line, "status", events_status(item->status));
    if (item->signal != 0) {
        json_field_int(line, "signal", item->signal);
    } else {
        json_field_int(line, "exit", item->exit_code);
    }
    json_field_int(line, "dur", item->duration_us);
    json_field_int(line, "cpu", item->cpu_us);
    json_field_int(line, "rss", item->peak_kib);
    buffer_add_char(line, ',');
    buffer_add_str(line, item->output);
    events_end_line(events);
}

/* One that did not end has no such event, as a stream that was cut off. */
static void
add_run_end(struct events *events, const struct timeline *timeline)
{
    const struct exec_run *run = &timeline->run;
    if (run->ended_unix_us == 0) {
        return;
    }
    int64_t duration_us = run->ended_unix_us - run->started_unix_us;
    struct buffer *line = events_begin_line(events, duration_us, "run.end");
    json_field_text(line, "status", events_run_status(run->exit_status));
    json_field_int(line, "exit", run->exit_status);
    json_name(line, "counts");
    buffer_add_char(line, '{');
    json_field_int(line, "ran", run->ran);
    json_field_int(line, "failed", run->failed);
    json_field_int(line, "up_to_date", run->up_to_date);
    json_field_int(line, "cut_off", run->cut_off);
    buffer_add_char(line, '}');
    json_field_int(line, "dur", duration_us);
    events_end_line(events);
}

struct removing {
    struct events *events;
    int64_t time_us;
};

static void
on_removed(void *ctx, const char *path)
{
    const struct removing *removing = ctx;
    struct buffer *line =
        events_begin_line(removing->events, removing->time_us, "removed");
    json_field_text(line, "path", path);
    events_end_line(removing->events);
}

static bool
write_events(struct asking *asking, struct events *events,
             const struct timeline *timeline, struct error *err)
{
    struct vec moments = timeline_moments(timeline);
    int64_t last_us = 0;
    add_run_start(events, timeline);
    for (uint32_t i = 0; i < moments.count; i++) {
        const struct timeline_moment *moment = vec_at(&moments, i);
        const struct timeline_item *item = timeline_at(timeline, moment->item);
        last_us = moment->time_us;
        if (moment->is_end) {
            add_end(events, item, moment->item, moment->time_us);
        } else {
            add_start(events, item, moment->item);
        }
    }
    vec_finish(&moments);
    struct removing removing = {events, last_us};
    bool done = exec_list_removed(asking->exec, timeline->run.id, on_removed,
                                  &removing, err);
    add_run_end(events, timeline);
    return done;
}

static bool
answer_events(struct asking *asking, struct error *err)
{
    struct timeline timeline;
    struct events *events = NULL;
    bool done =
        timeline_load(asking->exec, asking->run, true, &timeline, err) &&
        events_open("fd:1", &events, err);
    if (done) {
        events_let_leave(events);
        done = write_events(asking, events, &timeline, err);
        events_drop(events);
    }
    timeline_finish(&timeline);
    return done;
}

static int
run_events(int argc, char **argv)
{
    return asking_about_run(&command_events, argc, argv, answer_events);
}

const struct command command_events = {
    .name = "events",
    .args = "[OPTION...] [RUN]",
    .summary = "Print a run as the events that a build writes.",
    .usage = "Without a number the last run that did something.",
    .options = rows,
    .run = run_events,
};
