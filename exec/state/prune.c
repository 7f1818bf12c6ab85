/* SPDX-License-Identifier: MIT */
/*
 * Runs go when they are older than the last 50, with what belongs to them.
 * Now and then manifests that neither a record nor a kept run names go too,
 * and after them the file versions that no manifest and no file names.
 */
#include "exec/state/prune.h"

#include "exec/base/memory.h"
#include "exec/state/body.h"

#include <stdlib.h>

#define RUNS_KEPT 50
#define SWEEP_EVERY 16

/* Runs one statement whose parameter is the last run to forget. */
static void
delete_below(struct state *state, int slot, const char *sql, int64_t run)
{
    struct statement *s = db_take(state->db, slot, sql);
    db_bind_int(s, 1, run);
    while (db_step(state->db, s)) {
    }
}

struct marks {
    unsigned char *used; /* by version id */
    uint64_t count;
};

/* Grows as ids come, in any order. */
static void
mark(struct marks *marks, uint64_t version)
{
    if (version >= marks->count) {
        uint64_t count = version * 2 + 1024;
        marks->used = mem_resize(marks->used, count, 1);
        for (uint64_t i = marks->count; i < count; i++) {
            marks->used[i] = 0;
        }
        marks->count = count;
    }
    marks->used[version] = 1;
}

/* A damaged body marks nothing: its action is built again. */
static void
mark_body(struct marks *marks, struct slice body)
{
    uint32_t count;
    struct slice versions;
    struct slice entries;
    uint64_t version;
    if (!body_open(body, &count, &versions, &entries)) {
        return;
    }
    while (body_take_number(&versions, &version) && version <= UINT32_MAX) {
        mark(marks, version);
    }
}

/* Versions that a manifest, a file or an output names stay. */
static void
sweep_versions(struct state *state)
{
    struct marks marks = {0};
    struct statement *s =
        db_take(state->db, SLOT_PRUNE_LIST, "SELECT body FROM manifest");
    while (db_step(state->db, s)) {
        mark_body(&marks, db_bytes(s, 0));
    }
    s = db_take(state->db, SLOT_PRUNE_LATEST,
                "SELECT version FROM file WHERE version > 0"
                " UNION ALL SELECT version FROM output WHERE version > 0");
    while (db_step(state->db, s)) {
        mark(&marks, (uint64_t)db_int(s, 0));
    }
    s = db_take(state->db, SLOT_PRUNE_ALL, "SELECT id FROM version");
    struct statement *drop = db_take(state->db, SLOT_PRUNE_VERSION,
                                     "DELETE FROM version WHERE id = ?");
    while (db_step(state->db, s)) {
        int64_t id = db_int(s, 0);
        if ((uint64_t)id >= marks.count || !marks.used[id]) {
            db_bind_int(drop, 1, id);
            while (db_step(state->db, drop)) {
            }
        }
    }
    free(marks.used);
}

/* And after them the command parts that none has any more. */
static void
sweep_manifests(struct state *state)
{
    struct statement *s =
        db_take(state->db, SLOT_PRUNE_MANIFEST,
                "DELETE FROM manifest WHERE hash NOT IN ("
                "SELECT manifest FROM record WHERE manifest IS NOT NULL"
                " UNION SELECT manifest FROM action_run"
                " WHERE manifest IS NOT NULL"
                " UNION SELECT previous FROM action_run"
                " WHERE previous IS NOT NULL)");
    while (db_step(state->db, s)) {
    }
    s = db_take(state->db, SLOT_PRUNE_COMMAND,
                "DELETE FROM command WHERE hash NOT IN ("
                "SELECT command FROM manifest)");
    while (db_step(state->db, s)) {
    }
}

void
prune_state(struct state *state)
{
    int64_t oldest = (int64_t)state->run - RUNS_KEPT;
    if (oldest <= 0) {
        return;
    }
    delete_below(state, SLOT_PRUNE_RUN, "DELETE FROM run WHERE id <= ?",
                 oldest);
    /* The latest run of each action stays, however old: `why` asks for it. */
    delete_below(state, SLOT_PRUNE_ACTION_RUN,
                 "DELETE FROM action_run WHERE run <= ? AND id < ("
                 "SELECT max(id) FROM action_run AS later"
                 " WHERE later.build_file = action_run.build_file"
                 " AND later.key = action_run.key)",
                 oldest);
    delete_below(state, SLOT_PRUNE_REMOVED,
                 "DELETE FROM removed WHERE run <= ?", oldest);
    if (state->run % SWEEP_EVERY == 0) {
        sweep_manifests(state);
        sweep_versions(state);
    }
}
