/* SPDX-License-Identifier: MIT */
#include "runtime/query/set.h"

#include "exec/exec.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_BITS = 64 };

void
query_set_finish(struct query_set *set)
{
    if (set->alone != NULL) {
        query_set_finish(set->alone);
    }
    free(set->alone);
    free(set->bits);
    free(set->order);
    *set = (struct query_set){.type = set->type};
}

bool
query_set_has(const struct query_set *set, uint32_t node)
{
    uint32_t word = node / WORD_BITS;
    return word < set->words &&
           (set->bits[word] >> (node % WORD_BITS) & 1) != 0;
}

static void
drop_order(struct query_set *set)
{
    free(set->order);
    set->order = NULL;
}

/* Strangers come while a query is answered, so sets grow. */
static void
reserve(struct query_set *set, uint32_t words)
{
    if (words <= set->words) {
        return;
    }
    uint32_t wanted = words > set->words * 2 ? words : set->words * 2;
    set->bits = mem_resize(set->bits, wanted, sizeof(*set->bits));
    memset(set->bits + set->words, 0,
           (wanted - set->words) * sizeof(*set->bits));
    set->words = wanted;
}

bool
query_set_add(struct query_set *set, uint32_t node)
{
    uint64_t bit = UINT64_C(1) << (node % WORD_BITS);
    reserve(set, node / WORD_BITS + 1);
    uint64_t *word = &set->bits[node / WORD_BITS];
    if ((*word & bit) != 0) {
        return false;
    }
    *word |= bit;
    set->count++;
    drop_order(set);
    return true;
}

bool
query_set_remove(struct query_set *set, uint32_t node)
{
    if (!query_set_has(set, node)) {
        return false;
    }
    set->bits[node / WORD_BITS] &= ~(UINT64_C(1) << (node % WORD_BITS));
    set->count--;
    drop_order(set);
    return true;
}

bool
query_set_next(const struct query_set *set, uint32_t *node)
{
    uint32_t word = *node / WORD_BITS;
    if (word >= set->words) {
        return false;
    }
    uint64_t rest = set->bits[word] >> (*node % WORD_BITS)
                                           << (*node % WORD_BITS);
    while (rest == 0) {
        if (++word == set->words) {
            return false;
        }
        rest = set->bits[word];
    }
    *node = word * WORD_BITS + (uint32_t)__builtin_ctzll(rest);
    return true;
}

struct query_set
query_set_copy(const struct query_set *set)
{
    struct query_set copy = *set;
    if (set->words > 0) {
        copy.bits = mem_alloc(set->words, sizeof(*copy.bits));
        memcpy(copy.bits, set->bits, set->words * sizeof(*copy.bits));
    }
    if (set->order != NULL) {
        copy.order = mem_alloc(set->count, sizeof(*copy.order));
        memcpy(copy.order, set->order, set->count * sizeof(*copy.order));
    }
    copy.alone = NULL;
    query_set_inherit(&copy, set);
    return copy;
}

/* --- Groups alone ------------------------------------------------------------------ */

/* The set of those that are, made where there is none. */
static struct query_set *
alone_of(struct query_set *set)
{
    if (set->alone == NULL) {
        set->alone = mem_alloc(1, sizeof(*set->alone));
        set->alone->type = set->type;
    }
    return set->alone;
}

void
query_set_add_alone(struct query_set *set, uint32_t node)
{
    (void)query_set_add(set, node);
    (void)query_set_add(alone_of(set), node);
}

void
query_set_make_whole(struct query_set *set, uint32_t node)
{
    if (set->alone != NULL) {
        (void)query_set_remove(set->alone, node);
    }
}

bool
query_set_is_alone(const struct query_set *set, uint32_t node)
{
    return set->alone != NULL && query_set_has(set->alone, node);
}

void
query_set_inherit(struct query_set *set, const struct query_set *from)
{
    if (from->alone != NULL) {
        query_set_union(alone_of(set), from->alone);
    }
}

/* What is in the set and brings its members. */
static bool
is_whole(const struct query_set *set, uint32_t node)
{
    return query_set_has(set, node) && !query_set_is_alone(set, node);
}

/* For a union: alone is what is so in one of the two, and whole in none. */
static void
join_alone(struct query_set *set, const struct query_set *other)
{
    const struct query_set *both[] = {set->alone, other->alone};
    if (both[0] == NULL && both[1] == NULL) {
        return;
    }
    struct query_set joined = {.type = set->type};
    for (int i = 0; i < 2; i++) {
        for (uint32_t node = 0;
             both[i] != NULL && query_set_next(both[i], &node); node++) {
            if (!is_whole(set, node) && !is_whole(other, node)) {
                (void)query_set_add(&joined, node);
            }
        }
    }
    query_set_finish(alone_of(set));
    *set->alone = joined;
}

/* --- Two sets -------------------------------------------------------------------- */

static void
recount(struct query_set *set)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < set->words; i++) {
        count += (uint32_t)__builtin_popcountll(set->bits[i]);
    }
    set->count = count;
}

void
query_set_union(struct query_set *set, const struct query_set *other)
{
    assert(set->type == other->type);
    drop_order(set);
    join_alone(set, other);
    reserve(set, other->words);
    for (uint32_t i = 0; i < other->words; i++) {
        set->bits[i] |= other->bits[i];
    }
    recount(set);
}

/* What is left of an order of its own after members went. */
static void
shorten_order(struct query_set *set, uint32_t old_count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; set->order != NULL && i < old_count; i++) {
        if (query_set_has(set, set->order[i])) {
            set->order[kept++] = set->order[i];
        }
    }
    assert(set->order == NULL || kept == set->count);
}

void
query_set_intersect(struct query_set *set, const struct query_set *other)
{
    assert(set->type == other->type);
    uint32_t old_count = set->count;
    for (uint32_t i = 0; i < set->words; i++) {
        set->bits[i] &= i < other->words ? other->bits[i] : 0;
    }
    recount(set);
    shorten_order(set, old_count);
}

void
query_set_except(struct query_set *set, const struct query_set *other)
{
    assert(set->type == other->type);
    uint32_t old_count = set->count;
    for (uint32_t i = 0; i < set->words && i < other->words; i++) {
        set->bits[i] &= ~other->bits[i];
    }
    recount(set);
    shorten_order(set, old_count);
}

void
query_set_filter(struct query_set *set, query_set_keep *keep, void *ctx)
{
    uint32_t old_count = set->count;
    for (uint32_t node = 0; query_set_next(set, &node); node++) {
        if (!keep(ctx, node)) {
            set->bits[node / WORD_BITS] &= ~(UINT64_C(1) << (node % WORD_BITS));
        }
    }
    recount(set);
    shorten_order(set, old_count);
}

bool
query_set_equal(const struct query_set *set, const struct query_set *other)
{
    const struct query_set *longer = set->words > other->words ? set : other;
    const struct query_set *shorter = longer == set ? other : set;
    if (set->type != other->type || set->count != other->count) {
        return false;
    }
    for (uint32_t i = 0; i < longer->words; i++) {
        if (longer->bits[i] != (i < shorter->words ? shorter->bits[i] : 0)) {
            return false;
        }
    }
    return true;
}
