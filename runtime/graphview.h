/* SPDX-License-Identifier: MIT */
/*
 * The graph as values of the language: plain data, for the REPL and for tests
 * of build files. See spec/cli/test.md for its keys.
 */
#ifndef RUNTIME_GRAPHVIEW_H
#define RUNTIME_GRAPHVIEW_H

#include "exec/exec.h"
#include "interp/magma.h"
#include "runtime/functions.h"

/*
 * {:actions [...] :groups {...} :pools {...} :makers {...}}: each action a map
 * with :key, :name, :outputs, :inputs, :steps and so on, :makers from each
 * output and name to the index of its action. Throws only when a budget is
 * spent.
 */
Value graphview_make(const struct graph *g);

/* Evaluates the build file at a path, seen from the base, as a program apart, with
 * its folder as the working folder. `inside` is called while that program
 * lives (so that its functions can be called), `outside` when the caller's is
 * back; either may be NULL. False with what went wrong. */
struct graphview_use {
    bool (*inside)(void *ctx, const struct graph *g,
                   struct functions *functions, struct error *err);
    bool (*outside)(void *ctx, const struct graph *g, struct error *err);
    void *ctx;
};
bool graphview_with(const char *path, const struct graphview_use *use,
                    struct error *err) EXEC_MUST_CHECK;
/* The error in the program that runs. */
_Noreturn void graphview_throw(struct error *err);
/* A path as seen from the base: absolute, malloc'ed. */
char *graphview_path(const char *path);

/* Defines load-graph* and what testing.h has, behind the namespace graph. */
void graphview_define(void);
/* The folder from which load-graph sees paths (NULL: the working folder), and
 * the budgets of what it evaluates; both are kept, not copied. */
void graphview_set_base(const char *folder, const struct magma_limits *limits);

#endif
