/* SPDX-License-Identifier: MIT */
/*
 * The cursor. Text is validated once, at the start, so that everything after
 * may trust it: a byte that continues a character does not count as a column.
 *
 * Line and column are kept up while reading and not found afterwards, so an
 * error costs nothing to place. A comma is white space. Errors here remember
 * whether the text was cut off: an editor asks then for more lines instead of
 * complaining.
 */
#include "interp/read/scan.h"

#include "interp/data/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const invalid_utf8_help =
    "Save the file as UTF-8, or write the character as \\uXXXX.";

/* Reports the first byte that is not UTF-8. */
static _Noreturn void
fail_invalid(struct scan *scan)
{
    uint32_t step = 0;
    while (scan->pos < scan->len) {
        const char *at = scan->bytes + scan->pos;
        uint32_t codepoint;
        step = text_decode(at, scan->len - scan->pos, &codepoint);
        if (!text_is_valid(at, step)) {
            break;
        }
        scan_skip(scan, step);
    }
    assert(scan->pos < scan->len);
    scan_fail(scan, scan->at, invalid_utf8_help,
              "Byte %zu (0x%02x) is not UTF-8", scan->pos,
              (unsigned char)scan->bytes[scan->pos]);
}

void
scan_init(struct scan *scan, const char *bytes, size_t len, Value file)
{
    *scan =
        (struct scan){.bytes = bytes, .len = len, .at = {1, 1}, .file = file};
    if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        scan->pos = 3;
    }
}

void
scan_check(struct scan *scan)
{
    if (scan->is_checked) {
        return;
    }
    if (scan->len >= UINT32_MAX) {
        scan_fail(scan, scan->at, NULL, "The text is longer than 4 GiB");
    }
    if (!text_is_valid(scan->bytes, scan->len)) {
        fail_invalid(scan);
    }
    scan->is_checked = true;
}

int
scan_peek(const struct scan *scan, size_t ahead)
{
    assert(scan->pos <= scan->len);
    if (ahead >= scan->len - scan->pos) {
        return -1;
    }
    return (unsigned char)scan->bytes[scan->pos + ahead];
}

void
scan_skip(struct scan *scan, size_t count)
{
    assert(count <= scan->len - scan->pos);
    for (size_t i = 0; i < count; i++) {
        unsigned char byte = (unsigned char)scan->bytes[scan->pos++];
        if (byte == '\n') {
            scan->at.line++;
            scan->at.column = 1;
        } else if ((byte & 0xc0) != 0x80) {
            scan->at.column++;
        }
    }
}

/* The high bit of each byte that is zero, and perhaps of some above one. */
static uint64_t
zero_bytes(uint64_t word)
{
    return (word - UINT64_C(0x0101010101010101)) & ~word &
           UINT64_C(0x8080808080808080);
}

/* True if none of eight bytes ends a run of text in a string. */
static bool
is_plain_text(const char *bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word;
    memcpy(&word, bytes, sizeof(word));
    uint64_t control = (word - ones * ' ') & ~word;
    return (((control | word) & (ones * 0x80)) | zero_bytes(word ^ ones * '"') |
            zero_bytes(word ^ ones * '\\')) == 0;
}

void
scan_skip_text(struct scan *scan)
{
    size_t pos = scan->pos;
    assert(pos <= scan->len);
    while (scan->len - pos >= 8 && is_plain_text(scan->bytes + pos)) {
        pos += 8;
    }
    while (pos < scan->len) {
        unsigned char byte = (unsigned char)scan->bytes[pos];
        if (byte < ' ' || byte >= 0x80 || byte == '"' || byte == '\\') {
            break;
        }
        pos++;
    }
    scan->at.column += (uint32_t)(pos - scan->pos);
    scan->pos = pos;
}

/* Java's white space within ASCII, and the comma. */
static bool
is_blank(int byte)
{
    return byte == ' ' || byte == ',' || (byte >= '\t' && byte <= '\r') ||
           (byte >= 0x1c && byte <= 0x1f);
}

/* Length of a Unicode space at the cursor (no-break ones are not blank). */
static size_t
wide_blank_len(const struct scan *scan)
{
    static const char spaces[][4] = {
        "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
        "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84",
        "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x88",
        "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
        "\xe2\x80\xa9", "\xe2\x81\x9f", "\xe3\x80\x80",
        "\xef\xbb\xbf"}; // a mark of byte order, left over by an editor
    if (scan->len - scan->pos < 3) {
        return 0;
    }
    for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
        if (memcmp(scan->bytes + scan->pos, spaces[i], 3) == 0) {
            return 3;
        }
    }
    return 0;
}

void
scan_space(struct scan *scan)
{
    int byte = scan_peek(scan, 0);
    if (is_blank(byte)) {
        scan_skip(scan, 1);
    } else if (byte >= 0xe1 && wide_blank_len(scan) != 0) {
        scan_skip(scan, 3);
    }
}

void
scan_blank(struct scan *scan)
{
    for (;;) {
        while (scan->pos < scan->len && scan->bytes[scan->pos] == ' ') {
            scan->pos++;
            scan->at.column++;
        }
        int byte = scan_peek(scan, 0);
        if (is_blank(byte)) {
            scan_skip(scan, 1);
        } else if (byte == ';' || (byte == '#' && scan_peek(scan, 1) == '!')) {
            const char *start = scan->bytes + scan->pos;
            const char *end = memchr(start, '\n', scan->len - scan->pos);
            scan_skip(scan, end == NULL ? scan->len - scan->pos
                                        : (size_t)(end - start));
        } else if (byte >= 0xe1 && wide_blank_len(scan) != 0) {
            scan_skip(scan, 3);
        } else {
            return;
        }
    }
}

/* # and ' and % may stand inside of a name: a' and x#. */
static bool
ends_token(int byte)
{
    return byte < 0 || is_blank(byte) ||
           (byte != 0 && strchr("\";@^`~()[]{}\\", byte) != NULL);
}

#define BIT(c) (UINT64_C(1) << ((c)&63))

/* Bytes of names, as almost all are made of: ASCII that ends no token. */
static bool
is_name_byte(unsigned char byte)
{
    const uint64_t low =
        ~(BIT(' ' + 1) - 1) &
        ~(BIT('"') | BIT('(') | BIT(')') | BIT(',') | BIT(';'));
    const uint64_t high =
        ~(BIT('@') | BIT('[') | BIT('\\') | BIT(']') | BIT('^') | BIT('`') |
          BIT('{') | BIT('}') | BIT('~'));
    return byte < 0x80 && ((byte < 64 ? low : high) & BIT(byte)) != 0;
}

struct scan_token
scan_take_token(struct scan *scan)
{
    size_t start = scan->pos;
    while (scan->pos < scan->len &&
           is_name_byte((unsigned char)scan->bytes[scan->pos])) {
        scan->pos++;
        scan->at.column++;
    }
    while (!ends_token(scan_peek(scan, 0)) &&
           !(scan_peek(scan, 0) >= 0xe1 && wide_blank_len(scan) != 0)) {
        scan_skip(scan, 1);
    }
    return (struct scan_token){scan->bytes + start, scan->pos - start};
}

/* True when `token` can stand before or after the slash of a name. */
static bool
is_name_part(struct scan_token token)
{
    if (token.len == 0 || (token.bytes[0] >= '0' && token.bytes[0] <= '9')) {
        return false;
    }
    return token.bytes[token.len - 1] != ':';
}

bool
scan_split_name(struct scan_token token, struct scan_token *ns,
                struct scan_token *name)
{
    *ns = (struct scan_token){token.bytes, 0};
    *name = token;
    if (token.len == 0 || memmem(token.bytes, token.len, "::", 2) != NULL) {
        return false;
    }
    if (token.len == 1 && token.bytes[0] == '/') {
        return true;
    }
    const char *slash = memchr(token.bytes, '/', token.len);
    if (slash == NULL) {
        return is_name_part(token);
    }
    ns->len = (size_t)(slash - token.bytes);
    *name = (struct scan_token){slash + 1, token.len - ns->len - 1};
    if (name->len > 1 && name->bytes[name->len - 1] == '/') {
        return false;
    }
    return is_name_part(*ns) && is_name_part(*name);
}

/* From `start` to the cursor, and one character at least. */
static struct error_place
span_from(const struct scan *scan, struct scan_mark start)
{
    assert(start.line > 0 && start.column > 0);
    struct error_place place = {.file = scan->file,
                                .line = start.line,
                                .column = start.column,
                                .end_line = scan->at.line,
                                .end_column = scan->at.column};
    if (place.end_line == place.line && place.end_column <= place.column) {
        place.end_column = place.column + 1;
    }
    return place;
}

enum { MESSAGE_MAX = 512 };

/* Of a text without a name only the message can say where it is. */
__attribute__((format(printf, 3, 0))) static void
write_message(char message[MESSAGE_MAX], const struct error_place *place,
              const char *format, va_list args)
{
    int len = vsnprintf(message, MESSAGE_MAX, format, args);
    assert(len >= 0);
    bool at_start = place->line == 1 && place->column == 1;
    if (!text_is(place->file) && !at_start && len < MESSAGE_MAX) {
        snprintf(message + len, MESSAGE_MAX - (size_t)len,
                 ", at %u:%u of the text", place->line, place->column);
    }
}

void
scan_fail(struct scan *scan, struct scan_mark start, const char *help,
          const char *format, ...)
{
    char message[MESSAGE_MAX];
    struct error_place place = span_from(scan, start);
    va_list args;
    va_start(args, format);
    write_message(message, &place, format, args);
    va_end(args);
    scan->pos = scan->len;
    error_throw_at(&place, ERROR_SYNTAX, help, "%s", message);
}

void
scan_fail_two(struct scan *scan, const struct scan_mark starts[2],
              const char *help, const char *format, ...)
{
    char message[MESSAGE_MAX];
    struct error_place places[2] = {span_from(scan, starts[0]),
                                    {.file = scan->file,
                                     .line = starts[1].line,
                                     .column = starts[1].column}};
    va_list args;
    va_start(args, format);
    write_message(message, &places[0], format, args);
    va_end(args);
    scan->pos = scan->len;
    error_throw_two(places, ERROR_SYNTAX, help, "%s", message);
}

int
scan_shown_len(struct scan_token token)
{
    if (token.len <= 60) {
        return (int)token.len;
    }
    int len = 60;
    while (len > 0 && ((unsigned char)token.bytes[len] & 0xc0) == 0x80) {
        len--;
    }
    return len;
}

Value
scan_guard(struct scan *scan, struct scan_mark start, error_body body,
           void *arg)
{
    Value result;
    Value thrown;
    if (error_try(body, arg, &result, &thrown)) {
        return result;
    }
    if (!value_is_kind(thrown, KIND_ERROR) ||
        value_object(thrown)->flags == ERROR_LIMIT) {
        error_throw_value(thrown);
    }
    const struct error_object *error =
        (const struct error_object *)value_object(thrown);
    const char *help =
        value_is_nil(error->help) ? NULL : text_bytes(error->help);
    scan_fail(scan, start, help, "%s", text_bytes(error->message));
}
