/* SPDX-License-Identifier: MIT */
/* Whether files changed since they were read. */
#ifndef RUNTIME_REPL_STALE_H
#define RUNTIME_REPL_STALE_H

#include "exec/exec.h"

/* Begins as {0}. */
struct stale {
    struct vec files;
};

/* The time now, for stale_watch: take it before the files are read. */
int64_t stale_now(void);
/* Looks at files, by rows of paths, that were read after `since`; one that was
 * written later counts as changed at the next look. */
void stale_watch(struct stale *stale, struct slice paths, int64_t since);
/* True if one of them is another than it was; also if it came or went. */
bool stale_check(const struct stale *stale);
void stale_finish(struct stale *stale);

#endif
