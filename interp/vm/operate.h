/* SPDX-License-Identifier: MIT */
/* Instructions that take more than a few lines; private to the machine. */
#ifndef INTERP_VM_OPERATE_H
#define INTERP_VM_OPERATE_H

#include "interp/compile/opcode.h"
#include "interp/vm/vm.h"

/* Throws or suspends: the var has no value. */
_Noreturn void operate_unbound(Value var);

/* DEF: defines, and gives the var. */
Value operate_def(Value var, const Value *value_and_meta, uint32_t parts);

/* DRAW: lets the function keep only the recipe of what it captured. */
void operate_draw(Value fn, uint32_t index);

/* CLOSURE: `sources` are the words behind the instruction. */
Value
operate_closure(Value code, const uint64_t *sources, const Value *registers);

/* FIX */
void operate_fix(Value function, uint32_t index, Value value);

/* VECTOR, MAP, SET, and EXTEND of such a value. */
Value operate_literal(enum opcode op, const Value *items, uint32_t count);
Value operate_extend(Value collection, const Value *items, uint32_t count);

/* (keyword value) for any value. */
Value operate_get(Value keyword, Value from);

/* CASE: the number of the branch. */
uint32_t operate_case(Value numbers, Value tested);

#endif
