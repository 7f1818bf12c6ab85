/* SPDX-License-Identifier: MIT */
/* Converted build files: which ninja files they came from, and whether they are
 * older than these. */
#ifndef RUNTIME_STALE_H
#define RUNTIME_STALE_H

#include "exec/exec.h"

/* The file that is newer than the build file, which a generator as ninja has it
 * makes from it; NULL if there is none. Building converts again by itself: this
 * is for those who only read the graph. */
const char *stale_source(const struct graph *graph, const char *build_file);

/* The ninja file that the build file was converted from; NULL if it was not. */
const char *stale_origin(const struct graph *graph, const char *build_file);

#endif
