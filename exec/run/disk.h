/* SPDX-License-Identifier: MIT */
/*
 * What steps do with files: read them, write them only where that changes
 * something, and make the folders of outputs, which must not lead out of the
 * root. Paths are relative to the root.
 */
#ifndef EXEC_RUN_DISK_H
#define EXEC_RUN_DISK_H

#include "exec/base/buffer.h"
#include "exec/base/error.h"
#include "exec/base/table.h"
#include "exec/base/vec.h"

struct disk {
    char *root;      /* absolute */
    char *root_real; /* the same without links */
    int root_fd;
    bool allow_outside;
    struct vec dirs; /* char *: folders that were made and checked */
    struct table dir_table;
    uint32_t temp_count;
    struct buffer doomed; /* a row of paths that are to be removed */
    uint32_t doomed_count;
    struct buffer made; /* a row of folders that were not there before */
};

bool disk_init(struct disk *disk, const char *root, bool allow_outside,
               struct error *err) EXEC_MUST_CHECK;
void disk_finish(struct disk *disk);

/* Adds the content of a file to the buffer. */
bool disk_read(struct disk *disk, const char *path, struct buffer *content,
               struct error *err) EXEC_MUST_CHECK;
/* The same, and tells whether it failed because nothing is there. */
bool
disk_read_written(struct disk *disk, const char *path, struct buffer *content,
                  bool *absent, struct error *err) EXEC_MUST_CHECK;
/* Makes the file hold exactly these bytes; one that does is left untouched,
 * another is replaced at once and keeps its permission bits. */
bool disk_write(struct disk *disk, const char *path, struct slice content,
                struct error *err) EXEC_MUST_CHECK;
/* Removes a file that nobody reads any more, together with others: one at a
 * time would wait for the folder while running commands write into it. */
void disk_remove_later(struct disk *disk, const char *path);
/* The file is about to be written again: it must not be removed after that. */
void disk_expect(struct disk *disk, const char *path);
/* Makes the folder of an output, and notes those that it made in `made`, which
 * whoever records them empties; an error if it leads out of the root and may
 * not. */
bool disk_make_parent(struct disk *disk, const char *path,
                      struct error *err) EXEC_MUST_CHECK;

#endif
