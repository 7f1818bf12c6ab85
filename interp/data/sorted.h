/* SPDX-License-Identifier: MIT */
/*
 * Sorted maps and sets: persistent weight-balanced trees. The comparator is a
 * function of a program (a number or a boolean, as in Clojure) or nil for
 * value_compare; it may throw.
 */
#ifndef INTERP_DATA_SORTED_H
#define INTERP_DATA_SORTED_H

#include "interp/data/object.h"

/* Deeper than any tree of 2^32 entries. */
enum { SORTED_DEPTH_MAX = 80 };

struct sorted_node {
    struct sorted_node *left;
    struct sorted_node *right;
    Value key;
    Value value; /* of a set: the key */
    uint64_t size;
};

/* KIND_SORTED_MAP and KIND_SORTED_SET */
struct sorted_object {
    struct object head;
    Value comparator; /* or nil */
    Value meta;
    struct sorted_node *root;
};

static inline bool
sorted_is(Value v)
{
    return value_is_kind(v, KIND_SORTED_MAP) ||
           value_is_kind(v, KIND_SORTED_SET);
}

static inline const struct sorted_object *
sorted_object(Value v)
{
    return (const struct sorted_object *)value_object(v);
}

static inline uint32_t
sorted_count(Value v)
{
    const struct sorted_node *root = sorted_object(v)->root;
    return root == 0 ? 0 : (uint32_t)root->size;
}

/* An empty one. kind: KIND_SORTED_MAP or KIND_SORTED_SET. */
Value sorted_make(enum kind kind, Value comparator);

/* The value under key (of a set: the member), or ABSENT. */
Value sorted_get(Value sorted, Value key);
/* The same with the key that is stored; false if there is none. */
bool sorted_find(Value sorted, Value key, Value *stored_key, Value *value);
/* Of a set, value is the key itself. */
Value sorted_assoc(Value sorted, Value key, Value value);
Value sorted_dissoc(Value sorted, Value key);
Value sorted_with_meta(Value sorted, Value meta);

/* Negative, 0 or positive, by a comparator as above. Also what `sort` uses. */
int sorted_compare_with(Value comparator, Value a, Value b);

/* A walk up or down; lives on the C stack. */
struct sorted_iter {
    const struct sorted_node *path[SORTED_DEPTH_MAX];
    uint32_t depth;
    bool descending;
};

void sorted_iter_init(struct sorted_iter *iter, Value sorted, bool descending);
/* Starts at the first key that is at or behind `key` in walking order. */
void sorted_iter_from(struct sorted_iter *iter, Value sorted, Value key,
                      bool descending);
bool sorted_iter_next(struct sorted_iter *iter, Value *key, Value *value);

#endif
