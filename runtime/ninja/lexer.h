/* SPDX-License-Identifier: MIT */
/*
 * The tokens of a ninja file, and its texts.
 *
 * A text (the value of a variable, a path) stays where it is in the file: it is
 * checked here, once, so that expanding it later cannot fail. Only texts that
 * hold a `$` need expanding. Errors are worded as ninja words them, because
 * people and tools know those words. See spec/format/ninja.md.
 */
#ifndef RUNTIME_NINJA_LEXER_H
#define RUNTIME_NINJA_LEXER_H

#include "exec/exec.h"

#include <stdint.h>

enum ninja_token {
    NINJA_END,
    NINJA_NEWLINE,
    NINJA_INDENT,
    NINJA_IDENT, /* any name that is no keyword */
    NINJA_BUILD,
    NINJA_RULE,
    NINJA_POOL,
    NINJA_DEFAULT,
    NINJA_INCLUDE,
    NINJA_SUBNINJA,
    NINJA_EQUALS,
    NINJA_COLON,
    NINJA_PIPE,
    NINJA_PIPE2,
    NINJA_PIPE_AT,
    NINJA_ERROR /* a byte that begins nothing */
};

/* A stretch of a file that may hold variables and escapes. */
struct ninja_text {
    const char *bytes;
    uint32_t len;
    bool plain; /* without `$`: it means itself */
};

struct ninja_lexer {
    const char *file; /* the path as it was named; outlives the lexer */
    const char *text; /* zero-terminated */
    const char *end;  /* of what is read: its end, or a zero byte in it */
    const char *real_end;
    const char *at;
    const char *token; /* where the last token began or the last text ended */
    const char *next_dollar; /* the first `$` that no value has gone over */
    const char *next_return; /* the same for carriage returns; or the end */
    bool newline_escape;     /* `$^` is allowed: the file asked for 1.14 */
    const char *counted;     /* up to here, lines are counted */
    uint32_t counted_line;
};

/* Begins a file. The bytes are zero-terminated and outlive every text. */
void ninja_lexer_init(struct ninja_lexer *lexer, const char *file,
                      const char *bytes, size_t len);

/* The next token; comments and blank lines of comments are skipped. */
enum ninja_token ninja_lexer_next(struct ninja_lexer *lexer);
/* Takes the next token if it is this one. */
bool ninja_lexer_take(struct ninja_lexer *lexer, enum ninja_token token);
/* Takes it or fails, saying what came instead. */
bool ninja_lexer_expect(struct ninja_lexer *lexer, enum ninja_token token,
                        struct error *err) EXEC_MUST_CHECK;
/* A name; false (without an error) if none stands here. */
bool ninja_lexer_ident(struct ninja_lexer *lexer, struct slice *name);
/* The rest of the line, with its end. */
bool ninja_lexer_value(struct ninja_lexer *lexer, struct ninja_text *value,
                       struct error *err) EXEC_MUST_CHECK;
/* A path, up to a blank, `:`, `|` or the end of the line; of no length if none
 * stands here. */
bool ninja_lexer_path(struct ninja_lexer *lexer, struct ninja_text *path,
                      struct error *err) EXEC_MUST_CHECK;

/* The line of the last token, from 1. Counts on from the last call, so that
 * asking for all of them costs one look at the file. */
uint32_t ninja_lexer_line(struct ninja_lexer *lexer);
/* The column that goes with it, from 1. */
uint32_t ninja_lexer_column(const struct ninja_lexer *lexer);
/* Fills the error with words and the place of the last token; always false. */
bool ninja_lexer_error(struct ninja_lexer *lexer, struct error *err,
                       const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same, for a token that cannot stand where it does. */
bool ninja_lexer_unexpected(struct ninja_lexer *lexer, enum ninja_token token,
                            struct error *err);

/* How the name in a text goes on: the length of the name at `at`, which may
 * hold dots only in braces. */
uint32_t ninja_name_len(const char *at, const char *end, bool in_braces);

#endif
