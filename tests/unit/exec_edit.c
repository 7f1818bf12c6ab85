/* SPDX-License-Identifier: MIT */
#include "exec/base/edit.h"
#include "exec/base/memory.h"
#include "tests/lib/test.h"

#include <stdlib.h>
#include <string.h>

static uint32_t
next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
    return (uint32_t)(*seed >> 33);
}

/* How many bytes the edits take; they must give the text again. */
static size_t
round_trip(const char *base, const char *text)
{
    struct buffer edits = {0};
    size_t len = 0;
    CHECK(edit_add(slice_of(base), slice_of(text), 1 << 16, &edits));
    char *back = edit_open(slice_of(base), buffer_slice(&edits), 1 << 16, &len);
    CHECK_EQ_STR(back, text);
    CHECK_EQ_INT(len, strlen(text));
    free(back);
    size_t took = edits.len;
    buffer_finish(&edits);
    return took;
}

TEST(a_few_digits_take_a_few_bytes)
{
    const char *base = "cc -O2 -MF out/part0959/file012.o.d -o"
                       " out/part0959/file012.o ../src/part0959/file012.c";
    const char *text = "cc -O2 -MF out/part0959/file013.o.d -o"
                       " out/part0959/file013.o ../src/part0959/file013.c";
    CHECK(round_trip(base, text) <= 11);
    CHECK(round_trip(base, base) <= 1);
    (void)round_trip("", text);
    (void)round_trip(text, "");
    (void)round_trip("abc", "xyz");
    (void)round_trip("something -a else", "something -a -b -c else");
    (void)round_trip("something -a -b -c else", "something else");
}

/* A text that is `text` with some bytes changed, taken out and put in. */
static char *
changed(const char *text, uint64_t *seed)
{
    struct buffer out = {0};
    for (const char *at = text; *at; at++) {
        uint32_t kind = next_random(seed) % 40;
        if (kind == 0) {
            continue;
        }
        buffer_add_char(&out, kind == 1 ? 'x' : *at);
        if (kind == 2) {
            buffer_add_str(&out, "inserted");
        }
    }
    buffer_add_char(&out, 0);
    return buffer_take(&out);
}

TEST(random_texts_come_back)
{
    uint64_t seed = 17;
    char *text = mem_copy_str("the first of many texts, each like the last");
    for (int i = 0; i < 3000; i++) {
        char *next = changed(text, &seed);
        (void)round_trip(text, next);
        free(text);
        text = next;
        if (strlen(text) < 20 || strlen(text) > 4000) {
            free(text);
            text = mem_copy_str("the first of many texts, and so on, and on");
        }
    }
    free(text);
}

TEST(what_takes_too_much_room_is_not_kept)
{
    struct buffer edits = {0};
    buffer_add_char(&edits, 'x');
    CHECK(!edit_add(slice_of("abcdefgh"), slice_of("stuvwxyzstuv"), 6, &edits));
    CHECK_EQ_INT(edits.len, 1);
    buffer_finish(&edits);
}

TEST(damaged_edits_are_bounded)
{
    const char *base = "cc -c -o out/a/b/one.o src/a/b/one.c -Wall";
    uint64_t seed = 23;
    struct buffer edits = {0};
    CHECK(edit_add(slice_of(base),
                   slice_of("cc -c -o out/a/b/two.o src/a/b/two.c -Wall -g"),
                   100, &edits));
    for (uint32_t round = 0; round < 20000; round++) {
        size_t len = next_random(&seed) % (edits.len + 1);
        char *copy = malloc(len + 1); // Exactly so much, for valgrind and asan.
        memcpy(copy, edits.bytes, len);
        for (uint32_t i = 0; len > 0 && i < round % 4; i++) {
            size_t at = next_random(&seed) % len;
            copy[at] = (char)next_random(&seed);
        }
        size_t made = 0;
        char *back =
            edit_open(slice_of(base), (struct slice){copy, len}, 60, &made);
        CHECK(made <= 60);
        CHECK(back == NULL || back[made] == 0);
        free(back);
        free(copy);
    }
    buffer_finish(&edits);
}
