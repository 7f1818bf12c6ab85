/* SPDX-License-Identifier: MIT */
/*
 * The one slot through which the data layer calls programs: comparators, lazy
 * thunks, dispatch functions. The VM fills it when it starts, so that
 * interp/data needs nothing of interp/vm; calling before that is a bug.
 * Whatever is called may throw.
 */
#include "interp/data/invoke.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"

#include <assert.h>
#include <stddef.h>

static Value (*invoke_call)(Value fn, const Value *args, uint32_t argc);

void
invoke_check_stack(void)
{
    if (alloc_stack_is_deep()) {
        error_throw_help(
            ERROR_LIMIT,
            "Calls through map, sort and the like, and nested code, use the C "
            "stack: use loop and recur, or raise the limit (ulimit -s).",
            "This is nested too deeply");
    }
}

Value
invoke(Value fn, const Value *args, uint32_t argc)
{
    assert(invoke_call != NULL);
    invoke_check_stack();
    return invoke_call(fn, args, argc);
}

void
invoke_set(Value (*call)(Value fn, const Value *args, uint32_t argc))
{
    invoke_call = call;
}
