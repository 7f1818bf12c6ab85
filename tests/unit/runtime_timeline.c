/* SPDX-License-Identifier: MIT */
#include "runtime/timeline.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <string.h>

static void
add_need(struct graph *g, const char *path, size_t len)
{
    struct node file = {NODE_FILE, graph_add_file(g, path, len).n};
    graph_add_input(g, file, EDGE_IFWRITTEN, true);
}

/* a and b are made of nothing, lib of both, app of lib, and
 * nothing needs odd. */
static struct graph *
make_graph(void)
{
    static const char *const names[] = {"a", "b", "lib", "app", "odd"};
    static const char *const needs[] = {"", "", "ab", "", ""};
    struct graph *g = graph_create();
    for (int i = 0; i < 5; i++) {
        struct action *action = NULL;
        graph_begin_action(g, &action);
        action->key = graph_intern(g, names[i], strlen(names[i]));
        action->depfile = FILE_NONE;
        graph_add_output(g, graph_add_file(g, names[i], strlen(names[i])));
        for (const char *need = needs[i]; *need != 0; need++) {
            add_need(g, need, 1);
        }
        if (i == 3) {
            add_need(g, "lib", 3);
        }
        graph_add_step(g, STEP_COMMAND);
        graph_add_arg(g, graph_intern(g, "cc", 2));
        graph_end_action(g);
    }
    struct error err = {0};
    CHECK(graph_seal(g, &err));
    return g;
}

static void
add(struct timeline *timeline, const char *key, int64_t start_us,
    int64_t end_us)
{
    struct timeline_item item = {.key = mem_copy_str(key),
                                 .start_us = start_us,
                                 .duration_us = end_us - start_us};
    vec_push(&timeline->items, &item);
}

static struct timeline
make_timeline(void)
{
    return (struct timeline){.items = vec_of(sizeof(struct timeline_item)),
                             .path = vec_of(sizeof(uint32_t))};
}

/* The keys of the path, with a blank behind each. */
static const char *
path_of(const struct timeline *timeline)
{
    static char text[100];
    size_t len = 0;
    text[0] = 0;
    for (uint32_t i = 0; i < timeline->path.count; i++) {
        uint32_t item = *(uint32_t *)vec_at(&timeline->path, i);
        len += (size_t)snprintf(text + len, sizeof(text) - len, "%s ",
                                timeline_at(timeline, item)->key);
        CHECK(timeline_at(timeline, item)->is_critical);
    }
    return text;
}

TEST(timeline_path_goes_back_to_what_was_waited_for_last)
{
    struct graph *g = make_graph();
    struct timeline timeline = make_timeline();
    add(&timeline, "a", 0, 50);
    add(&timeline, "b", 0, 90);
    add(&timeline, "odd", 60, 100);
    add(&timeline, "lib", 100, 200000);
    add(&timeline, "app", 210000, 300000);
    timeline_find_path(&timeline, g);
    CHECK_EQ_STR(path_of(&timeline), "b lib app ");
    CHECK(!timeline_at(&timeline, 0)->is_critical);
    timeline_finish(&timeline);
    graph_destroy(g);
}

/* What was up to date between two that ran is passed over; what left the graph
 * ends the way. */
TEST(timeline_path_knows_what_ran_alone)
{
    struct graph *g = make_graph();
    struct timeline timeline = make_timeline();
    add(&timeline, "b", 0, 90);
    add(&timeline, "app", 210000, 300000);
    timeline_find_path(&timeline, g);
    CHECK_EQ_STR(path_of(&timeline), "b app ");
    timeline_finish(&timeline);

    timeline = make_timeline();
    add(&timeline, "b", 0, 90);
    add(&timeline, "gone", 10, 400000);
    timeline_find_path(&timeline, g);
    CHECK_EQ_STR(path_of(&timeline), "gone ");
    timeline_finish(&timeline);

    timeline = make_timeline();
    timeline_find_path(&timeline, g);
    CHECK_EQ_STR(path_of(&timeline), "");
    timeline_finish(&timeline);
    graph_destroy(g);
}

/* The number that runs is never below nothing, and ends come first. */
TEST(timeline_moments_count_what_runs)
{
    struct timeline timeline = make_timeline();
    add(&timeline, "a", 0, 100);
    add(&timeline, "b", 100, 100);
    add(&timeline, "c", 100, 300);
    struct vec moments = timeline_moments(&timeline);
    static const int64_t times[] = {0, 100, 100, 100, 101, 300};
    static const int running[] = {1, 0, 1, 2, 1, 0};
    int count = 0;
    CHECK_EQ_INT(moments.count, 6);
    for (uint32_t i = 0; i < moments.count && i < 6; i++) {
        const struct timeline_moment *moment = vec_at(&moments, i);
        count += moment->is_end ? -1 : 1;
        CHECK_EQ_INT(moment->time_us, times[i]);
        CHECK_EQ_INT(count, running[i]);
    }
    vec_finish(&moments);
    timeline_finish(&timeline);
}
