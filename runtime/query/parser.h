/* SPDX-License-Identifier: MIT */
/*
 * Text to tree. The grammar is in spec/query.md; which arguments a function
 * takes is in function.h.
 */
#ifndef RUNTIME_QUERY_PARSER_H
#define RUNTIME_QUERY_PARSER_H

#include "runtime/query/function.h"
#include "runtime/query/names.h"

struct query {
    struct arena arena;
    struct slice text; /* a copy of what was parsed */
    struct query_node *root;
    struct buffer hints;  /* odd things, zero-terminated, one after the other */
    uint32_t named;       /* how often a named query was put in */
    bool is_name_unknown; /* it failed for a name that is no function's */
};

/* Parses a text. After a failure the error has the place "query:1:COLUMN" (in
 * bytes), what was expected, and the nearest name. */
bool query_parse(struct slice text, struct query *query,
                 struct error *err) EXEC_MUST_CHECK;
/* The same where some queries have names, which are put in as they are met. */
bool query_parse_with(struct slice text, const struct query_names *names,
                      struct query *query, struct error *err) EXEC_MUST_CHECK;
/* Parses the last of the names for itself, as defquery does. */
bool query_parse_named(const struct query_names *names, struct query *query,
                       struct error *err) EXEC_MUST_CHECK;
/* Also after a failure. */
void query_finish(struct query *query);

/* The tree as EDN, vectors that begin with a keyword:
 * [:emit [:command] [:deps [:target "app"] 2]]. */
void query_print(const struct query_node *node, struct buffer *out);

/* Puts the place of a node into an error that has none, and the name of the query
 * that it comes from; always false. */
bool query_node_blame(const struct query_node *node, struct error *err);

/* A node of the query's arena, for those who make trees in another way. */
struct query_node *query_node_add(struct query *query, enum query_kind kind);
void query_node_add_item(struct query *query, struct query_node *node,
                         struct query_node *item);

#endif
