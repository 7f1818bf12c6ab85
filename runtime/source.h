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

/* The same, and remembers what was read: a graph is made of it. In one thread. */
bool source_read_for_graph(const char *path, char **bytes, size_t *len,
                           struct error *err) EXEC_MUST_CHECK;
/* The hash of what that read last from there, zero if it read nothing. */
struct hash128 source_read_hash(const char *path);

/* Texts that stand in for files, as tests have it: the absolute canonical path,
 * and bytes, which are copied. A later one of the same path wins. */
void source_overlay_add(const char *path, const char *bytes, size_t len);
/* How many there are, and forgetting all from `count` on. */
uint32_t source_overlay_count(void);
void source_overlay_drop(uint32_t count);
/* 1 if such a file is there, 2 for a folder, 0 for nothing. */
int source_exists(const char *path);

/* A file of the standard library by its namespace's path ("core",
 * "clojure/set"): static text; false if there is none. */
bool source_builtin(const char *path, struct slice *text, const char **file);

#endif
