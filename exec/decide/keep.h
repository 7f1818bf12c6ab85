/* SPDX-License-Identifier: MIT */
/*
 * How files are before an action that may spoil them runs. Some are put aside: a
 * copy with the same mode and times in the state folder.
 */
#ifndef EXEC_DECIDE_KEEP_H
#define EXEC_DECIDE_KEEP_H

#include "exec/base/error.h"
#include "exec/base/vec.h"

struct kept {
    char *path; /* of the file, relative to the root */
    char *file; /* absolute */
    char *copy; /* absolute */
};

/* Adds a copy of the file to the list (of struct kept). */
bool keep_file(struct vec *list, const char *root, const char *dir,
               const char *path, struct error *err) EXEC_MUST_CHECK;
/* Puts a file back, if it was kept. */
void keep_restore(struct vec *list, const char *path);
/* Removes the copies that were not put back. */
void keep_drop(struct vec *list);
/* Frees the list. */
void keep_finish(struct vec *list);

/* Where an output is a pipe or a socket by now, that goes: the command would open
 * it and wait for somebody at the other end, for ever. */
void keep_unplug(int root_fd, const char *path);

#endif
