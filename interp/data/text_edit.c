/* SPDX-License-Identifier: MIT */
/*
 * Strings: searching, replacing, trimming, and the distance of names.
 *
 * Offsets are bytes here and always lie between characters, because both
 * strings are valid UTF-8: a match of bytes is a match of characters.
 * Searching is memmem, so linear as a rule. The distance of names serves "did
 * you mean" and is bounded: names too far apart are given up early.
 */
#include "interp/data/text.h"

#include "interp/data/alloc.h"

#include <assert.h>
#include <string.h>

int64_t
text_find(Value v, Value needle, uint32_t from_byte)
{
    assert(text_is(v) && text_is(needle));
    uint32_t len = text_byte_len(v);
    if (from_byte > len) {
        return -1;
    }
    const char *bytes = text_bytes(v);
    const char *found = memmem(bytes + from_byte, len - from_byte,
                               text_bytes(needle), text_byte_len(needle));
    return found == NULL ? -1 : found - bytes;
}

int64_t
text_find_last(Value v, Value needle, uint32_t from_byte)
{
    uint32_t len = text_byte_len(v);
    uint32_t needle_len = text_byte_len(needle);
    if (needle_len > len) {
        return -1;
    }
    int64_t at = len - needle_len;
    if (at > from_byte) {
        at = from_byte;
    }
    for (; at >= 0; at--) {
        if (memcmp(text_bytes(v) + at, text_bytes(needle), needle_len) == 0) {
            return at;
        }
    }
    return -1;
}

bool
text_starts_with(Value v, Value prefix)
{
    uint32_t len = text_byte_len(prefix);
    return len <= text_byte_len(v) &&
           memcmp(text_bytes(v), text_bytes(prefix), len) == 0;
}

bool
text_ends_with(Value v, Value suffix)
{
    uint32_t len = text_byte_len(suffix);
    uint32_t whole = text_byte_len(v);
    return len <= whole &&
           memcmp(text_bytes(v) + whole - len, text_bytes(suffix), len) == 0;
}

Value
text_reverse(Value v)
{
    assert(text_is(v));
    uint32_t len = text_byte_len(v);
    char *bytes = alloc_atomic((size_t)len + 1);
    for (uint32_t i = 0; i < len;) {
        uint32_t codepoint;
        uint32_t step = text_decode(text_bytes(v) + i, len - i, &codepoint);
        memcpy(bytes + len - i - step, text_bytes(v) + i, step);
        i += step;
    }
    return text_make(bytes, len);
}

/* `to` before every character and at the end. */
static Value
replace_nothing(Value v, Value to, bool all)
{
    uint32_t len = text_byte_len(v);
    struct text_builder builder;
    text_builder_init(&builder);
    text_builder_add_text(&builder, to);
    for (uint32_t i = 0; i < len;) {
        uint32_t codepoint;
        uint32_t step = text_decode(text_bytes(v) + i, len - i, &codepoint);
        text_builder_add(&builder, text_bytes(v) + i, step);
        if (all) {
            text_builder_add_text(&builder, to);
        }
        i += step;
    }
    return text_builder_string(&builder);
}

/* The string itself where nothing was found. */
static Value
replace(Value v, Value from, Value to, bool all)
{
    assert(text_is(v) && text_is(from) && text_is(to));
    uint32_t from_len = text_byte_len(from);
    if (from_len == 0) {
        return replace_nothing(v, to, all);
    }
    int64_t found = text_find(v, from, 0);
    if (found < 0) {
        return v;
    }
    struct text_builder builder;
    text_builder_init(&builder);
    uint32_t done = 0;
    while (found >= 0) {
        text_builder_add(&builder, text_bytes(v) + done, (size_t)found - done);
        text_builder_add_text(&builder, to);
        done = (uint32_t)found + from_len;
        found = all ? text_find(v, from, done) : -1;
    }
    text_builder_add(&builder, text_bytes(v) + done, text_byte_len(v) - done);
    return text_builder_string(&builder);
}

Value
text_replace(Value v, Value from, Value to)
{
    return replace(v, from, to, true);
}

Value
text_replace_first(Value v, Value from, Value to)
{
    return replace(v, from, to, false);
}

/* The start of the character that ends before `end`. */
static uint32_t
previous_char(const char *bytes, uint32_t end)
{
    assert(end > 0);
    end--;
    while (end > 0 && ((unsigned char)bytes[end] & 0xc0u) == 0x80) {
        end--;
    }
    return end;
}

Value
text_trim(Value v, bool left, bool right)
{
    assert(text_is(v));
    const char *bytes = text_bytes(v);
    uint32_t start = 0;
    uint32_t end = text_byte_len(v);
    uint32_t codepoint;
    while (left && start < end) {
        uint32_t step = text_decode(bytes + start, end - start, &codepoint);
        if (!text_is_space(codepoint)) {
            break;
        }
        start += step;
    }
    while (right && start < end) {
        uint32_t before = previous_char(bytes, end);
        text_decode(bytes + before, end - before, &codepoint);
        if (!text_is_space(codepoint)) {
            break;
        }
        end = before;
    }
    return text_slice(v, start, end);
}

bool
text_is_blank(Value v)
{
    uint32_t len = text_byte_len(v);
    for (uint32_t i = 0; i < len;) {
        uint32_t codepoint;
        i += text_decode(text_bytes(v) + i, len - i, &codepoint);
        if (!text_is_space(codepoint)) {
            return false;
        }
    }
    return true;
}

/* --- Distance of names ---------------------------------------------------- */

enum { NAME_MAX_BYTES = 64 };

static uint32_t
least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* One cell of the table of distances from the three rows around it. */
static uint32_t
distance_cell(uint32_t rows[3][NAME_MAX_BYTES + 1], size_t j, bool same,
              bool swapped)
{
    uint32_t cell = least(rows[1][j] + 1, rows[2][j - 1] + 1);
    cell = least(cell, rows[1][j - 1] + (same ? 0 : 1));
    if (swapped) {
        cell = least(cell, rows[0][j - 2] + 1);
    }
    return cell;
}

uint32_t
text_distance(const char *a, size_t a_len, const char *b, size_t b_len,
              uint32_t max)
{
    size_t gap = a_len > b_len ? a_len - b_len : b_len - a_len;
    if (gap > max || a_len > NAME_MAX_BYTES || b_len > NAME_MAX_BYTES) {
        return max + 1;
    }
    uint32_t rows[3][NAME_MAX_BYTES + 1] = {{0}};
    for (uint32_t j = 0; j <= b_len; j++) {
        rows[2][j] = j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        memmove(rows[0], rows[1], 2 * sizeof(rows[0]));
        uint32_t smallest = rows[2][0] = (uint32_t)i;
        for (size_t j = 1; j <= b_len; j++) {
            bool swapped =
                i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            rows[2][j] = distance_cell(rows, j, a[i - 1] == b[j - 1], swapped);
            smallest = least(smallest, rows[2][j]);
        }
        if (smallest > max) {
            return max + 1;
        }
    }
    return least(rows[2][b_len], max + 1);
}

uint32_t
text_distance_near(size_t len)
{
    if (len <= 2) {
        return 1;
    }
    return len <= 6 ? 2 : 3;
}
