/* SPDX-License-Identifier: MIT */
/*
 * Which vars the top-level form under evaluation made or defined, so that a
 * suspended form can be undone.
 */
#ifndef INTERP_COMPILE_DEFINITION_H
#define INTERP_COMPILE_DEFINITION_H

#include "interp/data/value.h"

/* Begins to note; forgets what was noted. */
void definition_begin(void);
/* Ends noting; all stays as it is. */
void definition_keep(void);
/* Ends noting; noted vars become pending on `on`, the current namespace is
 * that of the beginning. */
void definition_undo(Value on);

/* How much is noted; and what was noted since stays defined: a namespace that
 * the form loaded to its end is not undone with the form. */
uint32_t definition_mark(void);
void definition_settle(uint32_t mark);

/* Between the two nothing is noted: what is defined is not of the form. */
struct definition_notes {
    bool is_noting;
};
struct definition_notes definition_pause(void);
void definition_resume(struct definition_notes notes);

/* Notes a var. */
void definition_note(Value var);

/* Gives a var its value, flags and metadata (a map, or nil to keep it). */
void definition_set(Value var, Value value, Value meta);

#endif
