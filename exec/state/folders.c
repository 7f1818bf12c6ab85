/* SPDX-License-Identifier: MIT */
/* The folders that ronin made, whichever build file asked for them. */
#include "exec/state/ours.h"

#include "exec/state/store.h"

#include <assert.h>
#include <string.h>

bool
state_put_folder(struct state *state, const char *path, struct error *err)
{
    assert(path[0] != '\0');
    if (!store_begin(state, err)) {
        return false;
    }
    struct statement *s = db_take(state->db, SLOT_FOLDER_PUT,
                                  "INSERT OR IGNORE INTO folder VALUES (?)");
    db_bind_bytes(s, 1, path, strlen(path));
    return db_write(state->db, s, err);
}

bool
state_has_folder(struct state *state, const char *path)
{
    struct statement *s = db_take(state->db, SLOT_FOLDER_FIND,
                                  "SELECT 1 FROM folder WHERE path = ?");
    db_bind_bytes(s, 1, path, strlen(path));
    bool found = db_step(state->db, s);
    if (found) {
        db_reset(s);
    }
    return found;
}

bool
state_drop_folder(struct state *state, const char *path, struct error *err)
{
    if (!store_begin(state, err)) {
        return false;
    }
    struct statement *s = db_take(state->db, SLOT_FOLDER_DROP,
                                  "DELETE FROM folder WHERE path = ?");
    db_bind_bytes(s, 1, path, strlen(path));
    return db_write(state->db, s, err);
}
