/* SPDX-License-Identifier: MIT */
/*
 * A sealed graph as a file: a header, the files and dynout values that the
 * graph was made from, and the graph's arrays in a small form. Of an unchanged
 * build nobody looks into the arrays; each is opened when it is first read. A file that is not exactly what this program wrote is no snapshot;
 * nobody is told, for only time is lost. See spec/format/snapshot.md.
 */
#ifndef EXEC_GRAPH_SNAPSHOT_H
#define EXEC_GRAPH_SNAPSHOT_H

#include "exec/backend/stat.h"
#include "exec/graph/graph.h"

/* A file that was read to make the graph. */
struct snapshot_source {
    char *path; /* owned */
    struct file_stat stat;
    struct hash128 content;
    bool recent; /* so new when looked at that attributes prove nothing */
};

/* A dynout that the graph was made with, and the hash of its value. */
struct snapshot_dynout {
    char *key;  /* owned */
    bool known; /* false: it had no value */
    struct hash128 value;
};

/* What a graph was made from. Starts as {0}. */
struct snapshot_inputs {
    struct snapshot_source *sources;
    uint32_t source_count;
    struct snapshot_dynout *dynouts;
    uint32_t dynout_count;
    struct hash128 file; /* of the file that has them: set by saving, loading */
};

/* Adds the files of a row of zero-terminated paths with their signatures,
 * relative to dir_fd. `read` has, for each, the hash of what the graph was made
 * from, zero for a file that was not there. False, and nothing to save, if one
 * holds something else by now or cannot be read. */
bool snapshot_sign(int dir_fd, struct slice paths, const struct hash128 *read,
                   struct snapshot_inputs *inputs) EXEC_MUST_CHECK;
/* Adds a dynout with its value (a row of paths; NULL: it has none). */
void snapshot_add_dynout(struct snapshot_inputs *inputs, const char *key,
                         const struct slice *value);
/* All sources are what they were: same attributes, else same content. *settled
 * if one had to be read and has other attributes now: saving again spares the
 * next start the reading. */
bool snapshot_sources_same(int dir_fd, struct snapshot_inputs *inputs,
                           bool *settled);
/* The dynout had this value (NULL: none) when the graph was made. */
bool snapshot_dynout_same(const struct snapshot_dynout *dynout,
                          const struct slice *value);
void snapshot_inputs_finish(struct snapshot_inputs *inputs);

/* Writes the file through a temporary one beside it. */
bool snapshot_save(const char *path, const char *version, const struct graph *g,
                   struct snapshot_inputs *inputs,
                   struct error *err) EXEC_MUST_CHECK;
/* The graph and what it was made from; NULL if the file is absent, damaged or
 * of another program version. graph_destroy frees the graph. */
struct graph *snapshot_load(const char *path, const char *version,
                            struct snapshot_inputs *inputs);
/* The same, but that the graph was not looked at and may be damaged: only its counts
 * can be asked for before snapshot_check, which is false if it is. */
struct graph *snapshot_map(const char *path, const char *version,
                           struct snapshot_inputs *inputs);
bool snapshot_check(struct graph *g) EXEC_MUST_CHECK;

#endif
