/* SPDX-License-Identifier: MIT */
/*
 * What a graph is made of: ids, and the records that stand in its arrays.
 * Records hold no pointers, only ids and spans.
 */
#ifndef EXEC_GRAPH_TYPES_H
#define EXEC_GRAPH_TYPES_H

#include "exec/backend/hash.h"

#include <stdint.h>

/* A text in the graph's text pool; equal texts have equal ids. 0 is "". */
struct str_id {
    uint32_t n;
};
struct file_id {
    uint32_t n;
};
struct action_id {
    uint32_t n;
};
struct group_id {
    uint32_t n;
};
struct pool_id {
    uint32_t n; /* 0: no pool; 1: console */
};

#define ID_NONE UINT32_MAX
#define STR_NONE ((struct str_id){ID_NONE})
#define FILE_NONE ((struct file_id){ID_NONE})
#define ACTION_NONE ((struct action_id){ID_NONE})
#define GROUP_NONE ((struct group_id){ID_NONE})

/* A range of one of the graph's arrays. */
struct span {
    uint32_t start;
    uint32_t count;
};

/* Where in a build file; file "" when not known. */
struct place {
    struct str_id file;
    uint32_t line;
    uint32_t column;
};

/* What an edge or a group member points to. */
enum node_type { NODE_FILE, NODE_ACTION, NODE_GROUP };
struct node {
    enum node_type type;
    uint32_t n;
};

/* When an input makes its action dirty; a set of bits. */
enum edge_kind {
    EDGE_IFWRITTEN = 1,
    EDGE_IFCHANGED = 2,
    EDGE_IFCREATED = 4,
    EDGE_IFDELETED = 8,
    EDGE_ORDER_ONLY = 16, /* orders, never dirties */
    EDGE_VALIDATION = 32, /* wanted with the action, does not order it */
    EDGE_DYNOUT = 64,     /* the action's lists came from this dynout */
    EDGE_DISCOVERED = 128 /* beside others: a dyndep file names it, so that it
                             may be absent */
};

struct edge {
    struct node to;
    uint8_t kinds;     /* enum edge_kind */
    uint8_t explicit_; /* listed under :inputs, not :implicit */
    uint32_t user;     /* the action that has it */
};

enum stream_kind {
    STREAM_DEFAULT, /* stdin /dev/null or the step's value; output captured */
    STREAM_VALUE,   /* :string: the step's value */
    STREAM_FILE     /* a path */
};

struct stream {
    enum stream_kind kind;
    struct str_id path;
};

enum step_kind {
    STEP_COMMAND,
    STEP_READ,
    STEP_TRANSFORM,
    STEP_WRITE,
    STEP_DISCOVERED
};

/* A function of the program, behind its number in the order of evaluation. */
struct function_ref {
    uint32_t number;
    struct hash128 fingerprint;
};

/* One of a hundred thousand: what no step has together is in one place. */
struct step {
    enum step_kind kind;
    uint8_t kinds;    /* DISCOVERED: edge kinds */
    struct span argv; /* COMMAND: how many there are; graph_arg reads them */
    struct span head; /* COMMAND: the first of them, where an earlier step has
                         the same */
    union {
        struct {               /* COMMAND */
            struct span env;   /* of strs, names and values in turn */
            struct str_id dir; /* "" is the root */
            struct stream in;
            struct stream out;
            struct stream err;
        };
        struct {
            struct file_id file;          /* READ, WRITE */
            struct str_id text;           /* WRITE; STR_NONE: the value */
            struct function_ref function; /* TRANSFORM */
        };
    };
};

/* A watched folder of an action and the predicate that is asked. */
struct watch {
    struct file_id dir;
    struct function_ref predicate;
};

enum action_flag {
    ACTION_DYNOUT = 1, /* has a value and no outputs */
    ACTION_ALWAYS = 2,
    ACTION_GENERATOR = 4,
    ACTION_PENDING = 8, /* its lists wait for a dynout: never starts */
    ACTION_ENV_INHERIT = 16,
    ACTION_RESTAT = 32,
    ACTION_PHONY = 64,
    ACTION_MAY_NOT_WRITE = 128, /* a missing output is no error */
    ACTION_KEEP_ON_FAIL = 256,
    ACTION_DEPS_GCC = 512, /* the depfile is removed after reading */
    ACTION_MISSING_OK = 1024,
    ACTION_DEPS_MSVC = 4096, /* what the command prints names its inputs */
    ACTION_GROWN = 8192,     /* its lists have what its dyndep file names */
    ACTION_AS_NINJA = 16384, /* as ninja has it: an output that is not there
                                makes it dirty, whether it was ever written;
                                a generator's command does not count */
    ACTION_NEEDED = 2048     /* wanted whatever the targets are: a form of the
                            build file waits for this dynout */
};

/* How an action is traced; as the build is, unless it says otherwise. */
enum trace_level { TRACE_AS_BUILD, TRACE_OFF, TRACE_WARN, TRACE_ERROR };

/* What few actions have. It is kept apart, so that all others stay small. */
struct detail {
    struct file_id dyndep;  /* names more inputs and outputs, when it is made;
                                 FILE_NONE if there is none */
    struct file_id rspfile; /* written before the first step; or FILE_NONE */
    struct str_id rsp_text; /* what is written there */
    struct str_id msvc_prefix; /* of lines that name inputs; "" the usual one */
    struct str_id run;    /* how a person runs what was built, as text of the
                            language; "" if that was not said */
    struct str_id trace;  /* what tracing passes over, in the same way */
    uint32_t trace_level; /* enum trace_level */
    uint32_t cost;        /* a weight for the scheduler; 0: not said */
};

struct action {
    struct str_id key;         /* identity across graphs: see graph.md */
    struct str_id name;        /* "" if it has none */
    struct str_id description; /* "" if it has none */
    struct str_id rule;        /* what its rule is called, for queries; "" */
    struct place place;
    uint32_t flags; /* enum action_flag */
    struct pool_id pool;
    struct span inputs;  /* of edges, in written order */
    struct span outputs; /* of file ids */
    struct span env;     /* of strs: names */
    struct span steps;
    struct span watches;
    struct file_id depfile; /* FILE_NONE if it has none */
    uint8_t depfile_kinds;  /* EDGE_IFWRITTEN unless the action says else */
    uint32_t detail; /* graph_detail reads it: index + 1, or 0 for none */
};

struct group {
    struct str_id name;
    struct place place;
    struct span members; /* of nodes */
};

struct pool {
    struct str_id name;
    uint32_t depth;
};

/* A query that the build file gives a name; the executor only keeps it. */
struct named_query {
    struct str_id name;
    struct str_id params; /* names of sets, with blanks between them */
    struct str_id text;
    struct place place;
};

#endif
