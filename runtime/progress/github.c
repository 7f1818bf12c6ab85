/* SPDX-License-Identifier: MIT */
/*
 * For GitHub's runners: what an action printed folds away, what compilers said
 * stands at its line of the source, and the summary is a table. Lines that an
 * action prints are not taken for commands of the runner: it is told to look
 * for none until a word comes that nobody can guess.
 */
#include "runtime/describe.h"
#include "runtime/diagnostic.h"
#include "runtime/escape.h"
#include "runtime/progress/heartbeat.h"
#include "runtime/progress/registry.h"
#include "runtime/report.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { DIAGNOSED_MAX = 1 << 20, ANNOTATIONS_MAX = 50 };

struct github {
    struct stage *stage;
    struct heartbeat heartbeat;
    uint32_t annotations;
    char token[40];
};

static void *
create(struct stage *stage)
{
    struct github *github = mem_alloc(1, sizeof(*github));
    uint64_t chance[2] = {0, 0};
    github->stage = stage;
    stage->err_fd = STDOUT_FILENO; // In order with what the runner obeys.
    ssize_t n = getrandom(chance, sizeof(chance), 0);
    (void)n; // Sixteen bytes always come.
    snprintf(github->token, sizeof(github->token), "%016" PRIx64 "%016" PRIx64,
             chance[0], chance[1]);
    return github;
}

static void
destroy(void *self)
{
    free(self);
}

/* --- Commands of the runner --------------------------------------------------------- */

/* One line without colours, which mean nothing there, nor control characters. */
static struct buffer
plain_text(struct slice text)
{
    struct buffer plain = {0};
    escape_add_plain(&plain, text);
    struct buffer shown = {0};
    report_one_line(&shown, buffer_str(&plain), plain.len);
    buffer_finish(&plain);
    return shown;
}

/* Values escape what would end them. */
static void
add_value(struct buffer *out, struct slice text, bool is_property)
{
    struct buffer shown = plain_text(text);
    for (size_t i = 0; i < shown.len; i++) {
        char c = shown.bytes[i];
        if (c == '%' || (is_property && (c == ':' || c == ','))) {
            buffer_add_format(out, "%%%02X", (unsigned)c);
        } else {
            buffer_add_char(out, c);
        }
    }
    buffer_finish(&shown);
}

/* ::error file=a.c,line=3,col=5::no such luck */
static void
add_annotation(struct buffer *out, const struct diagnostic *d)
{
    buffer_add_format(out, "::%s file=", diagnostic_severity(d->severity));
    add_value(out, d->file, true);
    buffer_add_format(out, ",line=%" PRIu32, d->line);
    if (d->column > 0) {
        buffer_add_format(out, ",col=%" PRIu32, d->column);
    }
    buffer_add_str(out, "::");
    add_value(out, d->message, false);
    buffer_add_char(out, '\n');
}

/* The service shows few of them, so that more would hide the first. */
static void
annotate(struct github *github, const struct exec_event *event)
{
    size_t len =
        event->output_len < DIAGNOSED_MAX ? event->output_len : DIAGNOSED_MAX;
    struct slice text = {event->output, len};
    struct diagnostic d;
    struct buffer out = {0};
    bool any = false;
    while (len > 0 && github->annotations < ANNOTATIONS_MAX &&
           diagnostic_next(&text, &d)) {
        if (d.severity != SEVERITY_NOTE) {
            add_annotation(&out, &d);
            github->annotations++;
            any = true;
        }
    }
    if (!any && stage_is_failure(event)) {
        struct buffer name = {0};
        describe_name(&name, event->graph, event->action);
        buffer_add_str(&out, "::error::");
        add_value(&out, buffer_slice(&name), false);
        buffer_add_str(&out, " failed\n");
        buffer_finish(&name);
    }
    if (out.len > 0) {
        screen_print(github->stage->screen, STDOUT_FILENO, out.bytes, out.len);
    }
    buffer_finish(&out);
}

/* Between these lines the runner obeys nothing. */
static void
set_deaf(struct github *github, bool deaf)
{
    char line[80];
    int len =
        snprintf(line, sizeof(line),
                 deaf ? "::stop-commands::%s\n" : "::%s::\n", github->token);
    screen_print(github->stage->screen, STDOUT_FILENO, line, (size_t)len);
}

/* --- Events ------------------------------------------------------------------------ */

static void
begin_group(struct github *github, const struct exec_event *event)
{
    struct buffer line = {0};
    struct buffer out = {0};
    stage_add_line(github->stage, &line, event);
    buffer_add_str(&out, "::group::");
    add_value(&out, buffer_slice(&line), false);
    buffer_add_char(&out, '\n');
    screen_print(github->stage->screen, STDOUT_FILENO, out.bytes, out.len);
    buffer_finish(&line);
    buffer_finish(&out);
}

/* What failed is not folded: somebody looks for it. */
static void
action_ended(struct github *github, const struct exec_event *event)
{
    struct stage *stage = github->stage;
    static const char end[] = "::endgroup::\n";
    if (event->status == STATUS_INTERRUPTED) {
        return;
    }
    if (stage_is_failure(event)) {
        set_deaf(github, true);
        stage_print_failure(stage, event);
        set_deaf(github, false);
    } else if (event->output_len > event->output_shown) {
        begin_group(github, event);
        set_deaf(github, true);
        stage_print_output(stage, event);
        set_deaf(github, false);
        screen_print(stage->screen, STDOUT_FILENO, end, sizeof(end) - 1);
    }
    annotate(github, event);
}

static void
event(void *self, const struct exec_event *event)
{
    struct github *github = self;
    if (stage_print_common(github->stage, event)) {
        return;
    }
    if (event->type == EVENT_ACTION_OUTPUT) {
        set_deaf(github, true);
        stage_print_output(github->stage, event);
        set_deaf(github, false);
    } else if (event->type == EVENT_ACTION_END) {
        action_ended(github, event);
    }
}

static int64_t
tick(void *self, int64_t now_us)
{
    struct github *github = self;
    return heartbeat_tick(&github->heartbeat, github->stage, now_us);
}

/* --- The page of the run ------------------------------------------------------------- */

/* A cell of a table: what Markdown would read is escaped. */
static void
add_cell(struct buffer *out, const char *text)
{
    struct buffer shown = plain_text(slice_of(text));
    for (size_t i = 0; i < shown.len; i++) {
        if (strchr("|\\`*_<>[]#&~", shown.bytes[i]) != NULL) {
            buffer_add_char(out, '\\');
        }
        buffer_add_char(out, shown.bytes[i]);
    }
    buffer_finish(&shown);
}

static void
add_table(struct buffer *out, const struct github *github,
          const struct progress_end *end)
{
    const struct tally *tally = &github->stage->tally;
    const struct exec_result *r = end->result;
    buffer_add_format(out,
                      "### ronin: %s\n\n| ran | up to date | failed | not run "
                      "| warnings | time |\n| --- | --- | --- | --- | --- | "
                      "--- |\n| %" PRIu32 " | %" PRIu32 " | %" PRIu32
                      " | %" PRIu32 " | %" PRIu32 " | ",
                      end->done        ? "built"
                      : r->signal != 0 ? "interrupted"
                      : r->failed > 0  ? "failed"
                                       : "not built",
                      r->ran, r->up_to_date + r->cut_off, r->failed, r->not_run,
                      tally->warnings);
    describe_duration(out, r->duration_us);
    buffer_add_str(out, " |\n");
    for (uint32_t i = 0; i < tally->failure_count && i < TALLY_FAILURES_MAX;
         i++) {
        buffer_add_str(out,
                       i == 0 ? "\n| failed | |\n| --- | --- |\n| " : "| ");
        add_cell(out, tally->failures[i].name);
        buffer_add_str(out, " | ");
        add_cell(out, tally->failures[i].line);
        buffer_add_str(out, " |\n");
    }
    buffer_add_char(out, '\n');
}

/* The runner gives a file for it; without one nothing is lost but the table. */
static void
write_table(const struct github *github, const struct progress_end *end)
{
    const char *path = getenv("GITHUB_STEP_SUMMARY");
    int fd = path == NULL
                 ? -1
                 : open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) {
        return;
    }
    struct buffer out = {0};
    add_table(&out, github, end);
    ssize_t n = write(fd, out.bytes, out.len);
    (void)n;
    close(fd);
    buffer_finish(&out);
}

static bool
finish(void *self, const struct progress_end *end)
{
    struct github *github = self;
    write_table(github, end);
    return stage_print_end(github->stage, end);
}

const struct progress_backend progress_github = {
    .name = "github",
    .create = create,
    .destroy = destroy,
    .event = event,
    .finish = finish,
    .tick = tick,
    .ticks_anywhere = true,
};
