/* SPDX-License-Identifier: MIT */
/*
 * What a person, or a service for one, sees of a build while it runs, and the
 * summary at its end. What actions do goes to standard output; failures, notes
 * and the summary of a failed build go to standard error. There are several
 * kinds (runtime/progress/registry.h); which one suits is told by the terminal
 * and the environment. See spec/build/output.md.
 */
#ifndef RUNTIME_PROGRESS_H
#define RUNTIME_PROGRESS_H

#include "exec/exec.h"

#include <stdbool.h>

struct progress;

struct progress_options {
    const char *kind; /* a name of the registry; NULL or "auto": what suits */
    bool verbose;     /* whole commands instead of descriptions */
    bool quiet;       /* only what actions print, failures and notes */
    bool explain;     /* the first reason of each action that runs */
    bool dry_run;
    bool raw;               /* what actions print is shown as it is */
    bool notify;            /* tell the desktop of the end of a long build */
    uint32_t jobs;          /* that may run at once */
    const char *where;      /* options that verbs of a hint need, with a blank
                              behind each, or NULL */
    char *const *arguments; /* the command line, for kind json */
};

/* True if there is such a kind, and what the environment says of its lines can
 * be understood; else a usage error. */
bool progress_check(const struct progress_options *options,
                    struct error *err) EXEC_MUST_CHECK;
struct progress *progress_create(const struct progress_options *options);
void progress_destroy(struct progress *p);
/* True if it is of use to it that the executor looks ahead, and that each
 * action has an event that is up to date. */
bool progress_wants_outlook(const struct progress *p);
bool progress_wants_all(const struct progress *p);

/* Shows one event of the executor. */
void progress_event(struct progress *p, const struct exec_event *event);
/* Something begins that may take long ("loading build.magma"); NULL: is over. */
void progress_phase(struct progress *p, const char *what);
/* The graph is there, evaluated or kept from last time. */
void progress_loaded(struct progress *p, const struct graph *graph,
                     bool evaluated, int64_t duration_us);

/* How it ended: `done` is what the build returned. */
struct progress_end {
    const struct exec_result *result;
    bool done;
    int exit_status;
    const char *message; /* of the error, or NULL */
};

/* The closing lines. True if they say all there is to say, so that the error
 * need not be printed. */
bool progress_finish(struct progress *p, const struct progress_end *end);

#endif
