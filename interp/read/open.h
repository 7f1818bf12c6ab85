/* SPDX-License-Identifier: MIT */
/*
 * What printer and pretty printer share: how a value opens and closes. Private
 * to the two.
 */
#ifndef INTERP_READ_OPEN_H
#define INTERP_READ_OPEN_H

#include "interp/data/text.h"

enum open_shape {
    OPEN_LIST, /* any sequence */
    OPEN_VECTOR,
    OPEN_MAP,
    OPEN_SET,
    OPEN_SORTED_MAP,
    OPEN_SORTED_SET,
    OPEN_SINGLE /* neither an atom nor a collection: see open_value */
};

/* The shape of a value that is no atom. */
enum open_shape open_shape(Value v);
/* The namespace (string) that all keys of a map have, which is then written
 * once: #:ns{:key 1}. nil when there is none. */
Value open_common_namespace(Value map, enum open_shape shape);
/* Such a key without its namespace. */
Value open_plain_key(Value key);

/* Adds what stands in front of a collection: the bracket, and before it the
 * namespace of all keys (or nil), or the tag of a vector. */
void open_add(struct text_builder *builder, Value v, enum open_shape shape,
              Value ns);
/* Static text, empty for OPEN_SINGLE. */
const char *open_closer(enum open_shape shape);

struct open {
    Value prefix;       /* string */
    Value content;      /* printed behind it, or ABSENT */
    const char *suffix; /* static text */
};

/* How a value of OPEN_SINGLE is shown. */
struct open open_value(Value v);

#endif
