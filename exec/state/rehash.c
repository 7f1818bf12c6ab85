/* SPDX-License-Identifier: MIT */
/*
 * Another algorithm for the content of files. What a file still holds, by the
 * old hash, is hashed anew, and so are all versions of it with the same
 * content; what is gone from the disk cannot be, and is known by its attributes
 * alone from then on.
 */
#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/state/store.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* By number of the file: one content, by both algorithms. */
struct pair {
    struct hash128 old;
    struct hash128 new; /* zero: it is not there any more */
};

struct rehash {
    struct state *state;
    const struct hash_backend *from;
    const struct hash_backend *to;
    int root_fd;
    struct vec pairs; /* of struct pair */
};

static bool
hash_by(const struct rehash *r, const struct hash_backend *backend,
        const char *path, struct hash128 *hash)
{
    struct error unreadable = {0};
    int errnum = 0;
    bool done = backend->file(r->root_fd, path, hash, &errnum, &unreadable);
    error_finish(&unreadable);
    return done;
}

/* The content must be the recorded one before and after it is hashed anew, or
 * it was edited in between. */
static void
pair_file(struct rehash *r, uint32_t file, const char *path,
          struct hash128 recorded)
{
    struct pair pair = {.old = recorded};
    struct hash128 before;
    struct hash128 after;
    if (!hash_by(r, r->from, path, &before) || !hash_equal(before, recorded) ||
        !hash_by(r, r->to, path, &pair.new) ||
        !hash_by(r, r->from, path, &after) || !hash_equal(after, recorded)) {
        pair.new = (struct hash128){0, 0};
    }
    if (file >= r->pairs.count) {
        vec_resize(&r->pairs, file + 1);
    }
    *(struct pair *)vec_at(&r->pairs, file) = pair;
}

/* The latest version of each file is the one that may still be there. */
static void
pair_all(struct rehash *r)
{
    struct buffer path = {0};
    struct statement *s =
        db_take(r->state->db, SLOT_REHASH_FILES,
                "SELECT f.id, d.path, f.name, v.hash FROM file AS f"
                " LEFT JOIN dir AS d ON d.id = f.parent"
                " JOIN file AS v ON v.id = iif(f.latest = 0, f.id, f.latest)"
                " WHERE f.name IS NOT NULL AND v.hash IS NOT NULL");
    while (db_step(r->state->db, s)) {
        struct slice dir = db_bytes(s, 1);
        struct slice name = db_bytes(s, 2);
        int64_t file = db_int(s, 0);
        buffer_truncate(&path, 0);
        buffer_add(&path, dir.bytes, dir.len);
        buffer_add(&path, name.bytes, name.len);
        if (file > 0 && file < UINT32_MAX / 2) {
            pair_file(r, (uint32_t)file, buffer_str(&path), db_hash(s, 3));
        }
    }
    buffer_finish(&path);
}

static struct hash128
new_hash(const struct rehash *r, int64_t file, struct hash128 old)
{
    const struct pair *pair = file > 0 && file < (int64_t)r->pairs.count
                                  ? vec_at(&r->pairs, (uint32_t)file)
                                  : NULL;
    return pair && hash_equal(pair->old, old) ? pair->new
                                              : (struct hash128){0, 0};
}

static bool
replace_all(const struct rehash *r, struct error *err)
{
    struct db *db = r->state->db;
    struct statement *s =
        db_take(db, SLOT_REHASH_VERSIONS,
                "SELECT id, iif(name IS NULL, parent, id), hash FROM file"
                " WHERE hash IS NOT NULL");
    struct statement *put =
        db_take(db, SLOT_REHASH_PUT, "UPDATE file SET hash = ? WHERE id = ?");
    bool done = true;
    while (done && db_step(db, s)) {
        db_bind_hash(put, 1, new_hash(r, db_int(s, 1), db_hash(s, 2)));
        db_bind_int(put, 2, db_int(s, 0));
        done = db_write(db, put, err);
        if (!done) {
            db_reset(s);
        }
    }
    return done && (!db_is_failed(db) || db_fail(db, err));
}

bool
store_rehash(struct state *state, const struct hash_backend *from,
             const struct hash_backend *to, struct error *err)
{
    assert(from != to);
    char *root =
        mem_copy(state->dir, path_dir_len(state->dir, strlen(state->dir)));
    struct rehash r = {.state = state,
                       .from = from,
                       .to = to,
                       .root_fd = open(*root ? root : "/",
                                       O_PATH | O_DIRECTORY | O_CLOEXEC),
                       .pairs = vec_of(sizeof(struct pair))};
    free(root);
    if (r.root_fd >= 0) {
        pair_all(&r);
        close(r.root_fd);
    }
    bool done = replace_all(&r, err);
    vec_finish(&r.pairs);
    return done;
}
