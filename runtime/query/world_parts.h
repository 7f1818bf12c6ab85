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
    struct vec facts; /* of struct query_fact, by node */
    struct vec marks; /* of uint32_t, by node: the round that marked it */
    uint32_t round;
    struct arena texts;
    struct buffer notes;
};

#endif
