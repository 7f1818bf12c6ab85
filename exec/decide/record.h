/* SPDX-License-Identifier: MIT */
/*
 * What the judge holds: the files, and one record per action key, which lives
 * as long as the judge, whatever graph is judged. Below all the files that
 * implement judge.h: each of them looks at records through this one.
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
    struct hash128 manifest;   /* zero: it never succeeded */
    struct hash128 command;    /* see record_has_command */
    uint32_t command_number;   /* 0, or where its text is, not known to be the
                                  present one */
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

/* Files that somebody reads in folders that are made. It holds for all graphs: what
 * was looked at under one stays looked at. */
struct inside {
    struct vec first; /* of uint32_t, by folder: place of the first item + 1 */
    struct vec last;  /* of uint32_t, by file: the folder + 1 that has it */
    struct vec items; /* of struct inside_item */
};

struct links;

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
    uint32_t *folder_of; /* files -> file of the made folder + 2; 1: in none */
    uint32_t graph_file_cap;
    uint8_t *groups_checked; /* by group */
    struct inside inside;
    struct reasons reasons;
    struct vec producers; /* of struct action_id: of judge_waits_for */
    struct last_manifest last;
    struct buffer recipe;        /* of the action that is judged */
    struct exec_foreign foreign; /* of the same */
    bool needs_are_sure;         /* judge_sure_action */
    bool has_foreign;
    struct ours *ours;         /* of the graph; NULL until a folder asks */
    struct links *links;       /* NULL until an input lies in a folder */
    const struct vec *growers; /* see judge_set_growers; NULL: none */
    struct grown *grown;       /* what they made; NULL until it is asked */
    bool loaded;               /* all records are known */
    bool commit_is_due;        /* a valid record was made invalid */
    uint32_t moment; /* counts beginnings and ends, to tell which was first */
};

struct record *record_at(const struct judge *judge, uint32_t place);
/* The place of the record of a key, added if need be. */
uint32_t record_add(struct judge *judge, const char *key);
/* The record of an action; valid until the next record is added. */
struct record *record_of(struct judge *judge, struct action_id action);
/* True if the action goes on without waiting for that producer: see
 * judge_break_wait. */
bool record_is_unordered(const struct judge *judge, const struct record *record,
                         struct action_id producer);
/* True if the action was known to be clean before this run looked. */
bool
record_is_settled_before(const struct judge *judge, struct action_id action);
/* True if the command part of a record's manifest is this text, which has this
 * hash. What an earlier run stored is compared as it is, so that no collision
 * can hide a change; of what ran in this one only the hash is there. */
bool record_has_command(struct judge *judge, struct record *record,
                        struct slice text, struct hash128 hash);
/* The file of the graph among the files. */
uint32_t record_file(struct judge *judge, struct file_id file);
/* The same the other way; ID_NONE if the graph does not have it. */
struct file_id record_in_graph(struct judge *judge, uint32_t file);
/* A path that a command told: compilers name files of the root absolutely where
 * they were found that way, and it is the same file. Zero-terminated. */
struct slice record_path(const struct judge *judge, struct slice path);
/* What ronin and the actions of the graph write; made on first use. */
const struct ours *record_ours(struct judge *judge);
/* The action of the current graph that makes a file, or ACTION_NONE. */
struct action_id record_producer(struct judge *judge, uint32_t file);
/* The same, or that which makes a folder in which the file lies. */
struct action_id record_maker(struct judge *judge, uint32_t file);
/* A folder was made anew: looks again at what is in it and was looked at. */
void record_look_below(struct judge *judge, uint32_t folder);

/* --- The whole, for judge.c --- */

void inside_init(struct inside *inside);

/* Drops the listings and events that a judgement left. */
void record_forget_watched(struct record *record);
/* Reads everything at once, if that is not known yet. */
bool records_load(struct judge *judge, struct error *err) EXEC_MUST_CHECK;
/* Frees all that is known of actions. */
void records_forget(struct judge *judge);
/* Another graph is judged from now on; what was indexed by ids is dropped. */
void records_take_graph(struct judge *judge, const struct graph *graph);
void records_forget_graph(struct judge *judge);

#endif
