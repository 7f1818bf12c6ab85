/* SPDX-License-Identifier: MIT */
/*
 * What is below a watched folder: a row of entries sorted by path, and the
 * events between two of them. Links are not followed; .ronin and .git are left
 * out.
 */
#ifndef EXEC_DECIDE_LISTING_H
#define EXEC_DECIDE_LISTING_H

#include "exec/base/buffer.h"
#include "exec/exec.h"

/* Appends the listing of a folder; paths are relative to the root. A folder
 * that is not there has an empty one. */
void listing_read(int root_fd, const char *dir, struct buffer *out);

typedef void listing_event_fn(void *ctx, const char *path, bool is_dir,
                              enum exec_watch_event event);
/* Calls back with each difference, in the order of paths. The time of a folder
 * alone is no event. */
void listing_compare(struct slice before, struct slice after,
                     listing_event_fn *call, void *ctx);

#endif
