/* SPDX-License-Identifier: MIT */
/*
 * Rows in and out: files and versions, records and manifests. Each function is one statement or two; what the columns mean is in
 * spec/format/state-db.md.
 *
 * A path is a folder and a name, so that a folder's own path is there once.
 * Files are found by path in memory, by whoever loaded them; only what a build
 * inside this one may have added is looked for here.
 */
#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/state/past.h"
#include "exec/state/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool
store_load_is_done(struct state *state, struct error *err)
{
    return !db_is_failed(state->db) || db_fail(state->db, err);
}

/* A row that is not wanted further: its bytes as a copy. */
static char *
copy_bytes(struct slice bytes, size_t *len)
{
    *len = bytes.len;
    return mem_copy(bytes.bytes, bytes.len);
}

#define DIRS_MAX (1 << 26)

/* --- Folders ------------------------------------------------------------------ */

static const char *
dir_path(const struct state *state, uint32_t id)
{
    char *const *path =
        id < state->dirs.count ? vec_at(&state->dirs, id) : NULL;
    return path && *path ? *path : "";
}

/* For the table. */
static struct slice
dir_key(const void *owner, uint32_t id)
{
    return slice_of(dir_path(owner, id));
}

static void
remember_dir(struct state *state, uint32_t id, struct slice path)
{
    if (state->dirs.item_size == 0) {
        state->dirs = vec_of(sizeof(char *));
    }
    if (id >= state->dirs.count) {
        vec_resize(&state->dirs, id + 1);
    }
    char **place = vec_at(&state->dirs, id);
    if (!*place) {
        *place = mem_copy(path.bytes, path.len);
        (void)table_find_or_add(&state->dir_table, dir_key, state, path, id);
    }
}

/* Numbers count from 1 without gaps but those of damage, so the array is
 * about as long as the table. */
void
store_load_dirs(struct state *state)
{
    if (state->dirs_known) {
        return;
    }
    state->dirs_known = true;
    struct statement *s =
        db_take(state->db, SLOT_DIR_LOAD, "SELECT id, path FROM dir");
    while (db_step(state->db, s)) {
        int64_t id = db_int(s, 0);
        if (id > 0 && id < DIRS_MAX) {
            remember_dir(state, (uint32_t)id, db_bytes(s, 1));
        }
    }
}

/* The number of a folder ("" or ending with a slash), 0 for the root. */
static bool
need_dir(struct state *state, struct slice path, uint32_t *id,
         struct error *err)
{
    *id = 0;
    if (path.len == 0) {
        return true;
    }
    store_load_dirs(state);
    uint32_t known = table_find(&state->dir_table, dir_key, state, path);
    if (known != TABLE_NONE) {
        *id = known;
        return true;
    }
    struct statement *s =
        db_take(state->db, SLOT_DIR_ADD,
                "INSERT INTO dir (path) VALUES (?)"
                " ON CONFLICT DO UPDATE SET path = path RETURNING id");
    db_bind_bytes(s, 1, path.bytes, path.len);
    if (db_step(state->db, s)) {
        *id = (uint32_t)db_int(s, 0);
    }
    if (!db_write(state->db, s, err)) {
        return false;
    }
    remember_dir(state, *id, path);
    return true;
}

void
store_forget(struct state *state)
{
    free(state->last.key);
    state->last = (struct store_action){.key = NULL};
    for (uint32_t i = 0; i < state->dirs.count; i++) {
        free(*(char **)vec_at(&state->dirs, i));
    }
    vec_finish(&state->dirs);
    table_finish(&state->dir_table);
    state->dirs_known = false;
    store_forget_commands(state);
    store_forget_whys(state);
}

/* --- Files and versions ------------------------------------------------------ */

const char *
store_path_of_row(struct state *state, struct statement *s, int at,
                  struct buffer *path)
{
    struct slice name = db_bytes(s, at + 1);
    buffer_truncate(path, 0);
    buffer_add_str(path, dir_path(state, (uint32_t)db_int(s, at)));
    buffer_add(path, name.bytes, name.len);
    return buffer_str(path);
}

bool
state_load_files(struct state *state, state_file_fn *call, void *ctx,
                 struct error *err)
{
    struct buffer path = {0};
    store_load_dirs(state);
    struct statement *s =
        db_take(state->db, SLOT_FILE_LOAD,
                "SELECT id, parent, name, iif(latest = 0, id, latest)"
                " FROM file WHERE name IS NOT NULL");
    while (db_step(state->db, s)) {
        call(ctx, (uint32_t)db_int(s, 0), store_path_of_row(state, s, 1, &path),
             (uint32_t)db_int(s, 3));
    }
    buffer_finish(&path);
    return store_load_is_done(state, err);
}

char *
store_key_of_row(struct state *state, struct statement *s, int at)
{
    if (!db_is_number(s, at)) {
        struct slice key = db_bytes(s, at);
        return mem_copy(key.bytes, key.len);
    }
    struct buffer path = {0};
    store_load_dirs(state);
    (void)store_path_of_row(state, s, at + 1, &path);
    return path.len > 0 ? buffer_take(&path) : mem_copy("", 0);
}

#define BITS_KIND 7
#define BITS_SETTLED 8
#define BITS_MODE 4 /* how far it is shifted */
/* What differs from these permissions is stored, which mostly is nothing. */
#define USUAL_MODE 0644U

/* Columns as in VERSION_COLUMNS. */
static struct file_version
version_of_row(struct statement *s)
{
    struct hash128 hash = db_hash(s, 7);
    uint32_t bits = (uint32_t)db_int(s, 2);
    int64_t mtime_ns = db_int(s, 4);
    return (struct file_version){
        .id = (uint32_t)db_int(s, 0),
        .file = (uint32_t)db_int(s, 1),
        .kind = (uint8_t)(bits & BITS_KIND),
        .settled = (bits & BITS_SETTLED) != 0,
        .hashed = hash.low != 0 || hash.high != 0,
        .mode = (bits >> BITS_MODE) ^ USUAL_MODE,
        .size = db_int(s, 3),
        .mtime_ns = mtime_ns,
        .ctime_ns = (int64_t)((uint64_t)mtime_ns + (uint64_t)db_int(s, 5)),
        .inode = (uint64_t)db_int(s, 6),
        .hash = hash,
    };
}

/* A row with a name is a file and its first version; one without is a later
 * version of the file that is its parent. */
#define VERSION_COLUMNS                                          \
    "v.id, iif(v.name IS NULL, v.parent, v.id), v.bits, v.size," \
    " v.mtime_ns, v.ctime_after, v.inode, v.hash"

bool
state_load_versions(struct state *state, state_version_fn *call, void *ctx,
                    struct error *err)
{
    struct statement *s = db_take(state->db, SLOT_VERSION_LOAD,
                                  "SELECT " VERSION_COLUMNS " FROM file AS v");
    while (db_step(state->db, s)) {
        struct file_version version = version_of_row(s);
        call(ctx, &version);
    }
    return store_load_is_done(state, err);
}

/* A build inside this one may have added it meanwhile. */
static bool
find_shared_file(struct state *state, uint32_t dir, const char *name,
                 uint32_t *file)
{
    if (!state->is_shared) {
        return false;
    }
    struct statement *s = db_take(state->db, SLOT_FILE_FIND,
                                  "SELECT id FROM file WHERE name = ?2"
                                  " AND parent = ?1");
    db_bind_int(s, 1, dir);
    db_bind_text(s, 2, name);
    if (!db_step(state->db, s)) {
        return false;
    }
    *file = (uint32_t)db_int(s, 0);
    db_reset(s);
    return true;
}

/* Binds columns 1 to 7 of a version: all but its id. */
static void
bind_version(struct statement *s, const struct file_version *version)
{
    assert(version->kind <= BITS_KIND);
    db_bind_int(s, 1, version->file);
    db_bind_int(s, 2,
                version->kind | (version->settled ? BITS_SETTLED : 0) |
                    (int64_t)(version->mode ^ USUAL_MODE) << BITS_MODE);
    db_bind_int(s, 3, version->size);
    db_bind_int(s, 4, version->mtime_ns);
    /* Mostly a small number; wraps where somebody set a wild time. */
    db_bind_int(s, 5,
                (int64_t)((uint64_t)version->ctime_ns -
                          (uint64_t)version->mtime_ns));
    db_bind_int(s, 6, (int64_t)version->inode);
    db_bind_hash(s, 7,
                 version->hashed ? version->hash : (struct hash128){0, 0});
}

/* One row, named or not; its id is new, and never used again. */
static bool
add_row(struct state *state, uint32_t parent, const char *name,
        struct file_version *version, struct error *err)
{
    struct statement *s =
        db_take(state->db, SLOT_FILE_ADD,
                "INSERT INTO file (parent, bits, size, mtime_ns, ctime_after,"
                " inode, hash, name) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    bind_version(s, version);
    db_bind_int(s, 1, parent);
    db_bind_bytes(s, 8, name, name != NULL ? strlen(name) : 0);
    if (!db_write(state->db, s, err)) {
        return false;
    }
    version->id = (uint32_t)db_last_id(state->db);
    return true;
}

bool
state_add_file(struct state *state, const char *path,
               struct file_version *version, struct error *err)
{
    assert(*path && version->id == 0 && version->file == 0);
    size_t len = strlen(path);
    size_t dir_len = path_dir_len(path, len);
    /* The slash belongs to the folder. */
    dir_len += dir_len < len && path[dir_len] == '/';
    uint32_t dir;
    if (!store_begin_files(state, err) ||
        !need_dir(state, (struct slice){path, dir_len}, &dir, err)) {
        return false;
    }
    const char *name = path + dir_len;
    if (find_shared_file(state, dir, name, &version->file)) {
        return state_put_version(state, version, err);
    }
    if (!add_row(state, dir, name, version, err)) {
        return false;
    }
    version->file = version->id;
    return true;
}

/* Fresh attributes; the meaning stays. */
static bool
update_version(struct state *state, const struct file_version *version,
               struct error *err)
{
    struct statement *s =
        db_take(state->db, SLOT_VERSION_UPDATE,
                "UPDATE file SET bits = ?2, size = ?3, mtime_ns = ?4,"
                " ctime_after = ?5, inode = ?6, hash = ?7"
                " WHERE id = ?8 AND iif(name IS NULL, parent, id) = ?1");
    bind_version(s, version);
    db_bind_int(s, 8, version->id);
    return db_write(state->db, s, err);
}

bool
state_put_version(struct state *state, struct file_version *version,
                  struct error *err)
{
    assert(version->file != 0);
    bool is_new = version->id == 0;
    if (!store_begin_files(state, err) ||
        !(is_new ? add_row(state, version->file, NULL, version, err)
                 : update_version(state, version, err))) {
        return false;
    }
    bool is_first = version->id == version->file;
    struct statement *s = db_take(state->db, SLOT_FILE_LATEST,
                                  "UPDATE file SET latest = ?1 WHERE id = ?2"
                                  " AND latest <> ?1");
    db_bind_int(s, 1, is_first ? 0 : version->id);
    db_bind_int(s, 2, version->file);
    return db_write(state->db, s, err);
}

bool
state_find_version(struct state *state, uint32_t id, char **path,
                   struct file_version *version)
{
    store_load_dirs(state);
    struct statement *s =
        db_take(state->db, SLOT_VERSION_FIND,
                "SELECT " VERSION_COLUMNS ", f.parent, f.name FROM file AS v"
                " JOIN file AS f ON f.id = iif(v.name IS NULL, v.parent, v.id)"
                " WHERE v.id = ?");
    db_bind_int(s, 1, id);
    if (!db_step(state->db, s)) {
        return false;
    }
    struct buffer whole = {0};
    *version = version_of_row(s);
    (void)store_path_of_row(state, s, 8, &whole);
    *path = whole.len > 0 ? buffer_take(&whole) : mem_copy("", 0);
    db_reset(s);
    return true;
}

uint32_t
state_latest_version(struct state *state, uint32_t file)
{
    struct statement *s = db_take(state->db, SLOT_FILE_VERSION,
                                  "SELECT iif(latest = 0, id, latest)"
                                  " FROM file WHERE id = ?");
    uint32_t version = 0;
    db_bind_int(s, 1, file);
    if (db_step(state->db, s)) {
        version = (uint32_t)db_int(s, 0);
        db_reset(s);
    }
    return version;
}

/* --- Records ---------------------------------------------------------------------- */

#define RECORD_SELECT                                         \
    "SELECT " STORE_KEY ", status, run, m.hash, body, value," \
    " m.id + m.command FROM action AS a" STORE_KEY_JOIN       \
    " LEFT JOIN manifest AS m ON m.id = a.id + a.manifest"    \
    " WHERE a.build_file = ? AND status > 0"

/* Columns as in RECORD_SELECT. */
static void
tell_record(struct statement *s, const char *key, state_record_fn *call,
            void *ctx)
{
    struct state_record record = {
        .key = key,
        .status = (enum record_status)db_int(s, 3),
        .run = (uint64_t)db_int(s, 4),
        .manifest = db_hash(s, 5),
        .body = db_bytes(s, 6),
        .value = db_bytes(s, 7),
        .command = (uint32_t)db_int(s, 8),
    };
    call(ctx, &record);
}

bool
state_load_records(struct state *state, state_record_fn *call, void *ctx,
                   struct error *err)
{
    struct statement *s = db_take(state->db, SLOT_RECORD_LOAD, RECORD_SELECT);
    db_bind_int(s, 1, state->build_file_id);
    while (db_step(state->db, s)) {
        char *key = store_key_of_row(state, s, 0);
        tell_record(s, key, call, ctx);
        free(key);
    }
    return store_load_is_done(state, err);
}

/* The next row whose key, in columns `at` and behind, is that: others have the same
 * hash. */
static bool
step_to_key(struct state *state, struct statement *s, int at, const char *key)
{
    while (db_step(state->db, s)) {
        char *found = store_key_of_row(state, s, at);
        bool is_it = strcmp(found, key) == 0;
        free(found);
        if (is_it) {
            return true;
        }
    }
    return false;
}

void
state_find_record(struct state *state, const char *key, state_record_fn *call,
                  void *ctx)
{
    assert(*key);
    struct statement *s =
        db_take(state->db, SLOT_RECORD_FIND, RECORD_SELECT " AND key_hash = ?");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_int(s, 2, db_key_hash(key, strlen(key)));
    if (step_to_key(state, s, 0, key)) {
        tell_record(s, key, call, ctx);
        db_reset(s);
    }
}

bool
store_find_action(struct state *state, const char *key)
{
    struct store_action *last = &state->last;
    if (last->key && strcmp(last->key, key) == 0) {
        return true;
    }
    struct statement *s =
        db_take(state->db, SLOT_ACTION_FIND,
                "SELECT a.id, a.id + a.manifest, a.key + a.made, " STORE_KEY
                " FROM action AS a" STORE_KEY_JOIN
                " WHERE key_hash = ? AND build_file = ?");
    db_bind_int(s, 1, db_key_hash(key, strlen(key)));
    db_bind_int(s, 2, state->build_file_id);
    if (!step_to_key(state, s, 3, key)) {
        return false;
    }
    free(last->key);
    *last = (struct store_action){.key = mem_copy_str(key),
                                  .id = db_int(s, 0),
                                  .manifest = (uint32_t)db_int(s, 1),
                                  .made = (uint32_t)db_int(s, 2)};
    db_reset(s);
    return true;
}

/* Within the transaction that needs it. */
static bool
add_action(struct state *state, const char *key, enum record_status status,
           struct error *err)
{
    size_t len = strlen(key);
    struct statement *s =
        db_take(state->db, SLOT_ACTION_ADD,
                "INSERT INTO action (build_file, key_hash, status, run, key)"
                " VALUES (?, ?, ?, ?, ?)");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_int(s, 2, db_key_hash(key, len));
    db_bind_int(s, 3, (int64_t)status);
    db_bind_int(s, 4, (int64_t)state->run);
    db_bind_bytes(s, 5, key, len);
    if (!db_write(state->db, s, err)) {
        return false;
    }
    free(state->last.key);
    state->last = (struct store_action){.key = mem_copy(key, len),
                                        .id = db_last_id(state->db)};
    return true;
}

bool
store_need_action(struct state *state, const char *key,
                  enum record_status status, struct error *err)
{
    return store_begin(state, err) && (store_find_action(state, key) ||
                                       add_action(state, key, status, err));
}

bool
state_set_status(struct state *state, const char *key,
                 enum record_status status, struct error *err)
{
    assert(status != RECORD_VALID);
    if (!store_begin(state, err)) {
        return false;
    }
    if (!store_find_action(state, key)) {
        return add_action(state, key, status, err);
    }
    state->last.is_fresh = false;
    struct statement *s =
        db_take(state->db, SLOT_ACTION_STATUS,
                "UPDATE action SET status = ?, run = ? WHERE id = ?");
    db_bind_int(s, 1, (int64_t)status);
    db_bind_int(s, 2, (int64_t)state->run);
    db_bind_int(s, 3, state->last.id);
    return db_write(state->db, s, err);
}

bool
state_invalidate(struct state *state, const char *key, struct error *err)
{
    assert(*key);
    return state_set_status(state, key, RECORD_STARTED, err);
}

/* What is stored of a manifest and its command part. */
struct known_manifest {
    struct hash128 hash;
    uint32_t command; /* 0: there is none */
};

static struct known_manifest
known_manifest(struct state *state, uint32_t id)
{
    struct known_manifest known = {.command = 0};
    struct statement *s =
        db_take(state->db, SLOT_MANIFEST_KNOWN,
                "SELECT hash, id + command FROM manifest WHERE id = ?");
    db_bind_int(s, 1, id);
    if (id != 0 && db_step(state->db, s)) {
        known.hash = db_hash(s, 0);
        known.command = (uint32_t)db_int(s, 1);
        db_reset(s);
    }
    return known;
}

/* Of a success that left everything as it was only the version ids are new. */
static bool
put_manifest(struct state *state, const struct state_record *record,
             struct slice command, uint32_t *id, struct error *err)
{
    uint32_t before = state->last.manifest;
    struct known_manifest known = known_manifest(state, before);
    uint32_t command_id = known.command;
    if (!store_put_command(state, command, &command_id, err)) {
        return false;
    }
    bool same =
        known.command == command_id && hash_equal(known.hash, record->manifest);
    struct statement *s =
        same ? db_take(state->db, SLOT_MANIFEST_UPDATE,
                       "UPDATE manifest SET body = ?1 WHERE id = ?2")
             : db_take(state->db, SLOT_MANIFEST_ADD,
                       "INSERT INTO manifest (id, body, command, hash)"
                       " SELECT n.id, ?1, ?2 - n.id, ?3"
                       " FROM " STORE_NEXT("manifest"));
    db_bind_bytes(s, 1, record->body.bytes, record->body.len);
    db_bind_int(s, 2, same ? before : command_id);
    if (!same) {
        db_bind_hash(s, 3, record->manifest);
    }
    if (!db_write(state->db, s, err)) {
        return false;
    }
    *id = same ? before : (uint32_t)db_last_id(state->db);
    return true;
}

bool
state_put_record(struct state *state, const struct state_record *record,
                 struct slice command, struct error *err)
{
    assert(record->key);
    assert(record->body.len > 0 && command.bytes);
    uint32_t manifest;
    if (!store_need_action(state, record->key, record->status, err) ||
        !put_manifest(state, record, command, &manifest, err)) {
        return false;
    }
    struct statement *s =
        db_take(state->db, SLOT_ACTION_PUT,
                "UPDATE action SET status = ?, run = ?, manifest = ? - id,"
                " value = ? WHERE id = ?");
    db_bind_int(s, 1, (int64_t)record->status);
    db_bind_int(s, 2, (int64_t)state->run);
    db_bind_int(s, 3, manifest);
    db_bind_bytes(s, 4, record->value.bytes, record->value.len);
    db_bind_int(s, 5, state->last.id);
    state->last.previous = state->last.manifest;
    state->last.manifest = manifest;
    state->last.is_fresh = true;
    return db_write(state->db, s, err);
}

bool
state_find_value(struct state *state, const char *key, char **value,
                 size_t *len)
{
    struct error unopened = {0};
    if (!state_ready(state, &unopened)) {
        error_finish(&unopened); /* the next one who needs it says so */
        return false;
    }
    if (!store_find_action(state, key)) {
        return false;
    }
    struct statement *s =
        db_take(state->db, SLOT_RECORD_VALUE,
                "SELECT value FROM action WHERE id = ? AND value IS NOT NULL");
    db_bind_int(s, 1, state->last.id);
    if (!db_step(state->db, s)) {
        return false;
    }
    *value = copy_bytes(db_bytes(s, 0), len);
    db_reset(s);
    return true;
}

bool
state_find_command(struct state *state, const char *key, char **text,
                   size_t *len)
{
    if (!store_find_action(state, key) || state->last.manifest == 0) {
        return false;
    }
    struct statement *s =
        db_take(state->db, SLOT_RECORD_COMMAND,
                "SELECT id + command FROM manifest WHERE id = ?");
    db_bind_int(s, 1, state->last.manifest);
    if (!db_step(state->db, s)) {
        return false;
    }
    uint32_t id = (uint32_t)db_int(s, 0);
    db_reset(s);
    return state_command_text(state, id, text, len);
}

bool
state_find_manifest(struct state *state, uint32_t id,
                    struct state_manifest *manifest)
{
    struct statement *s =
        db_take(state->db, SLOT_MANIFEST_FIND,
                "SELECT body, hash, id + command FROM manifest WHERE id = ?");
    db_bind_int(s, 1, id);
    if (!db_step(state->db, s)) {
        return false;
    }
    manifest->body = copy_bytes(db_bytes(s, 0), &manifest->body_len);
    manifest->hash = db_hash(s, 1);
    manifest->command = (uint32_t)db_int(s, 2);
    db_reset(s);
    return true;
}
