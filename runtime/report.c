/* SPDX-License-Identifier: MIT */
/*
 * See report.h. Errors of both layers are brought to one form here; the text
 * form is written here, and the other two by report_data.c.
 *
 * An error of the language is printed while its values are alive, or turned
 * into a text at once (report_magma_as_error): a record of the world holds
 * plain memory only. So the format is chosen once, for the whole process,
 * before anything can fail but the command line itself.
 *
 * All that comes from outside (messages, names of files, values) goes through
 * print_plain, which spells control characters out: an error cannot clear a
 * screen or colour what follows it.
 */
#include "runtime/report.h"

#include "runtime/report_data.h"
#include "runtime/terminal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { TRACE_SHOWN_MAX = 12, TEXT_SHOWN_MAX = 4000 };

static enum report_format format;

/* Codes are for ever: one that is no longer used is not given anew. */
static const unsigned codes[] = {
    [ERROR_SYNTAX] = 101,  [ERROR_UNKNOWN] = 102,   [ERROR_ARITY] = 103,
    [ERROR_TYPE] = 104,    [ERROR_OVERFLOW] = 105,  [ERROR_INDEX] = 106,
    [ERROR_KEY] = 107,     [ERROR_VALUE] = 108,     [ERROR_STATE] = 109,
    [ERROR_LIMIT] = 110,   [ERROR_USER] = 111,      [ERROR_ASSERT] = 112,
    [ERROR_REFUSED] = 113, [ERROR_SUSPENDED] = 114,
};

enum { CODE_THROWN = 115 };

unsigned
report_code_of(enum error_type type)
{
    assert((size_t)type < sizeof(codes) / sizeof(codes[0]));
    return codes[type];
}

void
report_add_source(const char *name, const char *bytes, size_t len)
{
    excerpt_add_source(name, bytes, len);
}

/* Colours go to terminals, to where they were asked for, and to texts in
 * memory, which are printed later. */
static bool
takes_colours(FILE *out)
{
    int fd = fileno(out);
    return fd < 0 || terminal_has_color(fd);
}

void
report_sanitised_as(FILE *out, const char *bytes, size_t len, bool color)
{
    excerpt_text(out, bytes, len, color ? EXCERPT_KEEP : EXCERPT_STRIP);
}

void
report_sanitised(FILE *out, const char *bytes, size_t len)
{
    report_sanitised_as(out, bytes, len, takes_colours(out));
}

void
report_one_line(struct buffer *out, const char *bytes, size_t len)
{
    excerpt_one_line(out, bytes, len);
}

bool
report_set_format(const char *word)
{
    static const char *const words[] = {"text", "edn", "json"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(word, words[i]) == 0) {
            format = (enum report_format)i;
            return true;
        }
    }
    return false;
}

bool
report_is_data(void)
{
    return format != REPORT_TEXT;
}

/* --- The text form ------------------------------------------------------- */

/* Texts of programs and names of files may hold anything. */
static void
print_plain(FILE *out, const char *bytes, size_t len)
{
    bool whole = len <= TEXT_SHOWN_MAX;
    excerpt_text(out, bytes, whole ? len : TEXT_SHOWN_MAX, EXCERPT_SPELL);
    fputs(whole ? "" : "...", out);
}

static void
print_text(FILE *out, Value text)
{
    struct magma_text t = magma_text_of(text);
    print_plain(out, t.bytes, t.len);
}

/* The same function at the same place: it called itself. */
static bool
frame_is_same(const struct report_frame *a, const struct report_frame *b)
{
    return a->line == b->line && a->column == b->column &&
           a->fn_len == b->fn_len &&
           (a->fn_len == 0 || memcmp(a->fn, b->fn, a->fn_len) == 0);
}

/* As analyze.c names them in a trace. */
static bool
frame_is_macro(const struct report_frame *frame)
{
    static const char prefix[] = "macro ";
    return frame->fn_len >= sizeof(prefix) &&
           memcmp(frame->fn, prefix, sizeof(prefix) - 1) == 0;
}

/* The frames from `at` that one line stands for: calls of a function by itself
 * at one place, and macros that a macro expanded to, of which the outermost is
 * what the user wrote. The last of them is shown. */
static uint32_t
fold(Value trace, uint32_t at, struct report_frame *shown)
{
    uint32_t count = 1;
    struct report_frame next;
    report_frame_at(trace, at, shown);
    while (at + count < magma_vector_count(trace)) {
        report_frame_at(trace, at + count, &next);
        bool macros = frame_is_macro(shown) && frame_is_macro(&next);
        if (!macros && !frame_is_same(shown, &next)) {
            break;
        }
        *shown = next;
        count++;
    }
    return count;
}

/* One line of the stack; frames of macros come folded. A frame without a file
 * says how many were left out. */
static void
print_frame(FILE *out, const struct report_frame *frame, uint32_t count)
{
    fputs(frame->fn == NULL     ? "  at top level"
          : frame->file != NULL ? "  in "
                                : "  ",
          out);
    print_plain(out, frame->fn, frame->fn_len);
    if (frame->file != NULL) {
        fputs(" (", out);
        print_plain(out, frame->file, strlen(frame->file));
        fprintf(out, ":%u:%u)", frame->line, frame->column);
    }
    if (count > 1 && frame_is_macro(frame)) {
        fprintf(out, ", by way of %u more", count - 1);
    } else if (count > 1) {
        fprintf(out, ", %u times", count);
    }
    fputc('\n', out);
}

/* The innermost calls first; a long stack is cut, but not its last line, which
 * says what form of which file it all began with. What no function runs has
 * nothing but its place, which stands above. */
static void
print_trace(FILE *out, Value trace)
{
    uint32_t count = magma_is_vector(trace) ? magma_vector_count(trace) : 0;
    uint32_t lines = 0;
    uint32_t at = 0;
    while (at < count) {
        struct report_frame frame;
        uint32_t folded = fold(trace, at, &frame);
        if (lines++ == TRACE_SHOWN_MAX && at + folded < count) {
            fprintf(out, "  ... %u more calls\n", count - 1 - at);
            at = count - 1;
            continue;
        }
        if (frame.fn != NULL || at > 0) {
            print_frame(out, &frame, folded);
        }
        at += folded;
    }
}

/* As compilers say it, so that editors jump to it. */
static void
print_place(FILE *out, const struct excerpt_place *place)
{
    if (place->file == NULL) {
        fputs("ronin: ", out);
        return;
    }
    print_plain(out, place->file, strlen(place->file));
    if (place->line > 0) {
        fprintf(out, ":%u", place->line);
    }
    if (place->column > 0) {
        fprintf(out, ":%u", place->column);
    }
    fputs(": ", out);
}

static void
print_labelled(FILE *out, const char *label, const char *bytes, size_t len)
{
    fprintf(out, "  %s: ", label);
    print_plain(out, bytes, len);
    fputc('\n', out);
}

/* In the order of the text. */
static void
print_excerpts(FILE *out, const struct report *report)
{
    bool is_before = report->other.line <= report->at.line;
    if (report->other.line > 0 && is_before) {
        excerpt_print(out, &report->other);
    }
    if (report->at.file != NULL) {
        excerpt_print(out, &report->at);
    }
    if (report->other.line > 0 && !is_before) {
        excerpt_print(out, &report->other);
    }
}

/* The form that people read: what, where, the line, the way there, what to do. */
static void
print_as_text(FILE *out, const struct report *report)
{
    print_place(out, &report->at);
    fprintf(out, "%s[R%04u]: ", report->is_warning ? "warning" : "error",
            report->code);
    print_plain(out, report->message, report->message_len);
    fputc('\n', out);
    print_excerpts(out, report);
    if (!value_is_nil(report->data)) {
        struct magma_text data =
            magma_text_of(magma_pretty(report->data, 72, 20));
        print_labelled(out, "data", data.bytes, data.len);
    }
    print_trace(out, report->trace);
    if (report->help != NULL) {
        print_labelled(out, "help", report->help, strlen(report->help));
    }
    const struct error_object *cause = magma_error(report->cause);
    if (cause != NULL) {
        fputs("  caused by: ", out);
        print_text(out, cause->message);
        fputc('\n', out);
    }
}

void
report_print(FILE *out, const struct report *report)
{
    terminal_take();
    if (format == REPORT_TEXT) {
        print_as_text(out, report);
    } else {
        report_data_print(out, report, format);
    }
    terminal_give_back();
}

/* --- Errors of programs -------------------------------------------------- */

static struct excerpt_place
place_of(const struct error_place *place)
{
    struct excerpt_place at = {.file = NULL};
    if (place->line != 0 && magma_is_string(place->file)) {
        at = (struct excerpt_place){magma_text_of(place->file).bytes,
                                    place->line, place->column, place->end_line,
                                    place->end_column};
    }
    return at;
}

/* A value that is no error was thrown: it is shown as it is. */
static void
report_thrown_value(FILE *out, Value thrown)
{
    Value shown = magma_pretty(thrown, 72, 20);
    struct magma_text text = magma_text_of(shown);
    char *message = mem_alloc(1, text.len + sizeof("thrown: "));
    int len = sprintf(message, "thrown: %s", text.bytes);
    struct report report = {.kind = "thrown",
                            .code = CODE_THROWN,
                            .message = message,
                            .message_len = (size_t)len,
                            .data = VALUE_NIL,
                            .trace = VALUE_NIL,
                            .cause = VALUE_NIL};
    report_print(out, &report);
    free(message);
}

void
report_magma(FILE *out, Value thrown)
{
    const struct error_object *e = magma_error(thrown);
    if (e == NULL) {
        report_thrown_value(out, thrown);
        return;
    }
    enum error_type type = magma_error_type(thrown);
    struct magma_text message = magma_text_of(e->message);
    struct report report = {
        .kind = error_type_name(type),
        .code = report_code_of(type),
        .message = message.bytes,
        .message_len = message.len,
        .at = place_of(&e->place),
        .other = place_of(&e->other),
        .help = magma_is_string(e->help) ? magma_text_of(e->help).bytes : NULL,
        .data = type == ERROR_SUSPENDED ? VALUE_NIL : e->data,
        .trace = e->trace,
        .cause = e->cause,
    };
    report_print(out, &report);
}

static Value
report_body(void *arg)
{
    void **args = arg;
    report_magma(args[0], *(Value *)args[1]);
    return VALUE_NIL;
}

bool
report_magma_as_error(Value thrown, enum error_class class, struct error *err)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    assert(out != NULL);
    void *args[2] = {out, &thrown};
    Value result = VALUE_NIL;
    Value again = VALUE_NIL;
    bool printed = magma_try(report_body, args, &result, &again);
    fclose(out);
    while (len > 0 && text[len - 1] == '\n') {
        text[--len] = 0;
    }
    printed = printed && len > 0;
    bool was_empty = err->class == ERROR_CLASS_NONE;
    error_set(err, class, "%s",
              printed ? text : "an error that cannot be printed");
    if (was_empty) {
        err->is_report = printed;
    }
    free(text);
    return false;
}

/* --- Errors of the world ------------------------------------------------- */

static const struct {
    const char *kind;
    enum error_code code;
} classes[] = {
    [ERROR_CLASS_NONE] = {"system", ERROR_CODE_SYSTEM},
    [ERROR_CLASS_BUILD] = {"build", ERROR_CODE_BUILD},
    [ERROR_CLASS_USAGE] = {"usage", ERROR_CODE_USAGE},
    [ERROR_CLASS_GRAPH] = {"graph", ERROR_CODE_GRAPH},
    [ERROR_CLASS_STATE] = {"state", ERROR_CODE_STATE},
    [ERROR_CLASS_SYSTEM] = {"system", ERROR_CODE_SYSTEM},
};

/* Takes ":number" off the end of a place; 0 if there is none. */
static unsigned
take_number(char *where)
{
    char *colon = strrchr(where, ':');
    if (colon == NULL || colon[1] == 0 ||
        strspn(colon + 1, "0123456789") != strlen(colon + 1)) {
        return 0;
    }
    *colon = 0;
    return (unsigned)strtoul(colon + 1, NULL, 10);
}

/* "file:line:column", "file:line" or "file": `where` is cut at its colons. */
static struct excerpt_place
parse_place(char *where)
{
    struct excerpt_place at = {.file = where};
    unsigned last = take_number(where);
    unsigned before = last == 0 ? 0 : take_number(where);
    at.line = before > 0 ? before : last;
    at.column = before > 0 ? last : 0;
    return at;
}

void
report_error(FILE *out, struct error *err)
{
    const char *what = err->what == NULL ? "unknown error" : err->what;
    if (err->is_report) {
        // Its parts were neutralised one by one; newlines are its own.
        fprintf(out, "%s\n", what);
        error_finish(err);
        return;
    }
    char *where = err->where == NULL ? NULL : mem_copy_str(err->where);
    assert(err->where == NULL || where != NULL);
    struct report report = {
        .kind = classes[err->class].kind,
        .code = err->code > 0 ? err->code : classes[err->class].code,
        .message = what,
        .message_len = strlen(what),
        .help = err->help,
        .data = VALUE_NIL,
        .trace = VALUE_NIL,
        .cause = VALUE_NIL,
    };
    if (where != NULL) {
        report.at = parse_place(where);
    }
    report_print(out, &report);
    free(where);
    error_finish(err);
}

int
report_exit_status(const struct error *err)
{
    switch (err->class) {
    case ERROR_CLASS_NONE:
        return 0;
    case ERROR_CLASS_BUILD:
        return 1;
    case ERROR_CLASS_USAGE:
        return 2;
    case ERROR_CLASS_GRAPH:
        return 3;
    case ERROR_CLASS_STATE:
    case ERROR_CLASS_SYSTEM:
        return 4;
    }
    return 4;
}

void
report_waiting(void *ctx, int pid, const char *command)
{
    (void)ctx;
    terminal_take();
    fprintf(stderr, "ronin: waiting for process %d (", pid);
    report_sanitised(stderr, command, strlen(command));
    fprintf(stderr, "), which builds here\n");
    terminal_give_back();
}

/* --- Warnings ------------------------------------------------------------ */

enum { CODE_NINJA = 211 };

/* Codes of warnings are for ever, too. */
static const struct {
    const char *kind;
    unsigned code;
} note_kinds[NOTE_KIND_COUNT] = {
    [NOTE_UNUSED_LOCAL] = {"unused-local", 201},
    [NOTE_HIDDEN_LOCAL] = {"hidden-local", 202},
    [NOTE_HIDDEN_CORE] = {"hidden-core", 203},
    [NOTE_UNREACHABLE] = {"unreachable", 204},
    [NOTE_INNER_DEF] = {"inner-def", 205},
    [NOTE_UNUSED_PRIVATE] = {"unused-private", 206},
    [NOTE_UNUSED_REQUIRE] = {"unused-require", 207},
    [NOTE_UNKNOWN_KEY] = {"unknown-key", 208},
    [NOTE_ONE_ARGUMENT] = {"one-argument", 209},
    [NOTE_MISPLACED_DOC] = {"misplaced-doc", 210},
};

void
report_note(FILE *out, const struct note *note)
{
    if (note->kind == NOTE_ERROR) {
        report_magma(out, note->thrown);
        return;
    }
    assert(note_kinds[note->kind].code > 0);
    struct magma_text message = magma_text_of(note->message);
    struct report report = {
        .is_warning = true,
        .kind = note_kinds[note->kind].kind,
        .code = note_kinds[note->kind].code,
        .message = message.bytes,
        .message_len = message.len,
        .at = place_of(&note->place),
        .help = magma_is_string(note->help) ? magma_text_of(note->help).bytes
                                            : NULL,
        .data = VALUE_NIL,
        .trace = VALUE_NIL,
        .cause = VALUE_NIL,
    };
    report_print(out, &report);
}

void
report_warning(FILE *out, const char *file, uint32_t line, const char *what)
{
    struct report report = {
        .is_warning = true,
        .kind = "ninja",
        .code = CODE_NINJA,
        .message = what,
        .message_len = strlen(what),
        .at = {.file = file, .line = line, .column = line > 0 ? 1 : 0},
        .data = VALUE_NIL,
        .trace = VALUE_NIL,
        .cause = VALUE_NIL,
    };
    report_print(out, &report);
}
