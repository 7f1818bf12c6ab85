/* SPDX-License-Identifier: MIT */
/* A database as earlier versions of the program left it. */
#ifndef TESTS_LIB_OLD_STATE_H
#define TESTS_LIB_OLD_STATE_H

#include "exec/backend/hash.h"
#include "exec/base/memory.h"
#include "exec/state/body.h"
#include "exec/state/db.h"
#include "tests/lib/test.h"

#include <string.h>

/* The tables of version 2, with rows; those of version 1 had no stamp. */
static const char old_tables[] =
    "CREATE TABLE stamp (value BLOB NOT NULL);"
    "INSERT INTO stamp VALUES (randomblob(16));"
    "CREATE TABLE build_file (id INTEGER PRIMARY KEY, path TEXT NOT NULL"
    " UNIQUE);"
    "CREATE TABLE file (id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE,"
    " version INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE version (id INTEGER PRIMARY KEY AUTOINCREMENT, file INTEGER"
    " NOT NULL, kind INTEGER NOT NULL, settled INTEGER NOT NULL, mode INTEGER"
    " NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns"
    " INTEGER NOT NULL, inode INTEGER NOT NULL, hash BLOB);"
    "CREATE TABLE command (hash BLOB PRIMARY KEY, text BLOB NOT NULL) WITHOUT"
    " ROWID;"
    "CREATE TABLE manifest (hash BLOB PRIMARY KEY, command BLOB NOT NULL, body"
    " BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE record (build_file INTEGER NOT NULL, key BLOB NOT NULL,"
    " status INTEGER NOT NULL, run INTEGER NOT NULL, manifest BLOB, value"
    " BLOB, PRIMARY KEY (build_file, key)) WITHOUT ROWID;"
    "CREATE TABLE run (id INTEGER PRIMARY KEY AUTOINCREMENT, build_file"
    " INTEGER NOT NULL, arguments BLOB NOT NULL, started_unix_us INTEGER NOT"
    " NULL, ended_unix_us INTEGER NOT NULL DEFAULT 0, exit_status INTEGER NOT"
    " NULL DEFAULT 0, ran INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL"
    " DEFAULT 0, up_to_date INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE action_run (id INTEGER PRIMARY KEY, build_file INTEGER NOT"
    " NULL, key BLOB NOT NULL, run INTEGER NOT NULL, status INTEGER NOT NULL,"
    " started_unix_us INTEGER NOT NULL, duration_us INTEGER NOT NULL, cpu_us"
    " INTEGER NOT NULL, peak_kib INTEGER NOT NULL, exit_code INTEGER NOT NULL,"
    " signal INTEGER NOT NULL, output BLOB, reasons BLOB, manifest BLOB,"
    " previous BLOB);"
    "CREATE INDEX action_run_key ON action_run (build_file, key);"
    "CREATE TABLE output (build_file INTEGER NOT NULL, path BLOB NOT NULL, key"
    " BLOB NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (build_file, path))"
    " WITHOUT ROWID;"
    "CREATE INDEX output_path ON output (path);"
    "CREATE TABLE removed (run INTEGER NOT NULL, path BLOB NOT NULL);"
    "CREATE TABLE listing (build_file INTEGER NOT NULL, key BLOB NOT NULL, dir"
    " BLOB NOT NULL, entries BLOB NOT NULL, PRIMARY KEY (build_file, key,"
    " dir)) WITHOUT ROWID;"
    "INSERT INTO build_file VALUES (1, 'build.magma');"
    "INSERT INTO file VALUES (1, x'6f7574', 8), (2, x'642f696e', 7);"
    "INSERT INTO version VALUES (7, 2, 1, 1, 420, 5, 1000, 1200, 99, NULL),"
    " (8, 1, 1, 0, 65956, 6, 2000, 1000, 98, NULL);"
    "INSERT INTO run (id, build_file, arguments, started_unix_us,"
    " ended_unix_us, ran) VALUES (3, 1, x'6275696c64', 5000, 9000, 1);"
    "INSERT INTO output VALUES (1, x'6f7574', x'6f7574', 8);"
    "INSERT INTO removed VALUES (3, x'642f696e');"
    "INSERT INTO listing VALUES (1, x'6f7574', x'64', x'65');";

/* A body in the form of these versions: ids as they are, kinds one by one. */
static inline void
old_body(struct buffer *out)
{
    struct buffer rest = {0};
    varint_add(&rest, 2);
    body_add_bytes(&rest, (struct slice){"\7\10", 2});
    /* An input, nothing discovered, an output, no variables or nodes. */
    buffer_add(&rest, "\1\1\0\1\1\0\0\0", 8);
    uint64_t checksum = hash_xxh3.bytes(rest.bytes, rest.len).low;
    buffer_add(out, &checksum, sizeof checksum);
    buffer_add(out, rest.bytes, rest.len);
    buffer_finish(&rest);
}

static inline void
old_blob(struct buffer *sql, const char *before, const void *bytes, size_t len)
{
    buffer_add_format(sql, "%sx'", before);
    for (size_t i = 0; i < len; i++) {
        buffer_add_format(sql, "%02x", ((const unsigned char *)bytes)[i]);
    }
    buffer_add_char(sql, '\'');
}

/* Makes the database of version 2 (or 1): the action `out`, which reads d/in,
 * ran in run 3; its manifest has the hash 11, the command part 12. */
static inline void
old_state_make(const char *path, int version)
{
    const struct hash128 manifest = {11, 0};
    const struct hash128 command = {12, 0};
    struct buffer sql = {0};
    struct buffer body = {0};
    struct error err = {0};
    struct db *db = NULL;
    old_body(&body);
    buffer_add_str(&sql, old_tables);
    old_blob(&sql, "INSERT INTO command VALUES (", &command, sizeof command);
    old_blob(&sql, ", ", "command", 7);
    old_blob(&sql, "); INSERT INTO manifest VALUES (", &manifest,
             sizeof manifest);
    old_blob(&sql, ", ", &command, sizeof command);
    old_blob(&sql, ", ", body.bytes, body.len);
    old_blob(&sql, "); INSERT INTO record VALUES (1, x'6f7574', 1, 3, ",
             &manifest, sizeof manifest);
    old_blob(&sql,
             ", NULL); INSERT INTO action_run VALUES (4, 1, x'6f7574', 3, 1,"
             " 5100, 80, 70, 60, 0, 0, x'77', NULL, ",
             &manifest, sizeof manifest);
    buffer_add_format(&sql, ", NULL);%s",
                      version == 1 ? "DROP TABLE stamp;" : "");
    CHECK(db_open(path, DB_WRITE, buffer_str(&sql), &db, &err) == DB_OK);
    CHECK(db_write(db,
                   db_take(db, 0,
                           version == 1 ? "PRAGMA user_version=1"
                                        : "PRAGMA user_version=2"),
                   &err));
    db_close(db);
    buffer_finish(&sql);
    buffer_finish(&body);
}

#endif
