/* SPDX-License-Identifier: MIT */
/* One table of paths, made when somebody asks for a folder as a whole. */
#include "exec/decide/ours.h"

#include "exec/base/arena.h"
#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/base/table.h"
#include "exec/base/vec.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct ours {
    const struct graph *graph;
    struct arena texts;
    struct vec paths; /* of const char * */
    struct table table;
};

static struct slice
path_key(const void *owner, uint32_t value)
{
    const struct ours *ours = owner;
    return slice_of(*(const char **)vec_at(&ours->paths, value));
}

/* The path, and the folders above it: they may have been made for it. */
static void
add_path(struct ours *ours, const char *path)
{
    size_t len = strlen(path);
    while (len > 0) {
        uint32_t next = ours->paths.count;
        if (table_find_or_add(&ours->table, path_key, ours,
                              (struct slice){path, len}, next) != next) {
            return;
        }
        const char *copy = arena_copy(&ours->texts, path, len);
        vec_push(&ours->paths, &copy);
        len = path_dir_len(path, len);
    }
}

/* Past outputs may be gone from the graph, and were still ours; unless they are
 * in a folder that is an output by now, and so content of it. */
static void
add_stored_output(void *ctx, const struct state_output *output)
{
    struct ours *ours = ctx;
    if (ours_output_above(ours->graph, output->path).n == ID_NONE) {
        add_path(ours, output->path);
    }
}

struct ours *
ours_create(const struct graph *g, struct state *state)
{
    assert(g && state);
    struct ours *ours = mem_alloc(1, sizeof *ours);
    ours->graph = g;
    ours->paths = vec_of(sizeof(const char *));
    for (uint32_t i = 0; i < graph_action_count(g); i++) {
        const struct action *a = graph_action(g, (struct action_id){i});
        for (uint32_t k = 0; k < a->outputs.count; k++) {
            add_path(ours, graph_path(g, graph_output(g, a, k)));
        }
        if (a->depfile.n != ID_NONE) {
            add_path(ours, graph_path(g, a->depfile));
        }
        const struct detail *detail = graph_detail(g, a);
        if (detail->rspfile.n != ID_NONE) {
            add_path(ours, graph_path(g, detail->rspfile));
        }
    }
    struct error lost = {0};
    (void)!state_load_outputs(state, add_stored_output, ours, &lost);
    error_finish(&lost); /* the next write says the same */
    return ours;
}

void
ours_destroy(struct ours *ours)
{
    if (ours) {
        arena_finish(&ours->texts);
        vec_finish(&ours->paths);
        table_finish(&ours->table);
        free(ours);
    }
}

bool
ours_has(const struct ours *ours, const char *path)
{
    return table_find(&ours->table, path_key, ours, slice_of(path)) !=
           TABLE_NONE;
}

struct file_id
ours_output_above(const struct graph *g, const char *path)
{
    size_t len = path_dir_len(path, strlen(path));
    size_t last = strlen(path);
    while (len > 0 && len < last) { // The folder of "/" is itself.
        struct file_id file = graph_find_file(g, path, len);
        if (file.n != ID_NONE && graph_producer(g, file).n != ID_NONE) {
            return file;
        }
        last = len;
        len = path_dir_len(path, len);
    }
    return FILE_NONE;
}

struct file_id
ours_folder_of(const struct graph *g, const char *path)
{
    struct file_id folder =
        path_is_outside(path) ? FILE_NONE : ours_output_above(g, path);
    if (folder.n == ID_NONE) {
        return FILE_NONE;
    }
    const struct action *maker = graph_action(g, graph_producer(g, folder));
    bool counts = (maker->flags & (ACTION_PHONY | ACTION_AS_NINJA)) == 0;
    return counts ? folder : FILE_NONE;
}

bool
ours_made(const struct ours *ours, const char *path)
{
    return ours_has(ours, path) ||
           ours_output_above(ours->graph, path).n != ID_NONE;
}
