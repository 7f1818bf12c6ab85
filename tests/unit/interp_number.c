/* SPDX-License-Identifier: MIT */
#include "tests/lib/values.h"

#include "interp/data/number.h"

#include <math.h>
#include <string.h>

struct operation {
    Value (*run)(Value a, Value b);
    Value a;
    Value b;
};

static Value
run_operation(void *arg)
{
    const struct operation *operation = arg;
    return operation->run(operation->a, operation->b);
}

static const char *
message_of(Value (*run)(Value a, Value b), Value a, Value b)
{
    struct operation operation = {run, a, b};
    return thrown_by(run_operation, &operation);
}

static const char *
printed(double number)
{
    static char text[NUMBER_TEXT_MAX];
    number_print_double(number, text);
    return text;
}

/* What a text reads as, printed again; "absent" for no number. */
static const char *
read_back(const char *source)
{
    static char text[NUMBER_TEXT_MAX];
    Value v = number_parse(source, strlen(source));
    if (value_is(v, VALUE_ABSENT)) {
        return "absent";
    }
    number_print(v, text);
    return text;
}

static Value
parse_body(void *arg)
{
    return number_parse(arg, strlen(arg));
}

static const char *
refusal(const char *source)
{
    char copy[100];
    strcpy(copy, source);
    return thrown_by(parse_body, copy);
}

TEST(all_of_int64_fits)
{
    int64_t samples[] = {0,
                         -1,
                         INT64_MAX,
                         INT64_MIN,
                         INT64_MAX / 2,
                         INT64_MAX / 2 + 1,
                         INT64_MIN / 2 - 1};
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        Value v = number_int(samples[i]);
        CHECK(number_is_int(v));
        CHECK_EQ_INT(value_kind(v), KIND_INT);
        CHECK_EQ_INT(number_to_int(v), samples[i]);
        CHECK(value_equal(v, number_int(samples[i])));
        CHECK_EQ_INT(value_hash(v), value_hash(number_int(samples[i])));
    }
}

TEST(arithmetic_of_integers)
{
    CHECK_EQ_INT(number_to_int(number_add(integer(40), integer(2))), 42);
    CHECK_EQ_INT(number_to_int(number_sub(integer(1), integer(3))), -2);
    CHECK_EQ_INT(number_to_int(number_mul(integer(-6), integer(7))), -42);
    CHECK_EQ_INT(number_to_int(number_div(integer(84), integer(2))), 42);
    CHECK_EQ_INT(number_to_int(number_inc(number_int(INT64_MAX - 1))),
                 INT64_MAX);
    CHECK_EQ_INT(number_to_int(number_dec(integer(0))), -1);
    CHECK_EQ_INT(number_to_int(number_abs(integer(-3))), 3);
}

TEST(overflow_is_an_error)
{
    Value max = number_int(INT64_MAX);
    Value min = number_int(INT64_MIN);
    CHECK_EQ_STR(message_of(number_add, max, integer(1)),
                 "integer overflow: 9223372036854775807 + 1");
    CHECK(message_of(number_sub, min, integer(1)) != NULL);
    CHECK(message_of(number_mul, max, integer(2)) != NULL);
    CHECK(message_of(number_div, min, integer(-1)) != NULL);
    CHECK(message_of(number_quot, min, integer(-1)) != NULL);
    CHECK_EQ_INT(number_to_int(number_rem(min, integer(-1))), 0);
}

TEST(division_by_zero_is_an_error)
{
    CHECK_EQ_STR(message_of(number_div, integer(1), integer(0)),
                 "Divide by zero");
    CHECK_EQ_STR(message_of(number_quot, integer(1), integer(0)),
                 "Divide by zero");
    CHECK_EQ_STR(message_of(number_mod, integer(1), integer(0)),
                 "Divide by zero");
    CHECK_EQ_STR(message_of(number_rem, number_double(1), integer(0)),
                 "Divide by zero");
    CHECK(isinf(number_to_double(number_div(number_double(1), integer(0)))));
}

TEST(quot_rem_and_mod_have_their_signs)
{
    CHECK_EQ_INT(number_to_int(number_quot(integer(-7), integer(2))), -3);
    CHECK_EQ_INT(number_to_int(number_rem(integer(-7), integer(2))), -1);
    CHECK_EQ_INT(number_to_int(number_mod(integer(-7), integer(2))), 1);
    CHECK_EQ_INT(number_to_int(number_mod(integer(7), integer(-2))), -1);
    CHECK_EQ_INT(number_to_int(number_mod(integer(6), integer(-2))), 0);
    CHECK(number_to_double(number_mod(number_double(-5.5), integer(2))) == 0.5);
}

TEST(integers_that_do_not_divide_make_a_ratio)
{
    Value third = number_div(integer(2), integer(-6));
    CHECK_EQ_STR(bytes_of(number_text(third, true)), "-1/3");
    CHECK(!number_is_int(third) && number_is(third));
}

TEST(doubles_are_contagious)
{
    Value v = number_add(integer(1), number_double(0.5));
    CHECK(number_is_double(v));
    CHECK(number_to_double(v) == 1.5);
    CHECK(number_to_double(number_div(integer(1), number_double(4))) == 0.25);
    CHECK(signbit(number_to_double(number_neg(number_double(0)))));
}

TEST(other_values_are_type_errors)
{
    CHECK_EQ_STR(message_of(number_add, integer(41), string("oops")),
                 "+ expects numbers, found a string");
    CHECK_EQ_STR(message_of(number_mul, VALUE_NIL, integer(1)),
                 "* expects numbers, found nil");
}

TEST(comparing_mixes_exactly)
{
    CHECK(number_same(integer(1), number_double(1)));
    CHECK(!value_equal(integer(1), number_double(1)));
    CHECK(number_less(integer(1), number_double(1.5)));
    CHECK(number_less_equal(number_double(2), integer(2)));
    // 2^53 + 1 is no double; a rounding comparison would call them the same.
    CHECK(!number_same(number_int((1LL << 53) + 1),
                       number_double(9007199254740992.0)));
    CHECK(number_compare(number_int(INT64_MAX), number_double(1e19)) < 0);
    CHECK(number_compare(number_double(-1e19), number_int(INT64_MIN)) < 0);
}

TEST(nan_has_no_order)
{
    Value nan_value = number_double(nan(""));
    CHECK(!number_same(nan_value, nan_value));
    CHECK(!number_less(nan_value, integer(1)));
    CHECK(!number_less_equal(nan_value, nan_value));
    CHECK(!value_equal(nan_value, nan_value));
    CHECK_EQ_INT(number_compare(nan_value, integer(1)), 0);
    CHECK(value_is(number_max(integer(1), nan_value), nan_value));
    CHECK(value_is(number_min(integer(1), integer(2)), integer(1)));
    CHECK(value_is(number_max(integer(1), integer(2)), integer(2)));
}

TEST(bits)
{
    CHECK_EQ_INT(
        number_to_int(number_bit(NUMBER_BIT_AND, integer(12), integer(10))), 8);
    CHECK_EQ_INT(number_to_int(
                     number_bit(NUMBER_BIT_AND_NOT, integer(12), integer(10))),
                 4);
    CHECK_EQ_INT(number_to_int(
                     number_bit(NUMBER_SHIFT_LEFT, integer(1), integer(63))),
                 INT64_MIN);
    CHECK_EQ_INT(number_to_int(
                     number_bit(NUMBER_SHIFT_RIGHT, integer(-8), integer(1))),
                 -4);
    CHECK_EQ_INT(number_to_int(number_bit(NUMBER_SHIFT_RIGHT_UNSIGNED,
                                          integer(-1), integer(1))),
                 INT64_MAX);
}

TEST(doubles_print_as_in_clojure)
{
    CHECK_EQ_STR(printed(1), "1.0");
    CHECK_EQ_STR(printed(-0.0), "-0.0");
    CHECK_EQ_STR(printed(0.1), "0.1");
    CHECK_EQ_STR(printed(123456.789), "123456.789");
    CHECK_EQ_STR(printed(9999999), "9999999.0");
    CHECK_EQ_STR(printed(1e7), "1.0E7");
    CHECK_EQ_STR(printed(1.5e10), "1.5E10");
    CHECK_EQ_STR(printed(0.001), "0.001");
    CHECK_EQ_STR(printed(0.0001), "1.0E-4");
    CHECK_EQ_STR(printed(1.0 / 3), "0.3333333333333333");
    CHECK_EQ_STR(printed(0.1 + 0.2), "0.30000000000000004");
    CHECK_EQ_STR(printed(1.7976931348623157e308), "1.7976931348623157E308");
    CHECK_EQ_STR(printed(HUGE_VAL), "##Inf");
    CHECK_EQ_STR(printed(-HUGE_VAL), "##-Inf");
    CHECK_EQ_STR(printed(nan("")), "##NaN");
    char text[NUMBER_TEXT_MAX];
    number_display(number_double(-HUGE_VAL), text);
    CHECK_EQ_STR(text, "-Infinity");
}

TEST(printed_doubles_read_back)
{
    uint64_t state = 88172645463325252u;
    for (int i = 0; i < 3000; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        double number;
        memcpy(&number, &state, sizeof(number));
        if (!isfinite(number)) {
            continue;
        }
        char text[NUMBER_TEXT_MAX];
        size_t len = number_print_double(number, text);
        REQUIRE(strlen(text) == len);
        REQUIRE(number_to_double(number_parse(text, len)) == number);
    }
}

TEST(reading_integers)
{
    CHECK_EQ_STR(read_back("42"), "42");
    CHECK_EQ_STR(read_back("-42"), "-42");
    CHECK_EQ_STR(read_back("+7"), "7");
    CHECK_EQ_STR(read_back("0"), "0");
    CHECK_EQ_STR(read_back("0x1F"), "31");
    CHECK_EQ_STR(read_back("-0xff"), "-255");
    CHECK_EQ_STR(read_back("017"), "15");
    CHECK_EQ_STR(read_back("2r101"), "5");
    CHECK_EQ_STR(read_back("36rZz"), "1295");
    CHECK_EQ_STR(read_back("-9223372036854775808"), "-9223372036854775808");
    CHECK_EQ_STR(read_back("9223372036854775807"), "9223372036854775807");
}

TEST(reading_doubles)
{
    CHECK_EQ_STR(read_back("1.5"), "1.5");
    CHECK_EQ_STR(read_back("1."), "1.0");
    CHECK_EQ_STR(read_back("-1e3"), "-1000.0");
    CHECK_EQ_STR(read_back("1.5E-3"), "0.0015");
    CHECK_EQ_STR(read_back("00.5"), "0.5");
}

TEST(what_is_no_number)
{
    const char *const texts[] = {"",    "-",    "abc", "1x",  "08",    "0x",
                                 "2r2", "37r1", "1e",  "1e+", "1.2.3", "--1",
                                 "2r",  ".5",   "1/",  "N",   "0xg"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        CHECK_EQ_STR(read_back(texts[i]), "absent");
    }
}

TEST(reading_wide_numbers)
{
    const char *const texts[] = {
        "1N", "1.5M", "1/2", "-7/3", "9223372036854775808N", "1E+3M", "0.00M"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        Value v = number_parse(texts[i], strlen(texts[i]));
        CHECK(number_is(v));
        CHECK_EQ_STR(bytes_of(number_text(v, true)), texts[i]);
    }
    CHECK_EQ_STR(refusal("1/0"), "Divide by zero");
    CHECK_EQ_STR(refusal("1e3000000000M"),
                 "The exponent of a decimal is beyond 32 bits");
}

TEST(parsing_for_programs)
{
    CHECK_EQ_INT(number_to_int(number_parse_long("-012", 4)), -12);
    CHECK(value_is(number_parse_long("1.0", 3), VALUE_ABSENT));
    CHECK(value_is(number_parse_long("9223372036854775808", 19), VALUE_ABSENT));
    CHECK(number_to_double(number_parse_double("1e2", 3)) == 100);
    CHECK(isinf(number_to_double(number_parse_double("-Infinity", 9))));
    CHECK(value_is(number_parse_double("x", 1), VALUE_ABSENT));
}

static Value
to_long(Value a, Value b)
{
    (void)b;
    return number_to_long(a);
}

TEST(conversion_to_integers)
{
    CHECK_EQ_INT(number_to_int(number_to_long(number_double(-2.9))), -2);
    CHECK_EQ_INT(number_to_int(number_to_long(value_char('a'))), 97);
    CHECK(message_of(to_long, number_double(1e30), VALUE_NIL) != NULL);
    CHECK(message_of(to_long, number_double(nan("")), VALUE_NIL) != NULL);
}
