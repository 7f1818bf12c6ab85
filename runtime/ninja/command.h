/* SPDX-License-Identifier: MIT */
/* Commands as the build file has them: the graph holds their words, and a word
 * can be quoted in more than one way. The file is read when the first of them
 * is asked for. */
#ifndef RUNTIME_NINJA_COMMAND_H
#define RUNTIME_NINJA_COMMAND_H

#include "runtime/ninja/statements.h"

struct ninja_commands {
    struct statements statements;
    struct table by_output; /* first output -> its place in the edges */
    bool read;
    bool broken; /* the file cannot be read any more */
};

/* Adds the command of the edge whose first output this is; false if there is
 * none. Starts as {0}. */
bool ninja_commands_add(struct ninja_commands *c, const char *file,
                        const char *output, struct buffer *out);
void ninja_commands_finish(struct ninja_commands *c);

#endif
