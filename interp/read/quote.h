/* SPDX-License-Identifier: MIT */
/*
 * Syntax-quote: turns a template into the form that builds it, as Clojure
 * does: `(a ~b ~@c) becomes (seq (concat (list 'ns/a) (list b) c)) with all
 * names qualified.
 */
#ifndef INTERP_READ_QUOTE_H
#define INTERP_READ_QUOTE_H

#include "interp/data/value.h"

struct reader_resolver;

/* The form that builds `form`. ABSENT when ~@ stands outside of a collection;
 * then the caller reports it. Symbols of the template have no place. */
Value quote_expand(Value form);

/* The resolver that was set (reader.h), or NULL. */
const struct reader_resolver *quote_resolver(void);

#endif
