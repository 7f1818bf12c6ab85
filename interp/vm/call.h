/* SPDX-License-Identifier: MIT */
/*
 * Calling anything callable, and the frames that calls make.
 */
#ifndef INTERP_VM_CALL_H
#define INTERP_VM_CALL_H

#include "interp/data/alloc.h"
#include "interp/vm/vm.h"

/* Calls fn with arguments that may lie anywhere; they are copied. */
Value call_value(Value fn, const Value *args, uint32_t argc);

/* Calls fn with arguments that lie on the register stack below vm.top and may
 * be overwritten: what the machine does for all but functions. */
Value call_in_place(Value fn, Value *args, uint32_t argc);

/* (apply fn args... tail): tail is any seqable, and taken out of its slot. A
 * variadic function gets what is left of it unrealised as its rest. */
Value call_apply(Value fn, const Value *args, uint32_t argc, Value *tail);

/* The value captured by the builtin that runs (core_builtin), or nil. */
Value call_captured(void);

/* What calls a multimethod, a record or another kind that core defines; set
 * once a kind. */
typedef Value (*call_hook)(Value fn, Value *args, uint32_t argc);
void call_set_hook(enum kind kind, call_hook hook);

/* (get coll key missing); set once by the core. */
typedef Value (*call_getter)(Value coll, Value key, Value missing);
void call_set_get(call_getter get);
Value call_get(Value coll, Value key, Value missing);

static inline bool
call_may_be_long(Value coll)
{
    if (!value_is_object(coll)) {
        return false;
    }
    uint8_t kind = value_object(coll)->kind;
    return kind == KIND_LAZY || kind == KIND_CHUNK || kind == KIND_DELAY ||
           (kind == KIND_LIST &&
            ((const struct list_object *)value_object(coll))->count < 0);
}

/* A builtin that gets a sequence of unknown length, first or last, may walk it
 * to its end, and a delay may do so: what its frame will lie on must not hold the first cell. */
static inline void
call_forget_before_walk(const Value *args, uint32_t argc)
{
    if (argc > 0 &&
        (call_may_be_long(args[argc - 1]) || call_may_be_long(args[0]))) {
        alloc_forget_frame();
    }
}

/* Throws the arity error of fn. */
_Noreturn void call_throw_arity(Value fn, uint32_t argc);

/* "user/area", "clojure.core/map", "fn" for messages: a string. */
Value call_name_of(Value fn);

/* The place of the call that the innermost Magma frame is at. */
struct error_place call_place(void);

#endif
