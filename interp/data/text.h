/* SPDX-License-Identifier: MIT */
/*
 * Strings: immutable, valid UTF-8, counted in code points. Indexes are code
 * points unless the name says bytes; they cost O(1) for ASCII text and a walk
 * for other text. The only user of utf8proc.
 */
#ifndef INTERP_DATA_TEXT_H
#define INTERP_DATA_TEXT_H

#include "interp/data/object.h"

#include <stdarg.h>
#include <stddef.h>

/* Flags of a string_object. */
enum { TEXT_ASCII = 1 };

/* The digits of an int64 and its sign. */
enum { TEXT_INT_MAX = 20 };

static inline bool
text_is(Value v)
{
    return value_is_kind(v, KIND_STRING);
}

/* The object of a text_is value. */
static inline const struct string_object *
text_object(Value v)
{
    return (const struct string_object *)value_object(v);
}

/* Zero-terminated bytes; valid while v is seen by the collector. */
static inline const char *
text_bytes(Value v)
{
    return text_object(v)->bytes;
}

static inline uint32_t
text_byte_len(Value v)
{
    return text_object(v)->byte_len;
}

static inline uint32_t
text_len(Value v)
{
    return text_object(v)->char_len;
}

/* Makes a string; U+FFFD replaces each invalid sequence. */
Value text_make(const char *bytes, size_t len);
Value text_from_cstring(const char *text);
Value
text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
Value text_format_list(const char *format, va_list args)
    __attribute__((format(printf, 1, 0)));
/* A string of so many bytes and characters, which the caller writes to *bytes
 * at once. */
Value text_reserve(size_t byte_len, size_t char_len, char **bytes);
/* Writes n in decimal digits to the end of `digits`; how many there are. */
uint32_t text_int_digits(int64_t n, char digits[TEXT_INT_MAX]);
/* A string of one character. */
Value text_from_char(uint32_t codepoint);

bool text_equal(Value a, Value b);
bool text_equal_cstring(Value a, const char *b);
/* Order of code points. */
int text_compare(Value a, Value b);

/* The code point at an index below text_len. */
uint32_t text_char_at(Value v, uint32_t index);
/* Byte offset of a character (index <= text_len), and back. */
uint32_t text_byte_offset(Value v, uint32_t index);
uint32_t text_char_index(Value v, uint32_t byte_offset);

/* Characters [start, end), start <= end <= text_len. */
Value text_sub(Value v, uint32_t start, uint32_t end);
/* Bytes [start, end), both at character boundaries. */
Value text_slice(Value v, uint32_t start_byte, uint32_t end_byte);

/* Byte offset of needle at or after from_byte, or -1. */
int64_t text_find(Value v, Value needle, uint32_t from_byte);
/* Byte offset of the last needle that starts at or before from_byte, or -1. */
int64_t text_find_last(Value v, Value needle, uint32_t from_byte);
bool text_starts_with(Value v, Value prefix);
bool text_ends_with(Value v, Value suffix);

Value text_upper(Value v);
Value text_lower(Value v);
/* First character upper, all others lower. */
Value text_capitalize(Value v);
Value text_reverse(Value v);
/* The normal forms of Unicode. */
enum text_form { TEXT_NFC, TEXT_NFD, TEXT_NFKC, TEXT_NFKD };
Value text_normalize(Value v, enum text_form form);
/* All occurrences of a non-empty or empty `from` (between all characters). */
Value text_replace(Value v, Value from, Value to);
Value text_replace_first(Value v, Value from, Value to);
/* Without white space at the sides asked for. */
Value text_trim(Value v, bool left, bool right);
bool text_is_blank(Value v);

/* White space, as Java sees it: not the spaces that must not be broken. */
bool text_is_space(uint32_t codepoint);

/* Columns that valid UTF-8 takes on a terminal. */
uint32_t text_width(const char *bytes, size_t len);
/* How many bytes at the front, or at the end, take not more than so many
 * columns; marks stay with the character that they are on. */
size_t text_fit(const char *bytes, size_t len, uint32_t columns);
size_t text_fit_end(const char *bytes, size_t len, uint32_t columns);

/* Decodes the character at bytes (len > 0): its length in bytes. Invalid
 * input gives U+FFFD and the length to skip, at least 1. */
uint32_t text_decode(const char *bytes, size_t len, uint32_t *codepoint);
/* Encodes one; the length, 1 to 4. */
uint32_t text_encode(uint32_t codepoint, char bytes[4]);
bool text_is_valid(const char *bytes, size_t len);

/* Damerau-Levenshtein distance of two names in bytes, or max + 1 when it is
 * larger than max. */
uint32_t text_distance(const char *a, size_t a_len, const char *b, size_t b_len,
                       uint32_t max);
/* The largest distance at which a name of this length counts as near. */
uint32_t text_distance_near(size_t len);

/* Builds a string piece by piece in collected memory: needs no finish, so a
 * throw leaks nothing. Lives on the C stack only, or inside of an alloc'ed
 * struct. */
struct text_builder {
    char *bytes; /* start of an atomic block, or NULL */
    size_t len;
    size_t cap;
};

void text_builder_init(struct text_builder *builder);
void
text_builder_add(struct text_builder *builder, const char *bytes, size_t len);
void text_builder_add_cstring(struct text_builder *builder, const char *text);
void text_builder_add_char(struct text_builder *builder, uint32_t codepoint);
void text_builder_add_text(struct text_builder *builder, Value string);
/* The string so far; the builder may go on. */
Value text_builder_string(const struct text_builder *builder);

#endif
