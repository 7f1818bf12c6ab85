/* SPDX-License-Identifier: MIT */
/*
 * The tree of a query: what both ways of writing it (pipes and calls) become.
 * See spec/query.md.
 */
#ifndef RUNTIME_QUERY_NODE_H
#define RUNTIME_QUERY_NODE_H

#include "exec/exec.h"

#include <stdint.h>

enum query_kind {
    QUERY_CALL,    /* a function; items are its arguments, in order of its
                      parameters, NULL where one was left out */
    QUERY_TARGET,  /* a bare word: a file, else a named action, else a group */
    QUERY_LITERAL, /* in quotes: a file or named action of exactly this name */
    QUERY_GROUP,   /* :name */
    QUERY_ID,      /* #hex: an action by its id */
    QUERY_PATTERN,
    QUERY_WORD,   /* a kind, a folder, a reason, a run: what no set is */
    QUERY_NUMBER, /* levels, a count */
    QUERY_FIELDS, /* items are QUERY_FIELD */
    QUERY_FIELD,
    QUERY_OPTIONS, /* items are QUERY_OPTION */
    QUERY_OPTION,  /* text is its name; items are QUERY_WORD or a set */
    QUERY_UNION,   /* of two sets, as the next two */
    QUERY_INTERSECT,
    QUERY_EXCEPT,
    QUERY_LET, /* text is the name; items are its value and what it is for */
    QUERY_VARIABLE,
    QUERY_AND, /* of two predicates, as the next one */
    QUERY_OR,
    QUERY_NOT,
    QUERY_COMPARE, /* items are a field and, unless it is QUERY_IS_SET, values */
};

enum query_pattern { PATTERN_GLOB, PATTERN_REGEX, PATTERN_EXACT, PATTERN_SUB };

enum query_compare {
    QUERY_IS_SET, /* a field alone: true if it is not empty, zero or false */
    QUERY_EQUAL,
    QUERY_NOT_EQUAL,
    QUERY_LESS,
    QUERY_LESS_EQUAL,
    QUERY_GREATER,
    QUERY_GREATER_EQUAL,
    QUERY_MATCHES,
    QUERY_MATCHES_NOT,
    QUERY_IN
};

struct query_function;

struct query_node {
    enum query_kind kind;
    const struct query_function *function; /* of QUERY_CALL */
    enum query_pattern pattern;            /* of QUERY_PATTERN */
    enum query_compare compare;            /* of QUERY_COMPARE */
    int64_t number;                        /* of QUERY_NUMBER */
    bool descending;                       /* of a field to sort by */
    struct slice text; /* zero-terminated behind its length */
    struct query_node **items;
    uint32_t count;
    uint32_t at; /* where in the text of the query: bytes from 0 */
    uint32_t len;
    const char *within; /* the named query that it comes from, or NULL */
};

#endif
