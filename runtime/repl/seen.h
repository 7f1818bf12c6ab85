/* SPDX-License-Identifier: MIT */
/* Whether files changed since they were read. */
#ifndef RUNTIME_REPL_SEEN_H
#define RUNTIME_REPL_SEEN_H

#include "exec/exec.h"

/* Begins as {0}. */
struct seen {
    struct vec files;
};

/* The time now, for seen_take: take it before the files are read. */
int64_t seen_now(void);
/* Looks at files, by rows of paths, that were read after `since`; one that was
 * written later counts as changed at the next look. */
void seen_take(struct seen *seen, struct slice paths, int64_t since);
/* True if one of them is another than it was; also if it came or went. */
bool seen_changed(const struct seen *seen);
void seen_finish(struct seen *seen);

#endif
