/* SPDX-License-Identifier: MIT */
/* ninja's logs, written anew as a whole. A log that is not there stays so. */
#ifndef RUNTIME_NINJA_LOGS_TIDY_H
#define RUNTIME_NINJA_LOGS_TIDY_H

#include "runtime/ninja/statements.h"

/* The path of a log; malloc'ed. */
char *logs_path(struct slice builddir, const char *name);
/* Leaves out older lines of the same outputs, and what was made by an edge (a
 * vec of struct kept_edge) that is there no more, unless its file is. What is
 * odd about a log goes to `warnings`, a zero-terminated text for each. */
bool logs_compact(struct slice builddir, const struct vec *edges,
                  struct buffer *warnings, struct error *err) EXEC_MUST_CHECK;
/* Notes the present times of all outputs, or of these: a generator that was run
 * by hand is up to date then. */
bool logs_restat(struct slice builddir, char **outputs, int count,
                 struct buffer *warnings, struct error *err) EXEC_MUST_CHECK;

#endif
