/* SPDX-License-Identifier: MIT */
/*
 * The actions of ninja files in the graph. Both who reads such a file and what
 * a converted file calls fill the graph through this, so that one edge is one
 * action whichever way it comes. See spec/build/ninja.md.
 */
#ifndef RUNTIME_NINJA_FILL_H
#define RUNTIME_NINJA_FILL_H

#include "runtime/ninja/root.h"
#include "runtime/ninja/scope.h"
#include "runtime/ninja/shell.h"

/* A path of an edge, canonical as text; a set of enum edge_kind. */
struct ninja_input {
    struct slice path;
    uint8_t kinds;
    bool is_explicit;
};

/* An edge with all that it comes to. */
struct ninja_action {
    struct vec outputs; /* struct slice: canonical paths, at least one */
    struct vec inputs;  /* struct ninja_input, in the order of the graph */
    struct slice values[NINJA_KEY_COUNT]; /* what is empty is not set */
    struct slice rule;                    /* its name */
    struct place place;
    bool is_phony;
};

/* Starts and ends as an empty edge, whose vectors are used again. */
struct ninja_action ninja_action_create(void);
void ninja_action_clear(struct ninja_action *action);
void ninja_action_finish(struct ninja_action *action);

struct ninja_fill {
    struct graph *graph;
    struct ninja_root root;
    struct shell_row row;      /* of the command line at hand */
    struct vec args;           /* struct str_id: of its words */
    struct vec texts;          /* struct slice: what the edge names */
    struct vec names;          /* struct str_id: the same */
    struct file_id last_input; /* of the edge before that had any */
    const char *last_rule;     /* the name of the last edge's rule, */
    struct str_id rule;        /* and its text */
    struct buffer path;
};

void ninja_fill_begin(struct ninja_fill *fill, struct graph *graph);
void ninja_fill_finish(struct ninja_fill *fill);

/* The file of a path, as seen from the root. */
struct file_id ninja_fill_file(struct ninja_fill *fill, struct slice path);

/* Adds an action. False where the edge makes no sense: the graph is in order
 * then, and not to be used. */
bool
ninja_fill_action(struct ninja_fill *fill, const struct ninja_action *action,
                  struct error *err) EXEC_MUST_CHECK;

#endif
