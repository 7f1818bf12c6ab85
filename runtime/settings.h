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

/* What begins the keys of queries that have names. */
#define SETTING_QUERY "query."
/* Whether commands print to a terminal: as --pty says it. */
#define SETTING_PTY "build.pty"

/* Reads both files, of which none need be there. Lines that are no setting, and
 * keys that there are not, are an error with its place. Empty and to be finished
 * also after a failure. */
bool settings_read(const char *root, struct settings *settings,
                   struct error *err) EXEC_MUST_CHECK;
/* The same of one text, which came from `file`. */
bool settings_add(struct settings *settings, const char *file,
                  struct slice text, struct error *err) EXEC_MUST_CHECK;
void settings_finish(struct settings *settings);

/* The one of a key that counts; NULL if nobody set it. */
const struct setting *
settings_find(const struct settings *settings, const char *key);
/* Sets the place of an error: that of the key, or of the value. False. */
bool settings_fail_key(const struct setting *setting, struct error *err);
bool settings_fail_value(const struct setting *setting, struct error *err);

#endif
