/* SPDX-License-Identifier: MIT */
/*
 * The C stack as a budget: whatever recurses on the nesting of code, or calls
 * back into the machine, asks here first.
 */
#ifndef INTERP_COMPILE_GUARD_H
#define INTERP_COMPILE_GUARD_H

#include <stdint.h>

/* The lowest address that the stack may reach; see guard_check. */
extern uintptr_t guard_c_stack_end;

/* Notes the stack's size and where it starts (an address of a local). */
void guard_start(const void *base);

/* Throws a limit error: nested too deeply. */
_Noreturn void guard_throw(void);

/* Throws when the C stack is nearly used up; costs a comparison. */
static inline void
guard_check(void)
{
    char here;
    if ((uintptr_t)&here < guard_c_stack_end) {
        guard_throw();
    }
}

#endif
