/* SPDX-License-Identifier: MIT */
/*
 * Functions that make or call functions: comp, partial, juxt, memoize, apply.
 *
 * What is made is a builtin that captured the functions it is made of, as one
 * value or a vector of them; calling it costs a frame more than calling them
 * directly. Arguments arrive in place and may be overwritten, so those that
 * are needed twice are copied first. memoize keeps what it knows in a cell, by
 * the vector of its arguments; what throws is not kept.
 */
#include "interp/core/support.h"
#include "interp/data/map.h"
#include "interp/vm/call.h"

#include <assert.h>
#include <string.h>

/* (identity x) */
static Value
fn_identity(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return args[0];
}

static const struct builtin row_identity =
    CORE_INNER("identity", 1, 1, fn_identity);

/* (apply f args* coll) */
static Value
fn_apply(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    Value *tail = &args[argc - 1];
    // The one builtin of which people expect that it stays lazy.
    if (value_is_kind(args[0], KIND_BUILTIN)) {
        const struct builtin_object *builtin =
            (const struct builtin_object *)value_object(args[0]);
        if (strcmp(builtin->spec->name, "concat") == 0) {
            return core_concat_all(
                list_from_array_rest(args + 1, argc - 2,
                                     seq_is(*tail) ? *tail : seq_of(*tail)));
        }
    }
    return call_apply(args[0], args + 1, argc - 2, tail);
}

/* --- Functions with captured functions ----------------------------------------- */

/* State: the functions, the last to be called first. */
static Value
run_comp(Value *args, uint32_t argc)
{
    Value fns = call_captured();
    uint32_t i = vector_count(fns);
    Value result = invoke(vector_at(fns, i - 1), args, argc);
    while (--i > 0) {
        result = invoke1(vector_at(fns, i - 1), result);
    }
    return result;
}

static const struct builtin row_comp =
    CORE_INNER("comp", 0, ARGS_ANY, run_comp);

/* (comp & fns) */
static Value
fn_comp(Value *args, uint32_t argc)
{
    if (argc == 0) {
        return core_builtin(&row_identity, VALUE_NIL);
    }
    return argc == 1 ? args[0]
                     : core_builtin(&row_comp, vector_from_array(args, argc));
}

/* State: [f args...]. */
static Value
run_partial(Value *args, uint32_t argc)
{
    Value state = call_captured();
    struct core_buffer all = {0};
    for (uint32_t i = 1; i < vector_count(state); i++) {
        core_buffer_add(&all, vector_at(state, i));
    }
    for (uint32_t i = 0; i < argc; i++) {
        core_buffer_add(&all, args[i]);
    }
    return invoke(vector_at(state, 0), all.items, all.count);
}

static const struct builtin row_partial =
    CORE_INNER("partial", 0, ARGS_ANY, run_partial);

/* (partial f & args) */
static Value
fn_partial(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    return argc == 1
               ? args[0]
               : core_builtin(&row_partial, vector_from_array(args, argc));
}

/* State: the functions. */
static Value
run_juxt(Value *args, uint32_t argc)
{
    Value fns = call_captured();
    Value made = vector_transient(vector_empty());
    for (uint32_t i = 0; i < vector_count(fns); i++) {
        vector_transient_conj(made, invoke(vector_at(fns, i), args, argc));
    }
    return vector_persistent(made);
}

static const struct builtin row_juxt =
    CORE_INNER("juxt", 0, ARGS_ANY, run_juxt);

/* (juxt & fns) */
static Value
fn_juxt(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    return core_builtin(&row_juxt, vector_from_array(args, argc));
}

static Value
run_complement(Value *args, uint32_t argc)
{
    return value_bool(!value_is_true(invoke(call_captured(), args, argc)));
}

static const struct builtin row_complement =
    CORE_INNER("complement", 0, ARGS_ANY, run_complement);

/* (complement f) */
static Value
fn_complement(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return core_builtin(&row_complement, args[0]);
}

static Value
run_constantly(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    return call_captured();
}

static const struct builtin row_constantly =
    CORE_INNER("constantly", 0, ARGS_ANY, run_constantly);

/* (constantly x) */
static Value
fn_constantly(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return core_builtin(&row_constantly, args[0]);
}

/* State: [f defaults...] for the first arguments. */
static Value
run_fnil(Value *args, uint32_t argc)
{
    Value state = call_captured();
    struct core_buffer all = {0};
    for (uint32_t i = 0; i < argc; i++) {
        bool is_default = i + 1 < vector_count(state) && value_is_nil(args[i]);
        core_buffer_add(&all, is_default ? vector_at(state, i + 1) : args[i]);
    }
    return invoke(vector_at(state, 0), all.items, all.count);
}

static const struct builtin row_fnil =
    CORE_INNER("fnil", 1, ARGS_ANY, run_fnil);

/* (fnil f x), (fnil f x y), (fnil f x y z) */
static Value
fn_fnil(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    return core_builtin(&row_fnil, vector_from_array(args, argc));
}

/* State: [f cell]: the cell holds a map from arguments to results. */
static Value
run_memoize(Value *args, uint32_t argc)
{
    Value state = call_captured();
    Value cell = core_captured_at(state, 1);
    Value key = vector_from_array(args, argc);
    Value found = map_get(core_cell_value(cell), key);
    if (value_is(found, VALUE_ABSENT)) {
        found = invoke(core_captured_at(state, 0), args, argc);
        core_cell_set(cell, map_assoc(core_cell_value(cell), key, found));
    }
    return found;
}

static const struct builtin row_memoize =
    CORE_INNER("memoize", 0, ARGS_ANY, run_memoize);

/* (memoize f) */
static Value
fn_memoize(Value *args, uint32_t argc)
{
    assert(argc == 1);
    Value cell = core_cell(map_empty());
    return core_builtin(&row_memoize, vector_2(args[0], cell));
}

/* --- Predicates together -------------------------------------------------------------- */

/* State: the predicates; true if all hold for all arguments. */
static Value
run_every_pred(Value *args, uint32_t argc)
{
    Value preds = call_captured();
    for (uint32_t p = 0; p < vector_count(preds); p++) {
        for (uint32_t i = 0; i < argc; i++) {
            if (!value_is_true(invoke1(vector_at(preds, p), args[i]))) {
                return VALUE_FALSE;
            }
        }
    }
    return VALUE_TRUE;
}

static const struct builtin row_every_pred =
    CORE_INNER("every-pred", 0, ARGS_ANY, run_every_pred);

/* (every-pred & preds) */
static Value
fn_every_pred(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    return core_builtin(&row_every_pred, vector_from_array(args, argc));
}

/* State: the functions; the first true value, by argument first. */
static Value
run_some_fn(Value *args, uint32_t argc)
{
    Value fns = call_captured();
    Value found = VALUE_NIL;
    for (uint32_t i = 0; i < argc; i++) {
        for (uint32_t f = 0; f < vector_count(fns); f++) {
            found = invoke1(vector_at(fns, f), args[i]);
            if (value_is_true(found)) {
                return found;
            }
        }
    }
    return found;
}

static const struct builtin row_some_fn =
    CORE_INNER("some-fn", 0, ARGS_ANY, run_some_fn);

/* (some-fn & fns) */
static Value
fn_some_fn(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    return core_builtin(&row_some_fn, vector_from_array(args, argc));
}

/* --- Calls ------------------------------------------------------------------------------ */

/* (trampoline f & args) */
static Value
fn_trampoline(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    Value result = invoke(args[0], args + 1, argc - 1);
    while (value_is_kind(result, KIND_FUNCTION) ||
           value_is_kind(result, KIND_BUILTIN)) {
        result = invoke0(result);
    }
    return result;
}

static const struct builtin rows[] = {
    {"identity", 1, 1, fn_identity, "[x]", "x itself.", "0.1"},
    {"apply", 2, ARGS_ANY, fn_apply, "[f args* coll]",
     "Calls f with the arguments and the items of the last one.", "0.1"},
    {"comp", 0, ARGS_ANY, fn_comp, "[& fns]",
     "A function that calls the last of fns, then the others on its result.",
     "0.1"},
    {"partial", 1, ARGS_ANY, fn_partial, "[f & args]",
     "A function that calls f with args and its own.", "0.1"},
    {"juxt", 1, ARGS_ANY, fn_juxt, "[& fns]",
     "A function that gives a vector of what all fns give.", "0.1"},
    {"complement", 1, 1, fn_complement, "[f]", "A function that is (not f).",
     "0.1"},
    {"constantly", 1, 1, fn_constantly, "[x]",
     "A function that always gives x.", "0.1"},
    {"fnil", 2, 4, fn_fnil, "[f x] [f x y] [f x y z]",
     "A function that calls f with x, y, z in the place of nil.", "0.1"},
    {"memoize", 1, 1, fn_memoize, "[f]",
     "A function that calls f once for the same arguments.", "0.1"},
    {"every-pred", 1, ARGS_ANY, fn_every_pred, "[& preds]",
     "A function that is true if all preds hold for all its arguments.", "0.1"},
    {"some-fn", 1, ARGS_ANY, fn_some_fn, "[& fns]",
     "A function that gives the first true value of fns for its arguments.",
     "0.1"},
    {"trampoline", 1, ARGS_ANY, fn_trampoline, "[f & args]",
     "Calls f, then what it gives as long as that is a function.", "0.1"},
};

const struct core_table core_fn[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
