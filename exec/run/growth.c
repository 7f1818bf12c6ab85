/* SPDX-License-Identifier: MIT */
/*
 * A file is read once for all of its actions, which are among the users of the
 * file: every one of them is ordered behind it. Each must be named by the
 * file, and the file may name no other.
 */
#include "exec/run/growth.h"

#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/decide/dyndep.h"
#include "exec/run/disk.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct growth {
    struct graph *g; /* reopened */
    const struct graph *from;
    struct disk disk;
    struct error *err;
};

static struct file_id
dyndep_of(const struct graph *g, struct action_id action)
{
    return graph_detail(g, graph_action(g, action))->dyndep;
}

bool
growth_is_due(const struct graph *g, struct action_id action)
{
    return dyndep_of(g, action).n != ID_NONE &&
           (graph_action(g, action)->flags & ACTION_GROWN) == 0;
}

/* Says where the action stands that cannot be grown. */
static bool
fail(const struct growth *growth, struct action_id action)
{
    const struct graph *g = growth->from;
    if (action.n != ID_NONE) {
        const struct place *place = &graph_action(g, action)->place;
        if (*graph_cstr(g, place->file) != '\0') {
            error_set_where(growth->err, graph_cstr(g, place->file),
                            place->line, place->column);
        }
    }
    growth->err->class = ERROR_CLASS_GRAPH;
    return false;
}

/* --- Checking ------------------------------------------------------------------ */

/* The action that a statement is about; it must have asked for this file. */
static bool
find_action(const struct growth *growth, struct file_id file,
            const struct dyndep *dyndep, const struct dyndep_entry *entry,
            struct action_id *action)
{
    const struct graph *g = growth->from;
    const char *output = dyndep_text(dyndep, entry->output);
    struct file_id id = graph_find_file(g, output, strlen(output));
    *action = id.n == ID_NONE ? ACTION_NONE : graph_producer(g, id);
    if (action->n == ID_NONE) {
        error_set(growth->err, ERROR_CLASS_GRAPH,
                  "the dyndep file %s speaks of %s, which no action makes",
                  graph_path(g, file), output);
        return fail(growth, ACTION_NONE);
    }
    if (dyndep_of(g, *action).n != file.n) {
        error_set(growth->err, ERROR_CLASS_GRAPH,
                  "the dyndep file %s speaks of %s, whose action does not have "
                  "it as its :dyndep",
                  graph_path(g, file), output);
        return fail(growth, *action);
    }
    return true;
}

/* Everybody who waits for the file is named in it. */
static bool
check_users(const struct growth *growth, struct file_id file)
{
    const struct graph *g = growth->from;
    struct node node = {NODE_FILE, file.n};
    for (uint32_t i = 0; i < graph_user_count(g, node); i++) {
        struct action_id user = {graph_user(g, node, i)->user};
        if (dyndep_of(g, user).n == file.n &&
            (graph_action(growth->g, user)->flags & ACTION_GROWN) == 0) {
            error_set(growth->err, ERROR_CLASS_GRAPH,
                      "the dyndep file %s says nothing of %s",
                      graph_path(g, file),
                      graph_cstr(g, graph_action(g, user)->key));
            return fail(growth, user);
        }
    }
    return true;
}

/* --- Growing --------------------------------------------------------------------- */

static bool
has_output(const struct graph *g, const struct action *a, struct file_id file)
{
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        if (graph_output(g, a, i).n == file.n) {
            return true;
        }
    }
    return false;
}

/* Adds the paths of a statement. A file that it names as an input may be gone:
 * then the action finds out. */
static void
grow_action(struct graph *g, const struct dyndep *dyndep,
            const struct dyndep_entry *entry, struct action_id action)
{
    graph_grow_action(g, action);
    const char *path = NULL;
    uint32_t at = entry->inputs;
    for (uint32_t i = 0; i < entry->input_count; i++) {
        path = dyndep_text(dyndep, at);
        struct file_id file = graph_add_file(g, path, strlen(path));
        graph_grow_input(g, (struct node){NODE_FILE, file.n},
                         EDGE_IFWRITTEN | EDGE_DISCOVERED);
        at += (uint32_t)strlen(path) + 1;
    }
    at = entry->outputs;
    for (uint32_t i = 0; i < entry->output_count; i++) {
        path = dyndep_text(dyndep, at);
        struct file_id file = graph_add_file(g, path, strlen(path));
        if (!has_output(g, graph_action(g, action), file)) {
            graph_grow_output(g, file);
        }
        at += (uint32_t)strlen(path) + 1;
    }
    graph_end_growing(g);
}

static bool
grow_all(struct growth *growth, struct file_id file,
         const struct dyndep *dyndep)
{
    for (uint32_t i = 0; i < dyndep->entries.count; i++) {
        const struct dyndep_entry *entry = vec_at(&dyndep->entries, i);
        struct action_id action;
        if (!find_action(growth, file, dyndep, entry, &action)) {
            return false;
        }
        if ((graph_action(growth->g, action)->flags & ACTION_GROWN) != 0) {
            error_set(growth->err, ERROR_CLASS_GRAPH,
                      "the dyndep file %s speaks twice of the action of %s",
                      graph_path(growth->from, file),
                      dyndep_text(dyndep, entry->output));
            return fail(growth, action);
        }
        grow_action(growth->g, dyndep, entry, action);
    }
    return check_users(growth, file);
}

/* An output may no more lie outside than one of the build file. */
static bool
check_outputs(const struct growth *growth, struct file_id file,
              const struct dyndep *dyndep)
{
    for (uint32_t i = 0; i < dyndep->entries.count; i++) {
        const struct dyndep_entry *entry = vec_at(&dyndep->entries, i);
        uint32_t at = entry->outputs;
        for (uint32_t k = 0; k < entry->output_count; k++) {
            const char *path = dyndep_text(dyndep, at);
            if (strcmp(path, ".") == 0 || strcmp(path, ".ronin") == 0 ||
                strncmp(path, ".ronin/", 7) == 0) {
                error_set(growth->err, ERROR_CLASS_GRAPH,
                          "the dyndep file %s names %s as an output, which "
                          "it cannot be",
                          graph_path(growth->from, file), path);
                return fail(growth, ACTION_NONE);
            }
            at += (uint32_t)strlen(path) + 1;
        }
    }
    return true;
}

/* Reads the file of an action; others with the same file may have had it read
 * already. */
static bool
grow_by_file(struct growth *growth, struct action_id action)
{
    struct file_id file = dyndep_of(growth->from, action);
    const char *path = graph_path(growth->from, file);
    struct buffer text = {0};
    struct dyndep dyndep = {0};
    if ((graph_action(growth->g, action)->flags & ACTION_GROWN) != 0) {
        return true;
    }
    bool grown = disk_read(&growth->disk, path, &text, growth->err) &&
                 dyndep_parse(path, buffer_slice(&text), &dyndep, growth->err);
    if (!grown) {
        fail(growth, ACTION_NONE);
    }
    grown = grown && check_outputs(growth, file, &dyndep) &&
            grow_all(growth, file, &dyndep);
    dyndep_finish(&dyndep);
    buffer_finish(&text);
    return grown;
}

bool
growth_make(const struct graph *g, const struct vec *actions, const char *root,
            struct graph **grown, struct error *err)
{
    assert(actions->count > 0);
    struct growth growth = {.from = g, .err = err};
    if (!disk_init(&growth.disk, root, true, err)) {
        return false;
    }
    growth.g = graph_reopen(g);
    bool done = true;
    for (uint32_t i = 0; done && i < actions->count; i++) {
        done = grow_by_file(&growth, *(struct action_id *)vec_at(actions, i));
    }
    disk_finish(&growth.disk);
    done = done && graph_seal(growth.g, err);
    if (!done) {
        graph_destroy(growth.g);
        return false;
    }
    *grown = growth.g;
    return true;
}
