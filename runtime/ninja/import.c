/* SPDX-License-Identifier: MIT */
/*
 * Every edge becomes an action, but for phony edges that nothing depends on as
 * a file: those become groups.
 */
#include "runtime/ninja/import.h"

#include "runtime/ninja/statements.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct importer {
    struct statements statements;
    struct graph *graph;
    struct ninja_fill fill;
    struct ninja_action action; /* the edge at hand */
    struct buffer value;        /* of its keys */
    const char *place_file;     /* of the last edge, and its text */
    struct str_id place_text;
    struct error *err;
};

/* --- Nodes -------------------------------------------------------------------------- */

static struct slice
from_root(const struct importer *m, struct slice path)
{
    return ninja_from_root(&m->statements.root, path);
}

static struct str_id
intern_path(struct importer *m, struct slice path)
{
    path = from_root(m, path);
    return graph_intern(m->graph, path.bytes, path.len);
}

/* What a path is where groups may stand: members, and what only orders. */
static struct node
node_of(struct importer *m, struct slice path)
{
    uint32_t number = 0;
    const struct kept_edge *phony =
        statements_phony(&m->statements, path, &number);
    if (phony != NULL && phony->role == PHONY_GROUP) {
        return (struct node){NODE_GROUP, phony->group + number};
    }
    return (struct node){NODE_FILE, ninja_fill_file(&m->fill, path).n};
}

/* Groups come after the actions that name them: as graph_resolve_names asks. */
static void
resolve_name(void *ctx, struct file_id file, struct node *node)
{
    struct importer *m = ctx;
    const char *path = graph_path(m->graph, file);
    uint32_t number = 0;
    const struct kept_edge *phony =
        statements_phony(&m->statements, slice_of(path), &number);
    if (phony != NULL && phony->role == PHONY_GROUP) {
        *node = (struct node){NODE_GROUP, phony->group + number};
    }
}

/* Where an edge stands. Neighbours stand in one file. */
static struct place
place_of(struct importer *m, const char *file, uint32_t line)
{
    if (file != m->place_file) {
        m->place_file = file;
        m->place_text = graph_intern(m->graph, file, strlen(file));
    }
    return (struct place){m->place_text, line, 1};
}

/* --- Actions ------------------------------------------------------------------------- */

/* All keys with a value, side by side in one buffer that may move while it
 * grows. */
static bool
read_values(struct importer *m, const struct ninja_edge *edge)
{
    static const uint32_t quoted = 1U << NINJA_KEY_COMMAND |
                                   1U << NINJA_KEY_DESCRIPTION |
                                   1U << NINJA_KEY_RSPFILE_CONTENT;
    size_t starts[NINJA_KEY_COUNT + 1] = {0};
    buffer_truncate(&m->value, 0);
    for (int key = 0; key < NINJA_KEY_COUNT; key++) {
        if (!ninja_edge_value(edge, (enum ninja_key)key,
                              (quoted & 1U << key) != 0, &m->value, m->err)) {
            return false;
        }
        starts[key + 1] = m->value.len;
    }
    for (int key = 0; key < NINJA_KEY_COUNT; key++) {
        m->action.values[key] =
            (struct slice){buffer_str(&m->value) + starts[key],
                           starts[key + 1] - starts[key]};
    }
    return true;
}

static bool
fill_action(struct importer *m, const struct ninja_edge *edge)
{
    struct ninja_action *action = &m->action;
    ninja_action_clear(action);
    action->is_phony = edge->rule->is_phony;
    action->place = place_of(m, edge->file, edge->line);
    action->rule = edge->rule->name;
    uint32_t outputs =
        edge->counts[NINJA_OUTPUTS] + edge->counts[NINJA_IMPLICIT_OUTPUTS];
    for (uint32_t i = 0; i < outputs; i++) {
        vec_push(&action->outputs, &edge->paths[i].path);
    }
    statements_inputs(&m->statements, edge, &action->inputs);
    bool done = (action->is_phony || read_values(m, edge)) &&
                ninja_fill_action(&m->fill, action, m->err);
    if (!done) {
        error_set_where(m->err, edge->file, edge->line, 1);
    }
    return done;
}

/* --- Groups, pools and defaults ------------------------------------------------------- */

/* One group for each output of a phony edge; their numbers are those that
 * statements.c gave them. */
static void
fill_groups(struct importer *m, const struct kept_edge *kept)
{
    const struct ninja_edge *edge = &kept->edge;
    uint32_t outputs =
        edge->counts[NINJA_OUTPUTS] + edge->counts[NINJA_IMPLICIT_OUTPUTS];
    const struct ninja_path *members = ninja_edge_list(edge, NINJA_INPUTS);
    uint32_t count = edge->counts[NINJA_INPUTS] + edge->counts[NINJA_IMPLICIT] +
                     edge->counts[NINJA_ORDER_ONLY];
    struct place place = place_of(m, edge->file, edge->line);
    for (uint32_t i = 0; i < outputs; i++) {
        struct group_id id =
            graph_begin_group(m->graph, intern_path(m, edge->paths[i].path),
                              place);
        assert(id.n == kept->group + i);
        (void)id;
        for (uint32_t k = 0; k < count; k++) {
            graph_add_member(m->graph, node_of(m, members[k].path));
        }
        graph_end_group(m->graph);
    }
}

static void
fill_pools(struct importer *m)
{
    for (uint32_t i = 0; i < m->statements.pools.count; i++) {
        const struct kept_pool *pool = vec_at(&m->statements.pools, i);
        struct pool_id id;
        bool added = graph_add_pool(m->graph,
                                    graph_intern(m->graph, pool->name.bytes,
                                                 pool->name.len),
                                    pool->depth, &id);
        assert(added); // Duplicates were refused.
        (void)added;
    }
}

/* True if a default statement names something that is there. */
static bool
check_default(struct importer *m, const struct kept_default *kept)
{
    uint32_t number = 0;
    if (statements_phony(&m->statements, kept->path, &number) != NULL ||
        graph_find_file(m->graph, from_root(m, kept->path).bytes,
                        from_root(m, kept->path).len)
                .n != ID_NONE) {
        return true;
    }
    error_set(m->err, ERROR_CLASS_GRAPH, "unknown target '%.*s'",
              (int)kept->path.len, kept->path.bytes);
    error_set_where(m->err, kept->place.file, kept->place.line,
                    kept->place.column);
    return false;
}

/* The group `default`, unless a phony edge is it. */
static bool
fill_defaults(struct importer *m)
{
    const struct vec *defaults = &m->statements.defaults;
    if (defaults->count == 0 || statements_has_default_group(&m->statements)) {
        return true;
    }
    for (uint32_t i = 0; i < defaults->count; i++) {
        if (!check_default(m, vec_at(defaults, i))) {
            return false;
        }
    }
    const struct kept_default *first = vec_at(defaults, 0);
    struct place place = place_of(m, first->place.file, first->place.line);
    graph_begin_group(m->graph, graph_intern(m->graph, "default", 7), place);
    for (uint32_t i = 0; i < defaults->count; i++) {
        const struct kept_default *kept = vec_at(defaults, i);
        graph_add_member(m->graph, node_of(m, kept->path));
    }
    graph_end_group(m->graph);
    return true;
}

/* --- All of it -------------------------------------------------------------------------- */

/* Actions in the order of the file, which is the order of running among equals;
 * then groups, whose numbers are known before. */
static bool
fill_graph(struct importer *m)
{
    const struct vec *edges = &m->statements.edges;
    fill_pools(m);
    for (uint32_t i = 0; i < edges->count; i++) {
        const struct kept_edge *kept = vec_at(edges, i);
        if (kept->role != PHONY_GROUP && !fill_action(m, &kept->edge)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < edges->count; i++) {
        const struct kept_edge *kept = vec_at(edges, i);
        if (kept->role == PHONY_GROUP) {
            fill_groups(m, kept);
        }
    }
    graph_resolve_names(m->graph, resolve_name, m);
    return fill_defaults(m) && graph_seal(m->graph, m->err);
}

/* What is told also when reading failed half-way. */
static void
fill_result(struct importer *m, struct ninja_import *import)
{
    struct slice files = ninja_parser_files(m->statements.parser);
    struct slice warnings = ninja_parser_warnings(m->statements.parser);
    struct slice builddir =
        ninja_parser_variable(m->statements.parser, "builddir");
    buffer_add(&import->sources, files.bytes, files.len);
    buffer_add(&import->warnings, warnings.bytes, warnings.len);
    if (builddir.len > 0) {
        import->builddir = mem_copy(builddir.bytes, builddir.len);
    }
}

bool
ninja_import(const char *file, ninja_read read, struct ninja_import *import,
             struct error *err)
{
    *import = (struct ninja_import){0};
    struct importer m = {.err = err, .action = ninja_action_create()};
    bool done = statements_read(&m.statements, file, read, err);
    fill_result(&m, import);
    if (done) {
        m.graph = graph_create();
        ninja_fill_begin(&m.fill, m.graph);
        done = fill_graph(&m);
    }
    if (done) {
        import->graph = m.graph;
    } else {
        graph_destroy(m.graph);
    }
    ninja_fill_finish(&m.fill);
    ninja_action_finish(&m.action);
    statements_finish(&m.statements);
    buffer_finish(&m.value);
    return done;
}

void
ninja_import_finish(struct ninja_import *import)
{
    graph_destroy(import->graph);
    buffer_finish(&import->sources);
    buffer_finish(&import->warnings);
    free(import->builddir);
    *import = (struct ninja_import){0};
}
