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

/* The action that makes the build file anew, or NULL. Nobody else makes a build
 * file of what ninja reads. */
static const struct action *
find_converter(const struct graph *graph, const char *build_file)
{
    const uint32_t wanted = ACTION_GENERATOR | ACTION_AS_NINJA;
    if ((~graph_flags(graph) & wanted) != 0) {
        return NULL; // No action needs to be read for that.
    }
    struct file_id file =
        graph_find_file(graph, build_file, strlen(build_file));
    struct action_id maker =
        file.n == ID_NONE ? ACTION_NONE : graph_producer(graph, file);
    const struct action *a =
        maker.n == ID_NONE ? NULL : graph_action(graph, maker);
    return a != NULL && (~a->flags & wanted) == 0 ? a : NULL;
}

/* The next file that it reads, from the input *i on; NULL after the last. */
static const char *
next_source(const struct graph *graph, const struct action *a, uint32_t *i)
{
    while (*i < a->inputs.count) {
        const struct edge *edge = graph_input(graph, a, (*i)++);
        if (edge->to.type == NODE_FILE) {
            return graph_path(graph, (struct file_id){edge->to.n});
        }
    }
    return NULL;
}

const char *
stale_source(const struct graph *graph, const char *build_file)
{
    struct stat made;
    const struct action *a = find_converter(graph, build_file);
    if (a == NULL || stat(build_file, &made) != 0) {
        return NULL;
    }
    uint32_t i = 0;
    const char *path = next_source(graph, a, &i);
    struct stat read;
    while (path != NULL &&
           (stat(path, &read) != 0 || !is_newer(&read, &made))) {
        path = next_source(graph, a, &i);
    }
    return path;
}

const char *
stale_origin(const struct graph *graph, const char *build_file)
{
    const struct action *a = find_converter(graph, build_file);
    uint32_t i = 0;
    return a == NULL ? NULL : next_source(graph, a, &i);
}
