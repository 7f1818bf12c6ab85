/* SPDX-License-Identifier: MIT */
/* See question.h. */
#include "runtime/repl/question.h"

#include "runtime/answers.h"
#include "runtime/graphview.h"
#include "runtime/query/world_past.h"
#include "runtime/report.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- Lines ------------------------------------------------------------------------- */

bool
question_form(struct slice line, struct buffer *out)
{
    size_t at = 0;
    while (at < line.len && strchr(" \t\n", line.bytes[at]) != NULL) {
        at++;
    }
    if (at == line.len || (line.bytes[at] != '?' && line.bytes[at] != '|')) {
        return false;
    }
    buffer_add_str(out, line.bytes[at] == '?' ? "(ronin-repl/query \""
                                              : "(ronin-repl/query-on *1 \"");
    while (line.len > at && strchr(" \t\n", line.bytes[line.len - 1]) != NULL) {
        line.len--;
    }
    for (size_t i = at + 1; i < line.len; i++) {
        if (line.bytes[i] == '"' || line.bytes[i] == '\\') {
            buffer_add_char(out, '\\');
        }
        buffer_add_char(out, line.bytes[i]);
    }
    buffer_add_str(out, "\")");
    return true;
}

/* --- The subject --------------------------------------------------------------------- */

static void
add_subject(struct buffer *text, Value path)
{
    if (magma_is_map(path)) {
        path = magma_map_get(path, magma_keyword("path"));
    }
    if (!magma_is_string(path)) {
        error_throw_help(ERROR_TYPE,
                         "ask for one first, as in ? app | deps, or give the "
                         "whole query after ?",
                         "*1 is no set of targets to go on from");
    }
    struct magma_text bytes = magma_text_of(path);
    buffer_add_str(text, " \"");
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.bytes[i] == '"' || bytes.bytes[i] == '\\') {
            buffer_add_char(text, '\\');
        }
        buffer_add_char(text, bytes.bytes[i]);
    }
    buffer_add_char(text, '"');
}

struct subject {
    struct buffer *text;
    Value value;
};

/* The body of magma_try: the subject may be lazy. */
static Value
subject_body(void *arg)
{
    struct subject *subject = arg;
    size_t before = subject->text->len;
    buffer_add_str(subject->text, "set");
    if (magma_is_sequence(subject->value)) {
        Value cursor = subject->value;
        Value path = VALUE_NIL;
        while (magma_next(&cursor, &path)) {
            add_subject(subject->text, path);
        }
    } else {
        add_subject(subject->text, subject->value);
    }
    if (subject->text->len == before + strlen("set")) {
        buffer_truncate(subject->text, before);
        buffer_add_str(subject->text, "none");
    }
    buffer_add_str(subject->text, " | ");
    return VALUE_NIL;
}

/* --- The answer ----------------------------------------------------------------------- */

/* The body of magma_try. */
struct rows {
    const struct query_rows *rows;
    struct query_world *world;
};

static Value
rows_body(void *arg)
{
    const struct rows *rows = arg;
    return answers_make(rows->rows, rows->world, VALUE_NIL);
}

static void
print_notes(const struct query_world *world)
{
    struct slice notes = query_world_notes(world);
    struct slice note;
    fflush(stdout);
    while (slice_next_text(&notes, &note)) {
        fputs("ronin: note: ", stderr);
        report_sanitised(stderr, note.bytes, note.len);
        fputc('\n', stderr);
    }
}

/* All that the executor and the query need to answer, and what comes of it. */
struct question {
    struct copy *copy;
    const struct graph *graph;
    struct buffer text;
    Value answer;
    Value thrown;
    bool is_answered;
};

/* Nothing of the world is kept from one query to the next: files and records
 * may have changed. */
static bool
answer(struct question *q, const struct query *query, struct error *err)
{
    static const struct query_eval_options options = {QUERY_ORDER_DEPS, false};
    struct exec *exec = NULL;
    if (!session_exec(copy_session(q->copy), &exec, err)) {
        return false;
    }
    const struct query_world_options where = {.graph = q->graph,
                                              .exec = exec,
                                              .session = copy_session(q->copy)};
    struct query_world *world = query_world_open(&where);
    struct query_rows rows;
    bool done = query_eval(world, query->root, &options, &rows, err);
    if (done) {
        struct rows both = {&rows, world};
        q->is_answered = magma_try(rows_body, &both, &q->answer, &q->thrown);
        query_rows_finish(&rows);
    }
    print_notes(world);
    query_world_close(world);
    return done;
}

/* The error at its place in the query, of which a line is shown. */
_Noreturn static void
throw_query_error(struct error *err)
{
    struct error_place place = {.file = magma_cstring("query"), .line = 1};
    unsigned line = 0;
    unsigned column = 0;
    if (err->where != NULL &&
        sscanf(err->where, "query:%u:%u", &line, &column) == 2) {
        place.line = line;
        place.column = column;
        place.end_line = line;
        place.end_column = column + 1;
    }
    Value what = magma_cstring(err->what);
    Value help = err->help == NULL ? VALUE_NIL : magma_cstring(err->help);
    bool has_place = place.column > 0;
    error_finish(err);
    const char *advice = value_is_nil(help) ? NULL : magma_text_of(help).bytes;
    if (!has_place) {
        error_throw_help(ERROR_VALUE, advice, "%s", magma_text_of(what).bytes);
    }
    error_throw_at(&place, ERROR_SYNTAX, advice, "%s",
                   magma_text_of(what).bytes);
}

static bool
parse_and_answer(struct question *q, struct error *err)
{
    struct query query = {.root = NULL};
    struct query_names names = {.rows = {0}};
    bool done = query_names_read(&names, session_root(copy_session(q->copy)),
                                 q->graph, err) &&
                query_parse_with(buffer_slice(&q->text), &names, &query, err) &&
                answer(q, &query, err);
    query_finish(&query);
    query_names_finish(&names);
    return done;
}

Value
question_answer(struct copy *c, const struct graph *graph,
                struct magma_text text, Value subject)
{
    // The last query stays: the report of an error shows it.
    static char *shown;
    struct question q = {.copy = c, .graph = graph};
    struct error err = {0};
    if (!value_is(subject, VALUE_ABSENT)) {
        struct subject on = {&q.text, subject};
        Value ignored = VALUE_NIL;
        if (!magma_try(subject_body, &on, &ignored, &q.thrown)) {
            buffer_finish(&q.text);
            error_throw_value(q.thrown);
        }
    }
    buffer_add(&q.text, text.bytes, text.len);
    free(shown);
    shown = mem_copy_str(buffer_str(&q.text));
    report_add_source("query", shown, strlen(shown));
    bool done = parse_and_answer(&q, &err);
    buffer_finish(&q.text);
    if (!done) {
        throw_query_error(&err);
    }
    if (!q.is_answered) {
        error_throw_value(q.thrown);
    }
    return q.answer;
}

/* --- Graphs of the past ------------------------------------------------------------------ */

/* The view of a large graph may spend a budget, with the graph still to be
 * freed. */
static Value
view_body(void *arg)
{
    return graphview_make(arg);
}

/* Runs are named as in queries, so it is a query's world that knows them. */
static struct graph *
past_graph(struct copy *c, const struct graph *graph, const char *run,
           struct error *err)
{
    struct exec *exec = NULL;
    uint64_t number = 0;
    if (!session_exec(copy_session(c), &exec, err)) {
        return NULL;
    }
    const struct query_world_options where = {.graph = graph,
                                              .exec = exec,
                                              .session = copy_session(c)};
    struct query_world *world = query_world_open(&where);
    bool found = query_world_find_run(world, run, &number, err);
    query_world_close(world);
    if (found && number == 0) {
        error_set(err, ERROR_CLASS_USAGE, "no run is recorded");
        error_set_help(err, "(build) makes one");
        return NULL;
    }
    return found ? exec_graph_of_run(exec, number, err) : NULL;
}

Value
question_graph_at(struct copy *c, const struct graph *graph, const char *run)
{
    struct error err = {0};
    Value view = VALUE_NIL;
    Value thrown = VALUE_NIL;
    struct graph *past = past_graph(c, graph, run, &err);
    if (past == NULL) {
        graphview_throw(&err);
    }
    bool done = magma_try(view_body, past, &view, &thrown);
    graph_destroy(past);
    if (!done) {
        error_throw_value(thrown);
    }
    return view;
}
