/* SPDX-License-Identifier: MIT */
/*
 * A hash table with open addressing: two lines of memory a look, where the trie
 * of a map takes some for each level. Old blocks are left to the collector.
 */
#include "interp/data/places.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/text.h"

#include <assert.h>
#include <string.h>

enum { SLOTS_MIN = 32, KEYS_MAX = 1 << 30 };

/* The walk for a hash begins at its low bits, which are as good as any, and
 * ends at a slot that is free. */
static void
put_slot(struct places *places, struct places_slot slot)
{
    uint32_t at = slot.hash & places->mask;
    while (places->slots[at].hash != 0) {
        at = (at + 1) & places->mask;
    }
    places->slots[at] = slot;
}

/* Twice as many slots, and room for keys in half of them. */
static void
grow(struct places *places)
{
    struct places old = *places;
    uint32_t slots = old.slots == NULL ? SLOTS_MIN : (old.mask + 1) * 2;
    if (old.count >= KEYS_MAX) {
        error_throw(ERROR_LIMIT, "These are too many different values");
    }
    places->slots = alloc_atomic(slots * sizeof(struct places_slot));
    memset(places->slots, 0, slots * sizeof(struct places_slot));
    places->mask = slots - 1;
    for (uint32_t i = 0; old.slots != NULL && i <= old.mask; i++) {
        if (old.slots[i].hash != 0) {
            put_slot(places, old.slots[i]);
        }
    }
    places->cap = slots / 2;
    places->keys = alloc(places->cap * sizeof(Value));
    if (old.count > 0) {
        memcpy(places->keys, old.keys, old.count * sizeof(Value));
    }
}

static bool
same_key(Value a, Value b)
{
    return value_is(a, b) ||
           (text_is(a) && text_is(b) ? text_equal(a, b) : value_equal(a, b));
}

uint32_t
places_of(struct places *places, Value key)
{
    uint32_t hash = value_hash(key);
    if (places->count == places->cap) {
        grow(places);
    }
    uint32_t at = hash & places->mask;
    for (; places->slots[at].hash != 0; at = (at + 1) & places->mask) {
        struct places_slot slot = places->slots[at];
        if (slot.hash == hash && same_key(places->keys[slot.place], key)) {
            return slot.place;
        }
    }
    assert(hash != 0);
    places->slots[at] = (struct places_slot){hash, places->count};
    places->keys[places->count] = key;
    return places->count++;
}
