/* SPDX-License-Identifier: MIT */
/*
 * What a ninja file leaves open is left open here too: commands see the whole
 * environment, and an output that is not made is no failure.
 */
#include "runtime/ninja/fill.h"

#include <assert.h>
#include <string.h>

/* The texts of an edge, in ninja_fill; its explicit inputs stand last. */
enum { NAME_KEY, NAME_DESCRIPTION, NAME_DEPFILE, NAME_INPUTS };

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
                                .row = shell_row_create(),
                                .args = vec_of(sizeof(struct str_id)),
                                .texts = vec_of(sizeof(struct slice)),
                                .names = vec_of(sizeof(struct str_id)),
                                .last_input = FILE_NONE};
}

void
ninja_fill_finish(struct ninja_fill *fill)
{
    shell_row_finish(&fill->row);
    vec_finish(&fill->args);
    vec_finish(&fill->texts);
    vec_finish(&fill->names);
    buffer_finish(&fill->path);
    ninja_root_finish(&fill->root);
    *fill = (struct ninja_fill){0};
}

static struct str_id
intern(struct ninja_fill *fill, struct slice text)
{
    return graph_intern(fill->graph, text.bytes == NULL ? "" : text.bytes,
                        text.len);
}

struct file_id
ninja_fill_file(struct ninja_fill *fill, struct slice path)
{
    path = ninja_from_root(&fill->root, path);
    return graph_add_file(fill->graph, path.bytes, path.len);
}

/* A path that the value of a key names, as seen from the root; valid until the
 * next one is asked for. */
static struct slice
path_of_value(struct ninja_fill *fill, struct slice value)
{
    if (!path_is_canonical(value.bytes, value.len)) {
        buffer_truncate(&fill->path, 0);
        buffer_add(&fill->path, value.bytes, value.len);
        value.len = path_canonicalise(fill->path.bytes, fill->path.len);
        value.bytes = fill->path.bytes;
    }
    return ninja_from_root(&fill->root, value);
}

/* The file that it names; FILE_NONE if it is empty. */
static struct file_id
file_of_value(struct ninja_fill *fill, struct slice value)
{
    if (value.len == 0) {
        return FILE_NONE;
    }
    struct slice path = path_of_value(fill, value);
    return graph_add_file(fill->graph, path.bytes, path.len);
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

/* The name of a rule, which neighbours have alike. */
static struct str_id
rule_of(struct ninja_fill *fill, struct slice name)
{
    if (fill->last_rule == NULL || fill->last_rule != name.bytes) {
        fill->last_rule = name.bytes;
        fill->rule = intern(fill, name);
    }
    return fill->rule;
}

/* The texts that most edges have and no other: looked up together, and where the
 * words of the command line are mostly found again. */
static void
name_texts(struct ninja_fill *fill, const struct ninja_action *a)
{
    const struct slice *first = vec_at(&a->outputs, 0);
    struct slice depfile = a->values[NINJA_KEY_DEPFILE];
    struct vec *texts = &fill->texts;
    texts->count = 0;
    struct slice key = ninja_from_root(&fill->root, *first);
    vec_push(texts, &key);
    vec_push(texts, &a->values[NINJA_KEY_DESCRIPTION]);
    if (depfile.len > 0) {
        depfile = path_of_value(fill, depfile);
    }
    vec_push(texts, &depfile);
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct ninja_input *input = vec_at(&a->inputs, i);
        if (!input->is_explicit) {
            break;
        }
        struct slice path = ninja_from_root(&fill->root, input->path);
        vec_push(texts, &path);
    }
    assert(texts->count >= NAME_INPUTS);
    vec_resize(&fill->names, texts->count);
    graph_intern_all(fill->graph, texts->items, texts->count,
                     fill->names.items);
}

static struct str_id
name_at(const struct ninja_fill *fill, uint32_t index)
{
    return *(struct str_id *)vec_at(&fill->names, index);
}

/* The fields that need no list. */
static bool
fill_fields(struct ninja_fill *fill, const struct ninja_action *a,
            struct action *action, struct error *err)
{
    const struct slice *values = a->values;
    action->key = name_at(fill, NAME_KEY);
    action->place = a->place;
    action->rule = rule_of(fill, a->rule);
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
    action->description = name_at(fill, NAME_DESCRIPTION);
    if (values[NINJA_KEY_DEPFILE].len > 0) {
        action->depfile =
            graph_add_file_named(fill->graph, name_at(fill, NAME_DEPFILE));
    }
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
        struct file_id file =
            NAME_INPUTS + i < fill->names.count
                ? graph_add_file_named(fill->graph,
                                       name_at(fill, NAME_INPUTS + i))
                : file_of_input(fill, input->path, is_last);
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

static bool
is_text(const struct ninja_fill *fill, struct str_id str, struct slice text)
{
    return slice_equal(graph_str(fill->graph, str), text);
}

/* The text of a word of the command line. Comparing two costs less than looking
 * one up: neighbours have most words alike and at the same places, and others
 * are mostly files of the edge, the inputs in their order. */
static struct str_id
str_of_word(struct ninja_fill *fill, uint32_t index, uint32_t *next_input)
{
    struct slice word = shell_row_word(&fill->row, index);
    const struct str_id *args = fill->args.items;
    const struct str_id *names = fill->names.items;
    if (index < fill->args.count && is_text(fill, args[index], word)) {
        return args[index];
    }
    for (uint32_t i = 0; i < NAME_INPUTS; i++) {
        if (is_text(fill, names[i], word)) {
            return names[i];
        }
    }
    if (*next_input < fill->names.count &&
        is_text(fill, names[*next_input], word)) {
        return names[(*next_input)++];
    }
    return intern(fill, word);
}

/* The command line is what a shell would read; most need none. */
static void
fill_command(struct ninja_fill *fill, struct slice command)
{
    uint32_t same = 0;
    uint32_t next_input = NAME_INPUTS;
    shell_row_next(&fill->row, command, &same);
    assert(same <= fill->args.count);
    for (uint32_t i = same; i < fill->row.ends.count; i++) {
        struct str_id arg = str_of_word(fill, i, &next_input);
        if (i == fill->args.count) {
            vec_add(&fill->args);
        }
        *(struct str_id *)vec_at(&fill->args, i) = arg;
    }
    struct step *step = graph_add_step(fill->graph, STEP_COMMAND);
    step->dir = intern(fill, (struct slice){NULL, 0});
    graph_add_args(fill->graph, fill->args.items, fill->row.ends.count);
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
    name_texts(fill, a);
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
