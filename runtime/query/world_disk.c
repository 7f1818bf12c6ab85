/* SPDX-License-Identifier: MIT */
/* What files are, on disk and in the graph. Each file is looked at once. */
#include "runtime/query/world_parts.h"

#include <assert.h>
#include <fcntl.h>
#include <sys/stat.h>

static const char *const kind_names[QUERY_KIND_COUNT] = {
    [QUERY_KIND_SOURCE] = "source",   [QUERY_KIND_GENERATED] = "generated",
    [QUERY_KIND_MISSING] = "missing", [QUERY_KIND_DIR] = "dir",
    [QUERY_KIND_SYMLINK] = "symlink", [QUERY_KIND_EXECUTABLE] = "executable",
    [QUERY_KIND_GROUP] = "group",     [QUERY_KIND_NAME] = "name",
};

const char *
query_kind_name(enum query_kind_of_target kind)
{
    assert(kind < QUERY_KIND_COUNT);
    return kind_names[kind];
}

bool
query_kind_find(struct slice name, enum query_kind_of_target *kind)
{
    for (int i = 0; i < QUERY_KIND_COUNT; i++) {
        if (slice_equal(name, slice_of(kind_names[i]))) {
            *kind = (enum query_kind_of_target)i;
            return true;
        }
    }
    return false;
}

/* What a link leads to counts, but that it is a link is noted. */
static void
look(const char *path, struct query_fact *fact)
{
    struct stat st;
    fact->is_looked = true;
    if (lstat(path, &st) != 0) {
        return;
    }
    fact->exists = true;
    fact->is_link = S_ISLNK(st.st_mode);
    struct stat behind;
    if (fact->is_link && stat(path, &behind) == 0) {
        st = behind;
    }
    fact->is_dir = S_ISDIR(st.st_mode);
    fact->is_executable = S_ISREG(st.st_mode) && (st.st_mode & 0111) != 0;
    fact->size = st.st_size;
    fact->mtime_us =
        (int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000;
}

const struct query_fact *
query_world_fact(struct query_world *world, uint32_t node)
{
    assert(query_world_type(world, node) == QUERY_NODE_FILE);
    if (node >= world->facts.count) {
        vec_resize(&world->facts, query_world_count(world));
    }
    struct query_fact *fact = vec_at(&world->facts, node);
    if (!fact->is_looked) {
        look(query_world_path(world, node).bytes, fact);
    }
    return fact;
}

bool
query_world_hash_file(struct query_world *world, uint32_t node,
                      struct hash128 *hash)
{
    struct error ignored = {0};
    int errnum = 0;
    bool done =
        query_world_is_file(world, node) &&
        hash_default()->file(AT_FDCWD, query_world_path(world, node).bytes,
                             hash, &errnum, &ignored);
    error_finish(&ignored);
    return done;
}

/* --- Kinds ---------------------------------------------------------------------- */

/* The phony actions of ninja files name other files; what they "make" is none. */
bool
query_world_is_name(const struct query_world *world, uint32_t node)
{
    struct file_id file = query_world_file_of(world, node);
    if (file.n == ID_NONE) {
        return query_world_type(world, node) == QUERY_NODE_ACTION;
    }
    struct action_id maker = graph_producer(world->graph, file);
    return maker.n != ID_NONE && !graph_is_hollow(world->graph, file) &&
           (graph_action(world->graph, maker)->flags & ACTION_PHONY) != 0;
}

bool
query_world_is_file(const struct query_world *world, uint32_t node)
{
    return query_world_type(world, node) == QUERY_NODE_FILE &&
           !query_world_is_name(world, node);
}

bool
query_world_keep_files(void *world, uint32_t node)
{
    return query_world_is_file(world, node);
}

bool
query_world_is_generated(const struct query_world *world, uint32_t node)
{
    struct file_id file = query_world_file_of(world, node);
    return file.n != ID_NONE && query_world_is_file(world, node) &&
           graph_producer(world->graph, file).n != ID_NONE &&
           !graph_is_hollow(world->graph, file);
}

bool
query_world_is_kind(struct query_world *world, uint32_t node,
                    enum query_kind_of_target kind)
{
    bool file = query_world_is_file(world, node);
    switch (kind) {
    case QUERY_KIND_SOURCE:
        return file && !query_world_is_generated(world, node);
    case QUERY_KIND_GENERATED:
        return query_world_is_generated(world, node);
    case QUERY_KIND_MISSING:
        return file && !query_world_fact(world, node)->exists;
    case QUERY_KIND_DIR:
        return file && query_world_fact(world, node)->is_dir;
    case QUERY_KIND_SYMLINK:
        return file && query_world_fact(world, node)->is_link;
    case QUERY_KIND_EXECUTABLE:
        return file && query_world_fact(world, node)->is_executable;
    case QUERY_KIND_GROUP:
        return query_world_type(world, node) == QUERY_NODE_GROUP;
    case QUERY_KIND_NAME:
        return query_world_is_name(world, node);
    case QUERY_KIND_COUNT:
        break;
    }
    assert(false && "a kind that does not exist");
    return false;
}

enum query_kind_of_target
query_world_kind(struct query_world *world, uint32_t node)
{
    if (!query_world_is_file(world, node)) {
        return query_world_type(world, node) == QUERY_NODE_GROUP
                   ? QUERY_KIND_GROUP
                   : QUERY_KIND_NAME;
    }
    const struct query_fact *fact = query_world_fact(world, node);
    if (fact->is_link || fact->is_dir) {
        return fact->is_link ? QUERY_KIND_SYMLINK : QUERY_KIND_DIR;
    }
    if (query_world_is_generated(world, node)) {
        return QUERY_KIND_GENERATED;
    }
    return fact->exists ? QUERY_KIND_SOURCE : QUERY_KIND_MISSING;
}
