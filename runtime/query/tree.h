/* SPDX-License-Identifier: MIT */
/* The tree of a query from what query_print wrote, or from the same as JSON: what
 * programs make instead of text. */
#ifndef RUNTIME_QUERY_TREE_H
#define RUNTIME_QUERY_TREE_H

#include "runtime/query/parser.h"

/* Reads a tree; false with the place "query:1:COLUMN" and what was expected there.
 * In JSON, keywords are strings, with a colon or without. query_finish frees the
 * query, also after a failure. */
bool query_read_tree(struct slice text, struct query *query,
                     struct error *err) EXEC_MUST_CHECK;

/* The tree as JSON; keywords have their colons. */
void query_print_tree_json(const struct query_node *node, struct buffer *out);

#endif
