/* SPDX-License-Identifier: MIT */
/*
 * From Java's regular expressions to PCRE2's, in one walk over the source.
 *
 * A bracket class becomes one of PCRE2's as long as it is a plain union. Java
 * also has intersections and classes inside of classes; these are written as
 * groups that look ahead: [a-z&&[^b]] is (?:(?=[a-z])[^b]). Everything in such
 * a group matches one character, so that it may be repeated as a class may.
 *
 * Blanks and comments of (?x) are left out here, since Java skips them inside
 * of brackets too. Classes nest by recursion, to a depth that is bounded.
 */
#include "interp/data/regex_java.h"

#include "interp/data/regex_walk.h"

#include <assert.h>
#include <string.h>

enum { CLASS_DEPTH_MAX = 50 };

/* A group whose end is still to come. */
struct open_group {
    size_t at;              /* of its bracket */
    bool outer_is_extended; /* what its end brings back */
};

/* --- Bracket classes --------------------------------------------------------- */

/* A union that is being built. */
struct members {
    struct text_builder plain;  /* what can stand in one [...] */
    struct text_builder others; /* patterns of one character, with | */
    uint32_t others_count;
    bool is_empty;
};

static void
members_init(struct members *members)
{
    text_builder_init(&members->plain);
    text_builder_init(&members->others);
    members->others_count = 0;
    members->is_empty = true;
}

static void
add_part(struct members *members, struct part part)
{
    members->is_empty = false;
    if (part.members != NULL) {
        text_builder_add_cstring(&members->plain, part.members);
        return;
    }
    if (members->others.len > 0) {
        text_builder_add(&members->others, "|", 1);
    }
    text_builder_add_cstring(&members->others, part.pattern);
    members->others_count++;
}

/* Blanks and comments, where they mean nothing. */
static bool
skip_blank(struct walk *w)
{
    int c = walk_peek(w, 0);
    if (!w->is_extended || c <= 0 || strchr(" \t\n\v\f\r#", c) == NULL) {
        return false;
    }
    while (c == '#' && walk_peek(w, 0) >= 0 && walk_peek(w, 0) != '\n') {
        w->at++;
    }
    w->at++;
    return true;
}

/* \Q...\E, the Q at the cursor: its text. */
static Value
take_quoted(struct walk *w)
{
    size_t from = w->at + 1;
    const char *end =
        from < w->len ? memmem(w->bytes + from, w->len - from, "\\E", 2) : NULL;
    size_t len = end == NULL ? w->len - from : (size_t)(end - w->bytes) - from;
    w->at = from + len + (end == NULL ? 0 : 2);
    return text_make(w->bytes + from, len);
}

static void
add_quoted(struct text_builder *out, Value text)
{
    for (uint32_t i = 0; i < text_len(text); i++) {
        walk_add_literal(out, text_char_at(text, i));
    }
}

/* A character inside of brackets, plain or escaped; false for a class, which
 * is added to the members. */
static bool
take_class_char(struct walk *w, struct members *members, uint32_t *codepoint)
{
    if (walk_peek(w, 0) != '\\') {
        w->at += text_decode(w->bytes + w->at, w->len - w->at, codepoint);
        return true;
    }
    size_t start = w->at++;
    struct part part;
    if (walk_peek(w, 0) == 'Q') {
        Value quoted = take_quoted(w);
        members->is_empty = members->is_empty && text_len(quoted) == 0;
        add_quoted(&members->plain, quoted);
        return false;
    }
    if (walk_escaped_class(w, &part)) {
        add_part(members, part);
        return false;
    }
    if (!walk_escaped_char(w, codepoint)) {
        size_t len = w->at < w->len ? w->at + walk_char_len(w) - start : 1;
        walk_fail_quoting(w, start, len, "means nothing inside of [...]");
    }
    return true;
}

/* One character or a range a-z. */
static void
take_range(struct walk *w, struct members *members)
{
    size_t start = w->at;
    uint32_t from;
    uint32_t to;
    if (!take_class_char(w, members, &from)) {
        return;
    }
    members->is_empty = false;
    walk_add_literal(&members->plain, from);
    bool is_range = walk_peek(w, 0) == '-' && walk_peek(w, 1) >= 0 &&
                    walk_peek(w, 1) != ']' && walk_peek(w, 1) != '[' &&
                    !(walk_peek(w, 1) == '&' && walk_peek(w, 2) == '&');
    if (!is_range) {
        return;
    }
    w->at++;
    if (!take_class_char(w, members, &to) || to < from) {
        walk_fail_quoting(w, start, w->at - start, "is no range of characters");
    }
    text_builder_add(&members->plain, "-", 1);
    walk_add_literal(&members->plain, to);
}

/* What a union means, as a part. */
static struct part
union_part(const struct members *members)
{
    const char *plain = text_bytes(text_builder_string(&members->plain));
    const char *others = text_bytes(text_builder_string(&members->others));
    if (members->others.len == 0) {
        return (struct part){plain, NULL};
    }
    if (members->plain.len == 0 && members->others_count == 1) {
        return (struct part){NULL, others};
    }
    Value pattern = members->plain.len == 0
                        ? text_format("(?:%s)", others)
                        : text_format("(?:[%s]|%s)", plain, others);
    return (struct part){NULL, text_bytes(pattern)};
}

/* As a pattern that matches one character. */
static const char *
part_pattern(struct part part)
{
    return part.pattern != NULL ? part.pattern
                                : text_bytes(text_format("[%s]", part.members));
}

/* The characters that are in both. */
static struct part
intersection(struct part a, struct part b)
{
    Value pattern =
        text_format("(?:(?=%s)%s)", part_pattern(a), part_pattern(b));
    return (struct part){NULL, text_bytes(pattern)};
}

static struct part
complement(struct part part)
{
    Value pattern = part.pattern != NULL
                        ? text_format("(?:(?!%s)(?s:.))", part.pattern)
                        : text_format("[^%s]", part.members);
    return (struct part){NULL, text_bytes(pattern)};
}

static struct part take_class(struct walk *w, uint32_t depth);

/* A member of the union at the cursor, which may be a class in a class. */
static void
take_member(struct walk *w, struct members *members, uint32_t depth)
{
    if (skip_blank(w)) {
        return;
    }
    if (walk_peek(w, 0) != '[') {
        take_range(w, members);
        return;
    }
    if (walk_peek(w, 1) == ':') {
        walk_fail(w, w->at, "Write \\p{Alpha}, \\p{Punct} and so on.",
                  "[: is not known inside of [...]");
    }
    add_part(members, take_class(w, depth + 1));
}

/* [...], its bracket at the cursor. An intersection binds less than a union,
 * and ^ less than both. */
static struct part
take_class(struct walk *w, uint32_t depth)
{
    size_t start = w->at++;
    if (depth > CLASS_DEPTH_MAX) {
        walk_fail(w, start, NULL, "classes are nested too deeply");
    }
    bool is_not = walk_peek(w, 0) == '^';
    w->at += is_not;
    struct part all = {NULL, NULL};
    bool has_all = false;
    struct members members;
    members_init(&members);
    for (;;) {
        int c = walk_peek(w, 0);
        if (c < 0) {
            walk_fail(w, start, "Add the closing ].", "[ is never closed");
        }
        bool is_and = c == '&' && walk_peek(w, 1) == '&';
        // A ] that is first means itself.
        bool is_end = c == ']' && (!members.is_empty || has_all);
        if ((is_and || is_end) && !members.is_empty) {
            struct part part = union_part(&members);
            all = has_all ? intersection(all, part) : part;
            has_all = true;
            members_init(&members);
        }
        if (is_end) {
            w->at++;
            return is_not ? complement(all) : all;
        }
        if (is_and) {
            w->at += 2;
            continue;
        }
        take_member(w, &members, depth);
    }
}

/* --- Outside of brackets ------------------------------------------------------ */

/* \1 to \9, and more digits as long as so many groups are there. */
static void
take_back_reference(struct walk *w)
{
    uint32_t number = (uint32_t)(walk_peek(w, 0) - '0');
    w->at++;
    while (walk_is_digit(walk_peek(w, 0)) &&
           number * 10 + (uint32_t)(walk_peek(w, 0) - '0') <= w->groups) {
        number = number * 10 + (uint32_t)(walk_peek(w, 0) - '0');
        w->at++;
    }
    text_builder_add_text(&w->out, text_format("\\g{%u}", number));
}

/* Copies what means the same to PCRE2. */
static void
copy(struct walk *w, size_t len)
{
    assert(w->at + len <= w->len);
    text_builder_add(&w->out, w->bytes + w->at, len);
    w->at += len;
}

/* \k<name> */
static void
take_named_reference(struct walk *w)
{
    const char *close = memchr(w->bytes + w->at, '>', w->len - w->at);
    if (walk_peek(w, 1) != '<' || close == NULL) {
        walk_fail(w, w->at - 1, "Write \\k<name>.",
                  "\\k needs the name of a group");
    }
    text_builder_add(&w->out, "\\", 1);
    copy(w, (size_t)(close + 1 - w->bytes) - w->at);
}

/* A backslash outside of brackets. */
static void
take_escape(struct walk *w)
{
    size_t start = w->at++;
    int c = walk_peek(w, 0);
    struct part part;
    uint32_t codepoint;
    if (c == 'Q') {
        add_quoted(&w->out, take_quoted(w));
    } else if (c >= '1' && c <= '9') {
        take_back_reference(w);
    } else if (c == 'k') {
        take_named_reference(w);
    } else if (c == 'b' && walk_peek(w, 1) == '{') {
        walk_fail(w, start, NULL, "\\b{...} is not known: use \\b or \\X");
    } else if (c > 0 && strchr("bBAGZzRX", c) != NULL) {
        text_builder_add(&w->out, "\\", 1);
        copy(w, 1);
    } else if (walk_escaped_class(w, &part)) {
        // One escape is a class; more of them need brackets.
        bool is_bare = part.members != NULL && part.members[0] == '\\' &&
                       strchr(part.members + 1, '\\') == NULL &&
                       strchr(part.members, '-') == NULL;
        text_builder_add_cstring(&w->out,
                                 is_bare ? part.members : part_pattern(part));
    } else if (walk_escaped_char(w, &codepoint)) {
        walk_add_literal(&w->out, codepoint);
    } else if (c < 0) {
        walk_fail(w, start, "Write \\\\ for the character itself.",
                  "a \\ at the end protects nothing");
    } else {
        walk_fail_quoting(w, start, 2, "means nothing");
    }
}

/* Flags behind "(?", such as i-s; *is_on tells whether they come before a -.
 * PCRE2 has i, m and s as they are. */
static void
take_flag(struct walk *w, struct text_builder *flags, bool is_on)
{
    int c = walk_peek(w, 0);
    bool is_first = w->at == 2 && w->options.len == 0;
    switch (c) {
    case 'i':
    case 'm':
    case 's':
        text_builder_add(flags, w->bytes + w->at, 1);
        break;
    case 'x':
        w->is_extended = is_on;
        break;
    case 'u': // Letters of all scripts have their cases anyway.
        break;
    case 'd':
    case 'U':
        if (!is_on || !(is_first || w->out.len == 0)) {
            walk_fail(w, w->at, "Put it in front of the whole expression.",
                      "this flag cannot change in the middle");
        }
        text_builder_add_cstring(&w->options, c == 'd' ? "(*LF)" : "(*UCP)");
        break;
    default:
        walk_fail(w, w->at, "Known are i, m, s, x, u, d and U.",
                  "this is no flag, and no group that Java has");
    }
    w->at++;
}

static void
open_group(struct walk *w, size_t at, bool outer_is_extended)
{
    struct open_group group = {at, outer_is_extended};
    text_builder_add(&w->open, (const char *)&group, sizeof(group));
}

/* The group that was opened last; false if none is open. */
static bool
innermost_group(const struct walk *w, struct open_group *group)
{
    if (w->open.len == 0) {
        return false;
    }
    assert(w->open.len >= sizeof(*group));
    memcpy(group, w->open.bytes + w->open.len - sizeof(*group), sizeof(*group));
    return true;
}

static void
close_group(struct walk *w)
{
    struct open_group group;
    if (innermost_group(w, &group)) {
        w->is_extended = group.outer_is_extended;
        w->open.len -= sizeof(group);
    }
}

static const char never_closed[] = "( is never closed";

/* (?i), (?s-i) or (?i:...), behind its "(?". */
static void
take_flags(struct walk *w)
{
    size_t start = w->at - 2;
    struct text_builder flags;
    bool was_extended = w->is_extended;
    bool is_on = true;
    text_builder_init(&flags);
    while (walk_peek(w, 0) != ')' && walk_peek(w, 0) != ':') {
        if (walk_peek(w, 0) < 0) {
            walk_fail(w, start, "Add the closing ).", never_closed);
        }
        if (walk_peek(w, 0) == '-' && is_on) {
            is_on = false;
            text_builder_add(&flags, "-", 1);
            w->at++;
            continue;
        }
        take_flag(w, &flags, is_on);
    }
    bool is_group = walk_peek(w, 0) == ':';
    w->at++;
    if (is_group) { // They end with the group.
        open_group(w, start, was_extended);
    }
    bool says_nothing =
        flags.len == 0 || (flags.len == 1 && flags.bytes[0] == '-');
    if (!is_group && says_nothing) {
        return;
    }
    text_builder_add_cstring(&w->out, "(?");
    if (!says_nothing) {
        text_builder_add(&w->out, flags.bytes, flags.len);
    }
    text_builder_add_cstring(&w->out, is_group ? ":" : ")");
}

/* True if what follows begins with this text. */
static bool
looks_at(const struct walk *w, const char *text)
{
    size_t len = strlen(text);
    return w->len - w->at >= len && memcmp(w->bytes + w->at, text, len) == 0;
}

/* A bracket that opens a group, or flags. */
static void
take_group(struct walk *w)
{
    static const char *const openers[] = {"(?:",  "(?=",  "(?!",
                                          "(?<=", "(?<!", "(?>"};
    size_t len = 1;
    if (looks_at(w, "(*")) {
        walk_fail(w, w->at + 1, "Write \\* for the character itself.",
                  "there is nothing that * could repeat");
    }
    for (size_t i = 0; i < sizeof(openers) / sizeof(openers[0]); i++) {
        len = looks_at(w, openers[i]) ? strlen(openers[i]) : len;
    }
    bool is_named =
        len == 1 && looks_at(w, "(?<") && walk_is_letter(walk_peek(w, 3));
    if (len == 1 && looks_at(w, "(?") && !is_named) {
        w->at += 2;
        take_flags(w);
        return;
    }
    w->groups += len == 1;
    open_group(w, w->at, w->is_extended);
    copy(w, is_named ? 3 : len);
}

/* {n}, {n,} or {n,m}; Java takes no other { for itself. */
static void
take_repeat(struct walk *w)
{
    size_t start = w->at;
    size_t at = start + 1;
    size_t digits = at;
    while (at < w->len && walk_is_digit((unsigned char)w->bytes[at])) {
        at++;
    }
    bool is_known = at > digits;
    if (at < w->len && w->bytes[at] == ',') {
        at++;
        while (at < w->len && walk_is_digit((unsigned char)w->bytes[at])) {
            at++;
        }
    }
    if (!is_known || at >= w->len || w->bytes[at] != '}') {
        walk_fail(w, start, "Write \\\\{ for the character itself.",
                  "{ must be followed by how often to repeat");
    }
    copy(w, at + 1 - start);
}

/* What starts at the cursor. */
static void
take(struct walk *w)
{
    int c = walk_peek(w, 0);
    switch (c) {
    case '\\':
        take_escape(w);
        break;
    case '[':
        text_builder_add_cstring(&w->out, part_pattern(take_class(w, 0)));
        break;
    case '(':
        take_group(w);
        break;
    case ')':
        close_group(w);
        copy(w, 1);
        break;
    case '{':
        take_repeat(w);
        break;
    default:
        copy(w, walk_char_len(w));
    }
}

struct regex_java
regex_java_translate(Value source)
{
    struct walk w = {.bytes = text_bytes(source), .len = text_byte_len(source)};
    text_builder_init(&w.out);
    text_builder_init(&w.open);
    text_builder_init(&w.options);
    text_builder_init(&w.places);
    struct regex_java java = {.pattern = source, .places = w.places};
    if (strpbrk(w.bytes, "\\[({") == NULL && strlen(w.bytes) == w.len) {
        return java; // Nothing in it could mean something else.
    }
    while (w.at < w.len) {
        if (skip_blank(&w)) {
            continue;
        }
        struct regex_place place = {(uint32_t)w.out.len, (uint32_t)w.at};
        text_builder_add(&w.places, (const char *)&place, sizeof(place));
        take(&w);
    }
    struct open_group unclosed;
    if (innermost_group(&w, &unclosed)) {
        walk_fail(&w, unclosed.at, "Add the closing ).", never_closed);
    }
    struct regex_place end = {(uint32_t)w.out.len, (uint32_t)w.len};
    text_builder_add(&w.places, (const char *)&end, sizeof(end));
    java.options = w.options.len;
    text_builder_add(&w.options, w.out.bytes, w.out.len);
    java.pattern = text_builder_string(&w.options);
    java.places = w.places;
    return java;
}

uint32_t
regex_java_offset(const struct regex_java *java, size_t offset)
{
    struct regex_place place = {0, 0};
    offset -= offset < java->options ? offset : java->options;
    uint32_t from = (uint32_t)offset;
    for (size_t i = 0; i + sizeof(place) <= java->places.len;
         i += sizeof(place)) {
        memcpy(&place, java->places.bytes + i, sizeof(place));
        if (place.to > offset) {
            break;
        }
        from = place.from;
    }
    return from;
}
