/* SPDX-License-Identifier: MIT */
/* "Did you mean": the name that differs least from a wanted one. */
#ifndef EXEC_DECIDE_NEAREST_H
#define EXEC_DECIDE_NEAREST_H

#include <stdbool.h>

struct nearest {
    const char *wanted;
    unsigned limit; /* candidates that differ by more are no help */
    char *best;     /* malloc'ed, or NULL */
    unsigned distance;
};

/* Starts a search; the wanted name must outlive it. */
void nearest_init(struct nearest *nearest, const char *wanted);
/* Keeps a copy of the candidate if it is the nearest so far; the first of
 * equally near ones stays. */
void nearest_try(struct nearest *nearest, const char *candidate);
void nearest_finish(struct nearest *nearest);

/* The existing file that is nearest to a path that does not exist: in its
 * folder, or with its name in a sibling folder. malloc'ed, or NULL. */
char *nearest_file(int root_fd, const char *path);

#endif
