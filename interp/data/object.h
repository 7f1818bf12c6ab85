/* SPDX-License-Identifier: MIT */
/*
 * The layout of heap objects, one struct a kind. Only the module that owns a
 * kind writes its fields, and only before the object is seen by anyone else,
 * but for the cached hash, a lazy sequence's two slots, a var's value, a
 * cell's value and a delay's: those say "written later".
 *
 * `meta` is a map or nil and never takes part in equality or hashing.
 * A trailing array belongs to its object; nothing points into it.
 */
#ifndef INTERP_DATA_OBJECT_H
#define INTERP_DATA_OBJECT_H

#include "interp/data/value.h"

#include <stddef.h>

struct magma_code;

/* KIND_INT that does not fit a word, atomic memory. */
struct int_object {
    struct object head;
    int64_t number;
};

struct double_object {
    struct object head;
    double number;
};

/* KIND_BIGINT: atomic memory. It may hold what would fit an int64, too: 1N is
 * not the same kind of number as 1, though equal. */
struct bigint_object {
    struct object head;
    int64_t size;     /* of limbs; negative for a negative number, 0 for 0 */
    uint64_t limbs[]; /* the lowest first; the highest is not 0 */
};

/* KIND_RATIO: in lowest terms, the denominator above 1. Both are integers,
 * of kind KIND_INT wherever they fit. */
struct ratio_object {
    struct object head;
    Value numerator;
    Value denominator;
};

/* KIND_DECIMAL: unscaled times ten to the power of -scale. unscaled is an
 * integer, of KIND_INT wherever it fits. */
struct decimal_object {
    struct object head;
    Value unscaled;
    int64_t scale; /* within 32 bits */
};

/* KIND_STRING: UTF-8, valid; atomic memory. flags: TEXT_ASCII. */
struct string_object {
    struct object head;
    uint32_t byte_len;
    uint32_t char_len; /* code points */
    char bytes[];      /* zero-terminated besides */
};

/* KIND_SYMBOL (interned but for meta: compare with symbol_equal) and
 * KIND_KEYWORD (interned: compare with value_is). */
struct symbol_object {
    struct object head;
    Value ns;   /* string or nil */
    Value name; /* string */
    Value meta;
    Value place; /* where a form was read (reader.h), or zero bits */
};

/* KIND_LIST. The empty list has count 0 and no first. */
struct list_object {
    struct object head;
    Value first;
    Value rest; /* list (counted) or any sequence, or nil */
    Value meta;
    int64_t count; /* of a list whose tail is a list; -1: not known */
    Value place;   /* where a form was read (reader.h), or zero bits */
};

/* KIND_LAZY. Before: thunk is a function of no arguments, value is ABSENT.
 * After (written later): value is a sequence or nil, or another lazy sequence
 * whose value is this one's, too. The thunk stays, so that the fingerprint is
 * the same before and after; copies that share a thunk are one to it. */
enum lazy_flag {
    LAZY_STEP = 1,   /* nobody else has the thunk, which is a builtin */
    LAZY_COPIED = 2, /* but for a copy, which is not to hold what it gives */
    LAZY_WALKED = 4, /* realised, for programs: its items were at hand, and C
                        code walked them where they are (written later) */
};

struct lazy_object {
    struct object head;
    Value thunk;
    Value value;
    Value meta;
};

/* KIND_CHUNK: items[offset..] of `array`, then `rest`. */
struct chunk_object {
    struct object head;
    Value array; /* an array_object as a value */
    uint32_t offset;
    uint32_t len; /* of the array */
    Value rest;   /* sequence or nil; may be lazy */
    Value meta;
};

/* A plain array of values; never visible to programs. */
struct array_object {
    struct object head;
    Value items[];
};

/* KIND_RANGE: integers, never empty. */
struct range_object {
    struct object head;
    int64_t from;
    int64_t count;
    int64_t by;
    Value meta;
};

/* KIND_FUNCTION */
struct function_object {
    struct object head; /* extra: how many are captured */
    Value code;         /* KIND_CODE */
    Value meta;
    Value captured[];
};

/* A function written in C: checks nothing but its argument count, which the
 * caller has checked against the specification. `args` may be overwritten by
 * it and is valid during the call only. Throws by error_throw. */
typedef Value (*builtin_function)(Value *args, uint32_t argc);

enum { ARGS_ANY = 255 };

/* One row of a builtin table; static storage. */
struct builtin {
    const char *name; /* as a program writes it, without namespace */
    uint8_t min;
    uint8_t max; /* ARGS_ANY: variadic */
    builtin_function function;
    const char *signature; /* "[coll] [n coll]" */
    const char *doc;       /* one or two sentences */
    const char *since;     /* version of ronin */
};

/* KIND_BUILTIN */
struct builtin_object {
    struct object head;
    const struct builtin *spec;
    Value ns;       /* string: the namespace that it is defined in */
    Value captured; /* what a host or a partial application keeps, or nil */
    Value meta;
};

/* KIND_VAR; value and meta are written later. */
enum var_flag {
    VAR_MACRO = 1,
    VAR_PRIVATE = 2,
    VAR_WEAK = 4,      /* bound by the host; a later `def` replaces it */
    VAR_PENDING = 8,   /* reading it suspends the form that does */
    VAR_SEALED = 16,   /* of the core: redefinition is an error */
    VAR_DEFERRED = 32, /* its definition is evaluated when it is named */
    VAR_USED = 64      /* a form names it; noted while programs are checked */
};

struct var_object {
    struct object head; /* flags: var_flag */
    Value ns;           /* KIND_NAMESPACE */
    Value name;         /* symbol without namespace */
    Value value;        /* UNBOUND before its definition */
    Value meta;
    Value pending_on; /* what a PENDING var waits for */
};

struct regex_object {
    struct object head;
    Value source;   /* string */
    uint32_t cache; /* index into the cache of compiled patterns */
};

/* KIND_CELL: flags say which. A program may write an atom or volatile during
 * the top-level form that made it; the cached hash holds the form's number. */
enum cell_flag {
    CELL_ATOM = 1,
    CELL_VOLATILE = 2,
    CELL_CACHE =
        4, /* written by builtins only; content is no part of meaning */
    CELL_MATCHER = 8 /* of re-matcher: what it looks for, in what, from where */
};

struct cell_object {
    struct object head;
    Value value;
    Value meta;
};

struct delay_object {
    struct object head;
    Value thunk; /* stays, as in a lazy sequence */
    Value value; /* ABSENT before */
};

struct reduced_object {
    struct object head;
    Value value;
};

/* KIND_HANDLE: something of the host, compared by type and ids. `type` is
 * static text such as "action"; `data` is a value that the host keeps. */
struct handle_object {
    struct object head;
    const char *type;
    uint64_t id;
    Value data;
};

struct tagged_object {
    struct object head;
    Value tag;
    Value value;
};

#endif
