/* SPDX-License-Identifier: MIT */
/*
 * The core is not referred name by name: every namespace sees it, but for what
 * it hides. So :refer-clojure says what is hidden, and refers only what has
 * another name here.
 */
#include "interp/vm/require.h"

#include "interp/compile/form.h"
#include "interp/compile/lint.h"
#include "interp/data/map.h"
#include "interp/data/namespace.h"
#include "interp/data/seq.h"
#include "interp/data/set.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "interp/vm/module.h"

#include <assert.h>

static const struct namespace_object *
ns_object(Value ns)
{
    return (const struct namespace_object *)value_object(ns);
}

/* --- Referring --------------------------------------------------------------- */

/* The name under which a referred one is known here. */
static Value
renamed(Value renames, Value name)
{
    Value to = map_is(renames) ? map_get(renames, name) : VALUE_ABSENT;
    return value_is(to, VALUE_ABSENT) ? name : to;
}

_Noreturn static void
throw_no_such(Value full, bool is_private)
{
    Value near = namespace_nearest(namespace_current(), full);
    Value help = text_is(near)
                     ? text_format("Did you mean %s?", text_bytes(near))
                     : VALUE_NIL;
    error_throw_help(ERROR_UNKNOWN, text_is(help) ? text_bytes(help) : NULL,
                     is_private ? "%s is private" : "There is no %s",
                     text_bytes(symbol_full_name(full)));
}

/* Under the name that :rename gives, or its own. Private names are refused,
 * misspelt ones explained. */
static void
refer_one(Value target, Value name, Value renames)
{
    if (!symbol_is(name)) {
        error_throw(ERROR_SYNTAX, "require: :refer takes names, found %s",
                    form_text(name));
    }
    name = symbol_make(VALUE_NIL, symbol_name(name));
    Value full = symbol_make(symbol_full_name(ns_object(target)->name),
                             symbol_name(name));
    bool is_private;
    Value var = namespace_lookup(namespace_current(), full, &is_private);
    if (value_is(var, VALUE_ABSENT)) {
        throw_no_such(full, is_private);
    }
    namespace_refer(namespace_current(), renamed(renames, name), var);
}

/* What a filter says; nil: nothing. */
struct filters {
    Value only; /* sets of symbols */
    Value exclude;
    Value rename; /* a map */
};

static Value
name_set(Value names)
{
    struct form_items items = form_items(names);
    return set_from_array(items.at, items.count);
}

static struct filters
read_filters(const char *operation, const Value *pairs, uint32_t count)
{
    struct filters filters = {VALUE_NIL, VALUE_NIL, VALUE_NIL};
    for (uint32_t i = 0; i < count; i++) {
        Value key = pairs[(size_t)2 * i];
        Value value = pairs[(size_t)2 * i + 1];
        if (value_is(key, form_keyword("only"))) {
            filters.only = name_set(value);
        } else if (value_is(key, form_keyword("exclude"))) {
            filters.exclude = name_set(value);
        } else if (value_is(key, form_keyword("rename")) && map_is(value)) {
            filters.rename = value;
        } else {
            error_throw_help(ERROR_SYNTAX,
                             "Known are :only [names], :exclude [names] and "
                             ":rename {from to}.",
                             "%s: unknown filter %s", operation,
                             form_text(key));
        }
    }
    return filters;
}

static bool
has(Value set, Value name)
{
    return set_is(set) && !value_is(set_get(set, name), VALUE_ABSENT);
}

/* All names of :only have to be there; without it, what is private is not
 * asked for. */
static void
refer_filtered(Value target, const struct filters *filters)
{
    Value names =
        set_is(filters->only) ? filters->only : ns_object(target)->vars;
    struct seq_iter iter;
    seq_iter_init(&iter, names);
    Value item;
    while (seq_iter_next(&iter, &item)) {
        Value name = set_is(names) ? item : vector_at(item, 0);
        Value var = map_get(ns_object(target)->vars, name);
        bool is_hidden =
            !set_is(names) && (value_object(var)->flags & VAR_PRIVATE) != 0;
        if (!is_hidden && !has(filters->exclude, name)) {
            refer_one(target, name, filters->rename);
        }
    }
}

void
require_refer(Value ns, const Value *filters, uint32_t count)
{
    struct filters wanted = read_filters("refer", filters, count);
    refer_filtered(ns, &wanted);
}

/* A name that is renamed is hidden, and known by the other name; what is not
 * wanted under any name is not renamed either. */
void
require_core(const Value *pairs, uint32_t count)
{
    struct filters filters = read_filters("refer-clojure", pairs, count);
    Value core = namespace_find(form_symbol("clojure.core"));
    struct namespace_object *here =
        (struct namespace_object *)value_object(namespace_current());
    here->core_only = filters.only;
    here->core_hidden = filters.exclude;
    if (!map_is(filters.rename)) {
        return;
    }
    Value hidden =
        value_is_nil(filters.exclude) ? set_empty() : filters.exclude;
    struct map_iter iter;
    map_iter_init(&iter, filters.rename);
    Value from;
    Value to;
    while (map_iter_next(&iter, &from, &to)) {
        bool is_wanted =
            !has(filters.exclude, from) &&
            (value_is_nil(filters.only) || has(filters.only, from));
        if (is_wanted) {
            refer_one(core, from, filters.rename);
        }
        hidden = set_conj(hidden, from);
    }
    here->core_hidden = hidden;
}

/* --- require ------------------------------------------------------------------- */

static void
load_required(Value ns)
{
    if (!module_load(ns)) {
        const char *path = text_bytes(module_path(ns));
        Value help = text_format("Looked for %s.magma, %s.cljc and %s.clj next "
                                 "to the root file, and in the standard "
                                 "library.",
                                 path, path, path);
        error_throw_help(ERROR_UNKNOWN, text_bytes(help),
                         "There is no namespace %s",
                         text_bytes(symbol_full_name(ns)));
    }
}

/* Options of a libspec: :as :refer :rename. */
struct libspec {
    Value as;
    Value refer;
    Value rename;
    bool alias_only;
};

static struct libspec
parse_libspec(Value spec)
{
    struct libspec libspec = {VALUE_NIL, VALUE_NIL, VALUE_NIL, false};
    for (uint32_t i = 1; i < vector_count(spec); i += 2) {
        Value key = vector_at(spec, i);
        Value value =
            i + 1 < vector_count(spec) ? vector_at(spec, i + 1) : VALUE_NIL;
        if (value_is(key, form_keyword("as"))) {
            libspec.as = value;
        } else if (value_is(key, form_keyword("as-alias"))) {
            libspec.as = value;
            libspec.alias_only = true;
        } else if (value_is(key, form_keyword("refer"))) {
            libspec.refer = value;
        } else if (value_is(key, form_keyword("rename"))) {
            libspec.rename = value;
        } else {
            error_throw_help(ERROR_SYNTAX,
                             "Known are :as, :refer, :rename and :as-alias.",
                             "require: unknown option %s", form_text(key));
        }
    }
    return libspec;
}

/* The alias first: an error in :refer leaves it usable. */
static void
apply_libspec(Value name, const struct libspec *libspec)
{
    Value target = namespace_ensure(name);
    if (symbol_is(libspec->as)) {
        namespace_alias(namespace_current(), libspec->as, target);
        lint_require(libspec->as, true);
    }
    if (value_is(libspec->refer, form_keyword("all"))) {
        struct filters all = {VALUE_NIL, VALUE_NIL, libspec->rename};
        refer_filtered(target, &all);
        return;
    }
    struct form_items names = form_items(libspec->refer);
    for (uint32_t i = 0; i < names.count; i++) {
        refer_one(target, names.at[i], libspec->rename);
        lint_require(renamed(libspec->rename, names.at[i]), false);
    }
}

static void
require_vector(Value spec)
{
    Value name = vector_at(spec, 0);
    struct libspec libspec = parse_libspec(spec);
    if (!libspec.alias_only) {
        load_required(name);
    }
    apply_libspec(name, &libspec);
}

static bool
is_libspec(Value spec)
{
    return vector_is(spec) && vector_count(spec) > 0 &&
           symbol_is(vector_at(spec, 0));
}

static Value
with_prefix(Value prefix, Value name)
{
    Value full = text_format("%s.%s", text_bytes(symbol_full_name(prefix)),
                             text_bytes(symbol_full_name(name)));
    return symbol_make(VALUE_NIL, full);
}

/* The items of (a.b c [d :as x]) by their full names: a.b.c, [a.b.d :as x].
 * Prefixes do not nest, as in Clojure. */
static void
each_with_prefix(Value spec, void (*take)(Value spec))
{
    struct form_items items = form_items(spec);
    bool is_prefixed = items.count > 1 && symbol_is(items.at[0]);
    for (uint32_t i = 1; is_prefixed && i < items.count; i++) {
        if (symbol_is(items.at[i])) {
            take(with_prefix(items.at[0], items.at[i]));
        } else if (is_libspec(items.at[i])) {
            Value name = with_prefix(items.at[0], vector_at(items.at[i], 0));
            take(vector_assoc(items.at[i], 0, name));
        } else {
            is_prefixed = false;
        }
    }
    if (!is_prefixed) {
        error_throw_help(ERROR_SYNTAX,
                         "As in (require '[clojure.string :as str]).",
                         "require: expected a name, a vector or a list with a "
                         "prefix, found %s",
                         form_text(spec));
    }
}

void
require_spec(Value spec)
{
    if (symbol_is_keyword(spec)) {
        return; // :reload and the like: all is evaluated anew anyway
    }
    if (symbol_is(spec)) {
        load_required(spec);
    } else if (is_libspec(spec)) {
        require_vector(spec);
    } else if (form_is_list(spec)) {
        each_with_prefix(spec, require_spec);
    } else {
        error_throw_help(ERROR_SYNTAX,
                         "As in (require '[clojure.string :as str]).",
                         "require: expected a name, a vector or a list with a "
                         "prefix, found %s",
                         form_text(spec));
    }
}

/* Of the options, :as is for require, and the others are filters. */
void
require_use(Value spec)
{
    if (form_is_list(spec)) {
        each_with_prefix(spec, require_use);
        return;
    }
    if (symbol_is_keyword(spec)) {
        return;
    }
    if (!is_libspec(spec)) {
        require_spec(spec);
        require_refer(namespace_find(spec), NULL, 0);
        return;
    }
    Value name = vector_at(spec, 0);
    struct form_list_builder filters = {0};
    load_required(name);
    for (uint32_t i = 1; i + 1 < vector_count(spec); i += 2) {
        if (value_is(vector_at(spec, i), form_keyword("as"))) {
            namespace_alias(namespace_current(), vector_at(spec, i + 1),
                            namespace_ensure(name));
        } else {
            form_add(&filters, vector_at(spec, i));
            form_add(&filters, vector_at(spec, i + 1));
        }
    }
    require_refer(namespace_ensure(name), filters.at, filters.count / 2);
}
