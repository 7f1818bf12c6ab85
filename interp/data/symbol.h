/* SPDX-License-Identifier: MIT */
/*
 * Interned symbols and keywords. A keyword is one object per name for ever; so
 * is a symbol without metadata. Symbols with metadata are copies that share
 * ns and name, so compare symbols with symbol_equal.
 */
#ifndef INTERP_DATA_SYMBOL_H
#define INTERP_DATA_SYMBOL_H

#include "interp/data/object.h"

#include <stddef.h>

static inline bool
symbol_is(Value v)
{
    return value_is_kind(v, KIND_SYMBOL);
}

static inline bool
symbol_is_keyword(Value v)
{
    return value_is_kind(v, KIND_KEYWORD);
}

/* The namespace (string or nil) and name (string) of a symbol or keyword. */
static inline Value
symbol_ns(Value v)
{
    return ((struct symbol_object *)value_object(v))->ns;
}

static inline Value
symbol_name(Value v)
{
    return ((struct symbol_object *)value_object(v))->name;
}

/* True for two symbols (or two keywords) of one name, whatever their meta. */
static inline bool
symbol_equal(Value a, Value b)
{
    return value_is(a, b) || (symbol_is(a) && symbol_is(b) &&
                              value_is(symbol_ns(a), symbol_ns(b)) &&
                              value_is(symbol_name(a), symbol_name(b)));
}

/* Interns text, split at the first '/' ("/" itself is a name; so is what
 * follows "a//"). Any text makes a symbol: the reader checks the syntax. */
Value symbol_intern(const char *text, size_t len);
Value symbol_from_cstring(const char *text);
/* ns: string or nil; name: string. */
Value symbol_make(Value ns, Value name);

/* The same for keywords, without the colon. */
Value keyword_intern(const char *text, size_t len);
Value keyword_from_cstring(const char *text);
Value keyword_make(Value ns, Value name);

/* "ns/name" or "name" (no colon) as a string. */
Value symbol_full_name(Value v);

/* Order of ns (none first), then name. */
int symbol_compare(Value a, Value b);

/* A copy with this metadata (map or nil); nil gives the interned symbol. */
Value symbol_with_meta(Value symbol, Value meta);

#endif
