/* SPDX-License-Identifier: MIT */
/*
 * A named query in a query: its text is read where it stands, and becomes a part
 * of the tree, with a let around it for each of its sets. The names of these lets
 * have a colon in them, as no name of a person has, so that nothing that is
 * given to the query can mean one of them.
 */
#include "runtime/query/parse.h"

#include <assert.h>

/* Texts that use each other grow the tree each time: nobody writes so much. */
enum { NAMED_MAX = 1000 };

const struct query_name *
parse_find_named(const struct parse *p, const struct query_token *token)
{
    return token->kind == TOKEN_WORD
               ? query_names_find(p->names, p->name_count, token->text)
               : NULL;
}

/* "NAME:PARAM"; a name that stands for another one of the same name gets a mark
 * for it, because the text may use that one. */
static struct slice
bound_name(struct parse *p, const struct query_name *name, uint32_t param)
{
    struct buffer text = {0};
    const struct query_name *other = name;
    buffer_add(&text, name->name.bytes, name->name.len);
    while ((other = query_names_find(p->names, other->sees, name->name)) !=
           NULL) {
        buffer_add_char(&text, '\'');
    }
    buffer_add_char(&text, ':');
    buffer_add(&text, name->params[param].bytes, name->params[param].len);
    struct slice bound = {arena_copy(&p->query->arena, text.bytes, text.len),
                          text.len};
    buffer_finish(&text);
    return bound;
}

/* --- The sets that it is given --------------------------------------------------------- */

static bool
fail_missing(struct parse *p, const struct query_token *token,
             const struct query_name *name, uint32_t param)
{
    parse_fail(p, token, "%.*s needs a set for $%.*s", (int)name->name.len,
               name->name.bytes, (int)name->params[param].len,
               name->params[param].bytes);
    error_set_help(p->err, "write TARGET | %.*s%s or %.*s(%s)",
                   (int)name->name.len, name->name.bytes,
                   name->param_count > 1 ? " TARGET" : "", (int)name->name.len,
                   name->name.bytes,
                   name->param_count > 1 ? "TARGET, TARGET" : "TARGET");
    return false;
}

/* The set for one parameter, between commas or beside the name. */
static bool
take_set(struct parse *p, bool call, bool first, struct query_node **set)
{
    if (call && !first) {
        if (parse_peek(p)->kind != TOKEN_COMMA) {
            return true;
        }
        parse_next(p);
    }
    if (!parse_has_argument(p)) {
        return true;
    }
    return call ? parse_pipeline(p, set) : parse_primary(p, set);
}

static bool
end_call(struct parse *p, const struct query_name *name)
{
    const struct query_token *token = parse_peek(p);
    if (token->kind == TOKEN_CLOSE) {
        parse_next(p);
        return true;
    }
    if (token->kind == TOKEN_END) {
        return parse_fail(p, token, "the bracket of %.*s is never closed",
                          (int)name->name.len, name->name.bytes);
    }
    return parse_fail(p, token, "%.*s takes no more than %u set%s",
                      (int)name->name.len, name->name.bytes, name->param_count,
                      name->param_count == 1 ? "" : "s");
}

static bool
take_sets(struct parse *p, const struct query_token *token,
          const struct query_name *name, struct query_node *sets[])
{
    bool call = parse_peek(p)->kind == TOKEN_OPEN_CALL;
    bool first = true;
    if (call) {
        parse_next(p);
    }
    for (uint32_t i = 0; i < name->param_count; i++) {
        if (sets[i] != NULL) {
            continue;
        }
        if (!take_set(p, call, first, &sets[i])) {
            return false;
        }
        if (sets[i] == NULL) {
            return fail_missing(p, token, name, i);
        }
        first = false;
    }
    return !call || end_call(p, name);
}

/* --- Its text --------------------------------------------------------------------------- */

static bool
parse_text(struct parse *p, struct query_node **out)
{
    uint32_t at = 0;
    if (!query_lex(p->within->text, &p->query->arena, &p->tokens, &at,
                   p->err)) {
        error_set_where(p->err, p->within->file, p->within->line,
                        p->within->column + at);
        return false;
    }
    return parse_pipeline(p, out) &&
           (parse_peek(p)->kind == TOKEN_END || parse_fail_rest(p));
}

bool
parse_named_text(struct parse *p, const struct query_name *name,
                 const struct query_token *used, struct query_node **out)
{
    struct parse inner = {.query = p->query,
                          .tokens = vec_of(sizeof(struct query_token)),
                          .depth = p->depth,
                          .variables = vec_of(sizeof(struct parse_variable)),
                          .err = p->err,
                          .names = p->names,
                          .name_count = name->sees,
                          .within = name,
                          .used = used};
    for (uint32_t i = 0; i < name->param_count; i++) {
        const struct parse_variable variable = {name->params[i],
                                                bound_name(p, name, i)};
        vec_push(&inner.variables, &variable);
    }
    bool done = parse_text(&inner, out);
    vec_finish(&inner.tokens);
    vec_finish(&inner.variables);
    return done;
}

/* The sets are read where the name is used, the text where that stands. */
bool
parse_named(struct parse *p, const struct query_token *token,
            struct query_node *piped, struct query_node **out)
{
    const struct query_name *name = parse_find_named(p, token);
    struct query_node *sets[QUERY_NAME_PARAMS] = {piped};
    assert(name != NULL);
    if (piped != NULL && name->param_count == 0) {
        parse_fail(p, token, "%.*s begins a query, and takes no set",
                   (int)name->name.len, name->name.bytes);
        error_set_help(p->err, "join two sets by | union, | intersect or "
                               "| except");
        return false;
    }
    if (p->query->named++ >= NAMED_MAX) {
        return parse_fail(p, token, "named queries put in more than %d times",
                          NAMED_MAX);
    }
    struct query_node *tree = NULL;
    if (!parse_enter(p) || !take_sets(p, token, name, sets) ||
        !parse_named_text(p, name, p->within == NULL ? token : p->used,
                          &tree)) {
        return false;
    }
    parse_leave(p);
    for (uint32_t i = name->param_count; i > 0; i--) {
        struct query_node *let = parse_node(p, QUERY_LET, token);
        let->text = bound_name(p, name, i - 1);
        query_node_add_item(p->query, let, sets[i - 1]);
        query_node_add_item(p->query, let, tree);
        tree = let;
    }
    *out = tree;
    return true;
}
