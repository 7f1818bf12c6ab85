/* SPDX-License-Identifier: MIT */
/*
 * Both notations have strings with the same escapes (JSON's are a part of
 * EDN's), and differ in how a key is written and ended. What is not known is
 * left out, so that a reader asks for a key and not for its value.
 *
 * The words severity and kind are keywords in EDN, for they are from a small
 * set; codes are strings, for people search for them as they are.
 */
#include "runtime/report_data.h"

#include "runtime/json.h"

#include <assert.h>
#include <string.h>

struct writer {
    struct buffer out;
    enum report_format format;
    bool is_first; /* nothing stands in the innermost map yet */
};

static void
write_key(struct writer *w, const char *name)
{
    bool json = w->format == REPORT_JSON;
    if (!w->is_first) {
        buffer_add_str(&w->out, json ? "," : " ");
    }
    w->is_first = false;
    buffer_add_format(&w->out, json ? "\"%s\":" : ":%s ", name);
}

static void
write_string(struct writer *w, const char *name, const char *bytes, size_t len)
{
    write_key(w, name);
    json_string(&w->out, bytes, len);
}

static void
write_number(struct writer *w, const char *name, uint32_t number)
{
    if (number > 0) {
        write_key(w, name);
        buffer_add_format(&w->out, "%u", number);
    }
}

/* A keyword in EDN. */
static void
write_word(struct writer *w, const char *name, const char *word)
{
    write_key(w, name);
    bool json = w->format == REPORT_JSON;
    buffer_add_format(&w->out, json ? "\"%s\"" : ":%s", word);
}

static void
write_place(struct writer *w, const char *name,
            const struct excerpt_place *place)
{
    if (place->file == NULL) {
        return;
    }
    write_key(w, name);
    buffer_add_str(&w->out, "{");
    w->is_first = true;
    write_string(w, "file", place->file, strlen(place->file));
    write_number(w, "line", place->line);
    write_number(w, "column", place->column);
    write_number(w, "end-line", place->end_line);
    write_number(w, "end-column", place->end_column);
    buffer_add_str(&w->out, "}");
    w->is_first = false;
}

/* A number of a frame, or 0 where it is not known. */
static uint32_t
frame_number(Value frame, const char *key)
{
    Value number = magma_map_get(frame, magma_keyword(key));
    return magma_is_int(number) ? (uint32_t)magma_int_of(number) : 0;
}

void
report_frame_at(Value trace, uint32_t index, struct report_frame *frame)
{
    assert(index < magma_vector_count(trace));
    Value map = magma_vector_at(trace, index);
    Value fn = magma_map_get(map, magma_keyword("fn"));
    Value file = magma_map_get(map, magma_keyword("file"));
    *frame = (struct report_frame){.line = frame_number(map, "line"),
                                   .column = frame_number(map, "column")};
    if (magma_is_string(fn)) {
        frame->fn = magma_text_of(fn).bytes;
        frame->fn_len = magma_text_of(fn).len;
    }
    if (magma_is_string(file)) {
        frame->file = magma_text_of(file).bytes;
    }
}

static void
write_trace(struct writer *w, Value trace)
{
    if (!magma_is_vector(trace) || magma_vector_count(trace) == 0) {
        return;
    }
    write_key(w, "trace");
    buffer_add_str(&w->out, "[");
    for (uint32_t i = 0; i < magma_vector_count(trace); i++) {
        struct report_frame frame;
        report_frame_at(trace, i, &frame);
        bool json = w->format == REPORT_JSON;
        buffer_add_str(&w->out, i == 0 ? "{" : json ? ",{" : " {");
        w->is_first = true;
        if (frame.fn != NULL) {
            write_string(w, "fn", frame.fn, frame.fn_len);
        }
        if (frame.file != NULL) {
            write_string(w, "file", frame.file, strlen(frame.file));
        }
        write_number(w, "line", frame.line);
        write_number(w, "column", frame.column);
        buffer_add_str(&w->out, "}");
    }
    buffer_add_str(&w->out, "]");
    w->is_first = false;
}

/* A text of a value: what it prints as. */
static void
write_value(struct writer *w, const char *name, Value value)
{
    if (!value_is_nil(value)) {
        struct magma_text text = magma_text_of(magma_print(value));
        write_string(w, name, text.bytes, text.len);
    }
}

static void
write_all(struct writer *w, const struct report *report)
{
    char code[16];
    snprintf(code, sizeof(code), "R%04u", report->code);
    buffer_add_str(&w->out, "{");
    write_word(w, "severity", report->is_warning ? "warning" : "error");
    write_word(w, "kind", report->kind);
    write_string(w, "code", code, strlen(code));
    write_string(w, "message", report->message, report->message_len);
    write_place(w, "at", &report->at);
    write_place(w, "other", &report->other);
    write_value(w, "data", report->data);
    write_trace(w, report->trace);
    const struct error_object *cause = magma_error(report->cause);
    if (cause != NULL) {
        struct magma_text text = magma_text_of(cause->message);
        write_string(w, "cause", text.bytes, text.len);
    }
    if (report->help != NULL) {
        write_string(w, "help", report->help, strlen(report->help));
    }
    buffer_add_str(&w->out, "}\n");
}

/* Printing data may throw; the buffer is plain memory, so it is made first. */
struct job {
    struct writer *writer;
    const struct report *report;
};

static Value
write_body(void *arg)
{
    const struct job *job = arg;
    write_all(job->writer, job->report);
    return VALUE_NIL;
}

void
report_data_print(FILE *out, const struct report *report,
                  enum report_format format)
{
    assert(format != REPORT_TEXT);
    struct writer w = {.format = format, .is_first = true};
    struct job job = {&w, report};
    Value result = VALUE_NIL;
    Value thrown = VALUE_NIL;
    struct report plain = *report;
    if (!magma_try(write_body, &job, &result, &thrown)) {
        plain.data = VALUE_NIL; // it threw: the rest is worth having
        w.out.len = 0;
        w.is_first = true;
        write_all(&w, &plain);
    }
    fwrite(buffer_str(&w.out), 1, w.out.len, out);
    buffer_finish(&w.out);
}
