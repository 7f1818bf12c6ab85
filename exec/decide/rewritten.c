/* SPDX-License-Identifier: MIT */
/*
 * Commands that write what they read, or what they only waited for, as ninja's
 * builds have them: the file's own action is recorded with what came of it. Which
 * files a command changed is not watched; those that it may have changed are looked
 * at again when it has ended. Other outputs of the same action are among them:
 * CMake's scans for modules have a second output, which only who reads the first
 * one writes.
 */
#include "exec/decide/rewritten.h"

#include "exec/decide/compare.h"

#include <string.h>

/* Where an action has more outputs, only what is named is looked at: its users may
 * be as many. */
enum { SIBLINGS_MAX = 16 };

/* Moves a list of the last manifest into the one of an attempt. */
static void
take_list(struct vec *to, struct vec *from)
{
    struct vec old = *to;
    *to = *from;
    *from = old;
}

/* Records the producer of a file with that output as it is now, and with all
 * else as it was when it ran: an edit of its inputs since then still counts. */
static bool
record_rewritten(struct judge *judge, struct action_id producer, uint32_t file,
                 struct error *err)
{
    struct attempt *attempt = attempt_create(judge, producer);
    struct record *record = record_at(judge, attempt->record);
    struct manifest *manifest = &attempt->manifest;
    compare_read_last(judge, record);
    bool is_known =
        !judge->last.lost &&
        record_has_command(judge, record, buffer_slice(&attempt->recipe),
                           manifest->command);
    bool ok = true;
    take_list(&manifest->inputs, &judge->last.inputs);
    take_list(&manifest->discovered, &judge->last.discovered);
    take_list(&manifest->outputs, &judge->last.outputs);
    attempt_adopt_env(record, manifest);
    for (uint32_t i = 0; is_known && ok && i < manifest->outputs.count; i++) {
        struct manifest_file *output = vec_at(&manifest->outputs, i);
        if (output->file == file) {
            ok = attempt_sign(judge, output, err) &&
                 attempt_put_output(judge, record, output, err);
        }
    }
    ok = ok && (!is_known || attempt_put_record(judge, attempt,
                                                (struct slice){NULL, 0}, err));
    attempt_destroy(attempt);
    return ok;
}

/* The action that made the file, where ninja would not mind that another one
 * changes it in its place; or ACTION_NONE. */
static struct action_id
rewritable(struct judge *judge, const struct attempt *attempt, uint32_t file)
{
    struct action_id producer = record_producer(judge, file);
    uint32_t wanted = ACTION_AS_NINJA | ACTION_GENERATOR;
    if (producer.n == ID_NONE || (graph_action(judge->graph, producer)->flags &
                                  wanted) != ACTION_AS_NINJA) {
        return ACTION_NONE;
    }
    const struct record *record = record_of(judge, producer);
    bool is_valid =
        record->status == RECORD_VALID || record->status == RECORD_UNSETTLED;
    return is_valid && record != record_at(judge, attempt->record)
               ? producer
               : ACTION_NONE;
}

/* A search in what others made for what a command changed. */
struct search {
    struct judge *judge;
    struct attempt *attempt;    /* of the command */
    struct action_id last_seen; /* whose outputs were looked at */
    struct error *err;
};

/* All outputs of who made a named file, if they are few. Neighbours in a list are
 * mostly of one producer, which is looked at once. */
static bool
take_siblings(struct search *s, struct action_id producer)
{
    struct judge *judge = s->judge;
    uint32_t count = graph_action(judge->graph, producer)->outputs.count;
    if (count < 2 || count > SIBLINGS_MAX || producer.n == s->last_seen.n) {
        return true;
    }
    s->last_seen = producer;
    compare_read_last(judge, record_of(judge, producer));
    if (judge->last.lost) {
        return true;
    }
    struct vec outputs = vec_of(sizeof(struct manifest_file));
    vec_push_all(&outputs, judge->last.outputs.items,
                 judge->last.outputs.count);
    bool ok = true;
    for (uint32_t i = 0; ok && i < outputs.count; i++) {
        const struct manifest_file *left = vec_at(&outputs, i);
        const struct file_version *now =
            files_look_again(judge->files, left->file);
        if (version_compare(&left->version, now, EDGE_IFWRITTEN) != 0) {
            ok = record_rewritten(judge, producer, left->file, s->err);
        }
    }
    vec_finish(&outputs);
    return ok;
}

/* What is declared as an input and was signed before the command started. */
static bool
take_inputs(struct search *s)
{
    struct judge *judge = s->judge;
    struct vec *inputs = &s->attempt->manifest.inputs;
    bool ok = true;
    for (uint32_t i = 0; ok && i < inputs->count; i++) {
        struct manifest_file *input = vec_at(inputs, i);
        struct action_id producer = rewritable(judge, s->attempt, input->file);
        if (producer.n == ID_NONE) {
            continue;
        }
        (void)files_look_again(judge->files, input->file);
        if (files_compare(judge->files, input->file, &input->version,
                          EDGE_IFWRITTEN) != 0) {
            ok = attempt_sign(judge, input, s->err) &&
                 record_rewritten(judge, producer, input->file, s->err);
        }
        ok = ok && take_siblings(s, producer);
    }
    return ok;
}

/* What the command only waited for: compared with what its producer left. */
static bool
take_order(struct search *s, struct file_id waited_for)
{
    struct judge *judge = s->judge;
    uint32_t file = record_file(judge, waited_for);
    struct action_id producer = rewritable(judge, s->attempt, file);
    if (producer.n == ID_NONE) {
        return true;
    }
    struct file_version before = *files_look(judge->files, file);
    const struct file_version *now = files_look_again(judge->files, file);
    bool is_same = version_compare(&before, now, EDGE_IFWRITTEN) == 0;
    return (is_same || record_rewritten(judge, producer, file, s->err)) &&
           take_siblings(s, producer);
}

static bool
take_orders(struct search *s)
{
    const struct graph *g = s->judge->graph;
    const char *key = record_at(s->judge, s->attempt->record)->key;
    struct action_id id = graph_find_key(g, key, strlen(key));
    if (id.n == ID_NONE) {
        return true; // The graph is another one by now.
    }
    const struct action *a = graph_action(g, id);
    bool ok = true;
    for (uint32_t i = 0; ok && i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(g, a, i);
        if (edge->to.type == NODE_FILE && edge->kinds == EDGE_ORDER_ONLY) {
            ok = take_order(s, (struct file_id){edge->to.n});
        }
    }
    return ok;
}

bool
rewritten_take(struct judge *judge, struct attempt *attempt, struct error *err)
{
    struct search s = {judge, attempt, ACTION_NONE, err};
    return take_inputs(&s) && take_orders(&s);
}
