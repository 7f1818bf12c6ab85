/* SPDX-License-Identifier: MIT */
/*
 * One function a kind of node. A node is compiled for a destination: a
 * register, the result of the function, or nothing. A register is written only
 * by the last instruction of its value, so a value may read the local whose
 * register it is about to replace.
 *
 * Registers are a stack. Parameters come first, then names as they are bound,
 * then temporaries; emit_node gives back whatever a node took. So all that is
 * alive lies below e->next, and a call's window is always on top.
 */
#include "interp/compile/compile.h"

#include "interp/compile/analyze.h"
#include "interp/compile/emit.h"
#include "interp/compile/linear.h"
#include "interp/compile/liveness.h"
#include "interp/data/alloc.h"
#include "interp/data/invoke.h"
#include "interp/data/map.h"
#include "interp/data/number.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"

#include <assert.h>

enum {
    LITERAL_CHUNK = 64,  /* registers that a long literal uses at a time */
    MENTION_BUDGET = 64, /* nodes looked at before "may mention" is assumed */
    CALL_ARGUMENTS_MAX = 50000
};

uint32_t
emit_target(struct emitter *e, uint32_t dest)
{
    return dest < EMIT_RETURN ? dest : emit_take(e, 1);
}

void
emit_result(struct emitter *e, uint32_t dest, uint32_t from)
{
    assert(from < e->registers);
    if (dest == EMIT_RETURN) {
        emit_op(e, OP_RETURN, from, 0, 0);
    } else if (dest != EMIT_DROP && dest != from) {
        emit_op(e, OP_MOVE, dest, from, 0);
    }
}

uint32_t
emit_operand(struct emitter *e, struct node *node)
{
    if (node->type == NODE_LOCAL) {
        assert(node->local->reg < e->registers);
        return node->local->reg;
    }
    uint32_t reg = emit_take(e, 1);
    emit_node(e, node, reg);
    return reg;
}

static void
emit_simple(struct emitter *e, struct node *node, uint32_t dest)
{
    uint32_t result = emit_target(e, dest);
    switch (node->type) {
    case NODE_CONST:
        emit_op_wide(e, OP_CONST, result, emit_constant(e, node->value));
        break;
    case NODE_CAPTURED:
        emit_op(e, OP_CAPTURED, result, node->index, 0);
        break;
    case NODE_SELF:
        emit_op(e, OP_SELF, result, 0, 0);
        break;
    default:
        emit_at(e, &node->place);
        emit_op_wide(e, OP_GLOBAL, result, emit_constant(e, node->value));
        break;
    }
    emit_result(e, dest, result);
}

/* --- Calls -------------------------------------------------------------------- */

/* A builtin of the core that takes so many arguments, by its var; or ABSENT. */
static Value
known_builtin(const struct node *function, uint32_t argc)
{
    if (function->type != NODE_GLOBAL) {
        return VALUE_ABSENT;
    }
    const struct var_object *var =
        (const struct var_object *)value_object(function->value);
    if ((var->head.flags & VAR_SEALED) == 0 ||
        !value_is_kind(var->value, KIND_BUILTIN)) {
        return VALUE_ABSENT;
    }
    const struct builtin_object *builtin =
        (const struct builtin_object *)value_object(var->value);
    bool fits = argc >= builtin->spec->min &&
                (builtin->spec->max == ARGS_ANY || argc <= builtin->spec->max);
    return fits && value_is_nil(builtin->captured) ? var->value : VALUE_ABSENT;
}

static bool
is_keyword_get(const struct node *call)
{
    return call->kid_count == 2 && call->kids[0]->type == NODE_CONST &&
           symbol_is_keyword(call->kids[0]->value);
}

static void
emit_keyword_get(struct emitter *e, struct node *call, uint32_t dest)
{
    uint32_t result = emit_target(e, dest);
    uint32_t map = emit_operand(e, call->kids[1]);
    emit_at(e, &call->place);
    emit_op(e, OP_KEYWORD_GET, result, map, 0);
    emit_word(e, emit_constant(e, call->kids[0]->value));
    emit_result(e, dest, result);
}

/* A value for a register of its own: a local that is not read again gives its
 * value away. */
static void
emit_given(struct emitter *e, struct node *node, uint32_t dest)
{
    if (node->type == NODE_LOCAL && node->index == NODE_LOCAL_LAST) {
        assert(node->local->reg != dest);
        emit_op(e, OP_TAKE, dest, node->local->reg, 0);
    } else {
        emit_node(e, node, dest);
    }
}

/* The function goes to the window's first register, the arguments behind: that
 * is where the callee's frame begins, so a call copies nothing. Nothing of this
 * frame that is still needed lies above the window, and the machine counts on
 * that. A result that nobody waits for yet takes the place of the function. */
static void
emit_window_call(struct emitter *e, struct node *call, uint32_t dest)
{
    assert(call->kid_count > 0);
    uint32_t argc = call->kid_count - 1;
    uint32_t window = emit_take(e, argc + 1);
    uint32_t result = dest < EMIT_RETURN ? dest : window;
    struct node *function = call->kids[0];
    Value builtin = known_builtin(function, argc);
    bool is_global = function->type == NODE_GLOBAL;
    if (!is_global) {
        emit_node(e, function, window);
    }
    for (uint32_t i = 0; i < argc; i++) {
        emit_given(e, call->kids[i + 1], window + 1 + i);
    }
    emit_at(e, &call->place);
    if (!value_is(builtin, VALUE_ABSENT)) {
        emit_op(e, OP_CALL_BUILTIN, window, result, argc);
        emit_word(e, emit_constant(e, builtin));
    } else if (is_global) {
        emit_op(e, OP_CALL_GLOBAL, window, result, argc);
        emit_word(e, emit_constant(e, function->value));
    } else {
        emit_op(e, OP_CALL, window, result, argc);
    }
    emit_result(e, dest, result);
}

static void
emit_call(struct emitter *e, struct node *call, uint32_t dest)
{
    if (call->kid_count - 1 > CALL_ARGUMENTS_MAX) {
        error_throw_at(&call->place, ERROR_LIMIT,
                       "Use apply with a collection.",
                       "This call has too many arguments");
    }
    if (is_keyword_get(call)) {
        emit_keyword_get(e, call, dest);
    } else if (!emit_inline(e, call, dest)) {
        emit_window_call(e, call, dest);
    }
}

/* --- if, do, case ----------------------------------------------------------------- */

/* The registers of the test are free again in the branches. In tail position
 * each branch returns by itself, so there is nothing to jump over. */
static void
emit_if(struct emitter *e, struct node *node, uint32_t dest)
{
    struct node *test = node->kids[0];
    if (test->type == NODE_CONST) {
        emit_node(e, node->kids[value_is_true(test->value) ? 1 : 2], dest);
        return;
    }
    uint32_t mark = e->next;
    uint32_t to_else = emit_test(e, test);
    e->next = mark;
    emit_node(e, node->kids[1], dest);
    uint32_t to_end = 0;
    if (dest != EMIT_RETURN) {
        to_end = emit_op_wide(e, OP_JUMP, 0, 0);
    }
    emit_patch(e, to_else);
    emit_node(e, node->kids[2], dest);
    if (dest != EMIT_RETURN) {
        emit_patch(e, to_end);
    }
}

static void
emit_do(struct emitter *e, struct node *node, uint32_t dest)
{
    assert(node->kid_count > 0);
    for (uint32_t i = 0; i + 1 < node->kid_count; i++) {
        emit_node(e, node->kids[i], EMIT_DROP);
    }
    emit_node(e, node->kids[node->kid_count - 1], dest);
}

/* CASE, the index of the map, then a word a branch: the distance to its code.
 * The default is branch 0. */
static void
emit_case(struct emitter *e, struct node *node, uint32_t dest)
{
    assert(node->kid_count > 1 && map_is(node->value));
    uint32_t branches = node->kid_count - 1;
    uint32_t mark = e->next;
    uint32_t tested = emit_operand(e, node->kids[0]);
    e->next = mark;
    emit_at(e, &node->place);
    emit_op(e, OP_CASE, tested, 0, branches);
    emit_word(e, emit_constant(e, node->value));
    uint32_t table = e->word_count;
    for (uint32_t i = 0; i < branches; i++) {
        emit_word(e, 0);
    }
    uint32_t *ends = alloc_atomic(sizeof(uint32_t) * branches);
    for (uint32_t i = 0; i < branches; i++) {
        emit_patch(e, table + i);
        emit_node(e, node->kids[i + 1], dest);
        if (dest != EMIT_RETURN) {
            ends[i] = emit_op_wide(e, OP_JUMP, 0, 0);
        }
    }
    for (uint32_t i = 0; dest != EMIT_RETURN && i < branches; i++) {
        emit_patch(e, ends[i]);
    }
}

/* --- let, loop, recur ---------------------------------------------------------------- */

/* A name has its register only once its value is there: in (let [a (f a)] a)
 * the inner a is another local. The registers are free when the node ends,
 * which emit_node sees to. */
static void
emit_let(struct emitter *e, struct node *node, uint32_t dest)
{
    for (uint32_t i = 0; i + 1 < node->kid_count; i++) {
        uint32_t reg = emit_take(e, 1);
        emit_given(e, node->kids[i], reg);
        node->locals[i]->reg = reg;
        if (node->locals[i]->is_unused) {
            emit_op_wide(e, OP_CONST, reg, emit_constant(e, VALUE_NIL));
        }
    }
    if (node->type == NODE_LOOP) {
        node->target->entry = e->word_count;
    }
    emit_node(e, node->kids[node->kid_count - 1], dest);
}

/* False if the value of node certainly does not depend on the local. */
static bool
may_mention(const struct node *node, const struct local *local, int *budget)
{
    if (--*budget < 0 || node->type == NODE_FN || node->type == NODE_LETFN) {
        return true;
    }
    if (node->type == NODE_LOCAL) {
        return node->local == local;
    }
    uint32_t count = node->type == NODE_DEF ? 0 : node->kid_count;
    for (uint32_t i = 0; i < count; i++) {
        if (may_mention(node->kids[i], local, budget)) {
            return true;
        }
    }
    return node->type == NODE_DEF;
}

/* True if target `index` is read by a value that is computed after it. */
static bool
is_needed_later(const struct node *node, uint32_t index)
{
    int budget = MENTION_BUDGET;
    for (uint32_t i = index + 1; i < node->kid_count; i++) {
        if (may_mention(node->kids[i], node->target->locals[index], &budget)) {
            return true;
        }
    }
    return false;
}

/* Values go straight to their targets where no later value reads the old one,
 * else through temporaries. */
static void
emit_recur(struct emitter *e, struct node *node)
{
    uint32_t count = node->kid_count;
    assert(count == node->target->count);
    uint32_t *held = alloc_atomic(sizeof(uint32_t) * count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t target = node->target->locals[i]->reg;
        held[i] = is_needed_later(node, i) ? emit_take(e, 1) : target;
        emit_node(e, node->kids[i], held[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (held[i] != node->target->locals[i]->reg) {
            emit_op(e, OP_MOVE, node->target->locals[i]->reg, held[i], 0);
        }
    }
    emit_at(e, &node->place);
    emit_op_wide(e, OP_LOOP, 0, node->target->entry - (e->word_count + 1));
}

/* --- Functions ------------------------------------------------------------------------ */

static uint64_t
capture_word(const struct capture *capture)
{
    enum capture_source source = capture->source;
    uint32_t index = capture->index;
    if (source == CAPTURE_REGISTER) {
        assert(!capture->from->is_self);
        index = capture->from->reg;
        if (capture->from->is_later) {
            source = CAPTURE_LATER;
        }
    }
    return (uint64_t)source | (uint64_t)index << 32;
}

/* What only the function needs from now on, it alone holds; at the end of the
 * frame that is so anyway. */
static void
emit_forgotten(struct emitter *e, const struct unit *unit, uint32_t result)
{
    for (uint32_t i = 0; i < unit->capture_count; i++) {
        const struct capture *capture = &unit->captures[i];
        if (capture->is_last && capture->from->reg != result) {
            emit_op_wide(e, OP_CONST, capture->from->reg,
                         emit_constant(e, VALUE_NIL));
        }
    }
}

/* A function that captures nothing is made once, as a constant. Its code is
 * emitted first, with an emitter of its own. */
static void
emit_fn(struct emitter *e, struct node *node, uint32_t dest)
{
    struct unit *unit = node->unit;
    assert(unit->outer == e->unit);
    Value code = emit_unit(unit);
    uint32_t result = emit_target(e, dest);
    if (unit->capture_count == 0) {
        Value function = value_from_object(code_function(code));
        emit_op_wide(e, OP_CONST, result, emit_constant(e, function));
    } else {
        emit_op_wide(e, OP_CLOSURE, result, emit_constant(e, code));
        for (uint32_t i = 0; i < unit->capture_count; i++) {
            emit_word(e, capture_word(&unit->captures[i]));
        }
        if (dest != EMIT_RETURN) {
            emit_forgotten(e, unit, result);
        }
    }
    emit_result(e, dest, result);
}

/* Puts what was made later into the functions that captured it too early. */
static void
emit_fixes(struct emitter *e, const struct node *node)
{
    uint32_t count = node->kid_count - 1;
    for (uint32_t i = 0; i < count; i++) {
        assert(node->kids[i]->type == NODE_FN);
        const struct unit *unit = node->kids[i]->unit;
        for (uint32_t c = 0; c < unit->capture_count; c++) {
            for (uint32_t later = i; later < count; later++) {
                if (unit->captures[c].local == node->locals[later]) {
                    emit_op(e, OP_FIX, node->locals[i]->reg, c,
                            node->locals[later]->reg);
                }
            }
        }
    }
}

/* Functions that may capture each other: those made later are captured as nil
 * first, and put in when all are there. */
static void
emit_letfn(struct emitter *e, struct node *node, uint32_t dest)
{
    uint32_t count = node->kid_count - 1;
    for (uint32_t i = 0; i < count; i++) {
        node->locals[i]->reg = emit_take(e, 1);
        node->locals[i]->is_later = true;
    }
    for (uint32_t i = 0; i < count; i++) {
        emit_node(e, node->kids[i], node->locals[i]->reg);
        node->locals[i]->is_later = false;
    }
    emit_fixes(e, node);
    emit_node(e, node->kids[count], dest);
}

/* --- def, literals, metadata ------------------------------------------------------------ */

/* The value and the metadata lie in two registers side by side; which of them
 * count is in the instruction. */
static void
emit_def(struct emitter *e, struct node *node, uint32_t dest)
{
    uint32_t result = emit_target(e, dest);
    uint32_t value = emit_take(e, 2);
    emit_node(e, node->kids[1], value + 1);
    if ((node->index & NODE_DEF_VALUE) != 0) {
        emit_node(e, node->kids[0], value);
    }
    emit_at(e, &node->place);
    emit_op(e, OP_DEF, result, value, node->index);
    emit_word(e, emit_constant(e, node->value));
    emit_result(e, dest, result);
}

static uint32_t
emit_chunk(struct emitter *e, const struct node *node, uint32_t from,
           uint32_t count)
{
    assert(from + count <= node->kid_count && count <= LITERAL_CHUNK);
    uint32_t first = emit_take(e, count == 0 ? 1 : count);
    for (uint32_t i = 0; i < count; i++) {
        emit_node(e, node->kids[from + i], first + i);
    }
    emit_at(e, &node->place);
    return first;
}

/* Literals of any length, with a bounded number of registers. */
static void
emit_literal(struct emitter *e, struct node *node, uint32_t dest)
{
    enum opcode op = node->type == NODE_VECTOR ? OP_VECTOR
                     : node->type == NODE_MAP  ? OP_MAP
                                               : OP_SET;
    // An item may read the local whose register dest is: collect beside it.
    uint32_t result = emit_take(e, 1);
    uint32_t mark = e->next;
    for (uint32_t from = 0; from == 0 || from < node->kid_count;
         from += LITERAL_CHUNK) {
        uint32_t count = node->kid_count - from;
        count = count > LITERAL_CHUNK ? LITERAL_CHUNK : count;
        uint32_t first = emit_chunk(e, node, from, count);
        emit_op(e, from == 0 ? op : OP_EXTEND, result, first, count);
        e->next = mark;
    }
    emit_result(e, dest, result);
}

static void
emit_meta(struct emitter *e, struct node *node, uint32_t dest)
{
    uint32_t result = emit_target(e, dest);
    uint32_t value = emit_operand(e, node->kids[0]);
    uint32_t meta = emit_operand(e, node->kids[1]);
    emit_at(e, &node->place);
    emit_op(e, OP_META, result, value, meta);
    emit_result(e, dest, result);
}

/* --- All nodes ------------------------------------------------------------------------------ */

static void
emit_compound(struct emitter *e, struct node *node, uint32_t dest)
{
    switch (node->type) {
    case NODE_CALL:
        emit_call(e, node, dest);
        break;
    case NODE_IF:
        emit_if(e, node, dest);
        break;
    case NODE_DO:
        emit_do(e, node, dest);
        break;
    case NODE_LET:
    case NODE_LOOP:
        emit_let(e, node, dest);
        break;
    case NODE_RECUR:
        emit_recur(e, node);
        break;
    case NODE_FN:
        emit_fn(e, node, dest);
        break;
    case NODE_LETFN:
        emit_letfn(e, node, dest);
        break;
    case NODE_DEF:
        emit_def(e, node, dest);
        break;
    case NODE_CASE:
        emit_case(e, node, dest);
        break;
    case NODE_META:
        emit_meta(e, node, dest);
        break;
    default:
        emit_literal(e, node, dest);
        break;
    }
}

void
emit_node(struct emitter *e, struct node *node, uint32_t dest)
{
    assert(dest <= EMIT_DROP);
    invoke_check_stack();
    uint32_t mark = e->next;
    switch (node->type) {
    case NODE_LOCAL:
        emit_result(e, dest, node->local->reg);
        break;
    case NODE_CONST:
    case NODE_CAPTURED:
    case NODE_SELF:
        if (dest != EMIT_DROP) {
            emit_simple(e, node, dest);
        }
        break;
    case NODE_GLOBAL:
        emit_simple(e, node, dest);
        break;
    default:
        emit_compound(e, node, dest);
        break;
    }
    e->next = mark;
}

/* A recur comes back behind them: what it finds again is kept. */
static void
emit_entries(struct emitter *e, bool is_kept)
{
    for (uint32_t i = 0; i < e->unit->capture_count; i++) {
        struct local *entry = e->unit->captures[i].entry;
        entry->reg = emit_take(e, 1);
        entry->is_kept = is_kept;
        emit_op(e, OP_DRAW, entry->reg, i, 0);
    }
}

static void
emit_arity(struct emitter *e, struct arity *arity, struct code_arity *out)
{
    e->next = 0;
    e->registers = 0;
    e->place = &e->unit->place;
    for (uint32_t i = 0; i < arity->parameters.count; i++) {
        arity->parameters.locals[i]->reg = emit_take(e, 1);
    }
    emit_at(e, &e->unit->place);
    if (e->unit->is_once) {
        emit_entries(e, arity->parameters.is_reached);
    }
    arity->parameters.entry = e->word_count;
    out->entry = e->word_count;
    out->required = arity->required;
    out->variadic = arity->variadic;
    out->is_linear = linear_in_first(arity);
    liveness_mark(arity->body);
    emit_node(e, arity->body, EMIT_RETURN);
    assert(e->registers <= COMPILE_REGISTERS_MAX);
    out->registers = e->registers;
}

Value
emit_unit(struct unit *unit)
{
    assert(unit->arity_count > 0);
    struct emitter e = {.unit = unit};
    struct code_arity *arities =
        alloc_atomic(sizeof(struct code_arity) * unit->arity_count);
    for (uint32_t i = 0; i < unit->arity_count; i++) {
        emit_arity(&e, &unit->arities[i], &arities[i]);
    }
    struct code_object *code =
        alloc_object(KIND_CODE, sizeof(struct code_object));
    code->words = e.words;
    code->word_count = e.word_count;
    code->constants = e.constants;
    code->constant_count = e.constant_count;
    code->captured_count = unit->capture_count;
    code->arities = arities;
    code->arity_count = unit->arity_count;
    code->places = e.places;
    code->place_count = e.place_count;
    code->name = unit->name;
    code->is_inner = unit->is_inner;
    code->parameters = unit->parameters;
    code->file = unit->file;
    code->place = unit->place;
    bool single = unit->arity_count == 1 && !arities[0].variadic;
    code->single_argc = single ? (int64_t)arities[0].required : -1;
    code->single_registers = arities[0].registers;
    return value_from_object(code);
}

Value
compile_unit(struct unit *unit)
{
    assert(unit->outer == NULL && unit->capture_count == 0);
    return value_from_object(code_function(emit_unit(unit)));
}

Value
compile_form(Value form, const struct error_place *place)
{
    return compile_unit(analyze_form(form, place));
}
