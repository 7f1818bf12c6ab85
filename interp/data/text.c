/* SPDX-License-Identifier: MIT */
/*
 * Strings: making, indexing, case and width. Searching and rewriting are in
 * text_edit.c. A string object holds valid UTF-8 always: every way to make one
 * checks its bytes or takes them from another string.
 *
 * A string knows its length in characters and whether it is ASCII; then
 * characters and bytes have the same index. Others are walked from their
 * beginning, so an index into a long one is linear: what goes through a string
 * keeps byte offsets. Bytes end in a zero that does not count, for C
 * functions. Case is that of Unicode's simple mapping, but for the sharp s.
 */
#include "interp/data/text.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/hash.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { REPLACEMENT = 0xfffd };

/* --- Bytes and characters ---------------------------------------------- */

/* True inside of a character of more than one byte. */
static bool
is_continuation(char byte)
{
    return ((unsigned char)byte & 0xc0u) == 0x80;
}

/* Length that the first byte announces, 0 for none. */
static uint32_t
announced_len(unsigned char first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xc2) {
        return 0;
    }
    if (first < 0xe0) {
        return 2;
    }
    if (first < 0xf0) {
        return 3;
    }
    return first < 0xf5 ? 4 : 0;
}

/* False for overlong forms, surrogates and what is above U+10FFFF. */
static bool
second_is_valid(unsigned char first, unsigned char second)
{
    switch (first) {
    case 0xe0:
        return second >= 0xa0;
    case 0xed:
        return second < 0xa0;
    case 0xf0:
        return second >= 0x90;
    case 0xf4:
        return second < 0x90;
    default:
        return true;
    }
}

uint32_t
text_decode(const char *bytes, size_t len, uint32_t *codepoint)
{
    assert(len > 0);
    unsigned char first = (unsigned char)bytes[0];
    if (first < 0x80) {
        *codepoint = first;
        return 1;
    }
    uint32_t wanted = announced_len(first);
    *codepoint = REPLACEMENT;
    if (wanted == 0) {
        return 1;
    }
    uint32_t value = first & (0x7fu >> wanted);
    for (uint32_t i = 1; i < wanted; i++) {
        if (i >= len || !is_continuation(bytes[i]) ||
            (i == 1 && !second_is_valid(first, (unsigned char)bytes[1]))) {
            return i;
        }
        value = value << 6 | ((unsigned char)bytes[i] & 0x3fu);
    }
    *codepoint = value;
    return wanted;
}

uint32_t
text_encode(uint32_t codepoint, char bytes[4])
{
    if (codepoint < 0x80) {
        bytes[0] = (char)codepoint;
        return 1;
    }
    if (codepoint < 0x800) {
        bytes[0] = (char)(0xc0u | codepoint >> 6);
        bytes[1] = (char)(0x80u | (codepoint & 0x3fu));
        return 2;
    }
    bool surrogate = codepoint >= 0xd800 && codepoint < 0xe000;
    if (surrogate || codepoint > 0x10ffff) {
        codepoint = REPLACEMENT;
    }
    if (codepoint < 0x10000) {
        bytes[0] = (char)(0xe0u | codepoint >> 12);
        bytes[1] = (char)(0x80u | (codepoint >> 6 & 0x3fu));
        bytes[2] = (char)(0x80u | (codepoint & 0x3fu));
        return 3;
    }
    bytes[0] = (char)(0xf0u | codepoint >> 18);
    bytes[1] = (char)(0x80u | (codepoint >> 12 & 0x3fu));
    bytes[2] = (char)(0x80u | (codepoint >> 6 & 0x3fu));
    bytes[3] = (char)(0x80u | (codepoint & 0x3fu));
    return 4;
}

/* Bytes at the start that are ASCII; eight at a time. */
static size_t
ascii_prefix(const char *bytes, size_t len)
{
    size_t i = 0;
    for (; i + 8 <= len; i += 8) {
        uint64_t word;
        memcpy(&word, bytes + i, 8);
        if ((word & 0x8080808080808080u) != 0) {
            break;
        }
    }
    while (i < len && (unsigned char)bytes[i] < 0x80) {
        i++;
    }
    return i;
}

/* What a scan of bytes finds. */
struct scan {
    size_t char_len;
    size_t valid_len; /* bytes of it once invalid sequences are replaced */
    bool valid;
};

/* True if decode gave U+FFFD for something that is not U+FFFD. */
static bool
is_broken(const char *at, uint32_t step, uint32_t codepoint)
{
    return codepoint == REPLACEMENT &&
           !(step == 3 && memcmp(at, "\xef\xbf\xbd", 3) == 0);
}

/* Counts characters and looks for invalid sequences in one pass. */
static struct scan
scan_bytes(const char *bytes, size_t len)
{
    size_t i = ascii_prefix(bytes, len);
    struct scan scan = {.char_len = i, .valid_len = i, .valid = true};
    while (i < len) {
        uint32_t codepoint;
        uint32_t step = text_decode(bytes + i, len - i, &codepoint);
        bool broken = is_broken(bytes + i, step, codepoint);
        scan.valid = scan.valid && !broken;
        scan.valid_len += broken ? 3 : step;
        scan.char_len++;
        i += step;
    }
    return scan;
}

bool
text_is_valid(const char *bytes, size_t len)
{
    return scan_bytes(bytes, len).valid;
}

/* --- Making ------------------------------------------------------------- */

/* A string object whose bytes the caller fills in. */
static struct string_object *
make_object(size_t byte_len, size_t char_len)
{
    if (byte_len > INT32_MAX) {
        error_throw(ERROR_LIMIT, "This string is too long: %zu bytes",
                    byte_len);
    }
    struct string_object *object =
        alloc_atomic_object(KIND_STRING,
                            sizeof(struct string_object) + byte_len + 1);
    object->byte_len = (uint32_t)byte_len;
    object->char_len = (uint32_t)char_len;
    object->head.flags = byte_len == char_len ? TEXT_ASCII : 0;
    object->bytes[byte_len] = 0;
    return object;
}

/* Copies bytes with U+FFFD for each sequence that is not valid. */
static void
copy_replacing(char *to, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len;) {
        uint32_t codepoint;
        i += text_decode(bytes + i, len - i, &codepoint);
        to += text_encode(codepoint, to);
    }
}

Value
text_make(const char *bytes, size_t len)
{
    struct scan scan = scan_bytes(bytes, len);
    struct string_object *object = make_object(scan.valid_len, scan.char_len);
    if (!scan.valid) {
        copy_replacing(object->bytes, bytes, len);
    } else if (len > 0) {
        memcpy(object->bytes, bytes, len);
    }
    return value_from_object(object);
}

Value
text_reserve(size_t byte_len, size_t char_len, char **bytes)
{
    assert(char_len <= byte_len);
    struct string_object *object = make_object(byte_len, char_len);
    *bytes = object->bytes;
    return value_from_object(object);
}

uint32_t
text_int_digits(int64_t n, char digits[TEXT_INT_MAX])
{
    // Unsigned: the smallest number has no positive counterpart.
    uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    uint32_t at = TEXT_INT_MAX;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (n < 0) {
        digits[--at] = '-';
    }
    return TEXT_INT_MAX - at;
}

Value
text_from_cstring(const char *text)
{
    return text_make(text, strlen(text));
}

Value
text_from_char(uint32_t codepoint)
{
    char bytes[4];
    return text_make(bytes, text_encode(codepoint, bytes));
}

Value
text_format_list(const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    char small[256];
    int len = vsnprintf(small, sizeof(small), format, args);
    assert(len >= 0);
    Value text;
    if ((size_t)len < sizeof(small)) {
        text = text_make(small, (size_t)len);
    } else {
        char *large = alloc_atomic((size_t)len + 1);
        vsnprintf(large, (size_t)len + 1, format, again);
        text = text_make(large, (size_t)len);
    }
    va_end(again);
    return text;
}

Value
text_format(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Value text = text_format_list(format, args);
    va_end(args);
    return text;
}

Value
text_slice(Value v, uint32_t start_byte, uint32_t end_byte)
{
    const struct string_object *text = text_object(v);
    assert(start_byte <= end_byte && end_byte <= text->byte_len);
    if (start_byte == 0 && end_byte == text->byte_len) {
        return v;
    }
    if ((text->head.flags & TEXT_ASCII) == 0) {
        return text_make(text->bytes + start_byte, end_byte - start_byte);
    }
    uint32_t len = end_byte - start_byte;
    struct string_object *object = make_object(len, len);
    memcpy(object->bytes, text->bytes + start_byte, len);
    return value_from_object(object);
}

/* --- Comparing and indexing --------------------------------------------- */

bool
text_equal(Value a, Value b)
{
    assert(text_is(a) && text_is(b));
    const struct string_object *x = text_object(a);
    const struct string_object *y = text_object(b);
    return x == y || (x->byte_len == y->byte_len &&
                      memcmp(x->bytes, y->bytes, x->byte_len) == 0);
}

bool
text_equal_cstring(Value a, const char *b)
{
    size_t len = strlen(b);
    return text_byte_len(a) == len && memcmp(text_bytes(a), b, len) == 0;
}

int
text_compare(Value a, Value b)
{
    assert(text_is(a) && text_is(b));
    // UTF-8 keeps the order of code points.
    uint32_t a_len = text_byte_len(a);
    uint32_t b_len = text_byte_len(b);
    int order =
        memcmp(text_bytes(a), text_bytes(b), a_len < b_len ? a_len : b_len);
    if (order != 0) {
        return order < 0 ? -1 : 1;
    }
    return (a_len > b_len) - (a_len < b_len);
}

uint32_t
text_byte_offset(Value v, uint32_t index)
{
    const struct string_object *text = text_object(v);
    assert(index <= text->char_len);
    if ((text->head.flags & TEXT_ASCII) != 0) {
        return index;
    }
    uint32_t offset = 0;
    for (; index > 0; index--) {
        offset += announced_len((unsigned char)text->bytes[offset]);
    }
    return offset;
}

uint32_t
text_char_index(Value v, uint32_t byte_offset)
{
    const struct string_object *text = text_object(v);
    assert(byte_offset <= text->byte_len);
    if ((text->head.flags & TEXT_ASCII) != 0) {
        return byte_offset;
    }
    uint32_t index = 0;
    for (uint32_t i = 0; i < byte_offset; i++) {
        index += !is_continuation(text->bytes[i]);
    }
    return index;
}

uint32_t
text_char_at(Value v, uint32_t index)
{
    assert(index < text_len(v));
    uint32_t offset = text_byte_offset(v, index);
    uint32_t codepoint;
    text_decode(text_bytes(v) + offset, text_byte_len(v) - offset, &codepoint);
    return codepoint;
}

Value
text_sub(Value v, uint32_t start, uint32_t end)
{
    assert(text_is(v));
    assert(start <= end && end <= text_len(v));
    return text_slice(v, text_byte_offset(v, start), text_byte_offset(v, end));
}

/* --- What Unicode knows -------------------------------------------------- */

bool
text_is_space(uint32_t codepoint)
{
    if (codepoint < 0x80) {
        return codepoint == ' ' || (codepoint >= 9 && codepoint <= 13) ||
               (codepoint >= 0x1c && codepoint <= 0x1f);
    }
    // A space that must not be broken is a part of its word.
    if (codepoint == 0xa0 || codepoint == 0x2007 || codepoint == 0x202f) {
        return false;
    }
    switch (utf8proc_category((utf8proc_int32_t)codepoint)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return true;
    default:
        return false;
    }
}

static uint32_t
char_upper(uint32_t codepoint)
{
    return (uint32_t)utf8proc_toupper((utf8proc_int32_t)codepoint);
}

static uint32_t
char_lower(uint32_t codepoint)
{
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)codepoint);
}

/* Of the character at the front, whose bytes *used counts. */
static uint32_t
front_width(const char *bytes, size_t len, size_t *used)
{
    uint32_t codepoint;
    *used = text_decode(bytes, len, &codepoint);
    int columns = utf8proc_charwidth((utf8proc_int32_t)codepoint);
    return columns > 0 ? (uint32_t)columns : 0;
}

uint32_t
text_width(const char *bytes, size_t len)
{
    uint32_t width = 0;
    size_t used;
    for (size_t i = 0; i < len; i += used) {
        width += front_width(bytes + i, len - i, &used);
    }
    return width;
}

size_t
text_fit(const char *bytes, size_t len, uint32_t columns)
{
    uint32_t taken = 0;
    size_t used;
    size_t at = 0;
    for (; at < len; at += used) {
        taken += front_width(bytes + at, len - at, &used);
        if (taken > columns) {
            break;
        }
    }
    return at;
}

size_t
text_fit_end(const char *bytes, size_t len, uint32_t columns)
{
    uint32_t rest = text_width(bytes, len);
    size_t at = 0;
    size_t used = 0;
    while (at < len && rest > columns) {
        rest -= front_width(bytes + at, len - at, &used);
        at += used;
    }
    // Marks of the last character that was left out go with it.
    while (at > 0 && at < len &&
           front_width(bytes + at, len - at, &used) == 0) {
        at += used;
    }
    return len - at;
}

/* --- Case ------------------------------------------------------------------ */

enum { CASE_FOLD_MAX = 8 };
enum { SIGMA = 0x3a3, LAST_SIGMA = 0x3c2, DOTTED_I = 0x130, DOT_ABOVE = 0x307 };

/* The letters that grow in upper case, such as those of German and ligatures,
 * are those whose folded form, the one for comparing, has several characters;
 * its capitals are then what Unicode wants. Capitals stay as they are. */
static void
add_upper(struct text_builder *builder, uint32_t codepoint)
{
    utf8proc_int32_t folded[CASE_FOLD_MAX];
    int boundary = UTF8PROC_BOUNDCLASS_START;
    utf8proc_ssize_t count = 1;
    if (codepoint >= 0x80 && utf8proc_category((utf8proc_int32_t)codepoint) !=
                                 UTF8PROC_CATEGORY_LU) {
        count = utf8proc_decompose_char((utf8proc_int32_t)codepoint, folded,
                                        CASE_FOLD_MAX, UTF8PROC_CASEFOLD,
                                        &boundary);
    }
    if (count < 2 || count > CASE_FOLD_MAX) {
        text_builder_add_char(builder, char_upper(codepoint));
        return;
    }
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        text_builder_add_char(builder, char_upper((uint32_t)folded[i]));
    }
}

static bool
is_cased(uint32_t codepoint)
{
    switch (utf8proc_category((utf8proc_int32_t)codepoint)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
        return true;
    default:
        return false;
    }
}

/* What stands in a word without being a letter of it: accents and the like. */
static bool
is_case_ignorable(uint32_t codepoint)
{
    if (codepoint < 0x80) {
        return codepoint == '\'' || codepoint == '.' || codepoint == ':' ||
               codepoint == '^' || codepoint == '`';
    }
    switch (utf8proc_category((utf8proc_int32_t)codepoint)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_SK:
        return true;
    default:
        return codepoint == 0xb7 || codepoint == 0x2019; // Middle dot, ’
    }
}

/* True if a letter follows before the word ends. */
static bool
letter_follows(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len;) {
        uint32_t codepoint;
        i += text_decode(bytes + i, len - i, &codepoint);
        if (!is_case_ignorable(codepoint)) {
            return is_cased(codepoint);
        }
    }
    return false;
}

/* Adds bytes in lower case. A sigma that ends a word has a form of its own. */
static void
add_lower(struct text_builder *builder, const char *bytes, size_t len)
{
    bool is_in_word = false;
    for (size_t i = 0; i < len;) {
        uint32_t codepoint;
        i += text_decode(bytes + i, len - i, &codepoint);
        if (codepoint == SIGMA && is_in_word &&
            !letter_follows(bytes + i, len - i)) {
            text_builder_add_char(builder, LAST_SIGMA);
        } else if (codepoint == DOTTED_I) {
            text_builder_add(builder, "i", 1);
            text_builder_add_char(builder, DOT_ABOVE);
        } else {
            text_builder_add_char(builder, char_lower(codepoint));
        }
        if (!is_case_ignorable(codepoint)) {
            is_in_word = is_cased(codepoint);
        }
    }
}

Value
text_upper(Value v)
{
    const char *bytes = text_bytes(v);
    size_t len = text_byte_len(v);
    struct text_builder builder;
    text_builder_init(&builder);
    for (size_t i = 0; i < len;) {
        uint32_t codepoint;
        i += text_decode(bytes + i, len - i, &codepoint);
        add_upper(&builder, codepoint);
    }
    return text_builder_string(&builder);
}

Value
text_lower(Value v)
{
    struct text_builder builder;
    text_builder_init(&builder);
    add_lower(&builder, text_bytes(v), text_byte_len(v));
    return text_builder_string(&builder);
}

Value
text_capitalize(Value v)
{
    const char *bytes = text_bytes(v);
    size_t len = text_byte_len(v);
    if (len == 0) {
        return v;
    }
    struct text_builder builder;
    uint32_t first;
    size_t first_len = text_decode(bytes, len, &first);
    text_builder_init(&builder);
    add_upper(&builder, first);
    add_lower(&builder, bytes + first_len, len - first_len);
    return text_builder_string(&builder);
}

/* --- Normal forms ----------------------------------------------------------- */

/* The most code points that one may become. */
enum { DECOMPOSED_MAX = 32, COMBINING_CLASSES = 256 };

static uint8_t
combining_class(utf8proc_int32_t codepoint)
{
    return (uint8_t)utf8proc_get_property(codepoint)->combining_class;
}

/* Puts a run of marks in the order of their classes; those of one class keep
 * theirs. By counting, so that no run is too long for it. */
static void
order_marks(utf8proc_int32_t *marks, size_t count, utf8proc_int32_t *sorted)
{
    size_t starts[COMBINING_CLASSES + 1] = {0};
    for (size_t i = 0; i < count; i++) {
        starts[combining_class(marks[i]) + 1]++;
    }
    for (size_t i = 1; i <= COMBINING_CLASSES; i++) {
        starts[i] += starts[i - 1];
    }
    for (size_t i = 0; i < count; i++) {
        sorted[starts[combining_class(marks[i])]++] = marks[i];
    }
    memcpy(marks, sorted, count * sizeof(marks[0]));
}

static void
order_all_marks(utf8proc_int32_t *points, size_t count)
{
    utf8proc_int32_t *sorted = alloc_atomic(count * sizeof(points[0]));
    for (size_t i = 0; i < count;) {
        size_t end = i;
        while (end < count && combining_class(points[end]) != 0) {
            end++;
        }
        if (end - i > 1) {
            order_marks(points + i, end - i, sorted);
        }
        i = end + 1;
    }
}

/* The code points of a text taken apart, in a builder's block. */
static struct text_builder
decompose(Value v, utf8proc_option_t options)
{
    const char *bytes = text_bytes(v);
    size_t len = text_byte_len(v);
    struct text_builder points;
    int boundary = UTF8PROC_BOUNDCLASS_START;
    text_builder_init(&points);
    for (size_t i = 0; i < len;) {
        uint32_t codepoint;
        utf8proc_int32_t parts[DECOMPOSED_MAX];
        i += text_decode(bytes + i, len - i, &codepoint);
        utf8proc_ssize_t count = utf8proc_decompose_char(
            (utf8proc_int32_t)codepoint, parts, DECOMPOSED_MAX,
            (utf8proc_option_t)(options | UTF8PROC_DECOMPOSE), &boundary);
        assert(count >= 0 && count <= DECOMPOSED_MAX);
        text_builder_add(&points, (const char *)parts,
                         (size_t)count * sizeof(parts[0]));
    }
    return points;
}

Value
text_normalize(Value v, enum text_form form)
{
    if ((value_object(v)->flags & TEXT_ASCII) != 0) {
        return v;
    }
    bool is_compatible = form == TEXT_NFKC || form == TEXT_NFKD;
    bool is_composed = form == TEXT_NFC || form == TEXT_NFKC;
    struct text_builder parts =
        decompose(v, is_compatible ? UTF8PROC_COMPAT : UTF8PROC_STABLE);
    utf8proc_int32_t *points = (utf8proc_int32_t *)(void *)parts.bytes;
    size_t count = parts.len / sizeof(points[0]);
    order_all_marks(points, count);
    if (is_composed) {
        utf8proc_ssize_t left =
            utf8proc_normalize_utf32(points, (utf8proc_ssize_t)count,
                                     (utf8proc_option_t)(UTF8PROC_COMPOSE |
                                                         UTF8PROC_STABLE));
        assert(left >= 0 && (size_t)left <= count);
        count = (size_t)left;
    }
    struct text_builder builder;
    text_builder_init(&builder);
    for (size_t i = 0; i < count; i++) {
        text_builder_add_char(&builder, (uint32_t)points[i]);
    }
    return text_builder_string(&builder);
}

/* --- Building ------------------------------------------------------------ */

void
text_builder_init(struct text_builder *builder)
{
    *builder = (struct text_builder){.bytes = NULL};
}

/* The old block stays with whoever still reads it. */
static void
grow(struct text_builder *builder, size_t len)
{
    size_t cap = builder->cap == 0 ? 48 : builder->cap * 2;
    while (cap < builder->len + len) {
        cap *= 2;
    }
    if (cap > (size_t)INT32_MAX * 2) {
        error_throw(ERROR_LIMIT, "This string grows too long: %zu bytes",
                    builder->len + len);
    }
    char *bytes = alloc_atomic(cap);
    if (builder->len > 0) {
        memcpy(bytes, builder->bytes, builder->len);
    }
    builder->bytes = bytes;
    builder->cap = cap;
}

void
text_builder_add(struct text_builder *builder, const char *bytes, size_t len)
{
    if (builder->len + len > builder->cap) {
        grow(builder, len);
    }
    if (len > 0) {
        memcpy(builder->bytes + builder->len, bytes, len);
        builder->len += len;
    }
}

void
text_builder_add_cstring(struct text_builder *builder, const char *text)
{
    text_builder_add(builder, text, strlen(text));
}

void
text_builder_add_char(struct text_builder *builder, uint32_t codepoint)
{
    char bytes[4];
    text_builder_add(builder, bytes, text_encode(codepoint, bytes));
}

void
text_builder_add_text(struct text_builder *builder, Value string)
{
    text_builder_add(builder, text_bytes(string), text_byte_len(string));
}

Value
text_builder_string(const struct text_builder *builder)
{
    return text_make(builder->bytes, builder->len);
}
