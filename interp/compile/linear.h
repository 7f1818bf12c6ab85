/* SPDX-License-Identifier: MIT */
/*
 * Functions that use their first parameter linearly: it goes into nothing but
 * their result, so that a caller who alone holds a collection, and wants it
 * back changed, may let them change it in place.
 */
#ifndef INTERP_COMPILE_LINEAR_H
#define INTERP_COMPILE_LINEAR_H

#include "interp/compile/node.h"

/* True if the arity reads its first parameter by `get` and the like at most,
 * and gives it back as it is, or changed by `assoc` and the like, or drops it.
 * The names of the core that count are in inline.c. */
bool linear_in_first(const struct arity *arity);

#endif
