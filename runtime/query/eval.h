/* SPDX-License-Identifier: MIT */
/*
 * From the tree of a query to its answer. A set becomes rows at the very end,
 * so that walks, filters and set operations work on bits alone.
 */
#ifndef RUNTIME_QUERY_EVAL_H
#define RUNTIME_QUERY_EVAL_H

#include "runtime/query/parser.h"
#include "runtime/query/rows.h"
#include "runtime/query/world.h"

enum query_order {
    QUERY_ORDER_DEPS, /* what is needed first, then by the bytes of paths */
    QUERY_ORDER_LEX   /* by the bytes of paths */
};

struct query_eval_options {
    enum query_order order; /* of sets that have none of their own */
    bool raw;               /* plumbing is shown */
};

/* Answers. False with the place in the query ("query:1:COLUMN"), what is wrong
 * and the nearest name. What is odd without being wrong goes to the notes of the
 * world. */
bool query_eval(struct query_world *world, const struct query_node *root,
                const struct query_eval_options *options,
                struct query_rows *rows, struct error *err) EXEC_MUST_CHECK;

/* The answer as a set, for the functions of the language: false also if it is
 * no set. query_set_finish frees it. */
bool query_eval_set(struct query_world *world, const struct query_node *root,
                    struct query_set *set, struct error *err) EXEC_MUST_CHECK;
/* The members of a set in order, malloc'ed: its own order, else that of the
 * options. */
uint32_t *
query_set_ordered(struct query_world *world, const struct query_set *set,
                  enum query_order order);
/* A set as rows of its paths; query_rows_finish frees them. */
void query_rows_of_set(struct query_world *world, const struct query_set *set,
                       enum query_order order, struct query_rows *rows);

#endif
