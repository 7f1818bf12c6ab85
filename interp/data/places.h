/* SPDX-License-Identifier: MIT */
/*
 * Numbers values in the order in which they come, equal ones alike: what
 * counts and groups many items looks each up once, in a table that is not to
 * be kept.
 */
#ifndef INTERP_DATA_PLACES_H
#define INTERP_DATA_PLACES_H

#include "interp/data/value.h"

struct places_slot {
    uint32_t hash; /* 0: free */
    uint32_t place;
};

/* On the C stack; zeroed it is empty. Different values and their order. */
struct places {
    Value *keys;
    uint32_t count; /* of keys */
    uint32_t cap;
    uint32_t mask;             /* slots less one; a power of two less one */
    struct places_slot *slots; /* atomic memory; at most half of them used */
};

/* The place of the first value equal to key among different ones. It is
 * places->count - 1 and the count one more if there was none. */
uint32_t places_of(struct places *places, Value key);

#endif
