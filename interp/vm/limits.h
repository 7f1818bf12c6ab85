/* SPDX-License-Identifier: MIT */
/*
 * Budgets: evaluation always ends. Steps are calls, backward jumps, and work
 * that builtins report; memory is what is live; depth is frames and C stack.
 */
#ifndef INTERP_VM_LIMITS_H
#define INTERP_VM_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vm_frame;

/* Sets the default budgets and hooks into the allocator. */
void limits_start(void);

/* Sets the budgets (0: default) and starts counting anew. */
void limits_set(uint64_t steps, uint32_t depth, uint64_t memory_bytes);

/* Ends a slice of steps: throws when the budget is spent or an interrupt was
 * asked for. */
void limits_tick(void);

/* A builtin that walks far without calling anything counts its work. */
void limits_work(uint64_t steps);

/* Throws: too many frames or registers. */
_Noreturn void limits_throw_depth(void);

/* Between the two nothing is counted and no budget ends anything: what the
 * machine does for itself costs a program nothing. */
struct limits_pause {
    uint64_t used;
    int64_t slice;
    uint32_t slice_whole;
    bool was_paused;
    struct vm_frame *frame_end;
};
struct limits_pause limits_pause(void);
void limits_resume(struct limits_pause pause);

/* From any thread or signal handler: the next tick throws. */
void limits_interrupt(void);

/* What one slice of steps is. */
enum { LIMITS_SLICE = 16384 };

#endif
