/* SPDX-License-Identifier: MIT */
/*
 * The outputs that are recorded. Most actions are named like the one file that they
 * make: such an output is in the row of its action, all others have one of their own.
 */
#include "exec/state/ours.h"

#include "exec/state/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool
state_load_outputs(struct state *state, state_output_fn *call, void *ctx,
                   struct error *err)
{
    struct buffer path = {0};
    store_load_dirs(state);
    struct statement *s =
        db_take(state->db, SLOT_OUTPUT_LOAD,
                "SELECT f.parent, f.name, f.id, f.id + a.made, " STORE_KEY
                " FROM action AS a" STORE_KEY_JOIN
                " JOIN file AS f ON f.id = a.key"
                " WHERE a.build_file = ?1 AND a.made IS NOT NULL"
                " UNION ALL"
                " SELECT f.parent, f.name, f.id, o.version, " STORE_KEY
                " FROM output AS o JOIN file AS f ON f.id = o.file"
                " JOIN action AS a ON a.id = o.action" STORE_KEY_JOIN
                " WHERE o.build_file = ?1");
    db_bind_int(s, 1, state->build_file_id);
    while (db_step(state->db, s)) {
        char *key = store_key_of_row(state, s, 4);
        const struct state_output output = {
            .path = store_path_of_row(state, s, 0, &path),
            .key = key,
            .file = (uint32_t)db_int(s, 2),
            .version = (uint32_t)db_int(s, 3),
        };
        call(ctx, &output);
        free(key);
    }
    buffer_finish(&path);
    return store_load_is_done(state, err);
}

/* What finds the action that is named like a file: ?1 to ?3. */
static void
bind_named(struct state *state, struct statement *s, const char *path,
           uint32_t file)
{
    db_bind_int(s, 1, file);
    db_bind_int(s, 2, state->build_file_id);
    db_bind_int(s, 3, db_key_hash(path, strlen(path)));
}

/* The action that is named like the file did not make it, or no longer. */
static bool
drop_made(struct state *state, const char *path, uint32_t file,
          struct error *err)
{
    struct store_action *last = &state->last;
    if (last->key && strcmp(last->key, path) == 0) {
        last->made = 0;
    }
    struct statement *s = db_take(state->db, SLOT_MADE_DROP,
                                  "UPDATE action SET made = NULL WHERE key = ?1"
                                  " AND build_file = ?2 AND key_hash = ?3"
                                  " AND made IS NOT NULL");
    bind_named(state, s, path, file);
    return db_write(state->db, s, err);
}

static bool
drop_other(struct state *state, uint32_t file, struct error *err)
{
    struct statement *s =
        db_take(state->db, SLOT_OUTPUT_DROP,
                "DELETE FROM output WHERE file = ? AND build_file = ?");
    db_bind_int(s, 1, file);
    db_bind_int(s, 2, state->build_file_id);
    return db_write(state->db, s, err);
}

/* Into the row of the action that was asked for last, which has its name. */
static bool
put_made(struct state *state, const struct state_output *output,
         struct error *err)
{
    struct store_action *last = &state->last;
    bool is_new = last->made == 0;
    if (last->made == output->version) {
        return true;
    }
    struct statement *s = db_take(state->db, SLOT_MADE_PUT,
                                  "UPDATE action SET key = ?1, made = ?2 - ?1"
                                  " WHERE id = ?3");
    db_bind_int(s, 1, output->file);
    db_bind_int(s, 2, output->version);
    db_bind_int(s, 3, last->id);
    last->made = output->version;
    return db_write(state->db, s, err) &&
           (!is_new || drop_other(state, output->file, err));
}

bool
state_put_output(struct state *state, const struct state_output *output,
                 struct error *err)
{
    assert(output->file != 0 && output->version != 0);
    if (!store_need_action(state, output->key, RECORD_NONE, err)) {
        return false;
    }
    if (strcmp(output->key, output->path) == 0) {
        return put_made(state, output, err);
    }
    struct statement *s =
        db_take(state->db, SLOT_OUTPUT_PUT,
                "INSERT INTO output VALUES (?1, ?2, ?3, ?4)"
                " ON CONFLICT DO UPDATE SET action = ?3, version = ?4"
                " WHERE action <> ?3 OR version <> ?4");
    db_bind_int(s, 1, output->file);
    db_bind_int(s, 2, state->build_file_id);
    db_bind_int(s, 3, state->last.id);
    db_bind_int(s, 4, output->version);
    return db_write(state->db, s, err) &&
           drop_made(state, output->path, output->file, err);
}

bool
state_drop_output(struct state *state, const char *path, uint32_t file,
                  bool removed, struct error *err)
{
    if (!store_begin(state, err) || !drop_other(state, file, err) ||
        !drop_made(state, path, file, err)) {
        return false;
    }
    if (!removed) {
        return true;
    }
    struct statement *s = db_take(state->db, SLOT_REMOVED_ADD,
                                  "INSERT INTO removed VALUES (?, ?)");
    db_bind_int(s, 1, (int64_t)state->run);
    db_bind_int(s, 2, file);
    return db_write(state->db, s, err);
}

/* True if the question has an answer. */
static bool
is_found(struct state *state, struct statement *question)
{
    bool found = db_step(state->db, question);
    if (found) {
        db_reset(question);
    }
    return found;
}

bool
state_output_is_foreign(struct state *state, const char *path, uint32_t file)
{
    struct statement *question =
        db_take(state->db, SLOT_OUTPUT_FOREIGN,
                "SELECT 1 FROM output WHERE file = ? AND build_file <> ?");
    db_bind_int(question, 1, file);
    db_bind_int(question, 2, state->build_file_id);
    if (is_found(state, question)) {
        return true;
    }
    question = db_take(state->db, SLOT_MADE_FOREIGN,
                       "SELECT 1 FROM action WHERE key = ?1"
                       " AND build_file <> ?2 AND key_hash = ?3"
                       " AND made IS NOT NULL");
    bind_named(state, question, path, file);
    return is_found(state, question);
}

bool
state_list_removed(struct state *state, uint64_t run, state_removed_fn *call,
                   void *ctx, struct error *err)
{
    struct buffer path = {0};
    store_load_dirs(state);
    struct statement *s =
        db_take(state->db, SLOT_REMOVED_LIST,
                "SELECT parent, name FROM removed JOIN file ON id = file"
                " WHERE run = ?");
    db_bind_int(s, 1, (int64_t)run);
    while (db_step(state->db, s)) {
        call(ctx, store_path_of_row(state, s, 0, &path));
    }
    buffer_finish(&path);
    return store_load_is_done(state, err);
}
