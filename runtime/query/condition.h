/* SPDX-License-Identifier: MIT */
/*
 * Predicates, ready to be asked of many nodes: values are read once, by the type
 * of their field ("2s" is a duration beside `duration`), regular expressions
 * compiled once.
 *
 * What is null compares with nothing: all comparisons are false, but `!=` and
 * `!~`, which are true. Of a list, any item may match; `!=` and `!~` say that none
 * does.
 */
#ifndef RUNTIME_QUERY_CONDITION_H
#define RUNTIME_QUERY_CONDITION_H

#include "runtime/query/node.h"
#include "runtime/query/rows.h"
#include "runtime/query/world.h"

struct query_condition {
    struct query_world *world;
    struct vec tests; /* of struct condition_test, operands before operators */
    unsigned of;      /* FIELD_OF_ACTIONS and FIELD_OF_TARGETS: what its fields
                         are of; 0: any */
};

/* False with the place of a value that does not suit its field. */
bool
query_condition_start(struct query_condition *condition,
                      struct query_world *world, const struct query_node *node,
                      struct error *err) EXEC_MUST_CHECK;
void query_condition_finish(struct query_condition *condition);
/* For query_set_filter; ctx is the condition. */
bool query_condition_keep(void *ctx, uint32_t node);

/* A value as the type of a field has it: "2s", "10M", "2026-03-01", "true".
 * False if it is none. */
bool query_value_read(enum query_field_type type, struct slice text,
                      struct query_cell *cell);

#endif
