/* SPDX-License-Identifier: MIT */
/*
 * Forms to nodes: macros are expanded, names are resolved, captures found,
 * and every static error is thrown with its place. Works on the current
 * namespace, in which `def` interns its var at once.
 */
#ifndef INTERP_COMPILE_ANALYZE_H
#define INTERP_COMPILE_ANALYZE_H

#include "interp/compile/node.h"

/* A top-level form as a unit without parameters. `place` is where it stands,
 * for what has no place of its own. */
struct unit *analyze_form(Value form, const struct error_place *place);

/* Expands the form once if it is a call of a macro, outside of any binding;
 * else gives the same form. `place` (or NULL) is for what has none itself. */
Value analyze_expand_once(Value form, const struct error_place *place);
/* The same until it is no call of a macro. */
Value analyze_expand(Value form, const struct error_place *place);

/* True for the names of special forms. */
bool analyze_is_special(Value symbol);

/* What an unresolved symbol waits for (magma_set_open): nil, or what is
 * suspended on instead of an error. */
void analyze_set_open(Value on);
/* Prepares interned names; called once, before all else here. */
void analyze_start(void);

#endif
