/* SPDX-License-Identifier: MIT */
#include "tests/lib/values.h"

#include "interp/data/tagged.h"

#include <stdio.h>
#include <string.h>

static Value
instant(const char *text)
{
    return tagged_instant(text_from_cstring(text));
}

TEST(instants_are_normal)
{
    CHECK_EQ_STR(text_bytes(
                     tagged_object(instant("2020-01-01T01:00+01:00"))->value),
                 "2020-01-01T00:00:00.000-00:00");
    CHECK(value_equal(instant("2020"), instant("2020-01-01T00:00:00Z")));
    CHECK_EQ_INT(value_hash(instant("2020")), value_hash(instant("2020-01")));
    CHECK(!value_equal(instant("2020"), instant("2021")));
}

/* Every day of the calendar of 400 years, and the ends of what has a text. */
TEST(days_follow_each_other)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t expected = tagged_millis(instant("1800-01-01"));
    for (int year = 1800; year < 2200; year++) {
        bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        for (int month = 1; month <= 12; month++) {
            int count = days[month - 1] + (month == 2 && is_leap ? 1 : 0);
            for (int day = 1; day <= count; day++) {
                char text[32];
                snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month,
                         day);
                Value v = instant(text);
                REQUIRE(tagged_is(v, TAGGED_INSTANT));
                REQUIRE(tagged_millis(v) == expected);
                REQUIRE(strncmp(text_bytes(tagged_object(v)->value), text,
                                10) == 0);
                expected += 86400000;
            }
        }
    }
}

TEST(years_have_four_digits)
{
    CHECK(tagged_is(instant("0000-01-01T00:00:00Z"), TAGGED_INSTANT));
    CHECK(value_is(instant("0000-01-01T00:00:00+00:01"), VALUE_ABSENT));
    CHECK(value_is(instant("9999-12-31T23:59:59-00:01"), VALUE_ABSENT));
    CHECK(value_is(tagged_instant(text_make("2020\0", 5)), VALUE_ABSENT));
}

TEST(uuids_are_filled_up)
{
    Value v = tagged_uuid(text_from_cstring("A-b-C-1-0"));
    CHECK_EQ_STR(text_bytes(tagged_object(v)->value),
                 "0000000a-000b-000c-0001-000000000000");
    CHECK(value_is(tagged_uuid(text_from_cstring("a-b-c-1-")), VALUE_ABSENT));
    CHECK(value_is(tagged_uuid(text_from_cstring("a-b-c-12345-1")),
                   VALUE_ABSENT));
    CHECK(value_is(tagged_uuid(text_make("a-b-c-1-1\0", 10)), VALUE_ABSENT));
}
