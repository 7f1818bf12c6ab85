/* SPDX-License-Identifier: MIT */
/*
 * The C stack as a budget: whatever recurses on the nesting of code, or calls
 * back into the machine, asks here first.
 */
#ifndef INTERP_COMPILE_GUARD_H
#define INTERP_COMPILE_GUARD_H

/* Throws a limit error when little C stack is left. */
void guard_check(void);

#endif
