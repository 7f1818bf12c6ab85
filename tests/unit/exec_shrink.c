/* SPDX-License-Identifier: MIT */
#include "exec/base/memory.h"
#include "exec/base/shrink.h"
#include "tests/lib/test.h"

#include <stdlib.h>
#include <string.h>

/* The same numbers each time. */
static uint32_t
next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
    return (uint32_t)(*seed >> 33);
}

/* Packs an array and opens it again; tells how many bytes it took. */
static size_t
round_trip(const void *items, uint32_t count, uint32_t item_size)
{
    struct buffer packed = {0};
    size_t size = (size_t)count * item_size;
    char *back = mem_alloc(size + 1, 1);
    shrink_array(items, count, item_size, &packed);
    CHECK(shrink_open_array(buffer_slice(&packed), back, count, item_size));
    CHECK(memcmp(back, items, size) == 0);
    CHECK_EQ_INT(back[size], 0);
    size_t len = packed.len;
    buffer_finish(&packed);
    free(back);
    return len;
}

TEST(arrays_come_back_whatever_is_in_them)
{
    static const uint32_t sizes[] = {1, 4, 8, 16, 84};
    static const uint32_t counts[] = {0, 1, 2, 255, 5000, 40000};
    uint64_t seed = 7;
    for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
        for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
            size_t size = (size_t)sizes[s] * counts[c];
            unsigned char *bytes = mem_alloc(size + 1, 1);
            for (size_t i = 0; i < size; i++) {
                bytes[i] = (unsigned char)next_random(&seed);
            }
            size_t len = round_trip(bytes, counts[c], sizes[s]);
            CHECK(len <= size + 4 * (size / 100000 + 2)); // never much more
            memset(bytes, 0xff, size);
            (void)round_trip(bytes, counts[c], sizes[s]);
            free(bytes);
        }
    }
}

TEST(blocks_are_opened_one_by_one)
{
    enum { COUNT = 100000, SIZE = 12 };
    uint32_t *words = mem_alloc(COUNT, SIZE);
    uint32_t *back = mem_alloc(COUNT, SIZE);
    struct buffer packed = {0};
    for (uint32_t i = 0; i < 3 * COUNT; i++) {
        words[i] = 1000 + i / 3;
    }
    shrink_array(words, COUNT, SIZE, &packed);
    struct shrink_blocks *blocks =
        shrink_blocks_create(buffer_slice(&packed), COUNT, SIZE);
    REQUIRE(blocks != NULL);
    uint32_t total = shrink_blocks_count(blocks);
    CHECK(total > 4);
    CHECK_EQ_INT(shrink_blocks_closed(blocks), total);
    CHECK(shrink_blocks_open(blocks, back, COUNT / 2, 1));
    CHECK_EQ_INT(shrink_blocks_closed(blocks), total - 1);
    CHECK_EQ_INT(back[3 * (COUNT / 2)], words[3 * (COUNT / 2)]);
    CHECK_EQ_INT(back[0], 0);
    back[3 * (COUNT / 2)] = 7; // Open already: it is not written again.
    CHECK(shrink_blocks_open(blocks, back, COUNT / 2 - 1, 3));
    CHECK_EQ_INT(back[3 * (COUNT / 2)], 7);
    back[3 * (COUNT / 2)] = words[3 * (COUNT / 2)];
    CHECK(shrink_blocks_open(blocks, back, COUNT - 1, 1));
    CHECK(shrink_blocks_open(blocks, back, 0, COUNT));
    CHECK_EQ_INT(shrink_blocks_closed(blocks), 0);
    CHECK(memcmp(back, words, (size_t)COUNT * SIZE) == 0);
    shrink_blocks_destroy(blocks);
    struct slice cut = {packed.bytes, packed.len - 1};
    CHECK(shrink_blocks_create(cut, COUNT, SIZE) == NULL);
    buffer_add_char(&packed, 'x');
    CHECK(shrink_blocks_create(buffer_slice(&packed), COUNT, SIZE) == NULL);
    buffer_finish(&packed);
    free(words);
    free(back);
}

TEST(what_counts_upwards_takes_next_to_nothing)
{
    enum { COUNT = 100000 };
    uint32_t *words = mem_alloc(COUNT, 3 * sizeof(uint32_t));
    for (uint32_t i = 0; i < COUNT; i++) {
        words[3 * i] = 1000 + i;
        words[3 * i + 1] = UINT32_MAX;
        words[3 * i + 2] = 7 * (COUNT - i);
    }
    CHECK(round_trip(words, COUNT, 3 * sizeof(uint32_t)) < 10000);
    free(words);
}

TEST(damaged_arrays_fail_or_give_other_items)
{
    enum { COUNT = 20000 };
    uint32_t *words = mem_alloc(COUNT + 1, sizeof(uint32_t));
    uint32_t *back = mem_alloc(COUNT + 1, sizeof(uint32_t));
    struct buffer packed = {0};
    uint64_t seed = 3;
    for (uint32_t i = 0; i < COUNT; i++) {
        words[i] = i / 3 + next_random(&seed) % 5;
    }
    shrink_array(words, COUNT, sizeof(uint32_t), &packed);
    struct slice whole = buffer_slice(&packed);
    CHECK(!shrink_open_array(whole, back, COUNT - 1, sizeof(uint32_t)));
    CHECK(!shrink_open_array(whole, back, COUNT + 1, sizeof(uint32_t)));
    for (size_t len = 0; len < whole.len; len += 1 + len / 7) {
        struct slice cut = {whole.bytes, len};
        CHECK(!shrink_open_array(cut, back, COUNT, sizeof(uint32_t)));
    }
    for (size_t at = 0; at < packed.len; at += 1 + at / 50) {
        packed.bytes[at] ^= 0x55;
        back[COUNT] = 1234567;
        (void)shrink_open_array(whole, back, COUNT, sizeof(uint32_t));
        CHECK_EQ_INT(back[COUNT], 1234567);
        packed.bytes[at] ^= 0x55;
    }
    CHECK(shrink_open_array(whole, back, COUNT, sizeof(uint32_t)));
    CHECK(memcmp(words, back, COUNT * sizeof(uint32_t)) == 0);
    buffer_finish(&packed);
    free(words);
    free(back);
}

TEST(texts_are_what_they_have_other_than_their_base)
{
    struct slice base = slice_of("cc -O2 -Wall -Iinclude -c src/main.c -o a.o");
    struct slice text = slice_of("cc -O2 -Wall -Iinclude -c src/list.c -o b.o");
    struct buffer packed = {0};
    REQUIRE(shrink_text(base, text, text.len, &packed));
    CHECK(packed.len < text.len / 2);
    struct slice small = buffer_slice(&packed);
    char *back = shrink_open_text(base, small, text.len);
    CHECK_EQ_STR(back, text.bytes);
    free(back);
    CHECK(shrink_open_text(base, small, text.len + 1) == NULL);
    CHECK(shrink_open_text(base, small, SHRINK_TEXT_MAX + 1) == NULL);
    CHECK(shrink_open_text((struct slice){"", 0}, small, text.len) == NULL);
    buffer_truncate(&packed, 0);
    CHECK(!shrink_text(base, text, 4, &packed));
    CHECK(!shrink_text(base, (struct slice){"", 0}, 100, &packed));
    CHECK_EQ_INT(packed.len, 0);
    buffer_finish(&packed);
}
