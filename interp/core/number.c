/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic and comparison as functions. The compiler has instructions for
 * the common ones; these rows are what they mean with any number of arguments.
 * Errors name both arguments in the words of the operation.
 *
 * One argument is checked too: (+ nil) is an error, so that a mistake does not
 * hide until a second argument comes. Comparison goes from left to right and
 * ends at the first pair that fails; what stands behind is not looked at. Of
 * equal arguments max and min give the last.
 */
#include "interp/core/support.h"
#include "interp/data/big.h"
#include "interp/read/pretty.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* --- Errors --------------------------------------------------------------- */

static const struct phrase {
    const char *operation;
    const char *verb;
    const char *joint;
} phrases[] = {
    {"+", "add", "and"},      {"-", "subtract", "from"},
    {"*", "multiply", "and"}, {"/", "divide", "by"},
    {"quot", "divide", "by"}, {"rem", "divide", "by"},
    {"mod", "divide", "by"},  {"", "compare", "and"},
};

/* Puts both arguments into the words of the operation: "Cannot add 1 and
 * nil". */
static void
throw_mismatch(Value a, Value b, const char *operation)
{
    const struct phrase *phrase = phrases;
    while (phrase->operation[0] != 0 &&
           strcmp(phrase->operation, operation) != 0) {
        phrase++;
    }
    bool is_swapped = strcmp(phrase->joint, "from") == 0;
    error_throw(ERROR_TYPE, "Cannot %s %s %s %s: %s expects numbers",
                phrase->verb, value_shown(is_swapped ? b : a), phrase->joint,
                value_shown(is_swapped ? a : b), operation);
}

void
core_number_start(void)
{
    number_set_mismatch(throw_mismatch);
    value_set_shown(pretty_brief);
}

/* Throws unless v, the only argument of `operation`, is a number. */
static void
expect_number(Value v, const char *operation)
{
    if (!number_is(v)) {
        error_throw(ERROR_TYPE, "%s expects a number, found %s", operation,
                    value_shown(v));
    }
}

static int64_t
expect_int(Value v, const char *operation)
{
    if (!number_is_int(v)) {
        error_throw(ERROR_TYPE, "%s expects an integer%s, found %s", operation,
                    big_is(v) ? " of 64 bits" : "", value_shown(v));
    }
    return number_to_int(v);
}

/* --- Arithmetic ------------------------------------------------------------ */

/* From left to right; the step throws for what is no number. */
static Value
fold(Value *args, uint32_t argc, Value (*step)(Value a, Value b))
{
    Value result = args[0];
    for (uint32_t i = 1; i < argc; i++) {
        result = step(result, args[i]);
    }
    return result;
}

/* (+ & numbers) */
static Value
core_add(Value *args, uint32_t argc)
{
    if (argc == 0) {
        return number_int(0);
    }
    expect_number(argc == 1 ? args[0] : number_int(0), "+");
    return fold(args, argc, number_add);
}

/* (- x), (- x & numbers) */
static Value
core_sub(Value *args, uint32_t argc)
{
    if (argc == 1) {
        expect_number(args[0], "-");
        return number_neg(args[0]);
    }
    return fold(args, argc, number_sub);
}

/* (* & numbers) */
static Value
core_mul(Value *args, uint32_t argc)
{
    if (argc == 0) {
        return number_int(1);
    }
    expect_number(argc == 1 ? args[0] : number_int(0), "*");
    return fold(args, argc, number_mul);
}

/* (/ x), (/ x & numbers) */
static Value
core_div(Value *args, uint32_t argc)
{
    if (argc == 1) {
        expect_number(args[0], "/");
        return number_div(number_int(1), args[0]);
    }
    return fold(args, argc, number_div);
}

/* (inc x) */
static Value
core_inc(Value *args, uint32_t argc)
{
    (void)argc;
    expect_number(args[0], "inc");
    return number_inc(args[0]);
}

/* (dec x) */
static Value
core_dec(Value *args, uint32_t argc)
{
    (void)argc;
    expect_number(args[0], "dec");
    return number_dec(args[0]);
}

/* (quot x y) */
static Value
core_quot(Value *args, uint32_t argc)
{
    (void)argc;
    return number_quot(args[0], args[1]);
}

/* (rem x y) */
static Value
core_rem(Value *args, uint32_t argc)
{
    (void)argc;
    return number_rem(args[0], args[1]);
}

/* (mod x y) */
static Value
core_mod(Value *args, uint32_t argc)
{
    (void)argc;
    // mod is made of rem, but its errors are its own.
    if (!number_is(args[0]) || !number_is(args[1])) {
        throw_mismatch(args[0], args[1], "mod");
    }
    return number_mod(args[0], args[1]);
}

/* (max x & numbers) */
static Value
core_max(Value *args, uint32_t argc)
{
    expect_number(argc == 1 ? args[0] : number_int(0), "max");
    return fold(args, argc, number_max);
}

/* (min x & numbers) */
static Value
core_min(Value *args, uint32_t argc)
{
    expect_number(argc == 1 ? args[0] : number_int(0), "min");
    return fold(args, argc, number_min);
}

/* (abs x) */
static Value
core_abs(Value *args, uint32_t argc)
{
    (void)argc;
    expect_number(args[0], "abs");
    return number_abs(args[0]);
}

/* --- Comparison ------------------------------------------------------------ */

/* True if `test` holds between all neighbours. */
static Value
ordered(Value *args, uint32_t argc, const char *operation,
        bool (*test)(Value a, Value b))
{
    for (uint32_t i = 1; i < argc; i++) {
        if (!number_is(args[i - 1]) || !number_is(args[i])) {
            throw_mismatch(args[i - 1], args[i], operation);
        }
        if (!test(args[i - 1], args[i])) {
            return VALUE_FALSE;
        }
    }
    return VALUE_TRUE;
}

static bool
is_greater(Value a, Value b)
{
    return number_less(b, a);
}

static bool
is_greater_equal(Value a, Value b)
{
    return number_less_equal(b, a);
}

/* (< x & numbers) */
static Value
core_less(Value *args, uint32_t argc)
{
    return ordered(args, argc, "<", number_less);
}

/* (<= x & numbers) */
static Value
core_less_equal(Value *args, uint32_t argc)
{
    return ordered(args, argc, "<=", number_less_equal);
}

/* (> x & numbers) */
static Value
core_greater(Value *args, uint32_t argc)
{
    return ordered(args, argc, ">", is_greater);
}

/* (>= x & numbers) */
static Value
core_greater_equal(Value *args, uint32_t argc)
{
    return ordered(args, argc, ">=", is_greater_equal);
}

/* (== x & numbers) */
static Value
core_same(Value *args, uint32_t argc)
{
    return ordered(args, argc, "==", number_same);
}

/* (= x & values) */
static Value
core_equal(Value *args, uint32_t argc)
{
    for (uint32_t i = 1; i < argc; i++) {
        if (!value_equal(args[i - 1], args[i])) {
            return VALUE_FALSE;
        }
    }
    return VALUE_TRUE;
}

/* (not= x & values) */
static Value
core_not_equal(Value *args, uint32_t argc)
{
    return value_bool(!value_is_true(core_equal(args, argc)));
}

/* (compare x y) */
static Value
core_compare(Value *args, uint32_t argc)
{
    (void)argc;
    return number_int(value_compare(args[0], args[1]));
}

/* --- Questions ------------------------------------------------------------- */

/* (zero? x) */
static Value
core_is_zero(Value *args, uint32_t argc)
{
    (void)argc;
    expect_number(args[0], "zero?");
    return value_bool(number_is_zero(args[0]));
}

/* (pos? x) */
static Value
core_is_pos(Value *args, uint32_t argc)
{
    (void)argc;
    expect_number(args[0], "pos?");
    return value_bool(number_sign(args[0]) > 0);
}

/* (neg? x) */
static Value
core_is_neg(Value *args, uint32_t argc)
{
    (void)argc;
    expect_number(args[0], "neg?");
    return value_bool(number_sign(args[0]) < 0);
}

/* Of an integer of any size. */
static bool
is_even(Value v, const char *operation)
{
    return big_is(v) ? big_is_even(v) : expect_int(v, operation) % 2 == 0;
}

/* (even? n) */
static Value
core_is_even(Value *args, uint32_t argc)
{
    (void)argc;
    return value_bool(is_even(args[0], "even?"));
}

/* (odd? n) */
static Value
core_is_odd(Value *args, uint32_t argc)
{
    (void)argc;
    return value_bool(!is_even(args[0], "odd?"));
}

/* (NaN? x) */
static Value
core_is_nan(Value *args, uint32_t argc)
{
    (void)argc;
    expect_number(args[0], "NaN?");
    return value_bool(isnan(number_to_double(args[0])));
}

/* (infinite? x) */
static Value
core_is_infinite(Value *args, uint32_t argc)
{
    (void)argc;
    expect_number(args[0], "infinite?");
    return value_bool(isinf(number_to_double(args[0])));
}

/* --- Conversion ------------------------------------------------------------ */

/* A number or character as an integer within [least, most]; doubles are cut
 * towards zero. */
static Value
to_integer(Value v, const char *operation, int64_t least, int64_t most)
{
    if (!number_is(v) && !value_is_char(v)) {
        error_throw(ERROR_TYPE, "%s expects a number or character, found %s",
                    operation, value_shown(v));
    }
    // A double is looked at before it is cut: 127.9 is no byte.
    double size = number_is_double(v) ? number_to_double(v) : 0;
    bool is_narrow = most < INT64_MAX;
    if (is_narrow && (size < (double)least || size > (double)most)) {
        error_throw(ERROR_OVERFLOW, "%s: %g is out of its range", operation,
                    size);
    }
    Value whole = number_to_long(v);
    int64_t number = number_to_int(whole);
    if (number < least || number > most) {
        error_throw(ERROR_OVERFLOW, "%s: %lld is out of its range", operation,
                    (long long)number);
    }
    return whole;
}

/* (long x) */
static Value
core_long(Value *args, uint32_t argc)
{
    (void)argc;
    return to_integer(args[0], "long", INT64_MIN, INT64_MAX);
}

/* (int x) */
static Value
core_int(Value *args, uint32_t argc)
{
    (void)argc;
    return to_integer(args[0], "int", INT32_MIN, INT32_MAX);
}

/* (short x) */
static Value
core_short(Value *args, uint32_t argc)
{
    (void)argc;
    return to_integer(args[0], "short", INT16_MIN, INT16_MAX);
}

/* (byte x) */
static Value
core_byte(Value *args, uint32_t argc)
{
    (void)argc;
    return to_integer(args[0], "byte", INT8_MIN, INT8_MAX);
}

/* (float x): a double that a float of 32 bits could hold nearly */
static Value
core_float(Value *args, uint32_t argc)
{
    (void)argc;
    expect_number(args[0], "float");
    double number = number_to_double(args[0]);
    if (isfinite(number) && fabs(number) > 3.4028234663852886e38) {
        error_throw(ERROR_OVERFLOW, "float: %g is out of its range", number);
    }
    return number_double(number);
}

/* (double x) */
static Value
core_double(Value *args, uint32_t argc)
{
    (void)argc;
    expect_number(args[0], "double");
    return number_is_double(args[0]) ? args[0]
                                     : number_double(number_to_double(args[0]));
}

/* (num x) */
static Value
core_num(Value *args, uint32_t argc)
{
    (void)argc;
    expect_number(args[0], "num");
    return args[0];
}

/* --- Bits ------------------------------------------------------------------ */

/* Bits are those of 64-bit integers; a shift counts modulo 64, as in Java. */
static Value
fold_bits(Value *args, uint32_t argc, enum number_bit_op op, const char *name)
{
    expect_int(args[0], name);
    for (uint32_t i = 1; i < argc; i++) {
        expect_int(args[i], name);
        args[0] = number_bit(op, args[0], args[i]);
    }
    return args[0];
}

/* (bit-and x y & more) */
static Value
core_bit_and(Value *args, uint32_t argc)
{
    return fold_bits(args, argc, NUMBER_BIT_AND, "bit-and");
}

/* (bit-or x y & more) */
static Value
core_bit_or(Value *args, uint32_t argc)
{
    return fold_bits(args, argc, NUMBER_BIT_OR, "bit-or");
}

/* (bit-xor x y & more) */
static Value
core_bit_xor(Value *args, uint32_t argc)
{
    return fold_bits(args, argc, NUMBER_BIT_XOR, "bit-xor");
}

/* (bit-and-not x y & more) */
static Value
core_bit_and_not(Value *args, uint32_t argc)
{
    return fold_bits(args, argc, NUMBER_BIT_AND_NOT, "bit-and-not");
}

/* (bit-shift-left x n) */
static Value
core_shift_left(Value *args, uint32_t argc)
{
    return fold_bits(args, argc, NUMBER_SHIFT_LEFT, "bit-shift-left");
}

/* (bit-shift-right x n) */
static Value
core_shift_right(Value *args, uint32_t argc)
{
    return fold_bits(args, argc, NUMBER_SHIFT_RIGHT, "bit-shift-right");
}

/* (unsigned-bit-shift-right x n) */
static Value
core_shift_right_unsigned(Value *args, uint32_t argc)
{
    return fold_bits(args, argc, NUMBER_SHIFT_RIGHT_UNSIGNED,
                     "unsigned-bit-shift-right");
}

/* (bit-not x) */
static Value
core_bit_not(Value *args, uint32_t argc)
{
    (void)argc;
    return number_int(~expect_int(args[0], "bit-not"));
}

/* One bit, counted from the lowest, modulo 64. */
static uint64_t
bit_mask(Value index, const char *operation)
{
    return (uint64_t)1 << ((uint64_t)expect_int(index, operation) & 63);
}

/* (bit-set x n) */
static Value
core_bit_set(Value *args, uint32_t argc)
{
    (void)argc;
    uint64_t bits = (uint64_t)expect_int(args[0], "bit-set");
    return number_int((int64_t)(bits | bit_mask(args[1], "bit-set")));
}

/* (bit-clear x n) */
static Value
core_bit_clear(Value *args, uint32_t argc)
{
    (void)argc;
    uint64_t bits = (uint64_t)expect_int(args[0], "bit-clear");
    return number_int((int64_t)(bits & ~bit_mask(args[1], "bit-clear")));
}

/* (bit-flip x n) */
static Value
core_bit_flip(Value *args, uint32_t argc)
{
    (void)argc;
    uint64_t bits = (uint64_t)expect_int(args[0], "bit-flip");
    return number_int((int64_t)(bits ^ bit_mask(args[1], "bit-flip")));
}

/* (bit-test x n) */
static Value
core_bit_test(Value *args, uint32_t argc)
{
    (void)argc;
    uint64_t bits = (uint64_t)expect_int(args[0], "bit-test");
    return value_bool((bits & bit_mask(args[1], "bit-test")) != 0);
}

/* --- Tables ---------------------------------------------------------------- */

static const struct builtin rows[] = {
    {"+", 0, ARGS_ANY, core_add, "[& numbers]",
     "The sum; 0 for none. Integers that overflow are an error.", "0.1"},
    {"-", 1, ARGS_ANY, core_sub, "[x] [x & numbers]",
     "The negative of x, or x less all numbers.", "0.1"},
    {"*", 0, ARGS_ANY, core_mul, "[& numbers]", "The product; 1 for none.",
     "0.1"},
    {"/", 1, ARGS_ANY, core_div, "[x] [x & numbers]",
     "x divided by all numbers. Integers that do not divide make a ratio.",
     "0.1"},
    {"inc", 1, 1, core_inc, "[x]", "x plus 1.", "0.1"},
    {"dec", 1, 1, core_dec, "[x]", "x less 1.", "0.1"},
    {"quot", 2, 2, core_quot, "[x y]", "x divided by y, cut to an integer.",
     "0.1"},
    {"rem", 2, 2, core_rem, "[x y]", "The rest of quot; its sign is that of x.",
     "0.1"},
    {"mod", 2, 2, core_mod, "[x y]", "x modulo y; its sign is that of y.",
     "0.1"},
    {"max", 1, ARGS_ANY, core_max, "[x & numbers]", "The largest.", "0.1"},
    {"min", 1, ARGS_ANY, core_min, "[x & numbers]", "The smallest.", "0.1"},
    {"abs", 1, 1, core_abs, "[x]", "x without its sign.", "0.1"},
    {"<", 1, ARGS_ANY, core_less, "[x & numbers]",
     "True if each number is less than the next.", "0.1"},
    {"<=", 1, ARGS_ANY, core_less_equal, "[x & numbers]",
     "True if no number is greater than the next.", "0.1"},
    {">", 1, ARGS_ANY, core_greater, "[x & numbers]",
     "True if each number is greater than the next.", "0.1"},
    {">=", 1, ARGS_ANY, core_greater_equal, "[x & numbers]",
     "True if no number is less than the next.", "0.1"},
    {"==", 1, ARGS_ANY, core_same, "[x & numbers]",
     "True if all are the same number, of whatever kind.", "0.1"},
    {"=", 1, ARGS_ANY, core_equal, "[x & values]",
     "True if all are equal: collections by their items, 1 and 1.0 not.",
     "0.1"},
    {"not=", 1, ARGS_ANY, core_not_equal, "[x & values]", "The opposite of =.",
     "0.1"},
    {"compare", 2, 2, core_compare, "[x y]",
     "Negative, 0 or positive, as x comes before, with or after y.", "0.1"},
    {"zero?", 1, 1, core_is_zero, "[x]", "True for 0 and 0.0.", "0.1"},
    {"pos?", 1, 1, core_is_pos, "[x]", "True above zero.", "0.1"},
    {"neg?", 1, 1, core_is_neg, "[x]", "True below zero.", "0.1"},
    {"even?", 1, 1, core_is_even, "[n]", "True for an even integer.", "0.1"},
    {"odd?", 1, 1, core_is_odd, "[n]", "True for an odd integer.", "0.1"},
    {"NaN?", 1, 1, core_is_nan, "[x]", "True for ##NaN.", "0.1"},
    {"infinite?", 1, 1, core_is_infinite, "[x]", "True for ##Inf and ##-Inf.",
     "0.1"},
    {"long", 1, 1, core_long, "[x]",
     "x as an integer: cuts a double, takes a character's code point.", "0.1"},
    {"int", 1, 1, core_int, "[x]", "As long, within 32 bits.", "0.1"},
    {"short", 1, 1, core_short, "[x]", "As long, within 16 bits.", "0.1"},
    {"byte", 1, 1, core_byte, "[x]", "As long, within 8 bits.", "0.1"},
    {"double", 1, 1, core_double, "[x]", "x as a double.", "0.1"},
    {"float", 1, 1, core_float, "[x]",
     "As double, within the range of 32-bit floats.", "0.1"},
    {"num", 1, 1, core_num, "[x]", "x, which must be a number.", "0.1"},
    {"bit-and", 2, ARGS_ANY, core_bit_and, "[x y & more]", "Bitwise and.",
     "0.1"},
    {"bit-or", 2, ARGS_ANY, core_bit_or, "[x y & more]", "Bitwise or.", "0.1"},
    {"bit-xor", 2, ARGS_ANY, core_bit_xor, "[x y & more]",
     "Bitwise exclusive or.", "0.1"},
    {"bit-and-not", 2, ARGS_ANY, core_bit_and_not, "[x y & more]",
     "The bits of x that are not in the others.", "0.1"},
    {"bit-not", 1, 1, core_bit_not, "[x]", "All bits of x inverted.", "0.1"},
    {"bit-set", 2, 2, core_bit_set, "[x n]", "x with bit n set.", "0.1"},
    {"bit-clear", 2, 2, core_bit_clear, "[x n]", "x with bit n clear.", "0.1"},
    {"bit-flip", 2, 2, core_bit_flip, "[x n]", "x with bit n inverted.", "0.1"},
    {"bit-test", 2, 2, core_bit_test, "[x n]", "True if bit n of x is set.",
     "0.1"},
    {"bit-shift-left", 2, 2, core_shift_left, "[x n]",
     "x shifted by n bits, counted modulo 64.", "0.1"},
    {"bit-shift-right", 2, 2, core_shift_right, "[x n]",
     "x shifted by n bits; keeps the sign.", "0.1"},
    {"unsigned-bit-shift-right", 2, 2, core_shift_right_unsigned, "[x n]",
     "x shifted by n bits; zeros come in.", "0.1"},
};

const struct core_table core_number[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
