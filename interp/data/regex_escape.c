/* SPDX-License-Identifier: MIT */
/* What a backslash and the letters behind it mean in an expression of Java's:
 * one character, or a class of them. */
#include "interp/data/regex_walk.h"

#include "interp/data/regex_java.h"

#include <string.h>

/* --- Errors ------------------------------------------------------------------ */

void
walk_fail(const struct walk *w, size_t at, const char *help, const char *what)
{
    Value before = text_make(w->bytes, at);
    error_throw_help(ERROR_SYNTAX, help,
                     "Bad regular expression at character %u: %s",
                     text_len(before) + 1, what);
}

void
walk_fail_quoting(const struct walk *w, size_t at, size_t len, const char *what)
{
    Value part = text_make(w->bytes + at, len);
    Value message = text_format("%s %s", text_bytes(part), what);
    walk_fail(w, at, NULL, text_bytes(message));
}

/* --- Characters -------------------------------------------------------------- */

int
walk_peek(const struct walk *w, size_t ahead)
{
    return w->at + ahead < w->len ? (unsigned char)w->bytes[w->at + ahead] : -1;
}

/* The worth of a hexadecimal digit, or -1. */
static int
hex_of(int c)
{
    return walk_is_digit(c)       ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

size_t
walk_char_len(const struct walk *w)
{
    uint32_t codepoint;
    return text_decode(w->bytes + w->at, w->len - w->at, &codepoint);
}

void
walk_add_literal(struct text_builder *out, uint32_t codepoint)
{
    if (walk_is_letter((int)codepoint) || walk_is_digit((int)codepoint) ||
        codepoint >= 0xa0) {
        text_builder_add_char(out, codepoint);
    } else if (codepoint < 0x20 || codepoint >= 0x7f) {
        Value escape = text_format("\\x{%x}", codepoint);
        text_builder_add_text(out, escape);
    } else {
        text_builder_add(out, "\\", 1);
        text_builder_add_char(out, codepoint);
    }
}

/* Up to `max` digits of a base; how many there were. */
static int
take_digits(struct walk *w, uint32_t base, int max, uint32_t *number)
{
    int count = 0;
    *number = 0;
    while (count < max) {
        int digit = hex_of(walk_peek(w, 0));
        if (digit < 0 || (uint32_t)digit >= base || *number > 0x10ffff) {
            break;
        }
        *number = *number * base + (uint32_t)digit;
        w->at++;
        count++;
    }
    return count;
}

/* \xhh \x{h...} \uhhhh \0nnn, of which the letter is at the cursor: the
 * character, halves of one joined. */
static uint32_t
take_code(struct walk *w)
{
    size_t start = w->at - 1;
    int letter = walk_peek(w, 0);
    uint32_t code;
    bool is_whole;
    w->at++;
    if (letter == '0') {
        bool is_short = walk_peek(w, 0) >= '4';
        is_whole = take_digits(w, 8, is_short ? 2 : 3, &code) > 0;
    } else if (letter == 'x' && walk_peek(w, 0) == '{') {
        w->at++;
        is_whole = take_digits(w, 16, 8, &code) > 0 && walk_peek(w, 0) == '}';
        w->at++;
    } else {
        int count = letter == 'x' ? 2 : 4;
        is_whole = take_digits(w, 16, count, &code) == count;
    }
    if (letter == 'u' && is_whole && code >= 0xd800 && code < 0xdc00 &&
        walk_peek(w, 0) == '\\' && walk_peek(w, 1) == 'u') {
        uint32_t low;
        w->at += 2;
        is_whole =
            take_digits(w, 16, 4, &low) == 4 && low >= 0xdc00 && low <= 0xdfff;
        code = is_whole ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
                        : code;
    }
    if (!is_whole || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
        size_t end = w->at < w->len ? w->at : w->len;
        walk_fail_quoting(w, start, end - start, "is no character");
    }
    return code;
}

bool
walk_escaped_char(struct walk *w, uint32_t *codepoint)
{
    static const char letters[] = "tnrfae";
    static const char codes[] = "\t\n\r\f\a\x1b";
    int c = walk_peek(w, 0);
    const char *found = c > 0 ? strchr(letters, c) : NULL;
    if (c == '0' || c == 'x' || c == 'u') {
        *codepoint = take_code(w);
        return true;
    }
    if (found != NULL) {
        *codepoint = (unsigned char)codes[found - letters];
    } else if (c == 'c' && walk_peek(w, 1) > 0 && walk_peek(w, 1) < 0x80) {
        *codepoint = (uint32_t)walk_peek(w, 1) ^ 64u;
        w->at++;
    } else if (walk_is_letter(c) || walk_is_digit(c) || c < 0) {
        return false;
    } else {
        w->at += text_decode(w->bytes + w->at, w->len - w->at, codepoint);
        return true;
    }
    w->at++;
    return true;
}

/* --- Classes by name --------------------------------------------------------- */

/* \pL, \p{Name} or \P{Name}, the p at the cursor. */
static struct part
take_property(struct walk *w)
{
    size_t start = w->at - 1;
    bool is_not = walk_peek(w, 0) == 'P';
    size_t name = w->at + 1;
    size_t len = 1;
    if (walk_peek(w, 1) == '{') {
        name++;
        const char *close =
            name < w->len ? memchr(w->bytes + name, '}', w->len - name) : NULL;
        if (close == NULL) {
            walk_fail(w, start, "Add the closing }.", "\\p{ is never closed");
        }
        len = (size_t)(close - w->bytes) - name;
        w->at = name + len + 1;
    } else {
        w->at = name + 1;
    }
    if (name + len > w->len) {
        walk_fail(w, start, NULL, "\\p needs the name of a class");
    }
    if (len > 1 && w->bytes[name] == '^') {
        is_not = !is_not;
        name++;
        len--;
    }
    struct regex_class class = regex_class_named(w->bytes + name, len);
    if (class.members == NULL) {
        walk_fail_quoting(w, start, w->at - start, "is no class of characters");
    }
    if (!is_not) {
        return (struct part){class.members, NULL};
    }
    if (class.others != NULL) {
        return (struct part){class.others, NULL};
    }
    return (struct part){NULL, text_bytes(text_format("[^%s]", class.members))};
}

/* A class that is one letter: \d \W \h and so on, the letter at the cursor. */
static bool
take_letter_class(struct walk *w, struct part *part)
{
    static const char letters[] = "dDsSwWhHvV";
    static const char *const classes[] = {"\\d", "\\D", "\\s", "\\S", "\\w",
                                          "\\W", "\\h", "\\H", "\\v", "\\V"};
    int c = walk_peek(w, 0);
    const char *found = c > 0 ? strchr(letters, c) : NULL;
    if (found == NULL) {
        return false;
    }
    *part = (struct part){classes[found - letters], NULL};
    w->at++;
    return true;
}

bool
walk_escaped_class(struct walk *w, struct part *part)
{
    if (walk_peek(w, 0) == 'p' || walk_peek(w, 0) == 'P') {
        *part = take_property(w);
        return true;
    }
    return take_letter_class(w, part);
}
