/* SPDX-License-Identifier: MIT */
/* A graph from its data, as graphview.h makes them: for queries over graphs that
 * programs hold, which may have changed them. */
#ifndef RUNTIME_QUERY_OF_DATA_H
#define RUNTIME_QUERY_OF_DATA_H

#include "exec/exec.h"
#include "interp/magma.h"

/*
 * A sealed graph with the actions, groups and pools of the map, in their order;
 * graph_destroy frees it. What queries cannot see is left out (functions, watches).
 * NULL with what is wrong with the data; throws what walking them throws.
 */
struct graph *query_graph_of_data(Value view, struct error *err);

#endif
