/* SPDX-License-Identifier: MIT */
/*
 * A twin of a graph: the same actions with the same ids, files, edges and
 * names, but steps that only write the outputs. So what the executor decides
 * about the one can be seen on the other, where no command runs.
 *
 * Paths outside of the build root get places inside it, so that a twin can be
 * built without touching anything of the user's.
 */
#ifndef RUNTIME_TWIN_H
#define RUNTIME_TWIN_H

#include "exec/exec.h"

/* What is known of inputs that the graph does not list: for the maker of
 * `output`, the file at `input`. */
struct twin_discovery {
    const char *output;
    const char *input;
};

/* Not sealed: the caller may seal it. */
struct graph *twin_make(const struct graph *g,
                        const struct twin_discovery *known, uint32_t count);

/* Where a twin has a canonical path; malloc'ed. */
char *twin_path(const char *path);
/* The path as the graph has it; malloc'ed. */
char *twin_original(const char *path);

#endif
