/* SPDX-License-Identifier: MIT */
/*
 * The only user of sqlite3.h. A failure is remembered in the connection with
 * its text; what is asked afterwards fails at once. Corruption that shows
 * itself before the first row is read makes db_open say DB_CORRUPT; later it
 * is told by db_is_corrupt.
 */
#include "exec/state/db.h"

#include "exec/backend/hash.h"

#include <assert.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define BATCH_US 50000
/* Another ronin (a build inside a build) holds a transaction for at most a
 * batch; this is ample. */
#define BUSY_MS 20000
/* Up to this size the whole file is checked at every start; above it, damage
 * shows when the rows are loaded. */
#define CHECK_ALWAYS_BYTES (1 << 20)
/* A log that is longer at the end of a run is emptied: the run was long. */
#define LOG_KEPT_BYTES (1 << 20)

extern const char upgrade_3_sql[];
extern const char upgrade_8_sql[];
extern const char upgrade_9_sql[];
extern const char upgrade_10_sql[];

struct db {
    sqlite3 *handle;
    sqlite3_stmt *statements[DB_SLOTS];
    char *path;
    bool in_transaction;
    bool writes;              /* opened for it */
    int64_t pending_since_us; /* -1: since a moment before the next tick */
    int failed_code;          /* SQLITE_OK: none */
    char *failed_text;
};

/* The first failure stays: later ones follow from it. */
static void
note_failure(struct db *db)
{
    if (db->failed_code == SQLITE_OK) {
        db->failed_code = sqlite3_errcode(db->handle);
        db->failed_text = strdup(sqlite3_errmsg(db->handle));
    }
}

/* Extended codes carry the class in their low byte. */
static bool
code_is_corrupt(int code)
{
    int primary = code & 0xff;
    return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

bool
db_is_failed(const struct db *db)
{
    return db->failed_code != SQLITE_OK;
}

bool
db_is_corrupt(const struct db *db)
{
    return code_is_corrupt(db->failed_code);
}

bool
db_fail(const struct db *db, struct error *err)
{
    assert(db_is_failed(db));
    error_set(err, ERROR_CLASS_STATE, "%s: %s", db->path, db->failed_text);
    int primary = db->failed_code & 0xff;
    if (primary == SQLITE_FULL || primary == SQLITE_IOERR) {
        error_set_help(err, "nothing that ran after this is trusted; make "
                            "room on the disk and build again");
    } else if (primary == SQLITE_READONLY || primary == SQLITE_PERM) {
        error_set_help(err, "ronin keeps its records in .ronin; make that "
                            "folder writable");
    } else if (db_is_corrupt(db)) {
        error_set_help(err, "delete the file: that costs a rebuild and "
                            "nothing else");
    } else {
        error_set_help(err, "if it is no file of ronin's, remove it: what "
                            "lies in .ronin can be deleted at the cost of a "
                            "rebuild");
    }
    return false;
}

/* Statements without parameters and rows. */
static bool
run_text(struct db *db, const char *sql)
{
    if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK) {
        note_failure(db);
        return false;
    }
    return true;
}

/* The number that a one-row query gives; -1 on failure. */
static int64_t
ask_number(struct db *db, const char *sql)
{
    sqlite3_stmt *s = NULL;
    int64_t number = -1;
    if (sqlite3_prepare_v2(db->handle, sql, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW) {
        number = sqlite3_column_int64(s, 0);
    } else {
        note_failure(db);
    }
    sqlite3_finalize(s);
    return number;
}

/* A disk that is full or fails, another process, no permission: nothing that
 * says the file is damaged. */
static bool
code_is_outside(int code)
{
    switch (code & 0xff) {
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOMEM:
        return true;
    default:
        return false;
    }
}

/* A page that could not be read is a finding like any other to SQLite's check,
 * which tells the code in its text. SQLITE_OK if this is not one. */
static int
finding_code(const char *text)
{
    static const char mark[] = "error code=";
    const char *found = text ? strstr(text, mark) : NULL;
    int code = found ? atoi(found + sizeof mark - 1) : SQLITE_OK;
    return code_is_outside(code) ? code : SQLITE_OK;
}

/* SQLite's own check of the structure; contents of rows are not its matter. */
static enum db_outcome
check_structure(struct db *db)
{
    sqlite3_stmt *s = NULL;
    bool fine = false;
    int code =
        sqlite3_prepare_v2(db->handle, "PRAGMA quick_check(1)", -1, &s, NULL);
    code = code == SQLITE_OK ? sqlite3_step(s) : code;
    if (code == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(s, 0);
        fine = text && strcmp(text, "ok") == 0;
        int code_found = finding_code(text);
        if (code_found != SQLITE_OK) {
            db->failed_code = code_found;
            db->failed_text = strdup(sqlite3_errstr(code_found));
        }
    } else if (code_is_outside(code)) {
        note_failure(db);
    }
    sqlite3_finalize(s);
    if (db_is_failed(db)) {
        return DB_FAILED;
    }
    return fine ? DB_OK : DB_CORRUPT;
}

/* The log of SQLite needs shared memory, which network file systems lack. */
static bool
is_network(const char *path)
{
    struct statfs fs;
    if (statfs(path, &fs) != 0) {
        return false;
    }
    unsigned long type = (unsigned long)fs.f_type & 0xffffffffUL;
    return type == 0x6969UL || type == 0xff534d42UL || type == 0x517bUL ||
           type == 0xfe534d42UL || type == 0x01021997UL;
}

/* False when the file has fewer pages than its head says. */
static bool
size_is_fine(const char *path, off_t size)
{
    unsigned char head[100];
    FILE *f = fopen(path, "re");
    size_t got = f ? fread(head, 1, sizeof head, f) : 0;
    bool is_read = f && !ferror(f);
    if (f) {
        fclose(f);
    }
    if (!is_read) {
        return true; // SQLite will say what is wrong.
    }
    if (got < sizeof head) {
        return false;
    }
    int64_t page = head[16] << 8 | head[17];
    page = page == 1 ? 65536 : page;
    int64_t pages =
        (int64_t)head[28] << 24 | head[29] << 16 | head[30] << 8 | head[31];
    return memcmp(head, "SQLite format 3", 16) == 0 &&
           page * pages <= (int64_t)size;
}

bool
db_has_log(const char *path)
{
    struct stat st;
    char *log = NULL;
    if (asprintf(&log, "%s-wal", path) < 0) {
        return false;
    }
    bool has = stat(log, &st) == 0 && st.st_size > 0;
    free(log);
    return has;
}

/* The check that is worth its time at every start. With a log, the file alone
 * need not make sense. */
static enum db_outcome
check_file(struct db *db, off_t size)
{
    if (size == 0 || (!db_has_log(db->path) && !size_is_fine(db->path, size))) {
        return DB_CORRUPT;
    }
    return size > CHECK_ALWAYS_BYTES ? DB_OK : check_structure(db);
}

/* In one transaction: a kill leaves an empty database, not half a one. */
static bool
make_tables(struct db *db, const char *schema)
{
    char end[64];
    snprintf(end, sizeof end, "PRAGMA user_version=%d; COMMIT",
             DB_SCHEMA_VERSION);
    if (run_text(db, "BEGIN IMMEDIATE") &&
        /* Another process may have made them while this one waited. */
        (ask_number(db, "PRAGMA user_version") == DB_SCHEMA_VERSION ||
         run_text(db, schema)) &&
        run_text(db, end)) {
        return true;
    }
    /* The failure is noted; rolling back is all that is left. */
    (void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

/* What each version added to the one before it, from version 2 on. */
static const char *const upgrades[] = {
    "CREATE TABLE stamp (value BLOB NOT NULL);"
    "INSERT INTO stamp VALUES (randomblob(16))",
    upgrade_3_sql,
    "CREATE TABLE folder (path BLOB PRIMARY KEY) WITHOUT ROWID",
    "SELECT 1", // Bodies say themselves of which kind they are.
    "ALTER TABLE command RENAME TO old_command;"
    "CREATE TABLE command (id INTEGER PRIMARY KEY, base INTEGER, len INTEGER,"
    " text BLOB NOT NULL);"
    "INSERT INTO command SELECT id, base, iif(base IS NULL, NULL, len), text"
    " FROM old_command;"
    "DROP TABLE old_command",
    // What was printed before is not counted.
    "CREATE TABLE warned (action INTEGER PRIMARY KEY, count INTEGER NOT NULL)",
    upgrade_8_sql,
    upgrade_9_sql,
    upgrade_10_sql,
};

int64_t
db_key_hash(const void *bytes, size_t len)
{
    return (int64_t)(hash_xxh3.bytes(bytes, len).low & 0x7fffff);
}

/* For upgrades, which are texts. */
static void
key_hash_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    assert(count == 1);
    const void *bytes = sqlite3_value_blob(values[0]);
    int len = sqlite3_value_bytes(values[0]);
    sqlite3_result_int64(context, db_key_hash(bytes ? bytes : "", (size_t)len));
}

/* In one transaction, as the making. */
static bool
upgrade_tables(struct db *db)
{
    char end[64];
    snprintf(end, sizeof end, "PRAGMA user_version=%d; COMMIT",
             DB_SCHEMA_VERSION);
    bool done =
        sqlite3_create_function(db->handle, "key_hash", 1, SQLITE_UTF8, NULL,
                                key_hash_function, NULL, NULL) == SQLITE_OK &&
        run_text(db, "BEGIN IMMEDIATE");
    /* Another process may have done it while this one waited. */
    int64_t version = done ? ask_number(db, "PRAGMA user_version") : 0;
    for (int64_t v = version; done && v > 0 && v < DB_SCHEMA_VERSION; v++) {
        done = run_text(db, upgrades[v - 1]);
    }
    if (done && run_text(db, end)) {
        return true;
    }
    (void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

/* Tables that carry no version are none of ours. */
static enum db_outcome
check_version(struct db *db, enum db_mode mode, const char *schema,
              struct error *err)
{
    int64_t version = ask_number(db, "PRAGMA user_version");
    if (version > DB_SCHEMA_VERSION) {
        error_set(err, ERROR_CLASS_STATE,
                  "%s was written by a newer ronin (tables of version %lld, "
                  "this one knows %d)",
                  db->path, (long long)version, DB_SCHEMA_VERSION);
        error_set_help(err, "use that ronin, or build with --state=reset: "
                            "that costs a rebuild and nothing else");
        return DB_FAILED;
    }
    if (version == 0) {
        if (ask_number(db, "SELECT count(*) FROM sqlite_schema") > 0) {
            return DB_CORRUPT;
        }
        (void)make_tables(db, schema);
    } else if (version > 0 && version < DB_SCHEMA_VERSION) {
        if (mode != DB_WRITE && mode != DB_COPY) {
            return DB_OLD;
        }
        (void)upgrade_tables(db);
    }
    if (db_is_failed(db)) {
        (void)db_fail(db, err);
        return db_is_corrupt(db) ? DB_CORRUPT : DB_FAILED;
    }
    return DB_OK;
}

/* One file of the database into another folder. */
static bool
copy_file(const char *from, const char *to)
{
    FILE *in = fopen(from, "re");
    FILE *out = in ? fopen(to, "wxe") : NULL;
    char bytes[16384];
    size_t got;
    bool done = out != NULL;
    while (done && (got = fread(bytes, 1, sizeof bytes, in)) > 0) {
        done = fwrite(bytes, 1, got, out) == got;
    }
    done = done && !ferror(in);
    if (in) {
        fclose(in);
    }
    return out && fclose(out) == 0 && done;
}

/* All pages of a database, its log included, into the memory of this one. */
static int
load_into_memory(struct db *db, const char *path)
{
    sqlite3 *from = NULL;
    int code = sqlite3_open_v2(path, &from, SQLITE_OPEN_READWRITE, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_open_v2(":memory:", &db->handle, SQLITE_OPEN_READWRITE,
                               NULL);
    }
    if (code == SQLITE_OK) {
        sqlite3_backup *backup =
            sqlite3_backup_init(db->handle, "main", from, "main");
        (void)sqlite3_backup_step(backup, -1);
        code = sqlite3_backup_finish(backup);
    }
    (void)sqlite3_close(from);
    return code;
}

/* A new folder of our own; NULL if none can be made anywhere. */
static char *
make_copy_dir(void)
{
    const char *bases[] = {getenv("TMPDIR"), "/tmp", "/dev/shm"};
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        char *dir = bases[i] && *bases[i]
                        ? sqlite3_mprintf("%s/ronin-XXXXXX", bases[i])
                        : NULL;
        if (dir && mkdtemp(dir)) {
            return dir;
        }
        sqlite3_free(dir);
    }
    return NULL;
}

/* SQLite reads a log only beside a file that it may write, so both are copied
 * to where it may. */
static int
open_copy(struct db *db)
{
    static const char *const parts[] = {"", "-wal"};
    char *dir = make_copy_dir();
    if (!dir) {
        return SQLITE_CANTOPEN;
    }
    bool copied = true;
    char *path = sqlite3_mprintf("%s/state.db", dir);
    for (size_t i = 0; path && i < sizeof parts / sizeof parts[0]; i++) {
        char *from = sqlite3_mprintf("%s%s", db->path, parts[i]);
        char *to = sqlite3_mprintf("%s%s", path, parts[i]);
        copied = copied && from && to && copy_file(from, to);
        sqlite3_free(from);
        sqlite3_free(to);
    }
    int code = path && copied ? load_into_memory(db, path) : SQLITE_CANTOPEN;
    for (size_t i = 0; path && i < 3; i++) {
        char *gone = sqlite3_mprintf("%s%s", path, i < 2 ? parts[i] : "-shm");
        (void)unlink(gone);
        sqlite3_free(gone);
    }
    (void)rmdir(dir);
    sqlite3_free(path);
    sqlite3_free(dir);
    return code;
}

/* The connection alone; nothing is read yet. */
static int
open_handle(struct db *db, enum db_mode mode)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
    if (mode == DB_MEMORY) {
        return sqlite3_open_v2(":memory:", &db->handle,
                               flags | SQLITE_OPEN_READWRITE, NULL);
    }
    if (mode == DB_COPY) {
        return open_copy(db);
    }
    if (mode == DB_IMMUTABLE) {
        /* Only these three characters mean something in such a name. */
        char *name = sqlite3_mprintf("file:");
        for (const char *p = db->path; name && *p; p++) {
            bool special = *p == '%' || *p == '?' || *p == '#';
            name = sqlite3_mprintf(special ? "%z%%%02X" : "%z%c", name,
                                   (unsigned char)*p);
        }
        name = sqlite3_mprintf("%z?immutable=1", name);
        int code = sqlite3_open_v2(name, &db->handle,
                                   flags | SQLITE_OPEN_READONLY, NULL);
        sqlite3_free(name);
        return code;
    }
    flags = SQLITE_OPEN_NOMUTEX;
    flags |= mode == DB_READ ? SQLITE_OPEN_READONLY
                             : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    return sqlite3_open_v2(db->path, &db->handle, flags, NULL);
}

/* Damage is looked for before anything is written. */
static enum db_outcome
set_up(struct db *db, enum db_mode mode, const char *schema, struct error *err)
{
    struct stat st;
    bool is_there =
        mode != DB_MEMORY && mode != DB_COPY && stat(db->path, &st) == 0;
    if (open_handle(db, mode) != SQLITE_OK) {
        note_failure(db);
        (void)db_fail(db, err);
        return DB_FAILED;
    }
    sqlite3_extended_result_codes(db->handle, 1);
    (void)sqlite3_busy_timeout(db->handle, BUSY_MS);
    enum db_outcome found = is_there ? check_file(db, st.st_size) : DB_OK;
    if (found != DB_OK) {
        if (found == DB_FAILED) {
            (void)db_fail(db, err);
        }
        return found;
    }
    if (mode == DB_WRITE) {
        (void)run_text(db, is_network(db->path) ? "PRAGMA journal_mode=DELETE"
                                                : "PRAGMA journal_mode=WAL");
        (void)run_text(db, "PRAGMA synchronous=NORMAL;"
                           "PRAGMA cache_size=-16384;"
                           "PRAGMA wal_autocheckpoint=2000");
        /* The log stays for the next run: emptying it at the end of each
         * would wait for the disk, for nothing that is worth it. */
        (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
                                NULL);
    }
    if (db_is_failed(db)) {
        (void)db_fail(db, err);
        return db_is_corrupt(db) ? DB_CORRUPT : DB_FAILED;
    }
    return check_version(db, mode, schema, err);
}

enum db_outcome
db_open(const char *path, enum db_mode mode, const char *schema,
        struct db **db_out, struct error *err)
{
    struct db *db = calloc(1, sizeof *db);
    assert(db && "out of memory");
    db->path = strdup(path);
    db->pending_since_us = -1;
    db->writes = mode == DB_WRITE;
    enum db_outcome outcome = set_up(db, mode, schema, err);
    if (outcome != DB_OK) {
        db_close(db);
        db = NULL;
    }
    if (outcome == DB_CORRUPT) {
        error_finish(err);
    }
    *db_out = db;
    return outcome;
}

static void
drop_statements(struct db *db)
{
    for (int i = 0; i < DB_SLOTS; i++) {
        sqlite3_finalize(db->statements[i]);
        db->statements[i] = NULL;
    }
}

/* Best effort: whatever stays in the log is read from there. */
static void
shorten_log(struct db *db)
{
    struct stat st;
    char *log = sqlite3_mprintf("%s-wal", db->path);
    if (!db_is_failed(db) && db->writes && log && stat(log, &st) == 0 &&
        st.st_size > LOG_KEPT_BYTES) {
        (void)sqlite3_wal_checkpoint_v2(db->handle, NULL,
                                        SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
    sqlite3_free(log);
}

void
db_rest(struct db *db)
{
    if (!db->in_transaction) {
        shorten_log(db);
    }
}

void
db_close(struct db *db)
{
    if (!db) {
        return;
    }
    struct error ignored = {0};
    if (!db_is_failed(db) && !db_commit(db, &ignored)) {
        error_finish(&ignored);
    }
    drop_statements(db);
    shorten_log(db);
    int code = sqlite3_close(db->handle);
    assert(code == SQLITE_OK && "a statement outlived its database");
    (void)code;
    free(db->path);
    free(db->failed_text);
    free(db);
}

/* --- Statements --------------------------------------------------------- */

/* A statement is SQLite's own, under a name that other files can use. */
static sqlite3_stmt *
inner(struct statement *s)
{
    assert(s);
    return (sqlite3_stmt *)(void *)s;
}

struct statement *
db_take(struct db *db, int slot, const char *sql)
{
    assert(slot >= 0 && slot < DB_SLOTS);
    if (db_is_failed(db)) {
        return NULL;
    }
    if (!db->statements[slot] &&
        sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
                           &db->statements[slot], NULL) != SQLITE_OK) {
        note_failure(db);
        return NULL;
    }
    return (struct statement *)(void *)db->statements[slot];
}

void
db_bind_int(struct statement *s, int index, int64_t value)
{
    if (s) {
        (void)sqlite3_bind_int64(inner(s), index, value);
    }
}

void
db_bind_bytes(struct statement *s, int index, const void *bytes, size_t len)
{
    if (s) {
        (void)sqlite3_bind_blob64(inner(s), index, bytes, len, SQLITE_STATIC);
    }
}

void
db_bind_text(struct statement *s, int index, const char *text)
{
    db_bind_bytes(s, index, text, strlen(text));
}

void
db_bind_number(struct statement *s, int index, int64_t number)
{
    if (s && number == 0) {
        (void)sqlite3_bind_null(inner(s), index);
    } else {
        db_bind_int(s, index, number);
    }
}

void
db_bind_hash(struct statement *s, int index, struct hash128 hash)
{
    if (s && (hash.low || hash.high)) {
        (void)sqlite3_bind_blob64(inner(s), index, &hash,
                                  hash.high ? sizeof hash : sizeof hash.low,
                                  SQLITE_TRANSIENT);
    } else if (s) {
        (void)sqlite3_bind_null(inner(s), index);
    }
}

bool
db_step(struct db *db, struct statement *s)
{
    if (!s) {
        return false;
    }
    int code = sqlite3_step(inner(s));
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code != SQLITE_DONE) {
        note_failure(db);
    }
    (void)sqlite3_reset(inner(s));
    return false;
}

void
db_reset(struct statement *s)
{
    (void)sqlite3_reset(inner(s));
}

int64_t
db_int(struct statement *s, int column)
{
    return sqlite3_column_int64(inner(s), column);
}

struct slice
db_bytes(struct statement *s, int column)
{
    const void *bytes = sqlite3_column_blob(inner(s), column);
    int len = sqlite3_column_bytes(inner(s), column);
    return (struct slice){bytes ? bytes : "", len > 0 ? (size_t)len : 0};
}

bool
db_is_number(struct statement *s, int column)
{
    return sqlite3_column_type(inner(s), column) == SQLITE_INTEGER;
}

struct hash128
db_hash(struct statement *s, int column)
{
    struct hash128 hash = {0, 0};
    struct slice bytes = db_bytes(s, column);
    if (bytes.len == sizeof hash || bytes.len == sizeof hash.low) {
        memcpy(&hash, bytes.bytes, bytes.len);
    }
    return hash;
}

/* --- Writing -------------------------------------------------------------- */

bool
db_begin(struct db *db, struct error *err)
{
    if (!db_is_failed(db) && !db->in_transaction) {
        db->in_transaction = run_text(db, "BEGIN IMMEDIATE");
        db->pending_since_us = -1;
    }
    return !db_is_failed(db) || db_fail(db, err);
}

bool
db_write(struct db *db, struct statement *s, struct error *err)
{
    while (db_step(db, s)) {
    }
    return !db_is_failed(db) || db_fail(db, err);
}

bool
db_commit(struct db *db, struct error *err)
{
    if (!db_is_failed(db) && db->in_transaction) {
        db->in_transaction = !run_text(db, "COMMIT");
    }
    return !db_is_failed(db) || db_fail(db, err);
}

void
db_tick(struct db *db, int64_t now_us)
{
    if (!db->in_transaction || db_is_failed(db)) {
        return;
    }
    if (db->pending_since_us < 0) {
        db->pending_since_us = now_us;
    } else if (now_us - db->pending_since_us >= BATCH_US) {
        struct error kept = {0};
        (void)!db_commit(db, &kept); /* the connection remembers it */
        error_finish(&kept);
    }
}

bool
db_is_pending(const struct db *db)
{
    return db->in_transaction && !db_is_failed(db);
}

int64_t
db_last_id(struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

/* --- Size ----------------------------------------------------------------- */

int64_t
db_size(struct db *db, int64_t *unused)
{
    int64_t page = ask_number(db, "PRAGMA page_size");
    *unused = page * ask_number(db, "PRAGMA freelist_count");
    return page * ask_number(db, "PRAGMA page_count");
}

bool
db_compact(struct db *db, struct error *err)
{
    if (!db_commit(db, err)) {
        return false;
    }
    drop_statements(db);
    if (!run_text(db, "VACUUM")) {
        return db_fail(db, err);
    }
    (void)sqlite3_wal_checkpoint_v2(db->handle, NULL,
                                    SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return true;
}
