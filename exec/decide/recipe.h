/* SPDX-License-Identifier: MIT */
/*
 * The command part of a manifest: what an action does, apart from the state
 * of files. Steps with their arguments, redirections, folder and environment,
 * written texts, fingerprints of functions, values of the variables under
 * :env, and where each program is found.
 */
#ifndef EXEC_DECIDE_RECIPE_H
#define EXEC_DECIDE_RECIPE_H

#include "exec/decide/reasons.h"
#include "exec/decide/tools.h"
#include "exec/graph/graph.h"

/* Appends the text of an action's command part: the same bytes for the same
 * meaning. */
void recipe_write(const struct graph *g, const struct action *a,
                  struct tools *tools, struct buffer *out);
/* Calls with what the command part asks beside the graph: programs and variables,
 * as tools_answer takes them. */
void recipe_ask(const struct graph *g, const struct action *a,
                void (*call)(void *ctx, const char *question), void *ctx);
/* The depfile that a command part names; empty if there is none. */
struct slice recipe_depfile(struct slice text);
/* Adds what differs between two command parts. */
void
recipe_diff(struct slice before, struct slice after, struct reasons *reasons);

#endif
