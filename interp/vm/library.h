/* SPDX-License-Identifier: MIT */
/*
 * The part of clojure.core that is written in Magma. Its definitions are
 * compiled when a program first names them: a program names few, and starts at
 * once. What a definition costs is not counted against the program's budgets,
 * and nobody can tell whether it was there already.
 */
#ifndef INTERP_VM_LIBRARY_H
#define INTERP_VM_LIBRARY_H

#include "interp/data/value.h"

#include <stddef.h>

/* Interns what the text defines, and evaluates what is no definition. The text
 * stays as long as the process. Every definition begins with its bracket in
 * the first column, and nothing else does. */
void library_start(const char *bytes, size_t len, Value file);

/* How many definitions there are, and how many are compiled. */
void library_count(size_t *all, size_t *compiled);

#endif
