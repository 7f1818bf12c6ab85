/* SPDX-License-Identifier: MIT */
/*
 * Why actions ran, each text once: what one changed header was the reason for
 * differs in nothing from one action to the next. A long text is packed, as
 * sizes and times are written in much the same words each time.
 */
#include "exec/backend/hash.h"
#include "exec/base/shrink.h"
#include "exec/state/state.h"
#include "exec/state/store.h"

#include <assert.h>
#include <string.h>

/* What packing does to a shorter text is not worth opening it. */
#define PACKED_MIN 64

/* What every text is packed against; part of the format. */
static const char words[] = "size 10, mode 755, mtime 20\0"
                            "size 1, mode 644, mtime 20";

static struct slice
base_words(void)
{
    return (struct slice){words, sizeof(words) - 1};
}

static bool
add_why(struct state *state, struct slice text, int64_t *id, struct error *err)
{
    struct buffer packed = {0};
    bool is_packed = text.len >= PACKED_MIN &&
                     shrink_text(base_words(), text, text.len - 1, &packed);
    struct slice stored = is_packed ? buffer_slice(&packed) : text;
    struct statement *s = db_take(state->db, SLOT_WHY_ADD,
                                  "INSERT INTO why (len, text) VALUES (?, ?)");
    db_bind_int(s, 1, is_packed ? (int64_t)text.len : 0);
    db_bind_bytes(s, 2, stored.bytes, stored.len);
    bool done = db_write(state->db, s, err);
    buffer_finish(&packed);
    *id = done ? db_last_id(state->db) : 0;
    return done;
}

bool
store_put_why(struct state *state, struct slice text, int64_t *id,
              struct error *err)
{
    assert(db_is_pending(state->db));
    *id = 0;
    if (text.len == 0) {
        return true;
    }
    struct hash128 hash = hash_default()->bytes(text.bytes, text.len);
    struct store_why *known = &state->told[hash.low % STORE_WHYS];
    if (known->id == 0 || !hash_equal(known->hash, hash)) {
        known->hash = hash;
        if (!add_why(state, text, &known->id, err)) {
            return false;
        }
    }
    *id = known->id;
    return true;
}

struct slice
store_open_why(struct slice stored, size_t len, char **owned)
{
    assert(owned);
    *owned = len == 0 ? NULL : shrink_open_text(base_words(), stored, len);
    if (len == 0) {
        return stored;
    }
    return (struct slice){*owned, *owned ? len : 0};
}

void
store_forget_whys(struct state *state)
{
    memset(state->told, 0, sizeof(state->told));
}
