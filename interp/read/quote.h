/* SPDX-License-Identifier: MIT */
/*
 * Syntax-quote: turns a template into the form that builds it: `(a ~b ~@c)
 * becomes (list* 'ns/a b (concat c)) and `[a ~b] becomes ['ns/a b], with all
 * names qualified.
 */
#ifndef INTERP_READ_QUOTE_H
#define INTERP_READ_QUOTE_H

#include "interp/data/value.h"

struct reader_resolver;

/* Some 100 MB. What is written by hand has hundreds. */
enum { QUOTE_PARTS_MAX = 1000000 };

/* The form that builds `form`. `parts` counts what the templates of a form at
 * the top level hold. ABSENT when they are too many, or when ~@ stands outside of a collection;
 * then the caller reports it. Symbols of the template have no place. */
Value quote_expand(Value form, uint32_t *parts);

/* The resolver that was set (reader.h), or NULL. */
const struct reader_resolver *quote_resolver(void);

#endif
