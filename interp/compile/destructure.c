/* SPDX-License-Identifier: MIT */
/*
 * Destructuring: patterns to plain bindings, as Clojure does it. A pattern is
 * worked off with C recursion on its nesting, which the analyzer's guard of
 * the C stack covers.
 */
#include "interp/compile/expand.h"
#include "interp/compile/form.h"
#include "interp/data/error.h"
#include "interp/data/invoke.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "interp/read/reader.h"

#include <assert.h>
#include <stdio.h>

static void bind(struct form_list_builder *out, Value pattern, Value expr);

Value
expand_gensym(const char *name)
{
    char text[96];
    int len = snprintf(text, sizeof(text), "%.60s__%llu", name,
                       (unsigned long long)reader_gensym_next());
    return symbol_intern(text, (size_t)len);
}

static void
bind_symbol(struct form_list_builder *out, Value symbol, Value expr)
{
    form_add(out, symbol);
    form_add(out, expr);
}

/* A list made for a part of a pattern stands where the pattern stands. */
static Value
call_2(const char *function, Value a, Value b)
{
    return list_3(form_core(function), a, b);
}

_Noreturn static void
bad_pattern(Value pattern, const char *what)
{
    error_throw_help(ERROR_SYNTAX,
                     "A binding is a symbol, a vector such as [a b & more] or "
                     "a map such as {:keys [a b]}.",
                     "Cannot bind to %s: %s", form_text(pattern), what);
}

/* [a b & more :as all] without a rest: items by nth. */
static void
bind_items_by_nth(struct form_list_builder *out, struct form_items items,
                  uint32_t count, Value source)
{
    for (uint32_t i = 0; i < count; i++) {
        Value index = value_from_small_int(i);
        Value item = list_4(form_core("nth"), source, index, VALUE_NIL);
        reader_copy_place(item, items.at[i]);
        bind(out, items.at[i], item);
    }
}

/* With a rest: first and next of a sequence, as the rest is its tail. */
static void
bind_items_by_next(struct form_list_builder *out, struct form_items items,
                   uint32_t count, Value source)
{
    Value at = expand_gensym("seq");
    bind_symbol(out, at, list_2(form_core("seq"), source));
    for (uint32_t i = 0; i < count; i++) {
        bind(out, items.at[i], list_2(form_core("first"), at));
        Value next = expand_gensym("seq");
        bind_symbol(out, next, list_2(form_core("next"), at));
        at = next;
    }
    bind(out, items.at[count + 1], at);
}

/* The value is computed once, under the name that :as gives or a new one. */
static void
bind_vector(struct form_list_builder *out, Value pattern, Value expr)
{
    struct form_items items = form_items(pattern);
    Value source = expand_gensym("vec");
    uint32_t count = items.count;
    if (count >= 2 && value_is(items.at[count - 2], form_keyword("as"))) {
        if (!symbol_is(items.at[count - 1])) {
            bad_pattern(items.at[count - 1], ":as takes a symbol");
        }
        source = items.at[count - 1];
        count -= 2;
    }
    bind_symbol(out, source, expr);
    uint32_t plain = 0;
    while (plain < count && !form_is_symbol_named(items.at[plain], "&")) {
        plain++;
    }
    if (plain == count) {
        bind_items_by_nth(out, items, count, source);
        return;
    }
    if (plain + 2 != count) {
        bad_pattern(pattern, "after & stands one name or pattern");
    }
    bind_items_by_next(out, items, plain, source);
}

/* What a map pattern is taken apart from and with. */
struct map_pattern {
    struct form_list_builder *out;
    Value source;
    Value defaults; /* map or nil */
};

static Value
default_of(const struct map_pattern *pattern, Value symbol)
{
    if (!map_is(pattern->defaults) || !symbol_is(symbol)) {
        return VALUE_ABSENT;
    }
    return map_get(pattern->defaults,
                   symbol_make(VALUE_NIL, symbol_name(symbol)));
}

static void
bind_key(const struct map_pattern *pattern, Value to, Value key, bool required)
{
    assert(pattern->out != NULL);
    Value or = default_of(pattern, to);
    Value get = call_2(required ? "req!" : "get", pattern->source, key);
    if (!value_is(or, VALUE_ABSENT)) {
        get = list_4(form_core("get"), pattern->source, key, or);
    }
    reader_copy_place(get, to);
    bind(pattern->out, to, get);
}

static Value
quote(Value form)
{
    return list_2(form_symbol("quote"), form);
}

/* The key that a name under :keys, :strs or :syms stands for. */
static Value
key_for(const char *group, Value ns, Value name)
{
    assert(group[0] == 'k' || group[0] == 's');
    if (group[0] == 'k') {
        return keyword_make(ns, name);
    }
    if (group[1] == 't') {
        return name;
    }
    return quote(symbol_make(ns, name));
}

/* {:keys [a b]}, {:ns/keys [a]}, {:strs [..]}, {:syms [..]}, {:keys! [..]} */
static bool
bind_group(const struct map_pattern *pattern, Value group_key, Value names)
{
    static const char *const groups[] = {"keys",  "strs",  "syms",
                                         "keys!", "strs!", "syms!"};
    size_t group = 0;
    while (group < 6 &&
           !text_equal_cstring(symbol_name(group_key), groups[group])) {
        group++;
    }
    if (group == 6) {
        return false;
    }
    struct form_items items = form_items(names);
    for (uint32_t i = 0; i < items.count; i++) {
        Value item = items.at[i];
        if (!symbol_is(item) && !symbol_is_keyword(item)) {
            bad_pattern(item, "names of keys are symbols or keywords");
        }
        Value ns = symbol_ns(item);
        if (value_is_nil(ns)) {
            ns = symbol_ns(group_key);
        }
        // A plain name keeps the place where it was read.
        Value to = form_is_simple_symbol(item)
                       ? item
                       : symbol_make(VALUE_NIL, symbol_name(item));
        bind_key(pattern, to, key_for(groups[group], ns, symbol_name(item)),
                 group >= 3);
    }
    return true;
}

/* A sequence of keys and values is taken for a map, as for named arguments
 * behind &. Names come in the order of the pattern, so a default may use those
 * before it. */
static void
bind_map(struct form_list_builder *out, Value map, Value expr)
{
    Value given = expand_gensym("map");
    bind_symbol(out, given, expr);
    Value as = map_get(map, form_keyword("as"));
    struct map_pattern pattern = {out,
                                  symbol_is(as) ? as : expand_gensym("map"),
                                  map_get(map, form_keyword("or"))};
    bind_symbol(out, pattern.source,
                list_4(form_symbol("if"), list_2(form_core("seq?"), given),
                       list_2(form_core("seq-to-map-for-destructuring"), given),
                       given));
    struct map_iter iter;
    map_iter_init(&iter, map);
    Value key;
    Value value;
    while (map_iter_next(&iter, &key, &value)) {
        if (!symbol_is_keyword(key)) {
            bind_key(&pattern, key, value, false);
        } else if (!value_is(key, form_keyword("as")) &&
                   !value_is(key, form_keyword("or")) &&
                   !bind_group(&pattern, key, value)) {
            bad_pattern(key, "unknown key of a map pattern");
        }
    }
}

static void
bind(struct form_list_builder *out, Value pattern, Value expr)
{
    invoke_check_stack();
    if (vector_is(pattern)) {
        bind_vector(out, pattern, expr);
    } else if (map_is(pattern)) {
        bind_map(out, pattern, expr);
    } else if (form_is_simple_symbol(pattern)) {
        bind_symbol(out, pattern, expr);
    } else if (symbol_is(pattern)) {
        bad_pattern(pattern, "a local name has no namespace");
    } else {
        bad_pattern(pattern, "it is no pattern");
    }
}

Value *
expand_destructure(const Value *bindings, uint32_t count, uint32_t *out_count)
{
    assert(out_count != NULL);
    if (count % 2 != 0) {
        error_throw_help(ERROR_SYNTAX,
                         "Bindings are pairs: [name value name value].",
                         "The vector of bindings has a name without a value");
    }
    struct form_list_builder out = {0};
    for (uint32_t i = 0; i + 1 < count; i += 2) {
        bind(&out, bindings[i], bindings[i + 1]);
    }
    *out_count = out.count;
    return out.at;
}
