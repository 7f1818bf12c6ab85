/* SPDX-License-Identifier: MIT */
/*
 * Multimethods and hierarchies; see multi.h.
 *
 * A multimethod is written in place by defmethod and prefer-method; it belongs
 * to the program that defined it, as the global hierarchy does. What a value
 * dispatches to is found by equality, then by `isa?` over all methods, where
 * the more special one wins and a tie without a preference is an error.
 */
#include "interp/data/multi.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/invoke.h"
#include "interp/data/map.h"
#include "interp/data/seq.h"
#include "interp/data/set.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/type.h"
#include "interp/data/vector.h"

#include <assert.h>

/* The global hierarchy, which `derive` changes. */
static Value *global_root;

static struct multi_object *
multi_object(Value v)
{
    assert(multi_is(v));
    return (struct multi_object *)value_object(v);
}

static void
roots_start(void)
{
    if (global_root == NULL) {
        global_root = alloc_root_create();
        *global_root = multi_hierarchy_empty();
    }
}

Value
multi_make(Value name, Value dispatch, Value default_key, Value hierarchy)
{
    roots_start();
    struct multi_object *multi = alloc_object(KIND_MULTI, sizeof *multi);
    multi->name = name;
    multi->dispatch = dispatch;
    multi->default_key = default_key;
    multi->hierarchy = hierarchy;
    multi->methods = map_empty();
    multi->prefers = map_empty();
    multi->chosen = map_empty();
    multi->chosen_by = VALUE_NIL;
    return value_from_object(multi);
}

void
multi_reset(void)
{
    roots_start();
    *global_root = multi_hierarchy_empty();
}

/* --- Hierarchies -------------------------------------------------------------- */

static Value
key_parents(void)
{
    return keyword_from_cstring("parents");
}

static Value
key_ancestors(void)
{
    return keyword_from_cstring("ancestors");
}

static Value
key_descendants(void)
{
    return keyword_from_cstring("descendants");
}

Value
multi_hierarchy_empty(void)
{
    Value pairs[6] = {key_parents(), map_empty(),     key_descendants(),
                      map_empty(),   key_ancestors(), map_empty()};
    return map_from_pairs(pairs, 3);
}

Value
multi_hierarchy_global(void)
{
    roots_start();
    return *global_root;
}

void
multi_hierarchy_set_global(Value hierarchy)
{
    roots_start();
    *global_root = hierarchy;
}

static Value
relation_of(Value hierarchy, Value relation)
{
    if (!map_is(hierarchy)) {
        error_throw(ERROR_TYPE, "a hierarchy is a map, found %s",
                    value_shown(hierarchy));
    }
    Value found = map_get(hierarchy, relation);
    return map_is(found) ? found : map_empty();
}

Value
multi_related(Value hierarchy, Value relation, Value tag)
{
    Value found = map_get(relation_of(hierarchy, relation), tag);
    return value_is(found, VALUE_ABSENT) ? VALUE_NIL : found;
}

static bool
is_related(Value hierarchy, Value relation, Value tag, Value other)
{
    Value found = multi_related(hierarchy, relation, tag);
    return set_is(found) && !value_is(set_get(found, other), VALUE_ABSENT);
}

/* The tags of a set and the tag that it belongs to. */
static Value
with_related(Value hierarchy, Value relation, Value tag)
{
    Value found = multi_related(hierarchy, relation, tag);
    return set_conj(set_is(found) ? found : set_empty(), tag);
}

/* `map` with all of `others` added to the sets of all of `tags`. */
static Value
add_to_each(Value map, Value tags, Value others)
{
    struct set_iter outer;
    set_iter_init(&outer, tags);
    Value tag;
    while (set_iter_next(&outer, &tag)) {
        Value set = map_get(map, tag);
        set = set_is(set) ? set : set_empty();
        struct set_iter inner;
        set_iter_init(&inner, others);
        Value other;
        while (set_iter_next(&inner, &other)) {
            set = set_conj(set, other);
        }
        map = map_assoc(map, tag, set);
    }
    return map;
}

static const char *
tag_text(Value tag)
{
    if (type_is(tag)) {
        return text_bytes(type_object(tag)->name);
    }
    return value_is_kind(tag, KIND_SYMBOL) ? text_bytes(symbol_full_name(tag))
                                           : value_shown(tag);
}

Value
multi_derive(Value hierarchy, Value tag, Value parent)
{
    if (value_equal(tag, parent)) {
        error_throw(ERROR_STATE, "derive: %s cannot be its own parent",
                    tag_text(tag));
    }
    if (is_related(hierarchy, key_parents(), tag, parent)) {
        return hierarchy;
    }
    if (is_related(hierarchy, key_ancestors(), tag, parent)) {
        error_throw(ERROR_STATE, "%s already has %s as ancestor", tag_text(tag),
                    tag_text(parent));
    }
    if (is_related(hierarchy, key_ancestors(), parent, tag)) {
        error_throw(ERROR_STATE, "Cyclic derivation: %s has %s as ancestor",
                    tag_text(parent), tag_text(tag));
    }
    Value below = with_related(hierarchy, key_descendants(), tag);
    Value above = with_related(hierarchy, key_ancestors(), parent);
    Value ancestors =
        add_to_each(relation_of(hierarchy, key_ancestors()), below, above);
    Value descendants =
        add_to_each(relation_of(hierarchy, key_descendants()), above, below);
    Value single = set_conj(set_empty(), tag);
    Value parents = add_to_each(relation_of(hierarchy, key_parents()), single,
                                set_conj(set_empty(), parent));
    hierarchy = map_assoc(hierarchy, key_parents(), parents);
    hierarchy = map_assoc(hierarchy, key_ancestors(), ancestors);
    return map_assoc(hierarchy, key_descendants(), descendants);
}

Value
multi_underive(Value hierarchy, Value tag, Value parent)
{
    if (!is_related(hierarchy, key_parents(), tag, parent)) {
        return hierarchy;
    }
    Value result = multi_hierarchy_empty();
    struct map_iter iter;
    map_iter_init(&iter, relation_of(hierarchy, key_parents()));
    Value child;
    Value parents;
    while (map_iter_next(&iter, &child, &parents)) {
        struct set_iter inner;
        set_iter_init(&inner, parents);
        Value one;
        while (set_iter_next(&inner, &one)) {
            if (!value_equal(child, tag) || !value_equal(one, parent)) {
                result = multi_derive(result, child, one);
            }
        }
    }
    return result;
}

/* True if p is an ancestor of c; a class is below those above it, and below
 * what any of them was derived from. */
static bool
is_below(Value hierarchy, Value c, Value p)
{
    if (is_related(hierarchy, key_ancestors(), c, p) || type_isa(c, p)) {
        return true;
    }
    Value above = type_is(c) ? type_object(c)->above : vector_empty();
    for (uint32_t i = 0; i < vector_count(above); i++) {
        if (is_related(hierarchy, key_ancestors(), vector_at(above, i), p)) {
            return true;
        }
    }
    return false;
}

/* Pairs that are still to be compared, instead of recursion. */
struct pairs {
    Value child; /* vectors of equal length */
    Value parent;
};

bool
multi_isa(Value hierarchy, Value child, Value parent)
{
    struct pairs now = {vector_from_array(&child, 1),
                        vector_from_array(&parent, 1)};
    while (vector_count(now.child) > 0) {
        uint32_t last = vector_count(now.child) - 1;
        Value c = vector_at(now.child, last);
        Value p = vector_at(now.parent, last);
        now.child = vector_pop(now.child);
        now.parent = vector_pop(now.parent);
        if (value_equal(c, p) || is_below(hierarchy, c, p)) {
            continue;
        }
        if (!vector_is(c) || !vector_is(p) ||
            vector_count(c) != vector_count(p)) {
            return false;
        }
        for (uint32_t i = 0; i < vector_count(c); i++) {
            now.child = vector_conj(now.child, vector_at(c, i));
            now.parent = vector_conj(now.parent, vector_at(p, i));
        }
    }
    return true;
}

/* --- Methods ---------------------------------------------------------------------- */

static Value
hierarchy_of(const struct multi_object *multi)
{
    Value h = multi->hierarchy;
    if (value_is_kind(h, KIND_VAR)) {
        h = ((const struct var_object *)value_object(h))->value;
    }
    if (value_is_kind(h, KIND_CELL)) {
        h = ((const struct cell_object *)value_object(h))->value;
    }
    return value_is_nil(h) ? multi_hierarchy_global() : h;
}

/* True if x is preferred to y, by itself or by what they derive from. Walks
 * pairs with a list of those to look at. */
static bool
is_preferred(const struct multi_object *multi, Value hierarchy, Value x,
             Value y)
{
    struct map_iter iter;
    map_iter_init(&iter, multi->prefers);
    Value better;
    Value worse;
    while (map_iter_next(&iter, &better, &worse)) {
        if (!multi_isa(hierarchy, x, better)) {
            continue;
        }
        struct set_iter inner;
        set_iter_init(&inner, worse);
        Value one;
        while (set_iter_next(&inner, &one)) {
            if (multi_isa(hierarchy, y, one)) {
                return true;
            }
        }
    }
    return false;
}

static bool
dominates(const struct multi_object *multi, Value hierarchy, Value x, Value y)
{
    return is_preferred(multi, hierarchy, x, y) || multi_isa(hierarchy, x, y);
}

/* The best of the methods whose value is an ancestor, or ABSENT. */
static Value
best_method(const struct multi_object *multi, Value hierarchy, Value value)
{
    Value best_key = VALUE_ABSENT;
    Value best = VALUE_ABSENT;
    struct map_iter iter;
    map_iter_init(&iter, multi->methods);
    Value key;
    Value method;
    while (map_iter_next(&iter, &key, &method)) {
        if (!multi_isa(hierarchy, value, key)) {
            continue;
        }
        if (value_is(best, VALUE_ABSENT) ||
            dominates(multi, hierarchy, key, best_key)) {
            best_key = key;
            best = method;
        } else if (!dominates(multi, hierarchy, best_key, key)) {
            error_throw_help(ERROR_STATE, "Say which with prefer-method.",
                             "Multiple methods in multimethod '%s' match "
                             "dispatch value: %s and %s, and neither is "
                             "preferred",
                             tag_text(multi->name), tag_text(key),
                             tag_text(best_key));
        }
    }
    return best;
}

enum { CHOSEN_MAX = 1024 }; /* dispatch values that are remembered */

/* What isa? finds, or the default: remembered for the hierarchy as it is now.
 * A changed method or preference forgets all (forget_chosen). */
static Value
inherited_method(struct multi_object *multi, Value dispatch_value)
{
    Value hierarchy = hierarchy_of(multi);
    if (!value_is(multi->chosen_by, hierarchy) ||
        map_count(multi->chosen) >= CHOSEN_MAX) {
        multi->chosen = map_empty();
        multi->chosen_by = hierarchy;
    }
    Value known = map_get(multi->chosen, dispatch_value);
    if (!value_is(known, VALUE_ABSENT)) {
        return known;
    }
    Value best = best_method(multi, hierarchy, dispatch_value);
    if (value_is(best, VALUE_ABSENT)) {
        best = map_get(multi->methods, multi->default_key);
    }
    if (!value_is(best, VALUE_ABSENT)) {
        multi->chosen = map_assoc(multi->chosen, dispatch_value, best);
    }
    return best;
}

static void
forget_chosen(struct multi_object *multi)
{
    multi->chosen = map_empty();
}

Value
multi_method(Value v, Value dispatch_value)
{
    struct multi_object *multi = multi_object(v);
    Value exact = map_get(multi->methods, dispatch_value);
    if (!value_is(exact, VALUE_ABSENT)) {
        return exact;
    }
    return inherited_method(multi, dispatch_value);
}

Value
multi_select(Value v, const Value *args, uint32_t argc)
{
    const struct multi_object *multi = multi_object(v);
    Value value = invoke(multi->dispatch, args, argc);
    Value method = multi_method(v, value);
    if (value_is(method, VALUE_ABSENT)) {
        error_throw(ERROR_KEY,
                    "No method in multimethod '%s' for dispatch value: %s",
                    tag_text(multi->name), tag_text(value));
    }
    return method;
}

void
multi_add(Value v, Value dispatch_value, Value function)
{
    struct multi_object *multi = multi_object(v);
    multi->methods = map_assoc(multi->methods, dispatch_value, function);
    forget_chosen(multi);
}

void
multi_remove(Value v, Value dispatch_value)
{
    struct multi_object *multi = multi_object(v);
    multi->methods = map_dissoc(multi->methods, dispatch_value);
    forget_chosen(multi);
}

void
multi_remove_all(Value v)
{
    struct multi_object *multi = multi_object(v);
    multi->methods = map_empty();
    multi->prefers = map_empty();
    forget_chosen(multi);
}

void
multi_prefer(Value v, Value better, Value worse)
{
    struct multi_object *multi = multi_object(v);
    if (is_preferred(multi, hierarchy_of(multi), worse, better)) {
        error_throw(ERROR_STATE,
                    "Preference conflict in multimethod '%s': %s is already "
                    "preferred to %s",
                    tag_text(multi->name), tag_text(worse), tag_text(better));
    }
    Value set = map_get(multi->prefers, better);
    set = set_conj(set_is(set) ? set : set_empty(), worse);
    multi->prefers = map_assoc(multi->prefers, better, set);
    forget_chosen(multi);
}
