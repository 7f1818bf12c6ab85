/* SPDX-License-Identifier: MIT */
/*
 * An error of the world: a file that cannot be read, a graph that makes no
 * sense. It is made where it happens, returned as a value, and printed once
 * by the runtime. A function that can fail returns false and fills `err`.
 */
#ifndef EXEC_BASE_ERROR_H
#define EXEC_BASE_ERROR_H

#include <stdbool.h>

#define EXEC_MUST_CHECK __attribute__((warn_unused_result))

/* Decides the exit status: see spec/cli/exit-status.md. */
enum error_class {
    ERROR_CLASS_NONE,
    ERROR_CLASS_BUILD, /* exit 1: a build or a test failed */
    ERROR_CLASS_USAGE, /* exit 2: the command line */
    ERROR_CLASS_GRAPH, /* exit 3: the build file or its graph */
    ERROR_CLASS_STATE, /* exit 4: database, lock, file system of ronin's own */
    ERROR_CLASS_SYSTEM /* exit 4 as well: a system call that should work */
};

/* Numbers that people look up: see spec/errors.md. An error without one of its
 * own has that of its class. */
enum error_code {
    ERROR_CODE_NONE = 0,
    ERROR_CODE_USAGE = 1,
    ERROR_CODE_TARGET = 2,  /* no such target */
    ERROR_CODE_PROJECT = 3, /* no build file from here upwards */
    ERROR_CODE_GRAPH = 301,
    ERROR_CODE_CYCLE = 302,
    ERROR_CODE_PRODUCERS = 303, /* two actions make one file */
    ERROR_CODE_MISSING = 304,   /* no file, and nothing makes it */
    ERROR_CODE_BUILD = 401,
    ERROR_CODE_STATE = 501,
    ERROR_CODE_SYSTEM = 502
};

/* Starts as {0}. Texts are malloc'ed and owned by the record. */
struct error {
    enum error_class class;
    char *what;     /* what happened, with path and reason */
    char *where;    /* "file:line:column" or NULL */
    char *help;     /* what to do, or NULL */
    char *subject;  /* the path or paths that it is about, or NULL, and */
    char *needer;   /* who needs it, or NULL: for callers with other words */
    unsigned code;  /* enum error_code, or 0 */
    bool is_report; /* `what` is a whole report of the runtime's */
};

/* Fills an empty record (a full one keeps its first error); always false. */
bool error_set(struct error *err, enum error_class class, const char *format,
               ...) __attribute__((format(printf, 3, 4)));

/* As error_set, with ": " and the text of the errno value at its end. */
bool
error_set_errno(struct error *err, enum error_class class, int errnum,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Adds place or advice to a record that has none yet. */
void error_set_where(struct error *err, const char *file, unsigned line,
                     unsigned column);
void error_set_help(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Keeps apart what is told in `what`, for callers that have other words for it.
 * `needer` may be NULL. */
void
error_set_subject(struct error *err, const char *subject, const char *needer);

/* Takes the advice off, for whoever knows better. */
void error_drop_help(struct error *err);

/* Gives it a code of its own, unless it has one. */
void error_set_code(struct error *err, enum error_code code);

/* Puts "prefix: " before `what`. */
void error_wrap(struct error *err, const char *prefix);

/* Frees the texts; the record is empty afterwards. */
void error_finish(struct error *err);

#endif
