/* SPDX-License-Identifier: MIT */
/* Fields that graph and disk have; those of the history are in values_past.c. */
#include "runtime/query/values.h"

#include "runtime/describe.h"
#include "runtime/query/rank.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct query_cell nothing = {.is_null = true};

static struct query_cell
text_cell(struct slice text)
{
    return (struct query_cell){.text = text};
}

static struct query_cell
number_cell(int64_t number)
{
    return (struct query_cell){.number = number};
}

/* Takes the bytes of a buffer over into the arena. */
static struct query_cell
buffer_cell(struct buffer *text, struct arena *arena)
{
    struct slice copy = {arena_copy(arena, buffer_str(text), text->len),
                         text->len};
    buffer_finish(text);
    return text_cell(copy);
}

/* --- Lists ------------------------------------------------------------------------- */

/* A list of texts under construction: a vec of struct slice. */
static struct query_cell
list_cell(struct vec *texts, struct arena *arena)
{
    struct query_cell cell = {.list = {NULL, texts->count}};
    if (texts->count > 0) {
        struct slice *items = arena_alloc(arena, texts->count * sizeof(*items));
        memcpy(items, texts->items, texts->count * sizeof(*items));
        cell.list.items = items;
    }
    vec_finish(texts);
    return cell;
}

/* The paths of nodes, each once, in the order of the nodes. */
static struct query_cell
paths_cell(struct query_world *world, struct vec *nodes, struct arena *arena)
{
    struct vec texts = vec_of(sizeof(struct slice));
    query_world_clear_marks(world);
    for (uint32_t i = 0; i < nodes->count; i++) {
        uint32_t node = *(uint32_t *)vec_at(nodes, i);
        if (query_world_mark(world, node)) {
            struct slice path = query_world_shown(world, node);
            vec_push(&texts, &path);
        }
    }
    vec_finish(nodes);
    return list_cell(&texts, arena);
}

/* Declared ones in the order in which they are written, then discovered ones by
 * their paths, for their own order is that of chance. */
static struct query_cell
needs_cell(struct query_world *world, uint32_t node, unsigned edges,
           struct arena *arena)
{
    struct vec nodes = vec_of(sizeof(uint32_t));
    query_world_needs(world, node, edges & ~(unsigned)QUERY_EDGE_DISCOVERED,
                      &nodes);
    uint32_t declared = nodes.count;
    query_world_needs(world, node, edges & QUERY_EDGE_DISCOVERED, &nodes);
    if (nodes.count > declared) {
        query_rank_sort(world, (uint32_t *)nodes.items + declared,
                        nodes.count - declared, QUERY_ORDER_LEX);
    }
    return paths_cell(world, &nodes, arena);
}

enum {
    DECLARED = QUERY_EDGE_EXPLICIT | QUERY_EDGE_IMPLICIT | QUERY_EDGE_ORDER |
               QUERY_EDGE_DYN
};

/* --- Actions ------------------------------------------------------------------------- */

/* What one look at an action needs. */
struct action_view {
    struct query_world *world;
    const struct graph *g;
    const struct action *a;
    struct action_id id;
    uint32_t node;
    struct arena *arena;
};

static struct query_cell
argv_cell(const struct action_view *v)
{
    struct vec texts = vec_of(sizeof(struct slice));
    for (uint32_t i = 0; i < v->a->steps.count; i++) {
        const struct step *step = graph_step(v->g, v->a, i);
        for (uint32_t k = 0; step->kind == STEP_COMMAND && k < step->argv.count;
             k++) {
            struct slice word = graph_str(v->g, graph_arg(v->g, step, k));
            vec_push(&texts, &word);
        }
    }
    return list_cell(&texts, v->arena);
}

/* Of its first command that says so; else the root. */
static struct query_cell
cwd_cell(const struct action_view *v)
{
    for (uint32_t i = 0; i < v->a->steps.count; i++) {
        const struct step *step = graph_step(v->g, v->a, i);
        if (step->kind == STEP_COMMAND && graph_str(v->g, step->dir).len > 0) {
            return text_cell(graph_str(v->g, step->dir));
        }
    }
    return text_cell(slice_of("."));
}

static struct query_cell
env_cell(const struct action_view *v)
{
    struct vec texts = vec_of(sizeof(struct slice));
    for (uint32_t i = 0; i < v->a->env.count; i++) {
        struct slice name = graph_str(v->g, graph_env_name(v->g, v->a, i));
        vec_push(&texts, &name);
    }
    return list_cell(&texts, v->arena);
}

static struct query_cell
outputs_cell(const struct action_view *v)
{
    struct vec nodes = vec_of(sizeof(uint32_t));
    query_world_outputs(v->world, v->id, &nodes);
    return paths_cell(v->world, &nodes, v->arena);
}

static struct query_cell
command_cell(const struct action_view *v)
{
    struct buffer text = {0};
    if (!describe_shell(&text, v->g, v->id)) {
        buffer_finish(&text);
        return nothing;
    }
    return buffer_cell(&text, v->arena);
}

static struct query_cell
desc_cell(const struct action_view *v)
{
    struct buffer text = {0};
    describe_action(&text, v->g, v->id, false);
    return buffer_cell(&text, v->arena);
}

static struct query_cell
pool_cell(const struct action_view *v)
{
    if (v->a->pool.n == 0) {
        return nothing;
    }
    if (v->a->pool.n == 1) {
        return text_cell(slice_of("console"));
    }
    return text_cell(graph_str(v->g, graph_pool(v->g, v->a->pool)->name));
}

static struct query_cell
id_cell(const struct action_view *v)
{
    char id[QUERY_ID_SIZE];
    query_world_id(v->world, v->node, id);
    struct slice copy = {arena_copy(v->arena, id, QUERY_ID_SIZE - 1),
                         QUERY_ID_SIZE - 1};
    return text_cell(copy);
}

static struct query_cell
place_cell(const struct action_view *v, bool is_line)
{
    if (v->a->place.line == 0) {
        return nothing;
    }
    return is_line ? number_cell(v->a->place.line)
                   : text_cell(graph_str(v->g, v->a->place.file));
}

static struct query_cell
needs_of_action(const struct action_view *v, enum query_field_id field)
{
    unsigned edges = field == FIELD_DISCOVERED ? QUERY_EDGE_DISCOVERED
                     : field == FIELD_READS    ? QUERY_EDGE_DEFAULT
                                               : DECLARED;
    return needs_cell(v->world, v->node, edges, v->arena);
}

static struct query_cell
action_cell(const struct action_view *v, enum query_field_id field)
{
    switch ((int)field) {
    case FIELD_ARGV:
        return argv_cell(v);
    case FIELD_COMMAND:
        return command_cell(v);
    case FIELD_CWD:
        return cwd_cell(v);
    case FIELD_DEPFILE:
        return v->a->depfile.n == ID_NONE
                   ? nothing
                   : text_cell(slice_of(graph_path(v->g, v->a->depfile)));
    case FIELD_DESC:
        return desc_cell(v);
    case FIELD_DISCOVERED:
    case FIELD_INPUTS:
    case FIELD_READS:
        return needs_of_action(v, field);
    case FIELD_ENV:
        return env_cell(v);
    case FIELD_FILE:
    case FIELD_LINE:
        return place_cell(v, field == FIELD_LINE);
    case FIELD_ID:
        return id_cell(v);
    case FIELD_N_INPUTS:
        return number_cell(needs_of_action(v, FIELD_INPUTS).list.count);
    case FIELD_N_OUTPUTS:
        return number_cell(v->a->outputs.count);
    case FIELD_OUTPUTS:
        return outputs_cell(v);
    case FIELD_POOL:
        return pool_cell(v);
    case FIELD_RULE:
        return text_cell(graph_str(v->g, v->a->rule));
    default:
        return query_value_of_past(v->world, v->node, field, v->arena);
    }
}

/* --- Targets ---------------------------------------------------------------------------- */

static struct query_cell
groups_cell(struct query_world *world, uint32_t node, struct arena *arena)
{
    const struct graph *g = query_world_graph(world);
    struct file_id file = query_world_file_of(world, node);
    struct action_id action = query_world_action_of(world, node);
    struct group_id group = query_world_group_of(world, node);
    struct vec nodes = vec_of(sizeof(uint32_t));
    struct node at = file.n != ID_NONE ? (struct node){NODE_FILE, file.n}
                     : action.n != ID_NONE
                         ? (struct node){NODE_ACTION, action.n}
                         : (struct node){NODE_GROUP, group.n};
    uint32_t count = at.n == ID_NONE ? 0 : graph_holder_count(g, at);
    for (uint32_t i = 0; i < count; i++) {
        struct node holder = {NODE_GROUP, graph_holder(g, at, i).n};
        uint32_t number = query_world_node(world, holder);
        vec_push(&nodes, &number);
    }
    return paths_cell(world, &nodes, arena);
}

/* How many actions read it. */
static int64_t
count_uses(struct query_world *world, uint32_t node)
{
    struct vec users = vec_of(sizeof(uint32_t));
    int64_t count = 0;
    query_world_users(world, node, QUERY_EDGE_DEFAULT, &users);
    query_world_clear_marks(world);
    for (uint32_t i = 0; i < users.count; i++) {
        uint32_t user = *(uint32_t *)vec_at(&users, i);
        count += query_world_type(world, user) == QUERY_NODE_ACTION &&
                 query_world_mark(world, user);
    }
    vec_finish(&users);
    return count;
}

static struct action_id
maker_of(const struct query_world *world, uint32_t node)
{
    struct file_id file = query_world_file_of(world, node);
    return file.n == ID_NONE ? query_world_action_of(world, node)
                             : graph_producer(query_world_graph(world), file);
}

static struct query_cell
target_cell(struct query_world *world, uint32_t node, enum query_field_id field,
            struct arena *arena)
{
    bool is_file = query_world_is_file(world, node);
    const struct query_fact *fact =
        is_file && (field == FIELD_SIZE || field == FIELD_MTIME)
            ? query_world_fact(world, node)
            : NULL;
    switch ((int)field) {
    case FIELD_KIND:
        return text_cell(
            slice_of(query_kind_name(query_world_kind(world, node))));
    case FIELD_GROUP:
        return groups_cell(world, node, arena);
    case FIELD_USES:
        return number_cell(count_uses(world, node));
    case FIELD_SIZE:
        return fact != NULL && fact->exists ? number_cell(fact->size) : nothing;
    case FIELD_MTIME:
        return fact != NULL && fact->exists ? number_cell(fact->mtime_us)
                                            : nothing;
    default:
        break;
    }
    assert(field == FIELD_PRODUCER);
    struct action_id maker = maker_of(world, node);
    return maker.n == ID_NONE
               ? nothing
               : text_cell(
                     query_world_path(world, query_world_action(world, maker)));
}

/* --- All -------------------------------------------------------------------------------- */

/* The name that was given: of a group, or of an action. */
static struct query_cell
name_cell(struct query_world *world, uint32_t node)
{
    const struct graph *g = query_world_graph(world);
    if (query_world_type(world, node) == QUERY_NODE_GROUP) {
        return text_cell(query_world_path(world, node));
    }
    struct action_id maker = maker_of(world, node);
    struct slice name = {"", 0};
    if (maker.n != ID_NONE) {
        name = graph_str(g, graph_action(g, maker)->name);
    }
    return name.len > 0 ? text_cell(name) : nothing;
}

/* Text of the graph, which stays as it is as long as the world. */
static struct query_cell
owner_cell(const struct query_world *world, uint32_t node)
{
    struct slice owner = query_world_owner(world, node);
    return owner.len > 0 ? text_cell(owner) : nothing;
}

struct query_cell
query_value_of(struct query_world *world, uint32_t node,
               enum query_field_id field, struct arena *arena)
{
    const struct graph *g = query_world_graph(world);
    switch ((int)field) {
    case FIELD_PATH:
        return text_cell(query_world_shown(world, node));
    case FIELD_NAME:
        return name_cell(world, node);
    case FIELD_TARGET:
        return owner_cell(world, node);
    case FIELD_HASH:
        return query_value_of_past(world, node, field, arena);
    case FIELD_KIND:
    case FIELD_GROUP:
    case FIELD_USES:
    case FIELD_SIZE:
    case FIELD_MTIME:
    case FIELD_PRODUCER:
        return target_cell(world, node, field, arena);
    default:
        break;
    }
    if (query_world_type(world, node) == QUERY_NODE_ACTION &&
        !query_world_in_graph(world, node)) {
        return query_value_of_past(world, node, field, arena);
    }
    struct action_id maker = maker_of(world, node);
    if (maker.n == ID_NONE) {
        return nothing;
    }
    const struct action_view view = {world,
                                     g,
                                     graph_action(g, maker),
                                     maker,
                                     query_world_action(world, maker),
                                     arena};
    return action_cell(&view, field);
}

/* --- Comparing -------------------------------------------------------------------------- */

static int
compare_texts(struct slice a, struct slice b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = memcmp(a.bytes, b.bytes, len);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int
compare_lists(const struct query_list *a, const struct query_list *b)
{
    for (uint32_t i = 0; i < a->count && i < b->count; i++) {
        int order = compare_texts(a->items[i], b->items[i]);
        if (order != 0) {
            return order;
        }
    }
    return (a->count > b->count) - (a->count < b->count);
}

int
query_cell_compare(enum query_field_type type, const struct query_cell *a,
                   const struct query_cell *b)
{
    if (a->is_null || b->is_null) {
        return a->is_null - b->is_null;
    }
    switch (type) {
    case FIELD_TEXT:
        return compare_texts(a->text, b->text);
    case FIELD_LIST:
        return compare_lists(&a->list, &b->list);
    case FIELD_BOOL:
        return a->is_true - b->is_true;
    case FIELD_COUNT:
    case FIELD_BYTES:
    case FIELD_TIME:
    case FIELD_INSTANT:
        break;
    }
    return (a->number > b->number) - (a->number < b->number);
}
