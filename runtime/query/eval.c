/* SPDX-License-Identifier: MIT */
/*
 * A query is mostly one long pipe, whose tree leans to the left: each function
 * has the rest as its subject. That spine is gone down and up again by a stack;
 * only what brackets enclose is evaluated by recursion, to the depth that the
 * parser allows.
 */
#include "runtime/query/eval.h"

#include "interp/magma.h"
#include "runtime/query/eval_parts.h"
#include "runtime/query/rank.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct eval_variable {
    struct slice name;
    struct query_set set;
};

/* --- Values ----------------------------------------------------------------------- */

void
query_value_finish(struct query_value *value)
{
    query_set_finish(&value->set);
    query_rows_finish(&value->rows);
    *value = (struct query_value){.kind = QUERY_VALUE_NONE};
}

void
eval_give(struct query_value *value, struct query_set set)
{
    query_value_finish(value);
    value->kind = QUERY_VALUE_SET;
    value->set = set;
}

void
eval_to_targets(struct eval *e, struct query_value *value)
{
    assert(value->kind == QUERY_VALUE_SET);
    query_set_to_targets(e->world, &value->set);
}

void
eval_to_actions(struct eval *e, struct query_value *value)
{
    assert(value->kind == QUERY_VALUE_SET);
    query_set_to_actions(e->world, &value->set);
}

void
eval_suit(struct eval *e, struct query_value *value, unsigned of)
{
    if (of == FIELD_OF_ACTIONS) {
        eval_to_actions(e, value);
    } else if ((of & FIELD_OF_TARGETS) != 0 &&
               of != (FIELD_OF_ACTIONS | FIELD_OF_TARGETS)) {
        eval_to_targets(e, value);
    }
}

void
eval_align(struct eval *e, struct query_set *a, struct query_set *b)
{
    if (a->type != b->type) {
        query_set_to_actions(e->world, a);
        query_set_to_actions(e->world, b);
    }
}

/* --- Nodes ------------------------------------------------------------------------ */

bool
eval_fail(struct eval *e, const struct query_node *node, const char *format,
          ...)
{
    char what[600];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    error_set(e->err, ERROR_CLASS_USAGE, "%s", what);
    return query_node_blame(node, e->err);
}

void
eval_suggest(struct eval *e, struct slice word, const char *const *names,
             size_t count)
{
    const char *near = magma_nearest(word.bytes, names, count);
    struct buffer all = {0};
    for (size_t i = 0; i < count; i++) {
        buffer_add_format(&all, "%s%s", i == 0 ? "" : ", ", names[i]);
    }
    if (near != NULL) {
        error_set_help(e->err, "did you mean %s?", near);
    } else {
        error_set_help(e->err, "there are %s", buffer_str(&all));
    }
    buffer_finish(&all);
}

const struct query_node *
eval_item(const struct query_node *node, uint32_t index)
{
    return index < node->count ? node->items[index] : NULL;
}

static bool
is_subject(enum query_param param)
{
    return param == PARAM_SUBJECT || param == PARAM_OPTIONAL_SUBJECT;
}

int
eval_subject_index(const struct query_node *node)
{
    for (int i = 0; i < QUERY_PARAMS_MAX; i++) {
        if (is_subject(node->function->params[i])) {
            return i;
        }
    }
    return -1;
}

const struct query_node *
eval_argument(const struct query_node *node)
{
    return eval_item(node, is_subject(node->function->params[0]) ? 1 : 0);
}

const struct query_node *
eval_option(const struct query_node *node, const char *name)
{
    const struct query_node *options =
        node->count > 0 ? node->items[node->count - 1] : NULL;
    if (options == NULL || options->kind != QUERY_OPTIONS) {
        return NULL;
    }
    for (uint32_t i = 0; i < options->count; i++) {
        if (slice_equal(options->items[i]->text, slice_of(name))) {
            return options->items[i];
        }
    }
    return NULL;
}

/* --- What a query begins with ------------------------------------------------------- */

/* The number of an action is told by the front of its id. */
static bool
eval_id(struct eval *e, const struct query_node *node,
        struct query_value *value)
{
    struct query_set set = {.type = QUERY_ACTIONS};
    query_world_find_id(e->world, node->text, &set);
    if (set.count == 0 && e->present == 0) {
        return eval_fail(e, node, "no action has an id that begins with %s",
                         node->text.bytes);
    }
    eval_give(value, set);
    return true;
}

static bool
eval_target(struct eval *e, const struct query_node *node,
            struct query_value *value)
{
    struct query_set set = {.type = QUERY_TARGETS};
    uint32_t target = QUERY_NODE_NONE;
    struct error err = {0};
    enum query_word word = node->kind == QUERY_GROUP     ? QUERY_WORD_GROUP
                           : node->kind == QUERY_LITERAL ? QUERY_WORD_LITERAL
                                                         : QUERY_WORD_ANY;
    if (query_world_find(e->world, node->text.bytes, word, &target, &err)) {
        query_set_add(&set, target);
        query_set_spell_out(e->world, &set);
    } else if (e->present == 0) {
        *e->err = err;
        return query_node_blame(node, e->err);
    }
    error_finish(&err);
    eval_give(value, set);
    return true;
}

static bool
eval_variable(struct eval *e, const struct query_node *node,
              struct query_value *value)
{
    for (uint32_t i = e->variables.count; i > 0; i--) {
        const struct eval_variable *variable = vec_at(&e->variables, i - 1);
        if (slice_equal(variable->name, node->text)) {
            eval_give(value, query_set_copy(&variable->set));
            return true;
        }
    }
    return eval_fail(e, node, "no let gives $%s a value", node->text.bytes);
}

static bool
eval_let(struct eval *e, const struct query_node *node,
         struct query_value *value)
{
    struct eval_variable variable = {.name = node->text};
    if (!eval_set(e, node->items[0], &variable.set)) {
        return false;
    }
    vec_push(&e->variables, &variable);
    bool done = eval_node(e, node->items[1], value);
    struct eval_variable *last = vec_pop(&e->variables);
    query_set_finish(&last->set);
    return done;
}

/* The lowest part of a spine. */
static bool
eval_base(struct eval *e, const struct query_node *node,
          struct query_value *value)
{
    switch (node->kind) {
    case QUERY_TARGET:
    case QUERY_LITERAL:
    case QUERY_GROUP:
        return eval_target(e, node, value);
    case QUERY_ID:
        return eval_id(e, node, value);
    case QUERY_VARIABLE:
        return eval_variable(e, node, value);
    case QUERY_LET:
        return eval_let(e, node, value);
    case QUERY_CALL:
    case QUERY_PATTERN:
    case QUERY_WORD:
    case QUERY_NUMBER:
    case QUERY_FIELDS:
    case QUERY_FIELD:
    case QUERY_OPTIONS:
    case QUERY_OPTION:
    case QUERY_UNION:
    case QUERY_INTERSECT:
    case QUERY_EXCEPT:
    case QUERY_AND:
    case QUERY_OR:
    case QUERY_NOT:
    case QUERY_COMPARE:
        break;
    }
    return eval_fail(e, node, "no set begins like this");
}

/* --- The spine ------------------------------------------------------------------------- */

/* What a node takes from below: the subject of a function, the left operand of a
 * set operation; NULL where the spine ends. */
static const struct query_node *
below(const struct query_node *node)
{
    if (node->kind == QUERY_UNION || node->kind == QUERY_INTERSECT ||
        node->kind == QUERY_EXCEPT) {
        return node->items[0];
    }
    if (node->kind != QUERY_CALL) {
        return NULL;
    }
    int index = eval_subject_index(node);
    return index < 0 ? NULL : eval_item(node, (uint32_t)index);
}

static bool
join(struct eval *e, const struct query_node *node, struct query_value *value)
{
    struct query_set right;
    if (value->kind != QUERY_VALUE_SET) {
        return eval_fail(e, node, "%s stands between two sets",
                         node->text.bytes);
    }
    if (!eval_set(e, node->items[1], &right)) {
        return false;
    }
    eval_align(e, &value->set, &right);
    if (node->kind == QUERY_UNION) {
        query_set_union(&value->set, &right);
    } else if (node->kind == QUERY_INTERSECT) {
        query_set_intersect(&value->set, &right);
    } else {
        query_set_except(&value->set, &right);
    }
    query_set_finish(&right);
    return true;
}

eval_fn *
eval_find(const struct eval_row *rows, size_t count, enum query_op op)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].op == op) {
            return rows[i].function;
        }
    }
    return NULL;
}

static eval_fn *
function_of(enum query_op op)
{
    eval_fn *(*const files[])(enum query_op) = {eval_source, eval_filter,
                                                eval_follow, eval_shape,
                                                eval_past};
    eval_fn *found = NULL;
    for (size_t i = 0; found == NULL && i < sizeof(files) / sizeof(files[0]);
         i++) {
        found = files[i](op);
    }
    return found;
}

/* What nobody named is left out where a set is looked at: before, walks go
 * through it. */
static void
hide_plumbing(struct eval *e, struct query_value *value)
{
    if (!e->options->raw && value->kind == QUERY_VALUE_SET) {
        query_set_filter(&value->set, query_world_keep_visible, e->world);
    }
}

/* One node of the spine, on what came from below. */
static bool
apply(struct eval *e, const struct query_node *node, struct query_value *value)
{
    if (node->kind == QUERY_UNION || node->kind == QUERY_INTERSECT ||
        node->kind == QUERY_EXCEPT) {
        return join(e, node, value);
    }
    if (node->kind != QUERY_CALL) {
        return eval_base(e, node, value);
    }
    const char *name = node->function->name;
    enum query_op op = node->function->op;
    if (value->kind == QUERY_VALUE_ROWS) {
        eval_fail(e, node, "%s takes a set, and gets what is no set any more",
                  name);
        error_set_help(e->err, "emit, tally, count and sum come last");
        return false;
    }
    if (op == OP_PRESENT || op == OP_SUBQUERY) {
        e->present -= op == OP_PRESENT;
        return true;
    }
    eval_fn *function = function_of(op);
    if (function == NULL) {
        return eval_fail(e, node, "%s cannot be answered", name);
    }
    if (eval_shape(op) != NULL) {
        hide_plumbing(e, value);
    }
    return function(e, node, value);
}

bool
eval_node(struct eval *e, const struct query_node *node,
          struct query_value *value)
{
    struct vec spine = vec_of(sizeof(const struct query_node *));
    uint32_t present = e->present;
    *value = (struct query_value){.kind = QUERY_VALUE_NONE};
    for (const struct query_node *at = node; at != NULL; at = below(at)) {
        vec_push(&spine, &at);
        e->present += at->kind == QUERY_CALL && at->function->op == OP_PRESENT;
    }
    bool done = true;
    while (done && spine.count > 0) {
        done = apply(e, *(const struct query_node **)vec_pop(&spine), value);
    }
    vec_finish(&spine);
    e->present = present;
    if (!done) {
        query_value_finish(value);
    }
    return done;
}

bool
eval_set(struct eval *e, const struct query_node *node, struct query_set *set)
{
    struct query_value value;
    *set = (struct query_set){.type = QUERY_TARGETS};
    if (!eval_node(e, node, &value)) {
        return false;
    }
    if (value.kind != QUERY_VALUE_SET) {
        query_value_finish(&value);
        return eval_fail(e, node, "a set is wanted here");
    }
    *set = value.set;
    return true;
}

/* What is not known because it was never built. */
static void
note_unknown(struct query_world *world)
{
    uint32_t unbuilt = query_world_unbuilt(world);
    uint32_t waiting = query_world_waiting(world);
    if (unbuilt > 0) {
        query_world_note(world, "%u action%s never built: headers unknown",
                         unbuilt, unbuilt == 1 ? "" : "s");
    }
    if (waiting > 0) {
        query_world_note(world,
                         "%u action%s for a list of paths that no build has "
                         "told yet: what it brings is left out",
                         waiting, waiting == 1 ? " waits" : "s wait");
    }
}

/* --- The whole ---------------------------------------------------------------------------- */

static void
eval_finish(struct eval *e)
{
    for (uint32_t i = 0; i < e->variables.count; i++) {
        struct eval_variable *variable = vec_at(&e->variables, i);
        query_set_finish(&variable->set);
    }
    vec_finish(&e->variables);
}

static struct eval
eval_begin(struct query_world *world, const struct query_eval_options *options,
           struct error *err)
{
    return (struct eval){.world = world,
                         .options = options,
                         .err = err,
                         .variables = vec_of(sizeof(struct eval_variable))};
}

/* A word alone was named by the person, who wants to see what it names. */
static bool
is_name(const struct query_node *node)
{
    return node->kind == QUERY_TARGET || node->kind == QUERY_LITERAL ||
           node->kind == QUERY_GROUP || node->kind == QUERY_ID;
}

bool
query_eval(struct query_world *world, const struct query_node *root,
           const struct query_eval_options *options, struct query_rows *rows,
           struct error *err)
{
    struct eval e = eval_begin(world, options, err);
    struct query_value value;
    *rows = (struct query_rows){.row_count = 0};
    bool done = eval_node(&e, root, &value);
    if (done && value.kind == QUERY_VALUE_SET) {
        if (!is_name(root)) {
            hide_plumbing(&e, &value);
        }
        query_rows_of_set(world, &value.set, options->order, &value.rows);
    }
    note_unknown(world);
    if (done) {
        *rows = value.rows;
        rows->edges = e.edges != 0 ? e.edges : QUERY_EDGE_DEFAULT;
        query_set_finish(&value.set);
    }
    eval_finish(&e);
    return done;
}

bool
query_eval_set(struct query_world *world, const struct query_node *root,
               struct query_set *set, struct error *err)
{
    const struct query_eval_options options = {.order = QUERY_ORDER_DEPS};
    struct eval e = eval_begin(world, &options, err);
    bool done = eval_set(&e, root, set);
    eval_finish(&e);
    return done;
}

uint32_t *
query_set_ordered(struct query_world *world, const struct query_set *set,
                  enum query_order order)
{
    uint32_t *nodes = mem_alloc((size_t)set->count + 1, sizeof(*nodes));
    uint32_t count = 0;
    for (uint32_t node = 0; query_set_next(set, &node); node++) {
        nodes[count] = set->order != NULL ? set->order[count] : node;
        count++;
    }
    assert(count == set->count);
    if (set->order == NULL) {
        query_rank_sort(world, nodes, count, order);
    }
    return nodes;
}
