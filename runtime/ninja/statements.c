/* SPDX-License-Identifier: MIT */
/*
 * Texts stay in the files; only what was expanded is copied, and of that only
 * what is not the same as its text.
 */
#include "runtime/ninja/statements.h"

#include <assert.h>
#include <string.h>

/* --- Keeping ------------------------------------------------------------------ */

/* A copy that lives as long as the statements; what is the text itself does. */
static struct slice
keep(struct statements *s, struct slice value, const struct ninja_text *text)
{
    if (value.bytes == text->bytes) {
        return value;
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

/* CMake names an output of a phony edge once as seen from the root and once
 * absolutely: that is one group, or one file. */
static void
drop_same_outputs(const struct statements *s, struct ninja_edge *edge,
                  struct ninja_path *paths)
{
    uint32_t all = path_count(edge);
    uint32_t explicit = edge->counts[NINJA_OUTPUTS];
    uint32_t kept = 0;
    uint32_t count = explicit + edge->counts[NINJA_IMPLICIT_OUTPUTS];
    for (uint32_t i = 0; i < count; i++) {
        struct slice path = ninja_from_root(&s->root, paths[i].path);
        uint32_t k = 0;
        while (k < kept &&
               !slice_equal(path, ninja_from_root(&s->root, paths[k].path))) {
            k++;
        }
        if (k == kept) {
            paths[kept++] = paths[i];
        } else {
            edge->counts[i < explicit ? NINJA_OUTPUTS
                                      : NINJA_IMPLICIT_OUTPUTS]--;
        }
    }
    memmove(paths + kept, paths + count, (all - count) * sizeof(*paths));
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
        paths[i].hash = table_hash(ninja_from_root(&s->root, paths[i].path));
    }
    if (edge->rule->is_phony) {
        drop_same_outputs(s, edge, paths);
    }
    edge->paths = paths;
}

/* Names stay in the file; values are kept as paths are. What the edge before has
 * alike is taken from there: it is read again for each of them, and its bytes are
 * then at hand. */
static void
keep_bindings(struct statements *s, struct ninja_edge *edge,
              const struct kept_edge *last)
{
    assert(last == NULL || last->edge.binding_count == 0 ||
           last->edge.bindings != edge->bindings);
    uint32_t known = last == NULL ? 0 : last->edge.binding_count;
    uint32_t count = edge->binding_count;
    struct ninja_binding *bindings =
        arena_alloc(&s->arena, count * sizeof(*bindings));
    if (count > 0) {
        memcpy(bindings, edge->bindings, count * sizeof(*bindings));
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct ninja_binding *other =
            i < known ? &last->edge.bindings[i] : NULL;
        if (other != NULL && slice_equal(other->name, bindings[i].name)) {
            bindings[i].name = other->name;
        }
        if (other != NULL && slice_equal(other->value, bindings[i].value)) {
            bindings[i].value = other->value;
        } else {
            bindings[i].value = keep(s, bindings[i].value, &bindings[i].text);
        }
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
        struct slice path = ninja_from_root(&s->root, edge->paths[i].path);
        struct phony_output output = {path, place, i};
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
    keep_bindings(s, &kept->edge, s->edges.count > 1 ? kept - 1 : NULL);
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
    struct kept_default kept = {keep(s, path->path, &path->text), place};
    vec_push(&s->defaults, &kept);
    return true;
}

/* Files are told after the line that names them, so that a stack of them is
 * their chain of parents. */
static bool
enter_file(void *ctx, const char *file, bool subninja, struct error *err)
{
    struct statements *s = ctx;
    (void)err;
    struct kept_file kept = {file, subninja, s->open_file, s->edges.count, 0};
    s->open_file = s->files.count;
    vec_push(&s->files, &kept);
    return true;
}

static bool
leave_file(void *ctx, struct error *err)
{
    struct statements *s = ctx;
    (void)err;
    struct kept_file *kept = vec_at(&s->files, s->open_file);
    kept->end_edge = s->edges.count;
    s->open_file = kept->parent;
    return true;
}

/* --- What phony edges are ------------------------------------------------------- */

const struct kept_edge *
statements_phony(const struct statements *s, struct slice path,
                 uint32_t *number)
{
    uint32_t index =
        table_find(&s->phonies, phony_path, s, ninja_from_root(&s->root, path));
    if (index == TABLE_NONE) {
        return NULL;
    }
    const struct phony_output *output = vec_at(&s->phony_outputs, index);
    *number = output->number;
    return vec_at(&s->edges, output->edge);
}

/* The phony edges that have one of these outputs stand for files. True if there
 * are any. */
static bool
mark_paths(struct statements *s, const struct ninja_path *paths, uint32_t count,
           struct vec *todo)
{
    bool found = false;
    for (uint32_t i = 0; i < count; i++) {
        // Most are none, and their bytes are not looked at again for that.
        uint32_t index =
            table_has_hash(&s->phonies, paths[i].hash)
                ? table_find(&s->phonies, phony_path, s,
                             ninja_from_root(&s->root, paths[i].path))
                : TABLE_NONE;
        if (index == TABLE_NONE) {
            continue;
        }
        found = true;
        const struct phony_output *output = vec_at(&s->phony_outputs, index);
        struct kept_edge *used = vec_at(&s->edges, output->edge);
        if (used->role == PHONY_GROUP) {
            used->role = PHONY_ACTION;
            vec_push(todo, &output->edge);
        }
    }
    return found;
}

/* The phony edges among the files that an edge depends on stand for files, and
 * so do, in turn, those among theirs: `todo` is the stack of edges to go on
 * with. */
static void
mark_inputs(struct statements *s, struct ninja_edge *edge, struct vec *todo)
{
    edge->reads_phony =
        mark_paths(s, ninja_edge_list(edge, NINJA_INPUTS),
                   edge->counts[NINJA_INPUTS] + edge->counts[NINJA_IMPLICIT],
                   todo);
}

/* The group `default` is what is built when nobody names a target. A phony edge
 * of that name is it only if the file says so; else it is an action. */
static void
settle_default(struct statements *s)
{
    struct slice name = slice_of("default");
    const struct kept_default *only =
        s->defaults.count == 1 ? vec_at(&s->defaults, 0) : NULL;
    uint32_t index = table_find(&s->phonies, phony_path, s, name);
    if (index != TABLE_NONE &&
        (only == NULL || !slice_equal(only->path, name))) {
        const struct phony_output *output = vec_at(&s->phony_outputs, index);
        ((struct kept_edge *)vec_at(&s->edges, output->edge))->role =
            PHONY_ACTION;
    }
}

/* A group cannot have validations, so a phony edge with some is an action. So is
 * one whose output a command makes, too: the graph refuses two makers of a file,
 * but not a file and a group of one name. */
static void
settle_roles(struct statements *s)
{
    struct vec todo = vec_of(sizeof(uint32_t));
    settle_default(s);
    for (uint32_t i = 0; s->phonies.count > 0 && i < s->edges.count; i++) {
        struct kept_edge *kept = vec_at(&s->edges, i);
        if (kept->role == PHONY_GROUP &&
            kept->edge.counts[NINJA_VALIDATIONS] > 0) {
            kept->role = PHONY_ACTION;
        }
        if (!kept->edge.rule->is_phony) {
            (void)mark_paths(s, kept->edge.paths,
                             kept->edge.counts[NINJA_OUTPUTS] +
                                 kept->edge.counts[NINJA_IMPLICIT_OUTPUTS],
                             &todo);
        }
        if (kept->role != PHONY_GROUP) {
            mark_inputs(s, &kept->edge, &todo);
        }
    }
    while (todo.count > 0) {
        uint32_t place = *(uint32_t *)vec_pop(&todo);
        struct kept_edge *kept = vec_at(&s->edges, place);
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

/* --- What an edge needs ---------------------------------------------------------- */

static void
add_inputs(const struct ninja_edge *edge, enum ninja_list list, uint8_t kinds,
           bool is_explicit, struct vec *inputs)
{
    const struct ninja_path *paths = ninja_edge_list(edge, list);
    for (uint32_t i = 0; i < edge->counts[list]; i++) {
        struct ninja_input input = {paths[i].path, kinds, is_explicit};
        vec_push(inputs, &input);
    }
}

/* Adds the phony edges among the inputs of an edge to `found`, each once. */
static void
find_phonies(const struct statements *s, const struct ninja_edge *edge,
             struct vec *found)
{
    const struct ninja_path *paths = ninja_edge_list(edge, NINJA_INPUTS);
    uint32_t count = edge->counts[NINJA_INPUTS] + edge->counts[NINJA_IMPLICIT];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t number = 0;
        const struct kept_edge *phony =
            statements_phony(s, paths[i].path, &number);
        bool known = phony == NULL;
        for (uint32_t k = 0; !known && k < found->count; k++) {
            known = *(const struct kept_edge **)vec_at(found, k) == phony;
        }
        if (!known) {
            vec_push(found, &phony);
        }
    }
}

bool
statements_has_default_group(const struct statements *s)
{
    uint32_t number = 0;
    const struct kept_edge *phony =
        statements_phony(s, slice_of("default"), &number);
    return phony != NULL && phony->role == PHONY_GROUP;
}

void
statements_inputs(const struct statements *s, const struct ninja_edge *edge,
                  struct vec *inputs)
{
    struct vec found = vec_of(sizeof(const struct kept_edge *));
    add_inputs(edge, NINJA_INPUTS, EDGE_IFWRITTEN, true, inputs);
    add_inputs(edge, NINJA_IMPLICIT, EDGE_IFWRITTEN, false, inputs);
    if (!edge->rule->is_phony && edge->reads_phony) {
        find_phonies(s, edge, &found);
    }
    for (uint32_t i = 0; i < found.count; i++) {
        const struct ninja_edge *phony =
            &(*(const struct kept_edge **)vec_at(&found, i))->edge;
        add_inputs(phony, NINJA_INPUTS, EDGE_IFWRITTEN, false, inputs);
        add_inputs(phony, NINJA_IMPLICIT, EDGE_IFWRITTEN, false, inputs);
        find_phonies(s, phony, &found);
    }
    for (uint32_t i = 0; i < found.count; i++) {
        const struct ninja_edge *phony =
            &(*(const struct kept_edge **)vec_at(&found, i))->edge;
        add_inputs(phony, NINJA_ORDER_ONLY, EDGE_ORDER_ONLY, false, inputs);
    }
    add_inputs(edge, NINJA_ORDER_ONLY, EDGE_ORDER_ONLY, false, inputs);
    add_inputs(edge, NINJA_VALIDATIONS, EDGE_VALIDATION, false, inputs);
    vec_finish(&found);
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
        .enter = enter_file,
        .leave = leave_file,
    };
    *s = (struct statements){
        .edges = vec_of(sizeof(struct kept_edge)),
        .pools = vec_of(sizeof(struct kept_pool)),
        .defaults = vec_of(sizeof(struct kept_default)),
        .phony_outputs = vec_of(sizeof(struct phony_output)),
        .files = vec_of(sizeof(struct kept_file)),
        .root = ninja_root_here(),
    };
    struct kept_file outermost = {.file = file};
    vec_push(&s->files, &outermost);
    s->parser = ninja_parser_create(&sink, s, read);
    if (!ninja_parser_run(s->parser, file, err)) {
        return false;
    }
    ((struct kept_file *)vec_at(&s->files, 0))->end_edge = s->edges.count;
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
    vec_finish(&s->files);
    ninja_root_finish(&s->root);
    table_finish(&s->phonies);
    arena_finish(&s->arena);
}
