/* SPDX-License-Identifier: MIT */
#include "exec/run/ready.h"

#include "exec/base/memory.h"
#include "exec/base/vec.h"

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

/* Where the bit of a number is. */
static uint32_t
place_of(const struct ready *ready, uint32_t number)
{
    return ready->places == NULL ? number : ready->places[number];
}

void
ready_set_order(struct ready *ready, const uint32_t *places,
                const uint32_t *numbers)
{
    struct vec members = vec_of(sizeof(uint32_t));
    for (uint32_t number = ready_take(ready); number != READY_NONE;
         number = ready_take(ready)) {
        vec_push(&members, &number);
    }
    ready->places = places;
    ready->numbers = numbers;
    for (uint32_t i = 0; i < members.count; i++) {
        ready_add(ready, *(uint32_t *)vec_at(&members, i));
    }
    vec_finish(&members);
}

bool
ready_has(const struct ready *ready, uint32_t number)
{
    uint32_t place = place_of(ready, number);
    return (ready->words[place / 64] >> (place % 64) & 1) != 0;
}

void
ready_add(struct ready *ready, uint32_t number)
{
    ready->count++;
    number = place_of(ready, number);
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
    number = place_of(ready, number);
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
    number = ready->numbers == NULL ? number : ready->numbers[number];
    ready_remove(ready, number);
    return number;
}
