/* SPDX-License-Identifier: MIT */
/*
 * The facade: starting, reading, evaluating. What only makes or inspects
 * values is in magma_value.c.
 */
#include "interp/magma.h"

#include "interp/compile/analyze.h"
#include "interp/compile/compile.h"
#include "interp/compile/definition.h"
#include "interp/compile/expand.h"
#include "interp/compile/fingerprint.h"
#include "interp/compile/form.h"
#include "interp/compile/resolve.h"
#include "interp/core/complete.h"
#include "interp/core/core.h"
#include "interp/core/output.h"
#include "interp/core/refuse.h"
#include "interp/core/state.h"
#include "interp/core/support.h"
#include "interp/data/multi.h"
#include "interp/data/namespace.h"
#include "interp/data/vector.h"
#include "interp/read/layout.h"
#include "interp/read/print.h"
#include "interp/read/reader.h"
#include "interp/vm/call.h"
#include "interp/vm/language.h"
#include "interp/vm/library.h"
#include "interp/vm/limits.h"
#include "interp/vm/module.h"
#include "interp/vm/require.h"
#include "interp/vm/trace.h"
#include "interp/vm/vm.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Nothing is collected before so much is taken. What the collector finds again is
 * cheaper than new pages of the system: with 128 MiB, a converted file of 10,000
 * actions needs a fifth more CPU, and only large EDN texts and graphs, which are
 * kept whole, a tenth less. */
enum { HEAP_INITIAL = 8 << 20 };
/* What is read and evaluated takes several times the room of its text, if only for a
 * moment. */
enum { ROOM_OF_TEXT = 8 };

static bool
load_library(Value ns)
{
    return module_load(ns);
}

static const struct resolve_refusals refusals = {core_refused,
                                                 core_refused_mention};

void
magma_start(const struct magma_host *host)
{
    alloc_start(HEAP_INITIAL);
    vm_start();
    limits_start();
    analyze_start();
    module_set_host(host);
    module_reset();
    resolve_set_loader(load_library);
    resolve_set_refusals(&refusals);
    if (host != NULL && host->print != NULL) {
        output_set_sink(host->print, host->ctx);
    }
    call_set_get(core_get);
    core_define();
    const struct core_table language = {"clojure.core", language_rows,
                                        language_row_count};
    core_define_table(&language);
    expand_define();
    compile_mark_core();
    // Sealed twice: what core.magma calls is compiled as fixed, too.
    namespace_seal();
    struct module_source source;
    if (module_source(form_symbol("core"), &source)) {
        library_load(namespace_find(form_symbol("clojure.core")), &source);
    }
    namespace_seal();
    language_seal();
    magma_reset();
}

void
magma_reset(void)
{
    namespace_reset();
    reader_reset();
    module_reset();
    definition_keep();
    analyze_set_open(VALUE_NIL);
    fingerprint_forget();
    trace_set_form(NULL);
    multi_reset();
    limits_set(0, 0, 0);
}

Value
magma_program_save(void)
{
    Value parts[3] = {namespace_save(), module_save(),
                      multi_hierarchy_global()};
    return vector_from_array(parts, 3);
}

void
magma_program_restore(Value program)
{
    assert(vector_count(program) == 3);
    namespace_restore(vector_at(program, 0));
    module_restore(vector_at(program, 1));
    multi_hierarchy_set_global(vector_at(program, 2));
    definition_keep();
    analyze_set_open(VALUE_NIL);
    fingerprint_forget();
}

void
magma_set_limits(const struct magma_limits *limits)
{
    limits_set(limits->steps, limits->depth, limits->memory_bytes);
}

void
magma_interrupt(void)
{
    limits_interrupt();
}

bool
magma_try(magma_body body, void *arg, Value *result, Value *error)
{
    return error_try(body, arg, result, error);
}

/* --- Reading ------------------------------------------------------------- */

struct magma_reader {
    Value *root; /* keeps the reader alive */
    struct reader *reader;
};

struct magma_reader *
magma_reader_create(struct magma_text text, const char *file)
{
    alloc_expect((uint64_t)text.len * ROOM_OF_TEXT);
    Value name = file == NULL ? VALUE_NIL : text_from_cstring(file);
    struct reader *reader =
        reader_create(text.bytes, text.len, name, READER_CODE);
    struct magma_reader *wrapper = malloc(sizeof(*wrapper));
    assert(wrapper != NULL);
    wrapper->reader = reader;
    wrapper->root = alloc_root_create();
    *wrapper->root = value_from_object(reader);
    return wrapper;
}

void
magma_reader_destroy(struct magma_reader *reader)
{
    if (reader != NULL) {
        alloc_root_destroy(reader->root);
        free(reader);
    }
}

bool
magma_read(struct magma_reader *reader, Value *form, struct error_place *place)
{
    return reader_read(reader->reader, form, place);
}

bool
magma_is_incomplete(struct magma_text text)
{
    return reader_is_incomplete(text.bytes, text.len);
}

Value
magma_layout(struct magma_text text, const char *file)
{
    Value name = file == NULL ? VALUE_NIL : text_from_cstring(file);
    return layout_text(text.bytes, text.len, name);
}

/* --- Evaluating ------------------------------------------------------------- */

/* Cells live as long as the form that made them. */
static Value
eval_at(Value form, const struct error_place *place)
{
    bool is_outermost = vm.frame == vm.frames;
    if (is_outermost) {
        state_next_form();
        trace_set_form(place);
    }
    Value result = module_eval(form, place);
    if (is_outermost) {
        state_next_form();
    }
    return result;
}

Value
magma_eval(Value form)
{
    struct error_place place = {.file = VALUE_NIL};
    if (!reader_place_of(form, &place)) {
        place = (struct error_place){.file = VALUE_NIL};
    }
    return eval_at(form, &place);
}

Value
magma_eval_at(Value form, const struct error_place *place)
{
    return eval_at(form, place);
}

Value
magma_eval_text(struct magma_text text, const char *file)
{
    Value name = file == NULL ? VALUE_NIL : text_from_cstring(file);
    struct reader *reader =
        reader_create(text.bytes, text.len, name, READER_CODE);
    Value result = VALUE_NIL;
    Value form;
    struct error_place place;
    while (reader_read(reader, &form, &place)) {
        result = eval_at(form, &place);
    }
    return result;
}

Value
magma_call(Value function, const Value *args, uint32_t argc)
{
    if (vm.frame == vm.frames) {
        trace_set_form(NULL);
    }
    return call_value(function, args, argc);
}

bool
magma_is_function(Value v)
{
    enum kind kind = value_kind(v);
    return kind == KIND_FUNCTION || kind == KIND_BUILTIN || kind == KIND_MULTI;
}

struct magma_fingerprint
magma_fingerprint(Value v)
{
    struct hash_wide hash = fingerprint_of(v);
    return (struct magma_fingerprint){hash.low, hash.high};
}

struct magma_text
magma_function_name(Value function)
{
    Value name = VALUE_NIL;
    if (value_is_kind(function, KIND_FUNCTION)) {
        name = code_of_function(function)->name;
    } else if (magma_is_function(function)) {
        name = call_name_of(function);
    }
    return text_is(name) ? magma_text_of(name) : (struct magma_text){"", 0};
}

struct error_place
magma_function_place(Value function)
{
    if (value_is_kind(function, KIND_FUNCTION)) {
        return code_of_function(function)->place;
    }
    return (struct error_place){.file = VALUE_NIL};
}

struct error_place
magma_call_place(void)
{
    return call_place();
}

/* --- Definitions by the host -------------------------------------------------- */

void
magma_define(const char *ns, const struct builtin *rows, size_t count)
{
    const struct core_table table = {ns, rows, count};
    Value home = namespace_ensure(form_symbol(ns));
    for (size_t i = 0; i < count; i++) {
        Value var = namespace_intern(home, form_symbol(rows[i].name));
        ((struct var_object *)value_object(var))->value = VALUE_UNBOUND;
        value_object(var)->flags &= (uint8_t)~VAR_MACRO;
    }
    core_define_table(&table);
    for (size_t i = 0; i < count; i++) {
        Value var = namespace_intern(home, form_symbol(rows[i].name));
        namespace_share(var);
    }
}

const char *
magma_namespace(void)
{
    const struct namespace_object *ns =
        (const struct namespace_object *)value_object(namespace_current());
    return text_bytes(symbol_full_name(ns->name));
}

void
magma_set_namespace(const char *name)
{
    namespace_set_current(namespace_ensure(symbol_from_cstring(name)));
}

void
magma_refer(const char *ns, const char *const *names, size_t count)
{
    Value here = namespace_current();
    Value home = form_symbol(ns);
    require_spec(home);
    for (size_t i = 0; i < count; i++) {
        bool is_private;
        Value name = form_symbol(names[i]);
        Value full = symbol_make(symbol_name(home), symbol_name(name));
        if (value_is(namespace_lookup(here, name, &is_private), VALUE_ABSENT)) {
            namespace_refer(here, name,
                            namespace_lookup(here, full, &is_private));
        }
    }
}

Value
magma_completions(const char *prefix)
{
    return core_completions(namespace_current(), prefix);
}

Value
magma_builtin(const struct builtin *row, Value captured)
{
    return core_builtin(row, captured);
}

Value
magma_captured(void)
{
    return call_captured();
}

bool
magma_bind_weak(const char *name, Value value)
{
    Value symbol = symbol_make(VALUE_NIL, text_from_cstring(name));
    bool is_private;
    Value found = namespace_resolve(namespace_current(), symbol, &is_private);
    if (analyze_is_special(symbol)) {
        return false;
    }
    if (!value_is(found, VALUE_ABSENT)) {
        // A var that an earlier try of this form left pending is free.
        uint8_t flags = value_object(found)->flags;
        if ((flags & VAR_PENDING) == 0 || (flags & VAR_SEALED) != 0) {
            return false;
        }
    }
    Value var = namespace_intern(namespace_current(), symbol);
    definition_set(var, value, VALUE_NIL);
    value_object(var)->flags |= VAR_WEAK;
    return true;
}

void
magma_form_begin(void)
{
    definition_begin();
}

void
magma_form_keep(void)
{
    trace_set_form(NULL);
    definition_keep();
}

void
magma_form_undo(Value on)
{
    definition_undo(on);
}

void
magma_set_open(Value on)
{
    analyze_set_open(on);
}
