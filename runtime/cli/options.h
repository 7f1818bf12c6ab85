/* SPDX-License-Identifier: MIT */
/*
 * Options of a verb: read in any order among the words, told by tables, so
 * that the help, the parser and the advice after a mistake agree.
 */
#ifndef RUNTIME_CLI_OPTIONS_H
#define RUNTIME_CLI_OPTIONS_H

#include "exec/exec.h"
#include "runtime/session.h"

#include <stdbool.h>
#include <stdint.h>

struct command;

struct option_row {
    int id;           /* its letter, or one of enum option_id */
    const char *name; /* long name; NULL ends a table */
    const char *arg;  /* what its argument is called: FILE and DIR are paths,
                         "a|b" the choices; or NULL */
    const char *help;
};

/* Options without a letter. */
enum option_id {
    OPTION_COLOR = 256,
    OPTION_ERROR_FORMAT,
    OPTION_CONTENT,
    OPTION_ALLOW_OUTSIDE,
    OPTION_NO_WAIT,
    OPTION_EVENTS,
    OPTION_EXPLAIN,
    OPTION_FAIL_FAST,
    OPTION_FUEL,
    OPTION_JOBSERVER,
    OPTION_MEMORY,
    OPTION_DEPTH,
    OPTION_QUIET,
    OPTION_PROGRESS,
    OPTION_PTY,
    OPTION_RAW,
    OPTION_NOTIFY,
    OPTION_SHUFFLE,
    OPTION_PATH,
    OPTION_RUN,
    OPTION_FAILED,
    OPTION_KEEP_RUNS,
    OPTION_KEEP_BYTES,
    OPTION_NOT,
    OPTION_NREPL,
    OPTION_NEXT,
    OPTION_CHAIN,
    OPTION_ALL,
    OPTION_STATE,
    OPTION_STAT,
    OPTION_HASH,
    OPTION_CHECK,
    OPTION_FORCE,
    OPTION_ACCEPT,
    OPTION_FOCUS,
    OPTION_HTML,
    OPTION_JUNIT,
    OPTION_LIST,
    OPTION_SEED,
    OPTION_TAP,
    OPTION_TIMEOUT,
    OPTION_STRICT,
    OPTION_ORDER,
    OPTION_AST,
    OPTION_AST_IN,
    OPTION_VERSION
};

/* What options_next gives besides the ids. */
enum { OPTION_END = 0, OPTION_STOP = -1 };

struct options {
    const struct command *command;
    int argc;
    char **argv;
    void *table;       /* of getopt */
    char *letters;     /* likewise */
    const char *value; /* of the option that was read last */
    char **words;      /* after the end: what is no option */
    uint32_t word_count;
    struct buffer where; /* -C and its folders, as a command line has them */
    int status;          /* after OPTION_STOP: the exit status */
};

void options_init(struct options *o, const struct command *command, int argc,
                  char **argv);
void options_finish(struct options *o);

/*
 * The id of the next option; OPTION_END when there are no more, OPTION_STOP
 * when the program is to end with `status`: help was asked for, or something
 * is wrong, and either was printed. -C, --color and --help are done here.
 */
int options_next(struct options *o);

/* The value as a number from min to max, or as bytes with K, M or G behind.
 * False: said what is wrong, and status is set. */
bool
options_number(struct options *o, uint64_t min, uint64_t max, uint64_t *number);
bool options_bytes(struct options *o, uint64_t *bytes);
/* Milliseconds of a time such as 10s, 500ms or 2m. */
bool options_time(struct options *o, uint64_t *ms);

/* Takes the options that name a session (-f, --fuel, --memory, --depth,
 * --no-wait, --allow-outside). False if `id` is another; a wrong value sets status. */
bool
options_session(struct options *o, int id, struct session_options *session);

/* Prints "what", with advice, as a mistake on the command line; the exit
 * status for it. */
int options_usage(const struct command *command, const char *what,
                  const char *help);

/* The row of a word such as "-j4" or "--jobs=4", or NULL; *attached tells
 * that its argument is in the word. */
const struct option_row *
options_find(const struct option_row *rows, const char *word, bool *attached);
extern const struct option_row options_common[];

#endif
