/* SPDX-License-Identifier: MIT */
/*
 * What a word on the command line means: a file, else an action by name, else
 * a group; ":x" is always the group x. Behind exec_find_target.
 */
#include "exec/base/path.h"
#include "exec/decide/nearest.h"
#include "exec/decide/ours.h"
#include "exec/exec.h"

#include <stdlib.h>
#include <string.h>

static void
try_all(struct nearest *nearest, const struct graph *g, bool groups_only)
{
    for (uint32_t i = 0; i < graph_group_count(g); i++) {
        const struct group *group = graph_group(g, (struct group_id){i});
        nearest_try(nearest, graph_cstr(g, group->name));
    }
    for (uint32_t i = 0; !groups_only && i < graph_action_count(g); i++) {
        const struct action *action = graph_action(g, (struct action_id){i});
        if (graph_str(g, action->name).len > 0) {
            nearest_try(nearest, graph_cstr(g, action->name));
        }
        for (uint32_t k = 0; k < action->outputs.count; k++) {
            nearest_try(nearest, graph_path(g, graph_output(g, action, k)));
        }
    }
}

static bool
set_unknown(const struct graph *g, const char *word, struct error *err)
{
    bool group = word[0] == ':';
    if (word[group] == 0) {
        error_set(err, ERROR_CLASS_USAGE, "an empty target");
        error_set_help(err, "name a file, an action or a :group");
        return false;
    }
    error_set(err, ERROR_CLASS_USAGE, "unknown target %s", word);
    error_set_code(err, ERROR_CODE_TARGET);
    struct nearest nearest;
    nearest_init(&nearest, word + group);
    try_all(&nearest, g, group);
    if (nearest.best != NULL) {
        error_set_help(err, "did you mean %s%s?", group ? ":" : "",
                       nearest.best);
    } else {
        error_set_help(err, "a target is an output, the name of an action, "
                            "or a group; without one, all is built");
    }
    nearest_finish(&nearest);
    return false;
}

static bool
find_group(const struct graph *g, const char *name, struct node *node)
{
    struct group_id group = graph_find_group(g, name, strlen(name));
    *node = (struct node){NODE_GROUP, group.n};
    return group.n != ID_NONE;
}

/* A word that was read before the group of its name was known has left a file of
 * that name, which nobody makes and nobody reads. */
static bool
is_used(const struct graph *g, struct file_id file)
{
    return file.n != ID_NONE &&
           (graph_producer(g, file).n != ID_NONE ||
            graph_user_count(g, (struct node){NODE_FILE, file.n}) > 0);
}

/* What somebody reads in a folder that an action makes stands for that action. */
static bool
find_in_folder(const struct graph *g, const char *path, struct file_id file,
               struct node *node)
{
    bool is_source = file.n != ID_NONE && graph_producer(g, file).n == ID_NONE;
    struct file_id folder = is_source ? ours_folder_of(g, path) : FILE_NONE;
    if (folder.n != ID_NONE) {
        *node = (struct node){NODE_ACTION, graph_producer(g, folder).n};
    }
    return folder.n != ID_NONE;
}

bool
exec_find_target(const struct graph *g, const char *word, struct node *node,
                 struct error *err)
{
    if (word[0] == ':') {
        return find_group(g, word + 1, node) || set_unknown(g, word, err);
    }
    char *path = path_canonical(word, strlen(word));
    struct file_id file = graph_find_file(g, path, strlen(path));
    bool is_in_folder = find_in_folder(g, path, file, node);
    free(path);
    if (is_in_folder) {
        return true;
    }
    if (is_used(g, file)) {
        *node = (struct node){NODE_FILE, file.n};
        return true;
    }
    struct action_id action = graph_find_action_name(g, word, strlen(word));
    if (action.n != ID_NONE) {
        *node = (struct node){NODE_ACTION, action.n};
        return true;
    }
    if (find_group(g, word, node)) {
        return true;
    }
    *node = (struct node){NODE_FILE, file.n};
    return file.n != ID_NONE || set_unknown(g, word, err);
}
