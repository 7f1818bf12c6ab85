/* SPDX-License-Identifier: MIT */
/*
 * The Magma value: one machine word.
 *
 *   ...xxx1   a 63-bit integer (wider int64 values are boxed)
 *   ...0010   a small constant: nil, false, true, a character, a marker
 *   ...0000   the address of a heap object, always aligned to 16 bytes
 *
 * Heap addresses carry no tag, so the collector sees them as they are, and no
 * heap object ever stores an address into the middle of another one (the
 * collector runs without interior pointers): store a base and an offset.
 * Values never change once made, but for the cells that say so in object.h.
 */
#ifndef INTERP_DATA_VALUE_H
#define INTERP_DATA_VALUE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Value {
    uintptr_t bits;
} Value;

/* What a value is. The order is the order of kinds in `compare` errors. */
enum kind {
    KIND_NIL,
    KIND_BOOL,
    KIND_CHAR,
    KIND_INT,
    KIND_DOUBLE,
    KIND_BIGINT, /* an integer of any size */
    KIND_RATIO,
    KIND_DECIMAL,
    KIND_STRING,
    KIND_SYMBOL,
    KIND_KEYWORD,
    KIND_LIST, /* cons cell or the empty list */
    KIND_VECTOR,
    KIND_MAP,
    KIND_SET,
    KIND_SORTED_MAP,
    KIND_SORTED_SET,
    KIND_LAZY,     /* a sequence that is not computed yet, or was */
    KIND_CHUNK,    /* a sequence over an array of values with a tail */
    KIND_RANGE,    /* integers from, to, by; a sequence */
    KIND_FUNCTION, /* a closure over compiled code */
    KIND_BUILTIN,  /* a function written in C */
    KIND_CODE,     /* compiled code; never visible to programs */
    KIND_VAR,
    KIND_NAMESPACE,
    KIND_REGEX,
    KIND_ERROR, /* what `throw` carries: kind, message, data, cause */
    KIND_CELL,  /* atom or volatile */
    KIND_DELAY,
    KIND_REDUCED,
    KIND_TRANSIENT, /* transient vector, map or set */
    KIND_MULTI,     /* multimethod */
    KIND_TYPE,      /* a class under Clojure's name, or a type of records */
    KIND_RECORD,
    KIND_REIFIED,  /* an object that is made of methods only */
    KIND_PROTOCOL, /* names of methods, and who has them */
    KIND_METHOD,   /* a function that chooses by the type of its argument */
    KIND_TAGGED,   /* tagged literal */
    KIND_HANDLE,   /* something of the host: a type name and two ids */
    KIND_UNBOUND,  /* marker: a var without a value */
    KIND_ABSENT    /* marker: "not found", never visible to programs */
};

#define VALUE_CONST_(tag) ((Value){((uintptr_t)(tag) << 8) | 2u})
#define VALUE_NIL VALUE_CONST_(0)
#define VALUE_FALSE VALUE_CONST_(1)
#define VALUE_TRUE VALUE_CONST_(2)
#define VALUE_UNBOUND VALUE_CONST_(3)
#define VALUE_ABSENT VALUE_CONST_(4)

/* First word of every heap object. */
struct object {
    uint8_t kind;   /* enum kind */
    uint8_t flags;  /* meaning depends on the kind, see object.h */
    uint16_t extra; /* likewise */
    uint32_t hash;  /* cached hash of the content, 0: not computed yet */
};

static inline bool
value_is(Value a, Value b)
{
    return a.bits == b.bits;
}

static inline bool
value_is_int(Value v)
{
    return (v.bits & 1u) != 0;
}

static inline bool
value_is_object(Value v)
{
    return (v.bits & 15u) == 0;
}

static inline bool
value_is_nil(Value v)
{
    return value_is(v, VALUE_NIL);
}

/* Everything but nil and false counts as true. */
static inline bool
value_is_true(Value v)
{
    return !value_is(v, VALUE_NIL) && !value_is(v, VALUE_FALSE);
}

static inline Value
value_bool(bool b)
{
    return b ? VALUE_TRUE : VALUE_FALSE;
}

/* Only for value_is_object values, which are not NULL. */
static inline struct object *
value_object(Value v)
{
    return (struct object *)v.bits;
}

static inline Value
value_from_object(void *object)
{
    return (Value){(uintptr_t)object};
}

/* True for an integer that fits the word itself (63 bits). */
static inline bool
value_int_fits(int64_t n)
{
    return n >= INT64_MIN / 2 && n <= INT64_MAX / 2;
}

/* Only for value_is_int values and for n that fits: see number.h for all. */
static inline int64_t
value_small_int(Value v)
{
    return (int64_t)v.bits >> 1;
}

static inline Value
value_from_small_int(int64_t n)
{
    return (Value){((uintptr_t)n << 1) | 1u};
}

/* A character is a Unicode code point; tag 16 and above. */
static inline Value
value_char(uint32_t codepoint)
{
    return (Value){((uintptr_t)codepoint << 16) | (16u << 8) | 2u};
}

static inline bool
value_is_char(Value v)
{
    return (v.bits & 0xffffu) == ((16u << 8) | 2u);
}

static inline uint32_t
value_char_codepoint(Value v)
{
    return (uint32_t)(v.bits >> 16);
}

/* The kind of a word that is neither an integer nor an address. */
enum kind value_kind_of_constant(Value v);

/* The kind of any value; boxed integers are KIND_INT too. Here, since nearly
 * all that is done with a value begins with it. */
static inline enum kind
value_kind(Value v)
{
    if (value_is_object(v)) {
        return (enum kind)value_object(v)->kind;
    }
    return value_is_int(v) ? KIND_INT : value_kind_of_constant(v);
}

static inline bool
value_is_kind(Value v, enum kind kind)
{
    return value_is_object(v) && value_object(v)->kind == kind;
}

/* "an integer", "a vector"... for error messages; static text. */
const char *value_kind_text(enum kind kind);

/* What a message calls a value: 5, "a", :b, [1 2], a symbol x, a list (1 2).
 * Runs no code of the program: what is not realised shows as an ellipsis.
 * Lives as long as a pointer to it. */
const char *value_shown(Value v);

/* Set by the printer, which is above this layer: the text of a value in a few
 * words. Without it value_shown tells the kind. */
void value_set_shown(Value (*brief)(Value v));

/*
 * Clojure's `=`: lists, vectors and lazy sequences compare by elements,
 * numbers of different categories (integers of any
 * size, ratios, decimals, doubles) never equal each other, NaN equals nothing. Realises
 * lazy sequences, so it may throw. Iterative: depth costs heap, not stack.
 */
bool value_equal(Value a, Value b);

/* Agrees with value_equal; the same on every machine and run. Never 0. */
uint32_t value_hash(Value v);

/*
 * Clojure's `compare` (numbers, strings, keywords, symbols, chars, booleans,
 * vectors by length then elements, nil below all); throws a type error for
 * what has no order. Negative, 0 or positive.
 */
int value_compare(Value a, Value b);

/* True for what has an order among its like: what value_compare may take. */
bool value_is_ordered(Value v);

#endif
