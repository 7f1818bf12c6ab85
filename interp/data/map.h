/* SPDX-License-Identifier: MIT */
/*
 * Persistent maps. Up to 8 entries are an array in the order of insertion;
 * more are a trie whose order depends on the keys' hashes alone. A map of 8
 * or fewer is always an array: one that shrinks gets the trie's order.
 */
#ifndef INTERP_DATA_MAP_H
#define INTERP_DATA_MAP_H

#include "interp/data/champ.h"
#include "interp/data/object.h"

enum { MAP_ARRAY_MAX = 8 };

/* KIND_MAP */
struct map_object {
    struct object head; /* flags: MAP_OWNED; then its hash is an owner, too */
    uint32_t count;
    Value meta;
    struct champ_node *root; /* NULL for an array */
    Value entries[];         /* array: key, value, key, value ... */
};

static inline bool
map_is(Value v)
{
    return value_is_kind(v, KIND_MAP);
}

/* The object of a map_is value. */
static inline const struct map_object *
map_object(Value v)
{
    return (const struct map_object *)value_object(v);
}

static inline uint32_t
map_count(Value map)
{
    return map_object(map)->count;
}

Value map_empty(void);
/* count pairs: key, value, key, value ...; a later equal key wins. */
Value map_from_pairs(const Value *pairs, uint32_t count);

/* The value under key, or ABSENT. */
Value map_get(Value map, Value key);
/* The same for a key that is a keyword; faster. */
Value map_get_keyword(Value map, Value keyword);
/* The key that is stored and its value; false if there is none. */
bool map_find(Value map, Value key, Value *stored_key, Value *value);

Value map_assoc(Value map, Value key, Value value);
Value map_dissoc(Value map, Value key);
/* All entries of `from` (a map) assoc'ed to `map`; keeps map's meta. */
Value map_merge(Value map, Value from);
Value map_with_meta(Value map, Value meta);

/* Whoever alone has a map may own it: assoc and dissoc then change it in its
 * place as they change a transient, and give it back. Until it is disowned
 * nothing may keep it, hash it or compare it. An owner is a number of
 * transient_owner_new. What is no trie is given back as it is: it is copied
 * anyway. */
enum { MAP_OWNED = 1 };
Value map_own(Value map, uint64_t owner);
/* Also of what is not owned, where it does nothing. */
void map_disown(Value map);

/* A walk in the map's order, without allocation; lives on the C stack. */
struct map_iter {
    const struct map_object *map;
    uint32_t index;
    struct champ_iter champ;
};

void map_iter_init(struct map_iter *iter, Value map);
bool map_iter_next(struct map_iter *iter, Value *key, Value *value);

/* Transients (transient.h); all throw for what is no live one. */
Value map_transient(Value map);
void map_transient_assoc(Value transient, Value key, Value value);
void map_transient_dissoc(Value transient, Value key);
Value map_transient_get(Value transient, Value key);
uint32_t map_transient_count(Value transient);
Value map_persistent(Value transient);

#endif
