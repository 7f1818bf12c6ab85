/* SPDX-License-Identifier: MIT */
/*
 * Records of a build file that another one was made from. They are copied whole,
 * in one transaction with the row of the new file, so that a kill leaves either
 * all or none of them. What does not hold of the new graph shows when it is judged,
 * as with any record.
 */
#include "exec/state/store.h"

#include <assert.h>

/* Runs stay what they are: of the other file. */
static bool
copy_actions(struct state *state, int64_t from, struct error *err)
{
    struct statement *s = db_take(
        state->db, SLOT_ACTION_INHERIT,
        "INSERT INTO action"
        " (id, build_file, key_hash, status, run, manifest, made,"
        " value, key)"
        " SELECT n.id + a.id, ?1, key_hash, status, run, manifest - n.id,"
        " made, value, key FROM action AS a, " STORE_NEXT(
            "action") " WHERE build_file = ?2 AND status > 0");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_int(s, 2, from);
    return db_write(state->db, s, err);
}

/* What was made is from now on ours as well, to clean and to remove. */
static bool
copy_outputs(struct state *state, int64_t from, struct error *err)
{
    struct statement *s =
        db_take(state->db, SLOT_OUTPUT_INHERIT,
                "INSERT INTO output (file, build_file, action,"
                " version) SELECT o.file, ?1, n.id, o.version FROM output AS o"
                " JOIN action AS a ON a.id = o.action"
                " JOIN action AS n ON n.key_hash = a.key_hash"
                " AND n.key = a.key AND n.build_file = ?1"
                " WHERE o.build_file = ?2");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_int(s, 2, from);
    return db_write(state->db, s, err);
}

bool
state_inherit(struct state *state, const char *build_file, struct error *err)
{
    assert(state->db != NULL || state->read_only);
    int64_t from = 0;
    bool has_records = state->db == NULL || state->build_file_id != 0;
    if (!has_records && !store_find_build_file(state, build_file, &from, err)) {
        return false;
    }
    if (from == 0) {
        return true;
    }
    if (state->read_only) {
        state->build_file_id = from; // Nothing is written: it is read as ours.
        return true;
    }
    return store_begin_files(state, err) && copy_actions(state, from, err) &&
           copy_outputs(state, from, err);
}
