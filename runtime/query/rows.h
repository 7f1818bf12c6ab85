/* SPDX-License-Identifier: MIT */
/*
 * What a query answers, as a table of typed cells: the only thing that the
 * output formats see. A set without `emit` is rows of one column, `path`; a
 * number (`count`, `sum`) is one row of one cell.
 *
 * For whoever writes a format:
 *   - query_eval (eval.h) gives a struct query_rows and keeps it until
 *     query_rows_finish. Rows are in their final order.
 *   - `columns[i]` has the name, and the type of all cells that are not null.
 *   - `cells[row * column_count + column]`; texts are bytes that may be anything
 *     but zero, and are zero-terminated; lists are texts.
 *   - `nodes[row]` is the node that a row is about (QUERY_NODE_NONE for tally and
 *     numbers): formats that print graphs (tree, dot, mermaid, compdb, sh) go by
 *     it, with world.h: query_world_type, _action_of, _needs, and exec's graph_*
 *     functions. Whatever was emitted, the nodes are there.
 *   - `set_type` says whether the nodes are targets or actions.
 *   - `is_scalar`: a number rather than a table (JSON: the bare number).
 *   - edges of graph formats: query_world_needs(world, node, rows->edges, &vec),
 *     both ends in the set; a file's need is the action that makes it, and an
 *     action's needs are what it reads, so that a graph of targets goes through
 *     actions that are no rows themselves.
 *   - what goes to standard error is query_world_notes(world).
 */
#ifndef RUNTIME_QUERY_ROWS_H
#define RUNTIME_QUERY_ROWS_H

#include "runtime/query/field.h"
#include "runtime/query/set.h"

struct query_list {
    const struct slice *items;
    uint32_t count;
};

/* What is in a cell goes by the type of its column, unless it is null. */
struct query_cell {
    bool is_null; /* not known, or there is none */
    union {
        struct slice text;      /* FIELD_TEXT */
        int64_t number;         /* FIELD_COUNT, FIELD_BYTES; FIELD_TIME and
                                   FIELD_INSTANT in microseconds */
        bool is_true;           /* FIELD_BOOL */
        struct query_list list; /* FIELD_LIST */
    };
};

struct query_column {
    const char *name;
    enum query_field_type type;
};

struct query_rows {
    struct query_column *columns;
    struct query_cell *cells;
    uint32_t *nodes; /* by row */
    uint32_t column_count;
    uint32_t row_count;
    enum query_set_type set_type;
    bool is_scalar;
    bool is_set;        /* nothing was emitted: one column, `path` */
    bool is_of_members; /* each row is of a member: no count, sum or tally */
    unsigned edges;     /* enum query_edge: of the walks of the query */
    struct query_set alone; /* those of the set that the rows are from */
    struct arena arena;     /* these two hold all of it */
    struct arena texts;
};

void query_rows_finish(struct query_rows *rows);
/* Room for so many; all cells and columns are zero, and no row has a node. */
void
query_rows_start(struct query_rows *rows, uint32_t columns, uint32_t count);

/* A cell as text: times as people write them ("1.20 s"), lists joined by
 * blanks, nothing for null. For text output, tables and comparison by eye. */
void query_cell_text(enum query_field_type type, const struct query_cell *cell,
                     struct buffer *out);

#endif
