/* SPDX-License-Identifier: MIT */
/*
 * Integers of any size. The only user of GMP.
 *
 * Operands are integers of either kind (number_is_integer); results are big
 * integers, which may be small: big_compact makes an int of one that fits.
 *
 * GMP aborts when it gets no memory, and nothing may jump across it. So each
 * operation asks the budget for the size of its result before it begins
 * (alloc_reserve throws), and counts its work; GMP's own memory is collected.
 */
#ifndef INTERP_DATA_BIG_H
#define INTERP_DATA_BIG_H

#include "interp/data/object.h"

#include <stddef.h>

static inline bool
big_is(Value v)
{
    return value_is_kind(v, KIND_BIGINT);
}

Value big_from_int(int64_t n);
/* True with the number if it fits. */
bool big_to_int(Value v, int64_t *number);
/* An integer as KIND_INT where it fits, else as it is. */
Value big_compact(Value v);
/* An integer as KIND_BIGINT. */
Value big_widen(Value v);
/* The nearest double; infinite beyond all of them. */
double big_to_double(Value v);

Value big_add(Value a, Value b);
Value big_sub(Value a, Value b);
Value big_mul(Value a, Value b);
/* Cut towards zero; b is not 0. */
Value big_quot(Value a, Value b);
Value big_rem(Value a, Value b);
/* How often a factor (2 or more) divides *v, not 0, which loses it. */
int64_t big_take_factor(Value *v, uint32_t factor);
Value big_neg(Value a);
Value big_gcd(Value a, Value b);
/* base to the power of `exponent`. */
Value big_power(int64_t base, uint64_t exponent);

int big_sign(Value a);
int big_compare(Value a, Value b);
/* Against a double that is not NaN. */
int big_compare_double(Value a, double number);
bool big_is_even(Value a);
/* Agrees with value_hash of ints. */
uint32_t big_hash(Value a);

/* How many decimal digits; 1 for 0. */
uint64_t big_digits(Value a);
/* Divides by ten as often as it comes out even, at most `most` times; *count
 * says how often. a is not 0. */
Value big_strip_zeros(Value a, uint64_t most, uint64_t *count);

/* Digits with a sign in a radix of 2 to 36, a string. */
Value big_text(Value a, int radix);
/* Digits without a sign that are known to be of the radix. */
Value big_parse(const char *digits, size_t len, int radix, bool is_negative);

#endif
