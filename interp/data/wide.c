/* SPDX-License-Identifier: MIT */
/*
 * Contagion: both operands are brought to the wider of their kinds, and that
 * kind's module does the operation. A double is the widest for arithmetic;
 * compared with a big integer it is taken exactly, with ratios and decimals
 * as Clojure does, by their nearest doubles.
 */
#include "interp/data/wide.h"

#include "interp/data/big.h"
#include "interp/data/number.h"
#include "interp/data/ratio.h"
#include "interp/data/text.h"

#include <assert.h>

static struct decimal_rounding current;

struct decimal_rounding
wide_set_rounding(struct decimal_rounding rounding)
{
    assert(rounding.precision >= 0);
    struct decimal_rounding before = current;
    current = rounding;
    return before;
}

static const struct decimal_rounding *
rounding_now(void)
{
    return current.precision > 0 ? &current : NULL;
}

/* The wider of two kinds; their order is that of enum kind. */
static enum kind
wider(Value a, Value b)
{
    enum kind a_kind = value_kind(a);
    enum kind b_kind = value_kind(b);
    return a_kind > b_kind ? a_kind : b_kind;
}

Value
wide_to_decimal(Value v)
{
    if (decimal_is(v)) {
        return v;
    }
    Value above = decimal_make(ratio_numerator(v), 0);
    if (!ratio_is(v)) {
        return above;
    }
    return decimal_div(above, decimal_make(ratio_denominator(v), 0),
                       rounding_now());
}

Value
wide_decimal_from_double(double number)
{
    char text[NUMBER_TEXT_MAX];
    size_t len = number_print_double(number, text);
    bool is_negative = text[0] == '-';
    return decimal_parse(text + is_negative, len - is_negative, is_negative);
}

/* --- Arithmetic ------------------------------------------------------------------ */

/* Integers of any size that do not divide make a ratio. */
static Value
apply_big(enum wide_op op, Value a, Value b)
{
    switch (op) {
    case WIDE_ADD:
        return big_add(a, b);
    case WIDE_SUB:
        return big_sub(a, b);
    case WIDE_MUL:
        return big_mul(a, b);
    case WIDE_DIV:
        return ratio_make(a, b);
    case WIDE_QUOT:
        return big_quot(a, b);
    case WIDE_REM:
        return big_rem(a, b);
    }
    assert(false);
    return a;
}

static Value
apply_ratio(enum wide_op op, Value a, Value b)
{
    static Value (*const operations[])(Value, Value) = {
        [WIDE_ADD] = ratio_add,   [WIDE_SUB] = ratio_sub,
        [WIDE_MUL] = ratio_mul,   [WIDE_DIV] = ratio_div,
        [WIDE_QUOT] = ratio_quot, [WIDE_REM] = ratio_rem};
    assert((size_t)op < sizeof(operations) / sizeof(operations[0]));
    return operations[op](a, b);
}

static Value
apply_decimal(enum wide_op op, Value a, Value b)
{
    const struct decimal_rounding *rounding = rounding_now();
    a = wide_to_decimal(a);
    b = wide_to_decimal(b);
    switch (op) {
    case WIDE_ADD:
        return decimal_add(a, b, rounding);
    case WIDE_SUB:
        return decimal_sub(a, b, rounding);
    case WIDE_MUL:
        return decimal_mul(a, b, rounding);
    case WIDE_DIV:
        return decimal_div(a, b, rounding);
    case WIDE_QUOT:
        return decimal_quot(a, b, rounding);
    case WIDE_REM:
        return decimal_rem(a, b, rounding);
    }
    assert(false);
    return a;
}

Value
wide_apply(enum wide_op op, Value a, Value b)
{
    assert(!number_is_double(a) && !number_is_double(b));
    switch (wider(a, b)) {
    case KIND_DECIMAL:
        return apply_decimal(op, a, b);
    case KIND_RATIO:
        return apply_ratio(op, a, b);
    default:
        return apply_big(op, a, b);
    }
}

Value
wide_neg(Value v)
{
    if (decimal_is(v)) {
        return decimal_neg(v);
    }
    return ratio_is(v) ? ratio_sub(number_int(0), v) : big_neg(v);
}

/* --- Comparing ------------------------------------------------------------------- */

/* A decimal against a ratio: exactly, as integers or ratios. */
static Value
exact(Value v)
{
    return decimal_is(v) ? decimal_exact(v) : v;
}

static int
compare_double(Value a, double number)
{
    if (number_is_integer(a)) {
        return big_compare_double(a, number);
    }
    double near = wide_to_double(a);
    return (near > number) - (near < number);
}

int
wide_compare(Value a, Value b)
{
    if (number_is_double(a)) {
        return -compare_double(b, number_to_double(a));
    }
    if (number_is_double(b)) {
        return compare_double(a, number_to_double(b));
    }
    if (wider(a, b) == KIND_DECIMAL && !ratio_is(a) && !ratio_is(b)) {
        return decimal_compare(wide_to_decimal(a), wide_to_decimal(b));
    }
    a = exact(a);
    b = exact(b);
    return ratio_is(a) || ratio_is(b) ? ratio_compare(a, b) : big_compare(a, b);
}

int
wide_sign(Value v)
{
    return decimal_is(v) ? decimal_sign(v) : ratio_sign(v);
}

/* Integers of both kinds are one category. */
bool
wide_equal(Value a, Value b)
{
    bool is_whole = number_is_integer(a) && number_is_integer(b);
    if (!is_whole && value_kind(a) != value_kind(b)) {
        return false;
    }
    return wide_compare(a, b) == 0;
}

uint32_t
wide_hash(Value v)
{
    if (decimal_is(v)) {
        return decimal_hash(v);
    }
    return ratio_is(v) ? ratio_hash(v) : big_hash(v);
}

/* --- Conversion ------------------------------------------------------------------ */

double
wide_to_double(Value v)
{
    if (decimal_is(v)) {
        return decimal_to_double(v);
    }
    return ratio_is(v) ? ratio_to_double(v) : big_to_double(v);
}

Value
wide_whole(Value v)
{
    if (decimal_is(v)) {
        return decimal_whole(v);
    }
    return ratio_is(v) ? big_quot(ratio_numerator(v), ratio_denominator(v)) : v;
}

Value
wide_text(Value v, bool is_readable)
{
    if (ratio_is(v)) {
        return text_format("%s/%s",
                           text_bytes(big_text(ratio_numerator(v), 10)),
                           text_bytes(big_text(ratio_denominator(v), 10)));
    }
    Value text = decimal_is(v) ? decimal_text(v) : big_text(v, 10);
    if (!is_readable) {
        return text;
    }
    return text_format("%s%s", text_bytes(text), decimal_is(v) ? "M" : "N");
}
