/* SPDX-License-Identifier: MIT */
/* Queries at the prompt: a text is answered with plain values. */
#ifndef RUNTIME_REPL_QUESTION_H
#define RUNTIME_REPL_QUESTION_H

#include "interp/magma.h"
#include "runtime/repl/copy.h"

/* The form that a line beginning with ? or | stands for: a call with the query
 * as a string. False for all other lines. */
bool question_form(struct slice line, struct buffer *out);

/* Answers: a vector of paths, or of maps where fields were chosen, or a number.
 * `subject` (a path, or a collection of them) is what the query goes on from;
 * VALUE_ABSENT: it begins by itself. Throws what is wrong with the query, at its
 * place; the graph must have been asked for. */
Value question_answer(struct copy *c, const struct graph *graph,
                      struct magma_text query, Value subject);

/* The graph that a run was made from, as plain data; the run as queries have it
 * ("-1", "42", "last-ok"). Throws if it is not kept. */
Value
question_graph_at(struct copy *c, const struct graph *graph, const char *run);

#endif
