/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic. Integers are int64 and never wrap: what does not fit is an
 * error, or a big integer where the operation says so. A double anywhere makes
 * the operation one of doubles; otherwise what a big integer, a ratio or a
 * decimal has part in is done in wide.c. Reading and printing numbers is in
 * number_text.c.
 *
 * Small integers lie in the word, others in a box; nobody outside sees the
 * difference. Comparison of an integer with a double is exact: neither is rounded
 * to the other's kind, so order stays transitive beyond 2^53. NaN is in no
 * order with anything; sorting puts it nowhere in particular, but ends.
 */
#include "interp/data/number.h"

#include "interp/data/alloc.h"
#include "interp/data/big.h"
#include "interp/data/error.h"
#include "interp/data/ratio.h"
#include "interp/data/wide.h"

#include <assert.h>
#include <math.h>
#include <string.h>

Value
number_int_boxed(int64_t n)
{
    struct int_object *object =
        alloc_atomic_object(KIND_INT, sizeof(struct int_object));
    object->number = n;
    return value_from_object(object);
}

Value
number_double(double number)
{
    struct double_object *object =
        alloc_atomic_object(KIND_DOUBLE, sizeof(struct double_object));
    object->number = number;
    return value_from_object(object);
}

double
number_to_double(Value v)
{
    if (number_is_int(v)) {
        return (double)number_to_int(v);
    }
    if (wide_is(v)) {
        return wide_to_double(v);
    }
    assert(number_is_double(v));
    return ((struct double_object *)value_object(v))->number;
}

int64_t
number_expect_int(Value v, const char *operation)
{
    int64_t number;
    if (!number_is_integer(v)) {
        error_throw(ERROR_TYPE, "%s expects an integer, found %s", operation,
                    value_shown(v));
    }
    if (!big_to_int(v, &number)) {
        error_throw(ERROR_OVERFLOW, "%s: this integer has more than 64 bits",
                    operation);
    }
    return number;
}

static void (*mismatch_hook)(Value a, Value b, const char *operation);

void
number_set_mismatch(void (*mismatch)(Value a, Value b, const char *operation))
{
    mismatch_hook = mismatch;
}

/* What two numbers have in common: the kind of arithmetic they need. */
enum meeting { MEET_INTS, MEET_DOUBLES, MEET_WIDE };

/* Throws if either is no number. */
static enum meeting
meet(Value a, Value b, const char *operation)
{
    if (number_is_int(a) && number_is_int(b)) {
        return MEET_INTS;
    }
    Value odd = number_is(a) ? b : a;
    if (!number_is(odd)) {
        if (mismatch_hook != NULL) {
            mismatch_hook(a, b, operation);
        }
        error_throw(ERROR_TYPE, "%s expects numbers, found %s", operation,
                    value_shown(odd));
    }
    return number_is_double(a) || number_is_double(b) ? MEET_DOUBLES
                                                      : MEET_WIDE;
}

/* Shows the operation as it was written, with both operands. */
_Noreturn static void
throw_overflow(int64_t a, const char *operation, int64_t b)
{
    error_throw_help(ERROR_OVERFLOW,
                     "Integers have 64 bits; +', -', *', inc' and dec' give "
                     "larger ones, and 1N is one.",
                     "integer overflow: %lld %s %lld", (long long)a, operation,
                     (long long)b);
}

_Noreturn static void
throw_zero(void)
{
    error_throw(ERROR_VALUE, "Divide by zero");
}

/* Cut to a whole number, which has no negative zero. */
static double
double_quot(double x, double y)
{
    double quotient = trunc(x / y);
    if (!isfinite(quotient)) {
        error_throw(ERROR_VALUE, "the quotient is not finite");
    }
    return quotient + 0.0;
}

/* Of two numbers that are not both ints; the right one may be zero, which
 * only doubles divide by. */
static Value
apply(enum meeting meeting, enum wide_op op, Value a, Value b)
{
    if (meeting == MEET_WIDE) {
        if (op >= WIDE_DIV && number_is_zero(b)) {
            throw_zero();
        }
        return wide_apply(op, a, b);
    }
    double x = number_to_double(a);
    double y = number_to_double(b);
    if ((op == WIDE_QUOT || op == WIDE_REM) && !(y < 0 || y > 0)) {
        // A zero or NaN is an error even for doubles here, as in Clojure.
        throw_zero();
    }
    switch (op) {
    case WIDE_ADD:
        return number_double(x + y);
    case WIDE_SUB:
        return number_double(x - y);
    case WIDE_MUL:
        return number_double(x * y);
    case WIDE_DIV:
        return number_double(x / y);
    case WIDE_QUOT:
        return number_double(double_quot(x, y));
    case WIDE_REM:
        // Not fmod: Clojure's rest is that of the rounded quotient.
        return number_double(x - double_quot(x, y) * y);
    }
    assert(false);
    return a;
}

Value
number_add(Value a, Value b)
{
    enum meeting meeting = meet(a, b, "+");
    if (meeting != MEET_INTS) {
        return apply(meeting, WIDE_ADD, a, b);
    }
    int64_t sum;
    if (__builtin_add_overflow(number_to_int(a), number_to_int(b), &sum)) {
        throw_overflow(number_to_int(a), "+", number_to_int(b));
    }
    return number_int(sum);
}

Value
number_sub(Value a, Value b)
{
    enum meeting meeting = meet(a, b, "-");
    if (meeting != MEET_INTS) {
        return apply(meeting, WIDE_SUB, a, b);
    }
    int64_t difference;
    if (__builtin_sub_overflow(number_to_int(a), number_to_int(b),
                               &difference)) {
        throw_overflow(number_to_int(a), "-", number_to_int(b));
    }
    return number_int(difference);
}

Value
number_mul(Value a, Value b)
{
    enum meeting meeting = meet(a, b, "*");
    if (meeting != MEET_INTS) {
        return apply(meeting, WIDE_MUL, a, b);
    }
    int64_t product;
    if (__builtin_mul_overflow(number_to_int(a), number_to_int(b), &product)) {
        throw_overflow(number_to_int(a), "*", number_to_int(b));
    }
    return number_int(product);
}

Value
number_add_wide(Value a, Value b)
{
    int64_t sum;
    enum meeting meeting = meet(a, b, "+'");
    if (meeting != MEET_INTS ||
        __builtin_add_overflow(number_to_int(a), number_to_int(b), &sum)) {
        return apply(meeting == MEET_INTS ? MEET_WIDE : meeting, WIDE_ADD, a,
                     b);
    }
    return number_int(sum);
}

Value
number_sub_wide(Value a, Value b)
{
    int64_t difference;
    enum meeting meeting = meet(a, b, "-'");
    if (meeting != MEET_INTS ||
        __builtin_sub_overflow(number_to_int(a), number_to_int(b),
                               &difference)) {
        return apply(meeting == MEET_INTS ? MEET_WIDE : meeting, WIDE_SUB, a,
                     b);
    }
    return number_int(difference);
}

Value
number_mul_wide(Value a, Value b)
{
    int64_t product;
    enum meeting meeting = meet(a, b, "*'");
    if (meeting != MEET_INTS ||
        __builtin_mul_overflow(number_to_int(a), number_to_int(b), &product)) {
        return apply(meeting == MEET_INTS ? MEET_WIDE : meeting, WIDE_MUL, a,
                     b);
    }
    return number_int(product);
}

Value
number_div(Value a, Value b)
{
    enum meeting meeting = meet(a, b, "/");
    if (meeting != MEET_INTS) {
        return apply(meeting, WIDE_DIV, a, b);
    }
    int64_t x = number_to_int(a);
    int64_t y = number_to_int(b);
    if (y == 0) {
        throw_zero();
    }
    if (y == -1) {
        return number_neg(a);
    }
    return x % y == 0 ? number_int(x / y) : ratio_make(a, b);
}

Value
number_quot(Value a, Value b)
{
    enum meeting meeting = meet(a, b, "quot");
    if (meeting != MEET_INTS) {
        return apply(meeting, WIDE_QUOT, a, b);
    }
    if (number_to_int(b) == 0) {
        throw_zero();
    }
    if (number_to_int(b) == -1) {
        return number_neg(a);
    }
    return number_int(number_to_int(a) / number_to_int(b));
}

Value
number_rem(Value a, Value b)
{
    enum meeting meeting = meet(a, b, "rem");
    if (meeting != MEET_INTS) {
        return apply(meeting, WIDE_REM, a, b);
    }
    int64_t y = number_to_int(b);
    if (y == 0) {
        throw_zero();
    }
    // INT64_MIN % -1 traps in the processor.
    return number_int(y == -1 ? 0 : number_to_int(a) % y);
}

Value
number_mod(Value a, Value b)
{
    Value rest = number_rem(a, b);
    int sign = number_sign(rest);
    if (sign == 0 || sign == number_sign(b)) {
        return rest;
    }
    return number_add(rest, b);
}

Value
number_inc(Value a)
{
    return number_add(a, value_from_small_int(1));
}

Value
number_dec(Value a)
{
    return number_sub(a, value_from_small_int(1));
}

Value
number_neg(Value a)
{
    // A double needs its own way: 0 - 0.0 is not -0.0.
    if (number_is_double(a)) {
        return number_double(-number_to_double(a));
    }
    return wide_is(a) ? wide_neg(a) : number_sub(value_from_small_int(0), a);
}

/* --- Comparing ------------------------------------------------------------ */

/* An integer against a double, exactly: (double)2^53+1 would round. */
static int
compare_mixed(int64_t n, double d)
{
    if (d >= 9223372036854775808.0) {
        return -1;
    }
    if (d < -9223372036854775808.0) {
        return 1;
    }
    int64_t whole = (int64_t)d;
    if (n != whole) {
        return n < whole ? -1 : 1;
    }
    double rest = d - (double)whole;
    return (rest < 0) - (rest > 0);
}

static bool
is_nan(Value v)
{
    return number_is_double(v) && isnan(number_to_double(v));
}

/* For numbers that are not NaN. */
static int
order_of(Value a, Value b)
{
    bool a_int = number_is_int(a);
    bool b_int = number_is_int(b);
    if (a_int && b_int) {
        int64_t x = number_to_int(a);
        int64_t y = number_to_int(b);
        return (x > y) - (x < y);
    }
    if (a_int && number_is_double(b)) {
        return compare_mixed(number_to_int(a), number_to_double(b));
    }
    if (b_int && number_is_double(a)) {
        return -compare_mixed(number_to_int(b), number_to_double(a));
    }
    if (wide_is(a) || wide_is(b)) {
        return wide_compare(a, b);
    }
    double x = number_to_double(a);
    double y = number_to_double(b);
    return (x > y) - (x < y);
}

bool
number_same(Value a, Value b)
{
    meet(a, b, "==");
    return !is_nan(a) && !is_nan(b) && order_of(a, b) == 0;
}

bool
number_less(Value a, Value b)
{
    meet(a, b, "<");
    return !is_nan(a) && !is_nan(b) && order_of(a, b) < 0;
}

bool
number_less_equal(Value a, Value b)
{
    meet(a, b, "<=");
    return !is_nan(a) && !is_nan(b) && order_of(a, b) <= 0;
}

int
number_compare(Value a, Value b)
{
    meet(a, b, "compare");
    return is_nan(a) || is_nan(b) ? 0 : order_of(a, b);
}

Value
number_min(Value a, Value b)
{
    meet(a, b, "min");
    if (is_nan(a) || is_nan(b)) {
        return is_nan(a) ? a : b;
    }
    return order_of(a, b) < 0 ? a : b;
}

Value
number_max(Value a, Value b)
{
    meet(a, b, "max");
    if (is_nan(a) || is_nan(b)) {
        return is_nan(a) ? a : b;
    }
    return order_of(a, b) > 0 ? a : b;
}

int
number_sign(Value a)
{
    if (is_nan(a)) {
        return 0;
    }
    return number_compare(a, value_from_small_int(0));
}

bool
number_is_zero(Value a)
{
    return number_same(a, value_from_small_int(0));
}

Value
number_abs(Value a)
{
    if (number_is_double(a)) {
        return number_double(fabs(number_to_double(a)));
    }
    return number_sign(a) < 0 ? number_neg(a) : a;
}

Value
number_to_long(Value a)
{
    if (value_is_char(a)) {
        return number_int(value_char_codepoint(a));
    }
    enum meeting meeting = meet(a, a, "long");
    if (meeting == MEET_INTS) {
        return a;
    }
    int64_t whole;
    if (meeting == MEET_WIDE && big_to_int(wide_whole(a), &whole)) {
        return number_int(whole);
    }
    double number = number_to_double(a);
    if (meeting == MEET_WIDE ||
        !(number >= -9223372036854775808.0 && number < 9223372036854775808.0)) {
        error_throw(ERROR_OVERFLOW, "long: %g does not fit an integer", number);
    }
    return number_int((int64_t)number);
}

/* --- Bits -------------------------------------------------------------------- */

/* In unsigned arithmetic, where shifts lose bits without a fuss. */
static uint64_t
bit_result(enum number_bit_op op, int64_t a, int64_t b)
{
    uint64_t x = (uint64_t)a;
    uint64_t y = (uint64_t)b;
    switch (op) {
    case NUMBER_BIT_AND:
        return x & y;
    case NUMBER_BIT_OR:
        return x | y;
    case NUMBER_BIT_XOR:
        return x ^ y;
    case NUMBER_BIT_AND_NOT:
        return x & ~y;
    case NUMBER_SHIFT_LEFT:
        return x << (y & 63);
    case NUMBER_SHIFT_RIGHT:
        return (uint64_t)(a >> (y & 63));
    case NUMBER_SHIFT_RIGHT_UNSIGNED:
        return x >> (y & 63);
    }
    assert(false);
    return 0;
}

Value
number_bit(enum number_bit_op op, Value a, Value b)
{
    static const char *const names[] = {
        [NUMBER_BIT_AND] = "bit-and",
        [NUMBER_BIT_OR] = "bit-or",
        [NUMBER_BIT_XOR] = "bit-xor",
        [NUMBER_BIT_AND_NOT] = "bit-and-not",
        [NUMBER_SHIFT_LEFT] = "bit-shift-left",
        [NUMBER_SHIFT_RIGHT] = "bit-shift-right",
        [NUMBER_SHIFT_RIGHT_UNSIGNED] = "unsigned-bit-shift-right",
    };
    assert((size_t)op < sizeof(names) / sizeof(names[0]));
    int64_t x = number_expect_int(a, names[op]);
    int64_t y = number_expect_int(b, names[op]);
    return number_int((int64_t)bit_result(op, x, y));
}
