/* SPDX-License-Identifier: MIT */
#include "exec/base/vec.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct vec
vec_of(size_t item_size)
{
    assert(item_size > 0 && item_size < UINT32_MAX);
    return (struct vec){.item_size = (uint32_t)item_size};
}

/* Where the item of an index is, or would be. */
static char *
item_at(const struct vec *vec, uint32_t index)
{
    return (char *)vec->items + (size_t)index * vec->item_size;
}

/* Room for so many more, at least doubling, so that adding is linear. */
static void
make_room(struct vec *vec, uint32_t more)
{
    assert(vec->item_size > 0);
    assert(more <= UINT32_MAX - vec->count);
    uint32_t needed = vec->count + more;
    if (needed <= vec->cap) {
        return;
    }
    assert(vec->cap > 0 || vec->items == NULL); // not somebody else's memory
    uint32_t doubled = vec->cap > UINT32_MAX / 2 ? UINT32_MAX : vec->cap * 2;
    uint32_t cap = needed > doubled ? needed : doubled;
    vec->cap = cap < 8 ? 8 : cap;
    vec->items = mem_resize(vec->items, vec->cap, vec->item_size);
}

void *
vec_add(struct vec *vec)
{
    make_room(vec, 1);
    return memset(item_at(vec, vec->count++), 0, vec->item_size);
}

void
vec_push(struct vec *vec, const void *item)
{
    make_room(vec, 1);
    memcpy(item_at(vec, vec->count++), item, vec->item_size);
}

void *
vec_add_many(struct vec *vec, uint32_t count)
{
    make_room(vec, count);
    void *first = item_at(vec, vec->count);
    vec->count += count;
    return first;
}

void
vec_push_all(struct vec *vec, const void *items, uint32_t count)
{
    if (count > 0) {
        memcpy(vec_add_many(vec, count), items, (size_t)count * vec->item_size);
    }
}

static int
compare_numbers(const void *left, const void *right)
{
    const uint32_t *a = left;
    const uint32_t *b = right;
    return (*a > *b) - (*a < *b);
}

void
vec_sort_numbers(struct vec *vec)
{
    uint32_t *numbers = vec->items;
    uint32_t count = 0;
    assert(vec->item_size == sizeof(*numbers));
    if (vec->count == 0) {
        return;
    }
    qsort(numbers, vec->count, sizeof(*numbers), compare_numbers);
    for (uint32_t i = 0; i < vec->count; i++) {
        if (count == 0 || numbers[i] != numbers[count - 1]) {
            numbers[count++] = numbers[i];
        }
    }
    vec_resize(vec, count);
}

bool
vec_has_number(const struct vec *vec, uint32_t number)
{
    return vec->count > 0 && bsearch(&number, vec->items, vec->count,
                                     sizeof(number), compare_numbers) != NULL;
}

void *
vec_pop(struct vec *vec)
{
    assert(vec->count > 0);
    return item_at(vec, --vec->count);
}

void
vec_resize(struct vec *vec, uint32_t count)
{
    if (vec->items == NULL && count > 0) {
        // Fresh memory is zero, and what nobody reads of it costs nothing.
        vec->items = mem_alloc(count, vec->item_size);
        vec->cap = count;
    } else if (count > vec->count) {
        uint32_t more = count - vec->count;
        make_room(vec, more);
        memset(item_at(vec, vec->count), 0, (size_t)more * vec->item_size);
    }
    vec->count = count;
}

void
vec_finish(struct vec *vec)
{
    if (vec->cap > 0) {
        free(vec->items);
    }
    vec->items = NULL;
    vec->count = 0;
    vec->cap = 0;
}
