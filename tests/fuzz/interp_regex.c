/* SPDX-License-Identifier: MIT */
/*
 * Regular expressions: a line with a pattern, then a text. Either the pattern
 * is no expression, which is a syntax error, or its matches lie in the text in
 * order, on whole characters, and say what they stand on. What answers instead
 * of PCRE2 (regex_set.h) finds the same as PCRE2 does.
 */
#include "tests/fuzz/fuzz.h"

#include "interp/core/support.h"
#include "interp/data/regex.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "tests/lib/magma_host.h"

#include <string.h>

struct search {
    Value source;
    Value text;
    Value regex;
};

static Value
make_body(void *arg)
{
    return regex_make(*(Value *)arg);
}

static bool
is_inside_character(Value text, uint32_t at)
{
    return at < text_byte_len(text) &&
           ((unsigned char)text_bytes(text)[at] & 0xc0) == 0x80;
}

static void
check_match(const struct regex_match *match, uint32_t from)
{
    FUZZ_HOLDS(match->start >= from);
    FUZZ_HOLDS(match->start <= match->end);
    FUZZ_HOLDS(match->end <= text_byte_len(match->text));
    FUZZ_HOLDS(!is_inside_character(match->text, match->start));
    FUZZ_HOLDS(!is_inside_character(match->text, match->end));
    FUZZ_HOLDS(regex_after(match) > from || regex_after(match) > match->end);
    Value all = text_slice(match->text, match->start, match->end);
    Value shown = regex_match_value(match);
    FUZZ_HOLDS(text_equal(all, text_is(shown) ? shown : vector_at(shown, 0)));
}

/* All matches: their starts and ends. */
static Value
find_body(void *arg)
{
    const struct search *search = arg;
    Value found = vector_empty();
    struct regex_match match;
    uint32_t from = 0;
    while (regex_find(search->regex, search->text, from, &match)) {
        check_match(&match, from);
        FUZZ_HOLDS(regex_after(&match) > from || from == 0);
        from = regex_after(&match);
        found = vector_conj(found, number_int(match.start));
        found = vector_conj(found, number_int(match.end));
    }
    return found;
}

static Value
matches_body(void *arg)
{
    const struct search *search = arg;
    struct regex_match match;
    if (regex_matches(search->regex, search->text, &match)) {
        check_match(&match, 0);
        FUZZ_HOLDS(match.start == 0);
        FUZZ_HOLDS(match.end == text_byte_len(search->text));
    }
    return VALUE_NIL;
}

/* Every match replaced by itself leaves the text as it was. */
static Value
replace_body(void *arg)
{
    const struct search *search = arg;
    return regex_replace(search->regex, search->text, text_from_cstring("$0"),
                         true);
}

/* Budgets and limits of matching end a case; nothing else does. */
static bool
run(magma_body body, struct search *search, Value *result)
{
    Value thrown = VALUE_NIL;
    bool is_done = magma_try(body, search, result, &thrown);
    FUZZ_HOLDS(is_done || magma_error_type(thrown) == ERROR_LIMIT);
    return is_done;
}

/* The same in a group that captures nothing is never answered by a table. It
 * is no expression where a quote, a comment or an option reaches too far. */
static void
compare_with_group(struct search search, Value found)
{
    struct text_builder grouped;
    text_builder_init(&grouped);
    text_builder_add_cstring(&grouped, "(?:");
    text_builder_add_text(&grouped, search.source);
    text_builder_add_cstring(&grouped, ")");
    search.source = text_builder_string(&grouped);
    Value thrown = VALUE_NIL;
    Value again = VALUE_NIL;
    if (magma_try(make_body, &search.source, &search.regex, &thrown) &&
        run(find_body, &search, &again)) {
        FUZZ_HOLDS(value_equal(found, again));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    host_start();
    magma_set_limits(&(struct magma_limits){.steps = 200000,
                                            .depth = 300,
                                            .memory_bytes = 256 << 20});
    const uint8_t *newline = memchr(bytes, '\n', len);
    size_t pattern_len = newline == NULL ? len : (size_t)(newline - bytes);
    size_t text_at = newline == NULL ? len : pattern_len + 1;
    struct search search = {.source =
                                magma_string((const char *)bytes, pattern_len),
                            .text = magma_string((const char *)bytes + text_at,
                                                 len - text_at)};
    Value thrown = VALUE_NIL;
    Value result = VALUE_NIL;
    if (!magma_try(make_body, &search.source, &search.regex, &thrown)) {
        FUZZ_HOLDS(magma_error_type(thrown) == ERROR_SYNTAX);
        return 0;
    }
    if (run(matches_body, &search, &result) &&
        run(replace_body, &search, &result)) {
        FUZZ_HOLDS(text_equal(result, search.text));
    }
    if (run(find_body, &search, &result)) {
        compare_with_group(search, result);
    }
    return 0;
}
