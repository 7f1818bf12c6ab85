/* SPDX-License-Identifier: MIT */
/* Looking things up in compiled code. */
#include "interp/compile/code.h"

#include "interp/compile/opcode.h"
#include "interp/data/alloc.h"

#include <assert.h>
#include <stddef.h>

struct function_object *
code_function(Value code)
{
    uint32_t count = code_of(code)->captured_count;
    assert(count <= UINT16_MAX);
    struct function_object *function =
        alloc_object(KIND_FUNCTION,
                     sizeof(struct function_object) + sizeof(Value) * count);
    function->head.extra = (uint16_t)count;
    function->code = code;
    function->meta = VALUE_NIL;
    return function;
}

/* There are few arities, and the fixed ones come first: so a call that fits one
 * of them never gets the variadic one. */
const struct code_arity *
code_arity_for(const struct code_object *code, uint32_t argc)
{
    for (uint32_t i = 0; i < code->arity_count; i++) {
        const struct code_arity *arity = &code->arities[i];
        if (arity->variadic ? argc >= arity->required
                            : argc == arity->required) {
            return arity;
        }
    }
    return NULL;
}

/* The last entry that begins at or before pc. */
struct error_place
code_place_at(const struct code_object *code, uint32_t pc)
{
    uint32_t low = 0;
    uint32_t high = code->place_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (code->places[middle].pc <= pc) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    struct error_place place = {.file = code->file};
    if (low > 0) {
        const struct code_place *found = &code->places[low - 1];
        place.line = found->line;
        place.column = found->column;
        place.end_line = found->end_line;
        place.end_column = found->end_column;
    }
    return place;
}

static const struct {
    const char *name;
    enum opcode_shape shape;
} opcodes[] = {
#define OPCODE_ROW_(name, shape) {#name, shape},
    OPCODE_LIST(OPCODE_ROW_)
#undef OPCODE_ROW_
};

const char *
opcode_name(enum opcode op)
{
    assert(op < OPCODE_COUNT);
    return opcodes[op].name;
}

enum opcode_shape
opcode_shape(enum opcode op)
{
    assert(op < OPCODE_COUNT);
    return opcodes[op].shape;
}
