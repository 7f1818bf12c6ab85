/* SPDX-License-Identifier: MIT */
/* The C stack belongs to the process; how much is left is alloc's to know. */
#include "interp/compile/guard.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"

void
guard_check(void)
{
    if (alloc_stack_is_deep()) {
        error_throw_help(
            ERROR_LIMIT,
            "Calls through map, sort and the like, and nested code, use the C "
            "stack: use loop and recur, or raise the limit (ulimit -s).",
            "This is nested too deeply");
    }
}
