/* SPDX-License-Identifier: MIT */
/*
 * Runs go when they are older than the last 50, with what belongs to them.
 * Now and then manifests that neither a record nor a kept run names go too,
 * and after them the file versions that no manifest and no file names.
 */
#include "exec/state/prune.h"

#include "exec/base/memory.h"
#include "exec/state/body.h"

#include <assert.h>
#include <stdlib.h>

/* What belongs to the runs takes a walk through all rows. */
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
    struct body_versions versions;
    struct slice entries;
    uint32_t version;
    if (!body_open(body, &versions, &entries)) {
        return;
    }
    while (body_take_version(&versions, &version)) {
        mark(marks, version);
    }
}

/* Versions that a manifest, a file or an output names stay, and the first one
 * of each file, which is the row of the file. */
static void
sweep_versions(struct state *state)
{
    struct marks marks = {0};
    struct statement *s =
        db_take(state->db, SLOT_PRUNE_LIST, "SELECT body FROM manifest");
    while (db_step(state->db, s)) {
        mark_body(&marks, db_bytes(s, 0));
    }
    s = db_take(state->db, SLOT_PRUNE_NAMED,
                "SELECT latest FROM file WHERE latest > 0"
                " UNION ALL SELECT version FROM output WHERE version > 0"
                " UNION ALL SELECT key + made FROM action"
                " WHERE made IS NOT NULL");
    while (db_step(state->db, s)) {
        mark(&marks, (uint64_t)db_int(s, 0));
    }
    s = db_take(state->db, SLOT_PRUNE_ALL,
                "SELECT id FROM file WHERE name IS NULL");
    struct statement *drop =
        db_take(state->db, SLOT_PRUNE_VERSION, "DELETE FROM file WHERE id = ?");
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
    struct statement *s = db_take(state->db, SLOT_PRUNE_MANIFEST,
                                  "DELETE FROM manifest WHERE id NOT IN ("
                                  "SELECT id + manifest FROM action"
                                  " WHERE manifest IS NOT NULL"
                                  " UNION SELECT id + manifest FROM action_run"
                                  " WHERE manifest IS NOT NULL"
                                  " UNION SELECT id + previous FROM action_run"
                                  " WHERE previous IS NOT NULL)");
    while (db_step(state->db, s)) {
    }
    s = db_take(state->db, SLOT_PRUNE_COMMAND,
                "DELETE FROM command WHERE id NOT IN ("
                "SELECT id + command FROM manifest"
                " UNION SELECT id + base FROM command WHERE base IS NOT NULL)");
    while (db_step(state->db, s)) {
    }
    store_forget_commands(state); // It may offer what is gone.
}

/* What belongs to runs that are gone, but for the latest run of each action,
 * however old: `why` asks for it. */
static void
sweep(struct state *state, int64_t oldest)
{
    delete_below(state, SLOT_PRUNE_ACTION_RUN,
                 "DELETE FROM action_run WHERE run <= ?1 AND id <> ("
                 "SELECT a.id + a.latest FROM action AS a"
                 " WHERE a.id = action_run.id + action_run.action)",
                 oldest);
    delete_below(state, SLOT_PRUNE_REMOVED,
                 "DELETE FROM removed WHERE run <= ?", oldest);
    struct statement *s = db_take(state->db, SLOT_PRUNE_WHY,
                                  "DELETE FROM why WHERE id NOT IN"
                                  " (SELECT why FROM action_run)");
    while (db_step(state->db, s)) {
    }
    store_forget_whys(state); // They may be gone.
    s = db_take(state->db, SLOT_PRUNE_GRAPH,
                "DELETE FROM graph WHERE id < (SELECT min(r.graph)"
                " FROM run AS r WHERE r.build_file = graph.build_file"
                " AND r.graph > 0)");
    while (db_step(state->db, s)) {
    }
    sweep_manifests(state);
    sweep_versions(state);
}

/* The newest run that does not belong to the last so many; 0: there is none. */
static int64_t
last_to_forget(struct state *state, uint32_t keep)
{
    int64_t run = 0;
    struct statement *s =
        db_take(state->db, SLOT_PRUNE_NTH,
                "SELECT id FROM run ORDER BY id DESC LIMIT 1 OFFSET ?");
    db_bind_int(s, 1, keep);
    if (db_step(state->db, s)) {
        run = db_int(s, 0);
        db_reset(s);
    }
    return run;
}

/* Forgets runs that are older than the last `keep`. */
static int64_t
forget_runs(struct state *state, uint32_t keep)
{
    int64_t oldest = last_to_forget(state, keep);
    if (oldest > 0) {
        delete_below(state, SLOT_PRUNE_RUN, "DELETE FROM run WHERE id <= ?",
                     oldest);
    }
    return oldest;
}

static int64_t
used_bytes(struct state *state)
{
    int64_t unused = 0;
    int64_t size = db_size(state->db, &unused);
    return size - unused;
}

/* As often halves what is kept as the size asks for it; the last run stays. */
static void
prune_to_size(struct state *state, const struct state_kept *kept)
{
    uint32_t runs = kept->runs;
    while (kept->bytes > 0 && runs > 1 && !db_is_failed(state->db) &&
           used_bytes(state) > kept->bytes) {
        runs /= 2;
        int64_t oldest = forget_runs(state, runs);
        if (oldest > 0) {
            sweep(state, oldest);
        }
    }
}

void
prune_state(struct state *state, uint64_t run)
{
    const struct state_kept kept = {STATE_RUNS_KEPT, STATE_BYTES_KEPT};
    int64_t oldest = forget_runs(state, kept.runs);
    if (run % SWEEP_EVERY != 0) {
        return;
    }
    if (oldest > 0) {
        sweep(state, oldest);
    }
    prune_to_size(state, &kept);
}

uint32_t
store_count_runs(struct state *state)
{
    struct statement *s =
        db_take(state->db, SLOT_PRUNE_COUNT, "SELECT count(*) FROM run");
    uint32_t count = 0;
    if (db_step(state->db, s)) {
        count = (uint32_t)db_int(s, 0);
        db_reset(s);
    }
    return count;
}

bool
state_prune(struct state *state, const struct state_kept *kept,
            struct state_pruned *pruned, struct error *err)
{
    assert(!state->read_only && kept->runs > 0);
    int64_t unused = 0;
    uint32_t before = store_count_runs(state);
    pruned->bytes_before = db_size(state->db, &unused);
    if (!store_begin(state, err)) {
        return false;
    }
    int64_t oldest = forget_runs(state, kept->runs);
    sweep(state, oldest);
    prune_to_size(state, kept);
    pruned->runs = before - store_count_runs(state);
    if (db_is_failed(state->db)) {
        return db_fail(state->db, err);
    }
    store_forget(state);
    bool done = db_compact(state->db, err);
    pruned->bytes_after = done ? db_size(state->db, &unused) : 0;
    return done;
}
