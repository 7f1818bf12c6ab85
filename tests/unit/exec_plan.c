/* SPDX-License-Identifier: MIT */
#include "exec/run/plan.h"

#include "exec/base/memory.h"
#include "exec/run/ready.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct graph *g;

static struct file_id
file(const char *path)
{
    return graph_add_file(g, path, strlen(path));
}

/* Adds an action "out" that reads the files of a list ended by NULL. */
static struct action_id
add(const char *out, uint8_t kinds, const char *const *inputs)
{
    struct action *action;
    struct action_id id = graph_begin_action(g, &action);
    action->key = graph_intern(g, out, strlen(out));
    for (; *inputs != NULL; inputs++) {
        graph_add_input(g, (struct node){NODE_FILE, file(*inputs).n}, kinds,
                        true);
    }
    graph_add_output(g, file(out));
    graph_end_action(g);
    return id;
}

#define INPUTS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NO_INPUTS ((const char *const[]){NULL})

static struct plan *
seal_and_plan(void)
{
    struct error err = {0};
    if (!CHECK(graph_seal(g, &err))) {
        printf("# %s\n", err.what);
    }
    return plan_create(g);
}

static void
want_action(struct plan *plan, struct action_id action)
{
    plan_want(plan, (struct node){NODE_ACTION, action.n});
}

static void
finish(struct plan *plan)
{
    plan_destroy(plan);
    graph_destroy(g);
    g = NULL;
}

TEST(ready_gives_the_least)
{
    struct ready ready;
    ready_init(&ready, 300000);
    ready_add(&ready, 299999);
    ready_add(&ready, 64);
    ready_add(&ready, 4096);
    CHECK_EQ_INT(ready.count, 3);
    CHECK_EQ_INT(ready_take(&ready), 64);
    ready_remove(&ready, 4096);
    CHECK_EQ_INT(ready_take(&ready), 299999);
    CHECK_EQ_INT(ready_take(&ready), READY_NONE);
    ready_finish(&ready);
    ready_init(&ready, 0);
    CHECK_EQ_INT(ready_take(&ready), READY_NONE);
    ready_finish(&ready);
}

TEST(ready_gives_the_first_by_an_order)
{
    static const uint32_t places[] = {2, 0, 3, 1};
    static const uint32_t numbers[] = {1, 3, 0, 2};
    struct ready ready;
    ready_init(&ready, 4);
    ready_add(&ready, 0);
    ready_add(&ready, 3);
    ready_set_order(&ready, places, numbers);
    ready_add(&ready, 2);
    CHECK_EQ_INT(ready.count, 3);
    CHECK(ready_has(&ready, 0));
    CHECK(!ready_has(&ready, 1));
    CHECK_EQ_INT(ready_take(&ready), 3);
    CHECK_EQ_INT(ready_take(&ready), 0);
    ready_set_order(&ready, NULL, NULL);
    CHECK_EQ_INT(ready_take(&ready), 2);
    CHECK_EQ_INT(ready_take(&ready), READY_NONE);
    ready_finish(&ready);
}

TEST(plan_orders_by_need)
{
    g = graph_create();
    struct action_id top = add("top", EDGE_IFCHANGED, INPUTS("a", "b"));
    struct action_id a = add("a", EDGE_IFCHANGED, INPUTS("a.c"));
    struct action_id b = add("b", EDGE_IFCHANGED, INPUTS("a", "b.c"));
    struct action_id other = add("other", EDGE_IFCHANGED, NO_INPUTS);
    struct plan *plan = seal_and_plan();
    want_action(plan, top);
    CHECK_EQ_INT(plan_counts(plan).wanted, 3);
    CHECK_EQ_INT(plan_state(plan, other), PLAN_UNWANTED);
    CHECK_EQ_INT(plan_take(plan).n, a.n);
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE);
    plan_settle(plan, a, true);
    CHECK(plan_is_touched(plan, b));
    CHECK_EQ_INT(plan_take(plan).n, b.n);
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE);
    plan_settle(plan, b, false);
    CHECK_EQ_INT(plan_take(plan).n, top.n);
    plan_settle(plan, top, false);
    CHECK_EQ_INT(plan_counts(plan).settled, 3);
    finish(plan);
}

TEST(plan_same_input_twice)
{
    g = graph_create();
    struct action_id top = add("top", EDGE_IFCHANGED, INPUTS("a", "a", "a"));
    struct action_id a = add("a", EDGE_IFCHANGED, NO_INPUTS);
    struct plan *plan = seal_and_plan();
    want_action(plan, top);
    CHECK_EQ_INT(plan_take(plan).n, a.n);
    plan_settle(plan, a, false);
    CHECK(!plan_is_touched(plan, top));
    CHECK_EQ_INT(plan_take(plan).n, top.n);
    finish(plan);
}

TEST(plan_order_only_does_not_touch)
{
    g = graph_create();
    struct action_id top = add("top", EDGE_ORDER_ONLY, INPUTS("a"));
    struct action_id a = add("a", EDGE_IFCHANGED, NO_INPUTS);
    struct plan *plan = seal_and_plan();
    want_action(plan, top);
    CHECK_EQ_INT(plan_take(plan).n, a.n);
    plan_settle(plan, a, true);
    CHECK(!plan_is_touched(plan, top));
    finish(plan);
}

TEST(plan_validations_are_wanted_and_do_not_order)
{
    g = graph_create();
    struct action_id top = add("top", EDGE_VALIDATION, INPUTS("check"));
    struct action_id check = add("check", EDGE_IFCHANGED, INPUTS("top"));
    struct plan *plan = seal_and_plan();
    want_action(plan, top);
    CHECK_EQ_INT(plan_counts(plan).wanted, 2);
    CHECK_EQ_INT(plan_take(plan).n, top.n);
    plan_settle(plan, top, false);
    CHECK_EQ_INT(plan_take(plan).n, check.n);
    finish(plan);
}

TEST(plan_failure_reaches_all_users)
{
    g = graph_create();
    struct action_id a = add("a", EDGE_IFCHANGED, NO_INPUTS);
    struct action_id b = add("b", EDGE_IFCHANGED, INPUTS("a"));
    struct action_id c = add("c", EDGE_IFCHANGED, INPUTS("b"));
    struct action_id free_one = add("d", EDGE_IFCHANGED, NO_INPUTS);
    struct plan *plan = seal_and_plan();
    want_action(plan, c);
    want_action(plan, free_one);
    CHECK_EQ_INT(plan_take(plan).n, a.n);
    plan_fail(plan, a);
    CHECK_EQ_INT(plan_take(plan).n, free_one.n);
    CHECK_EQ_INT(plan_take_not_run(plan).n, b.n);
    CHECK_EQ_INT(plan_take_not_run(plan).n, c.n);
    CHECK_EQ_INT(plan_take_not_run(plan).n, ID_NONE);
    CHECK_EQ_INT(plan_counts(plan).not_run, 2);
    finish(plan);
}

TEST(plan_wanting_after_a_failure)
{
    g = graph_create();
    struct action_id a = add("a", EDGE_IFCHANGED, NO_INPUTS);
    struct action_id b = add("b", EDGE_IFCHANGED, INPUTS("a"));
    struct plan *plan = seal_and_plan();
    want_action(plan, a);
    CHECK_EQ_INT(plan_take(plan).n, a.n);
    plan_fail(plan, a);
    want_action(plan, b);
    CHECK_EQ_INT(plan_state(plan, b), PLAN_NOT_RUN);
    CHECK_EQ_INT(plan_take_not_run(plan).n, b.n);
    finish(plan);
}

TEST(plan_groups_order)
{
    g = graph_create();
    struct place place = {{0}, 0, 0};
    struct group_id inner =
        graph_begin_group(g, graph_intern(g, "inner", 5), place);
    graph_add_member(g, (struct node){NODE_FILE, file("a").n});
    graph_add_member(g, (struct node){NODE_FILE, file("plain").n});
    graph_end_group(g);
    struct group_id outer =
        graph_begin_group(g, graph_intern(g, "outer", 5), place);
    graph_add_member(g, (struct node){NODE_GROUP, inner.n});
    graph_end_group(g);
    struct action_id a = add("a", EDGE_IFCHANGED, NO_INPUTS);
    struct action *action;
    struct action_id top = graph_begin_action(g, &action);
    action->key = graph_intern(g, "top", 3);
    graph_add_input(g, (struct node){NODE_GROUP, outer.n}, EDGE_ORDER_ONLY,
                    true);
    graph_end_action(g);
    struct plan *plan = seal_and_plan();
    want_action(plan, top);
    CHECK_EQ_INT(plan_counts(plan).wanted, 2);
    CHECK_EQ_INT(plan_take(plan).n, a.n);
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE);
    plan_settle(plan, a, true);
    CHECK_EQ_INT(plan_take(plan).n, top.n);
    finish(plan);
}

/* Three actions in a pool of one, and one outside of it. */
static struct plan *
plan_with_pool(struct action_id ids[4])
{
    g = graph_create();
    struct pool_id pool;
    CHECK(graph_add_pool(g, graph_intern(g, "link", 4), 1, &pool));
    for (int i = 0; i < 4; i++) {
        char name[] = {(char)('a' + i), 0};
        struct action *action;
        ids[i] = graph_begin_action(g, &action);
        action->key = graph_intern(g, name, 1);
        action->pool = i < 3 ? pool : (struct pool_id){0};
        graph_add_output(g, file(name));
        graph_end_action(g);
    }
    struct plan *plan = seal_and_plan();
    for (int i = 0; i < 4; i++) {
        want_action(plan, ids[i]);
    }
    return plan;
}

TEST(plan_takes_by_an_order)
{
    static const uint32_t order[] = {1, 3, 2, 0};
    struct action_id ids[4];
    struct plan *plan = plan_with_pool(ids);
    uint32_t *places = mem_alloc(4, sizeof(*places));
    memcpy(places, order, sizeof(order));
    plan_set_order(plan, places);
    CHECK_EQ_INT(plan_take(plan).n, ids[3].n);
    CHECK_EQ_INT(plan_take(plan).n, ids[0].n);
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE);
    plan_settle(plan, ids[0], true);
    CHECK_EQ_INT(plan_take(plan).n, ids[2].n); // not the one that came first
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE);
    plan_settle(plan, ids[2], true);
    CHECK_EQ_INT(plan_take(plan).n, ids[1].n);
    finish(plan);
}

/* It runs already, under an older graph: whether it was ready or waited for a
 * place, it is neither any more. */
TEST(plan_adopts_what_waits_for_its_pool)
{
    struct action_id ids[4];
    struct plan *plan = plan_with_pool(ids);
    CHECK_EQ_INT(plan_take(plan).n, ids[0].n);
    CHECK_EQ_INT(plan_take(plan).n, ids[3].n);
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE); // both others wait
    plan_adopt(plan, ids[1]);
    plan_settle(plan, ids[0], true);
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE); // the adopted one has the place
    plan_settle(plan, ids[1], true);
    CHECK_EQ_INT(plan_take(plan).n, ids[2].n);
    CHECK_EQ_INT(plan_counts(plan).ready, 0);
    plan_settle(plan, ids[2], true);
    plan_settle(plan, ids[3], true);
    CHECK_EQ_INT(plan_counts(plan).settled, 4);
    finish(plan);
}

TEST(plan_fails_what_waits_for_its_pool)
{
    struct action_id ids[4];
    struct plan *plan = plan_with_pool(ids);
    CHECK_EQ_INT(plan_take(plan).n, ids[0].n);
    CHECK_EQ_INT(plan_take(plan).n, ids[3].n);
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE);
    plan_fail(plan, ids[1]);
    plan_settle(plan, ids[0], true);
    CHECK_EQ_INT(plan_take(plan).n, ids[2].n);
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE);
    CHECK_EQ_INT(plan_counts(plan).failed, 1);
    finish(plan);
}

TEST(plan_pools)
{
    g = graph_create();
    struct pool_id pool;
    CHECK(graph_add_pool(g, graph_intern(g, "link", 4), 1, &pool));
    struct action_id ids[3];
    for (int i = 0; i < 3; i++) {
        char name[] = {(char)('a' + i), 0};
        struct action *action;
        ids[i] = graph_begin_action(g, &action);
        action->key = graph_intern(g, name, 1);
        action->pool = pool;
        graph_add_output(g, file(name));
        graph_end_action(g);
    }
    struct action_id other = add("z", EDGE_IFCHANGED, NO_INPUTS);
    struct plan *plan = seal_and_plan();
    for (int i = 0; i < 3; i++) {
        want_action(plan, ids[i]);
    }
    want_action(plan, other);
    CHECK_EQ_INT(plan_take(plan).n, ids[0].n);
    CHECK_EQ_INT(plan_take(plan).n, other.n);
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE);
    CHECK_EQ_INT(plan_counts(plan).ready, 0);
    plan_settle(plan, ids[0], false);
    CHECK_EQ_INT(plan_take(plan).n, ids[1].n);
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE);
    plan_fail(plan, ids[1]);
    CHECK_EQ_INT(plan_take(plan).n, ids[2].n);
    finish(plan);
}

TEST(plan_waits_for_what_was_discovered)
{
    g = graph_create();
    struct action_id a = add("a.o", EDGE_IFCHANGED, INPUTS("a.c"));
    struct action_id gen = add("gen.h", EDGE_IFCHANGED, NO_INPUTS);
    struct action_id user = add("prog", EDGE_IFCHANGED, INPUTS("a.o"));
    struct plan *plan = seal_and_plan();
    want_action(plan, user);
    CHECK_EQ_INT(plan_take(plan).n, a.n);
    CHECK_EQ_INT(plan_wait_for(plan, a, gen), PLAN_WAIT_ADDED);
    CHECK_EQ_INT(plan_wait_for(plan, a, user), PLAN_WAIT_CYCLE);
    CHECK_EQ_INT(plan_wait_for(plan, a, a), PLAN_WAIT_CYCLE);
    plan_put_back(plan, a);
    CHECK_EQ_INT(plan_take(plan).n, gen.n);
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE);
    plan_settle(plan, gen, true);
    CHECK(plan_is_touched(plan, a));
    CHECK_EQ_INT(plan_take(plan).n, a.n);
    CHECK_EQ_INT(plan_wait_for(plan, a, gen), PLAN_WAIT_NONE);
    plan_put_back(plan, a);
    CHECK_EQ_INT(plan_take(plan).n, a.n);
    plan_settle(plan, a, true);
    CHECK_EQ_INT(plan_take(plan).n, user.n);
    finish(plan);
}

TEST(plan_waiting_for_a_failed_one)
{
    g = graph_create();
    struct action_id gen = add("gen.h", EDGE_IFCHANGED, NO_INPUTS);
    struct action_id a = add("a.o", EDGE_IFCHANGED, INPUTS("a.c"));
    struct plan *plan = seal_and_plan();
    want_action(plan, gen);
    want_action(plan, a);
    CHECK_EQ_INT(plan_take(plan).n, gen.n);
    CHECK_EQ_INT(plan_take(plan).n, a.n);
    plan_fail(plan, gen);
    CHECK_EQ_INT(plan_wait_for(plan, a, gen), PLAN_WAIT_ADDED);
    plan_put_back(plan, a);
    CHECK_EQ_INT(plan_state(plan, a), PLAN_NOT_RUN);
    CHECK_EQ_INT(plan_take_not_run(plan).n, a.n);
    finish(plan);
}

TEST(plan_pending_never_starts)
{
    g = graph_create();
    struct action *action;
    struct action_id dynout = graph_begin_action(g, &action);
    action->key = graph_intern(g, "dynout", 6);
    action->flags = ACTION_DYNOUT;
    graph_end_action(g);
    struct action_id user = graph_begin_action(g, &action);
    action->key = graph_intern(g, "user", 4);
    action->flags = ACTION_PENDING;
    graph_add_input(g, (struct node){NODE_ACTION, dynout.n}, EDGE_DYNOUT, true);
    graph_end_action(g);
    struct plan *plan = seal_and_plan();
    want_action(plan, user);
    CHECK_EQ_INT(plan_take(plan).n, dynout.n);
    plan_settle(plan, dynout, true);
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE);
    CHECK_EQ_INT(plan_state(plan, user), PLAN_WAITING);
    finish(plan);
}

TEST(plan_hold_and_release)
{
    g = graph_create();
    struct action_id a = add("a", EDGE_IFCHANGED, NO_INPUTS);
    struct plan *plan = seal_and_plan();
    want_action(plan, a);
    CHECK_EQ_INT(plan_take(plan).n, a.n);
    plan_hold(plan, a);
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE);
    plan_release(plan, a);
    CHECK_EQ_INT(plan_take(plan).n, a.n);
    plan_settle(plan, a, false);
    finish(plan);
}

/* a <- b <- c: b begins before anybody wants c. */
TEST(what_is_begun_early_wants_its_needs_later)
{
    static const uint8_t before[] = {1, 0, 0};
    static const struct rows none = {0};
    g = graph_create();
    struct action_id a = add("a", EDGE_ORDER_ONLY, INPUTS("x"));
    struct action_id b = add("b", EDGE_ORDER_ONLY, INPUTS("a"));
    struct action_id c = add("c", EDGE_IFWRITTEN, INPUTS("b"));
    struct plan *plan = seal_and_plan();
    plan_adopt(plan, b);
    CHECK_EQ_INT(plan_counts(plan).wanted, 1);
    plan_settle(plan, b, true);
    plan_settle_before(plan, before, &none);
    want_action(plan, c);
    CHECK_EQ_INT(plan_counts(plan).wanted, 3);
    CHECK_EQ_INT(plan_state(plan, a), PLAN_SETTLED);
    CHECK_EQ_INT(plan_take(plan).n, c.n);
    CHECK(plan_is_touched(plan, c));
    finish(plan);
}

TEST(what_fails_early_keeps_its_users_from_running)
{
    static const uint8_t before[] = {0, 0};
    static const struct rows none = {0};
    g = graph_create();
    struct action_id a = add("a", EDGE_IFWRITTEN, INPUTS("x"));
    struct action_id b = add("b", EDGE_IFWRITTEN, INPUTS("a"));
    struct plan *plan = seal_and_plan();
    plan_adopt(plan, a);
    plan_fail(plan, a);
    plan_settle_before(plan, before, &none);
    want_action(plan, b);
    CHECK_EQ_INT(plan_state(plan, b), PLAN_NOT_RUN);
    CHECK_EQ_INT(plan_counts(plan).wanted, 2);
    CHECK_EQ_INT(plan_counts(plan).failed, 1);
    finish(plan);
}

TEST(plan_adopts_what_runs)
{
    g = graph_create();
    struct action_id a = add("a", EDGE_IFCHANGED, NO_INPUTS);
    struct action_id b = add("b", EDGE_IFCHANGED, INPUTS("a"));
    struct plan *plan = seal_and_plan();
    plan_adopt(plan, a);
    want_action(plan, b);
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE);
    plan_put_back(plan, a);
    CHECK_EQ_INT(plan_take(plan).n, a.n);
    plan_settle(plan, a, false);
    CHECK_EQ_INT(plan_take(plan).n, b.n);
    finish(plan);
}

/* Its needs under the new graph are other ones: they come before it is judged
 * again, and what validates it is wanted as well. */
TEST(plan_wants_what_an_adopted_action_needs)
{
    g = graph_create();
    struct action_id a = add("a", EDGE_IFCHANGED, NO_INPUTS);
    struct action_id v = add("v", EDGE_IFCHANGED, NO_INPUTS);
    struct action_id b = add("b", EDGE_IFCHANGED, INPUTS("a"));
    struct action_id c = add("c", EDGE_IFCHANGED, INPUTS("a"));
    struct action_id d = add("d", EDGE_VALIDATION, INPUTS("v"));
    struct plan *plan = seal_and_plan();
    plan_adopt(plan, b);
    plan_adopt(plan, c);
    plan_adopt(plan, d);
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE);
    want_action(plan, c);
    want_action(plan, d);
    CHECK_EQ_INT(plan_counts(plan).wanted, 5);
    plan_put_back(plan, c);
    CHECK_EQ_INT(plan_take(plan).n, a.n);
    CHECK_EQ_INT(plan_take(plan).n, v.n);
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE);
    plan_settle(plan, a, true);
    CHECK_EQ_INT(plan_take(plan).n, c.n);
    plan_settle(plan, c, false);
    plan_settle(plan, d, false);
    // Nobody wants the other one: it is not judged again.
    plan_put_back(plan, b);
    CHECK_EQ_INT(plan_state(plan, b), PLAN_UNWANTED);
    CHECK_EQ_INT(plan_counts(plan).wanted, 4);
    plan_count_done(plan, b);
    CHECK_EQ_INT(plan_counts(plan).wanted, 5);
    CHECK_EQ_INT(plan_take(plan).n, ID_NONE);
    plan_settle(plan, v, true);
    finish(plan);
}

/* Each reads the output of the one before: nothing may recurse on it. */
TEST(plan_chain_of_a_million)
{
    enum { COUNT = 1000000 };
    g = graph_create();
    struct file_id before = file("start");
    for (int i = 0; i < COUNT; i++) {
        char path[32];
        snprintf(path, sizeof(path), "f%d", i);
        struct action *action;
        graph_begin_action(g, &action);
        struct file_id out = file(path);
        action->key = graph_intern(g, path, strlen(path));
        graph_add_input(g, (struct node){NODE_FILE, before.n}, EDGE_IFWRITTEN,
                        true);
        graph_add_output(g, out);
        graph_end_action(g);
        before = out;
    }
    struct plan *plan = seal_and_plan();
    plan_want(plan, (struct node){NODE_FILE, before.n});
    CHECK_EQ_INT(plan_counts(plan).wanted, COUNT);
    uint32_t taken = 0;
    for (;;) {
        struct action_id action = plan_take(plan);
        if (action.n == ID_NONE) {
            break;
        }
        taken++;
        plan_settle(plan, action, false);
    }
    CHECK_EQ_INT(taken, COUNT);
    finish(plan);
}

/* A failure at the start of a long chain reaches its end. */
TEST(plan_failing_chain)
{
    enum { COUNT = 100000 };
    g = graph_create();
    struct action_id first = add("f0", EDGE_IFWRITTEN, NO_INPUTS);
    struct action_id last = first;
    for (int i = 1; i < COUNT; i++) {
        char path[32];
        char input[32];
        snprintf(path, sizeof(path), "f%d", i);
        snprintf(input, sizeof(input), "f%d", i - 1);
        last = add(path, EDGE_IFWRITTEN, INPUTS(input));
    }
    struct plan *plan = seal_and_plan();
    want_action(plan, last);
    CHECK_EQ_INT(plan_take(plan).n, first.n);
    plan_fail(plan, first);
    CHECK_EQ_INT(plan_counts(plan).not_run, COUNT - 1);
    CHECK_EQ_INT(plan_state(plan, last), PLAN_NOT_RUN);
    finish(plan);
}

TEST(plan_counts_what_was_done_once)
{
    g = graph_create();
    struct action_id a = add("a", EDGE_IFCHANGED, NO_INPUTS);
    struct action_id b = add("b", EDGE_IFCHANGED, INPUTS("a"));
    struct action_id c = add("c", EDGE_IFCHANGED, NO_INPUTS);
    struct action_id d = add("d", EDGE_IFCHANGED, NO_INPUTS);
    struct plan *plan = seal_and_plan();
    plan_count_done(plan, a);
    plan_count_done(plan, a);
    plan_count_done(plan, c);
    CHECK_EQ_INT(plan_counts(plan).wanted, 2);
    want_action(plan, b);
    CHECK_EQ_INT(plan_counts(plan).wanted, 3);
    plan_count_done(plan, b);
    plan_adopt(plan, c);
    CHECK_EQ_INT(plan_counts(plan).wanted, 3);
    plan_adopt(plan, d);
    CHECK_EQ_INT(plan_counts(plan).wanted, 4);
    finish(plan);
}
