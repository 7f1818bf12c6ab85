/* SPDX-License-Identifier: MIT */
/*
 * See of_data.h. Keys that are not there are what they are in most actions;
 * values of another kind than they should be are passed over, for a graph that
 * a person types in is rarely whole. Two that make one file are an error, as
 * in a build file.
 */
#include "runtime/query/of_data.h"

#include <stdlib.h>
#include <string.h>

/* --- Reading data -------------------------------------------------------------- */

/* The value under a keyword; VALUE_NIL if there is none. */
static Value
get(Value map, const char *key)
{
    if (!magma_is_map(map)) {
        return VALUE_NIL;
    }
    Value value = magma_map_get(map, magma_keyword(key));
    return value_is(value, VALUE_ABSENT) ? VALUE_NIL : value;
}

static bool
get_text(Value map, const char *key, struct slice *text)
{
    Value value = get(map, key);
    if (!magma_is_string(value)) {
        return false;
    }
    struct magma_text found = magma_text_of(value);
    *text = (struct slice){found.bytes, found.len};
    return true;
}

static bool
is_true(Value map, const char *key)
{
    return !value_is(get(map, key), VALUE_NIL) &&
           !value_is(get(map, key), VALUE_FALSE);
}

static struct str_id
intern(struct graph *g, Value map, const char *key)
{
    struct slice text = {"", 0};
    (void)get_text(map, key, &text);
    return graph_intern(g, text.bytes, text.len);
}

/* The file of a path, in its canonical form; FILE_NONE for what is no path. */
static struct file_id
file_of(struct graph *g, Value value)
{
    if (!magma_is_string(value)) {
        return FILE_NONE;
    }
    struct magma_text text = magma_text_of(value);
    char *path = path_canonical(text.bytes, text.len);
    struct file_id file = FILE_NONE;
    if (path[0] != 0) {
        file = graph_add_file(g, path, strlen(path));
    }
    free(path);
    return file;
}

/* --- Nodes ---------------------------------------------------------------------- */

/* What names of actions and groups mean, before they are all there: a first walk
 * over the data counts them. */
struct reading {
    Value view;
    struct graph *g;
    Value action_numbers; /* keys to numbers */
    Value group_numbers;  /* names to numbers */
};

static bool
number_in(Value numbers, Value key, uint32_t *number)
{
    Value found = magma_map_get(numbers, key);
    if (!magma_is_int(found)) {
        return false;
    }
    *number = (uint32_t)magma_int_of(found);
    return true;
}

/* {:path p}, {:action key} or {:group name}; false for what names nothing. */
static bool
read_node(const struct reading *reading, Value map, struct node *node)
{
    struct file_id file = file_of(reading->g, get(map, "path"));
    if (file.n != ID_NONE) {
        *node = (struct node){NODE_FILE, file.n};
        return true;
    }
    node->type = NODE_ACTION;
    if (number_in(reading->action_numbers, get(map, "action"), &node->n)) {
        return true;
    }
    node->type = NODE_GROUP;
    return number_in(reading->group_numbers, get(map, "group"), &node->n);
}

static uint8_t
read_kinds(Value names)
{
    static const struct {
        const char *name;
        uint8_t kind;
    } kinds[] = {
        {"ifwritten", EDGE_IFWRITTEN},   {"ifchanged", EDGE_IFCHANGED},
        {"ifcreated", EDGE_IFCREATED},   {"ifdeleted", EDGE_IFDELETED},
        {"order-only", EDGE_ORDER_ONLY}, {"validation", EDGE_VALIDATION},
        {"dynout", EDGE_DYNOUT},
    };
    uint8_t read = 0;
    Value name;
    while (magma_is_sequence(names) && magma_next(&names, &name)) {
        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
            if (magma_is_keyword(name) &&
                strcmp(magma_text_of(name).bytes, kinds[i].name) == 0) {
                read |= kinds[i].kind;
            }
        }
    }
    return read == 0 ? EDGE_IFWRITTEN : read;
}

/* --- Steps ------------------------------------------------------------------------ */

static struct stream
read_stream(struct graph *g, Value map, const char *key)
{
    Value value = get(map, key);
    if (magma_is_string(value)) {
        return (struct stream){STREAM_FILE, intern(g, map, key)};
    }
    return (struct stream){magma_is_keyword(value) ? STREAM_VALUE
                                                   : STREAM_DEFAULT,
                           STR_NONE};
}

static void
read_command(struct graph *g, Value map)
{
    struct step *step = graph_add_step(g, STEP_COMMAND);
    step->dir = intern(g, map, "dir");
    step->in = read_stream(g, map, "stdin");
    step->out = read_stream(g, map, "stdout");
    step->err = read_stream(g, map, "stderr");
    Value words = get(map, "command");
    Value word;
    while (magma_is_sequence(words) && magma_next(&words, &word)) {
        if (magma_is_string(word)) {
            struct magma_text text = magma_text_of(word);
            graph_add_arg(g, graph_intern(g, text.bytes, text.len));
        }
    }
    Value env = get(map, "env");
    Value entry;
    while (magma_is_map(env) && magma_map_count(env) > 0 &&
           magma_next(&env, &entry)) {
        struct magma_text name = magma_text_of(magma_vector_at(entry, 0));
        struct magma_text value = magma_text_of(magma_vector_at(entry, 1));
        graph_add_step_env(g, graph_intern(g, name.bytes, name.len),
                           graph_intern(g, value.bytes, value.len));
    }
}

static void
read_step(struct graph *g, Value map)
{
    if (magma_is_sequence(get(map, "command"))) {
        read_command(g, map);
        return;
    }
    struct file_id file = file_of(g, get(map, "write"));
    if (file.n != ID_NONE) {
        struct step *step = graph_add_step(g, STEP_WRITE);
        step->file = file;
        step->text = intern(g, map, "text");
        return;
    }
    file = file_of(g, get(map, "read"));
    if (file.n != ID_NONE) {
        graph_add_step(g, STEP_READ)->file = file;
    }
}

/* --- Actions, groups, pools --------------------------------------------------------- */

static uint32_t
read_flags(Value map)
{
    static const struct {
        const char *name;
        uint32_t flag;
    } flags[] = {
        {"dynout", ACTION_DYNOUT},       {"always", ACTION_ALWAYS},
        {"generator", ACTION_GENERATOR}, {"pending", ACTION_PENDING},
        {"restat", ACTION_RESTAT},       {"phony", ACTION_PHONY},
    };
    uint32_t read = 0;
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        read |= is_true(map, flags[i].name) ? flags[i].flag : 0;
    }
    return read;
}

static struct place
read_place(struct graph *g, Value map)
{
    Value line = get(map, "line");
    Value column = get(map, "column");
    return (struct place){intern(g, map, "file"),
                          magma_is_int(line) ? (uint32_t)magma_int_of(line) : 0,
                          magma_is_int(column) ? (uint32_t)magma_int_of(column)
                                               : 0};
}

static void
read_lists(const struct reading *reading, Value map)
{
    struct graph *g = reading->g;
    Value item;
    Value inputs = get(map, "inputs");
    while (magma_is_sequence(inputs) && magma_next(&inputs, &item)) {
        struct node node;
        if (read_node(reading, item, &node)) {
            graph_add_input(g, node, read_kinds(get(item, "kinds")),
                            !is_true(item, "implicit"));
        }
    }
    Value outputs = get(map, "outputs");
    while (magma_is_sequence(outputs) && magma_next(&outputs, &item)) {
        struct file_id file = file_of(g, item);
        if (file.n != ID_NONE) {
            graph_add_output(g, file);
        }
    }
    Value env = get(map, "env");
    while (magma_is_sequence(env) && magma_next(&env, &item)) {
        if (magma_is_string(item)) {
            struct magma_text text = magma_text_of(item);
            graph_add_env(g, graph_intern(g, text.bytes, text.len));
        }
    }
    Value steps = get(map, "steps");
    while (magma_is_sequence(steps) && magma_next(&steps, &item)) {
        read_step(g, item);
    }
}

static void
read_action(const struct reading *reading, Value map)
{
    struct graph *g = reading->g;
    struct action *action = NULL;
    struct str_id key = intern(g, map, "key");
    struct str_id name = intern(g, map, "name");
    struct str_id description = intern(g, map, "description");
    struct str_id rule = intern(g, map, "rule");
    struct place place = read_place(g, get(map, "place"));
    struct file_id depfile = file_of(g, get(map, "depfile"));
    struct pool_id pool = {0};
    struct slice pool_name;
    if (get_text(map, "pool", &pool_name)) {
        (void)graph_find_pool(g,
                              graph_intern(g, pool_name.bytes, pool_name.len),
                              &pool);
    }
    (void)graph_begin_action(g, &action);
    action->key = key;
    action->name = name;
    action->description = description;
    action->rule = rule;
    action->place = place;
    action->flags = read_flags(map);
    action->depfile = depfile;
    action->depfile_kinds = EDGE_IFWRITTEN;
    action->pool = pool;
    read_lists(reading, map);
    graph_end_action(g);
}

static void
read_pools(struct graph *g, Value pools)
{
    Value entry;
    while (magma_is_map(pools) && magma_map_count(pools) > 0 &&
           magma_next(&pools, &entry)) {
        Value name = magma_vector_at(entry, 0);
        Value depth = magma_vector_at(entry, 1);
        struct pool_id id;
        if (magma_is_string(name) && magma_is_int(depth)) {
            struct magma_text text = magma_text_of(name);
            (void)graph_add_pool(g, graph_intern(g, text.bytes, text.len),
                                 (uint32_t)magma_int_of(depth), &id);
        }
    }
}

static void
read_groups(const struct reading *reading, Value groups)
{
    struct graph *g = reading->g;
    Value entry;
    while (magma_is_map(groups) && magma_map_count(groups) > 0 &&
           magma_next(&groups, &entry)) {
        struct magma_text name = magma_text_of(magma_vector_at(entry, 0));
        Value members = magma_vector_at(entry, 1);
        Value member;
        (void)graph_begin_group(g, graph_intern(g, name.bytes, name.len),
                                (struct place){graph_intern(g, "", 0), 0, 0});
        while (magma_is_sequence(members) && magma_next(&members, &member)) {
            struct node node;
            if (read_node(reading, member, &node)) {
                graph_add_member(g, node);
            }
        }
        graph_end_group(g);
    }
}

/* Numbers in the order in which they will be added. */
static void
number_all(struct reading *reading)
{
    Value actions = get(reading->view, "actions");
    Value groups = get(reading->view, "groups");
    Value item;
    reading->action_numbers = magma_map();
    reading->group_numbers = magma_map();
    for (int64_t i = 0;
         magma_is_sequence(actions) && magma_next(&actions, &item); i++) {
        reading->action_numbers =
            magma_map_assoc(reading->action_numbers, get(item, "key"),
                            magma_int(i));
    }
    for (int64_t i = 0; magma_is_map(groups) && magma_map_count(groups) > 0 &&
                        magma_next(&groups, &item);
         i++) {
        reading->group_numbers =
            magma_map_assoc(reading->group_numbers, magma_vector_at(item, 0),
                            magma_int(i));
    }
}

/* Fills the graph; what it throws is a spent budget. */
static Value
fill_body(void *arg)
{
    const struct reading *reading = arg;
    Value actions = get(reading->view, "actions");
    Value action;
    read_pools(reading->g, get(reading->view, "pools"));
    while (magma_next(&actions, &action)) {
        read_action(reading, action);
    }
    read_groups(reading, get(reading->view, "groups"));
    return VALUE_NIL;
}

struct graph *
query_graph_of_data(Value view, struct error *err)
{
    if (!magma_is_map(view) || !magma_is_vector(get(view, "actions"))) {
        error_set(err, ERROR_CLASS_USAGE,
                  "not a graph: a map with :actions and :groups is one");
        error_set_help(err, "as (graph) and (load-graph \"build.magma\") give");
        return NULL;
    }
    struct reading reading = {.view = view};
    Value ignored = VALUE_NIL;
    Value thrown = VALUE_NIL;
    number_all(&reading);
    reading.g = graph_create();
    bool done = magma_try(fill_body, &reading, &ignored, &thrown);
    if (done && graph_seal(reading.g, err)) {
        return reading.g;
    }
    graph_destroy(reading.g);
    if (!done) {
        error_throw_value(thrown);
    }
    return NULL;
}
