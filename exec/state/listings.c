/* SPDX-License-Identifier: MIT */
/* What was below watched folders when their actions looked last. */
#include "exec/base/memory.h"
#include "exec/state/past.h"
#include "exec/state/store.h"

#include <assert.h>

bool
state_find_listing(struct state *state, const char *key, const char *dir,
                   char **listing, size_t *len)
{
    if (!store_find_action(state, key)) {
        return false;
    }
    struct statement *s =
        db_take(state->db, SLOT_LISTING_FIND,
                "SELECT entries FROM listing WHERE action = ? AND dir = ?");
    db_bind_int(s, 1, state->last.id);
    db_bind_text(s, 2, dir);
    if (!db_step(state->db, s)) {
        return false;
    }
    struct slice bytes = db_bytes(s, 0);
    *listing = mem_copy(bytes.bytes, bytes.len);
    *len = bytes.len;
    db_reset(s);
    return true;
}

bool
state_put_listing(struct state *state, const char *key, const char *dir,
                  struct slice listing, struct error *err)
{
    assert(key && dir);
    if (!store_need_action(state, key, RECORD_NONE, err)) {
        return false;
    }
    struct statement *s = db_take(state->db, SLOT_LISTING_PUT,
                                  "INSERT INTO listing VALUES (?1, ?2, ?3)"
                                  " ON CONFLICT DO UPDATE SET entries = ?3");
    db_bind_int(s, 1, state->last.id);
    db_bind_text(s, 2, dir);
    db_bind_bytes(s, 3, listing.bytes, listing.len);
    return db_write(state->db, s, err);
}
