/* SPDX-License-Identifier: MIT */
/*
 * Symbols, literals, macros and calls; special forms are in special.c and
 * function.c. Recursion follows the nesting of code and is guarded; constant
 * literals of any depth are found with an explicit stack.
 */
#include "interp/compile/analyze.h"

#include "interp/compile/lint.h"
#include "interp/compile/resolve.h"
#include "interp/compile/special.h"
#include "interp/data/alloc.h"
#include "interp/data/invoke.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/seq.h"
#include "interp/data/set.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/type.h"
#include "interp/data/vector.h"
#include "interp/read/reader.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { EXPANSIONS_MAX = 10000 }; /* of one form at its own place */

static struct node *analyze_call(const struct scope *scope, Value form);

struct node *
analyze_item(const struct scope *scope, const struct special_call *call,
             uint32_t index)
{
    assert(index < call->items.count);
    struct scope inner = scope_at_item(scope, call->form, index);
    return analyze(&inner, call->items.at[index]);
}

struct node *
analyze_body(const struct scope *scope, const struct special_call *call,
             uint32_t start)
{
    assert(start > 0); // the head is no part of a body
    uint32_t count = call->items.count;
    if (count <= start) {
        return scope_const(scope, VALUE_NIL);
    }
    struct node *node = NULL;
    if (count - start > 1) {
        node = scope_node_kids(scope, NODE_DO, count - start);
    }
    for (uint32_t i = start; i < count; i++) {
        struct scope inner = scope_at_item(scope, call->form, i);
        inner.is_tail = scope->is_tail && i + 1 == count;
        struct node *kid = analyze(&inner, call->items.at[i]);
        if (node == NULL) {
            return kid;
        }
        node->kids[i - start] = kid;
    }
    return node;
}

/* --- Symbols ------------------------------------------------------------- */

static bool
is_macro(Value var)
{
    return value_is_kind(var, KIND_VAR) &&
           (value_object(var)->flags & VAR_MACRO) != 0;
}

static struct node *
analyze_symbol(const struct scope *scope, Value symbol)
{
    struct local *local = scope_find(scope, symbol);
    if (local != NULL) {
        lint_use_local(local);
        return scope_reference(scope, local);
    }
    if (special_find(symbol) != NULL) {
        scope_error(scope, NULL, "%s is a special form, not a value",
                    form_text(symbol));
    }
    Value var = resolve_var(scope, symbol);
    if (is_macro(var)) {
        scope_error(scope, "Wrap it in a function: #(... %).",
                    "%s is a macro, not a value", form_text(symbol));
    }
    struct node *node = scope_node(scope, NODE_GLOBAL);
    node->value = var;
    return node;
}

/* --- Literals ----------------------------------------------------------------- */

static void
push_items(struct form_list_builder *stack, Value collection)
{
    struct map_iter map;
    struct set_iter set;
    Value key;
    Value value;
    switch (value_kind(collection)) {
    case KIND_VECTOR:
        for (uint32_t i = 0; i < vector_count(collection); i++) {
            form_add(stack, vector_at(collection, i));
        }
        break;
    case KIND_MAP:
        map_iter_init(&map, collection);
        while (map_iter_next(&map, &key, &value)) {
            form_add(stack, key);
            form_add(stack, value);
        }
        break;
    default:
        assert(set_is(collection));
        set_iter_init(&set, collection);
        while (set_iter_next(&set, &key)) {
            form_add(stack, key);
        }
        break;
    }
}

static bool
is_collection(Value form)
{
    return vector_is(form) || map_is(form) || set_is(form);
}

/* True for a literal that holds nothing to evaluate, at whatever depth. */
static bool
is_constant(Value literal)
{
    // Not on the C stack: what is left there of a deep form would be kept alive.
    struct form_list_builder stack = {0};
    form_add(&stack, literal);
    while (stack.count > 0) {
        Value form = stack.at[--stack.count];
        if (is_collection(form)) {
            if (!value_is_nil(meta_of(form))) {
                return false;
            }
            push_items(&stack, form);
        } else if (symbol_is(form) || (seq_is(form) && !list_is_empty(form))) {
            return false;
        }
    }
    return true;
}

static enum node_type
literal_type(Value form)
{
    return vector_is(form) ? NODE_VECTOR : map_is(form) ? NODE_MAP : NODE_SET;
}

/* A literal of constants only, some of them quoted. */
static Value
build_constant(const struct node *node)
{
    struct form_list_builder items = {0};
    for (uint32_t i = 0; i < node->kid_count; i++) {
        assert(node->kids[i]->type == NODE_CONST);
        form_add(&items, node->kids[i]->value);
    }
    if (node->type == NODE_VECTOR) {
        return vector_from_array(items.at, items.count);
    }
    if (node->type == NODE_MAP) {
        return map_from_pairs(items.at, items.count / 2);
    }
    return set_from_array(items.at, items.count);
}

static struct node *
analyze_literal_items(const struct scope *scope, Value form)
{
    struct scope inner = scope_value(scope);
    inner.literal_depth++;
    struct form_list_builder items = {0};
    push_items(&items, form);
    struct node *node = scope_node_kids(scope, literal_type(form), items.count);
    bool constant = true;
    for (uint32_t i = 0; i < items.count; i++) {
        node->kids[i] = analyze(&inner, items.at[i]);
        constant = constant && node->kids[i]->type == NODE_CONST;
    }
    return constant ? scope_const(scope, build_constant(node)) : node;
}

/* Looking at a whole literal at each level would be quadratic in its depth, so
 * this is done at levels 0, 1, 2, 4, 8 ... only; between them constants are
 * put together from constants. */
static struct node *
analyze_literal(const struct scope *scope, Value form)
{
    if (map_is(form)) {
        lint_map(scope, form);
    }
    uint32_t depth = scope->literal_depth;
    if ((depth & (depth - 1)) == 0 && is_constant(form)) {
        return scope_const(scope, form);
    }
    struct node *node = analyze_literal_items(scope, form);
    Value meta = meta_of(form);
    if (value_is_nil(meta)) {
        return node;
    }
    struct scope inner = scope_value(scope);
    struct node *with_meta = scope_node_kids(scope, NODE_META, 2);
    with_meta->kids[0] = node;
    with_meta->kids[1] = analyze(&inner, meta);
    return with_meta;
}

/* --- Macros ---------------------------------------------------------------------- */

struct expansion {
    Value macro;
    Value *args;
    uint32_t argc;
};

static Value
run_macro(void *arg)
{
    const struct expansion *expansion = arg;
    return invoke(expansion->macro, expansion->args, expansion->argc);
}

/* What a macro of another file throws is said of its call, which ends the
 * trace in any case. */
_Noreturn static void
rethrow_at(const struct scope *scope, Value form, Value thrown)
{
    if (value_is_kind(thrown, KIND_ERROR) && scope->place.line != 0 &&
        value_object(thrown)->flags != ERROR_SUSPENDED) {
        struct error_object *error =
            (struct error_object *)value_object(thrown);
        bool here = text_is(error->place.file) && text_is(scope->place.file) &&
                    text_equal(error->place.file, scope->place.file);
        if (!here || error->place.line == 0) {
            error->place = scope->place;
        }
        const char *name = form_text(seq_first(form));
        error_add_trace(error, text_format("macro %s", name), &scope->place);
    }
    error_throw_value(thrown);
}

static Value
expand_macro(const struct scope *scope, Value macro, Value form,
             struct form_items items)
{
    assert(items.count > 0);
    lint_macro_call(scope, form, items);
    struct form_list_builder args = {0};
    // What a macro's hidden parameters &form and &env are bound to.
    form_add(&args, form);
    form_add(&args, scope_env(scope));
    for (uint32_t i = 1; i < items.count; i++) {
        form_add(&args, items.at[i]);
    }
    struct expansion expansion = {macro, args.at, args.count};
    Value result;
    Value thrown;
    if (!error_try(run_macro, &expansion, &result, &thrown)) {
        rethrow_at(scope, form, thrown);
    }
    scope_place_expansion(result, form);
    return result;
}

/* The macro that a call's head means, or ABSENT. A local of that name hides it,
 * and a special form cannot be replaced; one that is declared only is called
 * as a function, which then says that it has no value. */
static Value
macro_of(const struct scope *scope, Value head)
{
    if (!symbol_is(head) || scope_find(scope, head) != NULL ||
        special_find(head) != NULL) {
        return VALUE_ABSENT;
    }
    Value var = resolve_find(head);
    if (!is_macro(var)) {
        return VALUE_ABSENT;
    }
    struct var_object *object = (struct var_object *)value_object(var);
    if (value_is(object->value, VALUE_UNBOUND)) {
        return VALUE_ABSENT;
    }
    return object->value;
}

/* --- Calls ----------------------------------------------------------------------- */

static void
lint_called(const struct scope *scope, const struct special_call *call,
            const struct node *head)
{
    if (head->type == NODE_LOCAL || head->type == NODE_CAPTURED) {
        lint_local_call(call->form, scope_find(scope, call->items.at[0]));
    } else if (head->type == NODE_GLOBAL) {
        lint_call(scope, call->form, call->items, head->value);
    }
}

static struct node *
analyze_function_call(const struct scope *scope,
                      const struct special_call *call)
{
    assert(call->items.count > 0);
    struct node *node = scope_node_kids(scope, NODE_CALL, call->items.count);
    for (uint32_t i = 0; i < call->items.count; i++) {
        node->kids[i] = analyze_item(scope, call, i);
    }
    if (lint_is_on()) {
        lint_called(scope, call, node->kids[0]);
    }
    return node;
}

/* The form that calls a builtin with these items and those behind `from`. */
static Value
call_form(const char *builtin, Value first, struct form_items items,
          uint32_t from)
{
    struct form_list_builder list = {0};
    form_add(&list, form_core(builtin));
    form_add(&list, first);
    for (uint32_t i = from; i < items.count; i++) {
        form_add(&list, items.at[i]);
    }
    return list_from_array(list.at, list.count);
}

static bool
means_record_type(Value symbol)
{
    Value var = resolve_find(symbol);
    return value_is_kind(var, KIND_VAR) &&
           type_is_record(((struct var_object *)value_object(var))->value);
}

/* What is written for the host in Clojure, but means a record: (Point. 1 2),
 * (new Point 1 2), (.-x point). Else the form itself. */
static Value
record_form(Value form, struct form_items items)
{
    assert(items.count > 0);
    if (!form_is_simple_symbol(items.at[0])) {
        return form;
    }
    const char *name = text_bytes(symbol_name(items.at[0]));
    size_t len = text_byte_len(symbol_name(items.at[0]));
    Value type = VALUE_NIL;
    uint32_t from = 1;
    if (len > 2 && name[0] == '.' && name[1] == '-' && items.count == 2) {
        Value field = keyword_from_cstring(name + 2);
        return list_cons(form_core("field*"),
                         list_cons(items.at[1], list_1(field)));
    }
    if (len > 1 && name[len - 1] == '.' && name[0] != '.') {
        type = symbol_intern(name, len - 1);
    } else if (strcmp(name, "new") == 0 && items.count > 1) {
        type = items.at[1];
        from = 2;
    }
    return symbol_is(type) && means_record_type(type)
               ? call_form("record*", type, items, from)
               : form;
}

/* Expands until the head is a special form or something to call. The place
 * stays that of what the user wrote, whatever the macros make of it. */
static struct node *
analyze_call(const struct scope *outer, Value form)
{
    struct scope scope = scope_at(outer, form);
    scope.literal_depth = 0;
    for (uint32_t count = 0; count < EXPANSIONS_MAX; count++) {
        if (!form_is_list(form) || seq_is_empty(form)) {
            return analyze(&scope, form);
        }
        Value record = record_form(form, form_items(form));
        if (!value_is(record, form)) {
            reader_copy_place(record, form);
            form = record;
        }
        struct special_call call = {form, form_items(form)};
        Value head = call.items.at[0];
        special_handler special =
            symbol_is(head) && scope_find(&scope, head) == NULL
                ? special_find(head)
                : NULL;
        if (special != NULL) {
            return special(&scope, &call);
        }
        Value macro = macro_of(&scope, head);
        if (value_is(macro, VALUE_ABSENT)) {
            scope.definition = VALUE_NIL;
            return analyze_function_call(&scope, &call);
        }
        form = expand_macro(&scope, macro, form, call.items);
        scope = scope_at_expansion(&scope, form);
    }
    scope_error(&scope, NULL, "The expansion of this macro never ends");
}

struct node *
analyze(const struct scope *scope, Value form)
{
    invoke_check_stack();
    if (symbol_is(form)) {
        struct scope inner = scope_at(scope, form);
        return analyze_symbol(&inner, form);
    }
    if (seq_is(form)) {
        return seq_is_empty(form) ? scope_const(scope, list_empty())
                                  : analyze_call(scope, form);
    }
    if (is_collection(form)) {
        return analyze_literal(scope, form);
    }
    return scope_const(scope, form);
}

/* --- From outside ------------------------------------------------------------------ */

/* No names are bound, and nothing is around: recur goes back to the start of
 * the form, as in a function without parameters. */
static struct scope
top_scope(struct unit *unit, const struct error_place *place)
{
    return (
        struct scope){.unit = unit, .definition = VALUE_NIL, .place = *place};
}

struct unit *
analyze_form(Value form, const struct error_place *place)
{
    assert(place != NULL);
    struct unit *unit = alloc(sizeof(struct unit));
    unit->name = VALUE_NIL;
    unit->parameters = VALUE_NIL;
    unit->file = place->file;
    unit->place = *place;
    unit->arities = alloc(sizeof(struct arity));
    unit->arity_count = 1;
    struct scope scope = top_scope(unit, place);
    scope.target = &unit->arities[0].parameters;
    unit->arities[0].body = analyze(&scope, form);
    return unit;
}

Value
analyze_expand_once(Value form, const struct error_place *place)
{
    if (!form_is_list(form) || seq_is_empty(form)) {
        return form;
    }
    struct error_place nowhere = {.file = VALUE_NIL};
    struct scope top = top_scope(NULL, place == NULL ? &nowhere : place);
    struct scope scope = scope_at(&top, form);
    Value macro = macro_of(&scope, seq_first(form));
    if (value_is(macro, VALUE_ABSENT)) {
        return form;
    }
    return expand_macro(&scope, macro, form, form_items(form));
}

Value
analyze_expand(Value form, const struct error_place *place)
{
    for (uint32_t count = 0; count < EXPANSIONS_MAX; count++) {
        Value expanded = analyze_expand_once(form, place);
        if (value_is(expanded, form)) {
            return form;
        }
        form = expanded;
    }
    error_throw(ERROR_SYNTAX, "The expansion of this macro never ends");
}

bool
analyze_is_special(Value symbol)
{
    static const char *const more[] = {"catch", "finally", "&"};
    for (size_t i = 0; i < 3; i++) {
        if (form_is_simple_symbol(symbol) &&
            text_equal_cstring(symbol_name(symbol), more[i])) {
            return true;
        }
    }
    return special_find(symbol) != NULL;
}

void
analyze_set_open(Value on)
{
    resolve_set_open(on);
}

void
analyze_start(void)
{
    special_start();
    resolve_start();
}
