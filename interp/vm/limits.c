/* SPDX-License-Identifier: MIT */
/*
 * Counting is cheap: steps are counted down in slices, and only the end of a
 * slice looks at budgets and interrupts.
 */
#include "interp/vm/limits.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/vm/vm.h"

#include <assert.h>
#include <signal.h>

enum {
    DEPTH_DEFAULT = 1000000,
    HOOK_BYTES = 1 << 20, /* how often the memory budget is looked at */
    BYTES_A_STEP = 256    /* allocation counts as work, too */
};

static const uint64_t steps_default = 100000000;
static const uint64_t memory_default = (uint64_t)2 << 30;

static struct {
    uint64_t steps; /* budgets */
    uint64_t memory_bytes;
    uint64_t used;  /* steps of finished slices */
    uint32_t slice; /* what vm.slice began with */
    bool is_paused;
    volatile sig_atomic_t interrupted;
} limits;

/* The last slice ends just behind the budget, so that budgets are exact. */
static void
begin_slice(void)
{
    uint64_t left = limits.used < limits.steps ? limits.steps - limits.used : 0;
    limits.slice =
        left < LIMITS_SLICE ? (uint32_t)left + 1 : (uint32_t)LIMITS_SLICE;
    vm.slice = limits.slice;
}

/* Only an evaluation has budgets, not what the host does outside of one. After
 * a throw the evaluation is over: what reports it begins anew. */
static void
check(void)
{
    if (limits.is_paused || !error_is_awaited()) {
        return;
    }
    if (limits.interrupted != 0) {
        limits.interrupted = 0;
        error_throw(ERROR_LIMIT, "The evaluation was interrupted");
    }
    if (limits.used > limits.steps) {
        limits.used = 0;
        begin_slice();
        error_throw_help(ERROR_LIMIT,
                         "Raise the budget with --fuel, if this is meant to "
                         "take so long.",
                         "The evaluation took more than %llu steps: is there "
                         "a loop or sequence without end?",
                         (unsigned long long)limits.steps);
    }
}

void
limits_tick(void)
{
    assert(vm.slice <= (int64_t)limits.slice);
    limits.used += (uint64_t)(limits.slice - vm.slice);
    begin_slice();
    check();
}

void
limits_work(uint64_t steps)
{
    if (steps < (uint64_t)LIMITS_SLICE) {
        vm.slice -= (int64_t)steps;
        if (vm.slice > 0) {
            return;
        }
        steps = 0;
    }
    limits.used += steps;
    limits_tick();
}

/* Throws if the heap would pass its budget with so many more bytes. A
 * collection tells what is live; without one the heap may hold garbage. */
static void
reserve(uint64_t bytes)
{
    uint64_t most =
        bytes < limits.memory_bytes ? limits.memory_bytes - bytes : 0;
    if (!limits.is_paused && alloc_heap_bytes() > most && error_is_awaited()) {
        alloc_collect();
        if (alloc_heap_bytes() > most) {
            error_throw_help(ERROR_LIMIT,
                             "Raise the budget with --memory, or keep less at "
                             "a time.",
                             "The evaluation holds more than %llu MiB of "
                             "memory",
                             (unsigned long long)(limits.memory_bytes >> 20));
        }
    }
}

/* Whether or not anything is counted: there is no way to go on. */
static void
refused(void)
{
    if (error_is_awaited()) {
        error_throw_help(ERROR_LIMIT,
                         "Keep less at a time, or give the process more "
                         "(ulimit -v, the limits of its container).",
                         "The system refused more memory");
    }
}

static void
memory_hook(void)
{
    reserve(0);
    limits_work(HOOK_BYTES / BYTES_A_STEP);
}

void
limits_set(uint64_t steps, uint32_t depth, uint64_t memory_bytes)
{
    limits.steps = steps == 0 ? steps_default : steps;
    limits.memory_bytes = memory_bytes == 0 ? memory_default : memory_bytes;
    limits.used = 0;
    limits.interrupted = 0;
    begin_slice();
    // Allocation is counted from here, too: what an evaluation takes does not
    // depend on what was evaluated before.
    alloc_set_budget_hook(memory_hook, HOOK_BYTES);
    size_t most = (size_t)(vm.frame_max - vm.frames);
    size_t wanted = depth == 0 ? (size_t)DEPTH_DEFAULT : depth;
    vm.frame_end = vm.frames + (wanted < most ? wanted : most);
}

struct limits_pause
limits_pause(void)
{
    struct limits_pause pause = {.used = limits.used,
                                 .slice = vm.slice,
                                 .slice_whole = limits.slice,
                                 .was_paused = limits.is_paused,
                                 .frame_end = vm.frame_end};
    limits.is_paused = true;
    vm.frame_end = vm.frame_max;
    return pause;
}

void
limits_resume(struct limits_pause pause)
{
    limits.used = pause.used;
    limits.slice = pause.slice_whole;
    limits.is_paused = pause.was_paused;
    vm.slice = pause.slice;
    vm.frame_end = pause.frame_end;
}

void
limits_start(void)
{
    limits_set(0, 0, 0);
    alloc_set_reserve_hook(reserve);
    alloc_set_refused_hook(refused);
}

void
limits_throw_depth(void)
{
    error_throw_help(ERROR_LIMIT,
                     "Use loop and recur, reduce or a lazy sequence, or raise "
                     "the budget with --depth.",
                     "Calls are nested deeper than %td frames",
                     vm.frame_end - vm.frames);
}

void
limits_interrupt(void)
{
    limits.interrupted = 1;
}
