/* SPDX-License-Identifier: MIT */
/* Inputs that are not there and that nothing makes. */
#ifndef EXEC_DECIDE_MISSING_H
#define EXEC_DECIDE_MISSING_H

#include "exec/graph/graph.h"

/* Who needs a file, as an error tells it. */
struct needer {
    const char *sort; /* "" or "the group " */
    const char *name;
    const struct place *place;
};
struct needer missing_needer(const struct graph *g, const struct action *a);

/* The error: who needs the file, where that is written, and what is near. The
 * file is relative to the folder root_fd. Always false. */
bool missing_say(const struct graph *g, int root_fd, const struct needer *by,
                 const char *path, struct error *err);

/* True for kinds of an edge under which a file must be there. */
bool missing_must_exist(uint8_t kinds);
/* True if another edge of the action allows the node to be absent, or if it is, as
 * ninja has it, a validation that nothing makes. `node` is an input. */
bool missing_is_allowed(const struct graph *g, const struct action *a,
                        struct node node);

#endif
