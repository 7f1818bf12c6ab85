/* SPDX-License-Identifier: MIT */
/*
 * try runs its parts as functions: a body that throws then unwinds whole
 * frames, and the loop needs no notion of handlers.
 */
#include "interp/vm/language.h"

#include "interp/compile/analyze.h"
#include "interp/compile/form.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/namespace.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/read/print.h"
#include "interp/vm/call.h"
#include "interp/vm/require.h"

#include <assert.h>
#include <string.h>

static bool is_sealed;

/* --- try, catch, throw ------------------------------------------------------ */

struct attempt {
    Value function;
    Value argument; /* ABSENT: none */
};

static Value
run_attempt(void *arg)
{
    const struct attempt *attempt = arg;
    bool has_argument = !value_is(attempt->argument, VALUE_ABSENT);
    return call_value(attempt->function, &attempt->argument,
                      has_argument ? 1 : 0);
}

/* A spent budget and a suspension end the whole form: nothing runs on the
 * way. */
static bool
is_final(Value thrown)
{
    assert(value_is_kind(thrown, KIND_ERROR));
    uint8_t type = value_object(thrown)->flags;
    return type == ERROR_LIMIT || type == ERROR_SUSPENDED;
}

/* (try* body handler finally); handler and finally may be nil. What finally
 * throws takes the place of what was thrown before. */
static Value
language_try(Value *args, uint32_t argc)
{
    assert(argc == 3);
    Value handler = args[1];
    Value finally = args[2];
    struct attempt body = {args[0], VALUE_ABSENT};
    Value result;
    Value thrown;
    bool is_done = error_try(run_attempt, &body, &result, &thrown);
    if (!is_done && is_final(thrown)) {
        error_throw_value(thrown);
    }
    if (!is_done && !value_is_nil(handler)) {
        struct attempt rescue = {handler, thrown};
        if (value_is_nil(finally)) {
            return run_attempt(&rescue);
        }
        is_done = error_try(run_attempt, &rescue, &result, &thrown);
        if (!is_done && is_final(thrown)) {
            error_throw_value(thrown);
        }
    }
    if (!value_is_nil(finally)) {
        call_value(finally, NULL, 0);
    }
    if (!is_done) {
        error_throw_value(thrown);
    }
    return result;
}

static Value
language_throw(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (!value_is_kind(args[0], KIND_ERROR)) {
        error_throw_help(ERROR_TYPE,
                         "Make one: (throw (ex-info \"message\" {:key 1})).",
                         "throw takes an error, found %s",
                         value_shown(args[0]));
    }
    error_throw_value(args[0]);
}

/* Kinds of errors under the names that Clojure programs catch them by. */
static const struct {
    const char *name;
    uint32_t types; /* bits */
} classes[] = {
    {"Throwable", ~0u},
    {"Exception", ~(1u << ERROR_ASSERT)},
    {"RuntimeException", ~(1u << ERROR_ASSERT)},
    {"Error", 1u << ERROR_ASSERT},
    {"AssertionError", 1u << ERROR_ASSERT},
    {"ExceptionInfo", 1u << ERROR_USER},
    {"ArithmeticException", 1u << ERROR_OVERFLOW | 1u << ERROR_VALUE},
    {"ArityException", 1u << ERROR_ARITY},
    {"IllegalArgumentException", 1u << ERROR_ARITY | 1u << ERROR_VALUE |
                                     1u << ERROR_TYPE | 1u << ERROR_KEY},
    {"NumberFormatException", 1u << ERROR_VALUE},
    {"IllegalStateException", 1u << ERROR_STATE},
    {"ClassCastException", 1u << ERROR_TYPE},
    {"NullPointerException", 1u << ERROR_TYPE},
    {"IndexOutOfBoundsException", 1u << ERROR_INDEX},
    {"UnsupportedOperationException", 1u << ERROR_REFUSED | 1u << ERROR_TYPE},
};

static bool
class_matches(enum error_type type, Value name)
{
    const char *text = text_bytes(name);
    const char *dot = strrchr(text, '.');
    const char *plain = dot == NULL ? text : dot + 1;
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        if (strcmp(classes[i].name, plain) == 0) {
            return (classes[i].types >> type & 1u) != 0;
        }
    }
    error_throw_help(ERROR_UNKNOWN,
                     "Catch :default, Throwable, ExceptionInfo or a kind such "
                     "as :arity, :type, :overflow, :index, :key or :value.",
                     "There is no kind of error %s", text);
}

/* (catches? error kind) */
static Value
language_catches(Value *args, uint32_t argc)
{
    assert(argc == 2);
    enum error_type type = (enum error_type)value_object(args[0])->flags;
    if (symbol_is(args[1])) {
        return value_bool(class_matches(type, symbol_name(args[1])));
    }
    if (!symbol_is_keyword(args[1])) {
        error_throw(ERROR_SYNTAX, "catch takes a kind of error, found %s",
                    form_text(args[1]));
    }
    Value name = symbol_name(args[1]);
    return value_bool(text_equal_cstring(name, "default") ||
                      text_equal_cstring(name, error_type_name(type)));
}

/* --- Namespaces ---------------------------------------------------------------- */

static void
enter_namespace(Value name)
{
    if (is_sealed && form_is_symbol_named(name, "clojure.core")) {
        error_throw_help(ERROR_REFUSED, "Define it in a namespace of your own.",
                         "clojure.core cannot be extended");
    }
    namespace_set_current(
        namespace_ensure(symbol_make(VALUE_NIL, symbol_name(name))));
}

static Value
language_in_ns(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (!form_is_simple_symbol(args[0])) {
        error_throw(ERROR_TYPE, "in-ns takes a symbol, found %s",
                    form_text(args[0]));
    }
    enter_namespace(args[0]);
    return namespace_current();
}

static void
ns_clause(Value clause)
{
    struct form_items items = {0};
    if (form_is_list(clause) || value_is_kind(clause, KIND_VECTOR)) {
        items = form_items(clause);
    }
    Value key = items.count == 0 ? VALUE_NIL : items.at[0];
    if (value_is(key, form_keyword("require")) ||
        value_is(key, form_keyword("require-macros"))) {
        for (uint32_t i = 1; i < items.count; i++) {
            require_spec(items.at[i]);
        }
    } else if (value_is(key, form_keyword("use"))) {
        for (uint32_t i = 1; i < items.count; i++) {
            require_use(items.at[i]);
        }
    } else if (value_is(key, form_keyword("import"))) {
        error_throw_help(ERROR_REFUSED,
                         "There is no host platform below Magma.",
                         "ns: :import is not available in Magma");
    } else if (value_is(key, form_keyword("refer-clojure"))) {
        require_core(items.at + 1, (items.count - 1) / 2);
    } else if (!value_is(key, form_keyword("gen-class"))) {
        error_throw_help(ERROR_SYNTAX,
                         "As in (ns a.b (:require [clojure.string :as str])).",
                         "ns: unknown clause %s", form_text(clause));
    }
}

/* The metadata of the current namespace: its name's, a docstring, a map; where
 * there is none of them, it stays. The number of clauses that were for it. */
static uint32_t
ns_head(Value meta, struct form_items clauses)
{
    uint32_t at = 0;
    if (at < clauses.count && text_is(clauses.at[at])) {
        meta = map_assoc(map_is(meta) ? meta : map_empty(), form_keyword("doc"),
                         clauses.at[at++]);
    }
    if (at < clauses.count && map_is(clauses.at[at])) {
        meta = map_merge(map_is(meta) ? meta : map_empty(), clauses.at[at++]);
    }
    if (map_is(meta)) {
        ((struct namespace_object *)value_object(namespace_current()))->meta =
            meta;
    }
    return at;
}

/* (ns* 'name '(clauses...)); the namespace stays the current one even if a
 * clause throws, so a session can go on in it. */
static Value
language_ns(Value *args, uint32_t argc)
{
    assert(argc == 2);
    enter_namespace(args[0]);
    struct form_items clauses = form_items(args[1]);
    uint32_t at = ns_head(meta_of(args[0]), clauses);
    for (; at < clauses.count; at++) {
        ns_clause(clauses.at[at]);
    }
    return VALUE_NIL;
}

static Value
language_require(Value *args, uint32_t argc)
{
    for (uint32_t i = 0; i < argc; i++) {
        require_spec(args[i]);
    }
    return VALUE_NIL;
}

/* (use & specs) */
static Value
language_use(Value *args, uint32_t argc)
{
    for (uint32_t i = 0; i < argc; i++) {
        require_use(args[i]);
    }
    return VALUE_NIL;
}

static void
check_pairs(const char *operation, uint32_t count)
{
    if (count % 2 != 0) {
        error_throw(ERROR_ARITY, "%s: a filter has no value", operation);
    }
}

static Value
language_refer_clojure(Value *args, uint32_t argc)
{
    check_pairs("refer-clojure", argc);
    require_core(args, argc / 2);
    return VALUE_NIL;
}

static Value
language_refer(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    check_pairs("refer", argc - 1);
    Value ns = symbol_is(args[0]) ? namespace_find(args[0]) : args[0];
    if (!value_is_kind(ns, KIND_NAMESPACE)) {
        error_throw_help(ERROR_UNKNOWN, "Require it first.",
                         "There is no namespace %s", form_text(args[0]));
    }
    require_refer(ns, args + 1, (argc - 1) / 2);
    return VALUE_NIL;
}

/* --- Macros, keys ----------------------------------------------------------------- */

static Value
language_macroexpand_1(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return analyze_expand_once(args[0], NULL);
}

static Value
language_macroexpand(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return analyze_expand(args[0], NULL);
}

/* What {:keys! [...]} takes values with. */
static Value
language_require_key(Value *args, uint32_t argc)
{
    assert(argc == 2);
    Value found = call_get(args[0], args[1], VALUE_ABSENT);
    if (value_is(found, VALUE_ABSENT)) {
        error_throw(ERROR_KEY, "The key %s is missing",
                    text_bytes(print_to_string(args[1], PRINT_READABLE)));
    }
    return found;
}

const struct builtin language_rows[] = {
    {"try*", 3, 3, language_try, "[body handler finally]",
     "What try expands to: three functions, or nil for the last two.", "0.1"},
    {"throw*", 1, 1, language_throw, "[error]", "Throws an error.", "0.1"},
    {"catches?", 2, 2, language_catches, "[error kind]",
     "True if a catch clause of this kind handles the error.", "0.1"},
    {"in-ns", 1, 1, language_in_ns, "[name]",
     "Makes this namespace the current one.", "0.1"},
    {"ns*", 2, 2, language_ns, "[name clauses]", "What ns expands to.", "0.1"},
    {"require", 0, ARGS_ANY, language_require, "[& specs]",
     "Loads namespaces: 'a.b or '[a.b :as b :refer [x]].", "0.1"},
    {"use", 0, ARGS_ANY, language_use, "[& specs]",
     "Loads namespaces and makes their names known here: 'a.b or "
     "'[a.b :only [x] :exclude [y] :rename {z w}].",
     "0.1"},
    {"refer", 1, ARGS_ANY, language_refer, "[ns & filters]",
     "Makes the names of a loaded namespace known here; :only and :exclude "
     "take names, :rename a map.",
     "0.1"},
    {"refer-clojure", 0, ARGS_ANY, language_refer_clojure, "[& filters]",
     "Says what is seen of the core from now on, with the filters of refer.",
     "0.1"},
    {"macroexpand-1", 1, 1, language_macroexpand_1, "[form]",
     "Expands the macro that the form calls, once.", "0.1"},
    {"macroexpand", 1, 1, language_macroexpand, "[form]",
     "Expands the form until it calls no macro.", "0.1"},
    {"req!", 2, 2, language_require_key, "[map key]",
     "As get, but a missing key is an error that names it.", "0.1"},
};

const size_t language_row_count =
    sizeof(language_rows) / sizeof(language_rows[0]);

void
language_seal(void)
{
    is_sealed = true;
}
