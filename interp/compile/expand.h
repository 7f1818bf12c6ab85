/* SPDX-License-Identifier: MIT */
/*
 * The macros that are written in C: let loop fn defn defn- defmacro letfn
 * case try ns. They are vars of clojure.core with builtins as values, which
 * get (&form &env args...), as any macro does.
 *
 * Special forms that macros may expand into, besides those of Clojure
 * (def do if let* loop* recur fn* letfn* quote var):
 *
 *   (case* expr {constant number...} default branch...)
 *       takes the branch with the number of the constant that is = to expr,
 *       counted from 1, else the default; constant time
 *   (fn* {:name "ns/name" :parameters ([..]..)} name? ([params] body..)..)
 *       the map, if there is one, is for messages; params are simple symbols
 */
#ifndef INTERP_COMPILE_EXPAND_H
#define INTERP_COMPILE_EXPAND_H

#include "interp/data/value.h"

/* Defines these macros; called once. */
void expand_define(void);

/* Bindings of a let vector with destructuring as a flat array of simple
 * symbols and expressions; *count of items. */
Value *
expand_destructure(const Value *bindings, uint32_t count, uint32_t *out_count);

/* A symbol that no program can write: "name__12". */
Value expand_gensym(const char *name);

#endif
