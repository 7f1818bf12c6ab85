/* SPDX-License-Identifier: MIT */
/*
 * A session owns one program of the language and one executor, for one build
 * root: the only place where both lifetimes meet.
 */
#ifndef RUNTIME_SESSION_H
#define RUNTIME_SESSION_H

#include "exec/exec.h"
#include "interp/magma.h"

#include <stdio.h>

struct ninja_commands;
struct session;

/* Who is told how the graph comes about; both may be NULL. */
struct session_watcher {
    void *ctx;
    /* Something begins that may take long; NULL: it is over. */
    void (*phase)(void *ctx, const char *what);
    void (*loaded)(void *ctx, const struct graph *graph, bool evaluated,
                   int64_t duration_us);
};

/* What the options of the command line say about where and how. */
struct session_options {
    const char *build_file; /* -f; NULL: build.magma here, or in the nearest
                               folder above that has one */
    bool is_ninja; /* the build file is one of ninja's, whatever its name */
    /* Of such a one, to be read for the logs, too: the caller's, or NULL. */
    struct ninja_commands *commands;
    bool allow_outside;
    bool no_wait;
    const char *state; /* --state, --hash, --stat; NULL: not given */
    const char *hash;
    const char *stat;
    bool read_only; /* state is only read: why, repl, test */
    /* Forms that are put into what the build file says, see additions.h: such a
     * graph is never kept for later starts. NULL: there can be none. */
    const struct additions *additions;
    bool check;    /* the build file is analysed as well, see load.h */
    uint64_t fuel; /* 0: default */
    uint64_t memory_bytes;
    uint32_t depth;
    struct session_watcher watcher;
    /* Told what is odd about a ninja file; NULL: it is printed. */
    void (*on_warning)(void *ctx, const char *file, uint32_t line,
                       const char *what);
    void *on_warning_ctx;
    /* Told, once, that another run is waited for: its pid and command. */
    void (*on_wait)(void *ctx, int pid, const char *command);
    void *on_wait_ctx;
};

/*
 * Finds the build file and changes the working folder to the build root.
 * No language is started and no state is opened yet.
 */
bool session_open(const struct session_options *options,
                  struct session **session, struct error *err) EXEC_MUST_CHECK;
void session_close(struct session *session);

/* The build file, below the root. */
const char *session_build_file(const struct session *session);

/* The build root, an absolute path. */
const char *session_root(const struct session *session);

/* Where the person stands, below the root; "" for the root itself. */
const char *session_folder(const struct session *session);

/* A target word as the person wrote it, as seen from the root: malloc'ed.
 * Words that start with ':' stay, and so do words of the root folder. */
char *session_target(const struct session *session, const char *word);

/* The executor, opened on first call. */
bool session_exec(struct session *session, struct exec **exec,
                  struct error *err) EXEC_MUST_CHECK;

/* The graph: from the snapshot if that is still true, else by evaluating the
 * build file. Owned by the session. */
bool session_graph(struct session *session, const struct graph **graph,
                   struct error *err) EXEC_MUST_CHECK;

/* The graph of the last run, which may be out of date, without a look at the
 * build file: the caller's; NULL if there is none. */
struct graph *session_last_graph(struct session *session);

/* Evaluates the build file even if there is a snapshot (REPL, tests), so that
 * its definitions can be used. */
bool
session_evaluate(struct session *session, struct error *err) EXEC_MUST_CHECK;

/* The files that the graph was made from, also where that failed: rows of
 * zero-terminated paths, valid until the next evaluation. */
struct slice session_sources(const struct session *session);
/* What checks forms that are typed later, and the functions of the graph; NULL
 * unless the file was evaluated with additions. */
struct registry *session_registry(const struct session *session);
struct functions *session_functions(const struct session *session);

/* Lets go of what was read of the state, so that it is read as it is now; for a
 * session whose graph was evaluated. */
void session_refresh(struct session *session);

struct session_listener {
    void (*event)(void *ctx, const struct exec_event *event);
    void *ctx;
};
/* Builds; the listener gets every event. The targets are as session_target
 * gives them; host and sources of the build need not be set. */
bool
session_build(struct session *session, struct exec_build *build,
              const struct session_listener *listener,
              struct exec_result *result, struct error *err) EXEC_MUST_CHECK;

/* Starts the language with its standard library; later calls do nothing.
 * println goes to `out` at once (scripts); NULL: to standard error. */
void session_start_language(FILE *out);

#endif
