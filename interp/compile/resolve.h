/* SPDX-License-Identifier: MIT */
/*
 * From symbols to vars in the current namespace, and what to say when there
 * is none.
 */
#ifndef INTERP_COMPILE_RESOLVE_H
#define INTERP_COMPILE_RESOLVE_H

#include "interp/compile/scope.h"

/* The var that a symbol means, or ABSENT; loads a namespace of the standard
 * library that is known without `require`. */
Value resolve_find(Value symbol);

/* The same, but throws what explains the absence, or suspends while names are
 * open. */
Value resolve_var(const struct scope *scope, Value symbol);

/* The same for #'a/b, which may name a private var of another namespace. */
Value resolve_quoted_var(const struct scope *scope, Value symbol);

/* The namespace of the library behind a prefix that needs no require ("str"), loaded; ABSENT for
 * another. */
Value resolve_library(Value prefix);

/* What an absent symbol waits for; nil: nothing, it is an error. */
void resolve_set_open(Value on);
Value resolve_open(void);

/* Set once: loads the namespace of a symbol if there is one. */
void resolve_set_loader(bool (*load)(Value ns));

/* What is refused by name: the var of a function or macro that does so (or
 * ABSENT), and what to use instead of a name that is refused where it is
 * mentioned (or NULL). Set once. */
struct resolve_refusals {
    Value (*find)(Value symbol);
    const char *(*mention)(const char *name);
};
void resolve_set_refusals(const struct resolve_refusals *refusals);

/* Gives the reader the names of the current namespace. */
void resolve_start(void);

#endif
