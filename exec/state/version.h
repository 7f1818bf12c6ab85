/* SPDX-License-Identifier: MIT */
/*
 * Files and their versions, as the database has them. A part of state.h, which
 * includes it. See spec/format/state-db.md.
 */
#ifndef EXEC_STATE_VERSION_H
#define EXEC_STATE_VERSION_H

#include "exec/backend/hash.h"
#include "exec/base/error.h"

#include <stdint.h>

struct state;

#define VERSION_LINK 0x10000U

/* One observed state of a file. What `hash` tells is only known if `hashed`.
 * A version that is not `settled` was seen so soon after its last change that
 * another change might have left the same attributes. */
struct file_version {
    uint32_t id;   /* 0: not stored */
    uint32_t file; /* number of the file in the database */
    uint8_t kind;  /* enum file_kind; KIND_LINK: it leads nowhere */
    bool settled;
    bool hashed;
    uint32_t mode; /* permission bits; VERSION_LINK: reached by a link */
    int64_t size;
    int64_t mtime_ns;
    int64_t ctime_ns;
    uint64_t inode;
    struct hash128 hash;
};

/* Calls back with every file (its number, path and latest version), or every
 * version; the bulk load of a judge. */
typedef void
state_file_fn(void *ctx, uint32_t file, const char *path, uint32_t version);
typedef void state_version_fn(void *ctx, const struct file_version *version);
bool state_load_files(struct state *state, state_file_fn *call, void *ctx,
                      struct error *err) EXEC_MUST_CHECK;
bool state_load_versions(struct state *state, state_version_fn *call, void *ctx,
                         struct error *err) EXEC_MUST_CHECK;

/* Stores a path that is not yet in the database, with its first version, whose
 * numbers are set. */
bool
state_add_file(struct state *state, const char *path,
               struct file_version *version, struct error *err) EXEC_MUST_CHECK;
/* Stores a version as its file's latest: a new one (id 0, which is set), or
 * fresh attributes of one that means the same. */
bool state_put_version(struct state *state, struct file_version *version,
                       struct error *err) EXEC_MUST_CHECK;
/* Path and version of one id; false if it is not there. *path is malloc'ed. */
bool state_find_version(struct state *state, uint32_t id, char **path,
                        struct file_version *version);
/* The latest version of a file, by its number; 0 if it has none. */
uint32_t state_latest_version(struct state *state, uint32_t file);

#endif
