/* SPDX-License-Identifier: MIT */
/*
 * Every edge becomes an action, but for phony edges that nothing depends on as
 * a file: those become groups. What a ninja file leaves open is left open here
 * too: commands see the whole environment, and an output that is not made is no
 * failure.
 */
#include "runtime/ninja/import.h"

#include "runtime/ninja/shell.h"
#include "runtime/ninja/statements.h"
#include "runtime/source.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct importer {
    struct statements statements;
    struct graph *graph;
    struct buffer value; /* of the key that is looked at */
    struct buffer words; /* of the command line */
    char *root;          /* the working folder, with a slash at its end */
    size_t root_len;
    struct error *err;
};

/* --- Texts and nodes --------------------------------------------------------------- */

/* Expands a key of an edge into `value`. */
static bool
evaluate(struct importer *m, const struct ninja_edge *edge, enum ninja_key key,
         bool quoted)
{
    buffer_truncate(&m->value, 0);
    return ninja_edge_value(edge, key, quoted, &m->value, m->err);
}

static struct str_id
intern_value(struct importer *m)
{
    return graph_intern(m->graph, buffer_str(&m->value), m->value.len);
}

/* An absolute and a relative spelling of one file are one file: CMake writes
 * both. */
static struct slice
from_root(const struct importer *m, struct slice path)
{
    bool below =
        path.len > m->root_len && memcmp(path.bytes, m->root, m->root_len) == 0;
    return below ? (struct slice){path.bytes + m->root_len,
                                  path.len - m->root_len}
                 : path;
}

static struct file_id
file_of(struct importer *m, struct slice path)
{
    path = from_root(m, path);
    return graph_add_file(m->graph, path.bytes, path.len);
}

/* The canonical path in `value`, or FILE_NONE if it is empty. */
static struct file_id
file_of_value(struct importer *m)
{
    if (m->value.len == 0) {
        return FILE_NONE;
    }
    size_t len = path_canonicalise(m->value.bytes, m->value.len);
    return file_of(m, (struct slice){m->value.bytes, len});
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
    return (struct node){NODE_FILE, file_of(m, path).n};
}

/* --- Actions ------------------------------------------------------------------------- */

static void
fill_inputs(struct importer *m, const struct ninja_edge *edge,
            enum ninja_list list, uint8_t kinds)
{
    const struct ninja_path *paths = ninja_edge_list(edge, list);
    bool may_be_group = (kinds & (EDGE_ORDER_ONLY | EDGE_VALIDATION)) != 0;
    for (uint32_t i = 0; i < edge->counts[list]; i++) {
        struct node node = {NODE_FILE, 0};
        if (may_be_group) {
            node = node_of(m, paths[i].path);
        } else {
            node.n = file_of(m, paths[i].path).n;
        }
        graph_add_input(m->graph, node, kinds, list == NINJA_INPUTS);
    }
}

/* Adds the phony edges among the inputs of an edge, each once in `seen`, to
 * `found`. */
static void
find_phonies(struct importer *m, const struct ninja_edge *edge,
             struct vec *found)
{
    const struct ninja_path *paths = ninja_edge_list(edge, NINJA_INPUTS);
    uint32_t count = edge->counts[NINJA_INPUTS] + edge->counts[NINJA_IMPLICIT];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t number = 0;
        const struct kept_edge *phony =
            statements_phony(&m->statements, paths[i].path, &number);
        bool known = phony == NULL;
        for (uint32_t k = 0; !known && k < found->count; k++) {
            known = *(const struct kept_edge **)vec_at(found, k) == phony;
        }
        if (!known) {
            vec_push(found, &phony);
        }
    }
}

/* What a phony edge stands for passes through it: an edge that reads it reads
 * its inputs, and those of the phony edges among them. */
static void
fill_through_phonies(struct importer *m, const struct ninja_edge *edge)
{
    struct vec found = vec_of(sizeof(const struct kept_edge *));
    find_phonies(m, edge, &found);
    for (uint32_t i = 0; i < found.count; i++) {
        const struct kept_edge *phony =
            *(const struct kept_edge **)vec_at(&found, i);
        fill_inputs(m, &phony->edge, NINJA_INPUTS, EDGE_IFWRITTEN);
        fill_inputs(m, &phony->edge, NINJA_IMPLICIT, EDGE_IFWRITTEN);
        fill_inputs(m, &phony->edge, NINJA_ORDER_ONLY, EDGE_ORDER_ONLY);
        find_phonies(m, &phony->edge, &found);
    }
    vec_finish(&found);
}

static void
fill_lists(struct importer *m, const struct ninja_edge *edge)
{
    fill_inputs(m, edge, NINJA_INPUTS, EDGE_IFWRITTEN);
    fill_inputs(m, edge, NINJA_IMPLICIT, EDGE_IFWRITTEN);
    if (!edge->rule->is_phony) {
        fill_through_phonies(m, edge);
    }
    fill_inputs(m, edge, NINJA_ORDER_ONLY, EDGE_ORDER_ONLY);
    fill_inputs(m, edge, NINJA_VALIDATIONS, EDGE_VALIDATION);
    uint32_t outputs =
        edge->counts[NINJA_OUTPUTS] + edge->counts[NINJA_IMPLICIT_OUTPUTS];
    for (uint32_t i = 0; i < outputs; i++) {
        struct file_id file = file_of(m, edge->paths[i].path);
        bool twice = false;
        for (uint32_t k = 0; k < i && edge->paths[i].path.bytes[0] == '/';
             k++) {
            twice = twice || file_of(m, edge->paths[k].path).n == file.n;
        }
        if (!twice) {
            graph_add_output(m->graph, file);
        }
    }
}

/* The command line is what a shell would read; most need none. */
static bool
fill_command(struct importer *m, const struct ninja_edge *edge)
{
    if (!evaluate(m, edge, NINJA_KEY_COMMAND, true)) {
        return false;
    }
    uint32_t count = 0;
    buffer_truncate(&m->words, 0);
    shell_split(buffer_slice(&m->value), &m->words, &count);
    struct step *step = graph_add_step(m->graph, STEP_COMMAND);
    step->dir = graph_intern(m->graph, "", 0);
    struct slice row = buffer_slice(&m->words);
    struct slice word;
    while (slice_next_text(&row, &word)) {
        graph_add_arg(m->graph, graph_intern(m->graph, word.bytes, word.len));
    }
    return true;
}

/* Sets a flag if a key of the edge is set to anything. */
static bool
read_flag(struct importer *m, const struct ninja_edge *edge, enum ninja_key key,
          enum action_flag flag, uint32_t *flags)
{
    if (!evaluate(m, edge, key, false)) {
        return false;
    }
    *flags |= m->value.len > 0 ? (uint32_t)flag : 0;
    return true;
}

/* How discovered inputs come back: in a depfile that is taken away, or in what
 * the command prints. */
static bool
read_deps(struct importer *m, const struct ninja_edge *edge, uint32_t *flags)
{
    if (!evaluate(m, edge, NINJA_KEY_DEPS, false)) {
        return false;
    }
    if (m->value.len == 0) {
        return true;
    }
    if (strcmp(m->value.bytes, "gcc") == 0) {
        *flags |= ACTION_DEPS_GCC;
        return true;
    }
    if (strcmp(m->value.bytes, "msvc") == 0) {
        *flags |= ACTION_DEPS_MSVC;
        return true;
    }
    error_set(m->err, ERROR_CLASS_GRAPH, "unknown deps type '%s'",
              buffer_str(&m->value));
    error_set_help(m->err, "ninja knows gcc and msvc");
    return false;
}

static bool
read_pool(struct importer *m, const struct ninja_edge *edge,
          struct pool_id *pool)
{
    *pool = (struct pool_id){0};
    if (!evaluate(m, edge, NINJA_KEY_POOL, false)) {
        return false;
    }
    if (m->value.len > 0) {
        bool found = graph_find_pool(m->graph, intern_value(m), pool);
        assert(found); // The parser has seen to it.
        (void)found;
    }
    return true;
}

/* What few edges have. */
static bool
fill_detail(struct importer *m, const struct ninja_edge *edge, uint32_t flags)
{
    struct file_id dyndep = FILE_NONE;
    struct file_id rspfile = FILE_NONE;
    struct str_id text = {0};
    struct str_id prefix = {0};
    if (!evaluate(m, edge, NINJA_KEY_DYNDEP, false)) {
        return false;
    }
    dyndep = file_of_value(m);
    if (!evaluate(m, edge, NINJA_KEY_RSPFILE, false)) {
        return false;
    }
    rspfile = file_of_value(m);
    if (rspfile.n != ID_NONE) {
        if (!evaluate(m, edge, NINJA_KEY_RSPFILE_CONTENT, true)) {
            return false;
        }
        text = intern_value(m);
    }
    if ((flags & ACTION_DEPS_MSVC) != 0) {
        if (!evaluate(m, edge, NINJA_KEY_MSVC_PREFIX, false)) {
            return false;
        }
        prefix = intern_value(m);
    }
    if (dyndep.n != ID_NONE || rspfile.n != ID_NONE || prefix.n != 0) {
        struct detail *detail = graph_add_detail(m->graph);
        detail->dyndep = dyndep;
        detail->rspfile = rspfile;
        detail->rsp_text = text;
        detail->msvc_prefix = prefix;
    }
    return true;
}

/* The fields that need no list. */
static bool
fill_fields(struct importer *m, const struct ninja_edge *edge,
            struct action *action)
{
    struct slice key = from_root(m, edge->paths[0].path);
    action->key = graph_intern(m->graph, key.bytes, key.len);
    action->place =
        (struct place){graph_intern(m->graph, edge->file, strlen(edge->file)),
                       edge->line, 1};
    action->depfile = FILE_NONE;
    action->depfile_kinds = EDGE_IFWRITTEN;
    action->rule =
        graph_intern(m->graph, edge->rule->name.bytes, edge->rule->name.len);
    if (edge->rule->is_phony) {
        action->flags = ACTION_PHONY;
        return true;
    }
    action->flags = ACTION_ENV_INHERIT | ACTION_MAY_NOT_WRITE | ACTION_AS_NINJA;
    if (!read_flag(m, edge, NINJA_KEY_RESTAT, ACTION_RESTAT, &action->flags) ||
        !read_flag(m, edge, NINJA_KEY_GENERATOR, ACTION_GENERATOR,
                   &action->flags) ||
        !read_deps(m, edge, &action->flags) ||
        !read_pool(m, edge, &action->pool) ||
        !evaluate(m, edge, NINJA_KEY_DESCRIPTION, true)) {
        return false;
    }
    action->description = intern_value(m);
    if (!evaluate(m, edge, NINJA_KEY_DEPFILE, false)) {
        return false;
    }
    action->depfile = file_of_value(m);
    return true;
}

/* The action is ended also after a failure: the graph is thrown away whole. */
static bool
fill_action(struct importer *m, const struct ninja_edge *edge)
{
    struct action *action = NULL;
    graph_begin_action(m->graph, &action);
    bool done = fill_fields(m, edge, action);
    uint32_t flags = action->flags;
    if (done) {
        fill_lists(m, edge);
        done = edge->rule->is_phony ||
               (fill_command(m, edge) && fill_detail(m, edge, flags));
    }
    graph_end_action(m->graph);
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
    struct place place = {graph_intern(m->graph, edge->file,
                                       strlen(edge->file)),
                          edge->line, 1};
    for (uint32_t i = 0; i < outputs; i++) {
        struct slice name = edge->paths[i].path;
        struct group_id id =
            graph_begin_group(m->graph,
                              graph_intern(m->graph, name.bytes, name.len),
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
    error_set_where(m->err, kept->file, kept->line, 1);
    return false;
}

/* The group `default`, unless the file has one of that name itself. */
static bool
fill_defaults(struct importer *m)
{
    const struct vec *defaults = &m->statements.defaults;
    uint32_t number = 0;
    if (defaults->count == 0 ||
        statements_phony(&m->statements, slice_of("default"), &number)) {
        return true;
    }
    for (uint32_t i = 0; i < defaults->count; i++) {
        if (!check_default(m, vec_at(defaults, i))) {
            return false;
        }
    }
    const struct kept_default *first = vec_at(defaults, 0);
    struct place place = {graph_intern(m->graph, first->file,
                                       strlen(first->file)),
                          first->line, 1};
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
ninja_import(const char *file, struct ninja_import *import, struct error *err)
{
    *import = (struct ninja_import){0};
    struct importer m = {.err = err};
    char *here = getcwd(NULL, 0);
    m.root = mem_format("%s/", here == NULL || here[1] == 0 ? "" : here);
    m.root_len = strlen(m.root);
    free(here);
    bool done = statements_read(&m.statements, file, source_read_file, err);
    fill_result(&m, import);
    if (done) {
        m.graph = graph_create();
        done = fill_graph(&m);
    }
    if (done) {
        import->graph = m.graph;
    } else {
        graph_destroy(m.graph);
    }
    statements_finish(&m.statements);
    buffer_finish(&m.value);
    buffer_finish(&m.words);
    free(m.root);
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
