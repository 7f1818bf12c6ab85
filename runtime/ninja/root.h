/* SPDX-License-Identifier: MIT */
/* An absolute and a relative spelling of one file are one file: CMake writes
 * both. */
#ifndef RUNTIME_NINJA_ROOT_H
#define RUNTIME_NINJA_ROOT_H

#include "exec/exec.h"

/* The working folder, which paths of ninja files are relative to. */
struct ninja_root {
    char *path; /* with a slash at its end */
    size_t len;
};

struct ninja_root ninja_root_here(void);
void ninja_root_finish(struct ninja_root *root);
/* The path as seen from the root, if it is below it; else as it is. */
struct slice ninja_from_root(const struct ninja_root *root, struct slice path);

#endif
