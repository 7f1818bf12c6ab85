/* SPDX-License-Identifier: MIT */
/*
 * What a ninja file leaves open is left open here too: commands see the whole
 * environment, and an output that is not made is no failure.
 */
#include "runtime/ninja/fill.h"

#include "runtime/ninja/shell.h"

#include <assert.h>
#include <string.h>

/* --- One edge ------------------------------------------------------------------ */

struct ninja_action
ninja_action_create(void)
{
    return (struct ninja_action){
        .outputs = vec_of(sizeof(struct slice)),
        .inputs = vec_of(sizeof(struct ninja_input)),
    };
}

void
ninja_action_clear(struct ninja_action *action)
{
    action->outputs.count = 0;
    action->inputs.count = 0;
    action->is_phony = false;
    memset(action->values, 0, sizeof(action->values));
}

void
ninja_action_finish(struct ninja_action *action)
{
    vec_finish(&action->outputs);
    vec_finish(&action->inputs);
}

/* --- Paths ----------------------------------------------------------------------- */

void
ninja_fill_begin(struct ninja_fill *fill, struct graph *graph)
{
    *fill = (struct ninja_fill){.graph = graph,
                                .root = ninja_root_here(),
                                .last_input = FILE_NONE,
                                .last_args = vec_of(sizeof(struct str_id))};
}

void
ninja_fill_finish(struct ninja_fill *fill)
{
    buffer_finish(&fill->words);
    buffer_finish(&fill->last_words);
    vec_finish(&fill->last_args);
    buffer_finish(&fill->path);
    ninja_root_finish(&fill->root);
    *fill = (struct ninja_fill){0};
}

struct file_id
ninja_fill_file(struct ninja_fill *fill, struct slice path)
{
    path = ninja_from_root(&fill->root, path);
    return graph_add_file(fill->graph, path.bytes, path.len);
}

/* The file that the value of a key names; FILE_NONE if it is empty. */
static struct file_id
file_of_value(struct ninja_fill *fill, struct slice value)
{
    if (value.len == 0) {
        return FILE_NONE;
    }
    buffer_truncate(&fill->path, 0);
    buffer_add(&fill->path, value.bytes, value.len);
    size_t len = path_canonicalise(fill->path.bytes, fill->path.len);
    return ninja_fill_file(fill, (struct slice){fill->path.bytes, len});
}

static struct str_id
intern(struct ninja_fill *fill, struct slice text)
{
    return graph_intern(fill->graph, text.bytes == NULL ? "" : text.bytes,
                        text.len);
}

/* --- Fields ---------------------------------------------------------------------- */

/* How discovered inputs come back: in a depfile that is taken away, or in what
 * the command prints. */
static bool
read_deps(struct slice deps, uint32_t *flags, struct error *err)
{
    if (deps.len == 0) {
        return true;
    }
    if (slice_equal(deps, slice_of("gcc"))) {
        *flags |= ACTION_DEPS_GCC;
        return true;
    }
    if (slice_equal(deps, slice_of("msvc"))) {
        *flags |= ACTION_DEPS_MSVC;
        return true;
    }
    error_set(err, ERROR_CLASS_GRAPH, "unknown deps type '%.*s'", (int)deps.len,
              deps.bytes);
    error_set_help(err, "ninja knows gcc and msvc");
    return false;
}

/* Pool 0 is none. */
static bool
read_pool(struct ninja_fill *fill, struct slice name, struct pool_id *pool,
          struct error *err)
{
    *pool = (struct pool_id){0};
    return name.len == 0 ||
           graph_find_pool(fill->graph, intern(fill, name), pool) ||
           error_set(err, ERROR_CLASS_GRAPH, "unknown pool name '%.*s'",
                     (int)name.len, name.bytes);
}

/* The fields that need no list. */
static bool
fill_fields(struct ninja_fill *fill, const struct ninja_action *a,
            struct action *action, struct error *err)
{
    const struct slice *values = a->values;
    const struct slice *first = vec_at(&a->outputs, 0);
    action->key = intern(fill, ninja_from_root(&fill->root, *first));
    action->place = a->place;
    action->rule = intern(fill, a->rule);
    if (a->is_phony) {
        action->flags = ACTION_PHONY;
        return true;
    }
    action->flags = ACTION_ENV_INHERIT | ACTION_MAY_NOT_WRITE | ACTION_AS_NINJA;
    // Set to anything is set.
    if (values[NINJA_KEY_RESTAT].len > 0) {
        action->flags |= ACTION_RESTAT;
    }
    if (values[NINJA_KEY_GENERATOR].len > 0) {
        action->flags |= ACTION_GENERATOR;
    }
    if (!read_deps(values[NINJA_KEY_DEPS], &action->flags, err) ||
        !read_pool(fill, values[NINJA_KEY_POOL], &action->pool, err)) {
        return false;
    }
    action->description = intern(fill, values[NINJA_KEY_DESCRIPTION]);
    action->depfile = file_of_value(fill, values[NINJA_KEY_DEPFILE]);
    return true;
}

/* The file of an input. What neighbours have alike is mostly the last one: what
 * makes their folder, or all that is to be generated first. */
static struct file_id
file_of_input(struct ninja_fill *fill, struct slice path, bool is_last)
{
    if (!is_last) {
        return ninja_fill_file(fill, path);
    }
    const char *known = fill->last_input.n == ID_NONE
                            ? NULL
                            : graph_path(fill->graph, fill->last_input);
    if (known == NULL || strlen(known) != path.len ||
        memcmp(known, path.bytes, path.len) != 0) {
        fill->last_input = ninja_fill_file(fill, path);
    }
    return fill->last_input;
}

/* The key is the first output. */
static void
fill_lists(struct ninja_fill *fill, const struct ninja_action *a,
           struct str_id key)
{
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct ninja_input *input = vec_at(&a->inputs, i);
        bool is_last = i + 1 == a->inputs.count;
        struct file_id file = file_of_input(fill, input->path, is_last);
        struct node node = {NODE_FILE, file.n};
        graph_add_input(fill->graph, node, input->kinds, input->is_explicit);
    }
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        const struct slice *path = vec_at(&a->outputs, i);
        struct file_id file = i == 0 ? graph_add_file_named(fill->graph, key)
                                     : ninja_fill_file(fill, *path);
        bool twice = false;
        for (uint32_t k = 0; k < i && path->bytes[0] == '/'; k++) {
            const struct slice *other = vec_at(&a->outputs, k);
            twice = twice || ninja_fill_file(fill, *other).n == file.n;
        }
        if (!twice) {
            graph_add_output(fill->graph, file);
        }
    }
}

/* Adds the words as arguments. Neighbours have most words alike and at the same
 * places, and comparing two costs less than looking one up. */
static void
fill_words(struct ninja_fill *fill)
{
    struct slice row = buffer_slice(&fill->words);
    struct slice last_row = buffer_slice(&fill->last_words);
    struct slice word;
    struct slice last;
    uint32_t count = 0;
    while (slice_next_text(&row, &word)) {
        if (count == fill->last_args.count) {
            vec_add(&fill->last_args);
        }
        struct str_id *known = vec_at(&fill->last_args, count++);
        // With the zero bytes behind them, so that they end alike.
        if (last_row.len > word.len &&
            memcmp(word.bytes, last_row.bytes, word.len + 1) == 0) {
            last_row.bytes += word.len + 1;
            last_row.len -= word.len + 1;
        } else {
            (void)slice_next_text(&last_row, &last);
            *known = intern(fill, word);
        }
        graph_add_arg(fill->graph, *known);
    }
    struct buffer words = fill->last_words;
    fill->last_words = fill->words;
    fill->words = words;
}

/* The command line is what a shell would read; most need none. */
static void
fill_command(struct ninja_fill *fill, struct slice command)
{
    uint32_t count = 0;
    buffer_truncate(&fill->words, 0);
    shell_split(command, &fill->words, &count);
    struct step *step = graph_add_step(fill->graph, STEP_COMMAND);
    step->dir = graph_intern(fill->graph, "", 0);
    fill_words(fill);
}

/* What few edges have. */
static void
fill_detail(struct ninja_fill *fill, const struct slice *values, uint32_t flags)
{
    struct file_id dyndep = file_of_value(fill, values[NINJA_KEY_DYNDEP]);
    struct file_id rspfile = file_of_value(fill, values[NINJA_KEY_RSPFILE]);
    struct str_id text = {0};
    struct str_id prefix = {0};
    if (rspfile.n != ID_NONE) {
        text = intern(fill, values[NINJA_KEY_RSPFILE_CONTENT]);
    }
    if ((flags & ACTION_DEPS_MSVC) != 0) {
        prefix = intern(fill, values[NINJA_KEY_MSVC_PREFIX]);
    }
    if (dyndep.n != ID_NONE || rspfile.n != ID_NONE || prefix.n != 0) {
        struct detail *detail = graph_add_detail(fill->graph);
        detail->dyndep = dyndep;
        detail->rspfile = rspfile;
        detail->rsp_text = text;
        detail->msvc_prefix = prefix;
    }
}

bool
ninja_fill_action(struct ninja_fill *fill, const struct ninja_action *a,
                  struct error *err)
{
    struct action *action = NULL;
    assert(a->outputs.count > 0);
    graph_begin_action(fill->graph, &action);
    bool done = fill_fields(fill, a, action, err);
    uint32_t flags = action->flags;
    if (done) {
        fill_lists(fill, a, action->key);
    }
    if (done && !a->is_phony) {
        fill_command(fill, a->values[NINJA_KEY_COMMAND]);
        fill_detail(fill, a->values, flags);
    }
    graph_end_action(fill->graph);
    return done;
}
