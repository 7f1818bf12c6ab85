/* SPDX-License-Identifier: MIT */
/*
 * Regular expressions as functions; replacing and splitting are in string.c.
 *
 * A match without groups is a string, one with groups a vector of strings and
 * nil, [0] being the whole. re-seq is eager within its string: the string is
 * finite, and a pattern that takes too long is an error anyway (data/regex.c).
 */
#include "interp/data/regex.h"

#include "interp/core/state.h"
#include "interp/core/support.h"
#include "interp/read/pretty.h"

static void
expect_regex_and_string(Value regex, Value string, const char *operation)
{
    if (!regex_is(regex)) {
        error_throw_help(ERROR_TYPE, "Write it as #\"...\", or use re-pattern.",
                         "%s expects a regex, found %s", operation,
                         value_shown(regex));
    }
    if (!text_is(string)) {
        error_throw(ERROR_TYPE, "%s expects a string to look in, found %s",
                    operation, value_shown(string));
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
                    value_shown(args[0]));
    }
    return regex_make(args[0]);
}

/* --- Matchers -------------------------------------------------------------- */

/* What the cell of a matcher holds, a vector. */
enum { MATCHER_REGEX, MATCHER_TEXT, MATCHER_FROM, MATCHER_LAST };

static struct cell_object *
expect_matcher(Value v, const char *operation)
{
    if (!value_is_kind(v, KIND_CELL) ||
        !(value_object(v)->flags & CELL_MATCHER)) {
        core_throw_type(operation, "what re-matcher gives", v);
    }
    return state_cell_expect(operation, CELL_MATCHER, v);
}

/* (re-matcher re s) */
static Value
core_re_matcher(Value *args, uint32_t argc)
{
    (void)argc;
    expect_regex_and_string(args[0], args[1], "re-matcher");
    Value items[] = {args[0], args[1], number_int(0), VALUE_NIL};
    return state_cell_make(CELL_MATCHER, vector_from_array(items, 4));
}

/* The next match of a matcher, which goes on behind it; nil if there is none,
 * now and for good. */
static Value
find_next(Value matcher)
{
    struct cell_object *cell = expect_matcher(matcher, "re-find");
    Value regex = vector_at(cell->value, MATCHER_REGEX);
    Value text = vector_at(cell->value, MATCHER_TEXT);
    int64_t from = number_to_int(vector_at(cell->value, MATCHER_FROM));
    struct regex_match match;
    bool is_found = regex_find(regex, text, (uint32_t)from, &match);
    Value last = is_found ? regex_match_value(&match) : VALUE_NIL;
    uint32_t next = is_found ? regex_after(&match) : text_byte_len(text) + 1;
    Value items[] = {regex, text, number_int(next), last};
    cell->value = vector_from_array(items, 4);
    return last;
}

/* (re-groups matcher) */
static Value
core_re_groups(Value *args, uint32_t argc)
{
    (void)argc;
    struct cell_object *cell = expect_matcher(args[0], "re-groups");
    Value last = vector_at(cell->value, MATCHER_LAST);
    if (value_is_nil(last)) {
        error_throw_help(ERROR_STATE, "Call (re-find matcher) first.",
                         "re-groups: the matcher has no match");
    }
    return last;
}

/* --- Matching ---------------------------------------------------------------- */

/* (re-find matcher), (re-find re s) */
static Value
core_re_find(Value *args, uint32_t argc)
{
    if (argc == 1) {
        return find_next(args[0]);
    }
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
    {"re-find", 1, 2, core_re_find, "[re s] [matcher]",
     "The first match, or the next of a matcher: a string, or a vector with "
     "its groups; else nil.",
     "0.1"},
    {"re-matcher", 2, 2, core_re_matcher, "[re s]",
     "What re-find goes on with, match by match.", "0.1"},
    {"re-groups", 1, 1, core_re_groups, "[matcher]",
     "The last match of a matcher, as re-find gave it.", "0.1"},
    {"re-matches", 2, 2, core_re_matches, "[re s]",
     "The match of all of s, as re-find gives it, or nil.", "0.1"},
    {"re-seq", 2, 2, core_re_seq, "[re s]",
     "All matches, as re-find gives them; nil if there is none.", "0.1"},
};

const struct core_table core_regex[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
