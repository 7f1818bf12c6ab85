/* SPDX-License-Identifier: MIT */
/*
 * Files of generators are long and plain, so the common case is a search for
 * the end of a line (memchr), and every other byte is looked up in a table of
 * classes. What most lines do not have is looked for once, for all of them up to
 * where it stands. Lines are counted only when somebody asks.
 */
#include "runtime/ninja/lexer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum class {
    CLASS_NAME = 1,     /* of a name behind `$` */
    CLASS_DOT = 2,      /* of a name elsewhere */
    CLASS_PATH_END = 4, /* ends a path, or needs a look in one */
};

static const uint8_t classes[256] = {
    ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1,  ['f'] = 1,
    ['g'] = 1, ['h'] = 1, ['i'] = 1, ['j'] = 1, ['k'] = 1,  ['l'] = 1,
    ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1, ['q'] = 1,  ['r'] = 1,
    ['s'] = 1, ['t'] = 1, ['u'] = 1, ['v'] = 1, ['w'] = 1,  ['x'] = 1,
    ['y'] = 1, ['z'] = 1, ['A'] = 1, ['B'] = 1, ['C'] = 1,  ['D'] = 1,
    ['E'] = 1, ['F'] = 1, ['G'] = 1, ['H'] = 1, ['I'] = 1,  ['J'] = 1,
    ['K'] = 1, ['L'] = 1, ['M'] = 1, ['N'] = 1, ['O'] = 1,  ['P'] = 1,
    ['Q'] = 1, ['R'] = 1, ['S'] = 1, ['T'] = 1, ['U'] = 1,  ['V'] = 1,
    ['W'] = 1, ['X'] = 1, ['Y'] = 1, ['Z'] = 1, ['0'] = 1,  ['1'] = 1,
    ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1,  ['7'] = 1,
    ['8'] = 1, ['9'] = 1, ['_'] = 1, ['-'] = 1, ['.'] = 2,  [' '] = 4,
    [0] = 4,   [':'] = 4, ['|'] = 4, ['$'] = 4, ['\n'] = 4, ['\r'] = 4};

static bool
is_class(char c, unsigned wanted)
{
    return (classes[(unsigned char)c] & wanted) != 0;
}

/* The first such byte from there on, or the end. */
static const char *
find_byte(const struct ninja_lexer *lexer, const char *from, char c)
{
    const char *found = memchr(from, c, (size_t)(lexer->end - from));
    return found == NULL ? lexer->end : found;
}

void
ninja_lexer_init(struct ninja_lexer *lexer, const char *file, const char *bytes,
                 size_t len)
{
    assert(bytes[len] == '\0');
    *lexer = (struct ninja_lexer){
        .file = file,
        .text = bytes,
        // A zero byte ends the reading, so that no search runs over it.
        .end = bytes + strlen(bytes),
        .real_end = bytes + len,
        .at = bytes,
        .token = bytes,
        .counted = bytes,
        .counted_line = 1,
    };
    lexer->next_dollar = find_byte(lexer, bytes, '$');
    lexer->next_return = find_byte(lexer, bytes, '\r');
}

/* --- Places and errors ----------------------------------------------------- */

uint32_t
ninja_lexer_line(struct ninja_lexer *lexer)
{
    const char *at = lexer->counted;
    if (lexer->token < at) {
        at = lexer->text;
        lexer->counted_line = 1;
    }
    const char *newline = NULL;
    while ((newline = memchr(at, '\n', (size_t)(lexer->token - at))) != NULL) {
        lexer->counted_line++;
        at = newline + 1;
    }
    lexer->counted = at;
    return lexer->counted_line;
}

uint32_t
ninja_lexer_column(const struct ninja_lexer *lexer)
{
    const char *begin = lexer->token;
    while (begin > lexer->text && begin[-1] != '\n') {
        begin--;
    }
    return (uint32_t)(lexer->token - begin) + 1;
}

bool
ninja_lexer_error(struct ninja_lexer *lexer, struct error *err,
                  const char *format, ...)
{
    char what[600];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    error_set(err, ERROR_CLASS_GRAPH, "%s", what);
    error_set_where(err, lexer->file, ninja_lexer_line(lexer),
                    ninja_lexer_column(lexer));
    return false;
}

static const char *
token_name(enum ninja_token token)
{
    switch (token) {
    case NINJA_END:
        return "eof";
    case NINJA_NEWLINE:
        return "newline";
    case NINJA_INDENT:
        return "indent";
    case NINJA_IDENT:
        return "identifier";
    case NINJA_BUILD:
        return "'build'";
    case NINJA_RULE:
        return "'rule'";
    case NINJA_POOL:
        return "'pool'";
    case NINJA_DEFAULT:
        return "'default'";
    case NINJA_INCLUDE:
        return "'include'";
    case NINJA_SUBNINJA:
        return "'subninja'";
    case NINJA_EQUALS:
        return "'='";
    case NINJA_COLON:
        return "':'";
    case NINJA_PIPE:
        return "'|'";
    case NINJA_PIPE2:
        return "'||'";
    case NINJA_PIPE_AT:
        return "'|@'";
    case NINJA_ERROR:
        break;
    }
    return "lexing error";
}

/* A byte that begins nothing: mostly a tab. */
static bool
error_of_byte(struct ninja_lexer *lexer, struct error *err)
{
    bool tab = lexer->token < lexer->end && *lexer->token == '\t';
    return ninja_lexer_error(lexer, err, "%s",
                             tab ? "tabs are not allowed, use spaces"
                                 : "lexing error");
}

bool
ninja_lexer_unexpected(struct ninja_lexer *lexer, enum ninja_token token,
                       struct error *err)
{
    if (token == NINJA_ERROR) {
        return error_of_byte(lexer, err);
    }
    return ninja_lexer_error(lexer, err, "unexpected %s", token_name(token));
}

/* --- Tokens ------------------------------------------------------------------ */

/* The length of a line's end at `at`: 0, 1 or 2. */
static uint32_t
line_end_len(const struct ninja_lexer *lexer, const char *at)
{
    if (at < lexer->end && *at == '\n') {
        return 1;
    }
    return at + 1 < lexer->end && at[0] == '\r' && at[1] == '\n' ? 2 : 0;
}

/* Blanks, and line ends behind a `$`. */
static void
skip_blanks(struct ninja_lexer *lexer)
{
    for (;;) {
        uint32_t len = 0;
        if (*lexer->at == ' ') {
            lexer->at++;
        } else if (*lexer->at == '$' &&
                   (len = line_end_len(lexer, lexer->at + 1)) > 0) {
            lexer->at += 1 + len;
        } else {
            return;
        }
    }
}

uint32_t
ninja_name_len(const char *at, const char *end, bool in_braces)
{
    unsigned wanted = in_braces ? CLASS_NAME | CLASS_DOT : CLASS_NAME;
    const char *p = at;
    while (p < end && is_class(*p, wanted)) {
        p++;
    }
    return (uint32_t)(p - at);
}

static enum ninja_token
keyword_or_ident(const char *name, uint32_t len)
{
    static const struct {
        const char *name;
        enum ninja_token token;
    } keywords[] = {
        {"build", NINJA_BUILD},     {"rule", NINJA_RULE},
        {"pool", NINJA_POOL},       {"default", NINJA_DEFAULT},
        {"include", NINJA_INCLUDE}, {"subninja", NINJA_SUBNINJA},
    };
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
        if (strlen(keywords[i].name) == len &&
            memcmp(keywords[i].name, name, len) == 0) {
            return keywords[i].token;
        }
    }
    return NINJA_IDENT;
}

/* A comment may be indented; the token after it begins on the next line. One
 * without a line end is no comment, as in ninja. */
static bool
skip_comment(struct ninja_lexer *lexer)
{
    const char *p = lexer->at;
    while (*p == ' ') {
        p++;
    }
    if (*p != '#') {
        return false;
    }
    const char *newline = memchr(p, '\n', (size_t)(lexer->end - p));
    if (newline == NULL) {
        return false;
    }
    lexer->at = newline + 1;
    return true;
}

/* Blanks at the front are a token of their own, unless the line ends. */
static enum ninja_token
blank_token(struct ninja_lexer *lexer)
{
    const char *p = lexer->at;
    while (*p == ' ') {
        p++;
    }
    uint32_t len = line_end_len(lexer, p);
    lexer->at = p + len;
    return len > 0 ? NINJA_NEWLINE : NINJA_INDENT;
}

static enum ninja_token
mark_token(struct ninja_lexer *lexer)
{
    char c = *lexer->at++;
    if (c == '=') {
        return NINJA_EQUALS;
    }
    if (c == ':') {
        return NINJA_COLON;
    }
    if (c != '|') {
        return NINJA_ERROR;
    }
    if (*lexer->at == '|' || *lexer->at == '@') {
        return *lexer->at++ == '|' ? NINJA_PIPE2 : NINJA_PIPE_AT;
    }
    return NINJA_PIPE;
}

enum ninja_token
ninja_lexer_next(struct ninja_lexer *lexer)
{
    while (skip_comment(lexer)) {
    }
    lexer->token = lexer->at;
    if (lexer->at == lexer->end) {
        // Behind a zero byte nothing would be read; that is said.
        return lexer->end == lexer->real_end ? NINJA_END : NINJA_ERROR;
    }
    if (*lexer->at == ' ' || line_end_len(lexer, lexer->at) > 0) {
        enum ninja_token token = blank_token(lexer);
        if (token == NINJA_INDENT) {
            skip_blanks(lexer);
        }
        return token;
    }
    uint32_t len = ninja_name_len(lexer->at, lexer->end, true);
    enum ninja_token token = NINJA_ERROR;
    if (len > 0) {
        token = keyword_or_ident(lexer->at, len);
        lexer->at += len;
    } else {
        token = mark_token(lexer);
    }
    skip_blanks(lexer);
    return token;
}

bool
ninja_lexer_take(struct ninja_lexer *lexer, enum ninja_token token)
{
    const char *at = lexer->at;
    if (ninja_lexer_next(lexer) == token) {
        return true;
    }
    lexer->at = at;
    return false;
}

bool
ninja_lexer_expect(struct ninja_lexer *lexer, enum ninja_token token,
                   struct error *err)
{
    enum ninja_token got = ninja_lexer_next(lexer);
    if (got == token) {
        return true;
    }
    return ninja_lexer_error(lexer, err, "expected %s, got %s%s",
                             token_name(token), token_name(got),
                             token == NINJA_COLON ? " ($ also escapes ':')"
                                                  : "");
}

bool
ninja_lexer_ident(struct ninja_lexer *lexer, struct slice *name)
{
    lexer->token = lexer->at;
    uint32_t len = ninja_name_len(lexer->at, lexer->end, true);
    *name = (struct slice){lexer->at, len};
    lexer->at += len;
    if (len > 0) {
        skip_blanks(lexer);
    }
    return len > 0;
}

/* --- Texts --------------------------------------------------------------------- */

/* Goes over what stands behind a `$`; false if it is no escape. */
static bool
skip_escape(struct ninja_lexer *lexer, const char **at, struct error *err)
{
    const char *p = *at + 1;
    uint32_t len = line_end_len(lexer, p);
    if (len > 0) {
        *at = p + len;
        *at += strspn(*at, " "); // The next line goes on without its blanks.
        return true;
    }
    if (p < lexer->end && *p == '{') {
        len = ninja_name_len(p + 1, lexer->end, true);
        if (len > 0 && p[1 + len] == '}') {
            *at = p + len + 2;
            return true;
        }
    } else if ((len = ninja_name_len(p, lexer->end, false)) > 0) {
        *at = p + len;
        return true;
    } else if (p < lexer->end && (*p == '$' || *p == ' ' || *p == ':')) {
        *at = p + 1;
        return true;
    } else if (p < lexer->end && *p == '^') {
        *at = p + 1;
        lexer->token = p - 1;
        return lexer->newline_escape ||
               ninja_lexer_error(
                   lexer, err,
                   "using $^ escape requires specifying "
                   "'ninja_required_version' with version greater or equal "
                   "1.14");
    }
    lexer->token = p - 1;
    return ninja_lexer_error(lexer, err,
                             "bad $-escape (literal $ must be written as $$)");
}

/* The end of the file in the middle of a line, or a lone carriage return. */
static bool
error_in_text(struct ninja_lexer *lexer, const char *at, struct error *err)
{
    lexer->token = at;
    if (at == lexer->end) {
        return ninja_lexer_error(lexer, err, "unexpected EOF");
    }
    return error_of_byte(lexer, err);
}

/* From a `$` on, byte by byte. */
static bool
value_with_escapes(struct ninja_lexer *lexer, const char *at,
                   struct ninja_text *value, struct error *err)
{
    value->plain = false;
    for (;;) {
        at += strcspn(at, "$\r\n");
        if (*at == '$' && at < lexer->end) {
            if (!skip_escape(lexer, &at, err)) {
                return false;
            }
            continue;
        }
        uint32_t len = line_end_len(lexer, at);
        if (len == 0) {
            return error_in_text(lexer, at, err);
        }
        value->len = (uint32_t)(at - value->bytes);
        lexer->token = at;
        lexer->at = at + len;
        return true;
    }
}

bool
ninja_lexer_value(struct ninja_lexer *lexer, struct ninja_text *value,
                  struct error *err)
{
    const char *begin = lexer->at;
    size_t left = (size_t)(lexer->end - begin);
    const char *newline = memchr(begin, '\n', left);
    *value = (struct ninja_text){begin, 0, true};
    lexer->token = begin;
    if (newline == NULL) {
        return error_in_text(lexer, lexer->end, err);
    }
    size_t len = (size_t)(newline - begin);
    if (lexer->next_dollar < begin) {
        lexer->next_dollar = find_byte(lexer, begin, '$');
    }
    if (lexer->next_return < begin) {
        lexer->next_return = find_byte(lexer, begin, '\r');
    }
    if (lexer->next_dollar < newline) {
        return value_with_escapes(lexer, begin, value, err);
    }
    if (lexer->next_return + 1 < newline) {
        return error_in_text(lexer, lexer->next_return, err);
    }
    len -= lexer->next_return < newline;
    value->len = (uint32_t)len;
    lexer->token = begin + len;
    lexer->at = newline + 1;
    return true;
}

/* Up to what ends a path or needs a look. A zero byte is among that, and the end
 * of the file is one. */
static size_t
path_piece_len(const char *at)
{
    size_t len = 0;
    while (!is_class(at[len], CLASS_PATH_END)) {
        len++;
    }
    return len;
}

bool
ninja_lexer_path(struct ninja_lexer *lexer, struct ninja_text *path,
                 struct error *err)
{
    const char *at = lexer->at;
    *path = (struct ninja_text){at, 0, true};
    lexer->token = at;
    for (;;) {
        at += path_piece_len(at);
        if (at == lexer->end) {
            return error_in_text(lexer, at, err);
        }
        if (*at == '$') {
            path->plain = false;
            if (!skip_escape(lexer, &at, err)) {
                return false;
            }
            continue;
        }
        if (*at == '\r' && line_end_len(lexer, at) == 0) {
            return error_in_text(lexer, at, err);
        }
        path->len = (uint32_t)(at - path->bytes);
        lexer->token = at;
        lexer->at = at;
        skip_blanks(lexer);
        return true;
    }
}
