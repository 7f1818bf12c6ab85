/* SPDX-License-Identifier: MIT */
/* The order in which members of a set are printed. */
#ifndef RUNTIME_QUERY_RANK_H
#define RUNTIME_QUERY_RANK_H

#include "runtime/query/eval.h"

/* Sorts nodes: what is needed first, then by the bytes of their paths; or by
 * these alone. Declared edges decide, so that a build changes no order. */
void query_rank_sort(struct query_world *world, uint32_t *nodes, uint32_t count,
                     enum query_order order);

#endif
