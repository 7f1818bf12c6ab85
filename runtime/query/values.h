/* SPDX-License-Identifier: MIT */
/* What fields of nodes are. */
#ifndef RUNTIME_QUERY_VALUES_H
#define RUNTIME_QUERY_VALUES_H

#include "runtime/query/rows.h"
#include "runtime/query/world.h"

/* The value of a field; texts are those of the graph, or in the arena. A field
 * of actions asked of a file is that of the action which makes it, null if
 * nothing does. */
struct query_cell
query_value_of(struct query_world *world, uint32_t node,
               enum query_field_id field, struct arena *arena);

/* For tables of texts and for sorting: nulls last, then by value; lists item by
 * item. */
int query_cell_compare(enum query_field_type type, const struct query_cell *a,
                       const struct query_cell *b);

/* --- values_past.c ----------------------------------------------------------------- */

/* The fields that the history has; null for actions that never ran. */
struct query_cell
query_value_of_past(struct query_world *world, uint32_t node,
                    enum query_field_id field, struct arena *arena);

#endif
