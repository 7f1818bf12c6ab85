/* SPDX-License-Identifier: MIT */
/*
 * What people configure: lines `KEY = VALUE` in ronin.conf, once in the user's
 * configuration folder and once at the build root, see spec/cli/configuration.md.
 */
#ifndef RUNTIME_SETTINGS_H
#define RUNTIME_SETTINGS_H

#include "exec/exec.h"

struct setting {
    const char *key;
    const char *value;
    const char *file;
    uint32_t line;
    uint32_t column; /* of the value, in bytes from 1 */
};

/* Starts as {0}. */
struct settings {
    struct arena arena;
    struct vec rows; /* of struct setting: the user's, then the project's */
};

/* Reads both files, of which none need be there. Lines that are no setting are
 * an error with its place; which keys there are is the business of those who
 * look. Empty and to be finished also after a failure. */
bool settings_read(const char *root, struct settings *settings,
                   struct error *err) EXEC_MUST_CHECK;
/* The same of one text, which came from `file`. */
bool settings_add(struct settings *settings, const char *file,
                  struct slice text, struct error *err) EXEC_MUST_CHECK;
void settings_finish(struct settings *settings);

#endif
