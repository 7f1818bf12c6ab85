/* SPDX-License-Identifier: MIT */
/*
 * A growing array of items of one size. Pointers to items are valid until the
 * next item is added. The caller casts `items` once to its own type:
 *
 *     struct vec edges = vec_of(sizeof(struct edge));
 *     struct edge *edge = vec_add(&edges);
 */
#ifndef EXEC_BASE_VEC_H
#define EXEC_BASE_VEC_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vec {
    void *items;
    uint32_t count;
    uint32_t cap; /* 0 while items are not owned (or there are none) */
    uint32_t item_size;
};

struct vec vec_of(size_t item_size);
/* Adds a zeroed item and returns it. */
void *vec_add(struct vec *vec);
/* Adds a copy of the item. */
void vec_push(struct vec *vec, const void *item);
/* Adds copies of count items that follow each other. */
void vec_push_all(struct vec *vec, const void *items, uint32_t count);
/* Adds so many items, for the caller to write; the first of them. */
void *vec_add_many(struct vec *vec, uint32_t count);
/* The item at an index that must be there. */
static inline void *
vec_at(const struct vec *vec, uint32_t index)
{
    assert(index < vec->count);
    return (char *)vec->items + (size_t)index * vec->item_size;
}
/* Sorts numbers (uint32_t), and leaves one of each. */
void vec_sort_numbers(struct vec *vec);
/* Of such sorted ones: whether one is among them. */
bool vec_has_number(const struct vec *vec, uint32_t number);
/* Takes the last item off; valid until the next one is added. */
void *vec_pop(struct vec *vec);
/* Exactly count items; new ones are zeroed. */
void vec_resize(struct vec *vec, uint32_t count);
/* Frees the items; the vec is empty and usable afterwards. */
void vec_finish(struct vec *vec);

#endif
