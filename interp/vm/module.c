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

/* "a/b_c" for a.b-c */
static Value
path_of(Value ns)
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
    char *text = NULL;
    char *file = NULL;
    size_t len = 0;
    if (modules.host == NULL || modules.host->load == NULL ||
        !modules.host->load(modules.host->ctx, text_bytes(path_of(ns)), &text,
                            &len, &file)) {
        return false;
    }
    char *copy = alloc_atomic(len + 1);
    memcpy(copy, text, len);
    copy[len] = 0;
    source->ns = ns;
    source->bytes = copy;
    source->len = len;
    source->file = file == NULL ? VALUE_NIL : text_from_cstring(file);
    free(text);
    free(file);
    return true;
}

static Value
eval_source(void *arg)
{
    const struct module_source *source = arg;
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

/* --- require ------------------------------------------------------------------- */

static void
load_required(Value ns)
{
    if (!module_load(ns)) {
        Value help =
            text_format("Looked for %s.magma next to the root file and in the "
                        "standard library.",
                        text_bytes(path_of(ns)));
        error_throw_help(ERROR_UNKNOWN, text_bytes(help),
                         "There is no namespace %s",
                         text_bytes(symbol_full_name(ns)));
    }
}

/* The name under which a referred one is known here. */
static Value
renamed(Value renames, Value name)
{
    Value to = map_is(renames) ? map_get(renames, name) : VALUE_ABSENT;
    return value_is(to, VALUE_ABSENT) ? name : to;
}

/* Under the name that :rename gives, or its own. Private names are refused,
 * misspelt ones explained. */
static void
refer_one(Value target, Value name, Value renames)
{
    struct namespace_object *ns =
        (struct namespace_object *)value_object(target);
    name = symbol_make(VALUE_NIL, symbol_name(name));
    Value full = symbol_make(symbol_full_name(ns->name), symbol_name(name));
    bool is_private;
    Value var = namespace_resolve(namespace_current(), full, &is_private);
    if (value_is(var, VALUE_ABSENT)) {
        Value near = namespace_nearest(namespace_current(), full);
        Value help = text_is(near)
                         ? text_format("Did you mean %s?", text_bytes(near))
                         : VALUE_NIL;
        error_throw_help(ERROR_UNKNOWN, text_is(help) ? text_bytes(help) : NULL,
                         is_private ? "%s is private" : "There is no %s",
                         text_bytes(symbol_full_name(full)));
    }
    namespace_refer(namespace_current(), renamed(renames, name), var);
}

static void
refer_all(Value target, Value renames)
{
    struct namespace_object *ns =
        (struct namespace_object *)value_object(target);
    struct map_iter iter;
    map_iter_init(&iter, ns->vars);
    Value name;
    Value var;
    while (map_iter_next(&iter, &name, &var)) {
        if ((value_object(var)->flags & VAR_PRIVATE) == 0) {
            namespace_refer(namespace_current(), renamed(renames, name), var);
        }
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
        refer_all(target, libspec->rename);
        return;
    }
    struct form_items names = form_items(libspec->refer);
    for (uint32_t i = 0; i < names.count; i++) {
        if (!symbol_is(names.at[i])) {
            error_throw(ERROR_SYNTAX, "require: :refer takes names, found %s",
                        form_text(names.at[i]));
        }
        refer_one(target, names.at[i], libspec->rename);
        lint_require(renamed(libspec->rename, names.at[i]), false);
    }
}

void
module_require(Value spec)
{
    if (symbol_is_keyword(spec)) {
        return; // :reload and the like: all is evaluated anew anyway
    }
    if (symbol_is(spec)) {
        load_required(spec);
        return;
    }
    if (!vector_is(spec) || vector_count(spec) == 0 ||
        !symbol_is(vector_at(spec, 0))) {
        error_throw_help(ERROR_SYNTAX,
                         "As in (require '[clojure.string :as str]); lists "
                         "with a prefix are not supported.",
                         "require: expected a name or a vector, found %s",
                         form_text(spec));
    }
    Value name = vector_at(spec, 0);
    struct libspec libspec = parse_libspec(spec);
    if (!libspec.alias_only) {
        load_required(name);
    }
    apply_libspec(name, &libspec);
}
