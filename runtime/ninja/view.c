/* SPDX-License-Identifier: MIT */
/*
 * Nodes come in the order in which the file mentions them, which is the order in
 * which ninja's tools print them. Users of a node stand side by side in one
 * array, so that a node costs no allocation: tools are started by scripts, many
 * times, on files with a hundred thousand edges, and end at once.
 */
#include "runtime/ninja/view.h"

#include "interp/magma.h"
#include "runtime/source.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Valid until a node is added. */
static struct view_node *
node_at(const struct view *view, uint32_t index)
{
    return vec_at(&view->nodes, index);
}

/* The key of a node in the table. */
static struct slice
node_path(const void *owner, uint32_t index)
{
    const struct view *view = owner;
    return node_at(view, index)->path;
}

/* The index of the node of a path, made if need be. */
static uint32_t
add_node(struct view *view, struct slice path)
{
    uint32_t fresh = view->nodes.count;
    uint32_t index =
        table_find_or_add(&view->by_path, node_path, view, path, fresh);
    if (index == fresh) {
        struct view_node node = {.path = path, .maker = VIEW_NONE};
        vec_push(&view->nodes, &node);
    }
    return index;
}

uint32_t
view_edge_count(const struct view *view)
{
    return view->statements.edges.count;
}

const struct ninja_edge *
view_edge(const struct view *view, uint32_t place)
{
    const struct kept_edge *kept = vec_at(&view->statements.edges, place);
    return &kept->edge;
}

const struct ninja_path *
view_outputs(const struct ninja_edge *edge, uint32_t *count)
{
    *count = edge->counts[NINJA_OUTPUTS] + edge->counts[NINJA_IMPLICIT_OUTPUTS];
    return edge->paths;
}

const struct ninja_path *
view_inputs(const struct ninja_edge *edge, uint32_t *count)
{
    *count = edge->counts[NINJA_INPUTS] + edge->counts[NINJA_IMPLICIT] +
             edge->counts[NINJA_ORDER_ONLY];
    return ninja_edge_list(edge, NINJA_INPUTS);
}

/* --- Opening ------------------------------------------------------------------- */

/* Makers and uses of one edge. */
static void
add_edge(struct view *view, uint32_t place)
{
    const struct ninja_edge *edge = view_edge(view, place);
    uint32_t count = 0;
    const struct ninja_path *paths = view_outputs(edge, &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t index = add_node(view, paths[i].path);
        node_at(view, index)->maker = place;
    }
    paths = view_inputs(edge, &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t index = add_node(view, paths[i].path);
        node_at(view, index)->is_used = true;
        node_at(view, index)->user_count++;
    }
    paths = ninja_edge_list(edge, NINJA_VALIDATIONS);
    for (uint32_t i = 0; i < edge->counts[NINJA_VALIDATIONS]; i++) {
        uint32_t index = add_node(view, paths[i].path);
        node_at(view, index)->validates = true;
    }
}

/* Users of each node, side by side: counted first, then filled in. */
static void
fill_users(struct view *view)
{
    uint32_t total = 0;
    for (uint32_t i = 0; i < view->nodes.count; i++) {
        struct view_node *node = node_at(view, i);
        node->user_start = total;
        total += node->user_count;
        node->user_count = 0;
    }
    vec_resize(&view->users, total);
    for (uint32_t place = 0; place < view_edge_count(view); place++) {
        uint32_t count = 0;
        const struct ninja_path *paths =
            view_inputs(view_edge(view, place), &count);
        for (uint32_t i = 0; i < count; i++) {
            struct view_node *node =
                node_at(view, add_node(view, paths[i].path));
            uint32_t at = node->user_start + node->user_count++;
            *(uint32_t *)vec_at(&view->users, at) = place;
        }
    }
}

bool
view_open(struct view *view, const char *file, struct error *err)
{
    *view = (struct view){.nodes = vec_of(sizeof(struct view_node)),
                          .users = vec_of(sizeof(uint32_t))};
    if (!statements_read(&view->statements, file, source_read_file, err)) {
        return false;
    }
    for (uint32_t place = 0; place < view_edge_count(view); place++) {
        add_edge(view, place);
    }
    fill_users(view);
    return true;
}

void
view_close(struct view *view)
{
    statements_finish(&view->statements);
    vec_finish(&view->nodes);
    vec_finish(&view->users);
    table_finish(&view->by_path);
}

/* --- Dyndep files ------------------------------------------------------------------ */

/* Paths of a row behind those of a list; the texts live as long as the view. */
static struct ninja_path *
add_row(struct view *view, struct slice row, struct ninja_path *to)
{
    struct slice text;
    while (row.len > 0 && slice_next_text(&row, &text)) {
        *to++ = (struct ninja_path){
            .path = {arena_copy(&view->statements.arena, text.bytes, text.len),
                     text.len}};
    }
    return to;
}

static uint32_t
row_length(struct slice row)
{
    struct slice text;
    uint32_t count = 0;
    while (row.len > 0 && slice_next_text(&row, &text)) {
        count++;
    }
    return count;
}

/* One statement of a dyndep file: implicit outputs and inputs, behind those that
 * the edge has. */
static void
grow_edge(void *ctx, const char *output, struct slice outputs,
          struct slice inputs)
{
    struct view *view = ctx;
    const struct view_node *node = view_find(view, slice_of(output));
    if (node == NULL || node->maker == VIEW_NONE) {
        return;
    }
    struct ninja_edge *edge =
        &((struct kept_edge *)vec_at(&view->statements.edges, node->maker))
             ->edge;
    uint32_t count = row_length(outputs) + row_length(inputs);
    for (int list = 0; list < NINJA_LIST_COUNT; list++) {
        count += edge->counts[list];
    }
    struct ninja_path *paths =
        arena_alloc(&view->statements.arena, count * sizeof(*paths));
    struct ninja_path *end = paths;
    for (int list = 0; list < NINJA_LIST_COUNT; list++) {
        const struct ninja_path *from =
            ninja_edge_list(edge, (enum ninja_list)list);
        for (uint32_t i = 0; i < edge->counts[list]; i++) {
            *end++ = from[i];
        }
        if (list == NINJA_IMPLICIT_OUTPUTS) {
            end = add_row(view, outputs, end);
        } else if (list == NINJA_IMPLICIT) {
            end = add_row(view, inputs, end);
        }
    }
    assert(end == paths + count);
    edge->counts[NINJA_IMPLICIT_OUTPUTS] += row_length(outputs);
    edge->counts[NINJA_IMPLICIT] += row_length(inputs);
    edge->paths = paths;
}

/* Who makes and who reads, anew. Nodes keep their order. */
static void
count_again(struct view *view)
{
    for (uint32_t i = 0; i < view->nodes.count; i++) {
        node_at(view, i)->user_count = 0;
    }
    for (uint32_t place = 0; place < view_edge_count(view); place++) {
        add_edge(view, place);
    }
    fill_users(view);
}

/* Dyndep files that were met: many edges share one. */
struct met {
    struct vec paths; /* struct slice */
    struct table by_path;
};

/* The key of a file in the table. */
static struct slice
met_path(const void *owner, uint32_t index)
{
    const struct met *met = owner;
    return *(struct slice *)vec_at(&met->paths, index);
}

/* Reads the dyndep file of an edge, the first time. One that is not there, or not
 * yet whole, says nothing. True if it said something. */
static bool
read_dyndep(struct view *view, uint32_t place, struct met *met)
{
    struct error ignored = {0};
    struct buffer path = {0};
    bool grown = false;
    if (ninja_edge_value(view_edge(view, place), NINJA_KEY_DYNDEP, false, &path,
                         &ignored) &&
        path.len > 0) {
        path.len = path_canonicalise(path.bytes, path.len);
        uint32_t fresh = met->paths.count;
        if (table_find_or_add(&met->by_path, met_path, met, buffer_slice(&path),
                              fresh) == fresh) {
            struct slice kept = {arena_copy(&view->statements.arena, path.bytes,
                                            path.len),
                                 path.len};
            vec_push(&met->paths, &kept);
            grown = exec_read_dyndep(kept.bytes, grow_edge, view, &ignored);
        }
    }
    buffer_finish(&path);
    error_finish(&ignored);
    return grown;
}

void
view_grow(struct view *view)
{
    struct met met = {.paths = vec_of(sizeof(struct slice))};
    bool grown = false;
    for (uint32_t place = 0; place < view_edge_count(view); place++) {
        grown = read_dyndep(view, place, &met) || grown;
    }
    if (grown) {
        count_again(view);
    }
    vec_finish(&met.paths);
    table_finish(&met.by_path);
}

/* --- Targets ------------------------------------------------------------------------ */

const struct view_node *
view_find(const struct view *view, struct slice path)
{
    uint32_t index = table_find(&view->by_path, node_path, view, path);
    return index == TABLE_NONE ? NULL : node_at(view, index);
}

/* As ninja says it. */
static bool
fail_unknown(const struct view *view, const char *path, struct error *err)
{
    const char **names = mem_alloc(view->nodes.count, sizeof(*names));
    for (uint32_t i = 0; i < view->nodes.count; i++) {
        struct slice name = node_at(view, i)->path;
        names[i] = mem_copy(name.bytes, name.len);
    }
    const char *near = magma_nearest(path, names, view->nodes.count);
    if (strcmp(path, "clean") == 0) {
        error_set(err, ERROR_CLASS_USAGE,
                  "unknown target '%s', did you mean 'ninja -t clean'?", path);
    } else if (strcmp(path, "help") == 0) {
        error_set(err, ERROR_CLASS_USAGE,
                  "unknown target '%s', did you mean 'ninja -h'?", path);
    } else if (near != NULL) {
        error_set(err, ERROR_CLASS_USAGE,
                  "unknown target '%s', did you mean '%s'?", path, near);
    } else {
        error_set(err, ERROR_CLASS_USAGE, "unknown target '%s'", path);
    }
    for (uint32_t i = 0; i < view->nodes.count; i++) {
        free((void *)(uintptr_t)names[i]);
    }
    free(names);
    return false;
}

/* The first output of the first edge that reads the node. */
static bool
first_use(const struct view *view, const struct view_node **node,
          struct error *err)
{
    if ((*node)->user_count == 0) {
        return error_set(err, ERROR_CLASS_USAGE, "'%.*s' has no out edge",
                         (int)(*node)->path.len, (*node)->path.bytes);
    }
    uint32_t place =
        *(const uint32_t *)vec_at(&view->users, (*node)->user_start);
    *node = view_find(view, view_edge(view, place)->paths[0].path);
    assert(*node != NULL);
    return true;
}

bool
view_target(const struct view *view, const char *word,
            const struct view_node **node, struct error *err)
{
    size_t len = strlen(word);
    bool use = len > 0 && word[len - 1] == '^';
    char *path = path_canonical(word, len - use);
    if (path[0] == '\0') {
        free(path);
        return error_set(err, ERROR_CLASS_USAGE, "empty path");
    }
    *node = view_find(view, slice_of(path));
    bool found = *node != NULL || fail_unknown(view, path, err);
    free(path);
    return found && (!use || first_use(view, node, err));
}

/* What is built when nobody says what. */
static void
default_targets(const struct view *view, struct vec *nodes)
{
    const struct vec *defaults = &view->statements.defaults;
    for (uint32_t i = 0; i < defaults->count; i++) {
        const struct kept_default *kept = vec_at(defaults, i);
        const struct view_node *node = view_find(view, kept->path);
        if (node != NULL) {
            vec_push(nodes, &node);
        }
    }
    for (uint32_t i = 0; defaults->count == 0 && i < view->nodes.count; i++) {
        const struct view_node *node = node_at(view, i);
        if (node->maker != VIEW_NONE && !node->is_used) {
            vec_push(nodes, &node);
        }
    }
}

bool
view_targets(const struct view *view, char **words, int count,
             struct vec *nodes, struct error *err)
{
    if (count == 0) {
        default_targets(view, nodes);
    }
    for (int i = 0; i < count; i++) {
        const struct view_node *node = NULL;
        if (!view_target(view, words[i], &node, err)) {
            return false;
        }
        vec_push(nodes, &node);
    }
    return true;
}
