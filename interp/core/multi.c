/* SPDX-License-Identifier: MIT */
/*
 * Multimethods and hierarchies as programs use them; what they mean is in
 * data/multi.c. The macros defmulti and defmethod (stdlib/core.magma) expand
 * to calls of the functions here. A hierarchy is a map {:parents :ancestors
 * :descendants}: one that is given is never changed, the global one of the
 * program is replaced.
 */
#include "interp/data/multi.h"

#include "interp/compile/fingerprint.h"
#include "interp/core/support.h"
#include "interp/data/map.h"
#include "interp/data/type.h"

#include <assert.h>

static Value
expect_multi(const char *operation, Value v)
{
    if (!multi_is(v)) {
        core_throw_type(operation, "a multimethod", v);
    }
    return v;
}

/* The value of an option, or `missing`. */
static Value
option(Value options, const char *name, Value missing)
{
    return core_get(options, keyword_from_cstring(name), missing);
}

/* (multi* name dispatch options) */
static Value
multi_fn_make(Value *args, uint32_t argc)
{
    assert(argc == 3);
    Value by_default =
        option(args[2], "default", keyword_from_cstring("default"));
    return multi_make(args[0], args[1], by_default,
                      option(args[2], "hierarchy", VALUE_NIL));
}

/* (add-method multi value f) */
static Value
multi_fn_add(Value *args, uint32_t argc)
{
    assert(argc == 3);
    multi_add(expect_multi("defmethod", args[0]), args[1], args[2]);
    fingerprint_forget();
    return args[0];
}

/* (remove-method multi value) */
static Value
multi_fn_remove(Value *args, uint32_t argc)
{
    assert(argc == 2);
    multi_remove(expect_multi("remove-method", args[0]), args[1]);
    fingerprint_forget();
    return args[0];
}

/* (remove-all-methods multi) */
static Value
multi_fn_remove_all(Value *args, uint32_t argc)
{
    assert(argc == 1);
    multi_remove_all(expect_multi("remove-all-methods", args[0]));
    fingerprint_forget();
    return args[0];
}

/* (prefer-method multi better worse) */
static Value
multi_fn_prefer(Value *args, uint32_t argc)
{
    assert(argc == 3);
    multi_prefer(expect_multi("prefer-method", args[0]), args[1], args[2]);
    fingerprint_forget();
    return args[0];
}

/* (get-method multi value) */
static Value
multi_fn_get(Value *args, uint32_t argc)
{
    assert(argc == 2);
    Value found = multi_method(expect_multi("get-method", args[0]), args[1]);
    return value_is(found, VALUE_ABSENT) ? VALUE_NIL : found;
}

/* (methods multi) */
static Value
multi_fn_methods(Value *args, uint32_t argc)
{
    assert(argc == 1);
    Value multi = expect_multi("methods", args[0]);
    return ((const struct multi_object *)value_object(multi))->methods;
}

/* (prefers multi) */
static Value
multi_fn_prefers(Value *args, uint32_t argc)
{
    assert(argc == 1);
    Value multi = expect_multi("prefers", args[0]);
    return ((const struct multi_object *)value_object(multi))->prefers;
}

/* --- Hierarchies ----------------------------------------------------------- */

/* (make-hierarchy) */
static Value
multi_fn_make_hierarchy(Value *args, uint32_t argc)
{
    (void)args;
    assert(argc == 0);
    return multi_hierarchy_empty();
}

/* The global hierarchy takes only tags with a namespace, as in Clojure. */
static void
expect_qualified(const char *operation, Value tag)
{
    if (type_is(tag)) {
        return;
    }
    bool is_name = symbol_is(tag) || symbol_is_keyword(tag);
    if (!is_name || value_is_nil(symbol_ns(tag))) {
        error_throw(ERROR_VALUE,
                    "%s: a tag of the global hierarchy is a keyword or symbol "
                    "with a namespace",
                    operation);
    }
}

/* (derive tag parent), (derive h tag parent) */
static Value
multi_fn_derive(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    if (argc == 3) {
        return multi_derive(args[0], args[1], args[2]);
    }
    expect_qualified("derive", args[0]);
    if (type_is(args[1])) {
        error_throw(ERROR_VALUE, "derive: a class cannot be a parent");
    }
    expect_qualified("derive", args[1]);
    multi_hierarchy_set_global(
        multi_derive(multi_hierarchy_global(), args[0], args[1]));
    return VALUE_NIL;
}

/* (underive tag parent), (underive h tag parent) */
static Value
multi_fn_underive(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    if (argc == 3) {
        return multi_underive(args[0], args[1], args[2]);
    }
    multi_hierarchy_set_global(
        multi_underive(multi_hierarchy_global(), args[0], args[1]));
    return VALUE_NIL;
}

/* (isa? child parent), (isa? h child parent) */
static Value
multi_fn_isa(Value *args, uint32_t argc)
{
    assert(argc >= 2);
    Value hierarchy = argc == 3 ? args[0] : multi_hierarchy_global();
    return value_bool(multi_isa(hierarchy, args[argc - 2], args[argc - 1]));
}

static Value
related(Value *args, uint32_t argc, const char *relation)
{
    Value hierarchy = argc == 2 ? args[0] : multi_hierarchy_global();
    return multi_related(hierarchy, keyword_from_cstring(relation),
                         args[argc - 1]);
}

/* (parents tag), (parents h tag) */
static Value
multi_fn_parents(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    return related(args, argc, "parents");
}

/* (ancestors tag), (ancestors h tag) */
static Value
multi_fn_ancestors(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    return related(args, argc, "ancestors");
}

/* (descendants tag), (descendants h tag) */
static Value
multi_fn_descendants(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    return related(args, argc, "descendants");
}

static const struct builtin rows[] = {
    {"multi*", 3, 3, multi_fn_make, "[name dispatch options]",
     "What the macro defmulti expands into.", "0.1"},
    {"add-method", 3, 3, multi_fn_add, "[multi value f]",
     "What the macro defmethod expands into.", "0.1"},
    {"remove-method", 2, 2, multi_fn_remove, "[multi value]",
     "Removes the method for a dispatch value.", "0.1"},
    {"remove-all-methods", 1, 1, multi_fn_remove_all, "[multi]",
     "Removes all methods.", "0.1"},
    {"prefer-method", 3, 3, multi_fn_prefer, "[multi better worse]",
     "Says which of two methods wins where both match.", "0.1"},
    {"get-method", 2, 2, multi_fn_get, "[multi value]",
     "The method for a dispatch value, or nil.", "0.1"},
    {"methods", 1, 1, multi_fn_methods, "[multi]",
     "A map from dispatch values to methods.", "0.1"},
    {"prefers", 1, 1, multi_fn_prefers, "[multi]",
     "A map from dispatch values to the set of those they win over.", "0.1"},
    {"make-hierarchy", 0, 0, multi_fn_make_hierarchy, "[]",
     "A hierarchy without any relation.", "0.1"},
    {"derive", 2, 3, multi_fn_derive, "[tag parent] [h tag parent]",
     "Makes parent a parent of tag.", "0.1"},
    {"underive", 2, 3, multi_fn_underive, "[tag parent] [h tag parent]",
     "Takes such a relation back.", "0.1"},
    {"isa?", 2, 3, multi_fn_isa, "[child parent] [h child parent]",
     "True if child is parent, or derives from it.", "0.1"},
    {"parents", 1, 2, multi_fn_parents, "[tag] [h tag]",
     "The set of direct parents, or nil.", "0.1"},
    {"ancestors", 1, 2, multi_fn_ancestors, "[tag] [h tag]",
     "The set of all ancestors, or nil.", "0.1"},
    {"descendants", 1, 2, multi_fn_descendants, "[tag] [h tag]",
     "The set of all descendants, or nil.", "0.1"},
};

const struct core_table core_multi[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
