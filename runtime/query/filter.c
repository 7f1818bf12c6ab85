/* SPDX-License-Identifier: MIT */
/* Functions that leave some of their subject out. */
#include "runtime/query/condition.h"
#include "runtime/query/eval_parts.h"
#include "runtime/query/match.h"
#include "runtime/query/values.h"

#include <stdlib.h>
#include <string.h>

/* --- Patterns ------------------------------------------------------------------------ */

struct filter {
    struct query_world *world;
    struct query_match match;
    struct vec known; /* of uint8_t, by node: 1 does not match, 2 does */
    struct vec near;  /* of uint32_t */
};

static bool
filter_start(struct eval *e, const struct query_node *node,
             struct filter *filter)
{
    const struct query_node *pattern = eval_argument(node);
    *filter = (struct filter){.world = e->world,
                              .known = vec_of(sizeof(uint8_t)),
                              .near = vec_of(sizeof(uint32_t))};
    if (!query_match_start(&filter->match, pattern->pattern, pattern->text,
                           e->err)) {
        return query_node_blame(pattern, e->err);
    }
    return true;
}

static void
filter_finish(struct filter *filter)
{
    query_match_finish(&filter->match);
    vec_finish(&filter->known);
    vec_finish(&filter->near);
}

/* Headers are read by many: each path is matched once. */
static bool
path_matches(struct filter *filter, uint32_t node)
{
    if (node >= filter->known.count) {
        vec_resize(&filter->known, query_world_count(filter->world));
    }
    uint8_t *known = vec_at(&filter->known, node);
    if (*known == 0) {
        struct slice path = query_world_path(filter->world, node);
        *known = query_match_text(&filter->match, path) ? 2 : 1;
    }
    return *known == 2;
}

/* What an action reads, declared or discovered; of groups their members. */
static bool
keep_reader(void *ctx, uint32_t node)
{
    struct filter *filter = ctx;
    bool found = false;
    filter->near.count = 0;
    query_world_clear_marks(filter->world);
    query_world_needs(filter->world, node, QUERY_EDGE_DEFAULT, &filter->near);
    for (uint32_t i = 0; !found && i < filter->near.count; i++) {
        uint32_t near = *(uint32_t *)vec_at(&filter->near, i);
        if (query_world_type(filter->world, near) == QUERY_NODE_FILE) {
            found = path_matches(filter, near);
        } else if (query_world_mark(filter->world, near)) {
            struct action_id action =
                query_world_action_of(filter->world, near);
            if (action.n == ID_NONE) {
                query_world_needs(filter->world, near, QUERY_EDGE_DEFAULT,
                                  &filter->near);
            } else {
                query_world_outputs(filter->world, action, &filter->near);
            }
        }
    }
    return found;
}

static bool
keep_maker(void *ctx, uint32_t node)
{
    struct filter *filter = ctx;
    struct action_id action = query_world_action_of(filter->world, node);
    bool found = false;
    filter->near.count = 0;
    if (action.n != ID_NONE) {
        query_world_outputs(filter->world, action, &filter->near);
    }
    for (uint32_t i = 0; !found && i < filter->near.count; i++) {
        found = path_matches(filter, *(uint32_t *)vec_at(&filter->near, i));
    }
    return found;
}

static bool
keep_path(void *ctx, uint32_t node)
{
    return path_matches(ctx, node);
}

/* The text of one field, which is never null for actions of the graph. */
static bool
field_matches(struct filter *filter, uint32_t node, enum query_field_id field)
{
    struct arena arena = {0};
    struct query_cell cell = query_value_of(filter->world, node, field, &arena);
    struct slice text = cell.is_null ? (struct slice){"", 0} : cell.text;
    bool matches = query_match_text(&filter->match, text);
    arena_finish(&arena);
    return matches;
}

static bool
keep_rule(void *ctx, uint32_t node)
{
    return field_matches(ctx, node, FIELD_RULE);
}

static bool
keep_command(void *ctx, uint32_t node)
{
    return field_matches(ctx, node, FIELD_COMMAND);
}

/* One for each function that takes a pattern. */
static bool
filter_by(struct eval *e, const struct query_node *node,
          struct query_value *value, query_set_keep *keep)
{
    struct filter filter;
    bool done = filter_start(e, node, &filter);
    if (done) {
        query_set_filter(&value->set, keep, &filter);
    }
    filter_finish(&filter);
    return done;
}

static bool
filter_inputs(struct eval *e, const struct query_node *node,
              struct query_value *value)
{
    eval_to_actions(e, value);
    return filter_by(e, node, value, keep_reader);
}

static bool
filter_outputs(struct eval *e, const struct query_node *node,
               struct query_value *value)
{
    eval_to_actions(e, value);
    return filter_by(e, node, value, keep_maker);
}

static bool
filter_rule(struct eval *e, const struct query_node *node,
            struct query_value *value)
{
    eval_to_actions(e, value);
    return filter_by(e, node, value, keep_rule);
}

/* Globs are about paths; of a command no part is the last one, and a `*` goes
 * over slashes. */
static bool
filter_command(struct eval *e, const struct query_node *node,
               struct query_value *value)
{
    struct filter filter;
    bool done = filter_start(e, node, &filter);
    eval_to_actions(e, value);
    if (done) {
        query_match_lines(&filter.match);
        query_set_filter(&value->set, keep_command, &filter);
    }
    filter_finish(&filter);
    return done;
}

static bool
filter_matching(struct eval *e, const struct query_node *node,
                struct query_value *value)
{
    eval_to_targets(e, value);
    return filter_by(e, node, value, keep_path);
}

/* --- Places and kinds -------------------------------------------------------------------- */

struct folder {
    struct query_world *world;
    struct slice path;
};

static bool
keep_under(void *ctx, uint32_t node)
{
    const struct folder *folder = ctx;
    struct slice path = query_world_path(folder->world, node);
    return query_world_type(folder->world, node) == QUERY_NODE_FILE &&
           path.len > folder->path.len &&
           memcmp(path.bytes, folder->path.bytes, folder->path.len) == 0 &&
           (path.bytes[folder->path.len] == '/' ||
            slice_equal(folder->path, slice_of("/")));
}

/* The root of the build has all that is not outside. */
static bool
keep_inside(void *ctx, uint32_t node)
{
    const struct folder *folder = ctx;
    return query_world_type(folder->world, node) == QUERY_NODE_FILE &&
           !path_is_outside(query_world_path(folder->world, node).bytes);
}

static bool
filter_under(struct eval *e, const struct query_node *node,
             struct query_value *value)
{
    char *path = query_world_seen(e->world, eval_argument(node)->text.bytes);
    struct folder folder = {e->world, slice_of(path)};
    eval_to_targets(e, value);
    query_set_filter(&value->set,
                     strcmp(path, ".") == 0 ? keep_inside : keep_under,
                     &folder);
    free(path);
    return true;
}

struct kind_filter {
    struct query_world *world;
    enum query_kind_of_target kind;
    uint32_t absent; /* that could be of the kind, and are not built yet */
};

static bool
keep_kind(void *ctx, uint32_t node)
{
    struct kind_filter *kind = ctx;
    if (kind->kind == QUERY_KIND_EXECUTABLE &&
        query_world_is_generated(kind->world, node) &&
        !query_world_fact(kind->world, node)->exists) {
        kind->absent++;
    }
    return query_world_is_kind(kind->world, node, kind->kind);
}

static void
keep_kinds(struct eval *e, struct query_value *value,
           enum query_kind_of_target wanted)
{
    struct kind_filter kind = {e->world, wanted, 0};
    eval_to_targets(e, value);
    query_set_filter(&value->set, keep_kind, &kind);
    if (kind.absent > 0) {
        query_world_note(e->world,
                         "%u file%s not built yet: whether %s executable is "
                         "not known",
                         kind.absent, kind.absent == 1 ? " is" : "s are",
                         kind.absent == 1 ? "it is" : "they are");
    }
}

static bool
filter_kind(struct eval *e, const struct query_node *node,
            struct query_value *value)
{
    const struct query_node *word = eval_argument(node);
    enum query_kind_of_target kind;
    if (!query_kind_find(word->text, &kind)) {
        const char *names[QUERY_KIND_COUNT];
        for (int i = 0; i < QUERY_KIND_COUNT; i++) {
            names[i] = query_kind_name((enum query_kind_of_target)i);
        }
        eval_fail(e, word, "no kind is called %s", word->text.bytes);
        eval_suggest(e, word->text, names, QUERY_KIND_COUNT);
        return false;
    }
    keep_kinds(e, value, kind);
    return true;
}

static bool
filter_executable(struct eval *e, const struct query_node *node,
                  struct query_value *value)
{
    (void)node;
    keep_kinds(e, value, QUERY_KIND_EXECUTABLE);
    return true;
}

/* --- Triggers --------------------------------------------------------------------------------- */

enum trigger {
    TRIGGER_IFWRITTEN,
    TRIGGER_IFCHANGED,
    TRIGGER_IFCREATED,
    TRIGGER_IFDELETED,
    TRIGGER_ALWAYS,
    TRIGGER_WATCH,
    TRIGGER_ENV,
    TRIGGER_IFCREATE, /* as the first texts of the language spelled them */
    TRIGGER_IFDELETE,
    TRIGGER_COUNT
};

static const char *const trigger_names[TRIGGER_COUNT] = {
    "ifwritten", "ifchanged", "ifcreated", "ifdeleted", "always",
    "watch",     "env",       "ifcreate",  "ifdelete",
};

struct trigger_filter {
    struct query_world *world;
    enum trigger trigger;
};

static bool
has_edge(const struct graph *g, const struct action *a, unsigned kinds)
{
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        if ((graph_input(g, a, i)->kinds & kinds) != 0) {
            return true;
        }
    }
    return false;
}

static bool
keep_trigger(void *ctx, uint32_t node)
{
    const struct trigger_filter *filter = ctx;
    const struct graph *g = query_world_graph(filter->world);
    struct action_id id = query_world_action_of(filter->world, node);
    if (id.n == ID_NONE) {
        return false;
    }
    const struct action *a = graph_action(g, id);
    switch (filter->trigger) {
    case TRIGGER_IFWRITTEN:
        return has_edge(g, a, EDGE_IFWRITTEN);
    case TRIGGER_IFCHANGED:
        return has_edge(g, a, EDGE_IFCHANGED);
    case TRIGGER_IFCREATE:
    case TRIGGER_IFCREATED:
        return has_edge(g, a, EDGE_IFCREATED);
    case TRIGGER_IFDELETE:
    case TRIGGER_IFDELETED:
        return has_edge(g, a, EDGE_IFDELETED);
    case TRIGGER_ALWAYS:
        return (a->flags & ACTION_ALWAYS) != 0;
    case TRIGGER_WATCH:
        return a->watches.count > 0;
    case TRIGGER_ENV:
        return a->env.count > 0;
    case TRIGGER_COUNT:
        break;
    }
    return false;
}

static bool
filter_trigger(struct eval *e, const struct query_node *node,
               struct query_value *value)
{
    const struct query_node *word = eval_argument(node);
    struct trigger_filter filter = {e->world, TRIGGER_IFWRITTEN};
    int i = 0;
    while (i < TRIGGER_COUNT &&
           !slice_equal(word->text, slice_of(trigger_names[i]))) {
        i++;
    }
    if (i == TRIGGER_COUNT) {
        eval_fail(e, word, "no trigger is called %s", word->text.bytes);
        eval_suggest(e, word->text, trigger_names, TRIGGER_COUNT);
        return false;
    }
    filter.trigger = (enum trigger)i;
    eval_to_actions(e, value);
    query_set_filter(&value->set, keep_trigger, &filter);
    return true;
}

/* --- Predicates ---------------------------------------------------------------------------------- */

static bool
filter_where(struct eval *e, const struct query_node *node,
             struct query_value *value)
{
    const struct query_node *test = eval_argument(node);
    struct query_condition condition;
    if (!query_condition_start(&condition, e->world, test, e->err)) {
        return false;
    }
    eval_suit(e, value, condition.of);
    query_set_filter(&value->set, query_condition_keep, &condition);
    query_condition_finish(&condition);
    return true;
}

eval_fn *
eval_filter(enum query_op op)
{
    static const struct eval_row rows[] = {
        {OP_INPUTS, filter_inputs},     {OP_OUTPUTS, filter_outputs},
        {OP_RULE, filter_rule},         {OP_COMMAND, filter_command},
        {OP_MATCHING, filter_matching}, {OP_UNDER, filter_under},
        {OP_KIND, filter_kind},         {OP_EXECUTABLE, filter_executable},
        {OP_TRIGGER, filter_trigger},   {OP_WHERE, filter_where},
    };
    return eval_find(rows, sizeof(rows) / sizeof(rows[0]), op);
}
