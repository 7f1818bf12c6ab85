/* SPDX-License-Identifier: MIT */
/*
 * What an open state is, for the files that implement state.h: state.c
 * (opening, losing, committing, runs), rows.c (files, records), ours.c (outputs),
 * commands.c (command parts), inherit.c, folders.c, listings.c, history.c (what
 * earlier runs did), why.c (why they did it) and prune.c.
 */
#ifndef EXEC_STATE_STORE_H
#define EXEC_STATE_STORE_H

#include "exec/base/table.h"
#include "exec/base/vec.h"
#include "exec/state/db.h"
#include "exec/state/pack.h"
#include "exec/state/past.h"

/* The action that was asked for last, as its row is. */
struct store_action {
    char *key; /* NULL: none */
    int64_t id;
    uint32_t manifest;
    uint32_t made; /* the version of the file that it is named like, if it is
                          recorded to have made that; 0: it is not */
    uint32_t previous; /* the manifest before a success that has no history
                          yet */
    bool is_fresh;     /* `previous` is to be used */
};

/* A command part that was opened not long ago. */
#define STORE_OPENED 64
struct store_command {
    uint32_t id; /* 0: none */
    uint32_t depth;
    char *text;
    size_t len;
};

/* Why an action ran: a text that was stored not long ago. */
#define STORE_WHYS 64
struct store_why {
    struct hash128 hash;
    int64_t id; /* 0: none */
};

struct state {
    struct db *db; /* NULL: not opened yet */
    char *dir;     /* ROOT/.ronin */
    char *path;    /* of the database */
    char *build_file;
    struct state_backends backends;
    const char *wanted_hash; /* NULL: none is asked for */
    bool in_memory;
    int64_t build_file_id; /* 0: not in the database (read only) */
    char *note;
    int lock_fd; /* -1: none */
    bool read_only;
    bool was_lost;
    bool run_is_begun;    /* by the caller */
    bool is_shared;       /* somebody else wrote since it was opened */
    struct hash128 stamp; /* as it was read or written last */
    uint64_t run;         /* 0: its row is not written yet */
    int64_t run_started_unix_us;
    char *run_arguments;
    struct store_action last;
    struct packer *packer; /* NULL: no command was stored yet */
    struct store_command opened[STORE_OPENED]; /* by number */
    struct store_why told[STORE_WHYS];         /* by hash */
    struct vec dirs; /* of char *, by id; see rows.c */
    struct table dir_table;
    bool dirs_known;
};

/* Statements by slot, file by file. */
enum store_slot {
    SLOT_STAMP_READ,
    SLOT_STAMP_WRITE,
    SLOT_SETTING_READ,
    SLOT_SETTING_WRITE,
    SLOT_REHASH_FILES,
    SLOT_REHASH_VERSIONS,
    SLOT_REHASH_PUT,
    SLOT_BUILD_FILE_FIND,
    SLOT_BUILD_FILE_ADD,
    SLOT_RUN_LAST,
    SLOT_RUN_ADD,
    SLOT_RUN_END,
    SLOT_PRUNE_RUN,
    SLOT_PRUNE_ACTION_RUN,
    SLOT_PRUNE_REMOVED,
    SLOT_PRUNE_GRAPH,
    SLOT_PRUNE_MANIFEST,
    SLOT_PRUNE_COMMAND,
    SLOT_PRUNE_LIST,
    SLOT_PRUNE_NAMED,
    SLOT_PRUNE_ALL,
    SLOT_PRUNE_VERSION,
    SLOT_PRUNE_NTH,
    SLOT_PRUNE_COUNT,
    SLOT_DIR_LOAD,
    SLOT_DIR_ADD,
    SLOT_FILE_LOAD,
    SLOT_FILE_ADD,
    SLOT_FILE_FIND,
    SLOT_FILE_LATEST,
    SLOT_FILE_VERSION,
    SLOT_FILE_PATH,
    SLOT_VERSION_LOAD,
    SLOT_VERSION_UPDATE,
    SLOT_VERSION_FIND,
    SLOT_ACTION_FIND,
    SLOT_ACTION_ADD,
    SLOT_ACTION_STATUS,
    SLOT_ACTION_PUT,
    SLOT_ACTION_LATEST,
    SLOT_WARNED_PUT,
    SLOT_WARNED_DROP,
    SLOT_WARNED_LIST,
    SLOT_ACTION_INHERIT,
    SLOT_RECORD_LOAD,
    SLOT_RECORD_FIND,
    SLOT_RECORD_VALUE,
    SLOT_RECORD_COMMAND,
    SLOT_COMMAND_ADD,
    SLOT_COMMAND_FIND,
    SLOT_COMMAND_BASES,
    SLOT_MANIFEST_ADD,
    SLOT_MANIFEST_UPDATE,
    SLOT_MANIFEST_FIND,
    SLOT_MANIFEST_KNOWN,
    SLOT_WHY_ADD,
    SLOT_PRUNE_WHY,
    SLOT_ACTION_RUN_ADD,
    SLOT_ACTION_RUN_LAST,
    SLOT_ACTION_RUN_OF,
    SLOT_ACTION_RUN_LIST,
    SLOT_RUN_LIST,
    SLOT_REMOVED_LIST,
    SLOT_GRAPH_LAST,
    SLOT_GRAPH_NEWEST,
    SLOT_GRAPH_ADD,
    SLOT_GRAPH_UPDATE,
    SLOT_GRAPH_RUN,
    SLOT_GRAPH_FIND,
    SLOT_GRAPH_LIST,
    SLOT_ACTION_RUN_COSTS,
    SLOT_OUTPUT_LOAD,
    SLOT_OUTPUT_PUT,
    SLOT_OUTPUT_DROP,
    SLOT_OUTPUT_INHERIT,
    SLOT_OUTPUT_FOREIGN,
    SLOT_MADE_PUT,
    SLOT_MADE_DROP,
    SLOT_MADE_FOREIGN,
    SLOT_REMOVED_ADD,
    SLOT_LISTING_FIND,
    SLOT_LISTING_PUT,
    SLOT_FOLDER_PUT,
    SLOT_FOLDER_FIND,
    SLOT_FOLDER_DROP,
    SLOT_EXAMINE,
    SLOT_COUNT
};

/* How many runs are kept. */
uint32_t store_count_runs(struct state *state);

/* Before each writing statement: begins the transaction, and the row of the
 * run if there is one. */
bool store_begin(struct state *state, struct error *err) EXEC_MUST_CHECK;
/* The same without the row of the run: a run that only learnt that files are
 * settled did nothing that the history should tell. */
bool store_begin_files(struct state *state, struct error *err) EXEC_MUST_CHECK;

/* The id of a build file; *id stays if nothing is recorded of it. */
bool store_find_build_file(struct state *state, const char *path, int64_t *id,
                           struct error *err) EXEC_MUST_CHECK;

/* The row of an action in state->last; false if there is none (or on failure,
 * which db_is_failed tells). */
bool store_find_action(struct state *state, const char *key);
/* The same; makes the row, with this status, if need be. */
bool
store_need_action(struct state *state, const char *key,
                  enum record_status status, struct error *err) EXEC_MUST_CHECK;
/* How a statement tells the key of `action AS a`: as it stands there, or the number
 * of a file, whose folder and name are it. */
#define STORE_KEY "a.key, k.parent, k.name"
#define STORE_KEY_JOIN " LEFT JOIN file AS k ON k.id = a.key"
/* The same, malloc'ed, of columns `at` to `at` + 2. */
char *store_key_of_row(struct state *state, struct statement *s, int at);
/* The number `n.id` of the next row of a table, which names others by the
 * difference to it. */
#define STORE_NEXT(table) \
    "(SELECT coalesce(max(id), 0) + 1 AS id FROM " table ") AS n"

/* Folder and name of a row put together: columns `at` and the next. Needs the folders,
 * which are loaded once. */
const char *store_path_of_row(struct state *state, struct statement *s, int at,
                              struct buffer *path);
void store_load_dirs(struct state *state);
/* How a load ends: rows that could not be read are a failure. */
bool store_load_is_done(struct state *state, struct error *err) EXEC_MUST_CHECK;

/* The id of a command part: *id (0: none) stays if that has the same text. */
bool store_put_command(struct state *state, struct slice text, uint32_t *id,
                       struct error *err) EXEC_MUST_CHECK;
/* The id of a text of reasons, which stands once; 0 of an empty one. */
bool store_put_why(struct state *state, struct slice text, int64_t *id,
                   struct error *err) EXEC_MUST_CHECK;
/* The text of a row whose `len` that is: the bytes themselves, or malloc'ed in
 * *owned; empty if they are damaged. */
struct slice store_open_why(struct slice stored, size_t len, char **owned);
/* Forgets which of them are stored. */
void store_forget_whys(struct state *state);
/* Forgets the texts that are held in memory. */
void store_forget_commands(struct state *state);
/* Replaces all content hashes within the transaction that has begun. */
bool
store_rehash(struct state *state, const struct hash_backend *from,
             const struct hash_backend *to, struct error *err) EXEC_MUST_CHECK;
/* Forgets what was read from a database that is not the present one any more. */
void store_forget(struct state *state);

#endif
