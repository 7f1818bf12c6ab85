/* SPDX-License-Identifier: MIT */
/* Functions that ask the history, and what would run now. */
#include "runtime/query/eval_parts.h"
#include "runtime/query/world_past.h"

#include <stdlib.h>
#include <string.h>

/* The run of an argument; 0 if none is kept. */
static bool
find_run(struct eval *e, const struct query_node *node, uint32_t index,
         uint64_t *run)
{
    const struct query_node *word = eval_item(node, index);
    const char *text = word == NULL ? NULL : word->text.bytes;
    return query_world_find_run(e->world, text, run, e->err) ||
           query_node_blame(word == NULL ? node : word, e->err);
}

/* --- Runs ---------------------------------------------------------------------------- */

static bool
give_built(struct eval *e, const struct query_node *node,
           struct query_value *value, bool only_failed)
{
    struct query_set set = {.type = QUERY_ACTIONS};
    uint64_t run = 0;
    if (!find_run(e, node, 0, &run)) {
        return false;
    }
    if (!query_world_built(e->world, run, only_failed, &set, e->err)) {
        query_set_finish(&set);
        return query_node_blame(node, e->err);
    }
    eval_give(value, set);
    return true;
}

static bool
past_built(struct eval *e, const struct query_node *node,
           struct query_value *value)
{
    return give_built(e, node, value, false);
}

static bool
past_failed(struct eval *e, const struct query_node *node,
            struct query_value *value)
{
    return give_built(e, node, value, true);
}

static bool
past_critical(struct eval *e, const struct query_node *node,
              struct query_value *value)
{
    struct query_set set = {.type = QUERY_ACTIONS};
    uint64_t run = 0;
    if (!find_run(e, node, 0, &run)) {
        return false;
    }
    if (!query_world_critical(e->world, run, &set, e->err)) {
        query_set_finish(&set);
        return query_node_blame(node, e->err);
    }
    eval_give(value, set);
    return true;
}

static bool
past_changed(struct eval *e, const struct query_node *node,
             struct query_value *value)
{
    const struct query_node *word = eval_item(node, 0);
    const char *text = word == NULL ? "last-ok" : word->text.bytes;
    struct query_set set = {.type = QUERY_TARGETS};
    uint64_t run = 0;
    if (!query_world_find_run(e->world, text, &run, e->err)) {
        return query_node_blame(word == NULL ? node : word, e->err);
    }
    if (!query_world_changed(e->world, run, &set, e->err)) {
        query_set_finish(&set);
        return query_node_blame(node, e->err);
    }
    eval_give(value, set);
    return true;
}

static bool
past_diff(struct eval *e, const struct query_node *node,
          struct query_value *value)
{
    struct query_set set = {.type = QUERY_ACTIONS};
    uint64_t before = 0;
    uint64_t after = 0;
    if (!find_run(e, node, 0, &before) || !find_run(e, node, 1, &after)) {
        return false;
    }
    if (!query_world_diff(e->world, before, after, &set, e->err)) {
        query_set_finish(&set);
        return query_node_blame(node, e->err);
    }
    eval_give(value, set);
    return true;
}

static bool
past_orphans(struct eval *e, const struct query_node *node,
             struct query_value *value)
{
    struct query_set set = {.type = QUERY_TARGETS};
    if (!query_world_orphans(e->world, &set, e->err)) {
        query_set_finish(&set);
        return query_node_blame(node, e->err);
    }
    eval_give(value, set);
    return true;
}

/* --- Another graph ------------------------------------------------------------------------ */

/* Targets are known again by their paths, groups by their names, actions by what
 * they make first, or by their keys. */
static void
take_over(struct eval *e, struct query_world *past,
          const struct query_set *from, struct query_set *to)
{
    for (uint32_t node = 0; query_set_next(from, &node); node++) {
        uint32_t same = query_world_same(e->world, past, node);
        if (query_set_is_alone(from, node)) {
            query_set_add_alone(to, same);
        } else {
            (void)query_set_add(to, same);
        }
    }
}

/* The query is answered in a world of its own, with the graph of that time and
 * the disk and the history of now. */
static bool
past_at(struct eval *e, const struct query_node *node,
        struct query_value *value)
{
    struct query_set then;
    uint64_t run = 0;
    if (!find_run(e, node, 0, &run)) {
        return false;
    }
    if (run == 0) {
        eval_give(value, (struct query_set){.type = QUERY_TARGETS});
        return true;
    }
    struct query_world *past = query_world_open_past(e->world, run, e->err);
    if (past == NULL) {
        return query_node_blame(node, e->err);
    }
    struct query_world *present = e->world;
    e->world = past;
    bool done = eval_set(e, eval_item(node, 1), &then);
    e->world = present;
    if (done) {
        struct query_set now = {.type = then.type};
        take_over(e, past, &then, &now);
        eval_give(value, now);
    }
    query_set_finish(&then);
    query_world_close(past);
    return done;
}

/* --- Reasons ------------------------------------------------------------------------------- */

struct reason_filter {
    struct query_world *world;
    const char *code;
};

static bool
keep_reason(void *ctx, uint32_t node)
{
    const struct reason_filter *filter = ctx;
    const struct query_past *past = query_world_past(filter->world, node);
    return past->run != 0 && strcmp(past->code, filter->code) == 0;
}

static bool
past_reason(struct eval *e, const struct query_node *node,
            struct query_value *value)
{
    const struct query_node *word = eval_argument(node);
    struct reason_filter filter = {e->world, word->text.bytes};
    uint32_t count = 0;
    const char *const *codes = exec_reason_codes(&count);
    bool known = false;
    for (uint32_t i = 0; i < count; i++) {
        known = known || strcmp(codes[i], filter.code) == 0;
    }
    if (!known) {
        eval_fail(e, word, "no reason is called %s", filter.code);
        eval_suggest(e, word->text, codes, count);
        return false;
    }
    eval_to_actions(e, value);
    query_set_filter(&value->set, keep_reason, &filter);
    return true;
}

/* --- Now --------------------------------------------------------------------------------------- */

static bool
past_dirty(struct eval *e, const struct query_node *node,
           struct query_value *value)
{
    const struct query_set *dirty = NULL;
    if (!query_world_dirty(e->world, &dirty, e->err)) {
        return query_node_blame(node, e->err);
    }
    if (value->kind == QUERY_VALUE_NONE) {
        eval_give(value, query_set_copy(dirty));
        return true;
    }
    eval_to_actions(e, value);
    query_set_intersect(&value->set, dirty);
    return true;
}

eval_fn *
eval_past(enum query_op op)
{
    static const struct eval_row rows[] = {
        {OP_BUILT, past_built},     {OP_FAILED, past_failed},
        {OP_CHANGED, past_changed}, {OP_CRITICAL, past_critical},
        {OP_AT, past_at},           {OP_DIFF, past_diff},
        {OP_ORPHANS, past_orphans}, {OP_REASON, past_reason},
        {OP_DIRTY, past_dirty},
    };
    return eval_find(rows, sizeof(rows) / sizeof(rows[0]), op);
}
