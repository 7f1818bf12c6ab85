/* SPDX-License-Identifier: MIT */
/* Groups are nodes like actions, so that a large one costs its size once. */
#include "exec/run/plan_groups.h"

uint32_t
plan_node_index(const struct graph *g, struct node node)
{
    switch (node.type) {
    case NODE_FILE:
        return graph_producer(g, (struct file_id){node.n}).n;
    case NODE_ACTION:
        return node.n;
    case NODE_GROUP:
        return graph_action_count(g) + node.n;
    }
    return PLAN_NODE_NONE;
}

bool
plan_edge_orders(const struct edge *edge)
{
    return (edge->kinds & (uint8_t)~EDGE_VALIDATION) != 0;
}

static void
add_group_users(const struct graph *g, uint32_t node, struct vec *pairs)
{
    const struct action *action = graph_action(g, (struct action_id){node});
    for (uint32_t i = 0; i < action->inputs.count; i++) {
        const struct edge *edge = graph_input(g, action, i);
        if (edge->to.type == NODE_GROUP && plan_edge_orders(edge)) {
            struct pair pair = {edge->to.n, node};
            vec_push(pairs, &pair);
        }
    }
}

static void
add_members(const struct graph *g, uint32_t group_number, struct vec *pairs)
{
    const struct group *group = graph_group(g, (struct group_id){group_number});
    for (uint32_t i = 0; i < group->members.count; i++) {
        uint32_t node = plan_node_index(g, graph_member(g, group, i));
        if (node != PLAN_NODE_NONE) {
            struct pair pair = {node, graph_action_count(g) + group_number};
            vec_push(pairs, &pair);
        }
    }
}

/* The graph has no way from a member to its groups by the plan's nodes, nor from
 * a group to its users. */
struct plan_groups
plan_groups_make(const struct graph *g)
{
    struct plan_groups groups = {0};
    uint32_t group_count = graph_group_count(g);
    uint32_t action_count = graph_action_count(g);
    if (group_count == 0) {
        return groups;
    }
    struct vec pairs = vec_of(sizeof(struct pair));
    for (uint32_t i = 0; i < action_count; i++) {
        add_group_users(g, i, &pairs);
    }
    groups.users = rows_make(&pairs, group_count);
    vec_finish(&pairs);
    pairs = vec_of(sizeof(struct pair));
    for (uint32_t i = 0; i < group_count; i++) {
        add_members(g, i, &pairs);
    }
    groups.memberships = rows_make(&pairs, action_count + group_count);
    vec_finish(&pairs);
    return groups;
}

void
plan_groups_finish(struct plan_groups *groups)
{
    rows_finish(&groups->users);
    rows_finish(&groups->memberships);
}
