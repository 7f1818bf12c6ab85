/* SPDX-License-Identifier: MIT */
/*
 * See flatten.h. Nested sequences are walked with a stack of cursors in
 * collected memory, so that depth is no limit.
 */
#include "runtime/flatten.h"

#include "exec/exec.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than this in one list has no end, or might as well have none. */
enum { WALK_MAX = 1 << 21 };

struct cursor_stack {
    Value *items;
    uint32_t count;
    uint32_t cap;
};

struct walk {
    Value value;
    const char *what;
    bool words;
    Value items;
};

/* Grows by doubling; the old array is left to the collector. */
static void
stack_push(struct cursor_stack *stack, Value cursor)
{
    if (stack->count == stack->cap) {
        uint32_t cap = stack->cap == 0 ? 8 : stack->cap * 2;
        Value *items = alloc(cap * sizeof(Value));
        if (stack->count > 0) {
            memcpy(items, stack->items, stack->count * sizeof(Value));
        }
        stack->items = items;
        stack->cap = cap;
    }
    stack->items[stack->count++] = cursor;
}

/* A path as a canonical string value. */
static Value
canonical(Value path, const char *what)
{
    struct magma_text text = magma_text_of(path);
    if (text.len == 0) {
        error_throw_help(ERROR_VALUE, "leave it out, or name a file",
                         "an empty path in %s", what);
    }
    if (memchr(text.bytes, 0, text.len) != NULL) {
        error_throw(ERROR_VALUE, "a path with a zero byte in %s", what);
    }
    char *buf = alloc_atomic(text.len + 1);
    memcpy(buf, text.bytes, text.len);
    buf[text.len] = 0;
    size_t len = path_canonicalise(buf, text.len);
    if (len == text.len && memcmp(buf, text.bytes, len) == 0) {
        return path;
    }
    return magma_string(buf, len);
}

/* The word that an integer or string stands for. */
static Value
word_of(Value item, const char *what)
{
    if (magma_is_int(item)) {
        char digits[32];
        snprintf(digits, sizeof(digits), "%" PRId64, magma_int_of(item));
        return magma_cstring(digits);
    }
    struct magma_text text = magma_text_of(item);
    if (memchr(text.bytes, 0, text.len) != NULL) {
        error_throw(ERROR_VALUE, "%s has a word with a zero byte", what);
    }
    return item;
}

/* Shows what stood there, and what could. */
_Noreturn static void
refuse(const struct walk *w, Value item)
{
    struct magma_text shown = magma_text_of(magma_pretty(item, 60, 5));
    error_throw_help(ERROR_TYPE,
                     w->words ? "words are strings, integers and sequences "
                                "of them"
                              : "paths are strings, action handles and "
                                "sequences of them",
                     "%s cannot take %.*s", w->what, (int)shown.len,
                     shown.bytes);
}

/* A word or path is added, a sequence is put on the stack, nil is an empty
 * sequence as everywhere in the language, and the rest is refused. */
static void
walk_leaf(struct walk *w, struct cursor_stack *stack, Value item)
{
    if (value_is_nil(item)) {
        return;
    }
    if (magma_is_string(item)) {
        w->items =
            magma_vector_conj(w->items, w->words ? word_of(item, w->what)
                                                 : canonical(item, w->what));
    } else if (w->words && magma_is_int(item)) {
        w->items = magma_vector_conj(w->items, word_of(item, w->what));
    } else if (w->words && magma_is_handle(item, "action")) {
        const struct handle_object *handle =
            (const struct handle_object *)value_object(item);
        stack_push(stack,
                   magma_map_get(handle->data, magma_keyword("outputs")));
    } else if (!w->words && (magma_is_handle(item, "action") ||
                             magma_is_handle(item, "group"))) {
        w->items = magma_vector_conj(w->items, item);
    } else if (magma_is_sequence(item)) {
        stack_push(stack, item);
    } else {
        refuse(w, item);
    }
}

/* The body of magma_try: suspension ends it with what was gathered so far. */
static Value
walk_body(void *arg)
{
    struct walk *w = arg;
    struct cursor_stack stack = {0};
    uint32_t seen = 0;
    walk_leaf(w, &stack, w->value);
    while (stack.count > 0) {
        if (++seen > WALK_MAX) {
            error_throw_help(ERROR_LIMIT, "is it a sequence without end?",
                             "%s has more than %d items", w->what, WALK_MAX);
        }
        Value cursor = stack.items[stack.count - 1];
        Value item = VALUE_NIL;
        if (!magma_next(&cursor, &item)) {
            stack.count--;
            continue;
        }
        stack.items[stack.count - 1] = cursor;
        walk_leaf(w, &stack, item);
    }
    return VALUE_NIL;
}

struct flat
flatten_paths(Value value, const char *what)
{
    struct walk w = {value, what, false, magma_vector(NULL, 0)};
    Value result = VALUE_NIL;
    Value error = VALUE_NIL;
    if (magma_try(walk_body, &w, &result, &error)) {
        return (struct flat){w.items, VALUE_NIL};
    }
    if (magma_error_type(error) != ERROR_SUSPENDED) {
        error_throw_value(error);
    }
    return (struct flat){w.items, magma_error(error)->data};
}

Value
flatten_words(Value value, const char *what)
{
    struct walk w = {value, what, true, magma_vector(NULL, 0)};
    walk_body(&w);
    return w.items;
}

Value
flatten_path(Value value, const char *what)
{
    struct flat flat = flatten_paths(value, what);
    if (!value_is_nil(flat.pending)) {
        error_suspend(flat.pending);
    }
    if (magma_vector_count(flat.items) != 1 ||
        !magma_is_string(magma_vector_at(flat.items, 0))) {
        error_throw_help(ERROR_VALUE, "give one path, as a string",
                         "%s needs exactly one path, and got %u", what,
                         magma_vector_count(flat.items));
    }
    return magma_vector_at(flat.items, 0);
}
