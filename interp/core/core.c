/* SPDX-License-Identifier: MIT */
/*
 * Defines the builtin tables as vars. What Magma leaves out by name is in
 * refuse.c.
 */
#include "interp/core/core.h"

#include "interp/core/support.h"
#include "interp/data/alloc.h"
#include "interp/data/map.h"
#include "interp/data/multi.h"
#include "interp/data/namespace.h"
#include "interp/data/protocol.h"
#include "interp/vm/call.h"

#include <assert.h>

static const struct core_table *const all_tables[] = {
    core_coll,   core_make,     core_transient, core_assoc,          core_seq,
    core_lazy,   core_generate, core_regroup,   core_reduce,         core_xform,
    core_sort,   core_fn,       core_meta,      core_state,          core_pred,
    core_multi,  core_type,     core_library,   core_library_macros, core_chunk,
    core_ns,     core_number,   core_exact,     core_math,           core_text,
    core_string, core_format,   core_regex,     core_output,
};

/* "clojure.core"; the table of symbols keeps it alive. */
static Value core_name;

Value
core_builtin(const struct builtin *row, Value captured)
{
    struct builtin_object *builtin =
        alloc_object(KIND_BUILTIN, sizeof *builtin);
    builtin->spec = row;
    builtin->ns = core_name;
    builtin->captured = captured;
    builtin->meta = VALUE_NIL;
    return value_from_object(builtin);
}

/* Interns the name and binds it; the function knows the namespace that it is
 * shown with. */
static struct var_object *
define_row(Value ns, const struct builtin *row, Value captured)
{
    Value var = namespace_intern(ns, symbol_from_cstring(row->name));
    struct var_object *object = (struct var_object *)value_object(var);
    // Two rows of one name would hide each other.
    assert(value_is(object->value, VALUE_UNBOUND));
    Value function = core_builtin(row, captured);
    struct namespace_object *home = (struct namespace_object *)value_object(ns);
    ((struct builtin_object *)value_object(function))->ns =
        symbol_name(home->name);
    object->value = function;
    return object;
}

void
core_define_table(const struct core_table *table)
{
    assert(table->ns != NULL);
    Value ns = namespace_ensure(symbol_from_cstring(table->ns));
    for (size_t i = 0; i < table->count; i++) {
        assert(table->rows[i].min <= table->rows[i].max);
        define_row(ns, &table->rows[i], VALUE_NIL);
    }
}

void
core_describe(Value var, const char *doc, const char *since)
{
    assert(value_is_kind(var, KIND_VAR));
    Value told[] = {
        keyword_from_cstring("doc"),
        text_from_cstring(doc),
        keyword_from_cstring("added"),
        text_from_cstring(since),
    };
    ((struct var_object *)value_object(var))->meta =
        map_from_pairs(told, CORE_COUNT(told) / 2);
}

/* Rows that are macros: they get the form and the environment first. */
static void
mark_macros(const struct core_table *table)
{
    Value ns = namespace_ensure(symbol_from_cstring(table->ns));
    for (size_t i = 0; i < table->count; i++) {
        Value name = symbol_from_cstring(table->rows[i].name);
        value_object(namespace_intern(ns, name))->flags |= VAR_MACRO;
    }
}

Value
core_value_of(const char *name)
{
    Value ns = namespace_find(symbol_from_cstring("clojure.core"));
    bool is_private;
    Value var = namespace_resolve(ns, symbol_from_cstring(name), &is_private);
    assert(value_is_kind(var, KIND_VAR));
    return ((const struct var_object *)value_object(var))->value;
}

/* How the machine calls a multimethod: selects, then calls in place. */
static Value
call_multi(Value multi, Value *args, uint32_t argc)
{
    return invoke(multi_select(multi, args, argc), args, argc);
}

/* The same for a method of a protocol. */
static Value
call_method(Value method, Value *args, uint32_t argc)
{
    if (argc == 0) {
        call_throw_arity(method, argc);
    }
    return invoke(protocol_select(method, args, argc), args, argc);
}

void
core_define(void)
{
    core_name = symbol_name(symbol_from_cstring("clojure.core"));
    for (size_t i = 0; i < CORE_COUNT(all_tables); i++) {
        for (const struct core_table *t = all_tables[i]; t->ns != NULL; t++) {
            core_define_table(t);
        }
    }
    mark_macros(core_library_macros);
    core_describe(
        namespace_intern(namespace_find(symbol_from_cstring("clojure.core")),
                         symbol_from_cstring("*ns*")),
        "The namespace in which forms are read and evaluated.", "0.1");
    core_number_start();
    core_math_start();
    core_output_start();
    call_set_hook(KIND_MULTI, call_multi);
    call_set_hook(KIND_METHOD, call_method);
    call_set_get(core_get);
}
