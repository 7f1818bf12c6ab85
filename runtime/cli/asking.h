/* SPDX-License-Identifier: MIT */
/*
 * What the verbs that only read have in common: they open without waiting and
 * without writing, take a target word for an action, and print text or JSON.
 */
#ifndef RUNTIME_CLI_ASKING_H
#define RUNTIME_CLI_ASKING_H

#include "runtime/cli/command.h"

struct asking {
    struct session_options session;
    bool json;
    uint64_t run; /* --run; 0: none */
    /* Of the present call: */
    struct session *opened;
    struct exec *exec;
    const struct graph *graph; /* NULL until asking_graph */
    const struct options *options;
    void *ctx;
};

/* True if it took the option: -f, -o, --run. A wrong value sets the status. */
bool asking_option(struct options *o, int id, struct asking *asking);

/* Opens, calls `answer`, closes; the exit status. Errors are printed. */
typedef bool asking_fn(struct asking *asking, struct error *err);
int asking_answer(const struct options *o, struct asking *asking,
                  asking_fn *answer);

/* Loads the graph. */
bool asking_graph(struct asking *asking, struct error *err) EXEC_MUST_CHECK;
/* The action that a target word means. */
bool asking_action(struct asking *asking, const char *word,
                   struct action_id *action, struct error *err) EXEC_MUST_CHECK;
const char *asking_key(const struct asking *asking, struct action_id action);
/* Adds how long an action took when it last ran; false if that is not known. */
bool asking_add_duration(const struct asking *asking, const char *key,
                         int64_t *sum_us);

/* An action as a person knows it, by its key. */
const char *asking_shown(const char *key);
/* Makes `run` the last run if none was asked for (0: there is none); a run that
 * is not kept is an error. */
bool asking_find_run(struct asking *asking, struct error *err) EXEC_MUST_CHECK;
/* The number of a run, as a word. */
bool asking_take_run(const char *word, uint64_t *run,
                     struct error *err) EXEC_MUST_CHECK;
/* All of a verb that asks about one run, named by its only word or else the
 * last one, and takes the options of asking_option. */
int asking_about_run(const struct command *command, int argc, char **argv,
                     asking_fn *answer);
/* "12:03:56", with the day in front unless that is today. */
void asking_time(struct buffer *out, int64_t unix_us);
/* "just now", "2 min ago", "3 days ago" */
void asking_age(struct buffer *out, int64_t unix_us);
/* The word for how an action ended, as in the event stream. */
const char *asking_status(enum action_status status);
/* Prints what was gathered for a person, made harmless. */
void asking_print(struct buffer *out);

#endif
