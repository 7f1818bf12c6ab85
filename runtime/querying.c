/* SPDX-License-Identifier: MIT */
/*
 * See querying.h. The graph is data of the program; for a query a graph of the
 * executor is made of them, and kept as long as the next query is about the same
 * data, which being immutable can only be the same graph.
 */
#include "runtime/querying.h"

#include "runtime/answers.h"
#include "runtime/graphview.h"
#include "runtime/query/eval.h"
#include "runtime/query/of_data.h"
#include "runtime/query/tree.h"
#include "runtime/registry.h"

#include <assert.h>

/* The graph of the last query. */
static struct {
    Value *view; /* a root */
    struct graph *graph;
} last;

static struct graph *
graph_of(Value view)
{
    struct error err = {0};
    if (last.graph != NULL && value_is(*last.view, view)) {
        return last.graph;
    }
    struct graph *graph = query_graph_of_data(view, &err);
    if (graph == NULL) {
        graphview_throw(&err);
    }
    if (last.view == NULL) {
        last.view = magma_root_create();
    }
    graph_destroy(last.graph);
    *last.view = view;
    last.graph = graph;
    return graph;
}

/* The body of magma_try. */
struct answering {
    const struct query_rows *rows;
    struct query_world *world;
    Value actions; /* of the data, in the order of the graph */
};

static Value
answer_body(void *arg)
{
    const struct answering *a = arg;
    return answers_make(a->rows, a->world, a->actions);
}

/* --- The builtin ------------------------------------------------------------------ */

static bool
answer(const struct query *query, struct answering *a, Value *result,
       struct error *err)
{
    const struct query_eval_options options = {.order = QUERY_ORDER_DEPS};
    struct query_rows rows;
    if (!query_eval(a->world, query->root, &options, &rows, err)) {
        return false;
    }
    Value thrown = VALUE_NIL;
    a->rows = &rows;
    bool done = magma_try(answer_body, a, result, &thrown);
    query_rows_finish(&rows);
    return done || error_set(err, ERROR_CLASS_GRAPH, "the answer is too large");
}

static struct slice
text_of(Value text)
{
    if (!magma_is_string(text)) {
        error_throw(ERROR_TYPE, "A query must be a string");
    }
    struct magma_text bytes = magma_text_of(text);
    return (struct slice){bytes.bytes, bytes.len};
}

/* (query* g text), or (query* g tree true): the answer as data. */
static Value
builtin_query(Value *args, uint32_t argc)
{
    struct slice text = text_of(args[1]);
    const struct query_world_options options = {.graph = graph_of(args[0])};
    struct query query;
    struct error err = {0};
    Value result = VALUE_NIL;
    bool done = argc > 2 ? query_read_tree(text, &query, &err)
                         : query_parse(text, &query, &err);
    if (done) {
        struct answering a = {.world = query_world_open(&options),
                              .actions =
                                  magma_map_get(args[0],
                                                magma_keyword("actions"))};
        done = answer(&query, &a, &result, &err);
        query_world_close(a.world);
    }
    query_finish(&query);
    if (!done) {
        graphview_throw(&err);
    }
    return result;
}

/* (query-define* name params text): a mistake in the query is told where it is
 * defined; the command line can use what a build file defines. */
static Value
builtin_define(Value *args, uint32_t argc)
{
    (void)argc;
    struct error_place place = magma_call_place();
    struct query_names names = {.rows = {0}};
    struct query query = {.root = NULL};
    struct error err = {0};
    bool done = query_names_add(&names, text_of(args[0]), text_of(args[1]),
                                text_of(args[2]), &err) &&
                query_parse_named(&names, &query, &err);
    query_finish(&query);
    query_names_finish(&names);
    if (!done) {
        graphview_throw(&err);
    }
    struct registry *active = registry_active();
    if (active != NULL) {
        const struct register_query named = {.name = magma_text_of(args[0]),
                                             .params = magma_text_of(args[1]),
                                             .text = magma_text_of(args[2])};
        register_query(active, &named, &place);
    }
    return VALUE_NIL;
}

/* (query-fields* of-actions): the names of the fields that actions, or targets,
 * have, as strings. */
static Value
builtin_fields(Value *args, uint32_t argc)
{
    (void)argc;
    uint32_t count = 0;
    const struct query_field *fields = query_fields(&count);
    bool of_actions = value_is(args[0], VALUE_TRUE);
    Value names = magma_vector(NULL, 0);
    for (uint32_t i = 0; i < count; i++) {
        unsigned of = of_actions ? FIELD_OF_ACTIONS : FIELD_OF_TARGETS;
        if ((fields[i].of & of) != 0) {
            names = magma_vector_conj(names, magma_cstring(fields[i].name));
        }
    }
    return names;
}

/* (query-set* members of-actions) */
static Value
builtin_set(Value *args, uint32_t argc)
{
    (void)argc;
    if (!magma_is_vector(args[0])) {
        error_throw(ERROR_TYPE, "A set is made of a vector");
    }
    return answers_tag(args[0], value_is(args[1], VALUE_TRUE) ? QUERY_ACTIONS
                                                              : QUERY_TARGETS);
}

static const struct builtin rows[] = {
    {"query*", 2, 3, builtin_query, "[g query is-tree]",
     "The answer to a query about a graph, as data.", "0.1"},
    {"query-set*", 2, 2, builtin_set, "[members of-actions]",
     "A vector that prints as a set of queries.", "0.1"},
    {"query-define*", 3, 3, builtin_define, "[name params text]",
     "Names a query, for the command line.", "0.1"},
    {"query-fields*", 1, 1, builtin_fields, "[of-actions]",
     "The names of the fields that actions, or targets, have.", "0.1"},
};

void
querying_define(void)
{
    magma_define("clojure.core", rows, sizeof(rows) / sizeof(rows[0]));
}
