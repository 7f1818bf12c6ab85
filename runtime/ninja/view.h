/* SPDX-License-Identifier: MIT */
/*
 * A ninja file as its own tools see it: edges as they are written, phony ones
 * as well, and who makes and who reads each path. Nothing but the file is
 * opened for it.
 */
#ifndef RUNTIME_NINJA_VIEW_H
#define RUNTIME_NINJA_VIEW_H

#include "runtime/ninja/statements.h"

#define VIEW_NONE UINT32_MAX

struct view_node {
    struct slice path;
    uint32_t maker;      /* place of the edge that makes it, or VIEW_NONE */
    uint32_t user_start; /* in `users` */
    uint32_t user_count;
    bool validates; /* an edge names it as a validation */
    bool is_used;   /* an edge reads it, in whatever way */
};

struct view {
    struct statements statements;
    struct vec nodes; /* struct view_node, in the order they are met */
    struct table by_path;
    struct vec users; /* uint32_t: edges that read a node, by node */
};

/* Reads the file; false with an error as ninja words it. */
bool view_open(struct view *view, const char *file,
               struct error *err) EXEC_MUST_CHECK;
/* Also after a failure. */
void view_close(struct view *view);

/* What dyndep files say becomes part of the edges, as if it stood in the build
 * file, as far as those files are there and can be read. Nodes that were found
 * before are not valid any more. */
void view_grow(struct view *view);

uint32_t view_edge_count(const struct view *view);
const struct ninja_edge *view_edge(const struct view *view, uint32_t place);
/* The node of a path as it stands in the file, or NULL. */
const struct view_node *view_find(const struct view *view, struct slice path);
/* All outputs, or all that it reads but validations. */
const struct ninja_path *
view_outputs(const struct ninja_edge *edge, uint32_t *count);
const struct ninja_path *
view_inputs(const struct ninja_edge *edge, uint32_t *count);

/* What a word on the command line means: a path, or `path^`, the first output
 * of an edge that reads it. False with an error and the nearest name. */
bool
view_target(const struct view *view, const char *word,
            const struct view_node **node, struct error *err) EXEC_MUST_CHECK;
/* The targets of words; without any, the defaults, or what nobody reads. Nodes
 * go to a vec of const struct view_node *. */
bool view_targets(const struct view *view, char **words, int count,
                  struct vec *nodes, struct error *err) EXEC_MUST_CHECK;

#endif
