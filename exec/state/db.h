/* SPDX-License-Identifier: MIT */
/*
 * The thin door to SQLite: one table of statements, one step helper, and
 * writes gathered in a transaction that commits at most 50 ms later. After a
 * write has failed, all later ones fail with the same text.
 */
#ifndef EXEC_STATE_DB_H
#define EXEC_STATE_DB_H

#include "exec/graph/graph.h"

struct db;
struct statement;

enum db_mode {
    DB_WRITE,     /* made when it is missing */
    DB_READ,      /* must be there */
    DB_IMMUTABLE, /* on a file system that cannot be written */
    DB_COPY,      /* a copy in memory: of one with a log, or with old tables */
    DB_MEMORY     /* an empty one that is forgotten */
};

enum db_outcome {
    DB_OK,
    DB_CORRUPT, /* not a database, truncated, malformed */
    DB_OLD,     /* tables of an earlier version, where nothing may be written */
    DB_FAILED   /* anything else; err says it */
};

/* Opens and checks the file. `schema` is run when the database is empty; tables
 * of an older version are brought up to this one where that may be written, in
 * the file or in a copy; newer ones are refused. */
enum db_outcome db_open(const char *path, enum db_mode mode, const char *schema,
                        struct db **db, struct error *err) EXEC_MUST_CHECK;
void db_close(struct db *db);
/* True while there are commits that are not yet in the file itself. */
bool db_has_log(const char *path);

/* The version of the tables that this program knows. */
#define DB_SCHEMA_VERSION 10

/* A statement of the text, prepared once per `slot`, ready for binding; NULL
 * on failure (db_fail says it). Slots are 0 to DB_SLOTS - 1. */
#define DB_SLOTS 96
struct statement *db_take(struct db *db, int slot, const char *sql);
void db_bind_int(struct statement *s, int index, int64_t value);
/* Bytes must live until the statement has been stepped through. NULL bytes
 * bind NULL. */
void
db_bind_bytes(struct statement *s, int index, const void *bytes, size_t len);
void db_bind_text(struct statement *s, int index, const char *text);
/* The number of a row; zero, which no row has, binds NULL. */
void db_bind_number(struct statement *s, int index, int64_t number);
/* Zero binds NULL; without an upper half it takes eight bytes. */
void db_bind_hash(struct statement *s, int index, struct hash128 hash);

/* True while there is a row; false at the end and on failure (db_is_failed),
 * when the statement is reset. */
bool db_step(struct db *db, struct statement *s);
/* Ends a statement of which not all rows were wanted. */
void db_reset(struct statement *s);
int64_t db_int(struct statement *s, int column);
bool db_is_number(struct statement *s, int column);
/* Valid until the next step. */
struct slice db_bytes(struct statement *s, int column);
struct hash128 db_hash(struct statement *s, int column);

/* Begins the transaction if there is none, and says whether writes can still
 * succeed. Before each writing statement. */
bool db_begin(struct db *db, struct error *err) EXEC_MUST_CHECK;
/* Steps a writing statement to its end (NULL: it could not be prepared). */
bool
db_write(struct db *db, struct statement *s, struct error *err) EXEC_MUST_CHECK;
bool db_commit(struct db *db, struct error *err) EXEC_MUST_CHECK;
/* Empties a long log, as closing does: nothing will be written until then. */
void db_rest(struct db *db);
void db_tick(struct db *db, int64_t now_us);
bool db_is_pending(const struct db *db);
int64_t db_last_id(struct db *db);
/* Bytes of the database, without its log; bytes of it that are free. */
int64_t db_size(struct db *db, int64_t *unused);
/* Writes the database anew without what is free, and empties the log. */
bool db_compact(struct db *db, struct error *err) EXEC_MUST_CHECK;
/* The small hash that keys of actions are found by. */
int64_t db_key_hash(const void *bytes, size_t len);

/* The first failure since the opening, if any. */
bool db_is_failed(const struct db *db);
bool db_is_corrupt(const struct db *db);
/* Fills err with it; always false. */
bool db_fail(const struct db *db, struct error *err);

#endif
