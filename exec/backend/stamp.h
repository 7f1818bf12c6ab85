/* SPDX-License-Identifier: MIT */
/*
 * Whether the time stamps of a file prove anything: a change within the tick of
 * the last one, and of the same size, would leave the same stamps. Stamps come
 * from the clock of a file system, which need not be ours: what is served by
 * another machine may be behind. So a moment is told by the clock that stamps,
 * as far as it was read: from a file of ours that is touched.
 */
#ifndef EXEC_BACKEND_STAMP_H
#define EXEC_BACKEND_STAMP_H

#include <stdbool.h>
#include <stdint.h>

/* A stamp that a file system gave just now. */
struct stamp {
    int64_t ns;
    uint64_t dev;
};

/* Opens the empty file in a folder of ours that tells the time; -1 if it cannot
 * be written. */
int stamp_open(const char *dir);
/* Touches it and looks at it. A clock that is behind the system's is known from
 * then on, to the whole process. False if that cannot be. */
bool stamp_take(int fd, struct stamp *stamp);
/* The same for once. */
void stamp_learn(const char *dir);
/* Now, as the coarsest of clocks would stamp: never later than the system's clock,
 * nor than that of the file that was touched last. Safe in any thread. */
int64_t stamp_now_ns(void);
/* True if a stamp is so close to the moment of a look that a later change could
 * carry the same one. */
bool stamp_is_recent(int64_t stamp_ns, int64_t moment_ns);

#endif
