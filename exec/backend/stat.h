/* SPDX-License-Identifier: MIT */
/*
 * How the attributes of files are found out. One constant struct per way; all
 * answer the same, at other costs.
 */
#ifndef EXEC_BACKEND_STAT_H
#define EXEC_BACKEND_STAT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum file_kind { KIND_NONE, KIND_FILE, KIND_DIR, KIND_LINK, KIND_OTHER };

/* What a path leads to. All fields are 0 if there is nothing. */
struct file_stat {
    bool exists;         /* false as well for a link that leads nowhere */
    bool is_link;        /* the path itself is a link; `link_` tells of it */
    enum file_kind kind; /* KIND_LINK only from look_link */
    uint32_t mode;       /* permission bits, without the kind */
    uint32_t uid;
    int errnum; /* why it could not be looked at; 0 if it just is not
                            there (ENOENT, ENOTDIR) */
    uint64_t size;
    int64_t mtime_ns;
    int64_t ctime_ns;
    uint64_t inode;
    uint64_t dev;
    int64_t link_mtime_ns; /* of the link itself, 0 if it is none */
    uint64_t link_inode;
    int64_t seen_ns; /* when it was looked at, by the clock of time stamps */
};

struct stat_backend {
    const char *name; /* for --stat */
    /* What a path leads to, links followed; a link is noted by is_link and
     * link_*. Relative to dir_fd, or AT_FDCWD. Safe in any thread. */
    void (*look)(int dir_fd, const char *path, struct file_stat *stat);
    /* The path itself, a link not followed. */
    void (*look_link)(int dir_fd, const char *path, struct file_stat *stat);
    /* As look, never from memory: an action has written it. */
    void (*look_fresh)(int dir_fd, const char *path, struct file_stat *stat);
    /* Something ran: nothing that was seen before is believed any more. */
    void (*expire)(void);
    /* As look, for many; stats[i] for paths[i]. */
    void (*scan)(int dir_fd, const char *const *paths, uint32_t count,
                 struct file_stat *stats);
};

extern const struct stat_backend stat_direct;
extern const struct stat_backend stat_cached;

const struct stat_backend *stat_default(void);

/* Everything that a content change would move is equal: the cached hash of
 * the content still holds. */
bool file_stat_same(const struct file_stat *a, const struct file_stat *b);

#endif
