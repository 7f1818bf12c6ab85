/* SPDX-License-Identifier: MIT */
/*
 * Texts stay in the files; only what was expanded is copied, and of that only
 * what is not the same as its text.
 */
#include "runtime/ninja/statements.h"

#include <assert.h>
#include <string.h>

/* --- Keeping ------------------------------------------------------------------ */

/* A copy that lives as long as the statements; the text itself will do where
 * expanding it changed nothing. */
static struct slice
keep(struct statements *s, struct slice value, const struct ninja_text *text)
{
    if (text != NULL && text->len == value.len &&
        memcmp(text->bytes, value.bytes, value.len) == 0) {
        return (struct slice){text->bytes, text->len};
    }
    return (struct slice){arena_copy(&s->arena, value.bytes, value.len),
                          value.len};
}

/* Of all lists. */
static uint32_t
path_count(const struct ninja_edge *edge)
{
    uint32_t count = 0;
    for (int list = 0; list < NINJA_LIST_COUNT; list++) {
        count += edge->counts[list];
    }
    return count;
}

/* All paths of an edge, side by side as the parser had them. */
static void
keep_paths(struct statements *s, struct ninja_edge *edge)
{
    uint32_t count = path_count(edge);
    struct ninja_path *paths = arena_alloc(&s->arena, count * sizeof(*paths));
    memcpy(paths, edge->paths, count * sizeof(*paths));
    for (uint32_t i = 0; i < count; i++) {
        paths[i].path = keep(s, paths[i].path, &paths[i].text);
    }
    edge->paths = paths;
}

/* Names stay in the file; values are kept as paths are. */
static void
keep_bindings(struct statements *s, struct ninja_edge *edge)
{
    uint32_t count = edge->binding_count;
    struct ninja_binding *bindings =
        arena_alloc(&s->arena, count * sizeof(*bindings));
    if (count > 0) {
        memcpy(bindings, edge->bindings, count * sizeof(*bindings));
    }
    for (uint32_t i = 0; i < count; i++) {
        bindings[i].value = keep(s, bindings[i].value, &bindings[i].text);
    }
    edge->bindings = bindings;
}

/* The key of an output of a phony edge in the table. */
static struct slice
phony_path(const void *owner, uint32_t index)
{
    const struct statements *s = owner;
    return ((struct phony_output *)vec_at(&s->phony_outputs, index))->path;
}

/* All outputs of a phony edge can be looked up; the first edge of a path wins,
 * and the graph says later that there are two. */
static void
index_phony(struct statements *s, const struct ninja_edge *edge, uint32_t place)
{
    uint32_t count =
        edge->counts[NINJA_OUTPUTS] + edge->counts[NINJA_IMPLICIT_OUTPUTS];
    for (uint32_t i = 0; i < count; i++) {
        struct phony_output output = {edge->paths[i].path, place, i};
        uint32_t fresh = s->phony_outputs.count;
        if (table_find_or_add(&s->phonies, phony_path, s, output.path, fresh) ==
            fresh) {
            vec_push(&s->phony_outputs, &output);
        }
    }
}

/* The sink of edges: everything is kept, nothing is looked at yet. */
static bool
take_edge(void *ctx, const struct ninja_edge *edge, struct error *err)
{
    struct statements *s = ctx;
    (void)err;
    struct kept_edge *kept = vec_add(&s->edges);
    kept->edge = *edge;
    keep_paths(s, &kept->edge);
    keep_bindings(s, &kept->edge);
    if (edge->rule->is_phony) {
        kept->role = PHONY_GROUP;
        index_phony(s, &kept->edge, s->edges.count - 1);
    }
    return true;
}

static bool
take_pool(void *ctx, struct slice name, uint32_t depth, struct error *err)
{
    struct statements *s = ctx;
    (void)err;
    struct kept_pool pool = {name, depth};
    vec_push(&s->pools, &pool);
    return true;
}

static bool
take_default(void *ctx, const struct ninja_path *path, struct ninja_place place,
             struct error *err)
{
    struct statements *s = ctx;
    (void)err;
    struct kept_default kept = {keep(s, path->path, &path->text), place.file,
                                place.line};
    vec_push(&s->defaults, &kept);
    return true;
}

/* --- What phony edges are ------------------------------------------------------- */

const struct kept_edge *
statements_phony(const struct statements *s, struct slice path,
                 uint32_t *number)
{
    uint32_t index = table_find(&s->phonies, phony_path, s, path);
    if (index == TABLE_NONE) {
        return NULL;
    }
    const struct phony_output *output = vec_at(&s->phony_outputs, index);
    *number = output->number;
    return vec_at(&s->edges, output->edge);
}

/* The phony edges among the files that an edge depends on stand for files, and
 * so do, in turn, those among theirs: `todo` is the stack of edges to go on
 * with. */
static void
mark_inputs(struct statements *s, const struct ninja_edge *edge,
            struct vec *todo)
{
    const struct ninja_path *paths = ninja_edge_list(edge, NINJA_INPUTS);
    uint32_t count = edge->counts[NINJA_INPUTS] + edge->counts[NINJA_IMPLICIT];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t index = table_find(&s->phonies, phony_path, s, paths[i].path);
        if (index == TABLE_NONE) {
            continue;
        }
        const struct phony_output *output = vec_at(&s->phony_outputs, index);
        struct kept_edge *used = vec_at(&s->edges, output->edge);
        if (used->role == PHONY_GROUP) {
            used->role = PHONY_ACTION;
            vec_push(todo, &output->edge);
        }
    }
}

/* A group cannot have validations, so a phony edge with some is an action. */
static void
settle_roles(struct statements *s)
{
    struct vec todo = vec_of(sizeof(uint32_t));
    for (uint32_t i = 0; s->phonies.count > 0 && i < s->edges.count; i++) {
        struct kept_edge *kept = vec_at(&s->edges, i);
        if (kept->role == PHONY_GROUP &&
            kept->edge.counts[NINJA_VALIDATIONS] > 0) {
            kept->role = PHONY_ACTION;
        }
        if (kept->role != PHONY_GROUP) {
            mark_inputs(s, &kept->edge, &todo);
        }
    }
    while (todo.count > 0) {
        uint32_t place = *(uint32_t *)vec_pop(&todo);
        const struct kept_edge *kept = vec_at(&s->edges, place);
        mark_inputs(s, &kept->edge, &todo);
    }
    vec_finish(&todo);
    for (uint32_t i = 0; i < s->edges.count; i++) {
        struct kept_edge *kept = vec_at(&s->edges, i);
        if (kept->role == PHONY_GROUP) {
            kept->group = s->group_count;
            s->group_count += kept->edge.counts[NINJA_OUTPUTS] +
                              kept->edge.counts[NINJA_IMPLICIT_OUTPUTS];
        }
    }
}

/* --- Reading ---------------------------------------------------------------------- */

bool
statements_read(struct statements *s, const char *file, ninja_read read,
                struct error *err)
{
    static const struct ninja_sink sink = {
        .pool = take_pool,
        .edge = take_edge,
        .default_ = take_default,
    };
    *s = (struct statements){
        .edges = vec_of(sizeof(struct kept_edge)),
        .pools = vec_of(sizeof(struct kept_pool)),
        .defaults = vec_of(sizeof(struct kept_default)),
        .phony_outputs = vec_of(sizeof(struct phony_output)),
    };
    s->parser = ninja_parser_create(&sink, s, read);
    if (!ninja_parser_run(s->parser, file, err)) {
        return false;
    }
    settle_roles(s);
    return true;
}

void
statements_finish(struct statements *s)
{
    ninja_parser_destroy(s->parser);
    vec_finish(&s->edges);
    vec_finish(&s->pools);
    vec_finish(&s->defaults);
    vec_finish(&s->phony_outputs);
    table_finish(&s->phonies);
    arena_finish(&s->arena);
}
