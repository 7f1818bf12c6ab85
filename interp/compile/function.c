/* SPDX-License-Identifier: MIT */
/*
 * fn*: (fn* {options}? name? [params] body...) or with a list an arity. The
 * options are for messages; {:inner true} marks the functions that `try`
 * makes, which count as a part of the function around them, and {:once true}
 * those without parameters that are called once, unless they throw.
 */
#include "interp/compile/special.h"

#include "interp/data/alloc.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/namespace.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"

#include <assert.h>
#include <stdlib.h>

enum { PARAMETERS_MAX = 50000 };

/* "ns/name" for a function that a def defines, else its own name or "fn". */
static Value
unit_name(const struct scope *scope, Value name)
{
    if (symbol_is(scope->definition)) {
        struct namespace_object *ns =
            (struct namespace_object *)value_object(namespace_current());
        return text_format("%s/%s", text_bytes(symbol_name(ns->name)),
                           text_bytes(symbol_name(scope->definition)));
    }
    if (symbol_is(name)) {
        return symbol_name(name);
    }
    return text_from_cstring("fn");
}

static void
bind_parameters(struct scope *scope, struct arity *arity, Value params)
{
    assert(vector_is(params) && arity->parameters.count == 0);
    uint32_t count = vector_count(params);
    if (count > PARAMETERS_MAX) {
        scope_error(scope, NULL, "A function has too many parameters");
    }
    arity->parameters.locals = alloc(sizeof(struct local *) * count);
    for (uint32_t i = 0; i < count; i++) {
        Value name = vector_at(params, i);
        if (!form_is_simple_symbol(name)) {
            scope_error(scope, NULL, "A parameter must be a symbol, found %s",
                        form_text(name));
        }
        if (text_equal_cstring(symbol_name(name), "&")) {
            if (i + 2 != count || arity->variadic) {
                scope_error(scope, NULL,
                            "After & stands one name for the rest");
            }
            arity->variadic = true;
            arity->required = i;
            continue;
        }
        arity->parameters.locals[arity->parameters.count++] =
            scope_bind(scope, name);
    }
    if (!arity->variadic) {
        arity->required = count;
    }
}

/* A copy of the scope outside: names bound here are not seen there, and recur
 * means this arity. */
static void
analyze_arity(const struct scope *outer, struct unit *unit,
              const struct special_call *call, uint32_t params_at)
{
    struct arity *arity = &unit->arities[unit->arity_count++];
    struct scope scope = *outer;
    scope.unit = unit;
    scope.is_tail = true;
    scope.literal_depth = 0;
    scope.definition = VALUE_NIL;
    bind_parameters(&scope, arity, call->items.at[params_at]);
    scope.target = scope.is_inner ? NULL : &arity->parameters;
    arity->body = analyze_body(&scope, call, params_at + 1);
}

static int
compare_arities(const void *a, const void *b)
{
    const struct arity *left = a;
    const struct arity *right = b;
    if (left->variadic != right->variadic) {
        return left->variadic ? 1 : -1;
    }
    return left->required < right->required ? -1
                                            : left->required > right->required;
}

/* Sorted by their number of parameters, the variadic one last, as
 * code_arity_for wants them. */
static void
check_arities(const struct scope *scope, struct unit *unit)
{
    qsort(unit->arities, unit->arity_count, sizeof(struct arity),
          compare_arities);
    for (uint32_t i = 1; i < unit->arity_count; i++) {
        const struct arity *arity = &unit->arities[i];
        const struct arity *before = &unit->arities[i - 1];
        if (before->variadic) {
            scope_error(scope, NULL,
                        "A function can have only one variadic arity");
        }
        if (!arity->variadic && arity->required == before->required) {
            scope_error(scope, NULL,
                        "A function has two arities with %u parameters",
                        arity->required);
        }
        if (arity->variadic && before->required > arity->required) {
            scope_error(scope, NULL,
                        "A fixed arity has more parameters than the variadic "
                        "one");
        }
    }
}

/* Parameters as written, when the macro gave none. */
static Value
written_parameters(const struct special_call *call, uint32_t at)
{
    struct form_list_builder shown = {0};
    if (vector_is(call->items.at[at])) {
        form_add(&shown, call->items.at[at]);
        return list_from_array(shown.at, shown.count);
    }
    for (uint32_t i = at; i < call->items.count; i++) {
        form_add(&shown, form_items(call->items.at[i]).at[0]);
    }
    return list_from_array(shown.at, shown.count);
}

static void
analyze_arities(const struct scope *scope, struct unit *unit,
                const struct special_call *call, uint32_t at)
{
    uint32_t count = call->items.count - at;
    unit->arities = alloc(sizeof(struct arity) * count);
    if (count > 0 && vector_is(call->items.at[at])) {
        analyze_arity(scope, unit, call, at);
        return;
    }
    for (uint32_t i = at; i < call->items.count; i++) {
        Value form = call->items.at[i];
        struct scope inner = scope_at(scope, form);
        struct special_call arity = {form, {0}};
        if (form_is_list(form)) {
            arity.items = form_items(form);
        }
        if (arity.items.count == 0 || !vector_is(arity.items.at[0])) {
            scope_error(&inner, "As in (fn [a b] ...).",
                        "fn: expected a vector of parameters");
        }
        analyze_arity(&inner, unit, &arity, 0);
    }
    if (count == 0) {
        scope_error(scope, NULL, "fn: there are no parameters");
    }
    check_arities(scope, unit);
}

static struct unit *
unit_create(const struct scope *scope, Value name)
{
    struct unit *unit = alloc(sizeof(struct unit));
    assert(scope->unit != NULL);
    unit->outer = scope->unit;
    unit->name = unit_name(scope, name);
    unit->file = scope->place.file;
    unit->place = scope->place;
    unit->parameters = VALUE_NIL;
    return unit;
}

/* The name of a function is bound inside of it, to itself. A part of `try` has
 * no name of its own: it goes by that of the function around it. */
struct node *
special_fn(const struct scope *scope, const struct special_call *call)
{
    uint32_t at = 1;
    Value options = VALUE_NIL;
    Value name = VALUE_NIL;
    if (at < call->items.count && map_is(call->items.at[at])) {
        options = call->items.at[at++];
    }
    if (at < call->items.count && form_is_simple_symbol(call->items.at[at])) {
        name = call->items.at[at++];
    }
    struct unit *unit = unit_create(scope, name);
    struct scope inner = *scope;
    inner.unit = unit;
    inner.is_inner = false;
    if (map_is(options)) {
        Value shown = map_get(options, form_keyword("parameters"));
        unit->parameters = value_is(shown, VALUE_ABSENT) ? VALUE_NIL : shown;
        inner.is_inner =
            !value_is(map_get(options, form_keyword("inner")), VALUE_ABSENT);
        unit->is_once =
            !value_is(map_get(options, form_keyword("once")), VALUE_ABSENT);
    }
    if (inner.is_inner) {
        unit->name = scope->unit->name;
        unit->is_inner = true;
    }
    if (symbol_is(name)) {
        scope_bind(&inner, name)->is_self = true;
    }
    analyze_arities(&inner, unit, call, at);
    if (value_is_nil(unit->parameters)) {
        unit->parameters = written_parameters(call, at);
    }
    struct node *node = scope_node(scope, NODE_FN);
    node->unit = unit;
    Value meta = meta_of(call->form);
    if (value_is_nil(meta)) {
        return node;
    }
    struct node *with_meta = scope_node_kids(scope, NODE_META, 2);
    struct scope value = scope_value(scope);
    with_meta->kids[0] = node;
    with_meta->kids[1] = analyze(&value, meta);
    return with_meta;
}
