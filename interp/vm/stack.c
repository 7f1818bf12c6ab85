/* SPDX-License-Identifier: MIT */
/*
 * The memory of the machine, and how an error leaves it.
 *
 * Registers and frames are mapped once, far more than is ever touched, so that
 * they never move: builtins keep pointers to their arguments while programs
 * run above them. An error that is caught sets both tops back to where they
 * were when error_try began; what lies above is garbage then.
 */
#include "interp/data/alloc.h"
#include "interp/data/invoke.h"
#include "interp/vm/call.h"
#include "interp/vm/trace.h"
#include "interp/vm/vm.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

/* Address space, not memory: pages are there once they are touched. */
enum { FRAMES_MAX = 4 << 20, REGISTERS_MAX = 128 << 20 };

struct vm vm;

static void *
reserve(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        perror("ronin: cannot reserve memory for the interpreter");
        abort();
    }
    return memory;
}

/* Which frame runs, and how far the registers are in use. */
static uint64_t
mark(void)
{
    uint64_t frame = (uint64_t)(vm.frame - vm.frames);
    uint64_t top = (uint64_t)(vm.top - vm.registers);
    assert(top <= UINT32_MAX && frame <= UINT32_MAX);
    return frame << 32 | top;
}

static void
unwind(uint64_t mark)
{
    vm.frame = vm.frames + (mark >> 32);
    vm.top = vm.registers + (mark & 0xffffffffu);
    assert(vm.frame < vm.frame_max && vm.top <= vm.register_end);
}

void
vm_start(void)
{
    assert(vm.frames == NULL);
    vm.frames = reserve(sizeof(struct vm_frame) * FRAMES_MAX);
    vm.frame_max = vm.frames + FRAMES_MAX;
    vm.frame_end = vm.frame_max;
    vm.registers = reserve(sizeof(Value) * REGISTERS_MAX);
    vm.register_end = vm.registers + REGISTERS_MAX;
    vm.registers[0] = VALUE_NIL;
    vm.top = vm.registers + 1;
    vm.frame = vm.frames;
    *vm.frame = (struct vm_frame){.base = vm.top, .top = vm.top};
    alloc_root_range(&vm, vm.registers, &vm.top);
    static const struct error_hooks hooks = {.fill_trace = trace_fill,
                                             .mark = mark,
                                             .unwind = unwind};
    error_set_hooks(&hooks);
    invoke_set(call_value);
}
