/* SPDX-License-Identifier: MIT */
/*
 * Nodes are numbered: actions by their ids, groups behind them. Each counts
 * the edges to nodes that it still waits for; an edge is counted once in either
 * direction, so that the same file listed twice does no harm. Nothing is kept
 * per edge but what the graph has, and the edges to and from groups.
 */
#include "exec/run/plan.h"

#include "exec/base/memory.h"
#include "exec/base/vec.h"
#include "exec/run/plan_groups.h"
#include "exec/run/ready.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define POOL_NONE 0

/* MARK_TOUCHED: what it reads may have changed. MARK_DONE: it was done under
 * another graph, and counts as wanted whether it is or not. MARK_ADOPTED: it runs
 * or ran, and is not known to be wanted: its needs are wanted when it is. */
enum { MARK_TOUCHED = 1, MARK_DONE = 2, MARK_ADOPTED = 4 };

/* An ordering that came up during the build, in a list of its producer. */
struct extra {
    uint32_t user;
    uint32_t next; /* index + 1; 0 ends */
};

struct plan {
    const struct graph *g;
    uint32_t action_count;
    uint32_t node_count;
    uint8_t *states; /* enum plan_state */
    uint8_t *marks;  /* by action: MARK_* */
    uint32_t *waits; /* by node: edges to nodes that are not settled */
    struct plan_groups groups;
    struct ready ready;
    struct plan_counts counts;
    uint32_t *places;       /* by action: in the order; NULL: of the graph */
    uint32_t *numbers;      /* by place */
    uint32_t *pool_used;    /* by pool */
    struct ready *in_queue; /* by pool: ready but for a place in it */
    uint32_t *extra_heads;  /* by action: index + 1 in extras; or NULL */
    struct vec extras;
    uint32_t *extra_needs_heads; /* the same in the other direction */
    struct vec extra_needs;
    struct vec stack;   /* uint32_t, of walks */
    struct vec not_run; /* uint32_t, not yet returned */
    uint32_t not_run_taken;
    const uint8_t *before; /* by action: settled when wanted; or NULL */
    const struct rows *before_needs;
    struct vec settled_before; /* uint32_t */
    uint32_t settled_before_taken;
    uint32_t *visited; /* by node: number of the walk that saw it; or NULL */
    uint32_t walk;
};

/* --- Edges ------------------------------------------------------------------- */

/* Whether the judge looks at what the edge names. */
static bool
dirties(const struct edge *edge)
{
    return (edge->kinds & (uint8_t) ~(EDGE_VALIDATION | EDGE_ORDER_ONLY)) != 0;
}

static bool
is_group(const struct plan *plan, uint32_t node)
{
    return node >= plan->action_count;
}

typedef void each_node(struct plan *plan, uint32_t from, uint32_t to,
                       const struct edge *edge);

/* Calls with each node that a node names: ordering edges, or all of them. */
static void
for_needs(struct plan *plan, uint32_t node, bool validations, each_node *call)
{
    const struct graph *g = plan->g;
    if (is_group(plan, node)) {
        struct group_id id = {node - plan->action_count};
        const struct group *group = graph_group(g, id);
        for (uint32_t i = 0; i < group->members.count; i++) {
            uint32_t to = plan_node_index(plan->g, graph_member(g, group, i));
            if (to != PLAN_NODE_NONE) {
                call(plan, node, to, NULL);
            }
        }
        return;
    }
    const struct action *action = graph_action(g, (struct action_id){node});
    for (uint32_t i = 0; i < action->inputs.count; i++) {
        const struct edge *edge = graph_input(g, action, i);
        uint32_t to = plan_node_index(plan->g, edge->to);
        // An action may name its own output, as optional or as a validation.
        if (to != PLAN_NODE_NONE && to != node &&
            (validations || plan_edge_orders(edge))) {
            call(plan, node, to, edge);
        }
    }
    if (plan->extra_needs_heads != NULL) {
        uint32_t at = plan->extra_needs_heads[node];
        while (at != 0) {
            const struct extra *extra = vec_at(&plan->extra_needs, at - 1);
            at = extra->next;
            call(plan, node, extra->user, NULL);
        }
    }
}

/* Left out as in for_needs: both directions count the same edges. */
static void
call_user(struct plan *plan, uint32_t from, const struct edge *edge,
          each_node *call)
{
    if (edge->user != from && plan_edge_orders(edge)) {
        call(plan, from, edge->user, edge);
    }
}

static void
for_action_users(struct plan *plan, uint32_t node, each_node *call)
{
    const struct graph *g = plan->g;
    struct node self = {NODE_ACTION, node};
    uint32_t count = graph_user_count(g, self);
    for (uint32_t i = 0; i < count; i++) {
        call_user(plan, node, graph_user(g, self, i), call);
    }
    const struct action *action = graph_action(g, (struct action_id){node});
    for (uint32_t k = 0; k < action->outputs.count; k++) {
        struct node file = {NODE_FILE, graph_output(g, action, k).n};
        count = graph_user_count(g, file);
        for (uint32_t i = 0; i < count; i++) {
            call_user(plan, node, graph_user(g, file, i), call);
        }
    }
    if (plan->extra_heads != NULL) {
        uint32_t at = plan->extra_heads[node];
        while (at != 0) {
            const struct extra *extra = vec_at(&plan->extras, at - 1);
            at = extra->next;
            call(plan, node, extra->user, NULL);
        }
    }
}

/* The reverse of for_needs, edge by edge, wanted or not. */
static void
for_users(struct plan *plan, uint32_t node, each_node *call)
{
    if (is_group(plan, node)) {
        const struct rows *rows = &plan->groups.users;
        uint32_t group = node - plan->action_count;
        for (uint32_t i = rows->starts[group]; i < rows->starts[group + 1];
             i++) {
            call(plan, node, rows->items[i], NULL);
        }
    } else {
        for_action_users(plan, node, call);
    }
    if (plan->groups.memberships.starts != NULL) {
        const struct rows *rows = &plan->groups.memberships;
        for (uint32_t i = rows->starts[node]; i < rows->starts[node + 1]; i++) {
            call(plan, node, rows->items[i], NULL);
        }
    }
}

/* --- Making ------------------------------------------------------------------------ */

struct plan *
plan_create(const struct graph *g)
{
    struct plan *plan = mem_alloc(1, sizeof(*plan));
    plan->g = g;
    plan->action_count = graph_action_count(g);
    plan->node_count = plan->action_count + graph_group_count(g);
    plan->states = mem_alloc(plan->node_count, sizeof(*plan->states));
    plan->marks = mem_alloc(plan->action_count, sizeof(*plan->marks));
    plan->waits = mem_alloc(plan->node_count, sizeof(*plan->waits));
    uint32_t pool_count = graph_pool_count(g) + 2;
    plan->pool_used = mem_alloc(pool_count, sizeof(*plan->pool_used));
    plan->in_queue = mem_alloc(pool_count, sizeof(*plan->in_queue));
    for (uint32_t i = 0; i < pool_count; i++) {
        ready_init(&plan->in_queue[i], plan->action_count);
    }
    plan->extras = vec_of(sizeof(struct extra));
    plan->extra_needs = vec_of(sizeof(struct extra));
    plan->stack = vec_of(sizeof(uint32_t));
    plan->not_run = vec_of(sizeof(uint32_t));
    plan->settled_before = vec_of(sizeof(uint32_t));
    ready_init(&plan->ready, plan->action_count);
    plan->groups = plan_groups_make(g);
    return plan;
}

void
plan_destroy(struct plan *plan)
{
    if (plan == NULL) {
        return;
    }
    for (uint32_t i = 0; i < graph_pool_count(plan->g) + 2; i++) {
        ready_finish(&plan->in_queue[i]);
    }
    free(plan->in_queue);
    free(plan->places);
    free(plan->numbers);
    free(plan->pool_used);
    free(plan->states);
    free(plan->marks);
    free(plan->waits);
    plan_groups_finish(&plan->groups);
    free(plan->extra_heads);
    free(plan->extra_needs_heads);
    free(plan->visited);
    vec_finish(&plan->extras);
    vec_finish(&plan->extra_needs);
    vec_finish(&plan->stack);
    vec_finish(&plan->not_run);
    vec_finish(&plan->settled_before);
    ready_finish(&plan->ready);
    free(plan);
}

/* --- Wanting ------------------------------------------------------------------------ */

static void
push(struct vec *vec, uint32_t number)
{
    vec_push(vec, &number);
}

static uint32_t
pop(struct vec *vec)
{
    return *(uint32_t *)vec_pop(vec);
}

/* Its lists are not known: only a new graph can start it. */
static bool
is_pending(const struct plan *plan, uint32_t node)
{
    return (graph_action(plan->g, (struct action_id){node})->flags &
            ACTION_PENDING) != 0;
}

static bool
is_done(const struct plan *plan, uint32_t node)
{
    return (plan->marks[node] & MARK_DONE) != 0;
}

/* A phony action only brings its inputs together: a person who waits for the
 * end of a build has nothing from its number. */
static bool
is_counted(const struct plan *plan, uint32_t node)
{
    if (is_group(plan, node) || is_done(plan, node)) {
        return false;
    }
    return (graph_action(plan->g, (struct action_id){node})->flags &
            ACTION_PHONY) == 0;
}

static bool
has_failed(uint8_t state)
{
    return state == PLAN_FAILED || state == PLAN_NOT_RUN;
}

/* Its needs are looked at when it comes off the stack. */
static void
mark_wanted(struct plan *plan, uint32_t node)
{
    if (plan->states[node] != PLAN_UNWANTED) {
        if (!is_group(plan, node) && (plan->marks[node] & MARK_ADOPTED) != 0) {
            plan->marks[node] &= (uint8_t)~MARK_ADOPTED;
            push(&plan->stack, node);
        }
        return;
    }
    plan->states[node] = PLAN_WAITING;
    plan->counts.wanted += is_counted(plan, node);
    push(&plan->stack, node);
    if (plan->before != NULL && !is_group(plan, node) && plan->before[node]) {
        plan->states[node] = PLAN_SETTLED;
        plan->counts.settled++;
        push(&plan->settled_before, node);
    }
}

/* Counts the edge if there is something to wait for. */
static void
want_need(struct plan *plan, uint32_t from, uint32_t to,
          const struct edge *edge)
{
    mark_wanted(plan, to);
    if ((edge == NULL || plan_edge_orders(edge)) &&
        plan->states[to] != PLAN_SETTLED) {
        plan->waits[from]++;
    }
}

/* It needs nothing more; its place among others is its number. */
static void
make_ready(struct plan *plan, uint32_t node)
{
    plan->states[node] = PLAN_READY;
    plan->counts.ready++;
    ready_add(&plan->ready, node);
}

static void settle_node(struct plan *plan, uint32_t node, bool ran);

static void fail_users(struct plan *plan, uint32_t node);

/* Marks the node itself: the walk has only this one. */
static void
look_for_failed(struct plan *plan, uint32_t from, uint32_t to,
                const struct edge *edge)
{
    if ((edge == NULL || plan_edge_orders(edge)) &&
        has_failed(plan->states[to])) {
        plan->visited[from] = plan->walk;
    }
}

/* Each walk has a number, so that nothing is to be cleared. */
static void
start_walk(struct plan *plan)
{
    if (plan->visited == NULL) {
        plan->visited = mem_alloc(plan->node_count, sizeof(uint32_t));
    }
    plan->walk++;
    assert(plan->walk != 0);
}

/* A node that became wanted after something it needs had failed. */
static bool
needs_failed(struct plan *plan, uint32_t node)
{
    if (plan->counts.failed + plan->counts.not_run == 0) {
        return false;
    }
    start_walk(plan);
    for_needs(plan, node, false, look_for_failed);
    return plan->visited[node] == plan->walk;
}

/* A node whose edges have been counted: ready, settled, or waiting. */
static void
place_node(struct plan *plan, uint32_t node)
{
    if (plan->states[node] != PLAN_WAITING) {
        return;
    }
    if (plan->waits[node] > 0) {
        if (needs_failed(plan, node)) {
            plan->states[node] = PLAN_NOT_RUN;
            if (!is_group(plan, node)) {
                plan->counts.not_run++;
                push(&plan->not_run, node);
            }
            fail_users(plan, node);
        }
    } else if (is_group(plan, node)) {
        settle_node(plan, node, false);
    } else if (!is_pending(plan, node)) {
        make_ready(plan, node);
    }
}

/* What an action discovered when it ran last: the judge waits for the makers of
 * that, but not for settled ones, which may still need others by order. */
static void
want_needs_before(struct plan *plan, uint32_t node)
{
    const struct rows *needs = plan->before_needs;
    if (plan->before == NULL || needs->starts == NULL || is_group(plan, node)) {
        return;
    }
    for (uint32_t i = needs->starts[node]; i < needs->starts[node + 1]; i++) {
        mark_wanted(plan, needs->items[i]);
    }
}

void
plan_want(struct plan *plan, struct node node)
{
    uint32_t root = plan_node_index(plan->g, node);
    if (root == PLAN_NODE_NONE) {
        return;
    }
    assert(plan->stack.count == 0);
    struct vec found = vec_of(sizeof(uint32_t));
    mark_wanted(plan, root);
    while (plan->stack.count > 0) {
        uint32_t at = pop(&plan->stack);
        push(&found, at);
        for_needs(plan, at, true, want_need);
        want_needs_before(plan, at);
    }
    for (uint32_t i = 0; i < found.count; i++) {
        place_node(plan, *(uint32_t *)vec_at(&found, i));
    }
    vec_finish(&found);
}

void
plan_settle_before(struct plan *plan, const uint8_t *settled,
                   const struct rows *needs)
{
    assert(plan->before == NULL && plan->settled_before.count == 0);
    plan->before = settled;
    plan->before_needs = needs;
}

struct action_id
plan_take_settled(struct plan *plan)
{
    if (plan->settled_before_taken == plan->settled_before.count) {
        return ACTION_NONE;
    }
    uint32_t *node =
        vec_at(&plan->settled_before, plan->settled_before_taken++);
    return (struct action_id){*node};
}

/* --- Asking -------------------------------------------------------------------------- */

void
plan_count_done(struct plan *plan, struct action_id action)
{
    assert(action.n < plan->action_count);
    bool unwanted = plan->states[action.n] == PLAN_UNWANTED;
    plan->counts.wanted += unwanted && is_counted(plan, action.n);
    plan->marks[action.n] |= MARK_DONE;
}

enum plan_state
plan_state(const struct plan *plan, struct action_id action)
{
    assert(action.n < plan->action_count);
    return plan->states[action.n];
}

struct plan_counts
plan_counts(const struct plan *plan)
{
    return plan->counts;
}

bool
plan_is_touched(const struct plan *plan, struct action_id action)
{
    assert(action.n < plan->action_count);
    return (plan->marks[action.n] & MARK_TOUCHED) != 0;
}

/* --- Taking --------------------------------------------------------------------------- */

/* 0 for most of them. */
static uint32_t
pool_of(const struct plan *plan, uint32_t node)
{
    return graph_action(plan->g, (struct action_id){node})->pool.n;
}

static bool
pool_is_full(const struct plan *plan, uint32_t pool)
{
    if (pool == POOL_NONE) {
        return false;
    }
    uint32_t depth = graph_pool(plan->g, (struct pool_id){pool})->depth;
    // Depth 0 means no limit, as in ninja files.
    return depth > 0 && plan->pool_used[pool] >= depth;
}

/* A place in a pool is free: the first of those that wait is ready again. */
static void
leave_pool(struct plan *plan, uint32_t node)
{
    uint32_t pool = pool_of(plan, node);
    if (pool == POOL_NONE) {
        return;
    }
    assert(plan->pool_used[pool] > 0);
    plan->pool_used[pool]--;
    uint32_t next = ready_take(&plan->in_queue[pool]);
    if (next != READY_NONE) {
        plan->counts.ready++;
        ready_add(&plan->ready, next);
    }
}

/* It is in one set or the other. */
static void
leave_ready(struct plan *plan, uint32_t node)
{
    assert(plan->states[node] == PLAN_READY);
    struct ready *queue = &plan->in_queue[pool_of(plan, node)];
    if (ready_has(queue, node)) {
        ready_remove(queue, node);
        return;
    }
    ready_remove(&plan->ready, node);
    plan->counts.ready--;
}

void
plan_set_order(struct plan *plan, uint32_t *places)
{
    uint32_t count = plan->action_count;
    uint32_t *numbers = mem_alloc(count, sizeof(*numbers));
    for (uint32_t i = 0; i < count; i++) {
        assert(places[i] < count);
        numbers[places[i]] = i;
    }
    ready_set_order(&plan->ready, places, numbers);
    for (uint32_t i = 0; i < graph_pool_count(plan->g) + 2; i++) {
        ready_set_order(&plan->in_queue[i], places, numbers);
    }
    free(plan->places);
    free(plan->numbers);
    plan->places = places;
    plan->numbers = numbers;
}

struct action_id
plan_take(struct plan *plan)
{
    for (;;) {
        uint32_t node = ready_take(&plan->ready);
        if (node == READY_NONE) {
            return ACTION_NONE;
        }
        uint32_t pool = pool_of(plan, node);
        if (pool_is_full(plan, pool)) {
            ready_add(&plan->in_queue[pool], node);
            plan->counts.ready--;
            continue;
        }
        plan->pool_used[pool] += pool != POOL_NONE;
        plan->states[node] = PLAN_TAKEN;
        plan->counts.ready--;
        plan->counts.taken++;
        return (struct action_id){node};
    }
}

void
plan_adopt(struct plan *plan, struct action_id action)
{
    uint8_t state = plan->states[action.n];
    assert(state <= PLAN_READY);
    if (state == PLAN_READY) {
        leave_ready(plan, action.n);
    }
    if (state == PLAN_UNWANTED) {
        plan->counts.wanted += is_counted(plan, action.n);
        plan->marks[action.n] |= MARK_ADOPTED;
    }
    uint32_t pool = pool_of(plan, action.n);
    plan->pool_used[pool] += pool != POOL_NONE;
    plan->states[action.n] = PLAN_TAKEN;
    plan->counts.taken++;
}

/* Gives up its place in the pool. */
static void
untake(struct plan *plan, uint32_t node)
{
    assert(plan->states[node] == PLAN_TAKEN && plan->counts.taken > 0);
    plan->counts.taken--;
    leave_pool(plan, node);
}

void
plan_hold(struct plan *plan, struct action_id action)
{
    untake(plan, action.n);
    plan->states[action.n] = PLAN_WAITING;
}

void
plan_release(struct plan *plan, struct action_id action)
{
    place_node(plan, action.n);
}

void
plan_put_back(struct plan *plan, struct action_id action)
{
    if ((plan->marks[action.n] & MARK_ADOPTED) != 0) {
        untake(plan, action.n);
        plan->marks[action.n] &= (uint8_t)~MARK_ADOPTED;
        plan->states[action.n] = PLAN_UNWANTED;
        plan->counts.wanted -= is_counted(plan, action.n);
        return;
    }
    plan_hold(plan, action);
    plan_release(plan, action);
}

/* --- Settling --------------------------------------------------------------------------- */

/* One edge less to wait for; with the last one it goes on. */
static void
tell_settled(struct plan *plan, uint32_t from, uint32_t to,
             const struct edge *edge)
{
    (void)from;
    (void)edge;
    uint8_t state = plan->states[to];
    if (state == PLAN_UNWANTED || plan->waits[to] == 0) {
        return;
    }
    plan->waits[to]--;
    if (plan->waits[to] == 0 && state == PLAN_WAITING) {
        if (is_group(plan, to)) {
            plan->states[to] = PLAN_SETTLED;
            push(&plan->stack, to);
        } else if (!is_pending(plan, to)) {
            make_ready(plan, to);
        }
    }
}

/* Groups pass no change on: their users order by them only. */
static void
touch_user(struct plan *plan, uint32_t from, uint32_t to,
           const struct edge *edge)
{
    (void)from;
    if (!is_group(plan, to) && (edge == NULL || dirties(edge))) {
        plan->marks[to] |= MARK_TOUCHED;
    }
}

/* Groups that settle by it settle in turn, from the stack. */
static void
settle_node(struct plan *plan, uint32_t node, bool ran)
{
    plan->states[node] = PLAN_SETTLED;
    if (ran) {
        for_action_users(plan, node, touch_user);
    }
    uint32_t base = plan->stack.count;
    push(&plan->stack, node);
    while (plan->stack.count > base) {
        for_users(plan, pop(&plan->stack), tell_settled);
    }
}

void
plan_settle(struct plan *plan, struct action_id action, bool ran)
{
    untake(plan, action.n);
    plan->counts.settled++;
    settle_node(plan, action.n, ran);
}

/* What is taken or done already is not concerned. */
static void
tell_failed(struct plan *plan, uint32_t from, uint32_t to,
            const struct edge *edge)
{
    (void)from;
    (void)edge;
    uint8_t state = plan->states[to];
    if (state != PLAN_WAITING) {
        return;
    }
    plan->states[to] = PLAN_NOT_RUN;
    if (!is_group(plan, to)) {
        plan->counts.not_run++;
        push(&plan->not_run, to);
    }
    push(&plan->stack, to);
}

static void
fail_users(struct plan *plan, uint32_t node)
{
    uint32_t base = plan->stack.count;
    push(&plan->stack, node);
    while (plan->stack.count > base) {
        for_users(plan, pop(&plan->stack), tell_failed);
    }
}

void
plan_fail(struct plan *plan, struct action_id action)
{
    uint8_t state = plan->states[action.n];
    if (state == PLAN_TAKEN) {
        untake(plan, action.n);
    } else if (state == PLAN_READY) {
        leave_ready(plan, action.n);
    } else {
        assert(state == PLAN_WAITING);
    }
    plan->states[action.n] = PLAN_FAILED;
    plan->counts.failed++;
    fail_users(plan, action.n);
}

struct action_id
plan_take_not_run(struct plan *plan)
{
    if (plan->not_run_taken == plan->not_run.count) {
        return ACTION_NONE;
    }
    uint32_t *node = vec_at(&plan->not_run, plan->not_run_taken++);
    return (struct action_id){*node};
}

/* --- Orderings found during the build ------------------------------------------------------ */

/* Goes on from what is not settled. */
static void
visit_need(struct plan *plan, uint32_t from, uint32_t to,
           const struct edge *edge)
{
    (void)from;
    (void)edge;
    if (plan->visited[to] != plan->walk && plan->states[to] != PLAN_SETTLED) {
        plan->visited[to] = plan->walk;
        push(&plan->stack, to);
    }
}

/* Whether `node` waits for `other`, directly or not. What is settled, ready or
 * taken waits for nothing, so that the walk is short. */
static bool
waits_for(struct plan *plan, uint32_t node, uint32_t other)
{
    start_walk(plan);
    uint32_t base = plan->stack.count;
    push(&plan->stack, node);
    while (plan->stack.count > base && plan->visited[other] != plan->walk) {
        uint32_t at = pop(&plan->stack);
        if (plan->states[at] == PLAN_WAITING) {
            for_needs(plan, at, false, visit_need);
        }
    }
    vec_resize(&plan->stack, base);
    return plan->visited[other] == plan->walk;
}

/* In front: order among users does not matter. */
static void
add_to_list(uint32_t *heads, struct vec *extras, uint32_t at, uint32_t user)
{
    struct extra extra = {user, heads[at]};
    vec_push(extras, &extra);
    heads[at] = extras->count;
}

static void
add_extra(struct plan *plan, uint32_t producer, uint32_t user)
{
    if (plan->extra_heads == NULL) {
        plan->extra_heads = mem_alloc(plan->action_count, sizeof(uint32_t));
        plan->extra_needs_heads =
            mem_alloc(plan->action_count, sizeof(uint32_t));
    }
    add_to_list(plan->extra_heads, &plan->extras, producer, user);
    add_to_list(plan->extra_needs_heads, &plan->extra_needs, user, producer);
    plan->waits[user]++;
}

enum plan_wait
plan_wait_for(struct plan *plan, struct action_id action,
              struct action_id producer)
{
    assert(plan->states[action.n] == PLAN_TAKEN);
    if (producer.n == action.n) {
        return PLAN_WAIT_CYCLE;
    }
    plan_want(plan, (struct node){NODE_ACTION, producer.n});
    uint8_t state = plan->states[producer.n];
    if (state == PLAN_SETTLED) {
        return PLAN_WAIT_NONE;
    }
    if (!has_failed(state) && waits_for(plan, producer.n, action.n)) {
        return PLAN_WAIT_CYCLE;
    }
    add_extra(plan, producer.n, action.n);
    return PLAN_WAIT_ADDED;
}
