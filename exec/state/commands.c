/* SPDX-License-Identifier: MIT */
/*
 * The command parts of manifests: whole, or as edits of another one. See
 * pack.h. Of earlier tables there are differences in LZ4's form, which have
 * their length beside them.
 */
#include "exec/base/edit.h"
#include "exec/base/memory.h"
#include "exec/base/shrink.h"
#include "exec/state/state.h"
#include "exec/state/store.h"

#include <assert.h>
#include <stdlib.h>

/* So many of the newest are offered as bases when the first one is stored. */
#define BASES_LOADED 64

/* --- Opening ------------------------------------------------------------------- */

/* A row as it is stored. */
struct stored {
    uint32_t id;
    uint32_t base; /* 0: it is whole */
    size_t len;    /* not 0: a difference in LZ4's form */
    char *bytes;   /* owned */
    size_t bytes_len;
};

static bool
read_stored(struct state *state, uint32_t id, struct stored *stored)
{
    struct statement *s =
        db_take(state->db, SLOT_COMMAND_FIND,
                "SELECT id + base, len, text FROM command WHERE id = ?");
    db_bind_int(s, 1, id);
    if (!db_step(state->db, s)) {
        return false;
    }
    struct slice text = db_bytes(s, 2);
    *stored = (struct stored){
        .id = id,
        .base = (uint32_t)db_int(s, 0),
        .len = (size_t)db_int(s, 1),
        .bytes = mem_copy(text.bytes, text.len),
        .bytes_len = text.len,
    };
    db_reset(s);
    return true;
}

static struct store_command *
opened_place(struct state *state, uint32_t id)
{
    return &state->opened[id % STORE_OPENED];
}

/* Whoever opens one command opens the next one soon, which builds on it. */
static void
remember_opened(struct state *state, uint32_t id, char *text, size_t len,
                uint32_t depth)
{
    struct store_command *place = opened_place(state, id);
    free(place->text);
    *place = (struct store_command){id, depth, text, len};
}

/* From the base to the text of a row; takes the base over. */
static char *
open_stored(const struct stored *stored, char *base, size_t *len)
{
    struct slice from = {base, *len};
    struct slice bytes = {stored->bytes, stored->bytes_len};
    char *text = NULL;
    if (stored->len != 0) {
        text = shrink_open_text(from, bytes, stored->len);
        *len = stored->len;
    } else {
        text = edit_open(from, bytes, PACK_TEXT_MAX, len);
    }
    free(base);
    return text;
}

/* Rows from the wanted one back to one that is whole, or open already. */
static uint32_t
read_chain(struct state *state, uint32_t id, struct stored *chain,
           const struct store_command **known)
{
    uint32_t count = 0;
    *known = NULL;
    while (id != 0 && count <= PACK_DEPTH) {
        const struct store_command *place = opened_place(state, id);
        if (place->id == id) {
            *known = place;
            return count;
        }
        if (!read_stored(state, id, &chain[count])) {
            break;
        }
        id = chain[count++].base;
    }
    return count;
}

/* Text and depth of a command part, malloc'ed; NULL if it is not there, or
 * damaged: rows of more edits than there can be are. */
static char *
open_command(struct state *state, uint32_t id, size_t *len, uint32_t *depth)
{
    struct stored chain[PACK_DEPTH + 1];
    const struct store_command *known;
    uint32_t count = read_chain(state, id, chain, &known);
    uint32_t left = count;
    char *text = NULL;
    *depth = 0;
    if (known) {
        *len = known->len;
        *depth = known->depth;
        text = mem_copy(known->text, known->len);
    } else if (count > 0 && chain[count - 1].base == 0) {
        left--;
        *len = chain[left].bytes_len;
        text = mem_copy(chain[left].bytes, *len);
    }
    while (text && left > 0) {
        text = open_stored(&chain[--left], text, len);
        ++*depth;
    }
    for (uint32_t i = 0; i < count; i++) {
        free(chain[i].bytes);
    }
    if (text && count > 0) {
        remember_opened(state, id, mem_copy(text, *len), *len, *depth);
    }
    return text;
}

bool
state_command_text(struct state *state, uint32_t id, char **text, size_t *len)
{
    uint32_t depth;
    *text = open_command(state, id, len, &depth);
    return *text != NULL;
}

void
store_forget_commands(struct state *state)
{
    packer_destroy(state->packer);
    state->packer = NULL;
    for (uint32_t i = 0; i < STORE_OPENED; i++) {
        free(state->opened[i].text);
        state->opened[i] = (struct store_command){0};
    }
}

/* --- Storing ------------------------------------------------------------------- */

/* What earlier processes stored, the newest last. */
static void
need_packer(struct state *state)
{
    uint32_t ids[BASES_LOADED];
    uint32_t count = 0;
    if (state->packer) {
        return;
    }
    state->packer = packer_create();
    struct statement *s =
        db_take(state->db, SLOT_COMMAND_BASES,
                "SELECT id FROM command ORDER BY id DESC LIMIT ?");
    db_bind_int(s, 1, BASES_LOADED);
    while (db_step(state->db, s) && count < BASES_LOADED) {
        ids[count++] = (uint32_t)db_int(s, 0);
    }
    while (count > 0) {
        size_t len = 0;
        uint32_t depth = 0;
        char *text = open_command(state, ids[--count], &len, &depth);
        if (text && depth <= PACK_DEPTH) {
            packer_add(state->packer, ids[count], (struct slice){text, len},
                       depth);
        }
        free(text);
    }
}

/* True if the stored text is this one. */
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
store_put_command(struct state *state, struct slice text, uint32_t *id,
                  struct error *err)
{
    assert(text.bytes);
    if (is_same_text(state, *id, text)) {
        return true;
    }
    struct buffer packed = {0};
    uint32_t base = 0;
    uint32_t depth = 0;
    need_packer(state);
    bool is_packed = packer_pack(state->packer, text, &packed, &base, &depth);
    struct slice stored = is_packed ? buffer_slice(&packed) : text;
    struct statement *s = db_take(state->db, SLOT_COMMAND_ADD,
                                  "INSERT INTO command (id, base, text)"
                                  " SELECT n.id, ? - n.id, ?"
                                  " FROM " STORE_NEXT("command"));
    db_bind_number(s, 1, base);
    db_bind_bytes(s, 2, stored.bytes, stored.len);
    bool done = db_write(state->db, s, err);
    *id = done ? (uint32_t)db_last_id(state->db) : 0;
    if (done) {
        packer_add(state->packer, *id, text, depth);
    }
    buffer_finish(&packed);
    return done;
}
