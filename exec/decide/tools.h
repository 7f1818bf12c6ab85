/* SPDX-License-Identifier: MIT */
/*
 * What actions depend on outside of files: where PATH finds their programs,
 * and variables of our environment.
 *
 * A program is searched once, and again only where a folder of PATH has changed
 * up to the one that it was found in: a build may well make its own tools. The
 * folders are looked at once between two calls of tools_expire. The manifest of
 * an action and whoever starts its commands ask the same tools, so that what is
 * recorded is what ran.
 */
#ifndef EXEC_DECIDE_TOOLS_H
#define EXEC_DECIDE_TOOLS_H

#include "exec/base/buffer.h"

#include <stdint.h>

/* The program of a command, and what it is searched by. */
struct program {
    const char *name;
    const char *dir;  /* where it runs, as seen from the root; "" is the root */
    const char *path; /* its PATH; NULL: ours */
};

struct tools;
struct tools *tools_create(const char *root);
void tools_destroy(struct tools *tools);
/* The path of a program, "" if it is nowhere. A name with a slash is its own
 * path. Owned by the tools, until the next call. */
const char *tools_find(struct tools *tools, const struct program *program);
/* Something ran, and may have written into folders of PATH. */
void tools_expire(struct tools *tools);

/* The question for a program or a variable, as the index keeps it: a text that
 * begins with two slashes. */
void tools_ask_program(const struct program *program, struct buffer *question);
void tools_ask_variable(const char *name, struct buffer *question);
/* A number for what the answer is now; 0 if there was another one before: then
 * nobody knows which of them a record rests on. */
uint64_t tools_answer(struct tools *tools, const char *question);

#endif
