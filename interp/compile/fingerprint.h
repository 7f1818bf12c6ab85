/* SPDX-License-Identifier: MIT */
/*
 * The content hash of a value: of functions their code, constants, captured
 * values and, transitively, the vars that they use; of other values their
 * content. Names of locals, positions, docstrings and metadata do not count.
 * Objects are numbered as they are found, so recursion ends.
 */
#ifndef INTERP_COMPILE_FINGERPRINT_H
#define INTERP_COMPILE_FINGERPRINT_H

#include "interp/data/hash.h"
#include "interp/data/value.h"

/* May throw when it meets what has no fingerprint (a mutable cell that is not
 * frozen counts by its present content). Realises nothing. */
struct hash_wide fingerprint_of(Value v);

/* Forgets cached results: vars have changed. */
void fingerprint_forget(void);

#endif
