/* SPDX-License-Identifier: MIT */
/*
 * Open addressing with linear probing, at most three quarters full. Slots
 * keep the hash, so that growing asks for no key and a probe seldom does.
 */
#include "exec/base/table.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Odd numbers with about as many ones as zeros, spread at random. */
#define MULTIPLIER_1 UINT64_C(0x9d39247e33776d41)
#define MULTIPLIER_2 UINT64_C(0xd1342543de82ef95)

static uint64_t
mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * MULTIPLIER_1;
    return hash ^ (hash >> 29);
}

/* Eight bytes at a time: the keys are paths and arguments. */
uint32_t
table_hash(struct slice key)
{
    uint64_t hash = key.len * MULTIPLIER_2;
    const char *bytes = key.bytes;
    size_t left = key.len;

    for (; left >= 8; left -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        hash = mix(hash, word);
    }
    if (left > 0) {
        uint64_t word = 0;
        memcpy(&word, bytes, left);
        hash = mix(hash, word);
    }
    hash *= MULTIPLIER_2;
    return (uint32_t)(hash >> 32);
}

/* The slot of a key: the one that has it, or the empty one for it. */
static uint32_t
find_slot(const struct table *table, table_key key, const void *owner,
          struct slice wanted, uint32_t hash)
{
    uint32_t mask = table->cap - 1;
    uint32_t index = hash & mask;

    for (;; index = (index + 1) & mask) {
        const struct table_slot *slot = &table->slots[index];
        if (slot->value_plus_1 == 0) {
            return index;
        }
        if (slot->hash == hash &&
            slice_equal(key(owner, slot->value_plus_1 - 1), wanted)) {
            return index;
        }
    }
}

static void
grow(struct table *table, uint32_t cap)
{
    struct table_slot *old = table->slots;
    struct table_slot *slots = mem_alloc_whole(cap, sizeof(*slots));
    uint32_t mask = cap - 1;

    for (uint32_t i = 0; i < table->cap; i++) {
        if (old[i].value_plus_1 != 0) {
            uint32_t index = old[i].hash & mask;
            while (slots[index].value_plus_1 != 0) {
                index = (index + 1) & mask;
            }
            slots[index] = old[i];
        }
    }
    free(old);
    table->slots = slots;
    table->cap = cap;
}

void
table_reserve(struct table *table, uint32_t count)
{
    uint32_t cap = table->cap < 16 ? 16 : table->cap;

    while (cap - cap / 4 < count) {
        assert(cap <= UINT32_MAX / 2);
        cap *= 2;
    }
    if (cap > table->cap) {
        grow(table, cap);
    }
}

uint32_t
table_find(const struct table *table, table_key key, const void *owner,
           struct slice wanted)
{
    if (table->count == 0) {
        return TABLE_NONE;
    }
    uint32_t index = find_slot(table, key, owner, wanted, table_hash(wanted));
    uint32_t value_plus_1 = table->slots[index].value_plus_1;
    return value_plus_1 != 0 ? value_plus_1 - 1 : TABLE_NONE;
}

bool
table_has_hash(const struct table *table, uint32_t hash)
{
    uint32_t mask = table->cap - 1;

    if (table->count == 0) {
        return false;
    }
    for (uint32_t i = hash & mask; table->slots[i].value_plus_1 != 0;
         i = (i + 1) & mask) {
        if (table->slots[i].hash == hash) {
            return true;
        }
    }
    return false;
}

void
table_prefetch(const struct table *table, uint32_t hash)
{
    if (table->cap > 0) {
        __builtin_prefetch(&table->slots[hash & (table->cap - 1)], 1);
    }
}

uint32_t
table_find_or_add(struct table *table, table_key key, const void *owner,
                  struct slice wanted, uint32_t value)
{
    struct table_wanted hashed = {wanted, table_hash(wanted)};

    return table_find_or_add_hashed(table, key, owner, hashed, value);
}

uint32_t
table_find_or_add_hashed(struct table *table, table_key key, const void *owner,
                         struct table_wanted wanted, uint32_t value)
{
    assert(value < TABLE_NONE);
    table_reserve(table, table->count + 1);
    uint32_t index = find_slot(table, key, owner, wanted.key, wanted.hash);
    struct table_slot *slot = &table->slots[index];
    if (slot->value_plus_1 == 0) {
        *slot = (struct table_slot){wanted.hash, value + 1};
        table->count++;
    }
    return slot->value_plus_1 - 1;
}

/* What is waited for is memory: a slot is anywhere. So the slots of some values
 * are asked for ahead, and looked at when they have come. */
bool
table_fill(struct table *table, table_key key, const void *owner,
           const uint32_t *values, uint32_t count)
{
    enum { AHEAD = 32 };
    uint32_t hashes[AHEAD];

    table_reserve(table, table->count + count);
    for (uint32_t start = 0; start < count; start += AHEAD) {
        uint32_t batch = count - start < AHEAD ? count - start : AHEAD;
        for (uint32_t i = 0; i < batch; i++) {
            hashes[i] = table_hash(key(owner, values[start + i]));
            __builtin_prefetch(&table->slots[hashes[i] & (table->cap - 1)], 1);
        }
        for (uint32_t i = 0; i < batch; i++) {
            uint32_t value = values[start + i];
            uint32_t index =
                find_slot(table, key, owner, key(owner, value), hashes[i]);
            if (table->slots[index].value_plus_1 != 0) {
                return false;
            }
            table->slots[index] = (struct table_slot){hashes[i], value + 1};
        }
    }
    table->count += count;
    return true;
}

void
table_finish(struct table *table)
{
    free(table->slots);
    *table = (struct table){0};
}
