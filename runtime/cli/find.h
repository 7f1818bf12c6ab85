/* SPDX-License-Identifier: MIT */
/* The files that a command is about: those that its words name, and those
 * below the folders that they name. */
#ifndef RUNTIME_CLI_FIND_H
#define RUNTIME_CLI_FIND_H

#include "runtime/cli/options.h"

/* Paths, zero-terminated and malloc'ed. */
struct paths {
    char **items;
    size_t count;
    size_t cap;
};

/* Adds the files that the words name, and for a folder all below it whose
 * names end with the suffix, in order; without words those below the current
 * folder. A word such as "b_*" that is no file is a pattern for their paths or
 * names. Links, and folders that begin with a dot, are left out. False, with
 * a message printed, if a word names nothing. */
bool
find_words(const struct options *o, const char *suffix, struct paths *files);
void paths_finish(struct paths *paths);

#endif
