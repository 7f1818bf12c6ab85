/* SPDX-License-Identifier: MIT */
/*
 * A manifest: all that decided a run of an action, and what came of it. One
 * walk over it writes both the hash, which is its identity, and the body,
 * which is stored and read back; so `why` cannot disagree with the decision.
 * Lists are in the order of paths, whatever order the build file has.
 */
#ifndef EXEC_DECIDE_MANIFEST_H
#define EXEC_DECIDE_MANIFEST_H

#include "exec/base/vec.h"
#include "exec/decide/files.h"
#include "exec/state/body.h"

enum manifest_bit {
    MANIFEST_LINK = 0x40, /* of an output: a link that the action made itself */
    MANIFEST_RECENT = 0x80 /* beside edge kinds: changed while the action ran */
};

struct manifest_file {
    const char *path; /* owned by the files */
    uint32_t file;    /* place in the files */
    uint8_t kinds;    /* of edges; outputs: IFWRITTEN */
    struct file_version version;
};

/* A variable that the action told it had looked at. */
struct manifest_env {
    char *name;  /* owned */
    char *value; /* owned; NULL: not set */
};

/* An edge to an action without outputs. */
struct manifest_node {
    char *key;           /* owned */
    struct hash128 hash; /* of its last manifest */
};

struct manifest_event {
    char *path;    /* owned */
    uint8_t event; /* enum exec_watch_event */
};

struct manifest {
    struct hash128 command;
    struct vec inputs;     /* of manifest_file */
    struct vec discovered; /* of manifest_file */
    struct vec outputs;    /* of manifest_file */
    struct vec env;        /* of manifest_env */
    struct vec nodes;      /* of manifest_node */
    struct vec events;     /* of manifest_event */
};

void manifest_init(struct manifest *manifest);
void manifest_finish(struct manifest *manifest);
/* Sorts a list of files by path and joins the kinds of equal ones. */
void manifest_sort(struct vec *list);
/* Sorts nodes by key and drops equal ones. */
void manifest_sort_nodes(struct vec *nodes);
/* Adds a variable with the value that it has in our environment. */
void manifest_add_env(struct manifest *manifest, const char *name);
void manifest_sort_env(struct manifest *manifest);

struct hash128 manifest_hash(const struct manifest *manifest);
/* Appends the sealed body; all versions must be stored. */
void manifest_write(const struct manifest *manifest, struct buffer *out);

/* Reads a body from front to back: for each list its count, then so many
 * items. What does not fit sets `bad` and reads as nothing. */
struct manifest_reader {
    struct body_versions versions;
    struct slice entries;
    uint64_t alike; /* files that are still to have the same kinds */
    uint8_t kinds;  /* theirs */
    bool bad;
};
bool manifest_open(struct slice body, struct manifest_reader *reader);
uint32_t manifest_read_count(struct manifest_reader *reader);
/* The kinds of a file, and the id of its version. */
uint8_t manifest_read_file(struct manifest_reader *reader, uint32_t *version);
/* Reads over the next `lists` lists of files. */
void manifest_skip_files(struct manifest_reader *reader, uint32_t lists);
/* Name and value are slices of the body; *set is false for a variable that was
 * not set. */
struct slice manifest_read_env(struct manifest_reader *reader, bool *set,
                               struct slice *value);
/* The key is a slice of the body. */
struct slice
manifest_read_node(struct manifest_reader *reader, struct hash128 *hash);

#endif
