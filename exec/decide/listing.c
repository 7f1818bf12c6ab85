/* SPDX-License-Identifier: MIT */
/*
 * An entry is its path, a zero byte, and its attributes as they stand in
 * memory.
 */
#include "exec/decide/listing.h"

#include "exec/base/memory.h"
#include "exec/base/vec.h"
#include "exec/decide/tree.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What an edge "written" looks at where nothing is read: of a tree that was
 * restored, copied or moved the rest is new, and says nothing. */
struct attributes {
    uint64_t size;
    int64_t mtime_ns;
    uint32_t kind;
    uint32_t mode;
};

struct listed {
    char *path;
    struct attributes attributes;
};

/* Of a folder, only that it is there. */
static struct attributes
attributes_of(const struct file_stat *st)
{
    struct attributes a = {.kind = st->kind, .mode = st->mode};
    if (st->kind != KIND_DIR) {
        a.size = st->size;
        a.mtime_ns = st->mtime_ns;
    }
    return a;
}

/* One entry of the walk. */
static void
add_listed(void *ctx, const struct tree_entry *entry)
{
    struct listed listed = {mem_copy_str(entry->path),
                            attributes_of(entry->stat)};
    vec_push(ctx, &listed);
}

/* For qsort: by path. */
static int
compare_listed(const void *left, const void *right)
{
    const struct listed *a = left;
    const struct listed *b = right;
    return strcmp(a->path, b->path);
}

void
listing_read(int root_fd, const char *dir, struct buffer *out)
{
    struct vec all = vec_of(sizeof(struct listed));
    // What cannot be read is as good as empty; cut short, it would tell of files
    // that are gone.
    (void)tree_walk(root_fd, dir, true, add_listed, &all);
    if (all.count > 0) {
        qsort(all.items, all.count, sizeof(struct listed), compare_listed);
    }
    for (uint32_t i = 0; i < all.count; i++) {
        struct listed *listed = vec_at(&all, i);
        buffer_add_text(out, listed->path);
        buffer_add(out, &listed->attributes, sizeof listed->attributes);
        free(listed->path);
    }
    vec_finish(&all);
}

/* Takes one entry off a listing; a NULL path at its end. */
static struct listed
take_entry(struct slice *listing, const char **path)
{
    struct listed listed = {0};
    struct slice text;
    *path = NULL;
    /* A damaged listing ends where it makes no sense any more. */
    bool has_text = listing->len > 0 && memchr(listing->bytes, 0, listing->len);
    if (has_text && slice_next_text(listing, &text) &&
        listing->len >= sizeof listed.attributes) {
        memcpy(&listed.attributes, listing->bytes, sizeof listed.attributes);
        listing->bytes += sizeof listed.attributes;
        listing->len -= sizeof listed.attributes;
        *path = text.bytes;
    }
    return listed;
}

static bool
attributes_equal(const struct attributes *a, const struct attributes *b)
{
    return a->kind == b->kind && a->mode == b->mode && a->size == b->size &&
           a->mtime_ns == b->mtime_ns;
}

void
listing_compare(struct slice before, struct slice after, listing_event_fn *call,
                void *ctx)
{
    assert(call);
    const char *old_path;
    const char *new_path;
    struct listed old_entry = take_entry(&before, &old_path);
    struct listed new_entry = take_entry(&after, &new_path);
    while (old_path || new_path) {
        int order = !old_path ? 1 : !new_path ? -1 : strcmp(old_path, new_path);
        bool is_dir = order < 0 ? old_entry.attributes.kind == KIND_DIR
                                : new_entry.attributes.kind == KIND_DIR;
        if (order < 0) {
            call(ctx, old_path, is_dir, WATCH_DELETED);
        } else if (order > 0) {
            call(ctx, new_path, is_dir, WATCH_CREATED);
        } else if (!attributes_equal(&old_entry.attributes,
                                     &new_entry.attributes)) {
            call(ctx, new_path, is_dir, WATCH_MODIFIED);
        }
        if (order <= 0) {
            old_entry = take_entry(&before, &old_path);
        }
        if (order >= 0) {
            new_entry = take_entry(&after, &new_path);
        }
    }
}
