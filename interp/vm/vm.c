/* SPDX-License-Identifier: MIT */
/*
 * The dispatch loop, alone in its file. `frame`, `pc`, `R` and `K` mirror the
 * running frame; pc is written back before anything that may throw or call.
 *
 * A call of a function goes on in the same loop with the new frame on top; a
 * builtin that calls back enters vm_run anew, and the frame marked is_entry
 * leaves it. So C recursion follows builtins, not the depth of programs.
 * There are no handlers here: `try` is a builtin, whose longjmp leaves whole
 * runs of this loop. What instructions do beyond a few lines is in operate.c.
 */
#include "interp/vm/vm.h"

#include "interp/compile/opcode.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/number.h"
#include "interp/vm/operate.h"
#include "interp/vm/push.h"

#include <assert.h>

// Labels as values are what makes the dispatch fast.
#pragma GCC diagnostic ignored "-Wpedantic"

#define A opcode_a(word)
#define B opcode_b(word)
#define C opcode_c(word)
#define WIDE opcode_wide(word)
#define SAVE() (frame->pc = pc)
#define NEXT()                        \
    do {                              \
        word = *pc++;                 \
        goto *labels[word & 0xffffu]; \
    } while (0)
/* What the frame needs while a builtin runs ends with the arguments, and the
 * register before them is free: temporaries of older computations lie there
 * and above, and would keep garbage alive. */
#define BEGIN_BUILTIN() (R[A] = VALUE_NIL, vm.top = &R[A + 1 + C])
#define END_BUILTIN() (vm.top = frame->top)
/* Goes on behind the jump's word, or to its target. */
#define BRANCH(holds)                                      \
    do {                                                   \
        pc += (holds) ? 1 : 1 + (int32_t)opcode_wide(*pc); \
        NEXT();                                            \
    } while (0)
#define BOTH_INTS(x, y) (((x).bits & (y).bits & 1u) != 0)
#define LESS_BITS(x, y) ((intptr_t)(x).bits < (intptr_t)(y).bits)
#define IMMEDIATE(operand) value_from_small_int(opcode_signed(operand))

static inline bool
is_equal(Value x, Value y)
{
    return value_is(x, y) || (!BOTH_INTS(x, y) && value_equal(x, y));
}

Value
vm_run(void)
{
    static const void *const labels[OPCODE_COUNT] = {
#define OPCODE_LABEL_(name, shape) &&op_##name,
        OPCODE_LIST(OPCODE_LABEL_)
#undef OPCODE_LABEL_
    };
    struct vm_frame *frame = vm.frame;
    frame->is_entry = true;
    const uint64_t *pc = frame->pc;
    Value *R = frame->base;
    const Value *K = frame->constants;
    uint64_t word;
    intptr_t sum;
    NEXT();

enter:
    frame = vm.frame;
    R = frame->base;
    K = frame->constants;
    NEXT();

op_CONST:
    R[A] = K[WIDE];
    NEXT();

op_MOVE:
    R[A] = R[B];
    NEXT();

    // A local that is not read again: so the frame does not hold its value.
op_TAKE:
    R[A] = R[B];
    R[B] = VALUE_NIL;
    NEXT();

op_CAPTURED:
    R[A] = ((struct function_object *)value_object(R[-1]))->captured[B];
    NEXT();

    // What may hold cells goes to the register; see seq_recipe.
op_DRAW : {
    Value drawn = ((struct function_object *)value_object(R[-1]))->captured[B];
    R[A] = drawn;
    if (call_may_be_long(drawn)) {
        SAVE();
        operate_draw(R[-1], B);
    }
    NEXT();
}

op_SELF:
    R[A] = R[-1];
    NEXT();

    // Read when it runs, not when it was compiled: a var may be defined later.
op_GLOBAL : {
    const struct var_object *var =
        (const struct var_object *)value_object(K[WIDE]);
    if (value_is(var->value, VALUE_UNBOUND)) {
        SAVE();
        operate_unbound(K[WIDE]);
    }
    R[A] = var->value;
    NEXT();
}

op_DEF:
    SAVE();
    R[A] = operate_def(K[*pc], &R[B], C);
    pc++;
    NEXT();

    // The words behind it say where each captured value comes from.
op_CLOSURE : {
    SAVE();
    Value closure = operate_closure(K[WIDE], pc, R);
    pc += code_of(K[WIDE])->captured_count;
    R[A] = closure;
    NEXT();
}

op_FIX:
    operate_fix(R[A], B, R[C]);
    NEXT();

    // A function's frame begins with the arguments; anything else callable is
    // a builtin or looks something up, and gives its result at once.
op_CALL : {
    Value fn = R[A];
    SAVE();
    if (value_is_kind(fn, KIND_FUNCTION)) {
        frame->dest = B;
        pc = push_call(fn, &R[A + 1], C);
        goto enter;
    }
    BEGIN_BUILTIN();
    R[B] = call_in_place(fn, &R[A + 1], C);
    END_BUILTIN();
    NEXT();
}

op_CALL_GLOBAL : {
    const struct var_object *var =
        (const struct var_object *)value_object(K[*pc]);
    pc++;
    SAVE();
    if (value_is_kind(var->value, KIND_FUNCTION)) {
        frame->dest = B;
        pc = push_call(var->value, &R[A + 1], C);
        goto enter;
    }
    if (value_is(var->value, VALUE_UNBOUND)) {
        operate_unbound(K[pc[-1]]);
    }
    BEGIN_BUILTIN();
    R[B] = call_in_place(var->value, &R[A + 1], C);
    END_BUILTIN();
    NEXT();
}

    // Known when it was compiled, with a fitting number of arguments.
op_CALL_BUILTIN : {
    const struct builtin_object *builtin =
        (const struct builtin_object *)value_object(K[*pc]);
    pc++;
    SAVE();
    BEGIN_BUILTIN();
    call_forget_before_walk(&R[A + 1], C);
    R[B] = builtin->spec->function(&R[A + 1], C);
    END_BUILTIN();
    NEXT();
}

    // (:key map): maps are asked at once, all else through the core.
op_KEYWORD_GET : {
    Value keyword = K[*pc++];
    SAVE();
    R[A] = operate_get(keyword, R[B]);
    NEXT();
}

    // The entry's caller is C code; any other's waits with frame->dest.
op_RETURN : {
    Value result = R[A];
    bool is_entry = frame->is_entry;
    frame = --vm.frame;
    if (is_entry) {
        return result;
    }
    R = frame->base;
    R[frame->dest] = result;
    vm.top = frame->top;
    K = frame->constants;
    pc = frame->pc;
    NEXT();
}

op_JUMP:
    pc += (int32_t)WIDE;
    NEXT();

    // The only jump that goes back: so every loop counts steps.
op_LOOP:
    pc += (int32_t)WIDE;
    if (--vm.slice <= 0) {
        SAVE();
        limits_tick();
    }
    NEXT();

op_JUMP_FALSE:
    pc += value_is_true(R[A]) ? 0 : (int32_t)WIDE;
    NEXT();

op_JUMP_TRUE:
    pc += value_is_true(R[A]) ? (int32_t)WIDE : 0;
    NEXT();

op_JUMP_NOT_NIL:
    pc += value_is_nil(R[A]) ? 0 : (int32_t)WIDE;
    NEXT();

    // Two small integers are compared as words; SAVE only before what may throw.
op_IF_LESS : {
    Value x = R[A];
    Value y = R[B];
    if (BOTH_INTS(x, y)) {
        BRANCH(LESS_BITS(x, y));
    }
    SAVE();
    BRANCH(number_less(x, y));
}

op_IF_LESS_EQUAL : {
    Value x = R[A];
    Value y = R[B];
    if (BOTH_INTS(x, y)) {
        BRANCH(!LESS_BITS(y, x));
    }
    SAVE();
    BRANCH(number_less_equal(x, y));
}

op_IF_EQUAL:
    SAVE();
    BRANCH(is_equal(R[A], R[B]));

op_IF_SAME:
    SAVE();
    BRANCH(number_same(R[A], R[B]));

op_IF_LESS_INT:
    if (value_is_int(R[A])) {
        BRANCH(LESS_BITS(R[A], IMMEDIATE(B)));
    }
    SAVE();
    BRANCH(number_less(R[A], IMMEDIATE(B)));

op_IF_LESS_EQUAL_INT:
    if (value_is_int(R[A])) {
        BRANCH(!LESS_BITS(IMMEDIATE(B), R[A]));
    }
    SAVE();
    BRANCH(number_less_equal(R[A], IMMEDIATE(B)));

op_IF_GREATER_INT:
    if (value_is_int(R[A])) {
        BRANCH(LESS_BITS(IMMEDIATE(B), R[A]));
    }
    SAVE();
    BRANCH(number_less(IMMEDIATE(B), R[A]));

op_IF_GREATER_EQUAL_INT:
    if (value_is_int(R[A])) {
        BRANCH(!LESS_BITS(R[A], IMMEDIATE(B)));
    }
    SAVE();
    BRANCH(number_less_equal(IMMEDIATE(B), R[A]));

op_IF_EQUAL_INT:
    SAVE();
    BRANCH(is_equal(R[A], IMMEDIATE(B)));

op_IF_SAME_INT:
    if (value_is_int(R[A])) {
        BRANCH(value_is(R[A], IMMEDIATE(B)));
    }
    SAVE();
    BRANCH(number_same(R[A], IMMEDIATE(B)));

    // A small integer n is the word 2n+1: x + (y - 1) adds two of them, and its
    // overflow is that of 63 bits. Anything else is number.c's to do.
op_ADD : {
    Value x = R[B];
    Value y = R[C];
    if (BOTH_INTS(x, y) &&
        !__builtin_add_overflow((intptr_t)x.bits, (intptr_t)y.bits - 1, &sum)) {
        R[A].bits = (uintptr_t)sum;
        NEXT();
    }
    SAVE();
    R[A] = number_add(x, y);
    NEXT();
}

op_SUB : {
    Value x = R[B];
    Value y = R[C];
    if (BOTH_INTS(x, y) &&
        !__builtin_sub_overflow((intptr_t)x.bits, (intptr_t)y.bits - 1, &sum)) {
        R[A].bits = (uintptr_t)sum;
        NEXT();
    }
    SAVE();
    R[A] = number_sub(x, y);
    NEXT();
}

op_MUL : {
    Value x = R[B];
    Value y = R[C];
    if (BOTH_INTS(x, y) &&
        !__builtin_mul_overflow((intptr_t)x.bits >> 1, (intptr_t)y.bits - 1,
                                &sum)) {
        R[A].bits = (uintptr_t)sum + 1;
        NEXT();
    }
    SAVE();
    R[A] = number_mul(x, y);
    NEXT();
}

op_ADD_INT:
    if (value_is_int(R[B]) &&
        !__builtin_add_overflow((intptr_t)R[B].bits, opcode_signed(C) * 2,
                                &sum)) {
        R[A].bits = (uintptr_t)sum;
        NEXT();
    }
    SAVE();
    R[A] = number_add(R[B], IMMEDIATE(C));
    NEXT();

op_SUB_INT:
    if (value_is_int(R[B]) &&
        !__builtin_sub_overflow((intptr_t)R[B].bits, opcode_signed(C) * 2,
                                &sum)) {
        R[A].bits = (uintptr_t)sum;
        NEXT();
    }
    SAVE();
    R[A] = number_sub(R[B], IMMEDIATE(C));
    NEXT();

op_LESS:
    SAVE();
    R[A] = value_bool(number_less(R[B], R[C]));
    NEXT();

op_LESS_EQUAL:
    SAVE();
    R[A] = value_bool(number_less_equal(R[B], R[C]));
    NEXT();

op_EQUAL:
    SAVE();
    R[A] = value_bool(is_equal(R[B], R[C]));
    NEXT();

op_SAME:
    SAVE();
    R[A] = value_bool(number_same(R[B], R[C]));
    NEXT();

op_NOT:
    R[A] = value_bool(!value_is_true(R[B]));
    NEXT();

op_IS_NIL:
    R[A] = value_bool(value_is_nil(R[B]));
    NEXT();

    // Behind the constant stands a word a branch, each a jump from itself.
op_CASE : {
    SAVE();
    uint32_t branch = operate_case(K[*pc], R[A]);
    pc += 1 + branch;
    pc += 1 + (int32_t)opcode_wide(*pc);
    NEXT();
}

op_VECTOR:
op_MAP:
op_SET:
    SAVE();
    R[A] = operate_literal(opcode_of(word), &R[B], C);
    NEXT();

op_EXTEND:
    SAVE();
    R[A] = operate_extend(R[A], &R[B], C);
    NEXT();

op_META:
    SAVE();
    R[A] = meta_with(R[B], R[C]);
    NEXT();
}
