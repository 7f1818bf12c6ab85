/* SPDX-License-Identifier: MIT */
/*
 * Edges that actions discovered. The executor tells them by rows of items, one
 * for each action; for the other direction all rows are read once and turned
 * round.
 */
#include "runtime/query/world_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool
is_there(struct query_world *world)
{
    if (world->discovered == NULL && world->options.exec != NULL) {
        world->discovered =
            exec_discovered_open(world->options.exec, world->graph);
    }
    return world->discovered != NULL;
}

void
world_finish_discovered(struct query_world *world)
{
    exec_discovered_close(world->discovered);
    vec_finish(&world->node_of_item);
    query_set_finish(&world->discovered_files);
    query_set_finish(&world->unbuilt);
    query_set_finish(&world->waiting);
    query_set_finish(&world->prepared);
    vec_finish(&world->near_finders);
    vec_finish(&world->made);
    vec_finish(&world->watchers);
    free(world->finders);
    free(world->found_by);
}

/* --- Pairs ----------------------------------------------------------------------------- */

static int
compare_finders(const void *left, const void *right)
{
    const struct finder *a = left;
    const struct finder *b = right;
    if (a->file != b->file) {
        return a->file < b->file ? -1 : 1;
    }
    return (a->action > b->action) - (a->action < b->action);
}

void
world_sort_finders(struct vec *finders)
{
    if (finders->count > 0) {
        qsort(finders->items, finders->count, sizeof(struct finder),
              compare_finders);
    }
}

/* By halving. */
void
world_add_sorted(const struct vec *finders, uint32_t file, struct vec *out)
{
    const struct finder *items = finders->items;
    uint32_t low = 0;
    uint32_t high = finders->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (items[middle].file < file) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < finders->count && items[low].file == file; low++) {
        vec_push(out, &items[low].action);
    }
}

/* --- Items --------------------------------------------------------------------------- */

static uint32_t
node_of_item(struct query_world *world, uint32_t item)
{
    if (item >= world->node_of_item.count) {
        vec_resize(&world->node_of_item,
                   exec_discovered_count(world->discovered));
    }
    uint32_t known = *(uint32_t *)vec_at(&world->node_of_item, item);
    if (known != 0) {
        return known - 1;
    }
    struct buffer path = {0};
    struct file_id file = exec_discovered_file(world->discovered, item, &path);
    uint32_t node = file.n != ID_NONE
                        ? query_world_file(world, file)
                        : query_world_add_path(world, buffer_slice(&path));
    buffer_finish(&path);
    *(uint32_t *)vec_at(&world->node_of_item, item) = node + 1;
    return node;
}

bool
world_find_discovered(struct query_world *world, const char *path,
                      uint32_t *node)
{
    uint32_t item = 0;
    if (!is_there(world) ||
        !exec_discovered_find(world->discovered, path, &item)) {
        return false;
    }
    *node = node_of_item(world, item);
    return true;
}

/* --- Downwards ------------------------------------------------------------------------- */

/* Actions without a depfile or the like have nothing to tell. */
static bool
would_tell(const struct graph *g, const struct action *a)
{
    return a->depfile.n != ID_NONE ||
           (a->flags & (ACTION_DEPS_GCC | ACTION_DEPS_MSVC)) != 0 ||
           graph_detail(g, a)->dyndep.n != ID_NONE;
}

/* Notes an action that has not told yet what it reads. */
static void
note_unbuilt(struct query_world *world, uint32_t action, const struct action *a,
             struct action_id id)
{
    if (would_tell(world->graph, a) &&
        !exec_discovered_is_known(world->discovered, id)) {
        query_set_add(&world->unbuilt, action);
    }
}

void
world_add_discovered(struct query_world *world, uint32_t action,
                     struct vec *out)
{
    struct action_id id = query_world_action_of(world, action);
    if (!is_there(world)) {
        return;
    }
    uint32_t start = out->count;
    note_unbuilt(world, action, graph_action(world->graph, id), id);
    exec_discovered_of(world->discovered, id, out);
    for (uint32_t i = start; i < out->count; i++) {
        uint32_t *item = vec_at(out, i);
        uint32_t node = node_of_item(world, *item);
        *item = node;
    }
}

uint32_t
query_world_waiting(const struct query_world *world)
{
    return world->waiting.count;
}

uint32_t
query_world_unbuilt(const struct query_world *world)
{
    return world->unbuilt.count;
}

/* --- Upwards --------------------------------------------------------------------------- */

/* All rows, one behind the other; starts has one more than actions. */
static void
read_rows(struct query_world *world, struct vec *files, uint32_t *starts)
{
    uint32_t count = world->first_group - world->first_action;
    for (uint32_t i = 0; i < count; i++) {
        starts[i] = files->count;
        world_add_discovered(world, world->first_action + i, files);
    }
    starts[count] = files->count;
}

/* A counting sort by file. */
static void
turn_round(struct query_world *world)
{
    uint32_t count = world->first_group - world->first_action;
    struct vec files = vec_of(sizeof(uint32_t));
    uint32_t *starts = mem_alloc((size_t)count + 1, sizeof(*starts));
    read_rows(world, &files, starts);
    const uint32_t *file = files.items;
    world->finder_count = query_world_count(world);
    world->finders =
        mem_alloc((size_t)world->finder_count + 2, sizeof(*world->finders));
    world->found_by =
        mem_alloc((size_t)files.count + 1, sizeof(*world->found_by));
    // Counted two places on, then moved while they are filled.
    for (uint32_t i = 0; i < files.count; i++) {
        world->finders[file[i] + 2]++;
        query_set_add(&world->discovered_files, file[i]);
    }
    for (uint32_t i = 2; i < world->finder_count + 2; i++) {
        world->finders[i] += world->finders[i - 1];
    }
    for (uint32_t action = 0; action < count; action++) {
        for (uint32_t i = starts[action]; i < starts[action + 1]; i++) {
            world->found_by[world->finders[file[i] + 1]++] =
                world->first_action + action;
        }
    }
    free(starts);
    vec_finish(&files);
}

/* --- Upwards, of a few ------------------------------------------------------------------ */

/* More sources than that are not searched for one by one. */
enum { FEW_SOURCES = 16 };

/* What actions make and others discovered: asked for once. */
static void
load_made(struct query_world *world)
{
    struct vec items = vec_of(sizeof(uint32_t));
    if (world->has_made) {
        return;
    }
    world->has_made = true;
    exec_discovered_made(world->discovered, &items);
    for (uint32_t i = 0; i < items.count; i++) {
        uint32_t item = *(uint32_t *)vec_at(&items, i);
        struct finder made = {node_of_item(world, item), item};
        vec_push(&world->made, &made);
    }
    vec_finish(&items);
}

/* Takes a node among the prepared, its item among those that are searched for if
 * nothing makes it. False if those are too many. */
static bool
prepare_node(struct query_world *world, uint32_t node, struct vec *items,
             bool *any_made)
{
    uint32_t item = 0;
    if (query_world_type(world, node) != QUERY_NODE_FILE ||
        !query_set_add(&world->prepared, node)) {
        return true;
    }
    struct file_id file = query_world_file_of(world, node);
    bool is_source =
        file.n == ID_NONE || graph_producer(world->graph, file).n == ID_NONE;
    if (is_source &&
        exec_discovered_find(world->discovered,
                             query_world_path(world, node).bytes, &item)) {
        vec_push(items, &item);
    }
    *any_made = *any_made || !is_source;
    return items->count <= FEW_SOURCES;
}

/* One pass over all rows tells who discovered any of the items. */
static void
search_finders(struct query_world *world, const struct vec *items)
{
    struct vec found = vec_of(sizeof(struct exec_discovery));
    exec_discovered_users(world->discovered, items->items, items->count,
                          &found);
    for (uint32_t i = 0; i < found.count; i++) {
        const struct exec_discovery *one = vec_at(&found, i);
        struct finder finder = {node_of_item(world, one->item),
                                query_world_action(world, one->action)};
        vec_push(&world->near_finders, &finder);
    }
    world_sort_finders(&world->near_finders);
    vec_finish(&found);
}

/* Every node, and what it makes if it is an action. *any_made is set if something
 * makes one of them. */
static bool
prepare_all(struct query_world *world, const uint32_t *nodes, uint32_t count,
            struct vec *items, bool *any_made)
{
    struct vec outputs = vec_of(sizeof(uint32_t));
    bool few = true;
    for (uint32_t i = 0; few && i < count; i++) {
        struct action_id action = query_world_action_of(world, nodes[i]);
        few = prepare_node(world, nodes[i], items, any_made);
        outputs.count = 0;
        if (action.n != ID_NONE) {
            query_world_outputs(world, action, &outputs);
        }
        for (uint32_t k = 0; few && k < outputs.count; k++) {
            few = prepare_node(world, *(uint32_t *)vec_at(&outputs, k), items,
                               any_made);
        }
    }
    vec_finish(&outputs);
    return few;
}

void
query_world_prepare_users(struct query_world *world, const uint32_t *nodes,
                          uint32_t count)
{
    struct vec items = vec_of(sizeof(uint32_t));
    if (!is_there(world) || world->finders != NULL) {
        return;
    }
    query_set_finish(&world->prepared);
    world->near_finders.count = 0;
    bool any_made = false;
    if (prepare_all(world, nodes, count, &items, &any_made)) {
        if (any_made) {
            load_made(world);
        }
        for (uint32_t i = 0; any_made && i < world->made.count; i++) {
            const struct finder *made = vec_at(&world->made, i);
            if (query_set_has(&world->prepared, made->file)) {
                vec_push(&items, &made->action);
            }
        }
        if (items.count > 0) {
            search_finders(world, &items);
        }
    } else {
        turn_round(world);
    }
    vec_finish(&items);
}

void
world_add_finders(struct query_world *world, uint32_t file, struct vec *out)
{
    if (!is_there(world)) {
        return;
    }
    if (world->finders == NULL && query_set_has(&world->prepared, file)) {
        world_add_sorted(&world->near_finders, file, out);
        return;
    }
    if (world->finders == NULL) {
        turn_round(world);
    }
    if (file < world->finder_count) {
        uint32_t start = world->finders[file];
        vec_push_all(out, world->found_by + start,
                     world->finders[file + 1] - start);
    }
}

const struct query_set *
query_world_discovered(struct query_world *world)
{
    if (is_there(world) && world->finders == NULL) {
        turn_round(world);
    }
    return &world->discovered_files;
}
