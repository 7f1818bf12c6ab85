/* SPDX-License-Identifier: MIT */
/*
 * The standard library, as far as it is written in Magma. Its definitions are
 * compiled when a program first names them: a program names few, and starts at
 * once. What the library costs is not counted against the program's budgets,
 * and nobody can tell whether a definition was there already.
 */
#ifndef INTERP_VM_LIBRARY_H
#define INTERP_VM_LIBRARY_H

#include "interp/vm/module.h"

/* Interns in ns what the text defines, and evaluates what is no definition. The
 * text stays as long as the process. Every definition begins with its bracket
 * in the first column, and nothing else does. The core is loaded first. */
void library_load(Value ns, const struct module_source *source);

/* True for the name of a file of the library. */
bool library_has_file(Value file);

/* How many definitions the core has, and how many are compiled. */
void library_count(size_t *all, size_t *compiled);

#endif
