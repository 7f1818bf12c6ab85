/* SPDX-License-Identifier: MIT */
/*
 * The guard: a small process that outlives a killed ronin by a moment and ends
 * the process groups of its commands. It shares a table of live groups with
 * ronin, so that telling it costs a store, and waits for the end of a socket that
 * only ronin holds open.
 *
 * A process that has left its group (setsid) is known by the pipe that it has
 * from its command, and ended as well; one that has let go of that too, a
 * daemon, is known by its descent, if it is as old as the guard's last look at that:
 * a fifth of a second. Such a one lives on where ronin ends by itself: somebody may
 * have wanted it.
 *
 * ronin itself is the subreaper: what a command leaves behind becomes its
 * child, and is reaped by guard_reap_strays.
 */
#ifndef EXEC_RUN_GUARD_H
#define EXEC_RUN_GUARD_H

#include "exec/base/error.h"

#include <stdint.h>
#include <sys/types.h>

/* A place in the table: 0 free, > 0 a process group, < 0 a single process. */
typedef volatile int32_t guard_slot;

/* A pipe that commands write to, by its inode; 0: free. */
typedef volatile uint64_t guard_pipe;

/* Forks the guard, once in the life of the program, while it is small. */
bool guard_start(struct error *err) EXEC_MUST_CHECK;
/* A place for a process that is about to start, which fills it in itself; NULL
 * without a guard, or when the table is full. */
guard_slot *guard_take_slot(void);
/* The process was reaped. While its group still has members, the place is
 * kept for them; true in that case. */
bool guard_release_slot(guard_slot *slot);
/* Notes the pipe of a command that is about to start; NULL without a guard, or
 * when there is no room. */
guard_pipe *guard_take_pipe(uint64_t inode);
/* Nobody holds it any more. NULL is fine. */
void guard_release_pipe(guard_pipe *pipe);
/* Tokens of a jobserver that is not ours are given back by the guard as well, once
 * all commands have ended. It gets a copy of the end that they are written to, in
 * the place of an earlier one. */
void guard_serve(int write_fd);
/* One was taken; the last one was given back. */
void guard_note_token(char token);
void guard_forget_token(void);
/* Reaps ended processes that are children of ronin by adoption, up to the
 * first that is its own; frees the places of groups that have ended. */
void guard_reap_strays(bool (*is_ours)(void *ctx, pid_t pid), void *ctx);

#endif
