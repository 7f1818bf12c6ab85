/* SPDX-License-Identifier: MIT */
/*
 * The graph as values of the language: plain data, for the REPL and for tests
 * of build files. See spec/cli/test.md for its keys.
 */
#ifndef RUNTIME_GRAPHVIEW_H
#define RUNTIME_GRAPHVIEW_H

#include "exec/exec.h"
#include "interp/magma.h"

/*
 * {:actions [...] :groups {...} :pools {...} :makers {...}}: each action a map
 * with :key, :name, :outputs, :inputs, :steps and so on, :makers from each
 * output and name to the index of its action. Throws only when a budget is
 * spent.
 */
Value graphview_make(const struct graph *g);

/* Defines load-graph*, behind load-graph of the namespace graph. */
void graphview_define(void);
/* The folder from which load-graph sees paths (NULL: the working folder), and
 * the budgets of what it evaluates; both are kept, not copied. */
void graphview_set_base(const char *folder, const struct magma_limits *limits);

#endif
