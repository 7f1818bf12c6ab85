/* SPDX-License-Identifier: MIT */
/*
 * Namespaces and vars as programs see them, and the little in C below
 * clojure.test: where forms stand, and what a run has collected.
 */
#include "interp/data/namespace.h"

#include "interp/compile/expand.h"
#include "interp/compile/special.h"
#include "interp/core/support.h"
#include "interp/data/alloc.h"
#include "interp/data/map.h"
#include "interp/data/type.h"
#include "interp/read/reader.h"
#include "interp/vm/module.h"

#include <assert.h>
#include <string.h>

static const struct namespace_object *
ns_object(Value ns)
{
    return (const struct namespace_object *)value_object(ns);
}

static const struct var_object *
var_of(Value var)
{
    return (const struct var_object *)value_object(var);
}

static Value
nil_if_absent(Value v)
{
    return value_is(v, VALUE_ABSENT) ? VALUE_NIL : v;
}

/* The namespace that a symbol names, or that v is. */
static Value
the_ns(const char *operation, Value v)
{
    if (value_is_kind(v, KIND_NAMESPACE)) {
        return v;
    }
    if (!symbol_is(v)) {
        core_throw_type(operation, "a namespace or a symbol", v);
    }
    Value found = namespace_find(v);
    if (value_is(found, VALUE_ABSENT)) {
        error_throw(ERROR_UNKNOWN, "No namespace: %s found",
                    text_bytes(symbol_full_name(v)));
    }
    return found;
}

/* (current-ns) */
static Value
ns_current(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    return namespace_current();
}

/* (find-ns symbol) */
static Value
ns_find(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (!symbol_is(args[0])) {
        core_throw_type("find-ns", "a symbol", args[0]);
    }
    return nil_if_absent(namespace_find(args[0]));
}

/* (the-ns ns) */
static Value
ns_the(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return the_ns("the-ns", args[0]);
}

/* (ns-name ns) */
static Value
ns_name(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return ns_object(the_ns("ns-name", args[0]))->name;
}

/* (ns-aliases ns) */
static Value
ns_aliases(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return ns_object(the_ns("ns-aliases", args[0]))->aliases;
}

/* (ns-interns ns) */
static Value
ns_interns(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return namespace_vars(the_ns("ns-interns", args[0]));
}

/* (ns-publics ns) */
static Value
ns_publics(Value *args, uint32_t argc)
{
    assert(argc == 1);
    Value vars = namespace_vars(the_ns("ns-publics", args[0]));
    Value transient = map_transient(map_empty());
    struct map_iter iter;
    map_iter_init(&iter, vars);
    Value name;
    Value var;
    while (map_iter_next(&iter, &name, &var)) {
        if (!(var_of(var)->head.flags & VAR_PRIVATE)) {
            map_transient_assoc(transient, name, var);
        }
    }
    return map_persistent(transient);
}

/* (ns-refers ns) */
static Value
ns_refers(Value *args, uint32_t argc)
{
    assert(argc == 1);
    Value core = namespace_find(symbol_from_cstring("clojure.core"));
    Value here = the_ns("ns-refers", args[0]);
    Value refers = value_is(core, here) ? map_empty() : ns_publics(&core, 1);
    return map_merge(refers, namespace_refers(here));
}

/* (ns-map ns) */
static Value
ns_map(Value *args, uint32_t argc)
{
    assert(argc == 1);
    Value refers = ns_refers(args, argc);
    return map_merge(refers, namespace_vars(the_ns("ns-map", args[0])));
}

/* (all-ns), in the order of their names */
static Value
ns_all(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    struct core_buffer all = {0};
    struct map_iter iter;
    map_iter_init(&iter, namespace_all());
    Value name;
    Value ns;
    while (map_iter_next(&iter, &name, &ns)) {
        core_buffer_add(&all, ns);
    }
    return core_buffer_seq(&all);
}

/* (alias alias ns) */
static Value
ns_alias(Value *args, uint32_t argc)
{
    assert(argc == 2);
    if (!symbol_is(args[0])) {
        core_throw_type("alias", "a symbol", args[0]);
    }
    namespace_alias(namespace_current(), args[0], the_ns("alias", args[1]));
    return VALUE_NIL;
}

/* As in Clojure, private vars too: what uses the name is refused, not who asks
 * what it means. */
static Value
resolve_in(Value ns, Value symbol)
{
    if (!symbol_is(symbol)) {
        core_throw_type("resolve", "a symbol", symbol);
    }
    Value var = namespace_resolve_any(ns, symbol);
    if (!value_is(var, VALUE_ABSENT) || !value_is_nil(symbol_ns(symbol))) {
        return nil_if_absent(var);
    }
    return nil_if_absent(type_named(text_bytes(symbol_name(symbol))));
}

/* [symbol] or [env symbol]. */
static Value
ns_resolve_here(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    return resolve_in(namespace_current(), args[argc - 1]);
}

/* [ns symbol] or [ns env symbol]. */
static Value
ns_resolve_there(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    return resolve_in(the_ns("ns-resolve", args[0]), args[argc - 1]);
}

/* (find-var symbol) */
static Value
ns_find_var(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (!symbol_is(args[0]) || value_is_nil(symbol_ns(args[0]))) {
        core_throw_type("find-var", "a symbol with a namespace", args[0]);
    }
    Value ns = the_ns("find-var", symbol_make(VALUE_NIL, symbol_ns(args[0])));
    Value name = symbol_make(VALUE_NIL, symbol_name(args[0]));
    return nil_if_absent(map_get(namespace_vars(ns), name));
}

/* (var-get var) */
static Value
ns_var_get(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (!value_is_kind(args[0], KIND_VAR)) {
        core_throw_type("var-get", "a var", args[0]);
    }
    return core_var_value(args[0]);
}

/* (bound? & vars) */
static Value
ns_is_bound(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    for (uint32_t i = 0; i < argc; i++) {
        if (!value_is_kind(args[i], KIND_VAR)) {
            core_throw_type("bound?", "a var", args[i]);
        }
        if (value_is(var_of(args[i])->value, VALUE_UNBOUND)) {
            return VALUE_FALSE;
        }
    }
    return VALUE_TRUE;
}

/* (destructure bindings) */
static Value
ns_destructure(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (!vector_is(args[0])) {
        core_throw_type("destructure", "a vector of bindings", args[0]);
    }
    struct core_buffer bindings = {0};
    core_buffer_add_all(&bindings, args[0]);
    uint32_t count;
    Value *simple = expand_destructure(bindings.items, bindings.count, &count);
    return vector_from_array(simple, count);
}

/* What defonce asks: true if the current namespace itself has a value here. */
static Value
ns_is_bound_name(Value *args, uint32_t argc)
{
    assert(argc == 1);
    Value vars = ns_object(namespace_current())->vars;
    Value var = namespace_defined(map_get(vars, args[0]));
    return value_bool(value_is_kind(var, KIND_VAR) &&
                      !(var_of(var)->head.flags & (VAR_PENDING | VAR_WEAK)) &&
                      !value_is(var_of(var)->value, VALUE_UNBOUND));
}

/* (special-symbol? x) */
static Value
ns_is_special(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return value_bool(special_form_of(args[0]) != NULL);
}

/* Those that a program may write, as a vector. */
static Value
special_names(void)
{
    Value names = vector_empty();
    const struct special_form *form;
    for (size_t i = 0; (form = special_form_at(i)) != NULL; i++) {
        if (form->usage) {
            names = vector_conj(names, symbol_from_cstring(form->name));
        }
    }
    return names;
}

/* (special-form*): all of them; (special-form* x): how it is written and what it
 * does, or nil. */
static Value
ns_special_form(Value *args, uint32_t argc)
{
    if (argc == 0) {
        return special_names();
    }
    const struct special_form *form = special_form_of(args[0]);
    if (!form || !form->usage) {
        return VALUE_NIL;
    }
    Value told[] = {
        keyword_from_cstring("usage"),
        text_from_cstring(form->usage),
        keyword_from_cstring("doc"),
        text_from_cstring(form->doc),
    };
    return map_from_pairs(told, CORE_COUNT(told) / 2);
}

/* (find-keyword name), (find-keyword ns name) */
static Value
ns_find_keyword(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    if (argc == 2) {
        return keyword_make(args[0], args[1]);
    }
    return invoke1(core_value_of("keyword"), args[0]);
}

/* --- Below clojure.test ----------------------------------------------------- */

static Value *test_state;

/* [] reads, [x] sets what the run of tests has collected. */
static Value
ns_test_state(Value *args, uint32_t argc)
{
    if (test_state == NULL) {
        test_state = alloc_root_create();
        *test_state = VALUE_NIL;
    }
    if (argc == 1) {
        *test_state = args[0];
    }
    return *test_state;
}

/* {:file :line :column} of a form, or nil. */
static Value
ns_place(Value *args, uint32_t argc)
{
    assert(argc == 1);
    struct error_place place;
    if (!reader_place_of(args[0], &place)) {
        return VALUE_NIL;
    }
    Value pairs[6] = {keyword_from_cstring("file"),   place.file,
                      keyword_from_cstring("line"),   number_int(place.line),
                      keyword_from_cstring("column"), number_int(place.column)};
    return map_from_pairs(pairs, 3);
}

/* True for a symbol that means a function, not a macro. */
static Value
ns_is_function_name(Value *args, uint32_t argc)
{
    assert(argc == 1);
    bool is_private;
    if (!symbol_is(args[0])) {
        return VALUE_FALSE;
    }
    Value var = namespace_resolve(namespace_current(), args[0], &is_private);
    if (!value_is_kind(var, KIND_VAR) ||
        (var_of(var)->head.flags & VAR_MACRO)) {
        return VALUE_FALSE;
    }
    enum kind kind = value_kind(var_of(var)->value);
    return value_bool(kind == KIND_FUNCTION || kind == KIND_BUILTIN ||
                      kind == KIND_MULTI);
}

static const struct builtin rows[] = {
    {"find-ns", 1, 1, ns_find, "[symbol]", "The namespace, or nil.", "0.1"},
    {"current-ns", 0, 0, ns_current, "[]",
     "The namespace that is being evaluated.", "0.1"},
    {"the-ns", 1, 1, ns_the, "[ns]", "The namespace of a symbol, or an error.",
     "0.1"},
    {"ns-name", 1, 1, ns_name, "[ns]", "The symbol of a namespace.", "0.1"},
    {"ns-aliases", 1, 1, ns_aliases, "[ns]",
     "A map from aliases to namespaces.", "0.1"},
    {"ns-interns", 1, 1, ns_interns, "[ns]",
     "A map from symbols to the vars defined there.", "0.1"},
    {"ns-publics", 1, 1, ns_publics, "[ns]",
     "As ns-interns, without private vars.", "0.1"},
    {"ns-refers", 1, 1, ns_refers, "[ns]",
     "A map from symbols to the vars of other namespaces known there.", "0.1"},
    {"ns-map", 1, 1, ns_map, "[ns]",
     "A map from all symbols that mean something there to their vars.", "0.1"},
    {"all-ns", 0, 0, ns_all, "[]", "All namespaces that are there.", "0.1"},
    {"alias", 2, 2, ns_alias, "[alias ns]",
     "Gives a namespace a short name here.", "0.1"},
    {"resolve", 1, 2, ns_resolve_here, "[symbol] [env symbol]",
     "The var that a symbol means here, or nil.", "0.1"},
    {"ns-resolve", 2, 3, ns_resolve_there, "[ns symbol] [ns env symbol]",
     "The var that a symbol means in a namespace, or nil.", "0.1"},
    {"destructure", 1, 1, ns_destructure, "[bindings]",
     "A vector of bindings without patterns.", "0.1"},
    {"find-var", 1, 1, ns_find_var, "[symbol]",
     "The var of a symbol with a namespace, or nil.", "0.1"},
    {"var-get", 1, 1, ns_var_get, "[var]", "The value of a var.", "0.1"},
    {"bound?", 1, ARGS_ANY, ns_is_bound, "[& vars]",
     "True if all vars have a value.", "0.1"},
    {"bound-name?", 1, 1, ns_is_bound_name, "[symbol]",
     "True if the current namespace defines the symbol.", "0.1"},
    {"special-symbol?", 1, 1, ns_is_special, "[x]",
     "True for the symbol of a special form.", "0.1"},
    {"special-form*", 0, 1, ns_special_form, "[] [x]",
     "What doc tells of a special form.", "0.1"},
    {"find-keyword", 1, 2, ns_find_keyword, "[name] [ns name]",
     "The keyword of this name.", "0.1"},
};

/* --- Below clojure.repl ----------------------------------------------------- */

/* (macro? var) */
static Value
ns_is_macro(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return value_bool(value_is_kind(args[0], KIND_VAR) &&
                      (var_of(args[0])->head.flags & VAR_MACRO) != 0);
}

/* (ns-doc ns) */
static Value
ns_doc(Value *args, uint32_t argc)
{
    assert(argc == 1);
    Value meta = ns_object(the_ns("ns-doc", args[0]))->meta;
    Value doc = map_is(meta) ? map_get(meta, keyword_from_cstring("doc"))
                             : VALUE_ABSENT;
    return value_is(doc, VALUE_ABSENT) ? VALUE_NIL : doc;
}

/* (form-text* ns-name line): the form that begins on a line */
static Value
ns_form_text(Value *args, uint32_t argc)
{
    assert(argc == 2);
    return module_form_text(args[0],
                            (uint32_t)number_expect_int(args[1], "source"));
}

static const struct builtin repl_rows[] = {
    {"macro?", 1, 1, ns_is_macro, "[var]", "True for the var of a macro.",
     "0.1"},
    {"ns-doc", 1, 1, ns_doc, "[ns]", "The docstring of a namespace, or nil.",
     "0.1"},
    {"form-text*", 2, 2, ns_form_text, "[ns-name line]",
     "The text of the form that begins on a line of a namespace's file, or "
     "nil.",
     "0.1"},
};

static const struct builtin test_rows[] = {
    {"state*", 0, 1, ns_test_state, "[] [x]",
     "What the run of tests has collected.", "0.1"},
    {"place*", 1, 1, ns_place, "[form]",
     "Where a form stands: {:file :line :column}, or nil.", "0.1"},
    {"function-name?*", 1, 1, ns_is_function_name, "[x]",
     "True for a symbol that means a function.", "0.1"},
};

const struct core_table core_ns[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {"clojure.test", test_rows, CORE_COUNT(test_rows)},
    {"clojure.repl", repl_rows, CORE_COUNT(repl_rows)},
    {NULL, NULL, 0},
};
