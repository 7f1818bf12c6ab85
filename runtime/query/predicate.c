/* SPDX-License-Identifier: MIT */
/* Predicates: `or` binds loosest, then `and`, then `not`. */
#include "runtime/query/field.h"
#include "runtime/query/parse.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *word;
    enum query_compare compare;
} compares[] = {
    {"==", QUERY_EQUAL},   {"!=", QUERY_NOT_EQUAL},
    {"<", QUERY_LESS},     {"<=", QUERY_LESS_EQUAL},
    {">", QUERY_GREATER},  {">=", QUERY_GREATER_EQUAL},
    {"=~", QUERY_MATCHES}, {"!~", QUERY_MATCHES_NOT},
    {"in", QUERY_IN},      {"=", QUERY_EQUAL},
};

/* What a token compares by; QUERY_IS_SET if it does not. */
static enum query_compare
compare_of(const struct parse *p)
{
    const struct query_token *token = parse_peek(p);
    for (size_t i = 0; i < sizeof(compares) / sizeof(compares[0]); i++) {
        if (!parse_is_word(token, compares[i].word)) {
            continue;
        }
        // `in` may also end a let; a list tells.
        if (compares[i].compare == QUERY_IN &&
            parse_peek_second(p)->text.bytes[0] != '[') {
            continue;
        }
        return compares[i].compare;
    }
    return QUERY_IS_SET;
}

/* What stands where a field should: no word at all, or one that is none. Without
 * blanks a comparison is one word, which is told where it is likely. */
static bool
fail_field(struct parse *p, const struct query_token *token)
{
    if (token->kind != TOKEN_WORD) {
        parse_fail(p, token, "expected a field");
        error_set_help(p->err, "as in: where duration > 2s");
        return false;
    }
    size_t len = strcspn(token->text.bytes, "=!<>");
    struct slice name = {arena_copy(&p->query->arena, token->text.bytes, len),
                         len};
    int op_len = (int)strspn(token->text.bytes + len, "=!<>~");
    parse_fail(p, token, "no field is named %.*s", (int)token->text.len,
               token->text.bytes);
    if (op_len > 0 && query_field_find(name) != NULL) {
        error_set_help(p->err, "put blanks around %.*s", op_len,
                       token->text.bytes + len);
    } else {
        parse_suggest(p, query_field_nearest(name));
    }
    return false;
}

/* A value without the brackets of its list: some bytes at both ends are not
 * part of it. */
static void
add_value(struct parse *p, struct query_node *node,
          const struct query_token *token, uint32_t front, uint32_t back)
{
    assert(front + back <= token->text.len);
    if (token->text.len > front + back || token->kind == TOKEN_STRING) {
        struct query_node *value = parse_node(p, QUERY_WORD, token);
        value->text.len -= front + back;
        value->text.bytes =
            arena_copy(&p->query->arena, token->text.bytes + front,
                       value->text.len);
        query_node_add_item(p->query, node, value);
    }
}

/* "[a b, c]": the brackets may touch their neighbours. */
static bool
parse_list(struct parse *p, struct query_node *node)
{
    const struct query_token *open = parse_peek(p);
    for (bool first = true;; first = false) {
        const struct query_token *token = parse_next(p);
        if (token->kind == TOKEN_COMMA) {
            continue;
        }
        if (token->kind != TOKEN_WORD && token->kind != TOKEN_STRING) {
            return parse_fail(p, open, "this list is never closed");
        }
        bool is_word = token->kind == TOKEN_WORD;
        uint32_t front = first ? 1 : 0;
        bool last = is_word && token->text.len > front &&
                    token->text.bytes[token->text.len - 1] == ']';
        add_value(p, node, token, front, last ? 1 : 0);
        if (last) {
            return true;
        }
    }
}

static bool
fail_no_list(struct parse *p)
{
    parse_fail(p, parse_peek(p), "in takes a list");
    error_set_help(p->err, "as in: where rule in [cc link]");
    return false;
}

/* `FIELD` alone, or `FIELD OP VALUE`. Values stay texts: what they mean depends
 * on the type of the field, and on units. */
static bool
parse_compare(struct parse *p, struct query_node **out)
{
    const struct query_token *token = parse_next(p);
    if (token->kind != TOKEN_WORD || query_field_find(token->text) == NULL) {
        return fail_field(p, token);
    }
    *out = parse_node(p, QUERY_COMPARE, token);
    query_node_add_item(p->query, *out, parse_node(p, QUERY_FIELD, token));
    (*out)->compare = compare_of(p);
    if ((*out)->compare == QUERY_IS_SET) {
        return !parse_is_word(parse_peek(p), "in") || parse_ends_let(p) ||
               fail_no_list(p);
    }
    const struct query_token *op = parse_next(p);
    const struct query_token *value = parse_peek(p);
    if ((*out)->compare == QUERY_IN) {
        return parse_list(p, *out);
    }
    if (value->kind != TOKEN_WORD && value->kind != TOKEN_STRING) {
        return parse_fail(p, value, "expected a value behind %.*s",
                          (int)op->text.len, op->text.bytes);
    }
    add_value(p, *out, parse_next(p), 0, 0);
    return true;
}

/* Brackets and `not` bind tightest; both go one deeper. */
static bool
parse_not(struct parse *p, struct query_node **out)
{
    const struct query_token *token = parse_peek(p);
    if (token->kind == TOKEN_OPEN || token->kind == TOKEN_OPEN_CALL) {
        parse_next(p);
        if (!parse_enter(p) || !parse_predicate(p, out)) {
            return false;
        }
        parse_leave(p);
        const struct query_token *close = parse_next(p);
        if (close->kind == TOKEN_END) {
            return parse_fail(p, token, "this bracket is never closed");
        }
        return close->kind == TOKEN_CLOSE ||
               parse_fail(p, close, "expected and, or or ), and got %.*s",
                          (int)close->text.len, close->text.bytes);
    }
    if (!parse_is_word(token, "not")) {
        return parse_compare(p, out);
    }
    struct query_node *inner = NULL;
    *out = parse_node(p, QUERY_NOT, parse_next(p));
    if (!parse_enter(p) || !parse_not(p, &inner)) {
        return false;
    }
    parse_leave(p);
    query_node_add_item(p->query, *out, inner);
    return true;
}

/* Operands joined by one word, from the left. */
static bool
parse_joined(struct parse *p, const char *word, enum query_kind kind,
             bool (*operand)(struct parse *, struct query_node **),
             struct query_node **out)
{
    if (!operand(p, out)) {
        return false;
    }
    while (parse_is_word(parse_peek(p), word)) {
        struct query_node *joined = parse_node(p, kind, parse_next(p));
        struct query_node *right = NULL;
        if (!operand(p, &right)) {
            return false;
        }
        query_node_add_item(p->query, joined, *out);
        query_node_add_item(p->query, joined, right);
        *out = joined;
    }
    return true;
}

static bool
parse_and(struct parse *p, struct query_node **out)
{
    return parse_joined(p, "and", QUERY_AND, parse_not, out);
}

bool
parse_predicate(struct parse *p, struct query_node **out)
{
    return parse_joined(p, "or", QUERY_OR, parse_and, out);
}
