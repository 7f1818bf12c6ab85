/* SPDX-License-Identifier: MIT */
/* Numbers in rows of any length, in flat memory. */
#ifndef EXEC_BASE_ROWS_H
#define EXEC_BASE_ROWS_H

#include "exec/base/vec.h"

/* Row i is items[starts[i]] up to items[starts[i + 1]]. */
struct rows {
    uint32_t *starts;
    uint32_t *items;
};

/* A number and the row that it goes to. */
struct pair {
    uint32_t row;
    uint32_t item;
};

/* Rows of a vector of struct pair; order within a row stays. */
struct rows rows_make(const struct vec *pairs, uint32_t row_count);
void rows_finish(struct rows *rows);

#endif
