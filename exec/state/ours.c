/* SPDX-License-Identifier: MIT */
/* Questions about the outputs that are recorded. */
#include "exec/state/ours.h"

#include "exec/state/store.h"

bool
state_output_is_foreign(struct state *state, uint32_t file)
{
    struct statement *question =
        db_take(state->db, SLOT_OUTPUT_FOREIGN,
                "SELECT 1 FROM output WHERE file = ? AND build_file <> ?");
    db_bind_int(question, 1, file);
    db_bind_int(question, 2, state->build_file_id);
    bool found = db_step(state->db, question);
    if (found) {
        db_reset(question);
    }
    return found;
}
