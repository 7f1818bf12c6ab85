/* SPDX-License-Identifier: MIT */
/*
 * See report.h. The source line is read from the file when the error is
 * printed; a file that changed meanwhile shows its present line.
 */
#include "runtime/report.h"

#include "runtime/source.h"
#include "runtime/terminal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    SOURCES_MAX = 64,
    LINE_SHOWN_MAX = 160,
    TRACE_SHOWN_MAX = 12,
    TEXT_SHOWN_MAX = 4000
};

static struct named_source {
    char name[256];
    const char *bytes;
    size_t len;
} sources[SOURCES_MAX];
static unsigned source_count;

void
report_add_source(const char *name, const char *bytes, size_t len)
{
    unsigned i = 0;
    while (i < source_count && strcmp(sources[i].name, name) != 0) {
        i++;
    }
    if (i == SOURCES_MAX) {
        // A long session of a REPL: the oldest source makes room.
        static unsigned oldest;
        i = oldest++ % SOURCES_MAX;
        snprintf(sources[i].name, sizeof(sources[i].name), "%s", name);
    } else if (i == source_count) {
        source_count++;
        snprintf(sources[i].name, sizeof(sources[i].name), "%s", name);
    }
    sources[i].bytes = bytes;
    sources[i].len = len;
}

/* The text of a file: malloc'ed copy, or NULL. */
static char *
source_text(const char *name, size_t *len)
{
    for (unsigned i = 0; i < source_count; i++) {
        if (strcmp(sources[i].name, name) == 0) {
            char *copy = malloc(sources[i].len + 1);
            assert(copy != NULL);
            memcpy(copy, sources[i].bytes, sources[i].len);
            *len = sources[i].len;
            return copy;
        }
    }
    struct error ignored = {0};
    char *bytes = NULL;
    if (!source_read_file(name, &bytes, len, &ignored)) {
        error_finish(&ignored);
        return NULL;
    }
    return bytes;
}

/* Length of a colour sequence at the front, or 0. */
static size_t
colour_len(const char *bytes, size_t len)
{
    if (len < 3 || bytes[0] != 0x1b || bytes[1] != '[') {
        return 0;
    }
    for (size_t i = 2; i < len; i++) {
        if (bytes[i] == 'm') {
            return i + 1;
        }
        if (bytes[i] != ';' && (bytes[i] < '0' || bytes[i] > '9')) {
            return 0;
        }
    }
    return 0;
}

/* Length of the character at the front, or 0 if its bytes are not UTF-8. */
static size_t
character_len(const char *bytes, size_t len)
{
    unsigned char c = (unsigned char)bytes[0];
    size_t wanted = c < 0x80   ? 1
                    : c < 0xc2 ? 0
                    : c < 0xe0 ? 2
                    : c < 0xf0 ? 3
                               : 4;
    if (c > 0xf4 || wanted > len) {
        return 0;
    }
    for (size_t i = 1; i < wanted; i++) {
        if (((unsigned char)bytes[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return wanted;
}

/* What stands for the bytes at the front, in `shown` of 8 bytes, and how many
 * bytes that was. Control characters and what is not UTF-8 are spelled out. */
static size_t
sanitise_one(const char *bytes, size_t len, char *shown)
{
    unsigned char c = (unsigned char)bytes[0];
    size_t used = character_len(bytes, len);
    if (used == 0 || (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f) {
        snprintf(shown, 8, "\\x%02x", c);
        return 1;
    }
    if (c == 0xc2 && (unsigned char)bytes[1] < 0xa0) {
        snprintf(shown, 8, "\\u%04x", (unsigned char)bytes[1]);
        return 2;
    }
    memcpy(shown, bytes, used);
    shown[used] = 0;
    return used;
}

/* Columns count characters: the bytes that the first `columns` take. */
static size_t
column_bytes(const char *line, size_t len, uint32_t columns)
{
    size_t at = 0;
    while (columns > 0 && at < len) {
        at++;
        while (at < len && ((unsigned char)line[at] & 0xc0) == 0x80) {
            at++;
        }
        columns--;
    }
    return at;
}

/* Tabs are kept so that the caret stands under the same column; wide characters
 * may shift it. */
static void
print_caret(FILE *out, const struct error_place *place, const char *line,
            size_t len)
{
    fputs("      | ", out);
    size_t start = column_bytes(line, len, place->column - 1);
    for (size_t i = 0; i < start;) {
        char shown[8];
        i += sanitise_one(line + i, start - i, shown);
        for (const char *c = shown; *c != 0; c++) {
            if (((unsigned char)*c & 0xc0) != 0x80) {
                fputc(*c == '\t' ? '\t' : ' ', out);
            }
        }
    }
    uint32_t width = 1;
    if (place->end_line == place->line && place->end_column > place->column) {
        width = place->end_column - place->column;
    } else if (place->end_line > place->line) {
        width = (uint32_t)(len > start ? len - start : 1);
    }
    fputc('^', out);
    for (uint32_t i = 1; i < width && i < LINE_SHOWN_MAX; i++) {
        fputc('~', out);
    }
    fputc('\n', out);
}

/* The line of a place with a caret under it; nothing when it is not there. */
static void
print_line(FILE *out, const char *file, const struct error_place *place)
{
    size_t len = 0;
    char *bytes = source_text(file, &len);
    if (bytes == NULL) {
        return;
    }
    const char *line = bytes;
    const char *end = bytes + len;
    for (uint32_t n = 1; n < place->line && line != NULL; n++) {
        line = memchr(line, '\n', (size_t)(end - line));
        line = line == NULL ? NULL : line + 1;
    }
    if (line != NULL && line < end) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        size_t line_len = (size_t)((stop == NULL ? end : stop) - line);
        size_t shown = line_len > LINE_SHOWN_MAX ? LINE_SHOWN_MAX : line_len;
        fprintf(out, "%5u | ", place->line);
        report_sanitised(out, line, shown);
        fputs(shown < line_len ? "...\n" : "\n", out);
        if (place->column > 0 && place->column <= shown + 1) {
            print_caret(out, place, line, shown);
        }
    }
    free(bytes);
}

/* Texts of programs may hold anything, so they are neutralised. */
static void
print_text(FILE *out, Value text)
{
    struct magma_text t = magma_text_of(text);
    bool whole = t.len <= TEXT_SHOWN_MAX;
    report_sanitised(out, t.bytes, whole ? t.len : TEXT_SHOWN_MAX);
    fputs(whole ? "" : "...", out);
}

/* A number of a frame, or 0 where it is not known. */
static uint32_t
frame_number(Value frame, const char *key)
{
    Value number = magma_map_get(frame, magma_keyword(key));
    return magma_is_int(number) ? (uint32_t)magma_int_of(number) : 0;
}

/* The innermost calls first; a long stack is cut. */
static void
print_trace(FILE *out, Value trace)
{
    if (!magma_is_vector(trace)) {
        return;
    }
    uint32_t count = magma_vector_count(trace);
    for (uint32_t i = 0; i < count && i < TRACE_SHOWN_MAX; i++) {
        Value frame = magma_vector_at(trace, i);
        Value name = magma_map_get(frame, magma_keyword("fn"));
        Value file = magma_map_get(frame, magma_keyword("file"));
        if (!magma_is_string(name)) {
            continue;
        }
        fputs("  in ", out);
        print_text(out, name);
        if (magma_is_string(file)) {
            fputs(" (", out);
            print_text(out, file);
            fprintf(out, ":%u:%u)", frame_number(frame, "line"),
                    frame_number(frame, "column"));
        }
        fputc('\n', out);
    }
    if (count > TRACE_SHOWN_MAX) {
        fprintf(out, "  ... %u more calls\n", count - TRACE_SHOWN_MAX);
    }
}

/* As compilers say it, so that editors jump to it. */
static void
print_place(FILE *out, const struct error_place *place)
{
    if (place->line != 0 && magma_is_string(place->file)) {
        print_text(out, place->file);
        fprintf(out, ":%u:%u: ", place->line, place->column);
    }
}

/* A value that is no error was thrown: it is shown as it is. */
static void
print_thrown_value(FILE *out, Value thrown)
{
    fputs("error: thrown: ", out);
    print_text(out, magma_pretty(thrown, 72, 20));
    fputc('\n', out);
}

void
report_magma(FILE *out, Value thrown)
{
    const struct error_object *e = magma_error(thrown);
    if (e == NULL) {
        print_thrown_value(out, thrown);
        return;
    }
    print_place(out, &e->place);
    fprintf(out, "error[%s]: ", error_type_name(magma_error_type(thrown)));
    print_text(out, e->message);
    fputc('\n', out);
    if (e->place.line != 0 && magma_is_string(e->place.file)) {
        struct magma_text file = magma_text_of(e->place.file);
        print_line(out, file.bytes, &e->place);
    }
    if (!value_is_nil(e->data) && magma_error_type(thrown) != ERROR_SUSPENDED) {
        fputs("  data: ", out);
        print_text(out, magma_pretty(e->data, 72, 20));
        fputc('\n', out);
    }
    print_trace(out, e->trace);
    if (magma_is_string(e->help)) {
        fputs("  help: ", out);
        print_text(out, e->help);
        fputc('\n', out);
    }
    const struct error_object *cause = magma_error(e->cause);
    if (cause != NULL) {
        fputs("  caused by: ", out);
        print_text(out, cause->message);
        fputc('\n', out);
    }
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
    error_set(err, class, "%s",
              printed && len > 0 ? text : "error that cannot be printed");
    free(text);
    return false;
}

void
report_error(FILE *out, struct error *err)
{
    const char *what = err->what == NULL ? "unknown error" : err->what;
    bool formed = strstr(what, "error[") != NULL; /* of a program, whole */
    if (err->where != NULL) {
        fprintf(out, "%s: ", err->where);
    }
    if (!formed) {
        fputs(err->where == NULL ? "ronin: error: " : "error: ", out);
    }
    report_sanitised(out, what, strlen(what));
    fputc('\n', out);
    if (err->where != NULL && !formed) {
        char file[4096];
        struct error_place place = {.line = 0};
        unsigned line = 0;
        unsigned column = 0;
        if (sscanf(err->where, "%4095[^:]:%u:%u", file, &line, &column) == 3) {
            place.line = line;
            place.column = column;
            print_line(out, file, &place);
        }
    }
    if (err->help != NULL) {
        fputs("  help: ", out);
        report_sanitised(out, err->help, strlen(err->help));
        fputc('\n', out);
    }
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

/* Colours go to terminals, to where they were asked for, and to texts in
 * memory, which are printed later. */
static bool
takes_colours(FILE *out)
{
    int fd = fileno(out);
    return fd < 0 || terminal_has_color(fd);
}

void
report_sanitised(FILE *out, const char *bytes, size_t len)
{
    char shown[4096 + 8]; /* since `out` may have no buffer */
    size_t filled = 0;
    bool colours = takes_colours(out);
    for (size_t i = 0; i < len;) {
        size_t used = colour_len(bytes + i, len - i);
        if (used > 0) {
            fwrite(shown, 1, filled, out);
            fwrite(bytes + i, 1, colours ? used : 0, out);
            filled = 0;
        } else {
            used = sanitise_one(bytes + i, len - i, shown + filled);
            filled += strlen(shown + filled);
        }
        if (filled >= sizeof(shown) - 8) {
            fwrite(shown, 1, filled, out);
            filled = 0;
        }
        i += used;
    }
    fwrite(shown, 1, filled, out);
}

void
report_one_line(struct buffer *out, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len;) {
        char shown[8];
        size_t used = sanitise_one(bytes + i, len - i, shown);
        bool harmless = used == strlen(shown) && bytes[i] == shown[0] &&
                        (unsigned char)shown[0] >= 0x20;
        buffer_add(out, harmless ? bytes + i : "?", harmless ? used : 1);
        i += used;
    }
}

void
report_waiting(void *ctx, int pid, const char *command)
{
    (void)ctx;
    fprintf(stderr, "ronin: waiting for process %d (", pid);
    report_sanitised(stderr, command, strlen(command));
    fprintf(stderr, "), which builds here\n");
}

void
report_warning(const char *file, const char *what)
{
    report_sanitised(stderr, file, strlen(file));
    fputs(": warning: ", stderr);
    report_sanitised(stderr, what, strlen(what));
    fputc('\n', stderr);
}
