/* SPDX-License-Identifier: MIT */
/* A database as earlier versions of the program left it. */
#ifndef TESTS_LIB_OLD_STATE_H
#define TESTS_LIB_OLD_STATE_H

#include "exec/backend/hash.h"
#include "exec/base/memory.h"
#include "exec/base/shrink.h"
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

/* The tables of version 4, as far as anything of that time is read otherwise. */
static const char tables_of_4[] =
    "CREATE TABLE stamp (value BLOB NOT NULL);"
    "INSERT INTO stamp VALUES (randomblob(16));"
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT"
    " ROWID;"
    "INSERT INTO setting VALUES ('hash', 'xxh3');"
    "CREATE TABLE build_file (id INTEGER PRIMARY KEY, path TEXT NOT NULL"
    " UNIQUE);"
    "CREATE TABLE dir (id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE);"
    "CREATE TABLE file (id INTEGER PRIMARY KEY, dir INTEGER NOT NULL, name BLOB"
    " NOT NULL, version INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE version (id INTEGER PRIMARY KEY AUTOINCREMENT, file INTEGER"
    " NOT NULL, bits INTEGER NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER"
    " NOT NULL, ctime_after INTEGER NOT NULL, inode INTEGER NOT NULL, hash"
    " BLOB);"
    "CREATE TABLE command (id INTEGER PRIMARY KEY, base INTEGER, hash BLOB NOT"
    " NULL, len INTEGER NOT NULL, text BLOB NOT NULL);"
    "CREATE TABLE manifest (id INTEGER PRIMARY KEY, command INTEGER NOT NULL,"
    " hash BLOB NOT NULL, body BLOB NOT NULL);"
    "CREATE TABLE action (id INTEGER PRIMARY KEY, build_file INTEGER NOT NULL,"
    " key_hash INTEGER NOT NULL, status INTEGER NOT NULL DEFAULT 0, run INTEGER"
    " NOT NULL DEFAULT 0, manifest INTEGER NOT NULL DEFAULT 0, latest INTEGER"
    " NOT NULL DEFAULT 0, value BLOB, key BLOB NOT NULL);"
    "CREATE INDEX action_key ON action (key_hash);"
    "CREATE TABLE run (id INTEGER PRIMARY KEY AUTOINCREMENT, build_file INTEGER"
    " NOT NULL, graph INTEGER NOT NULL DEFAULT 0, arguments BLOB NOT NULL,"
    " started_unix_us INTEGER NOT NULL, ended_unix_us INTEGER NOT NULL DEFAULT"
    " 0, exit_status INTEGER NOT NULL DEFAULT 0, ran INTEGER NOT NULL DEFAULT"
    " 0, failed INTEGER NOT NULL DEFAULT 0, up_to_date INTEGER NOT NULL DEFAULT"
    " 0, cut_off INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE action_run (id INTEGER PRIMARY KEY, action INTEGER NOT NULL,"
    " run INTEGER NOT NULL, status INTEGER NOT NULL, started_after_us INTEGER"
    " NOT NULL, duration_us INTEGER NOT NULL, cpu_us INTEGER NOT NULL, peak_kib"
    " INTEGER NOT NULL, exit_code INTEGER NOT NULL, signal INTEGER NOT NULL,"
    " manifest INTEGER NOT NULL, previous INTEGER NOT NULL, reasons BLOB,"
    " output BLOB);"
    "CREATE TABLE graph (id INTEGER PRIMARY KEY AUTOINCREMENT, build_file"
    " INTEGER NOT NULL, hash BLOB NOT NULL, actions BLOB NOT NULL);"
    "CREATE TABLE output (file INTEGER NOT NULL, build_file INTEGER NOT NULL,"
    " action INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (file,"
    " build_file)) WITHOUT ROWID;"
    "CREATE TABLE removed (run INTEGER NOT NULL, file INTEGER NOT NULL);"
    "CREATE TABLE listing (action INTEGER NOT NULL, dir BLOB NOT NULL, entries"
    " BLOB NOT NULL, PRIMARY KEY (action, dir)) WITHOUT ROWID;"
    "CREATE TABLE folder (path BLOB PRIMARY KEY) WITHOUT ROWID;"
    "INSERT INTO build_file VALUES (1, 'build.magma');"
    "INSERT INTO dir VALUES (1, x'642f');"
    "INSERT INTO file VALUES (1, 0, x'6f7574', 8), (2, 1, x'696e', 7),"
    " (3, 1, x'676f6e65', 0);"
    "INSERT INTO version VALUES (7, 2, 6729, 5, 1000, 200, 99, NULL),"
    " (8, 1, 6721, 6, 2000, 0, 98, NULL), (5, 1, 6721, 4, 900, 0, 97, NULL);"
    "INSERT INTO removed VALUES (3, 3);"
    "INSERT INTO action_run VALUES (4, 1, 3, 1, 100, 80, 70, 60, 0, 0, 1, 0,"
    " x'4100000000', x'77'), (3, 1, 3, 4, 50, 9, 9, 9, 1, 0, 0, 0,"
    " x'4100000000', NULL), (2, 1, 3, 4, 40, 9, 9, 9, 1, 0, 0, 0, NULL, NULL);"
    "INSERT INTO run (id, build_file, arguments, started_unix_us,"
    " ended_unix_us, ran) VALUES (3, 1, x'6275696c64', 5000, 9000, 1);"
    "INSERT INTO output VALUES (1, 1, 1, 8);";

/* A body of versions 3 and 4: ids as differences, kinds by row. */
static inline void
body_of_4(struct buffer *out)
{
    struct buffer rest = {0};
    varint_add(&rest, 2);
    body_add_bytes(&rest, (struct slice){"\16\2", 2}); // 7, and one more
    /* An input, nothing discovered, an output; no variables, nodes, events. */
    buffer_add(&rest, "\1\1\1\0\1\1\1\0\0\0", 10);
    uint64_t checksum = hash_xxh3.bytes(rest.bytes, rest.len).low;
    checksum += 0x726f6e696e2d7633ULL;
    buffer_add(out, &checksum, sizeof checksum);
    buffer_add(out, rest.bytes, rest.len);
    buffer_finish(&rest);
}

/* Makes the database of version 4: the action `out`, whose command is a
 * difference in LZ4's form to `base`, reads d/in and ran in run 3. */
static inline void
old_state_make_4(const char *path, const char *base, const char *command)
{
    const struct hash128 hash = {11, 0};
    struct buffer sql = {0};
    struct buffer body = {0};
    struct buffer packed = {0};
    struct error err = {0};
    struct db *db = NULL;
    body_of_4(&body);
    CHECK(shrink_text(slice_of(base), slice_of(command), strlen(command),
                      &packed));
    buffer_add_str(&sql, tables_of_4);
    old_blob(&sql, "INSERT INTO command VALUES (1, NULL, x'00', 0, ", base,
             strlen(base));
    buffer_add_format(&sql, "), (2, 1, x'00', %zu, ", strlen(command));
    old_blob(&sql, "", packed.bytes, packed.len);
    old_blob(&sql, "); INSERT INTO manifest VALUES (1, 2, ", &hash,
             sizeof hash);
    old_blob(&sql, ", ", body.bytes, body.len);
    buffer_add_format(&sql,
                      "); INSERT INTO action VALUES (1, 1, %lld, 1, 3, 1, 4,"
                      " NULL, x'6f7574');",
                      (long long)db_key_hash("out", 3));
    CHECK(db_open(path, DB_WRITE, buffer_str(&sql), &db, &err) == DB_OK);
    CHECK(db_write(db, db_take(db, 0, "PRAGMA user_version=4"), &err));
    db_close(db);
    buffer_finish(&sql);
    buffer_finish(&body);
    buffer_finish(&packed);
}

#endif
