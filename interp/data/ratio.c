/* SPDX-License-Identifier: MIT */
/*
 * Ratios, by the arithmetic of big integers. Parts that fit an int are kept as
 * ints, so that equal ratios have equal parts, and small ones cost little.
 */
#include "interp/data/ratio.h"

#include "interp/data/alloc.h"
#include "interp/data/big.h"
#include "interp/data/decimal.h"
#include "interp/data/hash.h"
#include "interp/data/number.h"

#include <assert.h>

static const struct ratio_object *
object_of(Value v)
{
    return (const struct ratio_object *)value_object(v);
}

Value
ratio_numerator(Value v)
{
    return ratio_is(v) ? object_of(v)->numerator : v;
}

Value
ratio_denominator(Value v)
{
    return ratio_is(v) ? object_of(v)->denominator : number_int(1);
}

Value
ratio_make(Value numerator, Value denominator)
{
    assert(big_sign(denominator) != 0);
    Value divisor = big_gcd(numerator, denominator);
    if (big_sign(denominator) < 0) {
        divisor = big_neg(divisor);
    }
    Value above = big_quot(numerator, divisor);
    Value below = big_compact(big_quot(denominator, divisor));
    if (value_is(below, number_int(1))) {
        return above;
    }
    struct ratio_object *ratio =
        alloc_object(KIND_RATIO, sizeof(struct ratio_object));
    ratio->numerator = big_compact(above);
    ratio->denominator = below;
    return value_from_object(ratio);
}

/* The numerator of a, brought to the denominator of both. */
static Value
crossed(Value a, Value b)
{
    return big_mul(ratio_numerator(a), ratio_denominator(b));
}

static Value
common_denominator(Value a, Value b)
{
    return big_mul(ratio_denominator(a), ratio_denominator(b));
}

Value
ratio_add(Value a, Value b)
{
    return ratio_make(big_add(crossed(a, b), crossed(b, a)),
                      common_denominator(a, b));
}

Value
ratio_sub(Value a, Value b)
{
    return ratio_make(big_sub(crossed(a, b), crossed(b, a)),
                      common_denominator(a, b));
}

Value
ratio_mul(Value a, Value b)
{
    return ratio_make(big_mul(ratio_numerator(a), ratio_numerator(b)),
                      common_denominator(a, b));
}

Value
ratio_div(Value a, Value b)
{
    return ratio_make(crossed(a, b), crossed(b, a));
}

Value
ratio_quot(Value a, Value b)
{
    return big_quot(crossed(a, b), crossed(b, a));
}

Value
ratio_rem(Value a, Value b)
{
    return ratio_sub(a, ratio_mul(ratio_quot(a, b), b));
}

int
ratio_sign(Value v)
{
    return big_sign(ratio_numerator(v));
}

int
ratio_compare(Value a, Value b)
{
    return big_compare(crossed(a, b), crossed(b, a));
}

uint32_t
ratio_hash(Value v)
{
    assert(ratio_is(v));
    uint64_t above = big_hash(object_of(v)->numerator);
    return hash_word(above << 32 | big_hash(object_of(v)->denominator));
}

double
ratio_to_double(Value v)
{
    struct decimal_rounding rounding = {16, DECIMAL_HALF_EVEN};
    Value above = decimal_make(ratio_numerator(v), 0);
    Value below = decimal_make(ratio_denominator(v), 0);
    return decimal_to_double(decimal_div(above, below, &rounding));
}
