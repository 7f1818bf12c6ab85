/* SPDX-License-Identifier: MIT */
/* Names of Clojure that Magma leaves out on purpose. */
#ifndef INTERP_CORE_REFUSE_H
#define INTERP_CORE_REFUSE_H

#include "interp/data/value.h"

/* The var of a function or macro that says no, made when it is first asked
 * for; ABSENT if the symbol (without namespace) is no such name. */
Value core_refused(Value symbol);

/* What to use instead of a name that is refused where it is mentioned, or
 * NULL. */
const char *core_refused_mention(const char *name);

#endif
