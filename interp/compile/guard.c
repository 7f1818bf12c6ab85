/* SPDX-License-Identifier: MIT */
#include "interp/compile/guard.h"

#include "interp/data/error.h"

#include <assert.h>
#include <sys/resource.h>

enum {
    STACK_DEFAULT = 8 << 20, /* when the limit is "unlimited" */
    STACK_MOST = 64 << 20,   /* more is not needed, and may not be there */
    STACK_LEAST = 256 << 10
};

uintptr_t guard_c_stack_end;

/* The reserve covers what runs without asking: builtins, the collector's
 * start, regular expressions, and the making of the error itself. */
void
guard_start(const void *base)
{
    struct rlimit limit;
    uintptr_t size = STACK_DEFAULT;
    if (getrlimit(RLIMIT_STACK, &limit) == 0 &&
        limit.rlim_cur != RLIM_INFINITY) {
        size = limit.rlim_cur;
    }
    if (size > STACK_MOST) {
        size = STACK_MOST;
    }
    if (size < STACK_LEAST) {
        size = STACK_LEAST;
    }
    uintptr_t reserve = size / 8 + (128 << 10);
    assert((uintptr_t)base > size);
    guard_c_stack_end = (uintptr_t)base - size + reserve;
}

void
guard_throw(void)
{
    error_throw_help(ERROR_LIMIT,
                     "Nested calls through map, sort and the like, and nested "
                     "code, use the C stack; use loop and recur, or raise the "
                     "stack limit (ulimit -s).",
                     "This is nested too deeply");
}
