/* SPDX-License-Identifier: MIT */
/*
 * What an open state is, for the two files that implement state.h: state.c
 * (opening, losing, committing, runs) and rows.c (everything else).
 */
#ifndef EXEC_STATE_STORE_H
#define EXEC_STATE_STORE_H

#include "exec/state/db.h"
#include "exec/state/state.h"

struct state {
    struct db *db; /* NULL: not opened yet */
    char *dir;     /* ROOT/.ronin */
    char *path;    /* of the database */
    char *build_file;
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
};

/* Statements by slot: those of state.c, then those of rows.c. */
enum store_slot {
    SLOT_STAMP_READ,
    SLOT_STAMP_WRITE,
    SLOT_BUILD_FILE_FIND,
    SLOT_BUILD_FILE_ADD,
    SLOT_RUN_LAST,
    SLOT_RUN_ADD,
    SLOT_RUN_END,
    SLOT_PRUNE_RUN,
    SLOT_PRUNE_ACTION_RUN,
    SLOT_PRUNE_REMOVED,
    SLOT_PRUNE_MANIFEST,
    SLOT_PRUNE_COMMAND,
    SLOT_PRUNE_LIST,
    SLOT_PRUNE_LATEST,
    SLOT_PRUNE_ALL,
    SLOT_PRUNE_VERSION,
    SLOT_FILE_LOAD,
    SLOT_FILE_ADD,
    SLOT_FILE_LATEST,
    SLOT_VERSION_LOAD,
    SLOT_VERSION_ADD,
    SLOT_VERSION_UPDATE,
    SLOT_VERSION_FIND,
    SLOT_RECORD_LOAD,
    SLOT_RECORD_STATUS,
    SLOT_RECORD_PUT,
    SLOT_RECORD_VALUE,
    SLOT_COMMAND_PUT,
    SLOT_COMMAND_FIND,
    SLOT_MANIFEST_PUT,
    SLOT_MANIFEST_FIND,
    SLOT_ACTION_RUN_ADD,
    SLOT_ACTION_RUN_LAST,
    SLOT_OUTPUT_LOAD,
    SLOT_OUTPUT_PUT,
    SLOT_OUTPUT_DROP,
    SLOT_OUTPUT_FOREIGN,
    SLOT_REMOVED_ADD,
    SLOT_LISTING_FIND,
    SLOT_LISTING_PUT,
    SLOT_COUNT
};

/* Before each writing statement: begins the transaction, and the row of the
 * run if there is one. */
bool store_begin(struct state *state, struct error *err) EXEC_MUST_CHECK;

#endif
