/* SPDX-License-Identifier: MIT */
/*
 * Names. What stands for nothing is explained: left out on purpose, private,
 * misspelt, or in a namespace that is not there.
 */
#include "interp/compile/resolve.h"

#include "interp/compile/analyze.h"
#include "interp/compile/lint.h"
#include "interp/compile/notes.h"
#include "interp/data/map.h"
#include "interp/data/namespace.h"
#include "interp/data/record.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/type.h"
#include "interp/read/reader.h"

#include <assert.h>
#include <string.h>

static const char no_host[] =
    "There is no host platform below Magma; see clojure.string, clojure.math "
    "and the functions of the core.";

static struct {
    Value open;
    bool (*load)(Value ns);
    const struct resolve_refusals *refusals;
} state;

void
resolve_set_open(Value on)
{
    state.open = on;
}

Value
resolve_open(void)
{
    return state.open;
}

void
resolve_set_loader(bool (*load)(Value ns))
{
    state.load = load;
}

void
resolve_set_refusals(const struct resolve_refusals *refusals)
{
    state.refusals = refusals;
}

/* Names that nobody defined and that mean something all the same: a class, a
 * type of records under its full name, what is refused. The vars are made when
 * they are met first: most programs name none. */
static Value
find_unlisted(Value symbol)
{
    Value name = symbol_name(symbol);
    Value type = type_named(text_bytes(name));
    if (value_is(type, VALUE_ABSENT)) {
        Value var = record_type_var(name);
        return value_is(var, VALUE_ABSENT) && state.refusals != NULL
                   ? state.refusals->find(symbol)
                   : var;
    }
    Value core = namespace_find(symbol_from_cstring("clojure.core"));
    Value var = namespace_intern(core, symbol);
    ((struct var_object *)value_object(var))->value = type;
    namespace_share(var);
    return var;
}

/* str/ and set/ are there without a require, as are full names. */
static Value
library_of(Value ns)
{
    assert(text_is(ns));
    if (text_equal_cstring(ns, "str") || text_equal_cstring(ns, "string")) {
        return symbol_from_cstring("clojure.string");
    }
    if (text_equal_cstring(ns, "set")) {
        return symbol_from_cstring("clojure.set");
    }
    if (strncmp(text_bytes(ns), "clojure.", 8) == 0) {
        return symbol_make(VALUE_NIL, ns);
    }
    return VALUE_NIL;
}

Value
resolve_library(Value prefix)
{
    Value library = library_of(prefix);
    if (value_is_nil(library)) {
        return VALUE_ABSENT;
    }
    Value found = namespace_find(library);
    if (value_is(found, VALUE_ABSENT) && state.load != NULL &&
        state.load(library)) {
        found = namespace_find(library);
    }
    return found;
}

static Value
find_in_library(Value symbol)
{
    Value library = library_of(symbol_ns(symbol));
    if (value_is_nil(library)) {
        return VALUE_ABSENT;
    }
    if (text_equal_cstring(symbol_name(library), "clojure.core")) {
        return find_unlisted(symbol_make(VALUE_NIL, symbol_name(symbol)));
    }
    Value full = symbol_make(symbol_name(library), symbol_name(symbol));
    bool is_private = false;
    Value var = namespace_resolve(namespace_current(), full, &is_private);
    if (!value_is(var, VALUE_ABSENT) || state.load == NULL ||
        !state.load(library)) {
        return var;
    }
    return namespace_resolve(namespace_current(), full, &is_private);
}

/* What the namespace knows, and then the libraries that need no require: they
 * are loaded when the first of their names is met. */
static Value
find(Value symbol, bool *is_private)
{
    Value var = namespace_resolve(namespace_current(), symbol, is_private);
    if (!value_is(var, VALUE_ABSENT) || *is_private) {
        return var;
    }
    return value_is_nil(symbol_ns(symbol)) ? find_unlisted(symbol)
                                           : find_in_library(symbol);
}

Value
resolve_find(Value symbol)
{
    bool is_private = false;
    return find(symbol, &is_private);
}

/* (.method x), (Class. x), Class/field */
static bool
looks_like_host(const char *name, Value ns)
{
    size_t len = strlen(name);
    bool is_method = len > 1 && name[0] == '.' && name[1] != '.';
    bool is_constructor = len > 1 && name[len - 1] == '.' && name[0] != '.';
    bool is_class =
        text_is(ns) && text_bytes(ns)[0] >= 'A' && text_bytes(ns)[0] <= 'Z';
    return is_method || is_constructor || is_class;
}

/* The nearest local name within the distance, or nil. */
static Value
nearest_local(const struct scope *scope, Value symbol)
{
    const char *name = text_bytes(symbol_name(symbol));
    size_t len = strlen(name);
    uint32_t best = text_distance_near(len) + 1;
    Value nearest = VALUE_NIL;
    for (struct local *local = scope->locals; local != NULL;
         local = local->outer) {
        Value other = symbol_name(local->name);
        uint32_t distance = text_distance(name, len, text_bytes(other),
                                          text_byte_len(other), best - 1);
        if (distance < best && strstr(text_bytes(other), "__") == NULL) {
            best = distance;
            nearest = other;
            if (best == 0) {
                break;
            }
        }
    }
    return nearest;
}

static bool
is_known_namespace(Value symbol)
{
    struct namespace_object *current =
        (struct namespace_object *)value_object(namespace_current());
    Value alias = symbol_make(VALUE_NIL, symbol_ns(symbol));
    return !value_is(map_get(current->aliases, alias), VALUE_ABSENT) ||
           !value_is(namespace_find(alias), VALUE_ABSENT);
}

static uint32_t
distance_to(Value symbol, Value name)
{
    Value wanted = symbol_name(symbol);
    return text_distance(text_bytes(wanted), text_byte_len(wanted),
                         text_bytes(name), text_byte_len(name), UINT32_MAX - 1);
}

/* The nearest name that is known where the scope is, or nil; of two that are
 * as near, the local. */
static Value
nearest_name(const struct scope *scope, Value symbol)
{
    bool is_plain = value_is_nil(symbol_ns(symbol));
    if (is_plain && text_len(symbol_name(symbol)) == 1) {
        return VALUE_NIL; // another letter is another name
    }
    Value far = namespace_nearest(namespace_current(), symbol);
    Value near = is_plain ? nearest_local(scope, symbol) : VALUE_NIL;
    if (value_is_nil(near) || value_is_nil(far)) {
        return value_is_nil(near) ? far : near;
    }
    return distance_to(symbol, far) < distance_to(symbol, near) ? far : near;
}

_Noreturn static void
throw_unresolved(const struct scope *scope, Value symbol)
{
    Value full = symbol_full_name(symbol);
    Value near = nearest_name(scope, symbol);
    Value help = VALUE_NIL;
    if (text_is(near)) {
        help = text_format("Did you mean %s?", text_bytes(near));
    } else if (text_is(symbol_ns(symbol)) && !is_known_namespace(symbol)) {
        help = text_format("There is no namespace or alias %s here: "
                           "(require '[... :as %s]).",
                           text_bytes(symbol_ns(symbol)),
                           text_bytes(symbol_ns(symbol)));
    }
    error_throw_at(&scope->place, ERROR_UNKNOWN,
                   text_is(help) ? text_bytes(help) : NULL,
                   "Unable to resolve symbol: %s", text_bytes(full));
}

/* A name that stands for nothing. */
struct absence {
    const struct scope *scope;
    Value symbol;
    bool is_private;
};

/* Throws what explains it. While a dynout is open (state.open), a name that
 * nobody knows may still be defined by a form that waits: then this form waits,
 * too. */
_Noreturn static void
throw_absent(const struct absence *absence)
{
    const struct scope *scope = absence->scope;
    Value symbol = absence->symbol;
    const char *name = text_bytes(symbol_full_name(symbol));
    if (absence->is_private) {
        error_throw_at(&scope->place, ERROR_UNKNOWN,
                       "Make it public with defn or def without ^:private.",
                       "%s is private", name);
    }
    const char *instead =
        state.refusals == NULL ? NULL : state.refusals->mention(name);
    if (instead != NULL ||
        looks_like_host(text_bytes(symbol_name(symbol)), symbol_ns(symbol))) {
        error_throw_at(&scope->place, ERROR_REFUSED,
                       instead == NULL ? no_host : instead,
                       "%s is not available in Magma", name);
    }
    if (!value_is_nil(state.open)) {
        error_suspend(state.open);
    }
    throw_unresolved(scope, symbol);
}

/* The body of error_try. */
static Value
explain(void *arg)
{
    throw_absent(arg);
}

/* While a program is checked all unknown names are told at once: the analysis
 * goes on with a var that stands for nothing, and the form does not run. */
static Value
note_absence(struct absence *absence)
{
    Value result;
    Value thrown;
    bool is_near = text_is(nearest_name(absence->scope, absence->symbol));
    if (!error_try(explain, absence, &result, &thrown) &&
        (lint_is_sure() || is_near || absence->is_private)) {
        notes_error(thrown);
    }
    lint_stop_form();
    Value nowhere = namespace_ensure(symbol_from_cstring("unknown*"));
    Value name = symbol_make(VALUE_NIL, symbol_name(absence->symbol));
    return namespace_intern(nowhere, name);
}

Value
resolve_var(const struct scope *scope, Value symbol)
{
    assert(symbol_is(symbol));
    struct absence absence = {scope, symbol, false};
    Value var = find(symbol, &absence.is_private);
    if (!value_is(var, VALUE_ABSENT)) {
        lint_use(symbol, var);
        return var;
    }
    if (lint_is_on() && value_is_nil(state.open)) {
        return note_absence(&absence);
    }
    throw_absent(&absence);
}

Value
resolve_quoted_var(const struct scope *scope, Value symbol)
{
    Value var = namespace_resolve_any(namespace_current(), symbol);
    lint_use(symbol, var);
    return value_is_kind(var, KIND_VAR) ? var : resolve_var(scope, symbol);
}

/* --- For the reader ------------------------------------------------------- */

static Value
current_name(void)
{
    struct namespace_object *ns =
        (struct namespace_object *)value_object(namespace_current());
    return symbol_name(ns->name);
}

/* What a symbol in a syntax-quote stands for: the var that it means here, or
 * the name that it would have if it were defined here. */
static Value
qualify(Value symbol)
{
    Value name = symbol_name(symbol);
    const char *text = text_bytes(name);
    size_t len = text_byte_len(name);
    bool is_host = len > 1 && (text[0] == '.' || text[len - 1] == '.');
    if (analyze_is_special(symbol) || text[0] == '&' || is_host) {
        return symbol;
    }
    bool is_private = false;
    Value var = namespace_lookup(namespace_current(), symbol, &is_private);
    if (value_is(var, VALUE_ABSENT) && value_is_nil(symbol_ns(symbol))) {
        var = find_unlisted(symbol);
    }
    lint_use(symbol, var);
    if (value_is_kind(var, KIND_VAR)) {
        struct var_object *object = (struct var_object *)value_object(var);
        struct namespace_object *ns =
            (struct namespace_object *)value_object(object->ns);
        return symbol_make(symbol_name(ns->name), symbol_name(object->name));
    }
    if (value_is_nil(symbol_ns(symbol))) {
        return symbol_make(current_name(), name);
    }
    Value library = library_of(symbol_ns(symbol));
    return value_is_nil(library) ? symbol
                                 : symbol_make(symbol_name(library), name);
}

static Value
alias_name(Value alias)
{
    struct namespace_object *current =
        (struct namespace_object *)value_object(namespace_current());
    Value symbol = symbol_make(VALUE_NIL, alias);
    lint_use(symbol_make(alias, alias), VALUE_ABSENT);
    Value ns = map_get(current->aliases, symbol);
    if (value_is(ns, VALUE_ABSENT)) {
        ns = namespace_find(symbol);
    }
    if (!value_is_kind(ns, KIND_NAMESPACE)) {
        Value library = library_of(alias);
        return value_is_nil(library) ? VALUE_ABSENT : symbol_name(library);
    }
    return symbol_name(((struct namespace_object *)value_object(ns))->name);
}

void
resolve_start(void)
{
    static const struct reader_resolver resolver = {.symbol = qualify,
                                                    .alias = alias_name,
                                                    .current = current_name};
    reader_set_resolver(&resolver);
    state.open = VALUE_NIL;
}
