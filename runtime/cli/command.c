/* SPDX-License-Identifier: MIT */
/* See command.h. */
#include "runtime/cli/command.h"

#include "interp/magma.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_build, &command_repl,  &command_eval,    &command_test,
    &command_fmt,   &command_why,   &command_log,     &command_warnings,
    &command_cmd,   &command_runs,  &command_diff,    &command_clean,
    &command_gc,    &command_ninja, &command_version, &command_help,
    &command_check,
};

enum {
    COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]),
    HELP_COLUMN = 27
};

const struct command *
command_find(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

const char *
command_nearest(const char *word)
{
    const char *names[COMMAND_COUNT];
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        names[i] = commands[i]->name;
    }
    return magma_nearest(word, names, COMMAND_COUNT);
}

/* True when the next word is the argument of the option `word`, whichever
 * verb it belongs to: letters mean the same everywhere. */
static bool
takes_next(const char *word)
{
    bool attached = false;
    const struct option_row *row =
        options_find(options_common, word, &attached);
    for (size_t i = 0; row == NULL && i < COMMAND_COUNT; i++) {
        row = options_find(commands[i]->options, word, &attached);
    }
    return row != NULL && row->arg != NULL && !attached;
}

/* The index of the first word that is neither option nor argument of one;
 * argc if there is none. */
static int
first_word(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            return argc;
        }
        if (argv[i][0] != '-' || argv[i][1] == 0) {
            return i;
        }
        if (takes_next(argv[i])) {
            i++;
        }
    }
    return argc;
}

const struct command *
command_split(int argc, char **argv, char ***words)
{
    assert(argc > 0);
    static char build[] = "build";
    int at = first_word(argc, argv);
    const struct command *command = at < argc ? command_find(argv[at]) : NULL;
    char **line = calloc((size_t)argc + 2, sizeof(*line));
    assert(line != NULL);
    int count = 0;
    line[count++] = command == NULL ? build : argv[at];
    for (int i = 1; i < argc; i++) {
        if (command == NULL || i != at) {
            line[count++] = argv[i];
        }
    }
    *words = line;
    return command;
}

/* --- Help ------------------------------------------------------------------ */

/*   -j, --jobs N             what it does */
static void
print_rows(FILE *out, const struct option_row *rows)
{
    for (; rows != NULL && rows->name != NULL; rows++) {
        char letter[8] = "    ";
        if (rows->id < 256) {
            snprintf(letter, sizeof(letter), "-%c, ", rows->id);
        }
        int n = fprintf(out, "  %s--%s%s%s", letter, rows->name,
                        rows->arg == NULL ? "" : " ",
                        rows->arg == NULL ? "" : rows->arg);
        fprintf(out, "%*s%s\n", n < HELP_COLUMN ? HELP_COLUMN - n : 1, "",
                rows->help);
    }
}

void
command_print_help(FILE *out, const struct command *command)
{
    fprintf(out, "ronin %s %s\n\n%s\n\n", command->name, command->args,
            command->summary);
    print_rows(out, command->options);
    print_rows(out, options_common);
    if (command->usage != NULL) {
        fprintf(out, "\n%s\n", command->usage);
    }
}

void
command_print_overview(FILE *out)
{
    fputs("ronin builds what build.magma describes.\n\n"
          "  ronin [OPTION...] [TARGET...]     build\n"
          "  ronin VERB [OPTION...] [...]\n\n",
          out);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        fprintf(out, "  %-10s%s\n", commands[i]->name, commands[i]->summary);
    }
    fputs("\nThe first word is a verb if it names one, else a target; after "
          "-- every word is\na target. `ronin VERB --help` tells the options "
          "of a verb.\n",
          out);
}

static int
run_help(int argc, char **argv)
{
    struct options o;
    options_init(&o, &command_help, argc, argv);
    int id = options_next(&o);
    options_finish(&o);
    if (id == OPTION_STOP) {
        return o.status;
    }
    const struct command *about =
        o.word_count > 0 ? command_find(o.words[0]) : NULL;
    if (o.word_count > 0 && about == NULL) {
        char what[300];
        snprintf(what, sizeof(what), "there is no verb %.200s", o.words[0]);
        return options_usage(&command_help, what, "ronin help lists them");
    }
    if (about == NULL) {
        command_print_overview(stdout);
    } else {
        command_print_help(stdout, about);
    }
    return 0;
}

const struct command command_help = {
    .name = "help",
    .args = "[VERB]",
    .summary = "Tell what ronin, or one of its verbs, takes.",
    .run = run_help,
};
