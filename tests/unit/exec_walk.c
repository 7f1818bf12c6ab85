/* SPDX-License-Identifier: MIT */
#include "exec/base/buffer.h"
#include "exec/graph/walk.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <string.h>

static struct node
file(struct graph *g, const char *path)
{
    struct file_id id = graph_find_file(g, path, strlen(path));

    if (id.n == ID_NONE) { // never in a sealed graph
        id = graph_add_file(g, path, strlen(path));
    }
    return (struct node){NODE_FILE, id.n};
}

/* Adds an action whose key is its output. */
static struct node
add(struct graph *g, const char *output, const struct node *inputs,
    uint32_t count)
{
    struct action *action;
    struct action_id id = graph_begin_action(g, &action);

    action->key = graph_intern(g, output, strlen(output));
    for (uint32_t i = 0; i < count; i++) {
        graph_add_input(g, inputs[i], EDGE_IFWRITTEN, true);
    }
    graph_add_output(g, (struct file_id){file(g, output).n});
    graph_end_action(g);
    return (struct node){NODE_ACTION, id.n};
}

/* Compares the keys of a list, which is freed, with words. */
static void
check_list(const struct graph *g, struct action_list list, const char *expected)
{
    struct buffer text = {0};

    for (uint32_t i = 0; i < list.count; i++) {
        const struct action *a = graph_action(g, list.ids[i]);
        buffer_add_str(&text, i > 0 ? " " : "");
        buffer_add_str(&text, graph_cstr(g, a->key));
    }
    CHECK_EQ_STR(buffer_str(&text), expected);
    buffer_finish(&text);
    action_list_finish(&list);
}

static void
seal(struct graph *g)
{
    struct error err = {0};

    CHECK(graph_seal(g, &err));
    CHECK_EQ_STR(err.what, NULL);
}

/* a.o and b.o from sources, lib from both, app from lib, a group of app. */
static struct graph *
make_app(void)
{
    struct graph *g = graph_create();

    add(g, "app", (struct node[]){file(g, "main.c"), file(g, "lib")}, 2);
    add(g, "lib", (struct node[]){file(g, "a.o"), file(g, "b.o")}, 2);
    add(g, "a.o", (struct node[]){file(g, "a.c"), file(g, "h")}, 2);
    add(g, "b.o", (struct node[]){file(g, "b.c"), file(g, "h")}, 2);
    add(g, "doc", (struct node[]){file(g, "doc.md")}, 1);
    struct group_id id = graph_begin_group(g, graph_intern(g, "all", 3),
                                           (struct place){{0}, 0, 0});
    graph_add_member(g, file(g, "app"));
    graph_add_member(g, file(g, "h"));
    graph_end_group(g);
    struct node all = {NODE_GROUP, id.n};
    add(g, "package", &all, 1);
    seal(g);
    return g;
}

TEST(needed_comes_inputs_first)
{
    struct graph *g = make_app();
    struct node app = file(g, "app");
    struct node two[] = {file(g, "b.o"), file(g, "app")};
    struct node source = file(g, "h");
    struct node group = {NODE_GROUP, 0};
    struct node package = {NODE_ACTION, 5};

    check_list(g, walk_needed(g, &app, 1), "a.o b.o lib app");
    check_list(g, walk_needed(g, two, 2), "b.o a.o lib app");
    check_list(g, walk_needed(g, &source, 1), "");
    check_list(g, walk_needed(g, NULL, 0), "");
    check_list(g, walk_needed(g, &group, 1), "a.o b.o lib app");
    check_list(g, walk_needed(g, &package, 1), "a.o b.o lib app package");
    graph_destroy(g);
}

TEST(users_come_nearest_first)
{
    struct graph *g = make_app();

    check_list(g, walk_users(g, file(g, "b.c")), "b.o lib app package");
    check_list(g, walk_users(g, (struct node){NODE_ACTION, 1}), "app package");
    check_list(g, walk_users(g, file(g, "package")), "");
    check_list(g, walk_users(g, file(g, "doc.md")), "doc");
    struct action_list list = walk_users(g, file(g, "h"));
    CHECK_EQ_INT(list.count, 5);
    action_list_finish(&list);
    graph_destroy(g);
}

/* A validation that needs what it validates. */
TEST(validations_come_last)
{
    struct graph *g = graph_create();
    struct action *action;

    graph_begin_action(g, &action);
    action->key = graph_intern(g, "x", 1);
    graph_add_input(g, file(g, "x.checked"), EDGE_VALIDATION, false);
    graph_add_output(g, (struct file_id){file(g, "x").n});
    graph_end_action(g);
    add(g, "x.checked", (struct node[]){file(g, "x"), file(g, "tool")}, 2);
    add(g, "tool", NULL, 0);
    add(g, "y", (struct node[]){file(g, "x")}, 1);
    seal(g);
    struct node y = file(g, "y");
    check_list(g, walk_needed(g, &y, 1), "x y tool x.checked");
    check_list(g, walk_users(g, file(g, "x.checked")), "");
    check_list(g, walk_users(g, file(g, "tool")), "x.checked");
    graph_destroy(g);
}

TEST(edges_on_actions)
{
    struct graph *g = graph_create();
    struct action *action;
    struct action_id dynout = graph_begin_action(g, &action);

    action->key = graph_intern(g, "dynout", 6);
    graph_end_action(g);
    graph_begin_action(g, &action);
    action->key = graph_intern(g, "user", 4);
    struct node node = {NODE_ACTION, dynout.n};
    graph_add_input(g, node, EDGE_DYNOUT, false);
    graph_end_action(g);
    seal(g);
    struct node user = {NODE_ACTION, 1};
    check_list(g, walk_needed(g, &user, 1), "dynout user");
    check_list(g, walk_users(g, node), "user");
    graph_destroy(g);
}

TEST(deep_graphs)
{
    enum { COUNT = 200000 };
    struct graph *g = graph_create();
    struct node last = file(g, "0");

    for (int i = 1; i <= COUNT; i++) {
        char path[16];
        snprintf(path, sizeof(path), "%d", i);
        add(g, path, &last, 1);
        last = file(g, path);
    }
    seal(g);
    struct action_list list = walk_needed(g, &last, 1);
    CHECK_EQ_INT(list.count, COUNT);
    CHECK_EQ_INT(list.ids[0].n, 0);
    action_list_finish(&list);
    list = walk_users(g, file(g, "0"));
    CHECK_EQ_INT(list.count, COUNT);
    CHECK_EQ_INT(list.ids[0].n, 0);
    CHECK_EQ_INT(list.ids[COUNT - 1].n, COUNT - 1);
    action_list_finish(&list);
    graph_destroy(g);
}
