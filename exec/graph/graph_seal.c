/* SPDX-License-Identifier: MIT */
/*
 * Sealing: what points forwards gets its way back, names get their tables, and
 * the graph is checked. Everything is linear in the size of the graph.
 */
#include "exec/graph/depth.h"
#include "exec/graph/graph.h"
#include "exec/graph/parts.h"

#include <assert.h>
#include <string.h>

/* --- Errors --------------------------------------------------------------- */

static void
describe_place(const struct graph *g, struct place place, struct buffer *text)
{
    struct slice file = graph_str(g, place.file);

    if (file.len > 0) {
        buffer_add_format(text, " (%s:%u)", file.bytes, place.line);
    }
}

static void
set_where(const struct graph *g, struct place place, struct error *err)
{
    struct slice file = graph_str(g, place.file);

    if (file.len > 0) {
        error_set_where(err, file.bytes, place.line, place.column);
    }
}

/* Says that two things at two places have what only one may have. */
static bool
double_error(const struct graph *g, const char *what, const char *subject,
             const struct place *places, struct error *err)
{
    struct buffer text = {0};

    buffer_add_format(&text, "%s %s: the first", what, subject);
    describe_place(g, places[0], &text);
    buffer_add_str(&text, ", the second");
    describe_place(g, places[1], &text);
    error_set(err, ERROR_CLASS_GRAPH, "%s", buffer_str(&text));
    error_set_subject(err, subject, NULL);
    buffer_finish(&text);
    set_where(g, places[1], err);
    return false;
}

/* What an action is called in an error: as a person would name it. */
static const char *
action_label(const struct graph *g, const struct action *a)
{
    if (a->outputs.count > 0) {
        return graph_path(g, graph_output(g, a, 0));
    }
    if (a->name.n == 0 && (a->flags & ACTION_DYNOUT) != 0) {
        return "a dynout";
    }
    return graph_cstr(g, a->name.n != 0 ? a->name : a->key);
}

/* Adds what an action or group of a cycle is called: actions by the file that
 * led to them, if one did; groups with a mark before them. */
static void
add_cycle_label(const struct graph *g, struct node node, struct node via,
                const char *mark, struct buffer *text)
{
    if (node.type == NODE_GROUP) {
        const struct group *group = graph_group(g, (struct group_id){node.n});
        buffer_add_format(text, "%s%s", mark, graph_cstr(g, group->name));
    } else if (via.type == NODE_FILE) {
        buffer_add_str(text, graph_path(g, (struct file_id){via.n}));
    } else {
        const struct action *a = graph_action(g, (struct action_id){node.n});
        buffer_add_str(text, action_label(g, a));
    }
}

static struct place
place_of(const struct graph *g, struct node node)
{
    return node.type == NODE_GROUP
               ? graph_group(g, (struct group_id){node.n})->place
               : graph_action(g, (struct action_id){node.n})->place;
}

/* The actions and groups of a cycle, each after the node that led to it. */
static struct vec
cycle_links(const struct node *nodes, uint32_t count)
{
    struct vec links = vec_of(2 * sizeof(struct node));

    for (uint32_t i = 0; i < count; i++) {
        struct node link[2] = {nodes[i], nodes[(i + count - 1) % count]};
        if (nodes[i].type != NODE_FILE) {
            vec_push(&links, link);
        }
    }
    return links;
}

static void
cycle_error(const struct graph *g, const struct node *nodes, uint32_t count,
            struct error *err)
{
    enum { SHOWN = 5 };
    struct vec links = cycle_links(nodes, count);
    struct buffer text = {0};
    struct buffer subject = {0};

    buffer_add_str(&text, "dependency cycle: ");
    for (uint32_t i = 0; i < links.count; i++) {
        if (links.count > 2 * SHOWN && i == SHOWN) {
            uint32_t more = links.count - 2 * SHOWN;
            buffer_add_format(&text, "... %u more -> ", more);
            buffer_add_format(&subject, "... %u more -> ", more);
            i += more;
        }
        const struct node *link = vec_at(&links, i);
        add_cycle_label(g, link[0], link[1], ":", &text);
        describe_place(g, place_of(g, link[0]), &text);
        buffer_add_str(&text, " -> ");
        add_cycle_label(g, link[0], link[1], "", &subject);
        buffer_add_str(&subject, " -> ");
    }
    const struct node *first = vec_at(&links, 0);
    add_cycle_label(g, first[0], first[1], ":", &text);
    add_cycle_label(g, first[0], first[1], "", &subject);
    error_set(err, ERROR_CLASS_GRAPH, "%s", buffer_str(&text));
    error_set_subject(err, buffer_str(&subject), NULL);
    buffer_finish(&subject);
    set_where(g, place_of(g, *first), err);
    error_set_code(err, ERROR_CODE_CYCLE);
    error_set_help(err, "each needs the next: take one of these inputs away");
    buffer_finish(&text);
    vec_finish(&links);
}

/* --- Producers and names ---------------------------------------------------- */

static bool
set_producers(struct graph *g, struct error *err)
{
    struct vec *producers = &g->parts[PART_PRODUCERS];
    uint32_t actions = graph_action_count(g);

    vec_resize(producers, graph_file_count(g));
    if (producers->count > 0) {
        memset(producers->items, 0xff, producers->count * sizeof(uint32_t));
    }
    for (uint32_t n = 0; n < actions; n++) {
        const struct action *a = graph_action(g, (struct action_id){n});
        for (uint32_t i = 0; i < a->outputs.count; i++) {
            struct file_id file = graph_output(g, a, i);
            struct action_id *producer = vec_at(producers, file.n);
            if (producer->n != ID_NONE && producer->n != n) {
                struct place places[2] = {graph_action(g, *producer)->place,
                                          a->place};
                double_error(g, "two actions make", graph_path(g, file), places,
                             err);
                error_set_code(err, ERROR_CODE_PRODUCERS);
                error_set_help(err, "a file has one maker: give one of them "
                                    "another output");
                return false;
            }
            producer->n = n;
        }
    }
    return true;
}

/* Puts an action or group into a table; false if the text is taken. */
static bool
set_name(struct graph *g, enum graph_table table, struct str_id name,
         uint32_t value, uint32_t *first)
{
    *first = table_find_or_add(&g->tables[table], graph_table_keys[table], g,
                               graph_str(g, name), value);
    return *first == value;
}

static bool
set_action_name(struct graph *g, uint32_t n, enum graph_table table,
                struct error *err)
{
    const struct action *a = graph_action(g, (struct action_id){n});
    struct str_id name = table == TABLE_KEYS ? a->key : a->name;
    uint32_t first = n;

    if (table == TABLE_KEYS) {
        struct action_id by_output = graph_keyed_by_output(g, name);
        first = by_output.n != ID_NONE ? by_output.n : n;
        if (by_output.n == n) {
            return true; // It is found by that.
        }
    }
    if (name.n == 0 || (first == n && set_name(g, table, name, n, &first))) {
        return true;
    }
    uint32_t second = first < n ? n : first;
    first = first < n ? first : n;
    struct place places[2] = {
        graph_action(g, (struct action_id){first})->place,
        graph_action(g, (struct action_id){second})->place};
    const char *what = table == TABLE_KEYS ? "two actions have the identity"
                                           : "two actions have the name";
    double_error(g, what, graph_cstr(g, name), places, err);
    error_set_help(err, "give one of them another name");
    return false;
}

static bool
set_names(struct graph *g, struct error *err)
{
    uint32_t actions = graph_action_count(g);
    uint32_t groups = graph_group_count(g);

    for (uint32_t n = 0; n < actions; n++) {
        if (!set_action_name(g, n, TABLE_NAMES, err) ||
            !set_action_name(g, n, TABLE_KEYS, err)) {
            return false;
        }
    }
    for (uint32_t n = 0; n < groups; n++) {
        const struct group *group = graph_group(g, (struct group_id){n});
        uint32_t first = n;
        if (!set_name(g, TABLE_GROUPS, group->name, n, &first)) {
            struct place places[2] = {
                graph_group(g, (struct group_id){first})->place, group->place};
            double_error(g, "two groups have the name",
                         graph_cstr(g, group->name), places, err);
            error_set_help(err, "rename one of them, or make it one group");
            return false;
        }
    }
    return true;
}

/* --- The way back -------------------------------------------------------------- */

/* Counts to starts: afterwards starts[i + 1] is where i begins, to be moved on
 * while it is filled, so that in the end starts[i] is where i begins. */
static void
sum_up(uint32_t *starts, uint32_t count)
{
    uint32_t sum = 0;

    for (uint32_t i = 1; i <= count; i++) {
        uint32_t own = starts[i];
        starts[i] = sum;
        sum += own;
    }
}

static void
set_users(struct graph *g)
{
    const struct edge *edges = g->parts[PART_EDGES].items;
    uint32_t edge_count = g->parts[PART_EDGES].count;
    uint32_t node_count = graph_node_count(g);

    vec_resize(&g->parts[PART_USER_STARTS], node_count + 1);
    vec_resize(&g->parts[PART_USERS], edge_count);
    uint32_t *starts = g->parts[PART_USER_STARTS].items;
    uint32_t *users = g->parts[PART_USERS].items;
    for (uint32_t i = 0; i < edge_count; i++) {
        // Those without a kind belong to no action any more: graph_grow.c.
        starts[graph_node_index(g, edges[i].to) + 1] += edges[i].kinds != 0;
    }
    sum_up(starts, node_count);
    for (uint32_t i = 0; i < edge_count; i++) {
        if (edges[i].kinds != 0) {
            users[starts[graph_node_index(g, edges[i].to) + 1]++] = i;
        }
    }
}

static void
set_holders(struct graph *g)
{
    uint32_t group_count = graph_group_count(g);
    uint32_t node_count = graph_node_count(g);
    const struct node *members = g->parts[PART_MEMBERS].items;

    if (group_count == 0) {
        return;
    }
    vec_resize(&g->parts[PART_HOLDER_STARTS], node_count + 1);
    vec_resize(&g->parts[PART_HOLDERS], g->parts[PART_MEMBERS].count);
    uint32_t *starts = g->parts[PART_HOLDER_STARTS].items;
    struct group_id *holders = g->parts[PART_HOLDERS].items;
    for (uint32_t i = 0; i < g->parts[PART_MEMBERS].count; i++) {
        starts[graph_node_index(g, members[i]) + 1]++;
    }
    sum_up(starts, node_count);
    for (uint32_t n = 0; n < group_count; n++) {
        struct span span = graph_group(g, (struct group_id){n})->members;
        for (uint32_t i = 0; i < span.count; i++) {
            uint32_t index = graph_node_index(g, members[span.start + i]);
            holders[starts[index + 1]++] = (struct group_id){n};
        }
    }
}

static void
set_flags(struct graph *g)
{
    g->flags = 0;
    for (uint32_t i = 0; i < graph_action_count(g); i++) {
        g->flags |= graph_action(g, (struct action_id){i})->flags;
    }
}

/* --- Cycles ------------------------------------------------------------------ */

static bool
check_cycles(const struct graph *g, struct error *err)
{
    struct depth depth = depth_start(g, depth_next_needed);
    uint32_t files = graph_file_count(g);
    uint32_t count = graph_node_count(g);
    enum depth_event event = DEPTH_DONE;
    struct node node;

    // A cycle goes through an action or a group, never through files alone.
    for (uint32_t i = files; i < count && event != DEPTH_CYCLE; i++) {
        depth_enter(&depth, graph_node_at(g, i));
        do {
            event = depth_step(&depth, &node);
        } while (event == DEPTH_LEAVE);
    }
    if (event == DEPTH_CYCLE) {
        struct vec nodes = depth_cycle(&depth, node);
        cycle_error(g, nodes.items, nodes.count, err);
        vec_finish(&nodes);
    }
    depth_finish(&depth);
    return event != DEPTH_CYCLE;
}

bool
graph_seal(struct graph *g, struct error *err)
{
    assert(!g->sealed && g->open == OPEN_NOTHING);
    if (!set_producers(g, err) || !set_names(g, err)) {
        return false;
    }
    set_users(g);
    set_holders(g);
    set_flags(g);
    g->sealed = true; // what follows looks backwards
    g->sealed = check_cycles(g, err);
    return g->sealed;
}
