/* SPDX-License-Identifier: MIT */
/* Edges of ninja files as calls of Magma. */
#ifndef RUNTIME_NINJA_CONVERT_EDGE_H
#define RUNTIME_NINJA_CONVERT_EDGE_H

#include "runtime/ninja/convert_plan.h"

/* Adds the symbol by which the file that is being written calls a rule. */
typedef void (*convert_rule_symbol)(void *ctx, const struct rule_plan *plan,
                                    struct buffer *out);

struct edge_writer {
    const struct plans *plans;
    const struct statements *statements;
    struct buffer *out;
    convert_rule_symbol rule_symbol;
    void *ctx;
    /* Inner. */
    struct vec inputs; /* struct ninja_input */
};

/* Writes the edges from `first` on, before `end`, that one call can hold; the
 * place behind them. */
uint32_t convert_edges(struct edge_writer *w, uint32_t first, uint32_t end);

/* A vector of path literals, as seen from the root. */
void convert_paths(struct edge_writer *w, const struct slice *paths,
                   uint32_t count, const char *indent);

#endif
