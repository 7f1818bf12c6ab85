/* SPDX-License-Identifier: MIT */
/*
 * What is remembered from one run to the next: one SQLite database below
 * ROOT/.ronin, in rows that this header names as plain structs. It judges
 * nothing. Writes are gathered in one transaction and committed at most 50 ms
 * apart; a database that cannot be read is moved aside and said (state_note),
 * never trusted. See spec/format/state-db.md.
 *
 * After a write has failed (a full disk) every later one fails with the same
 * error, so that nothing is recorded on top of a hole.
 */
#ifndef EXEC_STATE_STATE_H
#define EXEC_STATE_STATE_H

#include "exec/backend/stat.h"
#include "exec/graph/graph.h"
#include "exec/state/ours.h"
#include "exec/state/version.h"

struct state;

/* How files are looked at, and how their content is hashed. */
struct state_backends {
    const struct stat_backend *stat;
    const struct hash_backend *hash;
};

/* Where records are kept. */
enum state_place {
    STATE_ON_DISK,
    STATE_IN_MEMORY, /* nothing is read or written: everything is built */
    STATE_RESET      /* on disk; what is there is thrown away first */
};

struct state_options {
    const char *root;       /* absolute path of the build root */
    const char *build_file; /* whose records these are, relative to the root */
    bool read_only;         /* never waits, never writes */
    bool no_wait;           /* fail at once when another process builds here */
    enum state_place place;
    const char *hash; /* name of the algorithm; NULL: what the records hold */
    const char *stat; /* name of the way; NULL: the default */
    bool
        deferred; /* not read_only: takes the lock; state_ready does the rest */
    /* Told, once, before it waits for the holder of the lock. */
    void (*on_wait)(void *ctx, int pid, const char *command);
    void *ctx;
};

/* Opens, and makes what is missing. A builder holds the lock of the root until
 * state_close; when an ancestor of this process holds it, it goes ahead
 * without. Errors are of class STATE. */
bool state_open(const struct state_options *options, struct state **state,
                struct error *err) EXEC_MUST_CHECK;
/* Opens the database if that was deferred; everything but state_stamp,
 * state_note, state_dir and state_find_value needs it. */
bool state_ready(struct state *state, struct error *err) EXEC_MUST_CHECK;
/* Instead of opening: the stamp, where the files of the database prove that it
 * still has it. */
void state_assume(struct state *state, struct hash128 stamp);
/* True if nobody has opened it since. */
bool state_is_assumed(const struct state *state);
/* What is used for these records: content hashes of a database are all of one
 * algorithm. */
const struct state_backends *state_backends(const struct state *state);
/* Commits what is not yet written, and lets go of the lock. NULL is fine. */
void state_close(struct state *state);

/* What a person should know of the opening (a lost database, a build inside a
 * build), or NULL. Owned by the state. */
const char *state_note(const struct state *state);
/* True when records were there and could not be read. */
bool state_was_lost(const struct state *state);
/* ROOT/.ronin as an absolute path. */
const char *state_dir(const struct state *state);

/* False with the error once something could not be read or written: what is
 * asked for after that looks as if it had never been. */
bool
state_is_fine(const struct state *state, struct error *err) EXEC_MUST_CHECK;
/* Commits now. True when all that was written so far is on its way to disk. */
bool state_commit(struct state *state, struct error *err) EXEC_MUST_CHECK;
/* Nothing more will be written: what else is done to the files at the end of a
 * run is done now, so that who notes what they are may rely on it. */
void state_rest(struct state *state);
/* Called by the loop with any monotonic clock: commits when the oldest
 * uncommitted write is 50 ms old. An error is kept for the next write. */
void state_tick(struct state *state, int64_t now_us);
/* True while something is written and not committed. */
bool state_is_pending(const struct state *state);

/* The stamp of the database, which is another one after every change that
 * anybody commits: equal stamps mean equal contents. False if it cannot be
 * told, or if somebody else wrote since the opening: a build inside this one,
 * or one that this one runs in. */
bool state_stamp(struct state *state, struct hash128 *stamp);

/* The stamp of what is committed now, for readers; false if there is none. */
bool state_seen_stamp(struct state *state, struct hash128 *stamp);

/* --- Runs ----------------------------------------------------------------- */

struct state_run {
    uint64_t id;
    int64_t started_unix_us;
    int64_t ended_unix_us; /* 0: it was killed, or goes on */
    int exit_status;
    uint32_t ran;
    uint32_t failed;
    uint32_t up_to_date;
    uint32_t cut_off;
    uint64_t graph;        /* reading only: its graph version; 0: none */
    const char *arguments; /* reading only */
};

/* Begins a run, whose number is *run. It is written with the first row that
 * belongs to it (when what is older than the last 50 is forgotten), so that a
 * run without anything to do costs nothing and is not in the history. */
bool state_begin_run(struct state *state, const char *arguments,
                     int64_t started_unix_us, uint64_t *run,
                     struct error *err) EXEC_MUST_CHECK;
bool state_end_run(struct state *state, const struct state_run *run,
                   struct error *err) EXEC_MUST_CHECK;

/* True once something of the present run was written. */
bool state_has_run(const struct state *state);

/* What was read proved to be damaged: moves the database aside and goes on
 * with an empty one, noted. False if that cannot be done. */
bool state_start_over(struct state *state, struct error *err) EXEC_MUST_CHECK;

/* --- Records ------------------------------------------------------------------ */

enum record_status {
    RECORD_NONE,
    RECORD_VALID,
    RECORD_UNSETTLED, /* a discovered input changed while the command ran */
    RECORD_STARTED,   /* begun and never ended: ronin was killed */
    RECORD_FAILED,
    RECORD_INTERRUPTED
};

/* The latest of an action. While it is not valid, the manifest is still that
 * of the last success. */
struct state_record {
    const char *key;
    enum record_status status;
    uint64_t run;
    struct hash128 manifest; /* zero: it never succeeded */
    uint32_t command;        /* reading only: number of its command part */
    struct slice body;       /* the rest of the manifest: see body.h */
    struct slice value;      /* of a dynout */
};

typedef void state_record_fn(void *ctx, const struct state_record *record);
/* All records of this build file, with the bodies of their manifests. */
bool state_load_records(struct state *state, state_record_fn *call, void *ctx,
                        struct error *err) EXEC_MUST_CHECK;
/* The record of one key, as a call of the same kind, if there is one. */
void state_find_record(struct state *state, const char *key,
                       state_record_fn *call, void *ctx);
/* Before a command starts; follow it by state_commit. */
bool state_invalidate(struct state *state, const char *key,
                      struct error *err) EXEC_MUST_CHECK;
/* Replaces record and manifest of a success; `command` is the text of the
 * command part. */
bool state_put_record(struct state *state, const struct state_record *record,
                      struct slice command, struct error *err) EXEC_MUST_CHECK;
/* Tells how an attempt without success ended. */
bool
state_set_status(struct state *state, const char *key,
                 enum record_status status, struct error *err) EXEC_MUST_CHECK;
/* Takes over what is recorded of another build file, if nothing is of this one:
 * before anything of it is read. A reader takes it for its own and copies
 * nothing. */
bool state_inherit(struct state *state, const char *build_file,
                   struct error *err) EXEC_MUST_CHECK;
/* The last value of a dynout, malloc'ed; false if there is none. */
bool state_find_value(struct state *state, const char *key, char **value,
                      size_t *len);
/* The text of the command part of an action's last success, malloc'ed; false
 * if there is none. */
bool state_find_command(struct state *state, const char *key, char **text,
                        size_t *len);

/* A stored manifest. */
struct state_manifest {
    struct hash128 hash;
    uint32_t command; /* number of the command part */
    char *body;       /* malloc'ed */
    size_t body_len;
};
/* The manifest of a number; false if it is not there any more. */
bool state_find_manifest(struct state *state, uint32_t id,
                         struct state_manifest *manifest);
/* The text of a command part by its number, malloc'ed; false if it is not
 * there. */
bool
state_command_text(struct state *state, uint32_t id, char **text, size_t *len);

#endif
