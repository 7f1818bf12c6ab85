/* SPDX-License-Identifier: MIT */
/*
 * Numbers: int64 with overflow as an error, integers of any size, ratios,
 * decimals and doubles. The wider kind decides how an operation is done, and
 * doubles are the widest. What is not a number throws a type error that names
 * the operation. An "int" is an int64, an "integer" also a big one.
 */
#ifndef INTERP_DATA_NUMBER_H
#define INTERP_DATA_NUMBER_H

#include "interp/data/object.h"

#include <stddef.h>

/* Room for the text of any double, zero-terminated. */
enum { NUMBER_TEXT_MAX = 40 };

/* Boxes an integer outside of the 63 bits of a word; see number_int. */
Value number_int_boxed(int64_t n);

/* Any int64 as a value. */
static inline Value
number_int(int64_t n)
{
    return value_int_fits(n) ? value_from_small_int(n) : number_int_boxed(n);
}

static inline bool
number_is_int(Value v)
{
    return value_is_int(v) || value_is_kind(v, KIND_INT);
}

static inline bool
number_is_double(Value v)
{
    return value_is_kind(v, KIND_DOUBLE);
}

static inline bool
number_is(Value v)
{
    return value_is_int(v) ||
           (value_is_object(v) && value_object(v)->kind >= KIND_INT &&
            value_object(v)->kind <= KIND_DECIMAL);
}

static inline bool
number_is_integer(Value v)
{
    return number_is_int(v) || value_is_kind(v, KIND_BIGINT);
}

/* The integer of a number_is_int value. */
static inline int64_t
number_to_int(Value v)
{
    return value_is_int(v) ? value_small_int(v)
                           : ((struct int_object *)value_object(v))->number;
}

/* Boxes a double. */
Value number_double(double number);
/* The double nearest to a number_is value. */
double number_to_double(Value v);

/* The integer of an argument, or a type error: "nth: expected an integer,
 * found a string". */
int64_t number_expect_int(Value v, const char *operation);

/* Set by the core, which can print values: throws the type error of an
 * operation on two arguments that are not both numbers. */
void
number_set_mismatch(void (*mismatch)(Value a, Value b, const char *operation));

/* Arithmetic; overflow of integers throws ERROR_OVERFLOW. */
Value number_add(Value a, Value b);
Value number_sub(Value a, Value b);
Value number_mul(Value a, Value b);
/* The same, but a result that does not fit an int is a big integer. */
Value number_add_wide(Value a, Value b);
Value number_sub_wide(Value a, Value b);
Value number_mul_wide(Value a, Value b);
/* `/`: integers that do not divide make a ratio. Division of anything but
 * doubles by zero throws ERROR_VALUE here and below. */
Value number_div(Value a, Value b);
Value number_quot(Value a, Value b);
Value number_rem(Value a, Value b);
/* The sign of the result is that of b. */
Value number_mod(Value a, Value b);
Value number_inc(Value a);
Value number_dec(Value a);
Value number_neg(Value a);

/* `==`: 1 and 1.0 are the same number; NaN is none. Throws for non-numbers. */
bool number_same(Value a, Value b);
/* `<` and `<=`; false with a NaN. Throw for non-numbers. */
bool number_less(Value a, Value b);
bool number_less_equal(Value a, Value b);
/* Negative, 0 or positive; a NaN is 0 against everything, as in Clojure. */
int number_compare(Value a, Value b);
/* A NaN wins over any number. */
Value number_min(Value a, Value b);
Value number_max(Value a, Value b);
bool number_is_zero(Value a);
/* -1, 0 or 1; NaN gives 0. */
int number_sign(Value a);
Value number_abs(Value a);

/* `long` and `int`: cuts a fraction off, gives a character's code point. */
Value number_to_long(Value a);

enum number_bit_op {
    NUMBER_BIT_AND,
    NUMBER_BIT_OR,
    NUMBER_BIT_XOR,
    NUMBER_BIT_AND_NOT,
    NUMBER_SHIFT_LEFT,
    NUMBER_SHIFT_RIGHT,
    NUMBER_SHIFT_RIGHT_UNSIGNED /* shift counts are taken modulo 64 */
};

/* A bit operation on two integers. */
Value number_bit(enum number_bit_op op, Value a, Value b);

/* Writes a double as Clojure prints it (1.0, 1.0E10, ##Inf); the length. */
size_t number_print_double(double number, char text[NUMBER_TEXT_MAX]);
/* Writes an int or a double; the length. */
size_t number_print(Value v, char text[NUMBER_TEXT_MAX]);
/* As `str` shows it: Infinity, -Infinity and NaN without the marks. */
size_t number_display(Value v, char text[NUMBER_TEXT_MAX]);

/* Any number as text, a string: as `str` shows it, or with its N or M. */
Value number_text(Value v, bool is_readable);

/* Reads a whole slice as the reader does (decimal, 0x, octal, 2r101,
 * exponents, 1N, 1.0M, 1/2). ABSENT if it is no number. */
Value number_parse(const char *text, size_t len);
/* Decimal integers only, as `parse-long`: ABSENT for all else. */
Value number_parse_long(const char *text, size_t len);
/* As `parse-double`: ABSENT for what is not one. */
Value number_parse_double(const char *text, size_t len);

#endif
