/* SPDX-License-Identifier: MIT */
/*
 * Recursive descent, to a depth that no person writes. What stands beside the
 * name of a function in a pipe, and what stands in its parentheses, go through
 * the same readers; only the way to a subject differs, and what a bare pattern
 * means (a glob in a pipe, a regular expression in parentheses).
 */
#include "runtime/query/parser.h"

#include "runtime/query/parse.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 200 };

/* --- Nodes ----------------------------------------------------------------------- */

struct query_node *
query_node_add(struct query *query, enum query_kind kind)
{
    struct query_node *node = arena_alloc(&query->arena, sizeof(*node));
    node->kind = kind;
    node->text = (struct slice){"", 0};
    return node;
}

void
query_node_add_item(struct query *query, struct query_node *node,
                    struct query_node *item)
{
    // Room doubles, and is given back with the arena.
    if ((node->count & (node->count - 1)) == 0) {
        uint32_t cap = node->count == 0 ? 1 : node->count * 2;
        struct query_node **items =
            arena_alloc(&query->arena, cap * sizeof(struct query_node *));
        if (node->count > 0) {
            memcpy(items, node->items,
                   node->count * sizeof(struct query_node *));
        }
        node->items = items;
    }
    node->items[node->count++] = item;
}

/* What is wrong inside of a named query is shown where that is used. */
bool
query_node_blame(const struct query_node *node, struct error *err)
{
    if (node->within != NULL && err->where == NULL) {
        char *prefix = mem_format("in the query %s", node->within);
        error_wrap(err, prefix);
        free(prefix);
    }
    error_set_where(err, "query", 1, node->at + 1);
    return false;
}

struct query_node *
parse_node(struct parse *p, enum query_kind kind,
           const struct query_token *token)
{
    struct query_node *node = query_node_add(p->query, kind);
    node->text = token->text;
    const struct query_token *shown = p->within == NULL ? token : p->used;
    node->at = shown->at;
    node->len = shown->len;
    node->within = p->within == NULL ? NULL : p->within->name.bytes;
    return node;
}

/* --- Tokens -------------------------------------------------------------------------- */

static const struct query_token *
token_at(const struct parse *p, uint32_t pos)
{
    // The last one is the end, and stays.
    uint32_t last = p->tokens.count - 1;
    return vec_at(&p->tokens, pos < last ? pos : last);
}

const struct query_token *
parse_peek(const struct parse *p)
{
    return token_at(p, p->pos);
}

const struct query_token *
parse_peek_second(const struct parse *p)
{
    return token_at(p, p->pos + 1);
}

const struct query_token *
parse_next(struct parse *p)
{
    return token_at(p, p->pos++);
}

bool
parse_is_word(const struct query_token *token, const char *word)
{
    return token->kind == TOKEN_WORD &&
           slice_equal(token->text, slice_of(word));
}

/* Words as Bazel has them, and its marks, which are words too: `a+b` is one. */
static const struct {
    const char *word;
    enum query_kind kind;
} set_ops[] = {
    {"union", QUERY_UNION},         {"+", QUERY_UNION},
    {"intersect", QUERY_INTERSECT}, {"^", QUERY_INTERSECT},
    {"except", QUERY_EXCEPT},       {"-", QUERY_EXCEPT},
};

/* The kind of node that a word makes of two sets, or -1. */
static int
set_op_kind(const struct query_token *token)
{
    for (size_t i = 0; i < sizeof(set_ops) / sizeof(set_ops[0]); i++) {
        if (parse_is_word(token, set_ops[i].word)) {
            return (int)set_ops[i].kind;
        }
    }
    return -1;
}

bool
parse_is_set_op(const struct query_token *token)
{
    return set_op_kind(token) >= 0;
}

bool
parse_ends_let(const struct parse *p)
{
    return p->lets > 0 && parse_is_word(parse_peek(p), "in");
}

bool
parse_has_argument(const struct parse *p)
{
    const struct query_token *token = parse_peek(p);
    return token->kind != TOKEN_END && token->kind != TOKEN_PIPE &&
           token->kind != TOKEN_COMMA && token->kind != TOKEN_CLOSE &&
           !parse_is_set_op(token) && !parse_ends_let(p);
}

/* --- Errors ---------------------------------------------------------------------------- */

bool
parse_fail(struct parse *p, const struct query_token *token, const char *format,
           ...)
{
    char what[400];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    error_set(p->err, ERROR_CLASS_USAGE, "%s", what);
    if (p->within == NULL) {
        error_set_where(p->err, "query", 1, token->at + 1);
    } else {
        error_set_where(p->err, p->within->file, p->within->line,
                        p->within->column + token->at);
    }
    return false;
}

void
parse_suggest(struct parse *p, const char *name)
{
    if (name != NULL) {
        error_set_help(p->err, "did you mean %s?", name);
    }
}

bool
parse_enter(struct parse *p)
{
    if (p->depth == DEPTH_MAX) {
        return parse_fail(p, parse_peek(p), "brackets nested deeper than %d",
                          DEPTH_MAX);
    }
    p->depth++;
    return true;
}

void
parse_leave(struct parse *p)
{
    assert(p->depth > 0);
    p->depth--;
}

/* How a token is called in an error. */
static const char *
describe(const struct query_token *token, char *out, size_t size)
{
    if (token->kind == TOKEN_END) {
        snprintf(out, size, "the end");
    } else {
        snprintf(out, size, "%.*s", (int)token->text.len, token->text.bytes);
    }
    return out;
}

/* --- Targets and calls ------------------------------------------------------------------- */

/* A word that touches a bracket, or stands behind a pipe, must be a function. */
static bool
fail_unknown_function(struct parse *p, const struct query_token *token)
{
    parse_fail(p, token, "no function is named %.*s", (int)token->text.len,
               token->text.bytes);
    parse_suggest(p, query_names_nearest(p->names, p->name_count, token->text));
    p->query->is_name_unknown = p->within == NULL;
    return false;
}

/* A function with what belongs to it; `piped` is the set in front, or NULL. */
static bool
parse_call(struct parse *p, struct query_node *piped, struct query_node **out)
{
    const struct query_token *name = parse_next(p);
    const struct query_function *function = query_function_find(name->text);
    if (function == NULL) {
        return parse_find_named(p, name) != NULL
                   ? parse_named(p, name, piped, out)
                   : fail_unknown_function(p, name);
    }
    *out = parse_node(p, QUERY_CALL, name);
    (*out)->function = function;
    bool call = parse_peek(p)->kind == TOKEN_OPEN_CALL;
    if (call) {
        parse_next(p);
    }
    if (!parse_enter(p) || !parse_arguments(p, *out, call, piped)) {
        return false;
    }
    parse_leave(p);
    return true;
}

/* A function that needs a subject stands where there is none. */
static bool
fail_no_subject(struct parse *p, const struct query_token *token)
{
    int len = (int)token->text.len;
    const char *name = token->text.bytes;
    parse_fail(p, token, "%.*s needs a set in front of it", len, name);
    error_set_help(p->err,
                   "write TARGET | %.*s or %.*s(TARGET); a file of this name "
                   "is ./%.*s",
                   len, name, len, name, len, name);
    return false;
}

/* At least four digits, so that short names with a # stay names. */
static bool
is_hex_id(struct slice text)
{
    if (text.len < 5 || text.bytes[0] != '#') {
        return false;
    }
    for (size_t i = 1; i < text.len; i++) {
        if (strchr("0123456789abcdef", text.bytes[i]) == NULL) {
            return false;
        }
    }
    return true;
}

/* A name is known where the body of its let is read, and nowhere else, so that
 * the evaluation never meets an unknown one. */
static bool
parse_variable(struct parse *p, struct query_node **out)
{
    const struct query_token *token = parse_next(p);
    struct slice name = {token->text.bytes + 1, token->text.len - 1};
    for (uint32_t i = p->variables.count; i > 0; i--) {
        const struct parse_variable *variable = vec_at(&p->variables, i - 1);
        if (slice_equal(variable->name, name)) {
            *out = parse_node(p, QUERY_VARIABLE, token);
            (*out)->text = variable->bound;
            return true;
        }
    }
    parse_fail(p, token, "no let gives %.*s a value", (int)token->text.len,
               token->text.bytes);
    error_set_help(p->err, "write let %.*s = QUERY in QUERY", (int)name.len,
                   name.bytes);
    return false;
}

/* A word that names something. */
static void
parse_target(struct parse *p, struct query_node **out)
{
    const struct query_token *token = parse_next(p);
    struct slice text = token->text;
    if (text.bytes[0] == ':' && text.len > 1) {
        *out = parse_node(p, QUERY_GROUP, token);
        (*out)->text = (struct slice){text.bytes + 1, text.len - 1};
    } else if (is_hex_id(text)) {
        *out = parse_node(p, QUERY_ID, token);
        (*out)->text = (struct slice){text.bytes + 1, text.len - 1};
    } else if (strpbrk(text.bytes, "*?[") != NULL) {
        *out = parse_node(p, QUERY_CALL, token);
        (*out)->function = query_function_find(slice_of("glob"));
        struct query_node *pattern = parse_node(p, QUERY_PATTERN, token);
        query_node_add_item(p->query, *out, pattern);
    } else {
        *out = parse_node(p, QUERY_TARGET, token);
    }
}

/* The first word of a set: a call, a variable, a source function, or a target.
 * A function that is no source is an error here, since a reader would take it
 * for one, and a file of that name is rare. */
static bool
parse_word(struct parse *p, struct query_node **out)
{
    const struct query_token *token = parse_peek(p);
    if (parse_peek_second(p)->kind == TOKEN_OPEN_CALL) {
        return parse_call(p, NULL, out);
    }
    if (token->text.bytes[0] == '$' && token->text.len > 1) {
        return parse_variable(p, out);
    }
    const struct query_function *function = query_function_find(token->text);
    if (function != NULL) {
        return function->is_source ? parse_call(p, NULL, out)
                                   : fail_no_subject(p, token);
    }
    if (parse_is_set_op(token)) {
        return parse_fail(p, token, "%.*s stands between two sets",
                          (int)token->text.len, token->text.bytes);
    }
    const struct query_name *named = parse_find_named(p, token);
    if (named != NULL) {
        return named->param_count == 0
                   ? parse_named(p, parse_next(p), NULL, out)
                   : fail_no_subject(p, token);
    }
    parse_target(p, out);
    return true;
}

/* `( QUERY )`; the opening bracket is at hand, and is what an error points to. */
static bool
parse_bracket(struct parse *p, struct query_node **out)
{
    const struct query_token *open = parse_next(p);
    uint32_t lets = p->lets;
    p->lets = 0; // In brackets, `in` is a word as any other.
    if (!parse_enter(p) || !parse_pipeline(p, out)) {
        return false;
    }
    parse_leave(p);
    p->lets = lets;
    char text[80];
    if (parse_peek(p)->kind == TOKEN_END) {
        return parse_fail(p, open, "this bracket is never closed");
    }
    if (parse_peek(p)->kind != TOKEN_CLOSE) {
        return parse_fail(p, parse_peek(p), "expected ) and got %s",
                          describe(parse_peek(p), text, sizeof(text)));
    }
    parse_next(p);
    return true;
}

/* What stands between two words that join sets. */
bool
parse_primary(struct parse *p, struct query_node **out)
{
    const struct query_token *token = parse_peek(p);
    char text[80];
    switch (token->kind) {
    case TOKEN_OPEN:
    case TOKEN_OPEN_CALL:
        return parse_bracket(p, out);
    case TOKEN_STRING:
        *out = parse_node(p, QUERY_LITERAL, parse_next(p));
        return true;
    case TOKEN_WORD:
        return parse_word(p, out);
    case TOKEN_END:
    case TOKEN_PIPE:
    case TOKEN_COMMA:
    case TOKEN_CLOSE:
        break;
    }
    parse_fail(p, token, "expected a target or a function, and got %s",
               describe(token, text, sizeof(text)));
    error_set_help(p->err, "as in: app | deps | sources");
    return false;
}

/* --- Sets and pipes ------------------------------------------------------------------------ */

/* Sets joined from the left; all words that join bind alike, as in Bazel. */
static bool
parse_set(struct parse *p, struct query_node **out)
{
    if (!parse_primary(p, out)) {
        return false;
    }
    while (!parse_ends_let(p) && parse_is_set_op(parse_peek(p))) {
        const struct query_token *op = parse_next(p);
        struct query_node *joined =
            parse_node(p, (enum query_kind)set_op_kind(op), op);
        struct query_node *right = NULL;
        if (!parse_primary(p, &right)) {
            return false;
        }
        query_node_add_item(p->query, joined, *out);
        query_node_add_item(p->query, joined, right);
        *out = joined;
    }
    return true;
}

/* `a | except b | deps` takes all of `a except b` on: told where the operand
 * is so short that the other reading is likely. */
static void
hint_at_operand(struct parse *p, const struct query_token *op,
                const struct query_node *operand)
{
    const struct query_token *next = parse_peek_second(p);
    const struct query_function *function =
        parse_peek(p)->kind == TOKEN_PIPE && next->kind == TOKEN_WORD
            ? query_function_find(next->text)
            : NULL;
    if (function == NULL || p->within != NULL ||
        (function->op != OP_DEPS && function->op != OP_RDEPS) ||
        (operand->kind != QUERY_TARGET && operand->kind != QUERY_LITERAL &&
         operand->kind != QUERY_GROUP)) {
        return;
    }
    buffer_add_format(&p->query->hints,
                      "`| %s` takes the result of `%.*s` on; for the other "
                      "meaning write `| %.*s (… | %s)`",
                      function->name, (int)op->text.len, op->text.bytes,
                      (int)op->text.len, op->text.bytes, function->name);
    buffer_add_char(&p->query->hints, '\0');
}

/* What stands behind a pipe; *out comes in as the set in front of it. */
static bool
parse_stage(struct parse *p, struct query_node **out)
{
    const struct query_token *token = parse_peek(p);
    char text[80];
    if (parse_is_set_op(token)) {
        struct query_node *joined =
            parse_node(p, (enum query_kind)set_op_kind(token), parse_next(p));
        struct query_node *right = NULL;
        if (!parse_set(p, &right)) {
            return false;
        }
        hint_at_operand(p, token, right);
        query_node_add_item(p->query, joined, *out);
        query_node_add_item(p->query, joined, right);
        *out = joined;
        return true;
    }
    if (token->kind != TOKEN_WORD) {
        return parse_fail(p, token, "expected a function behind |, and got %s",
                          describe(token, text, sizeof(text)));
    }
    struct query_node *piped = *out;
    if (!parse_call(p, piped, out)) {
        return false;
    }
    const struct query_token *next = parse_peek(p);
    if (parse_is_set_op(next) && !parse_ends_let(p)) {
        int len = (int)next->text.len;
        parse_fail(p, next, "%.*s cannot stand behind a stage", len,
                   next->text.bytes);
        error_set_help(p->err, "write | %.*s", len, next->text.bytes);
        return false;
    }
    return true;
}

/* `let NAME = QUERY in QUERY`; the word `let` is at hand. */
static bool
parse_let(struct parse *p, struct query_node **out)
{
    const struct query_token *let = parse_next(p);
    const struct query_token *name = parse_next(p);
    if (name->kind != TOKEN_WORD || name->text.bytes[0] == '$' ||
        !parse_is_word(parse_peek(p), "=")) {
        parse_fail(p, name, "expected NAME = behind let");
        error_set_help(p->err, "as in: let x = app | deps in $x | sources");
        return false;
    }
    parse_next(p);
    *out = parse_node(p, QUERY_LET, name);
    struct query_node *value = NULL;
    struct query_node *body = NULL;
    p->lets++;
    if (!parse_enter(p) || !parse_pipeline(p, &value)) {
        return false;
    }
    p->lets--;
    if (!parse_is_word(parse_peek(p), "in")) {
        return parse_fail(p, let, "this let has no `in`");
    }
    parse_next(p);
    const struct parse_variable variable = {name->text, name->text};
    vec_push(&p->variables, &variable);
    if (!parse_pipeline(p, &body)) {
        return false;
    }
    vec_pop(&p->variables);
    parse_leave(p);
    query_node_add_item(p->query, *out, value);
    query_node_add_item(p->query, *out, body);
    return true;
}

bool
parse_pipeline(struct parse *p, struct query_node **out)
{
    if (parse_is_word(parse_peek(p), "let") &&
        parse_peek_second(p)->kind == TOKEN_WORD) {
        return parse_let(p, out);
    }
    if (!parse_set(p, out)) {
        return false;
    }
    while (parse_peek(p)->kind == TOKEN_PIPE) {
        parse_next(p);
        if (!parse_stage(p, out)) {
            return false;
        }
    }
    return true;
}

/* --- The whole ----------------------------------------------------------------------------- */

/* Something stands behind a query that could have ended. */
bool
parse_fail_rest(struct parse *p)
{
    const struct query_token *token = parse_peek(p);
    char text[80];
    parse_fail(p, token, "expected | or the end, and got %s",
               describe(token, text, sizeof(text)));
    if (token->kind == TOKEN_WORD || token->kind == TOKEN_STRING) {
        error_set_help(p->err, "several targets are joined by union, or "
                               "listed behind set");
    } else if (token->kind == TOKEN_COMMA) {
        error_set_help(p->err, "commas stand between brackets: blanks part "
                               "what stands beside a function");
    }
    return false;
}

static void
begin_query(struct query *query, struct slice text)
{
    *query = (struct query){.root = NULL};
    query->text =
        (struct slice){arena_copy(&query->arena, text.bytes, text.len),
                       text.len};
}

bool
query_parse_with(struct slice text, const struct query_names *names,
                 struct query *query, struct error *err)
{
    begin_query(query, text);
    struct parse p = {.query = query,
                      .tokens = vec_of(sizeof(struct query_token)),
                      .variables = vec_of(sizeof(struct parse_variable)),
                      .err = err,
                      .names = names,
                      .name_count = names == NULL ? 0 : names->rows.count};
    uint32_t at = 0;
    bool done = query_lex(query->text, &query->arena, &p.tokens, &at, err);
    if (!done) {
        error_set_where(err, "query", 1, at + 1);
    } else {
        done = parse_pipeline(&p, &query->root) &&
               (parse_peek(&p)->kind == TOKEN_END || parse_fail_rest(&p));
    }
    vec_finish(&p.tokens);
    vec_finish(&p.variables);
    return done;
}

bool
query_parse(struct slice text, struct query *query, struct error *err)
{
    return query_parse_with(text, NULL, query, err);
}

bool
query_parse_named(const struct query_names *names, struct query *query,
                  struct error *err)
{
    static const struct query_token used = {.kind = TOKEN_WORD,
                                            .text = {"", 0}};
    assert(names->rows.count > 0);
    begin_query(query, (struct slice){"", 0});
    struct parse p = {.query = query, .err = err, .names = names};
    return parse_named_text(&p, vec_at(&names->rows, names->rows.count - 1),
                            &used, &query->root);
}

void
query_finish(struct query *query)
{
    arena_finish(&query->arena);
    buffer_finish(&query->hints);
    query->root = NULL;
}
