/* SPDX-License-Identifier: MIT */
/*
 * See prompt.h. Lines are gathered until no form is open; then they are
 * evaluated. A line that begins with ? or | is a query, and never goes on.
 */
#include "runtime/repl/prompt.h"

#include "runtime/repl/complete.h"
#include "runtime/repl/line.h"
#include "runtime/repl/question.h"
#include "runtime/repl/repl.h"
#include "runtime/report.h"
#include "runtime/script.h"
#include "runtime/terminal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct prompt {
    struct line *line;
    struct talk talk;
    struct buffer input; /* lines of a form that is still open */
    struct buffer text;  /* of the prompt */
};

/* --- What lines ask ------------------------------------------------------------- */

/* The cursor is in the last line of what was typed so far. */
static void
on_complete(void *ctx, struct slice line, size_t at, struct choices *out)
{
    const struct prompt *p = ctx;
    struct buffer text = {0};
    buffer_add(&text, p->input.bytes, p->input.len);
    buffer_add(&text, line.bytes, line.len);
    const struct complete_world world = {.graph = copy_last_graph(repl_copy()),
                                         .keywords =
                                             copy_keywords(repl_copy())};
    complete(&world, buffer_slice(&text), p->input.len + at, out);
    buffer_finish(&text);
    // A string that was opened on an earlier line begins there.
    if (out->start < p->input.len) {
        choices_finish(out);
        out->start = p->input.len + at;
    }
    out->start -= p->input.len;
}

/* Asked while nobody types, so it must be quick. */
static bool
on_is_due(void *ctx)
{
    (void)ctx;
    return copy_is_stale(repl_copy());
}

static void
on_say(void *ctx)
{
    (void)ctx;
    repl_refresh();
}

/* --- What the talk tells ----------------------------------------------------------- */

static void
on_value(void *ctx, struct slice text)
{
    (void)ctx;
    fwrite(text.bytes, 1, text.len, stdout);
    fputc('\n', stdout);
}

static void
on_error(void *ctx, Value thrown)
{
    (void)ctx;
    script_report(thrown);
}

/* The prompt is empty: the program has asked in its own words. */
static char *
on_read_line(void *ctx)
{
    struct prompt *p = ctx;
    struct slice text;
    fflush(stdout);
    if (line_next(p->line, "", &text) != LINE_TEXT) {
        return NULL;
    }
    char *copy = strndup(text.bytes, text.len);
    assert(copy != NULL);
    return copy;
}

/* --- Lines ---------------------------------------------------------------------------- */

/* "user=> ", and below it for lines that go on. */
static const char *
prompt_text(struct prompt *p)
{
    buffer_truncate(&p->text, 0);
    if (p->input.len == 0) {
        buffer_add_format(&p->text, "%s=> ", magma_namespace());
    } else {
        size_t width = strlen(magma_namespace());
        buffer_add_format(&p->text, "%*s..> ", (int)(width < 1 ? 0 : width - 1),
                          "");
    }
    return buffer_str(&p->text);
}

/* True while brackets are open: the next line belongs to this form. */
static Value
incomplete_body(void *arg)
{
    const struct buffer *input = arg;
    struct magma_text text = {input->bytes, input->len};
    return value_bool(magma_is_incomplete(text));
}

static bool
input_is_complete(struct buffer *input)
{
    Value incomplete = VALUE_FALSE;
    Value thrown = VALUE_NIL;
    struct buffer form = {0};
    bool is_question = question_form(buffer_slice(input), &form);
    buffer_finish(&form);
    return is_question ||
           !magma_try(incomplete_body, input, &incomplete, &thrown) ||
           !value_is_true(incomplete);
}

/* The file is looked at first: whoever saved it and then asks means the new
 * one. */
static void
evaluate_input(struct prompt *p)
{
    line_remember(p->line, buffer_str(&p->input));
    repl_refresh();
    p->talk.width = terminal_columns(STDOUT_FILENO);
    talk_evaluate(&p->talk, buffer_slice(&p->input), NULL);
    buffer_truncate(&p->input, 0);
}

/* The end of the input ends an open form, which is then an error. */
static void
run_loop(struct prompt *p)
{
    enum line_answer answer = LINE_TEXT;
    while (answer != LINE_END && !repl_is_exiting()) {
        struct slice text = {"", 0};
        answer = line_next(p->line, prompt_text(p), &text);
        if (answer == LINE_INTERRUPTED) {
            buffer_truncate(&p->input, 0);
        } else {
            buffer_add(&p->input, text.bytes, text.len);
        }
        if (p->input.len > 0 &&
            (answer == LINE_END || input_is_complete(&p->input))) {
            evaluate_input(p);
        }
    }
}

/* --- Life -------------------------------------------------------------------------------- */

/* Where the lines are remembered: malloc'ed, or NULL without a home. */
static char *
history_path(void)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    struct buffer path = {0};
    if (state != NULL && state[0] == '/') {
        buffer_add_format(&path, "%s/ronin/repl-history", state);
    } else if (home != NULL && home[0] == '/') {
        buffer_add_format(&path, "%s/.local/state/ronin/repl-history", home);
    } else {
        return NULL;
    }
    return buffer_take(&path);
}

/* ronin 0.1.0 · build.magma · 418 actions · (help) */
static void
greet(void)
{
    static const char dot[] = " \xc2\xb7 ";
    const struct graph *graph = copy_last_graph(repl_copy());
    fputs("ronin " RONIN_VERSION, stdout);
    if (graph != NULL) {
        uint32_t count = graph_action_count(graph);
        fprintf(stdout, "%s%s%s%" PRIu32 " action%s", dot,
                copy_build_file(repl_copy()), dot, count,
                count == 1 ? "" : "s");
    }
    fprintf(stdout, "%s(help)\n", dot);
}

void
prompt_run(void)
{
    char *history = history_path();
    struct prompt p = {.talk = {.value = on_value,
                                .error_thrown = on_error,
                                .read_line = on_read_line}};
    struct line_options options = {.history = history,
                                   .complete = on_complete,
                                   .is_due = on_is_due,
                                   .say = on_say,
                                   .ctx = &p};
    p.talk.ctx = &p;
    talk_init(&p.talk);
    p.line = line_open(&options);
    repl_on_idle_signal(line_interrupt);
    if (line_is_terminal(p.line)) {
        greet();
    }
    run_loop(&p);
    line_close(p.line);
    talk_finish(&p.talk);
    buffer_finish(&p.input);
    buffer_finish(&p.text);
    free(history);
}
