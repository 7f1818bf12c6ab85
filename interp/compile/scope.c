/* SPDX-License-Identifier: MIT */
/*
 * Locals are a chain from the innermost outwards, shared by all scopes that
 * look at the same names; a scope itself is only a copy on the C stack.
 */
#include "interp/compile/scope.h"

#include "interp/compile/form.h"
#include "interp/compile/lint.h"
#include "interp/data/alloc.h"
#include "interp/data/map.h"
#include "interp/data/seq.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/read/reader.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

/* Every so many locals, one has a map from the names of all up to it to their
 * locals, so that finding one does not walk a long chain. */
enum { NAMES_EVERY = 16 };

static void
note_names(struct local *last)
{
    struct local *from = last->outer;
    while (from != NULL && from->names.bits == 0) {
        from = from->outer;
    }
    struct local *chain[NAMES_EVERY];
    uint32_t count = 0;
    for (struct local *local = last; local != from; local = local->outer) {
        assert(count < NAMES_EVERY);
        chain[count++] = local;
    }
    Value names = from == NULL ? map_empty() : from->names;
    while (count > 0) {
        struct local *local = chain[--count];
        names = map_assoc(names, symbol_name(local->name),
                          value_from_object(local));
    }
    last->names = names;
}

struct local *
scope_bind(struct scope *scope, Value name)
{
    assert(symbol_is(name) && scope->unit != NULL);
    struct local *local = alloc_object(KIND_CODE, sizeof(struct local));
    local->name = name;
    local->outer = scope->locals;
    local->unit = scope->unit;
    local->depth = scope->locals == NULL ? 1 : scope->locals->depth + 1;
    scope->locals = local;
    lint_bind(local);
    if (local->depth % NAMES_EVERY == 0) {
        note_names(local);
    }
    return local;
}

/* Inner names first. The first map of names that is met knows all that are
 * left, so the walk is short. */
struct local *
scope_find(const struct scope *scope, Value symbol)
{
    assert(symbol_is(symbol));
    if (!value_is_nil(symbol_ns(symbol))) {
        return NULL;
    }
    Value name = symbol_name(symbol);
    for (struct local *local = scope->locals; local != NULL;
         local = local->outer) {
        if (value_is(symbol_name(local->name), name)) {
            return local;
        }
        if (local->names.bits != 0) {
            Value found = map_get(local->names, name);
            return value_is(found, VALUE_ABSENT)
                       ? NULL
                       : (struct local *)value_object(found);
        }
    }
    return NULL;
}

/* A register of a unit that runs once, for what it captured. */
static struct local *
make_entry(struct unit *unit, const struct local *captured)
{
    struct local *entry = alloc_object(KIND_CODE, sizeof(struct local));
    entry->name = captured->name;
    entry->unit = unit;
    return entry;
}

/* The number under which `unit` captures a local of an outer function. What
 * lies further out is captured by all functions between: each takes it from
 * the one around it when it is made. */
static uint32_t
capture_index(struct unit *unit, struct local *local)
{
    for (uint32_t i = 0; i < unit->capture_count; i++) {
        if (unit->captures[i].local == local) {
            return i;
        }
    }
    assert(unit->outer != NULL);
    if (unit->capture_count == UINT16_MAX) {
        error_throw_at(&unit->place, ERROR_LIMIT, NULL,
                       "This function uses too many names from around it");
    }
    struct capture capture = {.local = local,
                              .from = local,
                              .source = CAPTURE_REGISTER};
    if (unit->is_once) {
        capture.entry = make_entry(unit, local);
    }
    if (local->unit != unit->outer) {
        capture.index = capture_index(unit->outer, local);
        capture.from = unit->outer->captures[capture.index].entry;
        capture.source =
            unit->outer->is_once ? CAPTURE_REGISTER : CAPTURE_OUTER;
    } else if (local->is_self) {
        capture.source = CAPTURE_SELF;
    }
    uint32_t count = unit->capture_count;
    if ((count & (count - 1)) == 0) {
        size_t cap = count == 0 ? 1 : (size_t)count * 2;
        struct capture *more = alloc(sizeof(struct capture) * cap);
        if (count > 0) {
            memcpy(more, unit->captures, sizeof(struct capture) * count);
        }
        unit->captures = more;
    }
    unit->captures[unit->capture_count++] = capture;
    return count;
}

struct node *
scope_reference(const struct scope *scope, struct local *local)
{
    struct node *node = scope_node(scope, NODE_LOCAL);
    node->local = local;
    if (local->unit != scope->unit) {
        struct unit *unit = scope->unit;
        node->index = capture_index(unit, local);
        if (unit->is_once) {
            node->local = unit->captures[node->index].entry;
            node->index = 0;
        } else {
            node->type = NODE_CAPTURED;
        }
    } else if (local->is_self) {
        node->type = NODE_SELF;
    }
    return node;
}

/* Each local caches the map of itself and all outer ones, so that a macro
 * call costs no more than the names bound since the last one. */
Value
scope_env(const struct scope *scope)
{
    struct local *known = scope->locals;
    uint32_t missing = 0;
    while (known != NULL && known->env.bits == 0) {
        known = known->outer;
        missing++;
    }
    Value env = known == NULL ? VALUE_NIL : known->env;
    if (missing == 0) {
        return env;
    }
    struct local **todo = alloc(sizeof(struct local *) * missing);
    uint32_t at = missing; // outer names go in first, inner ones hide them
    for (struct local *local = scope->locals; local != known;
         local = local->outer) {
        todo[--at] = local;
    }
    assert(at == 0);
    for (uint32_t i = 0; i < missing; i++) {
        Value base = value_is_nil(env) ? map_empty() : env;
        env = map_assoc(base, todo[i]->name, todo[i]->name);
        todo[i]->env = env;
    }
    return env;
}

static bool
is_same_file(Value a, Value b)
{
    return value_is(a, b) || (text_is(a) && text_is(b) && text_equal(a, b));
}

/* Forms of a macro's own file keep out: the user looks at the call. */
static void
use_place(struct scope *scope, const struct error_place *place)
{
    if (scope->place.line == 0 ||
        is_same_file(place->file, scope->place.file)) {
        scope->place = *place;
    }
}

/* A part of the outer one, not all of it. */
static bool
is_within(const struct error_place *inner, const struct error_place *outer)
{
    bool begins = inner->line > outer->line || (inner->line == outer->line &&
                                                inner->column >= outer->column);
    bool ends = inner->end_line < outer->end_line ||
                (inner->end_line == outer->end_line &&
                 inner->end_column <= outer->end_column);
    bool differs = inner->line != outer->line ||
                   inner->column != outer->column ||
                   inner->end_line != outer->end_line ||
                   inner->end_column != outer->end_column;
    return begins && ends && differs && is_same_file(inner->file, outer->file);
}

static Value
head_of(Value form)
{
    return form_is_list(form) && !seq_is_empty(form) ? seq_first(form)
                                                     : VALUE_NIL;
}

/* The place of a form, or else of its head, if it is a part of another place. */
static bool
place_within(Value form, const struct error_place *outer,
             struct error_place *place)
{
    return (reader_place_of(form, place) && is_within(place, outer)) ||
           (reader_place_of(head_of(form), place) && is_within(place, outer));
}

void
scope_place_expansion(Value form, Value call)
{
    struct error_place outer;
    struct error_place place;
    Value head = head_of(form);
    bool is_part = reader_place_of(call, &outer) &&
                   reader_place_of(head, &place) && is_within(&place, &outer);
    reader_copy_place(form, is_part ? head : call);
}

struct scope
scope_at_expansion(const struct scope *scope, Value form)
{
    struct scope inner = *scope;
    struct error_place place;
    if (place_within(form, &inner.place, &place)) {
        inner.place = place;
    }
    return inner;
}

struct scope
scope_at(const struct scope *scope, Value form)
{
    struct error_place place;
    if (!reader_place_of(form, &place)) {
        return scope_at_expansion(scope, form);
    }
    struct scope inner = *scope;
    use_place(&inner, &place);
    return inner;
}

struct scope
scope_at_item(const struct scope *scope, Value list, uint32_t index)
{
    struct scope inner = scope_value(scope);
    struct error_place place;
    if (reader_place_of_item(list, index, &place)) {
        use_place(&inner, &place);
    }
    return inner;
}

struct scope
scope_value(const struct scope *scope)
{
    struct scope inner = *scope;
    inner.is_tail = false;
    inner.definition = VALUE_NIL;
    return inner;
}

struct node *
scope_node(const struct scope *scope, enum node_type type)
{
    struct node *node = alloc(sizeof(struct node));
    node->type = type;
    node->place = scope->place;
    node->value = VALUE_NIL;
    return node;
}

struct node *
scope_node_kids(const struct scope *scope, enum node_type type, uint32_t count)
{
    struct node *node = scope_node(scope, type);
    node->kid_count = count;
    node->kids = alloc(sizeof(struct node *) * count);
    return node;
}

struct node *
scope_const(const struct scope *scope, Value value)
{
    struct node *node = scope_node(scope, NODE_CONST);
    node->value = value;
    return node;
}

void
scope_error(const struct scope *scope, const char *help, const char *format,
            ...)
{
    va_list args;
    va_start(args, format);
    Value message = text_format_list(format, args);
    va_end(args);
    error_throw_at(&scope->place, ERROR_SYNTAX, help, "%s",
                   text_bytes(message));
}
