/* SPDX-License-Identifier: MIT */
/*
 * What actions depend on outside of files: where PATH finds their programs,
 * and variables of our environment. What was asked for is remembered, so that
 * it can be told whether all answers would be the same another time.
 */
#ifndef EXEC_DECIDE_TOOLS_H
#define EXEC_DECIDE_TOOLS_H

#include "exec/base/buffer.h"

struct tools;
struct tools *tools_create(const char *root);
void tools_destroy(struct tools *tools);
/* The path of a program, "" if it is nowhere; each name is searched once. A
 * name with a slash is its own path. Owned by the tools. */
const char *tools_find(struct tools *tools, const char *name);
/* The value of a variable, NULL if it is not set. */
const char *tools_env(struct tools *tools, const char *name);

/* Adds all questions with their answers to a row of texts. */
void tools_save(const struct tools *tools, struct buffer *row);
/* True if each answer of such a row is still the same. */
bool tools_same(const char *root, struct slice row);

#endif
