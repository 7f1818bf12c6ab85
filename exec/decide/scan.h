/* SPDX-License-Identifier: MIT */
/*
 * Whether many files are what they were: each is looked at once, folder by
 * folder, by two threads, and compared with the attributes in a list. The list
 * has no pointers, so that it can be written to a file and used where it is
 * mapped.
 */
#ifndef EXEC_DECIDE_SCAN_H
#define EXEC_DECIDE_SCAN_H

#include "exec/base/buffer.h"
#include "exec/base/vec.h"
#include "exec/decide/files.h"

/* A folder, whose files follow each other from `first` to that of the next. */
struct scan_dir {
    uint32_t path; /* in the texts; "" is the root */
    uint32_t first;
};

/* The attributes that a version has, hash and settling apart. */
struct scan_file {
    int64_t size;
    int64_t mtime_ns;
    int64_t ctime_ns;
    uint64_t inode;
    uint32_t mode;
    uint32_t kind; /* enum file_kind */
    uint32_t name; /* in the texts: the path below its folder */
    uint32_t zero; /* no padding: the bytes are hashed */
};

/* All arrays belong to somebody else. */
struct scan_list {
    const struct scan_dir *dirs;
    const struct scan_file *files;
    const char *texts; /* zero-terminated ones */
    uint32_t dir_count;
    uint32_t file_count;
};

/* True if all files of the list are what it says. */
bool scan_same(int root_fd, const struct scan_list *list);

/* Makes the list of the files that were looked at, with its texts behind those
 * that are there. False if one of them is unsettled, so that its attributes
 * prove nothing. */
bool scan_collect(struct files *files, struct vec *dirs, struct vec *list,
                  struct buffer *texts);

#endif
