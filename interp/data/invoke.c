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

Value
invoke(Value fn, const Value *args, uint32_t argc)
{
    assert(invoke_call != NULL);
    if (alloc_stack_is_deep()) {
        error_throw(ERROR_LIMIT, "Calls through builtins nest too deeply");
    }
    return invoke_call(fn, args, argc);
}

void
invoke_set(Value (*call)(Value fn, const Value *args, uint32_t argc))
{
    invoke_call = call;
}
