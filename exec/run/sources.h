/* SPDX-License-Identifier: MIT */
/* The files that a graph was made from, where its own actions make them. */
#ifndef EXEC_RUN_SOURCES_H
#define EXEC_RUN_SOURCES_H

#include "exec/exec.h"

/* The action that makes a source, or ACTION_NONE. */
struct action_id
sources_producer(const struct graph *g, const struct exec_build *build,
                 uint32_t index);
/* True if all such actions are known to be clean (by action; NULL: none is): then
 * none of them will run. */
bool sources_are_settled(const struct graph *g, const struct exec_build *build,
                         const uint8_t *settled);
/* The contents of those that are made, by index, malloc'ed; the others cannot
 * change. */
struct hash128 *sources_hash(const struct graph *g,
                             const struct exec_build *build, const char *root);
/* The first one whose content is another than before; source_count if none. */
uint32_t sources_changed(const struct graph *g, const struct exec_build *build,
                         const char *root, const struct hash128 *before);

#endif
