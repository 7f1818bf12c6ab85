/* SPDX-License-Identifier: MIT */
/*
 * Errors of the language: made here, thrown from anywhere in interp, caught
 * by error_try, which holds the only setjmp of the tree. Nothing but collected
 * memory may be held across a call that can throw.
 */
#ifndef INTERP_DATA_ERROR_H
#define INTERP_DATA_ERROR_H

#include "interp/data/value.h"

/* Named kinds, as a program sees them: :arity, :type ... */
enum error_type {
    ERROR_ARITY,
    ERROR_TYPE,
    ERROR_OVERFLOW,
    ERROR_INDEX,
    ERROR_KEY,
    ERROR_STATE,
    ERROR_SYNTAX,  /* reader and compiler */
    ERROR_UNKNOWN, /* unresolved symbol */
    ERROR_LIMIT,   /* a budget is spent; not caught by `catch` */
    ERROR_VALUE,   /* an argument of the right type and a wrong value */
    ERROR_USER,    /* ex-info and throw */
    ERROR_ASSERT,
    ERROR_REFUSED,  /* what Magma leaves out on purpose */
    ERROR_SUSPENDED /* a form met something unresolved; never caught */
};

/* Where in a source text; line 0: not known. Columns count characters, from
 * 1. `file` is a Magma string or nil. */
struct error_place {
    Value file;
    uint32_t line;
    uint32_t column;
    uint32_t end_line;
    uint32_t end_column;
};

/* KIND_ERROR. */
struct error_object {
    struct object head; /* flags: enum error_type */
    Value message;      /* string */
    Value help;         /* string or nil: what to do */
    Value data;         /* ex-data: a map, or nil; SUSPENDED: what for */
    Value cause;        /* an error or nil */
    Value trace;        /* vector of maps {:fn :file :line :column} or nil */
    struct error_place place;
    struct error_place other; /* a second one: what was opened; or line 0 */
};

/* Throws an error; the format is printf's. The message says what happened in
 * the reader's words ("Cannot add 41 and \"oops\": + expects numbers"). */
_Noreturn void error_throw(enum error_type type, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same with a second sentence, which says what to do. */
_Noreturn void
error_throw_help(enum error_type type, const char *help, const char *format,
                 ...) __attribute__((format(printf, 3, 4)));

/* The same at a known place (reader, compiler). */
_Noreturn void
error_throw_at(const struct error_place *place, enum error_type type,
               const char *help, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same with a second place that belongs to it, such as what was opened. */
_Noreturn void
error_throw_two(const struct error_place places[2], enum error_type type,
                const char *help, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds a line to the trace: what ran, "user/area", and where. */
void error_add_trace(struct error_object *error, Value name,
                     const struct error_place *place);

/* Makes an error without throwing it. message is a string value. */
Value error_make(enum error_type type, Value message, Value data, Value cause);

/* Throws any value, as `throw` does; an error keeps the place and trace that
 * it already has, else error_trace_hook fills them. */
_Noreturn void error_throw_value(Value thrown);

/* Suspends the top-level form that is being evaluated; `on` says why. */
_Noreturn void error_suspend(Value on);

typedef Value (*error_body)(void *arg);

/* Runs body; true with its result, or false with what was thrown. */
bool error_try(error_body body, void *arg, Value *result, Value *thrown);

/* True while some error_try runs: a throw would be caught. */
bool error_is_awaited(void);

/* "arity", "type" ...; static text. */
const char *error_type_name(enum error_type type);

/* Set by the VM: fills place and trace of a fresh error, and saves and
 * restores the state of the VM around error_try. */
struct error_hooks {
    void (*fill_trace)(struct error_object *error);
    uint64_t (*mark)(void);
    void (*unwind)(uint64_t mark);
};
void error_set_hooks(const struct error_hooks *hooks);

#endif
