/* SPDX-License-Identifier: MIT */
/*
 * The trie below maps and sets: a compressed hash-array mapped prefix tree.
 *
 * Private to map.c, set.c and the traversal. Its shape is canonical: it
 * depends on the keys alone, not on the order in which they came. A node holds
 * first its entries (key, value), by hash bits, then its children. Keys whose
 * 32 bits of hash are equal share a collision node at the bottom, in an order
 * that depends on their content where content has an order.
 */
#ifndef INTERP_DATA_CHAMP_H
#define INTERP_DATA_CHAMP_H

#include "interp/data/object.h"

enum {
    CHAMP_BITS = 5,
    CHAMP_DEPTH_MAX = 8,     /* 7 levels of 5 bits, and a collision node */
    CHAMP_NODE_COLLISION = 1 /* flag of a node's head */
};

struct champ_node {
    struct object head; /* extra and hash: owner, see transient.h */
    uint32_t entry_map; /* collision node: the number of entries */
    uint32_t child_map;
    Value slots[]; /* keys and values, then children */
};

/* A change: in: owner (0 for none); out: what it did. */
struct champ_change {
    uint64_t owner;
    bool added;    /* the key is new */
    bool replaced; /* another value took the place of the old one */
    bool removed;
};

/* The value under key, or ABSENT; root may be NULL. */
Value champ_get(const struct champ_node *root, uint32_t hash, Value key);
/* The same with the key that is stored. */
bool champ_find(const struct champ_node *root, uint32_t hash, Value key,
                Value *stored_key, Value *value);

/* The new root. An equal key stays as it is; its value is replaced. */
struct champ_node *
champ_assoc(struct champ_node *root, uint32_t hash, Value key, Value value,
            struct champ_change *change);
/* The new root, NULL when empty. */
struct champ_node *champ_dissoc(struct champ_node *root, uint32_t hash,
                                Value key, struct champ_change *change);

/* A walk over all entries; lives on the C stack. */
struct champ_iter {
    const struct champ_node *nodes[CHAMP_DEPTH_MAX];
    uint8_t entry[CHAMP_DEPTH_MAX]; /* children already visited */
    uint32_t at;                    /* entry of the top node */
    uint32_t depth;                 /* nodes on the path */
};

void champ_iter_init(struct champ_iter *iter, const struct champ_node *root);
bool champ_iter_next(struct champ_iter *iter, Value *key, Value *value);

#endif
