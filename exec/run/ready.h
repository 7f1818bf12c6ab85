/* SPDX-License-Identifier: MIT */
/*
 * A set of small numbers that gives its first one, by size or by another order:
 * bits by place, and above them bits that tell which words are not empty, 64 to
 * one, up to a single word. All operations take as many steps as there are
 * levels (four for a million).
 */
#ifndef EXEC_RUN_READY_H
#define EXEC_RUN_READY_H

#include <stdbool.h>
#include <stdint.h>

#define READY_LEVELS_MAX 6
#define READY_NONE UINT32_MAX

struct ready {
    uint64_t *words; /* all levels, the lowest first */
    uint32_t starts[READY_LEVELS_MAX];
    uint32_t level_count;
    uint32_t count;
    const uint32_t *places;  /* by number; NULL: each is its own place */
    const uint32_t *numbers; /* by place */
};

/* An empty set of numbers below `limit`. */
void ready_init(struct ready *ready, uint32_t limit);
void ready_finish(struct ready *ready);
/* The number must not be in the set. */
void ready_add(struct ready *ready, uint32_t number);
/* From now on numbers come by their places: a permutation and its inverse,
 * which stay the caller's, or NULL twice. What is in the set stays in it. */
void ready_set_order(struct ready *ready, const uint32_t *places,
                     const uint32_t *numbers);
bool ready_has(const struct ready *ready, uint32_t number);
/* The number must be in the set. */
void ready_remove(struct ready *ready, uint32_t number);
/* The first number, which is removed; READY_NONE if the set is empty. */
uint32_t ready_take(struct ready *ready);

#endif
