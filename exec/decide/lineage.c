/* SPDX-License-Identifier: MIT */
/*
 * The text of a version: for each action, in the order of keys, how many bytes
 * of its key are those of the one before it, the rest behind its length, and
 * fingerprints of four bytes, of command, inputs and outputs; that of outputs is
 * left out where it is that of the key. In a difference, three zeros say that the
 * version has no such action; what is not named is the same. See
 * spec/format/state-db.md.
 */
#include "exec/decide/lineage.h"

#include "exec/base/memory.h"
#include "exec/base/vec.h"
#include "exec/decide/recipe.h"
#include "exec/decide/tools.h"
#include "exec/graph/versions.h"
#include "exec/state/body.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum part { PART_COMMAND, PART_INPUTS, PART_OUTPUTS, PART_COUNT };

struct known_action {
    char *key; /* owned */
    uint32_t prints[PART_COUNT];
};

/* --- Lists of actions --------------------------------------------------------- */

/* Behind the end stands one without a key. */
static const struct known_action *
action_at(const struct vec *list, uint32_t index)
{
    static const struct known_action end = {.key = NULL};
    return index < list->count ? vec_at(list, index) : &end;
}

static void
list_finish(struct vec *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        free(action_at(list, i)->key);
    }
    vec_finish(list);
}

static bool
is_gone(const struct known_action *action)
{
    return action->prints[PART_COMMAND] == 0 &&
           action->prints[PART_INPUTS] == 0 &&
           action->prints[PART_OUTPUTS] == 0;
}

/* For qsort, and for walking two lists side by side. */
static int
compare_actions(const void *left, const void *right)
{
    const struct known_action *a = left;
    const struct known_action *b = right;
    return strcmp(a->key, b->key);
}

/* Of the next ones of two lists: which has the lesser key (0: the same). */
static int
order_of(const struct known_action *a, const struct known_action *b)
{
    return !a->key ? 1 : !b->key ? -1 : compare_actions(a, b);
}

/* Never zero, which has a meaning of its own. */
static uint32_t
print_of(const struct buffer *text)
{
    uint32_t print = (uint32_t)hash_xxh3.bytes(buffer_str(text), text->len).low;
    return print ? print : 1;
}

/* Of the outputs of an action that makes the one file which it is named like. */
static uint32_t
print_of_key(const char *key, struct buffer *text)
{
    buffer_truncate(text, 0);
    buffer_add_text(text, key);
    return print_of(text);
}

/* How many bytes of fingerprints there are. */
static size_t
prints_size(bool is_usual)
{
    return (PART_COUNT - is_usual) * sizeof(uint32_t);
}

/* Begins a text in which fingerprints are left out; the first action of an older one
 * has 0 there, as it shares nothing with the one before it. */
#define SHORT 1

/* Neighbours share most of their keys: paths of one folder. */
static void
write_list(const struct vec *list, struct buffer *out)
{
    const char *before = "";
    struct buffer text = {0};
    if (list->count > 0) {
        varint_add(out, SHORT);
    }
    for (uint32_t i = 0; i < list->count; i++) {
        const struct known_action *action = action_at(list, i);
        size_t same = 0;
        while (before[same] && before[same] == action->key[same]) {
            same++;
        }
        bool is_usual =
            action->prints[PART_OUTPUTS] == print_of_key(action->key, &text);
        varint_add(out, same << 1 | is_usual);
        body_add_bytes(out, slice_of(action->key + same));
        buffer_add(out, action->prints, prints_size(is_usual));
        before = action->key;
    }
    buffer_finish(&text);
}

/* As far as it makes sense: what is damaged is not told. */
static struct vec
read_list(struct slice text)
{
    struct vec list = vec_of(sizeof(struct known_action));
    struct buffer key = {0};
    struct buffer scratch = {0};
    uint64_t head;
    struct slice rest;
    bool is_short = text.len > 0 && text.bytes[0] == SHORT;
    text = is_short ? (struct slice){text.bytes + 1, text.len - 1} : text;
    while (varint_take(&text, &head) && body_take_bytes(&text, &rest)) {
        struct known_action action;
        uint64_t same = is_short ? head >> 1 : head;
        bool is_usual = is_short && (head & 1) != 0;
        size_t size = prints_size(is_usual);
        if (same > key.len || text.len < size) {
            break;
        }
        memcpy(action.prints, text.bytes, size);
        text.bytes += size;
        text.len -= size;
        buffer_truncate(&key, (size_t)same);
        buffer_add(&key, rest.bytes, rest.len);
        action.key = mem_copy(buffer_str(&key), key.len);
        if (is_usual) {
            action.prints[PART_OUTPUTS] = print_of_key(action.key, &scratch);
        }
        vec_push(&list, &action);
    }
    buffer_finish(&key);
    buffer_finish(&scratch);
    return list;
}

static void
copy_action(struct vec *to, const struct known_action *from, bool gone)
{
    struct known_action *action = vec_add(to);
    action->key = mem_copy_str(from->key);
    if (!gone) {
        memcpy(action->prints, from->prints, sizeof action->prints);
    }
}

/* What leads from one list to another. */
static struct vec
difference(const struct vec *from, const struct vec *to)
{
    struct vec list = vec_of(sizeof(struct known_action));
    uint32_t i = 0;
    uint32_t k = 0;
    while (i < from->count || k < to->count) {
        const struct known_action *a = action_at(from, i);
        const struct known_action *b = action_at(to, k);
        int order = order_of(a, b);
        if (order < 0) {
            copy_action(&list, a, true);
        } else if (order > 0 ||
                   memcmp(a->prints, b->prints, sizeof a->prints) != 0) {
            copy_action(&list, b, false);
        }
        i += order <= 0;
        k += order >= 0;
    }
    return list;
}

/* The list that a difference leads to. */
static struct vec
apply(const struct vec *from, const struct vec *diff)
{
    struct vec list = vec_of(sizeof(struct known_action));
    uint32_t i = 0;
    uint32_t k = 0;
    while (i < from->count || k < diff->count) {
        const struct known_action *a = action_at(from, i);
        const struct known_action *b = action_at(diff, k);
        int order = order_of(a, b);
        if (order < 0) {
            copy_action(&list, a, false);
        } else if (!is_gone(b)) {
            copy_action(&list, b, false);
        }
        i += order <= 0;
        k += order >= 0;
    }
    return list;
}

/* --- The graph as a list -------------------------------------------------------- */

/* Files by path, groups by name, actions by key. */
static void
add_node(const struct graph *g, struct node node, struct buffer *text)
{
    switch (node.type) {
    case NODE_FILE:
        buffer_add_text(text, graph_path(g, (struct file_id){node.n}));
        return;
    case NODE_ACTION:
        buffer_add_text(
            text,
            graph_cstr(g, graph_action(g, (struct action_id){node.n})->key));
        return;
    case NODE_GROUP:
        buffer_add_text(
            text,
            graph_cstr(g, graph_group(g, (struct group_id){node.n})->name));
        return;
    }
}

/* Three texts of what it is, each reduced to a fingerprint. */
static void
add_action(const struct graph *g, const struct action *a, struct tools *tools,
           struct buffer *text, struct vec *list)
{
    struct known_action *action = vec_add(list);
    action->key = mem_copy_str(graph_cstr(g, a->key));
    buffer_truncate(text, 0);
    recipe_write(g, a, tools, text);
    action->prints[PART_COMMAND] = print_of(text);
    buffer_truncate(text, 0);
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(g, a, i);
        buffer_add_char(text, (char)edge->kinds);
        add_node(g, edge->to, text);
    }
    action->prints[PART_INPUTS] = print_of(text);
    buffer_truncate(text, 0);
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        buffer_add_text(text, graph_path(g, graph_output(g, a, i)));
    }
    action->prints[PART_OUTPUTS] = print_of(text);
}

static struct vec
list_of_graph(const struct graph *g, const char *root)
{
    struct vec list = vec_of(sizeof(struct known_action));
    struct tools *tools = tools_create(root);
    struct buffer text = {0};
    for (uint32_t i = 0; i < graph_action_count(g); i++) {
        add_action(g, graph_action(g, (struct action_id){i}), tools, &text,
                   &list);
    }
    buffer_finish(&text);
    tools_destroy(tools);
    if (list.count > 0) {
        qsort(list.items, list.count, list.item_size, compare_actions);
    }
    return list;
}

/* --- Recording ------------------------------------------------------------------- */

/* Only a changed graph costs more than the hash of it. */
static bool
add_version(struct state *state, const struct graph *g, const char *root,
            struct error *err)
{
    struct hash128 hash = graph_hash(g);
    struct hash128 last_hash = {0, 0};
    uint64_t id = 0;
    char *last_text = NULL;
    size_t len = 0;
    bool is_first = !state_last_graph(state, &id, &last_hash, &last_text, &len);
    if (!is_first && hash_equal(hash, last_hash)) {
        free(last_text);
        return state_use_graph(state, id, err);
    }
    struct vec now = list_of_graph(g, root);
    struct vec last = read_list((struct slice){last_text, len});
    struct vec back = difference(&now, &last);
    struct buffer text = {0};
    struct buffer back_text = {0};
    write_list(&now, &text);
    write_list(&back, &back_text);
    struct slice whole = {buffer_str(&text), text.len};
    bool done =
        state_add_graph(state, hash, whole, buffer_slice(&back_text), err);
    buffer_finish(&text);
    buffer_finish(&back_text);
    list_finish(&now);
    list_finish(&last);
    list_finish(&back);
    free(last_text);
    return done;
}

bool
lineage_record(struct state *state, const struct graph *g, const char *root,
               const char *snapshot, struct error *err)
{
    if (!add_version(state, g, root, err)) {
        return false;
    }
    uint64_t version = snapshot != NULL ? state_newest_graph(state) : 0;
    if (version != 0) {
        versions_keep(snapshot, version);
    }
    return true;
}

/* --- Telling ---------------------------------------------------------------------- */

/* Walks back from the newest version, and keeps the two that are asked for. */
struct walk {
    uint64_t wanted[2];
    struct vec found[2];
    bool is_found[2];
    struct vec at; /* the version that the walk has come to */
    bool begun;
};

/* The first row is whole; each later one leads one version back. */
static void
step_back(void *ctx, uint64_t id, struct slice text)
{
    struct walk *walk = ctx;
    struct vec list = read_list(text);
    if (walk->begun) {
        struct vec before = apply(&walk->at, &list);
        list_finish(&walk->at);
        list_finish(&list);
        list = before;
    }
    walk->at = list;
    walk->begun = true;
    const struct vec nothing = vec_of(sizeof(struct known_action));
    for (int i = 0; i < 2; i++) {
        if (id == walk->wanted[i]) {
            walk->found[i] = difference(&nothing, &walk->at);
            walk->is_found[i] = true;
        }
    }
}

/* Which parts have other fingerprints. */
static uint32_t
changes_of(const struct known_action *a, const struct known_action *b)
{
    static const uint32_t bits[PART_COUNT] = {GRAPH_COMMAND, GRAPH_INPUTS,
                                              GRAPH_OUTPUTS};
    uint32_t changes = 0;
    for (int i = 0; i < PART_COUNT; i++) {
        changes |= a->prints[i] == b->prints[i] ? 0 : bits[i];
    }
    return changes;
}

/* One pass over both lists, which are in the order of keys. */
static void
tell_changes(const struct vec *before, const struct vec *after,
             const struct exec_graph_sink *sink)
{
    uint32_t i = 0;
    uint32_t k = 0;
    while (i < before->count || k < after->count) {
        const struct known_action *a = action_at(before, i);
        const struct known_action *b = action_at(after, k);
        int order = order_of(a, b);
        uint32_t changes = order < 0   ? GRAPH_REMOVED
                           : order > 0 ? GRAPH_ADDED
                                       : changes_of(a, b);
        if (changes != 0) {
            sink->call(sink->ctx, order <= 0 ? a->key : b->key, changes);
        }
        i += order <= 0;
        k += order >= 0;
    }
}

bool
lineage_diff(struct state *state, uint64_t before, uint64_t after,
             const struct exec_graph_sink *sink, struct error *err)
{
    assert(before != 0 && after != 0);
    struct walk walk = {.wanted = {before, after}};
    bool done = state_list_graphs(state, before < after ? before : after,
                                  step_back, &walk, err);
    if (done && (!walk.is_found[0] || !walk.is_found[1])) {
        error_set(err, ERROR_CLASS_USAGE,
                  "the graph of one of these runs is not kept any more");
        error_set_help(err, "ronin runs lists those that are");
        done = false;
    }
    if (done) {
        tell_changes(&walk.found[0], &walk.found[1], sink);
    }
    list_finish(&walk.found[0]);
    list_finish(&walk.found[1]);
    list_finish(&walk.at);
    return done;
}
