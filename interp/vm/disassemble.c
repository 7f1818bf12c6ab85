/* SPDX-License-Identifier: MIT */
/* Follows the shapes of opcode.h, so a new instruction shows by itself. */
#include "interp/vm/disassemble.h"

#include "interp/compile/code.h"
#include "interp/compile/opcode.h"
#include "interp/data/map.h"
#include "interp/data/text.h"
#include "interp/read/print.h"

#include <assert.h>

struct listing {
    const struct code_object *code;
    struct text_builder out;
    uint32_t at; /* the word behind what was printed */
};

static void
add_number(struct listing *listing, int64_t number)
{
    Value text = text_format(" %lld", (long long)number);
    text_builder_add_text(&listing->out, text);
}

static void
add_constant(struct listing *listing, uint64_t index)
{
    assert(index < listing->code->constant_count);
    Value constant = listing->code->constants[index];
    text_builder_add_cstring(&listing->out, " ");
    if (value_is_kind(constant, KIND_CODE)) {
        text_builder_add_cstring(&listing->out, "#code");
        return;
    }
    text_builder_add_text(&listing->out,
                          print_to_string(constant, PRINT_READABLE));
}

/* The jump in the upper half of a word, from the word at listing->at. */
static void
add_jump(struct listing *listing, uint64_t word)
{
    int64_t target = (int64_t)listing->at + (int32_t)opcode_wide(word);
    text_builder_add_cstring(&listing->out, " ->");
    add_number(listing, target);
}

static uint64_t
next_word(struct listing *listing)
{
    assert(listing->at < listing->code->word_count);
    return listing->code->words[listing->at++];
}

static void
add_jump_word(struct listing *listing)
{
    uint64_t word = next_word(listing);
    add_jump(listing, word);
}

/* Words that only these two have. */
static void
add_more(struct listing *listing, uint64_t word)
{
    if (opcode_of(word) == OP_CLOSURE) {
        Value code = listing->code->constants[opcode_wide(word)];
        listing->at += code_of(code)->captured_count;
    } else if (opcode_of(word) == OP_CASE) {
        for (uint32_t i = 0; i < opcode_c(word); i++) {
            add_jump_word(listing);
        }
    }
}

/* Operands in the order of their letters; what stands in words of its own comes
 * last. */
static void
add_operands(struct listing *listing, uint64_t word)
{
    enum opcode_shape shape = opcode_shape(opcode_of(word));
    if (shape == SHAPE_JUMP) {
        add_jump(listing, word);
        return;
    }
    add_number(listing, opcode_a(word));
    if (shape == SHAPE_AWIDE) {
        add_constant(listing, opcode_wide(word));
    } else if (shape == SHAPE_AJUMP) {
        add_jump(listing, word);
    } else if (shape != SHAPE_A) {
        bool is_int = shape == SHAPE_AIJUMP;
        add_number(listing, is_int ? opcode_signed(opcode_b(word))
                                   : (int64_t)opcode_b(word));
    }
    if (shape == SHAPE_ABC || shape == SHAPE_ABCCONST) {
        add_number(listing, opcode_c(word));
    } else if (shape == SHAPE_ABI) {
        add_number(listing, opcode_signed(opcode_c(word)));
    }
    if (shape == SHAPE_ABCCONST) {
        add_constant(listing, next_word(listing));
    } else if (shape == SHAPE_ABJUMP || shape == SHAPE_AIJUMP) {
        add_jump_word(listing);
    }
}

Value
disassemble(Value function)
{
    assert(value_is_kind(function, KIND_FUNCTION));
    struct listing listing = {.code = code_of_function(function)};
    text_builder_init(&listing.out);
    while (listing.at < listing.code->word_count) {
        Value index = text_format("%u ", listing.at);
        uint64_t word = next_word(&listing);
        text_builder_add_text(&listing.out, index);
        text_builder_add_cstring(&listing.out, opcode_name(opcode_of(word)));
        add_operands(&listing, word);
        add_more(&listing, word);
        text_builder_add_cstring(&listing.out, "\n");
    }
    return text_builder_string(&listing.out);
}
