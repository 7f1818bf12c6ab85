/* SPDX-License-Identifier: MIT */
/*
 * How a graph is stored; for the modules of this room alone. Every array is a
 * part, so that marking, writing and reading treat them all alike.
 */
#ifndef EXEC_GRAPH_PARTS_H
#define EXEC_GRAPH_PARTS_H

#include "exec/base/shrink.h"
#include "exec/base/table.h"
#include "exec/base/vec.h"
#include "exec/graph/graph.h"

enum graph_part {
    /* These grow with actions and groups, and graph_rewind cuts them. */
    PART_ACTIONS,
    PART_EDGES,
    PART_OUTPUTS,   /* file ids */
    PART_ENV_NAMES, /* str ids */
    PART_STEPS,
    PART_ARGS,     /* str ids */
    PART_STEP_ENV, /* str ids: names and values in turn */
    PART_WATCHES,
    PART_DETAILS,
    PART_GROUPS,
    PART_MEMBERS, /* nodes */
    PART_POOLS,
    PART_QUERIES,
    PART_REWOUND_COUNT,

    /* These only grow. */
    PART_BYTES = PART_REWOUND_COUNT, /* all texts, each with a zero byte */
    PART_STR_STARTS,                 /* str id -> start in the bytes */
    PART_FILES,                      /* file id -> str id of the path */
    PART_FILE_OF_STR,                /* str id -> file id + 1, 0: none */
    PART_POOL_OF_STR,                /* str id -> pool id + 1, 0: none */

    /* Made by graph_seal. A node's index: files, then actions, groups. */
    PART_PRODUCERS,     /* file id -> action id */
    PART_USER_STARTS,   /* node index -> start in users; one more at the end */
    PART_USERS,         /* edge indexes */
    PART_HOLDER_STARTS, /* node index -> start in holders; one more; empty
                           if there are no groups */
    PART_HOLDERS,       /* group ids */
    PART_COUNT
};

enum graph_table {
    TABLE_STRS,
    TABLE_KEYS,   /* action keys -> action ids, but for keys that are the path
                     of an output; from here on by graph_seal */
    TABLE_NAMES,  /* action names -> action ids */
    TABLE_GROUPS, /* group names -> group ids */
    TABLE_COUNT
};

/* So many commands are remembered for others to begin like them. */
#define GRAPH_BASES 8

enum graph_open { OPEN_NOTHING, OPEN_ACTION, OPEN_GROUP, OPEN_GROWING };

struct graph {
    struct vec parts[PART_COUNT];
    struct table tables[TABLE_COUNT];
    uint64_t serial; /* see graph_serial */
    enum graph_open open;
    struct action_id growing;
    uint32_t bases[GRAPH_BASES]; /* steps that have all their arguments */
    uint32_t base_count;         /* of all that were one; the last ones count */
    bool sealed;
    uint32_t flags;      /* graph_flags */
    bool unchecked;      /* mapped, and nobody looked whether it is whole */
    struct hash128 hash; /* of it all, where that is known; else zero */
    /* Of a snapshot, for parts and tables that nobody has read from yet: */
    void *file; /* mapped while unchecked, then a copy that nobody writes to */
    size_t file_len;
    struct graph *self; /* reading may open, though it may change nothing */
    uint8_t closed[PART_COUNT]; /* not 0: not all of the part is open */
    struct shrink_blocks *blocks[PART_COUNT]; /* of one that is open in part */
    uint32_t closed_counts[TABLE_COUNT];      /* 0: the table is open */
    uint32_t searches; /* for texts, while their table is closed */
};

/* All zero but for its serial number. */
struct graph *graph_alloc(void);

extern const uint32_t graph_part_sizes[PART_COUNT];
/* The key function of each table. */
extern const table_key graph_table_keys[TABLE_COUNT];

/* Opens some items, a part or a table of a checked snapshot. A graph is shared by
 * threads only when all that they read is open. */
void graph_open_items(const struct graph *g, enum graph_part part,
                      uint32_t first, uint32_t count);
void graph_open_part(const struct graph *g, enum graph_part part);
void graph_open_table(const struct graph *g, enum graph_table table);
/* Opens whatever is still closed. */
void graph_open_all(const struct graph *g);

/* A whole part, to be read from. Its count alone may be asked for without. */
static inline const struct vec *
graph_part(const struct graph *g, enum graph_part part)
{
    if (g->closed[part]) {
        graph_open_part(g, part);
    }
    return &g->parts[part];
}

/* An item of a part, of which no more is opened than what is around it. */
static inline const void *
graph_item(const struct graph *g, enum graph_part part, uint32_t index)
{
    if (g->closed[part]) {
        graph_open_items(g, part, index, 1);
    }
    return vec_at(&g->parts[part], index);
}

/* The action that makes a file of this path and has it as its key, or
 * ACTION_NONE; as soon as the producers are known. */
struct action_id
graph_keyed_by_output(const struct graph *g, struct str_id key);
/* Nodes as numbers without gaps. */
uint32_t graph_node_count(const struct graph *g);
uint32_t graph_node_index(const struct graph *g, struct node node);
struct node graph_node_at(const struct graph *g, uint32_t index);

#endif
