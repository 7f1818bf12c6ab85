/* SPDX-License-Identifier: MIT */
/*
 * What instructions do that is too long for the loop, so that the loop stays
 * readable and its hot parts small.
 */
#include "interp/vm/operate.h"

#include "interp/compile/definition.h"
#include "interp/compile/node.h"
#include "interp/data/map.h"
#include "interp/data/record.h"
#include "interp/data/seq.h"
#include "interp/data/set.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "interp/vm/call.h"

#include <assert.h>

void
operate_unbound(Value var)
{
    const struct var_object *object =
        (const struct var_object *)value_object(var);
    if ((object->head.flags & VAR_PENDING) != 0) {
        error_suspend(object->pending_on);
    }
    error_throw_help(ERROR_STATE,
                     "Its definition stands below this form, or failed.",
                     "%s has no value yet",
                     text_bytes(symbol_name(object->name)));
}

/* (def name) without a value leaves the one that is there. */
Value
operate_def(Value var, const Value *value_and_meta, uint32_t parts)
{
    assert((parts & NODE_DEF_META) != 0);
    Value value =
        (parts & NODE_DEF_VALUE) != 0 ? value_and_meta[0] : VALUE_ABSENT;
    definition_set(var, value, value_and_meta[1]);
    return var;
}

void
operate_draw(Value fn, uint32_t index)
{
    struct function_object *function =
        (struct function_object *)value_object(fn);
    assert(index < function->head.extra);
    function->captured[index] = seq_recipe(function->captured[index]);
}

/* The function that runs is the outer one: it lies before the registers. */
Value
operate_closure(Value code, const uint64_t *sources, const Value *registers)
{
    assert(value_is_kind(code, KIND_CODE));
    uint32_t count = code_of(code)->captured_count;
    struct function_object *function = code_function(code);
    const struct function_object *outer =
        (const struct function_object *)value_object(registers[-1]);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t index = (uint32_t)(sources[i] >> 32);
        switch ((enum capture_source)(sources[i] & 0xffffffffu)) {
        case CAPTURE_REGISTER:
            function->captured[i] = registers[index];
            break;
        case CAPTURE_OUTER:
            function->captured[i] = outer->captured[index];
            break;
        case CAPTURE_SELF:
            function->captured[i] = registers[-1];
            break;
        case CAPTURE_LATER:
            function->captured[i] = VALUE_NIL;
            break;
        }
    }
    return value_from_object(function);
}

void
operate_fix(Value function, uint32_t index, Value value)
{
    struct function_object *object =
        (struct function_object *)value_object(function);
    assert(index < code_of(object->code)->captured_count);
    object->captured[index] = value;
}

Value
operate_literal(enum opcode op, const Value *items, uint32_t count)
{
    if (op == OP_VECTOR) {
        return vector_from_array(items, count);
    }
    if (op == OP_MAP) {
        assert(count % 2 == 0);
        return map_from_pairs(items, count / 2);
    }
    assert(op == OP_SET);
    return set_from_array(items, count);
}

/* Long literals come in pieces; a transient makes each cost what it adds. */
static Value
extend_map(Value map, const Value *items, uint32_t count)
{
    Value transient = map_transient(map);
    for (uint32_t i = 0; i + 1 < count; i += 2) {
        map_transient_assoc(transient, items[i], items[i + 1]);
    }
    return map_persistent(transient);
}

Value
operate_extend(Value collection, const Value *items, uint32_t count)
{
    if (map_is(collection)) {
        return extend_map(collection, items, count);
    }
    bool is_vector = vector_is(collection);
    Value transient =
        is_vector ? vector_transient(collection) : set_transient(collection);
    for (uint32_t i = 0; i < count; i++) {
        if (is_vector) {
            vector_transient_conj(transient, items[i]);
        } else {
            set_transient_conj(transient, items[i]);
        }
    }
    return is_vector ? vector_persistent(transient) : set_persistent(transient);
}

Value
operate_get(Value keyword, Value from)
{
    if (map_is(from)) {
        Value found = map_get_keyword(from, keyword);
        return value_is(found, VALUE_ABSENT) ? VALUE_NIL : found;
    }
    if (record_is(from)) {
        return operate_get(keyword, record_object(from)->map);
    }
    return call_get(from, keyword, VALUE_NIL);
}

/* Keys are compared as = does; 0, the default, for what is no key. */
uint32_t
operate_case(Value numbers, Value tested)
{
    Value number = map_get(numbers, tested);
    return value_is_int(number) ? (uint32_t)value_small_int(number) : 0;
}
