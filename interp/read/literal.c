/* SPDX-License-Identifier: MIT */
/*
 * Literals of one token: strings, characters and numbers, as Clojure writes
 * them. Strings without an escape are taken as they stand; others are decoded
 * into a buffer that is never longer than the source.
 *
 * A token ends at white space, a bracket or a quote; then all of it has to
 * make sense. So 1a is an error at its beginning and not a number with a
 * symbol behind it, and an unknown escape is told with the place of its
 * backslash. Surrogates are joined where two \u stand side by side; one alone
 * is an error, as no string could hold it.
 */
#include "interp/read/scan.h"

#include "interp/data/alloc.h"
#include "interp/data/number.h"
#include "interp/data/text.h"

#include <assert.h>
#include <string.h>

/* The worth of a digit in any base up to 36; 99 for what is none. */
static int
digit_of(int byte)
{
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    if (byte >= 'a' && byte <= 'z') {
        return byte - 'a' + 10;
    }
    if (byte >= 'A' && byte <= 'Z') {
        return byte - 'A' + 10;
    }
    return 99;
}

/* --- Strings ------------------------------------------------------------ */

/* Moves over the text of a string or regex to its closing quote; true when a
 * backslash was met. */
static bool
skip_quoted(struct scan *scan, struct scan_mark start, const char *what)
{
    bool has_escape = false;
    for (;;) {
        scan_skip_text(scan);
        int byte = scan_peek(scan, 0);
        if (byte == '"') {
            return has_escape;
        }
        if (byte == '\\') {
            has_escape = true;
            scan_skip(scan, 1);
            byte = scan_peek(scan, 0);
        }
        if (byte < 0) {
            scan->is_cut = true;
            scan->at = start;
            scan_fail(scan, start, "Add the closing \".",
                      "The %s opened at %u:%u is never closed", what,
                      start.line, start.column);
        }
        scan_skip(scan, 1);
    }
}

/* Four hexadecimal digits at the cursor, or a failure. */
static uint32_t
take_hex4(struct scan *scan)
{
    struct scan_mark start = scan->at;
    uint32_t code = 0;
    for (int i = 0; i < 4; i++) {
        int digit = digit_of(scan_peek(scan, 0));
        if (digit >= 16) {
            scan_fail(scan, start, NULL, "\\u needs four hexadecimal digits");
        }
        code = code * 16 + (uint32_t)digit;
        scan_skip(scan, 1);
    }
    return code;
}

/* After \u: one code point; two escapes make one above U+FFFF. */
static uint32_t
take_unicode(struct scan *scan)
{
    struct scan_mark start = scan->at;
    uint32_t high = take_hex4(scan);
    if (high < 0xd800 || high > 0xdfff) {
        return high;
    }
    if (high < 0xdc00 && scan_peek(scan, 0) == '\\' &&
        scan_peek(scan, 1) == 'u') {
        scan_skip(scan, 2);
        uint32_t low = take_hex4(scan);
        if (low >= 0xdc00 && low <= 0xdfff) {
            return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    scan_fail(scan, start, NULL, "\\u%04x is half of a surrogate pair", high);
}

/* Up to three octal digits at the cursor. */
static uint32_t
take_octal(struct scan *scan)
{
    struct scan_mark start = scan->at;
    uint32_t code = 0;
    int count = 0;
    while (count < 3 && digit_of(scan_peek(scan, 0)) < 8) {
        code = code * 8 + (uint32_t)digit_of(scan_peek(scan, 0));
        scan_skip(scan, 1);
        count++;
    }
    if (count == 0 || code > 0377) {
        scan_fail(scan, start, NULL, "An octal escape is \\0 to \\377");
    }
    return code;
}

/* One escape, after its backslash. */
static uint32_t
take_escape(struct scan *scan)
{
    static const char names[] = "ntr\\\"bf";
    static const char codes[] = "\n\t\r\\\"\b\f";
    struct scan_mark start = scan->at;
    int byte = scan_peek(scan, 0);
    const char *found = byte > 0 ? strchr(names, byte) : NULL;
    if (found != NULL) {
        scan_skip(scan, 1);
        return (unsigned char)codes[found - names];
    }
    if (byte == 'u') {
        scan_skip(scan, 1);
        return take_unicode(scan);
    }
    if (byte == 'o') {
        scan_skip(scan, 1);
        return take_octal(scan);
    }
    if (byte >= '0' && byte <= '7') {
        return take_octal(scan);
    }
    scan_skip(scan, 1);
    while (((unsigned)scan_peek(scan, 0) & 0xc0u) == 0x80u) {
        scan_skip(scan, 1);
    }
    const char *end = scan->bytes + scan->pos;
    const char *from = end - 1;
    while (((unsigned char)*from & 0xc0) == 0x80) {
        from--;
    }
    scan_fail(scan, start,
              "Known are \\n \\t \\r \\b \\f \\\\ \\\" \\uXXXX and octal.",
              "Unknown escape \\%.*s in a string", (int)(end - from), from);
}

/* Decodes from the cursor to `end` (the closing quote). */
static Value
decode_string(struct scan *scan, size_t end)
{
    char *decoded = alloc_atomic(end - scan->pos + 4);
    size_t len = 0;
    while (scan->pos < end) {
        char byte = scan->bytes[scan->pos];
        scan_skip(scan, 1);
        if (byte != '\\') {
            decoded[len++] = byte;
        } else {
            len += text_encode(take_escape(scan), decoded + len);
        }
    }
    // An escape that went past the quote would have failed before.
    assert(scan->pos == end);
    return text_make(decoded, len);
}

Value
scan_take_string(struct scan *scan, struct scan_mark start)
{
    struct scan inside = *scan;
    bool has_escape = skip_quoted(scan, start, "string");
    Value string = has_escape ? decode_string(&inside, scan->pos)
                              : text_make(inside.bytes + inside.pos,
                                          scan->pos - inside.pos);
    scan_skip(scan, 1);
    return string;
}

Value
scan_take_regex_source(struct scan *scan, struct scan_mark start)
{
    size_t from = scan->pos;
    skip_quoted(scan, start, "regex");
    Value source = text_make(scan->bytes + from, scan->pos - from);
    scan_skip(scan, 1);
    return source;
}

/* --- Characters ---------------------------------------------------------- */

static const struct {
    const char *name;
    uint32_t codepoint;
} char_names[] = {{"newline", '\n'}, {"space", ' '},      {"tab", '\t'},
                  {"return", '\r'},  {"backspace", '\b'}, {"formfeed", '\f'}};

/* The number that `digits` writes in `base`, or UINT32_MAX. */
static uint32_t
code_of(const char *digits, size_t len, uint32_t base)
{
    uint32_t code = 0;
    for (size_t i = 0; i < len; i++) {
        uint32_t digit = (uint32_t)digit_of(digits[i]);
        if (digit >= base) {
            return UINT32_MAX;
        }
        code = code * base + digit;
    }
    return code;
}

/* The code point that a name of several characters stands for. */
static uint32_t
named_char(struct scan_token token)
{
    for (size_t i = 0; i < sizeof(char_names) / sizeof(char_names[0]); i++) {
        if (strlen(char_names[i].name) == token.len &&
            memcmp(char_names[i].name, token.bytes, token.len) == 0) {
            return char_names[i].codepoint;
        }
    }
    if (token.bytes[0] == 'u' && token.len == 5) {
        uint32_t code = code_of(token.bytes + 1, 4, 16);
        return code >= 0xd800 && code <= 0xdfff ? UINT32_MAX : code;
    }
    if (token.bytes[0] == 'o' && token.len >= 2 && token.len <= 4) {
        uint32_t code = code_of(token.bytes + 1, token.len - 1, 8);
        return code > 0377 ? UINT32_MAX : code;
    }
    return UINT32_MAX;
}

Value
scan_take_char(struct scan *scan)
{
    struct scan_mark start = scan->at;
    scan_skip(scan, 1);
    if (scan_peek(scan, 0) < 0) {
        scan_fail(scan, start, "A space is \\space.",
                  "A character is missing after \\");
    }
    /* The first character belongs to it whatever it is: \( and \; */
    size_t from = scan->pos;
    uint32_t codepoint;
    size_t first_len =
        text_decode(scan->bytes + from, scan->len - from, &codepoint);
    scan_skip(scan, first_len);
    scan_take_token(scan);
    struct scan_token token = {scan->bytes + from, scan->pos - from};
    if (token.len > first_len) {
        codepoint = named_char(token);
    }
    if (codepoint == UINT32_MAX) {
        scan_fail(scan, start,
                  "Known are \\a, \\newline, \\space, \\tab, \\return, "
                  "\\backspace, \\formfeed, \\uXXXX and \\oNNN.",
                  "Unknown character \\%.*s", scan_shown_len(token),
                  token.bytes);
    }
    return value_char(codepoint);
}

/* --- Numbers ------------------------------------------------------------- */

/* A short run of digits with an optional sign, the usual number; ABSENT for
 * all else. */
static Value
short_integer(struct scan_token token)
{
    size_t sign = token.bytes[0] == '-' || token.bytes[0] == '+' ? 1 : 0;
    bool is_octal = token.len > sign + 1 && token.bytes[sign] == '0';
    if (token.len > 18 || is_octal) {
        return VALUE_ABSENT;
    }
    int64_t number = 0;
    for (size_t i = sign; i < token.len; i++) {
        if (token.bytes[i] < '0' || token.bytes[i] > '9') {
            return VALUE_ABSENT;
        }
        number = number * 10 + (token.bytes[i] - '0');
    }
    return number_int(token.bytes[0] == '-' ? -number : number);
}

static Value
parse_token(void *arg)
{
    const struct scan_token *token = arg;
    return number_parse(token->bytes, token->len);
}

Value
scan_take_number(struct scan *scan)
{
    struct scan_mark start = scan->at;
    struct scan_token token = scan_take_token(scan);
    assert(token.len > 0);
    Value number = short_integer(token);
    if (value_is(number, VALUE_ABSENT)) {
        number = scan_guard(scan, start, parse_token, &token);
    }
    if (value_is(number, VALUE_ABSENT)) {
        scan_fail(scan, start, NULL, "Invalid number %.*s",
                  scan_shown_len(token), token.bytes);
    }
    return number;
}
