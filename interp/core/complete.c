/* SPDX-License-Identifier: MIT */
/* The names that a prefix may become, for editors and the REPL. */
#include "interp/core/complete.h"

#include "interp/compile/resolve.h"
#include "interp/compile/special.h"
#include "interp/core/support.h"
#include "interp/data/map.h"
#include "interp/data/namespace.h"
#include "interp/data/set.h"

#include <assert.h>
#include <string.h>

/* What is looked for: found names go into a set, as one may come twice. */
struct search {
    const char *prefix; /* without its namespace */
    size_t len;
    Value before; /* string put in front of each name, or nil */
    Value found;  /* set of strings */
};

static void
offer(struct search *search, Value name)
{
    assert(text_is(name));
    if (strncmp(text_bytes(name), search->prefix, search->len) == 0) {
        Value text = value_is_nil(search->before)
                         ? name
                         : text_format("%s/%s", text_bytes(search->before),
                                       text_bytes(name));
        search->found = set_conj(search->found, text);
    }
}

/* Private vars only of the namespace itself. */
static void
offer_vars(struct search *search, Value vars, bool with_private)
{
    struct map_iter iter;
    map_iter_init(&iter, vars);
    Value name;
    Value var;
    while (map_iter_next(&iter, &name, &var)) {
        bool is_private = (value_object(var)->flags & VAR_PRIVATE) != 0;
        if (with_private || !is_private) {
            offer(search, symbol_name(name));
        }
    }
}

static void
offer_keys(struct search *search, Value map)
{
    struct map_iter iter;
    map_iter_init(&iter, map);
    Value name;
    Value ns;
    while (map_iter_next(&iter, &name, &ns)) {
        offer(search, symbol_name(name));
    }
}

static const struct namespace_object *
object_of(Value ns)
{
    return (const struct namespace_object *)value_object(ns);
}

/* "str/jo": names of the namespace that stands before the slash. */
static void
offer_qualified(struct search *search, Value ns, size_t ns_len)
{
    Value prefix = text_make(search->prefix, ns_len);
    Value symbol = symbol_make(VALUE_NIL, prefix);
    Value target = map_get(object_of(ns)->aliases, symbol);
    if (value_is(target, VALUE_ABSENT)) {
        target = namespace_find(symbol);
    }
    if (value_is(target, VALUE_ABSENT)) {
        target = resolve_library(prefix);
    }
    if (value_is_kind(target, KIND_NAMESPACE)) {
        search->before = prefix;
        search->prefix += ns_len + 1;
        search->len -= ns_len + 1;
        offer_vars(search, object_of(target)->vars, false);
    }
}

static void
offer_plain(struct search *search, Value ns)
{
    Value core = namespace_find(symbol_from_cstring("clojure.core"));
    offer_vars(search, object_of(core)->vars, false);
    offer_vars(search, object_of(ns)->refers, false);
    offer_vars(search, object_of(ns)->vars, true);
    offer_keys(search, object_of(ns)->aliases);
    offer_keys(search, namespace_all());
    const struct special_form *form;
    for (size_t i = 0; (form = special_form_at(i)) != NULL; i++) {
        if (form->usage) {
            offer(search, text_from_cstring(form->name));
        }
    }
}

Value
core_completions(Value ns, const char *prefix)
{
    struct search search = {prefix, strlen(prefix), VALUE_NIL, set_empty()};
    const char *slash = strchr(prefix, '/');
    if (slash != NULL && slash != prefix) {
        offer_qualified(&search, ns, (size_t)(slash - prefix));
    } else {
        offer_plain(&search, ns);
    }
    Value sorted = invoke1(core_value_of("sort"), search.found);
    return vector_from_taken(&sorted);
}
