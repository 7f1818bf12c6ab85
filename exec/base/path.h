/* SPDX-License-Identifier: MIT */
/*
 * Paths as text: canonical means no ".", no "x/..", no doubled or trailing
 * slash; ".." only at the front; "." alone for the root itself. The file
 * system is never asked.
 */
#ifndef EXEC_BASE_PATH_H
#define EXEC_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

/* The canonical form, malloc'ed; an empty path stays empty. */
char *path_canonical(const char *path, size_t len);
/* Writes it in place; returns the new length (never longer). */
size_t path_canonicalise(char *path, size_t len);
/* True if writing it would change nothing. A quick look, which says no as soon as
 * a name begins with a dot. */
bool path_is_canonical(const char *path, size_t len);
/* base joined with path (path alone if absolute), canonical, malloc'ed. */
char *path_join(const char *base, const char *path);
/* True for canonical paths that leave the root: absolute, or "../...". */
bool path_is_outside(const char *path);
/* Both absolute and canonical: path as seen from base, malloc'ed. */
char *path_relative(const char *base, const char *path);
/* Length of the folder part without the slash (1 for "/x"); 0 if there is
 * none. */
size_t path_dir_len(const char *path, size_t len);
/* True if both have the same folder part. */
bool path_share_dir(const char *a, const char *b);

#endif
