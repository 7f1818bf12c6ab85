/* SPDX-License-Identifier: MIT */
/*
 * The judge's life, and the verdict: missing inputs, waiting, then all reasons
 * in the order that a person wants them. Clean means that no reason was found,
 * which is the same as an equal manifest of a valid record.
 */
#include "exec/decide/judge.h"

#include "exec/base/memory.h"
#include "exec/decide/as_ninja.h"
#include "exec/decide/attempt.h"
#include "exec/decide/compare.h"
#include "exec/decide/foreign.h"
#include "exec/decide/grown.h"
#include "exec/decide/missing.h"
#include "exec/decide/nearest.h"
#include "exec/decide/record.h"
#include "exec/decide/watched.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- Life ------------------------------------------------------------------------ */

/* A database that turns out damaged while it is read is started over, once. */
static void
open_records(struct judge *judge)
{
    struct error lost = {0};
    bool dry_run = judge->options.dry_run;
    judge->files = files_create(judge->state, judge->root, dry_run);
    if (judge->options.by_need || records_load(judge, &lost)) {
        return;
    }
    error_finish(&lost);
    records_forget(judge);
    judge->records = vec_of(sizeof(struct record));
    files_destroy(judge->files);
    judge->files = NULL;
    judge->options.settled = NULL;
    if (state_start_over(judge->state, &judge->damage)) {
        judge->files = files_create(judge->state, judge->root, dry_run);
    }
}

/* For the files: what does not count in a folder. */
static bool
is_left_out(void *ctx, const char *path)
{
    return ours_has(record_ours(ctx), path);
}

struct judge *
judge_create(struct state *state, const struct graph *graph,
             const struct judge_options *options)
{
    assert(state && graph && options->root && options->build_file);
    struct judge *judge = mem_alloc(1, sizeof *judge);
    judge->state = state;
    judge->options = *options;
    judge->root = mem_copy_str(options->root);
    judge->records = vec_of(sizeof(struct record));
    inside_init(&judge->inside);
    judge->producers = vec_of(sizeof(struct action_id));
    judge->last.inputs = vec_of(sizeof(struct manifest_file));
    judge->last.discovered = vec_of(sizeof(struct manifest_file));
    judge->last.outputs = vec_of(sizeof(struct manifest_file));
    judge->tools = tools_create(judge->root);
    reasons_init(&judge->reasons);
    open_records(judge);
    if (judge->files) {
        files_set_filter(judge->files,
                         (struct tree_filter){is_left_out, judge});
    }
    records_take_graph(judge, graph);
    return judge;
}

bool
judge_set_settled(struct judge *judge, const uint8_t *settled, bool by_need,
                  struct error *err)
{
    judge->options.settled = settled;
    grown_destroy(judge->grown);
    judge->grown = NULL;
    return by_need || !judge->files || records_load(judge, err);
}

void
judge_set_graph(struct judge *judge, const struct graph *graph)
{
    struct error lost = {0};
    judge->options.settled = NULL;
    if (judge->files && !records_load(judge, &lost) && !judge->damage.what) {
        judge->damage = lost; /* what is known of half of it is no use */
        files_destroy(judge->files);
        judge->files = NULL;
    }
    records_take_graph(judge, graph);
}

void
judge_set_growers(struct judge *judge, const struct vec *growers)
{
    grown_destroy(judge->grown);
    judge->grown = NULL;
    judge->growers = growers->count > 0 ? growers : NULL;
}

struct tools *
judge_tools(struct judge *judge)
{
    return judge->tools;
}

void
judge_destroy(struct judge *judge)
{
    if (!judge) {
        return;
    }
    records_forget_graph(judge);
    records_forget(judge);
    files_destroy(judge->files);
    tools_destroy(judge->tools);
    reasons_clear(&judge->reasons);
    vec_finish(&judge->producers);
    vec_finish(&judge->last.inputs);
    vec_finish(&judge->last.discovered);
    vec_finish(&judge->last.outputs);
    buffer_finish(&judge->recipe);
    error_finish(&judge->damage);
    free(judge->root);
    free(judge);
}

void
judge_settle(struct judge *judge, struct action_id action)
{
    record_of(judge, action)->settled = ++judge->moment;
}

void
judge_pretend(struct judge *judge, struct action_id action)
{
    assert(judge->options.dry_run);
    record_of(judge, action)->pretended = true;
}

/* --- Waiting ----------------------------------------------------------------------- */

void
judge_break_wait(struct judge *judge, struct action_id action,
                 struct action_id producer)
{
    assert(action.n != producer.n);
    (void)record_of(judge, producer); /* may move the records */
    uint32_t place = judge->record_of_action[producer.n] - 1;
    struct record *record = record_of(judge, action);
    if (!record_is_unordered(judge, record, producer)) {
        vec_push(&record->broken, &place);
    }
}

static bool
is_settled(struct judge *judge, struct action_id action)
{
    return record_is_settled_before(judge, action) ||
           record_of(judge, action)->settled != 0;
}

/* Adds who makes the file, unless that one is settled or not waited for. */
static void
add_wait(struct judge *judge, struct action_id action, uint32_t file)
{
    struct action_id maker = record_maker(judge, file);
    if (maker.n == ID_NONE || maker.n == action.n || is_settled(judge, maker)) {
        return;
    }
    const struct action_id *last =
        judge->producers.count > 0
            ? vec_at(&judge->producers, judge->producers.count - 1)
            : NULL;
    if (!(last && last->n == maker.n) &&
        !record_is_unordered(judge, record_of(judge, action), maker)) {
        vec_push(&judge->producers, &maker);
    }
}

/* Finds the makers of the discovered inputs that are not settled. Of declared ones
 * the graph tells them, but for files in folders that are made. */
static void
find_waits(struct judge *judge, struct action_id action)
{
    const struct graph *g = judge->graph;
    const struct action *a = graph_action(g, action);
    judge->producers.count = 0;
    if (judge->needs_are_sure) {
        return; // To look for makers opens the table of all texts.
    }
    for (uint32_t i = 0; i < judge->last.discovered.count; i++) {
        const struct manifest_file *item = vec_at(&judge->last.discovered, i);
        add_wait(judge, action, item->file);
    }
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        struct node to = graph_input(g, a, i)->to;
        struct file_id file = {to.n};
        if (to.type == NODE_FILE && graph_producer(g, file).n == ID_NONE) {
            add_wait(judge, action, record_file(judge, file));
        }
    }
}

/* What is remembered of the action, by us or by whoever built here before. */
static void
read_last(struct judge *judge, struct action_id action)
{
    compare_read_last(judge, record_of(judge, action));
    foreign_read(judge, action);
}

uint32_t
judge_waits_for(struct judge *judge, struct action_id action,
                const struct action_id **producers)
{
    if (judge->files) {
        read_last(judge, action);
        find_waits(judge, action);
    }
    *producers = judge->producers.items;
    return judge->files ? judge->producers.count : 0;
}

/* Into the same list: those whose dyndep files may say that they make what the
 * action reads, or the node is. */
static void
find_growers(struct judge *judge, struct node node)
{
    judge->producers.count = 0;
    if (judge->growers == NULL) {
        return;
    }
    if (judge->grown == NULL) {
        judge->grown = grown_create(judge);
    }
    if (node.type != NODE_ACTION) {
        grown_find(judge, node, &judge->producers);
        return;
    }
    struct action_id action = {node.n};
    grown_find_all(judge, action, &judge->producers);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < judge->producers.count; i++) {
        struct action_id grower =
            *(struct action_id *)vec_at(&judge->producers, i);
        if (grower.n != action.n &&
            !record_is_unordered(judge, record_of(judge, action), grower)) {
            *(struct action_id *)vec_at(&judge->producers, kept++) = grower;
        }
    }
    judge->producers.count = kept;
}

uint32_t
judge_growers_of(struct judge *judge, struct node node,
                 const struct action_id **growers)
{
    if (judge->files) {
        if (node.type == NODE_ACTION) {
            read_last(judge, (struct action_id){node.n});
        }
        find_growers(judge, node);
    }
    *growers = judge->producers.items;
    return judge->files ? judge->producers.count : 0;
}

/* --- Missing inputs --------------------------------------------------------------------- */

static bool
say_missing(struct judge *judge, const struct needer *by, struct file_id file,
            struct error *err)
{
    return missing_say(judge->graph, files_root_fd(judge->files), by,
                       graph_path(judge->graph, file), err);
}

/* A file that an action makes is never missing, only not there yet. */
static bool
file_is_missing(struct judge *judge, struct file_id file)
{
    return graph_producer(judge->graph, file).n == ID_NONE &&
           !version_exists(files_look(judge->files, record_file(judge, file)));
}

/* In a folder that is still to be made it may come. */
static bool
input_is_missing(struct judge *judge, struct file_id file)
{
    if (!file_is_missing(judge, file)) {
        return false;
    }
    struct action_id maker = record_maker(judge, record_file(judge, file));
    return maker.n == ID_NONE || is_settled(judge, maker);
}

/* Members of a group, and of the groups in it, each group once. */
static bool
check_group(struct judge *judge, struct node group, struct error *err)
{
    assert(group.type == NODE_GROUP);
    struct vec stack = vec_of(sizeof(uint32_t));
    vec_push(&stack, &group.n);
    bool ok = true;
    while (ok && stack.count > 0) {
        uint32_t n = *(uint32_t *)vec_pop(&stack);
        const struct group *at =
            graph_group(judge->graph, (struct group_id){n});
        uint32_t count = judge->groups_checked[n] ? 0 : at->members.count;
        judge->groups_checked[n] = 1;
        for (uint32_t i = 0; ok && i < count; i++) {
            struct node member = graph_member(judge->graph, at, i);
            struct file_id file = {member.n};
            if (member.type == NODE_GROUP) {
                vec_push(&stack, &member.n);
            } else if (member.type == NODE_FILE &&
                       file_is_missing(judge, file)) {
                struct needer by = {"the group ",
                                    graph_cstr(judge->graph, at->name),
                                    &at->place};
                ok = say_missing(judge, &by, file, err);
                judge->groups_checked[n] = 0;
            }
        }
    }
    vec_finish(&stack);
    return ok;
}

/* Every file that must be there is there, or somebody makes it. */
static bool
check_inputs(struct judge *judge, const struct action *a, struct error *err)
{
    if (a->flags & ACTION_MISSING_OK) {
        return true;
    }
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(judge->graph, a, i);
        if (!missing_must_exist(edge->kinds)) {
            continue;
        }
        struct file_id file = {edge->to.n};
        if (edge->to.type == NODE_GROUP && !check_group(judge, edge->to, err)) {
            return false;
        }
        if (edge->to.type == NODE_FILE && input_is_missing(judge, file) &&
            !missing_is_allowed(judge->graph, a, edge->to)) {
            struct needer by = missing_needer(judge->graph, a);
            return say_missing(judge, &by, file, err);
        }
    }
    return true;
}

bool
judge_check_group(struct judge *judge, struct group_id group, struct error *err)
{
    if (!judge->files) {
        return true;
    }
    return check_group(judge, (struct node){NODE_GROUP, group.n}, err);
}

/* The output that is nearest to a path, else the file; malloc'ed, or NULL. */
static char *
nearest_target(struct judge *judge, const char *path)
{
    const struct graph *g = judge->graph;
    struct nearest nearest;
    nearest_init(&nearest, path);
    for (uint32_t i = 0; i < graph_action_count(g); i++) {
        const struct action *a = graph_action(g, (struct action_id){i});
        for (uint32_t k = 0; k < a->outputs.count; k++) {
            nearest_try(&nearest, graph_path(g, graph_output(g, a, k)));
        }
    }
    char *near = nearest.best != NULL ? mem_copy_str(nearest.best) : NULL;
    nearest_finish(&nearest);
    return near != NULL ? near
                        : nearest_file(files_root_fd(judge->files), path);
}

bool
judge_sees(struct judge *judge, struct file_id file)
{
    return judge->files &&
           version_exists(files_look(judge->files, record_file(judge, file)));
}

bool
judge_check_target(struct judge *judge, struct file_id file, struct error *err)
{
    assert(file.n != ID_NONE);
    if (!judge->files || !file_is_missing(judge, file)) {
        return true;
    }
    const char *path = graph_path(judge->graph, file);
    error_set(err, ERROR_CLASS_GRAPH,
              "no action makes %s, and there is no such file", path);
    char *near = nearest_target(judge, path);
    if (near) {
        error_set_help(err, "did you mean %s?", near);
    }
    free(near);
    return false;
}

/* --- The verdict --------------------------------------------------------------------------- */

/* The reasons that lie in the record itself. */
static void
judge_status(struct judge *judge, const struct action *a,
             const struct record *record)
{
    const char *code = NULL;
    switch (record->status) {
    case RECORD_NONE:
        code = state_was_lost(judge->state) ? "state-lost" : "never-built";
        break;
    case RECORD_STARTED:
    case RECORD_INTERRUPTED:
        code = "previous-interrupted";
        break;
    case RECORD_FAILED:
        code = "previous-failed";
        break;
    case RECORD_VALID:
    case RECORD_UNSETTLED: /* told with the input that is recent */
        break;
    }
    if (code) {
        reasons_add(&judge->reasons, code, NULL, NULL, NULL);
    }
    if ((a->flags & ACTION_ALWAYS) && !record->ran) {
        reasons_add(&judge->reasons, "always", NULL, NULL, NULL);
    }
}

/* How it differs is only looked for where it does. */
static void
judge_recipe(struct judge *judge, const struct action *a, struct record *record)
{
    char *before = NULL;
    size_t len = 0;
    buffer_truncate(&judge->recipe, 0);
    recipe_write(judge->graph, a, judge->tools, &judge->recipe);
    struct slice after = {buffer_str(&judge->recipe), judge->recipe.len};
    struct hash128 hash = hash_default()->bytes(after.bytes, after.len);
    if (!record_has_command(judge, record, after, hash)) {
        uint32_t count = judge->reasons.items.count;
        if (state_find_command(judge->state, record->key, &before, &len)) {
            recipe_diff((struct slice){before, len}, after, &judge->reasons);
        }
        if (judge->reasons.items.count == count) {
            reasons_add(&judge->reasons, "command-changed", NULL, NULL, NULL);
        }
    }
    free(before);
}

/* All outputs are there, and there is at least one. */
static bool
outputs_exist(struct judge *judge, const struct action *a)
{
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        uint32_t file = record_file(judge, graph_output(judge->graph, a, i));
        if (!version_exists(files_look(judge->files, file))) {
            return false;
        }
    }
    return a->outputs.count > 0;
}

/* What another program made; and a generator that was run by hand, or by whoever
 * unpacked the tree. */
static bool
is_adopted(struct judge *judge, const struct action *a,
           const struct record *record)
{
    assert(judge->files);
    if (record->status != RECORD_NONE || (a->flags & ACTION_ALWAYS)) {
        return false;
    }
    if (a->flags & ACTION_AS_NINJA) {
        return foreign_is_clean(judge, a);
    }
    return (a->flags & ACTION_GENERATOR) && outputs_exist(judge, a);
}

/* No reason means clean. The reasons of a dirty one are kept for the history. */
static enum verdict
conclude(struct judge *judge, struct record *record,
         struct verdict_reasons *reasons)
{
    assert(record->key);
    reasons->items = reasons_items(&judge->reasons);
    reasons->count = judge->reasons.items.count;
    if (reasons->count == 0 && !reasons->stale_program) {
        record_forget_watched(record);
        record->clean = true;
        record->clean_moment = files_moment(judge->files);
        return VERDICT_CLEAN;
    }
    buffer_truncate(&record->reasons, 0);
    reasons_save(&judge->reasons, &record->reasons);
    return VERDICT_DIRTY;
}

/* Each question gets its own copy of what is wrong. */
static void
copy_damage(const struct judge *judge, struct error *err)
{
    error_set(err, ERROR_CLASS_STATE, "%s",
              judge->damage.what ? judge->damage.what : "no records");
}

enum verdict
judge_action(struct judge *judge, struct action_id action,
             struct verdict_reasons *reasons, struct error *err)
{
    *reasons = (struct verdict_reasons){0};
    if (!judge->files) {
        copy_damage(judge, err);
        return VERDICT_ERROR;
    }
    if (!state_is_fine(judge->state, err)) {
        return VERDICT_ERROR; // Records that cannot be read look like none.
    }
    const struct action *a = graph_action(judge->graph, action);
    assert(!(a->flags & ACTION_PENDING));
    record_of(judge, action)->met = true;
    record_of(judge, action)->clean = false;
    read_last(judge, action);
    find_growers(judge, (struct node){NODE_ACTION, action.n});
    if (judge->producers.count > 0) {
        return VERDICT_GROW;
    }
    if (!check_inputs(judge, a, err)) {
        return VERDICT_ERROR;
    }
    find_waits(judge, action);
    if (judge->producers.count > 0) {
        return VERDICT_WAIT;
    }
    reasons_clear(&judge->reasons);
    struct record *record = record_of(judge, action);
    if (is_adopted(judge, a, record)) {
        if (!judge->options.dry_run && !attempt_adopt(judge, action, err)) {
            return VERDICT_ERROR;
        }
        return VERDICT_CLEAN;
    }
    judge_status(judge, a, record);
    bool rebase = false;
    if (record->body.len > 0) {
        judge_recipe(judge, a, record);
        compare_manifest(judge, a, record, &rebase);
    } else if (record->status == RECORD_VALID ||
               record->status == RECORD_UNSETTLED) {
        reasons_add(&judge->reasons, "state-lost", NULL, NULL, NULL);
    }
    record = record_of(judge, action);
    rebase = ninja_forgive(judge, action, record) || rebase;
    if (!record->ran) {
        ninja_judge_inputs(judge, a);
    }
    if (!watched_judge(judge, a, record, &reasons->stale_program, err) &&
        !reasons->stale_program) {
        return VERDICT_ERROR;
    }
    if (judge->reasons.items.count > 0 && foreign_renews(judge, action)) {
        reasons_clear(&judge->reasons);
        rebase = true;
    }
    record = record_of(judge, action);
    enum verdict verdict = conclude(judge, record, reasons);
    if (verdict == VERDICT_CLEAN && rebase && !judge->options.dry_run &&
        !attempt_adopt(judge, action, err)) {
        return VERDICT_ERROR;
    }
    return verdict;
}

enum verdict
judge_sure_action(struct judge *judge, struct action_id action,
                  struct verdict_reasons *reasons, struct error *err)
{
    judge->needs_are_sure = true;
    enum verdict verdict = judge_action(judge, action, reasons, err);
    judge->needs_are_sure = false;
    return verdict;
}
