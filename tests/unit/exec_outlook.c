/* SPDX-License-Identifier: MIT */
#include "exec/run/outlook.h"

#include "exec/base/memory.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct graph *g;
static struct plan *plan;
static struct schedule schedule;

static struct file_id
file(const char *path)
{
    return graph_add_file(g, path, strlen(path));
}

/* Adds an action "out" with a command, or a phony one, that reads `input`. */
static struct action_id
add(const char *out, const char *input, bool has_command)
{
    struct action *action;
    struct action_id id = graph_begin_action(g, &action);
    action->key = graph_intern(g, out, strlen(out));
    if (input != NULL) {
        graph_add_input(g, (struct node){NODE_FILE, file(input).n},
                        EDGE_IFWRITTEN, true);
    }
    graph_add_output(g, file(out));
    if (has_command) {
        graph_add_step(g, STEP_COMMAND);
        graph_add_arg(g, graph_intern(g, "cc", 2));
    }
    graph_end_action(g);
    return id;
}

/* Three objects of 10, 20 and 30 s; a phony of the last one, which is linked in
 * 5 s and then signed in 1 s. */
static void
set_up(bool known)
{
    static const uint64_t seconds[] = {10, 20, 30, 0, 5, 1};
    g = graph_create();
    add("a.o", NULL, true);
    add("b.o", NULL, true);
    add("c.o", NULL, true);
    add("all", "c.o", false);
    add("app", "all", true);
    add("app.sig", "app", true);
    struct error err = {0};
    CHECK(graph_seal(g, &err));
    plan = plan_create(g);
    uint32_t count = graph_action_count(g);
    schedule = (struct schedule){
        .durations_us = mem_alloc(count, sizeof(uint64_t)),
        .peaks_kib = mem_alloc(count, sizeof(uint64_t)),
        .known = mem_alloc(count, sizeof(uint8_t)),
        .known_count = known ? count : 0,
        .count = count,
    };
    for (uint32_t i = 0; i < count; i++) {
        plan_want(plan, (struct node){NODE_ACTION, i});
        schedule.durations_us[i] = known ? seconds[i] * 1000000 : 1000;
        schedule.known[i] = known;
    }
    schedule_order(&schedule, g, plan);
}

static void
tear_down(void)
{
    schedule_finish(&schedule);
    plan_destroy(plan);
    graph_destroy(g);
}

static struct outlook
look(uint32_t jobs, const struct outlook_running *running, uint32_t count)
{
    struct outlook_request request = {.graph = g,
                                      .plan = plan,
                                      .schedule = &schedule,
                                      .running = running,
                                      .running_count = count,
                                      .jobs = jobs};
    struct outlook outlook;
    outlook_make(&outlook, &request);
    return outlook;
}

TEST(outlook_is_the_longest_way_or_the_work)
{
    set_up(true);
    CHECK_EQ_INT(look(1, NULL, 0).left_us, 66000000);
    CHECK_EQ_INT(look(2, NULL, 0).left_us, 36000000);
    CHECK_EQ_INT(look(100, NULL, 0).left_us, 36000000);
    tear_down();
}

/* The phony one stands on the way, and is not told. */
TEST(outlook_names_the_way)
{
    set_up(true);
    struct outlook outlook = look(4, NULL, 0);
    CHECK_EQ_INT(outlook.path_count, 3);
    CHECK_EQ_INT(outlook.path_more, 0);
    CHECK_EQ_INT(outlook.path[0].n, 2);
    CHECK_EQ_INT(outlook.path[1].n, 4);
    CHECK_EQ_INT(outlook.path[2].n, 5);
    tear_down();
}

TEST(outlook_counts_what_running_ones_have_done)
{
    set_up(true);
    struct outlook_running running = {plan_take(plan), 29000000};
    CHECK_EQ_INT(running.action.n, 2);
    CHECK_EQ_INT(look(1, &running, 1).left_us, 37000000);
    CHECK_EQ_INT(look(4, &running, 1).left_us, 20000000);
    CHECK_EQ_INT(look(4, &running, 1).path[0].n, 1);
    /* Longer than ever: it may end any moment. */
    running.elapsed_us = 300000000;
    CHECK_EQ_INT(look(1, &running, 1).left_us, 36000000);
    tear_down();
}

TEST(outlook_without_a_past_goes_by_this_run)
{
    set_up(false);
    CHECK_EQ_INT(look(1, NULL, 0).left_us, -1);
    struct outlook_request request = {.graph = g,
                                      .plan = plan,
                                      .schedule = &schedule,
                                      .jobs = 2,
                                      .mean_us = 4000000};
    struct outlook outlook;
    outlook_make(&outlook, &request);
    CHECK_EQ_INT(outlook.left_us, 16000000);
    tear_down();
}

/* Of a way of thousands its beginning is kept, and the rest counted so far as
 * somebody may want to know. */
TEST(outlook_cuts_a_long_way)
{
    g = graph_create();
    char name[16] = "0";
    add(name, NULL, true);
    for (int i = 1; i < 40; i++) {
        char next[16];
        snprintf(next, sizeof(next), "%d", i);
        add(next, name, true);
        memcpy(name, next, sizeof(name));
    }
    struct error err = {0};
    CHECK(graph_seal(g, &err));
    plan = plan_create(g);
    plan_want(plan, (struct node){NODE_ACTION, 39});
    schedule = (struct schedule){
        .durations_us = mem_alloc(40, sizeof(uint64_t)),
        .peaks_kib = mem_alloc(40, sizeof(uint64_t)),
        .known = mem_alloc(40, sizeof(uint8_t)),
        .known_count = 40,
        .count = 40,
    };
    for (int i = 0; i < 40; i++) {
        schedule.durations_us[i] = 2;
    }
    schedule_order(&schedule, g, plan);
    struct outlook outlook = look(1, NULL, 0);
    CHECK_EQ_INT(outlook.left_us, 80);
    CHECK_EQ_INT(outlook.path_count, OUTLOOK_PATH_MAX);
    CHECK_EQ_INT(outlook.path_more, 40 - OUTLOOK_PATH_MAX);
    tear_down();
}
