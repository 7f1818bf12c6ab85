/* SPDX-License-Identifier: MIT */
/*
 * One builder per root: a lock on ROOT/.ronin/lock that the kernel lets go of
 * when its holder ends, however that happens. The file says who holds it.
 */
#ifndef EXEC_STATE_LOCK_H
#define EXEC_STATE_LOCK_H

#include "exec/state/state.h"

enum lock_outcome {
    LOCK_HELD,
    LOCK_ANCESTOR, /* a process that this one came from holds it */
    LOCK_FAILED    /* err says it */
};

/* Takes the lock, waiting for it if the options allow. *fd is the lock, -1
 * when an ancestor has it; *holder is that ancestor. */
enum lock_outcome
lock_take(const char *path, const struct state_options *options, int *fd,
          int *holder, struct error *err) EXEC_MUST_CHECK;
/* True if some process has it now. */
bool lock_is_held(const char *path);
/* Lets go; -1 is fine. */
void lock_drop(int fd);

#endif
