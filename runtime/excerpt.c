/* SPDX-License-Identifier: MIT */
/*
 * See excerpt.h. What stands before the caret is measured as it is shown: a
 * character that is spelled out or wide on a terminal moves it further, and
 * tabs are repeated under the line, so that they end where they do above.
 */
#include "runtime/excerpt.h"

#include "interp/magma.h"
#include "runtime/escape.h"
#include "runtime/source.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    SOURCES_MAX = 64,
    LINE_SHOWN_MAX = 160, /* bytes of a line */
    LINE_BEFORE_MAX = 60  /* of them before the caret, where it is cut */
};

static struct named_source {
    char name[256];
    const char *bytes;
    size_t len;
} sources[SOURCES_MAX];
static unsigned source_count;

void
excerpt_add_source(const char *name, const char *bytes, size_t len)
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

char *
excerpt_source(const char *name, size_t *len)
{
    for (unsigned i = 0; i < source_count; i++) {
        if (strcmp(sources[i].name, name) == 0) {
            char *copy = mem_alloc(1, sources[i].len + 1);
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

void
excerpt_text(FILE *out, const char *bytes, size_t len,
             enum excerpt_colours colours)
{
    char shown[4096 + 8]; /* since `out` may have no buffer */
    size_t filled = 0;
    for (size_t i = 0; i < len;) {
        bool spell = colours == EXCERPT_SPELL;
        size_t used = spell ? 0 : escape_colour_len(bytes + i, len - i);
        size_t idle = spell ? 0 : escape_idle_len(bytes + i, len - i);
        if (used > 0) {
            fwrite(shown, 1, filled, out);
            fwrite(bytes + i, 1, colours == EXCERPT_KEEP ? used : 0, out);
            filled = 0;
        } else if (idle > 0) {
            used = idle;
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

/* How many bytes at the front are ASCII and harmless on a terminal. */
static size_t
plain_len(const char *bytes, size_t len)
{
    size_t i = 0;
    while (i < len && bytes[i] >= 0x20 && bytes[i] < 0x7f) {
        i++;
    }
    return i;
}

void
excerpt_one_line(struct buffer *out, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t plain = plain_len(bytes + i, len - i);
        buffer_add(out, bytes + i, plain);
        i += plain;
        if (i == len) {
            break;
        }
        char shown[8];
        size_t used = sanitise_one(bytes + i, len - i, shown);
        bool harmless = used == strlen(shown) && bytes[i] == shown[0] &&
                        (unsigned char)shown[0] >= 0x20;
        buffer_add(out, harmless ? bytes + i : "?", harmless ? used : 1);
        i += used;
    }
}

/* --- Lines --------------------------------------------------------------- */

/* The part of a line that is shown, and the caret's: offsets of bytes. */
struct window {
    const char *line;
    size_t len;
    size_t from;
    size_t to;
    size_t caret;
    size_t caret_end;
};

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

/* Back to where a character begins. */
static size_t
boundary(const struct window *w, size_t at)
{
    while (at > 0 && at < w->len &&
           ((unsigned char)w->line[at] & 0xc0) == 0x80) {
        at--;
    }
    return at;
}

/* The part of a long line that is shown: the caret must be in it. */
static void
set_window(struct window *w, const struct excerpt_place *place)
{
    w->caret = column_bytes(w->line, w->len, place->column - 1);
    w->caret_end = w->caret;
    if (place->end_line > place->line) {
        w->caret_end = w->len;
    } else if (place->end_line == place->line &&
               place->end_column > place->column) {
        w->caret_end = column_bytes(w->line, w->len, place->end_column - 1);
    }
    w->from = 0;
    w->to = w->len;
    if (w->len > LINE_SHOWN_MAX) {
        w->from = w->caret > LINE_BEFORE_MAX
                      ? boundary(w, w->caret - LINE_BEFORE_MAX)
                      : 0;
        size_t end = w->from + LINE_SHOWN_MAX;
        w->to = end < w->len ? boundary(w, end) : w->len;
    }
    assert(w->from <= w->caret && w->to <= w->len);
    if (w->caret_end > w->to) {
        w->caret_end = w->to;
    }
}

/* How wide [from, to) is shown; with `out`, blanks and tabs as wide as it. */
static uint32_t
shown_width(FILE *out, const char *line, size_t from, size_t to)
{
    uint32_t width = 0;
    while (from < to) {
        char shown[8];
        from += sanitise_one(line + from, to - from, shown);
        if (shown[0] == '\t' && out != NULL) {
            fputc('\t', out);
            continue;
        }
        uint32_t columns =
            shown[0] == '\t' ? 1 : magma_width(shown, strlen(shown));
        width += columns;
        for (uint32_t i = 0; out != NULL && i < columns; i++) {
            fputc(' ', out);
        }
    }
    return width;
}

/* Cut ends are marked, so that nobody takes the part for the line. */
static void
print_window(FILE *out, const struct window *w, uint32_t number)
{
    static const char dots[] = "...";
    fprintf(out, "%5u | %s", number, w->from > 0 ? dots : "");
    excerpt_text(out, w->line + w->from, w->to - w->from, EXCERPT_SPELL);
    fputs(w->to < w->len ? "...\n" : "\n", out);
    if (w->caret > w->to) {
        return;
    }
    fprintf(out, "      | %s", w->from > 0 ? "   " : "");
    shown_width(out, w->line, w->from, w->caret);
    fputc('^', out);
    uint32_t width = shown_width(NULL, w->line, w->caret, w->caret_end);
    for (uint32_t i = 1; i < width; i++) {
        fputc('~', out);
    }
    fputc('\n', out);
}

void
excerpt_print(FILE *out, const struct excerpt_place *place)
{
    size_t len = 0;
    char *bytes = excerpt_source(place->file, &len);
    if (bytes == NULL) {
        return;
    }
    const char *line = bytes;
    const char *end = bytes + len;
    for (uint32_t n = 1; n < place->line && line != NULL; n++) {
        line = memchr(line, '\n', (size_t)(end - line));
        line = line == NULL ? NULL : line + 1;
    }
    if (line != NULL && line < end && place->column > 0) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        struct window w = {.line = line};
        w.len = (size_t)((stop == NULL ? end : stop) - line);
        if (w.len > 0 && line[w.len - 1] == '\r') {
            w.len--;
        }
        set_window(&w, place);
        print_window(out, &w, place->line);
    }
    free(bytes);
}
