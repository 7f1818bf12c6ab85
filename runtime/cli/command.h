/* SPDX-License-Identifier: MIT */
/*
 * The command line: one verb, one file, one exported const. command.c holds
 * the table of them.
 */
#ifndef RUNTIME_CLI_COMMAND_H
#define RUNTIME_CLI_COMMAND_H

#include "runtime/cli/options.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct command {
    const char *name;
    const char *args;    /* "[OPTION...] [TARGET...]" */
    const char *summary; /* one line for `ronin --help`; NULL: not for people */
    const char *usage;   /* the end of `ronin help NAME`: notes, examples */
    /* Its own options, up to one without a name; the common ones (-C,
     * --color, --help) are added. */
    const struct option_row *options;
    bool words_end_options; /* what follows the first word is not for ronin */
    bool builds;            /* starts commands: wants the guard */
    /* argv[0] is the verb; returns the exit status. */
    int (*run)(int argc, char **argv);
};

extern const struct command command_build;
extern const struct command command_check;
extern const struct command command_clean;
extern const struct command command_cmd;
extern const struct command command_compdb;
extern const struct command command_complete;
extern const struct command command_completion;
extern const struct command command_convert;
extern const struct command command_diff;
extern const struct command command_doctor;
extern const struct command command_eval;
extern const struct command command_events;
extern const struct command command_gc;
extern const struct command command_fmt;
extern const struct command command_graph;
extern const struct command command_help;
extern const struct command command_log;
extern const struct command command_ninja;
extern const struct command command_query;
extern const struct command command_repl;
extern const struct command command_runs;
extern const struct command command_stats;
extern const struct command command_test;
extern const struct command command_trace;
extern const struct command command_version;
extern const struct command command_warnings;
extern const struct command command_why;

/* The command of a verb, or NULL. */
const struct command *command_find(const char *name);
/* All of them by number; NULL behind the last. */
const struct command *command_at(uint32_t index);
/* The verb that is spelled nearly like the word, or NULL. */
const char *command_nearest(const char *word);

/*
 * Finds the verb in a command line, where options may stand before it: the
 * command, or NULL when the first word names no verb. *words becomes the
 * malloc'ed command line of the verb: its name ("build" if there is none),
 * then all the others, and NULL.
 */
const struct command *command_split(int argc, char **argv, char ***words);

/* `ronin --help`, and `ronin help NAME`. */
void command_print_overview(FILE *out);
void command_print_help(FILE *out, const struct command *command);

#endif
