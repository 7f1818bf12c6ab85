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
#include "exec/graph/graph.h"

/* Where programs are found through PATH; each name is searched once. */
struct tools;
struct tools *tools_create(const char *root);
void tools_destroy(struct tools *tools);
/* The path of a program, "" if it is nowhere. A name with a slash is its own
 * path. Owned by the tools. */
const char *tools_find(struct tools *tools, const char *name);

/* Appends the text of an action's command part: the same bytes for the same
 * meaning. */
void recipe_write(const struct graph *g, const struct action *a,
                  struct tools *tools, struct buffer *out);
/* Adds what differs between two command parts. */
void
recipe_diff(struct slice before, struct slice after, struct reasons *reasons);

#endif
