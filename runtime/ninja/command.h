/* SPDX-License-Identifier: MIT */
/* Edges as the build file has them, for those who have the graph: it holds the
 * words of commands, and a word can be quoted in more than one way. The file is
 * read when the first of them is asked for. */
#ifndef RUNTIME_NINJA_COMMAND_H
#define RUNTIME_NINJA_COMMAND_H

#include "runtime/ninja/statements.h"

#include <pthread.h>

struct ninja_commands {
    struct statements statements;
    struct table by_key; /* key of an action -> its place in the edges */
    char *root;          /* the working folder, with a slash at its end */
    const char *file;    /* that is being read */
    pthread_t reader;
    bool reading; /* by that thread */
    bool read;
    bool broken; /* the file cannot be read any more */
};

/* Begins to read the file beside whatever happens meanwhile. Whoever asks for
 * something before it is read waits for it. */
void ninja_commands_begin(struct ninja_commands *c, const char *file);

/* The edge that became the action of this key, or NULL. Starts as {0}. */
const struct ninja_edge *ninja_commands_edge(struct ninja_commands *c,
                                             const char *file, const char *key);
/* Adds the command of the edge that became the action of this key; false if
 * there is none. */
bool ninja_commands_add(struct ninja_commands *c, const char *file,
                        const char *key, struct buffer *out);
/* Where ninja keeps its logs: "" or a folder. */
struct slice
ninja_commands_builddir(struct ninja_commands *c, const char *file);
/* All edges, in the order of the files. */
const struct vec *
ninja_commands_edges(struct ninja_commands *c, const char *file);
void ninja_commands_finish(struct ninja_commands *c);

#endif
