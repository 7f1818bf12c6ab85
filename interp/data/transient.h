/* SPDX-License-Identifier: MIT */
/*
 * What the transients of vectors, maps and sets share: an owner mark on nodes
 * that only this transient has seen, so that it may change them in place.
 */
#ifndef INTERP_DATA_TRANSIENT_H
#define INTERP_DATA_TRANSIENT_H

#include "interp/data/object.h"

/* KIND_TRANSIENT: flags of the head. */
enum transient_type { TRANSIENT_VECTOR, TRANSIENT_MAP, TRANSIENT_SET };

/* All fields are written later. Which of them mean something depends on the
 * type; the module of the type says so. */
struct transient_object {
    struct object head; /* flags: enum transient_type */
    uint64_t owner;     /* 0 after persistent! */
    uint32_t count;
    uint32_t shift;
    void *root;
    struct array_object *array;
    Value meta;
};

static inline bool
transient_is(Value v)
{
    return value_is_kind(v, KIND_TRANSIENT);
}

/* The type of a transient_is value. */
static inline enum transient_type
transient_type(Value v)
{
    return (enum transient_type)value_object(v)->flags;
}

/* A number that was never given before, for what changes nodes in place. */
uint64_t transient_owner_new(void);

/* A new one with a new owner. */
struct transient_object *transient_create(enum transient_type type);

/* The transient of v, or an error: ERROR_TYPE if it is none of this type,
 * ERROR_STATE if it was made persistent. `operation` is for the message. */
struct transient_object *
transient_expect(Value v, enum transient_type type, const char *operation);

/* The owner mark of a node (48 bits, in what else is the cached hash). */
static inline uint64_t
transient_owner_of(const struct object *node)
{
    return (uint64_t)node->extra << 32 | node->hash;
}

static inline void
transient_set_owner(struct object *node, uint64_t owner)
{
    node->extra = (uint16_t)(owner >> 32);
    node->hash = (uint32_t)owner;
}

#endif
