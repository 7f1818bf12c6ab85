/* SPDX-License-Identifier: MIT */
/*
 * Defines the builtin tables as vars, and what Magma refuses by name.
 *
 * Two kinds of names are there only to say no, each with what to do instead:
 * those that a description of a build must not have (clocks, files, shared
 * state), and those of Clojure that Magma does not have yet. The first say
 * that they are refused; the second look like any other unknown name. A macro
 * is refused where it stands, a function when it is called.
 */
#include "interp/core/core.h"

#include "interp/core/support.h"
#include "interp/data/alloc.h"
#include "interp/data/multi.h"
#include "interp/data/namespace.h"
#include "interp/data/protocol.h"
#include "interp/vm/call.h"

#include <assert.h>

static const struct core_table *const all_tables[] = {
    core_coll,   core_make,     core_transient,   core_assoc,  core_seq,
    core_lazy,   core_generate, core_regroup,     core_reduce, core_xform,
    core_sort,   core_fn,       core_meta,        core_state,  core_pred,
    core_multi,  core_type,     core_type_macros, core_ns,     core_number,
    core_math,   core_text,     core_string,      core_format, core_regex,
    core_output,
};

/* What is left out on purpose, or not there yet, with what to use instead. */
struct refusal {
    struct builtin row;
    const char *help;
    bool is_macro;   /* refused where it stands, not only when it is called */
    bool is_unknown; /* not there yet: as a name that nobody defined */
};

static const struct refusal *running_refusal(void);

/* What every refused name does when it is called or expanded. */
static Value
core_refuse(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    const struct refusal *refusal = running_refusal();
    if (refusal->is_unknown) {
        error_throw_help(ERROR_UNKNOWN, refusal->help,
                         "Unable to resolve symbol: %s", refusal->row.name);
    }
    error_throw_help(ERROR_REFUSED, refusal->help,
                     "%s is not available while describing a build",
                     refusal->row.name);
}

#define REFUSE(name_text, macro, help_text)                                \
    {                                                                      \
        CORE_INNER(name_text, 0, ARGS_ANY, core_refuse), help_text, macro, \
            false                                                          \
    }
#define UNKNOWN(name_text, help_text)                                          \
    {                                                                          \
        CORE_INNER(name_text, 0, ARGS_ANY, core_refuse), help_text, true, true \
    }

static const char io_help[] = "use a step: {:read path}, {:write path}";
static const char state_help[] =
    "a build file has no shared state: use let, loop, reduce or an atom that "
    "is local to one form";
static const char chance_help[] =
    "evaluation is repeatable: compute the value from what is known, or give "
    "it in :env";
static const char thread_help[] =
    "actions run in parallel by themselves: describe them as actions";
static const char host_help[] = "Magma has no host classes or arrays";
static const char var_help[] = "pass the value as an argument instead";
static const char eval_help[] = "use a function or a macro";
static const char big_help[] =
    "Magma has 64-bit integers and doubles: use quot, rem or double.";
static const char wrap_help[] =
    "An overflow is an error in Magma: use bit-and to keep some bits.";
static const char matcher_help[] = "Use re-find, re-matches or re-seq.";

static const struct refusal refusals[] = {
    REFUSE("spit", false, io_help),
    REFUSE("slurp", false, io_help),
    REFUSE("file-seq", false, io_help),
    REFUSE("line-seq", false, io_help),
    REFUSE("read-line", false, io_help),
    REFUSE("with-open", true, io_help),
    REFUSE("ref", false, state_help),
    REFUSE("dosync", true, state_help),
    REFUSE("alter", false, state_help),
    REFUSE("commute", false, state_help),
    REFUSE("ref-set", false, state_help),
    REFUSE("agent", false, state_help),
    REFUSE("send", false, state_help),
    REFUSE("send-off", false, state_help),
    REFUSE("add-watch", false, state_help),
    REFUSE("alter-var-root", false, state_help),
    REFUSE("intern", false, state_help),
    REFUSE("alter-meta!", false, state_help),
    REFUSE("reset-meta!", false, state_help),
    REFUSE("binding", true, var_help),
    REFUSE("with-redefs", true, var_help),
    REFUSE("with-bindings", true, var_help),
    REFUSE("rand", false, chance_help),
    REFUSE("rand-int", false, chance_help),
    REFUSE("rand-nth", false, chance_help),
    REFUSE("random-sample", false, chance_help),
    REFUSE("random-uuid", false, chance_help),
    REFUSE("shuffle", false, chance_help),
    REFUSE("time", true, chance_help),
    REFUSE("future", true, thread_help),
    REFUSE("promise", false, thread_help),
    REFUSE("deliver", false, thread_help),
    REFUSE("pmap", false, thread_help),
    REFUSE("pcalls", false, thread_help),
    REFUSE("locking", true, thread_help),
    REFUSE("eval", false, eval_help),
    REFUSE("load-string", false, eval_help),
    REFUSE("load-file", false, eval_help),
    REFUSE("to-array", false, host_help),
    REFUSE("into-array", false, host_help),
    REFUSE("make-array", false, host_help),
    REFUSE("object-array", false, host_help),
    REFUSE("int-array", false, host_help),
    REFUSE("long-array", false, host_help),
    REFUSE("byte-array", false, host_help),
    REFUSE("aget", false, host_help),
    REFUSE("aset", false, host_help),
    REFUSE("alength", false, host_help),
    REFUSE("bean", false, host_help),
    REFUSE("proxy", true, host_help),
    REFUSE("gen-class", true, host_help),
    REFUSE("import", true, host_help),
    REFUSE("definterface", true, host_help),
    REFUSE("deftype", true, "use a map"),
    UNKNOWN("bigint", big_help),
    UNKNOWN("biginteger", big_help),
    UNKNOWN("bigdec", big_help),
    UNKNOWN("rationalize", big_help),
    UNKNOWN("numerator", big_help),
    UNKNOWN("denominator", big_help),
    UNKNOWN("with-precision", big_help),
    UNKNOWN("unchecked-add", wrap_help),
    UNKNOWN("unchecked-subtract", wrap_help),
    UNKNOWN("unchecked-multiply", wrap_help),
    UNKNOWN("unchecked-inc", wrap_help),
    UNKNOWN("unchecked-dec", wrap_help),
    UNKNOWN("unchecked-negate", wrap_help),
    UNKNOWN("re-matcher", matcher_help),
    UNKNOWN("re-groups", matcher_help),
    UNKNOWN("vector-of", "Use vector."),
    UNKNOWN("iteration", "Use iterate, or lazy-seq."),
    UNKNOWN("bound-fn", var_help),
    UNKNOWN("requiring-resolve", "Use require, then resolve."),
};

/* What is captured is an index: an address would be another in each run, and
 * with it the fingerprint of a rule that names the function. */
static const struct refusal *
running_refusal(void)
{
    int64_t index = number_to_int(call_captured());
    assert(index >= 0 && (size_t)index < CORE_COUNT(refusals));
    return &refusals[index];
}

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

/* After the tables: a name in both would fail the assertion of define_row. */
static void
define_refusals(void)
{
    Value ns = namespace_ensure(symbol_from_cstring("clojure.core"));
    for (size_t i = 0; i < CORE_COUNT(refusals); i++) {
        const struct refusal *refusal = &refusals[i];
        struct var_object *var =
            define_row(ns, &refusal->row, number_int((int64_t)i));
        if (refusal->is_macro) {
            var->head.flags |= VAR_MACRO;
        }
    }
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
    mark_macros(core_type_macros);
    define_refusals();
    core_number_start();
    core_output_start();
    call_set_hook(KIND_MULTI, call_multi);
    call_set_hook(KIND_METHOD, call_method);
    call_set_get(core_get);
}
