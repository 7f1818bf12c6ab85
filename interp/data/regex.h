/* SPDX-License-Identifier: MIT */
/*
 * Regular expressions by PCRE2, with limits on matching: a hostile pattern
 * ends in ERROR_LIMIT. Compiled patterns live in a cache with a lifetime of
 * its own, and are made anew when they fell out of it. The only user of pcre2.
 */
#ifndef INTERP_DATA_REGEX_H
#define INTERP_DATA_REGEX_H

#include "interp/data/object.h"

static inline bool
regex_is(Value v)
{
    return value_is_kind(v, KIND_REGEX);
}

/* Compiles; throws ERROR_SYNTAX with the column of the fault. */
Value regex_make(Value source);
/* The pattern as it was written. */
Value regex_source(Value regex);

/* Where a match stands; byte offsets. Lives on the C stack. */
struct regex_match {
    Value text;
    uint32_t start;
    uint32_t end;
    Value groups; /* vector: strings or nil, [0] is all; nil if no groups */
};

/* The first match at or after from_byte; false if there is none. */
bool regex_find(Value regex, Value text, uint32_t from_byte,
                struct regex_match *match);
/* A match of the whole text. */
bool regex_matches(Value regex, Value text, struct regex_match *match);
/* Where to look on after this match (past an empty one); may be one more than
 * the length: then there is nothing to look for. */
uint32_t regex_after(const struct regex_match *match);
/* What re-find gives: the string, or the vector of groups. */
Value regex_match_value(const struct regex_match *match);

/* Replaces the first match, or all; $1, ${name} and \\x in the replacement as
 * Java has them. */
Value regex_replace(Value regex, Value text, Value replacement, bool all);
/* A replacement that stands for this text literally. */
Value regex_quote_replacement(Value text);

/* For those who have no values: what is found anywhere in a text, in PCRE2's own
 * syntax. NULL with the fault if the pattern is none; a match that takes too
 * long is none. Works before the language has started. */
struct regex_plain;
struct regex_fault {
    char what[128];
    size_t offset; /* bytes of the pattern before it */
};
struct regex_plain *
regex_plain_make(const char *source, size_t len, struct regex_fault *fault);
bool regex_plain_finds(const struct regex_plain *plain, const char *text,
                       size_t len);
/* NULL is fine. */
void regex_plain_free(struct regex_plain *plain);

/* Frees all compiled patterns; regexes stay usable. */
void regex_cache_clear(void);

#endif
