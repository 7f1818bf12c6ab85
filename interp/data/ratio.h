/* SPDX-License-Identifier: MIT */
/*
 * Ratios of integers, always in lowest terms. Operands are integers of either
 * kind or ratios; a result that is whole is a big integer, as in Clojure.
 */
#ifndef INTERP_DATA_RATIO_H
#define INTERP_DATA_RATIO_H

#include "interp/data/object.h"

static inline bool
ratio_is(Value v)
{
    return value_is_kind(v, KIND_RATIO);
}

/* numerator / denominator, which is not 0. */
Value ratio_make(Value numerator, Value denominator);
/* Of an integer: itself, and 1. */
Value ratio_numerator(Value v);
Value ratio_denominator(Value v);

Value ratio_add(Value a, Value b);
Value ratio_sub(Value a, Value b);
Value ratio_mul(Value a, Value b);
/* b is not 0, here and below. */
Value ratio_div(Value a, Value b);
Value ratio_quot(Value a, Value b);
Value ratio_rem(Value a, Value b);

int ratio_sign(Value v);
int ratio_compare(Value a, Value b);
uint32_t ratio_hash(Value v);
/* By way of 16 decimal digits, as Clojure does. */
double ratio_to_double(Value v);

#endif
