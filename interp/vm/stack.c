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
#include <sys/resource.h>

/* Address space, not memory: pages are there once they are touched. */
enum { FRAMES_MAX = 4 << 20, REGISTERS_MAX = 128 << 20 };

struct vm vm;

/* Bytes that one stack may take: an eighth of the address space, if that is
 * limited (ulimit -v). */
static size_t
most_bytes(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return SIZE_MAX;
    }
    return (size_t)limit.rlim_cur / 8;
}

/* Room for *count items, or for the half, a quarter... where the process may
 * have little address space: depth is bounded then, not the start of it. */
static void *
reserve(size_t item_size, size_t *count)
{
    enum { LEAST = 1 << 12 };
    size_t most = most_bytes();
    for (; *count >= LEAST; *count /= 2) {
        size_t size = item_size * *count;
        void *memory =
            size > most
                ? MAP_FAILED
                : mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory != MAP_FAILED) {
            return memory;
        }
    }
    fputs("ronin: out of memory: the system refused a stack\n", stderr);
    _Exit(ALLOC_EXIT_REFUSED);
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
    size_t register_count = REGISTERS_MAX;
    vm.registers = reserve(sizeof(Value), &register_count);
    vm.register_end = vm.registers + register_count;
    size_t frame_count = FRAMES_MAX;
    vm.frames = reserve(sizeof(struct vm_frame), &frame_count);
    vm.frame_max = vm.frames + frame_count;
    vm.frame_end = vm.frame_max;
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
