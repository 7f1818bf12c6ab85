/* SPDX-License-Identifier: MIT */
/*
 * What generators of build files put between the things that people name: CMake
 * makes for each folder a target "DIR/all" and a dozen utilities, and for each
 * target one that only orders. They are walked through like all others, and left
 * out of answers. Also: which target of CMake or Meson a file belongs to, by the
 * folders that these keep objects in. Nothing in a ninja file says either.
 */
#include "runtime/query/world_parts.h"

#include <string.h>

/* --- Plumbing ----------------------------------------------------------------- */

/* In the build folder of CMake its cache is an input of build.ninja. */
static bool
is_of_cmake(const struct graph *g)
{
    static const char cache[] = "CMakeCache.txt";
    return graph_find_file(g, cache, sizeof(cache) - 1).n != ID_NONE;
}

static bool
ends_with(struct slice text, const char *end)
{
    size_t len = strlen(end);
    return text.len >= len &&
           memcmp(text.bytes + text.len - len, end, len) == 0;
}

static bool
begins_with(struct slice text, const char *begin)
{
    size_t len = strlen(begin);
    return text.len >= len && memcmp(text.bytes, begin, len) == 0;
}

/* Utilities that every folder has. Those of the root are left as they are,
 * where people say them: "install", "test", "all". */
static bool
is_utility(struct slice path)
{
    static const char *const always[] = {"edit_cache", "rebuild_cache",
                                         "list_install_components", "codegen"};
    static const char *const below[] = {"/all",           "/test",
                                        "/install",       "/install/local",
                                        "/install/strip", "/package",
                                        "/preinstall",    "/package_source"};
    for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++) {
        size_t len = strlen(always[i]);
        if (ends_with(path, always[i]) &&
            (path.len == len || path.bytes[path.len - len - 1] == '/')) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
        if (ends_with(path, below[i])) {
            return true;
        }
    }
    return false;
}

/* A group, or a file that a phony action makes: no file on disk. */
static bool
is_name(const struct query_world *world, uint32_t node)
{
    struct file_id file = query_world_file_of(world, node);
    if (file.n == ID_NONE) {
        return query_world_in_graph(world, node);
    }
    struct action_id maker = graph_producer(world->graph, file);
    return maker.n != ID_NONE &&
           (graph_action(world->graph, maker)->flags & ACTION_PHONY) != 0;
}

bool
query_world_is_plumbing(const struct query_world *world, uint32_t node)
{
    struct slice path = query_world_path(world, node);
    if (begins_with(path, "cmake_object_order_depends_target_")) {
        return true;
    }
    return (ends_with(path, ".util") ||
            (is_utility(path) && is_name(world, node))) &&
           is_of_cmake(world->graph);
}

bool
query_world_keep_visible(void *world, uint32_t node)
{
    return !query_world_is_plumbing(world, node);
}

/* --- Whose a file is ------------------------------------------------------------- */

/* The folder with this ending that a path goes through, without it; after a
 * folder `above`, unless that is NULL. Length 0 if there is none. */
static struct slice
folder_with(struct slice path, const char *ending, const char *above)
{
    struct slice before = {NULL, 0};
    for (size_t from = 0; from < path.len;) {
        const char *slash = memchr(path.bytes + from, '/', path.len - from);
        if (slash == NULL) {
            break;
        }
        struct slice folder = {path.bytes + from,
                               (size_t)(slash - path.bytes) - from};
        bool fits = above == NULL || slice_equal(before, slice_of(above));
        if (fits && ends_with(folder, ending) && folder.len > strlen(ending)) {
            folder.len -= strlen(ending);
            return folder;
        }
        before = folder;
        from = (size_t)(slash - path.bytes) + 1;
    }
    return (struct slice){NULL, 0};
}

/* CMake keeps objects in CMakeFiles/TARGET.dir, Meson in TARGET.p. */
static struct slice
owner_of_path(struct slice path)
{
    struct slice owner = folder_with(path, ".dir", "CMakeFiles");
    return owner.len > 0 ? owner : folder_with(path, ".p", NULL);
}

/* What is linked belongs to the target of its objects. */
static struct slice
owner_of_inputs(const struct graph *g, const struct action *a)
{
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(g, a, i);
        if (edge->explicit_ && edge->to.type == NODE_FILE) {
            return owner_of_path(
                slice_of(graph_path(g, (struct file_id){edge->to.n})));
        }
    }
    return (struct slice){NULL, 0};
}

struct slice
query_world_owner(const struct query_world *world, uint32_t node)
{
    const struct graph *g = world->graph;
    struct slice owner = owner_of_path(query_world_path(world, node));
    struct action_id action = query_world_action_of(world, node);
    struct file_id file = query_world_file_of(world, node);
    if (file.n != ID_NONE) {
        action = graph_producer(g, file);
    }
    if (owner.len == 0 && action.n != ID_NONE) {
        owner = owner_of_inputs(g, graph_action(g, action));
    }
    return owner;
}
