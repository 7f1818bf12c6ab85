/* SPDX-License-Identifier: MIT */
/*
 * Queries that have a name: `defquery` of a build file, `query.NAME =` of the
 * configuration. A name stands in a query as a function does. See spec/query.md.
 */
#ifndef RUNTIME_QUERY_NAMES_H
#define RUNTIME_QUERY_NAMES_H

#include "exec/exec.h"
#include "runtime/settings.h"

/* A name of more sets than this is a mistake, and not a query. */
enum { QUERY_NAME_PARAMS = 16 };

struct query_name {
    struct slice name;
    struct slice params[QUERY_NAME_PARAMS];
    uint32_t param_count;
    struct slice text;
    uint32_t sees; /* so many of the names can be used in the text */
    /* Where the text stands; the build file's are known to be right. */
    const char *file;
    uint32_t line;
    uint32_t column;
};

/* Starts as {0}. */
struct query_names {
    struct arena arena;
    struct vec rows; /* of struct query_name; of two that are alike the later
                        one counts */
};

/* Those of a graph, of which each sees functions alone. */
void query_names_of_graph(struct query_names *names, const struct graph *graph);
/* Those of settings, which come behind those of the graph and see all that come
 * before them. False for a key that is none, or a name that cannot be one. */
bool query_names_of_settings(struct query_names *names,
                             const struct settings *settings,
                             struct error *err) EXEC_MUST_CHECK;
/* Both: the configuration is that of a build root. */
bool
query_names_read(struct query_names *names, const char *root,
                 const struct graph *graph, struct error *err) EXEC_MUST_CHECK;
void query_names_finish(struct query_names *names);

/* One more, which sees functions alone; the names of its sets have blanks or
 * commas between them. False for names that could not be used. */
bool query_names_add(struct query_names *names, struct slice name,
                     struct slice params, struct slice text,
                     struct error *err) EXEC_MUST_CHECK;
/* False, with words about it, for what cannot name a query. */
bool query_name_check(struct slice name, struct error *err) EXEC_MUST_CHECK;

/* The name among the first `count`; NULL: it is none of them. */
const struct query_name *query_names_find(const struct query_names *names,
                                          uint32_t count, struct slice name);
/* The one that is spelled nearly like this, functions included; or NULL. */
const char *query_names_nearest(const struct query_names *names, uint32_t count,
                                struct slice name);

#endif
