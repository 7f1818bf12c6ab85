/* SPDX-License-Identifier: MIT */
/*
 * The macros in C. Each takes its form apart by hand: that is what makes its
 * messages say what was expected, and the start of the language quick.
 */
#include "interp/compile/expand.h"

#include "interp/compile/form.h"
#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/namespace.h"
#include "interp/data/seq.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "interp/read/reader.h"

#include <assert.h>

enum { MACRO_ARGS = 2 }; /* &form and &env come first */

_Noreturn static void
bad(const char *macro, const char *what, const char *usage)
{
    error_throw_help(ERROR_SYNTAX, usage, "%s: %s", macro, what);
}

static void
check_bindings(const char *macro, Value *args, uint32_t argc)
{
    if (argc < MACRO_ARGS + 1 || !vector_is(args[MACRO_ARGS])) {
        bad(macro, "expected a vector of bindings", "As in (let [a 1] a).");
    }
    if (vector_count(args[MACRO_ARGS]) % 2 != 0) {
        bad(macro, "the vector of bindings has a name without a value",
            "Bindings are pairs: [name value name value].");
    }
}

static Value
macro_let(Value *args, uint32_t argc)
{
    assert(argc >= MACRO_ARGS);
    check_bindings("let", args, argc);
    struct form_items given = form_items(args[2]);
    uint32_t count;
    Value *bindings = expand_destructure(given.at, given.count, &count);
    Value rest = list_from_array(args + 3, argc - 3);
    return list_cons(form_symbol("let*"),
                     list_cons(vector_from_array(bindings, count), rest));
}

static bool
all_simple(const Value *items, uint32_t count, uint32_t step)
{
    for (uint32_t i = 0; i < count; i += step) {
        if (!form_is_simple_symbol(items[i])) {
            return false;
        }
    }
    return true;
}

/* With patterns: the values are bound once outside, where later ones may use
 * the names of earlier ones, and taken apart anew in each turn. */
static Value
loop_with_patterns(struct form_items given, Value body)
{
    struct form_list_builder outer = {0};
    struct form_list_builder loop = {0};
    struct form_list_builder inner = {0};
    for (uint32_t i = 0; i + 1 < given.count; i += 2) {
        Value held = form_is_simple_symbol(given.at[i]) ? given.at[i]
                                                        : expand_gensym("loop");
        form_add(&outer, held);
        form_add(&outer, given.at[i + 1]);
        if (!value_is(held, given.at[i])) {
            form_add(&outer, given.at[i]);
            form_add(&outer, held);
            form_add(&inner, given.at[i]);
            form_add(&inner, held);
        }
        form_add(&loop, held);
        form_add(&loop, held);
    }
    Value let =
        list_cons(form_core("let"),
                  list_cons(vector_from_array(inner.at, inner.count), body));
    Value turn = list_3(form_symbol("loop*"),
                        vector_from_array(loop.at, loop.count), let);
    return list_3(form_core("let"), vector_from_array(outer.at, outer.count),
                  turn);
}

static Value
macro_loop(Value *args, uint32_t argc)
{
    assert(argc >= MACRO_ARGS);
    check_bindings("loop", args, argc);
    struct form_items given = form_items(args[2]);
    Value body = list_from_array(args + 3, argc - 3);
    if (!all_simple(given.at, given.count, 2)) {
        return loop_with_patterns(given, body);
    }
    return list_cons(form_symbol("loop*"), list_cons(args[2], body));
}

/* --- Functions ----------------------------------------------------------- */

/* (assert c) for each of a vector of conditions. */
static void
add_conditions(struct form_list_builder *out, Value conditions)
{
    if (value_is(conditions, VALUE_ABSENT)) {
        return;
    }
    struct form_items items = form_items(conditions);
    for (uint32_t i = 0; i < items.count; i++) {
        Value check = list_2(form_core("assert"), items.at[i]);
        reader_copy_place(check, items.at[i]);
        form_add(out, check);
    }
}

/* The body of an arity; a map in front of other forms holds conditions. */
static Value
body_with_conditions(const Value *body, uint32_t count)
{
    if (count < 2 || !map_is(body[0])) {
        return list_from_array(body, count);
    }
    Value pre = map_get(body[0], form_keyword("pre"));
    Value post = map_get(body[0], form_keyword("post"));
    struct form_list_builder out = {0};
    add_conditions(&out, pre);
    if (value_is(post, VALUE_ABSENT)) {
        for (uint32_t i = 1; i < count; i++) {
            form_add(&out, body[i]);
        }
        return list_from_array(out.at, out.count);
    }
    Value result = form_symbol("%");
    Value value = form_cons_items(form_symbol("do"), body + 1, count - 1);
    struct form_list_builder let = {0};
    form_add(&let, form_symbol("let*"));
    form_add(&let, vector_2(result, value));
    add_conditions(&let, post);
    form_add(&let, result);
    form_add(&out, list_from_array(let.at, let.count));
    return list_from_array(out.at, out.count);
}

/* ([params] body...) with plain parameters. */
static Value
fn_arity(Value params, const Value *body, uint32_t count)
{
    if (!vector_is(params)) {
        bad("fn", "expected a vector of parameters",
            "As in (fn [a b & more] ...) or (fn ([a] ...) ([a b] ...)).");
    }
    Value rest = body_with_conditions(body, count);
    struct form_items items = form_items(params);
    if (all_simple(items.at, items.count, 1)) {
        return list_cons(params, rest);
    }
    struct form_list_builder plain = {0};
    struct form_list_builder let = {0};
    for (uint32_t i = 0; i < items.count; i++) {
        Value param = items.at[i];
        if (!form_is_simple_symbol(param)) {
            param = expand_gensym("p");
            form_add(&let, items.at[i]);
            form_add(&let, param);
        }
        form_add(&plain, param);
    }
    Value inner =
        list_cons(form_core("let"),
                  list_cons(vector_from_array(let.at, let.count), rest));
    return list_2(vector_from_array(plain.at, plain.count), inner);
}

/* What a function form consists of after its name. */
struct fn_parts {
    struct form_list_builder arities;    /* ([params] body...) */
    struct form_list_builder parameters; /* as written */
    bool has_patterns;
};

static void
add_arity(struct fn_parts *parts, Value params, const Value *body,
          uint32_t count)
{
    Value arity = fn_arity(params, body, count);
    form_add(&parts->parameters, params);
    form_add(&parts->arities, arity);
    parts->has_patterns |= !value_is(seq_first(arity), params);
}

static void
parse_fn_tail(struct fn_parts *parts, const Value *tail, uint32_t count)
{
    if (count > 0 && vector_is(tail[0])) {
        add_arity(parts, tail[0], tail + 1, count - 1);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!form_is_list(tail[i]) || seq_is_empty(tail[i])) {
            bad("fn", "expected a vector of parameters",
                "As in (fn [a b & more] ...) or (fn ([a] ...) ([a b] ...)).");
        }
        struct form_items items = form_items(tail[i]);
        add_arity(parts, items.at[0], items.at + 1, items.count - 1);
    }
    if (count == 0) {
        bad("fn", "there are no parameters and no body",
            "As in (fn [a b] (+ a b)).");
    }
}

static Value
fn_form(const struct fn_parts *parts, Value name)
{
    struct form_list_builder out = {0};
    form_add(&out, form_symbol("fn*"));
    if (parts->has_patterns) {
        Value shown[2] = {form_keyword("parameters"),
                          list_from_array(parts->parameters.at,
                                          parts->parameters.count)};
        form_add(&out, map_from_pairs(shown, 1));
    }
    if (!value_is_nil(name)) {
        form_add(&out, name);
    }
    for (uint32_t i = 0; i < parts->arities.count; i++) {
        form_add(&out, parts->arities.at[i]);
    }
    return list_from_array(out.at, out.count);
}

static Value
macro_fn(Value *args, uint32_t argc)
{
    assert(argc >= MACRO_ARGS);
    uint32_t at = MACRO_ARGS;
    Value name = VALUE_NIL;
    if (at < argc && form_is_simple_symbol(args[at])) {
        name = args[at++];
    }
    struct fn_parts parts = {0};
    parse_fn_tail(&parts, args + at, argc - at);
    Value form = fn_form(&parts, name);
    Value meta = meta_of(args[0]);
    return value_is_nil(meta) ? form : meta_with(form, meta);
}

/* --- Definitions ---------------------------------------------------------- */

static Value
meta_add(Value meta, const char *key, Value value)
{
    return map_assoc(meta, form_keyword(key), value);
}

static Value
meta_merge(Value meta, Value more)
{
    return map_is(more) ? map_merge(meta, more) : meta;
}

/* What stands between the name and the parameters of defn: "doc" {attrs}. */
struct defn_head {
    Value name;
    Value meta;
    uint32_t at; /* of what follows */
};

static struct defn_head
parse_defn_head(const char *macro, Value *args, uint32_t argc)
{
    uint32_t at = MACRO_ARGS;
    if (at >= argc || !form_is_simple_symbol(args[at])) {
        bad(macro, "expected a name", "As in (defn area [w h] (* w h)).");
    }
    struct defn_head head = {args[at], map_empty(), at + 1};
    head.meta = meta_merge(head.meta, meta_of(head.name));
    if (head.at < argc && text_is(args[head.at])) {
        head.meta = meta_add(head.meta, "doc", args[head.at++]);
    }
    if (head.at < argc && map_is(args[head.at])) {
        head.meta = meta_merge(head.meta, args[head.at++]);
    }
    return head;
}

/* (def ^meta name (fn* ...)). A macro gets &form and &env as parameters in
 * front of its own; its metadata shows only those it wrote. */
static Value
define_function(const char *macro, Value *args, uint32_t argc, const char *mark)
{
    assert(mark == NULL || mark[0] == 'm' || mark[0] == 'p');
    struct defn_head head = parse_defn_head(macro, args, argc);
    if (argc > head.at && map_is(args[argc - 1]) && !vector_is(args[head.at])) {
        head.meta = meta_merge(head.meta, args[--argc]);
    }
    struct fn_parts parts = {0};
    parse_fn_tail(&parts, args + head.at, argc - head.at);
    bool is_macro = mark != NULL && mark[0] == 'm';
    for (uint32_t i = 0; is_macro && i < parts.arities.count; i++) {
        Value arity = parts.arities.at[i];
        struct form_list_builder params = {0};
        form_add(&params, form_symbol("&form"));
        form_add(&params, form_symbol("&env"));
        struct form_items plain = form_items(seq_first(arity));
        for (uint32_t k = 0; k < plain.count; k++) {
            form_add(&params, plain.at[k]);
        }
        parts.arities.at[i] =
            list_cons(vector_from_array(params.at, params.count),
                      seq_rest(arity));
    }
    parts.has_patterns |= is_macro;
    if (mark != NULL) {
        head.meta = meta_add(head.meta, mark, VALUE_TRUE);
    }
    Value shown = list_from_array(parts.parameters.at, parts.parameters.count);
    head.meta =
        meta_add(head.meta, "arglists", list_2(form_symbol("quote"), shown));
    return list_3(form_symbol("def"), meta_with(head.name, head.meta),
                  fn_form(&parts, VALUE_NIL));
}

static Value
macro_defn(Value *args, uint32_t argc)
{
    return define_function("defn", args, argc, NULL);
}

static Value
macro_defn_private(Value *args, uint32_t argc)
{
    return define_function("defn-", args, argc, "private");
}

static Value
macro_defmacro(Value *args, uint32_t argc)
{
    return define_function("defmacro", args, argc, "macro");
}

static Value
macro_letfn(Value *args, uint32_t argc)
{
    assert(argc >= MACRO_ARGS);
    const char *usage = "As in (letfn [(twice [x] (* 2 x))] (twice 4)).";
    if (argc < MACRO_ARGS + 1 || !vector_is(args[MACRO_ARGS])) {
        bad("letfn", "expected a vector of functions", usage);
    }
    struct form_items given = form_items(args[MACRO_ARGS]);
    struct form_list_builder bindings = {0};
    for (uint32_t i = 0; i < given.count; i++) {
        if (!form_is_list(given.at[i]) ||
            !form_is_simple_symbol(seq_first(given.at[i]))) {
            bad("letfn", "expected a function with a name", usage);
        }
        form_add(&bindings, seq_first(given.at[i]));
        form_add(&bindings, list_cons(form_core("fn"), given.at[i]));
    }
    Value body = list_from_array(args + 3, argc - 3);
    return list_cons(form_symbol("letfn*"),
                     list_cons(vector_from_array(bindings.at, bindings.count),
                               body));
}

/* --- case, try, ns -------------------------------------------------------- */

static void
case_add(Value *numbers, Value constant, uint32_t number)
{
    if (!value_is(map_get(*numbers, constant), VALUE_ABSENT)) {
        error_throw(ERROR_SYNTAX, "case: the constant %s stands there twice",
                    form_text(constant));
    }
    *numbers =
        map_assoc(*numbers, constant, value_from_small_int((int64_t)number));
}

/* Constants of a clause: one, or a list of several. */
static void
case_add_clause(Value *numbers, Value test, uint32_t number)
{
    if (!form_is_list(test)) {
        case_add(numbers, test, number);
        return;
    }
    struct form_items items = form_items(test);
    for (uint32_t i = 0; i < items.count; i++) {
        case_add(numbers, items.at[i], number);
    }
}

/* (let* [tested expr] (case* tested {constant number} default branch...)): one
 * look-up in a map, however many clauses there are. */
static Value
macro_case(Value *args, uint32_t argc)
{
    assert(argc >= MACRO_ARGS);
    if (argc < MACRO_ARGS + 1) {
        bad("case", "expected an expression", "As in (case x 1 :one :other).");
    }
    Value tested = expand_gensym("case");
    const Value *clauses = args + 3;
    uint32_t count = argc - 3;
    Value numbers = map_empty();
    struct form_list_builder branches = {0};
    for (uint32_t i = 0; i + 1 < count; i += 2) {
        case_add_clause(&numbers, clauses[i], i / 2 + 1);
        form_add(&branches, clauses[i + 1]);
    }
    Value otherwise = count % 2 == 1
                          ? clauses[count - 1]
                          : list_2(form_core("no-matching-clause"), tested);
    Value choice =
        list_cons(form_symbol("case*"),
                  list_cons(tested,
                            list_cons(numbers,
                                      form_cons_items(otherwise, branches.at,
                                                      branches.count))));
    return list_3(form_symbol("let*"), vector_2(tested, args[2]), choice);
}

/* (fn* {:inner true} ([params] body...)): part of the function around it. */
static Value
inner_function(Value params, Value body)
{
    Value mark[2] = {form_keyword("inner"), VALUE_TRUE};
    return list_3(form_symbol("fn*"), map_from_pairs(mark, 1),
                  list_cons(params, body));
}

/* (if (catches? e 'kind) (let* [name e] body...) otherwise) */
static Value
catch_clause(Value clause, Value caught, Value otherwise)
{
    struct form_items items = form_items(clause);
    if (items.count < 3 || !form_is_simple_symbol(items.at[2])) {
        bad("catch", "expected a kind and a name",
            "As in (catch :default e (ex-message e)).");
    }
    Value body =
        list_cons(form_symbol("let*"),
                  list_cons(vector_2(items.at[2], caught),
                            list_from_array(items.at + 3, items.count - 3)));
    Value kind = list_2(form_symbol("quote"), items.at[1]);
    return list_4(form_symbol("if"),
                  list_3(form_core("catches?"), caught, kind), body, otherwise);
}

static bool
is_clause(Value form, const char *name)
{
    return form_is_list(form) && form_is_symbol_named(seq_first(form), name);
}

/* (try* (fn [] body) (fn [e] choice) (fn [] finally)); the choice goes through
 * the catch clauses from the first, and throws again behind the last. Without
 * clauses it is a plain do. */
static Value
macro_try(Value *args, uint32_t argc)
{
    assert(argc >= MACRO_ARGS);
    uint32_t end = argc;
    Value finally = VALUE_NIL;
    if (end > MACRO_ARGS && is_clause(args[end - 1], "finally")) {
        finally = inner_function(vector_empty(), seq_rest(args[--end]));
    }
    Value caught = expand_gensym("caught");
    Value dispatch = list_2(form_symbol("throw"), caught);
    uint32_t body_end = end;
    while (body_end > MACRO_ARGS && is_clause(args[body_end - 1], "catch")) {
        dispatch = catch_clause(args[--body_end], caught, dispatch);
    }
    for (uint32_t i = MACRO_ARGS; i < body_end; i++) {
        if (is_clause(args[i], "catch") || is_clause(args[i], "finally")) {
            bad("try", "catch and finally stand at the end",
                "As in (try (f) (catch :default e 0) (finally (g))).");
        }
    }
    Value body = list_from_array(args + 2, body_end - MACRO_ARGS);
    if (body_end == argc) {
        return list_cons(form_symbol("do"), body);
    }
    Value handler = VALUE_NIL;
    if (body_end < end) {
        handler =
            inner_function(vector_from_array(&caught, 1), list_1(dispatch));
    }
    return list_4(form_core("try*"), inner_function(vector_empty(), body),
                  handler, finally);
}

static Value
macro_ns(Value *args, uint32_t argc)
{
    assert(argc >= MACRO_ARGS);
    if (argc < MACRO_ARGS + 1 || !form_is_simple_symbol(args[2])) {
        bad("ns", "expected a name",
            "As in (ns tools.c (:require [clojure.string :as str])).");
    }
    Value clauses = list_from_array(args + 3, argc - 3);
    return list_3(form_core("ns*"), list_2(form_symbol("quote"), args[2]),
                  list_2(form_symbol("quote"), clauses));
}

/* --- Definition -------------------------------------------------------------- */

#define MACRO(macro_name, fn, usage, text)                                 \
    {                                                                      \
        .name = (macro_name), .min = 0, .max = ARGS_ANY, .function = (fn), \
        .signature = (usage), .doc = (text), .since = "0.1"                \
    }

static const struct builtin macros[] = {
    MACRO("let", macro_let, "[bindings & body]",
          "Binds names to values for the body; patterns take values apart."),
    MACRO("loop", macro_loop, "[bindings & body]",
          "As let, and recur goes back to its start with new values."),
    MACRO("fn", macro_fn, "[name? & arities]",
          "A function; parameters may be patterns."),
    MACRO("defn", macro_defn, "[name doc? attrs? & arities]",
          "Defines a function."),
    MACRO("defn-", macro_defn_private, "[name doc? attrs? & arities]",
          "Defines a function that other namespaces do not see."),
    MACRO("defmacro", macro_defmacro, "[name doc? attrs? & arities]",
          "Defines a macro: a function from forms to the form that takes the "
          "place of its call."),
    MACRO("letfn", macro_letfn, "[functions & body]",
          "Binds functions that may call each other."),
    MACRO("case", macro_case, "[expr & clauses]",
          "Chooses by constants, which are not evaluated; a list stands for "
          "any of its items."),
    MACRO("try", macro_try, "[& body-and-clauses]",
          "Evaluates the body; catch clauses handle what it throws, finally "
          "runs in any case."),
    MACRO("ns", macro_ns, "[name doc? attrs? & clauses]",
          "Begins a namespace; (:require [a.b :as b :refer [x]]) loads "
          "others."),
};

static Value
macro_value(const struct builtin *row)
{
    struct builtin_object *builtin =
        alloc_object(KIND_BUILTIN, sizeof(struct builtin_object));
    builtin->spec = row;
    builtin->ns = text_from_cstring("clojure.core");
    builtin->captured = VALUE_NIL;
    builtin->meta = VALUE_NIL;
    return value_from_object(builtin);
}

void
expand_define(void)
{
    Value ns = namespace_ensure(form_symbol("clojure.core"));
    for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++) {
        Value var = namespace_intern(ns, form_symbol(macros[i].name));
        struct var_object *object = (struct var_object *)value_object(var);
        object->value = macro_value(&macros[i]);
        object->head.flags |= VAR_MACRO;
    }
}
