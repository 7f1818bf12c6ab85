/* SPDX-License-Identifier: MIT */
/* Questions about the outputs that are recorded. */
#include "exec/state/ours.h"

#include "exec/state/store.h"

/* Whether a question about an output of some build file has an answer. */
static bool
is_output(struct state *state, struct statement *question, uint32_t file)
{
    db_bind_int(question, 1, file);
    db_bind_int(question, 2, state->build_file_id);
    bool found = db_step(state->db, question);
    if (found) {
        db_reset(question);
    }
    return found;
}

bool
state_output_is_foreign(struct state *state, uint32_t file)
{
    return is_output(
        state,
        db_take(state->db, SLOT_OUTPUT_FOREIGN,
                "SELECT 1 FROM output WHERE file = ? AND build_file <> ?"),
        file);
}

bool
state_output_is_known(struct state *state, uint32_t file)
{
    return is_output(
        state,
        db_take(state->db, SLOT_OUTPUT_KNOWN,
                "SELECT 1 FROM output WHERE file = ? AND build_file = ?"),
        file);
}
