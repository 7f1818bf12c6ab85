/* SPDX-License-Identifier: MIT */
/* The arguments of functions, each read by what its parameter takes. */
#include "runtime/query/field.h"
#include "runtime/query/parse.h"

#include "interp/magma.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The arguments of one call. */
struct arguments {
    struct parse *p;
    struct query_node *node;
    struct query_node *piped;   /* NULL: no pipe brings a subject */
    struct query_node *options; /* NULL: none so far */
    bool call;                  /* in parentheses */
    bool more;                  /* one was read: a comma comes first */
};

/* The token that begins the next argument, or NULL if there is none. */
static const struct query_token *
upcoming(const struct arguments *a)
{
    if (!a->call) {
        return parse_has_argument(a->p) ? parse_peek(a->p) : NULL;
    }
    const struct query_token *token = parse_peek(a->p);
    if (a->more) {
        return token->kind == TOKEN_COMMA ? parse_peek_second(a->p) : NULL;
    }
    bool none = token->kind == TOKEN_CLOSE || token->kind == TOKEN_END;
    return none ? NULL : token;
}

/* Goes to the next argument, which is there. */
static void
begin(struct arguments *a)
{
    assert(upcoming(a) != NULL);
    if (a->call && a->more) {
        parse_next(a->p);
    }
    a->more = true;
}

/* Items stand in the order of the parameters, so one that was left out is NULL:
 * the evaluation goes by the place. */
static void
add(struct arguments *a, struct query_node *item)
{
    query_node_add_item(a->p->query, a->node, item);
}

static const char *
name_of(const struct arguments *a)
{
    return a->node->function->name;
}

/* An argument that has to be there is not: the example shows it in place. */
static bool
fail_missing(struct arguments *a, const char *what, const char *example)
{
    parse_fail(a->p, parse_peek(a->p), "%s needs %s", name_of(a), what);
    error_set_help(a->p->err, "as in: %s", example);
    return false;
}

/* --- Options ------------------------------------------------------------------- */

/* The length of the option's name at the front of a word, "=" not counted; 0 if
 * it is none of this function. */
static size_t
option_len(const struct arguments *a, const struct query_token *token)
{
    const char *options = a->node->function->options;
    const char *equals = token->kind == TOKEN_WORD
                             ? memchr(token->text.bytes, '=', token->text.len)
                             : NULL;
    if (equals == NULL || options == NULL) {
        return 0;
    }
    size_t len = (size_t)(equals - token->text.bytes);
    for (const char *at = options; *at != '\0';) {
        size_t word = strcspn(at, " ");
        if (word == len && memcmp(at, token->text.bytes, len) == 0) {
            return len;
        }
        at += word + (at[word] == ' ');
    }
    return 0;
}

/* A `-` in front takes the kind away from all of them. */
static bool
is_edge_name(struct slice text)
{
    if (text.len > 0 && text.bytes[0] == '-') {
        text = (struct slice){text.bytes + 1, text.len - 1};
    }
    for (int i = 0; i < QUERY_EDGE_NAMES; i++) {
        if (slice_equal(text, slice_of(query_edge_names[i]))) {
            return true;
        }
    }
    return false;
}

/* One name of an edge kind; `skip` bytes of its token are the option's. */
static bool
add_edge_name(struct arguments *a, struct query_node *option,
              const struct query_token *token, size_t skip)
{
    struct slice text = {token->text.bytes + skip, token->text.len - skip};
    if (!is_edge_name(text)) {
        parse_fail(a->p, token, "no edges are called %.*s", (int)text.len,
                   text.bytes);
        error_set_help(a->p->err, "explicit, implicit, order, discovered, dyn "
                                  "or watch, or -NAME for all but that");
        return false;
    }
    struct query_node *name = parse_node(a->p, QUERY_WORD, token);
    name->text = text;
    query_node_add_item(a->p->query, option, name);
    return true;
}

/* The names are parted by commas, which part arguments too: what follows one is
 * taken as long as it names a kind. */
static bool
parse_edges(struct arguments *a, struct query_node *option,
            const struct query_token *token, size_t skip)
{
    if (!add_edge_name(a, option, token, skip)) {
        return false;
    }
    while (parse_peek(a->p)->kind == TOKEN_COMMA &&
           parse_peek_second(a->p)->kind == TOKEN_WORD &&
           is_edge_name(parse_peek_second(a->p)->text)) {
        parse_next(a->p);
        if (!add_edge_name(a, option, parse_next(a->p), 0)) {
            return false;
        }
    }
    return true;
}

/* A set as the value of an option. What stands beside "=" is a word for itself:
 * the name of the option is cut off, and the rest read as anywhere else. */
static bool
parse_option_set(struct arguments *a, struct query_node *option,
                 const struct query_token *token, size_t skip)
{
    struct query_node *value = NULL;
    if (token->text.len > skip) {
        struct query_token *word = vec_at(&a->p->tokens, --a->p->pos);
        assert(word->at == token->at);
        word->text.bytes += skip;
        word->text.len -= skip;
        word->at += (uint32_t)skip;
        word->len -= (uint32_t)skip;
    }
    if (!parse_primary(a->p, &value)) {
        return false;
    }
    query_node_add_item(a->p->query, option, value);
    return true;
}

/* All options that stand here. */
static bool
parse_options(struct arguments *a)
{
    const struct query_token *token = NULL;
    size_t len = 0;
    while ((token = upcoming(a)) != NULL && (len = option_len(a, token)) > 0) {
        begin(a);
        parse_next(a->p);
        if (a->options == NULL) {
            a->options = parse_node(a->p, QUERY_OPTIONS, token);
        }
        struct query_node *option = parse_node(a->p, QUERY_OPTION, token);
        option->text = (struct slice){arena_copy(&a->p->query->arena,
                                                 token->text.bytes, len),
                                      len};
        query_node_add_item(a->p->query, a->options, option);
        bool done = slice_equal(option->text, slice_of("edges"))
                        ? parse_edges(a, option, token, len + 1)
                        : parse_option_set(a, option, token, len + 1);
        if (!done) {
            return false;
        }
    }
    return true;
}

/* --- Kinds of parameters --------------------------------------------------------- */

static bool
is_number(const struct query_token *token)
{
    return token != NULL && token->kind == TOKEN_WORD &&
           strspn(token->text.bytes, "0123456789") == token->text.len;
}

/* A word of digits; where the number is optional, anything else belongs to the
 * next parameter. */
static bool
take_number(struct arguments *a, bool optional)
{
    if (!is_number(upcoming(a))) {
        if (optional) {
            add(a, NULL);
            return true;
        }
        return fail_missing(a, "a number", "actions | first 10");
    }
    begin(a);
    const struct query_token *token = parse_next(a->p);
    struct query_node *number = parse_node(a->p, QUERY_NUMBER, token);
    errno = 0;
    number->number = strtoll(token->text.bytes, NULL, 10);
    if (errno != 0) {
        return parse_fail(a->p, token, "a number that is too large");
    }
    add(a, number);
    return true;
}

/* The prefix of a pattern: how it is meant, and how long the prefix is. */
static size_t
pattern_prefix(struct slice text, enum query_pattern *pattern)
{
    static const struct {
        const char *prefix;
        enum query_pattern pattern;
    } prefixes[] = {{"glob:", PATTERN_GLOB},
                    {"re:", PATTERN_REGEX},
                    {"exact:", PATTERN_EXACT},
                    {"sub:", PATTERN_SUB}};
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        size_t len = strlen(prefixes[i].prefix);
        if (text.len >= len &&
            memcmp(text.bytes, prefixes[i].prefix, len) == 0) {
            *pattern = prefixes[i].pattern;
            return len;
        }
    }
    return 0;
}

/* A pattern, with a prefix that may stand in front of its quotes. */
static bool
take_pattern(struct arguments *a)
{
    const struct query_token *token = upcoming(a);
    if (token == NULL ||
        (token->kind != TOKEN_WORD && token->kind != TOKEN_STRING)) {
        return fail_missing(a, "a pattern", "app | deps | inputs \"*.c\"");
    }
    begin(a);
    token = parse_next(a->p);
    enum query_op op = a->node->function->op;
    struct query_node *pattern = parse_node(a->p, QUERY_PATTERN, token);
    pattern->pattern = a->call && op != OP_GLOB && op != OP_DISK ? PATTERN_REGEX
                                                                 : PATTERN_GLOB;
    if (token->kind == TOKEN_WORD) {
        size_t len = pattern_prefix(token->text, &pattern->pattern);
        pattern->text =
            (struct slice){token->text.bytes + len, token->text.len - len};
        const struct query_token *text = parse_peek(a->p);
        if (len > 0 && pattern->text.len == 0 && text->kind == TOKEN_STRING &&
            text->at == token->at + token->len) {
            pattern->text = parse_next(a->p)->text;
        }
    }
    add(a, pattern);
    return true;
}

/* In parentheses a whole pipeline may stand, beside a name only what needs no
 * parentheses: `a | somepath b | count` counts the path. */
static bool
take_set(struct arguments *a)
{
    struct query_node *set = NULL;
    if (upcoming(a) == NULL) {
        return fail_missing(a, "another set", "app | somepath src/z.h");
    }
    begin(a);
    if (!(a->call ? parse_pipeline(a->p, &set) : parse_primary(a->p, &set))) {
        return false;
    }
    add(a, set);
    return true;
}

/* What the pipe brings goes first; without a pipe the subject is an argument as
 * any other. */
static bool
take_subject(struct arguments *a, bool optional)
{
    if (a->piped != NULL) {
        add(a, a->piped);
        return true;
    }
    if (upcoming(a) != NULL) {
        return take_set(a);
    }
    if (optional) {
        add(a, NULL);
        return true;
    }
    parse_fail(a->p, parse_peek(a->p), "%s needs a set", name_of(a));
    error_set_help(a->p->err, "as in: TARGET | %s", name_of(a));
    return false;
}

/* A word that is no set: a kind, a folder, a reason, a run. */
static bool
take_word(struct arguments *a, bool optional, const char *what,
          const char *example)
{
    const struct query_token *token = upcoming(a);
    if (token == NULL ||
        (token->kind != TOKEN_WORD && token->kind != TOKEN_STRING)) {
        if (optional && token == NULL) {
            add(a, NULL);
            return true;
        }
        return fail_missing(a, what, example);
    }
    begin(a);
    add(a, parse_node(a->p, QUERY_WORD, parse_next(a->p)));
    return true;
}

/* As many as there are. */
static bool
take_targets(struct arguments *a)
{
    while (upcoming(a) != NULL) {
        if (!take_set(a)) {
            return false;
        }
    }
    return true;
}

/* --- Fields -------------------------------------------------------------------------- */

/* The token at hand as a field; a `-` in front of it is allowed on request. */
static bool
parse_field(struct arguments *a, bool may_descend, struct query_node **out)
{
    const struct query_token *token = parse_next(a->p);
    struct slice name = token->text;
    bool descends = may_descend && name.len > 1 && name.bytes[0] == '-';
    if (descends) {
        name = (struct slice){name.bytes + 1, name.len - 1};
    }
    const struct query_field *field =
        token->kind == TOKEN_WORD ? query_field_find(name) : NULL;
    if (field == NULL) {
        parse_fail(a->p, token, "no field is named %.*s", (int)name.len,
                   name.bytes);
        parse_suggest(a->p, query_field_nearest(name));
        return false;
    }
    *out = parse_node(a->p, QUERY_FIELD, token);
    (*out)->text = slice_of(field->name);
    (*out)->descending = descends;
    return true;
}

/* One; sorting goes the other way where a `-` stands in front. */
static bool
take_field(struct arguments *a)
{
    struct query_node *field = NULL;
    if (upcoming(a) == NULL) {
        return fail_missing(a, "a field", "actions | sort -duration");
    }
    begin(a);
    if (!parse_field(a, a->node->function->op == OP_SORT, &field)) {
        return false;
    }
    add(a, field);
    return true;
}

/* True if the next argument is one more field. In parentheses the last argument
 * is the subject, unless a pipe brings it. */
static bool
is_field_next(const struct arguments *a)
{
    const struct query_token *token = upcoming(a);
    if (token == NULL || !a->call || a->piped != NULL) {
        return token != NULL;
    }
    // What follows the token, which may itself stand behind a comma.
    struct parse ahead = *a->p;
    ahead.pos += a->more ? 2 : 1;
    return token->kind == TOKEN_WORD && parse_peek(&ahead)->kind == TOKEN_COMMA;
}

/* Without any, the path is meant. */
static bool
take_fields(struct arguments *a)
{
    const struct query_token *first = parse_peek(a->p);
    struct query_node *fields = parse_node(a->p, QUERY_FIELDS, first);
    while (is_field_next(a)) {
        struct query_node *field = NULL;
        begin(a);
        if (!parse_field(a, false, &field)) {
            return false;
        }
        query_node_add_item(a->p->query, fields, field);
    }
    if (fields->count == 0) {
        struct query_node *path = parse_node(a->p, QUERY_FIELD, first);
        path->text = slice_of("path");
        query_node_add_item(a->p->query, fields, path);
    }
    add(a, fields);
    return true;
}

/* --- All of them ----------------------------------------------------------------------- */

/* It goes as far as predicates go: up to a pipe, a bracket or the end. */
static bool
take_predicate(struct arguments *a)
{
    struct query_node *predicate = NULL;
    if (upcoming(a) == NULL) {
        return fail_missing(a, "a predicate", "where duration > 2s");
    }
    begin(a);
    if (!parse_predicate(a->p, &predicate)) {
        return false;
    }
    add(a, predicate);
    return true;
}

/* One reader for each kind of parameter. */
static bool
take(struct arguments *a, enum query_param param)
{
    switch (param) {
    case PARAM_NONE:
        return true;
    case PARAM_SUBJECT:
        return take_subject(a, false);
    case PARAM_OPTIONAL_SUBJECT:
        return take_subject(a, true);
    case PARAM_SET:
        return take_set(a);
    case PARAM_PATTERN:
        return take_pattern(a);
    case PARAM_PREDICATE:
        return take_predicate(a);
    case PARAM_NUMBER:
        return take_number(a, false);
    case PARAM_OPTIONAL_NUMBER:
        return take_number(a, true);
    case PARAM_FIELD:
        return take_field(a);
    case PARAM_FIELDS:
        return take_fields(a);
    case PARAM_WORD:
        return take_word(a, false, "a word", "all | kind source");
    case PARAM_TARGETS:
        return take_targets(a);
    case PARAM_RUN:
        return take_word(a, false, "a run", "diff -2 -1");
    case PARAM_OPTIONAL_RUN:
        return take_word(a, true, "a run", "built -1");
    }
    return false;
}

/* ")" must be at hand. */
static bool
end_call(struct arguments *a)
{
    const struct query_token *token = parse_peek(a->p);
    if (token->kind == TOKEN_CLOSE) {
        parse_next(a->p);
        return true;
    }
    if (token->kind == TOKEN_END) {
        return parse_fail(a->p, token, "the bracket of %s is never closed",
                          name_of(a));
    }
    return parse_fail(a->p, token, "%s takes no more than this, and got %.*s",
                      name_of(a), (int)token->text.len, token->text.bytes);
}

/* Options may stand before, between and behind the others; they come last in the
 * tree, as one node. */
bool
parse_arguments(struct parse *p, struct query_node *node, bool call,
                struct query_node *piped)
{
    struct arguments a = {.p = p, .node = node, .piped = piped, .call = call};
    const struct query_function *function = node->function;
    if (piped != NULL && function->params[0] != PARAM_SUBJECT &&
        function->params[0] != PARAM_OPTIONAL_SUBJECT &&
        function->params[1] != PARAM_SUBJECT) {
        parse_fail(p, parse_peek(p), "%s begins a query, and takes no set",
                   function->name);
        error_set_help(p->err, "join two sets by | union, | intersect or "
                               "| except");
        return false;
    }
    for (int i = 0; i < QUERY_PARAMS_MAX && function->params[i] != PARAM_NONE;
         i++) {
        if (!parse_options(&a) || !take(&a, function->params[i])) {
            return false;
        }
    }
    if (!parse_options(&a)) {
        return false;
    }
    if (a.options != NULL) {
        add(&a, a.options);
    }
    return !call || end_call(&a);
}
