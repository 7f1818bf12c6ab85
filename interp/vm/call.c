/* SPDX-License-Identifier: MIT */
/*
 * Everything callable, arities, apply. Arguments always lie on the register
 * stack when a callee sees them: the collector scans them there, and a callee
 * may overwrite them.
 */
#include "interp/vm/call.h"

#include "interp/data/invoke.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/protocol.h"
#include "interp/data/seq.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/transient.h"
#include "interp/data/vector.h"
#include "interp/read/print.h"
#include "interp/vm/limits.h"
#include "interp/vm/push.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static call_hook hooks[KIND_ABSENT + 1];
static call_getter getter;

void
call_set_hook(enum kind kind, call_hook hook)
{
    assert(kind <= KIND_ABSENT && hooks[kind] == NULL);
    hooks[kind] = hook;
}

void
call_set_get(call_getter get)
{
    getter = get;
}

Value
call_get(Value coll, Value key, Value missing)
{
    assert(getter != NULL);
    return getter(coll, key, missing);
}

/* --- Arity ----------------------------------------------------------------- */

Value
call_name_of(Value fn)
{
    switch (value_kind(fn)) {
    case KIND_FUNCTION: {
        Value name = code_of_function(fn)->name;
        return text_is(name) ? name : text_from_cstring("fn");
    }
    case KIND_BUILTIN: {
        const struct builtin_object *builtin =
            (const struct builtin_object *)value_object(fn);
        if (!text_is(builtin->ns)) {
            return text_from_cstring(builtin->spec->name);
        }
        return text_format("%s/%s", text_bytes(builtin->ns),
                           builtin->spec->name);
    }
    case KIND_METHOD:
        return symbol_full_name(method_object(fn)->name);
    case KIND_KEYWORD:
    case KIND_SYMBOL:
        return print_to_string(fn, PRINT_READABLE);
    default:
        return text_from_cstring(value_kind_text(value_kind(fn)));
    }
}

/* Of #(...) as the program writes it, % for p1__7#. */
static Value
parameter_text(Value param)
{
    if (symbol_is(param)) {
        const char *name = text_bytes(symbol_name(param));
        int end = 0;
        int index;
        if (sscanf(name, "p%d__%*u#%n", &index, &end) == 1 && end > 0) {
            return text_format("%%%d", index);
        }
        if (sscanf(name, "rest__%*u#%n", &end) == 0 && end > 0) {
            return text_from_cstring("%&");
        }
    }
    return print_to_string(param, PRINT_READABLE);
}

static void
add_parameters(struct text_builder *builder, Value params)
{
    text_builder_add_cstring(builder, builder->len > 0 ? " or [" : "[");
    for (uint32_t i = 0; i < vector_count(params); i++) {
        text_builder_add_cstring(builder, i == 0 ? "" : " ");
        text_builder_add_text(builder, parameter_text(vector_at(params, i)));
    }
    text_builder_add_cstring(builder, "]");
}

/* "[a b] [a b c]" with "or" between them. */
static Value
builtin_signature(const struct builtin *spec)
{
    Value text = text_from_cstring(spec->signature);
    return text_replace(text, text_from_cstring("] ["),
                        text_from_cstring("] or ["));
}

/* "[a b] or [a b c]" */
static Value
signature_of(Value fn)
{
    switch (value_kind(fn)) {
    case KIND_BUILTIN:
        return builtin_signature(
            ((const struct builtin_object *)value_object(fn))->spec);
    case KIND_KEYWORD:
    case KIND_SYMBOL:
        return text_from_cstring("[map] or [map missing]");
    case KIND_MAP:
    case KIND_SORTED_MAP:
        return text_from_cstring("[key] or [key missing]");
    case KIND_SET:
    case KIND_SORTED_SET:
        return text_from_cstring("[item]");
    case KIND_VECTOR:
        return text_from_cstring("[index]");
    default:
        break;
    }
    Value parameters;
    if (value_is_kind(fn, KIND_FUNCTION)) {
        parameters = code_of_function(fn)->parameters;
    } else if (value_is_kind(fn, KIND_METHOD)) {
        const struct method_object *method = method_object(fn);
        parameters =
            map_get(protocol_object(method->protocol)->signatures, method->key);
    } else {
        return VALUE_NIL;
    }
    struct text_builder builder;
    text_builder_init(&builder);
    struct seq_iter iter;
    seq_iter_init(&iter, parameters);
    Value params;
    while (seq_iter_next(&iter, &params)) {
        add_parameters(&builder, params);
    }
    return text_builder_string(&builder);
}

void
call_throw_arity(Value fn, uint32_t argc)
{
    Value name = call_name_of(fn);
    Value signature = signature_of(fn);
    Value help = VALUE_NIL;
    if (text_is(signature) && text_byte_len(signature) > 0) {
        help = text_format("It takes %s.", text_bytes(signature));
    }
    error_throw_help(ERROR_ARITY, text_is(help) ? text_bytes(help) : NULL,
                     "Wrong number of arguments (%u) passed to %s", argc,
                     text_bytes(name));
}

/* Cells for a few, which are walked by rest; an array for more, as keyword
 * arguments are: it is a third of the size. */
static Value
pack_rest(const Value *items, uint32_t count)
{
    enum { CELLS_MAX = 3 };
    if (count == 0) {
        return VALUE_NIL;
    }
    return count <= CELLS_MAX ? list_from_array(items, count)
                              : seq_chunk(items, count, VALUE_NIL);
}

/* args[argc] and what follows is free: a rest may be written there. */
const struct code_arity *
call_select(Value fn, Value *args, uint32_t argc)
{
    assert(value_is_kind(fn, KIND_FUNCTION) && args > vm.registers);
    const struct code_arity *arity = code_arity_for(code_of_function(fn), argc);
    if (arity == NULL) {
        call_throw_arity(fn, argc);
    }
    if (arity->variadic) {
        if (args + arity->registers >= vm.register_end) {
            limits_throw_depth();
        }
        args[arity->required] =
            pack_rest(args + arity->required, argc - arity->required);
    }
    return arity;
}

/* --- Calls ------------------------------------------------------------------- */

/* A builtin that captured something gets a frame, where call_captured finds
 * it. */
static Value
call_with_captured(const struct builtin *spec, Value *args, uint32_t argc)
{
    if (vm.frame + 1 >= vm.frame_end) {
        limits_throw_depth();
    }
    struct vm_frame *frame = ++vm.frame;
    *frame = (struct vm_frame){.base = args, .top = vm.top};
    Value result = spec->function(args, argc);
    vm.frame--;
    return result;
}

static Value
call_builtin(Value fn, Value *args, uint32_t argc)
{
    const struct builtin_object *builtin =
        (const struct builtin_object *)value_object(fn);
    const struct builtin *spec = builtin->spec;
    assert(spec != NULL && spec->function != NULL);
    if (argc < spec->min || (spec->max != ARGS_ANY && argc > spec->max)) {
        call_throw_arity(fn, argc);
    }
    call_forget_before_walk(args, argc);
    if (value_is_nil(builtin->captured)) {
        return spec->function(args, argc);
    }
    args[-1] = fn;
    return call_with_captured(spec, args, argc);
}

static void
check_arguments(Value fn, uint32_t argc, uint32_t least, uint32_t most)
{
    if (argc < least || argc > most) {
        call_throw_arity(fn, argc);
    }
}

static Value
call_vector(Value vector, Value *args, uint32_t argc)
{
    check_arguments(vector, argc, 1, 1);
    if (!value_is_int(args[0])) {
        error_throw(ERROR_TYPE, "The index of a vector is an integer, found %s",
                    value_shown(args[0]));
    }
    int64_t index = value_small_int(args[0]);
    if (index < 0 || index >= (int64_t)vector_count(vector)) {
        error_throw(ERROR_INDEX,
                    "Index %lld is outside of a vector of %u items",
                    (long long)index, vector_count(vector));
    }
    return vector_at(vector, (uint32_t)index);
}

_Noreturn static void
throw_not_callable(Value fn)
{
    const char *help = NULL;
    if (value_is_kind(fn, KIND_LIST) || value_is_nil(fn)) {
        help = "Is there a pair of parentheses too many?";
    }
    error_throw_help(ERROR_TYPE, help, "Cannot call %s as a function",
                     value_shown(fn));
}

/* Collections look themselves up; a keyword looks itself up in a collection. */
static Value
call_other(Value fn, Value *args, uint32_t argc)
{
    enum kind kind = value_kind(fn);
    if (hooks[kind] != NULL) {
        return hooks[kind](fn, args, argc);
    }
    switch (kind) {
    case KIND_KEYWORD:
    case KIND_SYMBOL:
        check_arguments(fn, argc, 1, 2);
        return call_get(args[0], fn, argc == 2 ? args[1] : VALUE_NIL);
    case KIND_MAP:
    case KIND_SORTED_MAP:
    case KIND_TRANSIENT:
        check_arguments(fn, argc, 1,
                        value_is_kind(fn, KIND_TRANSIENT) &&
                                transient_type(fn) == TRANSIENT_VECTOR
                            ? 1
                            : 2);
        return call_get(fn, args[0], argc == 2 ? args[1] : VALUE_NIL);
    case KIND_SET:
    case KIND_SORTED_SET:
        check_arguments(fn, argc, 1, 1);
        return call_get(fn, args[0], VALUE_NIL);
    case KIND_VECTOR:
        return call_vector(fn, args, argc);
    case KIND_VAR:
        return call_value(((const struct var_object *)value_object(fn))->value,
                          args, argc);
    default:
        throw_not_callable(fn);
    }
}

Value
call_in_place(Value fn, Value *args, uint32_t argc)
{
    if (value_is_kind(fn, KIND_BUILTIN)) {
        if (--vm.slice <= 0) {
            limits_tick();
        }
        return call_builtin(fn, args, argc);
    }
    if (!value_is_kind(fn, KIND_FUNCTION)) {
        return call_other(fn, args, argc);
    }
    Value *top = vm.top;
    const struct vm_frame *frame = vm.frame;
    push_call(fn, args, argc);
    Value result = vm_run();
    assert(vm.frame == frame);
    vm.top = top;
    return result;
}

/* Room for a function and its arguments on top of the register stack, and for
 * one register more: a builtin that captured something needs no other. */
static Value *
reserve(Value fn, uint32_t argc)
{
    if ((size_t)(vm.register_end - vm.top) < (size_t)argc + 2) {
        limits_throw_depth();
    }
    Value *args = vm.top + 1;
    args[-1] = fn;
    return args;
}

/* The copy lies on top of whatever the running frame needs, so the arguments
 * may come from anywhere, and the callee may write over them. */
Value
call_value(Value fn, const Value *args, uint32_t argc)
{
    invoke_check_stack();
    Value *top = vm.top;
    Value *copy = reserve(fn, argc);
    for (uint32_t i = 0; i < argc; i++) {
        copy[i] = args[i];
    }
    vm.top = copy + argc;
    Value result = call_in_place(fn, copy, argc);
    vm.top = top;
    return result;
}

/* --- apply ---------------------------------------------------------------------- */

/* Arguments that a function wants one by one before its rest; all of them if
 * it has no rest. */
static uint32_t
wanted_before_rest(Value fn)
{
    if (!value_is_kind(fn, KIND_FUNCTION)) {
        return UINT32_MAX;
    }
    const struct code_object *code = code_of_function(fn);
    const struct code_arity *last = &code->arities[code->arity_count - 1];
    return last->variadic ? last->required : UINT32_MAX;
}

/* Puts items of iter on the register stack behind args until there are more
 * than `wanted`; the new count. */
static uint32_t
spread(Value *args, uint32_t argc, uint32_t wanted, struct seq_iter *iter)
{
    Value item;
    while (argc <= wanted && seq_iter_next(iter, &item)) {
        if (vm.top + 1 >= vm.register_end) {
            limits_throw_depth();
        }
        args[argc++] = item;
        vm.top = args + argc;
        if (--vm.slice <= 0) {
            limits_tick();
        }
    }
    return argc;
}

/* Calls a variadic arity whose rest is a sequence already: what was put on the
 * stack behind its required arguments goes back in front of the rest. */
static Value
call_with_rest(Value fn, Value *args, uint32_t argc, Value rest)
{
    const struct code_object *code = code_of_function(fn);
    const struct code_arity *arity = &code->arities[code->arity_count - 1];
    assert(arity->variadic && argc > arity->required);
    args[arity->required] = list_from_array_rest(args + arity->required,
                                                 argc - arity->required, rest);
    push_frame(code, args, arity->required + 1u, arity->registers,
               arity->entry);
    return vm_run();
}

/* A function with a rest gets one more item than it requires, so that it is
 * known that there is a rest; what follows stays lazy. */
Value
call_apply(Value fn, const Value *args, uint32_t argc, Value *tail)
{
    invoke_check_stack();
    Value *top = vm.top;
    Value *copy = reserve(fn, argc);
    if (argc > 0) {
        memcpy(copy, args, sizeof(Value) * argc);
    }
    vm.top = copy + argc;
    struct seq_iter iter;
    seq_iter_take(&iter, tail);
    uint32_t wanted = wanted_before_rest(fn);
    uint32_t count = spread(copy, argc, wanted, &iter);
    Value result = count > wanted
                       ? call_with_rest(fn, copy, count, seq_iter_rest(&iter))
                       : call_in_place(fn, copy, count);
    vm.top = top;
    return result;
}

Value
call_captured(void)
{
    Value running = vm.frame->base[-1];
    if (!value_is_kind(running, KIND_BUILTIN)) {
        return VALUE_NIL;
    }
    return ((const struct builtin_object *)value_object(running))->captured;
}
