/* SPDX-License-Identifier: MIT */
#include "runtime/query/lexer.h"

#include <assert.h>
#include <string.h>

struct lexer {
    struct slice query;
    uint32_t at;
    struct arena *arena;
    struct vec *tokens;
};

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* What ends a word. */
static bool
is_mark(char c)
{
    return is_blank(c) || strchr("|(),\"'", c) != NULL;
}

/* The text is copied, so that every token ends with a zero byte. */
static void
add_token(struct lexer *l, enum query_token_kind kind, uint32_t at,
          struct slice text)
{
    struct query_token *token = vec_add(l->tokens);
    token->kind = kind;
    token->at = at;
    token->len = l->at - at;
    token->text =
        (struct slice){arena_copy(l->arena, text.bytes, text.len), text.len};
}

/* In double quotes a backslash stands before a quote or a backslash. */
static bool
take_string(struct lexer *l)
{
    const char *bytes = l->query.bytes;
    uint32_t start = l->at;
    char quote = bytes[l->at++];
    struct buffer text = {0};
    while (l->at < l->query.len && bytes[l->at] != quote) {
        bool escape = quote == '"' && bytes[l->at] == '\\' &&
                      l->at + 1 < l->query.len &&
                      (bytes[l->at + 1] == '"' || bytes[l->at + 1] == '\\');
        l->at += escape;
        buffer_add_char(&text, bytes[l->at++]);
    }
    bool closed = l->at < l->query.len;
    if (closed) {
        l->at++;
        struct slice whole = {buffer_str(&text), text.len};
        add_token(l, TOKEN_STRING, start, whole);
    } else {
        l->at = start;
    }
    buffer_finish(&text);
    return closed;
}

/* An opening bracket that touches a word belongs to a call; else it groups. */
static void
take_mark(struct lexer *l)
{
    uint32_t start = l->at;
    char c = l->query.bytes[l->at++];
    enum query_token_kind kind = TOKEN_PIPE;
    if (c == ',') {
        kind = TOKEN_COMMA;
    } else if (c == ')') {
        kind = TOKEN_CLOSE;
    } else if (c == '(') {
        bool touches = start > 0 && !is_mark(l->query.bytes[start - 1]);
        kind = touches ? TOKEN_OPEN_CALL : TOKEN_OPEN;
    }
    add_token(l, kind, start, (struct slice){l->query.bytes + start, 1});
}

/* Everything else is a word, so that paths need no quotes. */
static void
take_word(struct lexer *l)
{
    uint32_t start = l->at;
    while (l->at < l->query.len && !is_mark(l->query.bytes[l->at])) {
        l->at++;
    }
    assert(l->at > start);
    struct slice text = {l->query.bytes + start, l->at - start};
    add_token(l, TOKEN_WORD, start, text);
}

/* "# " begins a comment, so that #1a2b can be an id. */
static bool
skip_comment(struct lexer *l)
{
    const char *bytes = l->query.bytes + l->at;
    size_t left = l->query.len - l->at;
    if (bytes[0] != '#' || (left > 1 && !is_blank(bytes[1]))) {
        return false;
    }
    const char *newline = memchr(bytes, '\n', left);
    l->at += newline == NULL ? (uint32_t)left : (uint32_t)(newline - bytes);
    return true;
}

bool
query_lex(struct slice query, struct arena *arena, struct vec *tokens,
          uint32_t *at, struct error *err)
{
    struct lexer l = {.query = query, .arena = arena, .tokens = tokens};
    const char *zero =
        query.len > 0 ? memchr(query.bytes, '\0', query.len) : NULL;
    if (zero != NULL) {
        *at = (uint32_t)(zero - query.bytes);
        error_set(err, ERROR_CLASS_USAGE, "a zero byte stands in the query");
        error_set_help(err, "no name has one: take it out");
        return false;
    }
    while (l.at < query.len) {
        char c = query.bytes[l.at];
        if (is_blank(c)) {
            l.at++;
        } else if (c == '\'' || c == '"') {
            if (!take_string(&l)) {
                *at = l.at;
                error_set(err, ERROR_CLASS_USAGE, "this quote is never closed");
                error_set_help(err, "put another %c behind the text", c);
                return false;
            }
        } else if (strchr("|(),", c) != NULL && c != '\0') {
            take_mark(&l);
        } else if (!skip_comment(&l)) {
            take_word(&l);
        }
    }
    add_token(&l, TOKEN_END, l.at, (struct slice){"", 0});
    return true;
}
