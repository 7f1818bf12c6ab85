/* SPDX-License-Identifier: MIT */
/*
 * The functions of queries: their names, parameters and types. The parser, the
 * evaluation, the help and the completion all go by this table.
 */
#ifndef RUNTIME_QUERY_FUNCTION_H
#define RUNTIME_QUERY_FUNCTION_H

#include "runtime/query/node.h"

enum query_op {
    OP_ACTIONS,
    OP_ALL,
    OP_ALLPATHS,
    OP_AT,
    OP_BUILT,
    OP_CHANGED,
    OP_CHILDREN,
    OP_COMMAND,
    OP_COUNT,
    OP_CRITICAL,
    OP_DEPS,
    OP_DIFF,
    OP_DIRTY,
    OP_DISK,
    OP_EMIT,
    OP_EXECUTABLE,
    OP_FAILED,
    OP_FILES,
    OP_FIRST,
    OP_GENERATED,
    OP_GLOB,
    OP_GROUP,
    OP_INPUTS,
    OP_KIND,
    OP_LEAVES,
    OP_MATCHING,
    OP_NONE,
    OP_ORPHANS,
    OP_OUTPUTS,
    OP_PARENTS,
    OP_PRESENT,
    OP_RDEPS,
    OP_READS,
    OP_REASON,
    OP_ROOTS,
    OP_RULE,
    OP_SET,
    OP_SOMEPATH,
    OP_SORT,
    OP_SOURCES,
    OP_STDIN,
    OP_SUBQUERY,
    OP_SUM,
    OP_TALLY,
    OP_TRIGGER,
    OP_UNDER,
    OP_WHERE,
    OP_WRITES
};

/* What a parameter takes. */
enum query_param {
    PARAM_NONE,
    PARAM_SUBJECT,          /* the set that a pipe fills */
    PARAM_OPTIONAL_SUBJECT, /* without it, the whole graph */
    PARAM_SET,
    PARAM_PATTERN,
    PARAM_PREDICATE,
    PARAM_NUMBER,
    PARAM_OPTIONAL_NUMBER,
    PARAM_FIELD,   /* one; for `sort`, perhaps with a `-` in front */
    PARAM_FIELDS,  /* one or more */
    PARAM_WORD,    /* a kind, a folder, a name, a reason */
    PARAM_TARGETS, /* any number of targets */
    PARAM_RUN,     /* -1, 42, last-ok, a date */
    PARAM_OPTIONAL_RUN
};

enum { QUERY_PARAMS_MAX = 3 };

struct query_function {
    const char *name;
    enum query_op op;
    bool is_source; /* may stand first, with its arguments beside it */
    enum query_param params[QUERY_PARAMS_MAX];
    const char *options; /* "edges", "within" or NULL */
    const char *type;    /* "S -> T", for people */
    const char *doc;     /* one sentence */
};

/* The function of a name, aliases included, or NULL. */
const struct query_function *query_function_find(struct slice name);
/* All of them, sorted by name; *count of them. */
const struct query_function *query_functions(uint32_t *count);

/* The edge kinds that `edges=` names, in the order of their bits. */
enum { QUERY_EDGE_NAMES = 6 };
extern const char *const query_edge_names[QUERY_EDGE_NAMES];

#endif
