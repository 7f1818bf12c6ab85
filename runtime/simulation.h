/* SPDX-License-Identifier: MIT */
/*
 * A simulation as programs ask for it: changes as a map, and what would run as
 * plain data. See simulate.h and spec/cli/test.md.
 */
#ifndef RUNTIME_SIMULATION_H
#define RUNTIME_SIMULATION_H

#include "runtime/graphview.h"

/* Where the graph comes from: calls `inside` while the functions of its program
 * can be called, and `outside` when those of the caller are back. */
struct simulation_graph {
    bool (*with)(void *ctx, const struct graphview_use *use, struct error *err);
    void *ctx;
};

/* Throws what is wrong with the changes, or with the graph. */
Value simulation_run(const struct simulation_graph *graph, Value changes);

#endif
