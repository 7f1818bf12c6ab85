/* SPDX-License-Identifier: MIT */
/* What queries answer, as values of the language: for programs that hold a graph,
 * and for the prompt. */
#ifndef RUNTIME_ANSWERS_H
#define RUNTIME_ANSWERS_H

#include "interp/magma.h"
#include "runtime/query/eval.h"

/* A vector of members, marked as the set that it is, see spec/magma/query.md. */
Value answers_tag(Value set, enum query_set_type type);

/* A number, a set of paths, or a vector of maps where fields were chosen. Actions are
 * the items of `actions`, a vector in the order of the graph; without one (nil)
 * they are paths as well. Throws only when a budget is spent. */
Value answers_make(const struct query_rows *rows, struct query_world *world,
                   Value actions);

#endif
