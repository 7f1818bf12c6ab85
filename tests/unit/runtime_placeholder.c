/* SPDX-License-Identifier: MIT */
#include "runtime/placeholder.h"
#include "tests/lib/test.h"

#include <string.h>

static struct status_numbers
numbers_of_a_build(const struct rate *rate)
{
    return (struct status_numbers){
        .started = 5,
        .finished = 3,
        .total = 12,
        .time_us = 6000000,
        .left_us = 18000000,
        .rate = rate,
        .description = {"CC main.o", 9},
    };
}

static void
check_letters(const char *format, const char *expected)
{
    struct rate rate = {.count = 0};
    rate_add(&rate, 1000000);
    rate_add(&rate, 3000000);
    rate_add(&rate, 5000000);
    struct status_numbers numbers = numbers_of_a_build(&rate);
    struct buffer out = {0};
    placeholder_add_letters(&out, format, &numbers);
    CHECK_EQ_STR(buffer_str(&out), expected);
    buffer_finish(&out);
}

static void
check_names(const char *format, const char *expected)
{
    struct status_numbers numbers = numbers_of_a_build(NULL);
    struct buffer out = {0};
    placeholder_add_names(&out, format, &numbers);
    CHECK_EQ_STR(buffer_str(&out), expected);
    buffer_finish(&out);
}

TEST(placeholder_has_all_letters)
{
    check_letters("[%f/%t] ", "[3/12] ");
    check_letters("%s %r %u", "5 2 7");
    check_letters("%p %P", " 25%  25%");
    check_letters("%e %w", "6.000 00:06");
    check_letters("%E %W", "18.000 00:18");
    check_letters("%o/s %c/s", "0.5/s 0.5/s");
    check_letters("100%%", "100%");
    check_letters("", "");
}

TEST(placeholder_names_mean_what_letters_mean)
{
    check_names("[$finished/$total] $description", "[3/12] CC main.o");
    check_names("$started $running $remaining", "5 2 7");
    check_names("$progress $predicted_progress", " 25%  25%");
    check_names("$elapsed_seconds $elapsed", "6.000 00:06");
    check_names("$eta_seconds $eta", "18.000 00:18");
    check_names("$rate $current_rate", "0.5 ?");
    check_names("${total}s $$total", "12s $total");
}

TEST(placeholder_tells_what_is_not_known)
{
    struct rate rate = {.count = 0};
    struct status_numbers none = {.left_us = -1, .rate = &rate};
    struct buffer out = {0};
    placeholder_add_letters(&out, "%o %c %E %W %p", &none);
    CHECK_EQ_STR(buffer_str(&out), "? ? ? ?   0%");
    buffer_truncate(&out, 0);
    none.total = 7;
    none.at_least = true;
    placeholder_add_letters(&out, "%f/%t", &none);
    CHECK_EQ_STR(buffer_str(&out), "0/\xe2\x89\xa5 7");
    buffer_finish(&out);
}

/* What runs and what is left have one form. */
TEST(placeholder_clock_has_hours_for_both)
{
    struct status_numbers numbers = {.time_us = 61000000,
                                     .left_us = INT64_C(3723000000)};
    struct buffer out = {0};
    placeholder_add_letters(&out, "%w %W", &numbers);
    CHECK_EQ_STR(buffer_str(&out), "0:01:01 1:02:03");
    buffer_finish(&out);
}

TEST(placeholder_refuses_what_it_does_not_know)
{
    char bad = 'x';
    CHECK(placeholder_letters_known("[%f/%t] %p%%", &bad));
    CHECK(!placeholder_letters_known("%f %q %z", &bad));
    CHECK_EQ_INT(bad, 'q');
    CHECK(!placeholder_letters_known("50%", &bad));
    CHECK_EQ_INT(bad, 0);
    struct slice name = {NULL, 0};
    CHECK(placeholder_names_known("$$ $eta ${rate}", &name));
    CHECK(!placeholder_names_known("$finished $nothing", &name));
    CHECK_EQ_INT(name.len, 7);
    CHECK(name.len == 7 && memcmp(name.bytes, "nothing", 7) == 0);
    CHECK(!placeholder_names_known("${eta", &name));
    CHECK(!placeholder_names_known("1$", &name));
}

/* Only the last ones count for the current rate. */
TEST(placeholder_rate_forgets_the_beginning)
{
    struct rate rate = {.count = 0};
    for (int i = 0; i < 100; i++) {
        rate_add(&rate, i < 50 ? 0 : (int64_t)(i - 49) * 500000);
    }
    struct status_numbers numbers = {.started = 100,
                                     .finished = 100,
                                     .rate = &rate};
    struct buffer out = {0};
    placeholder_add_letters(&out, "%c", &numbers);
    CHECK_EQ_STR(buffer_str(&out), "2.0");
    buffer_finish(&out);
}
