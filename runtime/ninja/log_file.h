/* SPDX-License-Identifier: MIT */
/*
 * A file that other programs append to and replace, ninja among them, and that
 * processes of ours do at the same time: a build, and a tool that one of its
 * commands calls. Ours take a lock, each time for a moment only.
 *
 * A file is written in one of two ways, and after a kill in the midst of either
 * it is readable: by appending whole records in one call, of which a reader drops
 * a half one; or by putting another file in its place.
 */
#ifndef RUNTIME_NINJA_LOG_FILE_H
#define RUNTIME_NINJA_LOG_FILE_H

#include "exec/exec.h"

struct log_file {
    const char *path; /* the caller's */
    int fd;           /* -1: not open */
    uint64_t inode;
    size_t size;
};

/* Opens and locks the file; what it is now is in `inode` and `size`. A file that
 * is not there is made, with its folder, or, without `create`, leaves fd at -1
 * and is no error. */
bool log_file_lock(struct log_file *file, bool create,
                   struct error *err) EXEC_MUST_CHECK;
void log_file_unlock(struct log_file *file);

/* Adds all of the file, without a lock, which reading does not need; one that is
 * not there is empty, with an inode of 0. */
bool log_file_load(struct log_file *file, struct buffer *bytes,
                   struct error *err) EXEC_MUST_CHECK;
/* Adds what stands from there to the end. */
bool log_file_read(const struct log_file *file, size_t from,
                   struct buffer *bytes, struct error *err) EXEC_MUST_CHECK;
/* Writes behind so many bytes; what is there already is cut off. A failure
 * leaves the file as it was. */
bool log_file_append(struct log_file *file, size_t at, struct slice bytes,
                     struct error *err) EXEC_MUST_CHECK;
/* Puts another file in its place, at once: whoever reads sees the old or the
 * new one. The lock is that of the new one then. */
bool log_file_replace(struct log_file *file, struct slice bytes,
                      struct error *err) EXEC_MUST_CHECK;

#endif
