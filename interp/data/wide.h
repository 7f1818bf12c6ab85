/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic where an operand is a big integer, a ratio or a decimal: what
 * number.c, whose business is ints and doubles, leaves to this.
 *
 * The wider kind decides: int, big integer, ratio, decimal, double.
 */
#ifndef INTERP_DATA_WIDE_H
#define INTERP_DATA_WIDE_H

#include "interp/data/decimal.h"
#include "interp/data/object.h"

enum wide_op {
    WIDE_ADD,
    WIDE_SUB,
    WIDE_MUL,
    WIDE_DIV, /* the right operand of this and the next is not 0 */
    WIDE_QUOT,
    WIDE_REM
};

static inline bool
wide_is(Value v)
{
    return value_is_object(v) && value_object(v)->kind >= KIND_BIGINT &&
           value_object(v)->kind <= KIND_DECIMAL;
}

/* Of two numbers of which none is a double. */
Value wide_apply(enum wide_op op, Value a, Value b);
Value wide_neg(Value v);
/* Of two numbers of which none is NaN. */
int wide_compare(Value a, Value b);
int wide_sign(Value v);
/* The same category and number, as `=` sees it; both are wide, or ints. */
bool wide_equal(Value a, Value b);
uint32_t wide_hash(Value v);
double wide_to_double(Value v);
/* The integer that is left without the fraction. */
Value wide_whole(Value v);
/* As `str` shows it, a string; readable: with its N or M. */
Value wide_text(Value v, bool is_readable);

/* Decimals: any number but a double as one, exactly or rounded. */
Value wide_to_decimal(Value v);
/* A finite double as the decimal that its shortest digits are. */
Value wide_decimal_from_double(double number);

/* What with-precision sets for decimal arithmetic; precision 0: exact. Returns
 * what held before. */
struct decimal_rounding wide_set_rounding(struct decimal_rounding rounding);

#endif
