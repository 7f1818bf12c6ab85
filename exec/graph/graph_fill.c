/* SPDX-License-Identifier: MIT */
/*
 * Filling a graph. One action or one group is open at a time, and one step
 * within it, so what is added goes to the end of its array and the spans of an
 * action come out without gaps.
 */
#include "exec/base/memory.h"
#include "exec/graph/graph.h"
#include "exec/graph/parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct graph *
graph_create(void)
{
    struct graph *g = graph_alloc();
    struct pool_id pool;

    for (int i = 0; i < PART_COUNT; i++) {
        g->parts[i] = vec_of(graph_part_sizes[i]);
    }
    struct str_id empty = graph_intern(g, "", 0);
    struct str_id console = graph_intern(g, "console", 7);
    assert(empty.n == 0);
    graph_add_pool(g, empty, 0, &pool);
    graph_add_pool(g, console, 1, &pool);
    assert(pool.n == 1);
    return g;
}

void
graph_destroy(struct graph *g)
{
    if (g == NULL) {
        return;
    }
    if (g->unchecked && g->file != NULL) {
        munmap(g->file, g->file_len);
    } else {
        free(g->file);
    }
    for (int i = 0; i < PART_COUNT; i++) {
        vec_finish(&g->parts[i]);
        shrink_blocks_destroy(g->blocks[i]);
    }
    for (int i = 0; i < TABLE_COUNT; i++) {
        table_finish(&g->tables[i]);
    }
    free(g);
}

/* --- Texts, files, pools -------------------------------------------------- */

/* The bytes may be a part of the pool itself, which moves when it grows. */
static void
append_text(struct graph *g, const char *bytes, size_t len)
{
    struct vec *pool = &g->parts[PART_BYTES];
    uint32_t start = pool->count;
    size_t offset = (uintptr_t)bytes - (uintptr_t)pool->items;
    bool inside = pool->items != NULL && offset < start;

    assert(len < UINT32_MAX - start);
    vec_push(&g->parts[PART_STR_STARTS], &start);
    char *to = vec_add_many(pool, (uint32_t)len + 1);
    const char *from = inside ? (const char *)pool->items + offset : bytes;
    if (len > 0) {
        memcpy(to, from, len);
    }
    to[len] = '\0';
}

static struct str_id
intern(struct graph *g, struct table_wanted text)
{
    uint32_t next = g->parts[PART_STR_STARTS].count;
    size_t len = text.key.len;

    assert(!g->sealed);
    if (len == 0 && next > 0) {
        return (struct str_id){0}; // The first text of every graph.
    }
    assert(len == 0 || memchr(text.key.bytes, '\0', len) == NULL);
    uint32_t id =
        table_find_or_add_hashed(&g->tables[TABLE_STRS],
                                 graph_table_keys[TABLE_STRS], g, text, next);
    if (id == next) {
        append_text(g, text.key.bytes, len);
    }
    return (struct str_id){id};
}

struct str_id
graph_intern(struct graph *g, const char *bytes, size_t len)
{
    struct slice text = {bytes, len};

    return intern(g, (struct table_wanted){text, table_hash(text)});
}

void
graph_intern_all(struct graph *g, const struct slice *texts, uint32_t count,
                 struct str_id *ids)
{
    enum { AHEAD = 16 };
    struct table_wanted wanted[AHEAD];

    for (uint32_t start = 0; start < count; start += AHEAD) {
        uint32_t batch = count - start < AHEAD ? count - start : AHEAD;
        for (uint32_t i = 0; i < batch; i++) {
            wanted[i].key = texts[start + i];
            wanted[i].hash = table_hash(wanted[i].key);
            table_prefetch(&g->tables[TABLE_STRS], wanted[i].hash);
        }
        for (uint32_t i = 0; i < batch; i++) {
            ids[start + i] = intern(g, wanted[i]);
        }
    }
}

/* The number kept for a text, which is 0 if there is none yet. */
static uint32_t *
number_of_str(struct graph *g, enum graph_part part, struct str_id str)
{
    struct vec *numbers = &g->parts[part];

    if (str.n >= numbers->count) {
        vec_resize(numbers, str.n + 1);
    }
    return vec_at(numbers, str.n);
}

struct file_id
graph_add_file(struct graph *g, const char *path, size_t len)
{
    assert(len > 0);
    return graph_add_file_named(g, graph_intern(g, path, len));
}

struct file_id
graph_add_file_named(struct graph *g, struct str_id str)
{
    uint32_t *file_plus_1 = number_of_str(g, PART_FILE_OF_STR, str);

    assert(!g->sealed && str.n != 0);
    if (*file_plus_1 == 0) {
        vec_push(&g->parts[PART_FILES], &str);
        *file_plus_1 = g->parts[PART_FILES].count;
    }
    return (struct file_id){*file_plus_1 - 1};
}

bool
graph_add_pool(struct graph *g, struct str_id name, uint32_t depth,
               struct pool_id *id)
{
    uint32_t *pool_plus_1 = number_of_str(g, PART_POOL_OF_STR, name);

    assert(!g->sealed);
    if (*pool_plus_1 == 0) {
        struct pool pool = {name, depth};
        vec_push(&g->parts[PART_POOLS], &pool);
        *pool_plus_1 = g->parts[PART_POOLS].count;
    }
    *id = (struct pool_id){*pool_plus_1 - 1};
    return graph_pool(g, *id)->depth == depth;
}

void
graph_add_query(struct graph *g, struct named_query query)
{
    assert(!g->sealed);
    vec_push(&g->parts[PART_QUERIES], &query);
}

bool
graph_find_pool(const struct graph *g, struct str_id name, struct pool_id *id)
{
    const struct vec *pools = graph_part(g, PART_POOL_OF_STR);

    if (name.n >= pools->count) {
        return false;
    }
    uint32_t pool_plus_1 = *(const uint32_t *)vec_at(pools, name.n);
    *id = (struct pool_id){pool_plus_1 - 1};
    return pool_plus_1 != 0;
}

/* --- Actions --------------------------------------------------------------- */

/* The last item of an array. */
static void *
last(struct graph *g, enum graph_part part)
{
    return vec_at(&g->parts[part], g->parts[part].count - 1);
}

/* The span of what was added since its start. */
static void
close_span(const struct graph *g, enum graph_part part, struct span *span)
{
    assert(span->start <= g->parts[part].count);
    span->count = g->parts[part].count - span->start;
}

/* An empty span at the end of an array. */
static struct span
open_span(const struct graph *g, enum graph_part part)
{
    return (struct span){g->parts[part].count, 0};
}

struct action_id
graph_begin_action(struct graph *g, struct action **action)
{
    uint32_t id = g->parts[PART_ACTIONS].count;
    struct action *a = vec_add(&g->parts[PART_ACTIONS]);

    assert(!g->sealed && g->open == OPEN_NOTHING);
    g->open = OPEN_ACTION;
    a->inputs = open_span(g, PART_EDGES);
    a->outputs = open_span(g, PART_OUTPUTS);
    a->env = open_span(g, PART_ENV_NAMES);
    a->steps = open_span(g, PART_STEPS);
    a->watches = open_span(g, PART_WATCHES);
    a->depfile = FILE_NONE;
    a->depfile_kinds = EDGE_IFWRITTEN;
    *action = a;
    return (struct action_id){id};
}

void
graph_add_input(struct graph *g, struct node to, uint8_t kinds, bool explicit_)
{
    struct edge edge = {.to = to, .kinds = kinds, .explicit_ = explicit_};

    assert(g->open == OPEN_ACTION && kinds != 0);
    edge.user = g->parts[PART_ACTIONS].count - 1;
    vec_push(&g->parts[PART_EDGES], &edge);
}

void
graph_add_output(struct graph *g, struct file_id file)
{
    assert(g->open == OPEN_ACTION && file.n < graph_file_count(g));
    vec_push(&g->parts[PART_OUTPUTS], &file);
}

void
graph_add_env(struct graph *g, struct str_id name)
{
    assert(g->open == OPEN_ACTION);
    vec_push(&g->parts[PART_ENV_NAMES], &name);
}

void
graph_add_watch(struct graph *g, struct watch watch)
{
    assert(g->open == OPEN_ACTION);
    vec_push(&g->parts[PART_WATCHES], &watch);
}

struct detail *
graph_add_detail(struct graph *g)
{
    struct detail *detail = vec_add(&g->parts[PART_DETAILS]);
    struct action *a = last(g, PART_ACTIONS);

    assert(g->open == OPEN_ACTION && a->detail == 0);
    a->detail = g->parts[PART_DETAILS].count;
    detail->dyndep = FILE_NONE;
    detail->rspfile = FILE_NONE;
    return detail;
}

/* The open action has a step that arguments can go to. */
static bool
has_open_step(const struct graph *g)
{
    if (g->open != OPEN_ACTION) {
        return false;
    }
    uint32_t id = g->parts[PART_ACTIONS].count - 1;
    const struct action *a = graph_action(g, (struct action_id){id});
    return g->parts[PART_STEPS].count > a->steps.start;
}

/* How many arguments two steps begin with together, which both have all of their
 * own. */
static uint32_t
common_args(const struct graph *g, const struct step *a, const struct step *b)
{
    uint32_t most =
        a->argv.count < b->argv.count ? a->argv.count : b->argv.count;
    const struct str_id *args = g->parts[PART_ARGS].items;
    uint32_t count = 0;

    assert(a->head.count == 0 && b->head.count == 0);
    while (count < most &&
           args[a->argv.start + count].n == args[b->argv.start + count].n) {
        count++;
    }
    return count;
}

/* The most that the arguments of the last step begin with like those of an
 * earlier one. What is remembered may have been rewound, and its number may be
 * another step by now. */
static struct span
find_head(const struct graph *g)
{
    const struct step *steps = g->parts[PART_STEPS].items;
    uint32_t own = g->parts[PART_STEPS].count - 1;
    struct span head = {0, 0};

    for (uint32_t i = 0; i < GRAPH_BASES && i < g->base_count; i++) {
        const struct step *base = &steps[g->bases[i]];
        if (g->bases[i] >= own || base->kind != STEP_COMMAND ||
            base->head.count > 0) {
            continue;
        }
        uint32_t count = common_args(g, base, &steps[own]);
        if (count > head.count) {
            head = (struct span){base->argv.start, count};
        }
    }
    return head;
}

/* Commands of one rule begin alike: the last step, which gets no more, leaves
 * out what an earlier one has. One that is like no other is one to be like. */
static void
share_args(struct graph *g)
{
    if (!has_open_step(g)) {
        return;
    }
    struct step *step = last(g, PART_STEPS);
    if (step->kind != STEP_COMMAND) {
        return;
    }
    struct span head = find_head(g);
    if (head.count <= step->argv.count / 2) {
        g->bases[g->base_count++ % GRAPH_BASES] =
            g->parts[PART_STEPS].count - 1;
        return;
    }
    struct vec *args = &g->parts[PART_ARGS];
    struct str_id *own = vec_at(args, step->argv.start);
    memmove(own, own + head.count,
            (step->argv.count - head.count) * sizeof(*own));
    args->count -= head.count;
    step->head = head;
}

struct step *
graph_add_step(struct graph *g, enum step_kind kind)
{
    assert(g->open == OPEN_ACTION);
    share_args(g);
    struct step *step = vec_add(&g->parts[PART_STEPS]);
    step->kind = kind;
    if (kind == STEP_COMMAND) {
        step->argv = open_span(g, PART_ARGS);
        step->env = open_span(g, PART_STEP_ENV);
    } else {
        step->file = FILE_NONE;
        step->text = STR_NONE;
    }
    return step;
}

void
graph_add_args(struct graph *g, const struct str_id *args, uint32_t count)
{
    assert(has_open_step(g));
    struct step *step = last(g, PART_STEPS);
    assert(step->kind == STEP_COMMAND);
    vec_push_all(&g->parts[PART_ARGS], args, count);
    close_span(g, PART_ARGS, &step->argv);
}

void
graph_add_arg(struct graph *g, struct str_id arg)
{
    graph_add_args(g, &arg, 1);
}

void
graph_add_step_env(struct graph *g, struct str_id name, struct str_id value)
{
    assert(has_open_step(g));
    struct step *step = last(g, PART_STEPS);
    assert(step->kind == STEP_COMMAND);
    vec_push(&g->parts[PART_STEP_ENV], &name);
    vec_push(&g->parts[PART_STEP_ENV], &value);
    close_span(g, PART_STEP_ENV, &step->env);
}

void
graph_end_action(struct graph *g)
{
    assert(g->open == OPEN_ACTION);
    share_args(g);
    struct action *a = last(g, PART_ACTIONS);
    close_span(g, PART_EDGES, &a->inputs);
    close_span(g, PART_OUTPUTS, &a->outputs);
    close_span(g, PART_ENV_NAMES, &a->env);
    close_span(g, PART_STEPS, &a->steps);
    close_span(g, PART_WATCHES, &a->watches);
    g->open = OPEN_NOTHING;
}

/* --- Groups ------------------------------------------------------------------- */

struct group_id
graph_begin_group(struct graph *g, struct str_id name, struct place place)
{
    uint32_t id = g->parts[PART_GROUPS].count;
    struct group group = {name, place, open_span(g, PART_MEMBERS)};

    assert(!g->sealed && g->open == OPEN_NOTHING);
    g->open = OPEN_GROUP;
    vec_push(&g->parts[PART_GROUPS], &group);
    return (struct group_id){id};
}

void
graph_add_member(struct graph *g, struct node member)
{
    assert(g->open == OPEN_GROUP);
    vec_push(&g->parts[PART_MEMBERS], &member);
}

void
graph_end_group(struct graph *g)
{
    assert(g->open == OPEN_GROUP);
    struct group *group = last(g, PART_GROUPS);
    close_span(g, PART_MEMBERS, &group->members);
    g->open = OPEN_NOTHING;
}

/* --- What is known only at the end ---------------------------------------------- */

void
graph_resolve_names(struct graph *g,
                    void (*node_of)(void *ctx, struct file_id file,
                                    struct node *node),
                    void *ctx)
{
    uint32_t count = g->parts[PART_EDGES].count;
    struct edge *edges = g->parts[PART_EDGES].items;
    struct vec nodes = vec_of(sizeof(struct node)); // By file, once asked.
    struct vec asked = vec_of(sizeof(bool));

    assert(!g->sealed && g->open == OPEN_NOTHING);
    vec_resize(&nodes, graph_file_count(g));
    vec_resize(&asked, graph_file_count(g));
    for (uint32_t i = 0; i < count; i++) {
        if (edges[i].to.type != NODE_FILE ||
            (edges[i].kinds & (EDGE_ORDER_ONLY | EDGE_VALIDATION)) == 0) {
            continue;
        }
        uint32_t file = edges[i].to.n;
        struct node *node = vec_at(&nodes, file);
        bool *is_known = vec_at(&asked, file);
        if (!*is_known) {
            *is_known = true;
            *node = edges[i].to;
            node_of(ctx, (struct file_id){file}, node);
        }
        edges[i].to = *node;
    }
    vec_finish(&nodes);
    vec_finish(&asked);
}

void
graph_need_action(struct graph *g, struct action_id id)
{
    struct action *actions = g->parts[PART_ACTIONS].items;

    assert(!g->sealed && id.n < g->parts[PART_ACTIONS].count);
    actions[id.n].flags |= ACTION_NEEDED;
}

void
graph_set_fingerprints(struct graph *g,
                       struct hash128 (*of)(void *ctx, uint32_t number),
                       void *ctx)
{
    struct step *steps = g->parts[PART_STEPS].items;
    struct watch *watches = g->parts[PART_WATCHES].items;

    assert(!g->sealed && g->open == OPEN_NOTHING);
    for (uint32_t i = 0; i < g->parts[PART_STEPS].count; i++) {
        if (steps[i].kind == STEP_TRANSFORM) {
            steps[i].function.fingerprint = of(ctx, steps[i].function.number);
        }
    }
    for (uint32_t i = 0; i < g->parts[PART_WATCHES].count; i++) {
        watches[i].predicate.fingerprint = of(ctx, watches[i].predicate.number);
    }
}

/* --- Marks ---------------------------------------------------------------------- */

struct graph_mark
graph_mark(const struct graph *g)
{
    struct graph_mark mark = {{0}};

    assert(!g->sealed && g->open == OPEN_NOTHING);
    static_assert(PART_REWOUND_COUNT <=
                      sizeof(mark.counts) / sizeof(mark.counts[0]),
                  "a mark has room for all counts");
    for (int i = 0; i < PART_REWOUND_COUNT; i++) {
        mark.counts[i] = g->parts[i].count;
    }
    return mark;
}

void
graph_rewind(struct graph *g, struct graph_mark mark)
{
    const struct pool *pools = g->parts[PART_POOLS].items;

    assert(!g->sealed);
    for (uint32_t i = mark.counts[PART_POOLS]; i < graph_pool_count(g); i++) {
        *number_of_str(g, PART_POOL_OF_STR, pools[i].name) = 0;
    }
    for (int i = 0; i < PART_REWOUND_COUNT; i++) {
        assert(mark.counts[i] <= g->parts[i].count);
        g->parts[i].count = mark.counts[i];
    }
    g->open = OPEN_NOTHING;
}
