/* SPDX-License-Identifier: MIT */
/*
 * For unit tests of the data layer: starts the collector before main, makes
 * values briefly, lets C functions stand for functions of programs, and shows
 * what was thrown.
 */
#ifndef TESTS_LIB_VALUES_H
#define TESTS_LIB_VALUES_H

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/invoke.h"
#include "interp/data/object.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/value.h"
#include "interp/data/vector.h"
#include "tests/lib/test.h"

/* What the function that runs captured. */
static Value values_captured;

static Value
values_invoke(Value fn, const Value *args, uint32_t argc)
{
    const struct builtin_object *builtin =
        (const struct builtin_object *)value_object(fn);
    Value copy[4];
    for (uint32_t i = 0; i < argc && i < 4; i++) {
        copy[i] = args[i];
    }
    values_captured = builtin->captured;
    return builtin->spec->function(copy, argc);
}

__attribute__((constructor)) static void
values_start(void)
{
    alloc_start(4 * 1024 * 1024);
    invoke_set(values_invoke);
}

/* A function value; row is static storage. */
static inline Value
values_function(const struct builtin *row, Value captured)
{
    struct builtin_object *object =
        alloc_object(KIND_BUILTIN, sizeof(struct builtin_object));
    object->spec = row;
    object->ns = VALUE_NIL;
    object->captured = captured;
    object->meta = VALUE_NIL;
    return value_from_object(object);
}

static inline Value
integer(int64_t n)
{
    return value_from_small_int(n);
}

static inline Value
string(const char *text)
{
    return text_from_cstring(text);
}

static inline Value
keyword(const char *name)
{
    return keyword_from_cstring(name);
}

/* The message that body throws, or NULL; a value that is no error: "value". */
static inline const char *
thrown_by(error_body body, void *arg)
{
    Value result;
    Value thrown;
    if (error_try(body, arg, &result, &thrown)) {
        return NULL;
    }
    if (!value_is_kind(thrown, KIND_ERROR)) {
        return "value";
    }
    return text_bytes(((struct error_object *)value_object(thrown))->message);
}

/* The text of a string value, or NULL for anything else. */
static inline const char *
bytes_of(Value v)
{
    return text_is(v) ? text_bytes(v) : NULL;
}

#endif
