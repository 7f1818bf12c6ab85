/* SPDX-License-Identifier: MIT */
/*
 * See events.h. A line is written by one write call, so that a reader sees it
 * whole; a reader that has gone away ends the stream and not the build.
 */
#include "runtime/events.h"

#include "runtime/describe.h"
#include "runtime/diagnostic.h"
#include "runtime/escape.h"
#include "runtime/json.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* More of what an action printed is not in its event. */
enum { OUTPUT_MAX = 1024 * 1024 };

/* An action that runs. */
struct running {
    const struct graph *graph; /* only compared: who it is */
    uint32_t action;
    uint64_t id;
    uint32_t lane;
};

struct events {
    int fd;            /* -1 after a failure */
    uint64_t seq;      /* of the next event */
    int64_t opened_us; /* monotonic */
    int64_t last_us;   /* the time of the last event */
    bool started;      /* run.start was written */
    bool may_leave;    /* the reader may go away before the end */
    char *const *args; /* of run.start; may be NULL */
    uint32_t jobs;
    uint64_t started_count; /* actions, for their ids */
    struct vec running;     /* struct running */
    struct buffer line;     /* the one that is being made */
};

static int64_t
now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* The descriptor of "fd:N", duplicated so that commands do not get it. */
static int
open_descriptor(const char *number)
{
    char *end = NULL;
    errno = 0;
    long fd = strtol(number, &end, 10);
    if (end == number || *end != 0 || errno != 0 || fd < 0 || fd > INT32_MAX) {
        errno = EBADF;
        return -1;
    }
    return fcntl((int)fd, F_DUPFD_CLOEXEC, 3);
}

bool
events_open(const char *where, struct events **events, struct error *err)
{
    int fd = strncmp(where, "fd:", 3) == 0
                 ? open_descriptor(where + 3)
                 : open(where, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        error_set_errno(err, ERROR_CLASS_USAGE, errno,
                        "cannot write events to %s", where);
        error_set_help(err, "--events takes a file, or fd:N for a descriptor "
                            "that is open");
        return false;
    }
    *events = mem_alloc(1, sizeof(**events));
    (*events)->fd = fd;
    (*events)->opened_us = now_us();
    (*events)->running = vec_of(sizeof(struct running));
    signal(SIGPIPE, SIG_IGN);
    return true;
}

void
events_let_leave(struct events *events)
{
    events->may_leave = true;
}

void
events_set_run(struct events *events, char *const *args, uint32_t jobs)
{
    events->args = args;
    events->jobs = jobs;
}

/* --- Lines --------------------------------------------------------------------- */

/* Every event begins with these four fields. */
struct buffer *
events_begin_line(struct events *events, int64_t time_us, const char *type)
{
    buffer_truncate(&events->line, 0);
    events->last_us = time_us;
    buffer_add_str(&events->line, "{\"v\":1");
    json_field_int(&events->line, "seq", (int64_t)events->seq++);
    json_field_int(&events->line, "t", time_us);
    json_field_text(&events->line, "type", type);
    return &events->line;
}

/* A write that fails ends the stream; the build goes on. */
void
events_end_line(struct events *events)
{
    buffer_add_str(&events->line, "}\n");
    size_t done = 0;
    while (events->fd >= 0 && done < events->line.len) {
        ssize_t n = write(events->fd, events->line.bytes + done,
                          events->line.len - done);
        if (n > 0) {
            done += (size_t)n;
        } else if (n < 0 && errno != EINTR) {
            if (!events->may_leave || errno != EPIPE) {
                fprintf(stderr, "ronin: note: no more events are written: %s\n",
                        strerror(errno));
            }
            close(events->fd);
            events->fd = -1;
        }
    }
}

/* Equal graphs have equal hashes, whatever their build files look like. */
static void
add_hash(struct buffer *line, const struct graph *graph)
{
    struct hash128 hash = graph_hash(graph);
    json_name(line, "graph");
    buffer_add_format(line, "\"%016" PRIx64 "%016" PRIx64 "\"", hash.high,
                      hash.low);
}

/* Written once, before anything else; also when there was no graph. */
static void
add_start(struct events *events, int64_t time_us, const struct graph *graph)
{
    if (events->started) {
        return; /* another round of the same run */
    }
    events->started = true;
    struct buffer *line = events_begin_line(events, time_us, "run.start");
    json_name(line, "args");
    buffer_add_char(line, '[');
    for (char *const *arg = events->args; arg != NULL && *arg != NULL; arg++) {
        buffer_add_str(line, arg == events->args ? "" : ",");
        json_string(line, *arg, strlen(*arg));
    }
    buffer_add_char(line, ']');
    char cwd[4096];
    json_field_text(line, "cwd", getcwd(cwd, sizeof(cwd)));
    json_field_int(line, "jobs", events->jobs);
    if (graph != NULL) {
        add_hash(line, graph);
    }
    events_end_line(events);
}

void
events_add_loaded(struct events *events, const struct graph *graph,
                  bool evaluated, int64_t duration_us)
{
    add_start(events, events->last_us, graph);
    struct buffer *line =
        events_begin_line(events, events->last_us, "graph.loaded");
    json_field_bool(line, "evaluated", evaluated);
    json_field_int(line, "actions", graph_action_count(graph));
    json_field_int(line, "files", graph_file_count(graph));
    json_field_int(line, "dur", duration_us);
    add_hash(line, graph);
    events_end_line(events);
}

/* Most phases are short, and the stream begins with the graph where there is
 * one. */
static void
add_phase(struct events *events, int64_t time_us, const char *what)
{
    bool begins = what != NULL && strcmp(what, EVENTS_WAITING) == 0;
    if (what == NULL || (!events->started && !begins)) {
        return;
    }
    add_start(events, events->last_us, NULL);
    struct buffer *line =
        events_begin_line(events,
                          time_us > events->last_us ? time_us : events->last_us,
                          "phase");
    json_field_text(line, "what", what);
    events_end_line(events);
}

void
events_add_phase(struct events *events, const char *what)
{
    add_phase(events, 0, what);
}

/* --- Actions ------------------------------------------------------------------- */

/* The words of spec/format/events.md. */
const char *
events_status(enum action_status status)
{
    static const char *const texts[] = {
        [STATUS_OK] = "ok",
        [STATUS_FAILED] = "failed",
        [STATUS_KILLED] = "killed",
        [STATUS_INTERRUPTED] = "interrupted",
        [STATUS_UP_TO_DATE] = "up-to-date",
        [STATUS_CUT_OFF] = "cut-off",
        [STATUS_NOT_RUN] = "not-run",
    };
    assert(status < sizeof(texts) / sizeof(texts[0]));
    return texts[status];
}

/* The first lane that nobody runs on. */
static uint32_t
free_lane(const struct events *events)
{
    uint32_t lane = 0;
    for (uint32_t i = 0; i < events->running.count; i++) {
        const struct running *running = vec_at(&events->running, i);
        if (running->lane == lane) {
            lane++;
            i = UINT32_MAX; // From the beginning, with the next one.
        }
    }
    return lane;
}

/* What the action of an event is known by; one that fails before it starts gets
 * a number at its end. */
static struct running
find_running(struct events *events, const struct exec_event *event, bool ends)
{
    for (uint32_t i = 0; i < events->running.count; i++) {
        struct running found = *(struct running *)vec_at(&events->running, i);
        if (found.graph == event->graph && found.action == event->action.n) {
            struct running last =
                *(struct running *)vec_at(&events->running,
                                          events->running.count - 1);
            if (ends) {
                *(struct running *)vec_at(&events->running, i) = last;
                (void)vec_pop(&events->running);
            }
            return found;
        }
    }
    return (struct running){.id = events->started_count++};
}

/* What tools know an action by: its number in this stream, and its name. */
static void
add_action(struct buffer *line, const struct exec_event *event, uint64_t id)
{
    struct buffer name = {0};
    if (id != UINT64_MAX) {
        json_field_int(line, "id", (int64_t)id);
    }
    describe_name(&name, event->graph, event->action);
    json_field_bytes(line, "path", buffer_str(&name), name.len);
    buffer_finish(&name);
}

/* With all reasons: a reader should not have to ask for them again. */
static void
add_action_start(struct events *events, const struct exec_event *event)
{
    struct running running = {event->graph, event->action.n,
                              events->started_count++, free_lane(events)};
    vec_push(&events->running, &running);
    struct buffer text = {0};
    struct buffer *line =
        events_begin_line(events, event->time_us, "action.start");
    add_action(line, event, running.id);
    describe_action(&text, event->graph, event->action, false);
    json_field_bytes(line, "desc", buffer_str(&text), text.len);
    buffer_finish(&text);
    json_field_int(line, "lane", running.lane);
    if (event->usual_us > 0) {
        json_field_int(line, "usual", event->usual_us);
    }
    json_field_reasons(line, "why", event->reasons, event->reason_count);
    events_end_line(events);
}

/* What compilers told, taken apart. */
static void
add_diagnostics(struct events *events, const struct exec_event *event,
                uint64_t id)
{
    size_t len =
        event->output_len < OUTPUT_MAX ? event->output_len : OUTPUT_MAX;
    struct slice text = {event->output, len};
    struct diagnostic d;
    while (len > 0 && diagnostic_next(&text, &d)) {
        struct buffer *line = events_begin_line(events, event->time_us, "diag");
        add_action(line, event, id);
        json_field_bytes(line, "file", d.file.bytes, d.file.len);
        json_field_int(line, "line", d.line);
        if (d.column > 0) {
            json_field_int(line, "col", d.column);
        }
        json_field_text(line, "sev", diagnostic_severity(d.severity));
        struct buffer message = {0};
        escape_add_plain(&message, d.message);
        json_field_bytes(line, "msg", buffer_str(&message), message.len);
        buffer_finish(&message);
        events_end_line(events);
    }
}

/* The first part of a long output is enough: tools that want all of it run
 * the action themselves. */
static void
add_action_end(struct events *events, const struct exec_event *event)
{
    struct running running = find_running(events, event, true);
    add_diagnostics(events, event, running.id);
    struct buffer *line =
        events_begin_line(events, event->time_us, "action.end");
    add_action(line, event, running.id);
    json_field_text(line, "status", events_status(event->status));
    if (event->signal != 0) {
        json_field_int(line, "signal", event->signal);
    } else {
        json_field_int(line, "exit", event->exit_code);
    }
    json_field_int(line, "dur", event->duration_us);
    json_field_int(line, "cpu", event->cpu_us);
    json_field_int(line, "rss", event->peak_kib);
    json_field_bool(line, "cutoff", event->unchanged);
    size_t len = event->output_len;
    json_field_bytes(line, "output", len == 0 ? "" : event->output,
                     len < OUTPUT_MAX ? len : OUTPUT_MAX);
    if (len > OUTPUT_MAX) {
        json_field_int(line, "output_len", (int64_t)len);
    }
    json_field_text(line, "message", event->text);
    events_end_line(events);
}

/* What came since the last one; of very much its first part. */
static void
add_action_output(struct events *events, const struct exec_event *event)
{
    assert(event->output_shown <= event->output_len);
    struct running running = find_running(events, event, false);
    size_t len = event->output_len - event->output_shown;
    struct buffer *line =
        events_begin_line(events, event->time_us, "action.output");
    add_action(line, event, running.id);
    json_field_bytes(line, "chunk", event->output + event->output_shown,
                     len < OUTPUT_MAX ? len : OUTPUT_MAX);
    if (len > OUTPUT_MAX) {
        json_field_int(line, "chunk_len", (int64_t)len);
    }
    events_end_line(events);
}

/* Told only where somebody writes events: there are as many as actions. */
static void
add_action_skip(struct events *events, const struct exec_event *event)
{
    struct buffer *line =
        events_begin_line(events, event->time_us, "action.skip");
    add_action(line, event, UINT64_MAX);
    json_field_text(line, "status", events_status(event->status));
    events_end_line(events);
}

/* --- Events ---------------------------------------------------------------------- */

static void
add_plan(struct events *events, const struct exec_event *event)
{
    struct buffer *line = events_begin_line(events, event->time_us, "plan");
    json_field_int(line, "total", event->wanted);
    json_field_bool(line, "at_least", event->at_least);
    if (event->outlook != NULL && event->outlook->left_us >= 0) {
        json_field_int(line, "eta", event->outlook->left_us);
    }
    events_end_line(events);
}

/* The event types that have one text only. */
static void
add_text(struct events *events, const struct exec_event *event,
         const char *type, const char *field)
{
    struct buffer *line = events_begin_line(events, event->time_us, type);
    json_field_text(line, field, event->text);
    events_end_line(events);
}

/* What changes the screen and not the build. */
static bool
is_told(enum exec_event_type type)
{
    return type != EVENT_PHASE && type != EVENT_PAUSE && type != EVENT_RESUME &&
           type != EVENT_RUN_END;
}

void
events_add(struct events *events, const struct exec_event *event)
{
    if (is_told(event->type)) {
        add_start(events, event->time_us,
                  event->type == EVENT_RUN_START ? event->graph : NULL);
    }
    switch (event->type) {
    case EVENT_PHASE:
        add_phase(events, event->time_us, event->text);
        break;
    case EVENT_RUN_START:
    case EVENT_PAUSE:
    case EVENT_RESUME:
    case EVENT_RUN_END: /* written when all is done: events_close */
        break;
    case EVENT_PLAN:
        add_plan(events, event);
        break;
    case EVENT_ACTION_START:
        add_action_start(events, event);
        break;
    case EVENT_ACTION_OUTPUT:
        add_action_output(events, event);
        break;
    case EVENT_ACTION_END:
        add_action_end(events, event);
        break;
    case EVENT_ACTION_SKIP:
        add_action_skip(events, event);
        break;
    case EVENT_REMOVED:
        add_text(events, event, "removed", "path");
        break;
    case EVENT_NOTE:
        add_text(events, event, "note", "text");
        break;
    case EVENT_STATE_NOTE:
        add_text(events, event, "state.warn", "text");
        break;
    }
}

/* --- The end ----------------------------------------------------------------------- */

/* All of the result, under the names of the specification. */
static void
add_counts(struct buffer *line, const struct exec_result *r)
{
    json_field_int(line, "wanted", r->wanted);
    json_field_int(line, "ran", r->ran);
    json_field_int(line, "failed", r->failed);
    json_field_int(line, "not_run", r->not_run);
    json_field_int(line, "up_to_date", r->up_to_date);
    json_field_int(line, "cut_off", r->cut_off);
    json_field_int(line, "removed", r->removed);
}

const char *
events_run_status(int exit_status)
{
    return exit_status >= 128 ? "interrupted"
           : exit_status == 0 ? "ok"
           : exit_status == 1 ? "failed"
                              : "error";
}

void
events_drop(struct events *events)
{
    if (events->fd >= 0) {
        close(events->fd);
    }
    vec_finish(&events->running);
    buffer_finish(&events->line);
    free(events);
}

void
events_close(struct events *events, const struct events_end *end)
{
    if (events == NULL) {
        return;
    }
    const struct exec_result *r = end->result;
    int64_t time_us = now_us() - events->opened_us;
    add_start(events, events->last_us, NULL);
    struct buffer *line = events_begin_line(events, time_us, "run.end");
    json_field_text(line, "status",
                    r->signal != 0 ? "interrupted"
                                   : events_run_status(end->exit_status));
    json_field_int(line, "exit", end->exit_status);
    json_name(line, "counts");
    buffer_add_char(line, '{');
    add_counts(line, r);
    buffer_add_char(line, '}');
    json_field_int(line, "dur", r->duration_us);
    json_field_text(line, "message", end->message);
    events_end_line(events);
    events_drop(events);
}
