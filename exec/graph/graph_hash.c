/* SPDX-License-Identifier: MIT */
/*
 * The hash of a graph: a walk in the order of ids, in which a text is written
 * out where it comes for the first time and is a number from then on. So equal
 * graphs have equal hashes, whatever the order in which their texts were made.
 */
#include "exec/base/memory.h"
#include "exec/graph/graph.h"
#include "exec/graph/parts.h"

#include <assert.h>
#include <stdlib.h>

#define CHUNK_SIZE ((size_t)64 * 1024)

struct hasher {
    const struct graph *g;
    uint32_t *numbers; /* str id -> its number in the order met, 0: not yet */
    uint32_t met;
    struct buffer chunk;
    const struct hash_backend *backend;
    struct hash_state *state;
};

static void
flush(struct hasher *h)
{
    h->backend->add(h->state, h->chunk.bytes, h->chunk.len);
    buffer_truncate(&h->chunk, 0);
}

static void
add_number(struct hasher *h, uint32_t number)
{
    if (h->chunk.len >= CHUNK_SIZE) {
        flush(h);
    }
    buffer_add(&h->chunk, &number, sizeof(number));
}

static void
add_str(struct hasher *h, struct str_id str)
{
    if (str.n == ID_NONE) {
        add_number(h, ID_NONE);
        return;
    }
    bool is_new = h->numbers[str.n] == 0;
    if (is_new) {
        h->numbers[str.n] = ++h->met;
    }
    add_number(h, h->numbers[str.n]);
    if (is_new) {
        struct slice text = graph_str(h->g, str);
        add_number(h, (uint32_t)text.len);
        buffer_add(&h->chunk, text.bytes, text.len);
    }
}

static void
add_file(struct hasher *h, struct file_id file)
{
    struct str_id str = STR_NONE;

    if (file.n != ID_NONE) {
        str = *(struct str_id *)vec_at(graph_part(h->g, PART_FILES), file.n);
    }
    add_str(h, str);
}

static void
add_node(struct hasher *h, struct node node)
{
    add_number(h, node.type);
    if (node.type == NODE_FILE) {
        add_file(h, (struct file_id){node.n});
    } else {
        add_number(h, node.n);
    }
}

static void
add_function(struct hasher *h, struct function_ref function)
{
    add_number(h, function.number);
    buffer_add(&h->chunk, &function.fingerprint, sizeof(struct hash128));
}

static void
add_stream(struct hasher *h, struct stream stream)
{
    add_number(h, stream.kind);
    add_str(h, stream.path);
}

static void
add_command(struct hasher *h, const struct step *step)
{
    add_number(h, step->argv.count);
    for (uint32_t i = 0; i < step->argv.count; i++) {
        add_str(h, graph_arg(h->g, step, i));
    }
    add_number(h, step->env.count);
    for (uint32_t i = 0; i < step->env.count; i++) {
        add_str(h, graph_step_env(h->g, step, i));
    }
    add_str(h, step->dir);
    add_stream(h, step->in);
    add_stream(h, step->out);
    add_stream(h, step->err);
}

static void
add_step(struct hasher *h, const struct step *step)
{
    add_number(h, step->kind);
    add_number(h, step->kinds);
    if (step->kind == STEP_COMMAND) {
        add_command(h, step);
    } else {
        add_file(h, step->file);
        add_str(h, step->text);
        add_function(h, step->function);
    }
}

static void
add_lists(struct hasher *h, const struct action *a)
{
    const struct graph *g = h->g;

    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(g, a, i);
        add_node(h, edge->to);
        add_number(h, edge->kinds | (uint32_t)edge->explicit_ << 8);
    }
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        add_file(h, graph_output(g, a, i));
    }
    for (uint32_t i = 0; i < a->env.count; i++) {
        add_str(h, graph_env_name(g, a, i));
    }
    for (uint32_t i = 0; i < a->steps.count; i++) {
        add_step(h, graph_step(g, a, i));
    }
    for (uint32_t i = 0; i < a->watches.count; i++) {
        const struct watch *watch = graph_watch(g, a, i);
        add_file(h, watch->dir);
        add_function(h, watch->predicate);
    }
}

static void
add_detail(struct hasher *h, const struct detail *detail)
{
    add_file(h, detail->dyndep);
    add_file(h, detail->rspfile);
    add_str(h, detail->rsp_text);
    add_str(h, detail->msvc_prefix);
    add_str(h, detail->run);
    add_str(h, detail->trace);
    add_number(h, detail->trace_level);
    add_number(h, detail->cost);
}

static void
add_action(struct hasher *h, const struct action *a)
{
    add_str(h, a->key);
    add_str(h, a->name);
    add_str(h, a->description);
    add_number(h, a->flags);
    add_number(h, a->pool.n);
    add_number(h, a->inputs.count);
    add_number(h, a->outputs.count);
    add_number(h, a->env.count);
    add_number(h, a->steps.count);
    add_number(h, a->watches.count);
    add_file(h, a->depfile);
    add_number(h, a->depfile_kinds);
    add_number(h, a->detail != 0);
    if (a->detail != 0) {
        add_detail(h, graph_detail(h->g, a));
    }
    add_lists(h, a);
}

static void
add_group(struct hasher *h, const struct group *group)
{
    add_str(h, group->name);
    add_number(h, group->members.count);
    for (uint32_t i = 0; i < group->members.count; i++) {
        add_node(h, graph_member(h->g, group, i));
    }
}

static void
add_all(struct hasher *h, uint32_t actions)
{
    const struct graph *g = h->g;

    add_number(h, actions);
    for (uint32_t n = 0; n < actions; n++) {
        add_action(h, graph_action(g, (struct action_id){n}));
    }
    add_number(h, graph_group_count(g));
    for (uint32_t n = 0; n < graph_group_count(g); n++) {
        add_group(h, graph_group(g, (struct group_id){n}));
    }
    add_number(h, graph_pool_count(g));
    for (uint32_t n = 0; n < graph_pool_count(g); n++) {
        const struct pool *pool = graph_pool(g, (struct pool_id){n});
        add_str(h, pool->name);
        add_number(h, pool->depth);
    }
}

struct hash128
graph_hash(const struct graph *g)
{
    if (g->hash.low != 0 || g->hash.high != 0) {
        return g->hash; // As it was when it was written.
    }
    return graph_hash_first(g, graph_action_count(g));
}

struct hash128
graph_hash_first(const struct graph *g, uint32_t actions)
{
    assert(actions <= graph_action_count(g));
    const struct hash_backend *backend = hash_default();
    struct hasher h = {.g = g, .backend = backend, .state = backend->create()};

    h.numbers = mem_alloc(g->parts[PART_STR_STARTS].count, sizeof(uint32_t));
    add_all(&h, actions);
    flush(&h);
    free(h.numbers);
    buffer_finish(&h.chunk);
    return backend->end(h.state);
}
