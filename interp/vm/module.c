/* SPDX-License-Identifier: MIT */
/*
 * Texts and namespaces. Sources are copied into collected memory at once, so
 * that an error in them leaves nothing to free; the list of what is being
 * loaded serves the message about cycles.
 */
#include "interp/vm/module.h"

#include "interp/compile/analyze.h"
#include "interp/compile/compile.h"
#include "interp/compile/definition.h"
#include "interp/compile/form.h"
#include "interp/compile/lint.h"
#include "interp/compile/resolve.h"
#include "interp/data/map.h"
#include "interp/data/namespace.h"
#include "interp/data/seq.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "interp/read/reader.h"
#include "interp/vm/call.h"
#include "interp/vm/library.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct {
    const struct magma_host *host;
    Value loaded;                    /* set of symbols, as a map; zero: none */
    struct form_list_builder active; /* being loaded, outermost first */
} modules;

void
module_set_host(const struct magma_host *host)
{
    modules.host = host;
}

void
module_reset(void)
{
    modules.loaded = map_empty();
    modules.active = (struct form_list_builder){0};
}

Value
module_save(void)
{
    Value active = vector_from_array(modules.active.at, modules.active.count);
    return vector_2(modules.loaded, active);
}

void
module_restore(Value saved)
{
    module_reset();
    modules.loaded = vector_at(saved, 0);
    assert(vector_count(saved) == 2);
    Value active = vector_at(saved, 1);
    for (uint32_t i = 0; i < vector_count(active); i++) {
        form_add(&modules.active, vector_at(active, i));
    }
}

/* --- Evaluating --------------------------------------------------------- */

static bool
is_do(Value form)
{
    return form_is_list(form) && !seq_is_empty(form) &&
           symbol_is(seq_first(form)) &&
           symbol_equal(seq_first(form), form_symbol("do"));
}

static Value
eval_single(Value form, const struct error_place *place)
{
    // Naming something may load a library meanwhile.
    bool outer_stops = lint_take_stop();
    Value function = compile_form(form, place);
    bool stops = lint_take_stop();
    if (outer_stops) {
        lint_stop_form();
    }
    if (stops) {
        lint_skipped(form);
        return VALUE_NIL;
    }
    return call_value(function, NULL, 0);
}

Value
module_eval(Value form, const struct error_place *place)
{
    assert(place != NULL);
    uint32_t mark = lint_form_begin();
    // The forms that are left, the next one last.
    struct form_list_builder todo = {0};
    form_add(&todo, form);
    Value result = VALUE_NIL;
    while (todo.count > 0) {
        Value next = analyze_expand(todo.at[--todo.count], place);
        if (!is_do(next)) {
            result = eval_single(next, place);
            continue;
        }
        struct form_items items = form_items(next);
        for (uint32_t i = items.count; i > 1; i--) {
            form_add(&todo, items.at[i - 1]);
        }
        result = VALUE_NIL;
    }
    lint_form_end(mark);
    return result;
}

Value
module_eval_text(const char *bytes, size_t len, Value file)
{
    struct reader *reader = reader_create(bytes, len, file, READER_CODE);
    Value result = VALUE_NIL;
    Value form;
    struct error_place place;
    while (reader_read(reader, &form, &place)) {
        result = module_eval(form, &place);
    }
    return result;
}

/* --- Loading ----------------------------------------------------------------- */

Value
module_path(Value ns)
{
    Value name = symbol_full_name(ns);
    uint32_t len = text_byte_len(name);
    char *path = alloc_atomic(len + (size_t)1);
    memcpy(path, text_bytes(name), len);
    for (uint32_t i = 0; i < len; i++) {
        if (path[i] == '.') {
            path[i] = '/';
        } else if (path[i] == '-') {
            path[i] = '_';
        }
    }
    return text_make(path, len);
}

/* The host's texts are malloc'ed; a throw would leak them, so they are copied
 * before anything else happens. */
bool
module_source(Value ns, struct module_source *source)
{
    struct magma_source found = {0};
    if (modules.host == NULL || modules.host->load == NULL ||
        !modules.host->load(modules.host->ctx, text_bytes(module_path(ns)),
                            &found)) {
        return false;
    }
    char *copy = alloc_atomic(found.len + 1);
    memcpy(copy, found.text, found.len);
    copy[found.len] = 0;
    source->ns = ns;
    source->bytes = copy;
    source->len = found.len;
    source->file =
        found.file == NULL ? VALUE_NIL : text_from_cstring(found.file);
    source->is_library = found.is_library;
    free(found.text);
    free(found.file);
    return true;
}

static Value
eval_source(void *arg)
{
    const struct module_source *source = arg;
    if (source->is_library) {
        library_load(namespace_current(), source);
        return VALUE_NIL;
    }
    return module_eval_text(source->bytes, source->len, source->file);
}

_Noreturn static void
throw_cycle(Value ns, uint32_t from)
{
    struct text_builder chain;
    text_builder_init(&chain);
    assert(from < modules.active.count);
    for (uint32_t i = from; i < modules.active.count; i++) {
        text_builder_add_text(&chain, symbol_full_name(modules.active.at[i]));
        text_builder_add_cstring(&chain, " -> ");
    }
    text_builder_add_text(&chain, symbol_full_name(ns));
    error_throw_help(ERROR_STATE,
                     "Move what both need into a namespace of its own.",
                     "Namespaces require each other in a cycle: %s",
                     text_bytes(text_builder_string(&chain)));
}

static void
check_cycle(Value ns)
{
    for (uint32_t i = 0; i < modules.active.count; i++) {
        if (symbol_equal(modules.active.at[i], ns)) {
            throw_cycle(ns, i);
        }
    }
}

/* An error leaves the list of what is being loaded and the current namespace
 * as they were. */
static void
eval_module(struct module_source *source)
{
    Value previous = namespace_current();
    uint32_t depth = modules.active.count;
    form_add(&modules.active, source->ns);
    namespace_set_current(namespace_ensure(source->ns));
    Value result;
    Value thrown;
    bool is_done = error_try(eval_source, source, &result, &thrown);
    modules.active.count = depth;
    namespace_set_current(previous);
    if (!is_done) {
        error_throw_value(thrown);
    }
}

/* What failed is not loaded: requiring it again tries again. */
bool
module_load(Value ns)
{
    assert(symbol_is(ns));
    ns = symbol_make(symbol_ns(ns), symbol_name(ns));
    if (form_is_symbol_named(ns, "clojure.core")) {
        return true; /* it is there from the start */
    }
    if (!value_is(map_get(modules.loaded, ns), VALUE_ABSENT)) {
        return true;
    }
    check_cycle(ns);
    struct module_source source;
    if (module_source(ns, &source)) {
        uint32_t mark = definition_mark();
        eval_module(&source);
        definition_settle(mark);
    } else if (value_is(namespace_find(ns), VALUE_ABSENT)) {
        return false;
    }
    modules.loaded = map_assoc(modules.loaded, ns, VALUE_TRUE);
    return true;
}

static const char *
behind_lines(const char *at, const char *end, uint32_t lines)
{
    for (; lines > 0 && at < end; lines--) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        at = newline == NULL ? end : newline + 1;
    }
    return at;
}

/* Whole lines. The core is in the file of another name. */
Value
module_form_text(Value ns, uint32_t line)
{
    struct module_source source;
    if (form_is_symbol_named(ns, "clojure.core")) {
        ns = form_symbol("core");
    }
    if (!module_source(ns, &source)) {
        return VALUE_NIL;
    }
    const char *end = source.bytes + source.len;
    const char *start = behind_lines(source.bytes, end, line - 1);
    if (start == end) {
        return VALUE_NIL;
    }
    struct reader *reader =
        reader_create(start, (size_t)(end - start), source.file, READER_DATA);
    reader_set_lenient(reader);
    Value form;
    struct error_place place;
    if (!reader_read(reader, &form, &place)) {
        return VALUE_NIL;
    }
    const char *stop = behind_lines(start, end, place.end_line);
    return text_make(start, (size_t)(stop - start) - (stop[-1] == '\n'));
}
