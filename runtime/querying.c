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

/* (query* g text): the answer as data. */
static Value
builtin_query(Value *args, uint32_t argc)
{
    (void)argc;
    if (!magma_is_string(args[1])) {
        error_throw(ERROR_TYPE, "A query must be a string");
    }
    const struct query_world_options options = {.graph = graph_of(args[0])};
    struct magma_text text = magma_text_of(args[1]);
    struct query query;
    struct error err = {0};
    Value result = VALUE_NIL;
    bool done = query_parse((struct slice){text.bytes, text.len}, &query, &err);
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

static const struct builtin rows[] = {
    {"query*", 2, 2, builtin_query, "[g text]",
     "The answer to a query about a graph, as data.", "0.1"},
    {"query-fields*", 1, 1, builtin_fields, "[of-actions]",
     "The names of the fields that actions, or targets, have.", "0.1"},
};

void
querying_define(void)
{
    magma_define("clojure.core", rows, sizeof(rows) / sizeof(rows[0]));
}
