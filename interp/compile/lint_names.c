/* SPDX-License-Identifier: MIT */
/* What is bound by a pattern counts by the place of its symbol, as in lint.c:
 * names that a macro made up have none and are never told. */
#include "interp/compile/lint_names.h"

#include "interp/compile/notes.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/seq.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "interp/read/reader.h"

/* Is the name mentioned anywhere in the form? */
static bool
mentions(Value form, Value name)
{
    struct form_list_builder stack = {0};
    form_add(&stack, form);
    while (stack.count > 0) {
        Value next = stack.at[--stack.count];
        struct map_iter iter;
        Value key;
        Value value;
        if (symbol_is(next) && value_is_nil(symbol_ns(next)) &&
            value_is(symbol_name(next), name)) {
            return true;
        }
        if (map_is(next)) {
            map_iter_init(&iter, next);
            while (map_iter_next(&iter, &key, &value)) {
                form_add(&stack, key);
                form_add(&stack, value);
            }
        } else if (vector_is(next) || list_is(next)) {
            struct form_items items = form_items(next);
            for (uint32_t i = 0; i < items.count; i++) {
                form_add(&stack, items.at[i]);
            }
        }
    }
    return false;
}

static bool
is_same_place(const struct error_place *a, const struct error_place *b)
{
    return a->line == b->line && a->column == b->column;
}

/* A name that another local around it has already. To bind it anew to
 * something made of the old value is usual. */
static void
check_hidden(const struct scope *scope, Value symbol, Value value)
{
    const struct local *outer = scope_find(scope, symbol);
    struct error_place place;
    struct error_place old;
    if (outer == NULL || !reader_place_of(symbol, &place) ||
        !reader_place_of(outer->name, &old) || is_same_place(&old, &place) ||
        mentions(value, symbol_name(symbol))) {
        return;
    }
    notes_warn(NOTE_HIDDEN_LOCAL, &place, "Give one of the two another name.",
               "The local %s hides the one of line %u",
               text_bytes(symbol_name(symbol)), old.line);
}

/* The names that a pattern binds: nested ones, :keys, :as; not the defaults. */
static void
add_pattern_names(Value pattern, struct form_list_builder *names)
{
    struct form_list_builder stack = {0};
    form_add(&stack, pattern);
    while (stack.count > 0) {
        Value next = stack.at[--stack.count];
        struct map_iter iter;
        Value key;
        Value value;
        if (symbol_is(next)) {
            form_add(names, next);
        } else if (vector_is(next)) {
            struct form_items items = form_items(next);
            for (uint32_t i = 0; i < items.count; i++) {
                form_add(&stack, items.at[i]);
            }
        } else if (map_is(next)) {
            map_iter_init(&iter, next);
            while (map_iter_next(&iter, &key, &value)) {
                bool is_default = value_is(key, form_keyword("or"));
                if (!is_default) {
                    form_add(&stack, symbol_is_keyword(key) ? value : key);
                }
            }
        }
    }
}

static void
bind_pattern(const struct scope *scope, Value pattern, Value value)
{
    struct form_list_builder names = {0};
    add_pattern_names(pattern, &names);
    for (uint32_t i = 0; i < names.count; i++) {
        lint_watch(names.at[i]);
        check_hidden(scope, names.at[i], value);
    }
}

/* [x {:keys [y]} & more]: they hide what is around the function. */
static void
bind_parameters(const struct scope *scope, Value parameters)
{
    struct form_list_builder names = {0};
    add_pattern_names(parameters, &names);
    for (uint32_t i = 0; i < names.count; i++) {
        bool is_mark = form_is_symbol_named(names.at[i], "&");
        if (!is_mark) {
            check_hidden(scope, names.at[i], VALUE_NIL);
        }
    }
}

void
lint_bind_arities(const struct scope *scope, struct form_items items)
{
    for (uint32_t i = 1; i < items.count; i++) {
        if (vector_is(items.at[i])) {
            bind_parameters(scope, items.at[i]);
            return;
        }
        struct form_items arity = {0};
        if (form_is_list(items.at[i])) {
            arity = form_items(items.at[i]);
        }
        if (arity.count > 0 && vector_is(arity.at[0])) {
            bind_parameters(scope, arity.at[0]);
        }
    }
}

void
lint_bind_vector(const struct scope *scope, Value bindings)
{
    if (!vector_is(bindings)) {
        return;
    }
    struct form_items items = form_items(bindings);
    for (uint32_t i = 0; i + 1 < items.count; i += 2) {
        if (!symbol_is_keyword(items.at[i])) {
            bind_pattern(scope, items.at[i], items.at[i + 1]);
        } else if (value_is(items.at[i], form_keyword("let"))) {
            lint_bind_vector(scope, items.at[i + 1]);
        }
    }
}

void
lint_bind_functions(const struct scope *scope, Value functions)
{
    struct form_items items = {NULL, 0};
    if (vector_is(functions)) {
        items = form_items(functions);
    }
    for (uint32_t i = 0; i < items.count; i++) {
        if (form_is_list(items.at[i]) && !seq_is_empty(items.at[i])) {
            bind_pattern(scope, seq_first(items.at[i]), VALUE_NIL);
            lint_bind_arities(scope, form_items(items.at[i]));
        }
    }
}
