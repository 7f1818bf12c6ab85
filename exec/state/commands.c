/* SPDX-License-Identifier: MIT */
/*
 * The command parts of manifests: whole, or as a difference to one that is
 * whole. See pack.h.
 */
#include "exec/base/memory.h"
#include "exec/base/shrink.h"
#include "exec/state/state.h"
#include "exec/state/store.h"

#include <assert.h>
#include <stdlib.h>

/* So many of the newest are offered as bases when the first one is stored. */
#define BASES_LOADED "64"

/* What an earlier process stored whole. */
static void
need_packer(struct state *state)
{
    if (state->packer) {
        return;
    }
    state->packer = packer_create();
    struct statement *s = db_take(state->db, SLOT_COMMAND_BASES,
                                  "SELECT id, text FROM command"
                                  " WHERE id IN (SELECT base FROM command"
                                  " ORDER BY id DESC LIMIT " BASES_LOADED ")");
    while (db_step(state->db, s)) {
        packer_add_base(state->packer, (uint32_t)db_int(s, 0), db_bytes(s, 1));
    }
}

/* True if the stored text is this one. Equal hashes alone are not believed:
 * here, it costs little to look. */
static bool
is_same_text(struct state *state, uint32_t id, struct slice text)
{
    char *stored = NULL;
    size_t len = 0;
    bool same = id != 0 && state_command_text(state, id, &stored, &len) &&
                slice_equal((struct slice){stored, len}, text);
    free(stored);
    return same;
}

bool
store_put_command(struct state *state, struct hash128 hash, struct slice text,
                  uint32_t *id, struct error *err)
{
    assert(text.bytes);
    if (is_same_text(state, *id, text)) {
        return true;
    }
    struct buffer packed = {0};
    uint32_t base = 0;
    need_packer(state);
    bool is_packed = packer_pack(state->packer, text, &packed, &base);
    struct slice stored = is_packed ? buffer_slice(&packed) : text;
    struct statement *s = db_take(state->db, SLOT_COMMAND_ADD,
                                  "INSERT INTO command (base, hash, len, text)"
                                  " VALUES (nullif(?, 0), ?, ?, ?)");
    db_bind_int(s, 1, is_packed ? base : 0);
    db_bind_hash(s, 2, hash);
    db_bind_int(s, 3, (int64_t)text.len);
    db_bind_bytes(s, 4, stored.bytes, stored.len);
    bool done = db_write(state->db, s, err);
    *id = done ? (uint32_t)db_last_id(state->db) : 0;
    if (done && !is_packed) {
        packer_add_base(state->packer, *id, text);
    }
    buffer_finish(&packed);
    return done;
}

bool
state_command_text(struct state *state, uint32_t id, char **text, size_t *len)
{
    struct statement *s =
        db_take(state->db, SLOT_COMMAND_FIND,
                "SELECT c.text, c.len, c.base IS NOT NULL, b.text"
                " FROM command AS c LEFT JOIN command AS b ON b.id = c.base"
                " WHERE c.id = ?");
    db_bind_int(s, 1, id);
    if (!db_step(state->db, s)) {
        return false;
    }
    struct slice stored = db_bytes(s, 0);
    *len = (size_t)db_int(s, 1);
    if (db_int(s, 2) != 0) {
        *text = shrink_open_text(db_bytes(s, 3), stored, *len);
    } else {
        *len = stored.len;
        *text = mem_copy(stored.bytes, stored.len);
    }
    db_reset(s);
    return *text != NULL;
}
