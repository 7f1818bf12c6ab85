/* SPDX-License-Identifier: MIT */
/* See command.h. */
#include "runtime/cli/command.h"

#include "interp/magma.h"
#include "runtime/help/texts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_build,  &command_repl,       &command_eval,     &command_test,
    &command_fmt,    &command_why,        &command_log,      &command_warnings,
    &command_cmd,    &command_runs,       &command_diff,     &command_clean,
    &command_gc,     &command_ninja,      &command_version,  &command_help,
    &command_check,  &command_completion, &command_complete, &command_query,
    &command_doctor, &command_compdb,     &command_graph,    &command_convert,
    &command_trace,  &command_stats,      &command_events,
};

enum {
    COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]),
    HELP_COLUMN = 27
};

/* There are few: a table that is walked is quicker than one that is made. */
const struct command *
command_find(const char *name)
{
    // Typed often, and no target of that name is worth more.
    name = strcmp(name, "q") == 0 ? "query" : name;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

const struct command *
command_at(uint32_t index)
{
    return index < COMMAND_COUNT ? commands[index] : NULL;
}

/* For advice after a word that names no verb. What is not for people is no
 * advice. */
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

/* The verb is taken out and put first; the order of the others stays, so that
 * for options it makes no difference on which side of the verb they stand. */
const struct command *
command_split(int argc, char **argv, char ***words)
{
    assert(argc > 0);
    static char build[] = "build";
    int at = first_word(argc, argv);
    const struct command *command = at < argc ? command_find(argv[at]) : NULL;
    char **line = mem_alloc((size_t)argc + 2, sizeof(*line));
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
        bool fits = n < HELP_COLUMN;
        fprintf(out, "%s%*s%s\n", fits ? "" : "\n",
                fits ? HELP_COLUMN - n : HELP_COLUMN, "", rows->help);
    }
}

/* The table of options first, then what they have in common, then examples. */
void
command_print_help(FILE *out, const struct command *command)
{
    fprintf(out, "ronin %s %s\n\n%s\n\n", command->name, command->args,
            command->summary == NULL ? "For other programs."
                                     : command->summary);
    print_rows(out, command->options);
    print_rows(out, options_common);
    if (command->usage != NULL) {
        fprintf(out, "\n%s\n", command->usage);
    }
}

/* One line a verb, in the order of the table: what people do first stands
 * first. */
void
command_print_overview(FILE *out)
{
    fputs("ronin builds what build.magma describes.\n\n"
          "  ronin [OPTION...] [TARGET...]     build\n"
          "  ronin VERB [OPTION...] [...]\n\n",
          out);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (commands[i]->summary != NULL) {
            fprintf(out, "  %-11s%s\n", commands[i]->name,
                    commands[i]->summary);
        }
    }
    fputs("\nThe first word is a verb if it names one, else a target; after "
          "-- every word is\na target. `ronin VERB --help` tells the options "
          "of a verb.\n",
          out);
}

/* --- The verb ---------------------------------------------------------------- */

static void
print_chapters(void)
{
    char *name = NULL;
    char *title = NULL;
    for (uint32_t i = 0; help_chapter_at(i, &name, &title); i++) {
        printf("  %-24s%s\n", name, title);
        free(name);
        free(title);
    }
    puts("\nThe last part of a name will do where it is the only one.");
}

/* As it stands in the specification, but for marks that a terminal cannot
 * follow. */
static void
print_chapter(const struct help_text *chapter)
{
    struct buffer text = {0};
    help_render(chapter->text, &text);
    fwrite(buffer_str(&text), 1, text.len, stdout);
    buffer_finish(&text);
}

/* An option as Markdown writes a term and what it means. */
static void
print_rows_markdown(const struct option_row *rows)
{
    for (; rows != NULL && rows->name != NULL; rows++) {
        char letter[16] = "";
        if (rows->id < 256) {
            snprintf(letter, sizeof(letter), "**-%c**, ", rows->id);
        }
        printf("- %s**--%s**", letter, rows->name);
        if (rows->arg != NULL) {
            printf(" `%s`", rows->arg);
        }
        printf(": %s\n", rows->help);
    }
}

/* All verbs with all options, as Markdown: what the manual page is made of. */
static void
print_manual(void)
{
    puts("# Synopsis\n\n**ronin** `[OPTION...] [TARGET...]`\n\n"
         "**ronin** `VERB [OPTION...] [...]`\n\n# Verbs\n\n"
         "The first word is a verb if it names one, else a target of "
         "**build**; after `--` every word is a target.\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (commands[i]->summary == NULL) {
            continue;
        }
        printf("## ronin %s %s%s%s\n\n%s\n\n", commands[i]->name,
               commands[i]->args[0] == 0 ? "" : "`", commands[i]->args,
               commands[i]->args[0] == 0 ? "" : "`", commands[i]->summary);
        print_rows_markdown(commands[i]->options);
        if (commands[i]->usage != NULL) {
            printf("\n```\n%s\n```\n", commands[i]->usage);
        }
        puts("");
    }
    puts("# Options of every verb\n");
    print_rows_markdown(options_common);
}

/* A verb goes before a chapter of the same name: of that its path can be
 * said. */
static int
print_about(const char *word)
{
    struct help_text chapter;
    const struct command *about = command_find(word);
    if (about != NULL) {
        command_print_help(stdout, about);
    } else if (strcmp(word, "chapters") == 0) {
        print_chapters();
    } else if (strcmp(word, "manual") == 0) {
        print_manual();
    } else if (help_chapter(word, &chapter)) {
        print_chapter(&chapter);
    } else {
        char what[300];
        snprintf(what, sizeof(what), "there is no verb or chapter %.200s",
                 word);
        return options_usage(&command_help, what,
                             "ronin help lists the verbs, ronin help chapters "
                             "the chapters");
    }
    return 0;
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
    if (o.word_count > 0) {
        return print_about(o.words[0]);
    }
    command_print_overview(stdout);
    return 0;
}

const struct command command_help = {
    .name = "help",
    .args = "[VERB|CHAPTER]",
    .summary = "Tell what ronin or a verb takes, or show a chapter.",
    .usage = "  ronin help chapters    the chapters of the specification, to "
             "be shown\n"
             "  ronin help manual      all verbs and options, in Markdown",
    .run = run_help,
};
