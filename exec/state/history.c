/* SPDX-License-Identifier: MIT */
/*
 * What earlier runs did: the runs, how each action of them ended, and the
 * versions of the graph that they were made from.
 */
#include "exec/base/memory.h"
#include "exec/state/state.h"
#include "exec/state/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- Runs of actions ------------------------------------------------------------ */

/* The manifest before this run: put_record has already replaced it where the
 * run was a success. */
static uint32_t
previous_manifest(const struct store_action *action)
{
    return action->is_fresh ? action->previous : action->manifest;
}

/* Only actions that told of any have a row. */
static bool
put_warned(struct state *state, int64_t action, uint32_t count,
           struct error *err)
{
    struct statement *s =
        count == 0 ? db_take(state->db, SLOT_WARNED_DROP,
                             "DELETE FROM warned WHERE action = ?")
                   : db_take(state->db, SLOT_WARNED_PUT,
                             "INSERT OR REPLACE INTO warned VALUES (?, ?)");
    db_bind_int(s, 1, action);
    if (count != 0) {
        db_bind_int(s, 2, count);
    }
    return db_write(state->db, s, err);
}

bool
state_list_warned(struct state *state, state_warned_fn *call, void *ctx,
                  struct error *err)
{
    struct statement *s =
        db_take(state->db, SLOT_WARNED_LIST,
                "SELECT " STORE_KEY ", count FROM warned AS w"
                " JOIN action AS a ON a.id = w.action" STORE_KEY_JOIN
                " WHERE build_file = ?1"
                " AND status IN (?2, ?3)");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_int(s, 2, RECORD_VALID);
    db_bind_int(s, 3, RECORD_UNSETTLED);
    while (db_step(state->db, s)) {
        char *key = store_key_of_row(state, s, 0);
        call(ctx, key, (uint32_t)db_int(s, 3));
        free(key);
    }
    return store_load_is_done(state, err);
}

bool
state_add_action_run(struct state *state, const char *key,
                     const struct state_action_run *run, struct error *err)
{
    assert(key && run);
    int64_t why;
    if (!store_need_action(state, key, run->status, err) ||
        !store_put_why(state, run->reasons, &why, err)) {
        return false;
    }
    struct store_action *action = &state->last;
    struct statement *s =
        db_take(state->db, SLOT_ACTION_RUN_ADD,
                "INSERT INTO action_run SELECT n.id, ? - n.id, ?, ?, ?, ?, ?,"
                " ?, ?, ?, ? - n.id, ? - n.id, ?, ?"
                " FROM " STORE_NEXT("action_run"));
    db_bind_int(s, 1, action->id);
    db_bind_int(s, 2, (int64_t)state->run);
    db_bind_int(s, 3, (int64_t)run->status);
    db_bind_int(s, 4, run->started_unix_us - state->run_started_unix_us);
    db_bind_int(s, 5, run->duration_us);
    db_bind_int(s, 6, run->cpu_us);
    db_bind_int(s, 7, run->peak_kib);
    db_bind_int(s, 8, run->exit_code);
    db_bind_int(s, 9, run->signal);
    db_bind_number(s, 10, action->is_fresh ? action->manifest : 0);
    db_bind_number(s, 11, previous_manifest(action));
    db_bind_int(s, 12, why);
    db_bind_bytes(s, 13, run->output.len > 0 ? run->output.bytes : NULL,
                  run->output.len);
    if (!db_write(state->db, s, err)) {
        return false;
    }
    action->is_fresh = false;
    s = db_take(state->db, SLOT_ACTION_LATEST,
                "UPDATE action SET latest = ? - id WHERE id = ?");
    db_bind_int(s, 1, db_last_id(state->db));
    db_bind_int(s, 2, action->id);
    return db_write(state->db, s, err) &&
           put_warned(state, action->id, run->warnings, err);
}

#define ACTION_RUN_COLUMNS                                                     \
    "SELECT ar.id, ar.run, started_after_us + coalesce(r.started_unix_us, 0)," \
    " duration_us, cpu_us, peak_kib, exit_code, signal, ar.status,"            \
    " ar.id + ar.manifest, ar.id + previous, w.text, output, "                 \
    "w.len, " STORE_KEY " FROM action_run AS ar"                               \
    " LEFT JOIN run AS r ON r.id = ar.run LEFT JOIN why AS w ON w.id = ar.why" \
    " JOIN action AS a ON a.id = ar.id + ar.action" STORE_KEY_JOIN

/* Texts belong to the row, the reasons to *owned where that is not NULL. */
static struct state_action_run
action_run_of_row(struct statement *s, char **owned)
{
    return (struct state_action_run){
        .id = (uint64_t)db_int(s, 0),
        .run = (uint64_t)db_int(s, 1),
        .started_unix_us = db_int(s, 2),
        .duration_us = db_int(s, 3),
        .cpu_us = db_int(s, 4),
        .peak_kib = db_int(s, 5),
        .exit_code = (int)db_int(s, 6),
        .signal = (int)db_int(s, 7),
        .status = (enum record_status)db_int(s, 8),
        .manifest = (uint32_t)db_int(s, 9),
        .previous = (uint32_t)db_int(s, 10),
        .reasons =
            store_open_why(db_bytes(s, 11), (size_t)db_int(s, 13), owned),
        .output = db_bytes(s, 12),
    };
}

/* The latest is found by its number; an older one by a walk through rows, which
 * no build does. */
bool
state_find_action_run(struct state *state, const char *key, uint64_t run,
                      struct state_action_run *action_run, char **text)
{
    if (!store_find_action(state, key)) {
        return false;
    }
    struct statement *s =
        run == 0
            ? db_take(state->db, SLOT_ACTION_RUN_LAST,
                      ACTION_RUN_COLUMNS " WHERE ar.id = (SELECT id + latest"
                                         " FROM action WHERE id = ?)")
            : db_take(state->db, SLOT_ACTION_RUN_OF,
                      ACTION_RUN_COLUMNS " WHERE a.id = ?"
                                         " AND ar.run = ?"
                                         " ORDER BY ar.id DESC LIMIT 1");
    db_bind_int(s, 1, state->last.id);
    if (run != 0) {
        db_bind_int(s, 2, (int64_t)run);
    }
    if (!db_step(state->db, s)) {
        return false;
    }
    char *owned;
    *action_run = action_run_of_row(s, &owned);
    struct slice *output = &action_run->output;
    struct slice *reasons = &action_run->reasons;
    *text = mem_alloc(output->len + reasons->len + 1, 1);
    if (output->len > 0) {
        memcpy(*text, output->bytes, output->len);
    }
    if (reasons->len > 0) {
        memcpy(*text + output->len, reasons->bytes, reasons->len);
    }
    output->bytes = *text;
    reasons->bytes = *text + output->len;
    free(owned);
    db_reset(s);
    return true;
}

bool
state_list_action_runs(struct state *state, uint64_t run,
                       state_action_run_fn *call, void *ctx, struct error *err)
{
    struct statement *s =
        db_take(state->db, SLOT_ACTION_RUN_LIST,
                ACTION_RUN_COLUMNS " WHERE a.build_file = ?1"
                                   " AND iif(?2 = 0, ar.id = a.id + a.latest,"
                                   " ar.run = ?2) ORDER BY ar.id");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_int(s, 2, (int64_t)run);
    while (db_step(state->db, s)) {
        char *owned;
        struct state_action_run action_run = action_run_of_row(s, &owned);
        char *key = store_key_of_row(state, s, 14);
        action_run.key = key;
        call(ctx, &action_run);
        free(key);
        free(owned);
    }
    return store_load_is_done(state, err);
}

bool
state_load_costs(struct state *state, uint64_t limit, state_cost_fn *call,
                 void *ctx, struct error *err)
{
    struct statement *s =
        db_take(state->db, SLOT_ACTION_RUN_COSTS,
                "SELECT " STORE_KEY ", duration_us, peak_kib"
                " FROM action_run AS ar"
                " JOIN action AS a ON a.id = ar.id + ar.action" STORE_KEY_JOIN
                " WHERE build_file = ?1 AND ar.status IN (?2, ?3)"
                " ORDER BY ar.id DESC LIMIT ?4");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_int(s, 2, RECORD_VALID);
    db_bind_int(s, 3, RECORD_UNSETTLED);
    db_bind_int(s, 4, limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
    while (db_step(state->db, s)) {
        char *key = store_key_of_row(state, s, 0);
        struct state_cost cost = {key, db_int(s, 3), db_int(s, 4)};
        call(ctx, &cost);
        free(key);
    }
    return store_load_is_done(state, err);
}

/* --- Runs ------------------------------------------------------------------------- */

/* In the order of their numbers, which is that of time. */
bool
state_list_runs(struct state *state, state_run_fn *call, void *ctx,
                struct error *err)
{
    struct statement *s =
        db_take(state->db, SLOT_RUN_LIST,
                "SELECT id, started_unix_us, ended_unix_us, exit_status, ran,"
                " failed, up_to_date, cut_off, graph, arguments FROM run"
                " WHERE build_file = ? ORDER BY id");
    db_bind_int(s, 1, state->build_file_id);
    while (db_step(state->db, s)) {
        struct slice arguments = db_bytes(s, 9);
        char *text = mem_copy(arguments.bytes, arguments.len);
        struct state_run run = {
            .id = (uint64_t)db_int(s, 0),
            .started_unix_us = db_int(s, 1),
            .ended_unix_us = db_int(s, 2),
            .exit_status = (int)db_int(s, 3),
            .ran = (uint32_t)db_int(s, 4),
            .failed = (uint32_t)db_int(s, 5),
            .up_to_date = (uint32_t)db_int(s, 6),
            .cut_off = (uint32_t)db_int(s, 7),
            .graph = (uint64_t)db_int(s, 8),
            .arguments = text,
        };
        call(ctx, &run);
        free(text);
    }
    return store_load_is_done(state, err);
}

/* --- Graph versions --------------------------------------------------------------- */

bool
state_last_graph(struct state *state, uint64_t *id, struct hash128 *hash,
                 char **text, size_t *len)
{
    struct statement *s =
        db_take(state->db, SLOT_GRAPH_LAST,
                "SELECT id, hash, actions FROM graph WHERE build_file = ?"
                " ORDER BY id DESC LIMIT 1");
    db_bind_int(s, 1, state->build_file_id);
    if (!db_step(state->db, s)) {
        return false;
    }
    struct slice actions = db_bytes(s, 2);
    *id = (uint64_t)db_int(s, 0);
    *hash = db_hash(s, 1);
    *text = mem_copy(actions.bytes, actions.len);
    *len = actions.len;
    db_reset(s);
    return true;
}

uint64_t
state_newest_graph(struct state *state)
{
    uint64_t id = 0;
    struct statement *s =
        db_take(state->db, SLOT_GRAPH_NEWEST,
                "SELECT max(id) FROM graph WHERE build_file = ?");
    db_bind_int(s, 1, state->build_file_id);
    if (db_step(state->db, s)) {
        id = (uint64_t)db_int(s, 0);
        db_reset(s);
    }
    return id;
}

bool
state_use_graph(struct state *state, uint64_t id, struct error *err)
{
    if (!store_begin(state, err)) {
        return false;
    }
    struct statement *s = db_take(state->db, SLOT_GRAPH_RUN,
                                  "UPDATE run SET graph = ? WHERE id = ?");
    db_bind_int(s, 1, (int64_t)id);
    db_bind_int(s, 2, (int64_t)state->run);
    return db_write(state->db, s, err);
}

/* Both rows change in one transaction: there is no moment with two whole
 * versions, or none. */
bool
state_add_graph(struct state *state, struct hash128 hash, struct slice text,
                struct slice difference, struct error *err)
{
    assert(text.bytes);
    if (!store_begin(state, err)) {
        return false;
    }
    struct statement *s =
        db_take(state->db, SLOT_GRAPH_UPDATE,
                "UPDATE graph SET actions = ?1 WHERE id ="
                " (SELECT max(id) FROM graph WHERE build_file = ?2)");
    db_bind_bytes(s, 1, difference.bytes ? difference.bytes : "",
                  difference.len);
    db_bind_int(s, 2, state->build_file_id);
    if (!db_write(state->db, s, err)) {
        return false;
    }
    s = db_take(state->db, SLOT_GRAPH_ADD,
                "INSERT INTO graph (build_file, hash, actions)"
                " VALUES (?, ?, ?)");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_hash(s, 2, hash);
    db_bind_bytes(s, 3, text.bytes, text.len);
    return db_write(state->db, s, err) &&
           state_use_graph(state, (uint64_t)db_last_id(state->db), err);
}

bool
state_list_graphs(struct state *state, uint64_t down_to, state_graph_fn *call,
                  void *ctx, struct error *err)
{
    struct statement *s =
        db_take(state->db, SLOT_GRAPH_LIST,
                "SELECT id, actions FROM graph WHERE build_file = ?"
                " AND id >= ? ORDER BY id DESC");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_int(s, 2, (int64_t)down_to);
    while (db_step(state->db, s)) {
        call(ctx, (uint64_t)db_int(s, 0), db_bytes(s, 1));
    }
    return store_load_is_done(state, err);
}
