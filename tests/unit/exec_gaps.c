/* SPDX-License-Identifier: MIT */
#include "exec/base/gaps.h"
#include "tests/lib/test.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static uint32_t
next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
    return (uint32_t)(*seed >> 33);
}

/* Reads a row by ones and by `cap` at a time: both tell the same, damaged or not. How
 * many numbers. */
static uint32_t
read_both_ways(struct slice bytes, uint32_t cap)
{
    enum { MOST = 100 };
    struct gaps ones = {.rest = bytes};
    struct gaps some = {.rest = bytes};
    uint32_t numbers[MOST];
    uint32_t number = 0;
    uint32_t count = 0;
    uint32_t got = 0;
    assert(cap > 0 && cap <= MOST);
    do {
        got = gaps_some(&some, numbers, cap);
        for (uint32_t i = 0; i < got; i++) {
            if (!CHECK(gaps_next(&ones, &number)) ||
                !CHECK_EQ_INT(number, numbers[i])) {
                return count;
            }
        }
        count += got;
    } while (got == cap);
    CHECK(!gaps_next(&ones, &number));
    CHECK_EQ_INT(some.is_damaged, ones.is_damaged);
    CHECK_EQ_INT(gaps_some(&some, numbers, cap), 0);
    return count;
}

/* Packs numbers and reads them again; how many bytes they took. */
static size_t
round_trip(const uint32_t *numbers, uint32_t count)
{
    struct buffer out = {0};
    gaps_add(&out, numbers, count);
    struct gaps gaps = {.rest = buffer_slice(&out)};
    uint32_t number = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!CHECK(gaps_next(&gaps, &number))) {
            break;
        }
        CHECK_EQ_INT(number, numbers[i]);
    }
    CHECK(!gaps_next(&gaps, &number) && !gaps.is_damaged);
    CHECK_EQ_INT(read_both_ways(buffer_slice(&out), 1 + count % 100), count);
    size_t len = out.len;
    buffer_finish(&out);
    return len;
}

TEST(every_row_comes_back)
{
    enum { MOST = 500 };
    uint32_t numbers[MOST];
    uint64_t seed = 11;
    for (uint32_t round = 0; round < 3000; round++) {
        uint32_t count = round % MOST;
        uint32_t spread = 1U << next_random(&seed) % 31;
        uint32_t last = 0;
        for (uint32_t i = 0; i < count; i++) {
            // Mostly ascending, now and then far away, back, or the same.
            uint32_t kind = next_random(&seed) % 20;
            last = kind == 0   ? next_random(&seed) * 2U
                   : kind == 1 ? last
                               : last + next_random(&seed) % spread;
            numbers[i] = last;
        }
        (void)round_trip(numbers, count);
    }
}

TEST(numbers_at_the_ends)
{
    const uint32_t wide[] = {0, UINT32_MAX, 0, 0, UINT32_MAX, UINT32_MAX - 1};
    const uint32_t one[] = {UINT32_MAX};
    (void)round_trip(wide, 6);
    (void)round_trip(one, 1);
    CHECK_EQ_INT(round_trip(NULL, 0), 0);
}

/* Zeros that go over what is at hand, wherever the words of the row begin. */
TEST(gaps_that_are_far_from_the_average)
{
    enum { MOST = 300 };
    uint32_t numbers[MOST];
    for (uint32_t far = 1; far <= 2000; far += 1 + far / 9) {
        for (uint32_t step = 0; step < 40; step++) {
            uint32_t last = 1000;
            for (uint32_t i = 0; i < MOST; i++) {
                bool is_far = i % 37 == 36 - step % 30;
                last += is_far ? far : step % 4 == 0 ? 0 : (i * step) % 3;
                numbers[i] = last;
            }
            (void)round_trip(numbers, MOST - step);
        }
    }
}

/* Headers of a large project: a varint takes two bytes for most gaps. */
TEST(gaps_take_about_as_many_bits_as_they_have)
{
    uint32_t numbers[64];
    uint64_t seed = 3;
    uint32_t last = 0;
    for (uint32_t i = 0; i < 64; i++) {
        last += 1 + next_random(&seed) % 1000;
        numbers[i] = last;
    }
    CHECK(round_trip(numbers, 64) < 64 * 11 / 8);
    for (uint32_t i = 0; i < 64; i++) {
        numbers[i] = 70000 + i;
    }
    CHECK(round_trip(numbers, 64) < 24);
}

/* What is read of damage is bounded, and nothing is read behind the end. */
TEST(damage_ends_a_row)
{
    uint32_t numbers[40];
    uint64_t seed = 5;
    struct buffer out = {0};
    for (uint32_t i = 0; i < 40; i++) {
        numbers[i] = i * 100 + next_random(&seed) % 100;
    }
    gaps_add(&out, numbers, 40);
    for (uint32_t round = 0; round < 20000; round++) {
        size_t len = next_random(&seed) % (out.len + 1);
        char *copy = malloc(len + 1); // Exactly so much, for valgrind and asan.
        memcpy(copy, out.bytes, len);
        for (uint32_t i = 0; len > 0 && i < round % 4; i++) {
            size_t at = next_random(&seed) % len;
            copy[at] = (char)next_random(&seed);
        }
        struct gaps gaps = {.rest = {copy, len}};
        uint32_t count = 0;
        uint32_t number;
        while (gaps_next(&gaps, &number)) {
            count++;
        }
        CHECK(count <= len * 8 + 1);
        CHECK_EQ_INT(read_both_ways((struct slice){copy, len}, 1 + round % 70),
                     count);
        free(copy);
    }
    buffer_finish(&out);
}
