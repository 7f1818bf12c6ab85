/* SPDX-License-Identifier: MIT */
/*
 * What actions depend on outside of files: where PATH finds their programs,
 * and variables of our environment.
 */
#ifndef EXEC_DECIDE_TOOLS_H
#define EXEC_DECIDE_TOOLS_H

#include <stdint.h>

struct tools;
struct tools *tools_create(const char *root);
void tools_destroy(struct tools *tools);
/* The path of a program, "" if it is nowhere; each name is searched once. A
 * name with a slash is its own path. Owned by the tools. */
const char *tools_find(struct tools *tools, const char *name);
/* A question as the index keeps it ("//T" and a program, "//E" and a variable):
 * a number for what the answer is now, which is never 0. */
uint64_t tools_answer(struct tools *tools, const char *question);

#endif
