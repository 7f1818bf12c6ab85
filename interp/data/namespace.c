/* SPDX-License-Identifier: MIT */
/*
 * The table of namespaces, and what a symbol means in one: a qualified symbol
 * is looked up below its alias or the namespace of that name; a plain one
 * among the namespace's own vars, then those it refers to, then the public ones
 * of clojure.core.
 */
#include "interp/data/namespace.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/map.h"
#include "interp/data/set.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"

#include <assert.h>
#include <stddef.h>

/* Everything is nil before the first use. */
static struct {
    bool started;
    Value table;   /* map: symbol -> namespace */
    Value sealed;  /* contents as namespace_seal found them, or nil */
    Value core;    /* clojure.core, whose public vars all others see */
    Value current; /* namespace */
    Value mirror;  /* the var *ns* of the core, which shows the current one */
    void (*define)(Value var);
} names;

static struct namespace_object *
namespace_of(Value ns)
{
    assert(value_is_kind(ns, KIND_NAMESPACE));
    return (struct namespace_object *)value_object(ns);
}

static struct var_object *
var_of(Value var)
{
    assert(value_is_kind(var, KIND_VAR));
    return (struct var_object *)value_object(var);
}

/* The first use of any function here; costs one test afterwards. */
static void
start(void)
{
    if (!names.started) {
        names.started = true;
        names.table = map_empty();
        names.sealed = VALUE_NIL;
        names.current = VALUE_NIL;
        names.core = namespace_ensure(symbol_from_cstring("clojure.core"));
        names.mirror =
            namespace_intern(names.core, symbol_from_cstring("*ns*"));
        var_of(names.mirror)->value = VALUE_NIL;
    }
}

/* What `def` defines in, and what *ns* says. */
static void
set_current(Value ns)
{
    names.current = value_from_object(&namespace_of(ns)->head);
    var_of(names.mirror)->value = names.current;
}

Value
namespace_find(Value symbol)
{
    start();
    return map_get(names.table, symbol);
}

Value
namespace_all(void)
{
    start();
    return names.table;
}

Value
namespace_ensure(Value symbol)
{
    assert(symbol_is(symbol));
    Value found = namespace_find(symbol);
    if (!value_is(found, VALUE_ABSENT)) {
        return found;
    }
    struct namespace_object *ns =
        alloc_object(KIND_NAMESPACE, sizeof(struct namespace_object));
    ns->name = symbol_make(symbol_ns(symbol), symbol_name(symbol));
    ns->vars = map_empty();
    ns->refers = map_empty();
    ns->aliases = map_empty();
    ns->meta = VALUE_NIL;
    ns->core_only = VALUE_NIL;
    ns->core_hidden = VALUE_NIL;
    names.table = map_assoc(names.table, ns->name, value_from_object(ns));
    return value_from_object(ns);
}

Value
namespace_current(void)
{
    start();
    if (value_is_nil(names.current)) {
        set_current(namespace_ensure(symbol_from_cstring("user")));
    }
    return names.current;
}

void
namespace_set_current(Value ns)
{
    start();
    set_current(ns);
}

/* --- Resolving ------------------------------------------------------------- */

/* The namespace that the part before the slash means in ns, or ABSENT. */
static Value
resolve_prefix(const struct namespace_object *ns, Value prefix)
{
    Value symbol = symbol_intern(text_bytes(prefix), text_byte_len(prefix));
    Value found = map_get(ns->aliases, symbol);
    return value_is(found, VALUE_ABSENT) ? namespace_find(symbol) : found;
}

void
namespace_set_definer(void (*define)(Value var))
{
    assert(names.define == NULL);
    names.define = define;
}

Value
namespace_defined(Value var)
{
    if (!value_is(var, VALUE_ABSENT) &&
        (var_of(var)->head.flags & VAR_DEFERRED) != 0) {
        names.define(var);
    }
    return var;
}

static Value
all_defined(Value vars)
{
    struct map_iter iter;
    map_iter_init(&iter, vars);
    Value name;
    Value var;
    while (map_iter_next(&iter, &name, &var)) {
        namespace_defined(var);
    }
    return vars;
}

Value
namespace_vars(Value ns)
{
    all_defined(namespace_of(ns)->vars);
    return namespace_of(ns)->vars;
}

Value
namespace_refers(Value ns)
{
    return all_defined(namespace_of(ns)->refers);
}

static bool
is_member(Value set, Value symbol)
{
    return set_is(set) && !value_is(set_get(set, symbol), VALUE_ABSENT);
}

/* What :refer-clojure said; ns and in-ns are always there, or there would be
 * no way out. */
static bool
sees_core_name(const struct namespace_object *ns, Value symbol)
{
    if (value_is_nil(ns->core_only) && value_is_nil(ns->core_hidden)) {
        return true;
    }
    Value name = symbol_name(symbol);
    if (text_equal_cstring(name, "ns") || text_equal_cstring(name, "in-ns")) {
        return true;
    }
    return !is_member(ns->core_hidden, symbol) &&
           (value_is_nil(ns->core_only) || is_member(ns->core_only, symbol));
}

/* What a symbol without a namespace means. */
static Value
resolve_plain(const struct namespace_object *ns, Value symbol)
{
    Value var = map_get(ns->vars, symbol);
    if (!value_is(var, VALUE_ABSENT)) {
        return var;
    }
    var = map_get(ns->refers, symbol);
    if (!value_is(var, VALUE_ABSENT)) {
        return var;
    }
    var = map_get(namespace_of(names.core)->vars, symbol);
    bool is_visible = !value_is(var, VALUE_ABSENT) &&
                      sees_core_name(ns, symbol) &&
                      (var_of(var)->head.flags & VAR_PRIVATE) == 0;
    return is_visible ? var : VALUE_ABSENT;
}

/* What a symbol means, in whoever's namespace; not yet with its value. */
static Value
resolve_raw(Value ns, Value symbol)
{
    const struct namespace_object *from = namespace_of(ns);
    if (value_is_nil(symbol_ns(symbol))) {
        return resolve_plain(from, symbol);
    }
    Value target = resolve_prefix(from, symbol_ns(symbol));
    if (value_is(target, VALUE_ABSENT)) {
        return VALUE_ABSENT;
    }
    Value name = symbol_make(VALUE_NIL, symbol_name(symbol));
    return map_get(namespace_of(target)->vars, name);
}

Value
namespace_resolve_any(Value ns, Value symbol)
{
    return namespace_defined(resolve_raw(ns, symbol));
}

Value
namespace_lookup(Value ns, Value symbol, bool *is_private)
{
    *is_private = false;
    Value var = resolve_raw(ns, symbol);
    if (value_is(var, VALUE_ABSENT)) {
        return VALUE_ABSENT;
    }
    bool is_qualified = !value_is_nil(symbol_ns(symbol));
    bool is_own = is_qualified && value_is(var_of(var)->ns, ns);
    *is_private =
        is_qualified && !is_own && (var_of(var)->head.flags & VAR_PRIVATE) != 0;
    return *is_private ? VALUE_ABSENT : var;
}

Value
namespace_resolve(Value ns, Value symbol, bool *is_private)
{
    return namespace_defined(namespace_lookup(ns, symbol, is_private));
}

Value
namespace_intern(Value ns, Value name)
{
    struct namespace_object *object = namespace_of(ns);
    assert(symbol_is(name) && value_is_nil(symbol_ns(name)));
    Value found = map_get(object->vars, name);
    if (!value_is(found, VALUE_ABSENT)) {
        return found;
    }
    struct var_object *var = alloc_object(KIND_VAR, sizeof(struct var_object));
    var->ns = ns;
    var->name = symbol_make(VALUE_NIL, symbol_name(name));
    var->value = VALUE_UNBOUND;
    var->meta = VALUE_NIL;
    var->pending_on = VALUE_NIL;
    object->vars = map_assoc(object->vars, var->name, value_from_object(var));
    return value_from_object(var);
}

void
namespace_alias(Value ns, Value alias, Value target)
{
    struct namespace_object *object = namespace_of(ns);
    Value known = map_get(object->aliases, alias);
    if (!value_is(known, VALUE_ABSENT) && !value_is(known, target)) {
        error_throw_help(ERROR_STATE, "Choose another name after :as.",
                         "The alias %s already stands for %s",
                         text_bytes(symbol_full_name(alias)),
                         text_bytes(
                             symbol_full_name(namespace_of(known)->name)));
    }
    object->aliases = map_assoc(object->aliases, alias, target);
}

void
namespace_refer(Value ns, Value name, Value var)
{
    struct namespace_object *object = namespace_of(ns);
    assert(value_is_kind(var, KIND_VAR));
    object->refers = map_assoc(object->refers, name, var);
}

/* --- Names that are near ------------------------------------------------------ */

/* The best candidate so far; distance is one more than what counts as near at
 * the beginning. */
struct nearest {
    Value wanted; /* string */
    Value best;   /* symbol or nil */
    uint32_t distance;
};

/* Of two equally near names the smaller wins, so that the answer does not
 * depend on the order of a map. */
static void
offer(struct nearest *nearest, Value symbol)
{
    Value name = symbol_name(symbol);
    uint32_t distance =
        text_distance(text_bytes(nearest->wanted),
                      text_byte_len(nearest->wanted), text_bytes(name),
                      text_byte_len(name), nearest->distance);
    bool nearer = distance < nearest->distance;
    bool tie = distance == nearest->distance && !value_is_nil(nearest->best) &&
               text_compare(name, symbol_name(nearest->best)) < 0;
    if (nearer || tie) {
        nearest->best = symbol;
        nearest->distance = distance;
    }
}

/* Offers the keys of a map from symbols to vars (or to namespaces). */
static void
offer_keys(struct nearest *nearest, Value map, bool public_only)
{
    struct map_iter iter;
    map_iter_init(&iter, map);
    Value key;
    Value value;
    while (map_iter_next(&iter, &key, &value)) {
        bool is_private = public_only && value_is_kind(value, KIND_VAR) &&
                          (var_of(value)->head.flags & VAR_PRIVATE) != 0;
        if (!is_private) {
            offer(nearest, key);
        }
    }
}

/* "alias/name" for a name that is near in the namespace of an alias. */
static Value
nearest_qualified(Value ns, Value symbol, struct nearest *nearest)
{
    const struct namespace_object *from = namespace_of(ns);
    Value target = resolve_prefix(from, symbol_ns(symbol));
    if (!value_is(target, VALUE_ABSENT)) {
        offer_keys(nearest, namespace_of(target)->vars, true);
        if (value_is_nil(nearest->best)) {
            return VALUE_NIL;
        }
        return symbol_full_name(
            symbol_make(symbol_ns(symbol), symbol_name(nearest->best)));
    }
    nearest->wanted = symbol_ns(symbol);
    nearest->distance = text_distance_near(text_byte_len(nearest->wanted)) + 1;
    offer_keys(nearest, from->aliases, false);
    offer_keys(nearest, names.table, false);
    if (value_is_nil(nearest->best)) {
        return VALUE_NIL;
    }
    return symbol_full_name(
        symbol_make(symbol_full_name(nearest->best), symbol_name(symbol)));
}

Value
namespace_nearest(Value ns, Value symbol)
{
    struct nearest nearest = {.wanted = symbol_name(symbol), .best = VALUE_NIL};
    nearest.distance = text_distance_near(text_byte_len(nearest.wanted)) + 1;
    if (!value_is_nil(symbol_ns(symbol))) {
        return nearest_qualified(ns, symbol, &nearest);
    }
    offer_keys(&nearest, namespace_of(ns)->vars, false);
    offer_keys(&nearest, namespace_of(ns)->refers, false);
    offer_keys(&nearest, namespace_of(names.core)->vars, true);
    static const char *const literals[] = {"nil", "true", "false"};
    for (size_t i = 0; i < sizeof(literals) / sizeof(literals[0]); i++) {
        offer(&nearest, symbol_from_cstring(literals[i]));
    }
    return value_is_nil(nearest.best) ? VALUE_NIL : symbol_name(nearest.best);
}

/* --- The core ------------------------------------------------------------------- */

static void
seal_vars(const struct namespace_object *ns)
{
    struct map_iter iter;
    map_iter_init(&iter, ns->vars);
    Value name;
    Value var;
    while (map_iter_next(&iter, &name, &var)) {
        var_of(var)->head.flags |= VAR_SEALED;
    }
}

/* What is in all namespaces: a map from symbol to [namespace vars refers
 * aliases]. Maps do not change, so this costs little. */
static Value
contents(void)
{
    Value result = map_empty();
    struct map_iter iter;
    map_iter_init(&iter, names.table);
    Value symbol;
    Value ns;
    while (map_iter_next(&iter, &symbol, &ns)) {
        const struct namespace_object *object = namespace_of(ns);
        Value parts[4] = {ns, object->vars, object->refers, object->aliases};
        result = map_assoc(result, symbol, vector_from_array(parts, 4));
    }
    return result;
}

/* There are these namespaces with these contents, and no others. */
static void
put_back(Value saved)
{
    names.table = map_empty();
    struct map_iter iter;
    map_iter_init(&iter, saved);
    Value symbol;
    Value parts;
    while (map_iter_next(&iter, &symbol, &parts)) {
        struct namespace_object *ns = namespace_of(vector_at(parts, 0));
        ns->vars = vector_at(parts, 1);
        ns->refers = vector_at(parts, 2);
        ns->aliases = vector_at(parts, 3);
        names.table = map_assoc(names.table, symbol, vector_at(parts, 0));
    }
}

void
namespace_seal(void)
{
    start();
    struct map_iter iter;
    map_iter_init(&iter, names.table);
    Value symbol;
    Value ns;
    while (map_iter_next(&iter, &symbol, &ns)) {
        seal_vars(namespace_of(ns));
    }
    names.sealed = contents();
    namespace_reset();
}

void
namespace_share(Value var)
{
    struct var_object *object = var_of(var);
    object->head.flags |= VAR_SEALED;
    if (value_is_nil(names.sealed)) {
        return;
    }
    Value symbol = namespace_of(object->ns)->name;
    Value parts = map_get(names.sealed, symbol);
    if (value_is(parts, VALUE_ABSENT)) {
        Value fresh[4] = {object->ns, map_empty(), map_empty(), map_empty()};
        parts = vector_from_array(fresh, 4);
    }
    Value vars = map_assoc(vector_at(parts, 1), object->name, var);
    names.sealed =
        map_assoc(names.sealed, symbol, vector_assoc(parts, 1, vars));
}

void
namespace_reset(void)
{
    start();
    if (!value_is_nil(names.sealed)) {
        put_back(names.sealed);
    }
    names.table = map_dissoc(names.table, symbol_from_cstring("user"));
    set_current(namespace_ensure(symbol_from_cstring("user")));
}

Value
namespace_save(void)
{
    Value current = namespace_current();
    return vector_2(contents(), current);
}

void
namespace_restore(Value saved)
{
    assert(value_is_kind(saved, KIND_VECTOR) && vector_count(saved) == 2);
    put_back(vector_at(saved, 0));
    set_current(vector_at(saved, 1));
}
