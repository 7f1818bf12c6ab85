/* SPDX-License-Identifier: MIT */
/*
 * Metadata: where each kind keeps it, and how a copy with another is made. One
 * table tells both, so a kind without a row has none. Copies share everything
 * but the head. Vars, namespaces and atoms have metadata that can be
 * read, but are what they are by identity and are never copied.
 */
#include "interp/data/meta.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/namespace.h"
#include "interp/data/protocol.h"
#include "interp/data/record.h"
#include "interp/data/set.h"
#include "interp/data/sorted.h"
#include "interp/data/symbol.h"
#include "interp/data/vector.h"

#include <stddef.h>
#include <string.h>

/* Where the metadata stands in a kind, and how large its object is. */
struct layout {
    size_t meta_offset; /* 0: it has none */
    size_t size;        /* 0: it is not copied by size */
};

static const struct layout layouts[KIND_ABSENT + 1] = {
    [KIND_SYMBOL] = {offsetof(struct symbol_object, meta), 0},
    [KIND_LIST] = {offsetof(struct list_object, meta), 0},
    [KIND_VECTOR] = {offsetof(struct vector_object, meta), 0},
    [KIND_MAP] = {offsetof(struct map_object, meta), 0},
    [KIND_SET] = {offsetof(struct set_object, meta), 0},
    [KIND_SORTED_MAP] = {offsetof(struct sorted_object, meta), 0},
    [KIND_SORTED_SET] = {offsetof(struct sorted_object, meta), 0},
    [KIND_LAZY] = {offsetof(struct lazy_object, meta),
                   sizeof(struct lazy_object)},
    [KIND_CHUNK] = {offsetof(struct chunk_object, meta),
                    sizeof(struct chunk_object)},
    [KIND_RANGE] = {offsetof(struct range_object, meta),
                    sizeof(struct range_object)},
    [KIND_FUNCTION] = {offsetof(struct function_object, meta),
                       sizeof(struct function_object)},
    [KIND_BUILTIN] = {offsetof(struct builtin_object, meta),
                      sizeof(struct builtin_object)},
    [KIND_VAR] = {offsetof(struct var_object, meta), 0},
    [KIND_NAMESPACE] = {offsetof(struct namespace_object, meta), 0},
    [KIND_CELL] = {offsetof(struct cell_object, meta), 0},
    [KIND_RECORD] = {offsetof(struct record_object, meta),
                     sizeof(struct record_object)},
    [KIND_REIFIED] = {offsetof(struct reified_object, meta),
                      sizeof(struct reified_object)},
};

Value
meta_of(Value v)
{
    size_t offset = layouts[value_kind(v)].meta_offset;
    if (offset == 0) {
        return VALUE_NIL;
    }
    Value meta;
    memcpy(&meta, (const char *)value_object(v) + offset, sizeof(meta));
    return meta;
}

bool
meta_is_supported(Value v)
{
    switch (value_kind(v)) {
    case KIND_VAR:
    case KIND_NAMESPACE:
    case KIND_CELL:
        return false;
    default:
        return layouts[value_kind(v)].meta_offset != 0;
    }
}

static Value
copy_with(Value v, Value meta, enum kind kind)
{
    // Atomic kinds have no metadata, so the copy is scanned.
    size_t size = layouts[kind].size;
    if (kind == KIND_FUNCTION) {
        size += sizeof(Value) * value_object(v)->extra;
    }
    char *copy = alloc_object(kind, size);
    memcpy(copy, value_object(v), size);
    memcpy(copy + layouts[kind].meta_offset, &meta, sizeof(meta));
    return value_from_object(copy);
}

Value
meta_with(Value v, Value meta)
{
    if (!meta_is_supported(v)) {
        error_throw(ERROR_TYPE, "with-meta: %s cannot carry metadata",
                    value_shown(v));
    }
    enum kind kind = value_kind(v);
    switch (kind) {
    case KIND_SYMBOL:
        return symbol_with_meta(v, meta);
    case KIND_LIST:
        return list_with_meta(v, meta);
    case KIND_VECTOR:
        return vector_with_meta(v, meta);
    case KIND_MAP:
        return map_with_meta(v, meta);
    case KIND_SET:
        return set_with_meta(v, meta);
    case KIND_SORTED_MAP:
    case KIND_SORTED_SET:
        return sorted_with_meta(v, meta);
    default:
        return copy_with(v, meta, kind);
    }
}
