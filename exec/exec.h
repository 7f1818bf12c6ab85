/* SPDX-License-Identifier: MIT */
/*
 * The executor as seen from outside: the only header of exec that other
 * layers include. It knows files, actions and processes, and nothing of the
 * language: functions of programs are numbers that the host calls.
 *
 * Nothing here prints or exits. One thread uses it. The containers of exec/base
 * are part of it, for front ends that fill graphs from plain memory.
 */
#ifndef EXEC_EXEC_H
#define EXEC_EXEC_H

#include "exec/base/arena.h"
#include "exec/base/error.h"
#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/base/table.h"
#include "exec/base/vec.h"
#include "exec/foreign.h"
#include "exec/graph/graph.h"
#include "exec/graph/walk.h"
#include "exec/health/health.h"
#include "exec/history.h"
#include "exec/run/event.h"
#include "exec/snapshots.h"

struct exec;

/* Starts the small process that ends our commands should we be killed. To be
 * called first thing in main, while there is little memory to copy. Failure
 * means less safety and nothing else. Also makes sure that the descriptors
 * 0, 1 and 2 are open. */
bool exec_guard_start(struct error *err) EXEC_MUST_CHECK;

struct exec_options {
    const char *root;       /* absolute path of the build root */
    const char *build_file; /* path of the build file, relative to the root */
    bool no_wait;           /* fail at once when another ronin builds here */
    bool read_only;         /* why, queries: never waits, never writes */
    const char *place;      /* where records are kept: "memory", "reset" (thrown
                          away first), or NULL: in .ronin */
    const char *hash; /* "xxh3" or "sha256"; NULL: what the records hold */
    const char *stat; /* "direct" or "cached"; NULL: the default */
    /* Told, once, that it waits for another run: its pid and command. */
    void (*on_wait)(void *ctx, int pid, const char *command);
    void *ctx;
};

/* Opens state below ROOT/.ronin, making it if need be. */
bool exec_open(const struct exec_options *options, struct exec **exec,
               struct error *err) EXEC_MUST_CHECK;
/* Commits what is not yet written. NULL is fine. */
void exec_close(struct exec *exec);

/* A value between steps: nothing, bytes (malloc'ed, owned by the holder), or
 * a value of the language behind a number that the host gave. */
enum exec_value_kind { EXEC_VALUE_NONE, EXEC_VALUE_BYTES, EXEC_VALUE_HOST };
struct exec_value {
    enum exec_value_kind kind;
    char *bytes;
    size_t len;
    uint32_t step; /* of bytes: which step gave them, the first is 1 */
    uint32_t host;
};

enum exec_watch_event { WATCH_CREATED, WATCH_MODIFIED, WATCH_DELETED };

/* What happened to a file in a watched folder. */
struct exec_watched {
    const char *path;
    enum exec_watch_event event;
};

/* What came of asking the host for a function. */
enum exec_answer {
    ANSWER_OK,
    ANSWER_ERROR,
    ANSWER_STALE /* its fingerprint is another: the build file has changed */
};

/* What the executor asks of the layer that joins it with the language. */
struct exec_host {
    void *ctx;
    /* Calls a function on a step's value (taken over, also on failure). */
    enum exec_answer (*call)(void *ctx, struct function_ref function,
                             struct exec_value in, struct exec_value *out,
                             struct error *err);
    /* The bytes of a host value that is a string; false for others. */
    bool (*value_bytes)(void *ctx, const struct exec_value *value, char **bytes,
                        size_t *len, struct error *err);
    /* The paths of a host value that is a sequence of strings, each
     * canonical and zero-terminated, one after the other. */
    bool (*value_paths)(void *ctx, const struct exec_value *value, char **paths,
                        size_t *len, struct error *err);
    /* Lets the host forget values that no step holds any more. */
    void (*value_drop)(void *ctx, struct exec_value *value);
    /* Asks a watch predicate about one event. */
    enum exec_answer (*watch)(void *ctx, struct function_ref predicate,
                              const struct exec_watched *watched, bool *fires,
                              struct error *err);
    /* Makes the graph anew, because a dynout has a new value (exec_dynout_value)
     * or a build file changed; sealed. The old one may do if nothing differs. */
    bool (*reload)(void *ctx, const struct graph *old, struct graph **graph,
                   struct error *err);
    void (*event)(void *ctx, const struct exec_event *event);
    /* How many warnings a command printed. NULL: nobody counts them. */
    uint32_t (*count_warnings)(void *ctx, struct slice output);
    /* Asked about an action of which there is no record, or one that is not true
     * any more: true if another program ran it as it is now. What is found lives
     * until the next call. NULL: there is no other program. */
    bool (*foreign)(void *ctx, const struct graph *g, struct action_id action,
                    struct exec_foreign *found);
    /* True if it ran nothing since our last build; NULL: nobody knows. */
    bool (*foreign_rests)(void *ctx);
};

/* Sets what makes the present call of the host, or the next one, fail soon. It
 * is called from a signal handler when a build is to end. */
void exec_set_interrupt(void (*hook)(void));

/* What is known of a dynout by its key. */
enum exec_dynout_state {
    DYNOUT_UNKNOWN, /* never resolved */
    DYNOUT_STORED,  /* a value of an earlier run, not judged in this one */
    DYNOUT_RESOLVED /* the value of this run */
};

/* The value: zero-terminated paths one after the other; valid until the next
 * build. */
enum exec_dynout_state
exec_dynout_value(struct exec *exec, const char *key, struct slice *paths);

/* --- Building ------------------------------------------------------------ */

/* How commands find the jobserver that ronin has for them. */
enum jobserver_style {
    JOBSERVER_AUTO, /* by name; by descriptors where make is too old for that */
    JOBSERVER_FIFO,
    JOBSERVER_PIPE,
    JOBSERVER_NONE /* neither joined nor served */
};

/* How many commands this machine runs at once by default. */
uint32_t exec_processor_count(void);

/* What becomes of outputs that left the graph. */
enum exec_orphans {
    ORPHANS_REMOVE,
    ORPHANS_KEEP,
    ORPHANS_ONLY /* they are removed, and nothing is built, generators neither */
};

/* The size of the pseudo terminal that each command prints to; 0: to a pipe. */
struct exec_pty {
    uint16_t columns;
    uint16_t rows;
};

#define EXEC_JOBS_ANY 100000U /* as many at once as there is room for */

struct exec_build {
    const struct exec_host *host;
    const char *const *targets; /* words: a file, a named action, a group; ":x"
                                   is always the group x; none: the default */
    uint32_t target_count;
    bool everything;   /* no targets mean all, be there a default or not */
    uint32_t jobs;     /* at least 1; EXEC_JOBS_ANY: all there is room for */
    bool jobs_given;   /* asked for: the jobserver above is not joined */
    uint32_t load_max; /* no start while so many tasks run; 0: any */
    enum jobserver_style jobserver;
    uint32_t failures_max; /* stop after so many; 0: never */
    bool fail_fast;        /* the failure that stops ends what runs, too */
    bool shuffle;          /* ready actions start in an order by chance, */
    uint64_t shuffle_seed; /* the same for the same seed */
    bool dry_run;
    bool content; /* read every :ifwritten as :ifchanged */
    bool allow_outside;
    bool keep_depfiles; /* that are removed after reading, */
    bool keep_rspfiles; /* and response files of what succeeded */
    enum exec_orphans orphans;
    bool brief;   /* of what is up to date no single event need be sent */
    bool outlook; /* events are to tell what is still to come, */
    bool expects; /* and how many actions will run: all are judged before. In a
                     dry run what would make the build file is told alone */
    struct exec_pty pty;
    const char *const *sources; /* files that the graph was made from: their
                                   generators run first */
    uint32_t source_count;
    const char *made_from; /* the build file that this one was converted from,
                              whose records hold while it has none; or NULL */
    uint32_t rounds_max;   /* of generators that change the graph; 0: 3 */
    const char *arguments; /* the command line, for the record */
};

struct exec_result {
    uint32_t wanted;
    uint32_t ran;
    uint32_t failed;
    uint32_t not_run;
    uint32_t up_to_date;
    uint32_t cut_off;
    uint32_t ended; /* while they ran, for the build was to stop */
    uint32_t removed;
    uint32_t warnings; /* of all actions of the graph, whenever they ran last */
    int64_t duration_us;
    int signal; /* not 0: ended by it */
};

/* Instead of loading the graph: looks whether anything of it can have changed
 * since the last build of the same. True: nothing has; that was the build, told
 * and counted. Else *graph and *sources are as from exec_snapshot_load, and
 * exec_build goes on from what was seen. */
bool exec_build_is_done(struct exec *exec, const struct exec_build *build,
                        struct graph **graph, struct slice *sources,
                        struct exec_result *result) EXEC_MUST_CHECK;

/* Builds. *graph may be replaced by a reloaded one (the old one is destroyed).
 * False when it could not be done at all, or when actions failed (class
 * BUILD); the result is filled in either case. */
bool exec_build(struct exec *exec, struct graph **graph,
                const struct exec_build *build, struct exec_result *result,
                struct error *err) EXEC_MUST_CHECK;

/* --- Asking and cleaning --------------------------------------------------- */

/* The node that a target word means; false with the nearest names in the
 * error. */
bool exec_find_target(const struct graph *g, const char *word,
                      struct node *node, struct error *err) EXEC_MUST_CHECK;

/* Tells of each file that an action or a group needs, that is not there (as
 * seen from the working folder), and that no action makes: what a build would
 * say of the first of them. Nothing is told of a graph with dyndep files. */
void exec_find_missing(const struct graph *g,
                       void (*found)(void *ctx, struct error *err), void *ctx);

struct exec_clean {
    const char *const *targets; /* words, as for a build; none: everything */
    uint32_t target_count;
    bool dry_run; /* only tells what would be removed */
    void (*removed)(void *ctx, const char *path);
    void *ctx;
};
/* Removes recorded outputs of the wanted actions, never of generators, never
 * what ronin did not make. `removed` is called with each path. */
bool
exec_clean(struct exec *exec, const struct graph *g,
           const struct exec_clean *clean, struct error *err) EXEC_MUST_CHECK;

#endif
