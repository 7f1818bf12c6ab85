/* SPDX-License-Identifier: MIT */
/*
 * Numbers as text. Doubles print with the fewest digits that read back as the
 * same double, in the form of Clojure: plain from 10^-3 up to 10^7, with an
 * exponent outside.
 */
#include "interp/data/number.h"

#include "interp/data/alloc.h"
#include "interp/data/big.h"
#include "interp/data/text.h"
#include "interp/data/wide.h"

#include <assert.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Printing ------------------------------------------------------------- */

/* A positive finite double: 0.DIGITS times ten to the `point`. */
struct decimal {
    char digits[24];
    int len;
    int point;
};

/* text: what "%.*e" wrote, "d.ddde+xx". */
static struct decimal
decimal_from_text(const char *text)
{
    struct decimal decimal = {.len = 0};
    const char *at = text;
    for (; *at != 'e'; at++) {
        if (*at >= '0' && *at <= '9') {
            decimal.digits[decimal.len++] = *at;
        }
    }
    decimal.point = (int)strtol(at + 1, NULL, 10) + 1;
    while (decimal.len > 1 && decimal.digits[decimal.len - 1] == '0') {
        decimal.len--;
    }
    return decimal;
}

/* 15 digits nearly always do, 17 always. The smallest numbers have fewer, and
 * never need more than they have; Java shows two at least. */
static struct decimal
shortest_decimal(double number)
{
    char text[NUMBER_TEXT_MAX];
    for (int precision = number < DBL_MIN ? 1 : 14; precision <= 16;
         precision++) {
        snprintf(text, sizeof(text), "%.*e", precision, number);
        double back = strtod(text, NULL);
        if (back == number) {
            break;
        }
    }
    return decimal_from_text(text);
}

/* Digits [from, to) of the decimal; zeros on both sides of those it has. */
static size_t
add_digits(char *out, size_t len, const struct decimal *decimal, int from,
           int to)
{
    for (int i = from; i < to; i++) {
        out[len] = '0';
        if (i >= 0 && i < decimal->len) {
            out[len] = decimal->digits[i];
        }
        len++;
    }
    return len;
}

/* The form of Java's Double.toString, which Clojure prints. */
static size_t
print_positive(double number, char *out)
{
    struct decimal decimal = shortest_decimal(number);
    int len = decimal.len;
    int point = decimal.point;
    bool scientific = point <= -3 || point > 7;
    int whole = scientific ? 1 : point;
    size_t used = 0;
    if (whole > 0) {
        used = add_digits(out, used, &decimal, 0, whole);
    } else {
        out[used++] = '0';
    }
    out[used++] = '.';
    int end = len > whole ? len : whole + 1;
    used = add_digits(out, used, &decimal, whole, end);
    if (scientific) {
        used += (size_t)sprintf(out + used, "E%d", point - 1);
    }
    return used;
}

size_t
number_print_double(double number, char text[NUMBER_TEXT_MAX])
{
    assert(text != NULL);
    size_t len = 0;
    if (isnan(number) || isinf(number)) {
        const char *name = isnan(number) ? "##NaN"
                           : number > 0  ? "##Inf"
                                         : "##-Inf";
        strcpy(text, name);
        return strlen(name);
    }
    if (signbit(number)) {
        text[len++] = '-';
        number = -number;
    }
    if (number > 0) {
        len += print_positive(number, text + len);
    } else {
        memcpy(text + len, "0.0", 3);
        len += 3;
    }
    assert(len < NUMBER_TEXT_MAX);
    text[len] = 0;
    return len;
}

size_t
number_print(Value v, char text[NUMBER_TEXT_MAX])
{
    if (number_is_int(v)) {
        return (size_t)snprintf(text, NUMBER_TEXT_MAX, "%lld",
                                (long long)number_to_int(v));
    }
    return number_print_double(number_to_double(v), text);
}

size_t
number_display(Value v, char text[NUMBER_TEXT_MAX])
{
    double number = number_is_double(v) ? number_to_double(v) : 0;
    if (isnan(number)) {
        strcpy(text, "NaN");
        return 3;
    }
    if (isinf(number)) {
        strcpy(text, number > 0 ? "Infinity" : "-Infinity");
        return strlen(text);
    }
    return number_print(v, text);
}

Value
number_text(Value v, bool is_readable)
{
    if (wide_is(v)) {
        return wide_text(v, is_readable);
    }
    char text[NUMBER_TEXT_MAX];
    size_t len = is_readable ? number_print(v, text) : number_display(v, text);
    return text_make(text, len);
}

/* --- Reading ---------------------------------------------------------------- */

/* A slice that is being read, without its sign. */
struct digits {
    const char *text;
    size_t len;
    bool negative;
    unsigned radix;
};

/* 99 for what is no digit in any radix. */
static unsigned
digit_value(char c)
{
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0');
    }
    unsigned lower = (unsigned char)c | 0x20u;
    return lower >= 'a' && lower <= 'z' ? lower - 'a' + 10 : 99;
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

enum int_result { INT_GOOD, INT_BAD, INT_TOO_LARGE };

static enum int_result
read_int(const struct digits *digits, int64_t *number)
{
    if (digits->len == 0) {
        return INT_BAD;
    }
    bool large = false;
    uint64_t value = 0;
    for (size_t i = 0; i < digits->len; i++) {
        unsigned digit = digit_value(digits->text[i]);
        if (digit >= digits->radix) {
            return INT_BAD;
        }
        large =
            large ||
            __builtin_mul_overflow(value, (uint64_t)digits->radix, &value) ||
            __builtin_add_overflow(value, (uint64_t)digit, &value);
    }
    uint64_t limit = (uint64_t)INT64_MAX + (digits->negative ? 1 : 0);
    if (large || value > limit) {
        return INT_TOO_LARGE;
    }
    *number = (int64_t)(digits->negative ? 0 - value : value);
    return INT_GOOD;
}

/* Cuts a leading sign off. */
static struct digits
cut_sign(const char *text, size_t len)
{
    struct digits digits = {.text = text, .len = len, .radix = 10};
    if (len > 0 && (text[0] == '-' || text[0] == '+')) {
        digits.negative = text[0] == '-';
        digits.text++;
        digits.len--;
    }
    return digits;
}

/* 0x1F, 017, 2r101, 36rZZ: sets the radix and cuts what announces it. */
static void
cut_radix(struct digits *digits)
{
    const char *text = digits->text;
    size_t len = digits->len;
    size_t cut = 0;
    if (len > 2 && text[0] == '0' && (text[1] | 0x20) == 'x') {
        digits->radix = 16;
        cut = 2;
    } else if (len > 2 && (text[1] | 0x20) == 'r') {
        digits->radix = digit_value(text[0]);
        cut = 2;
    } else if (len > 3 && is_digit(text[1]) && (text[2] | 0x20) == 'r') {
        digits->radix = digit_value(text[0]) * 10 + digit_value(text[1]);
        cut = 3;
    } else if (len > 1 && text[0] == '0') {
        digits->radix = 8;
        cut = 1;
    }
    if (digits->radix > 36) {
        digits->radix = 0;
    }
    digits->text += cut;
    digits->len -= cut;
}

/* Digits with a point, an exponent or both, and nothing else. */
static bool
is_double_text(const struct digits *digits)
{
    const char *at = digits->text;
    const char *end = at + digits->len;
    const char *start = at;
    while (at < end && is_digit(*at)) {
        at++;
    }
    size_t whole = (size_t)(at - start);
    size_t fraction = 0;
    if (at < end && *at == '.') {
        for (at++; at < end && is_digit(*at); at++) {
            fraction++;
        }
    }
    if (whole + fraction == 0) {
        return false;
    }
    if (at < end && (*at | 0x20) == 'e') {
        at++;
        if (at < end && (*at == '+' || *at == '-')) {
            at++;
        }
        if (at == end) {
            return false;
        }
        while (at < end && is_digit(*at)) {
            at++;
        }
    }
    return at == end;
}

/* The slice is known to be the text of a double; strtod needs its end marked. */
static Value
read_double(const struct digits *digits)
{
    char small[64];
    char *copy = small;
    if (digits->len >= sizeof(small)) {
        copy = alloc_atomic(digits->len + 1);
    }
    memcpy(copy, digits->text, digits->len);
    copy[digits->len] = 0;
    double number = strtod(copy, NULL);
    return number_double(digits->negative ? -number : number);
}

/* An integer of any size; the digits are known to be of the radix. */
static Value
read_big(const struct digits *digits)
{
    return big_parse(digits->text, digits->len, (int)digits->radix,
                     digits->negative);
}

/* Decimal digits alone, which a ratio is made of; with a leading zero, too. */
static bool
are_digits(const char *text, size_t len)
{
    size_t i = 0;
    while (i < len && is_digit(text[i])) {
        i++;
    }
    return len > 0 && i == len;
}

/* 1/2; ABSENT for what is none. */
static Value
read_ratio(const struct digits *digits)
{
    const char *slash = memchr(digits->text, '/', digits->len);
    size_t above = slash == NULL ? 0 : (size_t)(slash - digits->text);
    size_t below = slash == NULL ? 0 : digits->len - above - 1;
    if (slash == NULL || !are_digits(digits->text, above) ||
        !are_digits(slash + 1, below)) {
        return VALUE_ABSENT;
    }
    Value numerator = big_parse(digits->text, above, 10, digits->negative);
    Value denominator = big_parse(slash + 1, below, 10, false);
    return number_div(big_compact(numerator), big_compact(denominator));
}

/* Integers: what does not fit, and what an N makes big. */
static Value
read_integer(struct digits whole, bool is_big)
{
    int64_t number = 0;
    enum int_result result = read_int(&whole, &number);
    if (result == INT_BAD) {
        return VALUE_ABSENT;
    }
    if (result == INT_TOO_LARGE) {
        return read_big(&whole);
    }
    return is_big ? big_from_int(number) : number_int(number);
}

Value
number_parse(const char *text, size_t len)
{
    struct digits digits = cut_sign(text, len);
    if (digits.len == 0 || !is_digit(digits.text[0])) {
        return VALUE_ABSENT;
    }
    struct digits whole = digits;
    cut_radix(&whole);
    Value integer = read_integer(whole, false);
    if (!value_is(integer, VALUE_ABSENT)) {
        return integer;
    }
    // In a radix that was named, N is a digit or a mistake.
    char last = digits.text[digits.len - 1];
    bool is_named = memchr(digits.text, 'r', digits.len) != NULL ||
                    memchr(digits.text, 'R', digits.len) != NULL;
    if (last == 'N' && !is_named) {
        digits.len--;
        cut_radix(&digits);
        return read_integer(digits, true);
    }
    if (last == 'M') {
        digits.len--;
        return is_double_text(&digits)
                   ? decimal_parse(digits.text, digits.len, digits.negative)
                   : VALUE_ABSENT;
    }
    bool has_dot = memchr(digits.text, '.', digits.len) != NULL;
    bool is_octal = digits.text[0] == '0' && is_digit(digits.text[1]);
    if (is_double_text(&digits) &&
        (has_dot || !is_octal || memchr(digits.text, 'e', digits.len) ||
         memchr(digits.text, 'E', digits.len))) {
        return read_double(&digits);
    }
    return read_ratio(&digits);
}

Value
number_parse_long(const char *text, size_t len)
{
    struct digits digits = cut_sign(text, len);
    int64_t number = 0;
    if (read_int(&digits, &number) != INT_GOOD) {
        return VALUE_ABSENT;
    }
    return number_int(number);
}

/* 0x1.8p3: hexadecimal digits with a point or none, and a power of two, which
 * must be there. */
static bool
is_hex_double_text(const struct digits *digits)
{
    const char *at = digits->text;
    const char *end = at + digits->len;
    size_t count = 0;
    bool has_point = false;
    if (digits->len < 4 || at[0] != '0' || (at[1] | 0x20) != 'x') {
        return false;
    }
    for (at += 2; at < end && (*at | 0x20) != 'p'; at++) {
        bool is_point = *at == '.' && !has_point;
        has_point |= is_point;
        if (!is_point && digit_value(*at) >= 16) {
            return false;
        }
        count += !is_point;
    }
    at += at < end;
    at += at < end && (*at == '-' || *at == '+');
    bool has_power = at < end;
    while (at < end && is_digit(*at)) {
        at++;
    }
    return count > 0 && has_power && at == end;
}

Value
number_parse_double(const char *text, size_t len)
{
    // As in Java, blanks and control characters around it do not count.
    while (len > 0 && (unsigned char)text[0] <= ' ') {
        text++;
        len--;
    }
    while (len > 0 && (unsigned char)text[len - 1] <= ' ') {
        len--;
    }
    struct digits digits = cut_sign(text, len);
    if (digits.len == 8 && memcmp(digits.text, "Infinity", 8) == 0) {
        return number_double(digits.negative ? -HUGE_VAL : HUGE_VAL);
    }
    if (digits.len == 3 && memcmp(digits.text, "NaN", 3) == 0) {
        return number_double(nan(""));
    }
    char last = digits.len > 1 ? digits.text[digits.len - 1] : '\0';
    bool is_hex = digits.len > 1 && (digits.text[1] | 0x20) == 'x';
    bool has_power = memchr(digits.text, 'p', digits.len) != NULL ||
                     memchr(digits.text, 'P', digits.len) != NULL;
    // The letter of a type in Java; in 0x1f it is a digit.
    if (last != '\0' && strchr("fFdD", last) != NULL &&
        (!is_hex || has_power)) {
        digits.len--;
    }
    bool is_known = is_double_text(&digits) || is_hex_double_text(&digits);
    return is_known ? read_double(&digits) : VALUE_ABSENT;
}
