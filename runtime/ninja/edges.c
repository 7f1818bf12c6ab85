/* SPDX-License-Identifier: MIT */
/*
 * Edges are data: [outputs inputs bindings]. Their rule is a function that is
 * called for each of them, and what it gives fills the graph at once, by the
 * same code that reads ninja files. No handle is made, and nothing of the
 * registry but its graph is touched, because files of generators have a hundred
 * thousand of them.
 */
#include "runtime/ninja/edges.h"

#include "runtime/flatten.h"
#include "runtime/ninja/fill.h"
#include "runtime/ninja/shell.h"
#include "runtime/registry.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Kept from call to call: the language may throw at any time, and nobody would
 * free what a call had made. */
static struct {
    struct ninja_fill fill;
    struct ninja_action action;
    struct buffer text;
    uint64_t calls; /* of ninja/build, so far */
    /* Keywords, which are never freed: */
    Value keys[NINJA_KEY_COUNT];
    Value inputs;
    Value outputs;
} builder;

/* --- Values -------------------------------------------------------------------- */

/* The value under a key, or nil. */
static Value
get(Value map, const char *key)
{
    Value value = magma_map_get(map, magma_keyword(key));
    return value_is(value, VALUE_ABSENT) ? VALUE_NIL : value;
}

static bool
is_keyword(Value value, const char *name)
{
    if (!magma_is_keyword(value)) {
        return false;
    }
    struct magma_text text = magma_text_of(value);
    return text.len == strlen(name) && memcmp(text.bytes, name, text.len) == 0;
}

/* What a binding says: a text as in ninja; true is "1", and a keyword its name,
 * so that :deps :gcc may be said too. */
static struct slice
text_of(Value value, const char *key)
{
    if (value_is_nil(value) || value_is(value, VALUE_FALSE)) {
        return (struct slice){"", 0};
    }
    if (value_is(value, VALUE_TRUE)) {
        return (struct slice){"1", 1};
    }
    if (!magma_is_string(value) && !magma_is_keyword(value)) {
        struct magma_text shown = magma_text_of(magma_pretty(value, 60, 5));
        error_throw_help(ERROR_TYPE, "as in ninja, every value is a text",
                         ":%s of an edge is a string, and got %.*s", key,
                         (int)shown.len, shown.bytes);
    }
    struct magma_text text = magma_text_of(value);
    if (memchr(text.bytes, 0, text.len) != NULL) {
        error_throw(ERROR_VALUE, ":%s of an edge has a zero byte", key);
    }
    return (struct slice){text.bytes, text.len};
}

/* True if checking the path may refuse or change it. */
static bool
may_differ(struct magma_text path)
{
    return !path_is_canonical(path.bytes, path.len) ||
           memchr(path.bytes, 0, path.len) != NULL;
}

/* Converted files have canonical paths, so most are taken as they are. */
static Value
path_of(Value item, const char *what)
{
    if (!magma_is_string(item)) {
        struct magma_text shown = magma_text_of(magma_pretty(item, 60, 5));
        error_throw_help(ERROR_TYPE,
                         "as [\"a.o\" [\"a.c\" :implicit \"a.h\" "
                         ":order-only \"dir\"] {:flags \"-O2\"}]",
                         "the %s of an edge are strings, and got %.*s", what,
                         (int)shown.len, shown.bytes);
    }
    return may_differ(magma_text_of(item)) ? flatten_path(item, what) : item;
}

static struct slice
slice_of_value(Value text)
{
    struct magma_text t = magma_text_of(text);
    return (struct slice){t.bytes, t.len};
}

/* --- Lists ------------------------------------------------------------------------ */

/* A list of an edge as a vector: what was read is one already, and a single path
 * needs no brackets. */
static Value
vector_of(Value list)
{
    if (magma_is_vector(list)) {
        return list;
    }
    if (magma_is_string(list)) {
        return magma_vector(&list, 1);
    }
    Value items = magma_vector(NULL, 0);
    Value cursor = list;
    Value item = VALUE_NIL;
    while (magma_next(&cursor, &item)) {
        items = magma_vector_conj(items, item);
    }
    return items;
}

/* What the rule sees of a list: mostly all of it as it stands, so that nothing is
 * copied. */
static Value
seen_of(Value list, const Value *seen, uint32_t count)
{
    bool is_all = count == magma_vector_count(list);
    for (uint32_t i = 0; is_all && i < count; i++) {
        is_all = value_is(magma_vector_at(list, i), seen[i]);
    }
    return is_all ? list : magma_vector(seen, count);
}

/* Lists that are shorter need no memory of their own while they are looked at. */
enum { LIST_FEW = 16 };

/* The outputs, behind :implicit those that the rule does not see; the vector of
 * those that it sees. */
static Value
read_outputs(Value list)
{
    list = vector_of(list);
    uint32_t count = magma_vector_count(list);
    Value few[LIST_FEW];
    Value *seen = count < LIST_FEW ? few : alloc((count + 1u) * sizeof(Value));
    uint32_t seen_count = 0;
    bool is_seen = true;
    for (uint32_t i = 0; i < count; i++) {
        Value item = magma_vector_at(list, i);
        if (is_keyword(item, "implicit")) {
            is_seen = false;
            continue;
        }
        Value path = path_of(item, "outputs");
        struct slice text = slice_of_value(path);
        vec_push(&builder.action.outputs, &text);
        seen[seen_count] = path;
        seen_count += is_seen;
    }
    if (builder.action.outputs.count == 0) {
        error_throw_help(ERROR_VALUE, "name what it makes",
                         "an edge without outputs");
    }
    return seen_of(list, seen, seen_count);
}

/* The kinds of what follows a mark in a list of inputs. */
static uint8_t
kinds_of_mark(Value mark)
{
    static const struct {
        const char *name;
        uint8_t kinds;
    } marks[] = {{"implicit", EDGE_IFWRITTEN},
                 {"order-only", EDGE_ORDER_ONLY},
                 {"validations", EDGE_VALIDATION}};
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (is_keyword(mark, marks[i].name)) {
            return marks[i].kinds;
        }
    }
    error_throw_help(ERROR_KEY,
                     "the marks are :implicit, :order-only and :validations",
                     "inputs of an edge have no mark :%.*s",
                     (int)magma_text_of(mark).len, magma_text_of(mark).bytes);
}

/* The inputs, each behind its mark; the vector of those that the rule sees. */
static Value
read_inputs(Value list)
{
    list = vector_of(list);
    uint32_t count = magma_vector_count(list);
    Value few[LIST_FEW];
    Value *seen = count < LIST_FEW ? few : alloc((count + 1u) * sizeof(Value));
    uint32_t seen_count = 0;
    struct ninja_input input = {.kinds = EDGE_IFWRITTEN, .is_explicit = true};
    for (uint32_t i = 0; i < count; i++) {
        Value item = magma_vector_at(list, i);
        if (magma_is_keyword(item)) {
            input.kinds = kinds_of_mark(item);
            input.is_explicit = false;
            continue;
        }
        Value path = path_of(item, "inputs");
        input.path = slice_of_value(path);
        vec_push(&builder.action.inputs, &input);
        seen[seen_count] = path;
        seen_count += input.is_explicit;
    }
    return seen_of(list, seen, seen_count);
}

/* --- Edges ------------------------------------------------------------------------ */

/* Keys and values in turn, as a map has them. */
struct pairs {
    Value *items;
    uint32_t count;
};

/* In few[PAIRS_FEW * 2] where that is enough, as mostly. */
enum { PAIRS_FEW = 12 };
static struct pairs
pairs_of(Value map, uint32_t room, Value *few)
{
    assert(magma_is_map(map));
    struct pairs pairs = {few, magma_map_count(map)};
    if (pairs.count + room > PAIRS_FEW) {
        pairs.items = alloc((size_t)(pairs.count + room) * 2 * sizeof(Value));
    }
    magma_map_pairs(map, pairs.items);
    return pairs;
}

/* What neighbours say together, what the edge says over that, and its lists: made
 * at once, as each of them would be a map more. */
static struct pairs
read_bindings(Value shared, Value own, Value inputs, Value outputs, Value *few)
{
    assert(magma_is_map(own));
    struct pairs pairs = pairs_of(shared, magma_map_count(own) + 2, few);
    magma_map_pairs(own, pairs.items + (size_t)pairs.count * 2);
    pairs.count += magma_map_count(own);
    Value *lists = pairs.items + (size_t)pairs.count * 2;
    lists[0] = builder.inputs;
    lists[1] = inputs;
    lists[2] = builder.outputs;
    lists[3] = outputs;
    pairs.count += 2;
    return pairs;
}

/* Sets the values of keys among the pairs; the last one of a key counts. */
static void
set_values(const struct pairs *pairs, Value *values)
{
    for (uint32_t i = 0; i < pairs->count; i++) {
        for (int key = 0; key < NINJA_KEY_COUNT; key++) {
            if (value_is(pairs->items[2 * i], builder.keys[key])) {
                values[key] = pairs->items[2 * i + 1];
                break;
            }
        }
    }
}

/* All keys: of the rule, where the edge says nothing else; what nobody gives is
 * the empty text. A response file comes from the rule as (ninja/response-file path
 * content). */
static void
read_values(const struct pairs *edge, Value made)
{
    Value values[NINJA_KEY_COUNT];
    if (!magma_is_map(made)) {
        error_throw_help(ERROR_TYPE, "as {:command \"cc -c a.c\"}",
                         "the rule of an edge gives a map");
    }
    for (int key = 0; key < NINJA_KEY_COUNT; key++) {
        values[key] = VALUE_NIL;
    }
    Value few[PAIRS_FEW * 2];
    struct pairs rule = pairs_of(made, 0, few);
    set_values(&rule, values);
    Value file = values[NINJA_KEY_RSPFILE];
    bool has_file = magma_is_map(file);
    values[NINJA_KEY_RSPFILE] = has_file ? get(file, "path") : VALUE_NIL;
    values[NINJA_KEY_RSPFILE_CONTENT] =
        has_file ? get(file, "content") : VALUE_NIL;
    set_values(edge, values);
    for (int key = 0; key < NINJA_KEY_COUNT; key++) {
        builder.action.values[key] =
            text_of(values[key], ninja_key_name((enum ninja_key)key));
    }
    // A command may well be empty: a shell then does nothing.
    if (!magma_is_string(values[NINJA_KEY_COMMAND])) {
        error_throw_help(ERROR_VALUE, "as {:command \"cc -c a.c\"}",
                         "an edge without a :command");
    }
}

/* Throws what filling did not like. */
static void
fill_edge(void)
{
    struct error err = {0};
    if (!ninja_fill_action(&builder.fill, &builder.action, &err)) {
        char what[300];
        snprintf(what, sizeof(what), "%s", err.what);
        error_finish(&err);
        error_throw(ERROR_VALUE, "%s", what);
    }
}

static void
build_edge(Value rule, Value shared, Value edge)
{
    uint32_t count = magma_is_vector(edge) ? magma_vector_count(edge) : 0;
    if (count < 2 || count > 3) {
        struct magma_text shown = magma_text_of(magma_pretty(edge, 60, 5));
        error_throw_help(ERROR_TYPE, "as [\"a.o\" [\"a.c\"] {:flags \"-O2\"}]",
                         "an edge is [outputs inputs], perhaps with bindings, "
                         "and got %.*s",
                         (int)shown.len, shown.bytes);
    }
    Value own = count == 3 ? magma_vector_at(edge, 2) : VALUE_NIL;
    own = value_is_nil(own) ? magma_map() : own;
    if (!magma_is_map(own)) {
        error_throw_help(ERROR_TYPE, "as {:flags \"-O2\"}",
                         "the bindings of an edge are a map");
    }
    ninja_action_clear(&builder.action);
    Value inputs = read_inputs(magma_vector_at(edge, 1));
    Value outputs = read_outputs(magma_vector_at(edge, 0));
    Value few[PAIRS_FEW * 2];
    struct pairs pairs = read_bindings(shared, own, inputs, outputs, few);
    Value made = rule;
    if (magma_is_function(rule)) {
        uint64_t calls = builder.calls;
        Value seen = magma_map_of(pairs.items, pairs.count);
        made = magma_call(rule, &seen, 1);
        if (calls != builder.calls) {
            error_throw_help(ERROR_STATE, "build them beside it",
                             "the rule of an edge cannot build edges");
        }
    }
    read_values(&pairs, made);
    fill_edge();
}

/* (ninja/build rule bindings? edge...) */
static Value
builtin_build(Value *args, uint32_t argc)
{
    struct registry *r = registry_active();
    if (r == NULL) {
        error_throw_help(ERROR_STATE, "put it into the build file",
                         "ninja/build works only while a build file is "
                         "evaluated");
    }
    struct error_place place = magma_call_place();
    if (builder.calls++ == 0) {
        builder.action = ninja_action_create();
    }
    for (int key = 0; key < NINJA_KEY_COUNT; key++) {
        builder.keys[key] = magma_keyword(ninja_key_name((enum ninja_key)key));
    }
    builder.inputs = magma_keyword("inputs");
    builder.outputs = magma_keyword("outputs");
    ninja_fill_finish(&builder.fill);
    ninja_fill_begin(&builder.fill, r->graph);
    builder.action.place = registry_place(r, &place);
    builder.action.rule = registry_rule_name(args[0]);
    bool has_shared = argc > 1 && magma_is_map(args[1]);
    Value shared = has_shared ? args[1] : magma_map();
    for (uint32_t i = has_shared ? 2 : 1; i < argc; i++) {
        build_edge(args[0], shared, args[i]);
    }
    return VALUE_NIL;
}

/* The words of a list; a vector of strings, as edges have them, is one. */
static Value
words_of(Value list)
{
    uint32_t count = magma_is_vector(list) ? magma_vector_count(list) : 0;
    bool is_flat = count > 0;
    for (uint32_t i = 0; is_flat && i < count; i++) {
        Value item = magma_vector_at(list, i);
        is_flat = magma_is_string(item);
    }
    return is_flat ? list : flatten_words(list, "ninja/in");
}

/* (ninja-join* paths between quoted?) */
static Value
builtin_join(Value *args, uint32_t argc)
{
    (void)argc;
    bool is_quoted = !value_is_nil(args[2]) && !value_is(args[2], VALUE_FALSE);
    Value words = words_of(args[0]);
    uint32_t count = magma_vector_count(words);
    if (count == 1) { // Mostly it is as it stands.
        Value word = magma_vector_at(words, 0);
        if (!is_quoted || ninja_is_harmless(slice_of_value(word))) {
            return word;
        }
    }
    buffer_truncate(&builder.text, 0);
    for (uint32_t i = 0; i < count; i++) {
        struct slice word = slice_of_value(magma_vector_at(words, i));
        if (i > 0) {
            struct slice between = slice_of_value(args[1]);
            buffer_add(&builder.text, between.bytes, between.len);
        }
        if (is_quoted) {
            ninja_quote(word, &builder.text);
        } else {
            buffer_add(&builder.text, word.bytes, word.len);
        }
    }
    return magma_string(buffer_str(&builder.text), builder.text.len);
}

/* (ninja-words* line) */
static Value
builtin_words(Value *args, uint32_t argc)
{
    (void)argc;
    if (!magma_is_string(args[0])) {
        error_throw(ERROR_TYPE, "ninja/words takes the text of a command");
    }
    uint32_t count = 0;
    buffer_truncate(&builder.text, 0);
    shell_split(slice_of_value(args[0]), &builder.text, &count);
    Value words = magma_vector(NULL, 0);
    struct slice row = buffer_slice(&builder.text);
    struct slice word;
    while (slice_next_text(&row, &word)) {
        words = magma_vector_conj(words, magma_string(word.bytes, word.len));
    }
    return words;
}

static const struct builtin rows[] = {
    {"ninja-build*", 1, ARGS_ANY, builtin_build, "[rule & edges]",
     "Behind ninja/build.", "0.1"},
    {"ninja-join*", 3, 3, builtin_join, "[paths between quoted?]",
     "Behind ninja/in and its like.", "0.1"},
    {"ninja-words*", 1, 1, builtin_words, "[line]", "Behind ninja/words.",
     "0.1"},
};

void
ninja_define(void)
{
    magma_define("clojure.core", rows, sizeof(rows) / sizeof(rows[0]));
}
