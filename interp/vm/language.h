/* SPDX-License-Identifier: MIT */
/*
 * The builtins below the special forms and macros of the language itself:
 * try, throw, ns, require, macroexpand.
 */
#ifndef INTERP_VM_LANGUAGE_H
#define INTERP_VM_LANGUAGE_H

#include "interp/data/object.h"

/* The rows of clojure.core. */
extern const struct builtin language_rows[];
extern const size_t language_row_count;

/* The core is complete: clojure.core itself can no longer be entered. */
void language_seal(void);

#endif
