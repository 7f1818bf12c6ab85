/* SPDX-License-Identifier: MIT */
#include "exec/run/output.h"

#include "tests/lib/test.h"

#include <stdlib.h>
#include <string.h>
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
