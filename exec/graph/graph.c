/* SPDX-License-Identifier: MIT */
/*
 * Reading a graph: every accessor checks its index, so that a wrong id is
 * found where it is used.
 */
#include "exec/graph/graph.h"

#include "exec/base/memory.h"
#include "exec/graph/parts.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

const uint32_t graph_part_sizes[PART_COUNT] = {
    [PART_ACTIONS] = sizeof(struct action),
    [PART_EDGES] = sizeof(struct edge),
    [PART_OUTPUTS] = sizeof(struct file_id),
    [PART_ENV_NAMES] = sizeof(struct str_id),
    [PART_STEPS] = sizeof(struct step),
    [PART_ARGS] = sizeof(struct str_id),
    [PART_STEP_ENV] = sizeof(struct str_id),
    [PART_WATCHES] = sizeof(struct watch),
    [PART_DETAILS] = sizeof(struct detail),
    [PART_GROUPS] = sizeof(struct group),
    [PART_MEMBERS] = sizeof(struct node),
    [PART_POOLS] = sizeof(struct pool),
    [PART_QUERIES] = sizeof(struct named_query),
    [PART_BYTES] = 1,
    [PART_STR_STARTS] = sizeof(uint32_t),
    [PART_FILES] = sizeof(struct str_id),
    [PART_FILE_OF_STR] = sizeof(uint32_t),
    [PART_POOL_OF_STR] = sizeof(uint32_t),
    [PART_PRODUCERS] = sizeof(struct action_id),
    [PART_USER_STARTS] = sizeof(uint32_t),
    [PART_USERS] = sizeof(uint32_t),
    [PART_HOLDER_STARTS] = sizeof(uint32_t),
    [PART_HOLDERS] = sizeof(struct group_id),
};

struct graph *
graph_alloc(void)
{
    static _Atomic uint64_t last;
    struct graph *g = mem_alloc(1, sizeof(*g));

    g->serial = atomic_fetch_add(&last, 1) + 1;
    return g;
}

uint64_t
graph_serial(const struct graph *g)
{
    assert(g->serial != 0);
    return g->serial;
}

/* --- Keys of the tables ------------------------------------------------- */

static struct slice
key_of_str(const void *owner, uint32_t value)
{
    return graph_str(owner, (struct str_id){value});
}

static struct slice
key_of_action(const void *owner, uint32_t value)
{
    const struct graph *g = owner;

    return graph_str(g, graph_action(g, (struct action_id){value})->key);
}

static struct slice
name_of_action(const void *owner, uint32_t value)
{
    const struct graph *g = owner;

    return graph_str(g, graph_action(g, (struct action_id){value})->name);
}

static struct slice
name_of_group(const void *owner, uint32_t value)
{
    const struct graph *g = owner;

    return graph_str(g, graph_group(g, (struct group_id){value})->name);
}

const table_key graph_table_keys[TABLE_COUNT] = {
    [TABLE_STRS] = key_of_str,
    [TABLE_KEYS] = key_of_action,
    [TABLE_NAMES] = name_of_action,
    [TABLE_GROUPS] = name_of_group,
};

/* So often a text is looked for among all before their table is worth it. */
#define SEARCHES 8

/* The bytes from one place to another, which is behind it. */
static const char *
bytes_at(const struct graph *g, uint32_t start, uint32_t end)
{
    if (g->closed[PART_BYTES]) {
        graph_open_items(g, PART_BYTES, start, end - start);
    }
    return vec_at(&g->parts[PART_BYTES], start);
}

/* The number of a text. Those of other lengths are passed over unread. */
static uint32_t
search_str(const struct graph *g, struct slice wanted)
{
    const struct vec *starts = graph_part(g, PART_STR_STARTS);
    const uint32_t *start = starts->items;

    for (uint32_t i = 0; i + 1 < starts->count; i++) {
        if (start[i + 1] - start[i] - 1 == wanted.len &&
            memcmp(bytes_at(g, start[i], start[i + 1]), wanted.bytes,
                   wanted.len) == 0) {
            return i;
        }
    }
    uint32_t last = starts->count - 1;
    return slice_equal(graph_str(g, (struct str_id){last}), wanted)
               ? last
               : TABLE_NONE;
}

static uint32_t
find(const struct graph *g, enum graph_table table, const char *bytes,
     size_t len)
{
    struct slice wanted = {bytes, len};

    if (g->closed_counts[table] > 0) {
        if (table == TABLE_STRS && g->searches < SEARCHES) {
            g->self->searches++;
            return search_str(g, wanted);
        }
        graph_open_table(g, table);
    }
    return table_find(&g->tables[table], graph_table_keys[table], g, wanted);
}

/* --- Nodes ---------------------------------------------------------------- */

uint32_t
graph_node_count(const struct graph *g)
{
    return graph_file_count(g) + graph_action_count(g) + graph_group_count(g);
}

uint32_t
graph_node_index(const struct graph *g, struct node node)
{
    uint32_t index = node.n;

    switch (node.type) {
    case NODE_FILE:
        assert(node.n < graph_file_count(g));
        break;
    case NODE_ACTION:
        assert(node.n < graph_action_count(g));
        index += graph_file_count(g);
        break;
    case NODE_GROUP:
        assert(node.n < graph_group_count(g));
        index += graph_file_count(g) + graph_action_count(g);
        break;
    }
    return index;
}

struct node
graph_node_at(const struct graph *g, uint32_t index)
{
    uint32_t files = graph_file_count(g);
    uint32_t actions = graph_action_count(g);

    if (index < files) {
        return (struct node){NODE_FILE, index};
    }
    if (index - files < actions) {
        return (struct node){NODE_ACTION, index - files};
    }
    assert(index - files - actions < graph_group_count(g));
    return (struct node){NODE_GROUP, index - files - actions};
}

/* --- Texts and records ----------------------------------------------------- */

struct slice
graph_str(const struct graph *g, struct str_id id)
{
    const uint32_t *start = graph_item(g, PART_STR_STARTS, id.n);
    bool is_last = id.n + 1 == g->parts[PART_STR_STARTS].count;
    uint32_t end =
        is_last ? g->parts[PART_BYTES].count
                : *(const uint32_t *)graph_item(g, PART_STR_STARTS, id.n + 1);

    return (struct slice){bytes_at(g, *start, end), end - *start - 1};
}

const char *
graph_cstr(const struct graph *g, struct str_id id)
{
    return graph_str(g, id).bytes;
}

uint32_t
graph_file_count(const struct graph *g)
{
    return g->parts[PART_FILES].count;
}

uint32_t
graph_action_count(const struct graph *g)
{
    return g->parts[PART_ACTIONS].count;
}

uint32_t
graph_group_count(const struct graph *g)
{
    return g->parts[PART_GROUPS].count;
}

uint32_t
graph_pool_count(const struct graph *g)
{
    return g->parts[PART_POOLS].count;
}

uint32_t
graph_query_count(const struct graph *g)
{
    return g->parts[PART_QUERIES].count;
}

const struct named_query *
graph_query(const struct graph *g, uint32_t index)
{
    return graph_item(g, PART_QUERIES, index);
}

const char *
graph_path(const struct graph *g, struct file_id file)
{
    const struct str_id *path = graph_item(g, PART_FILES, file.n);

    return graph_cstr(g, *path);
}

const struct action *
graph_action(const struct graph *g, struct action_id id)
{
    return graph_item(g, PART_ACTIONS, id.n);
}

const struct group *
graph_group(const struct graph *g, struct group_id id)
{
    return graph_item(g, PART_GROUPS, id.n);
}

const struct pool *
graph_pool(const struct graph *g, struct pool_id id)
{
    return graph_item(g, PART_POOLS, id.n);
}

/* The item of a span. */
static const void *
span_at(const struct graph *g, enum graph_part part, struct span span,
        uint32_t index)
{
    assert(index < span.count);
    return graph_item(g, part, span.start + index);
}

const struct edge *
graph_input(const struct graph *g, const struct action *a, uint32_t index)
{
    return span_at(g, PART_EDGES, a->inputs, index);
}

struct file_id
graph_output(const struct graph *g, const struct action *a, uint32_t index)
{
    return *(const struct file_id *)span_at(g, PART_OUTPUTS, a->outputs, index);
}

struct str_id
graph_env_name(const struct graph *g, const struct action *a, uint32_t index)
{
    return *(const struct str_id *)span_at(g, PART_ENV_NAMES, a->env, index);
}

const struct step *
graph_step(const struct graph *g, const struct action *a, uint32_t index)
{
    return span_at(g, PART_STEPS, a->steps, index);
}

const struct watch *
graph_watch(const struct graph *g, const struct action *a, uint32_t index)
{
    return span_at(g, PART_WATCHES, a->watches, index);
}

const struct detail *
graph_detail(const struct graph *g, const struct action *a)
{
    static const struct detail none = {.dyndep = {ID_NONE},
                                       .rspfile = {ID_NONE}};

    return a->detail == 0 ? &none : graph_item(g, PART_DETAILS, a->detail - 1);
}

struct str_id
graph_arg(const struct graph *g, const struct step *step, uint32_t index)
{
    struct span tail = {step->argv.start, step->argv.count - step->head.count};

    assert(step->kind == STEP_COMMAND);
    return index < step->head.count
               ? *(const struct str_id *)span_at(g, PART_ARGS, step->head,
                                                 index)
               : *(const struct str_id *)span_at(g, PART_ARGS, tail,
                                                 index - step->head.count);
}

struct str_id
graph_step_env(const struct graph *g, const struct step *step, uint32_t index)
{
    assert(step->kind == STEP_COMMAND);
    return *(const struct str_id *)span_at(g, PART_STEP_ENV, step->env, index);
}

struct node
graph_member(const struct graph *g, const struct group *group, uint32_t index)
{
    return *(const struct node *)span_at(g, PART_MEMBERS, group->members,
                                         index);
}

/* --- What there is ----------------------------------------------------------- */

uint32_t
graph_flags(const struct graph *g)
{
    assert(g->sealed);
    return g->flags;
}

bool
graph_has_dyndep(const struct graph *g)
{
    const struct vec *details = graph_part(g, PART_DETAILS);
    uint32_t i = 0;

    while (i < details->count &&
           ((const struct detail *)vec_at(details, i))->dyndep.n == ID_NONE) {
        i++;
    }
    return i < details->count;
}

/* --- Backwards ---------------------------------------------------------------- */

struct action_id
graph_producer(const struct graph *g, struct file_id file)
{
    assert(g->sealed);
    return *(const struct action_id *)graph_item(g, PART_PRODUCERS, file.n);
}

bool
graph_is_hollow(const struct graph *g, struct file_id file)
{
    struct action_id maker = graph_producer(g, file);
    if (maker.n == ID_NONE) {
        return false;
    }
    const struct action *a = graph_action(g, maker);
    uint32_t count = a->inputs.count;
    // What only validates it is no input of it.
    while (count > 0 &&
           graph_input(g, a, count - 1)->kinds == EDGE_VALIDATION) {
        count--;
    }
    return (a->flags & ACTION_PHONY) != 0 && count == 0;
}

/* What belongs to a node in a list that is cut by an array of starts. */
static struct span
span_of_node(const struct graph *g, enum graph_part starts, struct node node)
{
    assert(g->sealed);
    if (g->parts[starts].count == 0) {
        return (struct span){0, 0};
    }
    uint32_t index = graph_node_index(g, node);
    uint32_t start = *(const uint32_t *)graph_item(g, starts, index);
    uint32_t end = *(const uint32_t *)graph_item(g, starts, index + 1);
    return (struct span){start, end - start};
}

uint32_t
graph_user_count(const struct graph *g, struct node node)
{
    return span_of_node(g, PART_USER_STARTS, node).count;
}

const struct edge *
graph_user(const struct graph *g, struct node node, uint32_t index)
{
    struct span span = span_of_node(g, PART_USER_STARTS, node);
    const uint32_t *edge = span_at(g, PART_USERS, span, index);

    return graph_item(g, PART_EDGES, *edge);
}

uint32_t
graph_holder_count(const struct graph *g, struct node node)
{
    return span_of_node(g, PART_HOLDER_STARTS, node).count;
}

struct group_id
graph_holder(const struct graph *g, struct node node, uint32_t index)
{
    struct span span = span_of_node(g, PART_HOLDER_STARTS, node);

    return *(const struct group_id *)span_at(g, PART_HOLDERS, span, index);
}

/* --- Finding by text ------------------------------------------------------------ */

struct file_id
graph_find_file(const struct graph *g, const char *path, size_t len)
{
    uint32_t str = find(g, TABLE_STRS, path, len);

    if (str >= g->parts[PART_FILE_OF_STR].count) { // TABLE_NONE as well
        return FILE_NONE;
    }
    uint32_t file_plus_1 =
        *(const uint32_t *)graph_item(g, PART_FILE_OF_STR, str);
    return (struct file_id){file_plus_1 - 1}; // 0 - 1 is the id of none
}

struct action_id
graph_find_action_name(const struct graph *g, const char *name, size_t len)
{
    assert(g->sealed && TABLE_NONE == ID_NONE);
    return (struct action_id){find(g, TABLE_NAMES, name, len)};
}

struct action_id
graph_keyed_by_output(const struct graph *g, struct str_id key)
{
    if (key.n >= g->parts[PART_FILE_OF_STR].count) { // ID_NONE as well
        return ACTION_NONE;
    }
    uint32_t file_plus_1 =
        *(const uint32_t *)graph_item(g, PART_FILE_OF_STR, key.n);
    if (file_plus_1 == 0) {
        return ACTION_NONE;
    }
    const struct action_id *maker =
        graph_item(g, PART_PRODUCERS, file_plus_1 - 1);
    bool is_key =
        maker->n != ID_NONE && graph_action(g, *maker)->key.n == key.n;
    return is_key ? *maker : ACTION_NONE;
}

bool
graph_has_names(const struct graph *g)
{
    assert(g->sealed);
    return g->closed_counts[TABLE_NAMES] > 0 ||
           g->tables[TABLE_NAMES].count > 0;
}

/* Most keys are paths of outputs, and the texts have a table already. */
struct action_id
graph_find_key(const struct graph *g, const char *key, size_t len)
{
    assert(g->sealed && TABLE_NONE == ID_NONE);
    struct str_id str = {find(g, TABLE_STRS, key, len)};
    struct action_id action = graph_keyed_by_output(g, str);
    return action.n != ID_NONE
               ? action
               : (struct action_id){find(g, TABLE_KEYS, key, len)};
}

struct group_id
graph_find_group(const struct graph *g, const char *name, size_t len)
{
    assert(g->sealed);
    return (struct group_id){find(g, TABLE_GROUPS, name, len)};
}
