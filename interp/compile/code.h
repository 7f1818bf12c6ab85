/* SPDX-License-Identifier: MIT */
/*
 * Compiled code: one object a function form, with all its arities in one
 * array of words. Never changes once made, but for the cached fingerprint.
 */
#ifndef INTERP_COMPILE_CODE_H
#define INTERP_COMPILE_CODE_H

#include "interp/data/error.h"
#include "interp/data/object.h"

struct code_arity {
    uint32_t entry;    /* index of its first word */
    uint32_t required; /* parameters besides the rest */
    uint32_t registers;
    bool variadic;
    bool is_linear; /* in its first parameter, see linear.h */
};

/* The place of the form that the words from `pc` up to the next entry belong
 * to. */
struct code_place {
    uint32_t pc;
    uint32_t line;
    uint32_t column;
    uint32_t end_line;
    uint32_t end_column;
};

/* KIND_CODE */
struct code_object {
    struct object head;
    const uint64_t *words; /* atomic memory */
    const Value *constants;
    int64_t single_argc; /* arguments of the only, fixed arity; or -1 */
    uint32_t single_registers;
    uint32_t word_count;
    uint32_t constant_count;
    uint32_t captured_count;
    uint32_t arity_count;
    uint32_t place_count;
    const struct code_arity *arities; /* by required; the variadic one last */
    const struct code_place *places;  /* by pc */
    Value name;                       /* string: "user/area", "fn" */
    Value parameters;                 /* list of vectors, as written */
    bool is_inner;                    /* a part of the function around it */
    Value file;                       /* string or nil */
    struct error_place place;         /* of the function form */
};

static inline struct code_object *
code_of(Value code)
{
    return (struct code_object *)value_object(code);
}

/* The code of a KIND_FUNCTION value. */
static inline struct code_object *
code_of_function(Value function)
{
    struct function_object *object =
        (struct function_object *)value_object(function);
    return code_of(object->code);
}

/* A function of this code; the captured slots are to be filled. */
struct function_object *code_function(Value code);

/* The arity that takes argc arguments, or NULL. */
const struct code_arity *
code_arity_for(const struct code_object *code, uint32_t argc);

/* The place of the word at index pc; line 0 if none is known. */
struct error_place code_place_at(const struct code_object *code, uint32_t pc);

#endif
