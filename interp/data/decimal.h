/* SPDX-License-Identifier: MIT */
/*
 * Decimals as Java's BigDecimal: an integer and a scale that is kept, so 1.50
 * is not written as 1.5, though both are equal.
 *
 * Results are exact where no rounding is given; a quotient without an end is
 * then an error. Scales are those that BigDecimal gives.
 */
#ifndef INTERP_DATA_DECIMAL_H
#define INTERP_DATA_DECIMAL_H

#include "interp/data/object.h"

#include <stddef.h>

enum decimal_mode {
    DECIMAL_UP, /* away from zero */
    DECIMAL_DOWN,
    DECIMAL_CEILING,
    DECIMAL_FLOOR,
    DECIMAL_HALF_UP,
    DECIMAL_HALF_DOWN,
    DECIMAL_HALF_EVEN,
    DECIMAL_UNNECESSARY /* a digit that would be lost is an error */
};

/* To so many digits, at least 1. */
struct decimal_rounding {
    int64_t precision;
    enum decimal_mode mode;
};

static inline bool
decimal_is(Value v)
{
    return value_is_kind(v, KIND_DECIMAL);
}

/* An integer times ten to the power of -scale. Throws ERROR_OVERFLOW for a
 * scale beyond 32 bits. */
Value decimal_make(Value unscaled, int64_t scale);
Value decimal_unscaled(Value v);
int64_t decimal_scale(Value v);

/* The rounding may be NULL: exact. */
Value decimal_add(Value a, Value b, const struct decimal_rounding *rounding);
Value decimal_sub(Value a, Value b, const struct decimal_rounding *rounding);
Value decimal_mul(Value a, Value b, const struct decimal_rounding *rounding);
/* b is not 0, here and below. */
Value decimal_div(Value a, Value b, const struct decimal_rounding *rounding);
/* A whole quotient, and what it leaves: neither is rounded, but an error if the
 * quotient has more digits than the rounding gives. */
Value decimal_quot(Value a, Value b, const struct decimal_rounding *rounding);
Value decimal_rem(Value a, Value b, const struct decimal_rounding *rounding);
Value decimal_neg(Value v);

/* To so many digits. */
Value decimal_round(Value v, const struct decimal_rounding *rounding);
/* To this scale. */
Value decimal_rescale(Value v, int64_t scale, enum decimal_mode mode);
/* The integer that is left when the fraction is cut off. */
Value decimal_whole(Value v);
/* The same number as an integer or ratio. */
Value decimal_exact(Value v);

int decimal_sign(Value v);
int decimal_compare(Value a, Value b);
uint32_t decimal_hash(Value v);
double decimal_to_double(Value v);

/* As Java's toString; a string. */
Value decimal_text(Value v);
/* Digits with a point, an exponent or both, known to be of that form. */
Value decimal_parse(const char *text, size_t len, bool is_negative);

#endif
