/* SPDX-License-Identifier: MIT */
/*
 * Reads a ninja file and all that it includes, and tells a sink what is in
 * them, statement by statement. One parser, two sinks: import.c makes a graph,
 * convert.c writes Magma.
 */
#ifndef RUNTIME_NINJA_PARSER_H
#define RUNTIME_NINJA_PARSER_H

#include "runtime/ninja/scope.h"

/* A file that is being read, or a pool, or a variable, where it stands. */
struct ninja_place {
    const char *file;
    uint32_t line;
    uint32_t column; /* 0: none */
};

/* What a parser tells. Slots may be NULL. All that is passed lives until the
 * call returns, but what belongs to files, rules and scopes lives as long as
 * the parser. False, with an error, ends the reading. */
struct ninja_sink {
    /* A variable of a file, as it was written and expanded. */
    bool (*variable)(void *ctx, const struct ninja_binding *binding,
                     struct ninja_place place, struct error *err);
    bool (*rule)(void *ctx, const struct ninja_rule *rule, struct error *err);
    bool (*pool)(void *ctx, struct slice name, uint32_t depth,
                 struct error *err);
    /* A build statement. An error without a place gets that of the edge. */
    bool (*edge)(void *ctx, const struct ninja_edge *edge, struct error *err);
    /* One target of a default statement. */
    bool (*default_)(void *ctx, const struct ninja_path *path,
                     struct ninja_place place, struct error *err);
    /* Around the statements of an included file. */
    bool (*enter)(void *ctx, const char *file, bool subninja,
                  struct error *err);
    bool (*leave)(void *ctx, struct error *err);
};

struct ninja_parser;

/* `read` gives the bytes of a file: malloc'ed, zero-terminated. */
typedef bool (*ninja_read)(const char *path, char **bytes, size_t *len,
                           struct error *err);

struct ninja_parser *
ninja_parser_create(const struct ninja_sink *sink, void *ctx, ninja_read read);
/* Frees the files, and with them all texts, names and rules. */
void ninja_parser_destroy(struct ninja_parser *parser);

/* Reads a file and what it includes, in its order. Once. */
bool ninja_parser_run(struct ninja_parser *parser, const char *file,
                      struct error *err) EXEC_MUST_CHECK;

/* The value of a variable of the outermost file. */
struct slice
ninja_parser_variable(const struct ninja_parser *parser, const char *name);
/* The rules of the outermost scope, `phony` first. */
const struct ninja_rule *const *
ninja_parser_rules(const struct ninja_parser *parser, uint32_t *count);
/* The files that were read, in their order: zero-terminated paths in a row. */
struct slice ninja_parser_files(const struct ninja_parser *parser);
/* What was odd without being an error (a phony edge that names itself): of each
 * the file, the line in digits and the words, zero-terminated, in a row. */
struct slice ninja_parser_warnings(const struct ninja_parser *parser);

#endif
