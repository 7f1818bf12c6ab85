/* SPDX-License-Identifier: MIT */
/*
 * The file is lines: first the version, then statements
 *
 *     build OUTPUT | MORE OUTPUTS: dyndep | INPUTS
 *       restat = 1
 *
 * in the words of ninja's own files: "$" before a blank, a colon or itself
 * makes it part of a path, and at the end of a line goes on with the next.
 * Variables can stand nowhere, for a dyndep file defines none.
 */
#include "exec/decide/dyndep.h"

#include "exec/base/path.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    const char *name;
    struct slice text;
    size_t at;
    struct buffer word;
    struct dyndep *out;
    struct error *err;
};

/* --- Characters ----------------------------------------------------------- */

/* '\0' behind the end: a zero byte in the text is refused before. */
static char
peek(const struct parser *p, size_t offset)
{
    size_t at = p->at + offset;
    return at < p->text.len ? p->text.bytes[at] : '\0';
}

static bool
at_end(const struct parser *p)
{
    return p->at >= p->text.len;
}

/* How many bytes end the line here; the end of the file ends it as well. */
static size_t
newline_len(const struct parser *p, size_t offset)
{
    if (peek(p, offset) == '\n') {
        return 1;
    }
    return peek(p, offset) == '\r' && peek(p, offset + 1) == '\n' ? 2 : 0;
}

static bool
fail(const struct parser *p, size_t at, const char *what)
{
    unsigned line = 1;
    size_t line_start = 0;
    for (size_t i = 0; i < at && i < p->text.len; i++) {
        if (p->text.bytes[i] == '\n') {
            line++;
            line_start = i + 1;
        }
    }
    error_set(p->err, ERROR_CLASS_BUILD, "not a dyndep file: %s", what);
    error_set_where(p->err, p->name, line, (unsigned)(at - line_start) + 1);
    error_set_help(p->err, "it begins with \"ninja_dyndep_version = 1\" and "
                           "has lines such as \"build a.o: dyndep | b.mod\"");
    return false;
}

/* Blanks, and ends of lines that a "$" takes away. */
static void
skip_blanks(struct parser *p)
{
    for (;;) {
        size_t len = 0;
        if (peek(p, 0) == ' ') {
            len = 1;
        } else if (peek(p, 0) == '$' && newline_len(p, 1) > 0) {
            len = 1 + newline_len(p, 1);
        }
        if (len == 0) {
            return;
        }
        p->at += len;
    }
}

/* Takes a line that says nothing: blank, or a comment. */
static bool
skip_empty_line(struct parser *p)
{
    size_t len = 0;
    while (peek(p, len) == ' ') {
        len++;
    }
    if (peek(p, len) == '#') {
        while (p->at + len < p->text.len && peek(p, len) != '\n') {
            len++;
        }
        len += peek(p, len) == '\n';
    } else if (newline_len(p, len) > 0) {
        len += newline_len(p, len);
    } else if (p->at + len < p->text.len || len == 0) {
        return false;
    }
    p->at += len;
    return true;
}

static bool
take(struct parser *p, const char *text)
{
    size_t len = strlen(text);
    if (p->text.len - p->at < len ||
        memcmp(p->text.bytes + p->at, text, len) != 0) {
        return false;
    }
    p->at += len;
    return true;
}

/* --- Words ------------------------------------------------------------------ */

static bool
is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

/* A name that must be the wanted one, and what may stand around it. */
static bool
take_name(struct parser *p, const char *name)
{
    size_t start = p->at;
    if (!take(p, name) || is_name_char(peek(p, 0))) {
        p->at = start;
        return false;
    }
    skip_blanks(p);
    return true;
}

/* What follows a "$"; false if that means nothing. */
static bool
read_escape(struct parser *p)
{
    char c = peek(p, 1);
    size_t newline = newline_len(p, 1);
    if (newline > 0) {
        p->at += 1 + newline;
        while (peek(p, 0) == ' ') {
            p->at++;
        }
        return true;
    }
    if (c != '$' && c != ' ' && c != ':') {
        return fail(p, p->at,
                    "\"$\" stands before a blank, ':', '$' or the end of a "
                    "line");
    }
    buffer_add_char(&p->word, c);
    p->at += 2;
    return true;
}

static bool
ends_path(const struct parser *p)
{
    char c = peek(p, 0);
    return at_end(p) || c == ' ' || c == ':' || c == '|' ||
           newline_len(p, 0) > 0;
}

/* A path into p->word, canonical; empty if none stands here. */
static bool
read_path(struct parser *p)
{
    buffer_truncate(&p->word, 0);
    while (!ends_path(p)) {
        if (peek(p, 0) == '$') {
            if (!read_escape(p)) {
                return false;
            }
        } else {
            buffer_add_char(&p->word, peek(p, 0));
            p->at++;
        }
    }
    if (p->word.len > 0) {
        buffer_truncate(&p->word,
                        path_canonicalise(p->word.bytes, p->word.len));
    }
    skip_blanks(p);
    return true;
}

/* All paths up to the next colon, bar or end, as a row. */
static bool
read_paths(struct parser *p, uint32_t *start, uint32_t *count)
{
    *start = (uint32_t)p->out->texts.len;
    *count = 0;
    for (;;) {
        if (!read_path(p)) {
            return false;
        }
        if (p->word.len == 0) {
            return true;
        }
        buffer_add_text(&p->out->texts, buffer_str(&p->word));
        (*count)++;
    }
}

static bool
end_line(struct parser *p)
{
    size_t len = newline_len(p, 0);
    if (len == 0 && !at_end(p)) {
        return fail(p, p->at, "the line should end here");
    }
    p->at += len;
    return true;
}

/* --- Lines ------------------------------------------------------------------- */

/* "restat = 1" on a line of its own, further in. */
static bool
read_binding(struct parser *p, struct dyndep_entry *entry)
{
    while (skip_empty_line(p)) {
    }
    if (peek(p, 0) != ' ') {
        return true;
    }
    skip_blanks(p);
    if (!take_name(p, "restat") || !take(p, "=")) {
        return fail(p, p->at, "only \"restat = 1\" can stand here");
    }
    skip_blanks(p);
    size_t start = p->at;
    while (!at_end(p) && newline_len(p, 0) == 0) {
        p->at++;
    }
    entry->restat = p->at > start;
    return end_line(p);
}

static bool
read_outputs(struct parser *p, struct dyndep_entry *entry)
{
    size_t start = p->at;
    uint32_t count;
    if (!read_paths(p, &entry->output, &count)) {
        return false;
    }
    if (count != 1) {
        return fail(p, start,
                    "one output stands before the '|' or ':', by which its "
                    "action is known");
    }
    entry->outputs = (uint32_t)p->out->texts.len;
    if (peek(p, 0) == '|') {
        p->at++;
        skip_blanks(p);
        if (!read_paths(p, &entry->outputs, &entry->output_count)) {
            return false;
        }
    }
    if (!take(p, ":")) {
        return fail(p, p->at, "a ':' is missing after the outputs");
    }
    skip_blanks(p);
    return true;
}

static bool
read_statement(struct parser *p)
{
    struct dyndep_entry entry = {.restat = false};
    if (!read_outputs(p, &entry)) {
        return false;
    }
    if (!take_name(p, "dyndep")) {
        return fail(p, p->at, "\"dyndep\" stands behind the ':'");
    }
    entry.inputs = (uint32_t)p->out->texts.len;
    if (peek(p, 0) == '|' && peek(p, 1) != '|') {
        p->at++;
        skip_blanks(p);
        if (!read_paths(p, &entry.inputs, &entry.input_count)) {
            return false;
        }
    }
    if (!end_line(p) || !read_binding(p, &entry)) {
        return false;
    }
    vec_push(&p->out->entries, &entry);
    return true;
}

/* "1" or "1.0", with anything behind a further dot or dash. */
static bool
read_version(struct parser *p)
{
    while (skip_empty_line(p)) {
    }
    if (!take_name(p, "ninja_dyndep_version") || !take(p, "=")) {
        return fail(p, p->at, "it does not begin with its version");
    }
    skip_blanks(p);
    size_t start = p->at;
    bool is_one = take(p, "1");
    if (is_one && take(p, ".")) {
        is_one = take(p, "0");
    }
    if (is_one && (peek(p, 0) == '-' || peek(p, 0) == '.')) {
        while (!at_end(p) && newline_len(p, 0) == 0) {
            p->at++;
        }
    }
    skip_blanks(p);
    if (!is_one || (newline_len(p, 0) == 0 && !at_end(p))) {
        return fail(p, start, "only version 1 is known");
    }
    return end_line(p);
}

static bool
read_lines(struct parser *p)
{
    if (!read_version(p)) {
        return false;
    }
    while (!at_end(p)) {
        if (skip_empty_line(p)) {
            continue;
        }
        if (!take_name(p, "build")) {
            return fail(p, p->at, "a line begins with \"build\"");
        }
        if (!read_statement(p)) {
            return false;
        }
    }
    return true;
}

/* --- Finding ------------------------------------------------------------------ */

const char *
dyndep_text(const struct dyndep *dyndep, uint32_t offset)
{
    assert(offset < dyndep->texts.len);
    return dyndep->texts.bytes + offset;
}

static int
compare_entries(const void *left, const void *right, void *ctx)
{
    const struct dyndep_entry *a = left;
    const struct dyndep_entry *b = right;
    return strcmp(dyndep_text(ctx, a->output), dyndep_text(ctx, b->output));
}

/* Sorts the statements; two about one output are an error. */
static bool
sort_entries(struct parser *p)
{
    struct dyndep *out = p->out;
    if (out->entries.count > 1) {
        qsort_r(out->entries.items, out->entries.count,
                sizeof(struct dyndep_entry), compare_entries, out);
    }
    for (uint32_t i = 1; i < out->entries.count; i++) {
        const struct dyndep_entry *entry = vec_at(&out->entries, i);
        if (compare_entries(entry - 1, entry, out) == 0) {
            error_set(p->err, ERROR_CLASS_BUILD, "%s: two statements about %s",
                      p->name, dyndep_text(out, entry->output));
            return false;
        }
    }
    return true;
}

const struct dyndep_entry *
dyndep_find(const struct dyndep *dyndep, const char *output)
{
    uint32_t low = 0;
    uint32_t high = dyndep->entries.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct dyndep_entry *entry = vec_at(&dyndep->entries, middle);
        int order = strcmp(dyndep_text(dyndep, entry->output), output);
        if (order == 0) {
            return entry;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* --- From outside -------------------------------------------------------------- */

bool
dyndep_parse(const char *name, struct slice text, struct dyndep *out,
             struct error *err)
{
    struct parser p = {.name = name, .text = text, .out = out, .err = err};
    assert(out->texts.len == 0);
    out->entries = vec_of(sizeof(struct dyndep_entry));
    if (text.len > UINT32_MAX / 2) {
        return error_set(err, ERROR_CLASS_BUILD,
                         "%s: a dyndep file of %zu bytes is too large", name,
                         text.len);
    }
    const char *zero = text.len > 0 ? memchr(text.bytes, 0, text.len) : NULL;
    if (zero != NULL) {
        return fail(&p, (size_t)(zero - text.bytes), "it has a zero byte");
    }
    bool held = read_lines(&p) && sort_entries(&p);
    buffer_finish(&p.word);
    return held;
}

void
dyndep_finish(struct dyndep *dyndep)
{
    buffer_finish(&dyndep->texts);
    vec_finish(&dyndep->entries);
    *dyndep = (struct dyndep){0};
}
