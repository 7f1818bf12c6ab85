/* SPDX-License-Identifier: MIT */
#include "runtime/query/walk.h"

#include <assert.h>
#include <stdlib.h>

/* What one walk keeps. `passed` has what lies between members: actions while
 * targets are walked, files and groups while actions are. Each is gone through
 * once, for all that it leads to is reached then. */
struct walker {
    struct query_world *world;
    const struct query_walk *walk;
    const struct graph *graph;
    enum query_set_type type;
    struct query_set passed;
    struct query_set held;        /* groups alone that the walk down began with,
                                     and that nothing needed since */
    const struct query_set *only; /* what they lead to; NULL: anything */
    const struct query_set *start;
    struct query_set *reached;
    struct vec near;  /* of uint32_t: what lies next to the node at hand */
    struct vec todo;  /* likewise: passed, and not gone through yet */
    struct vec next;  /* likewise: members that this level reached */
    struct vec *from; /* by node, of uint32_t: where it was reached from + 1; or
                         NULL */
    uint32_t member;  /* that is being left */
};

static struct walker
walker_of(struct query_world *world, const struct query_walk *walk,
          enum query_set_type type)
{
    return (struct walker){.world = world,
                           .walk = walk,
                           .graph = query_world_graph(world),
                           .type = type,
                           .held = {.type = type},
                           .near = vec_of(sizeof(uint32_t)),
                           .todo = vec_of(sizeof(uint32_t)),
                           .next = vec_of(sizeof(uint32_t))};
}

/* One that begins with a set. */
static struct walker
walker_from(struct query_world *world, const struct query_walk *walk,
            const struct query_set *from)
{
    struct walker w = walker_of(world, walk, from->type);
    w.start = from;
    if (walk->direction == QUERY_DOWN && from->alone != NULL) {
        query_set_union(&w.held, from->alone);
    }
    return w;
}

static void
walker_finish(struct walker *w)
{
    query_set_finish(&w->passed);
    query_set_finish(&w->held);
    vec_finish(&w->near);
    vec_finish(&w->todo);
    vec_finish(&w->next);
}

/* A member that was reached; one that is new is left in the next level. */
static void
reach(struct walker *w, uint32_t node)
{
    if ((w->walk->limit != NULL && !query_set_has(w->walk->limit, node)) ||
        (w->only != NULL && !query_set_has(w->only, node))) {
        return;
    }
    // What needs a group needs all of it.
    bool is_whole = w->only == NULL && query_set_remove(&w->held, node);
    if (is_whole) {
        query_set_make_whole(w->reached, node);
    }
    if (!query_set_add(w->reached, node) && !is_whole) {
        return;
    }
    if (w->walk->direction == QUERY_UP &&
        query_world_type(w->world, node) == QUERY_NODE_GROUP) {
        query_set_add_alone(w->reached, node);
    }
    if (w->from != NULL) {
        if (node >= w->from->count) {
            vec_resize(w->from, query_world_count(w->world));
        }
        *(uint32_t *)vec_at(w->from, node) = w->member + 1;
    }
    vec_push(&w->next, &node);
}

static uint32_t
near_at(const struct walker *w, uint32_t index)
{
    return *(uint32_t *)vec_at(&w->near, index);
}

/* --- Targets ------------------------------------------------------------------ */

/* A node as targets: an action is what it makes, or itself if that is nothing. */
static void
reach_as_targets(struct walker *w, uint32_t node)
{
    struct action_id id = query_world_action_of(w->world, node);
    uint32_t count = 0;
    const struct action *a = NULL;
    if (id.n != ID_NONE) {
        a = graph_action(w->graph, id);
        count = a->outputs.count;
    }
    for (uint32_t i = 0; i < count; i++) {
        reach(w, query_world_file(w->world, graph_output(w->graph, a, i)));
    }
    if (count == 0) {
        reach(w, node);
    }
}

static struct action_id
maker_of(const struct walker *w, uint32_t node)
{
    struct file_id file = query_world_file_of(w->world, node);
    return file.n == ID_NONE ? ACTION_NONE : graph_producer(w->graph, file);
}

/* What a target needs is what its action reads. */
static void
leave_target_down(struct walker *w, uint32_t node)
{
    struct action_id maker = maker_of(w, node);
    w->near.count = 0;
    if (query_world_type(w->world, node) != QUERY_NODE_FILE) {
        query_world_needs(w->world, node, w->walk->edges, &w->near);
    } else if (maker.n != ID_NONE) {
        uint32_t action = query_world_action(w->world, maker);
        if (query_set_add(&w->passed, action)) {
            query_world_needs(w->world, action, w->walk->edges, &w->near);
        }
    }
    for (uint32_t i = 0; i < w->near.count; i++) {
        reach_as_targets(w, near_at(w, i));
    }
}

/* What needs a target is what those make that read it, or that refer to the
 * action that makes it. */
static void
leave_target_up(struct walker *w, uint32_t node)
{
    struct action_id maker = maker_of(w, node);
    w->near.count = 0;
    query_world_users(w->world, node, w->walk->edges, &w->near);
    if (maker.n != ID_NONE) {
        query_world_users(w->world, query_world_action(w->world, maker),
                          w->walk->edges, &w->near);
    }
    for (uint32_t i = 0; i < w->near.count; i++) {
        uint32_t near = near_at(w, i);
        // The maker's own outputs are its siblings, and need nothing of it.
        bool sibling = maker.n != ID_NONE && maker_of(w, near).n == maker.n;
        if (!sibling &&
            (query_world_type(w->world, near) != QUERY_NODE_ACTION ||
             query_set_add(&w->passed, near))) {
            reach_as_targets(w, near);
        }
    }
}

/* --- Actions ------------------------------------------------------------------- */

static void
pass(struct walker *w, uint32_t node)
{
    if (query_set_add(&w->passed, node)) {
        vec_push(&w->todo, &node);
    }
}

/* From action to action, through the files and groups that lie between. */
static void
leave_action(struct walker *w, uint32_t node)
{
    vec_push(&w->todo, &node);
    while (w->todo.count > 0) {
        uint32_t at = *(uint32_t *)vec_pop(&w->todo);
        w->near.count = 0;
        if (w->walk->direction == QUERY_DOWN) {
            query_world_needs(w->world, at, w->walk->edges, &w->near);
        } else {
            query_world_users(w->world, at, w->walk->edges, &w->near);
        }
        for (uint32_t i = 0; i < w->near.count; i++) {
            uint32_t near = near_at(w, i);
            if (query_world_type(w->world, near) == QUERY_NODE_ACTION) {
                reach(w, near);
            } else {
                pass(w, near);
            }
        }
    }
}

static void
leave(struct walker *w, uint32_t node)
{
    w->member = node;
    w->only = query_set_has(&w->held, node) ? w->start : NULL;
    if (w->type == QUERY_ACTIONS) {
        leave_action(w, node);
    } else if (w->walk->direction == QUERY_DOWN) {
        leave_target_down(w, node);
    } else {
        leave_target_up(w, node);
    }
}

/* --- Levels ---------------------------------------------------------------------- */

/* Leaves the members of a level; the next one takes its place. */
static void
leave_level(struct walker *w, struct vec *level)
{
    w->next.count = 0;
    if (w->walk->direction == QUERY_UP &&
        (w->walk->edges & QUERY_EDGE_DISCOVERED) != 0) {
        query_world_prepare_users(w->world, level->items, level->count);
    }
    for (uint32_t i = 0; i < level->count; i++) {
        leave(w, *(uint32_t *)vec_at(level, i));
    }
    struct vec done = *level;
    *level = w->next;
    w->next = done;
}

static struct vec
first_level(const struct query_set *from)
{
    struct vec level = vec_of(sizeof(uint32_t));
    for (uint32_t node = 0; query_set_next(from, &node); node++) {
        vec_push(&level, &node);
    }
    return level;
}

struct query_set
query_walk_closure(struct query_world *world, const struct query_set *from,
                   const struct query_walk *walk)
{
    struct walker w = walker_from(world, walk, from);
    struct query_set reached = query_set_copy(from);
    struct vec level = first_level(from);
    free(reached.order);
    reached.order = NULL;
    w.reached = &reached;
    for (uint32_t i = 0; i < walk->levels && level.count > 0; i++) {
        leave_level(&w, &level);
    }
    vec_finish(&level);
    walker_finish(&w);
    return reached;
}

struct query_set
query_walk_step(struct query_world *world, const struct query_set *from,
                const struct query_walk *walk)
{
    struct walker w = walker_from(world, walk, from);
    struct query_set reached = {.type = from->type};
    struct vec level = first_level(from);
    w.reached = &reached;
    leave_level(&w, &level);
    for (uint32_t node = 0; query_set_next(&w.held, &node); node++) {
        if (query_set_has(&reached, node)) {
            query_set_add_alone(&reached, node);
        }
    }
    vec_finish(&level);
    walker_finish(&w);
    return reached;
}

/* --- Paths -------------------------------------------------------------------------- */

/* The way back from a member to where the walk began, as a set in the order of
 * the way. */
static struct query_set
trace(const struct vec *from, enum query_set_type type, uint32_t end)
{
    struct query_set path = {.type = type};
    struct vec back = vec_of(sizeof(uint32_t));
    uint32_t node = end;
    for (;;) {
        vec_push(&back, &node);
        query_set_add(&path, node);
        uint32_t before =
            node < from->count ? *(uint32_t *)vec_at(from, node) : 0;
        if (before == 0) {
            break;
        }
        node = before - 1;
    }
    path.order = mem_alloc(path.count, sizeof(*path.order));
    for (uint32_t i = 0; i < path.count; i++) {
        path.order[i] = *(uint32_t *)vec_at(&back, path.count - 1 - i);
    }
    vec_finish(&back);
    return path;
}

/* The member of a level that is in a set, of the lowest number. */
static bool
find_end(const struct vec *level, const struct query_set *to, uint32_t *end)
{
    bool found = false;
    for (uint32_t i = 0; i < level->count; i++) {
        uint32_t node = *(uint32_t *)vec_at(level, i);
        if (query_set_has(to, node) && (!found || node < *end)) {
            *end = node;
            found = true;
        }
    }
    return found;
}

struct query_set
query_walk_path(struct query_world *world, const struct query_set *from,
                const struct query_set *to, unsigned edges)
{
    const struct query_walk walk = {QUERY_DOWN, edges, UINT32_MAX, NULL};
    struct walker w = walker_from(world, &walk, from);
    struct query_set reached = query_set_copy(from);
    struct vec level = first_level(from);
    struct vec steps = vec_of(sizeof(uint32_t));
    uint32_t end = 0;
    assert(from->type == to->type);
    vec_resize(&steps, query_world_count(world));
    w.reached = &reached;
    w.from = &steps;
    bool found = find_end(&level, to, &end);
    while (!found && level.count > 0) {
        leave_level(&w, &level);
        found = find_end(&level, to, &end);
    }
    struct query_set path = {.type = from->type};
    if (found) {
        path = trace(&steps, from->type, end);
    }
    vec_finish(&steps);
    vec_finish(&level);
    query_set_finish(&reached);
    walker_finish(&w);
    return path;
}

/* --- Coercions -------------------------------------------------------------------------- */

void
query_set_to_actions(struct query_world *world, struct query_set *set)
{
    const struct query_walk walk = {QUERY_DOWN, QUERY_EDGE_DEFAULT, 1, NULL};
    struct query_set actions = {.type = QUERY_ACTIONS};
    if (set->type == QUERY_ACTIONS) {
        return;
    }
    struct walker w = walker_of(world, &walk, QUERY_ACTIONS);
    w.reached = &actions;
    for (uint32_t node = 0; query_set_next(set, &node); node++) {
        if (query_world_type(world, node) == QUERY_NODE_ACTION) {
            reach(&w, node);
        } else if (!query_set_is_alone(set, node)) {
            leave_action(&w, node);
        }
    }
    walker_finish(&w);
    query_set_finish(set);
    *set = actions;
}

void
query_set_spell_out(struct query_world *world, struct query_set *set)
{
    const struct query_walk walk = {QUERY_DOWN, QUERY_EDGE_DEFAULT, 1, NULL};
    struct query_set targets = {.type = QUERY_TARGETS};
    struct walker w = walker_of(world, &walk, QUERY_TARGETS);
    w.reached = &targets;
    for (uint32_t node = 0; query_set_next(set, &node); node++) {
        reach_as_targets(&w, node);
    }
    walker_finish(&w);
    query_set_finish(set);
    *set = targets;
}

void
query_set_to_targets(struct query_world *world, struct query_set *set)
{
    if (set->type == QUERY_ACTIONS) {
        query_set_spell_out(world, set);
    }
}
