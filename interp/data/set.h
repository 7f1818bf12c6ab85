/* SPDX-License-Identifier: MIT */
/*
 * Persistent sets: the trie of champ.h at any size, so that the order depends
 * on the members alone. The value of an entry is its key.
 */
#ifndef INTERP_DATA_SET_H
#define INTERP_DATA_SET_H

#include "interp/data/champ.h"
#include "interp/data/object.h"

/* KIND_SET */
struct set_object {
    struct object head;
    uint32_t count;
    Value meta;
    struct champ_node *root; /* NULL when empty */
};

static inline bool
set_is(Value v)
{
    return value_is_kind(v, KIND_SET);
}

/* The object of a set_is value. */
static inline const struct set_object *
set_object(Value v)
{
    return (const struct set_object *)value_object(v);
}

static inline uint32_t
set_count(Value set)
{
    return set_object(set)->count;
}

Value set_empty(void);
/* Equal items count once. */
Value set_from_array(const Value *items, uint32_t count);

/* The member equal to item, or ABSENT. */
Value set_get(Value set, Value item);
Value set_conj(Value set, Value item);
Value set_disj(Value set, Value item);
Value set_with_meta(Value set, Value meta);

/* A walk in the set's order, without allocation; lives on the C stack. */
struct set_iter {
    struct champ_iter champ;
};

void set_iter_init(struct set_iter *iter, Value set);
bool set_iter_next(struct set_iter *iter, Value *item);

/* Transients (transient.h); all throw for what is no live one. */
Value set_transient(Value set);
void set_transient_conj(Value transient, Value item);
void set_transient_disj(Value transient, Value item);
Value set_transient_get(Value transient, Value item);
uint32_t set_transient_count(Value transient);
Value set_persistent(Value transient);

#endif
