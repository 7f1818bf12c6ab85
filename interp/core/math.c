/* SPDX-License-Identifier: MIT */
/*
 * clojure.math: functions of doubles, from the C library.
 *
 * Arguments of any kind of number become doubles, and results are doubles;
 * what has no result is NaN, never an error, as in Java. The exceptions take
 * and give integers: round, floor-div, floor-mod, and the exact functions, for
 * which an overflow is an error. The C library decides the last bit, so
 * results are the same on machines with the same one.
 */
#include "interp/core/support.h"
#include "interp/data/namespace.h"
#include "interp/read/pretty.h"

#include <assert.h>
#include <math.h>

/* Any number, as a double. */
static double
argument(Value v, const char *operation)
{
    if (!number_is(v)) {
        error_throw(ERROR_TYPE, "%s expects a number, found %s", operation,
                    value_shown(v));
    }
    return number_to_double(v);
}

/* A row function that applies a function of one double, or two. */
#define MATH_1(row, name, function)                              \
    static Value row(Value *args, uint32_t argc)                 \
    {                                                            \
        (void)argc;                                              \
        return number_double(function(argument(args[0], name))); \
    }
#define MATH_2(row, name, function)                                     \
    static Value row(Value *args, uint32_t argc)                        \
    {                                                                   \
        (void)argc;                                                     \
        double first = argument(args[0], name);                         \
        return number_double(function(first, argument(args[1], name))); \
    }

/* Zeros and NaN come back as they are. */
static double
signum(double x)
{
    return x > 0 ? 1.0 : x < 0 ? -1.0 : x;
}

/* The C library may miss an exact root by the last bit. */
static double
cube_root(double x)
{
    double root = cbrt(x);
    double whole = rint(root);
    return fabs(whole * whole * whole - x) > 0 ? root : whole;
}

/* Java's: an exponent that is no number gives none, nor does an endless one
 * of 1 or -1. */
static double
power(double x, double y)
{
    bool is_open = isnan(y) || (isinf(y) && fabs(x) >= 1 && fabs(x) <= 1);
    return is_open ? (double)NAN : pow(x, y);
}

static double
to_radians(double degrees)
{
    return degrees / 180.0 * 3.14159265358979323846;
}

static double
to_degrees(double radians)
{
    return radians * 180.0 / 3.14159265358979323846;
}

MATH_1(math_sqrt, "sqrt", sqrt)
MATH_1(math_cbrt, "cbrt", cube_root)
MATH_1(math_exp, "exp", exp)
MATH_1(math_expm1, "expm1", expm1)
MATH_1(math_log, "log", log)
MATH_1(math_log10, "log10", log10)
MATH_1(math_log1p, "log1p", log1p)
MATH_1(math_floor, "floor", floor)
MATH_1(math_ceil, "ceil", ceil)
MATH_1(math_rint, "rint", rint)
MATH_1(math_signum, "signum", signum)
MATH_1(math_sin, "sin", sin)
MATH_1(math_cos, "cos", cos)
MATH_1(math_tan, "tan", tan)
MATH_1(math_asin, "asin", asin)
MATH_1(math_acos, "acos", acos)
MATH_1(math_atan, "atan", atan)
MATH_1(math_sinh, "sinh", sinh)
MATH_1(math_cosh, "cosh", cosh)
MATH_1(math_tanh, "tanh", tanh)
MATH_1(math_to_radians, "to-radians", to_radians)
MATH_1(math_to_degrees, "to-degrees", to_degrees)
MATH_2(math_pow, "pow", power)
MATH_2(math_atan2, "atan2", atan2)
MATH_2(math_hypot, "hypot", hypot)
MATH_2(math_copy_sign, "copy-sign", copysign)
MATH_2(math_ieee_remainder, "IEEE-remainder", remainder)
MATH_2(math_next_after, "next-after", nextafter)

/* The distance to the next double away from zero. */
static double
ulp(double x)
{
    double size = fabs(x);
    if (!isfinite(size)) {
        return size;
    }
    double next = nextafter(size, HUGE_VAL);
    return isinf(next) ? size - nextafter(size, 0) : next - size;
}

static double
next_up(double x)
{
    return nextafter(x, HUGE_VAL);
}

static double
next_down(double x)
{
    return nextafter(x, -HUGE_VAL);
}

MATH_1(math_ulp, "ulp", ulp)
MATH_1(math_next_up, "next-up", next_up)
MATH_1(math_next_down, "next-down", next_down)

/* (get-exponent x) */
static Value
math_get_exponent(Value *args, uint32_t argc)
{
    assert(argc == 1);
    enum { EXPONENT_MIN = -1023, EXPONENT_MAX = 1024 };
    double x = argument(args[0], "get-exponent");
    if (!isfinite(x)) {
        return number_int(EXPONENT_MAX);
    }
    return number_int(isnormal(x) ? ilogb(x) : EXPONENT_MIN);
}

/* (scalb x n) */
static Value
math_scalb(Value *args, uint32_t argc)
{
    assert(argc == 2);
    enum { SCALE_MAX = 5000 }; // Beyond it every double is infinite or zero.
    double x = argument(args[0], "scalb");
    int64_t power = number_expect_int(args[1], "scalb");
    power = power > SCALE_MAX ? SCALE_MAX : power;
    power = power < -SCALE_MAX ? -SCALE_MAX : power;
    return number_double(scalbn(x, (int)power));
}

/* To the nearest integer, halves upwards; what does not fit becomes the
 * nearest that does, and NaN 0. */
static Value
math_round(Value *args, uint32_t argc)
{
    (void)argc;
    double x = argument(args[0], "round");
    double whole = floor(x);
    if (x - whole >= 0.5) {
        whole += 1;
    }
    if (isnan(x)) {
        return number_int(0);
    }
    if (whole >= 9223372036854775808.0) {
        return number_int(INT64_MAX);
    }
    if (whole < -9223372036854775808.0) {
        return number_int(INT64_MIN);
    }
    return number_int((int64_t)whole);
}

/* (floor-mod x y) */
static Value
math_floor_mod(Value *args, uint32_t argc)
{
    (void)argc;
    number_expect_int(args[0], "floor-mod");
    number_expect_int(args[1], "floor-mod");
    return number_mod(args[0], args[1]);
}

/* (floor-div x y) */
static Value
math_floor_div(Value *args, uint32_t argc)
{
    (void)argc;
    number_expect_int(args[0], "floor-div");
    number_expect_int(args[1], "floor-div");
    Value rest = number_mod(args[0], args[1]);
    Value quotient = number_quot(args[0], args[1]);
    bool is_below = number_to_int(rest) != 0 &&
                    (number_sign(args[0]) < 0) != (number_sign(args[1]) < 0);
    return is_below ? number_dec(quotient) : quotient;
}

/* All arithmetic of integers is exact; these take nothing else. */
static Value
exact(Value (*combine)(Value, Value), Value a, Value b, const char *operation)
{
    number_expect_int(a, operation);
    number_expect_int(b, operation);
    return combine(a, b);
}

/* (add-exact x y) */
static Value
math_add_exact(Value *args, uint32_t argc)
{
    assert(argc == 2);
    return exact(number_add, args[0], args[1], "add-exact");
}

/* (subtract-exact x y) */
static Value
math_subtract_exact(Value *args, uint32_t argc)
{
    assert(argc == 2);
    return exact(number_sub, args[0], args[1], "subtract-exact");
}

/* (multiply-exact x y) */
static Value
math_multiply_exact(Value *args, uint32_t argc)
{
    assert(argc == 2);
    return exact(number_mul, args[0], args[1], "multiply-exact");
}

/* (increment-exact x) */
static Value
math_increment_exact(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return exact(number_add, args[0], number_int(1), "increment-exact");
}

/* (decrement-exact x) */
static Value
math_decrement_exact(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return exact(number_sub, args[0], number_int(1), "decrement-exact");
}

/* (negate-exact x) */
static Value
math_negate_exact(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return exact(number_sub, number_int(0), args[0], "negate-exact");
}

void
core_math_start(void)
{
    static const struct {
        const char *name;
        double value;
        const char *doc;
    } constants[] = {
        {"E", 2.718281828459045, "The base of natural logarithms."},
        {"PI", 3.141592653589793,
         "The circumference of a circle over its diameter."},
    };
    Value ns = namespace_ensure(symbol_from_cstring("clojure.math"));
    for (size_t i = 0; i < CORE_COUNT(constants); i++) {
        Value var =
            namespace_intern(ns, symbol_from_cstring(constants[i].name));
        ((struct var_object *)value_object(var))->value =
            number_double(constants[i].value);
        core_describe(var, constants[i].doc, "0.1");
    }
}

static const struct builtin rows[] = {
    {"sqrt", 1, 1, math_sqrt, "[x]", "The square root.", "0.1"},
    {"cbrt", 1, 1, math_cbrt, "[x]", "The cube root.", "0.1"},
    {"exp", 1, 1, math_exp, "[x]", "e to the power of x.", "0.1"},
    {"expm1", 1, 1, math_expm1, "[x]", "exp of x, less 1.", "0.1"},
    {"log", 1, 1, math_log, "[x]", "The natural logarithm.", "0.1"},
    {"log10", 1, 1, math_log10, "[x]", "The logarithm to base 10.", "0.1"},
    {"log1p", 1, 1, math_log1p, "[x]", "log of x plus 1.", "0.1"},
    {"pow", 2, 2, math_pow, "[x y]", "x to the power of y.", "0.1"},
    {"floor", 1, 1, math_floor, "[x]",
     "The largest whole number that is not above x, as a double.", "0.1"},
    {"ceil", 1, 1, math_ceil, "[x]",
     "The smallest whole number that is not below x, as a double.", "0.1"},
    {"rint", 1, 1, math_rint, "[x]",
     "The nearest whole number, halves to the even one, as a double.", "0.1"},
    {"round", 1, 1, math_round, "[x]", "The nearest integer; halves go up.",
     "0.1"},
    {"signum", 1, 1, math_signum, "[x]", "-1.0, 0.0 or 1.0.", "0.1"},
    {"sin", 1, 1, math_sin, "[x]", "Sine of radians.", "0.1"},
    {"cos", 1, 1, math_cos, "[x]", "Cosine of radians.", "0.1"},
    {"tan", 1, 1, math_tan, "[x]", "Tangent of radians.", "0.1"},
    {"asin", 1, 1, math_asin, "[x]", "Arc sine in radians.", "0.1"},
    {"acos", 1, 1, math_acos, "[x]", "Arc cosine in radians.", "0.1"},
    {"atan", 1, 1, math_atan, "[x]", "Arc tangent in radians.", "0.1"},
    {"atan2", 2, 2, math_atan2, "[y x]", "The angle of the point (x, y).",
     "0.1"},
    {"sinh", 1, 1, math_sinh, "[x]", "Hyperbolic sine.", "0.1"},
    {"cosh", 1, 1, math_cosh, "[x]", "Hyperbolic cosine.", "0.1"},
    {"tanh", 1, 1, math_tanh, "[x]", "Hyperbolic tangent.", "0.1"},
    {"hypot", 2, 2, math_hypot, "[x y]", "The length of the vector (x, y).",
     "0.1"},
    {"to-radians", 1, 1, math_to_radians, "[degrees]", "Degrees as radians.",
     "0.1"},
    {"to-degrees", 1, 1, math_to_degrees, "[radians]", "Radians as degrees.",
     "0.1"},
    {"copy-sign", 2, 2, math_copy_sign, "[x sign]", "x with the sign of sign.",
     "0.1"},
    {"IEEE-remainder", 2, 2, math_ieee_remainder, "[x y]",
     "What is left of x after the nearest multiple of y.", "0.1"},
    {"next-after", 2, 2, math_next_after, "[start direction]",
     "The double next to start, towards direction.", "0.1"},
    {"next-up", 1, 1, math_next_up, "[x]", "The double next above x.", "0.1"},
    {"next-down", 1, 1, math_next_down, "[x]", "The double next below x.",
     "0.1"},
    {"ulp", 1, 1, math_ulp, "[x]", "How far the double next to x is.", "0.1"},
    {"get-exponent", 1, 1, math_get_exponent, "[x]",
     "The exponent of the binary form of x.", "0.1"},
    {"scalb", 2, 2, math_scalb, "[x n]", "x times 2 to the power of n.", "0.1"},
    {"add-exact", 2, 2, math_add_exact, "[x y]", "The sum of integers.", "0.1"},
    {"subtract-exact", 2, 2, math_subtract_exact, "[x y]",
     "The difference of integers.", "0.1"},
    {"multiply-exact", 2, 2, math_multiply_exact, "[x y]",
     "The product of integers.", "0.1"},
    {"increment-exact", 1, 1, math_increment_exact, "[x]", "x plus 1.", "0.1"},
    {"decrement-exact", 1, 1, math_decrement_exact, "[x]", "x less 1.", "0.1"},
    {"negate-exact", 1, 1, math_negate_exact, "[x]", "0 less x.", "0.1"},
    {"floor-div", 2, 2, math_floor_div, "[x y]",
     "Integer division that rounds down.", "0.1"},
    {"floor-mod", 2, 2, math_floor_mod, "[x y]", "The rest of floor-div.",
     "0.1"},
};

const struct core_table core_math[] = {
    {"clojure.math", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
