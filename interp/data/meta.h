/* SPDX-License-Identifier: MIT */
/* Metadata of any kind that can carry it. */
#ifndef INTERP_DATA_META_H
#define INTERP_DATA_META_H

#include "interp/data/value.h"

/* The metadata, or nil. */
Value meta_of(Value v);
/* True if with-meta works on it. */
bool meta_is_supported(Value v);
/* A copy with this metadata (map or nil); throws a type error. */
Value meta_with(Value v, Value meta);

#endif
