/* SPDX-License-Identifier: MIT */
/*
 * Kinds of values, and their order. Equality and hashing are in equal.c.
 *
 * The kind is in the word itself for what needs no memory, else in the head of
 * the object. The order is that of compare: nil before all, numbers of any
 * kind by size, vectors by length and then item by item, other things only
 * with their own kind; where there is none, the error names both. Vectors of
 * vectors are compared with a stack of pairs, so their depth costs heap.
 */
#include "interp/data/value.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/number.h"
#include "interp/data/symbol.h"
#include "interp/data/tagged.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"

#include <assert.h>
#include <string.h>

enum kind
value_kind_of_constant(Value v)
{
    assert(!value_is_int(v) && !value_is_object(v));
    if (value_is_char(v)) {
        return KIND_CHAR;
    }
    if (value_is_nil(v)) {
        return KIND_NIL;
    }
    if (value_is(v, VALUE_UNBOUND)) {
        return KIND_UNBOUND;
    }
    return value_is(v, VALUE_ABSENT) ? KIND_ABSENT : KIND_BOOL;
}

const char *
value_kind_text(enum kind kind)
{
    static const char *const texts[] = {
        [KIND_NIL] = "nil",
        [KIND_BOOL] = "a boolean",
        [KIND_CHAR] = "a character",
        [KIND_INT] = "an integer",
        [KIND_DOUBLE] = "a double",
        [KIND_BIGINT] = "a big integer",
        [KIND_RATIO] = "a ratio",
        [KIND_DECIMAL] = "a decimal",
        [KIND_STRING] = "a string",
        [KIND_SYMBOL] = "a symbol",
        [KIND_KEYWORD] = "a keyword",
        [KIND_LIST] = "a list",
        [KIND_VECTOR] = "a vector",
        [KIND_MAP] = "a map",
        [KIND_SET] = "a set",
        [KIND_SORTED_MAP] = "a sorted map",
        [KIND_SORTED_SET] = "a sorted set",
        [KIND_LAZY] = "a sequence",
        [KIND_CHUNK] = "a sequence",
        [KIND_RANGE] = "a range",
        [KIND_FUNCTION] = "a function",
        [KIND_BUILTIN] = "a function",
        [KIND_CODE] = "compiled code",
        [KIND_VAR] = "a var",
        [KIND_NAMESPACE] = "a namespace",
        [KIND_REGEX] = "a regular expression",
        [KIND_ERROR] = "an error",
        [KIND_CELL] = "an atom",
        [KIND_DELAY] = "a delay",
        [KIND_REDUCED] = "a reduced value",
        [KIND_TRANSIENT] = "a transient",
        [KIND_MULTI] = "a multimethod",
        [KIND_TYPE] = "a type",
        [KIND_RECORD] = "a record",
        [KIND_REIFIED] = "a reified object",
        [KIND_PROTOCOL] = "a protocol",
        [KIND_METHOD] = "a method of a protocol",
        [KIND_TAGGED] = "a tagged literal",
        [KIND_HANDLE] = "a handle",
        [KIND_UNBOUND] = "an unbound var's value",
        [KIND_ABSENT] = "nothing",
    };
    assert((size_t)kind < sizeof(texts) / sizeof(texts[0]));
    return texts[kind];
}

static Value (*brief_hook)(Value v);

void
value_set_shown(Value (*brief)(Value v))
{
    brief_hook = brief;
}

/* How it prints does not tell what it is. */
static bool
needs_kind(enum kind kind)
{
    switch (kind) {
    case KIND_SYMBOL:
    case KIND_LIST:
    case KIND_SORTED_MAP:
    case KIND_SORTED_SET:
    case KIND_LAZY:
    case KIND_CHUNK:
    case KIND_RANGE:
    case KIND_METHOD:
    case KIND_TYPE:
        return true;
    default:
        return false;
    }
}

const char *
value_shown(Value v)
{
    const char *kind = value_kind_text(value_kind(v));
    if (brief_hook == NULL) {
        return kind;
    }
    Value text = brief_hook(v);
    if (needs_kind(value_kind(v))) {
        text = text_format("%s %s", kind, text_bytes(text));
    }
    return text_bytes(text);
}

/* --- Order ----------------------------------------------------------------- */

/* Two vectors that are being compared; index: of the next pair of items. */
struct pair {
    Value a;
    Value b;
    uint32_t index;
};

enum { PAIRS_AT_HAND = 4 };

/* The first few lie on the C stack: sorting by vectors compares often. */
struct pairs {
    struct pair *items;
    uint32_t count;
    uint32_t cap;
    struct pair at_hand[PAIRS_AT_HAND];
};

/* Another pair of vectors of equal length. */
static void
push_pair(struct pairs *pairs, Value a, Value b)
{
    if (pairs->count == pairs->cap) {
        pairs->cap = pairs->cap * 2;
        struct pair *items = alloc(pairs->cap * sizeof(items[0]));
        memcpy(items, pairs->items, pairs->count * sizeof(items[0]));
        pairs->items = items;
    }
    pairs->items[pairs->count++] = (struct pair){a, b, 0};
}

/* Names both kinds, as the reader of the message knows them. */
_Noreturn static void
throw_no_order(Value a, Value b)
{
    error_throw(ERROR_TYPE, "Cannot compare %s with %s", value_shown(a),
                value_shown(b));
}

/* Of what is not a vector. */
static int
compare_leaves(Value a, Value b)
{
    if (value_is_nil(a) || value_is_nil(b)) {
        return value_is_nil(a) ? -1 : 1;
    }
    if (number_is(a) && number_is(b)) {
        return number_compare(a, b);
    }
    enum kind kind = value_kind(a);
    if (kind != value_kind(b)) {
        throw_no_order(a, b);
    }
    switch (kind) {
    case KIND_BOOL:
    case KIND_CHAR:
        return a.bits < b.bits ? -1 : 1;
    case KIND_STRING:
        return text_compare(a, b);
    case KIND_SYMBOL:
    case KIND_KEYWORD:
        return symbol_compare(a, b);
    case KIND_TAGGED:
        if (value_object(a)->flags == value_object(b)->flags &&
            (tagged_is(a, TAGGED_INSTANT) || tagged_is(a, TAGGED_UUID))) {
            return tagged_compare(a, b);
        }
        throw_no_order(a, b);
    default:
        throw_no_order(a, b);
    }
}

/* Vectors of equal length wait in pairs; all else is decided here. */
static int
compare_step(struct pairs *pairs, Value a, Value b)
{
    if (value_is(a, b)) {
        return 0;
    }
    if (!vector_is(a) || !vector_is(b)) {
        return compare_leaves(a, b);
    }
    uint32_t a_count = vector_count(a);
    uint32_t b_count = vector_count(b);
    if (a_count != b_count) {
        return a_count < b_count ? -1 : 1;
    }
    push_pair(pairs, a, b);
    return 0;
}

bool
value_is_ordered(Value v)
{
    switch (value_kind(v)) {
    case KIND_NIL:
    case KIND_BOOL:
    case KIND_CHAR:
    case KIND_STRING:
    case KIND_SYMBOL:
    case KIND_KEYWORD:
    case KIND_VECTOR:
        return true;
    case KIND_TAGGED:
        return tagged_is(v, TAGGED_INSTANT) || tagged_is(v, TAGGED_UUID);
    default:
        return number_is(v);
    }
}

int
value_compare(Value a, Value b)
{
    if (text_is(a) && text_is(b)) {
        return text_compare(a, b);
    }
    struct pairs pairs;
    pairs.items = pairs.at_hand;
    pairs.count = 0;
    pairs.cap = PAIRS_AT_HAND;
    int order = compare_step(&pairs, a, b);
    while (order == 0 && pairs.count > 0) {
        struct pair *top = &pairs.items[pairs.count - 1];
        if (top->index == vector_count(top->a)) {
            pairs.count--;
            continue;
        }
        uint32_t index = top->index++;
        order = compare_step(&pairs, vector_at(top->a, index),
                             vector_at(top->b, index));
    }
    return order;
}
