/* SPDX-License-Identifier: MIT */
#include "exec/base/arena.h"
#include "exec/base/buffer.h"
#include "exec/base/error.h"
#include "exec/base/memory.h"
#include "exec/base/table.h"
#include "exec/base/vec.h"
#include "tests/lib/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TEST(memory)
{
    char *zeroed = mem_alloc(10, 10);

    CHECK_EQ_INT(zeroed[99], 0);
    free(zeroed);
    free(mem_alloc(0, 8));
    CHECK(mem_copy_str(NULL) == NULL);
    char *copy = mem_copy("abc", 2);
    CHECK_EQ_STR(copy, "ab");
    free(copy);
    char *text = mem_format("%d-%s", 7, "x");
    CHECK_EQ_STR(text, "7-x");
    free(text);
}

TEST(buffer_is_always_a_string)
{
    struct buffer buffer = {0};

    CHECK_EQ_STR(buffer_str(&buffer), "");
    buffer_add_str(&buffer, "ab");
    buffer_add_char(&buffer, 'c');
    CHECK_EQ_STR(buffer_str(&buffer), "abc");
    buffer_add_format(&buffer, "%05d", 42);
    CHECK_EQ_STR(buffer_str(&buffer), "abc00042");
    buffer_truncate(&buffer, 2);
    CHECK_EQ_STR(buffer_str(&buffer), "ab");
    CHECK_EQ_INT(buffer_slice(&buffer).len, 2);
    char *taken = buffer_take(&buffer);
    CHECK_EQ_STR(taken, "ab");
    CHECK_EQ_INT(buffer.len, 0);
    free(taken);
    taken = buffer_take(&buffer);
    CHECK_EQ_STR(taken, "");
    free(taken);
    buffer_finish(&buffer);
}

TEST(buffer_grows)
{
    struct buffer buffer = {0};

    for (int i = 0; i < 100000; i++) {
        buffer_add(&buffer, "0123456789", 10);
    }
    CHECK_EQ_INT(buffer.len, 1000000);
    CHECK_EQ_INT(buffer.bytes[999999], '9');
    CHECK_EQ_INT(buffer.bytes[1000000], 0);
    buffer_finish(&buffer);
}

TEST(rows_of_texts)
{
    struct buffer buffer = {0};
    struct slice text;

    buffer_add_text(&buffer, "one");
    buffer_add_text(&buffer, "");
    buffer_add_text(&buffer, "three");
    struct slice row = buffer_slice(&buffer);
    CHECK(slice_next_text(&row, &text));
    CHECK_EQ_STR(text.bytes, "one");
    CHECK(slice_next_text(&row, &text));
    CHECK_EQ_INT(text.len, 0);
    CHECK(slice_next_text(&row, &text));
    CHECK(slice_equal(text, slice_of("three")));
    CHECK(!slice_next_text(&row, &text));
    buffer_finish(&buffer);
}

TEST(vec_sorts_numbers)
{
    const uint32_t numbers[] = {7, UINT32_MAX, 0, 7, 3, 0};
    struct vec vec = vec_of(sizeof(uint32_t));
    vec_sort_numbers(&vec);
    CHECK(!vec_has_number(&vec, 0));
    vec_push_all(&vec, numbers, 6);
    vec_sort_numbers(&vec);
    REQUIRE(CHECK_EQ_INT(vec.count, 4));
    for (uint32_t i = 1; i < vec.count; i++) {
        CHECK(*(uint32_t *)vec_at(&vec, i - 1) < *(uint32_t *)vec_at(&vec, i));
    }
    CHECK(vec_has_number(&vec, 0) && vec_has_number(&vec, 7));
    CHECK(vec_has_number(&vec, UINT32_MAX) && !vec_has_number(&vec, 4));
    vec_finish(&vec);
}

TEST(vec_keeps_items)
{
    struct vec vec = vec_of(sizeof(int));

    for (int i = 0; i < 1000; i++) {
        vec_push(&vec, &i);
    }
    CHECK_EQ_INT(vec.count, 1000);
    CHECK_EQ_INT(*(int *)vec_at(&vec, 500), 500);
    CHECK_EQ_INT(*(int *)vec_pop(&vec), 999);
    CHECK_EQ_INT(*(int *)vec_add(&vec), 0);
    vec_resize(&vec, 10);
    CHECK_EQ_INT(vec.count, 10);
    vec_resize(&vec, 12);
    CHECK_EQ_INT(*(int *)vec_at(&vec, 11), 0);
    int more[] = {7, 8};
    vec_push_all(&vec, more, 2);
    vec_push_all(&vec, NULL, 0);
    CHECK_EQ_INT(*(int *)vec_at(&vec, 13), 8);
    vec_finish(&vec);
    CHECK_EQ_INT(vec.count, 0);
    vec_push(&vec, more);
    vec_finish(&vec);
}

struct key {
    char text[8];
};

static struct slice
key_of(const void *owner, uint32_t value)
{
    const struct key *keys = owner;

    return slice_of(keys[value].text);
}

TEST(table_finds_what_was_added)
{
    enum { COUNT = 20000 };
    struct key *keys = calloc(COUNT, sizeof(*keys));
    struct table table = {0};
    uint32_t wrong = 0;
    REQUIRE(keys != NULL);

    CHECK_EQ_INT(table_find(&table, key_of, keys, slice_of("0")), TABLE_NONE);
    for (uint32_t i = 0; i < COUNT; i++) {
        snprintf(keys[i].text, sizeof(*keys), "%u", i);
        wrong += table_find_or_add(&table, key_of, keys, slice_of(keys[i].text),
                                   i) != i;
    }
    for (uint32_t i = 0; i < COUNT; i++) {
        wrong += table_find(&table, key_of, keys, slice_of(keys[i].text)) != i;
        wrong += table_find_or_add(&table, key_of, keys, slice_of(keys[i].text),
                                   i + 1) != i;
    }
    CHECK_EQ_INT(wrong, 0);
    CHECK_EQ_INT(table.count, COUNT);
    CHECK_EQ_INT(table_find(&table, key_of, keys, slice_of("x")), TABLE_NONE);
    CHECK_EQ_INT(table_find(&table, key_of, keys, slice_of("")), TABLE_NONE);
    CHECK(table_has_hash(&table, table_hash(slice_of(keys[7].text))));
    table_finish(&table);
    CHECK(!table_has_hash(&table, table_hash(slice_of(keys[7].text))));
    free(keys);
}

TEST(arena_keeps_what_it_gave)
{
    struct arena arena = {0};
    char *first = arena_copy(&arena, "first", 5);

    for (int i = 0; i < 1000; i++) {
        char *text = arena_format(&arena, "%d", i);
        CHECK((uintptr_t)text % _Alignof(max_align_t) == 0);
        CHECK(atoi(text) == i);
    }
    char *large = arena_alloc(&arena, 1000000);
    CHECK_EQ_INT(large[999999], 0);
    CHECK_EQ_STR(first, "first");
    arena_finish(&arena);
    CHECK_EQ_STR(arena_copy(&arena, "", 0), "");
    arena_finish(&arena);
}

TEST(error_keeps_the_first)
{
    struct error err = {0};

    CHECK(!error_set(&err, ERROR_CLASS_GRAPH, "no %s", "rule"));
    error_set(&err, ERROR_CLASS_USAGE, "another");
    CHECK_EQ_INT(err.class, ERROR_CLASS_GRAPH);
    error_wrap(&err, "a.out");
    CHECK_EQ_STR(err.what, "a.out: no rule");
    error_set_where(&err, "b.magma", 3, 7);
    error_set_where(&err, "c.magma", 1, 1);
    CHECK_EQ_STR(err.where, "b.magma:3:7");
    error_set_help(&err, "write %s", "one");
    error_set_help(&err, "no");
    CHECK_EQ_STR(err.help, "write one");
    error_finish(&err);
    CHECK_EQ_INT(err.class, ERROR_CLASS_NONE);
    CHECK(err.what == NULL);
}

TEST(error_of_a_system_call)
{
    struct error err = {0};

    CHECK(!error_set_errno(&err, ERROR_CLASS_SYSTEM, ENOENT, "open %s", "x"));
    CHECK_EQ_STR(err.what, "open x: No such file or directory");
    error_set_where(&err, "f", 2, 0);
    CHECK_EQ_STR(err.where, "f:2");
    error_finish(&err);
}
