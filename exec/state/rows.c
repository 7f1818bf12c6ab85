/* SPDX-License-Identifier: MIT */
/*
 * Rows in and out: files and versions, records and manifests, action runs,
 * outputs, listings. Each function is one statement or two; what the columns
 * mean is in spec/format/state-db.md.
 */
#include "exec/base/memory.h"
#include "exec/state/state.h"
#include "exec/state/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* How a load ends: rows that could not be read are a failure. */
static bool
load_is_done(struct state *state, struct error *err)
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

/* --- Files and versions ------------------------------------------------------ */

bool
state_load_files(struct state *state, state_file_fn *call, void *ctx,
                 struct error *err)
{
    struct statement *s = db_take(state->db, SLOT_FILE_LOAD,
                                  "SELECT id, path, version FROM file");
    while (db_step(state->db, s)) {
        /* SQLite puts no zero byte behind a blob. */
        char *path = mem_copy(db_bytes(s, 1).bytes, db_bytes(s, 1).len);
        call(ctx, (uint32_t)db_int(s, 0), path, (uint32_t)db_int(s, 2));
        free(path);
    }
    return load_is_done(state, err);
}

/* Columns as in VERSION_COLUMNS. */
static struct file_version
version_of_row(struct statement *s)
{
    struct hash128 hash = db_hash(s, 9);
    return (struct file_version){
        .id = (uint32_t)db_int(s, 0),
        .file = (uint32_t)db_int(s, 1),
        .kind = (uint8_t)db_int(s, 2),
        .settled = db_int(s, 3) != 0,
        .hashed = hash.low != 0 || hash.high != 0,
        .mode = (uint32_t)db_int(s, 4),
        .size = db_int(s, 5),
        .mtime_ns = db_int(s, 6),
        .ctime_ns = db_int(s, 7),
        .inode = (uint64_t)db_int(s, 8),
        .hash = hash,
    };
}

#define VERSION_COLUMNS \
    "id, file, kind, settled, mode, size, mtime_ns, ctime_ns, inode, hash"

bool
state_load_versions(struct state *state, state_version_fn *call, void *ctx,
                    struct error *err)
{
    struct statement *s = db_take(state->db, SLOT_VERSION_LOAD,
                                  "SELECT " VERSION_COLUMNS " FROM version");
    while (db_step(state->db, s)) {
        struct file_version version = version_of_row(s);
        call(ctx, &version);
    }
    return load_is_done(state, err);
}

bool
state_add_file(struct state *state, const char *path, uint32_t *file,
               struct error *err)
{
    assert(*path);
    if (!store_begin(state, err)) {
        return false;
    }
    /* A build inside this one may have added it meanwhile. */
    struct statement *s =
        db_take(state->db, SLOT_FILE_ADD,
                "INSERT INTO file (path) VALUES (?)"
                " ON CONFLICT DO UPDATE SET version = version RETURNING id");
    db_bind_text(s, 1, path);
    if (db_step(state->db, s)) {
        *file = (uint32_t)db_int(s, 0);
    }
    return db_write(state->db, s, err);
}

/* Binds columns 1 to 9 of a version: all but its id. */
static void
bind_version(struct statement *s, const struct file_version *version)
{
    db_bind_int(s, 1, version->file);
    db_bind_int(s, 2, version->kind);
    db_bind_int(s, 3, version->settled);
    db_bind_int(s, 4, version->mode);
    db_bind_int(s, 5, version->size);
    db_bind_int(s, 6, version->mtime_ns);
    db_bind_int(s, 7, version->ctime_ns);
    db_bind_int(s, 8, (int64_t)version->inode);
    db_bind_hash(s, 9,
                 version->hashed ? version->hash : (struct hash128){0, 0});
}

/* Fresh attributes; the meaning stays. */
static bool
update_version(struct state *state, const struct file_version *version,
               struct error *err)
{
    struct statement *s =
        db_take(state->db, SLOT_VERSION_UPDATE,
                "UPDATE version SET file = ?, kind = ?, settled = ?, mode = ?,"
                " size = ?, mtime_ns = ?, ctime_ns = ?, inode = ?, hash = ?"
                " WHERE id = ?");
    bind_version(s, version);
    db_bind_int(s, 10, version->id);
    return db_write(state->db, s, err);
}

/* Its id is new, and never used again. */
static bool
add_version(struct state *state, struct file_version *version,
            struct error *err)
{
    assert(version->file != 0);
    struct statement *s =
        db_take(state->db, SLOT_VERSION_ADD,
                "INSERT INTO version (file, kind, settled, mode, size,"
                " mtime_ns, ctime_ns, inode, hash)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_version(s, version);
    if (!db_write(state->db, s, err)) {
        return false;
    }
    version->id = (uint32_t)db_last_id(state->db);
    return true;
}

bool
state_put_version(struct state *state, struct file_version *version,
                  struct error *err)
{
    assert(version->file != 0);
    bool is_new = version->id == 0;
    if (!store_begin(state, err) ||
        !(is_new ? add_version(state, version, err)
                 : update_version(state, version, err))) {
        return false;
    }
    struct statement *s = db_take(state->db, SLOT_FILE_LATEST,
                                  "UPDATE file SET version = ?1 WHERE id = ?2"
                                  " AND version <> ?1");
    db_bind_int(s, 1, version->id);
    db_bind_int(s, 2, version->file);
    return db_write(state->db, s, err);
}

bool
state_find_version(struct state *state, uint32_t id, char **path,
                   struct file_version *version)
{
    struct statement *s = db_take(
        state->db, SLOT_VERSION_FIND,
        "SELECT v.id, file, kind, settled, mode, size, mtime_ns, ctime_ns,"
        " inode, hash, path FROM version AS v JOIN file AS f ON f.id = v.file"
        " WHERE v.id = ?");
    db_bind_int(s, 1, id);
    if (!db_step(state->db, s)) {
        return false;
    }
    size_t len;
    *version = version_of_row(s);
    *path = copy_bytes(db_bytes(s, 10), &len);
    db_reset(s);
    return true;
}

/* --- Records ---------------------------------------------------------------------- */

bool
state_load_records(struct state *state, state_record_fn *call, void *ctx,
                   struct error *err)
{
    struct statement *s =
        db_take(state->db, SLOT_RECORD_LOAD,
                "SELECT key, status, run, manifest, body, value, command"
                " FROM record"
                " LEFT JOIN manifest ON hash = manifest WHERE build_file = ?");
    db_bind_int(s, 1, state->build_file_id);
    while (db_step(state->db, s)) {
        size_t len;
        char *key = copy_bytes(db_bytes(s, 0), &len);
        struct state_record record = {
            .key = key,
            .status = (enum record_status)db_int(s, 1),
            .run = (uint64_t)db_int(s, 2),
            .manifest = db_hash(s, 3),
            .body = db_bytes(s, 4),
            .value = db_bytes(s, 5),
            .command = db_hash(s, 6),
        };
        call(ctx, &record);
        free(key);
    }
    return load_is_done(state, err);
}

bool
state_set_status(struct state *state, const char *key,
                 enum record_status status, struct error *err)
{
    assert(status != RECORD_VALID);
    if (!store_begin(state, err)) {
        return false;
    }
    struct statement *s =
        db_take(state->db, SLOT_RECORD_STATUS,
                "INSERT INTO record (build_file, key, status, run)"
                " VALUES (?1, ?2, ?3, ?4)"
                " ON CONFLICT DO UPDATE SET status = ?3, run = ?4");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_text(s, 2, key);
    db_bind_int(s, 3, (int64_t)status);
    db_bind_int(s, 4, (int64_t)state->run);
    return db_write(state->db, s, err);
}

bool
state_invalidate(struct state *state, const char *key, struct error *err)
{
    assert(*key);
    return state_set_status(state, key, RECORD_STARTED, err);
}

/* Both parts under their hashes; the body may have newer version ids. */
static bool
put_manifest(struct state *state, const struct state_record *record,
             struct slice command, struct error *err)
{
    struct statement *s =
        db_take(state->db, SLOT_COMMAND_PUT,
                "INSERT OR IGNORE INTO command VALUES (?, ?)");
    db_bind_hash(s, 1, record->command);
    db_bind_bytes(s, 2, command.bytes, command.len);
    if (!db_write(state->db, s, err)) {
        return false;
    }
    s = db_take(state->db, SLOT_MANIFEST_PUT,
                "INSERT INTO manifest VALUES (?1, ?2, ?3)"
                " ON CONFLICT DO UPDATE SET body = ?3");
    db_bind_hash(s, 1, record->manifest);
    db_bind_hash(s, 2, record->command);
    db_bind_bytes(s, 3, record->body.bytes, record->body.len);
    return db_write(state->db, s, err);
}

bool
state_put_record(struct state *state, const struct state_record *record,
                 struct slice command, struct error *err)
{
    assert(record->key);
    assert(record->body.len > 0 && command.bytes);
    if (!store_begin(state, err) ||
        !put_manifest(state, record, command, err)) {
        return false;
    }
    struct statement *s =
        db_take(state->db, SLOT_RECORD_PUT,
                "INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                " ON CONFLICT DO UPDATE SET status = ?3, run = ?4,"
                " manifest = ?5, value = ?6");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_text(s, 2, record->key);
    db_bind_int(s, 3, (int64_t)record->status);
    db_bind_int(s, 4, (int64_t)state->run);
    db_bind_hash(s, 5, record->manifest);
    db_bind_bytes(s, 6, record->value.bytes, record->value.len);
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
    struct statement *s =
        db_take(state->db, SLOT_RECORD_VALUE,
                "SELECT value FROM record WHERE build_file = ? AND key = ?"
                " AND value IS NOT NULL");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_text(s, 2, key);
    if (!db_step(state->db, s)) {
        return false;
    }
    *value = copy_bytes(db_bytes(s, 0), len);
    db_reset(s);
    return true;
}

bool
state_find_command(struct state *state, struct hash128 command, char **text,
                   size_t *len)
{
    struct statement *s = db_take(state->db, SLOT_COMMAND_FIND,
                                  "SELECT text FROM command WHERE hash = ?");
    db_bind_hash(s, 1, command);
    if (!db_step(state->db, s)) {
        return false;
    }
    *text = copy_bytes(db_bytes(s, 0), len);
    db_reset(s);
    return true;
}

bool
state_find_manifest(struct state *state, struct hash128 manifest,
                    struct hash128 *command, char **body, size_t *len)
{
    struct statement *s =
        db_take(state->db, SLOT_MANIFEST_FIND,
                "SELECT body, command FROM manifest WHERE hash = ?");
    db_bind_hash(s, 1, manifest);
    if (!db_step(state->db, s)) {
        return false;
    }
    *body = copy_bytes(db_bytes(s, 0), len);
    *command = db_hash(s, 1);
    db_reset(s);
    return true;
}

/* --- History ------------------------------------------------------------------------ */

bool
state_add_action_run(struct state *state, const char *key,
                     const struct state_action_run *run, struct error *err)
{
    assert(key && run);
    if (!store_begin(state, err)) {
        return false;
    }
    struct statement *s =
        db_take(state->db, SLOT_ACTION_RUN_ADD,
                "INSERT INTO action_run (build_file, key, run, status,"
                " started_unix_us, duration_us, cpu_us, peak_kib, exit_code,"
                " signal, output, reasons, manifest, previous)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_text(s, 2, key);
    db_bind_int(s, 3, (int64_t)state->run);
    db_bind_int(s, 4, (int64_t)run->status);
    db_bind_int(s, 5, run->started_unix_us);
    db_bind_int(s, 6, run->duration_us);
    db_bind_int(s, 7, run->cpu_us);
    db_bind_int(s, 8, run->peak_kib);
    db_bind_int(s, 9, run->exit_code);
    db_bind_int(s, 10, run->signal);
    db_bind_bytes(s, 11, run->output.bytes, run->output.len);
    db_bind_bytes(s, 12, run->reasons.bytes, run->reasons.len);
    db_bind_hash(s, 13, run->manifest);
    db_bind_hash(s, 14, run->previous);
    return db_write(state->db, s, err);
}

bool
state_last_action_run(struct state *state, const char *key,
                      struct state_action_run *run, char **text)
{
    struct statement *s =
        db_take(state->db, SLOT_ACTION_RUN_LAST,
                "SELECT run, started_unix_us, duration_us, cpu_us, peak_kib,"
                " exit_code, signal, status, output, reasons, manifest,"
                " previous FROM action_run WHERE build_file = ? AND key = ?"
                " ORDER BY id DESC LIMIT 1");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_text(s, 2, key);
    if (!db_step(state->db, s)) {
        return false;
    }
    struct slice output = db_bytes(s, 8);
    struct slice reasons = db_bytes(s, 9);
    *text = mem_alloc(output.len + reasons.len + 1, 1);
    memcpy(*text, output.bytes, output.len);
    memcpy(*text + output.len, reasons.bytes, reasons.len);
    *run = (struct state_action_run){
        .run = (uint64_t)db_int(s, 0),
        .started_unix_us = db_int(s, 1),
        .duration_us = db_int(s, 2),
        .cpu_us = db_int(s, 3),
        .peak_kib = db_int(s, 4),
        .exit_code = (int)db_int(s, 5),
        .signal = (int)db_int(s, 6),
        .status = (enum record_status)db_int(s, 7),
        .output = {*text, output.len},
        .reasons = {*text + output.len, reasons.len},
        .manifest = db_hash(s, 10),
        .previous = db_hash(s, 11),
    };
    db_reset(s);
    return true;
}

/* --- Outputs --------------------------------------------------------------------------- */

bool
state_load_outputs(struct state *state, state_output_fn *call, void *ctx,
                   struct error *err)
{
    struct statement *s =
        db_take(state->db, SLOT_OUTPUT_LOAD,
                "SELECT path, key, version FROM output WHERE build_file = ?");
    db_bind_int(s, 1, state->build_file_id);
    while (db_step(state->db, s)) {
        size_t len;
        char *path = copy_bytes(db_bytes(s, 0), &len);
        char *key = copy_bytes(db_bytes(s, 1), &len);
        call(ctx, path, key, (uint32_t)db_int(s, 2));
        free(path);
        free(key);
    }
    return load_is_done(state, err);
}

bool
state_put_output(struct state *state, const char *path, const char *key,
                 uint32_t version, struct error *err)
{
    assert(path && key);
    if (!store_begin(state, err)) {
        return false;
    }
    struct statement *s =
        db_take(state->db, SLOT_OUTPUT_PUT,
                "INSERT INTO output VALUES (?1, ?2, ?3, ?4)"
                " ON CONFLICT DO UPDATE SET key = ?3, version = ?4"
                " WHERE key <> ?3 OR version <> ?4");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_text(s, 2, path);
    db_bind_text(s, 3, key);
    db_bind_int(s, 4, version);
    return db_write(state->db, s, err);
}

bool
state_drop_output(struct state *state, const char *path, bool removed,
                  struct error *err)
{
    if (!store_begin(state, err)) {
        return false;
    }
    struct statement *s =
        db_take(state->db, SLOT_OUTPUT_DROP,
                "DELETE FROM output WHERE build_file = ? AND path = ?");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_text(s, 2, path);
    if (!db_write(state->db, s, err) || !removed) {
        return !db_is_failed(state->db);
    }
    s = db_take(state->db, SLOT_REMOVED_ADD,
                "INSERT INTO removed VALUES (?, ?)");
    db_bind_int(s, 1, (int64_t)state->run);
    db_bind_text(s, 2, path);
    return db_write(state->db, s, err);
}

bool
state_output_is_foreign(struct state *state, const char *path)
{
    struct statement *s =
        db_take(state->db, SLOT_OUTPUT_FOREIGN,
                "SELECT 1 FROM output WHERE path = ? AND build_file <> ?");
    db_bind_text(s, 1, path);
    db_bind_int(s, 2, state->build_file_id);
    bool found = db_step(state->db, s);
    if (found) {
        db_reset(s);
    }
    return found;
}

/* --- Listings ------------------------------------------------------------------------------ */

bool
state_find_listing(struct state *state, const char *key, const char *dir,
                   char **listing, size_t *len)
{
    struct statement *s =
        db_take(state->db, SLOT_LISTING_FIND,
                "SELECT entries FROM listing WHERE build_file = ? AND key = ?"
                " AND dir = ?");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_text(s, 2, key);
    db_bind_text(s, 3, dir);
    if (!db_step(state->db, s)) {
        return false;
    }
    *listing = copy_bytes(db_bytes(s, 0), len);
    db_reset(s);
    return true;
}

bool
state_put_listing(struct state *state, const char *key, const char *dir,
                  struct slice listing, struct error *err)
{
    assert(key && dir);
    if (!store_begin(state, err)) {
        return false;
    }
    struct statement *s = db_take(state->db, SLOT_LISTING_PUT,
                                  "INSERT INTO listing VALUES (?1, ?2, ?3, ?4)"
                                  " ON CONFLICT DO UPDATE SET entries = ?4");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_text(s, 2, key);
    db_bind_text(s, 3, dir);
    db_bind_bytes(s, 4, listing.bytes, listing.len);
    return db_write(state->db, s, err);
}
