/* SPDX-License-Identifier: MIT */
/*
 * All that a ninja file and its includes say, kept until the last of it was
 * read: ninja expands commands when it runs them, so a variable that changes
 * after an edge still counts for it; and what a phony edge is (a group, or
 * something that stands for files) is told by those who use it, before it or
 * after. Both sinks work on this.
 */
#ifndef RUNTIME_NINJA_STATEMENTS_H
#define RUNTIME_NINJA_STATEMENTS_H

#include "runtime/ninja/fill.h"
#include "runtime/ninja/parser.h"

/* What a phony edge is in the graph. */
enum phony_role {
    PHONY_NONE,  /* the edge is not phony */
    PHONY_GROUP, /* its outputs name sets of targets */
    PHONY_ACTION /* something depends on its outputs as files */
};

struct kept_edge {
    struct ninja_edge edge;
    enum phony_role role;
    uint32_t group; /* of PHONY_GROUP: number of its first group */
};

/* An included file: its edges, and those of the files that it includes, follow
 * each other. */
struct kept_file {
    const char *file;
    bool is_subninja;
    uint32_t parent; /* in `files`; of the outermost one itself */
    uint32_t first_edge;
    uint32_t end_edge;
};

struct kept_pool {
    struct slice name;
    uint32_t depth;
};

struct kept_default {
    struct slice path;
    struct ninja_place place;
};

struct statements {
    struct ninja_parser *parser;
    struct vec edges;    /* struct kept_edge, in the order of the files */
    struct vec pools;    /* struct kept_pool */
    struct vec defaults; /* struct kept_default */
    struct vec files;    /* struct kept_file, the outermost first */
    uint32_t open_file;  /* in `files`, while they are read */
    struct ninja_root root;
    uint32_t group_count; /* of phony edges */
    struct arena arena;
    struct table phonies;     /* output of a phony edge -> its place below */
    struct vec phony_outputs; /* struct phony_output */
};

struct phony_output {
    struct slice path;
    uint32_t edge;   /* in `edges` */
    uint32_t number; /* which of its outputs */
};

/* Reads the file and all that it includes, and settles what phony edges are. */
bool statements_read(struct statements *s, const char *file, ninja_read read,
                     struct error *err) EXEC_MUST_CHECK;
/* Also after a failure, and of a zeroed record. */
void statements_finish(struct statements *s);

/* The phony edge that has this output, or NULL; *number tells which of its
 * outputs it is. */
const struct kept_edge *statements_phony(const struct statements *s,
                                         struct slice path, uint32_t *number);

/* True if a phony edge is the group `default`. */
bool statements_has_default_group(const struct statements *s);

/* What an edge needs, in the order of the graph, to the end of a vector of
 * struct ninja_input. What a phony edge stands for passes through it: an edge
 * that reads it reads its inputs, and those of the phony edges among them. */
void statements_inputs(const struct statements *s,
                       const struct ninja_edge *edge, struct vec *inputs);

#endif
