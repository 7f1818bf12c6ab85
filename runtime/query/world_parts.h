/* SPDX-License-Identifier: MIT */
/* What a world is made of, for the files that implement world.h. */
#ifndef RUNTIME_QUERY_WORLD_PARTS_H
#define RUNTIME_QUERY_WORLD_PARTS_H

#include "runtime/query/world_past.h"

/* A node that is not in the graph. */
struct stranger {
    struct slice text; /* a path, or the key of an action */
    bool is_action;
};

/* A run that is kept. */
struct past_run {
    uint64_t id;
    int64_t started_us;
    bool is_ok;
};

/* How often and how long an action ran. */
struct past_sum {
    int64_t runs;
    int64_t successes;
    int64_t total_us;
};

/* What is known of earlier runs, each part when it was first asked for. */
struct world_past {
    bool has_runs;
    bool has_latest;
    bool has_sums;
    bool has_dirty;
    bool has_slack;
    struct vec runs;    /* of struct past_run, the oldest first */
    struct vec latest;  /* of struct query_past, by node */
    struct vec sums;    /* of struct past_sum, by node */
    struct vec slack;   /* of int64_t, by node; negative: did not run */
    struct vec changes; /* of const char *, by node: of diff */
    struct vec next;    /* of const char *, by node: why it would run */
    struct query_set dirty;
    struct query_set critical; /* of the last run */
};

/* An action that discovered a file, or watches a folder, both as nodes. */
struct finder {
    uint32_t file;
    uint32_t action;
};

struct query_world {
    struct query_world_options options;
    const struct graph *graph;
    struct graph *owned;   /* of a past world: the same graph */
    uint32_t first_action; /* as numbers of nodes */
    uint32_t first_group;
    uint32_t first_stranger;
    struct vec strangers; /* of struct stranger */
    struct table stranger_table;
    struct vec facts;                   /* of struct query_fact, by node */
    struct exec_discovered *discovered; /* NULL: not asked for yet */
    struct vec node_of_item;            /* of uint32_t: node + 1, or 0 */
    struct query_set discovered_files;  /* and not in the graph otherwise */
    bool has_strangers;                 /* then these are known */
    struct query_set unbuilt; /* actions that were asked what they discovered */
    struct query_set waiting; /* actions whose lists wait for a dynout */
    uint32_t *finders;        /* by node: start in `found_by`; NULL: the rows
                                 were not turned round yet */
    uint32_t finder_count;    /* nodes that it is for */
    uint32_t *found_by;       /* actions, as nodes */
    struct query_set prepared; /* nodes whose finders are all in the next */
    struct vec near_finders;   /* of struct finder, by file */
    struct vec made;           /* of struct finder: what is made and was found;
                                  `action` is the item */
    bool has_made;
    struct vec watchers; /* of struct finder, by folder */
    bool has_watchers;
    struct world_past past;
    struct vec marks; /* of uint32_t, by node: the round that marked it */
    uint32_t round;
    struct arena texts;
    struct buffer notes;
};

/* --- world_past.c, world_time.c ----------------------------------------------------- */

void world_start_past(struct world_past *past);
void world_finish_past(struct world_past *past);
/* The item of a node in a vec by node, which grows with the world. */
void *
world_slot(const struct query_world *world, struct vec *by_node, uint32_t node);
/* A copy that lives as long as the world. */
const char *world_keep(struct query_world *world, const char *text);

/* --- world_found.c -------------------------------------------------------------- */

/* Adds what an action discovered; and what discovered a file. */
void world_add_discovered(struct query_world *world, uint32_t action,
                          struct vec *out);
void
world_add_finders(struct query_world *world, uint32_t file, struct vec *out);
/* Sorts a vec of struct finder by file; adds the actions of one file. */
void world_sort_finders(struct vec *finders);
void
world_add_sorted(const struct vec *finders, uint32_t file, struct vec *out);
/* The node of a path that is not in the graph and was discovered. */
bool world_find_discovered(struct query_world *world, const char *path,
                           uint32_t *node);
void world_finish_discovered(struct query_world *world);

#endif
