/* SPDX-License-Identifier: MIT */
#ifndef INTERP_CORE_COMPLETE_H
#define INTERP_CORE_COMPLETE_H

#include "interp/data/value.h"

/* The names that begin with a prefix (of a plain or qualified name) and mean
 * something in a namespace: a sorted vector of strings. */
Value core_completions(Value ns, const char *prefix);

#endif
