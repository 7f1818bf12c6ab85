/* SPDX-License-Identifier: MIT */
/*
 * Persistent vectors: a 32-way trie of arrays with the last 1 to 32 items in a
 * tail of their own. At most 2^31 - 1 items.
 *
 * A view (subvec) shows some items of another vector, its base, and copies only
 * its own tail. It is made for more than 32 items; what is smaller is a copy,
 * which keeps nothing else alive.
 */
#ifndef INTERP_DATA_VECTOR_H
#define INTERP_DATA_VECTOR_H

#include "interp/data/object.h"

/* Flags: this vector came out of a map (`map-entry?`). */
enum { VECTOR_ENTRY = 1 };

/* KIND_VECTOR. Inner nodes and leaves are array_objects of 32 slots. The root
 * of a view is no node but a pair: the base, which is no view, and the index
 * there of the view's first item. */
struct vector_object {
    struct object head;
    uint32_t count;
    uint32_t shift;            /* 5 for each level of inner nodes; 0: a view */
    struct array_object *root; /* NULL up to 32 items */
    struct array_object *tail; /* NULL when empty */
    Value meta;
};

static inline bool
vector_is(Value v)
{
    return value_is_kind(v, KIND_VECTOR);
}

/* The object of a vector_is value. */
static inline const struct vector_object *
vector_object(Value v)
{
    return (const struct vector_object *)value_object(v);
}

static inline uint32_t
vector_count(Value v)
{
    return vector_object(v)->count;
}

/* Index of the tail's first item. */
static inline uint32_t
vector_tail_start(const struct vector_object *vector)
{
    return vector->count == 0 ? 0 : (vector->count - 1) & ~31u;
}

/* The array that holds item `index` at [index & 31]; index < count. A view has
 * to make it. */
const struct array_object *
vector_leaf(const struct vector_object *vector, uint32_t index);

/* The item at an index before the tail. */
Value vector_inner_at(const struct vector_object *vector, uint32_t index);

/* The item at index < count. */
static inline Value
vector_at(Value v, uint32_t index)
{
    const struct vector_object *vector = vector_object(v);
    if (index >= vector_tail_start(vector)) {
        return vector->tail->items[index & 31];
    }
    return vector_inner_at(vector, index);
}

Value vector_empty(void);
/* Copies the items. */
Value vector_from_array(const Value *items, uint32_t count);
Value vector_2(Value a, Value b);
/* A vector of two that is a map entry. */
Value vector_entry(Value key, Value value);
/* All items of anything seqable, taken out of its slot (seq.h). */
Value vector_from_taken(Value *slot);

Value vector_conj(Value v, Value item);
/* index <= count; index == count appends. */
Value vector_assoc(Value v, uint32_t index, Value item);
/* count > 0; without the last item. */
Value vector_pop(Value v);
/* Items [start, end), start <= end <= count, without metadata: in constant time,
 * a view if they are many. */
Value vector_sub(Value v, uint32_t start, uint32_t end);
Value vector_with_meta(Value v, Value meta);
/* A tag that is printed in front of it, as #tag[...]: a keyword, or nil. It is
 * metadata: the vector is equal to any with the same items. */
Value vector_tag(Value v);
Value vector_with_tag(Value v, const char *tag);

/* Transients (transient.h); all throw for what is no live one. */
Value vector_transient(Value v);
void vector_transient_conj(Value transient, Value item);
/* index <= count, else ERROR_INDEX. */
void vector_transient_assoc(Value transient, uint32_t index, Value item);
void vector_transient_pop(Value transient);
uint32_t vector_transient_count(Value transient);
/* index < count. */
Value vector_transient_at(Value transient, uint32_t index);
Value vector_persistent(Value transient);

/* Makes a vector item by item; on the C stack of whoever makes it. What stays
 * short, as most do, is allocated once, in its final size. */
enum { VECTOR_BUILDER_MAX = 32 };

struct vector_builder {
    Value meta;
    Value transient; /* zero bits up to VECTOR_BUILDER_MAX items */
    uint32_t count;  /* of `items` */
    Value items[VECTOR_BUILDER_MAX];
};

/* Begins with the items and the metadata of a vector. */
void vector_builder_init(struct vector_builder *builder, Value from);
void vector_builder_add(struct vector_builder *builder, Value item);
/* All items of anything seqable, taken out of its slot (seq.h). */
void vector_builder_take(struct vector_builder *builder, Value *slot);
/* The vector; the builder is not used again. */
Value vector_builder_end(const struct vector_builder *builder);

#endif
