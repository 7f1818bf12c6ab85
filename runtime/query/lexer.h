/* SPDX-License-Identifier: MIT */
/* The words of a query. A quoted text is a token of its own kind, so that what
 * stands in quotes is never anything but a text. */
#ifndef RUNTIME_QUERY_LEXER_H
#define RUNTIME_QUERY_LEXER_H

#include "exec/exec.h"

#include <stdint.h>

enum query_token_kind {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_STRING,
    TOKEN_PIPE,
    TOKEN_COMMA,
    TOKEN_OPEN,      /* "(" */
    TOKEN_OPEN_CALL, /* "(" that touches the word before it */
    TOKEN_CLOSE
};

struct query_token {
    enum query_token_kind kind;
    struct slice text; /* of a string: without quotes and escapes */
    uint32_t at;       /* bytes from the front of the query */
    uint32_t len;
};

/* Splits a query. The tokens (of struct query_token, the last is TOKEN_END) go
 * to a vec of the caller's, their texts into the arena, zero-terminated. False,
 * with the place in *at, for a quote that is not closed. */
bool query_lex(struct slice query, struct arena *arena, struct vec *tokens,
               uint32_t *at, struct error *err) EXEC_MUST_CHECK;

#endif
