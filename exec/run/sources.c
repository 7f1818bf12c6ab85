/* SPDX-License-Identifier: MIT */
#include "exec/run/sources.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct action_id
sources_producer(const struct graph *g, const struct exec_build *build,
                 uint32_t index)
{
    assert(index < build->source_count);
    const char *path = build->sources[index];
    struct file_id file = graph_find_file(g, path, strlen(path));
    return file.n == ID_NONE ? ACTION_NONE : graph_producer(g, file);
}

bool
sources_are_settled(const struct graph *g, const struct exec_build *build,
                    const uint8_t *settled)
{
    bool all = settled != NULL;
    for (uint32_t i = 0; all && i < build->source_count; i++) {
        struct action_id producer = sources_producer(g, build, i);
        all = producer.n == ID_NONE || settled[producer.n] != 0;
    }
    return all;
}

/* The content as it is now; zero if it cannot be read. */
static struct hash128
source_hash(const char *root, const char *path)
{
    struct hash128 hash = {0};
    struct error ignored = {0};
    int errnum;
    int root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root_fd < 0 ||
        !hash_default()->file(root_fd, path, &hash, &errnum, &ignored)) {
        hash = (struct hash128){0};
    }
    error_finish(&ignored);
    if (root_fd >= 0) {
        close(root_fd);
    }
    return hash;
}

struct hash128 *
sources_hash(const struct graph *g, const struct exec_build *build,
             const char *root)
{
    uint32_t count = build->source_count;
    struct hash128 *hashes = mem_alloc(count, sizeof(*hashes));
    for (uint32_t i = 0; i < count; i++) {
        if (sources_producer(g, build, i).n != ID_NONE) {
            hashes[i] = source_hash(root, build->sources[i]);
        }
    }
    return hashes;
}

uint32_t
sources_changed(const struct graph *g, const struct exec_build *build,
                const char *root, const struct hash128 *before)
{
    uint32_t i = 0;
    for (; i < build->source_count; i++) {
        if (sources_producer(g, build, i).n != ID_NONE &&
            !hash_equal(before[i], source_hash(root, build->sources[i]))) {
            break;
        }
    }
    return i;
}
