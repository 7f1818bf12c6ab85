/* SPDX-License-Identifier: MIT */
/*
 * The graph: files and actions, in flat arrays addressed by 32-bit ids.
 *
 * Nothing in it is a pointer, so that a finished graph can be written to a
 * file and mapped again. It is filled once, action by action, then sealed
 * (graph_seal checks producers and cycles and makes the reverse adjacency) and
 * never changes: when a dynamic output resolves to something new, the runtime
 * makes a new graph. See spec/build/graph.md.
 */
#ifndef EXEC_GRAPH_GRAPH_H
#define EXEC_GRAPH_GRAPH_H

#include "exec/base/error.h"

#include <stddef.h>
#include <stdint.h>

struct graph;

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

struct hash128 {
    uint64_t low;
    uint64_t high;
};

/* A range of one of the graph's arrays. */
struct span {
    uint32_t start;
    uint32_t count;
};

/* Bytes in the graph or of the caller; not always terminated. */
struct slice {
    const char *bytes;
    size_t len;
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
    EDGE_DYNOUT = 64      /* the action's lists came from this dynout */
};

struct edge {
    struct node to;
    uint8_t kinds;    /* enum edge_kind */
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

struct step {
    enum step_kind kind;
    struct span argv;          /* COMMAND: of strs */
    struct span env;           /* COMMAND: of strs, names and values in turn */
    struct str_id dir;         /* COMMAND: "" is the root */
    struct stream in;          /* COMMAND */
    struct stream out;         /* COMMAND */
    struct stream err;         /* COMMAND */
    struct file_id file;       /* READ, WRITE */
    struct str_id text;        /* WRITE: what to write; STR_NONE: the value */
    struct function_ref function; /* TRANSFORM */
    uint8_t kinds;             /* DISCOVERED: edge kinds */
};

/* A watched folder of an action and the predicate that is asked. */
struct watch {
    struct file_id dir;
    struct function_ref predicate;
};

enum action_flag {
    ACTION_DYNOUT = 1,        /* has a value and no outputs */
    ACTION_ALWAYS = 2,
    ACTION_GENERATOR = 4,
    ACTION_PENDING = 8,       /* its lists wait for a dynout: never starts */
    ACTION_ENV_INHERIT = 16,
    ACTION_RESTAT = 32,
    ACTION_PHONY = 64,
    ACTION_MAY_NOT_WRITE = 128, /* a missing output is no error */
    ACTION_KEEP_ON_FAIL = 256,
    ACTION_DEPS_GCC = 512,    /* the depfile is removed after reading */
    ACTION_MISSING_OK = 1024
};

struct action {
    struct str_id key;         /* identity across graphs: see graph.md */
    struct str_id name;        /* "" if it has none */
    struct str_id description; /* "" if it has none */
    struct place place;
    uint32_t flags;            /* enum action_flag */
    struct pool_id pool;
    struct span inputs;        /* of edges, in written order */
    struct span outputs;       /* of file ids */
    struct span env;           /* of strs: names */
    struct span steps;
    struct span watches;
    struct file_id depfile;    /* FILE_NONE if it has none */
    uint8_t depfile_kinds;     /* EDGE_IFWRITTEN unless the action says else */
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

/* --- Filling -------------------------------------------------------------- */

struct graph *graph_create(void);
void graph_destroy(struct graph *g);

struct str_id graph_intern(struct graph *g, const char *bytes, size_t len);
/* The file of a canonical path (path.h), made on first mention. */
struct file_id graph_add_file(struct graph *g, const char *path, size_t len);
/* A pool of this name; false if it is there with another depth. */
bool graph_add_pool(struct graph *g, struct str_id name, uint32_t depth,
                    struct pool_id *id);
/* The pool of that name; false if there is none. */
bool graph_find_pool(const struct graph *g, struct str_id name,
                     struct pool_id *id);

/* Begins an action, whose fields the caller then sets through the pointer
 * (key, name, place, flags, pool, depfile; not the spans), valid until
 * graph_end_action. Parts are added in between, in any order of kinds. */
struct action_id graph_begin_action(struct graph *g, struct action **action);
void graph_add_input(struct graph *g, struct node to, uint8_t kinds,
                     bool explicit_);
void graph_add_output(struct graph *g, struct file_id file);
void graph_add_env(struct graph *g, struct str_id name);
void graph_add_watch(struct graph *g, struct watch watch);
/* The pointer is valid until the next call; argv and env are added to the
 * step that was begun last. */
struct step *graph_add_step(struct graph *g, enum step_kind kind);
void graph_add_arg(struct graph *g, struct str_id arg);
void graph_add_step_env(struct graph *g, struct str_id name,
                        struct str_id value);
void graph_end_action(struct graph *g);

struct group_id graph_begin_group(struct graph *g, struct str_id name,
                                  struct place place);
void graph_add_member(struct graph *g, struct node member);
void graph_end_group(struct graph *g);

/* A size to come back to: everything added since can be dropped again (texts
 * and files stay). A dynout that is to stay is added again by the caller. */
struct graph_mark {
    uint32_t counts[12];
};
struct graph_mark graph_mark(const struct graph *g);
void graph_rewind(struct graph *g, struct graph_mark mark);

/*
 * Ends the filling: two actions with one output or one name, two groups of one
 * name, and cycles are errors that show both places, or the whole cycle with
 * places.
 */
bool graph_seal(struct graph *g, struct error *err) EXEC_MUST_CHECK;

/* --- Reading ---------------------------------------------------------------- */

struct slice graph_str(const struct graph *g, struct str_id id);
/* Zero-terminated; a text with a zero byte inside cannot be interned. */
const char *graph_cstr(const struct graph *g, struct str_id id);

uint32_t graph_file_count(const struct graph *g);
uint32_t graph_action_count(const struct graph *g);
uint32_t graph_group_count(const struct graph *g);
uint32_t graph_pool_count(const struct graph *g);

const char *graph_path(const struct graph *g, struct file_id file);
const struct action *graph_action(const struct graph *g, struct action_id id);
const struct group *graph_group(const struct graph *g, struct group_id id);
const struct pool *graph_pool(const struct graph *g, struct pool_id id);
const struct edge *graph_input(const struct graph *g, const struct action *a,
                               uint32_t index);
struct file_id graph_output(const struct graph *g, const struct action *a,
                            uint32_t index);
struct str_id graph_env_name(const struct graph *g, const struct action *a,
                             uint32_t index);
const struct step *graph_step(const struct graph *g, const struct action *a,
                              uint32_t index);
const struct watch *graph_watch(const struct graph *g, const struct action *a,
                                uint32_t index);
struct str_id graph_arg(const struct graph *g, const struct step *step,
                        uint32_t index);
struct str_id graph_step_env(const struct graph *g, const struct step *step,
                             uint32_t index);
struct node graph_member(const struct graph *g, const struct group *group,
                         uint32_t index);

/* The action that makes a file, or ACTION_NONE. Only when sealed. */
struct action_id graph_producer(const struct graph *g, struct file_id file);
/* The edges that point to a node of type file or action: edge by index. */
uint32_t graph_user_count(const struct graph *g, struct node node);
const struct edge *graph_user(const struct graph *g, struct node node,
                              uint32_t index);

struct file_id graph_find_file(const struct graph *g, const char *path,
                               size_t len);
struct action_id graph_find_action_name(const struct graph *g,
                                        const char *name, size_t len);
struct action_id graph_find_key(const struct graph *g, const char *key,
                                size_t len);
struct group_id graph_find_group(const struct graph *g, const char *name,
                                 size_t len);

/* XXH3-128 of everything that decides the build (not places): two graphs
 * with equal hashes are equal. */
struct hash128 graph_hash(const struct graph *g);

#endif
