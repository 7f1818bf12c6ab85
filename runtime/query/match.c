/* SPDX-License-Identifier: MIT */
#include "runtime/query/match.h"

#include "interp/magma.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- Globs ------------------------------------------------------------------------- */

/* Whether a class such as [a-z] or [!abc] has a character; *end is what follows
 * it, or the pattern itself for a bracket that is never closed. */
static bool
match_class(const char *pattern, char c, const char **end)
{
    const char *at = pattern + 1;
    bool negated = *at == '!' || *at == '^';
    bool found = false;
    at += negated;
    for (bool first = true; *at != ']' || first; first = false) {
        if (*at == '\0') {
            *end = pattern;
            return false;
        }
        unsigned char low = (unsigned char)*at++;
        unsigned char high = low;
        if (at[0] == '-' && at[1] != ']' && at[1] != '\0') {
            high = (unsigned char)at[1];
            at += 2;
        }
        found = found || ((unsigned char)c >= low && (unsigned char)c <= high);
    }
    *end = at + 1;
    return found != negated && c != '/';
}

/* One character of the text against what stands at the pattern; *after is where
 * the pattern goes on. */
static bool
match_one(const char *pattern, char c, const char **after)
{
    *after = pattern + 1;
    if (*pattern == '?') {
        return c != '/';
    }
    if (*pattern == '[') {
        const char *end = pattern;
        bool matches = match_class(pattern, c, &end);
        if (end != pattern) {
            *after = end;
            return matches;
        }
    }
    if (*pattern == '\\' && pattern[1] != '\0') {
        *after = pattern + 2;
        return pattern[1] == c;
    }
    return *pattern == c;
}

/* Where to go on if what follows a star does not match: one further on. */
struct retry {
    const char *pattern; /* behind the star; NULL: there was none */
    const char *text;
};

/* The length of a part that is `**`, at the front of a part: with the slash that
 * it may match together with. */
static size_t
deep_len(const char *start, const char *pattern)
{
    bool begins = pattern == start || pattern[-1] == '/';
    if (!begins || pattern[0] != '*' || pattern[1] != '*') {
        return 0;
    }
    return pattern[2] == '/' ? 3 : pattern[2] == '\0' ? 2 : 0;
}

/* Goes one further behind the last star; false where that is over. */
static bool
go_back(struct retry *shallow, struct retry *deep, const char **pattern,
        const char **text, bool is_line)
{
    if (shallow->pattern != NULL && *shallow->text != '\0' &&
        (is_line || *shallow->text != '/')) {
        *text = ++shallow->text;
        *pattern = shallow->pattern;
        return true;
    }
    shallow->pattern = NULL;
    if (deep->pattern == NULL || *deep->text == '\0') {
        return false;
    }
    // `**` ends at the front of a part.
    const char *slash = strchr(deep->text, '/');
    if (slash == NULL) {
        return false;
    }
    deep->text = slash + 1;
    *text = deep->text;
    *pattern = deep->pattern;
    return true;
}

/* `is_line`: `*` goes over slashes. */
static bool
match_glob(const char *start, const char *text, bool is_line)
{
    struct retry shallow = {NULL, NULL};
    struct retry deep = {NULL, NULL};
    const char *pattern = start;
    for (;;) {
        size_t len = is_line ? 0 : deep_len(start, pattern);
        if (len == 2) {
            return *text != '\0';
        }
        if (len == 3) {
            pattern += len;
            deep = (struct retry){pattern, text};
            shallow.pattern = NULL;
        } else if (*pattern == '*') {
            while (*pattern == '*') {
                pattern++;
            }
            shallow = (struct retry){pattern, text};
        } else if (*pattern == '\0' && *text == '\0') {
            return true;
        } else {
            const char *after = pattern;
            bool matches = *text != '\0' && *pattern != '\0' &&
                           match_one(pattern, *text, &after);
            if (matches) {
                pattern = after;
                text++;
            } else if (!go_back(&shallow, &deep, &pattern, &text, is_line)) {
                return false;
            }
        }
    }
}

bool
query_glob(const char *pattern, const char *path)
{
    return match_glob(pattern, path, false);
}

/* --- Patterns --------------------------------------------------------------------------- */

bool
query_match_start(struct query_match *match, enum query_pattern kind,
                  struct slice pattern, struct error *err)
{
    *match = (struct query_match){.kind = kind, .pattern = pattern};
    match->last_part = memchr(pattern.bytes, '/', pattern.len) == NULL;
    if (kind == PATTERN_GLOB && pattern.len > 2 && pattern.bytes[0] == '.' &&
        pattern.bytes[1] == '/') {
        // As paths are kept: ./x is x, but never the x of another folder.
        match->pattern.bytes += 2;
        match->pattern.len -= 2;
    }
    if (kind != PATTERN_REGEX) {
        return true;
    }
    struct regex_fault fault;
    match->regex = regex_plain_make(pattern.bytes, pattern.len, &fault);
    if (match->regex == NULL) {
        error_set(err, ERROR_CLASS_USAGE,
                  "%.*s is no regular expression: %s, at its byte %zu",
                  (int)pattern.len, pattern.bytes, fault.what,
                  fault.offset + 1);
        error_set_help(err, "glob:… takes a glob, sub:… a part of the text");
        return false;
    }
    return true;
}

void
query_match_lines(struct query_match *match)
{
    assert(!match->is_line);
    match->is_line = true;
    if (match->kind == PATTERN_GLOB) {
        match->wrapped = mem_format("*%s*", match->pattern.bytes);
        match->pattern = slice_of(match->wrapped);
    }
}

static const char *
last_part(struct slice text)
{
    const char *slash = memrchr(text.bytes, '/', text.len);
    return slash == NULL || slash[1] == '\0' ? text.bytes : slash + 1;
}

bool
query_match_text(const struct query_match *match, struct slice text)
{
    assert(text.bytes[text.len] == '\0');
    switch (match->kind) {
    case PATTERN_GLOB:
        return match_glob(match->pattern.bytes,
                          match->last_part && !match->is_line ? last_part(text)
                                                              : text.bytes,
                          match->is_line);
    case PATTERN_REGEX:
        return regex_plain_finds(match->regex, text.bytes, text.len);
    case PATTERN_EXACT:
        return slice_equal(match->pattern, text);
    case PATTERN_SUB:
        break;
    }
    return memmem(text.bytes, text.len, match->pattern.bytes,
                  match->pattern.len) != NULL;
}

void
query_match_finish(struct query_match *match)
{
    regex_plain_free(match->regex);
    free(match->wrapped);
    match->regex = NULL;
    match->wrapped = NULL;
}
