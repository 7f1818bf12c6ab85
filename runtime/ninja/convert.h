/* SPDX-License-Identifier: MIT */
/*
 * Ninja files as Magma: rules become functions, included files namespaces,
 * phony edges groups, and the graph is the same. See spec/build/ninja.md.
 */
#ifndef RUNTIME_NINJA_CONVERT_H
#define RUNTIME_NINJA_CONVERT_H

#include "runtime/ninja/parser.h"

/* A file that was made, relative to the working folder. */
struct converted_file {
    char *path;
    struct buffer text;
};

/* Starts as {0}. */
struct conversion {
    struct vec files; /* struct converted_file, the build file first */
};

/* How converted files begin: what begins otherwise is not ours to replace. */
extern const char conversion_mark[];

/* Converts a ninja file and all that it includes into the build file `to`,
 * which is in the working folder, and one file for each namespace. */
bool ninja_convert(const char *file, const char *to, ninja_read read,
                   struct conversion *made, struct error *err) EXEC_MUST_CHECK;
void conversion_finish(struct conversion *made);

/* True if evaluating the build file gives the graph of the ninja file and, as
 * its last action, the one that converts. `made` stands in for what is on
 * disk, if it is not NULL. */
bool conversion_holds(const char *file, const char *to, ninja_read read,
                      const struct conversion *made,
                      struct error *err) EXEC_MUST_CHECK;

#endif
