/* SPDX-License-Identifier: MIT */
/*
 * Of two actions with dyndep files one may read what the other one makes, which
 * nobody knows before the second file was read, too. That such a file is there
 * says nothing: it may be left over from before. A file is read when the turn of
 * its action comes, so whatever that action needs must not wait for it.
 *
 * That holds for what is wanted. Of all others a dyndep file is read only if the
 * records tell that it named, the last time, what an action reads.
 */
#include "exec/graph/walk.h"
#include "exec/run/growth.h"
#include "exec/run/pass_parts.h"

#include <assert.h>

/* Its dyndep file was not read, and may be. */
static bool
is_pending(const struct pass *pass, struct action_id grower)
{
    enum plan_state state = plan_state(pass->plan, grower);
    // Taken: it is to grow, or runs since before this graph.
    return state == PLAN_WAITING || state == PLAN_READY || state == PLAN_TAKEN;
}

static struct action_id
grower_at(const struct pass *pass, uint32_t index)
{
    return *(struct action_id *)vec_at(&pass->growers, index);
}

bool
pass_may_grow(const struct pass *pass)
{
    uint32_t i = 0;
    while (i < pass->growers.count && !is_pending(pass, grower_at(pass, i))) {
        i++;
    }
    return i < pass->growers.count;
}

/* Whether it reads something that was named by a dyndep file, and that nothing
 * makes so far. */
static bool
reads_unmade(const struct graph *g, struct action_id action)
{
    const struct action *a = graph_action(g, action);
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(g, a, i);
        if ((edge->kinds & EDGE_DISCOVERED) != 0 &&
            edge->to.type == NODE_FILE &&
            graph_producer(g, (struct file_id){edge->to.n}).n == ID_NONE) {
            return true;
        }
    }
    return false;
}

/* Of the actions that need this one, those whose dyndep file is pending. */
static uint32_t
count_pending_users(const struct pass *pass, struct action_id action)
{
    const struct graph *g = pass->held->graph;
    struct action_list users =
        walk_users(g, (struct node){NODE_ACTION, action.n});
    uint32_t count = 0;
    for (uint32_t i = 0; i < users.count; i++) {
        count += users.ids[i].n != action.n && growth_is_due(g, users.ids[i]) &&
                 is_pending(pass, users.ids[i]);
    }
    action_list_finish(&users);
    return count;
}

bool
pass_awaits_growth(const struct pass *pass, struct action_id action)
{
    const struct graph *g = pass->held->graph;
    if ((graph_action(g, action)->flags & ACTION_GROWN) == 0 ||
        pass->released[action.n] != 0 || !pass_may_grow(pass) ||
        !reads_unmade(g, action)) {
        return false;
    }
    uint32_t pending = 0;
    for (uint32_t i = 0; i < pass->growers.count; i++) {
        struct action_id grower = grower_at(pass, i);
        pending += is_pending(pass, grower);
        if (is_pending(pass, grower) &&
            plan_state(pass->plan, grower) != PLAN_WAITING) {
            return true; // That one needs nothing more.
        }
    }
    return count_pending_users(pass, action) < pending;
}

/* One of them; GROWERS_NONE where its file would close a cycle, too. */
static enum grower_wait
await_grower(struct pass *pass, struct plan *plan, const uint8_t *runs,
             struct action_id action, struct action_id grower)
{
    const struct graph *g = pass->held->graph;
    struct judge *judge = pass->options.judge;
    struct file_id file = graph_detail(g, graph_action(g, grower))->dyndep;
    struct action_id maker = graph_producer(g, file);
    enum plan_wait wait = PLAN_WAIT_NONE;
    if (maker.n != ID_NONE) {
        wait = plan_wait_for(plan, action, maker);
    }
    if (wait == PLAN_WAIT_ADDED) {
        return GROWERS_WAIT;
    }
    if (wait == PLAN_WAIT_NONE && maker.n != ID_NONE && runs != NULL &&
        runs[maker.n] != 0) {
        return GROWERS_UNKNOWN;
    }
    if (wait == PLAN_WAIT_NONE && judge_sees(judge, file)) {
        vec_push(&pass->growing, &grower);
        return GROWERS_READ;
    }
    if (wait == PLAN_WAIT_NONE && // It will be told what it lacks.
        plan_wait_for(plan, action, grower) == PLAN_WAIT_ADDED) {
        return GROWERS_WAIT;
    }
    judge_break_wait(judge, action, grower);
    return GROWERS_NONE;
}

enum grower_wait
pass_await_growers(struct pass *pass, struct plan *plan, const uint8_t *runs,
                   struct action_id action)
{
    const struct action_id *found;
    uint32_t count =
        judge_growers_of(pass->options.judge,
                         (struct node){NODE_ACTION, action.n}, &found);
    struct vec growers = vec_of(sizeof(*found));
    vec_push_all(&growers, found, count);
    enum grower_wait first = GROWERS_NONE;
    for (uint32_t i = 0; i < count; i++) {
        enum grower_wait wait =
            await_grower(pass, plan, runs, action,
                         *(struct action_id *)vec_at(&growers, i));
        first = wait < first ? wait : first;
    }
    pass->ahead.grower_waits = pass->ahead.grower_waits ||
                               first == GROWERS_WAIT ||
                               first == GROWERS_UNKNOWN;
    vec_finish(&growers);
    return first;
}

void
pass_want_growers(struct pass *pass, struct node node)
{
    const struct action_id *found;
    uint32_t count = judge_growers_of(pass->options.judge, node, &found);
    struct vec growers = vec_of(sizeof(*found));
    vec_push_all(&growers, found, count);
    for (uint32_t i = 0; i < count; i++) {
        struct action_id *grower = vec_at(&growers, i);
        pass_want(pass, (struct node){NODE_ACTION, grower->n});
    }
    vec_finish(&growers);
}

/* First those that others which are awaited need; if there are none of these,
 * whoever makes what they read never comes. */
bool
pass_release_awaiting(struct pass *pass)
{
    uint32_t count = pass->awaiting.count;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct action_id action =
            *(struct action_id *)vec_at(&pass->awaiting, i);
        pass->released[action.n] = count_pending_users(pass, action) > 0;
        kept += pass->released[action.n] == 0;
    }
    bool all = kept == count;
    kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct action_id *action = vec_at(&pass->awaiting, i);
        if (all || pass->released[action->n] != 0) {
            pass->released[action->n] = 1;
            plan_release(pass->plan, *action);
        } else {
            *(struct action_id *)vec_at(&pass->awaiting, kept++) = *action;
        }
    }
    vec_resize(&pass->awaiting, kept);
    assert(count == 0 || kept < count);
    return count > 0;
}
