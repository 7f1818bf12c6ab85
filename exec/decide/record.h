/* SPDX-License-Identifier: MIT */
/*
 * What the judge holds: the files, and one record per action key, which lives
 * as long as the judge, whatever graph is judged. Shared by the files that
 * implement judge.h (judge.c, compare.c, watched.c, attempt.c, orphan.c).
 */
#ifndef EXEC_DECIDE_RECORD_H
#define EXEC_DECIDE_RECORD_H

#include "exec/base/arena.h"
#include "exec/base/table.h"
#include "exec/base/vec.h"
#include "exec/decide/judge.h"
#include "exec/decide/manifest.h"
#include "exec/decide/ours.h"
#include "exec/decide/reasons.h"
#include "exec/decide/recipe.h"

/* The listing of a watched folder, read when the action was judged. */
struct pending_listing {
    char *dir; /* owned */
    struct buffer listing;
};

struct record {
    const char *key;
    enum record_status status;
    struct hash128 manifest; /* zero: it never succeeded */
    struct hash128 command;
    struct hash128 value_hash; /* of a dynout */
    struct slice body;
    uint32_t settled;      /* in this run: when (judge.moment); 0: not */
    bool ran;              /* in this run, with success */
    bool pretended;        /* it would have run, were this no dry run */
    bool met;              /* judged or begun in this run */
    bool clean;            /* the last verdict of this run */
    uint32_t clean_moment; /* files_moment at that time */
    struct buffer reasons; /* of the last dirty verdict, as a row */
    struct vec broken;   /* of uint32_t: records of producers not waited for */
    struct vec listings; /* of struct pending_listing */
    struct vec events;   /* of struct manifest_event: what fired */
};

/* The body of the action that is judged, read once. */
struct last_manifest {
    struct vec inputs;             /* of struct manifest_file */
    struct vec discovered;         /* of struct manifest_file */
    struct vec outputs;            /* of struct manifest_file */
    struct manifest_reader reader; /* at what follows them */
    bool lost; /* it cannot be read, or names an unknown version */
};

struct judge {
    struct state *state;
    const struct graph *graph;
    struct judge_options options;
    char *root;
    struct files *files; /* NULL: see damage */
    struct error damage;
    struct tools *tools;
    struct arena texts;
    struct vec records; /* of struct record */
    struct table by_key;
    /* Of the current graph; 0: not looked up yet. */
    uint32_t *record_of_action; /* place + 1 */
    uint32_t *place_of_file;    /* graph file -> files, + 1 */
    uint32_t *graph_file;       /* files -> graph file + 2; 1: not in it */
    uint32_t graph_file_cap;
    uint8_t *groups_checked; /* by group */
    struct reasons reasons;
    struct vec producers; /* of struct action_id: of judge_waits_for */
    struct last_manifest last;
    struct buffer recipe;        /* of the action that is judged */
    struct exec_foreign foreign; /* of the same */
    bool has_foreign;
    struct ours *ours;  /* of the graph; NULL until a folder asks */
    bool loaded;        /* all records are known */
    bool commit_is_due; /* a valid record was made invalid */
    uint32_t moment; /* counts beginnings and ends, to tell which was first */
};

struct record *record_at(const struct judge *judge, uint32_t place);
/* The place of the record of a key, added if need be. */
uint32_t record_add(struct judge *judge, const char *key);
/* The record of an action; valid until the next record is added. */
struct record *record_of(struct judge *judge, struct action_id action);
/* True if the action was known to be clean before this run looked. */
bool
record_is_settled_before(const struct judge *judge, struct action_id action);
/* The file of the graph among the files. */
uint32_t record_file(struct judge *judge, struct file_id file);
/* A path that a command told: compilers name files of the root absolutely where
 * they were found that way, and it is the same file. Zero-terminated. */
struct slice record_path(const struct judge *judge, struct slice path);
/* What ronin and the actions of the graph write; made on first use. */
const struct ours *record_ours(struct judge *judge);
/* The action of the current graph that makes a file, or ACTION_NONE. */
struct action_id record_producer(struct judge *judge, uint32_t file);

/* --- compare.c --- */

/* The inputs and nodes of an action as the graph has them, sorted. */
void compare_collect(struct judge *judge, const struct action *a,
                     struct manifest *manifest);
/* Reads the last manifest into judge->last. */
void compare_read_last(struct judge *judge, const struct record *record);
/* Adds the reasons that lie in the files and nodes of judge->last.
 * *rebase: existence moved in a way that is no reason, but the next baseline. */
void compare_manifest(struct judge *judge, const struct action *a,
                      const struct record *record, bool *rebase);

/* In a dry run: true if what makes the file would have run. */
bool compare_would_be_made(struct judge *judge, uint32_t file);

/* --- foreign.c --- */

/* Where there is no record: asks what another program remembers, and puts what
 * it discovered into judge->last. */
void foreign_read(struct judge *judge, struct action_id action);
/* True if that agrees with what is on disk. */
bool foreign_is_clean(struct judge *judge, const struct action *a);
/* Where a record is not true any more: whether another program has made it so
 * since, and what is on disk agrees. */
bool foreign_renews(struct judge *judge, struct action_id action);

/* --- watched.c --- */

/* Reads the watched folders, asks the predicates about each event, and adds
 * the reasons. False with err, or with *stale. */
bool watched_judge(struct judge *judge, const struct action *a,
                   struct record *record, bool *stale,
                   struct error *err) EXEC_MUST_CHECK;
/* The listings that an attempt will store, read now where they are not. */
void watched_prepare(struct judge *judge, const struct action *a,
                     struct record *record);
void watched_forget(struct record *record);
/* True if nothing happened in the folder since the listing that is stored. */
bool watched_is_still(struct judge *judge, const struct record *record,
                      const struct watch *watch);

/* --- as_ninja.c --- */

/* Adds a reason for each input that a phony action without inputs stands for,
 * while there is no such file. */
void ninja_judge_inputs(struct judge *judge, const struct action *a);
/* Takes the reasons off that ninja does not hold against a generator; true if
 * there were some, so that the action is to be recorded anew. */
bool ninja_forgive(struct judge *judge, const struct action *a,
                   const struct record *record);

/* --- attempt.c --- */

/* Records an action whose outputs are there, as if it had just run. */
bool attempt_adopt(struct judge *judge, struct action_id action,
                   struct error *err) EXEC_MUST_CHECK;

#endif
