/* SPDX-License-Identifier: MIT */
/*
 * What a snapshot was made from, and whether that is still the same. A wrong
 * "same" would build from an old graph, so whatever cannot be proved counts as
 * changed.
 */
#include "exec/backend/stamp.h"
#include "exec/base/memory.h"
#include "exec/graph/parts.h"
#include "exec/graph/snapshot.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool
hash_content(int dir_fd, const char *path, struct hash128 *hash)
{
    struct error err = {0};
    int errnum;
    bool held = hash_default()->file(dir_fd, path, hash, &errnum, &err);

    error_finish(&err);
    return held;
}

/* Attributes first, so that what comes after them shows; and the content must be
 * that which the graph was made from. */
static bool
sign(int dir_fd, const char *path, struct hash128 read,
     struct snapshot_source *source)
{
    struct file_stat *stat = &source->stat;
    struct hash128 now = {0};

    stat_default()->look(dir_fd, path, stat);
    source->recent = stamp_is_recent(stat->ctime_ns, stat->seen_ns);
    source->content = read;
    if (!stat->exists) {
        return stat->errnum == 0 && hash_equal(read, now);
    }
    return stat->kind == KIND_FILE && hash_content(dir_fd, path, &now) &&
           hash_equal(read, now);
}

bool
snapshot_sign(int dir_fd, struct slice paths, const struct hash128 *read,
              struct snapshot_inputs *inputs)
{
    struct vec sources = vec_of(sizeof(struct snapshot_source));
    struct slice path;
    bool held = true;

    assert(inputs->sources == NULL);
    while (held && slice_next_text(&paths, &path)) {
        struct snapshot_source *source = vec_add(&sources);
        source->path = mem_copy(path.bytes, path.len);
        held = sign(dir_fd, source->path, read[sources.count - 1], source);
    }
    inputs->sources = sources.items;
    inputs->source_count = sources.count;
    return held;
}

/* What had to be read is given its present attributes, so that it need not be
 * read again; they were taken before the content, so an edit shows. */
static bool
source_same(int dir_fd, struct snapshot_source *source, bool *settled)
{
    struct file_stat stat;
    struct hash128 content;

    stat_default()->look(dir_fd, source->path, &stat);
    if (!source->stat.exists || !stat.exists) {
        return source->stat.exists == stat.exists && stat.errnum == 0;
    }
    if (!source->recent && file_stat_same(&source->stat, &stat)) {
        return true;
    }
    if (stat.kind != KIND_FILE || source->stat.size != stat.size ||
        !hash_content(dir_fd, source->path, &content) ||
        !hash_equal(content, source->content)) {
        return false;
    }
    if (!stamp_is_recent(stat.ctime_ns, stat.seen_ns)) {
        source->stat = stat;
        source->recent = false;
        *settled = true;
    }
    return true;
}

bool
snapshot_sources_same(int dir_fd, struct snapshot_inputs *inputs, bool *settled)
{
    *settled = false;
    for (uint32_t i = 0; i < inputs->source_count; i++) {
        if (!source_same(dir_fd, &inputs->sources[i], settled)) {
            return false;
        }
    }
    return true;
}

static struct hash128
hash_value(const struct slice *value)
{
    if (value == NULL) {
        return (struct hash128){0, 0};
    }
    return hash_default()->bytes(value->bytes, value->len);
}

void
snapshot_add_dynout(struct snapshot_inputs *inputs, const char *key,
                    const struct slice *value)
{
    uint32_t count = inputs->dynout_count;

    // Grows at powers of two, so that adding many is linear.
    if ((count & (count - 1)) == 0) {
        size_t cap = count > 0 ? (size_t)count * 2 : 1;
        inputs->dynouts =
            mem_resize(inputs->dynouts, cap, sizeof(inputs->dynouts[0]));
    }
    struct snapshot_dynout *dynout = &inputs->dynouts[inputs->dynout_count++];
    memset(dynout, 0, sizeof(*dynout));
    dynout->key = mem_copy_str(key);
    dynout->known = value != NULL;
    dynout->value = hash_value(value);
}

bool
snapshot_dynout_same(const struct snapshot_dynout *dynout,
                     const struct slice *value)
{
    return dynout->known == (value != NULL) &&
           hash_equal(dynout->value, hash_value(value));
}

void
snapshot_inputs_finish(struct snapshot_inputs *inputs)
{
    for (uint32_t i = 0; i < inputs->source_count; i++) {
        free(inputs->sources[i].path);
    }
    for (uint32_t i = 0; i < inputs->dynout_count; i++) {
        free(inputs->dynouts[i].key);
    }
    free(inputs->sources);
    free(inputs->dynouts);
    *inputs = (struct snapshot_inputs){0};
}
