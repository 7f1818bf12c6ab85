/* SPDX-License-Identifier: MIT */
/* The part of the facade (magma.h, which includes this) that judges programs
 * without running them. */
#ifndef INTERP_MAGMA_CHECK_H
#define INTERP_MAGMA_CHECK_H

#include "interp/data/note.h"
#include "interp/data/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Analyses what is evaluated from now on, and forgets earlier notes. Names
 * that nobody knows become notes, and their forms do not run. */
void magma_check_begin(void);
/* The program is evaluated anew: notes stay, nothing is used yet. */
void magma_check_round(void);
/* Notes what the evaluation of a form threw. */
void magma_check_thrown(Value form, Value thrown);
/* Judges what only the end allows: numbers of arguments, unused names. False if
 * there are errors among the notes. */
bool magma_check_finish(void);
/* Ends the analysis; how many notes there are, sorted by place. */
uint32_t magma_check_end(void);
const struct note *magma_check_note(uint32_t index);
/* The keys that a function of the host takes ("a step": a map that is one);
 * static storage. */
void
magma_check_keys(const char *function, const char *const *keys, size_t count);
/* Those keys; none for another function. */
const char *const *magma_keys(const char *function, size_t *count);

#endif
