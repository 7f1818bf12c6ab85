/* SPDX-License-Identifier: MIT */
/*
 * How frames are made; private to the machine, for speed. The arguments lie
 * where the callee's first registers are, with room for the function before
 * them; whoever pushes sees to that.
 */
#ifndef INTERP_VM_PUSH_H
#define INTERP_VM_PUSH_H

#include "interp/vm/call.h"
#include "interp/vm/limits.h"

/* Finds the arity for argc arguments and packs the rest, if any. */
const struct code_arity *call_select(Value fn, Value *args, uint32_t argc);

/* A frame for code that starts at word `entry`; args[-1] is the function, and
 * `taken` registers hold arguments. The others are cleared: what older calls
 * left there would be kept alive as long as this one runs. */
static inline const uint64_t *
push_frame(const struct code_object *code, Value *args, uint32_t taken,
           uint32_t registers, uint32_t entry)
{
    if (args + registers >= vm.register_end || vm.frame + 1 >= vm.frame_end) {
        limits_throw_depth();
    }
    if (--vm.slice <= 0) {
        limits_tick();
    }
    struct vm_frame *frame = ++vm.frame;
    frame->base = args;
    frame->top = args + registers;
    frame->constants = code->constants;
    frame->is_entry = false;
    frame->pc = code->words + entry;
    vm.top = frame->top;
    for (Value *unused = args + taken; unused < vm.top; unused++) {
        *unused = VALUE_NIL;
    }
    return frame->pc;
}

/* A frame for a call of a KIND_FUNCTION value: where its code starts. */
static inline const uint64_t *
push_call(Value fn, Value *args, uint32_t argc)
{
    const struct code_object *code = code_of_function(fn);
    args[-1] = fn;
    if (code->single_argc == (int64_t)argc) {
        return push_frame(code, args, argc, code->single_registers, 0);
    }
    const struct code_arity *arity = call_select(fn, args, argc);
    return push_frame(code, args, arity->required + arity->variadic,
                      arity->registers, arity->entry);
}

#endif
