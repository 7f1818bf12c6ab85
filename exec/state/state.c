/* SPDX-License-Identifier: MIT */
/*
 * Opening, losing, committing, and runs. A database that cannot be believed is
 * kept beside the new one as state.db.corrupt; an older one of that name is
 * replaced. See spec/format/state-db.md.
 */
#include "exec/state/state.h"

#include "exec/backend/registry.h"
#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/state/lock.h"
#include "exec/state/prune.h"
#include "exec/state/store.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern const char schema_sql[];

/* --- Opening --------------------------------------------------------------- */

/* Files that root makes in somebody's tree belong to the tree's owner. */
static void
give_away(const struct state *state, const char *path)
{
    struct stat st;
    if (geteuid() != 0 || stat(state->dir, &st) != 0 || st.st_uid == 0) {
        return;
    }
    /* A file system without owners keeps root's. */
    if (lchown(path, st.st_uid, st.st_gid) != 0) {
        return;
    }
}

/* It belongs to the owner of the tree, whoever runs this. */
static bool
make_dir(const struct state *state, const char *root, struct error *err)
{
    struct stat st;
    if (mkdir(state->dir, 0777) == 0) {
        if (geteuid() == 0 && stat(root, &st) == 0 && st.st_uid != 0 &&
            lchown(state->dir, st.st_uid, st.st_gid) != 0) {
            return true;
        }
        return true;
    }
    if (errno == EEXIST && stat(state->dir, &st) == 0 && !S_ISDIR(st.st_mode)) {
        error_set(err, ERROR_CLASS_STATE, "%s is not a folder", state->dir);
        error_set_help(err, "ronin keeps its records there; move the file "
                            "away");
        return false;
    }
    if (errno != EEXIST) {
        error_set_errno(err, ERROR_CLASS_STATE, errno, "cannot make %s",
                        state->dir);
        error_set_help(err, "ronin keeps its records in .ronin at the build "
                            "root; make that folder writable, or build with "
                            "--state=memory");
        return false;
    }
    return true;
}

/* Somebody else could have put it there to make us write elsewhere. */
static bool
dir_is_safe(const struct state *state, struct error *err)
{
    struct stat st;
    if (lstat(state->dir, &st) != 0) {
        return true;
    }
    bool is_foreign = S_ISLNK(st.st_mode) && st.st_uid != geteuid();
    bool is_open = S_ISDIR(st.st_mode) && (st.st_mode & S_IWOTH) &&
                   !(st.st_mode & S_ISVTX);
    if (!is_foreign && !is_open) {
        return true;
    }
    error_set(err, ERROR_CLASS_STATE, "%s %s", state->dir,
              is_foreign ? "is a link of another user"
                         : "can be written by everybody");
    error_set_help(err, "remove it, or take the write permission of others "
                        "away (chmod o-w)");
    return false;
}

/* Takes the text over; notes are joined. */
static void
add_note(struct state *state, char *note)
{
    if (!state->note) {
        state->note = note;
        return;
    }
    char *both = mem_format("%s; %s", state->note, note);
    free(state->note);
    free(note);
    state->note = both;
}

/* Renames the damaged database and drops the log of it. */
static bool
move_aside(struct state *state, struct error *err)
{
    char *aside = mem_format("%s.corrupt", state->path);
    char *log = mem_format("%s-wal", state->path);
    char *memory = mem_format("%s-shm", state->path);
    bool ok = rename(state->path, aside) == 0 || errno == ENOENT;
    if (ok) {
        unlink(log);
        unlink(memory);
        state->was_lost = true;
        add_note(state, mem_format("the records in %s could not be read "
                                   "(kept as state.db.corrupt): everything "
                                   "is built again, and outputs that left "
                                   "the graph meanwhile are not removed",
                                   state->path));
    } else {
        error_set_errno(err, ERROR_CLASS_STATE, errno,
                        "%s is damaged and cannot be moved aside", state->path);
    }
    free(aside);
    free(log);
    free(memory);
    return ok;
}

/* Damaged records are moved aside, once. */
static bool
open_for_writing(struct state *state, struct error *err)
{
    if (state->in_memory) {
        return db_open(state->path, DB_MEMORY, schema_sql, &state->db, err) ==
               DB_OK;
    }
    enum db_outcome outcome =
        db_open(state->path, DB_WRITE, schema_sql, &state->db, err);
    if (outcome == DB_CORRUPT) {
        if (!move_aside(state, err)) {
            return false;
        }
        outcome = db_open(state->path, DB_WRITE, schema_sql, &state->db, err);
    }
    if (outcome == DB_CORRUPT) {
        error_set(err, ERROR_CLASS_STATE, "%s cannot be made", state->path);
    }
    if (outcome != DB_OK && access(state->dir, W_OK) != 0) {
        error_set_help(err,
                       "ronin keeps its records in %s; make that folder "
                       "writable, or build with --state=memory",
                       state->dir);
    }
    return outcome == DB_OK;
}

/* SQLite reads beside a builder where there is its shared memory, or where it
 * may make it. */
static bool
can_share(const struct state *state)
{
    char *memory = mem_format("%s-shm", state->path);
    bool can = access(state->dir, W_OK) == 0 || access(memory, R_OK) == 0;
    free(memory);
    return can;
}

/* What can be read is read; else there are no records. */
static bool
open_for_reading(struct state *state, struct error *err)
{
    struct error first = {0};
    enum db_outcome outcome = DB_FAILED;
    bool is_there = access(state->path, F_OK) == 0;
    if (is_there && can_share(state)) {
        outcome = db_open(state->path, DB_READ, schema_sql, &state->db, &first);
    }
    if (is_there && outcome == DB_FAILED) {
        struct error second = {0};
        enum db_mode mode = db_has_log(state->path) ? DB_COPY : DB_IMMUTABLE;
        outcome = db_open(state->path, mode, schema_sql, &state->db, &second);
        if (first.what) {
            error_finish(&second);
        } else {
            first = second;
        }
    }
    if (outcome == DB_OLD) {
        error_finish(&first);
        outcome = db_open(state->path, DB_COPY, schema_sql, &state->db, &first);
    }
    if (outcome == DB_OK) {
        error_finish(&first);
        return true;
    }
    if (is_there && outcome == DB_FAILED) {
        *err = first;
        return false;
    }
    error_finish(&first);
    if (is_there) {
        state->was_lost = true;
        add_note(state, mem_format("the records in %s could not be read",
                                   state->path));
    }
    return db_open(state->path, DB_MEMORY, schema_sql, &state->db, err) ==
           DB_OK;
}

bool
store_find_build_file(struct state *state, const char *path, int64_t *id,
                      struct error *err)
{
    struct statement *s =
        db_take(state->db, SLOT_BUILD_FILE_FIND,
                "SELECT id FROM build_file WHERE path = CAST(? AS TEXT)");
    db_bind_text(s, 1, path);
    if (db_step(state->db, s)) {
        *id = db_int(s, 0);
        db_reset(s);
        return true;
    }
    return !db_is_failed(state->db) || db_fail(state->db, err);
}

/* A build file without records gets its row with the first write. */
static bool
find_build_file(struct state *state, struct error *err)
{
    return store_find_build_file(state, state->build_file,
                                 &state->build_file_id, err);
}

/* A random value that every transaction replaces; zero if there is none. */
static struct hash128
read_stamp(struct state *state)
{
    struct hash128 stamp = {0, 0};
    struct statement *s =
        db_take(state->db, SLOT_STAMP_READ, "SELECT value FROM stamp");
    if (db_step(state->db, s)) {
        stamp = db_hash(s, 0);
        db_reset(s);
    }
    return stamp;
}

/* Not for reading commands: they open what older programs wrote, too. */
static bool
begin_stamps(struct state *state, struct error *err)
{
    assert(!state->read_only);
    state->stamp = read_stamp(state);
    return !db_is_failed(state->db) || db_fail(state->db, err);
}

/* --- Content hashes -------------------------------------------------------- */

/* The algorithm that the database says it holds; NULL with err if this program
 * does not know it. */
static const struct hash_backend *
stored_hash(struct state *state, struct error *err)
{
    struct buffer name = {0};
    struct statement *s =
        db_take(state->db, SLOT_SETTING_READ,
                "SELECT value FROM setting WHERE name = 'hash'");
    if (s && db_step(state->db, s)) {
        struct slice value = db_bytes(s, 0);
        buffer_add(&name, value.bytes, value.len);
        db_reset(s);
    }
    const struct hash_backend *hash =
        name.len == 0 ? hash_default() : registry_hash(buffer_str(&name));
    if (!hash) {
        error_set(err, ERROR_CLASS_STATE,
                  "%s has content hashes of %s, which this ronin does not know",
                  state->path, buffer_str(&name));
        error_set_help(err, "use the ronin that wrote it, or --state=reset, "
                            "which costs a rebuild and nothing else");
    }
    buffer_finish(&name);
    return hash;
}

/* In one transaction, so that hashes never mix. */
static bool
change_hash(struct state *state, const struct hash_backend *from,
            struct error *err)
{
    if (!store_begin_files(state, err) ||
        !store_rehash(state, from, state->backends.hash, err)) {
        return false;
    }
    struct statement *s =
        db_take(state->db, SLOT_SETTING_WRITE,
                "INSERT OR REPLACE INTO setting VALUES ('hash', ?)");
    db_bind_text(s, 1, state->backends.hash->name);
    return db_write(state->db, s, err) && db_commit(state->db, err);
}

/* What is asked for wins; else what is there. */
static bool
settle_hash(struct state *state, struct error *err)
{
    const struct hash_backend *stored = stored_hash(state, err);
    if (!stored) {
        return false;
    }
    bool changes = !state->read_only && state->wanted_hash &&
                   state->backends.hash != stored;
    if (!changes) {
        state->backends.hash = stored;
        return true;
    }
    return change_hash(state, stored, err);
}

/* The backends by name, before anything is opened. */
static bool
choose_backends(struct state *state, const struct state_options *options,
                struct error *err)
{
    state->wanted_hash = options->hash;
    state->backends.hash =
        options->hash ? registry_hash(options->hash) : hash_default();
    state->backends.stat =
        options->stat ? registry_stat(options->stat) : stat_default();
    if (!state->backends.hash) {
        error_set(err, ERROR_CLASS_USAGE, "--hash does not know %s",
                  options->hash);
        error_set_help(err, "it takes xxh3 or sha256");
    } else if (!state->backends.stat) {
        error_set(err, ERROR_CLASS_USAGE, "--stat does not know %s",
                  options->stat);
        error_set_help(err, "it takes direct or cached");
    } else {
        state->backends.stat->expire();
    }
    return state->backends.hash && state->backends.stat;
}

const struct state_backends *
state_backends(const struct state *state)
{
    return &state->backends;
}

bool
state_ready(struct state *state, struct error *err)
{
    if (state->db) {
        return true;
    }
    assert(!state->read_only);
    bool ok = open_for_writing(state, err);
    if (!state->in_memory) {
        give_away(state, state->path);
    }
    ok = ok && begin_stamps(state, err) && find_build_file(state, err) &&
         settle_hash(state, err);
    if (!ok) {
        db_close(state->db);
        state->db = NULL;
    }
    return ok;
}

void
state_assume(struct state *state, struct hash128 stamp)
{
    assert(!state->db && !state->read_only);
    state->stamp = stamp;
}

bool
state_is_assumed(const struct state *state)
{
    return !state->db && (state->stamp.low != 0 || state->stamp.high != 0);
}

/* False only if somebody else holds it and we may not or cannot wait. */
static bool
take_lock(struct state *state, const struct state_options *options,
          struct error *err)
{
    char *path = mem_format("%s/lock", state->dir);
    int holder;
    enum lock_outcome outcome =
        lock_take(path, options, &state->lock_fd, &holder, err);
    if (outcome == LOCK_HELD) {
        give_away(state, path);
    } else if (outcome == LOCK_ANCESTOR) {
        add_note(state, mem_format("this build runs inside another one of "
                                   "the same root (process %d)",
                                   holder));
    }
    free(path);
    return outcome != LOCK_FAILED;
}

/* A folder of this process alone for what else would lie in .ronin. */
static bool
make_private_dir(struct state *state, struct error *err)
{
    const char *base = getenv("TMPDIR");
    free(state->dir);
    state->dir = mem_format("%s/ronin-XXXXXX", base && *base ? base : "/tmp");
    state->in_memory = true;
    if (mkdtemp(state->dir) == NULL) {
        error_set_errno(err, ERROR_CLASS_STATE, errno, "cannot make %s",
                        state->dir);
        error_set_help(err, "--state=memory needs a folder for what commands "
                            "print: set TMPDIR to one that can be written");
        state->dir[0] = 0;
        return false;
    }
    add_note(state, mem_copy_str("nothing is recorded (--state=memory): the "
                                 "next build will know nothing of this one"));
    return true;
}

/* There are only plain files in it, and all are ours. */
static void
remove_private_dir(const struct state *state)
{
    DIR *dir = state->in_memory && *state->dir ? opendir(state->dir) : NULL;
    const struct dirent *item;
    while (dir && (item = readdir(dir)) != NULL) {
        (void)unlinkat(dirfd(dir), item->d_name, 0);
    }
    if (dir) {
        closedir(dir);
        (void)rmdir(state->dir);
    }
}

/* Under the lock; an ancestor that builds still needs its records. */
static bool
throw_away(struct state *state, struct error *err)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    if (state->lock_fd < 0) {
        error_set(err, ERROR_CLASS_STATE,
                  "the records are in use by the build that this one runs in");
        error_set_help(err, "use --state=reset in a build of its own");
        return false;
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char *path = mem_format("%s%s", state->path, parts[i]);
        int code = unlink(path) == 0 || errno == ENOENT ? 0 : errno;
        if (code != 0) {
            error_set_errno(err, ERROR_CLASS_STATE, code, "cannot remove %s",
                            path);
        }
        free(path);
        if (code != 0) {
            return false;
        }
    }
    return true;
}

/* Makes what a builder needs, and takes the lock. */
static bool
open_to_build(struct state *state, const struct state_options *options,
              struct error *err)
{
    if (options->place == STATE_IN_MEMORY) {
        return make_private_dir(state, err) && state_ready(state, err);
    }
    return make_dir(state, options->root, err) &&
           take_lock(state, options, err) &&
           (options->place != STATE_RESET || throw_away(state, err)) &&
           (options->deferred || state_ready(state, err));
}

bool
state_open(const struct state_options *options, struct state **out,
           struct error *err)
{
    assert(options->root && options->build_file);
    struct state *state = mem_alloc(1, sizeof *state);
    state->dir = path_join(options->root, ".ronin");
    state->path = path_join(state->dir, "state.db");
    state->build_file = mem_copy_str(options->build_file);
    state->lock_fd = -1;
    state->read_only = options->read_only;
    bool ok = choose_backends(state, options, err) && dir_is_safe(state, err);
    if (ok && state->read_only) {
        ok = open_for_reading(state, err) && find_build_file(state, err) &&
             settle_hash(state, err);
    } else if (ok) {
        ok = open_to_build(state, options, err);
    }
    if (!ok) {
        state_close(state);
        state = NULL;
    }
    *out = state;
    return ok;
}

void
state_close(struct state *state)
{
    if (!state) {
        return;
    }
    store_forget(state);
    db_close(state->db);
    lock_drop(state->lock_fd);
    remove_private_dir(state);
    free(state->dir);
    free(state->path);
    free(state->build_file);
    free(state->note);
    free(state->run_arguments);
    free(state);
}

bool
state_start_over(struct state *state, struct error *err)
{
    store_forget(state);
    db_close(state->db);
    state->db = NULL;
    state->build_file_id = 0;
    state->run = 0;
    if (state->read_only) {
        state->was_lost = true;
        add_note(state, mem_format("the records in %s could not be read",
                                   state->path));
        return db_open(state->path, DB_MEMORY, schema_sql, &state->db, err) ==
               DB_OK;
    }
    return (state->in_memory || move_aside(state, err)) &&
           open_for_writing(state, err) && begin_stamps(state, err) &&
           settle_hash(state, err);
}

const char *
state_note(const struct state *state)
{
    return state->note;
}

bool
state_was_lost(const struct state *state)
{
    return state->was_lost;
}

const char *
state_dir(const struct state *state)
{
    return state->dir;
}

/* --- Committing ---------------------------------------------------------------- */

bool
state_is_fine(const struct state *state, struct error *err)
{
    return !state->db || !db_is_failed(state->db) || db_fail(state->db, err);
}

bool
state_commit(struct state *state, struct error *err)
{
    return db_commit(state->db, err);
}

void
state_rest(struct state *state)
{
    db_rest(state->db);
}

void
state_tick(struct state *state, int64_t now_us)
{
    db_tick(state->db, now_us);
}

bool
state_is_pending(const struct state *state)
{
    return db_is_pending(state->db);
}

/* The first statement of each transaction gives the database a new stamp. */
static bool
begin(struct state *state, struct error *err)
{
    assert(!state->read_only);
    bool is_new = !db_is_pending(state->db);
    if (!db_begin(state->db, err) || !is_new) {
        return !db_is_failed(state->db);
    }
    if (!hash_equal(read_stamp(state), state->stamp)) {
        state->is_shared = true;
        store_forget(state);
    }
    struct statement *s =
        db_take(state->db, SLOT_STAMP_WRITE,
                "UPDATE stamp SET value = randomblob(16) RETURNING value");
    if (db_step(state->db, s)) {
        state->stamp = db_hash(s, 0);
    }
    return db_write(state->db, s, err);
}

bool
state_stamp(struct state *state, struct hash128 *stamp)
{
    *stamp = state->stamp;
    if (state->read_only || state->is_shared ||
        (stamp->low == 0 && stamp->high == 0)) {
        return false;
    }
    return !state->db || (!db_is_pending(state->db) &&
                          hash_equal(read_stamp(state), state->stamp) &&
                          !db_is_failed(state->db));
}

bool
state_seen_stamp(struct state *state, struct hash128 *stamp)
{
    assert(state->read_only);
    *stamp = (struct hash128){0, 0};
    if (state->db == NULL) {
        return false;
    }
    *stamp = read_stamp(state);
    return !db_is_failed(state->db) && (stamp->low != 0 || stamp->high != 0);
}

/* --- Runs ------------------------------------------------------------------------- */

/* Within the transaction that needs it. */
static bool
add_build_file(struct state *state, struct error *err)
{
    if (state->build_file_id != 0) {
        return true;
    }
    // A build around this one may have added it since it was looked for.
    struct statement *s = db_take(state->db, SLOT_BUILD_FILE_ADD,
                                  "INSERT OR IGNORE INTO build_file (path)"
                                  " VALUES (CAST(? AS TEXT))");
    db_bind_text(s, 1, state->build_file);
    return db_write(state->db, s, err) && find_build_file(state, err);
}

/* The number is the database's: a build inside this one has its own. */
static bool
add_run(struct state *state, struct error *err)
{
    if (!state->run_is_begun || state->run != 0) {
        return true;
    }
    struct statement *s =
        db_take(state->db, SLOT_RUN_ADD,
                "INSERT INTO run (build_file, arguments, started_unix_us)"
                " VALUES (?, ?, ?)");
    db_bind_int(s, 1, state->build_file_id);
    db_bind_text(s, 2, state->run_arguments);
    db_bind_int(s, 3, state->run_started_unix_us);
    if (!db_write(state->db, s, err)) {
        return false;
    }
    state->run = (uint64_t)db_last_id(state->db);
    return true;
}

bool
store_begin_files(struct state *state, struct error *err)
{
    assert(!state->read_only);
    return begin(state, err) && add_build_file(state, err);
}

bool
store_begin(struct state *state, struct error *err)
{
    return store_begin_files(state, err) && add_run(state, err);
}

bool
state_begin_run(struct state *state, const char *arguments,
                int64_t started_unix_us, uint64_t *run, struct error *err)
{
    struct statement *s =
        db_take(state->db, SLOT_RUN_LAST,
                "SELECT seq FROM sqlite_sequence WHERE name = 'run'");
    *run = 1;
    if (db_step(state->db, s)) {
        *run = (uint64_t)db_int(s, 0) + 1;
        db_reset(s);
    }
    state->run_is_begun = true;
    state->run = 0;
    state->run_started_unix_us = started_unix_us;
    free(state->run_arguments);
    state->run_arguments = mem_copy_str(arguments ? arguments : "");
    return !db_is_failed(state->db) || db_fail(state->db, err);
}

bool
state_has_run(const struct state *state)
{
    return state->run != 0;
}

bool
state_end_run(struct state *state, const struct state_run *run,
              struct error *err)
{
    bool is_written = state->run != 0;
    state->run_is_begun = false;
    if (!is_written) {
        return true;
    }
    uint64_t id = state->run;
    state->run = 0;
    if (!begin(state, err)) {
        return false;
    }
    struct statement *s =
        db_take(state->db, SLOT_RUN_END,
                "UPDATE run SET ended_unix_us = ?, exit_status = ?, ran = ?,"
                " failed = ?, up_to_date = ?, cut_off = ? WHERE id = ?");
    db_bind_int(s, 1, run->ended_unix_us);
    db_bind_int(s, 2, run->exit_status);
    db_bind_int(s, 3, run->ran);
    db_bind_int(s, 4, run->failed);
    db_bind_int(s, 5, run->up_to_date);
    db_bind_int(s, 6, run->cut_off);
    db_bind_int(s, 7, (int64_t)id);
    if (!db_write(state->db, s, err)) {
        return false;
    }
    prune_state(state, id);
    return db_commit(state->db, err);
}
