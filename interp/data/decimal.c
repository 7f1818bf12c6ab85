/* SPDX-License-Identifier: MIT */
/*
 * Decimals over big integers.
 *
 * Rounding divides by a power of ten and looks at the rest. Where the digits
 * to round are themselves a cut quotient, what was cut counts as "a bit more"
 * (sticky), so that nothing is rounded twice. Comparing brings both to one
 * scale, but first looks at how many digits stand before the point, so that
 * 1e1000000000M and 1M compare without a billion zeros.
 */
#include "interp/data/decimal.h"

#include "interp/data/alloc.h"
#include "interp/data/big.h"
#include "interp/data/error.h"
#include "interp/data/hash.h"
#include "interp/data/number.h"
#include "interp/data/ratio.h"
#include "interp/data/text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct decimal_object *
object_of(Value v)
{
    assert(decimal_is(v));
    return (const struct decimal_object *)value_object(v);
}

Value
decimal_unscaled(Value v)
{
    return object_of(v)->unscaled;
}

int64_t
decimal_scale(Value v)
{
    return object_of(v)->scale;
}

Value
decimal_make(Value unscaled, int64_t scale)
{
    if (scale < INT32_MIN || scale > INT32_MAX) {
        error_throw(ERROR_OVERFLOW,
                    "The exponent of a decimal is beyond 32 bits");
    }
    unscaled = big_compact(unscaled);
    struct decimal_object *decimal =
        alloc_object(KIND_DECIMAL, sizeof(struct decimal_object));
    decimal->unscaled = unscaled;
    decimal->scale = scale;
    return value_from_object(decimal);
}

/* --- Scales ------------------------------------------------------------------ */

static int64_t
larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* An integer times a power of ten; power is at least 0. */
static Value
scale_up(Value integer, int64_t power)
{
    assert(power >= 0);
    if (power == 0 || big_sign(integer) == 0) {
        return integer;
    }
    return big_mul(integer, big_power(10, (uint64_t)power));
}

/* The unscaled integer that v has at a scale that is not below its own. */
static Value
unscaled_at(Value v, int64_t scale)
{
    return scale_up(decimal_unscaled(v), scale - decimal_scale(v));
}

/* Takes zeros off the end until the scale is `preferred`, or none are left. */
static Value
strip_to(Value unscaled, int64_t scale, int64_t preferred)
{
    if (big_sign(unscaled) == 0) {
        return decimal_make(unscaled, preferred);
    }
    uint64_t count = 0;
    if (scale > preferred) {
        unscaled =
            big_strip_zeros(unscaled, (uint64_t)(scale - preferred), &count);
    }
    return decimal_make(unscaled, scale - (int64_t)count);
}

/* --- Rounding ---------------------------------------------------------------- */

/* Whether the digit above a lost part goes up; half: the order of that part
 * against one half. */
static bool
goes_up(enum decimal_mode mode, int half, int sign, bool is_even)
{
    switch (mode) {
    case DECIMAL_UP:
        return true;
    case DECIMAL_DOWN:
        return false;
    case DECIMAL_CEILING:
        return sign > 0;
    case DECIMAL_FLOOR:
        return sign < 0;
    case DECIMAL_HALF_UP:
        return half >= 0;
    case DECIMAL_HALF_DOWN:
        return half > 0;
    case DECIMAL_HALF_EVEN:
        return half > 0 || (half == 0 && !is_even);
    case DECIMAL_UNNECESSARY:
        break;
    }
    error_throw(ERROR_VALUE, "Rounding is necessary");
}

/* An integer without its last `cut` digits, rounded; is_sticky: more digits
 * were cut from behind it before. */
static Value
cut_digits(Value integer, int64_t cut, enum decimal_mode mode, bool is_sticky)
{
    Value power = big_power(10, (uint64_t)cut);
    Value whole = big_quot(integer, power);
    Value rest = big_rem(integer, power);
    int sign = big_sign(integer);
    if (big_sign(rest) == 0 && !is_sticky) {
        return whole;
    }
    rest = sign < 0 ? big_neg(rest) : rest;
    int half = big_compare(big_add(rest, rest), power);
    half = half == 0 && is_sticky ? 1 : half;
    if (goes_up(mode, half, sign, big_is_even(whole))) {
        return big_add(whole, number_int(sign < 0 ? -1 : 1));
    }
    return whole;
}

/* Rounds to the digits asked for; a carry may make one more, which is then a
 * zero and is cut again. */
static Value
round_sticky(Value unscaled, int64_t scale,
             const struct decimal_rounding *rounding, bool is_sticky)
{
    assert(rounding->precision > 0);
    int64_t cut = (int64_t)big_digits(unscaled) - rounding->precision;
    while (cut > 0) {
        unscaled = cut_digits(unscaled, cut, rounding->mode, is_sticky);
        scale -= cut;
        is_sticky = false;
        cut = (int64_t)big_digits(unscaled) - rounding->precision;
    }
    return decimal_make(unscaled, scale);
}

Value
decimal_round(Value v, const struct decimal_rounding *rounding)
{
    if (rounding == NULL) {
        return v;
    }
    return round_sticky(decimal_unscaled(v), decimal_scale(v), rounding, false);
}

Value
decimal_rescale(Value v, int64_t scale, enum decimal_mode mode)
{
    int64_t cut = decimal_scale(v) - scale;
    Value unscaled = decimal_unscaled(v);
    if (cut <= 0) {
        return decimal_make(unscaled_at(v, scale), scale);
    }
    // Far behind the last digit there is nothing but a rest.
    int64_t most = (int64_t)big_digits(unscaled) + 1;
    bool is_sticky = cut > most && big_sign(unscaled) != 0;
    if (cut > most) {
        unscaled = is_sticky ? number_int(big_sign(unscaled)) : unscaled;
        cut = 2;
    }
    return decimal_make(cut_digits(unscaled, cut, mode, false), scale);
}

Value
decimal_whole(Value v)
{
    return decimal_unscaled(decimal_rescale(v, 0, DECIMAL_DOWN));
}

Value
decimal_exact(Value v)
{
    int64_t scale = decimal_scale(v);
    if (scale <= 0) {
        return unscaled_at(v, 0);
    }
    return ratio_make(decimal_unscaled(v), big_power(10, (uint64_t)scale));
}

/* --- Arithmetic -------------------------------------------------------------- */

Value
decimal_add(Value a, Value b, const struct decimal_rounding *rounding)
{
    int64_t scale = larger(decimal_scale(a), decimal_scale(b));
    Value sum = big_add(unscaled_at(a, scale), unscaled_at(b, scale));
    return decimal_round(decimal_make(sum, scale), rounding);
}

Value
decimal_sub(Value a, Value b, const struct decimal_rounding *rounding)
{
    int64_t scale = larger(decimal_scale(a), decimal_scale(b));
    Value rest = big_sub(unscaled_at(a, scale), unscaled_at(b, scale));
    return decimal_round(decimal_make(rest, scale), rounding);
}

Value
decimal_mul(Value a, Value b, const struct decimal_rounding *rounding)
{
    Value product = big_mul(decimal_unscaled(a), decimal_unscaled(b));
    int64_t scale = decimal_scale(a) + decimal_scale(b);
    return decimal_round(decimal_make(product, scale), rounding);
}

Value
decimal_neg(Value v)
{
    return decimal_make(big_neg(decimal_unscaled(v)), decimal_scale(v));
}

/* In lowest terms, a divisor of twos and fives alone has an end: the larger of
 * their counts says how many digits it takes. */
static Value
divide_exactly(Value a, Value b, int64_t preferred)
{
    Value above = decimal_unscaled(a);
    Value below = decimal_unscaled(b);
    Value divisor = big_gcd(above, below);
    above = big_quot(above, divisor);
    below = big_quot(below, divisor);
    Value left = below;
    int64_t twos = big_take_factor(&left, 2);
    int64_t digits = larger(twos, big_take_factor(&left, 5));
    if (big_compare(left, number_int(1)) != 0 &&
        big_compare(left, number_int(-1)) != 0) {
        error_throw_help(ERROR_VALUE,
                         "Use with-precision, or divide ratios or doubles.",
                         "The quotient has no exact decimal: its digits never "
                         "end");
    }
    return decimal_make(big_quot(scale_up(above, digits), below),
                        preferred + digits);
}

Value
decimal_div(Value a, Value b, const struct decimal_rounding *rounding)
{
    assert(decimal_sign(b) != 0);
    int64_t preferred = decimal_scale(a) - decimal_scale(b);
    if (decimal_sign(a) == 0) {
        return decimal_make(number_int(0), preferred);
    }
    if (rounding == NULL) {
        return divide_exactly(a, b, preferred);
    }
    Value above = decimal_unscaled(a);
    Value below = decimal_unscaled(b);
    int64_t more = rounding->precision + 1 + (int64_t)big_digits(below) -
                   (int64_t)big_digits(above);
    more = larger(more, 0);
    above = scale_up(above, more);
    Value digits = big_quot(above, below);
    bool is_exact = big_sign(big_rem(above, below)) == 0;
    Value result = round_sticky(digits, preferred + more, rounding, !is_exact);
    // Zeros at the end of a cut quotient are digits that were asked for.
    if (is_exact &&
        decimal_compare(result, decimal_make(digits, preferred + more)) == 0) {
        return strip_to(decimal_unscaled(result), decimal_scale(result),
                        preferred);
    }
    return result;
}

static Value
whole_quotient(Value a, Value b)
{
    int64_t scale = larger(decimal_scale(a), decimal_scale(b));
    return big_quot(unscaled_at(a, scale), unscaled_at(b, scale));
}

static Value
quot_exactly(Value whole, int64_t preferred)
{
    if (preferred >= 0) {
        return decimal_make(scale_up(whole, preferred), preferred);
    }
    return strip_to(whole, 0, preferred);
}

/* A whole quotient is never rounded: it has room in the digits, with as many
 * zeros before or behind its point as the preferred scale and that room allow,
 * or it is an error. */
Value
decimal_quot(Value a, Value b, const struct decimal_rounding *rounding)
{
    int64_t preferred = decimal_scale(a) - decimal_scale(b);
    Value whole = whole_quotient(a, b);
    if (rounding == NULL || big_sign(whole) == 0) {
        return quot_exactly(whole, preferred);
    }
    int64_t room = rounding->precision - (int64_t)big_digits(whole);
    if (room >= 0 && preferred >= 0) {
        int64_t zeros = room < preferred ? room : preferred;
        return decimal_make(scale_up(whole, zeros), zeros);
    }
    Value shorter = strip_to(whole, 0, preferred < room ? preferred : room);
    if ((int64_t)big_digits(decimal_unscaled(shorter)) > rounding->precision) {
        error_throw_help(ERROR_VALUE,
                         "Give with-precision more digits, or leave it out.",
                         "Division impossible: the whole quotient has more "
                         "than %lld digits",
                         (long long)rounding->precision);
    }
    return shorter;
}

/* Only the quotient has to have room: the rest is exact. */
Value
decimal_rem(Value a, Value b, const struct decimal_rounding *rounding)
{
    Value whole = decimal_quot(a, b, rounding);
    return decimal_sub(a, decimal_mul(whole, b, NULL), NULL);
}

/* --- Comparing --------------------------------------------------------------- */

int
decimal_sign(Value v)
{
    return big_sign(decimal_unscaled(v));
}

/* Digits before the point; negative for zeros behind it. */
static int64_t
magnitude(Value v)
{
    return (int64_t)big_digits(decimal_unscaled(v)) - decimal_scale(v);
}

int
decimal_compare(Value a, Value b)
{
    int sign = decimal_sign(a);
    if (sign != decimal_sign(b) || sign == 0) {
        return (sign > decimal_sign(b)) - (sign < decimal_sign(b));
    }
    int64_t a_size = magnitude(a);
    int64_t b_size = magnitude(b);
    if (a_size != b_size) {
        return (a_size > b_size) == (sign > 0) ? 1 : -1;
    }
    int64_t scale = larger(decimal_scale(a), decimal_scale(b));
    return big_compare(unscaled_at(a, scale), unscaled_at(b, scale));
}

/* Of the number, not of its zeros: 1.0 and 1.00 are equal. */
uint32_t
decimal_hash(Value v)
{
    Value stripped = strip_to(decimal_unscaled(v), decimal_scale(v), INT32_MIN);
    if (decimal_sign(v) == 0) {
        return hash_word(0xdec0u);
    }
    uint64_t scale = (uint64_t)decimal_scale(stripped);
    return hash_word((scale ^ 0xdec0u) << 32 |
                     big_hash(decimal_unscaled(stripped)));
}

double
decimal_to_double(Value v)
{
    return strtod(text_bytes(decimal_text(v)), NULL);
}

/* --- Text -------------------------------------------------------------------- */

static void
add_zeros(struct text_builder *builder, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        text_builder_add_cstring(builder, "0");
    }
}

/* 123.45, or 0.000012 */
static void
add_plain(struct text_builder *builder, const char *digits, int64_t len,
          int64_t scale)
{
    int64_t point = len - scale;
    if (point <= 0) {
        text_builder_add_cstring(builder, "0.");
        add_zeros(builder, -point);
        text_builder_add(builder, digits, (size_t)len);
        return;
    }
    text_builder_add(builder, digits, (size_t)point);
    if (scale > 0) {
        text_builder_add_cstring(builder, ".");
        text_builder_add(builder, digits + point, (size_t)scale);
    }
}

/* 1.2345E+10 */
static void
add_scientific(struct text_builder *builder, const char *digits, int64_t len,
               int64_t exponent)
{
    text_builder_add(builder, digits, 1);
    if (len > 1) {
        text_builder_add_cstring(builder, ".");
        text_builder_add(builder, digits + 1, (size_t)len - 1);
    }
    if (exponent != 0) {
        char text[32];
        snprintf(text, sizeof(text), "E%+lld", (long long)exponent);
        text_builder_add_cstring(builder, text);
    }
}

Value
decimal_text(Value v)
{
    Value all = big_text(decimal_unscaled(v), 10);
    int64_t scale = decimal_scale(v);
    if (scale == 0) {
        return all;
    }
    struct text_builder builder;
    text_builder_init(&builder);
    const char *digits = text_bytes(all);
    int64_t len = text_byte_len(all);
    if (digits[0] == '-') {
        text_builder_add_cstring(&builder, "-");
        digits++;
        len--;
    }
    int64_t exponent = len - 1 - scale;
    if (scale > 0 && exponent >= -6) {
        add_plain(&builder, digits, len, scale);
    } else {
        add_scientific(&builder, digits, len, exponent);
    }
    return text_builder_string(&builder);
}

Value
decimal_parse(const char *text, size_t len, bool is_negative)
{
    char *digits = alloc_atomic(len + 1);
    size_t count = 0;
    int64_t scale = 0;
    bool is_fraction = false;
    size_t at = 0;
    for (; at < len && (text[at] | 0x20) != 'e'; at++) {
        if (text[at] == '.') {
            is_fraction = true;
            continue;
        }
        digits[count++] = text[at];
        scale += is_fraction;
    }
    if (at < len) {
        // What is too large for this is too large for a scale, too.
        char exponent[24] = "";
        size_t rest = len - at - 1;
        if (rest >= sizeof(exponent)) {
            rest = sizeof(exponent) - 1;
        }
        memcpy(exponent, text + at + 1, rest);
        int64_t power = strtoll(exponent, NULL, 10);
        power = power > (int64_t)INT32_MAX * 2   ? (int64_t)INT32_MAX * 2
                : power < (int64_t)INT32_MIN * 2 ? (int64_t)INT32_MIN * 2
                                                 : power;
        scale -= power;
    }
    assert(count > 0);
    return decimal_make(big_parse(digits, count, 10, is_negative), scale);
}
