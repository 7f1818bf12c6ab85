/* SPDX-License-Identifier: MIT */
/*
 * The facade of the static analysis. Numbers of arguments are judged here and
 * at the end: what a name means is known only when all is defined.
 */
#include "interp/magma.h"

#include "interp/compile/code.h"
#include "interp/compile/lint.h"
#include "interp/compile/notes.h"
#include "interp/compile/resolve.h"
#include "interp/data/map.h"
#include "interp/vm/call.h"

#include <assert.h>

void
magma_check_begin(void)
{
    lint_set(true);
}

void
magma_check_round(void)
{
    lint_round();
}

void
magma_check_thrown(Value form, Value thrown)
{
    assert(lint_is_on());
    lint_thrown(form, thrown);
}

static bool
takes(Value function, uint32_t argc)
{
    if (value_is_kind(function, KIND_FUNCTION)) {
        return code_arity_for(code_of_function(function), argc) != NULL;
    }
    if (value_is_kind(function, KIND_BUILTIN)) {
        const struct builtin *spec =
            ((const struct builtin_object *)value_object(function))->spec;
        return argc >= spec->min &&
               (spec->max == ARGS_ANY || argc <= spec->max);
    }
    return true;
}

/* The body of error_try. */
static Value
throw_arity(void *arg)
{
    const struct lint_call *call = arg;
    const struct var_object *var =
        (const struct var_object *)value_object(call->var);
    call_throw_arity(var->value, call->argc);
}

/* The error that the call would throw, if it ran. */
static void
judge_call(struct lint_call call)
{
    const struct var_object *var =
        (const struct var_object *)value_object(call.var);
    Value result;
    Value thrown;
    if ((var->head.flags & VAR_MACRO) != 0 || takes(var->value, call.argc) ||
        error_try(throw_arity, &call, &result, &thrown)) {
        return;
    }
    struct error_object *error = (struct error_object *)value_object(thrown);
    error->place = call.place;
    error->trace = VALUE_NIL;
    notes_error(thrown);
}

bool
magma_check_finish(void)
{
    lint_finish(!value_is_nil(resolve_open()));
    for (uint32_t i = 0; i < lint_call_count(); i++) {
        judge_call(lint_call_at(i));
    }
    return notes_error_count() == 0;
}

uint32_t
magma_check_end(void)
{
    lint_set(false);
    return notes_count();
}

const struct note *
magma_check_note(uint32_t index)
{
    return notes_at(index);
}

void
magma_check_keys(const char *function, const char *const *keys, size_t count)
{
    lint_set_keys(function, keys, count);
}

const char *const *
magma_keys(const char *function, size_t *count)
{
    return lint_keys(function, count);
}
