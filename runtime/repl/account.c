/* SPDX-License-Identifier: MIT */
/*
 * See account.h. An action is written out as a row of texts, and two are the same
 * if their rows are: numbers of one graph mean nothing in the other.
 */
#include "runtime/repl/account.h"

#include <inttypes.h>
#include <string.h>

/* --- Actions as rows ----------------------------------------------------------------- */

/* A missing text is an empty one: there is no action for which the two would
 * differ. */
static void
add_text(struct buffer *row, const struct graph *g, struct str_id id)
{
    if (id.n != ID_NONE) {
        struct slice text = graph_str(g, id);
        buffer_add(row, text.bytes, text.len);
    }
    buffer_add_char(row, 0);
}

static void
add_number(struct buffer *row, uint64_t number)
{
    buffer_add_format(row, "%" PRIu64, number);
    buffer_add_char(row, 0);
}

static void
add_file(struct buffer *row, const struct graph *g, struct file_id file)
{
    buffer_add_text(row, file.n == ID_NONE ? "" : graph_path(g, file));
}

/* By name: numbers of files and actions are those of one graph alone. */
static void
add_node(struct buffer *row, const struct graph *g, struct node node)
{
    add_number(row, node.type);
    if (node.type == NODE_FILE) {
        add_file(row, g, (struct file_id){node.n});
    } else if (node.type == NODE_ACTION) {
        add_text(row, g, graph_action(g, (struct action_id){node.n})->key);
    } else {
        add_text(row, g, graph_group(g, (struct group_id){node.n})->name);
    }
}

/* Only a file has a path; what stands in the field otherwise is by chance. */
static void
add_stream(struct buffer *row, const struct graph *g,
           const struct stream *stream)
{
    add_number(row, stream->kind);
    if (stream->kind == STREAM_FILE) {
        add_text(row, g, stream->path);
    }
}

/* A function counts by its fingerprint, so that one that was only moved or
 * renamed is the same. */
static void
add_step(struct buffer *row, const struct graph *g, const struct step *step)
{
    add_number(row, step->kind);
    add_number(row, step->kinds);
    if (step->kind == STEP_COMMAND) {
        for (uint32_t i = 0; i < step->argv.count; i++) {
            add_text(row, g, graph_arg(g, step, i));
        }
        for (uint32_t i = 0; i < step->env.count; i++) {
            add_text(row, g, graph_step_env(g, step, i));
        }
        add_text(row, g, step->dir);
        add_stream(row, g, &step->in);
        add_stream(row, g, &step->out);
        add_stream(row, g, &step->err);
    } else if (step->kind == STEP_READ || step->kind == STEP_WRITE) {
        add_file(row, g, step->file);
        add_text(row, g, step->text);
    } else if (step->kind == STEP_TRANSFORM) {
        add_number(row, step->function.fingerprint.low);
        add_number(row, step->function.fingerprint.high);
    }
}

/* What few actions have. */
static void
add_rare(struct buffer *row, const struct graph *g, const struct action *a)
{
    const struct detail *detail = graph_detail(g, a);
    add_file(row, g, detail->rspfile);
    add_text(row, g, detail->rsp_text);
    add_file(row, g, detail->dyndep);
    add_text(row, g, detail->msvc_prefix);
    add_text(row, g, detail->run);
    add_text(row, g, detail->trace);
    add_number(row, detail->trace_level);
    add_number(row, detail->cost);
    for (uint32_t i = 0; i < a->watches.count; i++) {
        const struct watch *watch = graph_watch(g, a, i);
        add_file(row, g, watch->dir);
        add_number(row, watch->predicate.fingerprint.low);
        add_number(row, watch->predicate.fingerprint.high);
    }
}

/* All that decides a build, and the description, which people see; not the
 * place, which every edit of a line above would change. */
static void
add_action(struct buffer *row, const struct graph *g, const struct action *a)
{
    add_text(row, g, a->name);
    add_text(row, g, a->description);
    add_number(row, a->flags);
    add_file(row, g, a->depfile);
    add_number(row, a->depfile_kinds);
    add_text(row, g, graph_pool(g, a->pool)->name);
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        add_file(row, g, graph_output(g, a, i));
    }
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(g, a, i);
        add_number(row, edge->kinds);
        add_node(row, g, edge->to);
    }
    for (uint32_t i = 0; i < a->env.count; i++) {
        add_text(row, g, graph_env_name(g, a, i));
    }
    add_rare(row, g, a);
    for (uint32_t i = 0; i < a->steps.count; i++) {
        add_step(row, g, graph_step(g, a, i));
    }
}

/* --- Comparing ---------------------------------------------------------------------------- */

/* The rows are made in buffers that the caller keeps for the next pair. */
static bool
is_same(const struct graph *g, struct action_id a, const struct graph *h,
        struct action_id b, struct buffer rows[2])
{
    buffer_truncate(&rows[0], 0);
    buffer_truncate(&rows[1], 0);
    add_action(&rows[0], g, graph_action(g, a));
    add_action(&rows[1], h, graph_action(h, b));
    return slice_equal(buffer_slice(&rows[0]), buffer_slice(&rows[1]));
}

/* Keys outlive evaluations: see registry.h. */
static struct slice
key_of(const struct graph *g, uint32_t index)
{
    return graph_str(g, graph_action(g, (struct action_id){index})->key);
}

static bool
is_typed(const struct additions *typed, struct slice key)
{
    return typed != NULL && additions_take(typed, ADDITIONS_NONE, key.bytes);
}

/* How many actions of a graph were not typed. */
static uint32_t
count_written(const struct graph *g, const struct additions *typed)
{
    uint32_t all = g == NULL ? 0 : graph_action_count(g);
    uint32_t count = 0;
    for (uint32_t i = 0; i < all; i++) {
        count += !is_typed(typed, key_of(g, i));
    }
    return count;
}

struct account
account_of(const struct graph *before, const struct graph *after,
           const struct additions *typed)
{
    struct account account = {0};
    struct buffer rows[2] = {{0}, {0}};
    uint32_t kept = 0;
    uint32_t count = after == NULL ? 0 : graph_action_count(after);
    for (uint32_t i = 0; i < count; i++) {
        struct slice key = key_of(after, i);
        struct action_id old = ACTION_NONE;
        if (is_typed(typed, key)) {
            continue;
        }
        if (before != NULL) {
            old = graph_find_key(before, key.bytes, key.len);
        }
        if (old.n == ID_NONE) {
            account.added++;
            continue;
        }
        kept++;
        account.changed +=
            !is_same(before, old, after, (struct action_id){i}, rows);
    }
    account.removed = count_written(before, typed) - kept;
    buffer_finish(&rows[0]);
    buffer_finish(&rows[1]);
    return account;
}

void
account_describe(const struct account *account, struct buffer *out)
{
    const struct {
        char sign;
        uint32_t count;
    } parts[] = {{'+', account->added},
                 {'-', account->removed},
                 {'~', account->changed}};
    uint32_t sum = 0;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (parts[i].count > 0) {
            buffer_add_format(out, "%s%c%" PRIu32, sum == 0 ? "" : " ",
                              parts[i].sign, parts[i].count);
            sum += parts[i].count;
        }
    }
    buffer_add_str(out, sum == 0   ? "the same actions"
                        : sum == 1 ? " action"
                                   : " actions");
}
