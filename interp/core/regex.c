/* SPDX-License-Identifier: MIT */
/*
 * Regular expressions as functions; replacing and splitting are in string.c.
 *
 * A match without groups is a string, one with groups a vector of strings and
 * nil, [0] being the whole. re-seq is eager within its string: the string is
 * finite, and a pattern that takes too long is an error anyway (data/regex.c).
 */
#include "interp/data/regex.h"

#include "interp/core/support.h"
#include "interp/read/pretty.h"

static void
expect_regex_and_string(Value regex, Value string, const char *operation)
{
    if (!regex_is(regex)) {
        error_throw_help(ERROR_TYPE, "Write it as #\"...\", or use re-pattern.",
                         "%s expects a regex, found %s", operation,
                         text_bytes(pretty_brief(regex)));
    }
    if (!text_is(string)) {
        error_throw(ERROR_TYPE, "%s expects a string to look in, found %s",
                    operation, text_bytes(pretty_brief(string)));
    }
}

/* (re-pattern s) */
static Value
core_re_pattern(Value *args, uint32_t argc)
{
    (void)argc;
    if (regex_is(args[0])) {
        return args[0];
    }
    if (!text_is(args[0])) {
        error_throw(ERROR_TYPE, "re-pattern expects a string, found %s",
                    text_bytes(pretty_brief(args[0])));
    }
    return regex_make(args[0]);
}

/* (re-find re s) */
static Value
core_re_find(Value *args, uint32_t argc)
{
    (void)argc;
    expect_regex_and_string(args[0], args[1], "re-find");
    struct regex_match match;
    return regex_find(args[0], args[1], 0, &match) ? regex_match_value(&match)
                                                   : VALUE_NIL;
}

/* (re-matches re s) */
static Value
core_re_matches(Value *args, uint32_t argc)
{
    (void)argc;
    expect_regex_and_string(args[0], args[1], "re-matches");
    struct regex_match match;
    return regex_matches(args[0], args[1], &match) ? regex_match_value(&match)
                                                   : VALUE_NIL;
}

/* (re-seq re s) */
static Value
core_re_seq(Value *args, uint32_t argc)
{
    (void)argc;
    expect_regex_and_string(args[0], args[1], "re-seq");
    struct core_buffer buffer = {0};
    struct regex_match match;
    uint32_t from = 0;
    while (from <= text_byte_len(args[1]) &&
           regex_find(args[0], args[1], from, &match)) {
        core_buffer_add(&buffer, regex_match_value(&match));
        from = regex_after(&match);
    }
    return buffer.count == 0 ? VALUE_NIL : core_buffer_seq(&buffer);
}

static const struct builtin rows[] = {
    {"re-pattern", 1, 1, core_re_pattern, "[s]",
     "The regex that a string writes.", "0.1"},
    {"re-find", 2, 2, core_re_find, "[re s]",
     "The first match: a string, or a vector with its groups; else nil.",
     "0.1"},
    {"re-matches", 2, 2, core_re_matches, "[re s]",
     "The match of all of s, as re-find gives it, or nil.", "0.1"},
    {"re-seq", 2, 2, core_re_seq, "[re s]",
     "All matches, as re-find gives them; nil if there is none.", "0.1"},
};

const struct core_table core_regex[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
