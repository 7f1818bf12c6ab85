/* SPDX-License-Identifier: MIT */
#include "runtime/query/world.h"

#include "runtime/query/world_parts.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct query_world *
query_world_open(const struct query_world_options *options)
{
    struct query_world *world = mem_alloc(1, sizeof(*world));
    const struct graph *g = options->graph;
    world->options = *options;
    world->graph = g;
    world->first_action = graph_file_count(g);
    world->first_group = world->first_action + graph_action_count(g);
    world->first_stranger = world->first_group + graph_group_count(g);
    world->strangers = vec_of(sizeof(struct stranger));
    world->node_of_item = vec_of(sizeof(uint32_t));
    world->near_finders = vec_of(sizeof(struct finder));
    world->made = vec_of(sizeof(struct finder));
    world->watchers = vec_of(sizeof(struct finder));
    world_start_past(&world->past);
    world->marks = vec_of(sizeof(uint32_t));
    world->facts = vec_of(sizeof(struct query_fact));
    return world;
}

void
query_world_close(struct query_world *world)
{
    if (world == NULL) {
        return;
    }
    vec_finish(&world->strangers);
    world_finish_discovered(world);
    world_finish_past(&world->past);
    vec_finish(&world->marks);
    vec_finish(&world->facts);
    table_finish(&world->stranger_table);
    arena_finish(&world->texts);
    graph_destroy(world->owned);
    buffer_finish(&world->notes);
    free(world);
}

struct query_world *
query_world_open_past(struct query_world *world, uint64_t run,
                      struct error *err)
{
    struct query_world_options options = world->options;
    if (options.exec == NULL) {
        error_set(err, ERROR_CLASS_USAGE, "there is no history");
        return NULL;
    }
    struct graph *graph = exec_graph_of_run(options.exec, run, err);
    if (graph == NULL) {
        return NULL;
    }
    options.graph = graph;
    struct query_world *past = query_world_open(&options);
    past->owned = graph;
    return past;
}

uint32_t
query_world_same(struct query_world *world, const struct query_world *other,
                 uint32_t node)
{
    struct slice path = query_world_path(other, node);
    const struct graph *g = world->graph;
    if (query_world_type(other, node) == QUERY_NODE_FILE) {
        return query_world_add_path(world, path);
    }
    if (query_world_type(other, node) == QUERY_NODE_GROUP) {
        struct group_id group = graph_find_group(g, path.bytes, path.len);
        return group.n == ID_NONE
                   ? query_world_add_path(world, path)
                   : query_world_node(world,
                                      (struct node){NODE_GROUP, group.n});
    }
    // An action whose key has changed still makes the same file.
    struct file_id file = graph_find_file(g, path.bytes, path.len);
    struct action_id maker =
        file.n == ID_NONE ? ACTION_NONE : graph_producer(g, file);
    return maker.n != ID_NONE
               ? query_world_action(world, maker)
               : query_world_add_key(world, query_world_key(other, node));
}

const struct graph *
query_world_graph(const struct query_world *world)
{
    return world->graph;
}

struct exec *
query_world_exec(const struct query_world *world)
{
    return world->options.exec;
}

/* --- Numbers -------------------------------------------------------------------- */

uint32_t
query_world_count(const struct query_world *world)
{
    return world->first_stranger + world->strangers.count;
}

static const struct stranger *
stranger_of(const struct query_world *world, uint32_t node)
{
    assert(node >= world->first_stranger);
    return vec_at(&world->strangers, node - world->first_stranger);
}

bool
query_world_in_graph(const struct query_world *world, uint32_t node)
{
    return node < world->first_stranger;
}

enum query_node_type
query_world_type(const struct query_world *world, uint32_t node)
{
    if (node < world->first_action) {
        return QUERY_NODE_FILE;
    }
    if (node < world->first_group) {
        return QUERY_NODE_ACTION;
    }
    if (node < world->first_stranger) {
        return QUERY_NODE_GROUP;
    }
    return stranger_of(world, node)->is_action ? QUERY_NODE_ACTION
                                               : QUERY_NODE_FILE;
}

uint32_t
query_world_file(const struct query_world *world, struct file_id file)
{
    assert(file.n < world->first_action);
    return file.n;
}

uint32_t
query_world_action(const struct query_world *world, struct action_id action)
{
    assert(action.n < world->first_group - world->first_action);
    return world->first_action + action.n;
}

uint32_t
query_world_node(const struct query_world *world, struct node node)
{
    switch (node.type) {
    case NODE_FILE:
        return node.n;
    case NODE_ACTION:
        return world->first_action + node.n;
    case NODE_GROUP:
        break;
    }
    return world->first_group + node.n;
}

struct file_id
query_world_file_of(const struct query_world *world, uint32_t node)
{
    return node < world->first_action ? (struct file_id){node} : FILE_NONE;
}

struct action_id
query_world_action_of(const struct query_world *world, uint32_t node)
{
    return node >= world->first_action && node < world->first_group
               ? (struct action_id){node - world->first_action}
               : ACTION_NONE;
}

struct group_id
query_world_group_of(const struct query_world *world, uint32_t node)
{
    return node >= world->first_group && node < world->first_stranger
               ? (struct group_id){node - world->first_group}
               : GROUP_NONE;
}

/* --- Names ------------------------------------------------------------------------ */

/* Keys of actions that have no outputs are made of their names. */
static struct slice
name_of_key(struct slice key)
{
    static const char prefix[] = "name:";
    size_t len = sizeof(prefix) - 1;
    if (key.len > len && memcmp(key.bytes, prefix, len) == 0) {
        return (struct slice){key.bytes + len, key.len - len};
    }
    return key;
}

static struct slice
action_path(const struct graph *g, const struct action *a)
{
    if (a->outputs.count > 0) {
        return slice_of(graph_path(g, graph_output(g, a, 0)));
    }
    struct slice name = graph_str(g, a->name);
    return name.len > 0 ? name : name_of_key(graph_str(g, a->key));
}

struct slice
query_world_path(const struct query_world *world, uint32_t node)
{
    const struct graph *g = world->graph;
    if (node >= world->first_stranger) {
        return name_of_key(stranger_of(world, node)->text);
    }
    if (node < world->first_action) {
        return slice_of(graph_path(g, (struct file_id){node}));
    }
    if (node < world->first_group) {
        return action_path(g,
                           graph_action(g, query_world_action_of(world, node)));
    }
    return graph_str(g,
                     graph_group(g, query_world_group_of(world, node))->name);
}

struct slice
query_world_shown(struct query_world *world, uint32_t node)
{
    struct slice path = query_world_path(world, node);
    if (query_world_type(world, node) != QUERY_NODE_GROUP) {
        return path;
    }
    return slice_of(arena_format(&world->texts, ":%s", path.bytes));
}

bool
query_world_is_target(const struct query_world *world, uint32_t node)
{
    struct file_id file = query_world_file_of(world, node);
    struct node at = {NODE_FILE, file.n};
    return file.n == ID_NONE ||
           graph_producer(world->graph, file).n != ID_NONE ||
           graph_user_count(world->graph, at) > 0 ||
           graph_holder_count(world->graph, at) > 0;
}

struct slice
query_world_key(const struct query_world *world, uint32_t node)
{
    struct action_id action = query_world_action_of(world, node);
    if (action.n != ID_NONE) {
        return graph_str(world->graph, graph_action(world->graph, action)->key);
    }
    if (node >= world->first_stranger && stranger_of(world, node)->is_action) {
        return stranger_of(world, node)->text;
    }
    return (struct slice){"", 0};
}

/* --- Strangers ----------------------------------------------------------------------- */

/* Files and actions may be called alike, so the kind is part of the key: it is
 * the byte before the text. */
static struct slice
stranger_key(const void *owner, uint32_t value)
{
    const struct query_world *world = owner;
    const struct stranger *stranger = vec_at(&world->strangers, value);
    return (struct slice){stranger->text.bytes - 1, stranger->text.len + 1};
}

static uint32_t
add_stranger(struct query_world *world, bool is_action, struct slice text)
{
    char *marked = mem_alloc(text.len + 2, 1);
    marked[0] = is_action ? 'a' : 'f';
    memcpy(marked + 1, text.bytes, text.len);
    uint32_t next = world->strangers.count;
    struct slice key = {marked, text.len + 1};
    uint32_t place = table_find_or_add(&world->stranger_table, stranger_key,
                                       world, key, next);
    if (place == next) {
        struct stranger *stranger = vec_add(&world->strangers);
        stranger->is_action = is_action;
        stranger->text.bytes =
            arena_copy(&world->texts, marked, text.len + 1) + 1;
        stranger->text.len = text.len;
    }
    free(marked);
    return world->first_stranger + place;
}

uint32_t
query_world_add_path(struct query_world *world, struct slice path)
{
    struct file_id file = graph_find_file(world->graph, path.bytes, path.len);
    return file.n != ID_NONE ? file.n : add_stranger(world, false, path);
}

uint32_t
query_world_add_key(struct query_world *world, struct slice key)
{
    struct action_id action = graph_find_key(world->graph, key.bytes, key.len);
    return action.n != ID_NONE ? query_world_action(world, action)
                               : add_stranger(world, true, key);
}

/* --- Notes ------------------------------------------------------------------------------ */

struct slice
query_world_notes(const struct query_world *world)
{
    return buffer_slice(&world->notes);
}

void
query_world_note(struct query_world *world, const char *format, ...)
{
    size_t start = world->notes.len;
    va_list args;
    va_start(args, format);
    buffer_add_vformat(&world->notes, format, args);
    va_end(args);
    buffer_add_char(&world->notes, '\0');
    struct slice said = {world->notes.bytes, start};
    struct slice note = {world->notes.bytes + start,
                         world->notes.len - start - 1};
    struct slice earlier;
    while (slice_next_text(&said, &earlier)) {
        if (slice_equal(earlier, note)) {
            buffer_truncate(&world->notes, start);
            return;
        }
    }
}

void
query_world_note_field(struct query_world *world, enum query_field_id field)
{
    if (field == FIELD_UNDECLARED) {
        query_world_note(world,
                         "undeclared is not known: no run was traced, for "
                         "ronin cannot trace what commands open yet");
    }
}
