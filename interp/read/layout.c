/* SPDX-License-Identifier: MIT */
/*
 * One pass over the tokens. What stands between two tokens is decided from the
 * two and from the white space that was there: nothing, blanks on one line, a
 * line break, or a break and one empty line. The line breaks are the author's;
 * what begins a line is put where the open bracket wants it. So columns depend
 * on what was written out already and on nothing to come, and a text that was
 * laid out is laid out the same again.
 *
 * Open brackets lie on a stack of frames in collected memory: nesting costs no
 * C stack. The text has been read once by the reader before, so here every
 * bracket fits and every literal ends.
 */
#include "interp/read/layout.h"

#include "interp/data/alloc.h"
#include "interp/data/text.h"
#include "interp/read/layout_rules.h"
#include "interp/read/reader.h"
#include "interp/read/scan.h"

#include <assert.h>
#include <string.h>

/* Deeper code is pushed to the right no further, else the blanks of deeply
 * nested lines would be most of the text. */
enum { INDENT_MAX = 400, BODY_INDENT = 2 };

enum token_type {
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_PREFIX, /* glued to what it belongs to: ' #' @ ... */
    TOKEN_TAG,    /* #inst: a blank behind it */
    TOKEN_ATOM,
    TOKEN_COMMENT
};

struct token {
    enum token_type type;
    struct scan_token text;
    uint32_t breaks; /* line breaks before it */
    uint32_t blanks; /* blanks before it on its line */
    bool comma;      /* one stood before it, after the token before */
};

/* An open bracket. Items are counted from 0, the head. */
struct frame {
    uint32_t column;   /* of the bracket */
    uint32_t inside;   /* of what follows the bracket */
    uint32_t argument; /* of item 1, where it stands on the head's line */
    uint32_t items;    /* that began so far */
    uint32_t wanted;   /* forms until the item that began is complete */
    uint32_t line;     /* of the head */
    uint8_t style;     /* enum layout_style */
    uint8_t before;    /* of LAYOUT_BLOCK */
    bool is_call;      /* a list whose head is a name */
    bool is_list;
    bool is_letfn;
    bool is_body; /* LAYOUT_BLOCK: its body began on a line of its own */
};

struct layout {
    struct scan scan;
    struct text_builder out;
    uint32_t column; /* where the next byte goes, from 0 */
    uint32_t line;
    struct token last;
    bool has_last;
    uint32_t depth;
    uint32_t cap;
    struct frame *frames; /* 0 is the top level */
};

/* --- Tokens -------------------------------------------------------------- */

/* White space before the next token. */
static void
take_space(struct layout *l, struct token *token)
{
    struct scan *scan = &l->scan;
    for (;;) {
        int byte = scan_peek(scan, 0);
        // What scan_blank takes as a comment is a token here.
        if (byte < 0 || byte == ';' ||
            (byte == '#' && scan_peek(scan, 1) == '!')) {
            return;
        }
        if (byte == '\n') {
            token->breaks++;
            token->blanks = 0;
            scan_skip(scan, 1);
        } else if (byte == ',') {
            token->comma = token->comma || token->breaks == 0;
            scan_skip(scan, 1);
        } else {
            size_t pos = scan->pos;
            scan_space(scan);
            if (scan->pos == pos) {
                return;
            }
            token->blanks++;
        }
    }
}

/* To the end of the line; blanks there, and a return, go. */
static struct scan_token
take_comment(struct scan *scan)
{
    const char *start = scan->bytes + scan->pos;
    const char *end = memchr(start, '\n', scan->len - scan->pos);
    size_t len = end == NULL ? scan->len - scan->pos : (size_t)(end - start);
    scan_skip(scan, len);
    while (len > 0 && strchr(" \t\r\f\v", start[len - 1]) != NULL &&
           start[len - 1] != 0) {
        len--;
    }
    return (struct scan_token){start, len};
}

/* How many bytes of what begins with # are a prefix or bracket; 0: none. */
static size_t
dispatch_len(const struct scan *scan, enum token_type *type)
{
    int next = scan_peek(scan, 1);
    *type = TOKEN_PREFIX;
    switch (next) {
    case '{':
    case '(':
        *type = TOKEN_OPEN;
        return 2;
    case '\'':
    case '_':
    case '^':
    case '#':
        return 2;
    case '?':
        return scan_peek(scan, 2) == '@' ? 3 : 2;
    default:
        return 0;
    }
}

/* A tag's name belongs to it, as does the namespace of #:a{...}; what they
 * stand before is a token of its own. */
static enum token_type
take_dispatch(struct scan *scan)
{
    enum token_type type;
    struct scan_mark start = scan->at;
    size_t len = dispatch_len(scan, &type);
    if (len > 0) {
        scan_skip(scan, len);
        return type;
    }
    if (scan_peek(scan, 1) == '"') {
        scan_skip(scan, 2);
        scan_take_regex_source(scan, start);
        return TOKEN_ATOM;
    }
    bool is_map = scan_peek(scan, 1) == ':'; // #:a{...}
    scan_skip(scan, 1);
    scan_take_token(scan);
    return is_map ? TOKEN_PREFIX : TOKEN_TAG;
}

/* Literals are taken by the reader's own functions, so that both agree on
 * where one ends. */
static enum token_type
take_text(struct scan *scan, int byte)
{
    struct scan_mark start = scan->at;
    switch (byte) {
    case '(':
    case '[':
    case '{':
        scan_skip(scan, 1);
        return TOKEN_OPEN;
    case ')':
    case ']':
    case '}':
        scan_skip(scan, 1);
        return TOKEN_CLOSE;
    case '\'':
    case '@':
    case '`':
    case '^':
        scan_skip(scan, 1);
        return TOKEN_PREFIX;
    case '~':
        scan_skip(scan, scan_peek(scan, 1) == '@' ? 2 : 1);
        return TOKEN_PREFIX;
    case '#':
        return take_dispatch(scan);
    case '"':
        scan_skip(scan, 1);
        scan_take_string(scan, start);
        return TOKEN_ATOM;
    case '\\':
        scan_take_char(scan);
        return TOKEN_ATOM;
    default:
        scan_take_token(scan);
        return TOKEN_ATOM;
    }
}

/* The next token; false at the end. */
static bool
take(struct layout *l, struct token *token)
{
    *token = (struct token){.type = TOKEN_ATOM};
    take_space(l, token);
    struct scan *scan = &l->scan;
    size_t from = scan->pos;
    int byte = scan_peek(scan, 0);
    if (byte < 0) {
        return false;
    }
    if (byte == ';' || (byte == '#' && scan_peek(scan, 1) == '!')) {
        token->type = TOKEN_COMMENT;
        token->text = take_comment(scan);
        return true;
    }
    token->type = take_text(scan, byte);
    assert(scan->pos > from);
    token->text = (struct scan_token){scan->bytes + from, scan->pos - from};
    return true;
}

/* --- Frames -------------------------------------------------------------- */

/* The innermost open bracket; frame 0, the top level, is never closed. */
static struct frame *
top(struct layout *l)
{
    return &l->frames[l->depth];
}

/* Room for one more is made first; what was outgrown is the collector's. */
static void
push(struct layout *l, struct frame frame)
{
    if (l->depth + 1 == l->cap) {
        struct frame *grown = alloc_atomic(2 * l->cap * sizeof(*grown));
        memcpy(grown, l->frames, l->cap * sizeof(*grown));
        l->frames = grown;
        l->cap *= 2;
    }
    l->frames[++l->depth] = frame;
}

/* Names begin calls; a number, string or character begins a list of data. */
static bool
is_name(const struct token *token)
{
    char c = token->text.bytes[0];
    bool is_digit = c >= '0' && c <= '9';
    return token->type == TOKEN_ATOM && c != '"' && c != '\\' && c != '#' &&
           !is_digit;
}

/* What the head says about the arguments. A list inside of defrecord and its
 * like is a method: it has a body. */
static void
set_head(struct layout *l, struct frame *frame, const struct token *token)
{
    frame->line = l->line;
    frame->is_call =
        frame->is_list && (is_name(token) || token->type == TOKEN_OPEN ||
                           token->type == TOKEN_PREFIX);
    if (!frame->is_list || !is_name(token) || token->text.bytes[0] == ':') {
        return;
    }
    struct layout_rule rule = layout_rule_of(token->text);
    const struct frame *outer = &l->frames[l->depth - 1];
    if (rule.style == LAYOUT_CALL && outer->style == LAYOUT_METHODS) {
        rule.style = LAYOUT_BODY;
    }
    frame->is_letfn =
        token->text.len == 5 && memcmp(token->text.bytes, "letfn", 5) == 0;
    frame->style = (uint8_t)rule.style;
    frame->before = (uint8_t)rule.before;
}

/* #_ may stand apart from what it drops, as in #_ #_ a b. */
static bool
is_discard(const struct token *token)
{
    return token->text.len == 2 && token->text.bytes[1] == '_';
}

/* Notes that a form begins here, at the present column. */
static void
note_start(struct layout *l, const struct token *token, bool on_new_line)
{
    struct frame *frame = top(l);
    if (frame->wanted == 0) {
        uint32_t index = frame->items++;
        frame->wanted = 1;
        if (index == 0) {
            set_head(l, frame, token);
        } else if (index == 1) {
            frame->argument = on_new_line ? 0 : l->column;
        }
        if (frame->style == LAYOUT_BLOCK && index == frame->before + 1u) {
            frame->is_body = on_new_line;
        }
    }
    // Metadata and what is dropped stand before the form that counts.
    bool is_extra =
        token->type == TOKEN_PREFIX &&
        (token->text.bytes[token->text.len - 1] == '^' || is_discard(token));
    frame->wanted += is_extra ? 1 : 0;
}

/* A form is complete. */
static void
note_end(struct layout *l)
{
    struct frame *frame = top(l);
    if (frame->wanted > 0) {
        frame->wanted--;
    }
}

/* Where a line inside of the innermost bracket begins. */
static uint32_t
indent_of(const struct layout *l)
{
    const struct frame *frame = &l->frames[l->depth];
    if (l->depth == 0) {
        return 0;
    }
    if (!frame->is_call || frame->items == 0) {
        return frame->inside;
    }
    uint32_t body = frame->column + BODY_INDENT;
    if (frame->style == LAYOUT_BODY || frame->style == LAYOUT_METHODS) {
        return body;
    }
    uint32_t next = frame->wanted == 0 ? frame->items : frame->items - 1;
    if (frame->style == LAYOUT_BLOCK &&
        (frame->is_body || next == frame->before + 1u)) {
        return body;
    }
    return frame->argument > 0 && frame->items > 1 ? frame->argument
                                                   : frame->inside;
}

/* --- Writing ------------------------------------------------------------- */

static void
write_blanks(struct layout *l, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        text_builder_add(&l->out, " ", 1);
    }
    l->column += count;
}

static void
write_breaks(struct layout *l, uint32_t count, uint32_t indent)
{
    for (uint32_t i = 0; i < count; i++) {
        text_builder_add(&l->out, "\n", 1);
        l->line++;
    }
    l->column = 0;
    write_blanks(l, indent < INDENT_MAX ? indent : INDENT_MAX);
}

/* Strings may go over several lines, and stay as they are. */
static void
write_token(struct layout *l, struct scan_token token)
{
    text_builder_add(&l->out, token.bytes, token.len);
    for (size_t i = 0; i < token.len; i++) {
        unsigned char byte = (unsigned char)token.bytes[i];
        if (byte == '\n') {
            l->column = 0;
            l->line++;
        } else if ((byte & 0xc0) != 0x80) {
            l->column++;
        }
    }
}

/* True for "~" before what begins with @, which would become ~@. */
static bool
would_merge(const struct token *last, const struct token *token)
{
    return last->text.len == 1 && last->text.bytes[0] == '~' &&
           token->text.bytes[0] == '@';
}

/* The blanks between two tokens on one line. A comment keeps its distance, so
 * that columns of them stay. */
static uint32_t
blanks_between(const struct token *last, const struct token *token)
{
    if (token->type == TOKEN_COMMENT) {
        bool is_glued = last->type == TOKEN_OPEN;
        return is_glued ? 0 : token->blanks > 0 ? token->blanks : 1;
    }
    if (last->type == TOKEN_OPEN || token->type == TOKEN_CLOSE) {
        return 0;
    }
    if (last->type == TOKEN_PREFIX) {
        bool was_apart = token->blanks + token->breaks > 0;
        return would_merge(last, token) || (is_discard(last) && was_apart);
    }
    return 1;
}

/* Line breaks that the author made and that stay. */
static uint32_t
breaks_between(const struct token *last, const struct token *token)
{
    bool after_comment = last->type == TOKEN_COMMENT;
    uint32_t breaks = token->breaks < 2 ? token->breaks : 2;
    if (token->type == TOKEN_CLOSE) {
        return after_comment ? 1 : 0;
    }
    if (token->type != TOKEN_COMMENT && !after_comment &&
        (last->type == TOKEN_OPEN || last->type == TOKEN_PREFIX ||
         last->type == TOKEN_TAG)) {
        return 0;
    }
    return after_comment && breaks == 0 ? 1 : breaks;
}

/* A comma stays where it separates two forms. */
static void
write_comma(struct layout *l, const struct token *token)
{
    bool separates =
        (l->last.type == TOKEN_ATOM || l->last.type == TOKEN_CLOSE) &&
        token->type != TOKEN_CLOSE && l->depth > 0;
    if (token->comma && separates) {
        write_token(l, (struct scan_token){",", 1});
    }
}

/* All that stands before the token; true if it begins a line. */
static bool
write_between(struct layout *l, const struct token *token)
{
    if (!l->has_last) {
        return false;
    }
    write_comma(l, token);
    uint32_t breaks = breaks_between(&l->last, token);
    if (breaks == 0) {
        write_blanks(l, blanks_between(&l->last, token));
        return false;
    }
    write_breaks(l, breaks, indent_of(l));
    return true;
}

/* The functions of letfn stand in a vector, and have bodies, too. */
static bool
holds_functions(const struct layout *l, char bracket)
{
    const struct frame *outer = &l->frames[l->depth];
    return bracket == '[' && outer->is_letfn && outer->items == 2;
}

static void
open_bracket(struct layout *l, const struct token *token)
{
    size_t len = token->text.len;
    assert(len > 0);
    bool has_methods = holds_functions(l, token->text.bytes[len - 1]);
    bool is_list = token->text.bytes[len - 1] == '(' &&
                   !(l->has_last && l->last.type == TOKEN_PREFIX &&
                     memchr(l->last.text.bytes, '?', l->last.text.len) != NULL);
    push(l, (struct frame){.column = l->column + (uint32_t)len - 1,
                           .inside = l->column + (uint32_t)len,
                           .style = has_methods ? LAYOUT_METHODS : LAYOUT_CALL,
                           .is_list = is_list});
}

static void
write(struct layout *l, const struct token *token)
{
    bool on_new_line = write_between(l, token);
    if (token->type == TOKEN_CLOSE) {
        assert(l->depth > 0);
        l->depth--;
    } else if (token->type != TOKEN_COMMENT) {
        note_start(l, token, on_new_line);
    }
    if (token->type == TOKEN_OPEN) {
        open_bracket(l, token);
    }
    write_token(l, token->text);
    if (token->type == TOKEN_CLOSE || token->type == TOKEN_ATOM) {
        note_end(l);
    }
    l->last = *token;
    l->has_last = true;
}

/* Throws what the reader says of a text that is none of its. */
static void
check(const char *bytes, size_t len, Value file)
{
    struct reader *reader = reader_create(bytes, len, file, READER_DATA);
    reader_set_lenient(reader);
    Value form;
    while (reader_read(reader, &form, NULL)) {
    }
}

Value
layout_text(const char *bytes, size_t len, Value file)
{
    enum { FRAMES_START = 64 };
    check(bytes, len, file);
    struct layout l = {.cap = FRAMES_START};
    l.frames = alloc_atomic(FRAMES_START * sizeof(*l.frames));
    l.frames[0] = (struct frame){.column = 0};
    text_builder_init(&l.out);
    scan_init(&l.scan, bytes, len, file);
    struct token token;
    while (take(&l, &token)) {
        write(&l, &token);
    }
    assert(l.depth == 0);
    if (l.has_last) {
        text_builder_add(&l.out, "\n", 1);
    }
    return text_builder_string(&l.out);
}
