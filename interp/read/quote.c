/* SPDX-License-Identifier: MIT */
/*
 * Syntax-quote. The expansion walks the template with an explicit stack of
 * levels, one for each collection that is open. A level's parts are replaced
 * by their expansions one after the other, then the level itself is put
 * together.
 *
 * A template without a splice becomes one call for each collection, and a
 * quoted constant stays one. So templates in templates grow by what they add,
 * where one call for each item would multiply them at every level. The work has
 * a budget for all templates of a form together.
 *
 * Symbols are qualified by the resolver, which the VM sets; one that ends in #
 * becomes the same fresh name throughout a template and another one in the
 * next. A splice changes how its level is put together, so it is known only
 * there.
 */
#include "interp/read/quote.h"

#include "interp/data/alloc.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/seq.h"
#include "interp/data/set.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "interp/read/reader.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct level {
    struct level *parent;
    Value form;
    Value *parts;   /* items (keys and values), then the metadata if any */
    bool *splices;  /* which of them are spliced in */
    uint32_t count; /* of items */
    uint32_t index; /* of the part whose turn it is */
    bool has_meta;
};

struct expansion {
    struct level *top;
    Value gensyms;   /* map: symbol x# -> its generated symbol */
    uint32_t *parts; /* that the templates of the form had so far */
    bool is_bad;     /* ~@ outside of a collection, or too many parts */
};

static const struct reader_resolver *resolver;

void
reader_set_resolver(const struct reader_resolver *new_resolver)
{
    resolver = new_resolver;
}

const struct reader_resolver *
quote_resolver(void)
{
    return resolver;
}

static Value
core_symbol(const char *name)
{
    return symbol_make(text_from_cstring("clojure.core"),
                       text_from_cstring(name));
}

/* True for (clojure.core/<name> x). */
static bool
is_call_of(Value form, const char *name)
{
    if (!list_is_counted(form) || list_object(form)->count != 2) {
        return false;
    }
    Value first = list_object(form)->first;
    return symbol_is(first) && symbol_equal(first, core_symbol(name));
}

static bool
is_unquote(Value form)
{
    return is_call_of(form, "unquote");
}

static bool
is_unquote_splice(Value form)
{
    return is_call_of(form, "unquote-splicing");
}

/* The argument of a call that is_call_of knows. */
static Value
second(Value list)
{
    assert(list_object(list)->count == 2);
    return list_object(list_object(list)->rest)->first;
}

/* x# gives the same generated symbol everywhere in one template. */
static Value
generated(struct expansion *expansion, Value symbol)
{
    Value known = map_get(expansion->gensyms, symbol);
    if (!value_is(known, VALUE_ABSENT)) {
        return known;
    }
    Value name = symbol_name(symbol);
    Value text =
        text_format("%.*s__%llu__auto__", (int)(text_byte_len(name) - 1),
                    text_bytes(name), (unsigned long long)reader_gensym_next());
    Value made = symbol_make(VALUE_NIL, text);
    expansion->gensyms = map_assoc(expansion->gensyms, symbol, made);
    return made;
}

/* What a symbol of the template stands for: members of hosts and & stay as
 * they are. */
static Value
resolve(struct expansion *expansion, Value symbol)
{
    Value plain = symbol_make(symbol_ns(symbol), symbol_name(symbol));
    Value name = symbol_name(symbol);
    const char *bytes = text_bytes(name);
    uint32_t len = text_byte_len(name);
    if (value_is_nil(symbol_ns(symbol))) {
        if (len > 1 && bytes[len - 1] == '#') {
            return generated(expansion, plain);
        }
        bool is_member = len > 1 && (bytes[0] == '.' || bytes[len - 1] == '.');
        if (is_member || strcmp(bytes, "&") == 0) {
            return plain;
        }
    }
    return resolver == NULL ? plain : resolver->symbol(plain);
}

static Value
quoted(Value form)
{
    return list_2(symbol_from_cstring("quote"), form);
}

static uint32_t
parts_count(Value form)
{
    if (symbol_is(form)) {
        return 0;
    }
    int64_t count =
        map_is(form) ? 2 * (int64_t)map_count(form) : seq_count(form);
    assert(count <= UINT32_MAX);
    return (uint32_t)count;
}

/* Copies the items, since they are replaced one by one. */
static void
fill_parts(struct level *level)
{
    uint32_t n = 0;
    if (map_is(level->form)) {
        struct map_iter iter;
        map_iter_init(&iter, level->form);
        while (map_iter_next(&iter, &level->parts[n], &level->parts[n + 1])) {
            n += 2;
        }
    } else if (!symbol_is(level->form)) {
        struct seq_iter iter;
        seq_iter_init(&iter, level->form);
        while (seq_iter_next(&iter, &level->parts[n])) {
            n++;
        }
    }
    assert(n == level->count);
}

/* Opens a collection, or a symbol with metadata, which has no items. */
static void
push(struct expansion *expansion, Value form)
{
    struct level *level = alloc(sizeof(*level));
    Value meta = meta_of(form);
    level->parent = expansion->top;
    level->form = form;
    level->has_meta = !value_is_nil(meta);
    level->count = parts_count(form);
    *expansion->parts += level->count + 1;
    if (*expansion->parts > QUOTE_PARTS_MAX) {
        expansion->is_bad = true;
        return;
    }
    level->parts = alloc((level->count + 1) * sizeof(Value));
    level->splices = alloc_atomic((level->count + 1) * sizeof(bool));
    fill_parts(level);
    level->parts[level->count] = meta;
    expansion->top = level;
}

/* The expansion of a form, or ABSENT after a push of its level. */
static Value
enter(struct expansion *expansion, Value form)
{
    bool is_collection =
        list_is(form) || vector_is(form) || map_is(form) || set_is(form);
    if (is_unquote(form)) {
        return second(form);
    }
    if (is_unquote_splice(form)) {
        expansion->is_bad = true;
        return VALUE_NIL;
    }
    if (is_collection || (symbol_is(form) && !value_is_nil(meta_of(form)))) {
        push(expansion, form);
        return expansion->is_bad ? VALUE_NIL : VALUE_ABSENT;
    }
    if (symbol_is(form)) {
        return quoted(resolve(expansion, form));
    }
    return form;
}

/* (apply constructor items) */
static Value
apply(const char *constructor, Value items)
{
    return list_3(core_symbol("apply"), core_symbol(constructor), items);
}

static uint32_t
count_leading(const struct level *level)
{
    uint32_t n = 0;
    while (n < level->count && !level->splices[n]) {
        n++;
    }
    return n;
}

/* (concat items (list item ...) ...) from a splice on: neighbours that are no
 * splices share a list. */
static Value
concat(const struct level *level, uint32_t first)
{
    assert(first < level->count && level->splices[first]);
    Value *args = alloc((level->count - first) * sizeof(Value));
    uint32_t count = 0;
    for (uint32_t i = first; i < level->count;) {
        uint32_t end = i;
        while (end < level->count && !level->splices[end]) {
            end++;
        }
        if (end == i) {
            args[count++] = level->parts[i++];
            continue;
        }
        args[count++] = list_cons(core_symbol("list"),
                                  list_from_array(level->parts + i, end - i));
        i = end;
    }
    return list_cons(core_symbol("concat"), list_from_array(args, count));
}

/* A form for a sequence of the level's items: (list* item ... rest). */
static Value
sequence(const struct level *level)
{
    uint32_t leading = count_leading(level);
    Value rest = leading < level->count ? concat(level, leading) : VALUE_NIL;
    if (leading == 0) {
        return list_2(core_symbol("seq"), rest);
    }
    Value args = list_cons(rest, list_empty());
    for (uint32_t i = leading; i > 0; i--) {
        args = list_cons(level->parts[i - 1], args);
    }
    return list_cons(core_symbol("list*"), args);
}

/* True for (quote x). */
static bool
is_quoted(Value form)
{
    if (!list_is_counted(form) || list_object(form)->count != 2) {
        return false;
    }
    Value first = list_object(form)->first;
    return symbol_is(first) &&
           symbol_equal(first, symbol_from_cstring("quote"));
}

/* What (quote x) in a template builds from the expansion of x: a constant, if
 * that is one. */
static Value
requoted(const struct level *level)
{
    Value item = level->count == 2 ? level->parts[1] : VALUE_NIL;
    bool is_quote =
        level->count == 2 && is_quoted(level->form) && !level->splices[1];
    return is_quote && is_quoted(item) ? quoted(item) : VALUE_ABSENT;
}

/* The form of a list whose parts are all expanded. */
static Value
assemble_list(const struct level *level)
{
    if (level->count == 0) {
        return list_1(core_symbol("list"));
    }
    Value constant = requoted(level);
    return value_is(constant, VALUE_ABSENT) ? sequence(level) : constant;
}

/* The form of a level whose parts are all expanded. */
static Value
assemble(struct expansion *expansion, const struct level *level)
{
    Value built;
    if (symbol_is(level->form)) {
        built = quoted(resolve(expansion, level->form));
    } else if (vector_is(level->form)) {
        built = count_leading(level) == level->count
                    ? vector_from_array(level->parts, level->count)
                    : apply("vector", sequence(level));
    } else if (map_is(level->form)) {
        built = apply("hash-map", sequence(level));
    } else if (set_is(level->form)) {
        built = apply("hash-set", sequence(level));
    } else {
        built = assemble_list(level);
    }
    if (level->has_meta) {
        built =
            list_3(core_symbol("with-meta"), built, level->parts[level->count]);
    }
    reader_copy_place(built, level->form);
    return built;
}

/* Puts the expansion of the current part in its place. */
static void
accept(struct level *level, Value expanded)
{
    assert(level->index <= level->count);
    level->splices[level->index] = false;
    level->parts[level->index++] = expanded;
}

/* Expands parts of the top level until one opens a level of its own, or all
 * are done. */
static void
advance(struct expansion *expansion)
{
    struct level *level = expansion->top;
    uint32_t end = level->count + (level->has_meta ? 1 : 0);
    while (level->index < end && expansion->top == level) {
        Value part = level->parts[level->index];
        if (is_unquote_splice(part)) {
            level->splices[level->index] = true;
            level->parts[level->index++] = second(part);
            continue;
        }
        Value expanded = enter(expansion, part);
        if (!value_is(expanded, VALUE_ABSENT)) {
            accept(level, expanded);
        }
    }
}

Value
quote_expand(Value form, uint32_t *parts)
{
    struct expansion expansion = {.gensyms = map_empty(), .parts = parts};
    Value expanded = enter(&expansion, form);
    while (expansion.top != NULL && !expansion.is_bad) {
        struct level *level = expansion.top;
        advance(&expansion);
        if (expansion.top != level) {
            continue;
        }
        expanded = assemble(&expansion, level);
        expansion.top = level->parent;
        if (expansion.top != NULL) {
            accept(expansion.top, expanded);
        }
    }
    return expansion.is_bad ? VALUE_ABSENT : expanded;
}
