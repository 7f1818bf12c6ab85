/* SPDX-License-Identifier: MIT */
/*
 * Names of the core whose code is in the library. They are there from the
 * start; the file that has them is loaded when one is called, or expanded, for
 * the first time: most programs need none.
 */
#include "interp/core/support.h"
#include "interp/data/namespace.h"
#include "interp/vm/call.h"
#include "interp/vm/module.h"

#include <assert.h>

/* The value of the same name in a namespace of the library. */
static Value
value_in(const char *library, const char *name)
{
    Value ns = symbol_from_cstring(library);
    bool is_private;
    bool is_loaded = module_load(ns);
    assert(is_loaded);
    Value full =
        symbol_make(symbol_name(ns), symbol_name(symbol_from_cstring(name)));
    Value var = namespace_resolve(namespace_current(), full, &is_private);
    assert(value_is_kind(var, KIND_VAR));
    return ((const struct var_object *)value_object(var))->value;
}

#define FROM(library, function, name)                       \
    static Value function(Value *args, uint32_t argc)       \
    {                                                       \
        return invoke(value_in(library, name), args, argc); \
    }

FROM("clojure.types", expand_defprotocol, "defprotocol")
FROM("clojure.types", expand_defrecord, "defrecord")
FROM("clojure.types", expand_extend_type, "extend-type")
FROM("clojure.types", expand_extend_protocol, "extend-protocol")
FROM("clojure.types", expand_reify, "reify")
FROM("clojure.more", call_iteration, "iteration")
FROM("clojure.more", call_vector_of, "vector-of")
FROM("clojure.more", call_requiring_resolve, "requiring-resolve")

static const struct builtin macro_rows[] = {
    {"defprotocol", 0, ARGS_ANY, expand_defprotocol, "[name & methods]",
     "Defines a protocol, and a function for each of its methods: (method "
     "[this x] \"doc\").",
     "0.1"},
    {"defrecord", 0, ARGS_ANY, expand_defrecord,
     "[name fields & protocols-and-methods]",
     "Defines a type of records with the functions ->name and map->name.",
     "0.1"},
    {"extend-type", 0, ARGS_ANY, expand_extend_type,
     "[type & protocols-and-methods]",
     "Gives one type methods of protocols, written as functions.", "0.1"},
    {"extend-protocol", 0, ARGS_ANY, expand_extend_protocol,
     "[protocol & types-and-methods]",
     "Gives several types the methods of one protocol.", "0.1"},
    {"reify", 0, ARGS_ANY, expand_reify, "[& protocols-and-methods]",
     "An object with these methods; they see the locals around it.", "0.1"},
};

static const struct builtin rows[] = {
    {"iteration", 1, ARGS_ANY, call_iteration, "[step & options]",
     "The values of (step k) for k of :initk and then what :kf finds in each "
     "result, by :vf, while :somef holds.",
     "0.1"},
    {"vector-of", 1, ARGS_ANY, call_vector_of, "[type & items]",
     "A vector of numbers, characters or booleans of one type, such as :int.",
     "0.1"},
    {"requiring-resolve", 1, 1, call_requiring_resolve, "[symbol]",
     "The var of a symbol with a namespace, which is loaded first.", "0.1"},
};

const struct core_table core_library[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};

const struct core_table core_library_macros[] = {
    {"clojure.core", macro_rows, CORE_COUNT(macro_rows)},
    {NULL, NULL, 0},
};
