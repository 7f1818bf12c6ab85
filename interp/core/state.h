/* SPDX-License-Identifier: MIT */
/* The life of atoms, volatiles and matchers. */
#ifndef INTERP_CORE_STATE_H
#define INTERP_CORE_STATE_H

#include "interp/data/object.h"

/* A new top-level form begins: all atoms and volatiles made so far are frozen.
 * Called by what evaluates forms. */
void state_next_form(void);

/* A cell with a flag of cell_flag, which the form that runs may write. */
Value state_cell_make(uint8_t flags, Value value);
/* The cell with that flag, to be written now; throws if it is none or frozen. */
struct cell_object *
state_cell_expect(const char *operation, uint8_t flags, Value v);

#endif
