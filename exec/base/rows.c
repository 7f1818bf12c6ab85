/* SPDX-License-Identifier: MIT */
/* A counting sort. */
#include "exec/base/rows.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <stdlib.h>

struct rows
rows_make(const struct vec *pairs, uint32_t row_count)
{
    struct rows rows = {
        .starts = mem_alloc((size_t)row_count + 1, sizeof(uint32_t)),
        .items = mem_alloc(pairs->count, sizeof(uint32_t)),
    };
    const struct pair *pair = pairs->items;
    for (uint32_t i = 0; i < pairs->count; i++) {
        assert(pair[i].row < row_count);
        rows.starts[pair[i].row + 1]++;
    }
    for (uint32_t i = 0; i < row_count; i++) {
        rows.starts[i + 1] += rows.starts[i];
    }
    uint32_t *next = mem_alloc((size_t)row_count + 1, sizeof(uint32_t));
    for (uint32_t i = 0; i < pairs->count; i++) {
        uint32_t row = pair[i].row;
        rows.items[rows.starts[row] + next[row]++] = pair[i].item;
    }
    free(next);
    return rows;
}

void
rows_finish(struct rows *rows)
{
    free(rows->starts);
    free(rows->items);
    *rows = (struct rows){0};
}
