/* SPDX-License-Identifier: MIT */
/*
 * The values of dynouts by their keys: those that earlier runs stored, until
 * this run has judged them.
 */
#ifndef EXEC_RUN_DYNOUT_H
#define EXEC_RUN_DYNOUT_H

#include "exec/base/table.h"
#include "exec/base/vec.h"
#include "exec/exec.h"

struct state;

struct dynouts {
    struct state *state;
    struct vec entries;
    struct table table; /* by key */
};

void dynouts_init(struct dynouts *dynouts, struct state *state);
void dynouts_finish(struct dynouts *dynouts);
/* A new build begins: nothing is resolved any more. */
void dynouts_begin(struct dynouts *dynouts);
/* As exec_dynout_value. */
enum exec_dynout_state
dynouts_value(struct dynouts *dynouts, const char *key, struct slice *paths);
/* This run's value. If the one before was another, or there was none, then it
 * is fresh until the graph has been made with it. Returns how often it has
 * changed in this run. */
uint32_t
dynouts_resolve(struct dynouts *dynouts, const char *key, struct slice paths);
/* The stored value was judged to be still right. False if there is none, which
 * can only be because it cannot be read. */
bool dynouts_confirm(struct dynouts *dynouts, const char *key) EXEC_MUST_CHECK;
/* True if the graph was not made with this value. */
bool dynouts_is_fresh(struct dynouts *dynouts, const char *key);
/* The graph is now made with all the values. */
void dynouts_loaded(struct dynouts *dynouts);

#endif
