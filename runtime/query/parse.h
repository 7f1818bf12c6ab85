/* SPDX-License-Identifier: MIT */
/* What the files of the parser share: parser.c (sets and calls), argument.c
 * (what functions take), predicate.c. Nobody else includes this. */
#ifndef RUNTIME_QUERY_PARSE_H
#define RUNTIME_QUERY_PARSE_H

#include "runtime/query/lexer.h"
#include "runtime/query/names.h"
#include "runtime/query/parser.h"

/* A set that has a name here. */
struct parse_variable {
    struct slice name;
    struct slice bound; /* how the tree calls it */
};

struct parse {
    struct query *query;
    struct vec tokens; /* struct query_token */
    uint32_t pos;
    uint32_t depth;       /* of brackets and lets that are open */
    uint32_t lets;        /* values of lets that are open: `in` ends them */
    struct vec variables; /* struct parse_variable: those that can be used */
    struct error *err;
    const struct query_names *names; /* NULL: there are none */
    uint32_t name_count;             /* so many of them can be used here */
    /* While the text of a named query is read: that, and where it is used. */
    const struct query_name *within;
    const struct query_token *used;
};

/* The token at hand, and the one after it. */
const struct query_token *parse_peek(const struct parse *p);
const struct query_token *parse_peek_second(const struct parse *p);
/* Takes the token at hand. */
const struct query_token *parse_next(struct parse *p);
bool parse_is_word(const struct query_token *token, const char *word);
/* True for the words and marks that join sets. */
bool parse_is_set_op(const struct query_token *token);
/* True where the value of a let ends. */
bool parse_ends_let(const struct parse *p);
/* True if something stands at hand that is not the end, a pipe, a comma, a
 * closing bracket, or a word that joins sets. */
bool parse_has_argument(const struct parse *p);

/* Fills the error with words and the place of a token; always false. */
bool parse_fail(struct parse *p, const struct query_token *token,
                const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same, for what a person may have meant: "did you mean NAME?". NULL adds
 * nothing. */
void parse_suggest(struct parse *p, const char *name);
/* Goes one deeper; false, with an error, where that is too deep. */
bool parse_enter(struct parse *p);
void parse_leave(struct parse *p);

/* A node of the token at hand, with its text. */
struct query_node *parse_node(struct parse *p, enum query_kind kind,
                              const struct query_token *token);

/* --- parser.c: false with an error ------------------------------------------- */

bool parse_pipeline(struct parse *p, struct query_node **out);
bool parse_primary(struct parse *p, struct query_node **out);

/* Behind a text that should have ended; always false. */
bool parse_fail_rest(struct parse *p);

/* --- named.c ------------------------------------------------------------------ */

/* The query of this name, or NULL. */
const struct query_name *
parse_find_named(const struct parse *p, const struct query_token *token);
/* What a name stands for, with the sets behind it or in its parentheses; the name
 * was taken. `piped` is the set in front, or NULL. */
bool parse_named(struct parse *p, const struct query_token *token,
                 struct query_node *piped, struct query_node **out);
/* The text of a named query, with its sets as variables. */
bool parse_named_text(struct parse *p, const struct query_name *name,
                      const struct query_token *used, struct query_node **out);

/* --- argument.c --------------------------------------------------------------- */

/* The arguments of a function: behind "(" up to ")" if `call`, else beside its
 * name. `piped` is what a pipe brings, or NULL. */
bool parse_arguments(struct parse *p, struct query_node *node, bool call,
                     struct query_node *piped);

/* --- predicate.c ---------------------------------------------------------------- */

bool parse_predicate(struct parse *p, struct query_node **out);

#endif
