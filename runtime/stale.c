/* SPDX-License-Identifier: MIT */
/*
 * Times are compared, as the generator itself is judged: reading verbs must not
 * hash what may be a hundred megabytes to say a word of warning.
 */
#include "runtime/stale.h"

#include <string.h>
#include <sys/stat.h>

/* Of two files that are there. */
static bool
is_newer(const struct stat *a, const struct stat *b)
{
    return a->st_mtim.tv_sec != b->st_mtim.tv_sec
               ? a->st_mtim.tv_sec > b->st_mtim.tv_sec
               : a->st_mtim.tv_nsec > b->st_mtim.tv_nsec;
}

const char *
stale_source(const struct graph *graph, const char *build_file)
{
    // Nobody else makes a build file of what ninja reads.
    const uint32_t wanted = ACTION_GENERATOR | ACTION_AS_NINJA;
    struct stat made;
    struct file_id file =
        graph_find_file(graph, build_file, strlen(build_file));
    if (file.n == ID_NONE || stat(build_file, &made) != 0) {
        return NULL;
    }
    struct action_id maker = graph_producer(graph, file);
    if (maker.n == ID_NONE ||
        (~graph_action(graph, maker)->flags & wanted) != 0) {
        return NULL;
    }
    const struct action *a = graph_action(graph, maker);
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(graph, a, i);
        struct stat read;
        if (edge->to.type != NODE_FILE) {
            continue;
        }
        const char *path = graph_path(graph, (struct file_id){edge->to.n});
        if (stat(path, &read) == 0 && is_newer(&read, &made)) {
            return path;
        }
    }
    return NULL;
}
