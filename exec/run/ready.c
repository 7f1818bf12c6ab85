/* SPDX-License-Identifier: MIT */
#include "exec/run/ready.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <stdlib.h>

void
ready_init(struct ready *ready, uint32_t limit)
{
    *ready = (struct ready){0};
    uint32_t total = 0;
    uint64_t size = limit == 0 ? 1 : limit;
    do {
        size = (size + 63) / 64;
        assert(ready->level_count < READY_LEVELS_MAX);
        ready->starts[ready->level_count++] = total;
        total += (uint32_t)size;
    } while (size > 1);
    ready->words = mem_alloc(total, sizeof(*ready->words));
}

void
ready_finish(struct ready *ready)
{
    free(ready->words);
    *ready = (struct ready){0};
}

void
ready_add(struct ready *ready, uint32_t number)
{
    ready->count++;
    for (uint32_t level = 0; level < ready->level_count; level++) {
        uint64_t *word = &ready->words[ready->starts[level] + number / 64];
        uint64_t bit = (uint64_t)1 << (number % 64);
        assert(level > 0 || (*word & bit) == 0);
        bool was_empty = *word == 0;
        *word |= bit;
        if (!was_empty) {
            return;
        }
        number /= 64;
    }
}

void
ready_remove(struct ready *ready, uint32_t number)
{
    assert(ready->count > 0);
    ready->count--;
    for (uint32_t level = 0; level < ready->level_count; level++) {
        uint64_t *word = &ready->words[ready->starts[level] + number / 64];
        uint64_t bit = (uint64_t)1 << (number % 64);
        assert((*word & bit) != 0);
        *word &= ~bit;
        if (*word != 0) {
            return;
        }
        number /= 64;
    }
}

uint32_t
ready_take(struct ready *ready)
{
    if (ready->count == 0) {
        return READY_NONE;
    }
    uint32_t number = 0;
    for (uint32_t level = ready->level_count; level-- > 0;) {
        uint64_t word = ready->words[ready->starts[level] + number];
        assert(word != 0);
        number = number * 64 + (uint32_t)__builtin_ctzll(word);
    }
    ready_remove(ready, number);
    return number;
}
