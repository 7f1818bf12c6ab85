/* SPDX-License-Identifier: MIT */
#include "tests/lib/values.h"

#include "interp/data/big.h"
#include "interp/data/decimal.h"
#include "interp/data/number.h"
#include "interp/data/ratio.h"
#include "interp/data/wide.h"

#include <math.h>
#include <string.h>

/* The number that a literal writes. */
static Value
num(const char *text)
{
    Value v = number_parse(text, strlen(text));
    CHECK(number_is(v));
    return v;
}

static const char *
shown(Value v)
{
    return bytes_of(number_text(v, true));
}

/* 2 to the power of n. */
static Value
two_to(uint64_t n)
{
    return big_power(2, n);
}

TEST(integers_grow)
{
    Value max = number_int(INT64_MAX);
    CHECK_EQ_STR(shown(number_add_wide(max, integer(1))),
                 "9223372036854775808N");
    CHECK_EQ_STR(shown(number_sub_wide(number_int(INT64_MIN), integer(1))),
                 "-9223372036854775809N");
    CHECK_EQ_STR(shown(number_mul_wide(max, max)),
                 "85070591730234615847396907784232501249N");
    CHECK(number_is_int(number_add_wide(integer(1), integer(2))));
    CHECK_EQ_STR(shown(number_sub(num("5N"), num("5"))), "0N");
}

TEST(every_size_adds_multiplies_and_divides_back)
{
    for (uint64_t n = 1; n < 700; n += 13) {
        Value a = big_sub(two_to(n), integer(1));
        Value b = big_add(two_to(n / 2), integer(7));
        Value product = big_mul(a, b);
        CHECK(big_compare(big_quot(product, b), a) == 0);
        CHECK_EQ_INT(big_sign(big_rem(product, a)), 0);
        Value text = big_text(product, 10);
        Value back =
            big_parse(text_bytes(text), text_byte_len(text), 10, false);
        CHECK(value_equal(back, product));
        CHECK_EQ_INT(value_hash(back), value_hash(product));
        CHECK_EQ_INT((int64_t)big_digits(product), text_byte_len(text));
    }
}

TEST(doubles_of_big_integers_are_the_nearest)
{
    // A half exactly goes to even; a single bit far below decides it.
    Value half = big_add(two_to(100), two_to(47));
    CHECK(big_to_double(half) == ldexp(1, 100));
    CHECK(big_to_double(big_add(half, integer(1))) ==
          ldexp(1, 100) + ldexp(1, 48));
    CHECK(big_to_double(big_neg(two_to(1023))) == -ldexp(1, 1023));
    CHECK(isinf(big_to_double(two_to(1024))));
    CHECK(big_to_double(integer(-3)) == -3);
}

TEST(equal_integers_of_both_kinds_are_one_key)
{
    CHECK(value_equal(integer(1), num("1N")));
    CHECK(value_equal(num("1N"), integer(1)));
    CHECK_EQ_INT(value_hash(num("1N")), value_hash(integer(1)));
    CHECK_EQ_INT(value_hash(big_from_int(INT64_MIN)),
                 value_hash(number_int(INT64_MIN)));
    CHECK(!value_equal(num("1M"), integer(1)));
    CHECK(!value_equal(num("1/2"), num("0.5M")));
    CHECK(!value_equal(num("1.0"), num("1N")));
    CHECK(number_same(num("1.0"), num("1N")));
}

TEST(equal_decimals_hash_alike_whatever_their_scale)
{
    CHECK(value_equal(num("1.0M"), num("1.000M")));
    CHECK_EQ_INT(value_hash(num("1.0M")), value_hash(num("1.000M")));
    CHECK_EQ_INT(value_hash(num("0.00M")), value_hash(num("0M")));
    CHECK_EQ_INT(value_hash(num("1e3M")), value_hash(num("1000M")));
    CHECK(value_hash(num("1.1M")) != value_hash(num("1.2M")));
}

TEST(scales_are_those_of_java)
{
    CHECK_EQ_STR(shown(number_add(num("1.10M"), num("1.1M"))), "2.20M");
    CHECK_EQ_STR(shown(number_mul(num("1.10M"), num("1.10M"))), "1.2100M");
    CHECK_EQ_STR(shown(number_div(num("100M"), num("4"))), "25M");
    CHECK_EQ_STR(shown(number_quot(num("7.5M"), num("2M"))), "3.0M");
    CHECK_EQ_STR(shown(number_rem(num("7.5M"), num("2"))), "1.5M");
    CHECK_EQ_STR(shown(num("0.0000001M")), "1E-7M");
    CHECK_EQ_STR(shown(num("-123.450M")), "-123.450M");
    CHECK_EQ_STR(shown(num("1.5e10M")), "1.5E+10M");
}

/* 2.5 (of this sign) rounded to one digit. */
static const char *
rounded(const char *text, enum decimal_mode mode)
{
    struct decimal_rounding rounding = {1, mode};
    return shown(decimal_round(num(text), &rounding));
}

TEST(rounding_modes)
{
    CHECK_EQ_STR(rounded("2.1M", DECIMAL_UP), "3M");
    CHECK_EQ_STR(rounded("2.9M", DECIMAL_DOWN), "2M");
    CHECK_EQ_STR(rounded("-2.1M", DECIMAL_CEILING), "-2M");
    CHECK_EQ_STR(rounded("2.1M", DECIMAL_CEILING), "3M");
    CHECK_EQ_STR(rounded("-2.1M", DECIMAL_FLOOR), "-3M");
    CHECK_EQ_STR(rounded("2.5M", DECIMAL_HALF_UP), "3M");
    CHECK_EQ_STR(rounded("2.5M", DECIMAL_HALF_DOWN), "2M");
    CHECK_EQ_STR(rounded("2.5M", DECIMAL_HALF_EVEN), "2M");
    CHECK_EQ_STR(rounded("3.5M", DECIMAL_HALF_EVEN), "4M");
    CHECK_EQ_STR(rounded("9.9M", DECIMAL_HALF_UP), "1E+1M");
    CHECK_EQ_STR(rounded("2.0M", DECIMAL_UNNECESSARY), "2M");
}

TEST(far_apart_decimals_compare_without_their_zeros)
{
    CHECK(number_less(num("1M"), num("1e2000000000M")));
    CHECK(number_less(num("-1e2000000000M"), num("1e-2000000000M")));
    CHECK_EQ_INT(number_sign(num("-1e-2000000000M")), -1);
}

TEST(ratios_are_in_lowest_terms)
{
    CHECK_EQ_STR(shown(ratio_make(integer(6), integer(-4))), "-3/2");
    CHECK(big_is(ratio_make(integer(6), integer(3))));
    CHECK_EQ_STR(shown(number_add(num("1/2"), num("1/3"))), "5/6");
    CHECK_EQ_STR(shown(number_mod(num("-7/2"), num("1/3"))), "1/6");
    CHECK_EQ_INT(value_hash(num("2/4")), value_hash(num("1/2")));
    CHECK(number_to_double(num("1/4")) == 0.25);
    CHECK_EQ_INT(number_compare(num("1/3"), num("0.3M")), 1);
}

static uint64_t asked;

static void
refuse(uint64_t bytes)
{
    asked = bytes;
    error_throw(ERROR_LIMIT, "too much");
}

static Value
grow(void *arg)
{
    (void)arg;
    return big_power(10, 1000000000);
}

TEST(the_budget_is_asked_before_gmp)
{
    alloc_set_reserve_hook(refuse);
    CHECK_EQ_STR(thrown_by(grow, NULL), "too much");
    CHECK(asked > 400000000);
    alloc_set_reserve_hook(NULL);
}

TEST(numbers_survive_a_collection_at_every_allocation)
{
    alloc_collect_every(1);
    Value sum = num("1N");
    for (int64_t i = 1; i < 60; i++) {
        sum = number_add(number_mul(sum, integer(i)), num("1/3"));
    }
    alloc_collect_every(0);
    Value same = num("1N");
    for (int64_t i = 1; i < 60; i++) {
        same = number_add(number_mul(same, integer(i)), num("1/3"));
    }
    CHECK_EQ_STR(shown(sum), shown(same));
}
