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
    uint32_t item = EXEC_ITEM_NONE;
    if (is_there(world)) {
        exec_discovered_find(world->discovered, &path, 1, &item);
    }
    if (item == EXEC_ITEM_NONE) {
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

/* --- Upwards, of a level ---------------------------------------------------------------- */

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

/* What is to be looked for: the paths of sources, and whether there is anything that
 * an action makes. */
struct search {
    struct vec paths; /* of const char * */
    struct vec items; /* of uint32_t */
    bool any_made;
};

static void
prepare_node(struct query_world *world, uint32_t node, struct search *search)
{
    if (query_world_type(world, node) != QUERY_NODE_FILE ||
        !query_set_add(&world->prepared, node)) {
        return;
    }
    struct file_id file = query_world_file_of(world, node);
    if (file.n == ID_NONE || graph_producer(world->graph, file).n == ID_NONE) {
        const char *path = query_world_path(world, node).bytes;
        vec_push(&search->paths, &path);
    } else {
        search->any_made = true;
    }
}

/* Every node, and what it makes if it is an action. */
static void
prepare_all(struct query_world *world, const uint32_t *nodes, uint32_t count,
            struct search *search)
{
    struct vec outputs = vec_of(sizeof(uint32_t));
    for (uint32_t i = 0; i < count; i++) {
        struct action_id action = query_world_action_of(world, nodes[i]);
        prepare_node(world, nodes[i], search);
        outputs.count = 0;
        if (action.n != ID_NONE) {
            query_world_outputs(world, action, &outputs);
        }
        for (uint32_t k = 0; k < outputs.count; k++) {
            prepare_node(world, *(uint32_t *)vec_at(&outputs, k), search);
        }
    }
    vec_finish(&outputs);
}

/* The items of all sources, and those of what is made and was discovered. */
static void
find_items(struct query_world *world, struct search *search)
{
    uint32_t count = search->paths.count;
    uint32_t *found = mem_alloc((size_t)count + 1, sizeof(*found));
    if (count > 0) {
        exec_discovered_find(world->discovered, search->paths.items, count,
                             found);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (found[i] != EXEC_ITEM_NONE) {
            vec_push(&search->items, &found[i]);
        }
    }
    free(found);
    if (search->any_made) {
        load_made(world);
    }
    for (uint32_t i = 0; search->any_made && i < world->made.count; i++) {
        const struct finder *made = vec_at(&world->made, i);
        if (query_set_has(&world->prepared, made->file)) {
            vec_push(&search->items, &made->action);
        }
    }
}

/* Pairs of item and action, by actions, become finders by files and actions: there
 * may be millions, so they are counted and not compared. */
static void
keep_finders(struct query_world *world, const struct vec *items,
             const struct vec *found)
{
    uint32_t *place_of =
        mem_alloc((size_t)exec_discovered_count(world->discovered) + 1,
                  sizeof(*place_of)); /* by item */
    uint32_t *starts = mem_alloc((size_t)items->count + 2, sizeof(*starts));
    struct vec files = vec_of(sizeof(struct finder));
    for (uint32_t i = 0; i < items->count; i++) {
        uint32_t item = *(uint32_t *)vec_at(items, i);
        struct finder file = {node_of_item(world, item), item};
        vec_push(&files, &file);
    }
    world_sort_finders(&files);
    const struct finder *sorted = files.items;
    for (uint32_t i = 0; i < files.count; i++) {
        place_of[sorted[i].action] = i;
    }
    const struct exec_discovery *pairs = found->items;
    for (uint32_t i = 0; i < found->count; i++) {
        starts[place_of[pairs[i].item] + 1]++;
    }
    for (uint32_t i = 1; i <= items->count; i++) {
        starts[i] += starts[i - 1];
    }
    vec_resize(&world->near_finders, found->count);
    struct finder *finders = world->near_finders.items;
    for (uint32_t i = 0; i < found->count; i++) {
        uint32_t place = place_of[pairs[i].item];
        finders[starts[place]++] =
            (struct finder){sorted[place].file,
                            query_world_action(world, pairs[i].action)};
    }
    vec_finish(&files);
    free(starts);
    free(place_of);
}

/* Where many of all items would be searched for, all of them are. */
enum { MANY = 8 };

/* One pass over all rows tells who discovered any of the nodes. */
void
query_world_prepare_users(struct query_world *world, const uint32_t *nodes,
                          uint32_t count)
{
    struct search search = {vec_of(sizeof(const char *)),
                            vec_of(sizeof(uint32_t)), false};
    if (!is_there(world) || world->finders != NULL) {
        return;
    }
    query_set_finish(&world->prepared);
    world->near_finders.count = 0;
    prepare_all(world, nodes, count, &search);
    if (search.paths.count >
        exec_discovered_count(world->discovered) / MANY + MANY) {
        turn_round(world);
    } else {
        find_items(world, &search);
    }
    if (search.items.count > 0) {
        struct vec found = vec_of(sizeof(struct exec_discovery));
        exec_discovered_users(world->discovered, search.items.items,
                              search.items.count, &found);
        keep_finders(world, &search.items, &found);
        vec_finish(&found);
    }
    vec_finish(&search.paths);
    vec_finish(&search.items);
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

/* Files of the graph are known to everybody. */
const struct query_set *
query_world_discovered(struct query_world *world)
{
    if (is_there(world) && !world->has_strangers) {
        struct vec items = vec_of(sizeof(uint32_t));
        exec_discovered_strangers(world->discovered, &items);
        for (uint32_t i = 0; i < items.count; i++) {
            uint32_t item = *(uint32_t *)vec_at(&items, i);
            query_set_add(&world->discovered_files, node_of_item(world, item));
        }
        vec_finish(&items);
        world->has_strangers = true;
    }
    return &world->discovered_files;
}
