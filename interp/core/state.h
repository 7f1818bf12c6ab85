/* SPDX-License-Identifier: MIT */
/* The life of atoms and volatiles. */
#ifndef INTERP_CORE_STATE_H
#define INTERP_CORE_STATE_H

/* A new top-level form begins: all atoms and volatiles made so far are frozen.
 * Called by what evaluates forms. */
void state_next_form(void);

#endif
