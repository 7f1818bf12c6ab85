/* SPDX-License-Identifier: MIT */
/*
 * How the data layer calls functions of programs (lazy sequences, comparators,
 * sort keys) without knowing the VM above it.
 */
#ifndef INTERP_DATA_INVOKE_H
#define INTERP_DATA_INVOKE_H

#include "interp/data/value.h"

/* Calls fn (anything callable) with a copy of the arguments; may throw, a
 * limit error among others when the C stack is nearly used up. */
Value invoke(Value fn, const Value *args, uint32_t argc);

/* Throws a limit error when the C stack is nearly used up: asked by whatever
 * calls itself as deeply as code or data is nested. */
void invoke_check_stack(void);

static inline Value
invoke0(Value fn)
{
    return invoke(fn, 0, 0);
}

static inline Value
invoke1(Value fn, Value a)
{
    return invoke(fn, &a, 1);
}

static inline Value
invoke2(Value fn, Value a, Value b)
{
    Value args[2] = {a, b};
    return invoke(fn, args, 2);
}

/* Set once by the VM. */
void invoke_set(Value (*call)(Value fn, const Value *args, uint32_t argc));

#endif
