/* SPDX-License-Identifier: MIT */
/*
 * What the files of the core share; see support.h.
 *
 * A lazy sequence made here is a thunk with a static step and a state; the
 * state says all, so that taking the same step twice gives the same. Taking
 * items by the chunk keeps laziness as it is: what is taken was computed
 * already, or costs no call to compute.
 */
#include "interp/core/support.h"

#include "interp/compile/code.h"
#include "interp/data/alloc.h"
#include "interp/data/map.h"
#include "interp/data/transient.h"
#include "interp/vm/call.h"

#include <assert.h>
#include <string.h>

_Noreturn void
core_throw_type(const char *operation, const char *expected, Value found)
{
    error_throw(ERROR_TYPE, "%s expects %s, found %s", operation, expected,
                value_shown(found));
}

/* The old block is left to the collector: somebody may still read it. */
static void
buffer_grow(struct core_buffer *buffer)
{
    uint32_t cap = buffer->cap == 0 ? 8 : buffer->cap * 2;
    assert(cap > buffer->cap);
    Value *items = alloc(cap * sizeof *items);
    if (buffer->count > 0) {
        memcpy(items, buffer->items, buffer->count * sizeof *items);
    }
    buffer->items = items;
    buffer->cap = cap;
}

void
core_buffer_add(struct core_buffer *buffer, Value item)
{
    if (buffer->count == buffer->cap) {
        buffer_grow(buffer);
    }
    buffer->items[buffer->count++] = item;
}

void
core_buffer_take_all(struct core_buffer *buffer, Value *seqable)
{
    struct seq_iter iter;
    seq_iter_take(&iter, seqable);
    Value item;
    while (seq_iter_next(&iter, &item)) {
        core_buffer_add(buffer, item);
    }
}

void
core_buffer_add_all(struct core_buffer *buffer, Value seqable)
{
    core_buffer_take_all(buffer, &seqable);
}

/* One chunk over a copy. */
Value
core_buffer_seq(const struct core_buffer *buffer)
{
    if (buffer->count == 0) {
        return list_empty();
    }
    return seq_chunk(buffer->items, buffer->count, VALUE_NIL);
}

Value
core_run_step(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    // What captured something runs in a frame of its own, above its value.
    Value running = vm.frame->base[-1];
    assert(value_is_kind(running, KIND_BUILTIN));
    const struct builtin_object *builtin =
        (const struct builtin_object *)value_object(running);
    assert(builtin->spec->function == core_run_step);
    const struct core_step *self = (const struct core_step *)builtin->spec;
    return self->next(self, builtin->captured);
}

Value
core_lazy_make(const struct core_step *step, Value state)
{
    Value lazy = seq_lazy(core_builtin(&step->row, state));
    value_object(lazy)->flags = LAZY_STEP;
    return lazy;
}

Value
core_state_3(Value a, Value b, Value c)
{
    Value items[3] = {a, b, c};
    return vector_from_array(items, 3);
}

Value
core_state_4(Value a, Value b, Value c, Value d)
{
    Value items[4] = {a, b, c, d};
    return vector_from_array(items, 4);
}

Value
core_captured_at(Value state, uint32_t index)
{
    assert(vector_is(state) && index < vector_count(state));
    return vector_at(state, index);
}

/* How many items can be taken off a sequence without computing anything. */
static uint32_t
items_at_hand(Value seq)
{
    if (value_is_kind(seq, KIND_RANGE)) {
        return CORE_CHUNK;
    }
    if (!value_is_kind(seq, KIND_CHUNK)) {
        return 1;
    }
    const struct chunk_object *chunk =
        (const struct chunk_object *)value_object(seq);
    if (value_is_nil(chunk->rest)) {
        return CORE_CHUNK;
    }
    if (chunk->head.flags != CHUNK_ARRAY) {
        return 1;
    }
    uint32_t left = chunk->len - chunk->offset;
    return left < CORE_CHUNK ? left : CORE_CHUNK;
}

/* An array chunk is copied from, a range counted: neither calls a program,
 * so nothing is realised that was not. */
uint32_t
core_take_chunk(Value seq, Value items[CORE_CHUNK], Value *rest)
{
    assert(!value_is_nil(seq));
    uint32_t max = items_at_hand(seq);
    if (max == 1) {
        items[0] = seq_first(seq);
        *rest = seq_rest(seq);
        return 1;
    }
    struct seq_iter iter;
    seq_iter_init(&iter, seq);
    uint32_t count = 0;
    while (count < max && seq_iter_next(&iter, &items[count])) {
        count++;
    }
    *rest = seq_iter_rest(&iter);
    return count;
}

Value
core_reduced(Value v)
{
    struct reduced_object *reduced =
        alloc_object(KIND_REDUCED, sizeof *reduced);
    reduced->value = v;
    return value_from_object(reduced);
}

/* True for a function that does not keep its first argument and gives it back,
 * or a change of it. */
static bool
is_linear(Value f)
{
    if (!value_is_kind(f, KIND_FUNCTION)) {
        return false;
    }
    const struct code_arity *arity = code_arity_for(code_of_function(f), 2);
    return arity != NULL && arity->is_linear;
}

/* A map that a linear function made is nobody's but the loop's: from then on
 * it is changed in its place. What it was before it became owned is given back
 * if that did not happen. */
static Value
reduce_linear(Value f, Value init, Value *coll)
{
    struct seq_iter iter;
    seq_iter_take(&iter, coll);
    uint64_t owner = 0;
    Value result = init;
    Value found = init;
    Value item;
    while (!core_is_reduced(result) && seq_iter_next(&iter, &item)) {
        Value next = invoke2(f, result, item);
        if (map_is(next) && !value_is(next, result)) {
            owner = owner == 0 ? transient_owner_new() : owner;
            found = next;
            next = map_own(next, owner);
        }
        result = next;
    }
    result = core_unreduced(result);
    map_disown(result);
    bool is_found = map_is(result) && map_is(found) &&
                    map_object(result)->root != NULL &&
                    map_object(result)->root == map_object(found)->root;
    return is_found ? found : result;
}

/* Ends at the first reduced value; never reads an item behind it. */
Value
core_reduce_with(Value f, Value init, Value *coll)
{
    if (is_linear(f)) {
        return reduce_linear(f, init, coll);
    }
    struct seq_iter iter;
    seq_iter_take(&iter, coll);
    Value result = init;
    Value item;
    while (seq_iter_next(&iter, &item)) {
        result = invoke2(f, result, item);
        if (core_is_reduced(result)) {
            return core_unreduced(result);
        }
    }
    return result;
}

Value
core_cell(Value value)
{
    struct cell_object *cell = alloc_object(KIND_CELL, sizeof *cell);
    cell->head.flags = CELL_CACHE;
    cell->value = value;
    cell->meta = VALUE_NIL;
    return value_from_object(cell);
}

/* A pending var suspends the whole top-level form, which is evaluated again
 * when the var is known. */
Value
core_var_value(Value var)
{
    assert(value_is_kind(var, KIND_VAR));
    const struct var_object *object =
        (const struct var_object *)value_object(var);
    if (object->head.flags & VAR_PENDING) {
        error_suspend(object->pending_on);
    }
    if (value_is(object->value, VALUE_UNBOUND)) {
        error_throw(ERROR_STATE, "%s has no value yet",
                    text_bytes(symbol_full_name(object->name)));
    }
    return object->value;
}
