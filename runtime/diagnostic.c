/* SPDX-License-Identifier: MIT */
/*
 * A line is taken apart by hand: file, place, severity, message. Whatever does
 * not look exactly like that is no diagnostic, since a wrong mark in somebody's
 * review costs more than one that is missing. Colour sequences are skipped
 * where they may stand: before the file, the severity and the message.
 */
#include "runtime/diagnostic.h"

#include <assert.h>
#include <string.h>

/* Of a text that is longer nothing more is counted. */
static const size_t counted_max = (size_t)1 << 20;
/* No path is longer, and no number of a line has more digits. */
enum { FILE_MAX_LEN = 1024, DIGITS_MAX = 9, GAP_MAX = 6 };

static const char *const severities[] = {
    [SEVERITY_NOTE] = "note",
    [SEVERITY_WARNING] = "warning",
    [SEVERITY_ERROR] = "error",
};

const char *
diagnostic_severity(enum severity severity)
{
    assert(severity <= SEVERITY_ERROR);
    return severities[severity];
}

/* --- Taking apart ------------------------------------------------------------ */

static void
skip(struct slice *at, size_t len)
{
    assert(len <= at->len);
    at->bytes += len;
    at->len -= len;
}

/* ESC [ ... letter, any number of them, and blanks. */
/* Compilers colour each part by itself, and clear the line behind each. */
static void
skip_colours(struct slice *at)
{
    for (;;) {
        if (at->len > 0 && at->bytes[0] == ' ') {
            skip(at, 1);
            continue;
        }
        if (at->len < 3 || at->bytes[0] != '\033' || at->bytes[1] != '[') {
            return;
        }
        size_t len = 2;
        while (len < at->len && (unsigned char)at->bytes[len] < 0x40) {
            len++;
        }
        skip(at, len < at->len ? len + 1 : at->len);
    }
}

static bool
take_char(struct slice *at, char c)
{
    bool there = at->len > 0 && at->bytes[0] == c;
    skip(at, there);
    return there;
}

static bool
take_text(struct slice *at, const char *text)
{
    size_t len = strlen(text);
    bool there = at->len >= len && memcmp(at->bytes, text, len) == 0;
    skip(at, there ? len : 0);
    return there;
}

/* A number that is too long is no place, whatever follows. */
static bool
take_number(struct slice *at, uint32_t *number)
{
    size_t digits = 0;
    *number = 0;
    while (at->len > 0 && at->bytes[0] >= '0' && at->bytes[0] <= '9') {
        *number = *number * 10 + (uint32_t)(at->bytes[0] - '0');
        skip(at, 1);
        if (++digits > DIGITS_MAX) {
            return false;
        }
    }
    return digits > 0;
}

/* "fatal error:", "warning C4018:", "error[E0308]:" and what follows. */
static bool
take_severity(struct slice *at, struct diagnostic *found)
{
    skip_colours(at);
    (void)take_text(at, "fatal ");
    for (int i = 0; i <= SEVERITY_ERROR; i++) {
        struct slice rest = *at;
        if (!take_text(&rest, severities[i])) {
            continue;
        }
        // A code of the compiler's may stand before the colon.
        const char *colon = memchr(rest.bytes, ':', rest.len);
        size_t gap = colon == NULL ? rest.len : (size_t)(colon - rest.bytes);
        bool coded = gap > 0 && gap <= GAP_MAX * 2 &&
                     (rest.bytes[0] == ' ' || rest.bytes[0] == '[');
        if (colon == NULL || (gap > 0 && !coded)) {
            return false;
        }
        skip(&rest, gap + 1);
        skip_colours(&rest);
        found->severity = (enum severity)i;
        found->message = rest;
        *at = rest;
        return true;
    }
    return false;
}

/* ":12:5:" or ":12:", behind the name of a file. */
static bool
take_colons(struct slice *at, struct diagnostic *found)
{
    found->column = 0;
    return take_char(at, ':') && take_number(at, &found->line) &&
           take_char(at, ':') &&
           (!(at->len > 0 && at->bytes[0] >= '0' && at->bytes[0] <= '9') ||
            (take_number(at, &found->column) && take_char(at, ':')));
}

/* "(12,5):", "(12) :" */
static bool
take_brackets(struct slice *at, struct diagnostic *found)
{
    found->column = 0;
    if (!take_char(at, '(') || !take_number(at, &found->line)) {
        return false;
    }
    if (take_char(at, ',') && !take_number(at, &found->column)) {
        return false;
    }
    if (!take_char(at, ')')) {
        return false;
    }
    (void)take_char(at, ' ');
    return take_char(at, ':');
}

/* A name that ends like a place is half of one. */
static bool
ends_with_number(const char *name, size_t len)
{
    size_t at = len;
    while (at > 0 && name[at - 1] >= '0' && name[at - 1] <= '9') {
        at--;
    }
    return at < len && at > 0 && name[at - 1] == ':';
}

/* The file goes up to the first place that can be read as one; names may hold
 * colons and blanks. */
static bool
take_line(struct slice line, struct diagnostic *found)
{
    struct slice at = line;
    skip_colours(&at);
    const char *start = at.bytes;
    size_t max = at.len < FILE_MAX_LEN ? at.len : FILE_MAX_LEN;
    for (size_t i = 1; i < max; i++) {
        char c = start[i];
        if (c != ':' && c != '(') {
            continue;
        }
        struct slice rest = {start + i, at.len - i};
        bool placed =
            c == ':' ? take_colons(&rest, found) : take_brackets(&rest, found);
        if (placed && !ends_with_number(start, i) &&
            take_severity(&rest, found)) {
            found->file = (struct slice){start, i};
            return true;
        }
    }
    return false;
}

/* rustc: the message first, then "  --> src/main.rs:2:5" on the next line. */
static bool
take_pair(struct slice line, struct slice next, struct diagnostic *found)
{
    struct slice message = line;
    if (!take_severity(&message, found)) {
        return false;
    }
    skip_colours(&next);
    if (!take_text(&next, "-->")) {
        return false;
    }
    skip_colours(&next);
    const char *start = next.bytes;
    for (size_t i = 1; i < next.len; i++) {
        struct slice rest = {start + i, next.len - i};
        if (start[i] == ':' && take_char(&rest, ':') &&
            take_number(&rest, &found->line) && take_char(&rest, ':') &&
            take_number(&rest, &found->column)) {
            found->file = (struct slice){start, i};
            return true;
        }
    }
    return false;
}

/* --- Lines --------------------------------------------------------------------- */

/* Without its end; the text moves on behind it. */
static bool
next_line(struct slice *text, struct slice *line)
{
    if (text->len == 0) {
        return false;
    }
    const char *end = memchr(text->bytes, '\n', text->len);
    size_t len = end == NULL ? text->len : (size_t)(end - text->bytes);
    *line = (struct slice){text->bytes, len};
    skip(text, end == NULL ? len : len + 1);
    while (line->len > 0 && line->bytes[line->len - 1] == '\r') {
        line->len--;
    }
    return true;
}

/* What every line with a diagnostic has. Outputs of a MiB are looked through at
 * the end of an action, so most lines must cost no more than this. */
static bool
may_be_one(struct slice line)
{
    return memchr(line.bytes, ':', line.len) != NULL &&
           (memmem(line.bytes, line.len, "error", 5) != NULL ||
            memmem(line.bytes, line.len, "warning", 7) != NULL ||
            memmem(line.bytes, line.len, "note", 4) != NULL);
}

bool
diagnostic_next(struct slice *text, struct diagnostic *found)
{
    struct slice line;
    while (next_line(text, &line)) {
        if (!may_be_one(line)) {
            continue;
        }
        struct slice after = *text;
        struct slice second = {"", 0};
        (void)next_line(&after, &second);
        *found = (struct diagnostic){.whole = line};
        if (take_line(line, found) || take_pair(line, second, found)) {
            return true;
        }
    }
    return false;
}

uint32_t
diagnostic_count_warnings(struct slice text)
{
    uint32_t count = 0;
    struct diagnostic found;
    text.len = text.len < counted_max ? text.len : counted_max;
    while (text.len > 0 && diagnostic_next(&text, &found)) {
        count += found.severity == SEVERITY_WARNING;
    }
    return count;
}
