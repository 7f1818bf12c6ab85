/* SPDX-License-Identifier: MIT */
/*
 * Texts of programs: the standard library inside the executable, and files on
 * disk.
 */
#ifndef RUNTIME_SOURCE_H
#define RUNTIME_SOURCE_H

#include "exec/exec.h"

/* Reads a whole file: malloc'ed, zero-terminated. */
bool source_read_file(const char *path, char **bytes, size_t *len,
                      struct error *err) EXEC_MUST_CHECK;

/* A file of the standard library by its namespace's path ("core",
 * "clojure/set"): static text; false if there is none. */
bool source_builtin(const char *path, struct slice *text, const char **file);

#endif
