/* SPDX-License-Identifier: MIT */
/* See json.h. */
#include "runtime/json.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* How long a character is that begins with this byte; 0: none does. */
static size_t
utf8_need(unsigned char first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xc2 || first > 0xf4) {
        return 0;
    }
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Length of the UTF-8 character at the front, or 0 if there is none: no
 * overlong forms, no surrogates, nothing above U+10FFFF. */
static size_t
utf8_len(const unsigned char *s, size_t len)
{
    assert(len > 0);
    size_t need = utf8_need(s[0]);
    if (need > len) {
        return 0;
    }
    for (size_t i = 1; i < need; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    bool bad = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
               (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f);
    return bad ? 0 : need;
}

bool
json_is_utf8(const char *bytes, size_t len)
{
    const unsigned char *s = (const unsigned char *)bytes;
    for (size_t at = 0; at < len;) {
        size_t n = utf8_len(s + at, len - at);
        if (n == 0) {
            return false;
        }
        at += n;
    }
    return true;
}

/* One byte below 0x20, or a quote, backslash or DEL. */
static void
add_escape(struct buffer *out, unsigned char c)
{
    static const char letters[] = "\"\\\b\f\n\r\t";
    static const char names[] = "\"\\bfnrt";
    const char *at = c == 0 ? NULL : strchr(letters, c);
    if (at != NULL) {
        buffer_add_char(out, '\\');
        buffer_add_char(out, names[at - letters]);
    } else {
        buffer_add_format(out, "\\u%04x", c);
    }
}

void
json_string(struct buffer *out, const char *bytes, size_t len)
{
    const unsigned char *s = (const unsigned char *)bytes;
    buffer_add_char(out, '"');
    size_t at = 0;
    while (at < len) {
        size_t run = at;
        size_t n = 1;
        while (run < len && s[run] >= 0x20 && s[run] != '"' && s[run] != '\\' &&
               s[run] != 0x7f && (n = utf8_len(s + run, len - run)) != 0) {
            run += n;
        }
        buffer_add(out, bytes + at, run - at);
        at = run;
        if (at < len && s[at] < 0x80) {
            add_escape(out, s[at++]);
        } else if (at < len) {
            buffer_add_str(out, "\xef\xbf\xbd");
            at++;
        }
    }
    buffer_add_char(out, '"');
}

/* RFC 4648, with padding. */
static void
add_base64(struct buffer *out, const char *bytes, size_t len)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *s = (const unsigned char *)bytes;
    for (size_t at = 0; at < len; at += 3) {
        size_t n = len - at < 3 ? len - at : 3;
        uint32_t group = (uint32_t)s[at] << 16;
        group |= n > 1 ? (uint32_t)s[at + 1] << 8 : 0;
        group |= n > 2 ? s[at + 2] : 0;
        for (size_t i = 0; i < 4; i++) {
            uint32_t at_digit = (group >> (18 - 6 * i)) & 63;
            buffer_add(out, i <= n ? &digits[at_digit] : "=", 1);
        }
    }
}

void
json_name(struct buffer *out, const char *name)
{
    bool is_first = out->len == 0 || out->bytes[out->len - 1] == '{' ||
                    out->bytes[out->len - 1] == '[';
    if (!is_first) {
        buffer_add_char(out, ',');
    }
    json_string(out, name, strlen(name));
    buffer_add_char(out, ':');
}

void
json_field_int(struct buffer *out, const char *name, int64_t number)
{
    json_name(out, name);
    buffer_add_format(out, "%" PRId64, number);
}

void
json_field_bool(struct buffer *out, const char *name, bool truth)
{
    json_name(out, name);
    buffer_add_str(out, truth ? "true" : "false");
}

void
json_field_bytes(struct buffer *out, const char *name, const char *bytes,
                 size_t len)
{
    json_name(out, name);
    json_string(out, bytes, len);
    if (json_is_utf8(bytes, len)) {
        return;
    }
    buffer_add_format(out, ",\"%s_b64\":\"", name);
    add_base64(out, bytes, len);
    buffer_add_char(out, '"');
}

void
json_field_text(struct buffer *out, const char *name, const char *text)
{
    if (text != NULL) {
        json_field_bytes(out, name, text, strlen(text));
    }
}

void
json_field_list(struct buffer *out, const char *name, const struct slice *items,
                uint32_t count)
{
    bool is_utf8 = true;
    json_name(out, name);
    buffer_add_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        buffer_add_str(out, i == 0 ? "" : ",");
        json_string(out, items[i].bytes, items[i].len);
        is_utf8 = is_utf8 && json_is_utf8(items[i].bytes, items[i].len);
    }
    buffer_add_char(out, ']');
    if (is_utf8) {
        return;
    }
    buffer_add_format(out, ",\"%s_b64\":[", name);
    for (uint32_t i = 0; i < count; i++) {
        buffer_add_str(out, i == 0 ? "\"" : ",\"");
        add_base64(out, items[i].bytes, items[i].len);
        buffer_add_char(out, '"');
    }
    buffer_add_char(out, ']');
}

void
json_field_reasons(struct buffer *out, const char *name,
                   const struct exec_reason *reasons, uint32_t count)
{
    assert(reasons != NULL || count == 0);
    json_name(out, name);
    buffer_add_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        buffer_add_str(out, i == 0 ? "{" : ",{");
        json_field_text(out, "code", reasons[i].code);
        json_field_text(out, "subject", reasons[i].subject);
        json_field_text(out, "before", reasons[i].before);
        json_field_text(out, "after", reasons[i].after);
        if (reasons[i].discovered) {
            json_field_bool(out, "discovered", true);
        }
        buffer_add_char(out, '}');
    }
    buffer_add_char(out, ']');
}
