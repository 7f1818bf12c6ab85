/* SPDX-License-Identifier: MIT */
/*
 * One function a special form. Each checks its shape first, so that what comes
 * later may trust it.
 */
#include "interp/compile/special.h"

#include "interp/compile/definition.h"
#include "interp/compile/expand.h"
#include "interp/compile/lint.h"
#include "interp/compile/resolve.h"
#include "interp/data/alloc.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/namespace.h"
#include "interp/data/number.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"

#include <assert.h>
#include <stdio.h>

static void
expect_count(const struct scope *scope, const struct special_call *call,
             uint32_t least, uint32_t most)
{
    uint32_t count = call->items.count - 1;
    if (count >= least && count <= most) {
        return;
    }
    const char *name = text_bytes(symbol_name(call->items.at[0]));
    if (least == most) {
        scope_error(scope, NULL, "%s takes %u forms, found %u", name, least,
                    count);
    }
    scope_error(scope, NULL, "%s takes %u to %u forms, found %u", name, least,
                most, count);
}

static struct node *
special_do(const struct scope *scope, const struct special_call *call)
{
    return analyze_body(scope, call, 1);
}

static struct node *
analyze_branch(const struct scope *scope, const struct special_call *call,
               uint32_t index)
{
    if (index >= call->items.count) {
        return scope_const(scope, VALUE_NIL);
    }
    struct scope inner = scope_at_item(scope, call->form, index);
    inner.is_tail = scope->is_tail;
    return analyze(&inner, call->items.at[index]);
}

static struct node *
special_if(const struct scope *scope, const struct special_call *call)
{
    expect_count(scope, call, 2, 3);
    struct node *node = scope_node_kids(scope, NODE_IF, 3);
    node->kids[0] = analyze_item(scope, call, 1);
    node->kids[1] = analyze_branch(scope, call, 2);
    node->kids[2] = analyze_branch(scope, call, 3);
    return node;
}

static struct node *
special_quote(const struct scope *scope, const struct special_call *call)
{
    expect_count(scope, call, 1, 1);
    return scope_const(scope, call->items.at[1]);
}

static struct node *
special_var(const struct scope *scope, const struct special_call *call)
{
    expect_count(scope, call, 1, 1);
    if (!symbol_is(call->items.at[1])) {
        scope_error(scope, NULL, "var takes a symbol, found %s",
                    form_text(call->items.at[1]));
    }
    return scope_const(scope, resolve_quoted_var(scope, call->items.at[1]));
}

/* --- let*, loop*, letfn*, recur ---------------------------------------------- */

static struct form_items
binding_items(const struct scope *scope, const struct special_call *call)
{
    const char *name = text_bytes(symbol_name(call->items.at[0]));
    if (call->items.count < 2 || !vector_is(call->items.at[1]) ||
        vector_count(call->items.at[1]) % 2 != 0) {
        scope_error(scope, NULL, "%s takes a vector of names and values", name);
    }
    struct form_items items = form_items(call->items.at[1]);
    for (uint32_t i = 0; i < items.count; i += 2) {
        if (!form_is_simple_symbol(items.at[i])) {
            scope_error(scope, NULL,
                        "Cannot bind %s: a local name is a symbol "
                        "without namespace",
                        form_text(items.at[i]));
        }
    }
    return items;
}

/* A node with its locals, values analyzed in order; *scope gains the names. */
static struct node *
bind_values(struct scope *scope, enum node_type type, struct form_items items)
{
    assert(items.count % 2 == 0);
    uint32_t count = items.count / 2;
    struct node *node = scope_node_kids(scope, type, count + 1);
    node->locals = alloc(sizeof(struct local *) * count);
    for (uint32_t i = 0; i < count; i++) {
        struct scope value = scope_value(scope);
        node->kids[i] = analyze(&value, items.at[2 * i + 1]);
        node->locals[i] = scope_bind(scope, items.at[2 * i]);
    }
    return node;
}

static struct node *
special_let(const struct scope *scope, const struct special_call *call)
{
    struct scope inner = *scope;
    struct node *node =
        bind_values(&inner, NODE_LET, binding_items(scope, call));
    node->kids[node->kid_count - 1] = analyze_body(&inner, call, 2);
    return node;
}

/* The body is in tail position of the loop, though the loop itself may stand
 * anywhere. */
static struct node *
special_loop(const struct scope *scope, const struct special_call *call)
{
    struct scope inner = *scope;
    struct node *node =
        bind_values(&inner, NODE_LOOP, binding_items(scope, call));
    node->target = alloc(sizeof(struct target));
    node->target->locals = node->locals;
    node->target->count = node->kid_count - 1;
    inner.target = node->target;
    inner.is_tail = true;
    inner.is_inner = false;
    node->kids[node->kid_count - 1] = analyze_body(&inner, call, 2);
    return node;
}

/* A target is NULL inside of the functions that try is made of: going back
 * over them would leave their frames. */
static struct node *
special_recur(const struct scope *scope, const struct special_call *call)
{
    if (scope->target == NULL) {
        scope_error(scope, "Let the try give a value, and recur after it.",
                    "Cannot recur across try");
    }
    if (!scope->is_tail) {
        scope_error(scope,
                    "Nothing may be left to do after recur: call the function "
                    "by its name instead.",
                    "Can only recur from tail position");
    }
    uint32_t count = call->items.count - 1;
    if (count != scope->target->count) {
        scope_error(scope, NULL,
                    "recur gives %u values, but its target takes %u", count,
                    scope->target->count);
    }
    struct node *node = scope_node_kids(scope, NODE_RECUR, count);
    node->target = scope->target;
    node->target->is_reached = true;
    for (uint32_t i = 0; i < count; i++) {
        node->kids[i] = analyze_item(scope, call, i + 1);
    }
    return node;
}

/* All names are bound before any of the functions is looked at. */
static struct node *
special_letfn(const struct scope *scope, const struct special_call *call)
{
    struct form_items items = binding_items(scope, call);
    uint32_t count = items.count / 2;
    struct scope inner = *scope;
    struct node *node = scope_node_kids(scope, NODE_LETFN, count + 1);
    node->locals = alloc(sizeof(struct local *) * count);
    for (uint32_t i = 0; i < count; i++) {
        node->locals[i] = scope_bind(&inner, items.at[2 * i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        struct scope value = scope_value(&inner);
        node->kids[i] = analyze(&value, items.at[2 * i + 1]);
        if (node->kids[i]->type != NODE_FN) {
            scope_error(scope, NULL, "letfn binds functions only");
        }
    }
    node->kids[count] = analyze_body(&inner, call, 2);
    return node;
}

/* --- case* ------------------------------------------------------------------- */

/* (case* expr {constant number} default branch...); what `case` expands to.
 * Programs can write it, too, so the numbers are checked. */
static struct node *
special_case(const struct scope *scope, const struct special_call *call)
{
    uint32_t count = call->items.count;
    if (count < 4 || count > 60000 || !map_is(call->items.at[2])) {
        scope_error(scope, NULL,
                    "case* takes an expression, a map, a default and less "
                    "than 60000 branches");
    }
    struct map_iter iter;
    map_iter_init(&iter, call->items.at[2]);
    Value key;
    Value number;
    while (map_iter_next(&iter, &key, &number)) {
        if (!value_is_int(number) || value_small_int(number) < 1 ||
            value_small_int(number) > (int64_t)count - 4) {
            scope_error(scope, NULL, "case*: there is no branch %s",
                        form_text(number));
        }
    }
    struct node *node = scope_node_kids(scope, NODE_CASE, count - 2);
    node->value = call->items.at[2];
    node->kids[0] = analyze_item(scope, call, 1);
    for (uint32_t i = 3; i < count; i++) {
        node->kids[i - 2] = analyze_branch(scope, call, i);
    }
    return node;
}

/* --- def ------------------------------------------------------------------------ */

/* What the program wrote about the name, and where it stands. */
static Value
definition_meta(const struct scope *scope, Value name, Value doc)
{
    Value meta = meta_of(name);
    if (!map_is(meta)) {
        meta = map_empty();
    }
    if (text_is(doc)) {
        meta = map_assoc(meta, form_keyword("doc"), doc);
    }
    if (scope->place.line != 0) {
        meta = map_assoc(meta, form_keyword("line"),
                         number_int(scope->place.line));
        meta = map_assoc(meta, form_keyword("column"),
                         number_int(scope->place.column));
        meta = map_assoc(meta, form_keyword("file"), scope->place.file);
    }
    return meta;
}

static Value
definition_var(const struct scope *scope, Value name)
{
    Value ns = namespace_current();
    if (value_is_nil(symbol_ns(name))) {
        Value plain = symbol_make(VALUE_NIL, symbol_name(name));
        return namespace_defined(namespace_intern(ns, plain));
    }
    bool is_private;
    Value var = namespace_resolve(ns, name, &is_private);
    if (!value_is_kind(var, KIND_VAR) ||
        !value_is(((struct var_object *)value_object(var))->ns, ns)) {
        scope_error(scope, NULL, "Cannot define %s: it is in another namespace",
                    form_text(name));
    }
    return var;
}

/* The var is made now, so that the value can refer to it; it has no value
 * until the code runs. */
static struct node *
special_def(const struct scope *scope, const struct special_call *call)
{
    expect_count(scope, call, 1, 3);
    Value name = call->items.at[1];
    uint32_t count = call->items.count;
    if (!symbol_is(name)) {
        scope_error(scope, NULL, "def takes a symbol, found %s",
                    form_text(name));
    }
    if (count == 4 && !text_is(call->items.at[2])) {
        scope_error(scope, NULL, "def: expected a docstring, found %s",
                    form_text(call->items.at[2]));
    }
    lint_definition(scope, call->form, call->items);
    struct node *node = scope_node_kids(scope, NODE_DEF, 2);
    node->value = definition_var(scope, name);
    definition_note(node->value);
    Value doc = count == 4 ? call->items.at[2] : VALUE_NIL;
    struct scope value = scope_at_item(scope, call->form, count - 1);
    value.literal_depth = 0;
    struct scope plain = scope_value(scope);
    node->kids[1] = analyze(&plain, definition_meta(scope, name, doc));
    node->index = NODE_DEF_META;
    if (count > 2) {
        value.definition = name;
        node->kids[0] = analyze(&value, call->items.at[count - 1]);
        node->index |= NODE_DEF_VALUE;
    }
    return node;
}

/* --- throw and what is refused ---------------------------------------------------- */

static struct node *
special_throw(const struct scope *scope, const struct special_call *call)
{
    expect_count(scope, call, 1, 1);
    struct node *node = scope_node_kids(scope, NODE_CALL, 2);
    node->kids[0] = scope_node(scope, NODE_GLOBAL);
    node->kids[0]->value = resolve_var(scope, form_core("throw*"));
    node->kids[1] = analyze_item(scope, call, 1);
    return node;
}

static struct node *
special_refused(const struct scope *scope, const struct special_call *call)
{
    error_throw_at(&scope->place, ERROR_REFUSED,
                   "There is no host platform below Magma and no state to "
                   "set; use functions of the core.",
                   "%s is not available in Magma",
                   text_bytes(symbol_name(call->items.at[0])));
}

/* What a program may write comes before what only macros do. */
static const struct special_form specials[] = {
    {"if", special_if, "(if test then else?)",
     "Evaluates then if the test is neither false nor nil; otherwise else, or "
     "gives nil."},
    {"do", special_do, "(do exprs*)",
     "Evaluates the expressions in turn; the value is the last one's."},
    {"quote", special_quote, "(quote form)",
     "The form itself, not evaluated. Written 'form as well."},
    {"def", special_def, "(def symbol doc? init?)",
     "Defines a name in the current namespace; without init, one to be defined "
     "later."},
    {"var", special_var, "(var symbol)",
     "What the name is bound by, not its value. Written #'symbol as well."},
    {"recur", special_recur, "(recur exprs*)",
     "Goes back to the loop or function around it with these values, in "
     "constant space; allowed where nothing is left to do."},
    {"throw", special_throw, "(throw error)",
     "Ends the evaluation with an error, as ex-info makes it, up to the next "
     "try that catches it."},
    {"try", NULL, NULL, NULL}, // a macro here
    {"catch", NULL, "(catch kind name exprs*)",
     "In a try: evaluates the expressions with the error under that name, if "
     "it is of that kind; :default is any."},
    {"finally", NULL, "(finally exprs*)",
     "At the end of a try: is evaluated in any case, for nothing but its "
     "effect."},
    {"&", NULL, "[params* & rest]",
     "Before the last parameter: that one takes all further arguments."},
    {"set!", special_refused, NULL, NULL},
    {"new", special_refused, NULL, NULL},
    {".", special_refused, NULL, NULL},
    {"monitor-enter", special_refused, NULL, NULL},
    {"monitor-exit", special_refused, NULL, NULL},
    {"let*", special_let, NULL, NULL},
    {"fn*", special_fn, NULL, NULL},
    {"loop*", special_loop, NULL, NULL},
    {"case*", special_case, NULL, NULL},
    {"letfn*", special_letfn, NULL, NULL},
};

enum { SPECIAL_COUNT = sizeof(specials) / sizeof(specials[0]) };

static Value special_names[SPECIAL_COUNT]; /* interned name strings */

void
special_start(void)
{
    for (size_t i = 0; i < SPECIAL_COUNT; i++) {
        special_names[i] = symbol_name(symbol_from_cstring(specials[i].name));
        assert(special_names[i].bits != 0);
    }
}

const struct special_form *
special_form_of(Value symbol)
{
    assert(special_names[0].bits != 0); // special_start was called
    if (!form_is_simple_symbol(symbol)) {
        return NULL;
    }
    Value name = symbol_name(symbol);
    for (size_t i = 0; i < SPECIAL_COUNT; i++) {
        if (value_is(name, special_names[i])) {
            return &specials[i];
        }
    }
    return NULL;
}

special_handler
special_find(Value symbol)
{
    const struct special_form *form = special_form_of(symbol);
    return form ? form->handler : NULL;
}

const struct special_form *
special_form_at(size_t index)
{
    return index < SPECIAL_COUNT ? &specials[index] : NULL;
}
