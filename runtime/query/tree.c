/* SPDX-License-Identifier: MIT */
/*
 * What stands at a place is told by the parameter that it is for, so that strings
 * can stand for keywords. Nested deeper than DEPTH_MAX is refused: a person's
 * pipes are short, and a program has `let`.
 */
#include "runtime/query/tree.h"

#include "runtime/json.h"
#include "runtime/query/field.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 1000 };

struct reading {
    struct query *query;
    struct vec names; /* of struct slice: variables that can be used here */
    uint32_t at;
    uint32_t depth;
    struct error *err;
};

/* --- Signs and texts ------------------------------------------------------------------- */

/* Commas and the colons between JSON's keys and values are blanks. */
static char
peek(struct reading *r)
{
    const char *bytes = r->query->text.bytes;
    while (isspace((unsigned char)bytes[r->at]) || bytes[r->at] == ',' ||
           (bytes[r->at] == ':' &&
            (bytes[r->at + 1] == ' ' || strchr("[{\"", bytes[r->at + 1])))) {
        r->at++;
    }
    return bytes[r->at];
}

static bool fail(struct reading *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The error at the place that the reading has come to; always false. */
static bool
fail(struct reading *r, const char *format, ...)
{
    char what[400];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    error_set(r->err, ERROR_CLASS_USAGE, "%s", what);
    error_set_where(r->err, "query", 1, r->at + 1);
    return false;
}

static bool
take(struct reading *r, char sign)
{
    if (peek(r) != sign) {
        return fail(r, "expected %c in the tree of a query", sign);
    }
    r->at++;
    return true;
}

/* One escape, the backslash taken already. */
static bool
read_escape(struct reading *r, struct buffer *text)
{
    static const char names[] = "ntrbf";
    static const char signs[] = "\n\t\r\b\f";
    char c = r->query->text.bytes[r->at++];
    const char *name = c == '\0' ? NULL : strchr(names, c);
    unsigned code = 0;
    if (c == '\0') {
        r->at--;
        return fail(r, "this string is never closed");
    }
    if (name != NULL) {
        buffer_add_char(text, signs[name - names]);
        return true;
    }
    if (c != 'u') {
        buffer_add_char(text, c);
        return true;
    }
    if (sscanf(r->query->text.bytes + r->at, "%4x", &code) != 1 || code == 0 ||
        code >= 0x80) {
        return fail(r, "write characters as they are");
    }
    r->at += 4;
    buffer_add_char(text, (char)code);
    return true;
}

static bool
read_string(struct reading *r, struct slice *out)
{
    struct buffer text = {0};
    bool done = take(r, '"');
    while (done && r->query->text.bytes[r->at] != '"') {
        char c = r->query->text.bytes[r->at++];
        if (c == '\0') {
            r->at--;
            done = fail(r, "this string is never closed");
        } else if (c == '\\') {
            done = read_escape(r, &text);
        } else {
            buffer_add_char(&text, c);
        }
    }
    r->at += done;
    *out = (struct slice){arena_copy(&r->query->arena, buffer_str(&text),
                                     text.len),
                          text.len};
    buffer_finish(&text);
    return done;
}

/* `:name`, or a string with or without the colon. */
static bool
read_keyword(struct reading *r, struct slice *out)
{
    if (peek(r) == '"') {
        if (!read_string(r, out)) {
            return false;
        }
    } else {
        const char *start = r->query->text.bytes + r->at;
        size_t len =
            *start == ':' ? 1 + strcspn(start + 1, " \t\r\n,[]{}\"") : 0;
        if (len < 2) {
            return fail(r, "expected a keyword in the tree of a query");
        }
        r->at += (uint32_t)len;
        *out = (struct slice){arena_copy(&r->query->arena, start, len), len};
    }
    if (out->len > 0 && out->bytes[0] == ':') {
        *out = (struct slice){out->bytes + 1, out->len - 1};
    }
    return true;
}

/* `nil` or `null` stands for what was left out; so does the end. */
static bool
is_left_out(struct reading *r)
{
    const char *at = r->query->text.bytes + r->at;
    char sign = peek(r);
    at = r->query->text.bytes + r->at;
    size_t len = strncmp(at, "nil", 3) == 0    ? 3
                 : strncmp(at, "null", 4) == 0 ? 4
                                               : 0;
    r->at += (uint32_t)len;
    return len > 0 || sign == ']';
}

static struct query_node *
add_node(struct reading *r, enum query_kind kind)
{
    struct query_node *node = query_node_add(r->query, kind);
    node->at = r->at;
    node->len = 1;
    return node;
}

static bool
read_text_node(struct reading *r, enum query_kind kind, struct query_node **out)
{
    (void)peek(r);
    *out = add_node(r, kind);
    return read_string(r, &(*out)->text);
}

static bool
read_number(struct reading *r, struct query_node **out)
{
    char *end = NULL;
    (void)peek(r);
    const char *start = r->query->text.bytes + r->at;
    *out = add_node(r, QUERY_NUMBER);
    errno = 0;
    (*out)->number = strtoll(start, &end, 10);
    if (end == start || errno != 0 || (*out)->number < 0) {
        return fail(r, "expected a number in the tree of a query");
    }
    r->at += (uint32_t)(end - start);
    return true;
}

/* --- Fields, patterns, predicates ------------------------------------------------------------ */

static bool
read_field(struct reading *r, bool may_descend, struct query_node **out)
{
    struct slice name;
    (void)peek(r);
    *out = add_node(r, QUERY_FIELD);
    if (!read_keyword(r, &name)) {
        return false;
    }
    (*out)->descending = may_descend && name.len > 1 && name.bytes[0] == '-';
    name.bytes += (*out)->descending;
    name.len -= (*out)->descending;
    const struct query_field *field = query_field_find(name);
    if (field == NULL) {
        return fail(r, "no field is named %s", name.bytes);
    }
    (*out)->text = slice_of(field->name);
    return true;
}

static bool
read_fields(struct reading *r, struct query_node **out)
{
    bool done = take(r, '[');
    *out = add_node(r, QUERY_FIELDS);
    while (done && peek(r) != ']') {
        struct query_node *field = NULL;
        done = read_field(r, false, &field);
        query_node_add_item(r->query, *out, field);
    }
    return done && take(r, ']') &&
           ((*out)->count > 0 || fail(r, "emit needs a field"));
}

/* [:pat :glob "*.c"] */
static bool
read_pattern(struct reading *r, struct query_node **out)
{
    static const char *const kinds[] = {
        [PATTERN_GLOB] = "glob",
        [PATTERN_REGEX] = "re",
        [PATTERN_EXACT] = "exact",
        [PATTERN_SUB] = "sub",
    };
    struct slice head;
    struct slice kind;
    if (!take(r, '[') || !read_keyword(r, &head) || !read_keyword(r, &kind)) {
        return false;
    }
    *out = add_node(r, QUERY_PATTERN);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (slice_equal(kind, slice_of(kinds[i]))) {
            (*out)->pattern = (enum query_pattern)i;
            return read_string(r, &(*out)->text) && take(r, ']');
        }
    }
    return fail(r, "a pattern is glob, re, exact or sub, not %s", kind.bytes);
}

static const struct {
    const char *name;
    enum query_compare compare;
} compares[] = {
    {"set", QUERY_IS_SET},
    {"=", QUERY_EQUAL},
    {"not=", QUERY_NOT_EQUAL},
    {"<", QUERY_LESS},
    {"<=", QUERY_LESS_EQUAL},
    {">", QUERY_GREATER},
    {">=", QUERY_GREATER_EQUAL},
    {"matches", QUERY_MATCHES},
    {"in", QUERY_IN},
    {"matches-not", QUERY_MATCHES_NOT},
};

/* [:> :duration "2s"]; the head is read. */
static bool
read_compare(struct reading *r, struct slice head, struct query_node **out)
{
    struct query_node *item = NULL;
    size_t i = 0;
    size_t count = sizeof(compares) / sizeof(compares[0]);
    while (i < count && !slice_equal(head, slice_of(compares[i].name))) {
        i++;
    }
    if (i == count) {
        return fail(r, "no comparison is called %s", head.bytes);
    }
    *out = add_node(r, QUERY_COMPARE);
    (*out)->compare = compares[i].compare;
    if (!read_field(r, false, &item)) {
        return false;
    }
    query_node_add_item(r->query, *out, item);
    while (peek(r) != ']') {
        if (!read_text_node(r, QUERY_WORD, &item)) {
            return false;
        }
        query_node_add_item(r->query, *out, item);
    }
    bool is_one = (*out)->compare != QUERY_IN;
    uint32_t wanted = (*out)->compare == QUERY_IS_SET ? 1 : 2;
    return take(r, ']') && (!is_one || (*out)->count == wanted ||
                            fail(r, "%s takes a field and %s", head.bytes,
                                 wanted == 1 ? "no value" : "one value"));
}

static bool
enter(struct reading *r)
{
    return ++r->depth <= DEPTH_MAX ||
           fail(r, "nested deeper than %d", DEPTH_MAX);
}

/* The values of fields are strings, so that they can have units. */
static bool
read_predicate(struct reading *r, struct query_node **out)
{
    struct slice head;
    if (!enter(r) || !take(r, '[') || !read_keyword(r, &head)) {
        return false;
    }
    bool is_not = slice_equal(head, slice_of("not"));
    bool is_and = slice_equal(head, slice_of("and"));
    if (!is_not && !is_and && !slice_equal(head, slice_of("or"))) {
        r->depth--;
        return read_compare(r, head, out);
    }
    *out = add_node(r, is_not ? QUERY_NOT : is_and ? QUERY_AND : QUERY_OR);
    for (uint32_t i = 0; i < (is_not ? 1U : 2U); i++) {
        struct query_node *operand = NULL;
        if (!read_predicate(r, &operand)) {
            return false;
        }
        query_node_add_item(r->query, *out, operand);
    }
    r->depth--;
    return take(r, ']');
}

/* --- Sets ----------------------------------------------------------------------------------------- */

static bool read_set(struct reading *r, struct query_node **out);

static bool
is_option(const struct query_function *function, struct slice name)
{
    const char *options = function->options;
    const char *found = options == NULL ? NULL : strstr(options, name.bytes);
    return found != NULL && name.len > 0 &&
           (found[name.len] == '\0' || found[name.len] == ' ');
}

static bool
is_edge(struct slice name)
{
    name.bytes += name.len > 0 && name.bytes[0] == '-';
    for (int i = 0; i < QUERY_EDGE_NAMES; i++) {
        if (strcmp(name.bytes, query_edge_names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* {:edges ["explicit"] :within [[:target "app"]]} */
static bool
read_options(struct reading *r, const struct query_function *function,
             struct query_node **out)
{
    bool done = take(r, '{');
    *out = add_node(r, QUERY_OPTIONS);
    while (done && peek(r) != '}') {
        struct query_node *option = add_node(r, QUERY_OPTION);
        if (!read_keyword(r, &option->text)) {
            return false;
        }
        if (!is_option(function, option->text)) {
            return fail(r, "%s has no option %s", function->name,
                        option->text.bytes);
        }
        bool edges = slice_equal(option->text, slice_of("edges"));
        query_node_add_item(r->query, *out, option);
        done = take(r, '[');
        while (done && peek(r) != ']') {
            struct query_node *item = NULL;
            done = edges ? read_text_node(r, QUERY_WORD, &item)
                         : read_set(r, &item);
            if (done && edges && !is_edge(item->text)) {
                done = fail(r, "no edges are called %s", item->text.bytes);
            }
            query_node_add_item(r->query, option, item);
        }
        done = done && take(r, ']') &&
               (option->count > 0 || fail(r, "an option needs a value"));
    }
    return done && take(r, '}');
}

/* One argument, by what its parameter takes; left out, it is NULL. */
static bool
read_argument(struct reading *r, enum query_param param,
              struct query_node **out)
{
    *out = NULL;
    switch (param) {
    case PARAM_NONE:
    case PARAM_TARGETS:
        return true;
    case PARAM_OPTIONAL_SUBJECT:
        return is_left_out(r) || read_set(r, out);
    case PARAM_SUBJECT:
    case PARAM_SET:
        return read_set(r, out);
    case PARAM_PATTERN:
        return read_pattern(r, out);
    case PARAM_PREDICATE:
        return read_predicate(r, out);
    case PARAM_OPTIONAL_NUMBER:
        return is_left_out(r) || peek(r) == '{' || read_number(r, out);
    case PARAM_NUMBER:
        return read_number(r, out);
    case PARAM_FIELD:
        return read_field(r, true, out);
    case PARAM_FIELDS:
        return read_fields(r, out);
    case PARAM_OPTIONAL_RUN:
        return is_left_out(r) || read_text_node(r, QUERY_WORD, out);
    case PARAM_WORD:
    case PARAM_RUN:
        return read_text_node(r, QUERY_WORD, out);
    }
    return fail(r, "a parameter that does not exist");
}

static bool
read_call(struct reading *r, const struct query_function *function,
          struct query_node **out)
{
    struct query_node *item = NULL;
    *out = add_node(r, QUERY_CALL);
    (*out)->function = function;
    (*out)->text = slice_of(function->name);
    for (int i = 0; i < QUERY_PARAMS_MAX; i++) {
        enum query_param param = function->params[i];
        if (param == PARAM_NONE) {
            break;
        }
        while (param == PARAM_TARGETS && peek(r) != ']') {
            if (!read_set(r, &item)) {
                return false;
            }
            query_node_add_item(r->query, *out, item);
        }
        if (!read_argument(r, param, &item)) {
            return false;
        }
        if (param != PARAM_TARGETS) {
            query_node_add_item(r->query, *out, item);
        }
    }
    if (peek(r) == '{') {
        if (!read_options(r, function, &item)) {
            return false;
        }
        query_node_add_item(r->query, *out, item);
    }
    return take(r, ']');
}

static bool
read_pair(struct reading *r, enum query_kind kind, struct query_node **out)
{
    *out = add_node(r, kind);
    for (int i = 0; i < 2; i++) {
        struct query_node *operand = NULL;
        if (!read_set(r, &operand)) {
            return false;
        }
        query_node_add_item(r->query, *out, operand);
    }
    return take(r, ']');
}

/* The name is known in the second set alone. */
static bool
read_let(struct reading *r, struct query_node **out)
{
    struct query_node *value = NULL;
    struct query_node *body = NULL;
    *out = add_node(r, QUERY_LET);
    if (!read_string(r, &(*out)->text) || !read_set(r, &value)) {
        return false;
    }
    vec_push(&r->names, &(*out)->text);
    if (!read_set(r, &body)) {
        return false;
    }
    vec_pop(&r->names);
    query_node_add_item(r->query, *out, value);
    query_node_add_item(r->query, *out, body);
    return take(r, ']');
}

static bool
read_variable(struct reading *r, struct query_node **out)
{
    if (!read_text_node(r, QUERY_VARIABLE, out)) {
        return false;
    }
    for (uint32_t i = 0; i < r->names.count; i++) {
        if (slice_equal(*(struct slice *)vec_at(&r->names, i), (*out)->text)) {
            return take(r, ']');
        }
    }
    return fail(r, "no let gives %s a value", (*out)->text.bytes);
}

/* What stands behind the head of a set. */
static bool
read_behind(struct reading *r, struct slice head, struct query_node **out)
{
    static const struct {
        const char *head;
        enum query_kind kind;
    } leaves[] = {{"target", QUERY_TARGET},
                  {"literal", QUERY_LITERAL},
                  {"group-target", QUERY_GROUP},
                  {"id", QUERY_ID}};
    static const struct {
        const char *head;
        enum query_kind kind;
    } pairs[] = {{"union", QUERY_UNION},
                 {"intersect", QUERY_INTERSECT},
                 {"except", QUERY_EXCEPT}};
    for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++) {
        if (slice_equal(head, slice_of(leaves[i].head))) {
            return read_text_node(r, leaves[i].kind, out) && take(r, ']');
        }
    }
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (slice_equal(head, slice_of(pairs[i].head))) {
            return read_pair(r, pairs[i].kind, out);
        }
    }
    if (slice_equal(head, slice_of("let"))) {
        return read_let(r, out);
    }
    if (slice_equal(head, slice_of("var"))) {
        return read_variable(r, out);
    }
    const struct query_function *function = query_function_find(head);
    if (function != NULL) {
        return read_call(r, function, out);
    }
    const char *near = query_names_nearest(NULL, 0, head);
    fail(r, "no function is named %s", head.bytes);
    if (near != NULL) {
        error_set_help(r->err, "did you mean %s?", near);
    }
    return false;
}

static bool
read_set(struct reading *r, struct query_node **out)
{
    struct slice head;
    if (!enter(r) || !take(r, '[') || !read_keyword(r, &head)) {
        return false;
    }
    bool done = read_behind(r, head, out);
    r->depth--;
    return done;
}

bool
query_read_tree(struct slice text, struct query *query, struct error *err)
{
    *query = (struct query){0};
    query->text =
        (struct slice){arena_copy(&query->arena, text.bytes, text.len),
                       text.len};
    struct reading r = {.query = query,
                        .names = vec_of(sizeof(struct slice)),
                        .err = err};
    const char *zero = memchr(text.bytes, '\0', text.len);
    if (zero != NULL) {
        r.at = (uint32_t)(zero - text.bytes);
    }
    bool done = zero == NULL ? read_set(&r, &query->root)
                             : fail(&r, "a zero byte is in no query");
    if (done && peek(&r) != '\0') {
        done = fail(&r, "something stands behind the tree");
    }
    vec_finish(&r.names);
    return done;
}

/* --- As JSON ------------------------------------------------------------------------------------- */

/* What query_print wrote, read sign by sign: in maps a colon stands behind every
 * other item. */
struct rewriting {
    struct reading r;
    struct buffer *out;
    struct vec open; /* of char: the brackets */
    uint32_t item;   /* of the innermost */
    struct vec items;
};

static void
add_between(struct rewriting *w)
{
    bool in_map = w->open.count > 0 &&
                  *(char *)vec_at(&w->open, w->open.count - 1) == '{';
    if (w->item > 0) {
        buffer_add_str(w->out, in_map && w->item % 2 == 1 ? ":" : ",");
    }
    w->item++;
}

static void
add_open(struct rewriting *w, char sign)
{
    add_between(w);
    buffer_add_char(w->out, sign);
    vec_push(&w->open, &sign);
    vec_push(&w->items, &w->item);
    w->item = 0;
    w->r.at++;
}

static void
add_close(struct rewriting *w, char sign)
{
    buffer_add_char(w->out, sign);
    vec_pop(&w->open);
    w->item = *(uint32_t *)vec_pop(&w->items);
    w->r.at++;
}

/* Strings and keywords become strings, nil becomes null, numbers stay. */
static void
add_atom(struct rewriting *w, char sign)
{
    struct slice text = {"", 0};
    add_between(w);
    if (sign == '"') {
        bool read = read_string(&w->r, &text);
        assert(read);
        json_string(w->out, text.bytes, text.len);
        return;
    }
    const char *start = w->r.query->text.bytes + w->r.at;
    size_t len = strcspn(start, " ,[]{}\"");
    assert(len > 0);
    if (sign == ':') {
        json_string(w->out, start, len);
    } else if (sign == 'n') {
        buffer_add_str(w->out, "null");
    } else {
        buffer_add(w->out, start, len);
    }
    w->r.at += (uint32_t)len;
}

void
query_print_tree_json(const struct query_node *node, struct buffer *out)
{
    struct buffer edn = {0};
    struct query query = {0};
    struct error err = {0};
    query_print(node, &edn);
    query.text = buffer_slice(&edn);
    struct rewriting w = {.r = {.query = &query, .err = &err},
                          .out = out,
                          .open = vec_of(sizeof(char)),
                          .items = vec_of(sizeof(uint32_t))};
    for (char sign = peek(&w.r); sign != '\0'; sign = peek(&w.r)) {
        if (sign == '[' || sign == '{') {
            add_open(&w, sign);
        } else if (sign == ']' || sign == '}') {
            add_close(&w, sign);
        } else {
            add_atom(&w, sign);
        }
    }
    vec_finish(&w.open);
    vec_finish(&w.items);
    arena_finish(&query.arena);
    buffer_finish(&edn);
    error_finish(&err);
}
