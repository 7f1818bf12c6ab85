/* SPDX-License-Identifier: MIT */
/*
 * A depfile is lines of "targets: prerequisites", where a backslash at the end
 * goes on with the next line. What compilers escape is taken back: a space or
 * tab by a backslash (backslashes just before it are doubled), "#" and ":" by
 * a backslash, "$" by a second one; any other backslash is itself.
 *
 * A colon ends the targets if a blank follows. One inside a word belongs to
 * the word ("c:/x.o"), unless its line has no other: then it does end them
 * ("x.o:x.c").
 */
#include "exec/decide/depfile.h"

#include "exec/base/path.h"
#include "exec/base/table.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

/* A row of texts, each once. */
struct row {
    struct buffer *texts;
    struct table starts;
};

struct parser {
    const char *name;
    struct slice text;
    size_t at;
    struct buffer word;
    struct buffer targets; /* of the rule being read: a row */
    bool in_targets;
    /* The first colon inside a word of the targets: where it is, and how long
     * targets and word were; at 0 there is none. */
    size_t colon_at;
    size_t colon_targets_len;
    size_t colon_word_len;
    struct row inputs;
    struct row outputs;
    struct row env;
    struct error *err;
};

enum word_end { WORD_BLANK, WORD_COLON, WORD_ERROR };

/* --- Characters ----------------------------------------------------------- */

/* The byte so many places on; '\n' behind the end, as if the file ended with
 * one. */
static char
peek(const struct parser *p, size_t offset)
{
    size_t at = p->at + offset;

    if (at >= p->text.len) {
        return '\n';
    }
    return p->text.bytes[at];
}

static bool
is_newline(const struct parser *p, size_t offset)
{
    char c = peek(p, offset);

    return c == '\n' || (c == '\r' && peek(p, offset + 1) == '\n');
}

/* The length of a backslash and the newline after it; 0 if it is none. */
static size_t
continuation_len(const struct parser *p, size_t offset)
{
    if (peek(p, offset) != '\\' || !is_newline(p, offset + 1)) {
        return 0;
    }
    return peek(p, offset + 1) == '\r' ? 3 : 2;
}

static bool
is_blank(const struct parser *p, size_t offset)
{
    char c = peek(p, offset);

    return c == ' ' || c == '\t' || c == '\r' || c == '\n' ||
           continuation_len(p, offset) > 0;
}

static void
skip_blanks(struct parser *p)
{
    while (p->at < p->text.len && is_blank(p, 0) && !is_newline(p, 0)) {
        size_t len = continuation_len(p, 0);
        p->at += len > 0 ? len : 1;
    }
    if (p->at > p->text.len) { // went on with a line behind the end
        p->at = p->text.len;
    }
}

/* Goes behind the end of the line. */
static void
skip_line(struct parser *p)
{
    const char *start = p->text.bytes + p->at;
    const char *end = memchr(start, '\n', p->text.len - p->at);

    p->at = end != NULL ? (size_t)(end - p->text.bytes) + 1 : p->text.len;
}

static bool
at_line_end(const struct parser *p)
{
    return p->at >= p->text.len || is_newline(p, 0) || peek(p, 0) == '#';
}

static bool
fail(const struct parser *p, size_t at, const char *what)
{
    unsigned line = 1;
    size_t line_start = 0;

    for (size_t i = 0; i < at; i++) {
        if (p->text.bytes[i] == '\n') {
            line++;
            line_start = i + 1;
        }
    }
    error_set(p->err, ERROR_CLASS_BUILD, "not a depfile: %s", what);
    error_set_where(p->err, p->name, line, (unsigned)(at - line_start) + 1);
    error_set_help(p->err, "the command has to write rules as make reads "
                           "them, \"output: input input\"");
    return false;
}

/* --- Rows -------------------------------------------------------------------- */

static struct slice
text_at(const void *owner, uint32_t start)
{
    const struct buffer *texts = owner;

    return slice_of(texts->bytes + start);
}

/* Adds a text unless the row has it; true if it is new. */
static bool
row_add(struct row *row, const char *text)
{
    uint32_t start = (uint32_t)row->texts->len;
    struct slice wanted = slice_of(text);
    bool is_new = table_find_or_add(&row->starts, text_at, row->texts, wanted,
                                    start) == start;

    if (is_new) {
        buffer_add_text(row->texts, text);
    }
    return is_new;
}

static bool
row_add_path(struct row *row, struct buffer *path)
{
    if (path->len == 0) {
        return false;
    }
    buffer_truncate(path, path_canonicalise(path->bytes, path->len));
    return row_add(row, buffer_str(path));
}

/* --- Words --------------------------------------------------------------------- */

static void
add_backslashes(struct parser *p, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buffer_add_char(&p->word, '\\');
    }
}

/* Takes a run of backslashes, and what they escape. */
static void
read_backslashes(struct parser *p)
{
    size_t count = 0;

    while (peek(p, count) == '\\') {
        count++;
    }
    char escaped = peek(p, count);
    bool is_odd = count % 2 == 1;
    if (escaped == ' ' || escaped == '\t') {
        add_backslashes(p, is_odd ? count / 2 : count);
        p->at += count;
        if (is_odd) {
            buffer_add_char(&p->word, escaped);
            p->at++;
        }
    } else if (escaped == '#' || (escaped == ':' && !is_blank(p, count + 1))) {
        add_backslashes(p, count - 1);
        buffer_add_char(&p->word, escaped);
        p->at += count + 1;
    } else {
        // The last one may go on with the next line, which the caller sees.
        count -= continuation_len(p, count - 1) > 0;
        add_backslashes(p, count);
        p->at += count;
    }
}

/* Takes a colon that is part of a word, and remembers the first one that
 * could be more than that; that of a drive could not. */
static void
read_inner_colon(struct parser *p)
{
    char next = peek(p, 1);
    bool is_drive = p->word.len == 1 && (next == '/' || next == '\\');

    if (p->in_targets && !is_drive && p->colon_at == 0) {
        p->colon_at = p->at;
        p->colon_targets_len = p->targets.len;
        p->colon_word_len = p->word.len;
    }
    buffer_add_char(&p->word, ':');
    p->at++;
}

/* Takes a run of bytes that mean themselves: nearly all of a depfile. */
static void
read_plain(struct parser *p)
{
    static const bool is_special[UCHAR_MAX + 1] = {
        [' '] = true, ['\t'] = true, ['\r'] = true, ['\n'] = true,
        [':'] = true, ['\\'] = true, ['$'] = true,  ['\0'] = true,
    };
    const char *start = p->text.bytes + p->at;
    const char *end = p->text.bytes + p->text.len;
    const char *at = start;

    while (at < end && !is_special[(unsigned char)*at]) {
        at++;
    }
    buffer_add(&p->word, start, (size_t)(at - start));
    p->at += (size_t)(at - start);
}

/* Reads the next word, up to a blank or the colon that ends the targets. */
static enum word_end
read_word(struct parser *p)
{
    buffer_truncate(&p->word, 0);
    read_plain(p);
    while (!is_blank(p, 0)) {
        char c = peek(p, 0);
        if (c == '\0') {
            fail(p, p->at, "it has a zero byte");
            return WORD_ERROR;
        }
        if (c == ':' && is_blank(p, 1)) {
            p->at++;
            return WORD_COLON;
        }
        if (c == '\\') {
            read_backslashes(p);
        } else if (c == ':') {
            read_inner_colon(p);
        } else {
            p->at += c == '$' && peek(p, 1) == '$' ? 2 : 1;
            buffer_add_char(&p->word, c);
        }
        read_plain(p);
    }
    return WORD_BLANK;
}

/* --- Lines ------------------------------------------------------------------------ */

/* "# env-dep:NAME=value", or without a value; other comments say nothing. */
static void
read_comment(struct parser *p)
{
    static const char mark[] = "# env-dep:";
    const char *start = p->text.bytes + p->at;
    size_t mark_len = sizeof(mark) - 1;

    skip_line(p);
    size_t len = (size_t)(p->text.bytes + p->at - start);
    if (len <= mark_len || memcmp(start, mark, mark_len) != 0) {
        return;
    }
    size_t name_len = 0;
    const char *name = start + mark_len;
    while (name_len < len - mark_len &&
           memchr("=\r\n", name[name_len], 4) == NULL) {
        name_len++;
    }
    if (name_len > 0) {
        buffer_truncate(&p->word, 0);
        buffer_add(&p->word, name, name_len);
        row_add(&p->env, buffer_str(&p->word));
    }
}

/* Cuts the line at the colon inside a word; false if there was none. */
static bool
cut_at_inner_colon(struct parser *p)
{
    if (p->colon_at == 0) {
        return false;
    }
    p->at = p->colon_at + 1;
    buffer_truncate(&p->targets, p->colon_targets_len + p->colon_word_len);
    buffer_add_char(&p->targets, '\0');
    return true;
}

static bool
read_targets(struct parser *p)
{
    size_t start = p->at;
    enum word_end end = WORD_BLANK;

    buffer_truncate(&p->targets, 0);
    p->in_targets = true;
    p->colon_at = 0;
    while (end != WORD_COLON) {
        skip_blanks(p);
        if (at_line_end(p)) {
            return cut_at_inner_colon(p) ||
                   fail(p, start, "this line has no ':' after its outputs");
        }
        end = read_word(p);
        if (end == WORD_ERROR) {
            return false;
        }
        buffer_add_text(&p->targets, buffer_str(&p->word));
    }
    return true;
}

/* Rules without inputs, as -MP writes them for headers, say nothing. */
static bool
read_rule(struct parser *p, struct depfile *out)
{
    bool has_inputs = false;
    struct slice target;

    if (!read_targets(p)) {
        return false;
    }
    p->in_targets = false;
    for (skip_blanks(p); !at_line_end(p); skip_blanks(p)) {
        size_t start = p->at;
        enum word_end end = read_word(p);
        if (end != WORD_BLANK) {
            return end == WORD_COLON &&
                   fail(p, start, "this line has a second ':'");
        }
        has_inputs = true;
        out->input_count += row_add_path(&p->inputs, &p->word);
    }
    struct slice row = buffer_slice(&p->targets);
    while (has_inputs && slice_next_text(&row, &target)) {
        buffer_truncate(&p->word, 0);
        buffer_add(&p->word, target.bytes, target.len);
        row_add_path(&p->outputs, &p->word);
    }
    return true;
}

static bool
read_lines(struct parser *p, struct depfile *out)
{
    while (p->at < p->text.len) {
        skip_blanks(p);
        if (peek(p, 0) == '#') {
            read_comment(p);
        } else if (at_line_end(p)) {
            skip_line(p);
        } else if (!read_rule(p, out)) {
            return false;
        }
    }
    return true;
}

bool
depfile_parse(const char *name, struct slice text, struct depfile *out,
              struct error *err)
{
    struct parser p = {.name = name, .text = text, .err = err};

    assert(out->inputs.len == 0); // a row's table starts empty
    if (text.len > UINT32_MAX / 2) {
        return error_set(err, ERROR_CLASS_BUILD,
                         "%s: a depfile of %zu bytes is too large", name,
                         text.len);
    }
    p.inputs.texts = &out->inputs;
    p.outputs.texts = &out->outputs;
    p.env.texts = &out->env;
    bool held = read_lines(&p, out);
    table_finish(&p.inputs.starts);
    table_finish(&p.outputs.starts);
    table_finish(&p.env.starts);
    buffer_finish(&p.word);
    buffer_finish(&p.targets);
    return held;
}

void
depfile_finish(struct depfile *depfile)
{
    buffer_finish(&depfile->inputs);
    buffer_finish(&depfile->outputs);
    buffer_finish(&depfile->env);
    *depfile = (struct depfile){0};
}
