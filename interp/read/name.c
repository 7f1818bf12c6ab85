/* SPDX-License-Identifier: MIT */
/*
 * Names. What a namespace alias or `::` means is asked from the VM by way of
 * the resolver (quote.c keeps it), and only when a name needs it.
 *
 * A name is split at its first slash; "/" alone is a name, and clojure.core//
 * too. nil, true and false are names to the scanner and values to everybody
 * else. In #() the names %, %1 and %& become parameters, which are made when
 * they are first met.
 */
#include "interp/read/name.h"

#include "interp/data/number.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/read/place.h"
#include "interp/read/quote.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static uint64_t gensyms;

uint64_t
reader_gensym_next(void)
{
    return ++gensyms;
}

uint64_t
reader_gensym_set(uint64_t last)
{
    uint64_t previous = gensyms;
    gensyms = last;
    return previous;
}

void
reader_reset(void)
{
    gensyms = 0;
}

static bool
is_text(struct scan_token token, const char *text)
{
    return token.len == strlen(text) &&
           memcmp(token.bytes, text, token.len) == 0;
}

static Value
placed(struct reader *reader, Value symbol, struct scan_mark start)
{
    if (reader->mode != READER_CODE) {
        return symbol;
    }
    struct place_span span = {start, reader->scan.at};
    return place_symbol(symbol, reader->scan.file, span);
}

/* --- Parameters of #() ---------------------------------------------------- */

void
name_begin_function(struct reader *reader, struct scan_mark start)
{
    if (reader->function_depth != 0) {
        scan_fail(&reader->scan, start, "Write the inner one as (fn [x] ...).",
                  "#() cannot stand inside of another #()");
    }
    reader->function_depth = reader->depth;
    reader->params_count = 0;
    for (uint32_t i = 0; i <= FUNCTION_PARAMS_MAX; i++) {
        reader->params[i] = VALUE_NIL;
    }
    assert(reader->function_depth > 0);
}

/* The index of a parameter: 0 for %&, 1 for % and %1 ...; or -1. */
static int
param_index(struct scan_token token)
{
    if (token.len == 1) {
        return 1;
    }
    if (is_text(token, "%&")) {
        return 0;
    }
    int index = 0;
    for (size_t i = 1; i < token.len; i++) {
        if (token.bytes[i] < '0' || token.bytes[i] > '9' || i > 2) {
            return -1;
        }
        index = index * 10 + (token.bytes[i] - '0');
    }
    return index >= 1 && index <= FUNCTION_PARAMS_MAX ? index : -1;
}

/* The generated name that a parameter has all over its #(). */
static Value
param(struct reader *reader, struct scan_token token, struct scan_mark start)
{
    int index = param_index(token);
    if (index < 0) {
        scan_fail(&reader->scan, start,
                  "Parameters of #() are %, %1 to %20 and %&.",
                  "%.*s is no parameter of #()", scan_shown_len(token),
                  token.bytes);
    }
    Value *known = &reader->params[index];
    if (value_is_nil(*known)) {
        unsigned long long number = reader_gensym_next();
        Value name = index == 0 ? text_format("rest__%llu#", number)
                                : text_format("p%d__%llu#", index, number);
        *known = symbol_make(VALUE_NIL, name);
    }
    if ((uint32_t)index > reader->params_count) {
        reader->params_count = (uint32_t)index;
    }
    return placed(reader, *known, start);
}

/* --- Symbols -------------------------------------------------------------- */

static Value
checked_symbol(struct reader *reader, struct scan_token token,
               struct scan_mark start)
{
    struct scan_token ns;
    struct scan_token name;
    if (!scan_split_name(token, &ns, &name)) {
        scan_fail(&reader->scan, start, NULL, "Invalid symbol %.*s",
                  scan_shown_len(token), token.bytes);
    }
    return symbol_intern(token.bytes, token.len);
}

Value
name_take_symbol(struct reader *reader)
{
    struct scan_mark start = reader->scan.at;
    struct scan_token token = scan_take_token(&reader->scan);
    assert(token.len > 0);
    if (is_text(token, "nil")) {
        return VALUE_NIL;
    }
    if (is_text(token, "true")) {
        return VALUE_TRUE;
    }
    if (is_text(token, "false")) {
        return VALUE_FALSE;
    }
    if (token.bytes[0] == '%' && reader->function_depth != 0) {
        return param(reader, token, start);
    }
    return placed(reader, checked_symbol(reader, token, start), start);
}

Value
name_take_tag(struct reader *reader, struct scan_mark start)
{
    int next = scan_peek(&reader->scan, 0);
    struct scan_token token = scan_take_token(&reader->scan);
    bool is_letter = (next >= 'a' && next <= 'z') ||
                     (next >= 'A' && next <= 'Z') || next >= 0x80;
    if (token.len == 0 || !is_letter) {
        scan_fail(&reader->scan, start, NULL,
                  next == '<' ? "#<...> cannot be read back"
                              : "Unknown syntax behind #");
    }
    return checked_symbol(reader, token, start);
}

/* --- Keywords ------------------------------------------------------------- */

/* The namespace that ::alias/name means; the alias itself where the form is
 * dropped anyway. */
static Value
namespace_of_alias(struct reader *reader, struct scan_token alias,
                   struct scan_mark start)
{
    const struct reader_resolver *resolver = quote_resolver();
    Value name = text_make(alias.bytes, alias.len);
    if (resolver == NULL || reader->lenient > 0) {
        return name;
    }
    Value ns = resolver->alias(name);
    if (value_is(ns, VALUE_ABSENT)) {
        scan_fail(&reader->scan, start,
                  "Name it in (:require [the.namespace :as alias]).",
                  "No namespace is known here as %.*s", scan_shown_len(alias),
                  alias.bytes);
    }
    return ns;
}

/* What ::name means; unknown while a form is only looked at. */
static Value
current_namespace(const struct reader *reader)
{
    const struct reader_resolver *resolver = quote_resolver();
    return resolver == NULL || reader->lenient > 0 ? text_from_cstring("user")
                                                   : resolver->current();
}

Value
name_take_keyword(struct reader *reader)
{
    struct scan_mark start = reader->scan.at;
    struct scan_token whole = scan_take_token(&reader->scan);
    bool is_resolved = whole.len > 1 && whole.bytes[1] == ':';
    size_t colons = is_resolved ? 2 : 1;
    struct scan_token text = {whole.bytes + colons, whole.len - colons};
    struct scan_token ns;
    struct scan_token name;
    /* :1 is a keyword although 1 is no symbol. */
    bool is_digit = text.len > 0 && !is_resolved && text.bytes[0] >= '0' &&
                    text.bytes[0] <= '9';
    struct scan_token checked = {text.bytes - (is_digit ? 1 : 0),
                                 text.len + (is_digit ? 1 : 0)};
    bool is_valid = text.len > 0 && text.bytes[0] != ':' &&
                    scan_split_name(checked, &ns, &name);
    if (!is_valid || (is_resolved && reader->mode == READER_EDN)) {
        scan_fail(&reader->scan, start, NULL, "Invalid keyword %.*s",
                  scan_shown_len(whole), whole.bytes);
    }
    if (!is_resolved) {
        return keyword_intern(text.bytes, text.len);
    }
    Value space = ns.len == 0 ? current_namespace(reader)
                              : namespace_of_alias(reader, ns, start);
    return keyword_make(space, text_make(name.bytes, name.len));
}

Value
name_take_map_namespace(struct reader *reader)
{
    struct scan_mark start = reader->scan.at;
    bool is_resolved = scan_peek(&reader->scan, 1) == ':';
    if (is_resolved && reader->mode == READER_EDN) {
        scan_fail(&reader->scan, start, "Write the namespace out.",
                  "#:: is not data (EDN)");
    }
    if (is_resolved && scan_peek(&reader->scan, 2) == '{') {
        scan_skip(&reader->scan, 2);
        return current_namespace(reader);
    }
    struct scan_token whole = scan_take_token(&reader->scan);
    bool is_alias = whole.len > 1 && whole.bytes[1] == ':';
    size_t colons = is_alias ? 2 : 1;
    struct scan_token text = {whole.bytes + colons, whole.len - colons};
    struct scan_token ns;
    struct scan_token name;
    if (!scan_split_name(text, &ns, &name) || ns.len > 0) {
        scan_fail(&reader->scan, start, NULL, "Invalid namespace %.*s of a map",
                  scan_shown_len(whole), whole.bytes);
    }
    return is_alias ? namespace_of_alias(reader, name, start)
                    : text_make(name.bytes, name.len);
}

/* --- ##Inf ---------------------------------------------------------------- */

Value
name_take_symbolic(struct reader *reader)
{
    struct scan_mark start = reader->scan.at;
    scan_skip(&reader->scan, 2);
    struct scan_token token = scan_take_token(&reader->scan);
    if (is_text(token, "Inf")) {
        return number_double((double)INFINITY);
    }
    if (is_text(token, "-Inf")) {
        return number_double(-(double)INFINITY);
    }
    if (!is_text(token, "NaN")) {
        scan_fail(&reader->scan, start, "Known are ##Inf, ##-Inf and ##NaN.",
                  "Unknown number ##%.*s", scan_shown_len(token), token.bytes);
    }
    return number_double((double)NAN);
}
