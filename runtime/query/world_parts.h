/* SPDX-License-Identifier: MIT */
/* What a world is made of, for the files that implement world.h. */
#ifndef RUNTIME_QUERY_WORLD_PARTS_H
#define RUNTIME_QUERY_WORLD_PARTS_H

#include "runtime/query/world.h"

/* A node that is not in the graph. */
struct stranger {
    struct slice text; /* a path, or the key of an action */
    bool is_action;
};

struct query_world {
    struct query_world_options options;
    const struct graph *graph;
    uint32_t first_action; /* as numbers of nodes */
    uint32_t first_group;
    uint32_t first_stranger;
    struct vec strangers; /* of struct stranger */
    struct table stranger_table;
    struct vec facts;                   /* of struct query_fact, by node */
    struct exec_discovered *discovered; /* NULL: not asked for yet */
    struct vec node_of_item;            /* of uint32_t: node + 1, or 0 */
    struct query_set discovered_files;  /* when all rows are known */
    struct query_set unbuilt; /* actions that were asked what they discovered */
    uint32_t *finders;        /* by node: start in `found_by`; NULL: the rows
                                 were not turned round yet */
    uint32_t finder_count;    /* nodes that it is for */
    uint32_t *found_by;       /* actions, as nodes */
    struct vec marks; /* of uint32_t, by node: the round that marked it */
    uint32_t round;
    struct arena texts;
    struct buffer notes;
};

/* --- world_found.c -------------------------------------------------------------- */

/* Adds what an action discovered; and what discovered a file. */
void world_add_discovered(struct query_world *world, uint32_t action,
                          struct vec *out);
void
world_add_finders(struct query_world *world, uint32_t file, struct vec *out);
/* The node of a path that is not in the graph and was discovered. */
bool world_find_discovered(struct query_world *world, const char *path,
                           uint32_t *node);
void world_finish_discovered(struct query_world *world);

#endif
