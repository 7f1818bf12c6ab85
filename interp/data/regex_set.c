/* SPDX-License-Identifier: MIT */
/* See regex_set.h. What has a meaning of its own in a pattern is left to PCRE2,
 * but for the few escapes that are read here. */
#include "interp/data/regex_set.h"

#include <assert.h>
#include <string.h>

/* True for a character that means itself wherever it stands. */
static bool
is_plain(char c)
{
    bool is_special = memchr("\\^$.[]|()?*+{}", c, 14) != NULL;
    return c > 0 && c < 0x7f && !is_special;
}

/* The members that an escape means, as a text; NULL: not one of these. */
static const char *
escaped(char c)
{
    static const struct {
        char letter;
        const char *members;
    } escapes[] = {{'s', " \t\n\v\f\r"}, {'n', "\n"},  {'t', "\t"},
                   {'r', "\r"},          {'.', "."},   {'|', "|"},
                   {'+', "+"},           {'*', "*"},   {'?', "?"},
                   {'$', "$"},           {'\\', "\\"}, {'/', "/"},
                   {'(', "("},           {')', ")"},   {'-', "-"},
                   {'d', "0123456789"}};
    for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
        if (escapes[i].letter == c) {
            return escapes[i].members;
        }
    }
    return NULL;
}

void
regex_set_read(struct regex_set *set, const char *pattern, size_t len)
{
    *set = (struct regex_set){.is_known = false};
    char alone[2] = {len > 0 ? pattern[0] : '\0', 0};
    const char *members = NULL;
    size_t read = 1;
    if (len > 0 && is_plain(pattern[0])) {
        members = alone;
    } else if (len > 1 && pattern[0] == '\\') {
        members = escaped(pattern[1]);
        read = 2;
    }
    set->is_repeated = len == read + 1 && pattern[read] == '+';
    if (members == NULL || len != read + set->is_repeated) {
        return;
    }
    for (const char *at = members; *at != 0; at++) {
        set->has[(unsigned char)*at] = true;
    }
    set->single = members[1] == 0 ? members[0] : '\0';
    set->is_known = true;
}

/* Where a member stands at or behind `at`, or len. */
static uint32_t
next_member(const struct regex_set *set, const char *bytes, uint32_t len,
            uint32_t at)
{
    if (set->single != 0) {
        const char *found = memchr(bytes + at, set->single, len - at);
        return found == NULL ? len : (uint32_t)(found - bytes);
    }
    while (at < len && !set->has[(unsigned char)bytes[at]]) {
        at++;
    }
    return at;
}

bool
regex_set_find(const struct regex_set *set, const char *bytes, uint32_t len,
               uint32_t from, uint32_t range[2])
{
    assert(set->is_known && from <= len);
    uint32_t at = next_member(set, bytes, len, from);
    if (at == len) {
        return false;
    }
    range[0] = at++;
    while (set->is_repeated && at < len && set->has[(unsigned char)bytes[at]]) {
        at++;
    }
    range[1] = at;
    return true;
}
