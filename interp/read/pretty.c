/* SPDX-License-Identifier: MIT */
/*
 * Pretty printing in two steps. The first walks the value, within the limits,
 * and writes a list of tokens: texts, brackets, and the blanks between items.
 * The second knows the width of every bracket from the tokens and decides for
 * each whether it fits on what is left of the line; if not, each of its blanks
 * becomes a line break. Both are linear and without recursion.
 */
#include "interp/read/pretty.h"

#include "interp/data/alloc.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/seq.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "interp/read/open.h"
#include "interp/read/print.h"

#include <assert.h>
#include <string.h>

enum token_kind {
    TOKEN_TEXT,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_BLANK, /* between items: " " or a break */
    TOKEN_COMMA, /* between entries: ", " or "," and a break */
    TOKEN_SPACE  /* between a key and its value: never a break */
};

struct token {
    enum token_kind kind;
    uint32_t start; /* its text in the builder, of TEXT, OPEN and CLOSE */
    uint32_t len;
    uint32_t width;
    uint64_t flat; /* OPEN: width up to and with its CLOSE, on one line */
    uint64_t tail; /* width from here to the next possible break */
};

struct token_list {
    struct token *items;
    uint32_t count;
    uint32_t cap;
    struct text_builder text;
};

/* --- First step: tokens ---------------------------------------------------- */

static struct token *
add_token(struct token_list *list, enum token_kind kind)
{
    if (list->count == list->cap) {
        uint32_t cap = list->cap == 0 ? 128 : 2 * list->cap;
        struct token *grown = alloc_atomic(cap * sizeof(*grown));
        if (list->count > 0) {
            memcpy(grown, list->items, list->count * sizeof(*grown));
        }
        list->items = grown;
        list->cap = cap;
    }
    struct token *token = &list->items[list->count++];
    *token = (struct token){.kind = kind, .width = 1};
    if (kind == TOKEN_COMMA) {
        token->width = 2;
    }
    return token;
}

/* Makes a token of what the builder got since `start`. */
static void
add_text_from(struct token_list *list, enum token_kind kind, size_t start)
{
    struct token *token = add_token(list, kind);
    size_t len = list->text.len - start;
    token->start = (uint32_t)start;
    token->len = (uint32_t)len;
    token->width = text_width(list->text.bytes + start, len);
}

static void
add_text(struct token_list *list, enum token_kind kind, const char *text)
{
    size_t start = list->text.len;
    text_builder_add_cstring(&list->text, text);
    add_text_from(list, kind, start);
}

struct level {
    struct level *parent;
    enum open_shape shape;
    const char *closer;
    bool is_map;
    bool has_namespace; /* written before the bracket, not with the keys */
    uint32_t items;
    Value single; /* of OPEN_SINGLE, or the value of a map's entry */
    Value rest;   /* what is left, not yet looked at */
};

struct walk {
    struct token_list list;
    struct pretty_options options;
    struct level *top;
    uint32_t depth;
};

/* What the printer shows without opening anything. */
static bool
is_atom(Value v)
{
    enum kind kind = value_kind(v);
    return kind <= KIND_KEYWORD || kind == KIND_REGEX;
}

static struct level *
push(struct walk *walk, const char *closer)
{
    struct level *level = alloc(sizeof(*level));
    level->parent = walk->top;
    level->closer = closer;
    level->single = VALUE_ABSENT;
    level->rest = VALUE_NIL;
    walk->top = level;
    walk->depth++;
    return level;
}

static void
open_single(struct walk *walk, Value v)
{
    size_t start = walk->list.text.len;
    struct open open = open_value(v);
    text_builder_add_text(&walk->list.text, open.prefix);
    add_text_from(&walk->list, TOKEN_OPEN, start);
    struct level *level = push(walk, open.suffix);
    level->shape = OPEN_SINGLE;
    level->single = open.content;
}

/* Looking into it would run code that the caller does not want to run. */
static bool
stays_closed(const struct walk *walk, Value v)
{
    return walk->options.runs_nothing && value_is_kind(v, KIND_LAZY) &&
           !seq_is_realised(v);
}

/* Adds a value: an atom as it is, a container as its opening. */
static void
open(struct walk *walk, Value v)
{
    if (is_atom(v)) {
        size_t start = walk->list.text.len;
        print_append(&walk->list.text, v, PRINT_READABLE);
        add_text_from(&walk->list, TOKEN_TEXT, start);
        return;
    }
    enum open_shape shape = open_shape(v);
    if (shape == OPEN_SINGLE) {
        open_single(walk, v);
        return;
    }
    Value ns = open_common_namespace(v, shape);
    size_t start = walk->list.text.len;
    open_add(&walk->list.text, v, shape, ns);
    add_text_from(&walk->list, TOKEN_OPEN, start);
    bool is_too_deep =
        walk->options.depth_max != 0 && walk->depth >= walk->options.depth_max;
    struct level *level = push(walk, open_closer(shape));
    level->shape = shape;
    level->is_map = shape == OPEN_MAP || shape == OPEN_SORTED_MAP;
    level->has_namespace = !value_is_nil(ns);
    level->rest = v;
    if (is_too_deep) {
        level->rest = VALUE_NIL;
        if (stays_closed(walk, v) || !seq_is_empty(v)) {
            add_text(&walk->list, TOKEN_TEXT, "…");
        }
    }
}

static void
close_level(struct walk *walk)
{
    assert(walk->top != NULL && walk->depth > 0);
    add_text(&walk->list, TOKEN_CLOSE, walk->top->closer);
    walk->top = walk->top->parent;
    walk->depth--;
}

/* The next item of a collection, or ABSENT at its end or limit. */
static Value
next_item(struct walk *walk, struct level *level)
{
    bool is_closed = stays_closed(walk, level->rest);
    Value seq = is_closed ? VALUE_NIL : seq_of(level->rest);
    if (value_is_nil(seq) && !is_closed) {
        return VALUE_ABSENT;
    }
    if (level->items > 0) {
        add_token(&walk->list, level->is_map ? TOKEN_COMMA : TOKEN_BLANK);
    }
    bool is_full =
        walk->options.items_max != 0 && level->items == walk->options.items_max;
    if (is_full || is_closed) {
        add_text(&walk->list, TOKEN_TEXT, "…");
        return VALUE_ABSENT;
    }
    level->items++;
    level->rest = seq_rest(seq);
    return seq_first(seq);
}

/* One item of the collection on top, or its end. */
static void
advance(struct walk *walk)
{
    struct level *level = walk->top;
    Value single = level->single;
    if (!value_is(single, VALUE_ABSENT)) {
        if (level->is_map) {
            add_token(&walk->list, TOKEN_SPACE);
        }
        level->single = VALUE_ABSENT;
        open(walk, single);
        return;
    }
    Value item = next_item(walk, level);
    if (value_is(item, VALUE_ABSENT)) {
        close_level(walk);
    } else if (level->is_map) {
        level->single = vector_at(item, 1);
        Value key = vector_at(item, 0);
        open(walk, level->has_namespace ? open_plain_key(key) : key);
    } else {
        open(walk, item);
    }
}

/* --- Second step: lines ---------------------------------------------------- */

/* Fills `flat` and `tail` of all tokens. */
static void
measure(struct token_list *list)
{
    uint64_t tail = 0;
    uint64_t total = 0;
    uint32_t *open_at = alloc_atomic((list->count + 1) * sizeof(*open_at));
    uint32_t depth = 0;
    for (uint32_t i = list->count; i-- > 0;) {
        struct token *token = &list->items[i];
        bool is_break = token->kind == TOKEN_BLANK;
        /* A comma stays on the line that it ends. */
        tail = is_break                     ? 0
               : token->kind == TOKEN_COMMA ? 1
                                            : tail + token->width;
        token->tail = tail;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        struct token *token = &list->items[i];
        if (token->kind == TOKEN_OPEN) {
            token->flat = total;
            open_at[depth++] = i;
        }
        total += token->width;
        if (token->kind == TOKEN_CLOSE) {
            struct token *opening = &list->items[open_at[--depth]];
            opening->flat = total - opening->flat;
            token->flat = 0;
        }
    }
    assert(depth == 0);
}

/* The tail behind the CLOSE of each OPEN is found on the way: it is the tail
 * of the token that follows the closing. */
static void
set_tails_behind(struct token_list *list)
{
    uint32_t *open_at = alloc_atomic((list->count + 1) * sizeof(*open_at));
    uint32_t depth = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        struct token *token = &list->items[i];
        if (token->kind == TOKEN_OPEN) {
            open_at[depth++] = i;
        } else if (token->kind == TOKEN_CLOSE) {
            uint64_t behind = i + 1 < list->count ? list->items[i + 1].tail : 0;
            list->items[open_at[--depth]].flat += behind;
        }
    }
}

struct line_writer {
    struct text_builder out;
    uint64_t column;
    uint64_t width;
    uint64_t *indents; /* of open brackets; 0: on one line */
    uint32_t depth;
};

/* Goes to the column behind the bracket that is open. */
static void
break_line(struct line_writer *writer)
{
    uint64_t indent = writer->indents[writer->depth - 1];
    text_builder_add_cstring(&writer->out, "\n");
    for (uint64_t i = 0; i < indent; i++) {
        text_builder_add_cstring(&writer->out, " ");
    }
    writer->column = indent;
}

static void
write_token(struct line_writer *writer, const struct token_list *list,
            const struct token *token)
{
    bool is_broken =
        writer->depth > 0 && writer->indents[writer->depth - 1] != 0;
    switch (token->kind) {
    case TOKEN_OPEN: {
        bool fits = writer->column + token->flat <= writer->width;
        writer->column += token->width;
        text_builder_add(&writer->out, list->text.bytes + token->start,
                         token->len);
        writer->indents[writer->depth++] = fits ? 0 : writer->column;
        return;
    }
    case TOKEN_CLOSE:
        assert(writer->depth > 0);
        writer->depth--;
        break;
    case TOKEN_TEXT:
        break;
    case TOKEN_BLANK:
    case TOKEN_COMMA:
    case TOKEN_SPACE:
        if (token->kind == TOKEN_COMMA) {
            text_builder_add_cstring(&writer->out, ",");
        }
        if (is_broken && token->kind != TOKEN_SPACE) {
            break_line(writer);
        } else {
            text_builder_add_cstring(&writer->out, " ");
            writer->column += token->width;
        }
        return;
    }
    text_builder_add(&writer->out, list->text.bytes + token->start, token->len);
    writer->column += token->width;
}

Value
pretty_print(Value v, const struct pretty_options *options)
{
    struct walk walk = {.options = *options};
    text_builder_init(&walk.list.text);
    open(&walk, v);
    while (walk.top != NULL) {
        advance(&walk);
    }
    measure(&walk.list);
    set_tails_behind(&walk.list);
    struct line_writer writer = {.width =
                                     options->width == 0 ? 80 : options->width};
    writer.indents =
        alloc_atomic((walk.list.count + 1) * sizeof(*writer.indents));
    text_builder_init(&writer.out);
    // One pass: everything that needs to look ahead was measured above.
    for (uint32_t i = 0; i < walk.list.count; i++) {
        write_token(&writer, &walk.list, &walk.list.items[i]);
    }
    assert(writer.depth == 0);
    return text_builder_string(&writer.out);
}

Value
pretty_brief(Value v)
{
    static const struct pretty_options options = {.width = UINT32_MAX,
                                                  .items_max = 6,
                                                  .depth_max = 3,
                                                  .runs_nothing = true};
    enum { BRIEF_MAX = 60 };
    Value text = pretty_print(v, &options);
    if (text_len(text) <= BRIEF_MAX) {
        return text;
    }
    return text_format("%s…", text_bytes(text_sub(text, 0, BRIEF_MAX - 1)));
}
