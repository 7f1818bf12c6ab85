/* SPDX-License-Identifier: MIT */
/*
 * The code of one function while it is made: words, constants, places and
 * the registers in use. Private to the compiler.
 */
#ifndef INTERP_COMPILE_EMIT_H
#define INTERP_COMPILE_EMIT_H

#include "interp/compile/code.h"
#include "interp/compile/node.h"

/* Destinations besides registers. */
enum {
    EMIT_RETURN = 0x10000, /* the value is the result of the function */
    EMIT_DROP = 0x10001    /* nobody wants the value */
};

struct emitter {
    struct unit *unit;
    uint64_t *words;
    uint32_t word_count;
    uint32_t word_cap;
    Value *constants;
    uint32_t constant_count;
    uint32_t constant_cap;
    struct code_place *places;
    uint32_t place_count;
    uint32_t place_cap;
    uint32_t next;      /* first free register */
    uint32_t registers; /* most that were in use */
    const struct error_place *place;
};

/* Appends a word; the index where it stands. */
uint32_t emit_word(struct emitter *e, uint64_t word);
uint32_t
emit_op(struct emitter *e, enum opcode op, uint32_t a, uint32_t b, uint32_t c);
uint32_t
emit_op_wide(struct emitter *e, enum opcode op, uint32_t a, uint32_t wide);

/* Notes that the words from here on belong to a place. */
void emit_at(struct emitter *e, const struct error_place *place);

/* Index of a constant; small recent ones are found again. */
uint32_t emit_constant(struct emitter *e, Value value);

/* Takes `count` registers at the top; the first. Throws when there are too
 * many. */
uint32_t emit_take(struct emitter *e, uint32_t count);

/* A jump whose target is not known yet, and setting it to here. The word at
 * `at` gets the distance from the word after it in its upper half. */
void emit_patch(struct emitter *e, uint32_t at);

/* Any node; the value goes to dest. */
void emit_node(struct emitter *e, struct node *node, uint32_t dest);
/* The register that holds the value: that of a local, or a new temporary. */
uint32_t emit_operand(struct emitter *e, struct node *node);
/* The value in register `from` goes to dest. */
void emit_result(struct emitter *e, uint32_t dest, uint32_t from);
/* A register to compute the value for dest in. */
uint32_t emit_target(struct emitter *e, uint32_t dest);

/* Code of a function, see compile.c. */
Value emit_unit(struct unit *unit);

/* --- inline.c --------------------------------------------------------------- */

/* Emits a call of the core as an instruction, if it has one. */
bool emit_inline(struct emitter *e, struct node *call, uint32_t dest);

/* Emits a test; the index of the word to patch with where to go when it is
 * false. */
uint32_t emit_test(struct emitter *e, struct node *test);

#endif
