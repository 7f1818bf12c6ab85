/* SPDX-License-Identifier: MIT */
/*
 * See lint.h. What is known about a name hangs at the place of its symbol, as
 * marks; names whose fate is open are in lists until their form, or the
 * program, is at its end.
 */
#include "interp/compile/lint.h"

#include "interp/compile/lint_names.h"

#include "interp/compile/notes.h"
#include "interp/data/alloc.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/namespace.h"
#include "interp/data/number.h"
#include "interp/data/seq.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "interp/read/reader.h"

#include <assert.h>
#include <string.h>

enum mark { MARK_BOUND = 1, MARK_USED = 2, MARK_TOLD = 4 };

enum { KEY_TABLES_MAX = 8 };

static const char step_table[] = "a step"; /* as messages say it */

/* A name that `require` brings in. */
struct required {
    Value ns; /* where */
    Value symbol;
    bool is_alias;
};

static struct {
    bool on;
    bool is_unsure; /* a form failed that may have defined names */
    bool stops;     /* what is being analyzed must not run */
    struct form_list_builder watched; /* symbols that should be used */
    struct required *required;
    uint32_t required_count;
    uint32_t required_cap;
    struct lint_call *calls;
    uint32_t call_count;
    uint32_t call_cap;
} lint;

static struct {
    const char *function;
    const char *const *keys;
    size_t count;
} key_tables[KEY_TABLES_MAX];
static size_t key_table_count;

void
lint_set(bool on)
{
    if (on) {
        memset(&lint, 0, sizeof(lint));
        notes_forget();
    }
    lint.on = on;
}

bool
lint_is_on(void)
{
    return lint.on;
}

void
lint_round(void)
{
    lint.watched.count = 0;
    lint.required_count = 0;
    lint.call_count = 0;
}

/* --- Errors -------------------------------------------------------------- */

void
lint_stop_form(void)
{
    lint.stops = true;
}

bool
lint_take_stop(void)
{
    bool stops = lint.stops;
    lint.stops = false;
    return stops;
}

bool
lint_is_sure(void)
{
    return !lint.is_unsure;
}

/* A function has no effect but its name, which is there even if it failed. */
static bool
only_defines(Value form)
{
    static const char *const heads[] = {"def", "defn", "defn-", "defmacro"};
    bool found = false;
    if (form_is_list(form) && !seq_is_empty(form) &&
        symbol_is(seq_first(form))) {
        for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
            found = found || form_is_symbol_named(seq_first(form), heads[i]);
        }
    }
    return found;
}

void
lint_thrown(Value form, Value thrown)
{
    lint.watched.count = 0;
    bool follows = notes_error_count() > 0 &&
                   value_is_kind(thrown, KIND_ERROR) &&
                   value_object(thrown)->flags == ERROR_STATE;
    if (!follows) {
        notes_error(thrown);
    }
    lint_skipped(form);
}

void
lint_skipped(Value form)
{
    lint.is_unsure = lint.is_unsure || !only_defines(form);
}

/* --- Names that should be used ------------------------------------------- */

void
lint_watch(Value symbol)
{
    if (text_bytes(symbol_name(symbol))[0] != '_' &&
        !text_equal_cstring(symbol_name(symbol), "&")) {
        form_add(&lint.watched, symbol);
    }
}

uint32_t
lint_form_begin(void)
{
    return lint.watched.count;
}

void
lint_form_end(uint32_t mark)
{
    assert(mark <= lint.watched.count || !lint.on);
    for (uint32_t i = mark; i < lint.watched.count; i++) {
        Value symbol = lint.watched.at[i];
        struct error_place place;
        if (reader_marks(symbol) == MARK_BOUND &&
            reader_place_of(symbol, &place)) {
            reader_mark(symbol, MARK_TOLD);
            notes_warn(NOTE_UNUSED_LOCAL, &place,
                       "Take it away, or begin its name with _.",
                       "The local %s is never used",
                       text_bytes(symbol_name(symbol)));
        }
    }
    if (mark < lint.watched.count) {
        lint.watched.count = mark;
    }
}

void
lint_bind(const struct local *local)
{
    if (lint.on) {
        reader_mark(local->name, MARK_BOUND);
    }
}

void
lint_use_local(const struct local *local)
{
    if (lint.on) {
        reader_mark(local->name, MARK_USED);
    }
}

/* --- Macros of the core -------------------------------------------------- */

/* What is constant and true lets no clause behind it have a turn. */
static bool
is_always_true(Value test)
{
    return symbol_is_keyword(test) || text_is(test) || number_is(test) ||
           value_is(test, VALUE_TRUE);
}

static void
check_cond(Value form, struct form_items items)
{
    for (uint32_t i = 1; i + 2 < items.count; i += 2) {
        struct error_place place;
        if (is_always_true(items.at[i]) &&
            reader_place_of_item(form, i + 2, &place)) {
            notes_warn(NOTE_UNREACHABLE, &place,
                       "Move it before, or take it away.",
                       "This clause is never reached: the test %s before it is "
                       "always true",
                       form_text(items.at[i]));
            return;
        }
    }
}

/* (defn name [x] "doc" body): a text that is evaluated and forgotten. */
static void
check_docstring(Value form, struct form_items items)
{
    struct error_place place;
    if (items.count > 4 && vector_is(items.at[2]) && text_is(items.at[3]) &&
        reader_place_of_item(form, 3, &place)) {
        notes_warn(
            NOTE_MISPLACED_DOC, &place, "Put it before the parameters.",
            "A docstring behind the parameters is a value that nobody sees");
    }
}

/* A function without name and parameters is mostly one that a macro puts
 * around what is to run later: what stands there may be at the top. */
static bool
is_thunk(const struct unit *unit)
{
    return unit->is_inner ||
           (text_equal_cstring(unit->name, "fn") && unit->arity_count == 1 &&
            unit->arities[0].parameters.count == 0);
}

static bool
is_in_function(const struct scope *scope)
{
    const struct unit *unit = scope->unit;
    while (unit != NULL && unit->outer != NULL && is_thunk(unit)) {
        unit = unit->outer;
    }
    return unit != NULL && unit->outer != NULL;
}

void
lint_definition(const struct scope *scope, Value form, struct form_items items)
{
    struct error_place place;
    if (lint.on && is_in_function(scope) && reader_is_written(form) &&
        reader_place_of(form, &place)) {
        notes_warn(NOTE_INNER_DEF, &place, "Bind a local with let or letfn.",
                   "%s in a function defines a name for the whole namespace",
                   form_text(items.at[0]));
    }
}

static bool
is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(name, *names) == 0) {
            return true;
        }
    }
    return false;
}

/* The name of a var of the core, or NULL. */
static const char *
core_name(Value var)
{
    if (!value_is_kind(var, KIND_VAR)) {
        return NULL;
    }
    const struct var_object *object =
        (const struct var_object *)value_object(var);
    const struct namespace_object *ns =
        (const struct namespace_object *)value_object(object->ns);
    return form_is_symbol_named(ns->name, "clojure.core")
               ? text_bytes(symbol_name(object->name))
               : NULL;
}

static Value
var_named(Value symbol)
{
    bool is_private = false;
    return symbol_is(symbol)
               ? namespace_resolve(namespace_current(), symbol, &is_private)
               : VALUE_ABSENT;
}

void
lint_macro_call(const struct scope *scope, Value form, struct form_items items)
{
    static const char *const binders[] = {"let",       "loop",     "for",
                                          "doseq",     "when-let", "if-let",
                                          "when-some", "if-some",  "when-first",
                                          "dotimes",   NULL};
    static const char *const definers[] = {"defn", "defn-", "defmacro", NULL};
    if (!lint.on) {
        return;
    }
    Value var = var_named(items.at[0]);
    lint_use(items.at[0], var);
    const char *name = core_name(var);
    if (name == NULL || items.count < 2 || !reader_is_written(form)) {
        return;
    }
    if (is_one_of(name, binders)) {
        lint_bind_vector(scope, items.at[1]);
    } else if (strcmp(name, "fn") == 0) {
        lint_bind_arities(scope, items);
    } else if (is_one_of(name, definers)) {
        lint_bind_arities(scope, items);
        check_docstring(form, items);
        lint_definition(scope, form, items);
    } else if (strcmp(name, "letfn") == 0) {
        lint_bind_functions(scope, items.at[1]);
    } else if (strcmp(name, "cond") == 0) {
        check_cond(form, items);
    }
}

/* --- Calls --------------------------------------------------------------- */

/* The place of the call, or that of its head where a macro moved the call. */
static bool
place_of_call(Value form, Value head, struct error_place *place)
{
    return symbol_is(head) && reader_place_of(head, place) &&
           (!reader_is_written(form) || reader_place_of(form, place));
}

static void
note_call(const struct scope *scope, struct form_items items, Value var,
          const struct error_place *place)
{
    // In a try the error may be what is wanted.
    if (scope->is_inner || !value_is_kind(var, KIND_VAR)) {
        return;
    }
    lint.calls = notes_grow(lint.calls, lint.call_count, &lint.call_cap,
                            sizeof(*lint.calls));
    lint.calls[lint.call_count++] =
        (struct lint_call){var, items.count - 1, *place};
}

uint32_t
lint_call_count(void)
{
    return lint.call_count;
}

struct lint_call
lint_call_at(uint32_t index)
{
    assert(index < lint.call_count);
    return lint.calls[index];
}

void
lint_set_keys(const char *function, const char *const *keys, size_t count)
{
    assert(key_table_count < KEY_TABLES_MAX);
    for (size_t i = 0; i < key_table_count; i++) {
        if (strcmp(key_tables[i].function, function) == 0) {
            return;
        }
    }
    key_tables[key_table_count].function = function;
    key_tables[key_table_count].keys = keys;
    key_tables[key_table_count++].count = count;
}

const char *const *
lint_keys(const char *function, size_t *count)
{
    for (size_t i = 0; i < key_table_count; i++) {
        if (strcmp(key_tables[i].function, function) == 0) {
            *count = key_tables[i].count;
            return key_tables[i].keys;
        }
    }
    *count = 0;
    return NULL;
}

/* The nearest key of a table, or NULL; *known if it is there itself. */
static const char *
nearest_key(size_t table, Value key, bool *known)
{
    const char *name = text_bytes(symbol_name(key));
    size_t len = strlen(name);
    uint32_t best = text_distance_near(len) + 1;
    const char *nearest = NULL;
    *known = false;
    for (size_t i = 0; i < key_tables[table].count; i++) {
        const char *other = key_tables[table].keys[i];
        *known = *known || strcmp(name, other) == 0;
        uint32_t distance =
            text_distance(name, len, other, strlen(other), best - 1);
        if (distance < best) {
            best = distance;
            nearest = other;
        }
        if (best == 0) {
            break;
        }
    }
    return nearest;
}

static void
check_key(size_t table, Value key, const struct error_place *place)
{
    bool known;
    const char *near = nearest_key(table, key, &known);
    if (known) {
        return;
    }
    Value help = near == NULL ? text_from_cstring("It would be refused.")
                              : text_format("did you mean :%s?", near);
    notes_warn(NOTE_UNKNOWN_KEY, place, text_bytes(help), "%s has no key %s",
               key_tables[table].function, form_text(key));
}

/* (action :outputs [...] ...) or (action {:outputs [...]}) */
static void
check_keys(size_t table, Value form, struct form_items items)
{
    struct error_place place;
    if (items.count == 2 && map_is(items.at[1]) &&
        reader_place_of_item(form, 1, &place)) {
        struct map_iter iter;
        Value key;
        Value value;
        map_iter_init(&iter, items.at[1]);
        while (map_iter_next(&iter, &key, &value)) {
            if (symbol_is_keyword(key)) {
                check_key(table, key, &place);
            }
        }
        return;
    }
    for (uint32_t i = 1; i + 1 < items.count; i += 2) {
        if (!symbol_is_keyword(items.at[i])) {
            return;
        }
        if (reader_place_of_item(form, i, &place)) {
            check_key(table, items.at[i], &place);
        }
    }
}

void
lint_call(const struct scope *scope, Value form, struct form_items items,
          Value var)
{
    static const char *const comparisons[] = {"=", "==", "not=", "<",
                                              ">", "<=", ">=",   NULL};
    struct error_place place;
    if (!lint.on || !place_of_call(form, items.at[0], &place)) {
        return;
    }
    note_call(scope, items, var, &place);
    const char *name = core_name(var);
    if (name == NULL || !reader_is_written(form)) {
        return;
    }
    if (items.count == 2 && is_one_of(name, comparisons)) {
        notes_warn(NOTE_ONE_ARGUMENT, &place, "Compare it with something.",
                   "%s of one value is always %s", name,
                   strcmp(name, "not=") == 0 ? "false" : "true");
    }
    for (size_t i = 0; i < key_table_count; i++) {
        if (strcmp(key_tables[i].function, name) == 0) {
            check_keys(i, form, items);
        }
    }
}

/* The name of the function that this local hides, of the core or of the
 * namespace: a name as "user/f", or nil. That a local hides a value is usual. */
static Value
hidden_function(const struct local *local)
{
    Value var = var_named(local->name);
    if (!value_is_kind(var, KIND_VAR)) {
        return VALUE_NIL;
    }
    const struct var_object *object =
        (const struct var_object *)value_object(var);
    bool is_own = value_is(object->ns, namespace_current()) &&
                  value_is_kind(object->value, KIND_FUNCTION) &&
                  (object->head.flags & VAR_WEAK) == 0;
    if (!is_own && core_name(var) == NULL) {
        return VALUE_NIL;
    }
    const struct namespace_object *ns =
        (const struct namespace_object *)value_object(object->ns);
    return text_format("%s/%s", text_bytes(symbol_full_name(ns->name)),
                       text_bytes(symbol_name(object->name)));
}

void
lint_local_call(Value form, const struct local *local)
{
    struct error_place place;
    struct error_place bound;
    if (!lint.on || !reader_is_written(form) ||
        !reader_place_of(form, &place) ||
        !reader_place_of(local->name, &bound) ||
        (reader_marks(local->name) & MARK_TOLD) != 0) {
        return;
    }
    Value hidden = hidden_function(local);
    if (text_is(hidden)) {
        reader_mark(local->name, MARK_TOLD);
        notes_warn(NOTE_HIDDEN_CORE, &place, "Give the local another name.",
                   "This calls the local %s of line %u, not %s",
                   text_bytes(symbol_name(local->name)), bound.line,
                   text_bytes(hidden));
    }
}

/* A step is recognised by what it does; a key that is no key of steps but
 * spelled nearly like one is a mistake. */
void
lint_map(const struct scope *scope, Value map)
{
    static const char *const kinds[] = {"command", "read", "transformer",
                                        "write"};
    size_t table = 0;
    bool is_step = false;
    while (table < key_table_count &&
           strcmp(key_tables[table].function, step_table) != 0) {
        table++;
    }
    if (!lint.on || table == key_table_count) {
        return;
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        is_step = is_step ||
                  !value_is(map_get(map, form_keyword(kinds[i])), VALUE_ABSENT);
    }
    struct map_iter iter;
    Value key;
    Value value;
    map_iter_init(&iter, map);
    while (is_step && map_iter_next(&iter, &key, &value)) {
        bool known;
        if (symbol_is_keyword(key) && nearest_key(table, key, &known) != NULL) {
            check_key(table, key, &scope->place);
        }
    }
}

/* --- Names of namespaces ------------------------------------------------- */

void
lint_use(Value symbol, Value var)
{
    if (!lint.on || !symbol_is(symbol)) {
        return;
    }
    if (value_is_kind(var, KIND_VAR)) {
        value_object(var)->flags |= VAR_USED;
    }
    bool is_qualified = !value_is_nil(symbol_ns(symbol));
    Value name = is_qualified ? symbol_ns(symbol) : symbol_name(symbol);
    for (uint32_t i = 0; i < lint.required_count; i++) {
        const struct required *required = &lint.required[i];
        if (required->is_alias == is_qualified &&
            value_is(required->ns, namespace_current()) &&
            text_equal(symbol_name(required->symbol), name)) {
            reader_mark(required->symbol, MARK_USED);
        }
    }
}

void
lint_require(Value symbol, bool is_alias)
{
    struct error_place place;
    if (!lint.on || !reader_place_of(symbol, &place)) {
        return;
    }
    lint.required = notes_grow(lint.required, lint.required_count,
                               &lint.required_cap, sizeof(*lint.required));
    lint.required[lint.required_count++] =
        (struct required){namespace_current(), symbol, is_alias};
}

/* True if all definitions of a namespace were analyzed: one of the library that
 * nobody has named yet may use any name. */
static bool
is_whole(Value ns)
{
    struct map_iter vars;
    Value name;
    Value var;
    map_iter_init(&vars, ((struct namespace_object *)value_object(ns))->vars);
    while (map_iter_next(&vars, &name, &var)) {
        if ((value_object(var)->flags & VAR_DEFERRED) != 0) {
            return false;
        }
    }
    return true;
}

static void
warn_requires(void)
{
    for (uint32_t i = 0; i < lint.required_count; i++) {
        const struct required *required = &lint.required[i];
        struct error_place place;
        if ((reader_marks(required->symbol) & MARK_USED) == 0 &&
            reader_place_of(required->symbol, &place) &&
            is_whole(required->ns)) {
            notes_warn(
                NOTE_UNUSED_REQUIRE, &place,
                required->is_alias
                    ? "Take it away; a namespace that is required for what "
                      "it does needs no alias."
                    : "Take it away.",
                "The %s %s is never used",
                required->is_alias ? "alias" : "name",
                text_bytes(symbol_name(required->symbol)));
        }
    }
}

static uint32_t
number_in(Value meta, const char *key)
{
    Value number = map_get(meta, form_keyword(key));
    return value_is_int(number) ? (uint32_t)value_small_int(number) : 0;
}

static void
warn_private(const struct var_object *var)
{
    bool is_unused = (var->head.flags & VAR_PRIVATE) != 0 &&
                     (var->head.flags & (VAR_USED | VAR_SEALED)) == 0;
    if (!is_unused || !map_is(var->meta)) {
        return;
    }
    struct error_place place = {.file =
                                    map_get(var->meta, form_keyword("file")),
                                .line = number_in(var->meta, "line"),
                                .column = number_in(var->meta, "column")};
    if (text_is(place.file)) {
        notes_warn(NOTE_UNUSED_PRIVATE, &place, "Take it away.",
                   "The private name %s is never used",
                   text_bytes(symbol_name(var->name)));
    }
}

static void
warn_privates(Value ns)
{
    struct map_iter vars;
    Value name;
    Value var;
    map_iter_init(&vars, ((struct namespace_object *)value_object(ns))->vars);
    while (map_iter_next(&vars, &name, &var)) {
        warn_private((const struct var_object *)value_object(var));
    }
}

void
lint_finish(bool is_open)
{
    struct map_iter all;
    Value name;
    Value ns;
    if (!lint.on || is_open || notes_error_count() > 0) {
        return;
    }
    warn_requires();
    map_iter_init(&all, namespace_all());
    while (map_iter_next(&all, &name, &ns)) {
        if (is_whole(ns)) {
            warn_privates(ns);
        }
    }
}
