/* SPDX-License-Identifier: MIT */
/*
 * Calls of the core that are instructions: arithmetic, comparisons, and tests
 * that jump; and those that linear.c knows. The vars of the core cannot be
 * redefined, so a call that resolves to one means it.
 */
#include "interp/compile/compile.h"
#include "interp/compile/emit.h"
#include "interp/data/namespace.h"
#include "interp/data/object.h"
#include "interp/data/symbol.h"

#include <assert.h>

static const struct {
    const char *name;
    enum inline_op op;
} inline_names[] = {
    {"+", INLINE_ADD},
    {"-", INLINE_SUB},
    {"*", INLINE_MUL},
    {"inc", INLINE_INC},
    {"dec", INLINE_DEC},
    {"<", INLINE_LESS},
    {"<=", INLINE_LESS_EQUAL},
    {">", INLINE_GREATER},
    {">=", INLINE_GREATER_EQUAL},
    {"=", INLINE_EQUAL},
    {"==", INLINE_SAME},
    {"zero?", INLINE_ZERO},
    {"pos?", INLINE_POSITIVE},
    {"neg?", INLINE_NEGATIVE},
    {"not", INLINE_NOT},
    {"nil?", INLINE_IS_NIL},
    {"get", INLINE_READ},
    {"get-in", INLINE_READ},
    {"contains?", INLINE_READ},
    {"count", INLINE_READ},
    {"assoc", INLINE_CHANGE},
    {"assoc-in", INLINE_CHANGE},
    {"dissoc", INLINE_CHANGE},
    {"update", INLINE_CHANGE},
    {"update-in", INLINE_CHANGE},
    {"reduced", INLINE_REDUCED},
};

void
compile_mark_core(void)
{
    Value ns = namespace_find(symbol_from_cstring("clojure.core"));
    assert(value_is_kind(ns, KIND_NAMESPACE));
    for (size_t i = 0; i < sizeof(inline_names) / sizeof(inline_names[0]);
         i++) {
        bool is_private;
        Value var =
            namespace_resolve(ns, symbol_from_cstring(inline_names[i].name),
                              &is_private);
        if (value_is_kind(var, KIND_VAR)) {
            value_object(var)->extra = (uint16_t)inline_names[i].op;
        }
    }
}

/* The operation of a call, if its number of arguments fits. */
static enum inline_op
inline_of(const struct node *call)
{
    if (call->type != NODE_CALL || call->kids[0]->type != NODE_GLOBAL) {
        return INLINE_NONE;
    }
    enum inline_op op =
        (enum inline_op)value_object(call->kids[0]->value)->extra;
    uint32_t argc = call->kid_count - 1;
    switch (op) {
    case INLINE_NONE:
    case INLINE_READ:
    case INLINE_CHANGE:
    case INLINE_REDUCED:
        return INLINE_NONE;
    case INLINE_ADD:
    case INLINE_MUL:
    case INLINE_SUB:
        return argc >= 2 ? op : INLINE_NONE;
    case INLINE_LESS:
    case INLINE_LESS_EQUAL:
    case INLINE_GREATER:
    case INLINE_GREATER_EQUAL:
    case INLINE_EQUAL:
    case INLINE_SAME:
        return argc == 2 ? op : INLINE_NONE;
    default:
        return argc == 1 ? op : INLINE_NONE;
    }
}

/* True for a constant that fits the 16 bits of an operand. */
static bool
is_immediate(const struct node *node)
{
    return node->type == NODE_CONST && value_is_int(node->value) &&
           value_small_int(node->value) >= INT16_MIN &&
           value_small_int(node->value) <= INT16_MAX;
}

static uint32_t
immediate(const struct node *node)
{
    assert(is_immediate(node));
    return (uint32_t)value_small_int(node->value) & 0xffffu;
}

/* --- Values ------------------------------------------------------------------- */

/* (+ a b c) is (+ (+ a b) c), in one temporary. */
static void
emit_arithmetic(struct emitter *e, enum inline_op op, struct node *call,
                uint32_t dest)
{
    static const enum opcode codes[] = {
        [INLINE_ADD] = OP_ADD, [INLINE_SUB] = OP_SUB, [INLINE_MUL] = OP_MUL};
    uint32_t result = emit_target(e, dest);
    assert(call->kid_count > 2);
    uint32_t left = emit_operand(e, call->kids[1]);
    for (uint32_t i = 2; i < call->kid_count; i++) {
        struct node *kid = call->kids[i];
        uint32_t mark = e->next;
        bool is_last = i + 1 == call->kid_count;
        // The result register may be that of a local that is still needed.
        uint32_t into = is_last ? result : emit_take(e, 1);
        if (is_immediate(kid) && op != INLINE_MUL) {
            emit_at(e, &call->place);
            emit_op(e, op == INLINE_ADD ? OP_ADD_INT : OP_SUB_INT, into, left,
                    immediate(kid));
        } else {
            uint32_t right = emit_operand(e, kid);
            emit_at(e, &call->place);
            emit_op(e, codes[op], into, left, right);
        }
        e->next = is_last ? mark : into + 1;
        left = into;
    }
    emit_result(e, dest, result);
}

static void
emit_binary(struct emitter *e, enum opcode op, struct node *call, uint32_t dest)
{
    assert(call->kid_count == 3);
    uint32_t result = emit_target(e, dest);
    uint32_t left = emit_operand(e, call->kids[1]);
    uint32_t right = emit_operand(e, call->kids[2]);
    emit_at(e, &call->place);
    emit_op(e, op, result, left, right);
    emit_result(e, dest, result);
}

/* a > b is b < a; the operands are computed in the order in which they are
 * written all the same. */
static void
emit_swapped(struct emitter *e, enum opcode op, struct node *call,
             uint32_t dest)
{
    assert(call->kid_count == 3);
    uint32_t result = emit_target(e, dest);
    uint32_t left = emit_operand(e, call->kids[1]);
    uint32_t right = emit_operand(e, call->kids[2]);
    emit_at(e, &call->place);
    emit_op(e, op, result, right, left);
    emit_result(e, dest, result);
}

static void
emit_unary(struct emitter *e, enum opcode op, uint32_t c, struct node *call,
           uint32_t dest)
{
    assert(call->kid_count == 2);
    uint32_t result = emit_target(e, dest);
    uint32_t operand = emit_operand(e, call->kids[1]);
    emit_at(e, &call->place);
    emit_op(e, op, result, operand, c);
    emit_result(e, dest, result);
}

bool
emit_inline(struct emitter *e, struct node *call, uint32_t dest)
{
    enum inline_op op = inline_of(call);
    switch (op) {
    case INLINE_ADD:
    case INLINE_SUB:
    case INLINE_MUL:
        emit_arithmetic(e, op, call, dest);
        return true;
    case INLINE_INC:
        emit_unary(e, OP_ADD_INT, 1, call, dest);
        return true;
    case INLINE_DEC:
        emit_unary(e, OP_SUB_INT, 1, call, dest);
        return true;
    case INLINE_LESS:
        emit_binary(e, OP_LESS, call, dest);
        return true;
    case INLINE_LESS_EQUAL:
        emit_binary(e, OP_LESS_EQUAL, call, dest);
        return true;
    case INLINE_GREATER:
        emit_swapped(e, OP_LESS, call, dest);
        return true;
    case INLINE_GREATER_EQUAL:
        emit_swapped(e, OP_LESS_EQUAL, call, dest);
        return true;
    case INLINE_EQUAL:
        emit_binary(e, OP_EQUAL, call, dest);
        return true;
    case INLINE_SAME:
        emit_binary(e, OP_SAME, call, dest);
        return true;
    case INLINE_NOT:
        emit_unary(e, OP_NOT, 0, call, dest);
        return true;
    case INLINE_IS_NIL:
        emit_unary(e, OP_IS_NIL, 0, call, dest);
        return true;
    default:
        return false; // zero? and the like are instructions as tests only
    }
}

/* --- Tests -------------------------------------------------------------------- */

/* An instruction and then a word for the target. */
static uint32_t
emit_compare(struct emitter *e, enum opcode op, uint32_t a, uint32_t b)
{
    emit_op(e, op, a, b, 0);
    return emit_word(e, 0);
}

static uint32_t
test_with_int(struct emitter *e, enum opcode op, struct node *test,
              uint32_t number)
{
    uint32_t left = emit_operand(e, test->kids[1]);
    emit_at(e, &test->place);
    return emit_compare(e, op, left, number);
}

static uint32_t
test_binary(struct emitter *e, enum inline_op op, struct node *test)
{
    static const struct {
        enum opcode with_int;
        enum opcode plain;
        bool swaps;
    } codes[] = {
        [INLINE_LESS] = {OP_IF_LESS_INT, OP_IF_LESS, false},
        [INLINE_LESS_EQUAL] = {OP_IF_LESS_EQUAL_INT, OP_IF_LESS_EQUAL, false},
        [INLINE_GREATER] = {OP_IF_GREATER_INT, OP_IF_LESS, true},
        [INLINE_GREATER_EQUAL] = {OP_IF_GREATER_EQUAL_INT, OP_IF_LESS_EQUAL,
                                  true},
        [INLINE_EQUAL] = {OP_IF_EQUAL_INT, OP_IF_EQUAL, false},
        [INLINE_SAME] = {OP_IF_SAME_INT, OP_IF_SAME, false},
    };
    if (is_immediate(test->kids[2])) {
        return test_with_int(e, codes[op].with_int, test,
                             immediate(test->kids[2]));
    }
    uint32_t left = emit_operand(e, test->kids[1]);
    uint32_t right = emit_operand(e, test->kids[2]);
    emit_at(e, &test->place);
    return codes[op].swaps ? emit_compare(e, codes[op].plain, right, left)
                           : emit_compare(e, codes[op].plain, left, right);
}

static uint32_t
test_truth(struct emitter *e, enum opcode jump_op, struct node *test)
{
    uint32_t tested = emit_operand(e, test);
    emit_at(e, &test->place);
    return emit_op_wide(e, jump_op, tested, 0);
}

uint32_t
emit_test(struct emitter *e, struct node *test)
{
    enum inline_op op = inline_of(test);
    switch (op) {
    case INLINE_LESS:
    case INLINE_LESS_EQUAL:
    case INLINE_GREATER:
    case INLINE_GREATER_EQUAL:
    case INLINE_EQUAL:
    case INLINE_SAME:
        return test_binary(e, op, test);
    case INLINE_ZERO:
        return test_with_int(e, OP_IF_SAME_INT, test, 0);
    case INLINE_POSITIVE:
        return test_with_int(e, OP_IF_GREATER_INT, test, 0);
    case INLINE_NEGATIVE:
        return test_with_int(e, OP_IF_LESS_INT, test, 0);
    case INLINE_NOT:
        return test_truth(e, OP_JUMP_TRUE, test->kids[1]);
    case INLINE_IS_NIL:
        return test_truth(e, OP_JUMP_NOT_NIL, test->kids[1]);
    default:
        return test_truth(e, OP_JUMP_FALSE, test);
    }
}
