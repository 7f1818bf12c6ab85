/* SPDX-License-Identifier: MIT */
/*
 * Names that forms bind: that they are used, and do not hide others. A part of
 * the static analysis of lint.h.
 */
#ifndef INTERP_COMPILE_LINT_NAMES_H
#define INTERP_COMPILE_LINT_NAMES_H

#include "interp/compile/form.h"
#include "interp/compile/scope.h"

/* The name has to be used by the end of the top-level form, unless it begins
 * with _ and says that it is not meant to be. */
void lint_watch(Value symbol);

/* [name value ...] of let and its like, in which `for` has :let [...]. */
void lint_bind_vector(const struct scope *scope, Value bindings);

/* The parameters behind the name, text and map of fn, defn and their like: one
 * vector, or one in each list. */
void lint_bind_arities(const struct scope *scope, struct form_items items);

/* The functions of letfn. */
void lint_bind_functions(const struct scope *scope, Value functions);

#endif
