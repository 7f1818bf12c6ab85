/* SPDX-License-Identifier: MIT */
/*
 * Exact numbers: arithmetic that goes on in big integers where ints overflow,
 * the parts of ratios, and conversions to big integers, ratios and decimals.
 *
 * A double is taken as the decimal that it prints as, not as the binary
 * fraction that it is: (rationalize 0.1) is 1/10. with-precision sets the
 * rounding of decimals for as long as its body runs, however that ends.
 */
#include "interp/core/support.h"
#include "interp/data/big.h"
#include "interp/data/ratio.h"
#include "interp/data/wide.h"
#include "interp/read/pretty.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* --- Promotion ------------------------------------------------------------ */

/* Throws unless v, the only argument of `operation`, is a number. */
static void
expect_number(Value v, const char *operation)
{
    if (!number_is(v)) {
        error_throw(ERROR_TYPE, "%s expects a number, found %s", operation,
                    value_shown(v));
    }
}

/* From left to right, beginning with `result`. */
static Value
fold(Value result, const Value *args, uint32_t argc,
     Value (*step)(Value a, Value b))
{
    for (uint32_t i = 0; i < argc; i++) {
        result = step(result, args[i]);
    }
    return result;
}

/* (+' & numbers) */
static Value
exact_add(Value *args, uint32_t argc)
{
    return fold(number_int(0), args, argc, number_add_wide);
}

/* (-' x), (-' x & numbers) */
static Value
exact_sub(Value *args, uint32_t argc)
{
    expect_number(args[0], "-'");
    if (argc > 1) {
        return fold(args[0], args + 1, argc - 1, number_sub_wide);
    }
    // 0 - 0.0 is not -0.0, and the negative of the least int needs more bits.
    bool is_int = number_is_int(args[0]);
    return is_int ? number_sub_wide(number_int(0), args[0])
                  : number_neg(args[0]);
}

/* (*' & numbers) */
static Value
exact_mul(Value *args, uint32_t argc)
{
    return fold(number_int(1), args, argc, number_mul_wide);
}

/* (inc' x) */
static Value
exact_inc(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return number_add_wide(args[0], number_int(1));
}

/* (dec' x) */
static Value
exact_dec(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return number_sub_wide(args[0], number_int(1));
}

/* --- Conversion ----------------------------------------------------------- */

/* A string as the number that it writes, a double as its decimal; else v. */
static Value
as_written(Value v, const char *operation)
{
    Value number = v;
    if (text_is(v)) {
        number = number_parse(text_bytes(v), text_byte_len(v));
        if (value_is(number, VALUE_ABSENT)) {
            error_throw(ERROR_VALUE, "%s: %s is not a number", operation,
                        value_shown(v));
        }
    }
    expect_number(number, operation);
    if (!number_is_double(number)) {
        return number;
    }
    double value = number_to_double(number);
    if (!isfinite(value)) {
        error_throw(ERROR_VALUE, "%s: %s has no exact value", operation,
                    value_shown(number));
    }
    return wide_decimal_from_double(value);
}

/* (bigint x) */
static Value
exact_bigint(Value *args, uint32_t argc)
{
    assert(argc == 1);
    Value number = as_written(args[0], "bigint");
    if (text_is(args[0]) && !number_is_integer(number)) {
        error_throw(ERROR_VALUE, "bigint: %s is not an integer",
                    value_shown(args[0]));
    }
    return big_widen(wide_whole(number));
}

/* (bigdec x) */
static Value
exact_bigdec(Value *args, uint32_t argc)
{
    assert(argc == 1);
    Value text = args[0];
    if (!text_is(text)) {
        return wide_to_decimal(as_written(text, "bigdec"));
    }
    // As it is written, so 1.50 keeps its zero.
    Value literal = text_format("%sM", text_bytes(text));
    Value number = number_parse(text_bytes(literal), text_byte_len(literal));
    if (value_is(number, VALUE_ABSENT)) {
        error_throw(ERROR_VALUE, "bigdec: %s is not a number",
                    value_shown(text));
    }
    return number;
}

/* (rationalize x) */
static Value
exact_rationalize(Value *args, uint32_t argc)
{
    assert(argc == 1);
    if (text_is(args[0])) {
        expect_number(args[0], "rationalize");
    }
    Value number = as_written(args[0], "rationalize");
    if (!decimal_is(number)) {
        return number;
    }
    Value exact = decimal_exact(number);
    return ratio_is(exact) ? exact : big_widen(exact);
}

static void
expect_ratio(Value v, const char *operation)
{
    if (!ratio_is(v)) {
        error_throw(ERROR_TYPE, "%s expects a ratio, found %s", operation,
                    value_shown(v));
    }
}

/* (numerator r) */
static Value
exact_numerator(Value *args, uint32_t argc)
{
    assert(argc == 1);
    expect_ratio(args[0], "numerator");
    return ratio_numerator(args[0]);
}

/* (denominator r) */
static Value
exact_denominator(Value *args, uint32_t argc)
{
    assert(argc == 1);
    expect_ratio(args[0], "denominator");
    return ratio_denominator(args[0]);
}

/* --- with-precision ------------------------------------------------------- */

static enum decimal_mode
mode_named(Value name)
{
    static const char *const names[] = {
        [DECIMAL_UP] = "UP",
        [DECIMAL_DOWN] = "DOWN",
        [DECIMAL_CEILING] = "CEILING",
        [DECIMAL_FLOOR] = "FLOOR",
        [DECIMAL_HALF_UP] = "HALF_UP",
        [DECIMAL_HALF_DOWN] = "HALF_DOWN",
        [DECIMAL_HALF_EVEN] = "HALF_EVEN",
        [DECIMAL_UNNECESSARY] = "UNNECESSARY",
    };
    for (size_t i = 0; i < CORE_COUNT(names); i++) {
        if (text_is(name) && text_equal_cstring(name, names[i])) {
            return (enum decimal_mode)i;
        }
    }
    error_throw_help(ERROR_VALUE,
                     "Known are UP, DOWN, CEILING, FLOOR, HALF_UP, HALF_DOWN, "
                     "HALF_EVEN and UNNECESSARY.",
                     "with-precision: %s is no rounding mode",
                     value_shown(name));
}

static Value
call_thunk(void *thunk)
{
    return invoke0(*(Value *)thunk);
}

/* (with-precision* digits mode f); 0 digits: exact. */
static Value
exact_with_precision(Value *args, uint32_t argc)
{
    assert(argc == 3);
    int64_t digits = number_expect_int(args[0], "with-precision");
    if (digits < 0 || digits > INT32_MAX) {
        error_throw(ERROR_VALUE, "with-precision: %lld digits are not possible",
                    (long long)digits);
    }
    Value thunk = args[2];
    Value result;
    Value thrown;
    struct decimal_rounding rounding = {digits, mode_named(args[1])};
    struct decimal_rounding outer = wide_set_rounding(rounding);
    bool is_done = error_try(call_thunk, &thunk, &result, &thrown);
    wide_set_rounding(outer);
    if (!is_done) {
        error_throw_value(thrown);
    }
    return result;
}

static const struct builtin rows[] = {
    {"+'", 0, ARGS_ANY, exact_add, "[& numbers]",
     "As +, with a big integer where integers overflow.", "0.1"},
    {"-'", 1, ARGS_ANY, exact_sub, "[x] [x & numbers]",
     "As -, with a big integer where integers overflow.", "0.1"},
    {"*'", 0, ARGS_ANY, exact_mul, "[& numbers]",
     "As *, with a big integer where integers overflow.", "0.1"},
    {"inc'", 1, 1, exact_inc, "[x]",
     "As inc, with a big integer where that overflows.", "0.1"},
    {"dec'", 1, 1, exact_dec, "[x]",
     "As dec, with a big integer where that overflows.", "0.1"},
    {"bigint", 1, 1, exact_bigint, "[x]",
     "A number, cut to a whole one, or a string as a big integer.", "0.1"},
    {"biginteger", 1, 1, exact_bigint, "[x]", "As bigint.", "0.1"},
    {"bigdec", 1, 1, exact_bigdec, "[x]", "A number or string as a decimal.",
     "0.1"},
    {"rationalize", 1, 1, exact_rationalize, "[x]",
     "A number as an integer or ratio; a double as the decimal that it prints "
     "as.",
     "0.1"},
    {"numerator", 1, 1, exact_numerator, "[r]", "What a ratio divides.", "0.1"},
    {"denominator", 1, 1, exact_denominator, "[r]", "What a ratio divides by.",
     "0.1"},
    {"with-precision*", 3, 3, exact_with_precision, "[digits mode f]",
     "Calls f with decimals rounded; see with-precision.", "0.1"},
};

const struct core_table core_exact[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
