/* SPDX-License-Identifier: MIT */
/*
 * The command line: one verb, one file, one exported const. main.c holds the
 * table.
 */
#ifndef RUNTIME_CLI_COMMAND_H
#define RUNTIME_CLI_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

struct command {
    const char *name;
    const char *args;    /* "[OPTION...] [TARGET...]" */
    const char *summary; /* one line for `ronin --help` */
    const char *usage;   /* the rest of `ronin help NAME`; options, examples */
    /* argv[0] is the verb; returns the exit status. */
    int (*run)(int argc, char **argv);
};

extern const struct command command_build;
extern const struct command command_clean;
extern const struct command command_eval;
extern const struct command command_repl;
extern const struct command command_test;
extern const struct command command_version;
extern const struct command command_why;

#endif
