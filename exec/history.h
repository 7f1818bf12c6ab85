/* SPDX-License-Identifier: MIT */
/*
 * What the executor remembers of earlier runs, as seen from outside; a part of
 * the facade (exec.h includes it). Everything here only reads, but exec_prune.
 */
#ifndef EXEC_HISTORY_H
#define EXEC_HISTORY_H

#include "exec/backend/hash.h"
#include "exec/base/error.h"
#include "exec/base/vec.h"
#include "exec/run/event.h"

struct exec;

/* A run as it is remembered. */
struct exec_run {
    uint64_t id;
    int64_t started_unix_us;
    int64_t ended_unix_us; /* 0: it was killed, or goes on */
    int exit_status;
    uint32_t ran;
    uint32_t failed;
    uint32_t up_to_date;
    uint32_t cut_off;
    uint64_t graph; /* 0: not known */
    const char *arguments;
};
typedef void exec_run_fn(void *ctx, const struct exec_run *run);
/* The runs of this build file that are kept, the oldest first. */
bool exec_list_runs(struct exec *exec, exec_run_fn *call, void *ctx,
                    struct error *err) EXEC_MUST_CHECK;

/* How an action ended in a run. */
struct exec_action_run {
    const char *key;
    uint64_t run;
    int64_t started_unix_us;
    int64_t duration_us;
    int64_t cpu_us;
    int64_t peak_kib;
    int exit_code;
    int signal;
    enum action_status status; /* OK, FAILED, KILLED or INTERRUPTED */
    const char *output;
    size_t output_len;
    const struct exec_reason *reasons;
    uint32_t reason_count;
};
/* Who is told. */
struct exec_action_run_sink {
    void (*call)(void *ctx, const struct exec_action_run *action_run);
    void *ctx;
};
/* The actions of a run, in the order in which they ended; run 0: of each
 * action the latest. */
bool exec_list_action_runs(struct exec *exec, uint64_t run,
                           const struct exec_action_run_sink *sink,
                           struct error *err) EXEC_MUST_CHECK;
/* The same for one action. False with err if it did not run then. */
bool exec_find_action_run(struct exec *exec, const char *key, uint64_t run,
                          const struct exec_action_run_sink *sink,
                          struct error *err) EXEC_MUST_CHECK;
typedef void exec_path_fn(void *ctx, const char *path);
/* The outputs that a run removed, because no action made them any more. */
bool exec_list_removed(struct exec *exec, uint64_t run, exec_path_fn *call,
                       void *ctx, struct error *err) EXEC_MUST_CHECK;

/* The outputs that were recorded and are on disk, and that no action of the graph
 * makes any more. */
bool exec_list_orphans(struct exec *exec, const struct graph *graph,
                       exec_path_fn *call, void *ctx,
                       struct error *err) EXEC_MUST_CHECK;
/* The files that are other than a run recorded them: written, made or gone
 * since. */
bool exec_list_changed(struct exec *exec, uint64_t run, exec_path_fn *call,
                       void *ctx, struct error *err) EXEC_MUST_CHECK;

/* What is recorded of an action now. */
struct exec_record {
    bool is_found;
    bool is_started; /* it runs, or was killed together with its build */
    bool has_failed; /* its last attempt */
    bool has_manifest;
    struct hash128 manifest; /* of its last success */
};
/* False if there is nothing. */
bool exec_find_record(struct exec *exec, const char *key,
                      struct exec_record *record);
/* Adds all that its last verdict was made from, a line each, without the last
 * newline: "input PATH KINDS size N HASH", "discovered ...", "output ...",
 * "env NAME=VALUE", "command HASH". Nothing if it never succeeded. */
void exec_tell_manifest(struct exec *exec, const char *key, struct buffer *out);
/* True while a build of this root goes on. */
bool exec_is_building(const struct exec *exec);
/* All codes that reasons have, the order of spec/build/reasons.md. */
const char *const *exec_reason_codes(uint32_t *count);

/* Why an action ran: the difference between the manifest before the run and
 * the one after it. */
struct exec_why {
    uint64_t run;
    int64_t ended_unix_us;
    int64_t duration_us;
    int exit_code;
    int signal;
    struct exec_reason *reasons; /* owned */
    uint32_t reason_count;
    char *texts;          /* owned; of the reasons */
    uint32_t same_inputs; /* how many inputs did not differ */
};
/* Of its latest run, or of `run` if that is not 0. */
bool exec_why(struct exec *exec, const char *key, uint64_t run,
              struct exec_why *why, struct error *err) EXEC_MUST_CHECK;
void exec_why_finish(struct exec_why *why);

/*
 * What actions named when they ran last with success, beside what they declare:
 * headers of depfiles and the like. It comes from the index where that is about
 * this graph and the present records, else from the records. Items are files in
 * numbers of their own, for many of them are not in the graph.
 */
struct exec_discovered;
/* The graph must outlive it. Never NULL: where nothing can be read, nothing is
 * known. */
struct exec_discovered *
exec_discovered_open(struct exec *exec, const struct graph *graph);
/* NULL is fine. */
void exec_discovered_close(struct exec_discovered *discovered);
/* False for an action that never succeeded: what it reads is not known. */
bool exec_discovered_is_known(struct exec_discovered *discovered,
                              struct action_id action);
/* Adds the items of an action to a vec of uint32_t. */
void exec_discovered_of(struct exec_discovered *discovered,
                        struct action_id action, struct vec *items);
/* Items have numbers below this one; it may grow with every question. */
uint32_t exec_discovered_count(const struct exec_discovered *discovered);
/* The file of the graph that an item is, or FILE_NONE, and its path, which is
 * put into the buffer instead of what was there. */
struct file_id exec_discovered_file(struct exec_discovered *discovered,
                                    uint32_t item, struct buffer *path);

/* The other direction: adds a pair of item and action for each
 * action that discovered one of the items, by actions. */
struct exec_discovery {
    uint32_t item;
    struct action_id action;
};
void
exec_discovered_users(struct exec_discovered *discovered, const uint32_t *items,
                      uint32_t count, struct vec *discoveries);
/* Adds the items that an action makes and another one discovered: few, where
 * what is generated is declared. */
void
exec_discovered_made(struct exec_discovered *discovered, struct vec *items);
/* Adds the items that actions discovered, and that the graph neither makes nor reads
 * nor counts as members. */
void exec_discovered_strangers(struct exec_discovered *discovered,
                               struct vec *items);
/* The items of different paths, one for each; EXEC_ITEM_NONE for what is none. All are looked
 * for at once: it costs hardly more than one does. */
#define EXEC_ITEM_NONE UINT32_MAX
void
exec_discovered_find(struct exec_discovered *discovered,
                     const char *const *paths, uint32_t count, uint32_t *items);

/* What became of an action between two versions of the graph: bits of what
 * changed, or that it came or went. */
enum exec_graph_change {
    GRAPH_ADDED = 1,
    GRAPH_REMOVED = 2,
    GRAPH_COMMAND = 4,
    GRAPH_INPUTS = 8,
    GRAPH_OUTPUTS = 16
};
struct exec_graph_sink {
    void (*call)(void *ctx, const char *key, uint32_t changes);
    void *ctx;
};
/* By key, between the graphs of two runs. */
bool exec_diff(struct exec *exec, uint64_t before, uint64_t after,
               const struct exec_graph_sink *sink,
               struct error *err) EXEC_MUST_CHECK;

/* The graph that a run was made from, as far as it is kept: NULL with an error
 * if it is not. graph_destroy frees it. */
struct graph *exec_graph_of_run(struct exec *exec, uint64_t run,
                                struct error *err) EXEC_MUST_CHECK;

struct exec_prune {
    uint32_t runs;       /* keep so many at most; 0: the default */
    int64_t bytes;       /* and not more than so much; 0: the default */
    uint32_t forgotten;  /* out: runs */
    int64_t size_before; /* out: bytes of the database */
    int64_t size_after;
};
/* Forgets old runs now, and gives their room back to the disk. */
bool exec_prune(struct exec *exec, struct exec_prune *prune,
                struct error *err) EXEC_MUST_CHECK;

#endif
