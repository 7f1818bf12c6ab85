/* SPDX-License-Identifier: MIT */
#include "exec/run/output.h"

#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TEST(output_empty)
{
    struct output output = {.fd = -1};
    CHECK_EQ_INT(output_view(&output).len, 0);
    CHECK_EQ_INT(output_tail(&output, 10).len, 0);
    output_finish(&output);
}

TEST(output_keeps_bytes_as_they_are)
{
    struct output output = {.fd = -1};
    output_add(&output, test_dir(), "a\0b\xff", 4);
    output_add(&output, test_dir(), "\r\nno end", 8);
    struct slice all = output_view(&output);
    CHECK_EQ_INT(all.len, 12);
    CHECK_EQ_MEM(all.bytes, "a\0b\xff\r\nno end", 12);
    CHECK_EQ_INT(output.fd, -1);
    output_finish(&output);
}

TEST(output_spills_in_order)
{
    enum { CHUNK = 100000, COUNT = 30 };
    struct output output = {.fd = -1};
    char *chunk = malloc(CHUNK);
    REQUIRE(chunk != NULL);
    for (int i = 0; i < COUNT; i++) {
        memset(chunk, 'a' + i % 26, CHUNK);
        output_add(&output, test_dir(), chunk, CHUNK);
    }
    CHECK(output.fd >= 0);
    CHECK(output.memory.cap == 0);
    struct slice all = output_view(&output);
    REQUIRE(all.len == (size_t)CHUNK * COUNT);
    bool right = true;
    for (int i = 0; i < COUNT; i++) {
        right = right && all.bytes[(size_t)i * CHUNK] == 'a' + i % 26 &&
                all.bytes[(size_t)(i + 1) * CHUNK - 1] == 'a' + i % 26;
    }
    CHECK(right);
    free(chunk);
    output_finish(&output);
    CHECK_EQ_INT(output.fd, -1);
}

/* Looking at it while it grows, as streaming does. */
TEST(output_is_viewed_while_it_grows)
{
    struct output output = {.fd = -1};
    char *chunk = malloc(OUTPUT_MEMORY_MAX);
    REQUIRE(chunk != NULL);
    memset(chunk, 'a', OUTPUT_MEMORY_MAX);
    output_add(&output, test_dir(), chunk, OUTPUT_MEMORY_MAX);
    CHECK_EQ_INT(output_view(&output).len, OUTPUT_MEMORY_MAX);
    output_add(&output, test_dir(), "b", 1);
    struct slice all = output_view(&output);
    CHECK_EQ_INT(all.len, OUTPUT_MEMORY_MAX + 1);
    CHECK_EQ_INT(all.bytes[OUTPUT_MEMORY_MAX], 'b');
    output_add(&output, test_dir(), "c", 1);
    all = output_view(&output);
    CHECK_EQ_INT(all.len, OUTPUT_MEMORY_MAX + 2);
    CHECK_EQ_INT(all.bytes[OUTPUT_MEMORY_MAX + 1], 'c');
    free(chunk);
    output_finish(&output);
}

TEST(output_that_is_large_stays)
{
    char path[1000];
    char *chunk = calloc(1, OUTPUT_MEMORY_MAX);
    REQUIRE(chunk != NULL);
    for (int round = 1; round <= 2; round++) {
        struct output output = {.fd = -1};
        CHECK(!output_keep(&output, test_dir(), "small"));
        output_add(&output, test_dir(), chunk, OUTPUT_MEMORY_MAX);
        for (int i = 0; i < round; i++) {
            output_add(&output, test_dir(), "x", 1);
        }
        REQUIRE(output_keep(&output, test_dir(), "big"));
        snprintf(path, sizeof(path), "%s", output.path);
        output_finish(&output);
        struct stat info;
        REQUIRE(stat(path, &info) == 0);
        CHECK_EQ_INT(info.st_size, OUTPUT_MEMORY_MAX + (size_t)round);
    }
    CHECK(strstr(path, "/output/big.log") != NULL);
    free(chunk);
}

TEST(output_tail_starts_with_a_line)
{
    struct output output = {.fd = -1};
    const char *text = "first line\nsecond\nthird\n";
    output_add(&output, test_dir(), text, strlen(text));
    struct slice tail = output_tail(&output, 15);
    CHECK_EQ_INT(tail.len, 13);
    CHECK_EQ_MEM(tail.bytes, "second\nthird\n", 13);
    tail = output_tail(&output, 4);
    CHECK_EQ_MEM(tail.bytes, "ird\n", 4);
    output_finish(&output);
}

TEST(output_without_a_place)
{
    struct output output = {.fd = -1};
    char *chunk = calloc(1, OUTPUT_MEMORY_MAX);
    REQUIRE(chunk != NULL);
    output_add(&output, "/no/such/folder", chunk, OUTPUT_MEMORY_MAX);
    output_add(&output, "/no/such/folder", "x", 1);
    CHECK(output.write_errno != 0);
    CHECK_EQ_INT(output_view(&output).len, OUTPUT_MEMORY_MAX);
    free(chunk);
    output_finish(&output);
}
