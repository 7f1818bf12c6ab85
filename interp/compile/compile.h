/* SPDX-License-Identifier: MIT */
/*
 * Nodes to code. Locals live in registers in the order of their binding,
 * temporaries above them; a call's arguments are put where the callee's first
 * registers will be.
 */
#ifndef INTERP_COMPILE_COMPILE_H
#define INTERP_COMPILE_COMPILE_H

#include "interp/compile/node.h"

enum {
    COMPILE_REGISTERS_MAX = 60000 /* of one function; more is a limit error */
};

/* A function value of a top-level unit: no parameters, nothing captured. */
Value compile_unit(struct unit *unit);

/* Expands, analyzes and compiles a form: a function of no arguments. */
Value compile_form(Value form, const struct error_place *place);

/* Marks the vars of the core whose calls have instructions of their own.
 * Called once, when the builtins are defined. */
void compile_mark_core(void);

/* What compile_mark_core writes to the `extra` of a var's head. */
enum inline_op {
    INLINE_NONE,
    INLINE_ADD,
    INLINE_SUB,
    INLINE_MUL,
    INLINE_INC,
    INLINE_DEC,
    INLINE_LESS,
    INLINE_LESS_EQUAL,
    INLINE_GREATER,
    INLINE_GREATER_EQUAL,
    INLINE_EQUAL,
    INLINE_SAME,
    INLINE_ZERO,
    INLINE_POSITIVE,
    INLINE_NEGATIVE,
    INLINE_NOT,
    INLINE_IS_NIL,
    INLINE_READ, /* no instruction: looks into its first argument (linear.h) */
    INLINE_CHANGE, /* nor is this: gives its first argument with a change */
    INLINE_REDUCED /* nor this: `reduced` */
};

#endif
