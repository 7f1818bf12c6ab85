/* SPDX-License-Identifier: MIT */
/* See examine.h. */
#include "exec/state/examine.h"

#include "exec/state/store.h"

#include <stdlib.h>
#include <string.h>

/* The first finding of SQLite's own check, which is one row "ok" if there is
 * none; NULL as well where reading stopped with an error, which is returned. */
static char *
find_damage(struct state *state)
{
    static const char sound[] = "ok";
    char *damage = NULL;
    struct statement *s =
        db_take(state->db, SLOT_EXAMINE, "PRAGMA integrity_check(1)");
    if (db_step(state->db, s)) {
        struct slice text = db_bytes(s, 0);
        if (!slice_equal(text, slice_of(sound))) {
            damage = strndup(text.bytes, text.len);
        }
        db_reset(s);
    }
    struct error err = {0};
    if (damage == NULL && db_is_failed(state->db)) {
        (void)!db_fail(state->db, &err);
        damage = strdup(err.what);
        error_finish(&err);
    }
    return damage;
}

void
state_examine(struct state *state, struct state_condition *condition)
{
    *condition = (struct state_condition){0};
    condition->bytes = db_size(state->db, &condition->unused_bytes);
    condition->runs = store_count_runs(state);
    condition->damage = find_damage(state);
}

void
state_condition_finish(struct state_condition *condition)
{
    free(condition->damage);
    condition->damage = NULL;
}
