/* SPDX-License-Identifier: MIT */
/*
 * Scopes of the analyzer: which names are bound, by which function, and what
 * `recur` means here. A scope is copied to change it for what is inside.
 */
#ifndef INTERP_COMPILE_SCOPE_H
#define INTERP_COMPILE_SCOPE_H

#include "interp/compile/node.h"

struct scope {
    struct unit *unit;
    struct local *locals;   /* innermost first, outer functions included */
    struct target *target;  /* of recur; NULL: none */
    bool is_tail;           /* recur may stand here */
    bool is_inner;          /* directly in the body of a `try` */
    uint32_t literal_depth; /* nesting of collection literals */
    Value definition;       /* name that a `def` gives to a function, or nil */
    struct error_place place; /* of the form, for messages and code */
};

/* Binds a name in *scope. */
struct local *scope_bind(struct scope *scope, Value name);

/* The local that an unqualified symbol means, or NULL. */
struct local *scope_find(const struct scope *scope, Value symbol);

/* The value of a local as a node, captured if it is of an outer function. */
struct node *scope_reference(const struct scope *scope, struct local *local);

/* All names as a map from symbol to symbol, for &env; nil when empty. */
Value scope_env(const struct scope *scope);

/* A scope for what is inside of `form`: with its place, if it has one in the
 * same file. */
struct scope scope_at(const struct scope *scope, Value form);
/* The same for what a macro made: where it or its head was written, if that is
 * a part of the call, as in a step of `->`. */
struct scope scope_at_expansion(const struct scope *scope, Value form);
/* Gives what a macro made of a call the place of its head, if that was written
 * in the call, and else that of the call. */
void scope_place_expansion(Value form, Value call);
/* The scope for item `index` of a list. */
struct scope
scope_at_item(const struct scope *scope, Value list, uint32_t index);
/* The same place, not in tail position. */
struct scope scope_value(const struct scope *scope);

/* A node at the place of the scope. */
struct node *scope_node(const struct scope *scope, enum node_type type);
/* With room for `count` kids. */
struct node *
scope_node_kids(const struct scope *scope, enum node_type type, uint32_t count);
struct node *scope_const(const struct scope *scope, Value value);

/* Throws a syntax error at the scope's place. */
_Noreturn void
scope_error(const struct scope *scope, const char *help, const char *format,
            ...) __attribute__((format(printf, 3, 4)));

#endif
