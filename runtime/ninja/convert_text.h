/* SPDX-License-Identifier: MIT */
/* Pieces of Magma, as converted files have them. */
#ifndef RUNTIME_NINJA_CONVERT_TEXT_H
#define RUNTIME_NINJA_CONVERT_TEXT_H

#include "exec/exec.h"

/* A string literal. */
void magma_add_string(struct buffer *out, struct slice text);
/* A keyword that is called as a name of ninja's is. */
void magma_add_keyword(struct buffer *out, struct slice name);
/* A symbol for a name of ninja's: one that reads as a symbol, and that shadows
 * nothing which converted files use themselves. */
void magma_add_symbol(struct buffer *out, struct slice name);

/*
 * An expression for a text that is put together at evaluation: literals and
 * symbols, in their order. Starts as {0}.
 */
struct magma_text_parts {
    struct buffer items;   /* what stands in it so far, with blanks between */
    struct buffer literal; /* what was not written into it yet */
    uint32_t count;
    uint32_t literals; /* of them */
};
void magma_parts_add(struct magma_text_parts *parts, const char *expression);
/* Adds the expression to `out`, and empties the parts. */
void magma_parts_write(struct magma_text_parts *parts, struct buffer *out);
void magma_parts_finish(struct magma_text_parts *parts);

#endif
