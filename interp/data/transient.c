/* SPDX-License-Identifier: MIT */
/*
 * Transients: owners and the checks before each use. An owner is a number that
 * is never given twice; nodes that carry it may be changed in place. Setting
 * the owner to 0 makes a transient persistent at no cost, and every later use
 * of it an error.
 */
#include "interp/data/transient.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"

#include <assert.h>

static const char *const type_texts[] = {
    [TRANSIENT_VECTOR] = "a transient vector",
    [TRANSIENT_MAP] = "a transient map",
    [TRANSIENT_SET] = "a transient set",
};

uint64_t
transient_owner_new(void)
{
    // 48 bits: at a million a second this lasts for nine years.
    static uint64_t owner_last;
    owner_last++;
    assert(owner_last >> 48 == 0);
    return owner_last;
}

struct transient_object *
transient_create(enum transient_type type)
{
    struct transient_object *transient =
        alloc_object(KIND_TRANSIENT, sizeof(struct transient_object));
    transient->head.flags = (uint8_t)type;
    transient->owner = transient_owner_new();
    transient->meta = VALUE_NIL;
    return transient;
}

struct transient_object *
transient_expect(Value v, enum transient_type type, const char *operation)
{
    if (!transient_is(v) || transient_type(v) != type) {
        error_throw(ERROR_TYPE, "%s expects %s, found %s", operation,
                    type_texts[type], value_shown(v));
    }
    struct transient_object *transient =
        (struct transient_object *)value_object(v);
    if (transient->owner == 0) {
        error_throw_help(ERROR_STATE,
                         "Use the value that persistent! returned.",
                         "%s: this transient was already made persistent",
                         operation);
    }
    return transient;
}
