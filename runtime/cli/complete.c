/* SPDX-License-Identifier: MIT */
/*
 * `ronin __complete`: what the word under the cursor may become, for the shells'
 * scripts of `ronin completion`. It is given the words of the line up to the
 * cursor, or the line itself (--line), and prints a candidate a line, with a
 * tab and what it means behind; or `:files` or `:folders` where the shell is to
 * complete names of files. It reads the last snapshot, true or not, starts no
 * language, and is silent about all that goes wrong.
 *
 * Everything comes from the tables of the verbs: a verb's `args` say what its
 * words are, an option's `arg` what follows it, "a|b" being the choices.
 */
#include "runtime/cli/command.h"
#include "runtime/targets.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- The line ------------------------------------------------------------------ */

/* Adds the character at `at` to the word, as a shell reads it; where it
 * ends. */
static const char *
read_character(const char *at, char *quote, struct buffer *word)
{
    if (*quote == 0 && (*at == '\'' || *at == '"')) {
        *quote = *at;
        return at + 1;
    }
    if (*quote != 0 && *at == *quote) {
        *quote = 0;
        return at + 1;
    }
    if (*at == '\\' && *quote != '\'' && at[1] != 0) {
        at++;
    }
    buffer_add_char(word, *at);
    return at + 1;
}

/* Splits a line as a shell does, the last word being as far as it is typed. */
static void
split_line(const char *line, struct buffer *row)
{
    struct buffer word = {0};
    char quote = 0;
    const char *at = line + strspn(line, " \t");
    while (*at != 0) {
        if (quote == 0 && (*at == ' ' || *at == '\t')) {
            buffer_add_text(row, buffer_str(&word));
            buffer_truncate(&word, 0);
            at += strspn(at, " \t");
        } else {
            at = read_character(at, &quote, &word);
        }
    }
    buffer_add_text(row, buffer_str(&word));
    buffer_finish(&word);
}

/* --- Candidates ------------------------------------------------------------------ */

/* What is known of the line when its last word is completed. */
struct line {
    char **words; /* the program first, the verb's own word included */
    int count;    /* without the last one */
    const char *typed;
    char before[80]; /* "--color=": what stands in front of `typed` */
    const struct command *command;
};

static void
offer(const struct line *line, const char *word, const char *help)
{
    if (strncmp(word, line->typed, strlen(line->typed)) == 0) {
        printf("%s%s%s%s\n", line->before, word, help[0] == 0 ? "" : "\t",
               help);
    }
}

static void
offer_choices(const struct line *line, const char *choices)
{
    for (const char *at = choices;;) {
        size_t len = strcspn(at, "|");
        char word[64];
        snprintf(word, sizeof(word), "%.*s", (int)len, at);
        offer(line, word, "");
        if (at[len] == 0) {
            return;
        }
        at += len + 1;
    }
}

static void
offer_verbs(const struct line *line)
{
    const struct command *command = NULL;
    for (uint32_t i = 0; (command = command_at(i)) != NULL; i++) {
        if (command->summary != NULL) {
            offer(line, command->name, command->summary);
        }
    }
}

static void
offer_options(const struct line *line, const struct option_row *rows)
{
    for (; rows != NULL && rows->name != NULL; rows++) {
        char word[80];
        snprintf(word, sizeof(word), "--%s", rows->name);
        offer(line, word, rows->help);
    }
}

/* The last -f of the words; -C of them is gone into. False if it cannot be. */
static bool
place_line(const struct line *line, const char **build_file)
{
    for (int i = 1; i + 1 < line->count; i++) {
        const char *word = line->words[i];
        if (strcmp(word, "-C") == 0 || strcmp(word, "--directory") == 0) {
            if (chdir(line->words[i + 1]) != 0) {
                return false;
            }
        } else if (strcmp(word, "-f") == 0 || strcmp(word, "--file") == 0) {
            *build_file = line->words[i + 1];
        }
    }
    return true;
}

/* A name with a line end or a tab in it would break the lines that the shells'
 * scripts read. */
static void
offer_row(const struct line *line, const struct session *session,
          const struct graph *g, bool sources)
{
    struct buffer row = {0};
    struct targets_wanted wanted = {line->typed, session_folder(session),
                                    sources};
    targets_complete(g, &wanted, &row);
    struct slice left = buffer_slice(&row);
    struct slice word;
    while (slice_next_text(&left, &word)) {
        if (strpbrk(word.bytes, "\n\t") == NULL) {
            printf("%s%s\n", line->before, word.bytes);
        }
    }
    buffer_finish(&row);
}

static void
offer_targets(const struct line *line, bool sources)
{
    struct session_options options = {.read_only = true, .no_wait = true};
    struct session *session = NULL;
    struct error err = {0};
    if (place_line(line, &options.build_file) &&
        session_open(&options, &session, &err)) {
        struct graph *g = session_last_graph(session);
        if (g != NULL) {
            offer_row(line, session, g, sources);
        }
        graph_destroy(g);
    }
    session_close(session);
    error_finish(&err);
}

/* What the words of a verb are, by how its help calls them. */
static void
offer_words(const struct line *line)
{
    const char *args = line->command->args;
    const char *choice = strchr(args, '|');
    if (strstr(args, "FILE") != NULL) {
        puts(":files");
    } else if (strstr(args, "VERB") != NULL) {
        offer_verbs(line);
    } else if (strstr(args, "TARGET") != NULL ||
               strstr(args, "QUERY") != NULL) {
        offer_targets(line, strstr(args, "QUERY") != NULL ||
                                strcmp(line->command->name, "why") == 0);
    } else if (choice != NULL) {
        offer_choices(line, args);
    }
}

static void
offer_values(const struct line *line, const char *arg)
{
    if (strchr(arg, '|') != NULL) {
        offer_choices(line, arg);
    } else if (strcmp(arg, "FILE") == 0) {
        puts(":files");
    } else if (strcmp(arg, "DIR") == 0) {
        puts(":folders");
    }
}

/* --- The verb ---------------------------------------------------------------------- */

static const struct option_row *
find_option(const struct line *line, const char *word, bool *attached)
{
    const struct option_row *row =
        options_find(line->command->options, word, attached);
    return row != NULL ? row : options_find(options_common, word, attached);
}

/* "--color=al": what is typed is the value. */
static bool
complete_attached(struct line *line)
{
    const char *equals = strchr(line->typed, '=');
    if (strncmp(line->typed, "--", 2) != 0 || equals == NULL ||
        (size_t)(equals + 1 - line->typed) >= sizeof(line->before)) {
        return false;
    }
    bool attached = false;
    const struct option_row *row = find_option(line, line->typed, &attached);
    if (row != NULL && row->arg != NULL) {
        snprintf(line->before, sizeof(line->before), "%.*s",
                 (int)(equals + 1 - line->typed), line->typed);
        line->typed = equals + 1;
        offer_values(line, row->arg);
    }
    return true;
}

/* The word before wants a value. */
static bool
complete_value(const struct line *line)
{
    bool attached = false;
    const char *last = line->words[line->count - 1];
    const struct option_row *row = line->count > 1 && last[0] == '-'
                                       ? find_option(line, last, &attached)
                                       : NULL;
    if (row == NULL || row->arg == NULL || attached) {
        return false;
    }
    offer_values(line, row->arg);
    return true;
}

/* What stands before decides first, then how the word begins, then the verb. */
static void
complete(struct line *line, bool has_verb)
{
    if (complete_value(line) || complete_attached(line)) {
        return;
    }
    if (line->typed[0] == '-') {
        offer_options(line, line->command->options);
        offer_options(line, options_common);
        return;
    }
    if (!has_verb) {
        offer_verbs(line);
    }
    offer_words(line);
}

/* The words of a row, with NULL behind them; malloc'ed. */
static char **
words_of(struct buffer *row, int *count)
{
    struct slice left = buffer_slice(row);
    struct slice word;
    struct vec words = vec_of(sizeof(char *));
    while (slice_next_text(&left, &word)) {
        char *text = row->bytes + (word.bytes - row->bytes);
        vec_push(&words, &text);
    }
    *count = (int)words.count;
    vec_add(&words);
    return words.items;
}

static int
run(int argc, char **argv)
{
    struct buffer row = {0};
    if (argc == 3 && strcmp(argv[1], "--line") == 0) {
        split_line(argv[2], &row);
    } else {
        for (int i = 1; i < argc; i++) {
            buffer_add_text(&row, argv[i]);
        }
    }
    int count = 0;
    char **words = words_of(&row, &count);
    if (count >= 2) {
        char **split = NULL;
        struct line line = {.words = words,
                            .count = count - 1,
                            .typed = words[count - 1]};
        const struct command *verb = command_split(count - 1, words, &split);
        line.command = verb == NULL ? &command_build : verb;
        complete(&line, verb != NULL);
        free(split);
    }
    free(words);
    buffer_finish(&row);
    return 0;
}

const struct command command_complete = {
    .name = "__complete",
    .args = "[--line LINE] [WORD...]",
    .words_end_options = true,
    .run = run,
};
