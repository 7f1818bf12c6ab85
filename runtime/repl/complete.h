/* SPDX-License-Identifier: MIT */
/*
 * What may stand where the cursor is in a text of Magma or in a query: names
 * that are visible there, keywords, the keys of `action`, targets of the graph
 * and files. Paths are completed folder by folder, as a shell does it.
 */
#ifndef RUNTIME_REPL_COMPLETE_H
#define RUNTIME_REPL_COMPLETE_H

#include "runtime/repl/choices.h"

struct complete_world {
    const struct graph *graph; /* NULL: there is none */
    struct slice keywords;     /* rows of names without their colon */
};

/* Fills the choices, sorted, for the cursor behind `at` bytes of the text: all
 * that was typed since the last form was closed. */
void complete(const struct complete_world *world, struct slice text, size_t at,
              struct choices *out);

/* Adds the keywords that a text has to rows of names; some twice. */
void complete_gather_keywords(struct buffer *rows, struct slice text);

#endif
