/* SPDX-License-Identifier: MIT */
/*
 * What is in a folder and the folders below it: the walk, and a folder taken
 * as one thing, with attributes and a content as a file has them. Links are
 * not followed, and count by where they lead; .ronin and .git are left out at
 * any depth. Sums do not depend on the order in which a file system lists, so
 * that nothing is kept but the folders that still wait.
 */
#ifndef EXEC_DECIDE_TREE_H
#define EXEC_DECIDE_TREE_H

#include "exec/backend/hash.h"
#include "exec/backend/stat.h"

struct tree_entry {
    const char *path;  /* relative to the root, as the folder's is */
    const char *below; /* the same from the folder on */
    int dir_fd;        /* the folder that it is in, and its name there */
    const char *name;
    const struct file_stat *stat; /* of itself, links not followed */
};
typedef void tree_visit_fn(void *ctx, const struct tree_entry *entry);

/* Calls with all that is below a folder, each folder before what is in it.
 * False if some of it could not be read, or is not to be any more (hash_stop),
 * unless the walk is `patient`. A folder that is not there is an empty one. */
bool tree_walk(int root_fd, const char *dir, bool patient, tree_visit_fn *visit,
               void *ctx);

/* Paths that do not count, though what is in such a folder does. */
struct tree_filter {
    bool (*is_left_out)(void *ctx, const char *path); /* NULL: none */
    void *ctx;
};

struct tree_question {
    int root_fd;
    const char *dir;
    const struct hash_backend *hash; /* of the content; NULL: not asked for */
    struct tree_filter filter;
};

struct tree_sum {
    uint64_t print;   /* of all names and attributes */
    uint64_t bytes;   /* of all files */
    int64_t mtime_ns; /* of the newest thing in it that is no folder, */
    int64_t ctime_ns; /* the same; 0: there is none */
    uint64_t dev;     /* of what is in it, if has_one_dev */
    bool has_one_dev; /* on one file system, and no link among it */
    bool lost;        /* some of it could not be read, or was not any more:
                               hash_stop */
    struct hash128 content; /* if it was asked for and nothing is lost */
};
void tree_add_up(const struct tree_question *question, struct tree_sum *sum);

/* Removes what counts in the folder and was written at that time or later, then
 * the folders that are empty, but for the folder itself unless `whole`. What
 * cannot be removed stays. */
struct tree_removal {
    int root_fd;
    const char *dir;
    int64_t since_ns; /* INT64_MIN: all of it */
    bool whole;
    bool bookkeeping; /* .git and .ronin, too */
    struct tree_filter filter;
};
void tree_remove(const struct tree_removal *removal);

#endif
