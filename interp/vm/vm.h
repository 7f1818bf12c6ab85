/* SPDX-License-Identifier: MIT */
/*
 * The machine: registers and frames in two reserved stretches of memory that
 * never move, so addresses of arguments stay valid while frames come and go.
 *
 * A callee's first registers are the caller's argument registers, and the
 * register before them (base[-1]) holds the function that runs: that keeps
 * its code alive. What lies below vm.top is scanned by the collector.
 */
#ifndef INTERP_VM_VM_H
#define INTERP_VM_VM_H

#include "interp/compile/code.h"

struct vm_frame {
    const uint64_t *pc;     /* saved before anything that may throw; NULL: a
                               builtin */
    Value *base;            /* R[0]; base[-1] is the function */
    Value *top;             /* after the last register */
    const Value *constants; /* of the function's code */
    uint32_t dest;          /* register for the result of the running call */
    bool is_entry;          /* returning leaves vm_run */
};

struct vm {
    struct vm_frame *frame; /* the running one; frames[0] is a sentinel */
    Value *top;             /* end of what the collector scans */
    int64_t slice;          /* steps until limits_tick */
    struct vm_frame *frames;
    struct vm_frame *frame_end; /* the depth budget */
    struct vm_frame *frame_max; /* end of the reserved memory */
    Value *registers;
    Value *register_end;
};

extern struct vm vm;

/* Reserves the stacks, and hooks into errors, calls and the collector; called
 * once. */
void vm_start(void);

/* Runs the frame on top, which is an entry, until it returns. */
Value vm_run(void);

#endif
