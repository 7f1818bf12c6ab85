/* SPDX-License-Identifier: MIT */
/*
 * Growing arrays of words, constants and places for the function in the
 * making.
 */
#include "interp/compile/emit.h"

#include "interp/compile/compile.h"
#include "interp/data/alloc.h"

#include <assert.h>
#include <string.h>

enum { CONSTANTS_LOOKED_AT = 32 };

/* A bigger copy of an array that is full. */
static void *
grow(const void *old, uint32_t *cap, size_t item_size, bool is_atomic)
{
    assert(*cap <= UINT32_MAX / 2);
    size_t bigger = *cap == 0 ? 16 : (size_t)*cap * 2;
    void *copy = is_atomic ? alloc_atomic(bigger * item_size)
                           : alloc(bigger * item_size);
    if (*cap > 0) {
        memcpy(copy, old, *cap * item_size);
    }
    *cap = (uint32_t)bigger;
    return copy;
}

uint32_t
emit_word(struct emitter *e, uint64_t word)
{
    if (e->word_count == e->word_cap) {
        e->words = grow(e->words, &e->word_cap, sizeof(uint64_t), true);
    }
    e->words[e->word_count] = word;
    return e->word_count++;
}

uint32_t
emit_op(struct emitter *e, enum opcode op, uint32_t a, uint32_t b, uint32_t c)
{
    return emit_word(e, opcode_word(op, a, b, c));
}

uint32_t
emit_op_wide(struct emitter *e, enum opcode op, uint32_t a, uint32_t wide)
{
    return emit_word(e, opcode_word_wide(op, a, wide));
}

void
emit_at(struct emitter *e, const struct error_place *place)
{
    assert(place != NULL);
    e->place = place;
    struct code_place *last =
        e->place_count == 0 ? NULL : &e->places[e->place_count - 1];
    if (last != NULL && last->line == place->line &&
        last->column == place->column) {
        return;
    }
    if (last != NULL && last->pc == e->word_count) {
        e->place_count--;
    } else if (e->place_count == e->place_cap) {
        e->places =
            grow(e->places, &e->place_cap, sizeof(struct code_place), true);
    }
    e->places[e->place_count++] =
        (struct code_place){e->word_count, place->line, place->column,
                            place->end_line, place->end_column};
}

/* Looking at all constants would be quadratic in the length of a function;
 * what repeats, repeats nearby as a rule. */
uint32_t
emit_constant(struct emitter *e, Value value)
{
    uint32_t count = e->constant_count;
    uint32_t from =
        count > CONSTANTS_LOOKED_AT ? count - CONSTANTS_LOOKED_AT : 0;
    for (uint32_t i = from; i < count; i++) {
        if (value_is(e->constants[i], value)) {
            return i;
        }
    }
    if (count == e->constant_cap) {
        e->constants =
            grow(e->constants, &e->constant_cap, sizeof(Value), false);
    }
    e->constants[count] = value;
    return e->constant_count++;
}

uint32_t
emit_take(struct emitter *e, uint32_t count)
{
    uint32_t first = e->next;
    assert(first <= COMPILE_REGISTERS_MAX);
    if (count > COMPILE_REGISTERS_MAX - first) {
        error_throw_at(e->place, ERROR_LIMIT,
                       "Split it, or build the collection with into or "
                       "apply.",
                       "This form has too many parts for one function");
    }
    e->next += count;
    if (e->next > e->registers) {
        e->registers = e->next;
    }
    return first;
}

void
emit_patch(struct emitter *e, uint32_t at)
{
    assert(at < e->word_count);
    uint32_t distance = e->word_count - (at + 1);
    e->words[at] = (e->words[at] & 0xffffffffu) | (uint64_t)distance << 32;
}
