/* SPDX-License-Identifier: MIT */
/*
 * A sealed graph, copied to be filled further. Ids stay, so that what is known
 * by them stays known. The lists of an action that grows go to the end of
 * their arrays, where there is room; the edges that it had before lie dead
 * there, without a kind, and sealing passes over them.
 */
#include "exec/base/memory.h"
#include "exec/graph/graph.h"
#include "exec/graph/parts.h"

#include <assert.h>
#include <string.h>

static void
copy_table(struct table *to, const struct table *from)
{
    *to = *from;
    to->slots = mem_alloc(from->cap, sizeof(*to->slots));
    if (from->cap > 0) {
        memcpy(to->slots, from->slots, from->cap * sizeof(*to->slots));
    }
}

struct graph *
graph_reopen(const struct graph *from)
{
    struct graph *g = graph_alloc();

    assert(from->sealed);
    graph_open_all(from);
    for (int i = 0; i < PART_COUNT; i++) {
        g->parts[i] = vec_of(graph_part_sizes[i]);
        if (i < PART_PRODUCERS) { // what sealing makes is made anew
            vec_push_all(&g->parts[i], from->parts[i].items,
                         from->parts[i].count);
        }
    }
    copy_table(&g->tables[TABLE_STRS], &from->tables[TABLE_STRS]);
    return g;
}

/* Moves a span to the end of its array; its items are copied. */
static void
move_span(struct graph *g, enum graph_part part, struct span *span)
{
    struct vec *items = &g->parts[part];
    uint32_t start = items->count;

    vec_resize(items, start + span->count);
    if (span->count > 0) {
        memcpy((char *)items->items + (size_t)start * items->item_size,
               vec_at(items, span->start),
               (size_t)span->count * items->item_size);
    }
    span->start = start;
}

void
graph_grow_action(struct graph *g, struct action_id id)
{
    struct action *a = vec_at(&g->parts[PART_ACTIONS], id.n);
    struct span old = a->inputs;

    assert(!g->sealed && g->open == OPEN_NOTHING);
    move_span(g, PART_EDGES, &a->inputs);
    move_span(g, PART_OUTPUTS, &a->outputs);
    for (uint32_t i = 0; i < old.count; i++) {
        struct edge *dead = vec_at(&g->parts[PART_EDGES], old.start + i);
        dead->kinds = 0;
    }
    a->flags |= ACTION_GROWN;
    g->open = OPEN_GROWING;
    g->growing = id;
}

void
graph_grow_input(struct graph *g, struct node to, uint8_t kinds)
{
    struct action *a = vec_at(&g->parts[PART_ACTIONS], g->growing.n);
    struct edge edge = {.to = to, .kinds = kinds, .user = g->growing.n};

    assert(g->open == OPEN_GROWING && kinds != 0);
    vec_push(&g->parts[PART_EDGES], &edge);
    a->inputs.count++;
}

void
graph_grow_output(struct graph *g, struct file_id file)
{
    struct action *a = vec_at(&g->parts[PART_ACTIONS], g->growing.n);

    assert(g->open == OPEN_GROWING && file.n < graph_file_count(g));
    vec_push(&g->parts[PART_OUTPUTS], &file);
    a->outputs.count++;
}

void
graph_end_growing(struct graph *g)
{
    assert(g->open == OPEN_GROWING);
    g->open = OPEN_NOTHING;
}
