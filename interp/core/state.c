/* SPDX-License-Identifier: MIT */
/*
 * Atoms, volatiles, delays, and errors as values.
 *
 * An atom or volatile may be written as long as the top-level form runs that
 * made it; after that it is frozen. Each form has a number, and a cell knows
 * that of its own.
 */
#include "interp/core/state.h"

#include "interp/core/support.h"
#include "interp/data/alloc.h"
#include "interp/data/map.h"
#include "interp/read/pretty.h"
#include "interp/vm/call.h"

#include <assert.h>

static uint32_t current_form = 1;

/* Freezes the cells that the forms before have made. */
void
state_next_form(void)
{
    current_form++;
}

/* --- Cells --------------------------------------------------------------------- */

/* The slot of the hash holds the number of the form. */
Value
state_cell_make(uint8_t flags, Value value)
{
    struct cell_object *cell = alloc_object(KIND_CELL, sizeof *cell);
    cell->head.flags = flags;
    cell->head.hash = current_form;
    cell->value = value;
    cell->meta = VALUE_NIL;
    return value_from_object(cell);
}

static const char *
cell_name(uint8_t flags)
{
    return flags == CELL_ATOM       ? "an atom"
           : flags == CELL_VOLATILE ? "a volatile"
                                    : "a matcher";
}

/* The cell to be written, or an error. */
struct cell_object *
state_cell_expect(const char *operation, uint8_t flags, Value v)
{
    if (!value_is_kind(v, KIND_CELL) || !(value_object(v)->flags & flags)) {
        core_throw_type(operation, cell_name(flags), v);
    }
    struct cell_object *cell = (struct cell_object *)value_object(v);
    if (cell->head.hash != current_form) {
        error_throw_help(
            ERROR_STATE,
            "Make it with let inside of the form that changes it, or compute "
            "the value without it.",
            "%s: %s can be changed only by the top-level form that made it",
            operation, cell_name(flags));
    }
    return cell;
}

/* (atom x & options) */
static Value
state_atom(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    Value atom = state_cell_make(CELL_ATOM, args[0]);
    for (uint32_t i = 1; i + 1 < argc; i += 2) {
        if (value_is(args[i], keyword_from_cstring("meta"))) {
            ((struct cell_object *)value_object(atom))->meta = args[i + 1];
        } else {
            error_throw_help(ERROR_VALUE, "The only option is :meta.",
                             "atom: %s is not known", value_shown(args[i]));
        }
    }
    return atom;
}

/* (volatile! x) */
static Value
state_volatile(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return state_cell_make(CELL_VOLATILE, args[0]);
}

/* (f old args...) for the arguments [cell f args...]; *old is what it was. */
static Value
swapped(struct cell_object *cell, Value *args, uint32_t argc, Value *old)
{
    Value f = args[1];
    *old = cell->value;
    args[1] = cell->value;
    return invoke(f, args + 1, argc - 1);
}

/* (swap! atom f & args) */
static Value
state_swap(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    struct cell_object *cell = state_cell_expect("swap!", CELL_ATOM, args[0]);
    Value old;
    cell->value = swapped(cell, args, argc, &old);
    return cell->value;
}

/* (swap-vals! atom f & args) */
static Value
state_swap_vals(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    struct cell_object *cell =
        state_cell_expect("swap-vals!", CELL_ATOM, args[0]);
    Value old;
    cell->value = swapped(cell, args, argc, &old);
    return vector_2(old, cell->value);
}

/* (reset! atom x) */
static Value
state_reset(Value *args, uint32_t argc)
{
    assert(argc == 2);
    state_cell_expect("reset!", CELL_ATOM, args[0])->value = args[1];
    return args[1];
}

/* (reset-vals! atom x) */
static Value
state_reset_vals(Value *args, uint32_t argc)
{
    assert(argc == 2);
    struct cell_object *cell =
        state_cell_expect("reset-vals!", CELL_ATOM, args[0]);
    Value old = cell->value;
    cell->value = args[1];
    return vector_2(old, args[1]);
}

/* (compare-and-set! atom old new) */
static Value
state_compare_and_set(Value *args, uint32_t argc)
{
    assert(argc == 3);
    struct cell_object *cell =
        state_cell_expect("compare-and-set!", CELL_ATOM, args[0]);
    if (!value_equal(cell->value, args[1])) {
        return VALUE_FALSE;
    }
    cell->value = args[2];
    return VALUE_TRUE;
}

/* (vreset! volatile x) */
static Value
state_vreset(Value *args, uint32_t argc)
{
    assert(argc == 2);
    state_cell_expect("vreset!", CELL_VOLATILE, args[0])->value = args[1];
    return args[1];
}

/* (vswap! volatile f & args) */
static Value
state_vswap(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    struct cell_object *cell =
        state_cell_expect("vswap!", CELL_VOLATILE, args[0]);
    Value old;
    cell->value = swapped(cell, args, argc, &old);
    return cell->value;
}

/* --- Delays ------------------------------------------------------------------------ */

/* (delay* thunk) */
static Value
state_delay(Value *args, uint32_t argc)
{
    assert(argc == 1);
    struct delay_object *delay = alloc_object(KIND_DELAY, sizeof *delay);
    delay->thunk = args[0];
    delay->value = VALUE_ABSENT;
    return value_from_object(delay);
}

/* Runs the thunk at most once, unless it throws. */
static Value
force(Value v)
{
    struct delay_object *delay = (struct delay_object *)value_object(v);
    if (value_is(delay->value, VALUE_ABSENT)) {
        // A thunk that throws leaves the delay as it was. It may run for long.
        alloc_forget_stack();
        delay->value = invoke0(delay->thunk);
    }
    return delay->value;
}

/* (force x) */
static Value
state_force(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return value_is_kind(args[0], KIND_DELAY) ? force(args[0]) : args[0];
}

/* (realized? x) */
static Value
state_is_realized(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (value_is_kind(args[0], KIND_LAZY)) {
        return value_bool(seq_is_realised(args[0]));
    }
    if (value_is_kind(args[0], KIND_DELAY)) {
        const struct delay_object *delay =
            (const struct delay_object *)value_object(args[0]);
        return value_bool(!value_is(delay->value, VALUE_ABSENT));
    }
    if (seq_is(args[0])) {
        return VALUE_TRUE;
    }
    core_throw_type("realized?", "a lazy sequence or delay", args[0]);
}

/* (deref ref) */
static Value
state_deref(Value *args, uint32_t argc)
{
    assert(argc == 1);
    struct object *object =
        value_is_object(args[0]) ? value_object(args[0]) : NULL;
    switch (value_kind(args[0])) {
    case KIND_CELL:
        return ((struct cell_object *)object)->value;
    case KIND_DELAY:
        return force(args[0]);
    case KIND_REDUCED:
        return ((struct reduced_object *)object)->value;
    case KIND_VAR:
        return core_var_value(args[0]);
    default:
        core_throw_type("deref", "an atom, volatile, delay, reduced or var",
                        args[0]);
    }
}

/* --- Errors -------------------------------------------------------------------------- */

/* NULL for what is no error: ex-data and its like give nil then. */
static const struct error_object *
error_of(Value v)
{
    return value_is_kind(v, KIND_ERROR)
               ? (const struct error_object *)value_object(v)
               : NULL;
}

/* (ex-info message map), (ex-info message map cause) */
static Value
state_ex_info(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    if (!text_is(args[0]) && !value_is_nil(args[0])) {
        core_throw_type("ex-info", "a string as message", args[0]);
    }
    if (!core_is_map(args[1])) {
        core_throw_type("ex-info", "a map as data", args[1]);
    }
    Value cause = argc == 3 ? args[2] : VALUE_NIL;
    if (!value_is_nil(cause) && !value_is_kind(cause, KIND_ERROR)) {
        core_throw_type("ex-info", "an error as cause", cause);
    }
    Value message = text_is(args[0]) ? args[0] : text_from_cstring("");
    return error_make(ERROR_USER, message, args[1], cause);
}

/* (ex-message error) */
static Value
state_ex_message(Value *args, uint32_t argc)
{
    assert(argc == 1);
    const struct error_object *error = error_of(args[0]);
    return error == NULL ? VALUE_NIL : error->message;
}

/* (ex-data error) */
static Value
state_ex_data(Value *args, uint32_t argc)
{
    assert(argc == 1);
    const struct error_object *error = error_of(args[0]);
    return error == NULL ? VALUE_NIL : error->data;
}

/* (ex-cause error) */
static Value
state_ex_cause(Value *args, uint32_t argc)
{
    assert(argc == 1);
    const struct error_object *error = error_of(args[0]);
    return error == NULL ? VALUE_NIL : error->cause;
}

/* (ex-type error) */
static Value
state_error_type(Value *args, uint32_t argc)
{
    assert(argc == 1);
    const struct error_object *error = error_of(args[0]);
    return error == NULL ? VALUE_NIL
                         : keyword_from_cstring(error_type_name(
                               (enum error_type)error->head.flags));
}

/* What the macro `assert` calls: [form] or [form message]. */
static Value
state_assert_failed(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    Value pr_str = core_value_of("pr-str");
    Value form = invoke1(pr_str, args[0]);
    if (argc == 1) {
        error_throw(ERROR_ASSERT, "Assert failed: %s", text_bytes(form));
    }
    Value message = invoke1(core_value_of("str"), args[1]);
    error_throw(ERROR_ASSERT, "Assert failed: %s\n%s", text_bytes(message),
                text_bytes(form));
}

/* What the macro `condp` calls. */
static Value
state_no_clause(Value *args, uint32_t argc)
{
    assert(argc == 1);
    Value text = invoke1(core_value_of("pr-str"), args[0]);
    error_throw(ERROR_VALUE, "No matching clause: %s", text_bytes(text));
}

static const struct builtin rows[] = {
    {"atom", 1, ARGS_ANY, state_atom, "[x & options]",
     "A cell that holds x; only the form that made it may change it.", "0.1"},
    {"volatile!", 1, 1, state_volatile, "[x]",
     "A cell for the state of a transducer.", "0.1"},
    {"swap!", 2, ARGS_ANY, state_swap, "[atom f & args]",
     "Sets an atom to (f old args...).", "0.1"},
    {"swap-vals!", 2, ARGS_ANY, state_swap_vals, "[atom f & args]",
     "As swap!, but gives [old new].", "0.1"},
    {"reset!", 2, 2, state_reset, "[atom x]", "Sets an atom to x.", "0.1"},
    {"reset-vals!", 2, 2, state_reset_vals, "[atom x]",
     "As reset!, but gives [old new].", "0.1"},
    {"compare-and-set!", 3, 3, state_compare_and_set, "[atom old new]",
     "Sets an atom to new if it holds old; whether it did.", "0.1"},
    {"vreset!", 2, 2, state_vreset, "[volatile x]", "Sets a volatile to x.",
     "0.1"},
    {"vswap!", 2, ARGS_ANY, state_vswap, "[volatile f & args]",
     "Sets a volatile to (f old args...).", "0.1"},
    {"deref", 1, 1, state_deref, "[ref]",
     "What an atom, volatile, delay, reduced or var holds.", "0.1"},
    {"delay*", 1, 1, state_delay, "[thunk]",
     "What the macro delay expands into.", "0.1"},
    {"force", 1, 1, state_force, "[x]", "The value of a delay, else x.", "0.1"},
    {"realized?", 1, 1, state_is_realized, "[x]",
     "True for a lazy sequence or delay that has been computed.", "0.1"},
    {"ex-info", 2, 3, state_ex_info, "[message map] [message map cause]",
     "An error that carries data.", "0.1"},
    {"ex-message", 1, 1, state_ex_message, "[error]",
     "The message of an error, or nil.", "0.1"},
    {"ex-data", 1, 1, state_ex_data, "[error]", "The data of an error, or nil.",
     "0.1"},
    {"ex-cause", 1, 1, state_ex_cause, "[error]",
     "The cause of an error, or nil.", "0.1"},
    {"ex-type", 1, 1, state_error_type, "[error]",
     "The kind of an error (:arity, :type, :user...), or nil.", "0.1"},
    {"assert-failed", 1, 2, state_assert_failed, "[form] [form message]",
     "Throws what a failed assert throws.", "0.1"},
    {"no-matching-clause", 1, 1, state_no_clause, "[x]",
     "Throws what condp throws when no clause matches.", "0.1"},
};

const struct core_table core_state[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
